"""Compiled loops of the zonal join: which share of which cell a unit covers.

An edge of a polygon adds, to the cell it runs through, the area between itself and the cell's right border, and to all
cells on the right of that one, its height (Green's theorem, one row at a time). Edges running down add what edges
running up take away. So after all edges, running sums along each row are the covered shares, and no polygon is ever
cut. A cell that no edge runs through lies inside or outside as a whole: its share is rounded to 0 or 1, so that
rounding errors do not travel along the row.

All coordinates are in cells: column and row numbers, counted from the outer corner of the grid.
"""

# Loops over arrays, compiled: many arguments and branches are the price of not allocating.
# ruff: noqa: C901, PLR0912, PLR0915

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_urban.spatial._compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PAGE", "Cells", "to_cells", "trace_units"]

# A share nearer to 0 or 1 than this is rounding: sums of a few hundred heights, each exact to 1e-16.
_ROUNDING = 1e-14

# Entries are looked through by pages of 16: most of them are never written.
PAGE = 4

# Length of a list before it first grows.
_FIRST = 1024


class Cells(NamedTuple):
    """Cells that units cover within a block, numbered from the block's first row and column.

    Cells on the border of a unit stand one by one; cells inside it as runs along a row. Those of unit ``u`` are
    ``ends[u, 0]:ends[u + 1, 0]`` of the first and ``ends[u, 1]:ends[u + 1, 1]`` of the second.
    """

    places: NDArray[np.int32]  # row, column
    share: NDArray[np.float64]
    runs: NDArray[np.int32]  # row, first column, column after the last
    ends: NDArray[np.int64]


@compiled
def to_cells(coordinate: Any, origin: float, step: float, noise: float) -> Any:
    """Return coordinates in cells; what is as near to a cell's border as the coordinates are exact lies on it."""
    placed = np.empty(len(coordinate))
    for i in range(len(coordinate)):
        value = (coordinate[i] - origin) / step
        border = np.rint(value)
        placed[i] = border if abs(value - border) <= noise else value
    return placed


@compiled
def _ring_area(x: Any, y: Any, vertices: tuple[int, int]) -> float:
    """Return the signed area of a closed ring, positive if x turns towards y."""
    x0, y0 = x[vertices[0]], y[vertices[0]]
    area = 0.0
    for i in range(vertices[0], vertices[1] - 1):
        area += (x[i] - x0) * (y[i + 1] - y0) - (x[i + 1] - x0) * (y[i] - y0)
    return 0.5 * area


@compiled
def _stride(width: int) -> int:
    """Return the entries of a row: one per column, one beyond the last, and room for whole pages."""
    return ((width >> PAGE) + 1) << PAGE


@compiled
def _trace_ring(
    x: Any, y: Any, vertices: tuple[int, int], sign: float, window: Any, shares: Any, touched: Any, used: Any
) -> int:
    """Add all edges of a ring that can matter to a window of rows and columns.

    `shares` gains the differences of covered shares along each row, `touched` marks cells that an edge runs through,
    `used` the pages of 16 entries of either that were written. Returns an upper limit for the number of cells and runs
    that follow from it.
    """
    places = 0
    top, bottom, west, east = window
    width = east - west
    stride = _stride(width)
    for i in range(vertices[0], vertices[1] - 1):
        x0, y0, x1, y1, down = x[i], y[i], x[i + 1], y[i + 1], sign
        if y0 > y1:
            x0, y0, x1, y1, down = x1, y1, x0, y0, -sign
        if y1 < top or y0 >= bottom or (x0 >= east and x1 >= east):
            continue
        x0 -= west
        x1 -= west
        low, high = min(x0, x1), max(x0, x1)
        slope = (x1 - x0) / (y1 - y0) if y1 > y0 else 0.0
        upper, at_upper = y0, x0
        if y0 < top:
            upper, at_upper = float(top), min(max(x0 + (top - y0) * slope, low), high)
        row = int(upper)
        if row == y1:  # ends on the border of the window, or runs along that of two rows
            continue
        while row < bottom:
            # The piece within this row.
            ends_here = y1 <= row + 1
            lower = y1 if ends_here else row + 1.0
            at_lower = x1 if ends_here else min(max(x0 + (lower - y0) * slope, low), high)
            height = down * (lower - upper)
            first, last = min(at_upper, at_lower), max(at_upper, at_lower)
            entry = (row - top) * stride
            if last <= 0.0:  # on the left of the window: all of the row lies on its right
                shares[entry] += height
                used[entry >> PAGE] = 1
            elif first < width:
                # The piece within each column.
                rate = height / (last - first) if last > first else 0.0
                if first < 0.0:
                    shares[entry] -= first * rate
                    used[entry >> PAGE] = 1
                    height += first * rate
                    first = 0.0
                column = int(first)
                while True:
                    ends_in_cell = last <= column + 1
                    after = last if ends_in_cell else column + 1.0
                    part = height if ends_in_cell else (after - first) * rate
                    beyond = part * (0.5 * (first + after) - column)
                    shares[entry + column] += part - beyond
                    shares[entry + column + 1] += beyond
                    used[(entry + column) >> PAGE] = 1
                    used[(entry + column + 1) >> PAGE] = 1
                    if after == column:  # along its left border, through no cell
                        places += 1
                    elif touched[entry + column] == 0:
                        touched[entry + column] = 1
                        places += 1
                    height -= part
                    first = after
                    column += 1
                    if ends_in_cell or column == width:
                        break
            if ends_here:
                break
            upper, at_upper = lower, at_lower
            row += 1
    return places


