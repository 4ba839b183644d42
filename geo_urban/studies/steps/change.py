"""Ask: which units lost people, and how badly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from geo_urban.presentation import Field, Presentation
    from geo_urban.shrinkage import ChangeResult
    from geo_urban.studies.context import StudyContext

__all__ = ["CHANGE"]

TITLE = "Which counties lost people, and how badly?"
MOST_RANKED = 50


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.shrinkage import severity_table, worst_units

    result = _measured(context, context.units)
    units = result.units
    presentation = result.layers(source=context.source, extra=_density_field(units))
    tables = {
        "change": context.table(units),
        "change_severity": severity_table(result),
        "change_worst": context.table(worst_units(result, most=MOST_RANKED)),
        "change_summary": context.grouped(result.summary(by=context.group)),
    }
    if "unit_type" in units.columns:
        tables["change_severity_by_type"] = _severity_by_type(result)
    return AnalysisOutput(
        name="change",
        title=TITLE,
        tables=tables,
        headline=("change_severity", "change_summary", "change_worst"),
        presentations=(context.shown(presentation), *_prefectures(context)),
        key_numbers=_key_numbers(result),
        charts=bars_of(
            tables["change_severity"],
            {"units": "Units"},
            name="change_severity",
            title="Units by share of residents lost",
            without=("losing", "total"),
        ),
        method=presentation.method,
        citation=presentation.citation,
        source=context.source,
        cautions=presentation.cautions,
    )


CHANGE = AnalysisStep(name="change", title=TITLE, needs=frozenset({"population"}), run=_run)


def _measured(context: StudyContext, units: pd.DataFrame) -> ChangeResult:
    from geo_urban.hierarchy import population_density
    from geo_urban.shrinkage import population_change

    start, end = context.column("population")
    if "land_area_km2" in units.columns and (units["land_area_km2"] > 0).all():
        units = units.assign(density_per_km2=population_density(units[end], units["land_area_km2"]))
    return population_change(units, start=start, end=end, years=context.study.elapsed_years)


def _density_field(units: pd.DataFrame) -> tuple[Field, ...]:
    from geo_urban.presentation import Field

    if "density_per_km2" not in units.columns:
        return ()
    return (Field(column="density_per_km2", label="Residents per km² of land", unit="persons/km²", decimals=1),)


def _prefectures(context: StudyContext) -> tuple[Presentation, ...]:
    prefectures = context.prefectures
    if prefectures is None:
        return ()
    result = _measured(context, prefectures)
    shown = result.layers(source=context.source, extra=_density_field(result.units))
    layer = replace(shown.layers[0], name="prefectures", title="Prefectures by change of residents")
    return (replace(shown, name="prefecture_change", title="Change of residents by prefecture", layers=(layer,)),)


def _severity_by_type(result: ChangeResult) -> pd.DataFrame:
    from geo_urban.shrinkage import severity_table

    kinds = result.units["unit_type"].dropna().unique()
    tables = {
        kind: severity_table(replace(result, units=result.units[result.units["unit_type"] == kind]))
        for kind in sorted(kinds)
    }
    joined: pd.DataFrame = pd.concat(tables, names=["unit_type"])
    return joined


def _key_numbers(result: ChangeResult) -> tuple[KeyNumber, ...]:
    summary = result.summary()
    return (
        KeyNumber(label="Units", value=figure_of(summary, "total", "units")),
        KeyNumber(label="Units that lost residents", value=figure_of(summary, "total", "losing")),
        KeyNumber(label="Residents gained or lost", value=figure_of(summary, "total", "change"), unit="persons"),
        KeyNumber(
            label="Change of residents",
            value=figure_of(summary, "total", "change_share"),
            unit="%",
            scale=100,
            decimals=1,
        ),
    )
