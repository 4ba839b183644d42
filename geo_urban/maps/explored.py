"""Show a result with the argument names of geopandas' ``explore``, and refuse by name what has no meaning here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from geo_urban.checks import listed, nearest_name, require_columns
from geo_urban.classing import classed
from geo_urban.errors import InputError, raise_faults
from geo_urban.maps.indicators import indicator_layer, listed_field
from geo_urban.maps.pages import draw
from geo_urban.messages import translate
from geo_urban.palettes import PALETTES
from geo_urban.presentation import Breaks, Categories
from geo_urban.readable_limits import roundest_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium

    from geo_urban.maps.drawing import Simplify
    from geo_urban.maps.page_assets import Mode
    from geo_urban.messages import Language
    from geo_urban.presentation import Field, Layer, Presentation
    from geo_urban.wording import Figures

__all__ = ["explore"]


class _Presentable(Protocol):
    def layers(self) -> Presentation: ...


# What geopandas draws otherwise, and what stands for it here.
_INSTEAD = {
    "m": "further layers with `geo_urban.maps.indicator_map(..., over=[...])`",
    "attr": "`tiles` by name, which brings its own attribution",
    "popup": "a click on a unit, which pins its figures",
    "highlight": "nothing: the unit under the pointer is always marked",
    "width": "the size of the notebook's cell or the browser's window",
    "height": "the size of the notebook's cell or the browser's window",
    "control_scale": "nothing: the map always has a scale",
    "marker_type": "`geo_urban.maps.indicator_layer(..., size=...)`",
    "marker_kwds": "`geo_urban.maps.indicator_layer(..., size=...)`",
    "style_kwds": "`cmap`, or `Category(pattern=...)` for what must stand out",
    "highlight_kwds": "nothing: the unit under the pointer is always marked",
    "missing_kwds": "nothing: units without a figure are grey and counted in the legend",
    "tooltip_kwds": "`tooltip=[columns]`",
    "popup_kwds": "a click on a unit, which pins its figures",
    "legend_kwds": "`legend_kwds={'caption': ...}` alone; the legend says classes, counts and units by itself",
    "map_kwds": "`geo_urban.maps.draw`",
}
# Values that ask for what is done anyway.
_ANYWAY = {"popup": False, "highlight": True, "control_scale": True, "m": None, "attr": None}


def explore(
    result: _Presentable,
    column: str | None = None,
    *,
    cmap: object = None,
    color: str | None = None,
    scheme: str | None = None,
    k: int = 5,
    vmin: float | None = None,
    vmax: float | None = None,
    categorical: bool = False,
    categories: Sequence[object] | None = None,
    classification_kwds: dict[str, Any] | None = None,
    legend: bool = True,
    legend_kwds: dict[str, Any] | None = None,
    tooltip: bool | str | int | Sequence[str] = True,
    tiles: str | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
    simplify: Simplify = None,
    **others: Any,
) -> folium.Map:
    """Show a result as a map, with the argument names of ``GeoDataFrame.explore``.

    Parameters
    ----------
    result
        Anything with ``layers()``.
    column
        Column of its units that colours the map; None for the one that says most. Its own classes are kept unless an
        argument asks for others.
    cmap
        A palette of `geo_urban.palettes`, the name of a colour map of matplotlib, such a map, or colours.
    color
        One colour for all units.
    scheme
        How numbers are classed, as in `geo_urban.classing.class_breaks`; the names of mapclassify are understood.
    k
        How many classes.
    vmin, vmax
        Ends of equal intervals, instead of the least and the greatest value; values beyond are in the outer classes.
    categorical
        Whether numbers are names of kinds.
    categories
        The kinds in the order of the legend.
    classification_kwds
        ``{"bins": [...]}`` with ``scheme="UserDefined"``: upper ends of the classes, as in mapclassify.
    legend
        True; the page always says what its colours mean.
    legend_kwds
        ``{"caption": "..."}``: the indicator in words.
    tooltip
        True for all figures; a column, several, or how many of them to list beside the coloured one.
    tiles
        As in `draw`; none unless asked for.
    language, figures, mode, simplify
        As in `draw`.
    **others
        Arguments of geopandas that have no meaning here are refused by name, with what to use instead.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    InputError
        If an argument cannot be honoured, or a value is wrong.
    MissingColumnsError
        If a column is not there.
    GeometryError
        If the units have no geometry.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.shrinkage import population_change
    >>> counties = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "population_2010": [100, 100], "population_2020": [81, 120]}, index=["1", "2"],
    ...     geometry=[shapely.box(120, 40, 121, 41), shapely.box(121, 40, 122, 41)], crs=4326,
    ... )
    >>> shown = explore(population_change(counties), "change", scheme="EqualInterval", k=2)
    >>> shown.payload["layers"][0]["fields"][0]["classifications"][0]["labels"][0]
    ['under 0', '0 以下']
    """
    _refuse(others, legend=legend, legend_kwds=legend_kwds)
    shown = result.layers()
    first, *rest = shown.layers
    field = _chosen(first, column)
    if categorical or categories is not None:
        first, field = _as_kinds(first, field, categories)
    elif color is not None:
        field = replace(field, classes=Breaks(limits=(), colors=(color,)), others=(), indicator="", year=None)
    elif scheme is not None or cmap is not None or vmin is not None or vmax is not None or k != _K:
        values = first.units[field.column]
        field = _reclassed(field, values, cmap, scheme, k, (vmin, vmax), classification_kwds)
    if legend_kwds:
        field = replace(field, label=str(legend_kwds["caption"]), indicator="", year=None)
    fields = _listed(first, field, tooltip=tooltip)
    shown = replace(shown, layers=(replace(first, fields=fields), *rest), charts=())
    return draw(shown, language=language, figures=figures, mode=mode, tiles=tiles, simplify=simplify)


_K = 5


def _refuse(others: dict[str, Any], *, legend: bool, legend_kwds: dict[str, Any] | None) -> None:
    """Raise for every argument that would be ignored."""
    faults: list[InputError] = []
    asked = {name: value for name, value in others.items() if name not in _ANYWAY or value is not _ANYWAY[name]}
    if legend_kwds and set(legend_kwds) != {"caption"}:
        asked["legend_kwds"] = legend_kwds
    for name in asked:
        if name in _INSTEAD:
            faults.append(
                InputError(
                    "`{name}` has no meaning on these maps. Instead there is {instead}.",
                    name=name,
                    instead=translate(_INSTEAD[name]),
                )
            )
        else:
            faults.append(
                InputError(
                    "`{name}` is no argument of `explore`. Did you mean `{near}`?",
                    name=name,
                    near=nearest_name(name, [*_KNOWN, *_INSTEAD]) or "column",
                )
            )
    if not legend:
        faults.append(
            InputError("`legend=False` would leave colors without a meaning, so a page always has one. Leave it out.")
        )
    raise_faults(faults)


_KNOWN = (
    "column", "cmap", "color", "scheme", "k", "vmin", "vmax", "categorical", "categories", "classification_kwds",
    "legend", "tooltip", "tiles", "language", "figures", "mode", "simplify",
)  # fmt: skip


def _chosen(layer: Layer, column: str | None) -> Field:
    """Return the field to colour: as the result words it, or worded by its column."""
    if column is None:
        return layer.mapped_fields[0]
    require_columns(layer.units, [column], argument="units")
    known = next((field for field in layer.fields if field.column == column), None)
    plain = indicator_layer(layer.units, column, label_column=layer.label_column).fields[0]
    if known is None:
        return plain
    if known.classes is not None:
        return known
    return replace(known, classes=plain.classes, others=plain.others, classed_by=plain.classed_by)


def _reclassed(
    field: Field,
    values: pd.Series,
    cmap: object,
    scheme: str | None,
    k: int,
    ends: tuple[float | None, float | None],
    classification_kwds: dict[str, Any] | None,
) -> Field:
    if field.decimals is None or isinstance(field.classes, Categories):
        raise InputError(
            "`{column}` holds kinds, not numbers, so it cannot be classed anew. Leave out `scheme`, `k`, `vmin`, "
            "`vmax` and `cmap`, or choose a column with numbers.",
            column=field.column,
        )
    limits: str | list[float] = scheme or "quantiles"
    if (classification_kwds and set(classification_kwds) != {"bins"}) or (scheme == "UserDefined") != bool(
        classification_kwds
    ):
        raise InputError(
            '`classification_kwds` is {given}; here it holds the `bins` of `scheme="UserDefined"`, and nothing else. '
            "Other ways to class need no more than `scheme` and `k`.",
            given=repr(classification_kwds),
        )
    if classification_kwds:
        limits = _inner(values, [float(end) for end in classification_kwds["bins"]])
    elif ends != (None, None):
        limits = _between(values, ends, k, scheme)
    elif scheme is None and k == _K and isinstance(field.classes, Breaks):
        limits = list(field.classes.limits)
    two_sided = values.min() < 0 < values.max() and (isinstance(limits, str) or 0.0 in limits)
    # By itself, because the other years keep their classes.
    alone = replace(field, indicator="", year=None)
    return classed(alone, values, scheme=limits, classes=k, center=0.0 if two_sided else None, colors=_colors(cmap))


def _inner(values: pd.Series, bins: list[float]) -> list[float]:
    """Return limits that put a value equal to an upper end into the class below, as mapclassify does."""
    known = np.sort(values.dropna().to_numpy(dtype=float))
    limits = []
    for end in sorted(set(bins)):
        above = known[known > end]
        if len(above):
            limits.append(roundest_between(end, float(above[0])) if (known == end).any() else end)
    return limits


def _between(values: pd.Series, ends: tuple[float | None, float | None], k: int, scheme: str | None) -> list[float]:
    if scheme is not None and scheme.lower().replace("_", "") not in {"equal", "equalinterval", "equalintervals"}:
        raise InputError(
            "`vmin` and `vmax` are the ends of equal intervals; `scheme` {scheme} finds its own. Leave out one.",
            scheme=repr(scheme),
        )
    low = float(values.min()) if ends[0] is None else float(ends[0])
    high = float(values.max()) if ends[1] is None else float(ends[1])
    if not low < high:
        raise InputError(
            "`vmin` {low} is not below `vmax` {high}, so there is nothing between. Swap them, or leave one out.",
            low=f"{low:g}",
            high=f"{high:g}",
        )
    return [float(limit) for limit in np.linspace(low, high, k + 1)[1:-1]]


def _colors(cmap: object) -> str | list[str] | None:
    """Return a palette's name or colours from lowest to highest."""
    if cmap is None or (isinstance(cmap, str) and cmap in PALETTES):
        return cmap
    if not isinstance(cmap, str) and not callable(cmap):
        return [str(color) for color in cmap]  # type: ignore[attr-defined]
    try:
        from matplotlib import colormaps
        from matplotlib.colors import to_hex
    except ImportError:
        raise InputError(
            "`cmap` {cmap} is a color map of matplotlib, which is not installed. Take {palettes}, give colors, "
            "or install matplotlib.",
            cmap=repr(cmap),
            palettes=listed(PALETTES),
        ) from None
    if isinstance(cmap, str) and cmap not in colormaps:
        raise InputError(
            "`cmap` is {cmap}, which is neither a palette ({palettes}) nor a color map of matplotlib. "
            "Take one of them, or give colors.",
            cmap=repr(cmap),
            palettes=listed(PALETTES),
        )
    shades = colormaps[cmap] if isinstance(cmap, str) else cmap
    return [to_hex(shades(place)) for place in np.linspace(0, 1, 255)]


