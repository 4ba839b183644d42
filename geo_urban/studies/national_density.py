"""The density of cities and towns of the nation and its macro-regions, to stand beside published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from geo_urban.hierarchy import CityDensityResult

__all__ = ["macro_region_density", "mean_prefecture"]

NATION = "nation"
AREA, RESIDENTS = "land_area_km2", "residents"


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
