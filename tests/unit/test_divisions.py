"""The tables of boundary changes are complete, consistent, and give a reason for every judgement."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from geo_urban.datasets import census, divisions
from geo_urban.datasets.divisions import (
    boundary_codes,
    crosswalk,
    division_changes,
    division_corrections,
    inseparable_groups,
    town_counts,
    unresolved_links,
    zone_hosts,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_every_unit_has_a_counterpart_and_no_link_crosses_prefectures_unexplained() -> None:
    assert unresolved_links() == []


def test_reviewed_rows_name_units_that_exist_and_say_why() -> None:
    rows = division_corrections()
    old, new = census(2010)["name"], census(2020)["name"]
    added = rows[rows["action"] == "add"]
    assert added["old_name"].tolist() == old[added["old_code"]].tolist()
    assert added["new_name"].tolist() == new[added["new_code"]].tolist()
    assert set(rows["action"]) == {"add", "confirm", "drop", "polygon", "spelling"}
    assert set(added["extent"]) == {"all", "part"}
    assert (rows["reason"].str.len() > 10).all()
    assert not rows.duplicated(["action", "old_code", "new_code"]).any()


def test_dropped_and_confirmed_rows_are_recorded_changes() -> None:
    rows, changes = division_corrections(), division_changes()
    judged = rows[rows["action"].isin(["drop", "confirm"])]
    recorded = set(zip(changes["old_code"], changes["new_code"], strict=True))
    assert set(zip(judged["old_code"], judged["new_code"], strict=True)) <= recorded


def test_every_zone_has_hosts_of_its_own_prefecture() -> None:
    hosts, units = zone_hosts(), census(2020)
    zones = units[units["unit_type"] == "development zone"]
    assert set(hosts["zone_code"]) == set(zones.index)
    assert hosts["zone_name"].tolist() == units.loc[hosts["zone_code"], "name"].tolist()
    assert hosts["host_name"].tolist() == units.loc[hosts["host_code"], "name"].tolist()
    assert (hosts["zone_code"].str[:4] == hosts["host_code"].str[:4]).all()
    assert not units.loc[hosts["host_code"], "unit_type"].eq("development zone").any()
    assert (hosts["reason"] != "").all()


def test_units_that_share_a_polygon_are_inseparable() -> None:
    groups = inseparable_groups()
    for _, codes in boundary_codes().groupby("polygon")["adcode"]:
        if len(codes) > 1:
            assert tuple(sorted(codes)) in groups


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("632121", ["630203"]),  # 平安县 → 平安县 630221 (2013) → 平安区 (2015): a chain of two recorded changes
        ("371202", ["370116"]),  # 莱城区 → 莱芜区 when Laiwu joined Jinan, State Council letter 2018-163
        ("469003", ["460400"]),  # Danzhou, State Council letter 2015-41
        ("110103", ["110101"]),  # 崇文区 → 东城区, State Council letter 2010-55
        ("130103", ["130102", "130104"]),  # 桥东区 of Shijiazhuang, State Council letter 2014-122; never Xingtai
        ("440306", ["440306", "440309", "440311"]),  # 宝安区 gave 龙华区 (2016) and 光明区 (2018)
        ("522201", ["520602", "520603"]),  # 铜仁市 → 碧江区 and, three townships, 万山区, State Council letter 2011-131
    ],
)
def test_where_units_of_2010_went(old: str, new: list[str]) -> None:
    links = crosswalk()
    assert links.loc[links["old"] == old, "new"].tolist() == new


def test_towns_are_counted_by_their_ending() -> None:
    # 平顺县 and so on change; 长安区 of Shijiazhuang has 12 subdistricts and 4 towns in the source's list.
    counts = town_counts()
    assert counts.loc["130102", ["towns", "townships", "subdistricts"]].tolist() == [4, 0, 12]
    assert (counts[["towns", "townships", "subdistricts", "others"]] >= 0).all(axis=None)
    assert set(counts["year"]) == {2026}


def test_tables_are_those_the_notes_describe(repository: Path) -> None:
    folder = repository / "geo_urban" / "datasets" / "figures"
    notes = (folder / "DIVISIONS.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"`(\w+\.csv)`.*?`([0-9a-f]{64})`", notes))
    assert set(listed) == {"division_changes.csv", "division_corrections.csv", "zone_hosts.csv", "towns_2020s.csv"}
    for name, checksum in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum, name


def test_a_zone_without_named_hosts_joins_all_districts_of_its_prefecture(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = zone_hosts()
    monkeypatch.setattr(divisions, "zone_hosts", lambda: hosts[hosts["zone_code"] != "220174"])
    group = next(codes for codes in inseparable_groups() if "220174" in codes)
    # The seven districts of Changchun in 2020
    assert group == ("220102", "220103", "220104", "220105", "220106", "220112", "220113", "220174")
