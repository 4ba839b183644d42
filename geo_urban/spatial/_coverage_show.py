"""What maps and layer files show of a zonal join."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban import __version__
from geo_urban.errors import InputError
from geo_urban.known_fields import descriptive_fields, residents_field
from geo_urban.messages import Sentence
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field, Layer, Presentation

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.spatial.zonal_result import ZonalResult

__all__ = ["zonal_presentation"]

_CLASSES = 6


def zonal_presentation(result: ZonalResult, *, source: str) -> Presentation:
    """Return the presentation of a zonal join.

    Raises
    ------
    InputError
        If neither sums nor means were computed.
    """
    measures = [field for grid in result.grids.index for field in _measures(result, str(grid))]
    if not measures:
        raise InputError(
            "this join has neither sums nor means, so there is nothing to map. "
            'Ask for one, e.g. `zonal_stats(grid, units, stats=["sum", "mean"])`.'
        )
    label = "name" if "name" in result.units.columns else "code"
    units = result.units if label == "name" else result.units.assign(code=result.units.index.astype(str))
    fields = (*measures, *descriptive_fields(result.units))
    named = "; ".join(dict.fromkeys(text for text in result.grids["source"] if text))
    return Presentation(
        name="zonal",
        title="Population of a grid by unit",
        layers=(Layer(name="zonal", title="Units by the grid", units=units, fields=fields, label_column=label),),
        source=source or named or "Grids given by the user.",
        method="Each cell of the grid counts by the exact share of its area that lies in the unit.",
        citation=f"geo_urban {__version__} (Python), geo_urban.spatial.zonal_stats",
        cautions=("Within a cell, people are taken to be spread evenly.",),
    )


def _measures(result: ZonalResult, grid: str) -> list[Field]:
    """Return the field worth a colour first: the mean of a density, the sum of a count."""
    modelled = bool(result.grids.loc[grid, "modelled"])
    year = str(result.grids.loc[grid, "year"]) or grid
    people, density = [], []
    if "sum" in result.stats:
        column = result.column("sum", grid)
        known = residents_field(column, counted_in=year, otherwise=Sentence("Residents ({grid})", grid=grid))
        classes = _breaks(result.units[column])
        people = [
            Field(column=column, label=known.label, unit="persons", decimals=0, classes=classes, modelled=modelled)
        ]
    if "mean" in result.stats and result.grids.loc[grid, "quantity"] == "density":
        column = result.column("mean", grid)
        classes, label = _breaks(result.units[column]), Sentence("Mean density ({grid})", grid=grid)
        density = [
            Field(column=column, label=label, unit="persons/km²", decimals=1, classes=classes, modelled=modelled)
        ]
    elif "mean" in result.stats:
        column, label = result.column("mean", grid), Sentence("Mean of a cell ({grid})", grid=grid)
        density = [Field(column=column, label=label, unit="persons", decimals=1, modelled=modelled)]
    return density + people if result.grids.loc[grid, "quantity"] == "density" else people + density


def _breaks(values: pd.Series) -> Breaks | None:
    """Return quantiles rounded to two digits, as far as they differ."""
    known = values[np.isfinite(values)]
    if known.empty:
        return None
    quantiles = known.quantile(np.arange(1, _CLASSES) / _CLASSES)
    limits = tuple(sorted({float(f"{value:.1e}") for value in quantiles}))
    return Breaks(limits=limits, colors=sequential(len(limits) + 1))
