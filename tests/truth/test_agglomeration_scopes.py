"""One set of parameters for the whole country, beside the scope of three plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo_urban import datasets
from geo_urban.agglomerations import (
    DelineationResult,
    check_criteria,
    cluster_profile,
    compare,
    delineate,
    leave_one_out,
    ring_profile,
)

if TYPE_CHECKING:
    import pandas as pd

CENTRES = {
    "Chengdu–Chongqing": ["510104", "500103"],
    "Guanzhong Plain": ["610102"],
    "Harbin–Changchun": ["230102", "220103"],
}
PLANS = ["chengyu", "guanzhong", "hachang"]


def distances(points: pd.DataFrame, centres: pd.DataFrame) -> np.ndarray:
    """Kilometres from each point to the nearest centre."""
    from pyproj import Geod

    ends = [
        Geod(ellps="WGS84").inv(
            np.full(len(points), lon), np.full(len(points), lat), points["seat_lon"], points["seat_lat"]
        )[2]
        for lon, lat in centres[["seat_lon", "seat_lat"]].to_numpy()
    ]
    return np.min(ends, axis=0) / 1000


@pytest.fixture(scope="module")
def radius() -> dict[str, float]:
    """Return F1 of all counties within 250 km of the core cities, by plan."""
    units = datasets.agglomeration_units()
    seats = datasets.counties().loc[units.index, ["seat_lon", "seat_lat"]]
    found = {}
    for plan, centres in CENTRES.items():
        inside = distances(seats, seats.loc[centres]) <= 250
        theirs = (units["plan"] == plan).to_numpy()
        codes = {"radius": units.index[inside]}, {plan: units.index[theirs]}
        result = compare(*codes, units=units[inside | theirs], population="population_2020")
        found[plan] = float(result.summary().loc[plan, "f1"])
    return found


@pytest.mark.parametrize(
    ("plan", "published"),
    [("Chengdu–Chongqing", 0.911), ("Guanzhong Plain", 0.781), ("Harbin–Changchun", 0.818)],
)
def test_radius_of_250_km(radius: dict[str, float], plan: str, published: float) -> None:
    # Stated with the task for all counties within 250 km of the core cities; seats and units there differ a little.
    assert radius[plan] == pytest.approx(published, abs=0.015)


@pytest.fixture(scope="module")
def national() -> DelineationResult:
    units = datasets.agglomeration_units()
    names = units.drop_duplicates("city").set_index("city")["city_name"]
    return delineate(
        units,
        travel=datasets.seat_travel_times(),
        urban="urban_2020",
        cities="city",
        regions="prefecture_code",
        names=names,
        sweep=0,
    )


@pytest.fixture(scope="module")
def agreement(national: DelineationResult) -> pd.Series:
    theirs = national.units["plan"]
    f1: pd.Series = compare(national, theirs[theirs.isin(list(CENTRES))]).summary()["f1"]
    return f1


def test_goals_with_one_set_of_parameters(agreement: pd.Series) -> None:
    # The set was fixed before agreement was computed (docs/decisions/delineation.md).
    assert agreement["Chengdu–Chongqing"] >= 0.93
    assert agreement["Harbin–Changchun"] >= 0.88


@pytest.mark.xfail(strict=True, reason="the plan of Guanzhong takes in prefectures up to six hours away: 0.778")
def test_goal_for_guanzhong(agreement: pd.Series) -> None:
    assert agreement["Guanzhong Plain"] >= 0.86


def test_a_radius_agrees_less(agreement: pd.Series, radius: dict[str, float]) -> None:
    # On the same units; that of Guanzhong by a hair, and not beyond the 0.781 of other units.
    assert all(agreement[plan] > f1 for plan, f1 in radius.items())


def test_ways_between_cores_start_where_travel_times_do(national: DelineationResult) -> None:
    # From seat to seat, as in the table that the reach of cores is measured in; not between points inside polygons.
    table = datasets.seat_travel_times().minutes
    seats = national.cores["seat"]
    ends = zip(seats[national.links["origin"]], seats[national.links["destination"]], strict=True)
    expected = [table.loc[origin, destination] for origin, destination in ends]
    assert national.links["minutes"].tolist() == pytest.approx(expected, rel=1e-5)


def test_two_core_clusters_are_found_and_named(national: DelineationResult) -> None:
    assert {"成都市–重庆市", "哈尔滨市–长春市", "西安市"} <= set(national.outlines.index)


def test_parts_of_a_city_lead_no_cluster_beside_it(national: DelineationResult) -> None:
    # The unit of 新郑市 holds districts of Zhengzhou too, and most of its urban residents live in these.
    assert "郑州市" in national.outlines.index
    assert national.cores.index[national.cores["name"] == "新郑市"].empty
    assert national.units.loc["410184", "agglomeration"] == "郑州市"


def test_every_cluster_has_its_character(national: DelineationResult) -> None:
    # One run for all: warnings are errors here, so none escapes.
    profile = cluster_profile(national, urban="urban_2020", population_start="population_2010")
    assert len(profile) >= 19
    assert profile["population"].sum() == national.outlines["population"].sum()
    assert profile["compactness"].between(0, 1).all()
    assert profile["urbanization_rate"].between(0.3, 1).all()
    assert (profile["rank_size_slope"].notna() == (profile["cities"] >= 3)).all()
    assert profile["second_tier_share"].between(0, 1).all()
    rings = ring_profile(national, population_start="population_2010")
    people = rings.groupby(level="agglomeration", observed=True)["population"].sum()
    assert (people == profile["population"].reindex(people.index)).all()
    assert rings["change_share"].notna().all()
    limits = {"population": (2e7, None), "large_cities": (2, None), "density_per_km2": (250, None), "gdp": (1e4, None)}
    verdicts = check_criteria(profile.assign(gdp=np.nan), limits)
    assert set(verdicts["gdp"]) == {"no data"}
    met = verdicts["population"] == "met"
    assert (profile.loc[met, "population"] >= 2e7).all()
    assert (profile.loc[~met, "population"] < 2e7).all()


@pytest.mark.slow
def test_leave_one_out_as_published() -> None:
    # docs/decisions/delineation.md; a fitted setting may do worse on the third than the one fixed without any.
    units = datasets.agglomeration_units()
    tried = leave_one_out(
        units,
        datasets.scope_of_units(units, plans=PLANS),
        travel=datasets.seat_travel_times(),
        urban="urban_2020",
        cities="city",
        regions="prefecture_code",
    )
    assert tried.table.loc[list(CENTRES), "f1"].tolist() == pytest.approx([0.951, 0.783, 0.926], abs=0.002)
    assert (tried.table["f1"] <= tried.table["f1_best"]).all()


def test_islands_are_a_stated_result(national: DelineationResult) -> None:
    # No road of the network joins Zhoushan to the mainland: it is reached from itself alone, and in no cluster.
    zhoushan = national.units[national.units["prefecture"] == "舟山市"]
    assert zhoushan["agglomeration"].isna().all()
    # Nor does a road cross the strait of Hainan: what clusters there are on the island end at its shore.
    on_island = national.units["province"] == "海南省"
    assert set(national.units.loc[on_island, "agglomeration"].dropna()).isdisjoint(
        national.units.loc[~on_island, "agglomeration"].dropna()
    )


def test_scopes_are_those_of_the_plans() -> None:
    scopes = datasets.agglomeration_scopes()
    assert not scopes.duplicated(["plan", "code"]).any()
    # 川渝: two counties in part, 开州 and 云阳 (plan text).
    assert scopes.loc[scopes["extent"] == "part", "unit"].tolist() == ["开州区", "云阳县"]
    counties = datasets.counties()
    listed = scopes.loc[~scopes["code"].str.endswith("00"), "code"]
    assert set(listed) <= set(counties.index)
    with pytest.raises(ValueError, match="`plans` has nowhere"):
        datasets.scope_of_units(counties, plans=["nowhere"])
