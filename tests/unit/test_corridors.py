"""Corridors on a made-up country: two rows of counties, a neighbour to the north, a road along the border."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from shapely.geometry import Point, Polygon, box

from geo_urban.corridors import (
    border_corridors,
    border_shares,
    border_towns,
    border_units,
    land_border,
    port_catchments,
    port_city_relation,
    require_ports,
    strip_around,
    strip_by_time,
)
from geo_urban.errors import AlignmentError, GeometryError, InputError, InsufficientDataError, NoOverlapError
from geo_urban.spatial import GridShape, Network, area_km2, build_grid, build_network, declare_datum, travel_time

# A degree of longitude and of latitude at the equator [km].
LON_KM, LAT_KM = 111.32, 110.57


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    """Counties a, b, c along the northern border (latitude 1), d, e, f south of them; one degree each."""
    boxes = [box(x, y, x + 1, y + 1) for y in (0, -1) for x in (0, 1, 2)]
    people = {"population_2010": [100, 200, 300, 400, 500, 600], "population_2020": [110, 180, 300, 400, 500, 600]}
    return gpd.GeoDataFrame({"name": list("ABCDEF"), **people}, index=list("abcdef"), geometry=boxes, crs=4326)


@pytest.fixture
def around() -> gpd.GeoDataFrame:
    """Two neighbours that meet on b's northern side, at 1.6° E, where b has a vertex by `fitted`."""
    west = Polygon([(0, 1), (1, 1), (1.6, 1), (1.6, 2), (0, 2)])
    east = Polygon([(1.6, 1), (2, 1), (3, 1), (3, 2), (1.6, 2)])
    return gpd.GeoDataFrame({"name_en": ["Westland", "Eastland"]}, index=["W", "E"], geometry=[west, east], crs=4326)


@pytest.fixture
def fitted(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    found = units.copy()
    found.loc["b", "geometry"] = Polygon([(1, 0), (2, 0), (2, 1), (1.6, 1), (1, 1)])
    return found


@pytest.fixture
def network() -> Network:
    """A road along latitude 0.9 from 0.5 to 2.5, and one south from its western end to (0.5, -0.5)."""
    lon, lat = [0.5, 1.5, 2.5, 0.5], [0.9, 0.9, 0.9, -0.5]
    km = [120.0, 120.0, 160.0]
    return build_network(lon, lat, [0, 1, 0], [1, 2, 3], km=km, minutes=[each / 60 * 60 for each in km])


@pytest.fixture
def towns() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"population_2010": [50, 80, 100], "population_2020": [60, 80, 50]},
        index=["ta", "tb", "tc"],
        geometry=[Point(0.5, 0.9), Point(1.5, 0.9), Point(2.5, 0.9)],
        crs=4326,
    )


