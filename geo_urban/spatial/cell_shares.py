"""The geometry of a zonal join as a table: which share of which cell each unit covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.spatial._coverage_units import place_units
from geo_urban.spatial._zonal_sums import trace
from geo_urban.spatial.grid import grid_shape

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.spatial._coverage_kernels import Cells

__all__ = ["cell_fractions"]


def cell_fractions(grid: xr.DataArray, units: gpd.GeoDataFrame, *, reproject: bool = True) -> pd.DataFrame:
    """Return which cells each unit covers, and the share of each that it covers.

    The geometry of a zonal join as a table, for other tools and other sums: Σ fraction × value by unit is what
    `zonal_stats` computes.

    Parameters
    ----------
    grid
        A grid; its values and quantity do not matter.
    units
        Polygons with a unique index, in any declared CRS.
    reproject
        Whether units in another CRS are brought to that of the grid, with a warning that says so, or refused.

    Returns
    -------
    pandas.DataFrame
        One row per unit and cell, ordered by unit (as in `units`), row and column: `unit` (label), `row` and `col`
        (positions in the grid, from 0), `fraction` (above 0, up to 1). A unit outside the grid has no row.

    Raises
    ------
    InputError
        As `zonal_stats`.

    Warns
    -----
    GeoUrbanWarning
        If the units were reprojected.

    Notes
    -----
    20 bytes and a label per cell: 14 million cells, all of China at 30″, take about half a gigabyte.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import shapely
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1, 0, 100, 0, -1, 31), height=1, width=2, crs=CRS(4326))
    >>> people = build_grid([[30.0, 50.0]], shape, quantity="count")
    >>> units = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(100, 30, 101.5, 31)], crs=4326)
    >>> cell_fractions(people, units)
      unit  row  col  fraction
    0    a    0    0       1.0
    1    a    0    1       0.5
    """
    shape = grid_shape(grid)
    placed = place_units(units, shape, reproject=reproject)
    block = (0, shape.height, 0, shape.width)
    parts = [_expanded(trace(rings, block), rings.owner) for rings in placed.batches(block)]
    table = pd.concat(parts, ignore_index=True) if parts else _no_cells()
    if len(np.unique(placed.unit)) < len(placed.unit):  # placed on both ends of the grid, perhaps in one cell
        table = table.groupby(["unit", "row", "col"], as_index=False).agg({"fraction": "sum"})
    table = table.sort_values(["unit", "row", "col"], ignore_index=True)
    return table.assign(unit=units.index.take(table["unit"].to_numpy()))


def _expanded(cells: Cells, owner: NDArray[np.int64]) -> pd.DataFrame:
    """Return single cells and runs of cells as one table, units by their position."""
    row, first, after = cells.runs.T
    length = after - first
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    single, runs = np.diff(cells.ends, axis=0).T
    return pd.DataFrame(
        {
            "unit": np.concatenate([np.repeat(owner, single), np.repeat(np.repeat(owner, runs), length)]),
            "row": np.concatenate([cells.places[:, 0], np.repeat(row, length)]),
            "col": np.concatenate([cells.places[:, 1], (np.repeat(first, length) + within).astype(np.int32)]),
            "fraction": np.concatenate([cells.share, np.ones(len(within))]),
        }
    )


def _no_cells() -> pd.DataFrame:
    kinds = {"unit": np.int64, "row": np.int32, "col": np.int32, "fraction": np.float64}
    return pd.DataFrame({name: np.empty(0, dtype=kind) for name, kind in kinds.items()})
