"""Prepare what a map page carries: geometry once, one table of values, classes, colours and words.

Nothing here knows of folium or of a browser.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import require_columns, require_crs, require_unique_index
from geo_urban.errors import AlignmentError, GeometryError, InputError
from geo_urban.maps.page_words import in_both, page_words
from geo_urban.maps.payload_fields import field_payload, indicators, sizes
from geo_urban.maps.rasters import raster_bounds, raster_payload
from geo_urban.maps.sheets import sheet_payload
from geo_urban.maps.topology import GRID, build_topology
from geo_urban.messages import current_language
from geo_urban.palettes import NO_DATA
from geo_urban.presentation import Layer, Presentation, Scatter
from geo_urban.wording import require_figures, shown_scale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.messages import Language
    from geo_urban.presentation import Raster
    from geo_urban.wording import Figures

__all__ = ["Payload", "map_payload", "payload_json", "raster_payloads", "with_drawing", "with_outlines"]

Payload: TypeAlias = dict[str, Any]

_KINDS: dict[str, Literal["polygon", "line", "point"]] = {
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
    "LineString": "line",
    "MultiLineString": "line",
    "Point": "point",
}
_POLAR = 80.0  # degrees of latitude beyond which a cone opens too far
_WIDEST = 120.0  # degrees of longitude that still make one readable cone


def with_drawing(presentation: Presentation, drawing: Mapping[str, gpd.GeoDataFrame | gpd.GeoSeries]) -> Presentation:
    """Return the presentation with other geometry for drawing, e.g. simplified borders.

    Simplified geometry is for the eye only: areas and joins are made on the full one before.

    Parameters
    ----------
    presentation
        What to show. It is not changed.
    drawing
        Per layer name: geometry on the same index. More units than the layer has are ignored.

    Returns
    -------
    Presentation
        The same fields and words on the other geometry.

    Raises
    ------
    AlignmentError
        If the drawing geometry lacks units of the layer.
    """
    return replace(
        presentation, layers=tuple(_redrawn(layer, drawing.get(layer.name)) for layer in presentation.layers)
    )


def with_outlines(
    presentation: Presentation,
    outlines: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    name: str = "outlines",
    title: str = "Outlines",
) -> Presentation:
    """Return the presentation with outlines over its layers, e.g. provinces over counties or cities.

    Parameters
    ----------
    presentation
        What to show. It is not changed.
    outlines
        Polygons or lines to draw without a fill and without a tip.
    name
        Name of the layer that holds them.
    title
        What they are, in words.

    Returns
    -------
    Presentation
        With one more layer, the last.

    Raises
    ------
    MissingCRSError
        If the outlines do not say their coordinate reference system.

    Examples
    --------
    >>> import shapely
    >>> shown = Presentation(name="x", title="x", layers=(), source="", method="")
    >>> provinces = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], index=["21"], crs=4326)
    >>> with_outlines(shown, provinces).layers[0].mapped_fields
    ()
    """
    require_crs(outlines, argument="outlines")
    index = outlines.index
    units = gpd.GeoDataFrame(
        {"code": index.astype(str)}, geometry=outlines.geometry.array, index=index, crs=outlines.crs
    )
    layer = Layer(name=name, title=title, units=units, fields=(), label_column="code")
    return replace(presentation, layers=(*presentation.layers, layer))


def _redrawn(layer: Layer, drawing: gpd.GeoDataFrame | gpd.GeoSeries | None) -> Layer:
    if drawing is None:
        return layer
    geometry = drawing.geometry
    require_unique_index(geometry, argument="drawing")
    missing = layer.units.index.difference(geometry.index)
    if len(missing):
        raise AlignmentError(
            "the drawing geometry of layer `{layer}` lacks {count} units ({codes}); they would vanish from the map. "
            "Add them, or draw the layer's own geometry.",
            layer=layer.name,
            count=len(missing),
            codes=", ".join(str(code) for code in missing[:5]),
        )
    units = layer.units.drop(columns=layer.units.geometry.name)
    return replace(layer, units=gpd.GeoDataFrame(units, geometry=geometry.reindex(units.index), crs=geometry.crs))


def map_payload(
    presentation: Presentation, *, language: Language | None = None, figures: Figures = "persons"
) -> Payload:
    """Return all that a map page of `presentation` carries, ready for JSON.

    Parameters
    ----------
    presentation
        Layers with geometry and fields. Layers without a field that has classes are drawn as outlines.
    language
        Language of the page; None for the one in force.
    figures
        ``"persons"``, or ``"wan"`` to show counts of people in tens of thousands (万人).

    Returns
    -------
    dict
        ``arcs`` (shared borders), ``layers`` (codes, names, shapes, fields with values and classes), ``bounds``
        ``[[south, west], [north, east]]`` and words.

    Raises
    ------
    MissingCRSError
        If a layer does not say its coordinate reference system.
    MissingColumnsError
        If a field or the label column is not in its layer.
    AlignmentError
        If a layer has a unit twice.
    GeometryError
        If a layer mixes points, lines and polygons, or has no geometry at all.
    InputError
        If `figures` is unknown, or nothing can be coloured.
    """
    require_figures(figures)
    language = language or current_language()
    mapped = any(layer.mapped_fields for layer in presentation.layers)
    if not (mapped or presentation.rasters):
        raise InputError(
            "`{name}` has no field with classes, so a map would have nothing to colour. "
            "Give a `Field` some `Breaks` or `Categories`.",
            name=presentation.name,
        )
    placed = [_in_degrees(layer) for layer in presentation.layers]
    kinds = [_kind(layer) for layer in placed]
    topology = build_topology(
        [layer.units.geometry if kind == "polygon" else () for layer, kind in zip(placed, kinds, strict=True)]
    )
    layers = [_layer(layer, figures=figures) for layer in placed]
    for number, (layer, kind) in enumerate(zip(placed, kinds, strict=True)):
        layers[number]["kind"] = kind
        layers[number]["shapes"] = topology.shapes[number] if kind == "polygon" else _plain_shapes(layer)
    if not mapped:
        layers.insert(0, _no_units(presentation.rasters[0], figures=figures))
    bounds = map_bounds(placed, () if mapped else presentation.rasters)
    cone = equal_area(bounds)
    return {
        "name": presentation.name,
        "language": language,
        "title": in_both(presentation.title),
        "source": in_both(presentation.source),
        "method": in_both(presentation.method),
        "citation": presentation.citation,
        "cautions": [in_both(caution) for caution in presentation.cautions],
        "date": presentation.date,
        "words": page_words(),
        "noData": NO_DATA,
        "bounds": bounds,
        "equalArea": cone,
        "grid": GRID,
        "arcs": topology.arcs,
        "layers": layers,
        "rasters": raster_payloads(presentation.rasters, cone=cone, bounds=bounds if mapped else None, figures=figures),
        "gridsOnly": not mapped,
        "charts": [_chart(chart, presentation, figures=figures) for chart in presentation.charts],
        "sheet": sheet_payload(presentation.sheet),
    }


def raster_payloads(
    rasters: tuple[Raster, ...],
    *,
    cone: dict[str, float] | None,
    bounds: list[list[float]] | None,
    figures: Figures,
) -> list[Payload]:
    """Return the pictures of grids on the plane of a page.

    Parameters
    ----------
    rasters
        The grids.
    cone
        The equal-area cone of the page; None for Web Mercator, which tiles need.
    bounds
        ``[[south, west], [north, east]]`` of the units, around which grids are cut; None to keep all.
    figures
        How counts of people are shown.

    Returns
    -------
    list of dict
        One per grid, as `geo_urban.maps.rasters.raster_payload` makes it.
    """
    within = None if bounds is None else (bounds[0][1], bounds[0][0], bounds[1][1], bounds[1][0])
    return [raster_payload(raster, cone=cone, within=within, figures=figures) for raster in rasters]


def payload_json(payload: Payload) -> str:
    r"""Return the payload as JSON that can stand inside a script element: nothing in it can end the element.

    Examples
    --------
    >>> payload_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # These characters occur in strings only, so escaping them keeps the JSON the same.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _in_degrees(layer: Layer) -> Layer:
    require_crs(layer.units, argument=layer.name)
    require_unique_index(layer.units, argument=layer.name)
    require_columns(layer.units, [layer.label_column, *(field.column for field in layer.fields)], argument=layer.name)
    return replace(layer, units=layer.units.to_crs(4326))


