"""Central places and regions beside the rest: by hand, and what is refused."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from geo_urban.datasets import policy_regions, region_sets, town_counts
from geo_urban.errors import AlignmentError, GeometryError, InputError, InsufficientDataError
from geo_urban.hierarchy import (
    city_density,
    dominance,
    functional_overlap,
    inside_outside,
    nearest_larger,
    nearest_neighbor_index,
    nodality,
)


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    # On the equator, one degree (111.32 km) apart, and one far away.
    return gpd.GeoDataFrame(
        {"population_2020": [50, 20, 30, 100]},
        geometry=[Point(0, 0), Point(1, 0), Point(2, 0), Point(40, 0)],
        index=list("abcd"),
        crs=4326,
    )


@pytest.fixture
def minutes() -> pd.DataFrame:
    inf = math.inf
    return pd.DataFrame(
        [[0, 30, 60, inf], [30, 0, 30, inf], [60, 30, 0, inf], [inf, inf, inf, 0]],
        index=list("abcd"),
        columns=list("abcd"),
    )


def test_nodality(places: gpd.GeoDataFrame, minutes: pd.DataFrame) -> None:
    table = nodality(places, minutes, reach=30)
    # a: 50 + 20, b: 50 + 20 + 30, c: 20 + 30, d: itself; of 200.
    assert table["reached"].tolist() == [70, 100, 50, 100]
    assert table["nodality"].tolist() == [0.35, 0.5, 0.25, 0.5]
    assert table["destinations"].tolist() == [2, 3, 2, 1]
    assert nodality(places, reach=112)["reached"].tolist() == [70, 100, 50, 100]  # the same in geodesic km


def test_nodality_of_other_destinations(places: gpd.GeoDataFrame) -> None:
    ways = pd.DataFrame([[10, 90], [90, 10], [5, 5], [99, math.nan]], index=list("abcd"), columns=["x", "y"])
    people = pd.Series({"y": 300, "x": 100, "z": 5})
    assert nodality(places, ways, reach=20, residents=people)["nodality"].tolist() == [0.25, 0.75, 1, 0]
    with pytest.raises(AlignmentError, match="nobody is counted at x, y"):
        nodality(places, ways, reach=20)


def test_order_of_a_matrix_does_not_matter(places: gpd.GeoDataFrame, minutes: pd.DataFrame) -> None:
    shuffled = minutes.loc[list("dbca"), list("cadb")]
    for measure in (nearest_larger, dominance):
        pd.testing.assert_frame_equal(measure(places, shuffled), measure(places, minutes))
    pd.testing.assert_frame_equal(nodality(places, shuffled, reach=30), nodality(places, minutes, reach=30))


def test_nearest_larger(places: gpd.GeoDataFrame, minutes: pd.DataFrame) -> None:
    table = nearest_larger(places, minutes)
    # b is 30 minutes from both larger places and takes the larger one; a and d find none.
    assert table["nearest_larger"].fillna("-").tolist() == ["-", "a", "a", "-"]
    assert table["distance"].tolist()[1:3] == [30, 60]
    by_road = nearest_larger(places)
    assert by_road.loc["a", "nearest_larger"] == "d"  # straight lines cross everything
    assert by_road.loc["b", "distance"] == pytest.approx(111.3195, abs=1e-3)
    assert nearest_larger(places, minutes, factor=2)["nearest_larger"].fillna("-").tolist() == ["-", "a", "-", "-"]
    with pytest.raises(InputError, match=r"`factor` is 0\.5"):
        nearest_larger(places, factor=0.5)


def test_equal_places_are_not_larger() -> None:
    places = pd.DataFrame({"population_2020": [5, 5, math.nan]}, index=list("abc"))
    km = pd.DataFrame(np.ones((3, 3)), index=list("abc"), columns=list("abc"))
    assert nearest_larger(places, km)["nearest_larger"].isna().all()


def test_dominance_of_gravity(places: gpd.GeoDataFrame, minutes: pd.DataFrame) -> None:
    table = dominance(places, minutes, exponent=1)
    # a–b 1000/30, a–c 1500/60, b–c 600/30: inflows 58.3, 53.3, 45, 0.
    assert table["inflow"].tolist() == pytest.approx([1000 / 30 + 25, 1000 / 30 + 20, 45, 0])
    assert table["dominance"].mean() == pytest.approx(1)
    assert table["tied_to"].fillna("-").tolist() == ["-", "a", "a", "-"]


def test_dominance_of_observed_flows(places: gpd.GeoDataFrame) -> None:
    flows = pd.DataFrame(
        [[9, 1, 0, 0], [4, 0, 2, 0], [0, 8, 0, 1], [0, 0, 0, 0]], index=list("abcd"), columns=list("abcd")
    )
    table = dominance(places, flows=flows)
    assert table["inflow"].tolist() == [4, 9, 2, 1]  # flows within a place do not count
    assert table["tied_to"].fillna("-").tolist() == ["-", "a", "-", "-"]
    with pytest.raises(InputError, match="negative values"):
        dominance(places, flows=-flows)


def test_places_on_one_spot_have_no_gravity(places: gpd.GeoDataFrame) -> None:
    twice = places.assign(geometry=[Point(0, 0), Point(0, 0), Point(2, 0), Point(4, 0)])
    with pytest.raises(InputError, match="a, b lie on one spot"):
        dominance(twice)


def test_functional_overlap(places: gpd.GeoDataFrame, minutes: pd.DataFrame) -> None:
    table = functional_overlap(places, minutes, reach=30).set_index(["place", "other"])
    # a reaches a, b (70); b reaches a, b, c (100); c reaches b, c (50).
    assert table.loc[("a", "b")].tolist() == [70, 0.7, 1]
    assert table.loc[("a", "c")].tolist() == [20, 0.2, 0.4]
    assert table.loc[("b", "c")].tolist() == [50, 0.5, 1]
    assert len(table) == 3


def test_faults_of_matrices(places: gpd.GeoDataFrame, minutes: pd.DataFrame) -> None:
    with pytest.raises(AlignmentError, match="no row for d"):
        nodality(places, minutes.drop(index="d"), reach=1)
    with pytest.raises(AlignmentError, match="no column for d"):
        nearest_larger(places, minutes.drop(columns="d"))
    with pytest.raises(InputError, match="negative values"):
        nearest_larger(places, -minutes)
    with pytest.raises(InputError, match="`reach` is -1"):
        functional_overlap(places, minutes, reach=-1)
    with pytest.raises(GeometryError, match="no geometry, so nothing is near"):
        nearest_larger(pd.DataFrame(places.drop(columns="geometry")))
    with pytest.raises(GeometryError, match="no geometry for b"):
        nearest_larger(places.assign(geometry=[Point(0, 0), None, Point(1, 1), Point(2, 2)]))
    with pytest.raises(InputError, match="coordinate reference system"):
        nearest_larger(gpd.GeoDataFrame(places.drop(columns="geometry"), geometry=list(places.geometry)))


@pytest.fixture
def units() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "population_2010": [100.0, 100, 200, 50],
            "population_2020": [90.0, 120, 200, math.nan],
            "urban_2010": [20, 40, 100, 1],
            "urban_2020": [30, 60, 120, 1],
            "km2": [10, 20, 20, 1],
            "towns": [1, 2, 3, 9],
        },
        index=list("abcd"),
    )


def test_inside_and_outside_by_hand(units: pd.DataFrame) -> None:
    table = inside_outside(
        units, pd.Series([False, True, False, True], index=list("dabc")),
        urban_start="urban_2010", urban_end="urban_2020", area="km2", towns="towns",
        measures={"largest": lambda side: side["population_2020"].max()},
    )  # fmt: skip
    # The series is paired by code: a and c are inside, b outside; d lacks a figure.
    assert table["units"].to_dict() == {"inside": 2, "outside": 1, "total": 3}
    assert table["left_out"].to_dict() == {"inside": 0, "outside": 1, "total": 1}
    inside = table.loc["inside"]
    assert inside[["population_start", "population_end", "change"]].tolist() == [300, 290, -10]
    assert inside["change_share"] == pytest.approx(-1 / 30)
    assert inside["losing_share"] == 0.5
    assert inside["urbanization_rate_end"] == pytest.approx(150 / 290)
    assert inside["burden_ratio_end"] == pytest.approx(140 / 150)
    assert inside["density_per_km2"] == pytest.approx(290 / 30)
    assert inside["towns_per_10000_people"] == pytest.approx(40_000 / 290)
    assert table["largest"].tolist() == [200, 120, 200]


def test_inside_may_be_empty(units: pd.DataFrame) -> None:
    table = inside_outside(units, np.zeros(4, dtype=bool))
    assert table.loc["inside", "units"] == 0
    assert math.isnan(table.loc["inside", "change_share"])


def test_faults_of_membership(units: pd.DataFrame) -> None:
    with pytest.raises(AlignmentError, match="describe different units"):
        inside_outside(units, pd.Series([True], index=["a"]))
    with pytest.raises(AlignmentError, match="has 3 values for 4 units"):
        inside_outside(units, np.ones(3, dtype=bool))
    with pytest.raises(InputError, match="True or False"):
        inside_outside(units, np.ones(4))
    with pytest.raises(InsufficientDataError, match="no unit has all of"):
        inside_outside(units.assign(population_2020=math.nan), np.ones(4, dtype=bool))


def test_faults_of_city_density() -> None:
    cities = pd.DataFrame({"population_2020": [5, 6], "g": ["x", "y"]}, index=["a", "b"])
    regions = pd.DataFrame({"land_area_km2": [10.0, 0.0]}, index=["x", "y"])
    with pytest.raises(InputError, match="the area of y is zero"):
        city_density(cities, regions, by="g")
    filled = regions.assign(land_area_km2=10.0)
    assert city_density(cities, filled, by="g").summary()["cities_per_10000_km2"].tolist() == [1000, 1000]
    with pytest.raises(InputError, match="names y, which `regions`"):
        city_density(cities, filled.loc[["x"]], by="g")
    with pytest.raises(GeometryError, match="which city lies where"):
        city_density(cities, filled)
    with pytest.raises(GeometryError, match="neither polygons nor a column"):
        city_density(cities, filled, by="g", area=None)
    with pytest.raises(InsufficientDataError, match="`cities` has no rows"):
        city_density(cities.iloc[:0], filled)
    with pytest.raises(GeometryError, match="no geometry, so they cannot be drawn"):
        city_density(cities, filled, by="g").layers()
    with pytest.raises(InputError, match="missing, negative or infinite"):
        nearest_neighbor_index(np.array([1, math.nan]), area_km2=1)
    with pytest.raises(InputError, match="`area_km2` is 0"):
        nearest_neighbor_index(np.array([1.0, 2.0]), area_km2=0)


def test_policy_regions_are_seven_and_say_what_is_partial() -> None:
    table = policy_regions()
    assert list(table["region"].unique()) == [
        "southern-xinjiang", "eastern-tibetan-plateau", "wuling", "wumeng", "western-yunnan-border", "qinba", "liupan",
    ]  # fmt: skip
    assert set(table["extent"]) == {"full", "part"}
    assert table["code"].str.fullmatch(r"\d{6}").all()
    # Enshi is one prefecture of Wuling; Zunyi belongs to Wuling and Wumeng in part.
    sets = region_sets("policy")
    assert sets["wuling"].contains(["422801", "520303"]).tolist() == [True, True]
    assert region_sets("policy", parts=False)["wuling"].contains(["422801", "520303"]).tolist() == [True, False]
    assert sets["wumeng"].contains(["520303"]).tolist() == [True]


def test_other_sets_of_regions() -> None:
    assert region_sets("macro")["northeast"].contains(["210100", "110000"]).tolist() == [True, False]
    assert len(region_sets("province")) == 34
    with pytest.raises(InputError, match="Take policy"):
        region_sets("polcy")  # type: ignore[arg-type]
    # Ministry of Civil Affairs: about 21,400 towns in the 2020s.
    assert town_counts()["towns"].sum() == 21_417
