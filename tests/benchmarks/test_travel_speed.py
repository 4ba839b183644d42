"""What travel times between all county seats cost, beside other tools on the same graph, in processor time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo_urban.datasets import county_seats, road_network
from geo_urban.spatial import Network, travel_time

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.filterwarnings("ignore:.*do not join it:geo_urban.errors.GeoUrbanWarning")


@pytest.fixture(scope="module")
def network() -> Network:
    return road_network(abroad=False)


@pytest.fixture(scope="module")
def seats() -> gpd.GeoDataFrame:
    return county_seats()


@pytest.mark.slow
@pytest.mark.parametrize("max_minutes", [60, 360])
def test_all_seats_of_the_mainland(
    benchmark: BenchmarkFixture,
    held_to: Callable[[float], None],
    network: Network,
    seats: gpd.GeoDataFrame,
    max_minutes: float,
) -> None:
    times = benchmark.pedantic(
        lambda: travel_time(seats, network=network, max_minutes=max_minutes), rounds=2, warmup_rounds=1
    )
    assert len(times.columns) > len(seats)
    held_to(60)


@pytest.mark.slow
def test_beside_scipy(benchmark: BenchmarkFixture, network: Network, seats: gpd.GeoDataFrame) -> None:
    # scipy returns minutes alone, to all nodes, and a table of 121,000 columns; ours has kilometres too.
    from scipy.sparse.csgraph import dijkstra

    some = seats.iloc[::8]
    graph = network.graph("minutes")
    joined = travel_time(some, network=network, max_minutes=1).origins["node"].dropna().astype(int)
    sources = np.flatnonzero(np.isin(network.node_ids, joined))
    benchmark.pedantic(lambda: travel_time(some, seats, network=network, max_minutes=360), rounds=3, warmup_rounds=1)
    start = time.process_time()
    dijkstra(graph, indices=sources, limit=360)
    theirs = time.process_time() - start
    if benchmark.stats is not None:
        benchmark.extra_info["ours / scipy"] = benchmark.stats["min"] / theirs
        assert benchmark.stats["min"] <= 2.5 * theirs
