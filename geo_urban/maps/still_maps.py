"""Maps for paper: one field of a presentation as a matplotlib figure, on the projection of its page."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_urban.errors import InputError
from geo_urban.maps.fonts import drawable_language
from geo_urban.maps.still_shapes import (
    areas_of,
    extent,
    frame_of,
    lighter,
    lines_of,
    points_in,
    projected,
    projection,
)
from geo_urban.maps.still_style import BOTTOM_INCHES, INK, QUIET, TOP_INCHES, new_figure, styled, wrapped
from geo_urban.messages import current_language, translate_to
from geo_urban.palettes import NO_DATA
from geo_urban.presentation import Categories
from geo_urban.wording import class_colors, class_labels, class_numbers, heading, shown_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

    from geo_urban.maps.still_shapes import Bounds, Shapes
    from geo_urban.messages import Language
    from geo_urban.presentation import Field, Inset, Layer, Presentation
    from geo_urban.wording import Figures

__all__ = ["still_map"]

_HATCHES = {"hatch": "////", "crosshatch": "xxxx", "dots": "....", "": None}
_MANY = 1000
_POINT_AREA = 14.0  # of a point, where its size means nothing [points²]
_AREA_PER_PIXEL = 0.9  # of the square of a radius on a page; a picture for print is a little smaller [points²]
_WIDTH_INCHES = 7.0
_LEGEND_INCHES = 2.1
_HEIGHT_LIMITS = (3.2, 7.5)
_DOTS = 3000  # a little finer than the print


def still_map(
    presentation: Presentation,
    *,
    field: str | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
) -> Figure:
    """Draw one field of a presentation for paper: map, legend with counts, scale, north arrow, source.

    Parameters
    ----------
    presentation
        What to show; drawn is the geometry of its layers.
    field
        Column of the field to colour by; None for the first one with classes.
    language
        ``"en"`` or ``"zh"``; None for the language in force. English where no installed font has Chinese signs.
    figures
        ``"persons"``, or ``"wan"`` for tens of thousands (万人).

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot. `save_still` writes it as PNG and SVG.

    Raises
    ------
    InputError
        If there is no such field with classes.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.presentation import Breaks, Field, Layer, Presentation
    >>> units = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "change": [-0.2, 0.1]}, geometry=[shapely.box(0, 1, 1, 2), shapely.box(1, 1, 2, 2)],
    ...     index=["1", "2"], crs=4326)
    >>> change = Field(column="change", label="Change", classes=Breaks(limits=(0.0,), colors=("#b2182b", "#2166ac")))
    >>> shown = Presentation(name="x", title="Change", source="", method="",
    ...                      layers=(Layer(name="units", title="Units", units=units, fields=(change,)),))
    >>> [text.get_text() for text in still_map(shown, language="en").legends[0].get_texts()]
    ['under 0 (1)', '0 and over (1)']
    """
    spoken = drawable_language(language or current_language())
    layer, shown = _chosen(presentation, field)
    with styled():
        return _drawn(presentation, layer, shown, language=spoken, figures=figures)


def _drawn(presentation: Presentation, layer: Layer, shown: Field, *, language: Language, figures: Figures) -> Figure:
    project = projection(presentation)
    placed = [projected(each, project) for each in presentation.layers]
    bounds = _bounds(placed, presentation, project)
    placed = [lighter(shapes, (bounds[2] - bounds[0]) / _DOTS) for shapes in placed]
    figure, axes = _framed(bounds)
    for each, shapes in zip(presentation.layers, placed, strict=True):
        _place(axes, each, shapes, shown if each is layer else None)
    _set_extent(axes, bounds)
    _inset_map(figure, presentation, (layer, shown), placed, project, language=language)
    _legend(figure, layer, shown, language=language, figures=figures)
    _scale_bar(axes, bounds)
    _north_arrow(axes, bounds, project)
    _words(figure, presentation, language=language)
    return figure


def _chosen(presentation: Presentation, column: str | None) -> tuple[Layer, Field]:
    for layer in presentation.layers:
        for field in layer.mapped_fields:
            if column is None or field.column == column:
                return layer, field
    raise InputError(
        "`field` is {column}, and no layer of `{name}` has a field with classes of that name. "
        "Pass one of its mapped columns, or None for the first.",
        column=repr(column),
        name=presentation.name,
    )


def _bounds(placed: Sequence[Shapes], presentation: Presentation, project: Any) -> Bounds:
    west, south, east, north = extent(placed)
    inset = _inset_of(presentation)
    if inset is not None:
        # With what the inset shows inside the frame, the rest would be small.
        frame = frame_of(inset.main_bounds, project)
        west, south = max(west, frame[0]), max(south, frame[1])
        east, north = min(east, frame[2]), min(north, frame[3])
    return west, south, east, north


def _inset_of(presentation: Presentation) -> Inset | None:
    return presentation.sheet.inset if presentation.sheet is not None else None


def _framed(bounds: Bounds) -> tuple[Figure, Axes]:
    west, south, east, north = bounds
    room = _WIDTH_INCHES - _LEGEND_INCHES
    tall = float(np.clip(room * (north - south) / max(east - west, 1e-9), *_HEIGHT_LIMITS))
    figure = new_figure(_WIDTH_INCHES, tall + TOP_INCHES + BOTTOM_INCHES)
    whole = tall + TOP_INCHES + BOTTOM_INCHES
    axes = figure.add_axes((0.02, BOTTOM_INCHES / whole, room / _WIDTH_INCHES - 0.02, tall / whole))
    axes.set_axis_off()
    axes.set_aspect("equal")
    return figure, axes


def _set_extent(axes: Axes, bounds: Bounds) -> None:
    west, south, east, north = bounds
    margin = 0.01 * max(east - west, north - south)
    axes.set_xlim(west - margin, east + margin)
    axes.set_ylim(south - margin, north + margin)


def _fill(axes: Axes, layer: Layer, shapes: Shapes, field: Field) -> None:
    """Draw the units of a layer in the colours of their classes: polygons, lines or points."""
    numbers = class_numbers(field, layer.units[field.column])
    colors = [*class_colors(field), NO_DATA]  # the number −1 of a missing value takes the last
    items = field.classes.items if isinstance(field.classes, Categories) else ()
    hatches = [*(_HATCHES[item.pattern] for item in items), *[None] * (len(colors) - len(items))]
    width = 0.15 if len(shapes) > _MANY else 0.3
    for number in sorted(set(numbers.tolist())):
        chosen = shapes[numbers == number]
        _draw(axes, areas_of(chosen), fill=colors[number], line=QUIET, width=width, hatch=hatches[number])
        _draw(axes, lines_of(chosen), line=colors[number], width=1.2)
    _points(axes, layer, shapes, [colors[number] for number in numbers], [hatches[number] for number in numbers])


def _draw(
    axes: Axes, path: Path | None, *, line: str, width: float, fill: str = "none", hatch: str | None = None
) -> None:
    """Draw a path, lines over areas. All units of a class are one path: thousands of them take many times as long."""
    from matplotlib.patches import PathPatch

    if path is not None:
        over = 2 if fill == "none" else 1
        drawn = PathPatch(path, facecolor=fill, edgecolor=line, linewidth=width, hatch=hatch, zorder=over)
        drawn.set_joinstyle("round")  # else islands of a few corners have spikes
        axes.add_artist(drawn)  # `add_patch` would look for the extent of every corner, which is known


def _points(axes: Axes, layer: Layer, shapes: Shapes, colors: Sequence[str], hatches: Sequence[str | None]) -> None:
    """Draw the points of a layer as circles, the largest first, so that none hides a smaller one."""
    places = points_in(shapes)
    if not len(places):
        return
    areas = np.full(len(shapes), _POINT_AREA)
    if layer.size is not None:
        values = np.clip(layer.units[layer.size.column].to_numpy(dtype=float, na_value=0.0), 0, None)
        radius = layer.size.largest * np.sqrt(values / (values.max() or 1.0))
        areas = np.maximum(radius, layer.size.smallest) ** 2 * _AREA_PER_PIXEL
    ordered = places[np.argsort(-areas[places], kind="stable")].tolist()
    for hatch, members in groupby(ordered, key=lambda place: hatches[place]):
        some = list(members)
        x, y = shapely.get_coordinates(shapes[some]).T
        fills = [colors[place] for place in some]
        axes.scatter(x, y, s=areas[some], facecolor=fills, edgecolor=INK, linewidth=0.3, hatch=hatch)


def _place(axes: Axes, layer: Layer, shapes: Shapes, field: Field | None) -> None:
    """Draw a layer: the chosen one by its field, one that lies over it by its first, one without fields as outlines."""
    if field is not None:
        _fill(axes, layer, shapes, field)
    elif layer.over and layer.mapped_fields:
        _fill(axes, layer, shapes, layer.mapped_fields[0])
    elif not layer.mapped_fields:
        for path in (areas_of(shapes), lines_of(shapes)):
            _draw(axes, path, line=INK, width=0.6)


def _legend(figure: Figure, layer: Layer, field: Field, *, language: Language, figures: Figures) -> None:
    from matplotlib.patches import Patch

    numbers = class_numbers(field, layer.units[field.column])
    labels = class_labels(field, language=language, figures=figures)
    items = field.classes.items if isinstance(field.classes, Categories) else ()
    hatches = [_HATCHES[item.pattern] for item in items] or [None] * len(labels)
    handles = [
        Patch(
            facecolor=color,
            edgecolor=INK,
            linewidth=0.4,
            hatch=hatch,
            label=f"{label} ({shown_number((numbers == number).sum(), decimals=0)})",
        )
        for number, (label, color, hatch) in enumerate(zip(labels, class_colors(field), hatches, strict=True))
    ]
    missing = int((numbers < 0).sum())
    if missing:
        no_data = translate_to(language, "no data")
        handles.append(Patch(facecolor=NO_DATA, edgecolor=INK, linewidth=0.4, label=f"{no_data} ({missing})"))
    title = heading(field, language=language, figures=figures)
    if field.modelled:
        title += "\n" + translate_to(language, "modelled, not counted")
    figure.legend(
        handles=handles,
        title=wrapped(title, 24),
        loc="upper left",
        bbox_to_anchor=(1 - _LEGEND_INCHES / _WIDTH_INCHES, 1 - TOP_INCHES / figure.get_figheight()),
        frameon=False,
        fontsize=7.5,
        title_fontsize=8,
        alignment="left",
    )


def _scale_bar(axes: Axes, bounds: Bounds) -> None:
    """Draw a bar of a round length under the map; on an equal-area cone it holds everywhere to a few percent."""
    west, south, east, _ = bounds
    wanted = (east - west) / 5 / 1000
    power = 10 ** np.floor(np.log10(wanted))
    length = float(power * max(step for step in (1, 2, 5) if step * power <= wanted))
    axes.plot(
        [west, west + length * 1000], [south, south], color=INK, linewidth=2, solid_capstyle="butt", clip_on=False
    )
    axes.annotate(
        f"{shown_number(length)} km", (west, south), xytext=(0, 3), textcoords="offset points", fontsize=7, color=INK
    )


def _north_arrow(axes: Axes, bounds: Bounds, project: Any) -> None:
    """Draw an arrow to true north where it stands: on a cone it leans towards the middle."""
    west, south, east, north = bounds
    foot = np.array([west + 0.05 * (east - west), north - 0.16 * (north - south)])
    longitude, latitude = project.transform(*foot, direction="INVERSE")
    ahead = np.array(project.transform(longitude, latitude + 0.01)) - foot
    tip = foot + ahead / np.hypot(*ahead) * 0.09 * (north - south)
    axes.annotate(
        "N",
        xy=tuple(foot),
        xytext=tuple(tip),
        arrowprops={"arrowstyle": "<|-", "color": INK, "linewidth": 1.2},
        ha="center",
        fontsize=8,
        color=INK,
    )


def _inset_map(
    figure: Figure,
    presentation: Presentation,
    drawn: tuple[Layer, Field],
    placed: Sequence[Shapes],
    project: Any,
    *,
    language: Language,
) -> None:
    """Draw the small map of the far parts in the corner under the legend."""
    inset = _inset_of(presentation)
    if inset is None:
        return
    west, south, east, north = frame_of(inset.bounds, project)
    tall = 1.35
    wide = tall * (east - west) / (north - south)
    size = figure.get_size_inches()
    axes = figure.add_axes(
        (1 - (wide + 0.15) / size[0], BOTTOM_INCHES / size[1], wide / size[0], tall / size[1]), xticks=[], yticks=[]
    )
    frame = shapely.box(west, south, east, north)
    for layer, shapes in zip(presentation.layers, placed, strict=True):
        near = shapes.copy()
        near[~shapely.intersects(shapes, frame)] = None
        _place(axes, layer, near, drawn[1] if layer is drawn[0] else None)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_xlabel(translate_to(language, inset.title), fontsize=6.5)


def _words(figure: Figure, presentation: Presentation, *, language: Language) -> None:
    high = figure.get_figheight()
    figure.text(
        0.02, 1 - 0.12 / high, wrapped(translate_to(language, presentation.title), 70), va="top", fontsize=10.5,
        fontweight="bold", color=INK,
    )  # fmt: skip
    source = translate_to(language, presentation.source)
    lines = [f"{translate_to(language, 'Source')}: {source}"] if source else []
    if presentation.date:
        lines.append(f"{translate_to(language, 'Date')}: {presentation.date}")
    if presentation.sheet is not None and presentation.sheet.approval_number:
        lines.append(f"{translate_to(language, 'Approval number')}: {presentation.sheet.approval_number}")
    figure.text(0.02, 0.07 / high, wrapped(" · ".join(lines), 130), va="bottom", fontsize=6.5, color=QUIET)
