"""Find which units of two dates share ground, for `geo_urban.spatial.harmonize`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import require_crs, require_geometry
from geo_urban.spatial.datum import require_same_datum

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["overlaps"]

# Equal areas everywhere on earth, and nothing but areas is measured in it.
_EQUAL_AREA = "EPSG:6933"


def overlaps(units_t0: gpd.GeoDataFrame, units_t1: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return every pair of units that share ground.

    Columns ``old``, ``new``, ``area_km2`` and ``share`` (of the smaller of the two units).
    """
    require_crs(units_t0, argument="units_t0")
    require_crs(units_t1, argument="units_t1")
    require_same_datum(units_t0=units_t0, units_t1=units_t1)
    require_geometry(units_t0, argument="units_t0")
    require_geometry(units_t1, argument="units_t1")
    left = units_t0.geometry.to_crs(_EQUAL_AREA)
    right = units_t1.geometry.to_crs(_EQUAL_AREA)
    in_t1, in_t0 = left.sindex.query(right, predicate="intersects")
    shapes_t0, shapes_t1 = left.to_numpy()[in_t0], right.to_numpy()[in_t1]
    shared = shapely.area(shapely.intersection(shapes_t0, shapes_t1))
    smaller = np.minimum(shapely.area(shapes_t0), shapely.area(shapes_t1))
    pairs = pd.DataFrame(
        {
            "old": units_t0.index.to_numpy()[in_t0],
            "new": units_t1.index.to_numpy()[in_t1],
            "area_km2": shared / 1e6,
            "share": np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0),
        }
    )
    touching = pairs["area_km2"] == 0
    return pairs[~touching].reset_index(drop=True)
