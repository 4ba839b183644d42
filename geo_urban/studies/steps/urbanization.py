"""Ask: how fast do regions urbanize."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import diverging, sequential
from geo_urban.presentation import Breaks, Field, Layer, Presentation
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
LIMITS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
CAUTION = "What counts as urban is the rule of each census; the rule changed between censuses."


def _run(context: StudyContext) -> AnalysisOutput:
    tables = _tables("urbanization", context.units, by=context.group, years=context.study.years)
    tables["urbanization"] = context.grouped(tables["urbanization"])
    macro_regions = context.macro_region_totals
    if macro_regions is not None:
        tables |= _tables("urbanization_macro_regions", macro_regions, by="macro_region", years=context.study.years)
    first, last = context.study.years
    rates = tuple(tables)
    tables |= _gaps(tables, context.study.years)
    return AnalysisOutput(
        name="urbanization",
        title=TITLE,
        tables=tables,
        headline=tuple(tables),
        presentations=_shown(context),
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
            for name in rates
            for chart in bars_of(
                tables[name],
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


def _gaps(tables: dict[str, pd.DataFrame], years: tuple[int, int]) -> dict[str, pd.DataFrame]:
    """Return the lowest and the highest region of each year, per table of rates with two regions or more."""
    from geo_urban.hierarchy import urbanization_gaps

    gaps = {}
    for name, table in tables.items():
        rates = table[[f"rate_{year}" for year in years]].set_axis(list(years), axis=1).drop(index="total")
        if len(rates.dropna()) > 1:
            gaps[name.replace("urbanization", "urbanization_gaps")] = urbanization_gaps(rates)
    return gaps


def _shown(context: StudyContext) -> tuple[Presentation, ...]:
    """Return the units by urbanization rate, with both years as one indicator."""
    from geo_urban.hierarchy import urbanization_rate

    units, years = context.units, context.study.years
    rates = {
        f"urbanization_rate_{year}": urbanization_rate(units[f"urban_{year}"], units[f"population_{year}"])
        for year in years
    }
    first, last = rates.values()
    points = (last - first) * 100
    units = units.assign(**rates, urbanization_rate_change_points=points)
    classes = Breaks(limits=LIMITS, colors=sequential(len(LIMITS) + 1))
    fields = (
        *(
            Field(
                column=f"urbanization_rate_{year}", label=Sentence("Urbanization rate {year}", year=year), unit="%",
                scale=100, decimals=1, classes=classes, indicator="Urbanization rate", year=year,
            )
            for year in reversed(years)
        ),
        Field(
            column="urbanization_rate_change_points", label="Points gained", unit="percentage points", decimals=1,
            classes=Breaks(limits=(0.0, 5.0, 10.0, 15.0, 20.0), colors=diverging(1, 5, name="brown_teal")),
        ),
        *descriptive_fields(units),
    )  # fmt: skip
    layer = Layer(name="urbanization", title="Units by urbanization rate", units=units, fields=fields)
    shown = Presentation(
        name="urbanization",
        title="Urbanization rate",
        layers=(layer,),
        source=context.source,
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.urbanization_rate"),
        cautions=(CAUTION,),
    )
    return (context.shown(shown),)
