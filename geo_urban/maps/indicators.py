"""Maps of one's own data: columns of any frame become worded, classed fields of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns, require_unique_index
from geo_urban.classing import by_year, classed
from geo_urban.errors import GeometryError, InputError
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import QUALITATIVE, sequential
from geo_urban.presentation import Categories, Category, Field, Layer, Presentation, Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

__all__ = ["Indicators", "indicator_layer", "indicator_presentation", "link_layer", "listed_field"]

Indicators: TypeAlias = "str | Field | Sequence[str | Field] | Mapping[str, str | Field | Mapping[int, str | Field]]"
"""What to show: columns or fields; or names in words with their column, or with one column per year."""

_PERCENT_ENDINGS = ("_share", "_rate")
_AREA_ENDING = "_km2"
_DIGITS = 3
_MOST_DECIMALS = 4


def indicator_layer(
    units: gpd.GeoDataFrame,
    indicators: Indicators,
    *,
    name: str = "units",
    title: str = "Mapped units",
    scheme: str | Sequence[float] = "quantiles",
    classes: int = 5,
    center: float | None = None,
    colors: str | Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    unit_names: Mapping[str, str] | None = None,
    modelled: Sequence[str] = (),
    label_column: str | None = None,
    size: str | Size | None = None,
    over: bool = False,
    visible: bool = True,
) -> Layer:
    """Return a layer of any frame: points, lines or polygons, coloured by its columns.

    Parameters
    ----------
    units
        One row per unit, unique index, geometry in any CRS. It is not changed.
    indicators
        What to colour: a column, a `Field`, several of them, or a mapping from words to a column (``{"Wages":
        "wage_2020"}``) or to a column per year (``{"Wages": {2010: "wage_2010", 2020: "wage_2020"}}``), which share
        their classes. Empty for a layer without colours. Columns of text, truth values and categories become named
        classes, at most ten.
    name
        Name in a file: ASCII letters, digits and ``_``.
    title
        Name for a reader.
    scheme, classes
        As in `geo_urban.classing.class_breaks`, for every number without classes of its own.
    center
        Where numbers turn their sign. None: 0 for columns with values on both sides of it, and no centre for others.
    colors
        As in `geo_urban.classing.class_breaks`.
    labels
        What a column is called, in words; its name with spaces otherwise.
    unit_names
        Unit of a column. Without one: % for fractions (columns that end in ``_share`` or ``_rate``), km² for areas
        (``_km2``).
    modelled
        Columns that are modelled, not counted; their legends say so.
    label_column
        Column with the units' names; ``"name"`` if there is one, else the index.
    size
        Column by which points grow in area and lines in width, or a `Size`.
    over
        Whether the layer lies over the coloured one and is switched on and off by itself.
    visible
        Whether it is on at first.

    Returns
    -------
    geo_urban.presentation.Layer
        For a `Presentation`, or the `over` of `indicator_map`.

    Raises
    ------
    GeometryError
        If `units` is no GeoDataFrame with geometry.
    MissingColumnsError
        If a column is not there.
    AlignmentError
        If a unit stands twice.
    InputError
        If a column cannot be classed: infinite numbers, too many kinds, values of years that are no numbers.

    Examples
    --------
    >>> import shapely
    >>> towns = gpd.GeoDataFrame({"jobs_share": [0.2, 0.4]}, index=["a", "b"],
    ...                          geometry=[shapely.Point(120, 30), shapely.Point(121, 30)], crs=4326)
    >>> field = indicator_layer(towns, "jobs_share", classes=2).fields[0]
    >>> field.label, field.unit, field.classes.limits
    ('jobs share', '%', (0.4,))
    """
    _require_places(units)
    words = _Words(labels=labels or {}, unit_names=unit_names or {}, modelled=tuple(modelled))
    known = [column for column in (label_column, *_columns(indicators)) if column is not None]
    require_columns(units, known, argument="units")
    options = _Options(scheme=scheme, classes=classes, center=center, colors=colors)
    fields = [field for entry in _entries(indicators) for field in _fields(entry, units, words, options)]
    sized = Size(column=size) if isinstance(size, str) else size
    if sized is not None and sized.column not in {field.column for field in fields}:
        require_columns(units, [sized.column], argument="units")
        fields.append(_number(sized.column, units, words))
    label = label_column or ("name" if "name" in units.columns else "code")
    shown = {field.column for field in fields} | {label}
    labelled = units if label in units.columns else units.assign(code=units.index.astype(str))
    return Layer(
        name=name,
        title=title,
        units=labelled,
        fields=(*fields, *(field for field in descriptive_fields(units) if field.column not in shown)),
        label_column=label,
        over=over,
        visible=visible,
        size=sized,
    )


def indicator_presentation(
    units: gpd.GeoDataFrame,
    indicators: Indicators,
    *,
    title: str,
    name: str = "indicators",
    source: str = "",
    method: str = "",
    cautions: Sequence[str] = (),
    over: Sequence[Layer] = (),
    **options: object,
) -> Presentation:
    """Return what `indicator_map` draws, for layer files and tests; nothing of it needs a browser.

    Parameters
    ----------
    units, indicators
        As in `indicator_layer`.
    title
        What the map shows, in words.
    name
        Name in a file.
    source
        Where the figures come from; ``"Figures given by the user."`` if empty.
    method
        How they were made.
    cautions
        What a reader must not conclude.
    over
        Further layers, e.g. of `indicator_layer` or `link_layer`.
    **options
        The other options of `indicator_layer`.

    Returns
    -------
    geo_urban.presentation.Presentation
        One layer of units and those over it.

    Raises
    ------
    InputError
        As `indicator_layer` does.

    Examples
    --------
    >>> import shapely
    >>> towns = gpd.GeoDataFrame({"jobs": [10, 40]}, index=["a", "b"],
    ...                          geometry=[shapely.Point(120, 30), shapely.Point(121, 30)], crs=4326)
    >>> indicator_presentation(towns, "jobs", title="Jobs", size="jobs").layers[0].size.column
    'jobs'
    """
    layer = indicator_layer(units, indicators, name="units", **options)  # type: ignore[arg-type]
    return Presentation(
        name=name,
        title=title,
        layers=(layer, *over),
        source=source or "Figures given by the user.",
        method=method,
        cautions=tuple(cautions),
    )


def link_layer(
    links: pd.DataFrame,
    places: gpd.GeoDataFrame,
    *,
    origin: str = "origin",
    destination: str = "destination",
    value: str | None = None,
    name: str = "links",
    title: str = "Links",
    labels: Mapping[str, str] | None = None,
    unit_names: Mapping[str, str] | None = None,
    largest: float = 12.0,
    over: bool = True,
) -> Layer:
    """Return straight links between places, as wide as their value, e.g. commuters or trips.

    Parameters
    ----------
    links
        One row per link; codes of both ends and, if there is one, a number.
    places
        Where the codes are: points, or polygons of which a point inside is taken. Index of codes, any CRS.
    origin, destination
        Columns with the codes of both ends. Links from a place to itself are left out.
    value
        Column that says how wide a link is drawn, and that colours it.
    name, title
        As in `indicator_layer`.
    labels, unit_names
        As in `indicator_layer`.
    largest
        Width of the greatest link [pixels].
    over
        Whether the links lie over another layer.

    Returns
    -------
    geo_urban.presentation.Layer
        One line per link, the widest last so that none hides a narrower one's end.

    Raises
    ------
    InputError
        If a code is missing or no place has it.
    MissingColumnsError
        If a column is not there.

    Notes
    -----
    A link is a straight line on the map, not a way that anybody takes.

    Examples
    --------
    >>> import shapely
    >>> places = gpd.GeoDataFrame({"name": ["A", "B"]}, index=["1", "2"],
    ...                           geometry=[shapely.Point(120, 30), shapely.Point(121, 31)], crs=4326)
    >>> trips = pd.DataFrame({"origin": ["1"], "destination": ["2"], "trips": [40]})
    >>> link_layer(trips, places, value="trips").units["name"].tolist()
    ['A → B']
    """
    _require_places(places, argument="places")
    require_columns(links, [origin, destination, *([value] if value else [])], argument="links")
    moved = links[links[origin] != links[destination]]
    if value is not None:
        moved = moved.sort_values(value, kind="stable", na_position="first")
    lost = sorted({str(code) for end in (origin, destination) for code in moved[end] if code not in places.index})
    if lost:
        raise InputError(
            "`links` names places that `places` does not have: {codes}; those links have no ends. "
            "Add the places, or drop the links.",
            codes=listed(lost),
        )
    points = places.geometry.representative_point()
    names = (places["name"] if "name" in places.columns else pd.Series(places.index, index=places.index)).astype(str)
    lines = _lines(points.loc[moved[origin]], points.loc[moved[destination]])
    frame = gpd.GeoDataFrame(
        moved.reset_index(drop=True).drop(columns="name", errors="ignore"), geometry=lines, crs=places.crs
    ).assign(
        name=[f"{names[one]} → {names[other]}" for one, other in zip(moved[origin], moved[destination], strict=True)]
    )
    frame.index = (moved[origin].astype(str) + "-" + moved[destination].astype(str)).to_numpy()
    return indicator_layer(
        frame,
        [] if value is None else value,
        name=name,
        title=title,
        labels=labels,
        unit_names=unit_names,
        size=None if value is None else Size(column=value, largest=largest, smallest=1.0),
        over=over,
    )


def _lines(starts: gpd.GeoSeries, ends: gpd.GeoSeries) -> list[shapely.LineString]:
    from shapely import linestrings

    both = np.stack([np.column_stack([side.x, side.y]) for side in (starts, ends)], axis=1)
    return list(linestrings(both)) if len(both) else []


class _Words:
    """How columns are worded."""

    def __init__(self, *, labels: Mapping[str, str], unit_names: Mapping[str, str], modelled: tuple[str, ...]) -> None:
        self.labels, self.unit_names, self.modelled = labels, unit_names, modelled

    def label(self, column: str) -> str:
        return self.labels.get(column, column.replace("_", " "))


class _Options:
    """How numbers are classed."""

    def __init__(
        self,
        *,
        scheme: str | Sequence[float],
        classes: int,
        center: float | None,
        colors: str | Sequence[str] | None,
    ) -> None:
        self.scheme, self.classes, self.center, self.colors = scheme, classes, center, colors

    def of(self, values: pd.Series) -> dict[str, object]:
        center = self.center
        if center is None and (values < 0).any() and (values > 0).any():
            center = 0.0
        return {"scheme": self.scheme, "classes": self.classes, "center": center, "colors": self.colors}


_Entry: TypeAlias = "tuple[str, dict[int, str | Field] | str | Field]"


def _entries(indicators: Indicators) -> list[_Entry]:
    """Return each indicator with its words (empty: those of the column)."""
    if isinstance(indicators, Mapping):
        return [(words, dict(what) if isinstance(what, Mapping) else what) for words, what in indicators.items()]
    if isinstance(indicators, str | Field):
        return [("", indicators)]
    return [("", what) for what in indicators]


def _columns(indicators: Indicators) -> list[str]:
    found: list[str | Field] = []
    for _, what in _entries(indicators):
        found += what.values() if isinstance(what, dict) else [what]
    return [what.column if isinstance(what, Field) else what for what in found]


def _fields(entry: _Entry, units: gpd.GeoDataFrame, words: _Words, options: _Options) -> list[Field]:
    label, what = entry
    if isinstance(what, dict):
        return _years(label, what, units, words, options)
    field = what if isinstance(what, Field) else _field(what, units, words)
    if label:
        field = replace(field, label=label)
    if field.classes is not None:
        return [field]
    if field.decimals is None:
        return [replace(field, classes=_kinds(units[field.column], field.column))]
    return [classed(field, units[field.column], **options.of(units[field.column]))]  # type: ignore[arg-type]


def _years(
    label: str, columns: dict[int, str | Field], units: gpd.GeoDataFrame, words: _Words, options: _Options
) -> list[Field]:
    fields = [
        replace(
            what if isinstance(what, Field) else _field(what, units, words),
            label=Sentence("{indicator} {year}", indicator=Sentence(label), year=year),
            indicator=label,
            year=int(year),
        )
        for year, what in columns.items()
    ]
    texts = [field.column for field in fields if field.decimals is None]
    if texts:
        raise InputError(
            "`{columns}` hold no numbers, so the years of {label} cannot share classes. "
            "Give each year by itself, or number the classes.",
            columns=listed(texts),
            label=label,
        )
    if all(field.classes is not None for field in fields):
        return fields
    most = max(field.decimals or 0 for field in fields)
    pooled = pd.concat([units[field.column] for field in fields])
    same = [replace(field, decimals=most) for field in fields]
    return list(by_year(same, units, **options.of(pooled)))  # type: ignore[arg-type]


def _field(column: str, units: gpd.GeoDataFrame, words: _Words) -> Field:
    values = units[column]
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return _number(column, units, words)
    return Field(column=column, label=words.label(column), modelled=column in words.modelled)


def _number(column: str, units: gpd.GeoDataFrame, words: _Words) -> Field:
    percent = column.endswith(_PERCENT_ENDINGS)
    area = column.endswith(_AREA_ENDING) and not column.endswith(f"_per{_AREA_ENDING}")
    scale = 100.0 if percent else 1.0
    return Field(
        column=column,
        label=words.label(column),
        unit=words.unit_names.get(column, "%" if percent else "km²" if area else ""),
        scale=scale,
        decimals=_decimals(units[column], scale),
        modelled=column in words.modelled,
    )


def _decimals(values: pd.Series, scale: float) -> int:
    """Return the decimals that show about three digits of a middling value; none for whole numbers."""
    numbers = np.abs(values.to_numpy(dtype=float, na_value=np.nan) * scale)
    known = numbers[np.isfinite(numbers) & (numbers > 0)]
    if not len(known) or (known == np.round(known)).all():
        return 0
    return int(np.clip(_DIGITS - 1 - np.floor(np.log10(np.median(known))), 0, _MOST_DECIMALS))


def _kinds(values: pd.Series, column: str) -> Categories:
    """Return named classes in the order of the categories, or of the alphabet."""
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and bool(values.cat.ordered)
    if isinstance(values.dtype, pd.CategoricalDtype):
        kinds = [str(kind) for kind in values.cat.categories]
    else:
        kinds = sorted({str(value) for value in values.dropna()})
    most = min(len(QUALITATIVE), 9 if ordered else len(QUALITATIVE))
    if len(kinds) > most:
        raise InputError(
            "`{column}` holds {count} kinds ({kinds}); more than {most} colors nobody can tell apart. "
            "Group them, or give a `Field` with `Categories`.",
            column=column,
            count=len(kinds),
            kinds=listed(kinds),
            most=most,
        )
    colors = sequential(len(kinds)) if ordered and kinds else QUALITATIVE
    return Categories(
        items=tuple(Category(value=kind, label=kind, color=color) for kind, color in zip(kinds, colors, strict=False))
    )


def listed_field(column: str, units: gpd.GeoDataFrame) -> Field:
    """Return a column as a field that is listed and not coloured."""
    return _field(column, units, _Words(labels={}, unit_names={}, modelled=()))


def _require_places(units: gpd.GeoDataFrame, *, argument: str = "units") -> None:
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "`{argument}` has no geometry, so nothing can be drawn. "
            "Join the boundaries, e.g. `boundaries[['geometry']].join(table)`.",
            argument=argument,
        )
    require_unique_index(units, argument=argument)
