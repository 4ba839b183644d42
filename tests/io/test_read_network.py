"""A user's own network: GraphML, .osm, .osm.pbf, lines, graphs in memory, and clear words for what is none.

Real extracts come with packages that are installed anyway: streets of New York as osmnx wrote them and of Bubeneč in
Prague with momepy, a corner of England as .osm.pbf with pyogrio.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pyogrio
import pytest

from geo_urban.errors import (
    DataSourceError,
    GeometryError,
    InputError,
    InsufficientDataError,
    MissingDependencyError,
)
from geo_urban.io import read_network
from geo_urban.spatial import nearest_by_time, travel_time

PBF = Path(pyogrio.__file__).parent / "tests" / "fixtures" / "sample.osm.pbf"

# A square of streets around a park: three sides open both ways at 50 km/h, the southern one leads east only, a
# footway crosses, a building and a track must not count.
SQUARE = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="by hand">
  <node id="1" version="1" lat="0.00" lon="0.00"/>
  <node id="2" version="1" lat="0.00" lon="0.01"/>
  <node id="3" version="1" lat="0.01" lon="0.01"/>
  <node id="4" version="1" lat="0.01" lon="0.00"/>
  <node id="5" version="1" lat="0.00" lon="-0.01"/>
  <node id="6" version="1" lat="0.00" lon="0.02"/>
  <node id="7" version="1" lat="0.02" lon="0.02"/>
  <way id="10" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="oneway" v="yes"/>
    <tag k="maxspeed" v="30"/></way>
  <way id="11" version="1"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="maxspeed" v="50"/></way>
  <way id="12" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/><tag k="maxspeed" v="50"/></way>
  <way id="13" version="1"><nd ref="4"/><nd ref="1"/><tag k="highway" v="primary"/></way>
  <way id="14" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way>
  <way id="15" version="1"><nd ref="5"/><nd ref="1"/><tag k="highway" v="residential"/></way>
  <way id="16" version="1"><nd ref="2"/><nd ref="6"/><tag k="highway" v="residential"/></way>
  <way id="17" version="1"><nd ref="6"/><nd ref="7"/><tag k="highway" v="track"/></way>
  <way id="18" version="1"><nd ref="1"/><nd ref="7"/><tag k="building" v="yes"/></way>
</osm>
"""


@pytest.fixture
def square(tmp_path: Path) -> Path:
    path = tmp_path / "square.osm"
    path.write_text(SQUARE, encoding="utf-8")
    return path


def corners() -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy([0, 0.01, 0.01, 0.02], [0, 0, 0.01, 0.02], index=["sw", "se", "ne", "far"], crs=4326)


def test_osm_file_one_way_and_limits(square: Path) -> None:
    network = read_network(square)
    assert network.directed
    places = corners().iloc[:3]
    times = travel_time(places, network=network)
    side_km = 1.1119  # 0.01 degrees by osmnx, on a sphere of 6,371.009 km
    assert times.km.loc["sw", "se"] == pytest.approx(side_km, rel=1e-3)
    assert times.minutes.loc["sw", "se"] == pytest.approx(side_km / 30 * 60, rel=1e-3)
    # Back it leads around the square: three sides at 50 km/h, one of them by the mean of its kind.
    assert times.km.loc["se", "sw"] == pytest.approx(3 * side_km, rel=1e-3)
    assert times.minutes.loc["se", "sw"] == pytest.approx(3 * side_km / 50 * 60, rel=1e-3)
    assert set(times.path("se", "sw").nodes) >= {1, 2}
    assert "free flow" in network.speed_rule
    assert "ODbL" in network.source


