"""Shortest paths against scipy, networkx and scgraph, on small graphs, real streets and the default roads."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest

from geo_urban.datasets import road_network
from geo_urban.spatial import Network, build_network, nearest_by_time, network_from_edges, travel_time


def random_network(seed: int, *, directed: bool) -> Network:
    """Sixty nodes in two clouds, with edges that are parallel, of no length, self-loops, or missing between clouds."""
    generator = np.random.default_rng(seed)
    start, end = generator.integers(0, 30, (2, 150)) + 30 * generator.integers(0, 2, 150)
    km = np.where(generator.random(150) < 0.1, 0, generator.gamma(2, 10, 150)).round(2)
    minutes = (km * generator.uniform(0.5, 2, 150)).round(2)
    x, y = generator.uniform(0, 5, (2, 60))
    return build_network(x, y, start, end, km=km, minutes=minutes, directed=directed)


def at_nodes(network: Network, numbers: np.ndarray) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy(network.lon[numbers], network.lat[numbers], index=numbers, crs=4326)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("measure", ["minutes", "km"])
def test_against_scipy(measure: str, *, directed: bool) -> None:
    from scipy.sparse.csgraph import dijkstra

    for seed in range(20):
        network = random_network(seed, directed=directed)
        numbers = np.arange(60)
        # A sparse matrix has no edges of length zero: shift them by less than is compared.
        graph = network.graph(measure)
        graph.data = np.maximum(graph.data, 1e-12)
        expected = dijkstra(graph)
        found = getattr(travel_time(at_nodes(network, numbers), network=network, measure=measure), measure)
        np.testing.assert_allclose(found.to_numpy(), expected, atol=1e-9)
        limited = travel_time(
            at_nodes(network, numbers), network=network, measure=measure, **{f"max_{measure}": 25.005}
        )
        expected[expected > 25.005] = np.inf
        np.testing.assert_allclose(getattr(limited, measure).to_numpy(), expected, atol=1e-9)


@pytest.mark.parametrize("directed", [False, True])
def test_paths_against_networkx(*, directed: bool) -> None:
    import networkx as nx

    network = random_network(3, directed=directed)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(60))
    for tail, head, km, minutes in zip(network.tails, network.ends, network.km, network.minutes, strict=True):
        graph.add_edge(int(tail), int(head), km=km, minutes=minutes)
    times = travel_time(at_nodes(network, np.arange(60)), network=network)
    for origin in range(0, 60, 12):
        lengths = nx.single_source_dijkstra_path_length(graph, origin, weight="minutes")
        for destination, expected in lengths.items():
            assert times.minutes.loc[origin, destination] == pytest.approx(expected)
            if origin == destination:
                continue
            route = times.path(origin, destination)
            assert route.minutes == pytest.approx(expected)
            assert route.km == pytest.approx(times.km.loc[origin, destination])
            hops = list(zip(route.nodes[:-1], route.nodes[1:], strict=True))
            assert all(graph.has_edge(*hop) for hop in hops)
            cheapest = [min(graph[a][b].values(), key=lambda tags: (tags["minutes"], tags["km"])) for a, b in hops]
            assert sum(tags["minutes"] for tags in cheapest) == pytest.approx(expected)


@pytest.mark.parametrize("directed", [False, True])
def test_nearest_is_the_least_of_the_matrix(*, directed: bool) -> None:
    for seed in range(10):
        network = random_network(seed, directed=directed)
        ports = at_nodes(network, np.array([1, 7, 35, 50]))
        towns = at_nodes(network, np.arange(60))
        found = nearest_by_time(towns, ports, network=network)
        matrix = travel_time(towns, ports, network=network).minutes
        np.testing.assert_allclose(found["minutes"], matrix.min(axis=1))
        for town, port in found["nearest"].dropna().items():
            assert matrix.loc[town, port] == matrix.loc[town].min()


def test_real_streets_against_networkx() -> None:
    # Streets of Bubeneč in Prague, shipped with momepy, which makes the graph itself.
    momepy = pytest.importorskip("momepy")
    import networkx as nx

    streets = gpd.read_file(momepy.datasets.get_path("bubenec"), layer="streets")
    graph = momepy.gdf_to_nx(streets, length="metres")
    network = network_from_edges(streets.assign(km=streets.length / 1000), km="km", speed_kmh=30)
    ends = gpd.GeoSeries.from_xy(*zip(*graph.nodes, strict=True), index=range(len(graph)), crs=streets.crs)
    found = travel_time(ends, network=network).km.to_numpy()
    for row, node in enumerate(graph.nodes):
        lengths = nx.single_source_dijkstra_path_length(graph, node, weight="metres")
        expected = [lengths.get(other, np.inf) / 1000 for other in graph.nodes]
        np.testing.assert_allclose(found[row], expected, atol=1e-6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_default_roads_against_scgraph() -> None:
    # The package's own graph and search, by node; ours is cut to the study box, so pairs lie inland.
    core = pytest.importorskip("scgraph.core")
    from geo_urban.datasets._world_graphs import read_graph

    world = read_graph("road")
    links: list[dict[int, float]] = [{} for _ in world.lon]
    for start, end, km in zip(world.start.tolist(), world.end.tolist(), world.km.tolist(), strict=True):
        links[start][end] = km
    network = road_network()
    home = np.flatnonzero((network.node_ids >= 0) & (network.components == 0))
    numbers = np.random.default_rng(0).choice(home, 4, replace=False)
    ids = network.node_ids[numbers]
    found = travel_time(at_nodes(network, numbers), network=network, measure="km").km.to_numpy()
    for row in range(1, 4):
        expected = core.Graph.dijkstra_makowski(links, origin_id=int(ids[0]), destination_id=int(ids[row]))["length"]
        assert found[0, row] == pytest.approx(expected, rel=1e-9)


def test_the_text_of_the_graph_is_what_the_package_imports() -> None:
    # Railways, for they are the smaller; read as text here, imported there.
    from geo_urban.datasets._world_graphs import read_graph

    module = pytest.importorskip("scgraph_data.world_railways")
    graph = read_graph("rail")
    assert len(module.nodes) == len(graph.lon)
    some = np.random.default_rng(1).choice(len(graph.start), 2000, replace=False)
    assert all(module.graph[graph.start[k]][int(graph.end[k])] == graph.km[k] for k in some.tolist())
    assert sum(len(each) for each in module.graph) == len(graph.start)
