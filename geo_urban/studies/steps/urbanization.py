"""Ask: how fast do regions urbanize."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.studies.context import StudyContext

__all__ = ["URBANIZATION"]

TITLE = "How fast do regions urbanize?"
METHOD = (
    "The urbanization rate of a group is the sum of its urban residents over the sum of its residents; increments are "
    "percentage points a year between two counts."
)
CAUTION = "What counts as urban is the rule of each census; the rule changed between censuses."


def _run(context: StudyContext) -> AnalysisOutput:
    tables = _tables("urbanization", context.units, by=context.group, years=context.study.years)
    tables["urbanization"] = context.grouped(tables["urbanization"])
    macro_regions = context.macro_region_totals
    if macro_regions is not None:
        tables |= _tables("urbanization_macro_regions", macro_regions, by="macro_region", years=context.study.years)
    first, last = context.study.years
    return AnalysisOutput(
        name="urbanization",
        title=TITLE,
        tables=tables,
        headline=tuple(tables),
        key_numbers=tuple(
            KeyNumber(
                label=label, value=figure_of(tables["urbanization"], "total", column), unit="%", scale=100, decimals=1
            )
            for label, column in (
                ("Urbanization rate in the first year", f"rate_{first}"),
                ("Urbanization rate in the last year", f"rate_{last}"),
            )
        ),
        charts=tuple(
            chart
            for name, rates in tables.items()
            for chart in bars_of(
                rates,
                {f"rate_{first}": str(first), f"rate_{last}": str(last)},
                name=name,
                title=TABLE_TITLES[name],
                unit="%",
                scale=100,
                decimals=1,
            )
        ),
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.urbanization_table"),
        source=context.source,
        cautions=(CAUTION,),
    )


URBANIZATION = AnalysisStep(name="urbanization", title=TITLE, needs=frozenset({"population", "urban"}), run=_run)


def _tables(name: str, units: pd.DataFrame, *, by: str | None, years: tuple[int, int]) -> dict[str, pd.DataFrame]:
    from geo_urban.hierarchy import urbanization_increments, urbanization_table

    rates = urbanization_table(units, by=by, years=years)
    summary = urbanization_increments(rates, reference="total").summary().drop(columns=["rate_first", "rate_last"])
    return {name: rates.rename(columns="rate_{}".format).join(summary.drop(columns="fastest_year"))}
