"""Ask: which cities moved up or down between size tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext

__all__ = ["TRANSITIONS"]

TITLE = "Which cities moved between size tiers?"


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import tier_transitions

    start, end = context.column("population")
    result = tier_transitions(context.cities, population_start=start, population_end=end, base=context.city_base)
    presentation = result.layers(source=context.source)
    summary = result.summary()
    return AnalysisOutput(
        name="transitions",
        title=TITLE,
        tables={
            "transitions": summary,
            "transitions_table": result.table.rename_axis(index="tier_start", columns=None),
            "transitions_cities": result.movers(),
        },
        headline=("transitions", "transitions_table"),
        presentations=(presentation,),
        key_numbers=tuple(
            KeyNumber(label=label, value=figure_of(summary, "total", column))
            for label, column in (
                ("Cities that rose into a larger tier", "up"),
                ("Cities that stayed in their tier", "same"),
                ("Cities that fell into a smaller tier", "down"),
            )
        ),
        charts=bars_of(
            summary,
            {"up": "Rose", "down": "Fell"},
            name="transitions",
            title=TABLE_TITLES["transitions"],
            without=("total",),
        ),
        method=presentation.method,
        citation=presentation.citation,
        source=context.source,
        cautions=presentation.cautions,
    )


TRANSITIONS = AnalysisStep(name="transitions", title=TITLE, needs=frozenset({"population", "cities"}), run=_run)