def _kind(layer: Layer) -> Literal["polygon", "line", "point"]:
    geometry = layer.units.geometry
    types = set(geometry[~(geometry.isna() | geometry.is_empty)].geom_type)
    kinds = {_KINDS.get(name) for name in types}
    if len(kinds) != 1 or None in kinds:
        raise GeometryError(
            "layer `{layer}` must hold polygons, lines or points, one kind only; it holds {types}. "
            "Split it into one layer per kind.",
            layer=layer.name,
            types=", ".join(sorted(types)) or "nothing",
        )
    return next(kind for kind in kinds if kind is not None)


def _no_units(raster: Raster, *, figures: Figures) -> Payload:
    """Return a layer without units, worded as the grid that stands alone on its page: there is always one to choose."""
    field = replace(raster.field, column=raster.field.column or raster.name)
    units = gpd.GeoDataFrame({field.column: np.empty(0), "code": []}, geometry=[], crs=4326)
    layer = Layer(name=raster.name, title=raster.title, units=units, fields=(field,), label_column="code")
    return {**_layer(layer, figures=figures), "kind": "polygon", "shapes": []}


def map_bounds(layers: list[Layer], rasters: tuple[Raster, ...]) -> list[list[float]]:
    boxes = [layer.units.total_bounds for layer in layers] + [np.array(raster_bounds(raster)) for raster in rasters]
    west, south = np.nanmin([box[:2] for box in boxes], axis=0)
    east, north = np.nanmax([box[2:] for box in boxes], axis=0)
    return [[round(float(south), 4), round(float(west), 4)], [round(float(north), 4), round(float(east), 4)]]


