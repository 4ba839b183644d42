"""Compiled loops of the zonal join: which share of which cell a unit covers, and sums over those shares.

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

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Cells", "add_shares", "audit_block", "sum_block", "to_cells", "trace_units"]

# A share nearer to 0 or 1 than this is rounding: sums of a few hundred heights, each exact to 1e-16.
_ROUNDING = 1e-14

# Coverage of a cell by several units, each off by its rounding.
_COVERAGE_ROUNDING = 1e-11

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


def _compiled(function: Any) -> Any:
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


@_compiled
def to_cells(coordinate: Any, origin: float, step: float, noise: float) -> Any:
    """Return coordinates in cells; what is as near to a cell's border as the coordinates are exact lies on it."""
    placed = np.empty(len(coordinate))
    for i in range(len(coordinate)):
        value = (coordinate[i] - origin) / step
        border = np.rint(value)
        placed[i] = border if abs(value - border) <= noise else value
    return placed


@_compiled
def _ring_area(x: Any, y: Any, vertices: tuple[int, int]) -> float:
    """Return the signed area of a closed ring, positive if x turns towards y."""
    x0, y0 = x[vertices[0]], y[vertices[0]]
    area = 0.0
    for i in range(vertices[0], vertices[1] - 1):
        area += (x[i] - x0) * (y[i + 1] - y0) - (x[i + 1] - x0) * (y[i] - y0)
    return 0.5 * area


@_compiled
def _trace_ring(
    x: Any, y: Any, vertices: tuple[int, int], sign: float, window: Any, shares: Any, touched: Any, reach: Any
) -> int:
    """Add all edges of a ring that can matter to a window of rows and columns.

    `shares` gains the differences of covered shares along each row, `touched` marks cells that an edge runs through,
    `reach` the first and last entry of each row that has one. Returns an upper limit for the
    number of cells and runs that follow from it.
    """
    places = 0
    top, bottom, west, east = window
    width = east - west
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
            entry = (row - top) * (width + 1)
            if last <= 0.0:  # on the left of the window: all of the row lies on its right
                shares[entry] += height
                reach[row - top, 0] = 0
                reach[row - top, 1] = max(reach[row - top, 1], 0)
            elif first < width:
                # The piece within each column.
                rate = height / (last - first) if last > first else 0.0
                if first < 0.0:
                    shares[entry] -= first * rate
                    height += first * rate
                    first = 0.0
                column = int(first)
                reach[row - top, 0] = min(reach[row - top, 0], column)
                while True:
                    ends_in_cell = last <= column + 1
                    after = last if ends_in_cell else column + 1.0
                    part = height if ends_in_cell else (after - first) * rate
                    beyond = part * (0.5 * (first + after) - column)
                    shares[entry + column] += part - beyond
                    shares[entry + column + 1] += beyond
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
                reach[row - top, 1] = max(reach[row - top, 1], column)
            if ends_here:
                break
            upper, at_upper = lower, at_lower
            row += 1
    return places


@_compiled
def _sweep(
    window: Any, block: Any, shares: Any, touched: Any, reach: Any, counts: Any, places: Any, share: Any, runs: Any
) -> None:
    """Turn differences along each row into shares, list what is covered, and clear the rest.

    `counts` are the numbers of places and runs listed so far; they grow.
    """
    top, bottom, west, east = window
    down, right = top - block[0], west - block[2]
    place, run = counts[0], counts[1]
    for row in range(bottom - top):
        first, last = reach[row, 0], reach[row, 1]
        entry = row * (east - west + 1)
        covered, inside, settled = 0.0, False, True
        for column in range(first, min(last + 1, east - west)):
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
        if inside:  # beyond its last edge it goes on to the border of the block
            runs[run, 2] = right + east - west
            run += 1
        for column in range(first, last + 1):
            shares[entry + column] = 0.0
    counts[0], counts[1] = place, run


@_compiled
def _longer(rows: Any, needed: int) -> Any:
    if needed <= len(rows):
        return rows
    grown = np.empty((2 * needed, rows.shape[1]), dtype=rows.dtype)
    for i in range(len(rows)):
        for j in range(rows.shape[1]):
            grown[i, j] = rows[i, j]
    return grown


