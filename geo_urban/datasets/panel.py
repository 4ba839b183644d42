"""Census figures of 2010 and 2020 on comparable units: counties and their equals, and cities."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
import pandas as pd
import shapely

from geo_urban.datasets._cities import cities_of_panel
from geo_urban.datasets.census_figures import census
from geo_urban.datasets.divisions import boundary_codes, crosswalk, division_corrections, inseparable_groups
from geo_urban.datasets.regions import Region, region
from geo_urban.datasets.whole_country import NATION
from geo_urban.errors import InputError
from geo_urban.spatial.harmonize import Harmonized, harmonize

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["census_panel", "city_panel", "harmonized_census", "map_codes", "polygons_of_units"]

START, END = 2010, 2020
_FIGURES = ("population", "urban", "rural")
_ZONE = "development zone"
# Neither Taiwan, Hong Kong and Macau nor Kinmen are counted in these censuses.
_WITHOUT_CENSUS = ("71", "81", "82", "350527")
_within = region


@overload
def census_panel(
    start: int = ..., end: int = ..., *, geometry: Literal[False] = ..., region: str | int | Region | None = ...
) -> pd.DataFrame: ...
@overload
def census_panel(
    start: int = ..., end: int = ..., *, geometry: Literal[True], region: str | int | Region | None = ...
) -> gpd.GeoDataFrame: ...
def census_panel(
    start: int = START, end: int = END, *, geometry: bool = False, region: str | int | Region | None = None
) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return both censuses on units that mean the same territory in both years, as far as known.

    Where territory moved between counties, they are joined rather than divided by guess; a development zone, which
    2010 does not know, is joined with the units it lies in. All units together are the nation of either census,
    to the person. What remains unknown: transfers that no source records (``same`` means *no known change*).

    Parameters
    ----------
    start, end
        Census years: 2010 and 2020.
    geometry
        Whether to add the polygons (WGS 84) with `area_km2` and `land_area_km2`; needs the extra ``[data]``.
    region
        Only units of this region (`geo_urban.datasets.region`); a joined unit belongs where its code does.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        One row per comparable unit, sorted by the index `adcode`, the code of its polygon (boundaries of 2021); that
        of the most populous member in 2020, development zones aside, where several are joined. `name`, `prefecture`,
        `province` and `unit_type` of that member in 2020; `population_2010`, `population_2020`, `urban_2010` …
        `rural_2020` [persons]; `comparability`:

        - ``same``: one row in both censuses, code and name alike, no known change;
        - ``renamed``: one row in both, with another code, name or status, same territory;
        - ``merged``: joined because territory moved between the members;
        - ``adjusted``: joined, also or only, because a development zone or units that share a polygon cannot be told
          apart;

        `members_2010` and `members_2020` (census codes, joined by ``;``) and `zone_population_2020` [persons], the
        residents of development zones in it.

    Raises
    ------
    InputError
        If there is no such census or region.

    See Also
    --------
    city_panel : The same for cities.
    geo_urban.datasets.explain : Where each number of a unit comes from.

    Notes
    -----
    Comparable units are the connected components of the crosswalk (`geo_urban.datasets.divisions.crosswalk`), of
    zones with their hosts and of units that share a polygon, found by `geo_urban.spatial.harmonize`.

    Examples
    --------
    >>> panel = census_panel()
    >>> panel[["population_2010", "population_2020"]].sum().tolist()
    [1332810869, 1409778724]
    >>> panel.loc["370116", ["name", "comparability", "members_2010"]].tolist()  # 莱城区 of the city of Laiwu
    ['莱芜区', 'renamed', '371202']
    """
    _require_years(start, end)
    panel = _panel()
    if region is not None:
        panel = panel[_within(region).contains(panel.index)]
    if not geometry:
        return panel.copy()
    united = _with_polygons(panel)
    if region is None:
        united.attrs["nation"] = NATION
    return united


def city_panel(start: int = START, end: int = END, *, region: str | int | Region | None = None) -> pd.DataFrame:
    """Return the residents of every city in both censuses, on its territory of 2020.

    A prefecture-level city is all districts it has in 2020 with the development zones in them, without its counties
    and county-level cities; a county-level city counts whole, villages included. That is how size classes are often
    taken from the county yearbook; the official classes rest on the urban area (城区), given beside it for 2020.

    Parameters
    ----------
    start, end
        Census years: 2010 and 2020.
    region
        Only cities of this region (`geo_urban.datasets.region`).

    Returns
    -------
    pandas.DataFrame
        Sorted by the index `adcode`: code of the prefecture (``xxxx00``, ``xx0000`` for the four municipalities) or of
        the county-level city in the 2020 census. `name`, `province`, `unit_type` (``"prefecture-level city"``
        or ``"county-level city"``), `population_2010`, `population_2020`, `urban_area_2020` [persons; missing for
        Sansha], `zone_population_2020`, `comparability` as in `census_panel`, `members_2010`, `members_2020`
        (census codes, joined by ``;``), `straddling`: codes of comparable units that reach beyond the city. Where
        there are such units, `comparability` is ``adjusted`` and the 2010 figure is approximate: each unit of 2010
        counts where the greater part of it went, small transfers across the city's edge are neglected; it is missing
        for a young city that was cut out of others (龙港, 共青城, 北屯 …).

    Raises
    ------
    InputError
        If there is no such census or region.

    See Also
    --------
    census_panel : The same for all units.

    Notes
    -----
    A zone that lies in counties only belongs to no city; one that lies in a county-level city only belongs to it.

    Examples
    --------
    Changchun with its four zones, on the territory it has since Jiutai became a district:

    >>> int(city_panel().loc["220100", "population_2020"])
    5969036
    """
    _require_years(start, end)
    cities = _cities()
    if region is not None:
        cities = cities[_within(region).contains(cities.index)]
    return cities.copy()


