"""Borders of large layers for drawing, kept beside the built boundaries: a run that is repeated finds them there."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from geo_urban.errors import OutputError
from geo_urban.maps.drawing import HEAVY_VERTICES, drawing_of, vertices

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["kept_drawing"]

_VERSION = "1"  # a new number where `drawing_of` draws otherwise


def kept_drawing(units: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return borders of units for drawing only, as `drawing_of` does, made once for units of these very corners.

    Parameters
    ----------
    units
        Polygons or lines with a CRS.

    Returns
    -------
    geopandas.GeoSeries
        On the same index. What cannot be kept, or read again, is made anew.
    """
    if vertices(units) <= HEAVY_VERTICES:
        return drawing_of(units)
    with suppress(OutputError, OSError, ValueError):  # damaged Parquet is a ValueError or an OSError
        drawn = gpd.read_parquet(_kept(units)).geometry
        if len(drawn) == len(units):
            return gpd.GeoSeries(drawn.to_numpy(), index=units.index, crs=units.crs)
    return drawing_of(units)


def _kept(units: gpd.GeoDataFrame) -> Path:
    from geo_urban.datasets.store import build_once

    def build(path: Path) -> None:
        gpd.GeoDataFrame(geometry=drawing_of(units).reset_index(drop=True)).to_parquet(path)

    corners = hashlib.sha256(str(units.crs).encode())
    for shape in shapely.to_wkb(units.geometry.to_numpy()):
        corners.update(shape or b"-")
    digest = corners.hexdigest()
    return build_once(
        f"drawn-{digest[:12]}.parquet", version_parts=[digest, shapely.__version__, _VERSION], build=build
    )
