"""Compiled draws of random surroundings: one shared set for all units, exact for each.

Draw ``d`` is a random sequence of different units. Of it, unit ``i`` with ``k`` neighbors takes the first ``k`` that
are not itself: an exact sample without replacement from the others, whatever its ``k``. So all units share one set of
sequences; sums of the first ``k`` values are sorted once per ``k`` and serve every unit with ``k`` neighbors; only the
few draws that hold the focal unit among their first ``k`` are put right one by one.

Each draw has its own stream of random numbers (SplitMix64 from seed and number), so results do not depend on how draws
are parted among threads.
"""

# ruff: noqa: C901, PLR0912 - loops over arrays, compiled: many branches are the price of not allocating.

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_urban.shrinkage._significance import Counts
from geo_urban.spatial._compiled import compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_urban.shrinkage._neighborhoods import Links

__all__ = ["count_draws", "simulate_joins", "simulate_sums"]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)

# Memory that draws of one block may take, per thread [bytes].
_BLOCK_BYTES = 48_000_000
_MOST_IN_BLOCK = 1 << 15
# Sums of the same values in another order differ by rounding; nearer than this they are a tie.
_ROUNDING = 1e-12
_SQUARED = 1
# Sums of so many draws at a time stay in the processor's first cache.
_STRIP = 1024


class _Task(NamedTuple):
    """What each block needs to know."""

    values: NDArray[np.float64]
    focal: NDArray[np.float64]
    links: Links
    equal: NDArray[np.int64]  # neighbors of units whose neighbors weigh alike, else 0
    unequal: NDArray[np.int64]  # neighbors of the others, else 0
    observed: NDArray[np.float64]
    tolerance: NDArray[np.float64]
    squared: int
    width: int
    seed: np.uint64


def count_draws(
    values: NDArray[np.float64],
    links: Links,
    *,
    draws: int,
    seed: int,
    threads: int | None = None,
    focal: NDArray[np.float64] | None = None,
) -> Counts:
    """Count draws of each unit's surroundings against what is observed.

    Parameters
    ----------
    values
        One per unit; they are drawn. Centre them, so that rounding stays small.
    links
        The observed surroundings. Compared is the weighted sum over a unit's neighbors, or with `focal` the weighted
        sum of squared differences from the unit's own.
    draws, seed
        Number of draws, and what they follow from.
    threads
        At most so many; None for one per core. The counts do not depend on it.
    focal
        Own value of each unit, for squared differences; None for sums.
    """
    task = _task(values, links, focal, seed)
    counted: Counts = _in_blocks(lambda first, size: _count_block(task, first, size), draws, task.width * 20, threads)
    return counted


def _task(values: NDArray[np.float64], links: Links, focal: NDArray[np.float64] | None, seed: int) -> _Task:
    counts = links.counts
    first = links.weights[np.minimum(links.starts[:-1], len(links.weights) - 1)]
    alike = links.sums((links.weights != first[links.rows]).astype(float)) == 0
    by_sums = alike & (focal is None)
    most = float(np.abs(values).max())
    width = min(int(counts.max()) + 1, len(values))
    heaviest = np.ones(len(counts))
    if focal is None:
        plain = links.sums(values[links.columns])
        observed = np.where(by_sums, plain, links.lag(values))
        np.maximum.at(heaviest, links.rows, links.weights)
        tolerance = _ROUNDING * width * most * heaviest
    else:
        observed = links.sums(links.weights * (focal[links.rows] - values[links.columns]) ** 2)
        np.maximum.at(heaviest, links.rows, links.weights)
        tolerance = _ROUNDING * width * 4 * most**2 * heaviest
    return _Task(
        values,
        values if focal is None else focal,
        links,
        np.where(by_sums, counts, 0),
        np.where(by_sums, 0, counts),
        observed,
        tolerance,
        0 if focal is None else _SQUARED,
        width,
        np.uint64(seed),
    )


def _count_block(task: _Task, first: int, size: int) -> Counts:
    units = len(task.values)
    drawn = _draw(units, first, size, task.width, task.seed)
    at_least, at_most = np.zeros(units, np.int64), np.zeros(units, np.int64)
    if task.equal.any():
        sums = _running_sums(task.values, drawn)
        _count_sorted(task, sums, at_least, at_most)
        _put_right(drawn, sums, task.values, task.equal, task.observed, task.tolerance, at_least, at_most)
    if task.unequal.any():
        _count_weighted(
            drawn,
            task.values[drawn],
            task.focal,
            task.links.starts,
            task.links.weights,
            task.unequal,
            task.observed,
            task.tolerance,
            task.squared,
            at_least,
            at_most,
        )
    return Counts(at_least, at_most)


