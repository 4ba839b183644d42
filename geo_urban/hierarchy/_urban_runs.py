"""Compiled loops that find clusters of cells: rows are cut into runs of member cells, and touching runs are united.

A cluster of a million cells is a few thousand runs, so neither time nor memory follows the empty land around it.
"""

# Loops over arrays, compiled: many arguments and branches are the price of not allocating.
# ruff: noqa: C901, PLR0912

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_urban.spatial._compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BLOCKED",
    "NEUTRAL",
    "WATER",
    "Runs",
    "clusters_near",
    "clusters_of",
    "flag_cells",
    "joined",
    "paint",
    "paint_the_rest",
    "runs_of",
]

# Bits of a cell's flags; those below are one for each density that is asked for.
WATER = 1 << 6
NEUTRAL = 1 << 7  # does not count where edges are smoothed
BLOCKED = 1 << 8  # never joins a centre

_MOST = 1.000001  # of a cell's area: rounding


class Runs(NamedTuple):
    """Runs of member cells: those of row ``r`` are ``first[r]:first[r + 1]``.

    Columns from `start` up to, not including, `stop`; `people` in each.
    """

    first: NDArray[np.int64]
    start: NDArray[np.int32]
    stop: NDArray[np.int32]
    people: NDArray[np.float64]


@compiled
def flag_cells(
    people: Any,
    land: Any,
    built: Any,
    scales: Any,  # persons per unit of `people`; land and built share per unit; area of a cell [km²]
    given: tuple[bool, bool],  # whether there is a grid of land, of built-up area
    densities: Any,
    built_shares: Any,  # missing where there is no such rule
    water: Any,  # land share, people, built share of the class; of permanent water; land share of neighbours
    flags: Any,
    faults: Any,  # counts of impossible cells: people, land, built; then an example of each
) -> None:
    """Write the flags of the cells of some rows."""
    height, width = people.shape
    whole_land, whole_built = scales[1], scales[2]
    # What no cell below can reach is not divided; the margins are wider than any rounding, to three decimals too.
    least_density, least_built = np.inf, np.inf
    for kind in range(len(densities)):
        least_density = min(least_density, densities[kind]) if densities[kind] >= 0 else least_density
        least_built = min(least_built, built_shares[kind]) if built_shares[kind] >= 0 else least_built
    least_count = least_density * (1 - 1e-9) * scales[3] / whole_land
    least_area = (least_built - 0.00051) * whole_built / whole_land
    for row in range(height):
        for column in range(width):
            count = np.float64(people[row, column]) * scales[0]
            area = np.float64(land[row, column]) if given[0] else (np.nan if np.isnan(count) else 1.0)
            area_built = np.float64(built[row, column]) if given[1] else np.nan
            if count < 0 or count == np.inf:
                faults[0] += 1
                faults[3] = people[row, column]
            if area < 0 or area > whole_land * _MOST:
                faults[1] += 1
                faults[4] = area
            if area_built < 0 or area_built > whole_built * _MOST:
                faults[2] += 1
                faults[5] = area_built
            bits = 0
            if count >= least_count * area or area_built >= least_area * area:
                land_share = area / whole_land
                density = count / land_share / scales[3]
                # Three decimals, as the makers of the classes round.
                on_land = np.floor(area_built / whole_built / land_share * 1000 + 0.5) / 1000
                for kind in range(len(densities)):
                    if density >= densities[kind] or on_land >= built_shares[kind]:
                        bits |= 1 << kind
            if not area >= max(water[0], water[3], water[6]) * whole_land:
                if (
                    not area >= water[0] * whole_land
                    and not count > water[1]
                    and not area_built > water[2] * whole_built
                ):
                    bits |= WATER
                if (
                    not area >= water[3] * whole_land
                    and not count > water[4]
                    and not area_built > water[5] * whole_built
                ):
                    bits |= NEUTRAL | BLOCKED
                elif area < water[6] * whole_land and count == 0:
                    bits |= NEUTRAL
            flags[row, column] = bits


