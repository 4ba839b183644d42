"""What a cluster is like, on a road of towns worked out by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_urban.agglomerations import DelineationResult, check_criteria, cluster_profile, delineate, ring_profile
from geo_urban.errors import InputError, MissingColumnsError


@pytest.fixture
def road() -> DelineationResult:
    people = [4_000_000, 1_000_000, 0, 2_000_000, 5]
    units = gpd.GeoDataFrame(
        {"name": list("ABCDE"), "people": people, "before": [2_000_000, 1_000_000, 10, 4_000_000, 5]},
        geometry=[shapely.box(x / 10, 0, (x + 1) / 10, 0.1) for x in range(5)],
        crs=4326,
    ).assign(town=[3_000_000, 500_000, 0, 1_000_000, 0])
    minutes = pd.DataFrame([[40.0 * abs(x - y) for y in range(5)] for x in range(5)])
    minutes.loc[4, :3] = np.inf
    minutes.loc[:3, 4] = np.inf
    return delineate(units, travel=minutes, population="people", sweep=0)


def test_profile_by_hand(road: DelineationResult) -> None:
    # Each unit is a city of those who live in it: 4, 2 and 1 million; B and D lie within reach of A (170 minutes).
    row = cluster_profile(road, urban="town", population_start="before").loc["A–D"]
    assert row[["cities", "large_cities", "primacy"]].tolist() == [3, 3, 2.0]
    assert row["largest_city_share"] == pytest.approx(4 / 7)
    assert row["second_tier_share"] == pytest.approx(3 / 7)
    assert row["urbanization_rate"] == pytest.approx(4.5 / 7)
    assert row["change_share"] == pytest.approx(7_000_000 / 7_000_010 - 1)
    # ln(rank − ½) at ½, 1½, 2½ on ln 4, ln 2, 0: slope −(ln 2.5 − ln 0.5)/(2 ln 2) = −1.161.
    assert row["rank_size_slope"] == pytest.approx(np.log(5) / np.log(4))
    # Four squares of a tenth of a degree in a row: 4π·4/10² on a plane.
    assert row["compactness"] == pytest.approx(4 * np.pi * 4 / 100, abs=0.005)


def test_measures_without_data_are_missing(road: DelineationResult) -> None:
    row = cluster_profile(road).iloc[0]
    assert row[["urbanization_rate", "change_share"]].isna().all()
    with pytest.raises(MissingColumnsError, match="no column gone"):
        cluster_profile(road, urban="gone")


def test_rings_by_hand(road: DelineationResult) -> None:
    rings = ring_profile(road, limits=(30, 60), population_start="before").loc["A–D"]
    # A, B and D are cores themselves; C lies 40 minutes from B and D and has nobody.
    assert rings["units"].to_dict() == {"0–30": 3, "30–60": 1}
    assert rings["population"].to_dict() == {"0–30": 7_000_000, "30–60": 0}
    assert rings["change_share"].to_dict() == {"0–30": 0.0, "30–60": -1.0}
    assert rings["population_share"].sum() == 1.0
    with pytest.raises(InputError, match="rings need ascending limits"):
        ring_profile(road, limits=(60, 30))


def test_criteria_are_met_not_met_or_without_data(road: DelineationResult) -> None:
    verdict = check_criteria(
        cluster_profile(road),
        {"population": (7_000_000, None), "large_cities": (None, 2), "urbanization_rate": (0.5, None)},
    )
    assert verdict.iloc[0].tolist() == ["met", "not met", "no data"]
    with pytest.raises(InputError, match="`criteria` names gdp"):
        check_criteria(cluster_profile(road), {"gdp": (1, None)})
