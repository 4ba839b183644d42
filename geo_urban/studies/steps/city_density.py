"""Ask: how dense is the network of cities and towns."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import geopandas as gpd
import pandas as pd

from geo_urban.messages import Sentence
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from geo_urban.hierarchy import CityDensityResult
    from geo_urban.studies.context import StudyContext

__all__ = ["CITY_DENSITY", "macro_region_density", "mean_prefecture"]

TITLE = "How dense is the network of cities?"
METHOD = (
    "Cities and towns are counted per area and per residents of each group; the nearest-neighbor index compares the "
    "spacing of cities with that of random places (Clark and Evans 1954, edges after Donnelly 1978)."
)
CAUTION = "Cities are those of the last year's divisions; a county that became a district is a city no more."
NATION = "nation"
TOTAL = "total"
AREA, RESIDENTS = "land_area_km2", "residents"


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import city_density

    _, end = context.column("population")
    regions = _regions(context)
    result = city_density(
        _placed(context),
        regions,
        population=end,
        area=AREA,
        residents=RESIDENTS,
        towns="towns" if "towns" in regions.columns else None,
    )
    table = context.grouped(result.summary().drop(columns="area_base"))
    return AnalysisOutput(
        name="city_density",
        title=TITLE,
        tables={"city_density": table},
        headline=("city_density",),
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


def _placed(context: StudyContext) -> gpd.GeoDataFrame:
    """Return the cities as points: at the seat of their most populous member where that is known."""
    cities = context.cities
    points = cities.geometry.representative_point()
    if context.study.boundaries.embedded and "members_2020" in cities.columns:
        points = _seats(cities).fillna(points)
    return cast("gpd.GeoDataFrame", cities.set_geometry(points))


def _seats(cities: gpd.GeoDataFrame) -> gpd.GeoSeries:
    from geo_urban import datasets
    from geo_urban.datasets.divisions import boundary_codes

    counties = datasets.counties()
    people = datasets.census(2020)["population"]
    polygons = boundary_codes().drop_duplicates("adcode").set_index("adcode")["polygon"].to_dict()
    members = cities["members_2020"].str.split(";").explode()
    people = people.rename(index=polygons).groupby(level=0).sum()
    members = members.replace(polygons)
    drawn = members[members.isin(counties.index)]
    largest = drawn.to_frame("member").assign(people=drawn.map(people).fillna(0)).sort_values("people", ascending=False)
    seat = largest[~largest.index.duplicated()]["member"]
    found = counties.loc[seat, ["seat_lon", "seat_lat"]]
    points = gpd.GeoSeries(gpd.points_from_xy(found["seat_lon"], found["seat_lat"]), index=seat.index, crs=4326)
    return points.reindex(cities.index).to_crs(cities.crs)


def macro_region_density(year: int) -> CityDensityResult:
    """Return the density of cities and towns of the nation and its macro-regions, from the embedded data.

    Parameters
    ----------
    year
        Census whose residents count.

    Returns
    -------
    CityDensityResult
        Rows ``"east"``, ``"centre"``, ``"west"``, ``"northeast"`` and ``"nation"``.
    """
    from geo_urban import datasets
    from geo_urban.hierarchy import city_density

    groups = datasets.province_groups()["macro_region"].dropna()
    of_province = _macro_regions()
    cities = datasets.city_panel()
    cities["region"] = cities.index.str[:2].map(of_province.to_dict())
    land = datasets.provinces()[AREA].reindex(groups.index)
    people = datasets.census_totals(year)["population"].reindex(groups.index)
    towns = datasets.town_counts()["towns"]
    counted = towns.groupby(towns.index.str[:2]).sum().reindex(of_province.index).to_numpy()
    figures = pd.DataFrame({AREA: land, RESIDENTS: people, "towns": counted}).groupby(groups, sort=False).sum()
    regions = pd.concat([figures, figures.sum().to_frame(NATION).T])
    everywhere = pd.concat([cities, cities.assign(region=NATION).rename(index="{}n".format)])
    return city_density(
        pd.DataFrame(everywhere),
        regions,
        by="region",
        population=f"population_{year}",
        residents=RESIDENTS,
        towns="towns",
    )


def mean_prefecture(year: int) -> pd.Series:
    """Return the mean residents of a prefecture with a city of its level, its counties included.

    Parameters
    ----------
    year
        Census whose residents count.

    Returns
    -------
    pandas.Series
        Persons, by macro-region and ``"nation"``; municipalities count as one each.
    """
    from geo_urban import datasets

    panel = datasets.city_panel()
    cities = panel.index[panel["unit_type"] == "prefecture-level city"]
    prefixes = cities.str.replace(r"(00)+$", "", regex=True)
    people = datasets.census(year)["population"]
    of_city = people.index.str[:4].where(people.index.str[:4].isin(prefixes), people.index.str[:2])
    sums = people.groupby(of_city).sum().reindex(prefixes)
    means = sums.groupby(prefixes.str[:2].map(_macro_regions().to_dict()), sort=False).mean()
    means[NATION] = sums.mean()
    return means


def _macro_regions() -> pd.Series:
    from geo_urban import datasets

    groups = datasets.province_groups()["macro_region"].dropna()
    return pd.Series(groups.to_numpy(), index=groups.index.str[:2])
