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
from geo_urban.maps.topology import GRID, build_topology
from geo_urban.messages import current_language, translate_to
from geo_urban.palettes import NO_DATA
from geo_urban.presentation import Categories, Layer, Presentation
from geo_urban.wording import (
    class_colors,
    class_labels,
    class_numbers,
    require_figures,
    shown_decimals,
    shown_scale,
    shown_unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.messages import Language
    from geo_urban.presentation import Field
    from geo_urban.wording import Figures

__all__ = ["Payload", "map_payload", "payload_json", "with_drawing", "with_outlines"]

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
_LOCALES = {"en": "en-GB", "zh": "zh-CN"}

# What the page itself says; the script asks for these by the English key.
_WORDS = (
    "Shown",
    "no data",
    "modelled, not counted",
    "{count} units",
    "Find a place",
    "name or code",
    "Source",
    "Method",
    "Cite as",
    "Caution",
    "code",
    "Map",
    "Legend",
    "Zoom in",
    "Zoom out",
)


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
    if not any(layer.mapped_fields for layer in presentation.layers):
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
    layers = [_layer(layer, language=language, figures=figures) for layer in placed]
    for number, (layer, kind) in enumerate(zip(placed, kinds, strict=True)):
        layers[number]["kind"] = kind
        layers[number]["shapes"] = topology.shapes[number] if kind == "polygon" else _plain_shapes(layer)
    return {
        "name": presentation.name,
        "language": language,
        "locale": _LOCALES[language],
        "title": translate_to(language, presentation.title),
        "source": translate_to(language, presentation.source),
        "method": translate_to(language, presentation.method),
        "citation": presentation.citation,
        "cautions": [translate_to(language, caution) for caution in presentation.cautions],
        "words": {word: translate_to(language, word) for word in _WORDS},
        "noData": NO_DATA,
        "bounds": (bounds := _bounds(placed)),
        "equalArea": _equal_area(bounds),
        "grid": GRID,
        "arcs": topology.arcs,
        "layers": layers,
    }


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


def _bounds(layers: list[Layer]) -> list[list[float]]:
    west, south = np.nanmin([layer.units.total_bounds[:2] for layer in layers], axis=0)
    east, north = np.nanmax([layer.units.total_bounds[2:] for layer in layers], axis=0)
    return [[round(float(south), 4), round(float(west), 4)], [round(float(north), 4), round(float(east), 4)]]


def _equal_area(bounds: list[list[float]]) -> dict[str, float] | None:
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


def _layer(layer: Layer, *, language: Language, figures: Figures) -> Payload:
    units = layer.units
    return {
        "name": layer.name,
        "title": translate_to(language, layer.title),
        "codes": [str(code) for code in units.index],
        "names": ["" if pd.isna(name) else str(name) for name in units[layer.label_column]],
        "fields": [
            _field(field, units[field.column], language=language, figures=figures)
            for field in layer.fields
            if field.column != layer.label_column
        ],
    }


def _field(field: Field, values: pd.Series, *, language: Language, figures: Figures) -> Payload:
    prepared: Payload = {
        "column": field.column,
        "label": translate_to(language, field.label),
        "unit": shown_unit(field, language=language, figures=figures),
        "modelled": field.modelled,
        "decimals": shown_decimals(field, figures=figures),
    }
    if field.decimals is None:
        prepared["values"] = _texts(field, values, language=language)
    else:
        prepared["values"] = _numbers(field, values, figures=figures)
    if field.classes is not None:
        numbers = class_numbers(field, values)
        labels = class_labels(field, language=language, figures=figures)
        counts = np.bincount(numbers[numbers >= 0], minlength=len(labels))
        prepared["classes"] = {
            "labels": list(labels),
            "colors": list(class_colors(field)),
            "counts": counts.tolist(),
            "missing": int((numbers < 0).sum()),
            "ordered": not isinstance(field.classes, Categories),
        }
        prepared["classOf"] = numbers.tolist()
    return prepared


def _texts(field: Field, values: pd.Series, *, language: Language) -> list[str | None]:
    labels = {item.value: item.label for item in field.classes.items} if isinstance(field.classes, Categories) else {}
    # A wording that is no word of ours (a name) comes back as it is.
    return [None if pd.isna(value) else translate_to(language, labels.get(str(value), str(value))) for value in values]


def _numbers(field: Field, values: pd.Series, *, figures: Figures) -> list[float | int | None]:
    decimals = shown_decimals(field, figures=figures) or 0
    numbers = values.to_numpy(dtype=float, na_value=np.nan) * shown_scale(field, figures=figures)
    rounded = np.round(numbers, decimals)
    return [
        None if not np.isfinite(value) else int(value) if decimals == 0 else float(value) for value in rounded.tolist()
    ]
