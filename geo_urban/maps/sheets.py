"""Maps of a whole country: the inset, the approval number, and a warning where they are missing."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely

from geo_urban.errors import GeoUrbanWarning
from geo_urban.maps.page_words import in_both
from geo_urban.messages import Sentence
from geo_urban.palettes import NO_DATA
from geo_urban.presentation import Categories, Category, Field, Layer

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo_urban.presentation import Presentation, Sheet

__all__ = ["NATION", "sheet_payload", "warn_if_incomplete", "with_sheet"]

NATION = "nation"
"""Attribute of a frame that covers the whole of a country whose maps are regulated: its name."""
_UNCOVERED = "not covered by these figures"
_HALF = 0.5


def with_sheet(presentation: Presentation, sheet: Sheet) -> Presentation:
    """Return the presentation with what a map of the whole country carries: inset, boundary lines, approval number.

    Parameters
    ----------
    presentation
        What to show. It is not changed.
    sheet
        E.g. of `geo_urban.datasets.national_sheet`.

    Returns
    -------
    Presentation
        With the lines as one more layer over the map.

    Examples
    --------
    >>> from geo_urban.presentation import Presentation, Sheet
    >>> shown = Presentation(name="x", title="x", layers=(), source="", method="")
    >>> with_sheet(shown, Sheet(nation="Utopia", approval_number="U-1")).sheet.approval_number
    'U-1'
    """
    cover = None if sheet.land is None else _cover(presentation, sheet.land)
    layers = list(presentation.layers)
    uncovered, lines = _uncovered(sheet, cover), _lines(sheet, cover)
    if uncovered is not None:
        # Below whatever lies over the map: a road may lead through a part without figures.
        layers.insert(next((place for place, layer in enumerate(layers) if layer.over), len(layers)), uncovered)
    return replace(presentation, sheet=sheet, layers=(*layers, *([] if lines is None else [lines])))


def _cover(presentation: Presentation, land: gpd.GeoDataFrame) -> pd.Series:
    """Return the share of each part of the country that units in it take; missing where none lies in it."""
    import pandas as pd

    taken = pd.Series(float("nan"), index=land.index)
    for layer in presentation.layers:
        if layer.mapped_fields and layer.units.geom_type.isin(["Polygon", "MultiPolygon", "Point"]).any():
            units = layer.units.geometry.to_crs(land.crs).dropna()
            # A part without figures in one corner is covered all the same: its other units stand on the map.
            found, part = land.sindex.query(units.representative_point().array, predicate="intersects")
            areas = pd.Series(shapely.area(units.to_numpy()[found]), index=land.index[part])
            taken = taken.add(areas.groupby(level=0).sum(), fill_value=0.0).reindex(land.index)
    share: pd.Series = taken / shapely.area(land.geometry.to_numpy())
    return share


def _lines(sheet: Sheet, cover: pd.Series | None) -> Layer | None:
    """Return the lines that belong on the map: those given, and outlines of parts that points or specks stand in."""
    import geopandas as gpd
    import pandas as pd

    lines = [] if sheet.lines is None else [sheet.lines.to_crs(4326)]
    if sheet.land is not None and cover is not None and (cover < _HALF).any():
        lines.append(sheet.land[cover < _HALF].boundary.to_crs(4326))
    if not lines:
        return None
    drawn = gpd.GeoDataFrame(geometry=pd.concat(lines, ignore_index=True), crs=4326).assign(name="")
    return Layer(name="boundary_lines", title="Boundary lines", units=drawn, fields=())


def _uncovered(sheet: Sheet, cover: pd.Series | None) -> Layer | None:
    """Return the parts of the country in which no unit lies: without them the country would look smaller than it is."""
    if sheet.land is None or cover is None or cover.notna().all():
        return None
    land = sheet.land[cover.isna()]
    grey = Categories(items=(Category(value=_UNCOVERED, label=_UNCOVERED, color=NO_DATA),))
    return Layer(
        name="not_covered",
        title="Rest of the country",
        units=land.assign(figures=_UNCOVERED),
        fields=(Field(column="figures", label="Figures", classes=grey),),
        over=True,
    )


def warn_if_incomplete(presentation: Presentation) -> None:
    """Warn where a layer covers a whole country whose maps are regulated, and the map lacks inset or number.

    Parameters
    ----------
    presentation
        What is about to be drawn.
    """
    nations = [str(layer.units.attrs[NATION]) for layer in presentation.layers if layer.units.attrs.get(NATION)]
    sheet = presentation.sheet
    if not nations or (sheet is not None and sheet.approval_number and sheet.inset):
        return
    template = (
        "this map shows the whole of {nation} and has no inset of its far parts. Before it is published it needs one "
        "and an approval number: `geo_urban.maps.with_sheet(presentation, sheet)`."
        if sheet is None or sheet.inset is None
        else "this map shows the whole of {nation} and names no approval number. Before it is published it needs one; "
        "this package cannot grant it."
    )
    warnings.warn(GeoUrbanWarning(template, nation=Sentence(nations[0])), stacklevel=4)


def sheet_payload(sheet: Sheet | None) -> dict[str, Any] | None:
    """Return what the page carries of a sheet; None for a map of a part of a country."""
    if sheet is None:
        return None
    inset = sheet.inset
    return {
        "approvalNumber": sheet.approval_number,
        "inset": None if inset is None else {
            "title": in_both(inset.title), "bounds": _corners(inset.bounds), "mainBounds": _corners(inset.main_bounds)
        },
    }  # fmt: skip


def _corners(bounds: tuple[float, float, float, float]) -> list[list[float]]:
    """Return bounds as Leaflet takes them: south-west and north-east, latitude first."""
    west, south, east, north = bounds
    return [[south, west], [north, east]]
