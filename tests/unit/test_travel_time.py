"""Travel times: worked examples, what is refused, what cannot be reached."""

from __future__ import annotations

import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pyproj import Geod
from shapely import Polygon

from geo_urban.errors import (
    AlignmentError,
    DatumError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    InsufficientDataError,
    MissingCRSError,
)
from geo_urban.spatial import Network, build_network, declare_datum, nearest_by_time, travel_time

GEOD = Geod(ellps="WGS84")


@pytest.fixture
def network() -> Network:
    """A mainland of four nodes, and an island of two."""
    return build_network(
        [0, 1, 2, 1, 9, 10],
        [0, 0, 0, 1, 0, 0],
        [0, 1, 1, 4],
        [1, 2, 3, 5],
        km=[111, 112, 113, 114],
        minutes=[60, 70, 80, 90],
    )


def points(*positions: tuple[float, float], crs: object = 4326, names: str = "abcdefgh") -> gpd.GeoDataFrame:
    xs, ys = zip(*positions, strict=True)
    return gpd.GeoDataFrame(index=list(names[: len(xs)]), geometry=gpd.points_from_xy(xs, ys), crs=crs)


def test_sums_along_the_way(network: Network) -> None:
    times = travel_time(points((0, 0), (2, 0), (1, 1)), network=network)
    assert times.minutes.loc["a"].tolist() == [0, 130, 140]  # 60 + 70, 60 + 80
    assert times.km.loc["a"].tolist() == [0, 223, 224]


def test_access_legs_are_straight_lines_with_a_detour(network: Network) -> None:
    off_road = (0.0, 0.01)
    straight = GEOD.inv(0, 0, *off_road)[2] / 1000
    times = travel_time(points(off_road, (1, 0)), network=network, access_speed_kmh=20, access_detour=1.5)
    assert times.km.loc["a", "b"] == pytest.approx(111 + 1.5 * straight)
    assert times.minutes.loc["a", "b"] == pytest.approx(60 + 1.5 * straight / 20 * 60)
    assert times.origins.loc["a", "access_km"] == pytest.approx(1.5 * straight)


def test_nobody_travels_through_a_place() -> None:
    # Two roads that do not meet; a place between their ends joins both, and only its own ways do.
    network = build_network([0, 1, 1.01, 2], [0] * 4, [0, 2, 0], [1, 3, 3], km=[1, 1, 99], minutes=[1, 1, 99])
    times = travel_time(points((0, 0), (1.005, 0), (2, 0)), network=network, access_nodes=2)
    assert times.minutes.loc["a", "c"] == 99
    assert times.minutes.loc["a", "b"] < 5
    assert times.minutes.loc["b", "c"] < 5


def test_islands_are_unreachable_and_counted(network: Network) -> None:
    places = points((0, 0), (1, 0), (9, 0))
    for times in (travel_time(places, network=network), travel_time(places, network=network, max_minutes=10)):
        assert times.unreachable == 4  # a and b to c, and back
        assert np.isinf(times.minutes.loc["a", "c"])
        assert np.isinf(times.km.loc["c", "b"])
    assert times.out_of_reach == 2  # a to b and back, an hour apart
    summary = times.summary()
    assert (summary["pairs"], summary["within_reach"], summary["unreachable"], summary["out_of_reach"]) == (9, 3, 4, 2)
    assert summary["minutes_uncertainty"] == 0.25


def test_far_places_do_not_join_and_are_named(network: Network) -> None:
    with pytest.warns(GeoUrbanWarning, match=r"1 of 3 `origins` lie more than 50 km .* c\. Check"):
        times = travel_time(points((0, 0), (1, 0), (5, 40)), network=network)
    assert times.not_joined.tolist() == ["c"]
    assert times.unreachable == 4
    assert times.minutes.loc["c", "c"] == 0
    assert np.isnan(times.origins.loc["c", "access_km"])
    assert times.origins.loc["c", "nearest_km"] > 4000
    with pytest.raises(InsufficientDataError, match="no way leads from a to c"):
        times.path("a", "c")
    joined = travel_time(points((0, 0), (5, 40)), network=network, max_access_km=6000)
    assert joined.unreachable == 0


