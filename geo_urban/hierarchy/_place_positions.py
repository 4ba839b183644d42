"""Where places are on the ellipsoid, and how far apart, without a projection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from geo_urban.checks import listed, require_crs, require_unique_index
from geo_urban.errors import GeometryError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["arc_km", "distances_km", "nearest_km", "positions_km"]

_EQUATOR_KM, _SQUARED_ECCENTRICITY = 6378.137, 0.0066943799901413165  # WGS 84
_MEAN_RADIUS_KM = 6371.0088


def positions_km(places: pd.DataFrame, *, argument: str) -> NDArray[np.float64]:
    """Return geocentric coordinates [km] of places, polygons by a point inside them.

    Raises
    ------
    InputError
        If there is no geometry or CRS, a geometry is missing, or a code stands twice.
    """
    if not isinstance(places, gpd.GeoDataFrame) or places.active_geometry_name is None:
        raise GeometryError(
            "`{argument}` has no geometry, so nothing is near or far. Pass a GeoDataFrame of points or polygons, or "
            "a matrix of distances.",
            argument=argument,
        )
    require_crs(places, argument=argument)
    require_unique_index(places, argument=argument)
    missing = places.geometry.isna() | places.geometry.is_empty
    if missing.any():
        raise GeometryError(
            "`{argument}` has no geometry for {codes}, so their distances are unknown. Add it, or drop them.",
            argument=argument,
            codes=listed(places.index[missing]),
        )
    points = places.geometry.representative_point().to_crs(4326)
    lon, lat = np.radians(points.x.to_numpy()), np.radians(points.y.to_numpy())
    radius = _EQUATOR_KM / np.sqrt(1 - _SQUARED_ECCENTRICITY * np.sin(lat) ** 2)
    return np.column_stack(
        [
            radius * np.cos(lat) * np.cos(lon),
            radius * np.cos(lat) * np.sin(lon),
            radius * (1 - _SQUARED_ECCENTRICITY) * np.sin(lat),
        ]
    )


def arc_km(chords: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the way over the surface for straight lines through the earth [km]."""
    arcs: NDArray[np.float64] = 2 * _MEAN_RADIUS_KM * np.arcsin(np.minimum(chords / (2 * _MEAN_RADIUS_KM), 1))
    return arcs


def distances_km(origins: NDArray[np.float64], destinations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return all distances between two sets of positions, rows from the first."""
    from scipy.spatial.distance import cdist

    return arc_km(cdist(origins, destinations))


def nearest_km(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of every position to the nearest other; empty for fewer than two."""
    from scipy.spatial import cKDTree

    if len(positions) < 2:  # noqa: PLR2004 - one place has no neighbour
        return np.empty(0)
    return arc_km(cKDTree(positions).query(positions, k=2)[0][:, 1])
