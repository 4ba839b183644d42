"""Spacing and density of cities: lattices and formulas of the literature, numbers by hand, and the default data."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geo_urban.hierarchy import city_density, nearest_neighbor_index


def test_lattices_of_clark_and_evans() -> None:
    # Clark & Evans 1954: R = 2.1491 for a hexagonal pattern, each place with six neighbours at d, 1.0746 / √density;
    # 1 place has the area d² √3 / 2. A square lattice has R = 2; places on one spot R = 0.
    spacing = 12.0
    area = 1000 * spacing**2 * math.sqrt(3) / 2
    assert nearest_neighbor_index(np.full(1000, spacing), area_km2=area).index == pytest.approx(2.1491, abs=5e-5)
    assert nearest_neighbor_index(np.full(100, 5.0), area_km2=2500).index == 2
    assert nearest_neighbor_index(np.zeros(4), area_km2=10).index == 0


def test_standard_error_of_clark_and_evans() -> None:
    # Clark & Evans 1954: standard error 0.26136 / √(n · density). n = 25 places on 100 km²: density 0.25, error 0.1045;
    # expected ½ / √0.25 = 1 km, observed 1.2 km: z = 0.2 / 0.1045 = 1.913.
    found = nearest_neighbor_index(pd.Series([1.2] * 25), area_km2=100)
    assert found.expected_km == 1
    assert found.z == pytest.approx(0.2 / (0.26136 / math.sqrt(25 * 0.25)), rel=1e-4)
    assert found.p_value == pytest.approx(0.0557, abs=2e-4)


def test_published_table_of_the_chacra_mesa() -> None:
    # Chaco additions survey, table 6.22 (chacoarchive.org): 8 habitation sites, mean 391.5 m, R 0.548 on 13.456 km²
    # (from a density rounded to 0.49 per km², expected 714.28 m; 648.5 m without the rounding).
    found = nearest_neighbor_index(pd.Series([0.3915] * 8), area_km2=8 / 0.49)
    assert found.expected_km == pytest.approx(0.71428, abs=1e-4)
    assert found.index == pytest.approx(0.548, abs=5e-4)


def test_donnelly_by_hand() -> None:
    # n = 100 on 10 × 10 km: ½ + (0.0514 + 0.0041) · 40 / 100 = 0.5222; variance 0.0703 / 100 + 0.037 · 40 · 10 / 1e5.
    found = nearest_neighbor_index(np.full(100, 0.5222), area_km2=100, perimeter_km=40)
    assert found.expected_km == pytest.approx(0.5222)
    assert found.z == pytest.approx(0, abs=1e-9)
    moved = nearest_neighbor_index(np.full(100, 0.5722), area_km2=100, perimeter_km=40)
    assert moved.z == pytest.approx(0.05 / math.sqrt(0.000703 + 0.000148))


@pytest.mark.parametrize("count", [10, 50])
def test_random_places_have_an_index_of_one_with_the_correction_only(count: int) -> None:
    from scipy.spatial import cKDTree

    generator = np.random.default_rng(11)
    indexes: dict[float | None, list[float]] = {None: [], 40.0: []}
    scores = []
    for _ in range(400):
        points = generator.uniform(0, 10, (count, 2))
        nearest = cKDTree(points).query(points, k=2)[0][:, 1]
        for perimeter, values in indexes.items():
            found = nearest_neighbor_index(nearest, area_km2=100, perimeter_km=perimeter)
            values.append(found.index)
            if perimeter:
                scores.append(found.z)
    assert np.mean(indexes[40.0]) == pytest.approx(1, abs=0.02)
    assert np.mean(indexes[None]) > 1.04
    assert np.std(scores) == pytest.approx(1, abs=0.1)


@pytest.fixture
def regions() -> gpd.GeoDataFrame:
    # A square of two degrees at the equator, and its western half.
    return gpd.GeoDataFrame(
        {"land": [40_000.0, 20_000.0], "people": [1_000_000, 200_000], "towns": [30, 4]},
        geometry=[box(0, -1, 2, 1), box(0, -1, 1, 1)],
        index=["all", "west"],
        crs=4326,
    )


@pytest.fixture
def cities() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"population_2020": [300_000, 100_000, 50_000, 7]},
        geometry=[Point(0.5, 0), Point(1.5, 0), Point(1.5, 0.5), Point(5, 5)],
        index=["a", "b", "c", "far"],
        crs=4326,
    )


def test_counts_by_hand(cities: gpd.GeoDataFrame, regions: gpd.GeoDataFrame) -> None:
    result = city_density(cities, regions, area="land", residents="people", towns="towns")
    table = result.summary()
    assert result.outside == ("far",)
    assert table["cities"].to_dict() == {"all": 3, "west": 1}  # regions overlap, cities count in both
    assert table.loc["all", "cities_per_10000_km2"] == 0.75
    assert table.loc["all", "mean_city_population"] == 150_000
    assert table.loc["all", "cities_per_10000_people"] == 0.03
    assert table.loc["all", ["towns_per_10000_km2", "towns_per_10000_people"]].tolist() == [7.5, 0.3]
    # One degree of the equator is 111.32 km, half a degree of the meridian there 55.29 km: (111.32 + 2 · 55.29) / 3.
    assert table.loc["all", "nearest_km"] == pytest.approx((111.320 + 2 * 55.287) / 3, abs=0.01)
    assert math.isnan(table.loc["west", "nearest_km"])
    assert set(table["area_base"]) == {"land"}


def test_spacing_agrees_with_pointpats() -> None:
    # pointpats measures on the plane; within one UTM zone both agree to the scale of the projection (0.04 %).
    from pointpats import PointPattern

    points = np.random.default_rng(5).uniform(0, 100_000, (60, 2)) + np.array([500_000, 3_000_000])
    placed = gpd.GeoDataFrame(
        {"population_2020": 1}, geometry=gpd.points_from_xy(*points.T), index=range(60), crs="EPSG:32648"
    )
    region = gpd.GeoDataFrame({"land": [1e4]}, geometry=[box(5e5, 3e6, 6e5, 3.1e6)], index=["r"], crs="EPSG:32648")
    ours = city_density(placed, region, area="land").summary().loc["r"]
    assert ours["nearest_km"] == pytest.approx(PointPattern(points).mean_nnd / 1000, rel=5e-4)
    # The square has an outline of 400 km.
    assert ours["expected_km"] == pytest.approx(
        0.5 * math.sqrt(1e4 / 60) + (0.0514 + 0.041 / math.sqrt(60)) * 400 / 60, rel=3e-3
    )


def test_distances_are_those_of_the_geodesic() -> None:
    from pyproj import Geod

    from geo_urban.hierarchy._place_positions import distances_km, positions_km

    generator = np.random.default_rng(8)
    lon, lat = generator.uniform(73, 135, 40), generator.uniform(18, 54, 40)
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    ours = distances_km(positions_km(places[:20], argument="p"), positions_km(places[20:], argument="p"))
    one, other = np.meshgrid(range(20), range(20, 40), indexing="ij")
    metres = Geod(ellps="WGS84").inv(lon[one].ravel(), lat[one].ravel(), lon[other].ravel(), lat[other].ravel())[2]
    exact = np.reshape(metres, (20, 20)) / 1000
    assert np.abs(ours / exact - 1)[exact < 500].max(initial=0) < 1e-5
    assert np.abs(ours / exact - 1).max() < 5e-4


def test_the_west_of_china_has_fewer_cities_than_the_east() -> None:
    # Western study: 0.24 (west), 0.68 (nation), 2.53 (east) cities per 10,000 km² in 2009; the order holds in 2020.
    from geo_urban.datasets import cities, city_panel, macro_regions

    placed = cities().join(city_panel()["population_2020"])
    table = city_density(placed, macro_regions()).summary()
    assert table["cities"].sum() == len(placed)
    assert table.loc["west", "cities_per_10000_km2"] < table.loc["centre", "cities_per_10000_km2"]
    assert table.loc["centre", "cities_per_10000_km2"] < table.loc["east", "cities_per_10000_km2"]
    assert table.loc["west", "cities_per_10000_km2"] == pytest.approx(0.31, abs=0.01)