def test_limits(network: Network) -> None:
    places = points((0, 0), (1, 0), (2, 0))
    assert np.isfinite(travel_time(places, network=network, max_minutes=130).minutes.loc["a", "c"])
    assert np.isinf(travel_time(places, network=network, max_minutes=129.9).minutes.loc["a", "c"])
    assert np.isinf(travel_time(places, network=network, max_km=222, measure="km").km.loc["a", "c"])
    with pytest.raises(InputError, match="`max_km` was given"):
        travel_time(places, network=network, max_km=3)
    with pytest.raises(InputError, match=r"`max_minutes` is -1"):
        travel_time(places, network=network, max_minutes=-1)
    with pytest.raises(InputError, match=r"`max_minutes` is nan"):
        travel_time(places, network=network, max_minutes=float("nan"))


def test_pairs_and_sparse_say_the_same(network: Network) -> None:
    times = travel_time(points((0, 0), (1, 0), (9, 0)), points((2, 0), (10, 0), names="xy"), network=network)
    by_pair = times.pairs.set_index(["origin", "destination"])
    assert by_pair.index.tolist() == [("a", "x"), ("b", "x"), ("c", "y")]
    assert by_pair["minutes"].tolist() == [130, 70, 90]
    assert times.to_sparse("km").toarray().tolist() == [[223, 0], [112, 0], [0, 114]]
    assert times.minutes.shape == (3, 2)
    assert times.unreachable == 3


def test_path(network: Network) -> None:
    times = travel_time(points((0, 0.01), (2, 0)), network=network)
    route = times.path("a", "b")
    assert route.nodes == (0, 1, 2)
    assert route.modes == ("road", "road")
    assert route.line.coords[:] == [(0, 0.01), (0, 0), (1, 0), (2, 0)]
    assert route.minutes == times.minutes.loc["a", "b"]
    assert route.km == times.km.loc["a", "b"]
    assert times.path("a", "a").minutes == 0
    with pytest.raises(AlignmentError, match="`destination` 'z' is not among"):
        times.path("a", "z")


def test_one_way_streets_lead_one_way() -> None:
    ring = build_network([0, 1, 0], [0, 0, 1], [0, 1, 2], [1, 2, 0], km=[1, 2, 4], minutes=[1, 2, 4], directed=True)
    times = travel_time(points((0, 0), (1, 0), (0, 1)), network=ring)
    assert times.minutes.to_numpy().tolist() == [[0, 1, 3], [6, 0, 2], [4, 5, 0]]
    towards = nearest_by_time(points((1, 0)), points((0, 0), (0, 1), names="xy"), network=ring)
    assert towards.loc["a"].tolist() == ["y", 2, 2]


def test_one_way_into_a_dead_end() -> None:
    lane = build_network([0, 1], [0, 0], [0], [1], km=[1], minutes=[1], directed=True)
    times = travel_time(points((0, 0), (1, 0)), network=lane)
    assert (times.minutes.loc["a", "b"], times.minutes.loc["b", "a"]) == (1, np.inf)
    assert times.unreachable == 1


def test_another_crs_gives_the_same_times(network: Network) -> None:
    places = points((0.1, 0.1), (1, 0.2))
    expected = travel_time(places, network=network).minutes
    projected = travel_time(places.to_crs(3857), network=network).minutes
    pd.testing.assert_frame_equal(projected, expected)


def test_places_at_one_position_are_at_no_distance(network: Network) -> None:
    times = travel_time(points((0.1, 0.1), (0.1, 0.1), (1, 0)), network=network)
    assert times.minutes.loc["a", "b"] == 0
    assert times.path("a", "b").km == 0