def test_modes_open_other_streets(square: Path) -> None:
    walk = read_network(square, mode="walk")
    times = travel_time(corners(), network=walk)
    diagonal_km = 1.1119 * 2**0.5
    assert times.km.loc["sw", "ne"] == pytest.approx(diagonal_km, rel=1e-3)  # the footway
    assert times.minutes.loc["sw", "ne"] == pytest.approx(diagonal_km / 5 * 60, rel=1e-3)
    assert times.minutes.loc["se", "sw"] == pytest.approx(times.minutes.loc["sw", "se"])  # on foot both ways
    assert np.isfinite(times.minutes.loc["sw", "far"])  # by the track
    assert read_network(square).nodes.geometry.y.max() < 0.015  # no track, no building by car


def test_places_join_where_one_can_leave_again(tmp_path: Path) -> None:
    trap = SQUARE.replace(
        '<nd ref="2"/><nd ref="6"/><tag k="highway" v="residential"/>',
        '<nd ref="2"/><nd ref="6"/><tag k="highway" v="residential"/><tag k="oneway" v="yes"/>',
    )
    path = tmp_path / "trap.osm"
    path.write_text(trap, encoding="utf-8")
    network = read_network(path)
    assert network.open_nodes.sum() < len(network.open_nodes)
    beyond = gpd.GeoSeries.from_xy([0.02, 0], [0, 0], index=["end", "sw"], crs=4326)
    times = travel_time(beyond, network=network)
    assert np.isfinite(times.minutes.to_numpy()).all()


def test_speeds_that_are_given(square: Path) -> None:
    network = read_network(square, speed_kmh=40)
    np.testing.assert_allclose(network.minutes, network.km / 40 * 60)
    by_kind = read_network(square, speeds_kmh={"residential": 10, "primary": 20})
    unlimited = by_kind.km / by_kind.minutes * 60
    assert 10 in unlimited.round(6).tolist()
    bare = square.with_name("bare.osm")
    bare.write_text(SQUARE.replace('<tag k="maxspeed" v="50"/>', "").replace('<tag k="maxspeed" v="30"/>', ""))
    slow = read_network(bare, fallback_kmh=12)
    np.testing.assert_allclose(slow.minutes, slow.km / 12 * 60)
    with pytest.raises(InputError, match="speed fallback_kmh is 0"):
        read_network(square, fallback_kmh=0)


def test_pbf_is_the_same_as_osm(square: Path, tmp_path: Path) -> None:
    osmium = pytest.importorskip("osmium")
    packed = tmp_path / "square.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for thing in osmium.FileProcessor(str(square)):
            writer.add(thing)
    one, other = read_network(square), read_network(packed)
    assert sorted(one.km) == pytest.approx(sorted(other.km))
    assert sorted(one.minutes) == pytest.approx(sorted(other.minutes))
    assert "square.osm.pbf" in other.source


def test_a_real_pbf() -> None:
    pytest.importorskip("osmium")
    drive, walk = read_network(PBF), read_network(PBF, mode="walk")
    assert drive.summary()["km"] > 0
    assert len(walk.lon) > len(drive.lon)
    assert drive.lon.min() > -0.3
    assert drive.lat.max() < 51.8


def test_pbf_without_osmium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_urban.spatial._street_files.find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"geo-urban\[osm\]"):
        read_network(PBF)


def new_york() -> Path:
    momepy = pytest.importorskip("momepy")
    return Path(momepy.__file__).parent / "datasets" / "nyc_graph.graphml"


def test_graphml_against_osmnx() -> None:
    import osmnx

    network = read_network(new_york())
    graph = osmnx.add_edge_travel_times(osmnx.add_edge_speeds(osmnx.load_graphml(new_york()), fallback=30))
    nodes = [node for node, is_open in zip(network.node_ids, network.open_nodes, strict=True) if is_open]
    places = network.nodes.loc[nodes].geometry
    times = travel_time(places, network=network)
    for origin in nodes[::7]:
        expected = nx.single_source_dijkstra_path_length(graph, origin, weight="travel_time")
        for destination in nodes[::5]:
            assert times.minutes.loc[origin, destination] == pytest.approx(expected[destination] / 60, abs=1e-9)
    away = times.minutes.loc[nodes[0]]
    route = times.path(nodes[0], away[away > 0].index[0])
    assert route.line.length > 0
    assert len(route.line.coords) >= len(route.nodes)


