"""Density measures of parcels of land: cells of a grid, or townships of a table, gathered by unit."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.spatial._grid_values import declared_nodata, with_missing
from geo_urban.spatial._outer_cells import COVERED_SHARE, inhabited_share, says_what_it_covers
from geo_urban.spatial.cell_shares import cell_fractions
from geo_urban.spatial.grid import cell_area_km2, grid_shape, require_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.spatial._outer_cells import OuterCellRule
    from geo_urban.spatial.grid import GridShape

__all__ = [
    "CELL_MEASURES",
    "OuterCells",
    "Parcels",
    "cell_parcels",
    "outer_cells",
    "parcel_measures",
    "reaching_beyond",
]

CELL_MEASURES = (
    "population",
    "covered_area_km2",
    "lived_density_per_km2",
    "dense_share",
    "density_gini",
    "density_theil",
)

# Cells under the bounding boxes of the units that are measured at once; a cell takes about 100 bytes on the way.
BLOCK_CELLS = 4_000_000
_EDGE = 0.5  # of a cell; a unit drawn along the edge of the grid does not reach beyond
_MARGIN = 2  # cells; the box of a reprojected unit is known from points along its sides only


def parcel_measures(
    unit: NDArray[np.int64],
    density: NDArray[np.float64],
    area_km2: NDArray[np.float64],
    *,
    units: int,
    threshold_per_km2: float,
) -> pd.DataFrame:
    """Return the measures of each unit from its parcels; a unit without a parcel has none.

    Parameters
    ----------
    unit
        Number of the unit each parcel belongs to, from 0.
    density, area_km2
        Density [persons/km²] and area [km²] of each parcel, of equal length.
    units
        Number of units.
    threshold_per_km2
        Density from which on a parcel is dense.

    Returns
    -------
    pandas.DataFrame
        One row per unit, columns `CELL_MEASURES`.
    """

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(unit, weights=values, minlength=units).astype(np.float64)

    people = density * area_km2
    population, area = total(people), total(area_km2)
    # Shares of people mean nothing where nobody lives, shares of land where there is no land.
    some_people, some_land = np.where(population > 0, population, np.nan), np.where(area > 0, area, np.nan)
    with np.errstate(divide="ignore"):
        logarithms = np.where(density > 0, np.log(density), 0.0)
    theil = total(people * logarithms) / some_people - np.log(some_people / some_land)
    table = {
        "population": np.where(area > 0, population, np.nan),
        "covered_area_km2": area,
        "lived_density_per_km2": total(people * density) / some_people,
        "dense_share": total(np.where(density >= threshold_per_km2, people, 0.0)) / some_people,
        "density_gini": _gini(unit, density, people / some_people[unit], area_km2 / some_land[unit], units=units),
        "density_theil": np.maximum(theil, 0.0),  # rounding alone can leave less than none
    }
    return pd.DataFrame(table)[list(CELL_MEASURES)]


def _gini(
    unit: NDArray[np.int64],
    density: NDArray[np.float64],
    people_share: NDArray[np.float64],
    land_share: NDArray[np.float64],
    *,
    units: int,
) -> NDArray[np.float64]:
    """Return 1 − 2 × the area under each unit's Lorenz curve: people over land, sparsest parcels first."""
    order = np.argsort(unit, kind="stable")  # all but free where they are in order already
    first = np.searchsorted(unit[order], np.arange(units + 1))
    for start, end in pairwise(first):  # many small sorts cost a fifth of one by two keys
        order[start:end] = order[start:end][np.argsort(density[order[start:end]])]
    sorted_unit, people, land = unit[order], people_share[order], land_share[order]
    up_to_here = np.cumsum(np.nan_to_num(people))
    before_unit = np.concatenate([[0.0], up_to_here])[first]
    trapezoids = land * (2 * (up_to_here - before_unit[sorted_unit]) - people)
    under = np.bincount(sorted_unit, weights=trapezoids, minlength=units)
    empty = np.bincount(sorted_unit, minlength=units) == 0
    return np.where(empty, np.nan, np.clip(1 - under, 0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parcels:
    """Pieces of cells inside units.

    Parameters
    ----------
    unit
        Number of the unit, from 0.
    density
        Density of the cell [persons/km²].
    area_km2
        Area of the piece [km²].
    fraction
        Its share of the cell's area.
    """

    unit: NDArray[np.int64]
    density: NDArray[np.float64]
    area_km2: NDArray[np.float64]
    fraction: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Cells of a window of a grid under some units: number of the unit, place and share of each cell.

    Parameters
    ----------
    window
        The window.
    pairs
        As from `geo_urban.spatial.cell_fractions`.
    cell
        Number of each cell in the whole grid.
    """

    window: xr.DataArray
    pairs: pd.DataFrame
    cell: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OuterCells:
    """Cells that reach beyond all units.

    Parameters
    ----------
    cell
        Their numbers in the grid, ascending.
    inhabited
        Share of each that its people live on.
    """

    cell: NDArray[np.int64]
    inhabited: NDArray[np.float64]

    def share_inhabited(self, cell: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the share of each of `cell` that its people live on, 1 for those that do not reach beyond."""
        place = np.minimum(np.searchsorted(self.cell, cell), max(len(self.cell) - 1, 0))
        found = self.cell[place] == cell if len(self.cell) else np.zeros(len(cell), dtype=bool)
        return np.where(found, self.inhabited[place], 1.0) if len(self.cell) else np.ones(len(cell))


def outer_cells(grid: xr.DataArray, units: gpd.GeoDataFrame, rule: OuterCellRule) -> OuterCells | None:
    """Return the cells that lie partly in units and partly in none; None if they need no other care than the rest."""
    says = says_what_it_covers(grid)
    if rule == "cut" and not says:
        return None
    cells, shares = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    for piece in _pieces(grid, units):
        share = piece.pairs["fraction"].to_numpy()
        cells.append(piece.cell[share < 1])
        shares.append(share[share < 1])
    cell, place = np.unique(np.concatenate(cells), return_inverse=True)
    inside = np.bincount(place, weights=np.concatenate(shares), minlength=len(cell)).astype(np.float64)
    covered = grid.coords[COVERED_SHARE].to_numpy().ravel()[cell] if says else None
    return OuterCells(cell=cell, inhabited=inhabited_share(inside, rule=rule, covered=covered))


def cell_parcels(grid: xr.DataArray, units: gpd.GeoDataFrame, *, outer: OuterCells | None = None) -> Iterator[Parcels]:
    """Yield the pieces of cells inside units, block by block; cells without a value are left out.

    Each unit comes whole within one block, so memory stays bounded whatever the size of the grid.

    Parameters
    ----------
    grid
        People or people per km² in every cell.
    units
        Polygons on a unique index.
    outer
        Cells whose people live on a part of them; None if all are spread evenly.

    Yields
    ------
    Parcels
        Those of some units.

    Raises
    ------
    InputError
        If a cell under a unit is negative or infinite.
    """
    for piece in _pieces(grid, units):
        yield _parcels_of(piece, outer)


def _pieces(grid: xr.DataArray, units: gpd.GeoDataFrame) -> Iterator[_Piece]:
    windows = _windows(grid_shape(grid), units)
    for numbers in _blocks(windows):
        top, left = windows[numbers, :2].min(axis=0)
        bottom, right = windows[numbers, 2:].max(axis=0)
        window = grid.isel(y=slice(top, bottom), x=slice(left, right))
        # Numbers for an index: a label may be anything, even a tuple.
        block = units.geometry.iloc[numbers].to_frame("geometry").set_axis(pd.Index(numbers, name="unit"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GeoUrbanWarning)  # whoever audits the join has said it once
            pairs = cell_fractions(window, block)
        cell = (pairs["row"].to_numpy(dtype=np.int64) + top) * grid.sizes["x"] + pairs["col"].to_numpy() + left
        yield _Piece(window=window, pairs=pairs, cell=cell)


def _parcels_of(piece: _Piece, outer: OuterCells | None) -> Parcels:
    row, column = piece.pairs["row"].to_numpy(), piece.pairs["col"].to_numpy()
    stored = with_missing(piece.window.to_numpy()[row, column], declared_nodata(piece.window))
    values = np.asarray(stored, dtype=np.float64)
    known = ~np.isnan(values)
    _require_possible(values[known])
    cell = cell_area_km2(piece.window).to_numpy()
    whole = cell[row] if cell.ndim == 1 else cell[row, column]
    density = values / whole if require_quantity(piece.window) == "count" else values
    if outer is not None:
        density = density / outer.share_inhabited(piece.cell)
    fraction = piece.pairs["fraction"].to_numpy()
    return Parcels(
        unit=piece.pairs["unit"].to_numpy()[known].astype(np.int64),
        density=density[known],
        area_km2=(fraction * whole)[known],
        fraction=fraction[known],
    )


def _require_possible(values: NDArray[np.float64]) -> None:
    impossible = (values < 0) | np.isinf(values)
    if impossible.any():
        raise InputError(
            "`grid` holds {count} cells that are negative or infinite (e.g. {value}), but people are neither: such a "
            "number marks missing cells. Declare it, e.g. `read_grid(path, quantity=…, nodata={value})`.",
            count=int(np.count_nonzero(impossible)),
            value=f"{values[impossible][0]:g}",
        )


def reaching_beyond(grid: xr.DataArray, units: gpd.GeoDataFrame) -> pd.Index:
    """Return the units that lie partly on a grid and partly beyond its edge, by half a cell or more."""
    shape = grid_shape(grid)
    suspects = units.geometry[_across_the_edge(shape, _bounds(shape, units))]
    # The bounds of reprojected bounds are wider than those of the unit itself.
    bounds = suspects.to_crs(shape.crs).bounds.to_numpy(dtype=np.float64)
    codes: pd.Index = suspects.index[_across_the_edge(shape, bounds)]
    return codes


def _across_the_edge(shape: GridShape, bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = shape.bounds
    left, bottom, right, top = bounds.T
    x, y = _EDGE * abs(shape.transform.a), _EDGE * abs(shape.transform.e)
    meets = (left < east) & (right > west) & (bottom < north) & (top > south)
    beyond = (left < west - x) | (right > east + x) | (bottom < south - y) | (top > north + y)
    columns = (np.stack([left, right]) - shape.transform.c) / shape.transform.a
    return np.asarray(meets & beyond & ~_on_another_turn(shape, columns), dtype=bool)


def _windows(shape: GridShape, units: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return first row, first column, and the row and column after the last one, of the cells each unit may touch."""
    west, south, east, north = _bounds(shape, units).T
    columns = (np.stack([west, east]) - shape.transform.c) / shape.transform.a
    rows = np.sort((np.stack([north, south]) - shape.transform.f) / shape.transform.e, axis=0)
    # What the projection cannot say (across its seam), or another turn around the earth, stands for the whole grid.
    whole_width = ~(np.isfinite(columns).all(axis=0) & (columns[0] <= columns[1])) | _on_another_turn(shape, columns)
    columns = np.where(whole_width, [[0], [shape.width]], columns)
    rows = np.where(np.isfinite(rows).all(axis=0), rows, [[0], [shape.height]])
    first = np.floor(np.stack([rows[0], columns[0]])) - _MARGIN
    last = np.ceil(np.stack([rows[1], columns[1]])) + _MARGIN
    size = np.array([[shape.height], [shape.width]])
    edges = np.concatenate([np.clip(first, 0, size), np.clip(last, 0, size)])
    return edges.T.astype(np.int64)


def _on_another_turn(shape: GridShape, columns: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which units a grid of degrees may meet 360 degrees further east or west."""
    if not shape.crs.is_geographic:
        return np.zeros(columns.shape[1], dtype=bool)
    turn = 2 * np.pi / shape.crs.axis_info[0].unit_conversion_factor / shape.transform.a
    met = [(columns[0] + shift < shape.width) & (columns[1] + shift > 0) for shift in (-turn, turn)]
    return np.asarray(met[0] | met[1], dtype=bool)


def _bounds(shape: GridShape, units: gpd.GeoDataFrame) -> NDArray[np.float64]:
    bounds: NDArray[np.float64] = units.geometry.bounds.to_numpy(dtype=np.float64)
    if units.crs.equals(shape.crs, ignore_axis_order=True):
        return bounds
    from pyproj import Transformer

    transformer = Transformer.from_crs(units.crs, shape.crs, always_xy=True)
    there = [transformer.transform_bounds(west, south, east, north) for west, south, east, north in bounds]
    return np.array(there, dtype=np.float64)


def _blocks(windows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield numbers of units whose cells fit into memory together; units outside the grid are in no block."""
    cells = np.prod(np.maximum(windows[:, 2:] - windows[:, :2], 0), axis=1)
    block: list[int] = []
    held, box = 0, np.empty(0, dtype=np.int64)
    for number in np.flatnonzero(cells):
        window = windows[number]
        joined = np.concatenate([np.minimum(box[:2], window[:2]), np.maximum(box[2:], window[2:])]) if block else window
        if block and (held + cells[number] > BLOCK_CELLS or np.prod(joined[2:] - joined[:2]) > 4 * BLOCK_CELLS):
            yield np.array(block)
            block, held, joined = [], 0, window
        block.append(int(number))
        held, box = held + int(cells[number]), joined
    if block:
        yield np.array(block)
