"""People in strips: exact on a counted grid; a range where figures exist per unit only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.spatial import area_km2, is_modelled, zonal_stats

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["people_by_area", "people_on_grid"]


def people_by_area(strips: gpd.GeoDataFrame, units: gpd.GeoDataFrame, columns: list[str]) -> pd.DataFrame:
    """Return people of units spread evenly over their areas, summed over each strip, and the land inside units.

    Returns
    -------
    pandas.DataFrame
        By strip: `area_km2` (inside units) and each of `columns`.
    """
    polygons = units.geometry.to_crs(4326).to_numpy()
    strip, unit = shapely.STRtree(polygons).query(strips.geometry.to_numpy(), predicate="intersects")
    pieces = shapely.intersection(strips.geometry.to_numpy()[strip], polygons[unit])
    km2 = area_km2(gpd.GeoSeries(pieces, crs=4326)).to_numpy()
    touched = np.unique(unit)
    whole = pd.Series(area_km2(gpd.GeoSeries(polygons[touched], crs=4326)).to_numpy(), index=touched)
    share = km2 / whole.loc[unit].to_numpy()
    table = pd.DataFrame({"area_km2": np.bincount(strip, weights=km2, minlength=len(strips))}, index=strips.index)
    for column in columns:
        figures = units[column].astype(float).fillna(0.0).to_numpy()[unit]
        table[column] = np.bincount(strip, weights=share * figures, minlength=len(strips))
    return table


def people_on_grid(strips: gpd.GeoDataFrame, grid: xr.DataArray) -> tuple[pd.Series, bool]:
    """Return the people of a grid in each strip, and whether the grid is modelled."""
    result = zonal_stats(grid, strips[["geometry"]], stats=["sum"])
    return result.units[result.column("sum")], is_modelled(grid)
