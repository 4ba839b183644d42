"""Ask: are clusters those of places, or of the units that cut them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import pandas as pd

from geo_urban.errors import GeoUrbanWarning
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext

__all__ = ["SCALES"]

TITLE = "Do clusters hold on other units?"
UNITS, LARGER, GROUPS, CELLS = "Units of the study", "Prefectures", "Groups of units", "Squares of 10 km"
SIZE_KM = 10.0
LEAST_UNITS = 10  # fewer cannot cluster
CHANGE = "change_share"
INHERITED = (
    "A square takes the change of the unit that its middle lies in: squares of one unit repeat its figure, so Moran's "
    "I is high by construction and no test is made. The grid says only which squares people live on."
)


class _Counts(NamedTuple):
    start: str
    end: str


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.shrinkage import scale_check

    counts = _Counts(*context.column("population"))
    levels = {UNITS: _changed(context.units, counts), **_larger(context, counts)}
    levels[CELLS] = _squares(context, levels[UNITS])
    said = context.study.significance
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", GeoUrbanWarning)
        result = scale_check(
            levels,
            value=CHANGE,
            people=counts.start,
            inherited=(CELLS,),
            permutations=said.permutations,
            fdr=said.fdr,
            seed=context.study.seed,
        )
    shown = result.layers(source=context.source)
    return AnalysisOutput(
        name="scales",
        title=TITLE,
        tables={"scales": result.table},
        headline=("scales",),
        presentations=(shown,),
        key_numbers=tuple(
            KeyNumber(label=label, value=figure_of(result.table, level, "moran"), decimals=3)
            for level, label in (
                (UNITS, "Moran's I of the units"),
                (LARGER, "Moran's I of prefectures"),
                (CELLS, "Moran's I of squares that repeat their unit's change"),
            )
            if level in result.table.index
        ),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=(*dict.fromkeys(str(item.message) for item in told), *shown.cautions, INHERITED),
    )


SCALES = AnalysisStep(name="scales", title=TITLE, needs=frozenset({"population", "grid"}), run=_run)


def _changed(units: gpd.GeoDataFrame, counts: _Counts) -> gpd.GeoDataFrame:
    """Return units with the change of their own counts as a share."""
    start = units[counts.start].where(units[counts.start] > 0)
    named = [column for column in ("name", "prefecture", "province") if column in units.columns]
    kept = units[[*named, counts.start, counts.end, units.geometry.name]]
    return gpd.GeoDataFrame(kept.assign(**{CHANGE: (units[counts.end] - start) / start}))


def _larger(context: StudyContext, counts: _Counts) -> dict[str, gpd.GeoDataFrame]:
    """Return the levels above the units that have enough units to cluster."""
    levels = {}
    if context.prefectures is not None:
        levels[LARGER] = _changed(context.prefectures, counts)
    if context.group is not None and context.units[context.group].nunique() >= LEAST_UNITS:
        levels[GROUPS] = _changed(_grouped(context, counts), counts)
    return {name: units for name, units in levels.items() if LEAST_UNITS <= len(units) < len(context.units)}


def _grouped(context: StudyContext, counts: _Counts) -> gpd.GeoDataFrame:
    assert context.group is not None  # noqa: S101 - asked by the caller
    units = gpd.GeoDataFrame(context.units[[context.group, *counts, context.units.geometry.name]])
    # The embedded units are a coverage, and joined much faster as one.
    joined = units.dissolve(
        by=context.group,
        aggfunc="sum",
        method="coverage" if context.study.boundaries.embedded else "unary",
    )
    return gpd.GeoDataFrame(joined.assign(name=joined.index.astype(str)))


def _squares(context: StudyContext, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return squares on which people live, each with the change of the unit that its middle lies in."""
    from geo_urban.spatial import square_units

    squares = square_units(context.grid, size_km=SIZE_KM)
    middles = gpd.GeoDataFrame(geometry=squares.geometry.centroid, crs=squares.crs).to_crs(units.crs)
    met = gpd.sjoin(middles, units[[CHANGE, units.geometry.name]], predicate="within")
    change = met.loc[~met.index.duplicated(), CHANGE]
    inside = squares.loc[squares.index.isin(change.index)]
    start = context.column("population")[0]
    people = pd.Series(inside["people"].to_numpy(), index=inside.index)
    return gpd.GeoDataFrame(inside.assign(**{CHANGE: change.reindex(inside.index), start: people}))
