"""Ask: how do policy regions, or groups, compare with the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.messages import current_language, translate
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    from geo_urban.presentation import Presentation
    from geo_urban.studies.context import StudyContext

__all__ = ["REGIONS"]

TITLE = "How do regions compare with the rest?"
APPROXIMATE = (
    "The poverty-alleviation regions are approximate: whole prefectures stand for the counties of the official lists, "
    "and some belong to a region in part only."
)
ALL_POLICY = "all policy regions"
LAND = "land_area_km2"


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import region_layers

    whole = translate(ALL_POLICY)
    regions, approximate = _regions(context)
    start, end = context.column("population")
    urban_start, urban_end = _urban(context)
    area = next((column for column in (LAND, "area_km2") if column in context.units.columns), None)
    cautions = (APPROXIMATE,) if approximate else ()
    tables = _tables(context, regions, start=start, end=end, urban_start=urban_start, urban_end=urban_end, area=area)
    shown = region_layers(
        context.units, {name: member for name, member in regions.items() if name != whole},
        start=start, end=end, urban_end=urban_end, area=area, source=context.source, cautions=cautions,
    )  # fmt: skip
    inside, outside = (pd.DataFrame(tables["regions"].xs(side, level="side")) for side in ("inside", "outside"))
    first = str(inside.index[0])
    return AnalysisOutput(
        name="regions",
        title=TITLE,
        tables=tables,
        headline=("regions",),
        presentations=(_renamed(context, shown),),
        key_numbers=(
            KeyNumber(label="Regions", value=float(len(regions) - (whole in regions))),
            *(
                KeyNumber(label=label, value=figure_of(side, first, "change_share"), unit="%", scale=100, decimals=1)
                for label, side in (
                    ("Change of residents inside all policy regions", inside),
                    ("Change of residents outside all policy regions", outside),
                )
                if approximate
            ),
        ),
        charts=bars_of(
            pd.DataFrame({"inside": inside["change_share"], "outside": outside["change_share"]}),
            {"inside": "Inside", "outside": "Outside"},
            name="regions",
            title=TABLE_TITLES["regions"],
            unit="%",
            scale=100,
            decimals=1,
        ),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=shown.cautions,
    )


REGIONS = AnalysisStep(name="regions", title=TITLE, needs=frozenset({"population"}), run=_run)


def _regions(context: StudyContext) -> tuple[dict[str, pd.Series], bool]:
    """Return policy regions with units in the study, else its groups; and whether they are the approximate ones."""
    units = context.units
    if context.study.boundaries.embedded:
        from geo_urban import datasets

        chinese = current_language() == "zh"
        sets = datasets.region_sets("policy").values()
        policy = {
            region.name if chinese else region.name_en: pd.Series(region.contains(units.index), index=units.index)
            for region in sets
        }
        present = {name: member for name, member in policy.items() if member.any()}
        if present:
            return {translate(ALL_POLICY): pd.DataFrame(present).any(axis=1)} | present, True
    groups = units[context.group] if context.group else pd.Series("total", index=units.index)
    return {str(name): groups == name for name in groups.unique()}, False


def _urban(context: StudyContext) -> tuple[str | None, str | None]:
    start, end = context.column("urban")
    return (start, end) if {start, end} <= set(context.units.columns) else (None, None)


def _tables(context: StudyContext, regions: dict[str, pd.Series], **columns: str | None) -> dict[str, pd.DataFrame]:
    from geo_urban.hierarchy import inside_outside

    units = pd.DataFrame(context.units.drop(columns="geometry", errors="ignore"))
    rows = {
        name: inside_outside(units, member, **columns).drop(index="total")  # type: ignore[arg-type]
        for name, member in regions.items()
    }
    return {"regions": pd.concat(rows, names=["region", "side"])}


def _renamed(context: StudyContext, shown: Presentation) -> Presentation:
    """Return the presentation under the units' name, so that the layer file holds each unit once."""
    units, regions = shown.layers
    return replace(shown, layers=(replace(units, name=context.data.unit_layer), regions))