@_compiled
def _trace(x: Any, y: Any, ring_ends: Any, is_hole: Any, unit_ends: Any, block: Any, windows: Any, lone: Any) -> Any:
    units = len(windows)
    size, most_rows = 1, 1
    for unit in range(units):
        rows, columns = windows[unit, 1] - windows[unit, 0], windows[unit, 3] - windows[unit, 2]
        size, most_rows = max(size, rows * (columns + 1)), max(most_rows, rows)
    shares, touched = np.zeros(size), np.zeros(size, dtype=np.uint8)
    reach = np.empty((most_rows, 2), dtype=np.int32)
    places, runs = np.empty((_FIRST, 2), dtype=np.int32), np.empty((_FIRST, 3), dtype=np.int32)
    share = np.empty((_FIRST, 1))
    ends = np.zeros((units + 1, 2), dtype=np.int64)
    counts = np.zeros(2, dtype=np.int64)
    for unit in range(units):
        window = (windows[unit, 0], windows[unit, 1], windows[unit, 2], windows[unit, 3])
        rows, columns = window[1] - window[0], window[3] - window[2]
        if rows > 0 and columns > 0:
            for row in range(rows):
                reach[row, 0], reach[row, 1] = columns, -1
            area, most = 0.0, 1
            for ring in range(unit_ends[unit], unit_ends[unit + 1]):
                vertices = (ring_ends[ring], ring_ends[ring + 1])
                turned = _ring_area(x, y, vertices)
                area += -abs(turned) if is_hole[ring] else abs(turned)
                if not lone[unit]:
                    sign = -1.0 if (turned > 0.0) != is_hole[ring] else 1.0
                    most += _trace_ring(x, y, vertices, sign, window, shares, touched, reach)
            places, share = _longer(places, counts[0] + most), _longer(share, counts[0] + most)
            runs = _longer(runs, counts[1] + most + rows)
            if not lone[unit]:
                _sweep(window, block, shares, touched, reach, counts, places, share[:, 0], runs)
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
    block: tuple[int, int, int, int],
) -> Cells:
    """Find the cells that units cover within a block, with the share of each that is covered.

    Vertices of ring ``r`` are ``ring_ends[r]:ring_ends[r + 1]`` (first vertex repeated), rings of unit ``u`` are
    ``unit_ends[u]:unit_ends[u + 1]``; rings may turn either way. `block` is (first row, row after the last, first
    column, column after the last).
    """
    starts = ring_ends[unit_ends[:-1]]
    low = np.floor([np.minimum.reduceat(y, starts), np.minimum.reduceat(x, starts)])
    high = np.ceil([np.maximum.reduceat(y, starts), np.maximum.reduceat(x, starts)])
    lone = (high - low <= 1).all(axis=0)  # one cell holds all of the unit
    first, after = np.array([[block[0]], [block[2]]]), np.array([[block[1]], [block[3]]])
    low, high = np.clip(low, first, after), np.clip(high, first, after)
    windows = np.column_stack([low[0], high[0], low[1], high[1]]).astype(np.int64)
    places, share, runs, ends = _trace(x, y, ring_ends, is_hole, unit_ends, block, windows, lone)
    return Cells(places[: ends[-1, 0]].copy(), share[: ends[-1, 0], 0].copy(), runs[: ends[-1, 1]].copy(), ends)


@_compiled
def sum_block(values: Any, weights: Any, cells: Any, owner: Any, totals: Any) -> None:
    """Add to `totals` of each unit (share × weight × value, share × weight, share), cells without a value left out.

    `weights` has one column (the same along each row) or one per cell. Row ``owner[u]`` of `totals` is that of the
    cells' unit ``u``.
    """
    by_row = weights.shape[1] == 1
    for unit in range(len(owner)):
        into = owner[unit]
        value_sum, weight_sum, share_sum = 0.0, 0.0, 0.0
        for i in range(cells.ends[unit, 0], cells.ends[unit + 1, 0]):
            row, column = cells.places[i, 0], cells.places[i, 1]
            value = np.float64(values[row, column])
            if value == value:  # noqa: PLR0124 - false for NaN, without a call
                share = cells.share[i]
                weighted = share * weights[row, 0 if by_row else column]
                value_sum += weighted * value
                weight_sum += weighted
                share_sum += share
        for i in range(cells.ends[unit, 1], cells.ends[unit + 1, 1]):
            row = cells.runs[i, 0]
            run_value, run_weight, run_share = 0.0, 0.0, 0.0
            for column in range(cells.runs[i, 1], cells.runs[i, 2]):
                value = np.float64(values[row, column])
                if value == value:  # noqa: PLR0124
                    weight = 1.0 if by_row else weights[row, column]
                    run_value += weight * value
                    run_weight += weight
                    run_share += 1.0
            factor = weights[row, 0] if by_row else 1.0
            value_sum += run_value * factor
            weight_sum += run_weight * factor
            share_sum += run_share
        totals[into, 0] += value_sum
        totals[into, 1] += weight_sum
        totals[into, 2] += share_sum


@_compiled
def add_shares(coverage: Any, cells: Any) -> None:
    """Add the shares of all units to the cells of the block."""
    for i in range(len(cells.share)):
        coverage[cells.places[i, 0], cells.places[i, 1]] += cells.share[i]
    for i in range(len(cells.runs)):
        row = cells.runs[i, 0]
        for column in range(cells.runs[i, 1], cells.runs[i, 2]):
            coverage[row, column] += 1.0


@_compiled
def audit_block(values: Any, weights: Any, coverage: Any) -> tuple[float, float, float]:
    """Return the sums of weight × value over the block, over what no unit covers, and over what is covered again."""
    by_row = weights.shape[1] == 1
    total, outside, again = 0.0, 0.0, 0.0
    for row in range(values.shape[0]):
        row_total, row_outside, row_again = 0.0, 0.0, 0.0
        for column in range(values.shape[1]):
            value = np.float64(values[row, column])
            if value == value:  # noqa: PLR0124
                weighted = value if by_row else value * weights[row, column]
                row_total += weighted
                excess = coverage[row, column] - 1.0
                if excess < -_COVERAGE_ROUNDING:
                    row_outside -= weighted * excess
                elif excess > _COVERAGE_ROUNDING:
                    row_again += weighted * excess
        factor = weights[row, 0] if by_row else 1.0
        total += row_total * factor
        outside += row_outside * factor
        again += row_again * factor
    return total, outside, again
