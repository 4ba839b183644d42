"""Streets of a town: a made-up one by hand, and real extracts that come with packages.

Streets of New York as osmnx wrote them (momepy), of Bubeneč in Prague as lines in a GeoPackage (momepy), and a corner
of England as .osm.pbf (pyogrio).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import momepy
import numpy as np
import osmnx
import pyogrio
import pytest
import requests
import shapely
from osmnx._errors import InsufficientResponseError

from geo_urban.corridors import corridor_streets
from geo_urban.errors import (
    DataSourceError,
    DatumError,
    GeometryError,
    InputError,
    InsufficientDataError,
    MissingCRSError,
)
from geo_urban.io import read_network
from geo_urban.spatial import Network, build_network, declare_datum

DATA = Path(momepy.__file__).parent / "datasets"
NEW_YORK, BUBENEC = DATA / "nyc_graph.graphml", DATA / "bubenec.gpkg"
ENGLAND = Path(pyogrio.__file__).parent / "tests" / "fixtures" / "sample.osm.pbf"


def point(lon: float, lat: float, name: str = "p") -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy([lon], [lat], index=[name], crs=4326)


@pytest.fixture
def town() -> Network:
    """A square of four streets, a dead end to the east that goes on beyond, and an island in the north.

    3 ---- 2        6 -- 7
    |      |
    0 ---- 1 ---- 4 ---- 5
    """
    lon, lat = [0, 0.01, 0.01, 0, 0.02, 0.03, 0.03, 0.04], [0, 0, 0.01, 0.01, 0, 0, 0.01, 0.01]
    start, end = [0, 1, 2, 3, 1, 4, 6], [1, 2, 3, 0, 4, 5, 7]
    return build_network(lon, lat, start, end, km=[1.2] * 7, minutes=[2.0] * 7)


def test_measures_by_hand(town: Network) -> None:
    found = corridor_streets(town, centre=point(0.01, 0, "seat"), within_km=1.7)
    # Within 1.7 km of node 1: nodes 0, 1, 4 (1.11 km) and 2 (1.11), 3 (1.57); not 5, 6, 7.
    facts = found.summary()
    assert facts[["junctions", "streets", "intersections", "dead_ends"]].tolist() == [5, 5, 1, 0]
    assert facts["street_km"] == pytest.approx(6.0)
    assert facts["area_km2"] == pytest.approx(np.pi * 1.7**2, rel=1e-3)
    assert facts["intersections_per_km2"] == pytest.approx(1 / (np.pi * 1.7**2), rel=1e-3)
    # A hundredth of a degree is 1.1132 km along the equator and 1.1057 km along a meridian; of the five streets inside
    # three run along the equator (and 0.01° N) and two along meridians.
    assert facts["circuity"] == pytest.approx(6.0 / (3 * 1.1132 + 2 * 1.1057), rel=1e-4)
    # 0, 2, 3: two streets; 1: three; 4: two, of which one leaves the circle.
    assert facts["streets_per_junction"] == pytest.approx(11 / 5)
    assert facts["parts"] == 2
    assert facts["area_rule"] == "circle"


def test_route_from_port_to_centre(town: Network) -> None:
    ports = gpd.GeoSeries.from_xy([0.03, 0.04], [0, 0.01], index=["east", "island"], crs=4326)
    found = corridor_streets(town, centre=point(0, 0, "seat"), ports=ports)
    # 5–4–1–0: three streets of 1.2 km, two minutes each; straight 3 × 1.1132 km.
    assert found.routes.loc["east", ["route_m", "route_minutes"]].tolist() == pytest.approx([3600, 6])
    assert found.routes.loc["east", "detour"] == pytest.approx(3.6 / (3 * 1.11319), rel=1e-4)
    assert found.routes.loc["island", ["route_m", "route_minutes"]].isna().all()
    assert found.summary()[["routes", "port", "route_m"]].tolist() == [1, "east", pytest.approx(3600)]
    assert found.streets["on_route"].sum() == 3
    assert found.area_rule == "hull"
    shown = found.layers()
    assert [layer.name for layer in shown.layers] == ["town_streets", "town_junctions", "town_routes"]
    assert shown.layers[0].units["route"].value_counts().to_dict() == {"other": 4, "route": 3}


def test_places_without_a_route(town: Network) -> None:
    found = corridor_streets(town)
    assert found.routes.empty
    assert found.summary()[["routes", "streets"]].tolist() == [0, 7]
    assert np.isnan(found.summary()["route_m"])
    assert not found.streets["on_route"].any()
    assert [layer.name for layer in found.layers().layers] == ["town_streets", "town_junctions"]


def test_a_one_way_pair_is_two_streets_and_a_two_way_street_one() -> None:
    lon, lat = [0, 0.01, 0.02], [0, 0, 0]
    # 0–1 both ways; 1–2 two one-way streets, side by side, of different lengths.
    network = build_network(
        lon, lat, [0, 1, 1, 2], [1, 0, 2, 1], km=[1.2, 1.2, 1.2, 1.5], minutes=[2, 3, 2, 2], directed=True
    )
    found = corridor_streets(network)
    assert found.streets["km"].tolist() == pytest.approx([1.2, 1.2, 1.5])
    assert found.streets.loc[0, "minutes"] == 2
    assert found.junctions["streets"].tolist() == [1, 3, 2]


def test_streets_of_new_york_against_osmnx() -> None:
    found = corridor_streets(NEW_YORK)
    graph = osmnx.project_graph(osmnx.load_graphml(NEW_YORK), to_latlong=True)
    theirs = osmnx.stats.basic_stats(graph)
    facts = found.summary()
    assert facts["junctions"] == theirs["n"]
    assert facts["streets"] == theirs["street_segment_count"]
    assert facts["street_km"] * 1000 == pytest.approx(theirs["street_length_total"], rel=1e-6)
    # osmnx measures straight lines on a sphere.
    assert facts["circuity"] == pytest.approx(theirs["circuity_avg"], rel=3e-3)


def test_streets_of_bubenec_and_a_route_across() -> None:
    lines = gpd.read_file(BUBENEC, layer="streets").to_crs(4326)
    middle = lines.union_all().centroid
    first = shapely.get_point(lines.geometry.iloc[0], 0)
    found = corridor_streets(
        BUBENEC,
        layer="streets",
        speed_kmh=30,
        centre=point(middle.x, middle.y, "middle"),
        ports=point(first.x, first.y, "corner"),
    )
    facts = found.summary()
    assert facts["streets"] == len(lines)
    metres = lines.to_crs(lines.estimate_utm_crs()).length.sum()
    assert facts["street_km"] * 1000 == pytest.approx(metres, rel=1e-3)
    # At 30 km/h a minute is 500 m; the legs to the nearest junction are as fast.
    assert facts["route_m"] == pytest.approx(facts["route_minutes"] * 500)
    assert facts["route_m"] >= facts["route_straight_m"]
    assert found.streets.loc[found.streets["on_route"], "km"].sum() * 1000 <= facts["route_m"]


def test_an_extract_of_openstreetmap() -> None:
    pytest.importorskip("osmium")
    found = corridor_streets(ENGLAND, mode="all", boundary=gpd.GeoSeries([shapely.box(-1, 51, 0, 52)], crs=4326))
    network = read_network(ENGLAND, mode="all")
    assert found.summary()["junctions"] == len(network.lon)
    assert found.area_rule == "boundary"


def test_network_without_the_town_is_named() -> None:
    ruili, jiegao = point(97.85, 24.01, "Ruili"), point(97.88, 23.98, "Jiegao")
    with pytest.raises(
        GeometryError, match=r"2 km from centre Ruili \(1\d,\d{3}\.\d km\), ports Jiegao .* without that"
    ):
        corridor_streets(NEW_YORK, centre=ruili, ports=jiegao)


def test_an_area_without_streets(town: Network) -> None:
    with pytest.raises(InsufficientDataError, match="of 8 junctions 1 do"):
        corridor_streets(town, centre=point(0, 0), within_km=0.5)


def test_what_does_not_go_together(town: Network) -> None:
    with pytest.raises(InputError, match="there is no `centre`"):
        corridor_streets(town, ports=point(0, 0))
    with pytest.raises(InputError, match="radius of a circle around `centre`"):
        corridor_streets(town, within_km=1)
    with pytest.raises(InputError, match="`within_km` is 0"):
        corridor_streets(town, centre=point(0, 0), within_km=0)
    with pytest.raises(InputError, match="give one of the two"):
        corridor_streets(
            town, centre=point(0, 0), within_km=1, boundary=gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326)
        )
    two = gpd.GeoSeries.from_xy([0, 1], [0, 0], index=["a", "b"], crs=4326)
    with pytest.raises(InputError, match=r"`centre` has 2 points \(a, b\)"):
        corridor_streets(town, centre=two)


def test_files_that_are_none(tmp_path: Path) -> None:
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (0.01, 0)])], crs=4326)
    with pytest.raises(InputError, match="give one of the two"):
        corridor_streets(lines)
    with pytest.raises(InsufficientDataError, match="no edges"):
        corridor_streets(lines.iloc[:0], speed_kmh=30)
    with pytest.raises(MissingCRSError):
        corridor_streets(lines.set_crs(None, allow_override=True), speed_kmh=30)
    with pytest.raises(DatumError, match="gcj02"):
        corridor_streets(declare_datum(lines, "gcj02"), speed_kmh=30)
    # Metres that say they are degrees.
    with pytest.raises(InputError):
        corridor_streets(
            lines.to_crs(3857).translate(1e6, 0).to_frame("geometry").set_crs(4326, allow_override=True), speed_kmh=30
        )
    empty = tmp_path / "empty.osm"
    empty.write_text('<osm version="0.6"></osm>', encoding="utf-8")
    with pytest.raises(InsufficientDataError, match="no street in"):
        corridor_streets(empty)
    with pytest.raises(DataSourceError, match="there is no file"):
        corridor_streets(tmp_path / "ruili.graphml")
    lonely = osmnx.load_graphml(NEW_YORK)
    lonely.remove_edges_from(list(lonely.edges(keys=True)))
    osmnx.save_graphml(lonely, tmp_path / "lonely.graphml")
    with pytest.raises(InsufficientDataError, match="a graph without edges"):
        corridor_streets(tmp_path / "lonely.graphml")


class Gazetteer:
    """What the gazetteer of OpenStreetMap would answer, without a network."""

    def __init__(self, *places: tuple[str, shapely.Geometry]) -> None:
        self.places = places
        self.asked: list[tuple[shapely.Geometry, str]] = []

    def geocode(self, _: str, *, which_result: int) -> gpd.GeoDataFrame:
        if which_result > len(self.places):
            raise InsufficientResponseError("no more")
        name, shape = self.places[which_result - 1]
        return gpd.GeoDataFrame({"display_name": [name]}, geometry=[shape], crs=4326)

    def streets(self, area: shapely.Geometry, *, network_type: str) -> Any:
        self.asked.append((area, network_type))
        return osmnx.project_graph(osmnx.load_graphml(NEW_YORK), to_latlong=True)

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(osmnx, "geocode_to_gdf", self.geocode)
        monkeypatch.setattr(osmnx, "graph_from_polygon", self.streets)


HARLEM = shapely.box(-73.99, 40.78, -73.95, 40.82)


def test_a_place_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Gazetteer(("Harlem, New York", HARLEM), ("Harlem (middle)", HARLEM.centroid))
    known.stand_in(monkeypatch)
    # The area and its middle are one place.
    assert corridor_streets("Harlem").summary()["junctions"] == 46
    assert known.asked[-1] == (HARLEM, "drive")
    x, y = corridor_streets(NEW_YORK).junctions.union_all().centroid.coords[0]
    near = corridor_streets("Harlem", centre=point(x, y), within_km=0.2)
    assert near.summary()["junctions"] < 46
    # Only the circle is asked for, with a margin of half a kilometre.
    assert known.asked[-1][0].area < 0.2 * HARLEM.area
    with pytest.raises(InputError, match="does not reach the area"):
        corridor_streets("Harlem", centre=point(y, x), within_km=1)


def test_a_name_of_two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    Gazetteer(("Harlem, New York", HARLEM), ("Harlem, Montana", shapely.Point(-108.78, 48.53))).stand_in(monkeypatch)
    with pytest.raises(InputError, match=r"'Harlem' is the name of 2 places: Harlem, New York; Harlem, Montana"):
        corridor_streets("Harlem")


def test_a_place_that_is_a_point_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    Gazetteer(("Harlem, Montana", shapely.Point(-108.78, 48.53))).stand_in(monkeypatch)
    with pytest.raises(InputError, match="a point without an area"):
        corridor_streets("Harlem")
    Gazetteer().stand_in(monkeypatch)
    with pytest.raises(DataSourceError, match="could not be downloaded"):
        corridor_streets("Harlem")


def test_without_a_network_the_message_says_which_files_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(osmnx, "geocode_to_gdf", offline)
    with pytest.raises(DataSourceError, match=r"without a network, give a file: \.graphml, \.osm or \.osm\.pbf"):
        corridor_streets("Ruili, Yunnan, China", centre=point(97.85, 24.01), within_km=5)
