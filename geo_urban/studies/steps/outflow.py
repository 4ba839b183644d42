"""Ask: how many rural people left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext

__all__ = ["OUTFLOW"]

TITLE = "How many rural people left?"


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.shrinkage import rural_outflow

    rural_start, rural_end = context.column("rural")
    urban_start, urban_end = context.column("urban")
    result = rural_outflow(
        context.units,
        by=context.group,
        rural_start=rural_start,
        rural_end=rural_end,
        urban_start=urban_start,
        urban_end=urban_end,
    )
    presentation = context.shown(result.layers(source=context.source))
    return AnalysisOutput(
        name="outflow",
        title=TITLE,
        tables={"outflow": context.grouped(result.groups), "outflow_units": context.table(result.units)},
        headline=("outflow",),
        presentations=(presentation,),
        key_numbers=(
            KeyNumber(label="Rural loss", value=figure_of(result.groups, "total", "rural_loss"), unit="persons"),
            KeyNumber(label="Urban gain", value=figure_of(result.groups, "total", "urban_gain"), unit="persons"),
            KeyNumber(label="Net outflow", value=figure_of(result.groups, "total", "net_outflow"), unit="persons"),
        ),
        charts=bars_of(
            context.grouped(result.groups),
            {"rural_loss": "Rural loss", "urban_gain": "Urban gain", "net_outflow": "Net outflow"},
            name="outflow",
            title="Rural loss and net outflow by group",
            unit="persons",
        ),
        method=presentation.method,
        citation=presentation.citation,
        source=context.source,
        cautions=presentation.cautions,
    )


OUTFLOW = AnalysisStep(name="outflow", title=TITLE, needs=frozenset({"population", "urban"}), run=_run)
