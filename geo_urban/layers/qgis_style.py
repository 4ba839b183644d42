"""QGIS styles (QML) with the classes of a presentation, so that a layer opens as the map showed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias
from xml.etree import ElementTree as ET

from geo_urban.messages import translate_to
from geo_urban.palettes import NO_DATA
from geo_urban.presentation import Breaks, Categories
from geo_urban.wording import class_colors, class_labels, heading

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.messages import Language
    from geo_urban.presentation import Field, Layer

__all__ = ["Kind", "field_style", "outline_style"]

Kind: TypeAlias = Literal["fill", "line", "marker"]

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_BORDER = "82,96,109,255"
_OUTLINE = "31,41,51,255"
_SYMBOL_LAYERS = {"fill": "SimpleFill", "line": "SimpleLine", "marker": "SimpleMarker"}


def field_style(field: Field, layer: Layer, *, kind: Kind, language: Language) -> str:
    """Return the QML that colours a layer by one field.

    A number without gaps gives a graduated renderer, one with missing values a rule-based one (a graduated renderer
    cannot draw "no data"), and names a categorized one.

    Parameters
    ----------
    field
        Field with classes.
    layer
        Its layer.
    kind
        How the layer's geometry is drawn.
    language
        Language of labels and aliases.

    Returns
    -------
    str
        QML of QGIS 3.

    Notes
    -----
    QGIS gives a value on a limit to the first range that has it. Ranges are therefore listed from the highest to the
    lowest, so that a limit belongs to the class above it, as everywhere in this package.
    """
    values = layer.units[field.column]
    if isinstance(field.classes, Categories):
        renderer = _categorized(field, kind=kind, language=language)
    elif values.isna().any():
        renderer = _rules(field, kind=kind, language=language)
    else:
        renderer = _graduated(field, values, kind=kind, language=language)
    return _document(renderer, layer, language=language)


def outline_style(layer: Layer, *, kind: Kind, language: Language) -> str:
    """Return the QML that draws a layer as outlines."""
    renderer = ET.Element("renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0")
    symbols = ET.SubElement(renderer, "symbols")
    _symbol(symbols, "0", kind=kind, color=None)
    return _document(renderer, layer, language=language)


def _document(renderer: ET.Element, layer: Layer, *, language: Language) -> str:
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    root.append(renderer)
    aliases = ET.SubElement(root, "aliases")
    for field in layer.fields:
        label = heading(field, language=language, figures="persons") if field.scale == 1 else _label(field, language)
        ET.SubElement(aliases, "alias", field=field.column, name=label)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _label(field: Field, language: Language) -> str:
    # The stored number is not in the shown unit, so the alias does not name that unit.
    return translate_to(language, field.label)


def _graduated(field: Field, values: pd.Series, *, kind: Kind, language: Language) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2",
        type="graduatedSymbol",
        attr=field.column,
        graduatedMethod="GraduatedColor",
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    limits = field.classes.limits if isinstance(field.classes, Breaks) else ()
    lowest, highest = float(values.min()), float(values.max())
    edges = [min(lowest, *limits), *limits, max(highest, *limits)] if limits else [lowest, highest]
    labels = class_labels(field, language=language, signs=True)
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    for number in reversed(range(len(labels))):
        ET.SubElement(
            ranges,
            "range",
            symbol=str(number),
            lower=repr(float(edges[number])),
            upper=repr(float(edges[number + 1])),
            label=labels[number],
            render="true",
        )
        _symbol(symbols, str(number), kind=kind, color=class_colors(field)[number])
    return renderer


def _categorized(field: Field, *, kind: Kind, language: Language) -> ET.Element:
    renderer = ET.Element(
        "renderer-v2",
        type="categorizedSymbol",
        attr=field.column,
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    items = field.classes.items if isinstance(field.classes, Categories) else ()
    entries = [(item.value, translate_to(language, item.label), item.color) for item in items]
    entries.append(("", translate_to(language, "no data"), NO_DATA))  # an empty value takes all that is left
    for number, (value, label, color) in enumerate(entries):
        ET.SubElement(
            categories, "category", value=value, label=label, symbol=str(number), type="string", render="true"
        )
        _symbol(symbols, str(number), kind=kind, color=color)
    return renderer


def _rules(field: Field, *, kind: Kind, language: Language) -> ET.Element:
    renderer = ET.Element("renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0")
    rules = ET.SubElement(renderer, "rules", key="all")
    symbols = ET.SubElement(renderer, "symbols")
    limits = field.classes.limits if isinstance(field.classes, Breaks) else ()
    name = '"{}"'.format(field.column.replace('"', '""'))
    labels = class_labels(field, language=language, signs=True)
    for number, (label, color) in enumerate(zip(labels, class_colors(field), strict=True)):
        conditions = [f"{name} IS NOT NULL"]
        if number > 0:
            conditions.append(f"{name} >= {limits[number - 1]!r}")
        if number < len(limits):
            conditions.append(f"{name} < {limits[number]!r}")
        ET.SubElement(
            rules, "rule", key=f"class-{number}", symbol=str(number), label=label, filter=" AND ".join(conditions)
        )
        _symbol(symbols, str(number), kind=kind, color=color)
    last = str(len(limits) + 1)
    label = translate_to(language, "no data")
    ET.SubElement(rules, "rule", key="no-data", symbol=last, label=label, filter=f"{name} IS NULL")
    _symbol(symbols, last, kind=kind, color=NO_DATA)
    return renderer


def _symbol(parent: ET.Element, name: str, *, kind: Kind, color: str | None) -> None:
    """Add a symbol; without a colour it is an outline."""
    symbol = ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": _SYMBOL_LAYERS[kind], "pass": "0", "locked": "0", "enabled": "1"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in _symbol_settings(kind, color).items():
        ET.SubElement(options, "Option", name=key, type="QString", value=value)
        ET.SubElement(layer, "prop", k=key, v=value)  # QGIS before 3.20 reads these


def _symbol_settings(kind: Kind, color: str | None) -> dict[str, str]:
    filled = _rgba(color) if color else _OUTLINE
    if kind == "line":
        return {"line_color": filled, "line_width": "0.8", "line_width_unit": "MM", "line_style": "solid"}
    settings = {
        "color": filled,
        "outline_color": _BORDER if color else _OUTLINE,
        "outline_style": "solid",
        "outline_width": "0.1" if color else "0.4",
        "outline_width_unit": "MM",
    }
    if kind == "fill":
        return {**settings, "style": "solid" if color else "no"}
    return {**settings, "name": "circle", "size": "2.4", "size_unit": "MM"}


def _rgba(color: str) -> str:
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},255"
