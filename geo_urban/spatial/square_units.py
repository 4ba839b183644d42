"""Square units of equal area, made of the cells of grids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from geo_urban.errors import InputError
from geo_urban.spatial.grid import grid_shape, require_quantity
from geo_urban.spatial.modelled import require_comparable_cells

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["square_units"]

EQUAL_AREA = "EPSG:6933"  # for grids in degrees: cylindrical equal area
_METRES = 1000.0
_ROWS = 512  # read at a time, so that a large grid never lies in memory as a whole


def square_units(
    grids: xr.DataArray | Mapping[str, xr.DataArray], *, size_km: float = 10.0, crs: str | CRS | None = None
) -> gpd.GeoDataFrame:
    """Return squares of one size with the people of the grid cells in them.

    Units of equal size that no administration drew: what clusters by county and not by squares hangs on the counties.

    Parameters
    ----------
    grids
        A grid of counts, or several by the name of their column, e.g. ``{"people_2010": …, "people_2020": …}``; each of
        two dimensions. A cell belongs to the square that its centre lies in, so cells must be much smaller.
    size_km
        Side of a square [km].
    crs
        Equal-area CRS in metres whose axes the squares follow; None for that of the first grid, or EPSG:6933 where it
        is in degrees.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per square with people in any grid, south to north and west to east, index ``"column_row"`` counted from
        the origin of the CRS; columns as named (``"people"`` for a single grid) [persons].

    Raises
    ------
    InputError
        If a grid holds no counts, the side is not positive or not much larger than a cell, the CRS is not in metres,
        nobody lives on the grids, or several grids are given and one is modelled: its cells carry the change of the
        unit they lie in.

    Notes
    -----
    O(cells), in blocks of rows. No cell is divided: of squares 10 km wide and cells 1 km wide, up to a few percent of
    the people of a square lie beyond its border.

    Examples
    --------
    Four cells of 1 km in squares of 2 km.

    >>> from affine import Affine
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 2000), height=2, width=4, crs=CRS("EPSG:6933"))
    >>> grid = build_grid([[1.0, 2.0, 0.0, 5.0], [3.0, 4.0, 0.0, 0.0]], shape, quantity="count")
    >>> square_units(grid, size_km=2)["people"].to_dict()
    {'0_0': 10.0, '1_0': 5.0}
    """
    named = dict(grids) if isinstance(grids, Mapping) else {"people": grids}
    if len(named) > 1:
        require_comparable_cells(*named.values())
    if not (np.isfinite(size_km) and size_km > 0):
        raise InputError("`size_km` is {value}; it must be a positive number of km.", value=size_km)
    squares = _chosen_crs(next(iter(named.values())), crs)
    side = size_km * _METRES
    columns = {name: _sums(grid, squares, side, argument=name) for name, grid in named.items()}
    table = pd.DataFrame(columns).fillna(0.0)
    table = table[(table > 0).any(axis=1)].sort_index(level=[1, 0])
    if table.empty:
        raise InputError("nobody lives on the cells of {names}, so there are no squares.", names=", ".join(named))
    across, up = (table.index.get_level_values(level).to_numpy() for level in (0, 1))
    shapes = shapely.box(across * side, up * side, (across + 1) * side, (up + 1) * side)
    codes = [f"{column}_{row}" for column, row in zip(across, up, strict=True)]
    return gpd.GeoDataFrame(table.set_axis(pd.Index(codes, name="square")), geometry=shapes, crs=squares)


def _chosen_crs(grid: xr.DataArray, crs: str | CRS | None) -> CRS:
    own = grid_shape(grid).crs
    chosen = CRS.from_user_input(crs) if crs is not None else own if own.is_projected else CRS(EQUAL_AREA)
    if not chosen.is_projected or any(axis.unit_name != "metre" for axis in chosen.axis_info):
        raise InputError(
            "`crs` is {crs}, which does not count in metres, so squares of some km cannot be laid on it. Take an "
            'equal-area one, e.g. "EPSG:6933".',
            crs=chosen.name,
        )
    return chosen


def _sums(grid: xr.DataArray, squares: CRS, side: float, *, argument: str) -> pd.Series:
    """Return the people per square, index (column, row)."""
    shape = grid_shape(grid, argument=argument)
    if require_quantity(grid, argument=argument) != "count" or grid.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(
            "`{argument}` holds densities or several layers; squares add up people per cell of one layer. Pass counts, "
            "e.g. the density times `geo_urban.spatial.cell_area_km2(grid_shape(grid))`.",
            argument=argument,
        )
    move = None if shape.crs == squares else Transformer.from_crs(shape.crs, squares, always_xy=True)
    blocks = []
    for top in range(0, shape.height, _ROWS):
        people = np.asarray(grid.isel(y=slice(top, top + _ROWS)), dtype=float)
        row, column = np.nonzero(people > 0)  # missing cells are not above zero
        if len(row) == 0:
            continue
        x = shape.transform.c + shape.transform.a * (column + 0.5)
        y = shape.transform.f + shape.transform.e * (row + top + 0.5)
        if move is not None:
            x, y = move.transform(x, y)
        blocks.append(_grouped(np.floor(x / side), np.floor(y / side), people[row, column]))
    if not blocks:
        return pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[], []]))
    _require_small_cells(shape.transform.a, shape.crs, side, argument=argument)
    sums: pd.Series = pd.concat(blocks).groupby(level=[0, 1]).sum()
    return sums


def _grouped(across: NDArray[np.float64], up: NDArray[np.float64], people: NDArray[np.float64]) -> pd.Series:
    keys = pd.MultiIndex.from_arrays([across.astype(np.int64), up.astype(np.int64)])
    sums: pd.Series = pd.Series(people, index=keys).groupby(level=[0, 1]).sum()
    return sums


def _require_small_cells(width: float, crs: CRS, side: float, *, argument: str) -> None:
    metres = abs(width) * (111_320.0 if crs.is_geographic else 1.0)
    if metres * 2 > side:
        raise InputError(
            "cells of `{argument}` are about {width:g} km wide, too wide for squares of {side:g} km: a cell is not "
            "divided. Ask for larger squares, `size_km=…`.",
            argument=argument,
            width=round(metres / _METRES, 3),
            side=side / _METRES,
        )