@compiled
def _sweep(
    window: Any, block: Any, shares: Any, touched: Any, used: Any, counts: Any, places: Any, share: Any, runs: Any
) -> None:
    """Turn differences along each row into shares, list what is covered, and clear what was written.

    `counts` are the numbers of places and runs listed so far; they grow.
    """
    top, bottom, west, east = window
    width, stride = east - west, _stride(east - west)
    down, right = top - block[0], west - block[2]
    place, run = counts[0], counts[1]
    for row in range(bottom - top):
        entry = row * stride
        covered, inside, settled = 0.0, False, True
        for page in range(entry >> PAGE, (entry + stride) >> PAGE):
            if used[page] == 0:  # nothing changes here: inside or outside as before
                continue
            used[page] = 0
            start = (page << PAGE) - entry
            for column in range(start, min(start + (1 << PAGE), width)):
                change = shares[entry + column]
                on_border = touched[entry + column] == 1
                if settled and change == 0.0 and not on_border:
                    continue
                covered += change
                settled = not on_border
                if settled:
                    covered = 1.0 if covered > 0.5 else 0.0  # noqa: PLR2004 - inside or outside
                if inside and (on_border or covered == 0.0):
                    runs[run, 2] = right + column
                    run += 1
                    inside = False
                if on_border:
                    touched[entry + column] = 0
                    if covered > _ROUNDING:
                        places[place, 0], places[place, 1] = down + row, right + column
                        share[place] = covered if covered < 1.0 - _ROUNDING else 1.0
                        place += 1
                elif covered == 1.0 and not inside:
                    runs[run, 0], runs[run, 1] = down + row, right + column
                    inside = True
            for i in range(page << PAGE, (page + 1) << PAGE):
                shares[i] = 0.0
        if inside:  # beyond its last edge it goes on to the border of the block
            runs[run, 2] = right + width
            run += 1
    counts[0], counts[1] = place, run


@compiled
def _longer(rows: Any, needed: int) -> Any:
    if needed <= len(rows):
        return rows
    grown = np.empty((2 * needed, rows.shape[1]), dtype=rows.dtype)
    for i in range(len(rows)):
        for j in range(rows.shape[1]):
            grown[i, j] = rows[i, j]
    return grown


@compiled
def _trace(x: Any, y: Any, ring_ends: Any, is_hole: Any, unit_ends: Any, block: Any, windows: Any, lone: Any) -> Any:
    units = len(windows)
    size = 1
    for unit in range(units):
        size = max(size, (windows[unit, 1] - windows[unit, 0]) * _stride(windows[unit, 3] - windows[unit, 2]))
    shares, touched = np.zeros(size), np.zeros(size, dtype=np.uint8)
    used = np.zeros((size >> PAGE) + 1, dtype=np.uint8)
    places, runs = np.empty((_FIRST, 2), dtype=np.int32), np.empty((_FIRST, 3), dtype=np.int32)
    share = np.empty((_FIRST, 1))
    ends = np.zeros((units + 1, 2), dtype=np.int64)
    counts = np.zeros(2, dtype=np.int64)
    for unit in range(units):
        window = (windows[unit, 0], windows[unit, 1], windows[unit, 2], windows[unit, 3])
        rows, columns = window[1] - window[0], window[3] - window[2]
        if rows > 0 and columns > 0:
            area, most = 0.0, 1
            for ring in range(unit_ends[unit], unit_ends[unit + 1]):
                vertices = (ring_ends[ring], ring_ends[ring + 1])
                turned = _ring_area(x, y, vertices)
                area += -abs(turned) if is_hole[ring] else abs(turned)
                if not lone[unit]:
                    sign = -1.0 if (turned > 0.0) != is_hole[ring] else 1.0
                    most += _trace_ring(x, y, vertices, sign, window, shares, touched, used)
            places, share = _longer(places, counts[0] + most), _longer(share, counts[0] + most)
            runs = _longer(runs, counts[1] + most + rows)
            if not lone[unit]:
                _sweep(window, block, shares, touched, used, counts, places, share[:, 0], runs)
            elif area > 0.0:  # known to the last digit, which a difference of running sums is not
                places[counts[0], 0], places[counts[0], 1] = window[0] - block[0], window[2] - block[2]
                share[counts[0], 0] = min(area, 1.0)
                counts[0] += 1
        ends[unit + 1, 0], ends[unit + 1, 1] = counts[0], counts[1]
    return places, share, runs, ends


def trace_units(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    *,
    ring_ends: NDArray[np.int64],
    is_hole: NDArray[np.bool_],
    unit_ends: NDArray[np.int64],
    bounds: NDArray[np.float64],
    block: tuple[int, int, int, int],
) -> Cells:
    """Find the cells that units cover within a block, with the share of each that is covered.

    Vertices of ring ``r`` are ``ring_ends[r]:ring_ends[r + 1]`` (first vertex repeated), rings of unit ``u`` are
    ``unit_ends[u]:unit_ends[u + 1]``; rings may turn either way. `bounds` are least and greatest y, least and greatest
    x of each unit; `block` is (first row, row after the last, first column, column after the last).
    """
    low, high = np.floor(bounds[:, [0, 2]]), np.ceil(bounds[:, [1, 3]])
    lone = (high - low <= 1).all(axis=1)  # one cell holds all of the unit
    first, after = np.array([block[0], block[2]]), np.array([block[1], block[3]])
    windows = np.stack([np.clip(low, first, after), np.clip(high, first, after)], axis=2)
    windows = windows.reshape(-1, 4).astype(np.int64)
    places, share, runs, ends = _trace(x, y, ring_ends, is_hole, unit_ends, block, windows, lone)
    return Cells(places[: ends[-1, 0]].copy(), share[: ends[-1, 0], 0].copy(), runs[: ends[-1, 1]].copy(), ends)
