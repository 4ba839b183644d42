"""People in strips: exact on a counted grid; a range where figures exist per unit only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.spatial import is_modelled, zonal_stats

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["people_by_area", "people_on_grid"]


def people_by_area(strips: gpd.GeoDataFrame, units: gpd.GeoDataFrame, columns: list[str]) -> pd.DataFrame:
    """Return people of units spread evenly over their areas, summed over each strip, and the land inside units.

    Returns
    -------
    pandas.DataFrame
        By strip: `area_km2` (inside units) and each of `columns`.
    """
    around = _on_equal_areas(strips.geometry.to_numpy())
    polygons = _on_equal_areas(units.geometry.to_crs(4326).to_numpy())
    strip, unit = shapely.STRtree(polygons).query(around, predicate="intersects")
    km2 = _common_areas(around, polygons, strip, unit)
    share = km2 / shapely.area(polygons)[unit]
    table = pd.DataFrame({"area_km2": np.bincount(strip, weights=km2, minlength=len(strips))}, index=strips.index)
    for column in columns:
        figures = units[column].astype(float).fillna(0.0).to_numpy()[unit]
        table[column] = np.bincount(strip, weights=share * figures, minlength=len(strips))
    return table


def people_on_grid(strips: gpd.GeoDataFrame, grid: xr.DataArray) -> tuple[pd.Series, bool]:
    """Return the people of a grid in each strip, and whether the grid is modelled."""
    result = zonal_stats(grid, strips[["geometry"]], stats=["sum"])
    return result.units[result.column("sum")], is_modelled(grid)


def _on_equal_areas(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes in a cylindrical projection of the ellipsoid in which all areas are right [km]."""
    from pyproj import Proj

    flattened = Proj(proj="cea", ellps="WGS84", to_meter=1000)
    flat: NDArray[np.object_] = shapely.transform(shapes, lambda each: np.column_stack(flattened(*each.T)))
    return flat


def _common_areas(
    strips: NDArray[np.object_], units: NDArray[np.object_], strip: NDArray[np.intp], unit: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the area that each strip and unit of a pair have in common."""
    shapely.prepare(strips)
    within = shapely.contains_properly(strips[strip], units[unit])
    km2 = np.where(within, shapely.area(units)[unit], 0.0)
    cut = np.flatnonzero(~within)
    km2[cut] = shapely.area(shapely.intersection(strips[strip[cut]], units[unit[cut]]))
    return km2
