"""Where places lie along a border, and how far from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.spatial._access import geodesic_km, on_sphere

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.corridors.border_result import BorderResult

__all__ = ["nearest_on_border"]

# The line is searched at points so near each other [degree of latitude]: 250 m, an error of 30 m at 1 km.
_STEP = 0.00225


def nearest_on_border(lon: NDArray[np.float64], lat: NDArray[np.float64], border: BorderResult) -> pd.DataFrame:
    """Return the nearest point of a border to each place.

    Returns
    -------
    pandas.DataFrame
        In the order of the places: `km` (distance), `segment`, `unit`, `neighbor`, `part`, `at_km` (along the part),
        `border_lon`, `border_lat`.
    """
    from scipy.spatial import cKDTree

    lines = border.segments.geometry.to_numpy()
    vertices, line = shapely.get_coordinates(shapely.segmentize(lines, _STEP), return_index=True)
    steps = np.zeros(len(vertices))
    steps[1:] = np.where(line[1:] == line[:-1], geodesic_km(*vertices[:-1].T, *vertices[1:].T), 0.0)
    along = np.cumsum(steps)
    first = np.searchsorted(line, line)
    along = along - along[first] + border.segments["start_km"].to_numpy()[line]
    nearest = cKDTree(on_sphere(*vertices.T)).query(on_sphere(lon, lat))[1]
    segments = border.segments.iloc[line[nearest]]
    return pd.DataFrame(
        {
            "km": geodesic_km(lon, lat, *vertices[nearest].T),
            "segment": segments.index.to_numpy(),
            "unit": segments["unit"].to_numpy(),
            "neighbor": segments["neighbor"].to_numpy(),
            "part": segments["part"].to_numpy(),
            "at_km": along[nearest],
            "border_lon": vertices[nearest, 0],
            "border_lat": vertices[nearest, 1],
        }
    )
