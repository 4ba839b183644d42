"""Networks from arrays and lines: what is refused, dropped, joined and cut."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point

from geo_urban.errors import (
    CombinedInputError,
    DatumError,
    GeometryError,
    InputError,
    MissingColumnsError,
    MissingCRSError,
)
from geo_urban.spatial import build_network, declare_datum, join_modes, network_from_edges, travel_time


def chain(**options: object) -> object:
    """Three nodes in a row, 10 km and 20 km apart."""
    return build_network([0, 1, 2], [0, 0, 0], [0, 1], [1, 2], km=[10, 20], minutes=[10, 20], **options)


def test_open_both_ways_unless_directed() -> None:
    there_and_back = chain().graph("km").toarray()
    assert there_and_back[0, 1] == there_and_back[1, 0] == 10
    one_way = chain(directed=True).graph("km").toarray()
    assert (one_way[0, 1], one_way[1, 0]) == (10, 0)
    assert (chain().edge_count, chain(directed=True).edge_count) == (2, 2)


def test_self_loops_are_dropped_and_counted() -> None:
    network = build_network([0, 1], [0, 0], [0, 0], [0, 1], km=[5, 10], minutes=[5, 10])
    assert network.summary()["dropped_self_loops"] == 1
    assert network.edge_count == 1


def test_of_parallel_edges_the_least_counts_by_each_measure() -> None:
    # The motorway is longer and faster than the lane beside it.
    network = build_network([0, 1], [0, 0], [0, 0], [1, 1], km=[30, 10], minutes=[10, 20])
    assert network.graph("minutes").toarray()[0, 1] == 10
    assert network.graph("km").toarray()[0, 1] == 10
    ends = gpd.GeoSeries.from_xy([0, 1], [0, 0], index=["a", "b"], crs=4326)
    fast = travel_time(ends, network=network)
    assert (fast.minutes.loc["a", "b"], fast.km.loc["a", "b"]) == (10, 30)
    short = travel_time(ends, network=network, measure="km")
    assert (short.minutes.loc["a", "b"], short.km.loc["a", "b"]) == (20, 10)


@pytest.mark.parametrize("what", ["km", "minutes"])
@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_lengths_that_are_none_are_refused_by_row(what: str, bad: float) -> None:
    values = {"km": [1, 1], "minutes": [1, 1], what: [1, bad]}
    with pytest.raises(InputError, match=f"edges 1 have {what} {bad}"):
        build_network([0, 1, 2], [0, 0, 0], [0, 1], [1, 2], **values)


def test_all_faults_at_once() -> None:
    with pytest.raises(
        CombinedInputError, match=r"(?s)nodes 0 have no position.*edges 0 start or end.*edges 1 have km"
    ):
        build_network([190, 1], [0, 0], [0, 0], [7, 1], km=[1, -1], minutes=[1, 1])


def test_arrays_of_different_lengths() -> None:
    with pytest.raises(InputError, match="edges 1, 2 starts, ends"):
        build_network([0, 1], [0, 0], [0], [1, 1], km=[1], minutes=[1])


def test_unknown_measure() -> None:
    with pytest.raises(InputError, match="`measure` is 'hours'"):
        chain().graph("hours")


def test_components_are_numbered_from_the_largest() -> None:
    network = build_network(range(5), [0] * 5, [0, 2, 3], [1, 3, 4], km=[1] * 3, minutes=[1] * 3)
    assert network.components.tolist() == [1, 1, 0, 0, 0]


def test_part_keeps_the_edges_inside_and_drops_crumbs() -> None:
    network = build_network(range(5), [0] * 5, [0, 1, 3], [1, 2, 4], km=[1, 2, 3], minutes=[1, 2, 3])
    part = network.part([False, True, True, True, True])
    assert part.node_ids.tolist() == [1, 2, 3, 4]
    assert sorted(part.edges["km"]) == [2, 3]
    assert network.part([True] * 5, min_nodes=3).node_ids.tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="no node of the network lies there"):
        network.part([False] * 5)


def test_nodes_and_edges_as_frames() -> None:
    network = chain(node_ids=["x", "y", "z"])
    assert network.nodes.loc["y"].geometry == Point(1, 0)
    assert network.edges[["start", "end", "km", "mode"]].to_numpy().tolist() == [
        ["x", "y", 10.0, "road"],
        ["y", "z", 20.0, "road"],
    ]
    assert network.edges.crs == 4326


def streets(**columns: object) -> gpd.GeoDataFrame:
    lines = [LineString([(0, 0), (1000, 0)]), LineString([(1000, 0), (1000, 500)])]
    return gpd.GeoDataFrame(columns, geometry=lines, crs=32650)


def test_lines_of_another_crs_are_measured_on_the_ellipsoid() -> None:
    # By the equator 500 km west of its central meridian UTM stretches by about 1.0027.
    network = network_from_edges(streets(), speed_kmh=60)
    assert network.summary()["km"] == pytest.approx(1.5, rel=5e-3)
    assert np.abs(network.lon).max() < 180
    assert network.minutes == pytest.approx(network.km)


def test_columns_of_lines() -> None:
    network = network_from_edges(streets(t=[3.0, 4.0], long=[1.0, 2.0]), minutes="t", km="long")
    assert sorted(set(network.minutes)) == [3, 4]
    assert sorted(set(network.km)) == [1, 2]
    by_speed = network_from_edges(streets(v=[30.0, 60.0], long=[1.0, 2.0]), speed_kmh="v", km="long")
    assert by_speed.minutes.tolist() == [2, 2, 2, 2]


def test_one_way_lines() -> None:
    network = network_from_edges(streets(one=[True, False]), speed_kmh=60, oneway="one")
    assert network.directed
    assert network.edge_count == 3


def test_bad_lines() -> None:
    with pytest.raises(MissingCRSError, match="`edges` does not say"):
        network_from_edges(streets().set_crs(None, allow_override=True), speed_kmh=60)
    with pytest.raises(DatumError, match="on gcj02"):
        network_from_edges(declare_datum(streets().to_crs(4326), "gcj02"), speed_kmh=60)
    with pytest.raises(InputError, match="No speed is assumed"):
        network_from_edges(streets())
    with pytest.raises(InputError, match="zero or negative for edges 1"):
        network_from_edges(streets(v=[30, 0]), speed_kmh="v")
    with pytest.raises(MissingColumnsError, match="no column tempo"):
        network_from_edges(streets(), speed_kmh="tempo")
    several = streets()
    several.loc[0, "geometry"] = MultiLineString([[(0, 0), (1, 1)]])
    with pytest.raises(GeometryError, match="0 are MultiLineString"):
        network_from_edges(several, speed_kmh=60)
    with pytest.raises(InputError, match="edges 0 have minutes -1"):
        network_from_edges(streets(t=[-1.0, 2.0]), minutes="t")


def test_modes_that_meet_nowhere() -> None:
    far = build_network([50, 51], [0, 0], [0], [1], km=[1], minutes=[1], mode="rail")
    stations = gpd.GeoSeries.from_xy([0], [0], crs=4326)
    with pytest.raises(InputError, match="none of the 1 stations"):
        join_modes(chain(), far, stations=stations, transfer_minutes=10)
    with pytest.raises(InputError, match="`transfer_minutes` is -1"):
        join_modes(chain(), far, stations=stations, transfer_minutes=-1)


def test_a_place_joins_roads_and_not_the_railway_beside_it() -> None:
    rail = build_network([0.5, 1.5], [0, 0], [0], [1], km=[1], minutes=[1], mode="rail")
    stations = gpd.GeoSeries.from_xy([0, 2], [0, 0], crs=4326)
    both = join_modes(chain(), rail, stations=stations, transfer_minutes=10, max_km=60)
    assert both.mode == "road+rail"
    assert both.open_nodes.tolist() == [True, True, True, False, False]
    beside = gpd.GeoSeries.from_xy([0.5], [0], index=["a"], crs=4326)
    times = travel_time(beside, network=both, max_access_km=60)
    assert times.origins.loc["a", "node"] in (0, 1)
