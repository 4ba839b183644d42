"""Charts for paper: bars of a table, and points of two fields, as matplotlib figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.errors import InputError
from geo_urban.maps.fonts import drawable_language
from geo_urban.maps.still_style import INK, QUIET, new_figure, styled, wrapped
from geo_urban.messages import current_language, translate_to
from geo_urban.palettes import NO_DATA
from geo_urban.wording import (
    class_colors,
    class_numbers,
    heading,
    shown_decimals,
    shown_number,
    shown_scale,
    shown_unit,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_urban.messages import Language
    from geo_urban.presentation import Bars, Field, Presentation, Scatter
    from geo_urban.wording import Figures

__all__ = ["still_bars", "still_scatter"]

# Okabe and Ito's colours without yellow, which is too pale on white (doi:10.1038/nmeth.1618 names them).
_SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_WIDTH_INCHES = 6.5
_MILLION = 1_000_000
_MOST_LABELLED = 24  # bars beyond which their numbers would touch


def still_bars(bars: Bars, *, language: Language | None = None, figures: Figures = "persons") -> Figure:
    """Draw bars of a table for paper.

    Parameters
    ----------
    bars
        What to show.
    language
        ``"en"`` or ``"zh"``; None for the language in force. English where no installed font has Chinese signs.
    figures
        ``"persons"``, or ``"wan"`` for tens of thousands (万人).

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot. `save_still` writes it.

    Raises
    ------
    InputError
        If the table has no number.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo_urban.presentation import Bars
    >>> table = pd.DataFrame({"2010": [3.0], "2020": [4.0]}, index=["Cities"])
    >>> still_bars(Bars(name="n", title="Number", table=table), language="en").axes[0].get_title(loc="left")
    'Number'
    """
    from geo_urban.presentation import Field

    numbers = bars.table.to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(numbers).any():
        raise InputError("the chart `{name}` has no number to show. Give it a table with one.", name=bars.name)
    spoken = drawable_language(language or current_language())
    field = Field(column="", label="", unit=bars.unit, scale=bars.scale, decimals=bars.decimals)
    if figures == "persons" and bars.unit == "persons" and np.nanmax(np.abs(numbers)) >= _MILLION:
        field = replace(field, unit="million persons", scale=bars.scale / _MILLION, decimals=2)
    with styled():
        figure = new_figure(_WIDTH_INCHES, 3.4)
        axes = figure.add_axes((0.1, 0.24, 0.87, 0.64))
        _bars(axes, bars, field, language=spoken, figures=figures)
        _title(axes, translate_to(spoken, bars.title))
        axes.set_ylabel(shown_unit(field, language=spoken, figures=figures), fontsize=8)
        return figure


def _bars(axes: Axes, bars: Bars, field: Field, *, language: Language, figures: Figures) -> None:
    table, scale = bars.table, shown_scale(field, figures=figures)
    decimals = shown_decimals(field, figures=figures)
    places, series = np.arange(len(table)), len(table.columns)
    width = 0.8 / series
    colors = bars.colors or _SERIES
    for number, column in enumerate(table.columns):
        heights = table[column].to_numpy(dtype=float, na_value=np.nan) * scale
        drawn = axes.bar(
            places + (number - (series - 1) / 2) * width,
            heights,
            width * 0.94,
            color=colors[number % len(colors)],
            label=translate_to(language, str(column)),
        )
        if len(table) * series <= _MOST_LABELLED:
            labels = ["" if np.isnan(height) else shown_number(height, decimals=decimals) for height in heights]
            axes.bar_label(drawn, labels=labels, fontsize=6, padding=1, color=INK)
    names = [wrapped(translate_to(language, str(name)), 14) for name in table.index]
    axes.set_xticks(places, names, fontsize=7.5)
    axes.axhline(0, color=QUIET, linewidth=0.8)
    axes.yaxis.set_major_formatter(lambda value, _: shown_number(value))
    _plain(axes)
    if series > 1:
        # Below the longest name: a line of it takes some 0.055 of the axes' height.
        below = 0.05 + 0.055 * max(2, *(name.count("\n") + 1 for name in names))
        axes.legend(frameon=False, fontsize=7.5, ncols=min(series, 4), loc="upper left", bbox_to_anchor=(-0.02, -below))


def still_scatter(
    chart: Scatter, presentation: Presentation, *, language: Language | None = None, figures: Figures = "persons"
) -> Figure:
    """Draw the points of a chart for paper, in the colours of the classes on the map.

    Parameters
    ----------
    chart
        What to show.
    presentation
        Where its layer and fields are.
    language
        ``"en"`` or ``"zh"``; None for the language in force. English where no installed font has Chinese signs.
    figures
        ``"persons"``, or ``"wan"`` for tens of thousands (万人).

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot. `save_still` writes it.

    Raises
    ------
    InputError
        If the presentation has no such layer or fields.
    """
    spoken = drawable_language(language or current_language())
    layer = next((each for each in presentation.layers if each.name == chart.layer), None)
    known = {} if layer is None else {field.column: field for field in layer.fields}
    if layer is None or chart.x not in known or chart.y not in known:
        raise InputError(
            "the chart `{title}` shows {columns} of layer `{layer}`, and there are no such fields with numbers. "
            "Name a layer of the presentation and two of its fields with `decimals`.",
            title=chart.title,
            columns=f"`{chart.x}`, `{chart.y}`",
            layer=chart.layer,
        )
    x, y = known[chart.x], known[chart.y]
    scales = shown_scale(x, figures=figures), shown_scale(y, figures=figures)
    with styled():
        figure = new_figure(_WIDTH_INCHES, 4.2)
        axes = figure.add_axes((0.12, 0.14, 0.84, 0.76))
        across, up = (
            layer.units[field.column].to_numpy(dtype=float, na_value=np.nan) * scale
            for field, scale in zip((x, y), scales, strict=True)
        )
        colored = layer.mapped_fields[0] if layer.mapped_fields else None
        axes.scatter(across, up, c=_colors(colored, layer.units), s=12, linewidths=0.3, edgecolors=INK)
        _reference_lines(axes, chart, scales)
        if chart.x_log:
            axes.set_xscale("log")
        if chart.y_log:
            axes.set_yscale("log")
        _title(axes, translate_to(spoken, chart.title))
        axes.set_xlabel(heading(x, language=spoken, figures=figures), fontsize=8)
        axes.set_ylabel(heading(y, language=spoken, figures=figures), fontsize=8)
        _plain(axes)
        return figure


def _colors(field: Field | None, units: pd.DataFrame) -> list[str]:
    if field is None:
        return [_SERIES[0]] * len(units)
    palette = [*class_colors(field), NO_DATA]  # the number −1 of a missing value takes the last
    return [palette[number] for number in class_numbers(field, units[field.column])]


def _reference_lines(axes: Axes, chart: Scatter, scales: tuple[float, float]) -> None:
    for x0, y0, x1, y1 in chart.lines:
        axes.plot([x0 * scales[0], x1 * scales[0]], [y0 * scales[1], y1 * scales[1]], color=INK, linewidth=1)
    if chart.crossing is not None:
        axes.axvline(chart.crossing[0] * scales[0], color=QUIET, linewidth=0.8, linestyle="--")
        axes.axhline(chart.crossing[1] * scales[1], color=QUIET, linewidth=0.8, linestyle="--")


def _title(axes: Axes, title: str) -> None:
    axes.set_title(wrapped(title, 80), loc="left", fontsize=10, fontweight="bold", color=INK)


def _plain(axes: Axes) -> None:
    axes.tick_params(labelsize=7.5, length=3, color=QUIET)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
