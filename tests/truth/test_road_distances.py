"""The default roads against published lengths, and what they cannot reach."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest

from geo_urban.datasets import county_seats, road_network, seat_travel_times
from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.spatial import Network, travel_time

# Main squares or railway stations of the cities, to a hundredth of a degree.
CITIES = {
    "Beijing": (116.40, 39.90),
    "Tianjin": (117.20, 39.13),
    "Shanghai": (121.47, 31.23),
    "Nanjing": (118.78, 32.06),
    "Shenyang": (123.43, 41.80),
    "Dalian": (121.61, 38.91),
    "Chengdu": (104.07, 30.66),
    "Chongqing": (106.55, 29.56),
    "Xining": (101.78, 36.62),
    "Golmud": (94.90, 36.40),
    "Lhasa": (91.13, 29.65),
}


@pytest.fixture(scope="module")
def home() -> Network:
    return road_network(abroad=False)


@pytest.fixture(scope="module")
def cities() -> gpd.GeoSeries:
    lon, lat = zip(*CITIES.values(), strict=True)
    return gpd.GeoSeries.from_xy(lon, lat, index=list(CITIES), crs=4326)


# Published lengths of the roads that join them, whose ends are not the cities' main squares: hence 15 %.
@pytest.mark.parametrize(
    ("stops", "published_km"),
    [
        (["Shanghai", "Nanjing"], 274),  # Huning expressway, as opened in 1996
        (["Shenyang", "Dalian"], 375),  # Shenda expressway, as opened in 1990
        (["Beijing", "Shanghai"], 1262),  # expressway G2, national plan
        (["Xining", "Golmud", "Lhasa"], 1937),  # Qinghai–Tibet highway
    ],
)
def test_published_lengths(home: Network, cities: gpd.GeoSeries, stops: list[str], published_km: float) -> None:
    km = travel_time(cities[stops], network=home, measure="km").km
    found = sum(km.loc[leg] for leg in pairwise(stops))
    print(f"{'–'.join(stops)}: {found:.0f} km, published {published_km} km ({found / published_km - 1:+.1%})")  # noqa: T201
    assert found == pytest.approx(published_km, rel=0.15)


# Where the published road is a roundabout one, the truth lies between the straight line and it.
@pytest.mark.parametrize(
    ("start", "end", "longest_km"),
    [
        ("Beijing", "Tianjin", 142.69),  # Jingjintang expressway, which goes on to the port of Tanggu
        ("Chengdu", "Chongqing", 340.2),  # Chengyu expressway of 1995 by Neijiang; since then there are straighter ones
    ],
)
def test_between_straight_line_and_roundabout_way(
    home: Network, cities: gpd.GeoSeries, start: str, end: str, longest_km: float
) -> None:
    ends = cities[[start]], cities[[end]]
    straight = travel_time(*ends, network="great-circle", speed_kmh=60).km.iloc[0, 0]
    found = travel_time(*ends, network=home, measure="km").km.iloc[0, 0]
    print(f"{start}–{end}: {straight:.0f} < {found:.0f} < {longest_km} km")  # noqa: T201
    assert straight < found < longest_km


def test_minutes_follow_the_speed_rule_and_say_so(home: Network) -> None:
    np.testing.assert_allclose(home.minutes, home.km / 70 * 60)
    summary = home.summary()
    assert summary["minutes_uncertainty"] == 0.25
    assert "70 km/h on every road" in summary["speed_rule"]
    assert "OpenStreetMap (ODbL)" in summary["source"]
    slow = road_network(abroad=False, speeds_kmh={"road": 35})
    np.testing.assert_allclose(slow.minutes, 2 * home.minutes)


def test_islands_are_parts_of_their_own(home: Network) -> None:
    seats = county_seats(region="海南, 浙江, 广东")
    with pytest.warns(GeoUrbanWarning, match="460301, 460302"):  # Sansha, far out at sea
        times = travel_time(seats, network=home)
    part = times.origins["component"]
    haikou, wenchang, xuwen, zhoushan, ningbo = "460105", "469005", "440825", "330902", "330203"
    assert np.isfinite(times.minutes.loc[haikou, wenchang])
    assert np.isinf(times.minutes.loc[haikou, xuwen])
    assert np.isinf(times.minutes.loc[zhoushan, ningbo])
    assert part[haikou] != part[xuwen] == part[ningbo] != part[zhoushan]
    assert times.unreachable > 0


def test_abroad_belongs_to_it_unless_left_out(home: Network) -> None:
    whole = road_network()
    assert len(home.lon) < len(whole.lon)
    assert (home.node_ids >= 0).all()
    # Manzhouli and Zabaikalsk beyond the border; Ruili and Muse.
    places = gpd.GeoSeries.from_xy([117.38, 117.33, 97.85, 97.90], [49.60, 49.65, 24.01, 23.99], crs=4326)
    times = travel_time(places, network=whole)
    assert times.km.loc[0, 1] < 25
    assert times.km.loc[2, 3] < 25


def test_a_region_is_cut_with_a_margin() -> None:
    ningxia = road_network(region="Ningxia")
    wide = road_network(region="Ningxia", margin_km=300)
    assert len(ningxia.lon) < len(wide.lon) < len(road_network().lon)
    seats = county_seats(region="Ningxia")
    times = travel_time(seats, network=ningxia)
    whole = seat_travel_times(None, region="Ningxia")
    np.testing.assert_allclose(times.minutes, whole.minutes, rtol=0.1)


def test_railways_join_at_stations_and_save_time_only() -> None:
    seats = county_seats(region="Gansu")
    road = road_network(region="Gansu", abroad=False)
    both = road_network(region="Gansu", abroad=False, modes=("road", "rail"))
    assert both.mode == "road+rail"
    alone = travel_time(seats, network=road).minutes.to_numpy()
    with_trains = travel_time(seats, network=both).minutes.to_numpy()
    assert (with_trains <= alone + 1e-9).all()
    assert (with_trains < alone - 1).any()


def test_unknown_modes_and_speeds() -> None:
    with pytest.raises(InputError, match="`modes` is rail; it must name"):
        road_network(modes=("rail",))
    with pytest.raises(InputError, match="`speeds_kmh` has road: 0"):
        road_network(speeds_kmh={"road": 0})
    with pytest.raises(InputError, match="`max_minutes` is -1"):
        seat_travel_times(-1)


def test_all_seats_of_the_mainland_are_accounted_for() -> None:
    times = seat_travel_times()
    assert times.origins.shape[0] == 2848
    summary = times.summary()
    assert summary["within_reach"] + summary["out_of_reach"] + summary["unreachable"] == 2848**2
    assert summary["not_joined"] == len(times.not_joined) < 15
    matrix = times.to_sparse()
    assert abs(matrix - matrix.T).max() < 1e-9
    assert (times.reached_minutes <= 360).all()
    again = seat_travel_times()
    np.testing.assert_array_equal(again.reached_km, times.reached_km)
    assert again.path("510104", "500103").km == pytest.approx(again.km.loc["510104", "500103"])