def equal_area(bounds: list[list[float]]) -> dict[str, float] | None:
    """Return the centre and standard parallels of an equal-area cone for these bounds; None where a cone does not fit.

    The parallels lie a sixth of the height inside the bounds (Snyder 1987, Map Projections, p. 99).
    """
    (south, west), (north, east) = bounds
    sixth = (north - south) / 6
    if south * north <= 0 or max(abs(south), abs(north)) > _POLAR or east - west > _WIDEST:
        return None
    return {
        "south": round(south + sixth, 4),
        "north": round(north - sixth, 4),
        "latitude": round((south + north) / 2, 4),
        "longitude": round((west + east) / 2, 4),
    }


def _plain_shapes(layer: Layer) -> list[list[list[int]]]:
    """Return the points of each unit's parts on the grid, flat: x, y, x, y."""
    parts = layer.units.geometry.explode(index_parts=False)
    grid: dict[object, list[list[int]]] = {code: [] for code in layer.units.index}
    for code, part in parts.items():
        if part is not None and not part.is_empty:
            grid[code].append(np.rint(np.array(part.coords)[:, :2] * GRID).astype(int).ravel().tolist())
    return list(grid.values())


def _layer(layer: Layer, *, figures: Figures) -> Payload:
    units = layer.units
    fields = [field for field in layer.fields if field.column != layer.label_column]
    columns = [field.column for field in fields]
    prepared: Payload = {
        "name": layer.name,
        "title": in_both(layer.title),
        "codes": [str(code) for code in units.index],
        "names": _names(layer),
        "fields": [field_payload(field, units, figures=figures) for field in fields],
        "indicators": indicators(layer, columns),
        "over": layer.over or not layer.mapped_fields,
        "visible": layer.visible,
    }
    if layer.size is not None:
        prepared["size"] = sizes(layer, layer.size, figures=figures)
    return prepared


def _names(layer: Layer) -> list[str | list[str]]:
    own = ["" if pd.isna(name) else str(name) for name in layer.units[layer.label_column]]
    english = f"{layer.label_column}_en"
    if english not in layer.units.columns:
        return list(own)
    return [
        name if pd.isna(other) or other == name else [str(other), name]
        for name, other in zip(own, layer.units[english], strict=True)
    ]


def _chart(chart: Scatter, presentation: Presentation, *, figures: Figures) -> Payload:
    """Return a chart with the places of its layer and fields among those the page carries."""
    place = next((number for number, layer in enumerate(presentation.layers) if layer.name == chart.layer), None)
    layer = presentation.layers[place] if place is not None else None
    shown = [field for field in layer.fields if field.column != layer.label_column] if layer is not None else []
    columns = {field.column: (number, field) for number, field in enumerate(shown) if field.decimals is not None}
    absent = [column for column in (chart.x, chart.y) if column not in columns]
    if place is None or absent:
        raise InputError(
            "the chart `{title}` shows {columns} of layer `{layer}`, and there are no such fields with numbers. "
            "Name a layer of the presentation and two of its fields with `decimals`.",
            title=chart.title,
            columns=", ".join(f"`{column}`" for column in absent or (chart.x, chart.y)),
            layer=chart.layer,
        )
    scales = [shown_scale(columns[column][1], figures=figures) for column in (chart.x, chart.y)]
    return {
        "title": in_both(chart.title),
        "layer": place,
        "x": columns[chart.x][0],
        "y": columns[chart.y][0],
        "xLog": chart.x_log,
        "yLog": chart.y_log,
        "lines": [_scaled(line, scales) for line in chart.lines],
        "crossing": _scaled(chart.crossing, scales) if chart.crossing else None,
    }


def _scaled(places: tuple[float, ...], scales: list[float]) -> list[float]:
    """Return x and y in turn, as shown on the axes."""
    return [float(value * scales[number % 2]) for number, value in enumerate(places)]
