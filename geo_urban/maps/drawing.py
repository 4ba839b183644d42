"""Lighter geometry for map pages: simplified as a coverage, so that neighbors still meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import geopandas as gpd
import shapely

from geo_urban.checks import require_crs
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from geo_urban.presentation import Layer, Presentation

__all__ = ["Simplify", "drawing_of", "drawings_of", "outlines_of", "simplified", "vertices"]

Simplify: TypeAlias = "float | Literal[False] | None"
"""How far borders may move when drawn: a tolerance in degrees, ``False`` for not at all, ``None`` for unseen."""

TOLERANCE_DEGREES = 0.008  # about 0.8 km: a third of a pixel on a page that shows a province
HEAVY_VERTICES = 60_000  # below this a page is light enough as it is
_SCREEN = 2500  # pixels across a large screen
_METRES_PER_DEGREE = 111_320.0
_AREAS = ("Polygon", "MultiPolygon")
_LINES = ("LineString", "MultiLineString")


def drawings_of(
    presentations: Iterable[Presentation], *, draw: Callable[[gpd.GeoDataFrame], gpd.GeoSeries] | None = None
) -> dict[str, gpd.GeoSeries]:
    """Return borders for drawing by layer name; layers of one name show the same units and are simplified once.

    Parameters
    ----------
    presentations
        What to show. Layer files are written from it, never from the result of this function.
    draw
        Makes the borders of a layer; None for `drawing_of`.

    Returns
    -------
    dict
        For `geo_urban.maps.with_drawing`.
    """
    layers = {layer.name: layer for shown in presentations for layer in shown.layers}
    drawn: dict[str, gpd.GeoSeries] = {}
    for name, layer in layers.items():
        same = next((other for other in drawn if _same_shapes(layers[other].units, layer.units)), None)
        drawn[name] = (draw or drawing_of)(layer.units) if same is None else drawn[same]
    return drawn


def _same_shapes(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    if not one.index.equals(other.index) or one.crs != other.crs:
        return False
    # A layer of the same units holds the very same objects; looking into them would take longer than drawing.
    return all(first is second for first, second in zip(one.geometry, other.geometry, strict=True))


def drawing_of(units: gpd.GeoDataFrame | gpd.GeoSeries, *, tolerance: float | None = None) -> gpd.GeoSeries:
    """Return borders of units for drawing only; neighbors keep their common border.

    Parameters
    ----------
    units
        Polygons or lines in any CRS; points come back as they are.
    tolerance
        About how far a border may move [degrees]; None for what a screen that shows all units cannot tell, at most
        0.008 (0.8 km), and for nothing where the units have few vertices.

    Returns
    -------
    geopandas.GeoSeries
        On the same index. Where units overlap, each border is simplified by itself.

    Raises
    ------
    MissingCRSError
        If heavy units do not say their coordinate reference system: how much a screen can show is not known then.

    Notes
    -----
    Visvalingam–Whyatt on the edges of the coverage (``shapely.coverage_simplify``), O(v log v). Whether it is a
    coverage is not tested: that takes longer than drawing it, and a faulty one is drawn as faulty as it is. Areas
    measured on the result are wrong: it is for the eye only.

    Examples
    --------
    >>> zigzag = shapely.Polygon([(0, 0), (1, 0), (1, 1), (0.5, 1.001), (0, 1)])
    >>> drawn = drawing_of(gpd.GeoSeries([zigzag], crs=4326), tolerance=0.1)
    >>> int(shapely.get_num_coordinates(drawn.iloc[0]))
    5
    """
    shapes = units.geometry.dropna()
    if tolerance is None and vertices(shapes) <= HEAVY_VERTICES:
        return units.geometry
    crs = require_crs(units, argument="units")
    west, south, east, north = shapes.total_bounds
    step = 1.0 if crs.is_geographic else _METRES_PER_DEGREE / crs.axis_info[0].unit_conversion_factor
    unseen = min(max(east - west, north - south) / _SCREEN, TOLERANCE_DEGREES * step)
    moved = unseen if tolerance is None else tolerance * step
    kinds = set(shapes.geom_type)
    if kinds <= set(_AREAS):
        drawn = shapely.coverage_simplify(shapes.to_numpy(), moved)
    elif kinds <= set(_LINES):
        drawn = shapely.simplify(shapes.to_numpy(), moved)
    else:
        return units.geometry
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


def simplified(presentation: Presentation, *, simplify: Simplify = None) -> Presentation:
    """Return the presentation with borders as a page draws them.

    Parameters
    ----------
    presentation
        What to show. It is not changed.
    simplify
        None: heavy layers lose the detail that a screen cannot show. False: nothing is simplified. A number: the
        tolerance for every layer of polygons or lines [degrees].

    Returns
    -------
    Presentation
        The same figures on lighter geometry.

    Raises
    ------
    InputError
        If `simplify` is no positive number.
    MissingCRSError
        If a layer does not say its coordinate reference system.
    """
    if simplify is False:
        return presentation
    if simplify is True or (simplify is not None and not simplify > 0):
        raise InputError(
            "`simplify` is {value}; give a tolerance in degrees above zero (0.01 is about a kilometre), "
            "`False` to draw every vertex, or leave it out to drop what a screen cannot show.",
            value=simplify,
        )
    return replace(presentation, layers=tuple(_lighter(layer, simplify) for layer in presentation.layers))


def _lighter(layer: Layer, tolerance: float | None) -> Layer:
    require_crs(layer.units, argument=layer.name)
    if tolerance is None and vertices(layer.units.geometry.dropna()) <= HEAVY_VERTICES:
        return layer
    drawn = drawing_of(layer.units, tolerance=tolerance)
    return replace(layer, units=layer.units.set_geometry(drawn.rename(layer.units.geometry.name)))


def vertices(shapes: gpd.GeoSeries | gpd.GeoDataFrame) -> int:
    """Return how many points the geometries have together."""
    return int(shapely.get_num_coordinates(shapes.geometry.to_numpy()).sum())
