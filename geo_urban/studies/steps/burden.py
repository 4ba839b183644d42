"""Ask: what does a city carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext

__all__ = ["BURDEN"]

TITLE = "What does a city carry?"
METHOD = "The burden ratio is the number of rural residents for each urban resident of the same area."
CAUTION = "It is a ratio of residents, not of transfers, and another way to write the urbanization rate."


def _run(context: StudyContext) -> AnalysisOutput:
    table = _table(context)
    first, last = (f"burden_ratio_{year}" for year in context.study.years)
    return AnalysisOutput(
        name="burden",
        title=TITLE,
        tables={"burden": table},
        headline=("burden",),
        key_numbers=(
            KeyNumber(
                label="Rural residents per urban resident, first year",
                value=figure_of(table, "total", first),
                decimals=2,
            ),
            KeyNumber(
                label="Rural residents per urban resident, last year", value=figure_of(table, "total", last), decimals=2
            ),
        ),
        charts=bars_of(
            table,
            {column: str(year) for column, year in zip((first, last), context.study.years, strict=True)},
            name="burden",
            title="Rural residents per urban resident by group",
            decimals=2,
        ),
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.burden_ratio"),
        source=context.source,
        cautions=(CAUTION,),
    )


BURDEN = AnalysisStep(name="burden", title=TITLE, needs=frozenset({"population", "urban"}), run=_run)


def _table(context: StudyContext) -> pd.DataFrame:
    """Return residents and ratio per group and in total; a unit that lacks a figure is in none of its sums."""
    from geo_urban.hierarchy import burden_ratio

    columns = [*context.column("rural"), *context.column("urban")]
    counts = pd.DataFrame(context.units[columns]).dropna()
    sums = counts.sum().to_frame("total").T
    if context.group is not None:
        groups = context.units.loc[counts.index, context.group]
        sums = pd.concat([counts.groupby(groups, sort=False, observed=True).sum(), sums])
    for year, rural, urban in zip(context.study.years, context.column("rural"), context.column("urban"), strict=True):
        sums[f"burden_ratio_{year}"] = burden_ratio(sums[rural], sums[urban])
    return context.grouped(sums)
