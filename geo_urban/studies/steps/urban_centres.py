"""Ask: where are the urban centres, whatever their boundaries are called."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.settlement import settlement_cells, settlement_centres
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from geo_urban.hierarchy import UrbanCentres
    from geo_urban.studies.context import StudyContext

__all__ = ["URBAN_CENTRES"]

TITLE = "Where are the urban centres?"
READ_TITLE = "Where are the urban centres? (read from published classes, people modelled)"


def _run(context: StudyContext) -> AnalysisOutput:
    classes, people = settlement_cells(context)
    result = settlement_centres(context, classes, people)
    shown = result.layers(classes=classes)
    # Off at first, or the cells would stand in the place of the centres' tiers.
    shown = replace(shown, rasters=tuple(replace(cells, visible=False) for cells in shown.rasters))
    prefix = "modelled_" if result.modelled else ""
    summary = result.summary()
    tables = {
        f"{prefix}urban_centres": context.table(result.units),
        f"{prefix}urban_centres_summary": _whole_people(summary),
    }
    if not result.modelled:
        tables["settlement_of_units"] = _by_unit(context, classes, people)
    raster = "published_urbanisation_classes" if result.origin == "read" else "urbanisation_classes"
    return AnalysisOutput(
        name="urban_centres",
        title=READ_TITLE if result.origin == "read" else TITLE,
        tables=tables,
        headline=(f"{prefix}urban_centres_summary",),
        presentations=(shown,),
        key_numbers=_key_numbers(result, summary),
        charts=bars_of(
            summary,
            {"centres": "Urban centres"},
            name="urban_centres",
            title=TABLE_TITLES[f"{prefix}urban_centres_summary"],
            without=("total",),
        ),
        method=shown.method,
        citation=shown.citation,
        source=shown.source,
        rasters=(replace(shown.rasters[0], name=raster),),
        cautions=shown.cautions,
    )


URBAN_CENTRES = AnalysisStep(name="urban_centres", title=TITLE, needs=frozenset({"grid"}), run=_run)


def _by_unit(context: StudyContext, classes: xr.DataArray, people: xr.DataArray) -> pd.DataFrame:
    from geo_urban.hierarchy import classify_units

    shares = classify_units(classes, people, context.units, level=2)
    described = [column for column in ("name", "province") if column in context.units.columns]
    return context.table(context.units[[*described, "geometry"]].join(shares.drop(columns="geometry", errors="ignore")))


def _whole_people(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(population=table["population"].round().astype("int64"))


def _key_numbers(result: UrbanCentres, summary: pd.DataFrame) -> tuple[KeyNumber, ...]:
    label = "People in urban centres (modelled)" if result.modelled else "People in urban centres"
    return (
        KeyNumber(label="Urban centres", value=figure_of(summary, "total", "centres")),
        KeyNumber(label=label, value=figure_of(summary, "total", "population"), unit="persons"),
        KeyNumber(label="Area of urban centres", value=figure_of(summary, "total", "area_km2"), unit="km²"),
    )
