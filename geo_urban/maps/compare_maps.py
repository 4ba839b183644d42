"""Two maps of the same units side by side: two years, or two methods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, InputError
from geo_urban.maps.pages import draw
from geo_urban.messages import Sentence

if TYPE_CHECKING:
    import folium

    from geo_urban.maps.page_assets import Mode
    from geo_urban.maps.payload import Payload
    from geo_urban.messages import Language
    from geo_urban.presentation import Field, Layer, Presentation
    from geo_urban.wording import Figures

__all__ = ["compare_map", "compared"]

_SECOND = "second_"  # before the columns of the second presentation in the common table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """One presentation that holds both sides, and the columns that they show first."""

    presentation: Presentation
    left: str
    right: str


def compare_map(
    first: Presentation,
    second: Presentation | None = None,
    *,
    left: str | None = None,
    right: str | None = None,
    title: str | None = None,
    names: tuple[str, str] | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
    tiles: str | None = None,
) -> folium.Map:
    """Draw two maps of the same units side by side, which move together.

    Parameters
    ----------
    first
        What to show; alone, its own fields are compared, e.g. two years.
    second
        Another result on the same units, e.g. by another method; its geometry is not used. None for `first` alone.
    left, right
        Columns shown first in the left and in the right map. By default, of one presentation: the first and the last
        year of its first indicator that has several, else its first two fields with classes; of two presentations: the
        first field with classes of each. The reader can choose any other.
    title
        What the page shows, in words; by default the title of `first`, or both titles.
    names
        What tells the fields of the two presentations apart, e.g. ``("census", "modelled")``; by default their titles,
        or the letters of the maps where these are the same.
    language, figures, mode, tiles
        As in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it; the page carries geometry once.

    Raises
    ------
    AlignmentError
        If the two presentations are not on the same units, naming those that one of them lacks.
    InputError
        If `left` or `right` is no column with classes, there is nothing to compare, or as `draw` does.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.presentation import Breaks, Field, Layer, Presentation
    >>> units = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "y2010": [4, 9], "y2020": [3, 12]},
    ...     index=["1", "2"], geometry=[shapely.box(0, 1, 1, 2), shapely.box(1, 1, 2, 2)], crs=4326,
    ... )
    >>> classes = Breaks(limits=(5.0,), colors=("#ffffcc", "#0c2c84"))
    >>> fields = tuple(Field(column=f"y{year}", label=f"{year}", decimals=0, classes=classes) for year in (2010, 2020))
    >>> shown = Presentation(name="towns", title="Towns", source="", method="",
    ...                      layers=(Layer(name="towns", title="Towns", units=units, fields=fields),))
    >>> compare_map(shown).payload["compare"]
    {'first': [0, 0, 0], 'second': [0, 1, 0]}
    """
    pair = compared(first, second, left=left, right=right, title=title, names=names)
    drawn = draw(pair.presentation, language=language, figures=figures, mode=mode, tiles=tiles)
    payload: Payload = drawn.payload  # type: ignore[attr-defined] # `draw` returns a folium.Map of ours
    payload["compare"] = {"first": _place(payload, pair.left), "second": _place(payload, pair.right)}
    payload["shown"] = payload["compare"]["first"]
    return drawn


def compared(
    first: Presentation,
    second: Presentation | None = None,
    *,
    left: str | None = None,
    right: str | None = None,
    title: str | None = None,
    names: tuple[str, str] | None = None,
) -> _Pair:
    """Return one presentation that holds both sides of a comparison, and the two columns to show first.

    Parameters
    ----------
    first, second, left, right, title, names
        As in `compare_map`.

    Returns
    -------
    _Pair
        ``presentation``, ``left`` and ``right``.

    Raises
    ------
    AlignmentError
        If the two presentations are not on the same units.
    InputError
        If a column has no classes, or there is nothing to compare.
    """
    if second is None:
        if left is None or right is None:
            usual = _default_columns(first)
            left, right = left or usual[0], right or usual[1]
        pair = _Pair(presentation=first, left=left, right=right)
        if title is not None:
            pair = replace(pair, presentation=replace(first, title=title))
    else:
        pair = _joined(first, second, left=left, right=right, title=title, names=names)
    _require_mapped(pair)
    return pair


def _main(presentation: Presentation) -> Layer:
    found = next((layer for layer in presentation.layers if layer.mapped_fields and not layer.over), None)
    if found is None:
        raise InputError(
            "`{name}` has no layer of units with classes, so there is nothing to compare. "
            "Give a `Field` some `Breaks` or `Categories`.",
            name=presentation.name,
        )
    return found


def _default_columns(presentation: Presentation) -> tuple[str, str]:
    fields = _main(presentation).mapped_fields
    for field in fields:
        years = sorted(
            (other.year, other.column) for other in fields if field.indicator and other.indicator == field.indicator
            and other.year is not None
        )  # fmt: skip
        if len(years) > 1:
            return years[0][1], years[-1][1]
    if len(fields) < 2:  # noqa: PLR2004 - two sides
        raise InputError(
            "`{name}` has one field with classes only, `{column}`, and a comparison needs two. "
            "Pass a second presentation, or class another field.",
            name=presentation.name,
            column=fields[0].column,
        )
    return fields[0].column, fields[1].column


def _joined(
    first: Presentation,
    second: Presentation,
    *,
    left: str | None,
    right: str | None,
    title: str | None,
    names: tuple[str, str] | None,
) -> _Pair:
    one, other = _main(first), _main(second)
    _require_same_units(one, other)
    called = names or ((first.title, second.title) if first.title != second.title else ("A", "B"))
    table = other.units.drop(columns=other.units.geometry.name).add_prefix(_SECOND).reindex(one.units.index)
    fields = (
        *(_called(field, called[0]) for field in one.fields if field.column != one.label_column),
        *(_called(field, called[1], prefix=_SECOND) for field in other.fields if field.column != other.label_column),
    )
    layer = replace(one, units=one.units.join(table), fields=fields)
    layers = tuple(layer if each is one else each for each in first.layers)
    presentation = replace(
        first,
        title=title or _both(first.title, second.title),
        layers=layers,
        source=_both(first.source, second.source),
        method=_both(first.method, second.method),
        citation="; ".join(dict.fromkeys(text for text in (first.citation, second.citation) if text)),
        cautions=tuple(dict.fromkeys((*first.cautions, *second.cautions))),
    )
    return _Pair(
        presentation=presentation,
        left=left or one.mapped_fields[0].column,
        right=f"{_SECOND}{right or other.mapped_fields[0].column}",
    )


def _called(field: Field, name: str, *, prefix: str = "") -> Field:
    label = Sentence("{what} · {which}", what=Sentence(field.label), which=Sentence(name))
    indicator = Sentence("{what} · {which}", what=Sentence(field.indicator), which=Sentence(name))
    return replace(
        field,
        column=f"{prefix}{field.column}",
        label=label,
        indicator=indicator if field.indicator else "",
        firmness=f"{prefix}{field.firmness}" if field.firmness else "",
    )


def _both(one: str, other: str) -> str:
    if not other or one == other:
        return one
    return Sentence("{what} · {which}", what=Sentence(one), which=Sentence(other)) if one else other


def _require_same_units(one: Layer, other: Layer) -> None:
    absent = one.units.index.difference(other.units.index)
    extra = other.units.index.difference(one.units.index)
    if len(absent) or len(extra):
        raise AlignmentError(
            "the two results are not on the same units: {absent} of the first are not in the second ({absent_codes}), "
            "{extra} of the second not in the first ({extra_codes}). Compare results on one set of units, "
            "e.g. after `harmonize`.",
            absent=len(absent),
            absent_codes=listed(absent),
            extra=len(extra),
            extra_codes=listed(extra),
        )


def _require_mapped(pair: _Pair) -> None:
    known = [field.column for layer in pair.presentation.layers if not layer.over for field in layer.mapped_fields]
    for column in (pair.left, pair.right):
        if column not in known:
            raise InputError(
                "`{column}` is no field with classes, so a map of it would have no colours; there are {known}. "
                "Pass one of these as `left` or `right`.",
                column=column.removeprefix(_SECOND),
                known=", ".join(f"`{name.removeprefix(_SECOND)}`" for name in dict.fromkeys(known)),
            )


def _place(payload: Payload, column: str) -> list[int]:
    """Return layer, indicator and year of a column, by their places on the page."""
    for number, layer in enumerate(payload["layers"]):
        for place, indicator in enumerate(layer["indicators"]):
            for year, field in enumerate(indicator["fields"]):
                if layer["fields"][field]["column"] == column:
                    return [number, place, year]
    message = f"no column {column} on the page"
    raise ValueError(message)