def test_bad_places(network: Network) -> None:
    good = points((0, 0), (1, 0))
    with pytest.raises(MissingCRSError, match="`origins` does not say"):
        travel_time(good.set_crs(None, allow_override=True), network=network)
    with pytest.raises(MissingCRSError, match="`destinations` does not say"):
        travel_time(good, good.set_crs(None, allow_override=True), network=network)
    with pytest.raises(DatumError, match="on bd09"):
        travel_time(declare_datum(good, "bd09"), network=network)
    with pytest.raises(GeometryError, match="`origins` is a DataFrame; places need points"):
        travel_time(pd.DataFrame({"lon": [1]}), network=network)
    with pytest.raises(GeometryError, match="must hold Point; a are Polygon"):
        travel_time(
            gpd.GeoDataFrame(index=["a"], geometry=[Polygon([(0, 0), (1, 0), (1, 1)])], crs=4326), network=network
        )
    with pytest.raises(GeometryError, match="no position on earth for b"):
        travel_time(points((0, 0), (30, 120)), network=network)
    with pytest.raises(AlignmentError, match="has a more than once"):
        travel_time(points((0, 0), (1, 0), names="aa"), network=network)
    with pytest.raises(GeometryError, match="no geometry for a"):
        travel_time(gpd.GeoDataFrame(index=["a"], geometry=[None], crs=4326), network=network)
    with pytest.raises(AlignmentError, match="`origins` holds no place"):
        travel_time(good.iloc[:0], network=network)


def test_bad_rules(network: Network) -> None:
    places = points((0, 0), (1, 0))
    with pytest.raises(InputError, match="`access_nodes` is 0"):
        travel_time(places, network=network, access_nodes=0)
    with pytest.raises(InputError, match=r"`access_detour` is 0\.5; it must be at least 1"):
        travel_time(places, network=network, access_detour=0.5)
    with pytest.raises(InputError, match="`access_speed_kmh` is 0"):
        travel_time(places, network=network, access_speed_kmh=0)
    with pytest.raises(InputError, match="`measure` is 'miles'"):
        travel_time(places, network=network, measure="miles")


def test_straight_lines_are_asked_for_by_name_and_speed(network: Network) -> None:
    places = points((0, 0), (0, 1), (0, 3))
    with pytest.raises(InputError, match="straight lines have no speed of their own"):
        travel_time(places, network="great-circle")
    with pytest.raises(InputError, match="`network` is None"):
        travel_time(places, network=None)
    with pytest.raises(InputError, match="`speed_kmh` was given, but the network"):
        travel_time(places, network=network, speed_kmh=50)
    times = travel_time(places, network="great-circle", speed_kmh=60, max_minutes=200)
    # A degree of latitude at the equator is 110.574 km on WGS 84.
    assert times.km.loc["a", "b"] == pytest.approx(110.574, abs=1e-3)
    assert times.minutes.loc["a", "b"] == pytest.approx(110.574, abs=1e-3)
    assert np.isinf(times.minutes.loc["a", "c"])
    assert (times.unreachable, times.out_of_reach) == (0, 4)
    assert times.path("a", "c").km == pytest.approx(3 * 110.574, rel=1e-4)
    assert np.isnan(times.summary()["minutes_uncertainty"])


def test_nearest_by_time(network: Network) -> None:
    towns = points((1, 0), (2, 0), (10, 0), (0, 0))
    ports = points((0, 0), (1, 1), names="xy")
    found = nearest_by_time(towns, ports, network=network)
    assert found["nearest"].tolist()[:2] == ["x", "x"]
    assert found["minutes"].tolist() == [60, 130, np.inf, 0]
    assert found["km"].tolist() == [111, 223, np.inf, 0]
    assert pd.isna(found.loc["c", "nearest"])
    assert found.loc["d", "nearest"] == "x"
    near = nearest_by_time(towns, ports, network=network, max_minutes=100)
    assert near["nearest"].isna().tolist() == [False, True, True, False]


def test_nearest_over_water_is_not_nearest_by_road() -> None:
    # a and x face each other across a river: 10 km in a line, 200 by road.
    network = build_network([0, 0, 1], [0, 0.1, 0], [0, 1], [2, 2], km=[50, 150], minutes=[50, 150])
    found = nearest_by_time(points((0, 0)), points((0, 0.1), (1, 0), names="xy"), network=network)
    assert found.loc["a", "nearest"] == "y"


def test_results_survive_pickling(network: Network) -> None:
    times = travel_time(points((0, 0), (1, 0)), network=network)
    again = pickle.loads(pickle.dumps(times))
    pd.testing.assert_frame_equal(again.minutes, times.minutes)
    assert repr(again) == repr(times)


def test_inputs_stay_as_they_are(network: Network) -> None:
    places = points((0.1, 0.1), (1, 0.2)).to_crs(3857)
    before = places.copy(deep=True)
    travel_time(places, network=network)
    assert_geodataframe_equal(places, before)
