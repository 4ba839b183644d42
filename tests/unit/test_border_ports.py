"""The table of ports: complete, inside the right county, on the border, honest about what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
import shapely

from geo_urban.corridors import border_towns, land_border, require_ports
from geo_urban.datasets import counties, neighbors, ports

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
