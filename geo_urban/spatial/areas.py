"""Measure areas on the ellipsoid, whatever projection a layer is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import require_crs
from geo_urban.errors import CRSMismatchError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import Geod

__all__ = ["area_km2"]


def area_km2(units: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Series:
    """Return the geodesic area of each unit.

    The area on the ellipsoid itself: the same for every projection, so densities of Hainan and Heilongjiang compare.
    It is the area of the polygon as drawn, sea included where a coastal polygon includes it.

    Parameters
    ----------
    units
        Polygons in any declared CRS. Holes do not count; the direction of rings does not matter; overlaps
        between units are not looked for.

    Returns
    -------
    pandas.Series
        Area [km²] on the index of `units`, named ``area_km2``; 0 for empty geometries, lines and points, missing
        where the geometry is missing.

    Raises
    ------
    MissingCRSError
        If `units` has no CRS.
    CRSMismatchError
        If its CRS is a local one, tied to no ellipsoid.

    Notes
    -----
    Edges are geodesics of the CRS's ellipsoid; projected layers are first brought to its longitude and latitude.
    Linear in the number of vertices: 4.2 million take about five seconds.

    References
    ----------
    Karney, C. F. F. (2013). Algorithms for geodesics. Journal of Geodesy 87, 43–55. doi:10.1007/s00190-012-0578-z

    Examples
    --------
    A cell of one degree at the equator:

    >>> import geopandas as gpd
    >>> cell = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], index=["a"], crs=4326)
    >>> area_km2(cell).round(1).to_dict()
    {'a': 12308.8}
    """
    crs = require_crs(units, argument="units")
    geod = crs.get_geod()
    if geod is None:
        raise CRSMismatchError(
            "`units` is in {crs}, which has no ellipsoid, so it lies nowhere on the earth. "
            "Say where it is, e.g. `units.set_crs(4326, allow_override=True)`.",
            crs=crs.to_string(),
        )
    degrees = units.geometry.to_crs(crs.geodetic_crs) if crs.is_projected else units.geometry
    geometries = degrees.to_numpy()
    square_metres = np.zeros(len(geometries))
    polygons, owner = shapely.get_parts(geometries, return_index=True)
    areal = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    rings, polygon = shapely.get_rings(polygons[areal], return_index=True)
    sign = np.where(np.diff(polygon, prepend=-1) > 0, 1.0, -1.0)  # each polygon's first ring is its shell
    np.add.at(square_metres, owner[areal][polygon], sign * _ring_areas(rings, geod))
    square_metres[shapely.is_missing(geometries)] = np.nan
    return pd.Series(square_metres / 1e6, index=units.index, name="area_km2")


def _ring_areas(rings: NDArray[np.object_], geod: Geod) -> NDArray[np.float64]:
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    counts = np.bincount(ring, minlength=len(rings))
    ends = np.cumsum(counts)
    lon, lat = np.ascontiguousarray(vertices[:, 0]), np.ascontiguousarray(vertices[:, 1])
    pairs = zip(ends - counts, ends, strict=True)
    return np.array([abs(geod.polygon_area_perimeter(lon[a:b], lat[a:b])[0]) for a, b in pairs])
