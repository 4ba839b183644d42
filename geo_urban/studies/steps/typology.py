"""Ask: what kind of place is it, and what policy fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.studies.context import StudyContext

__all__ = ["TYPOLOGY"]

TITLE = "Where do people gather, stay or leave, and what policy fits?"
SHRINKING = ("shrinking, loss < 10 %", "shrinking, loss 10–30 %", "shrinking, loss ≥ 30 %")  # rows, worded on pages


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.shrinkage import shrinkage_types

    counts, years = context.column("population"), context.study.years
    units = shrinkage_types(context.units, counts=counts, years=years)
    shown = context.shown(units.layers(source=context.source))
    tables = {"types": context.table(units.units), "types_summary": units.summary()}
    presentations = [shown]
    if "cities" in context.data.provides:
        cities = shrinkage_types(context.cities, counts=counts, years=years)
        tables |= {"types_cities": context.table(cities.units), "types_cities_summary": cities.summary()}
        drawn = cities.layers(source=context.source)
        layer = replace(drawn.layers[0], name="city_types", title="Cities by type of change")
        presentations.append(
            replace(drawn, name="city_types", title="Growing, stable and shrinking cities", layers=(layer,))
        )
    return AnalysisOutput(
        name="typology",
        title=TITLE,
        tables=tables,
        headline=tuple(name for name in tables if name.endswith("summary")),
        presentations=tuple(presentations),
        key_numbers=_key_numbers(units.summary()),
        charts=bars_of(units.summary(), {"units": "Units"}, name="types", title="Units by type of change"),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=shown.cautions,
    )


TYPOLOGY = AnalysisStep(name="typology", title=TITLE, needs=frozenset({"population"}), run=_run)


def _key_numbers(summary: pd.DataFrame) -> tuple[KeyNumber, ...]:
    shrinking = summary.index.intersection(list(SHRINKING))
    return (
        KeyNumber(label="Growing units", value=figure_of(summary, "growing", "units")),
        KeyNumber(label="Stable units", value=figure_of(summary, "stable", "units")),
        KeyNumber(label="Shrinking units", value=float(summary.loc[shrinking, "units"].sum())),
    )
