"""Pictures for print of a study: every map and chart as PNG and SVG, and small ones for its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from matplotlib.figure import Figure

    from geo_urban.presentation import Presentation
    from geo_urban.studies.results import AnalysisOutput
    from geo_urban.wording import Figures

__all__ = ["PICTURES", "draw_charts", "draw_stills"]

PICTURES = "pictures"


def draw_stills(presentations: Iterable[Presentation], folder: Path, *, figures: Figures) -> dict[str, bytes]:
    """Draw each presentation for print, in the language in force.

    Parameters
    ----------
    presentations
        What to show, with light geometry.
    folder
        Folder of the study; the files go into ``pictures/``.
    figures
        How counts of people are shown.

    Returns
    -------
    dict
        A small PNG per name, for the study page.
    """
    from geo_urban.maps.still_maps import still_map

    drawn = {
        shown.name: still_map(shown, figures=figures)
        for shown in presentations
        if any(layer.mapped_fields for layer in shown.layers)
    }
    return _written(drawn, folder)


def draw_charts(outputs: Iterable[AnalysisOutput], folder: Path, *, figures: Figures) -> dict[str, bytes]:
    """Draw the charts of all analyses for print, in the language in force.

    Parameters
    ----------
    outputs
        What the analyses answered.
    folder
        Folder of the study; the files go into ``pictures/``.
    figures
        How counts of people are shown.

    Returns
    -------
    dict
        A small PNG per file name, for the study page.
    """
    from geo_urban.maps.still_charts import still_bars, still_scatter

    drawn: dict[str, Figure] = {}
    for each in outputs:
        for bars in each.charts:
            drawn[f"chart_{bars.name}"] = still_bars(bars, figures=figures)
        for shown in each.presentations:
            for number, chart in enumerate(shown.charts, start=1):
                drawn[f"chart_{shown.name}_{number}"] = still_scatter(chart, shown, figures=figures)
    return _written(drawn, folder)


def _written(drawn: Mapping[str, Figure], folder: Path) -> dict[str, bytes]:
    from geo_urban.maps.still_style import save_both_sizes

    return {name: save_both_sizes(figure, folder / PICTURES / name) for name, figure in drawn.items()}
