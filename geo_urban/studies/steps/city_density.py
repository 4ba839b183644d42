"""Ask: how dense is the network of cities and towns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban.messages import Sentence
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    from geo_urban.presentation import Presentation
    from geo_urban.studies.context import StudyContext

__all__ = ["CITY_DENSITY"]

TITLE = "How dense is the network of cities?"
METHOD = (
    "Cities and towns are counted per area and per residents of each group; the nearest-neighbor index compares the "
    "spacing of cities with that of random places (Clark and Evans 1954, edges after Donnelly 1978)."
)
CAUTION = "Cities are those of the last year's divisions; a county that became a district is a city no more."
TOTAL = "total"
AREA, RESIDENTS = "land_area_km2", "residents"


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import city_density

    _, end = context.column("population")
    regions = _regions(context)
    result = city_density(
        context.city_points,
        regions,
        population=end,
        area=AREA,
        residents=RESIDENTS,
        towns="towns" if "towns" in regions.columns else None,
    )
    table = context.grouped(result.summary().drop(columns="area_base"))
    shown = result.layers(source=context.source)
    return AnalysisOutput(
        name="city_density",
        title=TITLE,
        tables={"city_density": table},
        headline=("city_density",),
        presentations=(_of_groups(shown),) if len(table) > 1 else (),
        charts=bars_of(
            table,
            {"cities_per_10000_km2": "Cities per 10,000 km²"},
            name="city_density",
            title=TABLE_TITLES["city_density"],
            decimals=2,
        ),
        key_numbers=(
            KeyNumber(label="Cities per 10,000 km²", value=figure_of(table, TOTAL, "cities_per_10000_km2"), decimals=2),
            KeyNumber(label="Mean city size", value=figure_of(table, TOTAL, "mean_city_population"), unit="persons"),
            KeyNumber(
                label="Mean distance to the nearest city",
                value=figure_of(table, TOTAL, "nearest_km"),
                unit="km",
                decimals=1,
            ),
        ),
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.city_density"),
        source=context.source,
        cautions=_cautions(regions),
    )


CITY_DENSITY = AnalysisStep(name="city_density", title=TITLE, needs=frozenset({"population", "cities"}), run=_run)


def _of_groups(shown: Presentation) -> Presentation:
    """Return the presentation without the row of all groups together, which lies over them all."""
    layer = shown.layers[0]
    units = layer.units.drop(index=TOTAL, errors="ignore").rename_axis("group")
    return replace(shown, layers=(replace(layer, units=units.assign(name=units.index), label_column="name"),))


def _cautions(regions: pd.DataFrame) -> tuple[str, ...]:
    if "towns" not in regions.columns:
        return (CAUTION,)
    from geo_urban.datasets import town_counts

    year = int(town_counts()["year"].max())
    towns = Sentence("Towns are those of the list of {year}; residents those of the last year of the study.", year=year)
    return (CAUTION, towns)


def _regions(context: StudyContext) -> gpd.GeoDataFrame:
    """Return the groups of the study and all of them together, with land, residents and, where known, towns."""
    units, group = context.units, context.group
    area = units[AREA] if AREA in units.columns else _polygon_areas(units)
    _, end = context.column("population")
    figures = gpd.GeoDataFrame(
        {AREA: area, RESIDENTS: units[end], "group": units[group] if group else TOTAL}, geometry=units.geometry
    )
    sums = figures.drop(columns="geometry").groupby("group", sort=False, observed=True).sum()
    if context.study.population.embedded and context.study.boundaries.embedded:
        sums["towns"] = _towns(context).reindex(sums.index).fillna(0).astype("int64")
    shapes = figures[["group", "geometry"]].dissolve("group", sort=False, method="coverage").geometry
    parts = gpd.GeoDataFrame(sums, geometry=shapes.reindex(sums.index), crs=units.crs)
    if group is None:
        return parts
    whole = gpd.GeoDataFrame(
        sums.sum().to_frame(TOTAL).T, geometry=[shapes.union_all(method="coverage")], crs=units.crs
    )
    counts = [column for column in (RESIDENTS, "towns") if column in sums.columns]
    both = pd.concat([parts, whole.astype(sums[counts].dtypes.to_dict())])
    return gpd.GeoDataFrame(both, geometry="geometry", crs=units.crs)


def _polygon_areas(units: gpd.GeoDataFrame) -> pd.Series:
    from geo_urban.spatial import area_km2

    return area_km2(units)


def _towns(context: StudyContext) -> pd.Series:
    """Return the towns of each province of the study's region, by its name: the list's codes are those of its year."""
    from geo_urban import datasets

    towns = datasets.town_counts()["towns"]
    if context.study.region:
        towns = towns[datasets.region(context.study.region).contains(towns.index)]
    names = datasets.province_groups()["name"]
    return towns.groupby(towns.index.str[:2].map(names.set_axis(names.index.str[:2]).to_dict())).sum()
