"""Compiled loops of the zonal join: sums over covered shares, and over what no unit covers or several do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_urban.spatial._compiled import compiled
from geo_urban.spatial._coverage_kernels import PAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.spatial._coverage_kernels import Cells

__all__ = ["Coverage", "audit_block", "coverage_of", "sum_block"]

# Coverage of a cell by several units: sums along a row, each term off by its rounding.
_ROUNDING = 1e-11


class Coverage(NamedTuple):
    """By how much the coverage of cells, summed over all units, changes along each row of a block.

    Changes of row ``r`` are ``ends[r]:ends[r + 1]``, in no order.
    """

    ends: NDArray[np.int64]
    column: NDArray[np.int32]
    change: NDArray[np.float64]


@compiled
def _add_along(line: Any, weight: float, into: Any) -> int:
    """Add weight × value to the sum of each column, and return how many cells have a value.

    Sums by column and not along the row: no addition waits for the one before, and every machine adds in one order.
    """
    number = 0
    for column in range(len(line)):
        value = np.float64(line[column])
        into[column] += weight * value if value == value else 0.0  # noqa: PLR0124 - false for NaN, without a call
        number += 1 if value == value else 0  # noqa: PLR0124
    return number


@compiled
def _add_along_weighted(line: Any, weights: Any, into: Any, weights_into: Any) -> int:
    """Do the same with a weight for each cell, and add up the weights of cells with a value."""
    number = 0
    for column in range(len(line)):
        value = np.float64(line[column])
        into[column] += weights[column] * value if value == value else 0.0  # noqa: PLR0124
        weights_into[column] += weights[column] if value == value else 0.0  # noqa: PLR0124
        number += 1 if value == value else 0  # noqa: PLR0124
    return number


@compiled
def _total(values: Any, first: int, after: int) -> float:
    """Return the sum of a part of an array, and clear it."""
    total = 0.0
    for i in range(first, after):
        total += values[i]
        values[i] = 0.0
    return total


@compiled
def sum_block(values: Any, weights: Any, cells: Any, owner: Any, totals: Any) -> None:
    """Add to `totals` of each unit (share × weight × value, share × weight, share), cells without a value left out.

    `weights` has one column (the same along each row) or one per cell. Row ``owner[u]`` of `totals` is that of the
    cells' unit ``u``.
    """
    by_row = weights.shape[1] == 1
    sums, weight_sums = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for unit in range(len(owner)):
        value_sum, weight_sum, share_sum = 0.0, 0.0, 0.0
        for i in range(cells.ends[unit, 0], cells.ends[unit + 1, 0]):
            row, column = cells.places[i, 0], cells.places[i, 1]
            value = np.float64(values[row, column])
            if value == value:  # noqa: PLR0124
                share = cells.share[i]
                weighted = share * weights[row, 0 if by_row else column]
                value_sum += weighted * value
                weight_sum += weighted
                share_sum += share
        west, east = len(sums), 0
        for i in range(cells.ends[unit, 1], cells.ends[unit + 1, 1]):
            row, first, after = cells.runs[i, 0], cells.runs[i, 1], cells.runs[i, 2]
            west, east = min(west, first), max(east, after)
            line = values[row, first:after]
            if by_row:
                number = _add_along(line, weights[row, 0], sums[first:after])
                weight_sum += weights[row, 0] * number
            else:
                number = _add_along_weighted(
                    line, weights[row, first:after], sums[first:after], weight_sums[first:after]
                )
            share_sum += number
        totals[owner[unit], 0] += value_sum + _total(sums, west, east)
        totals[owner[unit], 1] += weight_sum + (0.0 if by_row else _total(weight_sums, west, east))
        totals[owner[unit], 2] += share_sum


def coverage_of(traced: list[Cells], rows: int) -> Coverage:
    """Sum up what units cover, whose cells were traced in a block of so many rows."""
    if not traced:
        return Coverage(np.zeros(rows + 1, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0))
    return Coverage(
        *_changes(
            np.concatenate([cells.places for cells in traced]),
            np.concatenate([cells.share for cells in traced]),
            np.concatenate([cells.runs for cells in traced]),
            rows,
        )
    )


@compiled
def _changes(places: Any, share: Any, runs: Any, rows: int) -> Any:
    ends = np.zeros(rows + 1, dtype=np.int64)
    for i in range(len(places)):
        ends[places[i, 0] + 1] += 2
    for i in range(len(runs)):
        ends[runs[i, 0] + 1] += 2
    for row in range(rows):
        ends[row + 1] += ends[row]
    column, change = np.empty(ends[rows], dtype=np.int32), np.empty(ends[rows])
    at = ends.copy()
    for i in range(len(places)):
        row = places[i, 0]
        column[at[row]], change[at[row]] = places[i, 1], share[i]
        column[at[row] + 1], change[at[row] + 1] = places[i, 1] + 1, -share[i]
        at[row] += 2
    for i in range(len(runs)):
        row = runs[i, 0]
        column[at[row]], change[at[row]] = runs[i, 1], 1.0
        column[at[row] + 1], change[at[row] + 1] = runs[i, 2], -1.0
        at[row] += 2
    return ends, column, change


@compiled
def audit_block(values: Any, weights: Any, coverage: Any) -> tuple[float, float, float]:
    """Return the sums of weight × value over the block, over what no unit covers, and over what is covered again."""
    rows, width = values.shape
    by_row = weights.shape[1] == 1
    pages = (width >> PAGE) + 1
    changes, used = np.zeros(pages << PAGE), np.zeros(pages, dtype=np.uint8)
    sums, outside, again = np.zeros(width), np.zeros(width), np.zeros(width)
    nowhere = np.zeros(width)
    for row in range(rows):
        if by_row:
            _add_along(values[row], weights[row, 0], sums)
        else:
            _add_along_weighted(values[row], weights[row], sums, nowhere)
        for i in range(coverage.ends[row], coverage.ends[row + 1]):
            changes[coverage.column[i]] += coverage.change[i]
            used[coverage.column[i] >> PAGE] = 1
        excess = -1.0
        for page in range(pages):
            if used[page] == 0 and excess == 0.0:
                continue
            first, after = page << PAGE, min((page + 1) << PAGE, width)
            for column in range(first, after):
                excess += changes[column]
                excess = 0.0 if abs(excess) < _ROUNDING else excess
                value = np.float64(values[row, column])
                if excess != 0.0 and value == value:  # noqa: PLR0124
                    part = excess * weights[row, 0 if by_row else column] * value
                    outside[column] -= part if excess < 0.0 else 0.0
                    again[column] += part if excess > 0.0 else 0.0
                changes[column] = 0.0
            used[page] = 0
        changes[width] = 0.0  # where runs to the end of the row are over
    return _total(sums, 0, width), _total(outside, 0, width), _total(again, 0, width)
