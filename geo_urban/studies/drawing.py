"""Lighter geometry for map pages: simplified as a coverage, so that neighbors still meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from geo_urban.presentation import Presentation

__all__ = ["drawing_of", "drawings_of", "outlines_of"]

TOLERANCE_DEGREES = 0.008  # about 0.8 km: a third of a pixel on a page that shows a province
HEAVY_VERTICES = 60_000  # below this a page is light enough as it is


def drawings_of(presentations: Iterable[Presentation]) -> dict[str, gpd.GeoSeries]:
    """Return borders for drawing by layer name; layers of one name show the same units and are simplified once.

    Parameters
    ----------
    presentations
        What to show. Layer files are written from it, never from the result of this function.

    Returns
    -------
    dict
        For `geo_urban.maps.with_drawing`.
    """
    layers = {layer.name: layer for shown in presentations for layer in shown.layers}
    drawn: dict[str, gpd.GeoSeries] = {}
    for name, layer in layers.items():
        same = next((other for other in drawn if _same_shapes(layers[other].units, layer.units)), None)
        drawn[name] = drawing_of(layer.units) if same is None else drawn[same]
    return drawn


def _same_shapes(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    if not one.index.equals(other.index) or one.crs != other.crs:
        return False
    # A layer of the same units holds the very same objects; looking into them would take longer than drawing.
    return all(first is second for first, second in zip(one.geometry, other.geometry, strict=True))


def drawing_of(units: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return borders of units for drawing only; neighbors keep their common border.

    Parameters
    ----------
    units
        Polygons in degrees.

    Returns
    -------
    geopandas.GeoSeries
        On the same index. Where units overlap, each border is simplified by itself.

    Notes
    -----
    Visvalingam–Whyatt on the edges of the coverage (``shapely.coverage_simplify``), O(v log v). Whether it is a
    coverage is not tested: that takes longer than drawing it, and a faulty one is drawn as faulty as it is.
    """
    shapes = units.geometry.dropna()
    if shapely.get_num_coordinates(shapes.to_numpy()).sum() <= HEAVY_VERTICES:
        return units.geometry
    drawn = shapely.coverage_simplify(shapes.to_numpy(), TOLERANCE_DEGREES)
    return gpd.GeoSeries(drawn, index=shapes.index, crs=units.crs).reindex(units.index)


def outlines_of(drawing: gpd.GeoSeries, groups: pd.Series) -> gpd.GeoSeries:
    """Return the outlines of groups of units, on the very lines along which the units are drawn.

    Parameters
    ----------
    drawing
        Borders of units for drawing, from `drawing_of`.
    groups
        Group of each unit on the same index, e.g. its province.

    Returns
    -------
    geopandas.GeoSeries
        One polygon per group, indexed by its name.

    Examples
    --------
    >>> import pandas as pd
    >>> units = gpd.GeoSeries([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], index=["a", "b"], crs=4326)
    >>> outlines_of(units, pd.Series("North", index=["a", "b"])).loc["North"].bounds
    (0.0, 0.0, 2.0, 1.0)
    """
    united = {
        str(name): shapely.union_all(parts.to_numpy())
        for name, parts in drawing.groupby(groups.reindex(drawing.index), sort=True, observed=True)
    }
    return gpd.GeoSeries(united, crs=drawing.crs)