def _count_sorted(task: _Task, sums: Any, at_least: NDArray[np.int64], at_most: NDArray[np.int64]) -> None:
    """Count all draws for units with equal weights, as if none of them held the focal unit."""
    order = np.argsort(task.equal, kind="stable")
    counts, begins = np.unique(task.equal[order], return_index=True)
    ends = np.append(begins[1:], len(order))
    for count, begin, end in zip(counts, begins, ends, strict=True):
        if count == 0:
            continue
        units = order[begin:end]
        ascending = np.sort(sums[count - 1])
        observed, tolerance = task.observed[units], task.tolerance[units]
        at_least[units] = len(ascending) - np.searchsorted(ascending, observed - tolerance, side="left")
        at_most[units] = np.searchsorted(ascending, observed + tolerance, side="right")


def _in_blocks(
    count: Callable[[int, int], Any], draws: int, bytes_per_draw: int, threads: int | None, join: Any = None
) -> Any:
    """Return the joined results of all blocks of draws."""
    size = max(1, min(draws, _MOST_IN_BLOCK, _BLOCK_BYTES // bytes_per_draw))
    starts = range(0, draws, size)
    workers = min(len(starts), threads or _cores())
    blocks = [(first, min(size, draws - first)) for first in starts]
    if workers == 1:
        results = [count(*block) for block in blocks]
    else:
        with ThreadPoolExecutor(workers) as pool:
            results = list(pool.map(lambda block: count(*block), blocks))
    if join is not None:
        return join(results)
    total = results[0]
    for more in results[1:]:
        total = total.plus(more)
    return total


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@compiled
def _mixed(state: Any) -> Any:
    mixed = (state ^ (state >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


@compiled
def _stream(seed: Any, number: int) -> Any:
    """Return where the random numbers of one draw begin."""
    return _mixed(_mixed(seed + _STEP) + np.uint64(number) * _STEP)


@compiled
def _below(limit: int, state: Any) -> Any:
    """Return a whole number from 0 to below `limit`, each as likely (Lemire), and the state after it."""
    bound = np.uint64(limit)
    low_half = np.uint64(0xFFFFFFFF)
    while True:
        state = state + _STEP
        product = (_mixed(state) >> np.uint64(32)) * bound
        low = product & low_half
        if low >= bound or low >= (np.uint64(0x100000000) - bound) % bound:
            return np.int64(product >> np.uint64(32)), state


@compiled
def _draw(units: int, first: int, size: int, width: int, seed: Any) -> Any:
    """Return `size` sequences of `width` different units, one per column."""
    drawn = np.empty((width, size), np.int32)
    order = np.arange(units).astype(np.int32)
    swaps = np.empty(width, np.int64)
    for d in range(size):
        state = _stream(seed, first + d)
        for j in range(width):
            ahead, state = _below(units - j, state)
            swaps[j] = j + ahead
            chosen = order[j + ahead]
            order[j + ahead] = order[j]
            order[j] = chosen
            drawn[j, d] = chosen
        for back in range(width):  # so that a draw does not depend on those before it
            j = width - 1 - back
            chosen = order[j]
            order[j] = order[swaps[j]]
            order[swaps[j]] = chosen
    return drawn


@compiled
def _running_sums(values: Any, drawn: Any) -> Any:
    """Return the sum of the first value, of the first two, and so on, of each sequence."""
    sums = np.empty(drawn.shape, np.float64)
    for d in range(drawn.shape[1]):
        sums[0, d] = values[drawn[0, d]]
    for j in range(1, drawn.shape[0]):
        for d in range(drawn.shape[1]):
            sums[j, d] = sums[j - 1, d] + values[drawn[j, d]]
    return sums


@compiled
def _put_right(
    drawn: Any, sums: Any, values: Any, counts: Any, observed: Any, tolerance: Any, at_least: Any, at_most: Any
) -> None:
    """Where a draw holds the focal unit among its first k, let the next of the sequence take its place."""
    for j in range(drawn.shape[0]):
        for d in range(drawn.shape[1]):
            unit = drawn[j, d]
            k = counts[unit]
            if j >= k:
                continue
            wrong = sums[k - 1, d]
            right = sums[k, d] - values[unit]
            least, most = observed[unit] - tolerance[unit], observed[unit] + tolerance[unit]
            at_least[unit] += (right >= least) - (wrong >= least)
            at_most[unit] += (right <= most) - (wrong <= most)


@compiled
def _count_weighted(
    drawn: Any,
    drawn_values: Any,
    focal: Any,
    starts: Any,
    weights: Any,
    counts: Any,
    observed: Any,
    tolerance: Any,
    squared: int,
    at_least: Any,
    at_most: Any,
) -> None:
    """Count draws for units whose neighbors weigh differently, or whose own value is compared with each."""
    size = drawn.shape[1]
    total = np.empty(_STRIP, np.float64)
    for begin in range(0, size, _STRIP):
        end = min(begin + _STRIP, size)
        for unit in range(len(counts)):
            k = counts[unit]
            if k == 0:
                continue
            total[: end - begin] = 0.0
            own = focal[unit]
            for j in range(k):
                weight = weights[starts[unit] + j]
                row = drawn_values[j, begin:end]
                if squared:
                    for d in range(end - begin):
                        total[d] += weight * (own - row[d]) * (own - row[d])
                else:
                    for d in range(end - begin):
                        total[d] += weight * row[d]
            least, most = observed[unit] - tolerance[unit], observed[unit] + tolerance[unit]
            for d in range(end - begin):
                at_least[unit] += total[d] >= least
                at_most[unit] += total[d] <= most
    for j in range(drawn.shape[0]):
        for d in range(size):
            unit = drawn[j, d]
            k = counts[unit]
            if j >= k:
                continue
            own = focal[unit]
            wrong, right = 0.0, 0.0
            for i in range(k):
                weight = weights[starts[unit] + i]
                with_focal = drawn_values[i, d]
                without = drawn_values[i + (i >= j), d]
                if squared:
                    wrong += weight * (own - with_focal) * (own - with_focal)
                    right += weight * (own - without) * (own - without)
                else:
                    wrong += weight * with_focal
                    right += weight * without
            least, most = observed[unit] - tolerance[unit], observed[unit] + tolerance[unit]
            at_least[unit] += (right >= least) - (wrong >= least)
            at_most[unit] += (right <= most) - (wrong <= most)


def simulate_sums(
    values: NDArray[np.float64],
    links: Links,
    *,
    draws: int,
    seed: int,
    threads: int | None = None,
    squared: bool = False,
) -> NDArray[np.float64]:
    """Return, for each random arrangement of all values, Σ w x_i x_j, or Σ w (x_i − x_j)².

    Parameters
    ----------
    values, links
        One value per unit, and the links between them.
    draws, seed, threads
        As in `count_draws`.
    squared
        Whether differences are squared, instead of values multiplied.
    """
    state = np.uint64(seed)
    return np.asarray(
        _in_blocks(
            lambda first, size: _shuffled_sums(values, *links, first, size, state, int(squared)),
            draws,
            max(8, 8 * len(values) // 64),
            threads,
            join=np.concatenate,
        )
    )


@compiled
def _shuffled(values: Any, arranged: Any, seed: Any, number: int) -> None:
    """Arrange all values at random."""
    arranged[:] = values
    state = _stream(seed, number)
    for i in range(len(values) - 1):
        ahead, state = _below(len(values) - i, state)
        kept = arranged[i]
        arranged[i] = arranged[i + ahead]
        arranged[i + ahead] = kept


@compiled
def _shuffled_sums(
    values: Any, starts: Any, columns: Any, weights: Any, first: int, size: int, seed: Any, squared: int
) -> Any:
    found = np.empty(size, np.float64)
    arranged = np.empty_like(values)
    for d in range(size):
        _shuffled(values, arranged, seed, first + d)
        total = 0.0
        for i in range(len(values)):
            own = arranged[i]
            row = 0.0
            if squared:
                for link in range(starts[i], starts[i + 1]):
                    apart = own - arranged[columns[link]]
                    row += weights[link] * apart * apart
                total += row
            else:
                for link in range(starts[i], starts[i + 1]):
                    row += weights[link] * arranged[columns[link]]
                total += own * row
        found[d] = total
    return found


def simulate_joins(
    classes: NDArray[np.int64],
    number: int,
    links: Links,
    *,
    draws: int,
    seed: int,
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Return, for each random arrangement, the weight of links from class to class, shape (draws, number, number).

    Parameters
    ----------
    classes, number
        Class of each unit from 0, and how many classes there are.
    links, draws, seed, threads
        As in `simulate_sums`.
    """
    state = np.uint64(seed)
    return np.asarray(
        _in_blocks(
            lambda first, size: _shuffled_joins(classes, number, *links, first, size, state),
            draws,
            max(8 * number**2, 8 * len(classes) // 64),
            threads,
            join=np.concatenate,
        )
    )


@compiled
def _shuffled_joins(
    classes: Any, number: int, starts: Any, columns: Any, weights: Any, first: int, size: int, seed: Any
) -> Any:
    found = np.zeros((size, number, number), np.float64)
    arranged = np.empty_like(classes)
    for d in range(size):
        _shuffled(classes, arranged, seed, first + d)
        for i in range(len(classes)):
            for link in range(starts[i], starts[i + 1]):
                found[d, arranged[i], arranged[columns[link]]] += weights[link]
    return found