def test_graph_in_memory_projected_or_not() -> None:
    import osmnx

    graph = osmnx.load_graphml(new_york()).to_directed()
    plain, projected = read_network(graph), read_network(osmnx.project_graph(graph))
    places = plain.nodes.geometry
    found = projected.nodes.geometry.loc[places.index]
    np.testing.assert_allclose(found.x, places.x, atol=1e-7)
    np.testing.assert_allclose(np.sort(projected.minutes), np.sort(plain.minutes), rtol=1e-9)
    assert "speed_kph" not in next(iter(graph.edges(data=True)))[2]  # the caller's graph stays as it was


def test_lines_from_a_file() -> None:
    momepy = pytest.importorskip("momepy")
    path = momepy.datasets.get_path("bubenec")
    network = read_network(path, layer="streets", speed_kmh=30)
    assert network.summary()["parts"] == 1
    frame = gpd.read_file(path, layer="streets")
    assert read_network(frame, speed_kmh=30).km.sum() == pytest.approx(network.km.sum())
    # Web Mercator stretches by 1 / cos(50.1°) = 1.56 there; lengths are those on the ground.
    assert network.summary()["km"] == pytest.approx(frame.to_crs(32633).length.sum() / 1000, rel=1e-3)
    ends = gpd.GeoSeries.from_xy(network.lon[[0, 5]], network.lat[[0, 5]], crs=4326)
    assert nearest_by_time(ends.iloc[:1], ends.iloc[1:], network=network)["minutes"].iloc[0] > 0
    with pytest.raises(InputError, match="No speed is assumed"):
        read_network(frame)
    with pytest.raises(GeometryError, match="must hold one line per row"):
        read_network(path, layer="buildings", speed_kmh=30)
    with pytest.raises(DataSourceError, match="cannot be read as a layer of lines"):
        read_network(path, layer="rivers", speed_kmh=30)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.graphml", "no xml"), ("a.osm", "<osm><way></osm>"), ("a.gpkg", "nothing"), ("a.osm.pbf", "nothing")],
)
def test_damaged_files(tmp_path: Path, name: str, content: str) -> None:
    if name.endswith("pbf"):
        pytest.importorskip("osmium")
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(DataSourceError, match="cannot be read as a"):
        read_network(path, speed_kmh=30)


def test_what_is_no_network(square: Path, tmp_path: Path) -> None:
    with pytest.raises(DataSourceError, match="there is no file"):
        read_network(tmp_path / "none.osm")
    with pytest.raises(DataSourceError, match=r"square\.osm"):
        read_network(square.with_name("sqare.osm"))
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(DataSourceError, match="has an ending that is no network's"):
        read_network(tmp_path / "notes.txt")
    with pytest.raises(InputError, match="`mode` is 'fly'"):
        read_network(square, mode="fly")
    with pytest.raises(InputError, match="`source` is a int"):
        read_network(7)
    with pytest.raises(InputError, match="no street graph of osmnx: it has 0 edges"):
        read_network(nx.MultiDiGraph())
    empty = tmp_path / "empty.osm"
    empty.write_text(SQUARE.replace('k="highway"', 'k="waterway"'))
    with pytest.raises(InsufficientDataError, match=r'no street in .* is open to mode "drive"'):
        read_network(empty)


def test_a_place_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import osmnx
    import requests

    def offline(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(osmnx, "geocode_to_gdf", offline)
    before = osmnx.settings.cache_folder
    with pytest.raises(DataSourceError, match=r"'Harbin' is no file here, .* without a network, give a file"):
        read_network("Harbin")
    assert osmnx.settings.cache_folder == before


def test_osmnx_is_loaded_late() -> None:
    import subprocess

    code = "import sys, geo_urban.io; print('osmnx' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