def test_border_is_cut_where_unit_or_neighbor_changes(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    border = land_border(fitted, around)
    # The country on the left: from east to west.
    assert border.segments[["unit", "neighbor"]].to_numpy().tolist() == [["c", "E"], ["b", "E"], ["b", "W"], ["a", "W"]]
    # One degree along the first parallel is 111.30 km.
    assert border.segments["length_km"].round(1).tolist() == [111.3, 44.5, 66.8, 111.3]
    assert border.segments["start_km"].round(1).tolist() == [0.0, 111.3, 155.8, 222.6]
    assert border.tripoints[["before", "after", "lon", "lat"]].to_numpy().tolist() == [["E", "W", 1.6, 1.0]]
    assert border.units.loc["b", ["neighbors", "neighbor_count"]].tolist() == ["W; E", 2]
    assert border.by_neighbor()["border_share"].tolist() == pytest.approx([1.6 / 3, 1.4 / 3])
    # The coast in the west, south and east is no border.
    assert border.length_km == pytest.approx(3 * 111.30, abs=0.1)
    assert border.summary()["open_ends"] == 2
    assert border.layers().layers[0].mapped_fields[0].column == "neighbor"


def test_layers_that_do_not_fit_are_joined_across_gaps(units: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    apart = around.set_geometry(around.translate(0, 0.01))  # 1.1 km north
    with pytest.raises(NoOverlapError, match=r"1\.11 km from corner to corner.*max_gap_km"):
        land_border(units, apart)
    across = land_border(units, apart, max_gap_km=1.5)
    assert across.by_neighbor()["border_km"].tolist() == pytest.approx([1.6 * 111.3, 1.4 * 111.3], rel=0.02)


def test_shares(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    border = land_border(fitted, around)
    groups = pd.Series(["left", "left", "right", "left", "left", "south"], index=list("abcdef"))
    shares = border_shares(border, groups)
    assert shares["border_share"].round(3).to_dict() == {"left": 0.667, "right": 0.333, "south": 0.0}
    with pytest.raises(AlignmentError, match="no group for c"):
        border_shares(border, groups.drop("c"))


def test_disputed_areas_are_told_apart(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    border = land_border(fitted, around.assign(disputed=[False, True]))
    assert border.summary()["disputed_km"] == pytest.approx(1.4 * 111.3, abs=0.1)
    assert set(border.segments.loc[border.segments["disputed"], "neighbor"]) == {"E"}


def test_a_neighbor_that_covers_the_country_is_refused(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    country = gpd.GeoDataFrame(index=["X"], geometry=[fitted.geometry["a"]], crs=4326)
    with pytest.raises(GeometryError, match=r"X lie on the same side"):
        land_border(fitted, pd.concat([around, country]))


def test_border_needs_rows_and_one_datum(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    with pytest.raises(InsufficientDataError, match="`neighbors` has no rows"):
        land_border(fitted, around.iloc[:0])
    with pytest.raises(InputError, match="different datums"):
        land_border(declare_datum(fitted, "gcj02"), declare_datum(around, "wgs84"))


def test_border_units_and_depth(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, network: Network) -> None:
    border = land_border(fitted, around)
    seats = fitted.geometry.representative_point()
    crossing = gpd.GeoSeries([Point(1.5, 0.9)], index=["p"], crs=4326)
    found = border_units(fitted, border, min_border_km=112, depth_km=(60, 200), seats=seats)
    # b has 111.3 km with two neighbours; none has 112. The seats of d, e, f lie 166 km off.
    assert not found["border_unit"].any()
    assert found["depth"].astype(str).to_dict() == {
        **dict.fromkeys("abc", "0–60 km"),
        **dict.fromkeys("def", "60–200 km"),
    }
    assert found.loc["a", "seat_km"] == pytest.approx(0.5 * LAT_KM, abs=0.1)
    near = border_units(fitted, border, min_border_km=1, depth_km=(60,), crossings=crossing, network=network)
    assert near["border_unit"].tolist() == [True, True, True]
    assert near.loc["a", "seat_minutes"] > near.loc["b", "seat_minutes"]
    with pytest.raises(InputError, match="`depth_km` is 50, 25; limits of bands ascend"):
        border_units(fitted, border, min_border_km=1, depth_km=(50, 25))
    with pytest.raises(InputError, match="`depth_minutes` is 0; limits of bands ascend"):
        border_units(fitted, border, min_border_km=1, depth_minutes=(0,), crossings=crossing, network=network)
    with pytest.raises(InputError, match="both `crossings` and `network`"):
        border_units(fitted, border, min_border_km=1, depth_minutes=(60,))
    timed = border_units(fitted, border, min_border_km=1, depth_minutes=(60, 120), crossings=crossing, network=network)
    minutes = timed["seat_minutes"]
    bands = ["0–60 min" if value < 60 else "60–120 min" if value < 120 else "≥ 120 min" for value in minutes]
    assert timed["depth_time"].astype(str).tolist() == bands
    assert len(set(bands)) > 1
    with pytest.raises(AlignmentError, match="runs along c"):
        border_units(fitted.drop("c"), border, min_border_km=1)


def test_border_towns(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    places = towns.assign(counterpart_lon=[0.5, np.nan, 2.5], counterpart_lat=[1.1, np.nan, 1.1])
    cities = gpd.GeoDataFrame(index=["city"], geometry=[Point(0.5, -0.5)], crs=4326)
    tier = pd.Series(["small", "small", "large"], index=towns.index)
    found = border_towns(places, border, tier=tier, centres={"prefecture": cities}, network=network)
    # In order along the border, country on the left: from east to west.
    assert list(found.index) == ["tc", "tb", "ta"]
    assert found["border_km"].round(1).tolist() == [11.1, 11.1, 11.1]
    assert found.loc["tc", "neighbor"] == "E"
    assert found["change_share"].round(2).to_dict() == {"tc": -0.5, "tb": 0.0, "ta": 0.2}
    assert found.loc["ta", "annual_change_rate"] == pytest.approx(1.2**0.1 - 1)
    assert found.loc["tc", "prefecture_km"] == pytest.approx(120 + 120 + 160)
    assert found.loc["ta", "counterpart_km"] == pytest.approx(0.2 * LAT_KM, abs=0.1)
    assert np.isnan(found.loc["tb", "counterpart_km"])
    assert found.loc["tc", "tier"] == "large"
    port = gpd.GeoDataFrame(index=["port"], geometry=[Point(2.5, 0.9)], crs=4326)
    crossed = border_towns(places, border, crossings=port, network=network)
    # Along the road to the port beside tc: two and one stretches of 120 km at 60 km/h.
    assert crossed["crossing_minutes"].to_dict() == pytest.approx({"tc": 0, "tb": 120, "ta": 240})
    assert crossed["crossing_km"].to_dict() == pytest.approx({"tc": 0, "tb": 120, "ta": 240})
    straight = border_towns(places, border, centres={"prefecture": cities})
    assert straight.loc["ta", "prefecture_km"] == pytest.approx(1.4 * LAT_KM, abs=0.5)
    with pytest.raises(InputError, match=r"the nearest, t., is 11 km away"):
        border_towns(places, border, max_km=5)


def test_ports_in_wrong_places_are_named(fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame) -> None:
    border = land_border(fitted, around)
    swapped = gpd.GeoSeries([Point(1.0, 30.0)], index=["p"], crs=4326)
    with pytest.raises(GeometryError, match=r"p \(3,2\d\d km\)"):
        require_ports(swapped.to_frame("geometry").set_geometry("geometry"), border)
    mirrored = gpd.GeoDataFrame(index=["p"], geometry=[Point(1.0, 2.5)], crs=4326)
    with pytest.raises(GeometryError, match="swapped, p would lie at it"):
        require_ports(mirrored, border)
    abroad = gpd.GeoDataFrame(index=["p", "q"], geometry=[Point(0.5, 1.2), Point(0.5, 0.9)], crs=4326)
    with pytest.raises(GeometryError, match=r"outside the country: p \(22 km\)"):
        require_ports(abroad, border, units=fitted)
    twice = gpd.GeoDataFrame(index=["p", "p"], geometry=[Point(0.5, 0.9), Point(0.6, 0.9)], crs=4326)
    with pytest.raises(AlignmentError, match="p more than once"):
        require_ports(twice, border)


def test_corridors(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    placed = border_towns(towns, border, tier=pd.Series(["s", "s", "l"], index=towns.index))
    port = gpd.GeoDataFrame({"position": ["county border"]}, index=["p"], geometry=[Point(2.5, 1.0)], crs=4326)
    cities = gpd.GeoDataFrame(index=["city"], geometry=[Point(0.5, -0.5)], crs=4326)
    result = border_corridors(
        placed,
        border,
        network=network,
        ports=port,
        centres={"prefecture": cities},
        named={"line": ["ta", "city"]},
        stations=pd.concat([towns[["geometry"]], cities]),
        units=fitted,
        width_km=20,
        max_gap_km=111,
    )
    table = result.summary()
    assert table.index.tolist() == ["along E", "along W", "p – city (prefecture)", "line"]
    # tc–tb: 120 km by road, 111.3 km straight: a gap of 0.3 km over the 111 km that count as continuous.
    east = table.loc["along E"]
    assert east["length_km"] == pytest.approx(120)
    assert east["detour"] == pytest.approx(120 / 111.3, abs=0.002)
    assert east["gaps"] == 1
    assert east["continuity"] == pytest.approx(111 / 111.3, abs=0.001)
    # The spoke: from the port 11.06 km × 1.3 to the road's end, then 120 + 120 + 160.
    assert table.loc["p – city (prefecture)", "length_km"] == pytest.approx(400 + 1.3 * 0.1 * LAT_KM, abs=0.1)
    assert table.loc["line", "length_km"] == pytest.approx(160)
    assert table.loc["line", "continuity"] == 1
    # Strip of tb–tc: 111.3 × 20 km and half circles of 10 km; 10 km of it on each side, all inside b and c but for a
    # sliver beyond the border at 11 km: none.
    assert east["area_km2"] == pytest.approx(111.3 * 20 + np.pi * 100, rel=0.003)
    # Each half lies in one county of 12,307 km² with 180 and 300 people: half of the area each.
    assert east["population"] == pytest.approx(east["area_km2"] / 2 / 12307 * (180 + 300), rel=0.01)
    assert east["change_share"] == pytest.approx(480 / 500 - 1, abs=1e-3)
    assert east[["towns", "towns_s", "towns_l", "largest_town"]].tolist() == [2, 1, 1, "tb"]
    assert east["largest_town_share"] == pytest.approx(80 / 130)
    assert result.nodes.loc["p", "node"] == "port"
    shown = result.layers()
    assert [layer.name for layer in shown.layers] == ["corridor_strips", "corridor_links", "corridor_nodes"]
    assert shown.layers[2].units.loc["p", "node"] == "port, place unknown"


def test_links_are_the_ways_that_travel_times_know(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    moved = towns.set_geometry(towns.translate(0.05, 0.02))
    result = border_corridors(border_towns(moved, border), border, network=network)
    times = travel_time(moved, network=network)
    for link in result.lines.itertuples():
        route = times.path(link.start, link.end)
        assert (link.km, link.minutes) == pytest.approx((route.km, route.minutes))
        assert link.geometry.equals(route.line)


def test_people_on_a_grid_are_exact_and_on_a_modelled_one_a_range(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    placed = border_towns(towns, border)
    shape = GridShape(transform=Affine(0.5, 0, 0, 0, -0.5, 1), height=4, width=6, crs=CRS(4326))
    grid = build_grid(np.full((shape.height, shape.width), 10.0), shape, quantity="count")
    counted = border_corridors(placed, border, network=network, units=fitted, population=grid, width_km=20)
    assert counted.population_note == "grid"
    cells = counted.strips["area_km2"] / (0.25 * 12307) * 10
    assert counted.strips["population"].to_numpy() == pytest.approx(cells.to_numpy(), rel=0.01)
    assert "population_low" not in counted.strips
    grid.attrs["modelled"] = True
    modelled = border_corridors(placed, border, network=network, units=fitted, population=grid, width_km=20)
    assert modelled.population_note == "modelled grid"
    assert (modelled.strips["population_low"] < modelled.strips["population_high"]).all()


def test_towns_without_a_way_leave_a_gap(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame
) -> None:
    border = land_border(fitted, around)
    island = build_network([0.5, 1.5, 2.5, 2.6], [0.9] * 4, [0, 2], [1, 3], km=[120, 12], minutes=[120, 12])
    result = border_corridors(border_towns(towns, border), border, network=island)
    lost = result.summary().loc["along E"]
    assert lost[["unreached", "gaps", "continuity", "length_km"]].tolist() == [1, 1, 0.0, 0.0]
    assert result.lines["reached"].tolist() == [False, True]


def test_stations_must_be_there(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    placed = border_towns(towns, border)
    with pytest.raises(InputError, match="line cannot be drawn: nowhere not in `stations`"):
        border_corridors(placed, border, network=network, named={"line": ["ta", "nowhere"]}, stations=towns)
    double = pd.concat([towns, towns.loc[["ta"]]])
    with pytest.raises(InputError, match="ta there more than once"):
        border_corridors(placed, border, network=network, named={"line": ["ta", "tb"]}, stations=double)
    with pytest.raises(InputError, match="`width_km` is 0"):
        border_corridors(placed, border, network=network, width_km=0)


def test_strips_keep_their_width_anywhere() -> None:
    # 500 km from north to south at 60° N: 500 × 40 km and a circle of 20 km.
    line = gpd.GeoSeries([shapely.LineString([(30, 58), (30, 58 + 500 / 111.4)])], crs=4326)
    strip = gpd.GeoSeries([strip_around(line, width_km=40)], crs=4326)
    assert area_km2(strip).iloc[0] == pytest.approx(500 * 40 + np.pi * 400, rel=0.003)


def test_catchments(towns: gpd.GeoDataFrame, network: Network) -> None:
    ports = gpd.GeoDataFrame(index=["west", "east"], geometry=[Point(0.5, 0.9), Point(2.5, 0.9)], crs=4326)
    found = port_catchments(towns, ports, network=network, least_minutes=10, decay=1)
    # tb lies 120 minutes from both: half and half. ta: 10 minutes (least) against 240: 24/25.
    assert found.ports["huff_people"].to_dict() == pytest.approx(
        {"west": 60 * 24 / 25 + 40 + 50 / 25, "east": 60 / 25 + 40 + 50 * 24 / 25}
    )
    assert found.ports["nearest_people"].sum() == 190
    assert found.units.loc["ta", "nearest_port"] == "west"
    assert found.unserved == 0
    near = port_catchments(towns, ports, network=network, max_minutes=60)
    assert near.unserved == 80
    assert pd.isna(near.units.loc["tb", "nearest_port"])
    larger = port_catchments(towns, ports, network=network, decay=0, attraction=pd.Series({"west": 3.0, "east": 1.0}))
    assert larger.ports["huff_people"].to_dict() == pytest.approx({"west": 0.75 * 190, "east": 0.25 * 190})
    facts = found.summary()
    # ta and tc are drawn by 24/25, tb by half and half: 60 and 50 of 190 people firmly.
    assert facts[["ports", "serving", "served"]].tolist() == [2, 2, 190]
    assert facts["firm_share"] == pytest.approx(110 / 190)
    assert facts["same_share"] == 1
    with pytest.raises(AlignmentError, match="`attraction` has no entry for east"):
        port_catchments(towns, ports, network=network, attraction=pd.Series({"west": 3.0}))


def test_gaps_in_minutes_and_whom_the_ports_serve(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    placed = border_towns(towns, border)
    ports = gpd.GeoDataFrame(index=["west", "east"], geometry=[Point(0.5, 0.95), Point(2.5, 0.95)], crs=4326)
    served = port_catchments(towns, ports, network=network, least_minutes=10, decay=1)
    found = border_corridors(placed, border, network=network, max_gap_minutes=100, catchments=served)
    # Each link takes 120 minutes; both are shorter than 200 km.
    assert found.lines["gap"].tolist() == [True, True]
    table = found.summary()
    assert table["gaps"].tolist() == [1, 1]
    # tc–tb is joined along E, tb–ta along W; of tb, as near to both, one port has the people.
    assert table.loc[["along E", "along W"], "ports"].tolist() == [1, 1]
    assert table["catchment_people"].sum() == 190
    assert table.loc["along W", "catchment_huff"] == pytest.approx(served.ports.loc["west", "huff_people"])
    with pytest.raises(InputError, match="`max_gap_minutes` is -1"):
        border_corridors(placed, border, network=network, max_gap_minutes=-1)


def test_strips_of_stated_minutes(
    fitted: gpd.GeoDataFrame, around: gpd.GeoDataFrame, towns: gpd.GeoDataFrame, network: Network
) -> None:
    border = land_border(fitted, around)
    placed = border_towns(towns, border)
    result = border_corridors(placed, border, network=network, units=fitted, width_minutes=60)
    assert result.width == "60 min"
    # 30 minutes off the road at 30 km/h, 1.3 times the straight line: 11.5 km to each side of tb–ta. The road south
    # from ta is 160 km for 154.8 straight, 60 km/h: 30 minutes are 29.0 km, and what is left beside it falls to none.
    reach = 30 / 60 * 30 / 1.3
    west = result.strips.geometry["along W"]
    assert shapely.intersects_xy(west, 1.0, 0.9 - 0.98 * reach / LAT_KM)
    assert not shapely.intersects_xy(west, 1.0, 0.9 - 1.02 * reach / LAT_KM)
    assert shapely.intersects_xy(west, 0.5, 0.9 - 28 / LAT_KM)
    assert not shapely.intersects_xy(west, 0.5, 0.9 - 31 / LAT_KM)
    # Beside that road, 20 km down: whoever leaves it s km down has R = 11.54 − 0.3975 s km left (1.0336 minutes a km),
    # and gets furthest with 20 − s = 0.3975 R, so R = 4.26 and √(R² − (0.3975 R)²) = 3.91 km. To a 24th of 11.5 km.
    assert shapely.intersects_xy(west, 0.5 + (3.91 - 0.6) / LON_KM, 0.9 - 20 / LAT_KM)
    assert not shapely.intersects_xy(west, 0.5 + (3.91 + 0.6) / LON_KM, 0.9 - 20 / LAT_KM)
    wider = border_corridors(placed, border, network=network, units=fitted, width_minutes=120)
    assert (wider.strips["area_km2"] > result.strips["area_km2"]).all()
    with pytest.raises(InputError, match="`width_minutes` is 0"):
        border_corridors(placed, border, network=network, width_minutes=0)


def test_strips_in_minutes_follow_one_way_roads() -> None:
    # From the line at the equator a road leads north one way, another leads south to it.
    network = build_network(
        [0, 0, 0, 1], [0, 0.2, -0.2, 0], [0, 2, 0], [1, 0, 3], km=[22, 22, 111], minutes=[22, 22, 60], directed=True
    )
    line = gpd.GeoSeries([shapely.LineString([(0, 0), (1, 0)])], crs=4326)
    strip = strip_by_time(line, network=network, width_minutes=60)
    assert shapely.intersects_xy(strip, 0, 0.2)
    assert not shapely.intersects_xy(strip, 0, -0.2)
    assert strip_by_time(line.iloc[:0], network=network, width_minutes=60).is_empty


def test_catchments_side_by_side_differ_in_color(towns: gpd.GeoDataFrame, network: Network) -> None:
    ports = gpd.GeoDataFrame(
        {"name": ["西", "East"], "name_en": ["West", "East"]},
        index=["west", "east"],
        geometry=[Point(0.5, 0.9), Point(2.5, 0.9)],
        crs=4326,
    )
    found = port_catchments(towns, ports, network=network, max_minutes=100)
    land = gpd.GeoSeries([box(x, 0.8, x + 1, 1) for x in (0, 1, 2)], index=towns.index, crs=4326)
    layer = found.layers(polygons=land).layers[0]
    assert layer.units.geometry.geom_type.unique().tolist() == ["Polygon"]
    nearest, huff, share = layer.mapped_fields[:3]
    assert [item.label for item in nearest.classes.items] == ["西 · West", "East"]
    assert len({item.color for item in nearest.classes.items}) == 2
    assert nearest.classes == huff.classes
    assert share.column == "huff_share"
    # tb lies 120 minutes from both, beyond the limit.
    assert layer.units["nearest_port"].fillna("none").tolist() == ["west", "none", "east"]
    assert found.layers().layers[0].units.geometry.geom_type.unique().tolist() == ["Point"]


def test_a_page_shows_the_largest_catchments_apart_and_the_rest_together() -> None:
    count = 40
    line = gpd.GeoSeries.from_xy(np.arange(count) / 10, [0.0] * count, index=[f"u{n}" for n in range(count)], crs=4326)
    roads = build_network(
        np.arange(count) / 10, [0.0] * count, range(count - 1), range(1, count), km=[11] * 39, minutes=[9] * 39
    )
    units = gpd.GeoDataFrame({"population_2020": range(1, count + 1)}, index=line.index, geometry=line)
    ports = gpd.GeoDataFrame(index=[f"p{n}" for n in range(count)], geometry=line.to_numpy(), crs=4326)
    layer = port_catchments(units, ports, network=roads).layers().layers[0]
    items = layer.mapped_fields[0].classes.items
    # Each unit has a port of its own; the five with fewest people share a class.
    assert len(items) == 36
    assert layer.units["nearest_class"].tolist() == ["other"] * 5 + [f"p{n}" for n in range(5, count)]
    assert layer.units["nearest_port"].iloc[0] == "p0"
    colors = {item.value: item.color for item in items}
    assert all(colors[f"p{n}"] != colors[f"p{n + 1}"] for n in range(5, count - 1))


def test_port_city_relation() -> None:
    traffic = pd.Series({"a": 60.0, "b": 30.0, "c": 10.0, "d": np.nan})
    people = pd.Series({"a": 10, "b": 30, "c": 60, "d": 5})
    found = port_city_relation(traffic, people)
    # 0.6/0.1, 0.3/0.3, 0.1/0.6; d has no traffic figure and is left out of the sums.
    assert found["relation"].round(3).dropna().to_dict() == {"a": 6.0, "b": 1.0, "c": 0.167}
    assert found["type"].astype(object).where(found["type"].notna(), None).tolist() == [
        "hub",
        "port city",
        "general city",
        None,
    ]
    with pytest.raises(InputError, match="one label per class"):
        port_city_relation(traffic, people, cuts=(1.0,))
