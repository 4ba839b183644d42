"""Join what lies within a distance, compiled: cells of a grid row by row, points bucket by bucket."""

# Compiled code: loops and indices are what it is made of.
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban.spatial._compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["join_cells", "join_points", "settled"]


@compiled
def _root(parent: NDArray[np.int32], one: int) -> int:
    while parent[one] != one:
        parent[one] = parent[parent[one]]
        one = parent[one]
    return one


@compiled
def _join(parent: NDArray[np.int32], one: int, other: int) -> None:
    first, second = _root(parent, one), _root(parent, other)
    if first < second:
        parent[second] = first
    elif second < first:
        parent[first] = second


@compiled
def _run_ends(column: NDArray[np.int32], starts: NDArray[np.int64], reach: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return for each cell where its run ends: the first cell after it that hangs on none before it in its row."""
    ends = np.empty(len(column), dtype=np.int64)
    for r in range(len(starts) - 1):
        end = starts[r + 1]
        for cell in range(starts[r + 1] - 1, starts[r] - 1, -1):
            if cell + 1 < starts[r + 1] and column[cell + 1] - column[cell] > reach[r, 0]:
                end = cell + 1
            ends[cell] = end
    return ends


@compiled
def join_cells(
    parent: NDArray[np.int32], column: NDArray[np.int32], starts: NDArray[np.int64], reach: NDArray[np.int32]
) -> None:
    """Join occupied cells, sorted by row and column, to those within reach.

    `starts` says where each row begins; `reach[r, d]` how many columns off a cell of row r reaches in row r + d, −1 for
    none. Cells of one run hang together, so a cell is joined once to each run that it reaches in another row.
    """
    rows, steps = reach.shape
    ends = _run_ends(column, starts, reach)
    for r in range(rows):
        first, last = starts[r], starts[r + 1]
        for cell in range(first + 1, last):
            if column[cell] - column[cell - 1] <= reach[r, 0]:
                _join(parent, cell, cell - 1)
        for step in range(1, steps):
            if r + step >= rows or reach[r, step] < 0:
                break
            wide = reach[r, step]
            low, end = starts[r + step], starts[r + step + 1]
            for cell in range(first, last):
                while low < end and column[low] < column[cell] - wide:
                    low += 1
                other = low
                while other < end and column[other] <= column[cell] + wide:
                    _join(parent, cell, other)
                    other = ends[other]


@compiled
def join_points(
    parent: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    keys: NDArray[np.int64],
    starts: NDArray[np.int64],
    width: int,
    limit: float,
) -> None:
    """Join points, sorted by bucket, within `limit`; buckets are so small that all points in one are within it."""
    for bucket in range(len(keys)):
        first = starts[bucket]
        for point in range(first + 1, starts[bucket + 1]):
            _join(parent, first, point)
    for bucket in range(len(keys)):
        for down in range(3):
            for right in range(-2, 3):
                if down == 0 and right <= 0:
                    continue
                wanted = keys[bucket] + down * width + right
                other = np.searchsorted(keys, wanted)
                if other < len(keys) and keys[other] == wanted:
                    _join_buckets(parent, x, y, starts, bucket, other, limit)


@compiled
def _join_buckets(
    parent: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    starts: NDArray[np.int64],
    one: int,
    other: int,
    limit: float,
) -> None:
    if _root(parent, starts[one]) == _root(parent, starts[other]):
        return
    for here in range(starts[one], starts[one + 1]):
        for there in range(starts[other], starts[other + 1]):
            if (x[here] - x[there]) ** 2 + (y[here] - y[there]) ** 2 <= limit * limit:
                _join(parent, here, there)
                return


@compiled
def settled(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the number of the cluster of each member, in order of their first members."""
    label = np.empty(len(parent), dtype=np.int32)
    count = 0
    for one in range(len(parent)):
        # A root comes before all its members.
        if parent[one] == one:
            label[one] = count
            count += 1
        else:
            label[one] = label[_root(parent, one)]
    return label
