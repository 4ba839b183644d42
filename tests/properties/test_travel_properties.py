"""What must be true of travel times on any network."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_urban.spatial import Network, build_network, travel_time


@st.composite
def networks_and_places(draw: st.DrawFn) -> tuple[Network, gpd.GeoSeries]:
    """A network open both ways, perhaps in parts, and places near it, perhaps at one position."""
    count = draw(st.integers(2, 12))
    # Lengths in sixty-fourths add up without rounding, so that equal ways are equal.
    lengths = st.integers(0, 6400).map(lambda value: value / 64)
    edge = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1), lengths, lengths)
    edges = draw(st.lists(edge, min_size=1, max_size=30))
    degrees = st.integers(0, 20).map(lambda value: value / 100)
    at = st.lists(st.tuples(degrees, degrees), min_size=count, max_size=count)
    nodes = np.array(draw(at))
    places = draw(st.lists(st.tuples(degrees, degrees), min_size=1, max_size=8))
    start, end, km, minutes = zip(*edges, strict=True)
    network = build_network(*nodes.T, start, end, km=km, minutes=minutes)
    return network, gpd.GeoSeries.from_xy(*zip(*places, strict=True), index=range(len(places)), crs=4326)


@settings(max_examples=30)
@given(networks_and_places(), st.sampled_from(["minutes", "km"]))
def test_symmetric_with_zeros_and_the_triangle_inequality(case: tuple[Network, gpd.GeoSeries], measure: str) -> None:
    network, places = case
    found = getattr(travel_time(places, network=network, measure=measure), measure).to_numpy()
    assert (np.diag(found) == 0).all()
    np.testing.assert_allclose(found, found.T)
    assert (found >= 0).all()
    detours = (found[:, :, None] + found[None, :, :]).min(axis=1)
    assert (found <= detours + 1e-9).all()


@settings(max_examples=30)
@given(networks_and_places(), st.floats(0, 200), st.floats(0, 200))
def test_a_longer_limit_only_adds_pairs(case: tuple[Network, gpd.GeoSeries], one: float, other: float) -> None:
    network, places = case
    less, more = sorted([one, other])
    near, far = (travel_time(places, network=network, max_minutes=limit) for limit in (less, more))
    within = np.isfinite(near.minutes.to_numpy())
    assert (near.minutes.to_numpy()[within] == far.minutes.to_numpy()[within]).all()
    assert (near.km.to_numpy()[within] == far.km.to_numpy()[within]).all()
    assert (near.reached_minutes <= less).all()
    assert near.unreachable == far.unreachable == travel_time(places, network=network).unreachable


@settings(max_examples=30)
@given(networks_and_places(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(case: tuple[Network, gpd.GeoSeries], random: object) -> None:
    network, places = case
    order = list(places.index)
    random.shuffle(order)
    found = travel_time(places.loc[order], network=network).minutes.loc[places.index, places.index]
    pd.testing.assert_frame_equal(found, travel_time(places, network=network).minutes)


@settings(max_examples=30)
@given(networks_and_places(), st.integers(1, 4))
def test_more_ways_in_are_never_slower(case: tuple[Network, gpd.GeoSeries], ways: int) -> None:
    network, places = case
    one = travel_time(places, network=network).minutes.to_numpy()
    several = travel_time(places, network=network, access_nodes=ways).minutes.to_numpy()
    assert (several <= one + 1e-9).all()


@settings(max_examples=30)
@given(networks_and_places())
def test_the_path_is_as_long_as_the_table_says(case: tuple[Network, gpd.GeoSeries]) -> None:
    network, places = case
    times = travel_time(places, network=network)
    for origin, destination, minutes, km in times.pairs.itertuples(index=False):
        route = times.path(origin, destination)
        assert np.isclose(route.minutes, minutes)
        assert np.isclose(route.km, km)
        assert route.line.coords[0] == places[origin].coords[0]
        assert route.line.coords[-1] == places[destination].coords[0]
