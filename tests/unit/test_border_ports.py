"""The table of ports: complete, inside the right county, on the border, honest about what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from geo_urban.corridors import border_towns, land_border, require_ports
from geo_urban.datasets import counties, neighbors, places, ports

if TYPE_CHECKING:
    from pathlib import Path

# Town or crossing as any atlas has it, to 0.05° (about 5 km), by hand.
KNOWN = {
    "瑞丽": (97.85, 24.00),
    "畹町": (98.07, 24.08),
    "东兴": (107.97, 21.54),
    "凭祥": (106.76, 22.10),
    "友谊关": (106.71, 21.98),
    "霍尔果斯": (80.41, 44.21),
    "喀什": (75.99, 39.47),
    "满洲里": (117.38, 49.62),
}
# What GeoNames has near ports that were placed without it: the port's town under its local name, or the place just
# beyond the border. None is named after Wanding.
IN_THE_GAZETTEER = {
    "瑞丽": ("CN", "Mengmao"),
    "东兴": ("CN", "Dongxing"),
    "友谊关": ("VN", "Thị Trấn Đồng Đăng"),
    "霍尔果斯": ("KZ", "Khorgos"),
    "满洲里": ("RU", "Zabaykal’sk"),
    "二连浩特": ("CN", "Erenhot"),
    "阿拉山口": ("CN", "Alashankou"),
    "樟木": ("CN", "Zham"),
    "黑河": ("CN", "Heihe"),
    "丹东": ("CN", "Dandong"),
}
# Each side of the border has its own: Pakistan is met along Gilgit-Baltistan, which two countries claim.
MEETS = {"PAK": {"PAK", "IND-PAK-GB"}}


@pytest.fixture(scope="module")
def placed() -> pd.DataFrame:
    border = land_border(counties(), neighbors(disputed=True))
    require_ports(ports(), border, max_km=15, units=counties(), outside_km=0.1)
    return border_towns(ports(hubs=True).rename(columns={"neighbor": "beyond"}), border)


def test_the_seven_towns_of_the_study_are_right_to_five_kilometres() -> None:
    found = ports(hubs=True)
    for name, (lon, lat) in KNOWN.items():
        point = found.geometry[name]
        assert point.x == pytest.approx(lon, abs=0.05), name
        assert point.y == pytest.approx(lat, abs=0.05), name


def test_a_gazetteer_that_was_not_their_source_has_the_same_places() -> None:
    found = ports(hubs=True)
    assert not found.loc[list(IN_THE_GAZETTEER), "source"].str.contains("GeoNames").any()
    apart = {}
    for port, (country, place) in IN_THE_GAZETTEER.items():
        known = places(country)
        here = known[known["name"] == place].geometry
        point = found.geometry[port]
        lon, lat = np.full(len(here), point.x), np.full(len(here), point.y)
        apart[port] = float(Geod(ellps="WGS84").inv(lon, lat, here.x, here.y)[2].min()) / 1000
    assert {port: km for port, km in apart.items() if km > 5} == {}


def test_counterparts_lie_just_beyond() -> None:
    found = ports()
    near = found[found["counterpart_lon"].notna() & (found["accuracy_km"] < 10)]
    km = Geod(ellps="WGS84").inv(near.geometry.x, near.geometry.y, near["counterpart_lon"], near["counterpart_lat"])[2]
    far = dict(zip(near.index, (km / 1000).round(), strict=True))
    # Towns that are known to lie farther off: Khabarovsk, Kraskino, Đồng Đăng from the town of Pingxiang, Pogranichny,
    # Poyarkovo.
    assert {name for name, each in far.items() if each > 10} == {"抚远", "珲春", "凭祥", "绥芬河", "逊克"}


def test_every_port_lies_in_its_county() -> None:
    found, units = ports(hubs=True), counties()
    apart = {
        name: units.geometry[code].distance(point)
        for name, code, point in zip(found.index, found["adcode"], found.geometry, strict=True)
    }
    # Points on the border line are rounded to 10 m.
    assert {name: gap for name, gap in apart.items() if gap > 0.0005} == {}


def test_every_port_lies_at_the_border_with_its_neighbor(placed: pd.DataFrame) -> None:
    crossings = placed[placed["kind"] != "hub"]
    # Pingxiang's station is in the town, Mandula's position the end of the road; 13 km covers both.
    assert crossings["border_km"].max() < 13
    known = crossings[crossings["accuracy_km"] < 10]
    wrong = [name for name, row in known.iterrows() if row["neighbor"] not in MEETS.get(row["beyond"], {row["beyond"]})]
    assert wrong == []


def test_ports_without_a_sound_position_say_so(placed: pd.DataFrame) -> None:
    unknown = placed[placed["position"] == "county border"]
    assert len(unknown) == 14
    assert unknown["border_km"].max() < 0.1
    assert (unknown["accuracy_km"] > 30).all()


def test_table_is_complete() -> None:
    table = ports(hubs=True)
    assert len(table) == 75
    assert table.index.is_unique
    kinds = {kind for kinds in table["kind"] for kind in kinds.split("+")}
    assert kinds == {"road", "rail", "river", "hub"}
    assert set(table["status"]) == {"open", "seasonal", "closed"}
    filled = ["name", "name_en", "neighbor", "adcode", "position", "source"]
    assert not table[filled].isna().any(axis=None)
    assert (table[filled] != "").all(axis=None)
    assert set(table["neighbor"]) <= set(neighbors().index)
    assert table["accuracy_km"].gt(0).all()


@pytest.mark.shared
def test_all_of_the_shared_list_are_there(shared_data: Path) -> None:
    given = pd.read_csv(shared_data / "border" / "land_ports.csv", dtype={"adcode": str}).set_index("name_zh")
    ours = ports().reindex(given.index)
    assert ours["adcode"].tolist() == given["adcode"].tolist()
    assert ours["neighbor"].tolist() == given["neighbor"].tolist()
    known = given.dropna(subset=["lon"])
    positions = zip(ours.geometry[known.index], known["lon"], known["lat"], strict=True)
    moved = [point.distance(shapely.Point(lon, lat)) for point, lon, lat in positions]
    # Ji'an's railway bridge lies 8 km up the river from the town that the list gives.
    assert max(moved) < 0.1


def test_ports_of_a_region() -> None:
    assert set(ports(region="西藏")["adcode"].str[:2]) == {"54"}
    assert "喀什" not in ports(region="新疆").index
