"""Ask: how did cities of each size change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext

__all__ = ["TIERS"]

TITLE = "How did cities of each size change?"
URBAN_AREA_BASE = "residents of the urban area in the last year"


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import city_tiers

    start, end = context.column("population")
    result = city_tiers(context.cities, population_start=start, population_end=end, base=context.city_base)
    presentation = result.layers(source=context.source)
    table = result.summary()
    tables = {"tiers": table, "cities": context.table(result.units)}
    urban_area = f"urban_area_{context.study.years[1]}"
    if urban_area in context.cities.columns:
        tables["tiers_urban_area"] = city_tiers(
            context.cities, population_start=start, population_end=end, tier_by=urban_area, base=context.city_base
        ).summary()
    return AnalysisOutput(
        name="tiers",
        title=TITLE,
        tables=tables,
        headline=("tiers",),
        presentations=(presentation,),
        key_numbers=(
            KeyNumber(label="Cities", value=figure_of(table, "total", "cities")),
            KeyNumber(label="Cities that grew", value=figure_of(table, "total", "growing")),
            KeyNumber(
                label="Change of the cities' residents",
                value=figure_of(table, "total", "change_share"),
                unit="%",
                scale=100,
                decimals=1,
            ),
        ),
        charts=bars_of(
            table,
            {"population_start": "Residents at the start", "population_end": "Residents at the end"},
            name="tiers",
            title="Cities and their residents by size tier",
            unit="persons",
            without=("total",),
        ),
        method=presentation.method,
        citation=presentation.citation,
        source=context.source,
        cautions=presentation.cautions,
    )


TIERS = AnalysisStep(name="tiers", title=TITLE, needs=frozenset({"population", "cities"}), run=_run)
