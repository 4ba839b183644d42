"""QGIS styles (QML) for rasters, so that cells open in the classes and colours of the map instead of grey."""

from __future__ import annotations

from math import inf, nextafter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from geo_urban.presentation import Breaks, Categories
from geo_urban.wording import class_labels

if TYPE_CHECKING:
    from geo_urban.messages import Language
    from geo_urban.presentation import Field

__all__ = ["raster_style"]

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def raster_style(field: Field, *, language: Language) -> str:
    """Return the QML that colours the first band of a raster by the classes of a field.

    Limits part numbers, and named classes stand for the whole numbers that their values spell. Missing cells are clear.
    QGIS reads the style from a file beside the raster that has its name and ends in ``.qml``.

    Parameters
    ----------
    field
        Field with classes, in the unit of the cells.
    language
        Language of the labels.

    Returns
    -------
    str
        QML of QGIS 3.

    Notes
    -----
    QGIS gives a value on a limit to the class below it, this package to the class above. So every limit is set to the
    next smaller number.
    """
    if isinstance(field.classes, Categories):
        renderer = _by_code(field, field.classes, language)
    else:
        renderer = _by_limit(field, field.classes or Breaks(limits=(), colors=("#808080",)), language)
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    pipe = ET.SubElement(root, "pipe")
    pipe.append(renderer)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _renderer(kind: str) -> ET.Element:
    renderer = ET.Element("rasterrenderer", type=kind, band="1", alphaBand="-1", opacity="1", nodataColor="")
    ET.SubElement(renderer, "rasterTransparency")
    return renderer


def _by_limit(field: Field, classes: Breaks, language: Language) -> ET.Element:
    renderer = _renderer("singlebandpseudocolor")
    shader = ET.SubElement(
        ET.SubElement(renderer, "rastershader"),
        "colorrampshader",
        colorRampType="DISCRETE",
        classificationMode="1",
        clip="0",
    )
    uppers = [*(nextafter(float(limit), -inf) for limit in classes.limits), inf]
    labels = class_labels(field, language=language, signs=True) or ("",)
    for upper, label, color in zip(uppers, labels, classes.colors, strict=True):
        ET.SubElement(shader, "item", value=repr(upper), label=label, color=color, alpha="255")
    return renderer


def _by_code(field: Field, classes: Categories, language: Language) -> ET.Element:
    renderer = _renderer("paletted")
    palette = ET.SubElement(renderer, "colorPalette")
    labels = class_labels(field, language=language)
    for item, label in zip(classes.items, labels, strict=True):
        ET.SubElement(palette, "paletteEntry", value=str(int(item.value)), label=label, color=item.color, alpha="255")
    return renderer
