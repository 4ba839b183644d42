"""Lighter geometry for map pages: simplified as a coverage, so that neighbors still meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

if TYPE_CHECKING:
    from geo_urban.presentation import Presentation

__all__ = ["drawing_of", "lightened"]

TOLERANCE_DEGREES = 0.008  # about 0.8 km: a third of a pixel on a page that shows a province
HEAVY_VERTICES = 60_000  # below this a page is light enough as it is


def lightened(presentation: Presentation) -> Presentation:
    """Return a presentation for drawing: heavy layers with simplified borders, light ones as they are.

    Parameters
    ----------
    presentation
        What to show; it is not changed. Layer files are written from it, never from the result.

    Returns
    -------
    Presentation
        The same units, fields and words.
    """
    from geo_urban.maps import with_drawing

    return with_drawing(presentation, {layer.name: drawing_of(layer.units) for layer in presentation.layers})


def drawing_of(units: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return borders of units for drawing only; neighbors keep their common border.

    Parameters
    ----------
    units
        Polygons in degrees.

    Returns
    -------
    geopandas.GeoSeries
        On the same index. Units that overlap are simplified one by one.

    Notes
    -----
    Visvalingam–Whyatt on the edges of the coverage (``shapely.coverage_simplify``), O(v log v).
    """
    shapes = units.geometry.to_numpy()
    if shapely.get_num_coordinates(shapes).sum() <= HEAVY_VERTICES:
        return units.geometry
    if bool(shapely.coverage_is_valid(shapes)):
        drawn = shapely.coverage_simplify(shapes, TOLERANCE_DEGREES)
    else:
        drawn = shapely.simplify(shapes, TOLERANCE_DEGREES / 2, preserve_topology=True)
    return gpd.GeoSeries(drawn, index=units.index, crs=units.crs)