@compiled
def runs_of(flags: Any, people: Any, scale: float, bit: int) -> Any:
    """Return the runs of cells that have a bit, and the people in each; missing cells hold nobody."""
    height, width = flags.shape
    first = np.zeros(height + 1, dtype=np.int64)
    for row in range(height):
        number = 0
        before = False
        for column in range(width):
            here = flags[row, column] & bit != 0
            if here and not before:
                number += 1
            before = here
        first[row + 1] = first[row] + number
    start = np.empty(first[height], dtype=np.int32)
    stop = np.empty(first[height], dtype=np.int32)
    total = np.zeros(first[height])
    run = -1
    for row in range(height):
        if first[row + 1] == first[row]:
            continue
        before = False
        for column in range(width):
            here = flags[row, column] & bit != 0
            if here:
                if not before:
                    run += 1
                    start[run] = column
                count = np.float64(people[row, column]) * scale
                if not np.isnan(count):
                    total[run] += count
                stop[run] = column + 1
            before = here
    return first, start, stop, total


def joined(parts: list[Any]) -> Runs:
    """Return the runs of strips of rows, from north to south, as those of the whole."""
    counts = np.concatenate([np.diff(part[0]) for part in parts])
    first = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    return Runs(first, *(np.concatenate([part[place] for part in parts]) for place in (1, 2, 3)))


@compiled
def _root(parent: Any, run: int) -> int:
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run


@compiled
def clusters_of(first: Any, start: Any, stop: Any, people: Any, reach: int) -> Any:
    """Return the cluster of each run, named by its first run, and the people of the cluster a run names.

    `reach` is 1 where cells that share a corner hang together, else 0.
    """
    parent = np.arange(len(start)).astype(np.int32)
    for row in range(1, len(first) - 1):
        above, here = first[row - 1], first[row]
        while above < first[row] and here < first[row + 1]:
            if start[above] < stop[here] + reach and start[here] < stop[above] + reach:
                one, other = _root(parent, above), _root(parent, here)
                if one < other:
                    parent[other] = one
                elif other < one:
                    parent[one] = other
            if stop[above] < stop[here]:
                above += 1
            else:
                here += 1
    total = np.zeros(len(start))
    for run in range(len(start)):
        parent[run] = _root(parent, run)
        total[parent[run]] += people[run]
    return parent, total


@compiled
def paint(grid: Any, first: Any, start: Any, stop: Any, chosen: Any, value: int) -> None:
    """Write a value into the cells of chosen runs where it is higher than what is there."""
    for row in range(len(first) - 1):
        for run in range(first[row], first[row + 1]):
            if chosen[run]:
                for column in range(start[run], stop[run]):
                    grid[row, column] = max(grid[row, column], value)


@compiled
def paint_the_rest(grid: Any, flags: Any, low_bit: int, low: int, very_low: int, water: int) -> None:
    """Write the class of every cell as it is outside clusters; people or built-up area keep a cell from being water."""
    height, width = grid.shape
    for row in range(height):
        for column in range(width):
            bits = flags[row, column]
            if bits & low_bit:
                grid[row, column] = low
            else:
                grid[row, column] = water if bits & WATER else very_low


@compiled
def clusters_near(grid: Any, least: int, reach: int, first: Any, start: Any, stop: Any, cluster: Any) -> Any:
    """Return which clusters, by the run that names them, come within `reach` cells of a class `least` or denser."""
    height, width = grid.shape
    near = np.zeros(len(start), dtype=np.bool_)
    for row in range(height):
        column = 0
        while column < width:
            if grid[row, column] < least:
                column += 1
                continue
            begun = column
            while column < width and grid[row, column] >= least:
                column += 1
            for other in range(max(row - reach, 0), min(row + reach + 1, height)):
                run = first[other] + np.searchsorted(stop[first[other] : first[other + 1]], begun - reach, side="right")
                while run < first[other + 1] and start[run] < column + reach:
                    near[cluster[run]] = True
                    run += 1
    return near
