"""Spread the totals of units over the pieces of cells that lie in them; every total is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.spatial.grid import cell_areas

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.spatial.grid import GridShape

__all__ = ["Pieces", "Spread", "in_crs_of", "pieces_of", "spread"]

_ROWS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """The parts of cells that lie in units: the finest ground on which a unit's people can be told apart.

    Parameters
    ----------
    unit
        Number of the unit, 0 to `units` − 1.
    cell
        Number of the cell, row by row.
    fraction
        Share of the cell's area that lies in the unit.
    area_km2
        Area of the piece [km²].
    units
        How many units there are; one that holds no piece lies outside the grid.
    """

    unit: NDArray[np.int64]
    cell: NDArray[np.int64]
    fraction: NDArray[np.float64]
    area_km2: NDArray[np.float64]
    units: int

    def sum_by_unit(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum over the pieces of each unit."""
        sums: NDArray[np.float64] = np.bincount(self.unit, weights=values, minlength=self.units).astype(np.float64)
        return sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """People on pieces.

    Parameters
    ----------
    people
        People on each piece.
    weighted_area
        Area of each piece times the weight that placed its unit's people [km²].
    stage
        Which of the weights placed each unit's people, counted from 0.
    """

    people: NDArray[np.float64]
    weighted_area: NDArray[np.float64]
    stage: NDArray[np.int64]


def in_crs_of(shape: GridShape, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the outlines of units in the CRS of a grid, as the zonal join sees them."""
    import geopandas as gpd

    from geo_urban.spatial._coverage_units import place_units  # late: it brings compiled code

    placed = place_units(units, shape, reproject=True)
    return gpd.GeoDataFrame(geometry=placed.shapes, index=units.index, crs=shape.crs)


def pieces_of(grid: xr.DataArray, shape: GridShape, units: gpd.GeoDataFrame) -> Pieces:
    """Return the exact pieces of a grid's cells in units."""
    from geo_urban.spatial.cell_shares import cell_fractions  # late: it brings compiled code

    table = cell_fractions(grid, units)
    row, column = table["row"].to_numpy(dtype=np.int64), table["col"].to_numpy(dtype=np.int64)
    fraction = table["fraction"].to_numpy(dtype=np.float64)
    return Pieces(
        unit=units.index.get_indexer(table["unit"]).astype(np.int64),
        cell=row * shape.width + column,
        fraction=fraction,
        area_km2=fraction * _areas_at(shape, row, column),
        units=len(units),
    )


def spread(pieces: Pieces, total: NDArray[np.float64], weights: Iterable[NDArray[np.float64]]) -> Spread:
    """Spread totals by the first of several weights that is above zero anywhere in the unit, at last by area.

    Parameters
    ----------
    pieces
        Pieces of cells in units.
    total
        People of each unit.
    weights
        Weight per km² of each piece: the one to use, and those for units in which the ones before are zero everywhere.
    """
    weighted_area = np.zeros(len(pieces.unit))
    stage = np.full(pieces.units, -1, dtype=np.int64)
    for number, weight in enumerate((*weights, np.ones(len(pieces.unit)))):
        expected = weight * pieces.area_km2
        sums = pieces.sum_by_unit(expected)
        here = (stage < 0) & (sums > 0)
        stage[here] = number
        weighted_area = np.where(here[pieces.unit], expected, weighted_area)
    sums = pieces.sum_by_unit(weighted_area)
    factor = np.divide(total, sums, out=np.zeros(pieces.units), where=sums > 0)
    return Spread(people=factor[pieces.unit] * weighted_area, weighted_area=weighted_area, stage=stage)


def _areas_at(shape: GridShape, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the area of cells [km²], a band of rows at a time: the areas of a whole grid may not fit into memory."""
    areas = cell_areas(shape)
    result = np.empty(len(row))
    band = row // _ROWS_AT_ONCE
    order = np.argsort(band, kind="stable")
    starts = np.flatnonzero(np.diff(band[order], prepend=-1))
    for here in np.split(order, starts[1:]):
        first = int(band[here[0]]) * _ROWS_AT_ONCE if len(here) else 0
        block = areas(first, min(first + _ROWS_AT_ONCE, shape.height))
        result[here] = block[row[here] - first, column[here] if block.shape[1] > 1 else 0]
    return result