def harmonized_census() -> Harmonized:
    """Return the comparable units of the two censuses, by census code of 2020, before they take the map's codes.

    Returns
    -------
    geo_urban.spatial.Harmonized
        Labels are codes of the 2020 census. Shared by all callers: not to be changed.
    """
    return _harmonized()


def polygons_of_units() -> pd.Series:
    """Return the panel unit that each polygon of the mainland's counties belongs to.

    Returns
    -------
    pandas.Series
        Panel `adcode` on the code of the polygon, for census units with a polygon; every polygon once.
    """
    homes = harmonized_census().unit_of_t1
    shared = boundary_codes()
    zones = census(END)["unit_type"] == _ZONE
    elsewhere = shared["adcode"][~shared["adcode"].isin(shared["polygon"])]
    own = homes[~zones & ~homes.index.isin(elsewhere)]
    of_shared = pd.Series(homes[shared["adcode"]].to_numpy(), index=shared["polygon"])
    polygons = pd.concat([own, of_shared])
    units: pd.Series = polygons[~polygons.index.duplicated()].map(map_codes())
    return units.rename("adcode").rename_axis("polygon").sort_index()


def _require_years(start: int, end: int) -> None:
    if (start, end) != (START, END):
        raise InputError(
            "there is a panel from 2010 to 2020, not from {start} to {end}. Leave the years out, "
            "or make units of your own two dates comparable with `geo_urban.spatial.harmonize`.",
            start=start,
            end=end,
        )


@cache
def _harmonized() -> Harmonized:
    before, after = census(START), census(END)
    corrections = division_corrections()
    alike = corrections[corrections["action"] == "spelling"]
    before = before.assign(name=before["name"].replace(dict(zip(alike["old_name"], alike["new_name"], strict=True))))
    # A zone has no polygon and must not give its code to a unit.
    after = after.assign(size=after["population"].where(after["unit_type"] != _ZONE, -1))
    return harmonize(before, after, crosswalk(), together=inseparable_groups(), size="size")


@cache
def _panel() -> pd.DataFrame:
    harmonized = harmonized_census()
    before, after = census(START), census(END)
    units = harmonized.units
    panel = after.loc[units.index, ["name", "prefecture", "province", "unit_type"]]
    for figure in _FIGURES:
        panel[f"{figure}_{START}"] = harmonized.total(before[figure], date="t0")
        panel[f"{figure}_{END}"] = harmonized.total(after[figure], date="t1")
    panel["comparability"] = units["comparability"]
    panel[f"members_{START}"] = units["members_t0"].map(";".join)
    panel[f"members_{END}"] = units["members_t1"].map(";".join)
    zones = after["population"].where(after["unit_type"] == _ZONE, 0)
    panel[f"zone_population_{END}"] = harmonized.total(zones, date="t1")
    panel.index = pd.Index(map_codes().reindex(panel.index), name="adcode")
    return panel.sort_index()


@cache
def map_codes() -> pd.Series:
    """Return the code in the boundaries of each unit label of the 2020 census."""
    labels = harmonized_census().units.index
    shared = boundary_codes().drop_duplicates("adcode").set_index("adcode")["polygon"]
    renumbered = labels.isin(shared.index) & ~labels.isin(boundary_codes()["polygon"])
    return pd.Series(np.where(renumbered, shared.reindex(labels), labels), index=labels, dtype="str")


@cache
def _cities() -> pd.DataFrame:
    return cities_of_panel(harmonized_census(), map_codes())


def _with_polygons(panel: pd.DataFrame) -> gpd.GeoDataFrame:
    import geopandas as gpd

    from geo_urban.datasets.boundaries import counties

    homes = polygons_of_units()
    homes = homes[homes.isin(panel.index)]
    polygons = counties().loc[homes.index]
    groups = polygons.groupby(homes)
    areas = groups[["area_km2", "land_area_km2"]].sum()
    shapes = groups["geometry"].agg(lambda parts: parts.iloc[0] if len(parts) == 1 else _union(parts))
    united = gpd.GeoSeries(shapes.reindex(panel.index), crs=polygons.crs)
    return gpd.GeoDataFrame(panel.join(areas), geometry=united)


def _union(parts: pd.Series) -> shapely.Geometry:
    # The counties are a coverage; a union that knows it leaves no slivers.
    return shapely.coverage_union_all(parts.to_numpy())