def _as_kinds(layer: Layer, field: Field, categories: Sequence[object] | None) -> tuple[Layer, Field]:
    """Return the layer and the field with the column's values as names."""
    values = layer.units[field.column]
    names = values.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value), na_action="ignore")
    order = None if categories is None else [str(category) for category in categories]
    if order is not None:
        strange = sorted(set(names.dropna()) - set(order))
        if strange:
            raise InputError(
                "`categories` leaves out {strange} of `{column}`; those units would stay blank. Add them.",
                strange=listed(strange),
                column=field.column,
            )
    kinds = pd.Series(pd.Categorical(names, categories=order), index=names.index)
    units = layer.units.assign(**{field.column: kinds.astype(object).where(kinds.notna(), None)})
    plain = indicator_layer(units.assign(**{field.column: kinds}), field.column, label_column=layer.label_column)
    made = replace(
        field, classes=plain.fields[0].classes, decimals=None, unit="", others=(), indicator="", year=None, scale=1.0
    )
    return replace(layer, units=units), made


def _listed(layer: Layer, field: Field, *, tooltip: bool | str | int | Sequence[str]) -> tuple[Field, ...]:
    """Return the coloured field and those that a tip lists beside it."""
    rest = [other for other in layer.fields if other.column != field.column]
    if tooltip is True:
        return (field, *rest)
    if tooltip is False or tooltip is None:
        raise InputError(
            "`tooltip=False` would hide the figures behind the colors. Name the columns to show, e.g. `tooltip=[]` "
            "for the colored one alone.",
        )
    if isinstance(tooltip, int):
        return (field, *rest[:tooltip])
    columns = [tooltip] if isinstance(tooltip, str) else list(tooltip)
    require_columns(layer.units, columns, argument="units")
    known = {other.column: other for other in rest}
    shown = {field.column, layer.label_column, layer.units.geometry.name}
    wanted = [column for column in dict.fromkeys(columns) if column not in shown]
    return (field, *(known.get(column) or listed_field(column, layer.units) for column in wanted))
