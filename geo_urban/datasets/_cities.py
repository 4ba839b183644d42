"""Add up the comparable units to cities, for `geo_urban.datasets.panel.city_panel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.datasets.census_figures import census, census_totals
from geo_urban.datasets.divisions import crosswalk, zone_hosts
from geo_urban.datasets.units import prefecture_codes

if TYPE_CHECKING:
    from geo_urban.spatial.harmonize import Harmonized

__all__ = ["cities_of_panel"]

_COUNTY_LEVEL_CITY = "county-level city"
_PREFECTURE_LEVEL_CITY = "prefecture-level city"
_ZONE = "development zone"
_WHOLE = "city without districts"
_NO_CITY = ""
_MUNICIPALITIES = ("11", "12", "31", "50")
# How sure it is that the bulk of a unit went to a link's other end, best first.
_RANKS = {"unchanged": 0, "all": 1, "part": 2}
_DEGREES = ("same", "renamed", "merged", "adjusted")


def cities_of_panel(harmonized: Harmonized, map_codes: pd.Series) -> pd.DataFrame:
    """Return one row per city; see `geo_urban.datasets.panel.city_panel`."""
    before, after = census(2010), census(2020)
    city_t1 = _cities_of_2020(after)
    city_t0, straddling = _cities_of_2010(before, after, harmonized, city_t1)
    cities = pd.DataFrame(index=pd.Index(sorted(set(city_t1) - {_NO_CITY}), name="adcode"))
    county_level = cities.index.isin(after.index[after["unit_type"] == _COUNTY_LEVEL_CITY])
    first = city_t1[city_t1 != _NO_CITY].reset_index().drop_duplicates("city").set_index("city")["adcode"]
    seat = after.loc[first.reindex(cities.index)]
    cities["name"] = np.where(county_level, seat["name"], seat["prefecture"])
    cities["province"] = seat["province"].to_numpy()
    cities["unit_type"] = np.where(county_level, _COUNTY_LEVEL_CITY, _PREFECTURE_LEVEL_CITY)
    cities["population_2010"] = before["population"].groupby(city_t0).sum().reindex(cities.index).astype("Int64")
    cities["population_2020"] = after["population"].groupby(city_t1).sum()
    cities["urban_area_2020"] = _urban_areas(cities.index, after)
    zones = after["population"].where(after["unit_type"] == _ZONE, 0)
    cities["zone_population_2020"] = zones.groupby(city_t1).sum()
    cities["members_2010"] = city_t0.groupby(city_t0).agg(_joined).reindex(cities.index, fill_value="")
    cities["members_2020"] = city_t1.groupby(city_t1).agg(_joined)
    cities["straddling"] = _listed_units(straddling, map_codes).reindex(cities.index, fill_value="")
    cities["comparability"] = _comparability(harmonized, city_t1, cities["straddling"])
    order = ["population_2010", "population_2020", "urban_area_2020", "zone_population_2020", "comparability"]
    return cities[["name", "province", "unit_type", *order, "members_2010", "members_2020", "straddling"]]


def _cities_of_2020(units: pd.DataFrame) -> pd.Series:
    """Return the city each unit of 2020 belongs to, empty for none."""
    prefectures = pd.Series(prefecture_codes(units.index), index=units.index)
    kind, in_city = units["unit_type"], units["prefecture"].str.endswith("市")
    cities = pd.Series(_NO_CITY, index=units.index, name="city")
    whole = kind == _COUNTY_LEVEL_CITY
    cities[whole] = units.index[whole]
    parts = kind.isin(["district", _WHOLE, "administrative area"]) & in_city
    cities[parts] = prefectures[parts]
    hosts = zone_hosts().groupby("zone_code")["host_code"].agg(list)
    for zone in units.index[kind == _ZONE]:
        around = [cities[host] for host in hosts.get(zone, [])]
        if not around or prefectures[zone] in around:
            cities[zone] = prefectures[zone] if in_city[zone] else _NO_CITY
        elif len(set(around)) == 1:
            cities[zone] = around[0]
    return cities


def _cities_of_2010(
    before: pd.DataFrame, after: pd.DataFrame, harmonized: Harmonized, city_t1: pd.Series
) -> tuple[pd.Series, pd.DataFrame]:
    """Return the city of 2020 that each unit of 2010 belongs to, and the units that lie in several."""
    pairs = pd.DataFrame({"unit": harmonized.unit_of_t1, "city": city_t1}).drop_duplicates()
    several = pairs[pairs["unit"].duplicated(keep=False)]
    sole = pairs[~pairs["unit"].isin(several["unit"])].set_index("unit")["city"]
    cities = harmonized.unit_of_t0.map(sole)
    divided = cities.isna()
    cities[divided] = city_t1[_main_successors(after).reindex(before.index[divided])].to_numpy()
    return cities.rename("city"), several[several["city"] != _NO_CITY]


def _main_successors(after: pd.DataFrame) -> pd.Series:
    """Return the unit of 2020 that holds most of each unit of 2010: its like, its whole, else its largest part."""
    links = crosswalk()
    links["rank"] = links["extent"].map(_RANKS)
    links["people"] = after["population"].reindex(links["new"]).to_numpy()
    best = links.sort_values(["old", "rank", "people"], ascending=[True, True, False])
    return best.drop_duplicates("old").set_index("old")["new"]


def _joined(group: pd.Series) -> str:
    return ";".join(group.index)


def _urban_areas(cities: pd.Index, units: pd.DataFrame) -> pd.Series:
    provinces = census_totals(2020)["urban_area"]
    prefectures = census_totals(2020, level="prefecture")["urban_area"]
    municipalities = provinces[provinces.index.str.startswith(_MUNICIPALITIES)]
    known = pd.concat([municipalities, prefectures, units["urban_area"].dropna()])
    areas: pd.Series = known[~known.index.duplicated()].reindex(cities)
    return areas


def _listed_units(straddling: pd.DataFrame, map_codes: pd.Series) -> pd.Series:
    codes = straddling["unit"].map(map_codes).set_axis(straddling["city"])
    lists = {city: ";".join(sorted(units)) for city, units in codes.groupby(level=0)}
    return pd.Series(lists, dtype="str")


def _comparability(harmonized: Harmonized, city_t1: pd.Series, straddling: pd.Series) -> pd.Series:
    """Return the worst comparability of a city's units; the city is `adjusted` where a unit straddles its edge."""
    degrees = harmonized.unit_of_t1.map(harmonized.units["comparability"]).map(_DEGREES.index)
    worst = degrees.groupby(city_t1).max().reindex(straddling.index).map(lambda degree: _DEGREES[degree])
    return worst.where(straddling == "", _DEGREES[-1])
