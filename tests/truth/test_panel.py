"""The panel keeps every person of both censuses and knows the boundary changes that history records."""

from __future__ import annotations

import pytest

from geo_urban.datasets import census, census_panel, census_totals, city_panel, counties
from geo_urban.datasets.panel import harmonized_census, polygons_of_units
from geo_urban.datasets.units import prefecture_codes
from geo_urban.errors import InputError


def _unit_of(code: str, *, year: int) -> str:
    panel = census_panel()
    held = panel[f"members_{year}"].str.split(";").explode()
    return str(held[held == code].index.item())


def test_the_panel_is_the_nation_to_the_person() -> None:
    # National totals of the 2010 and 2020 yearbooks (data design, section 1); urban and rural as the yearbooks print.
    totals = census_panel().select_dtypes("number").sum()
    assert totals["population_2010"] == 1_332_810_869
    assert totals["population_2020"] == 1_409_778_724
    for year in (2010, 2020):
        for figure in ("urban", "rural"):
            assert totals[f"{figure}_{year}"] == census_totals(year).loc["000000", figure]


def test_every_unit_of_both_censuses_is_in_exactly_one_panel_unit() -> None:
    panel = census_panel()
    for year in (2010, 2020):
        held = panel[f"members_{year}"].str.split(";").explode()
        assert sorted(held) == sorted(census(year).index)


def test_provinces_keep_their_totals() -> None:
    panel = census_panel()
    for year in (2010, 2020):
        sums = panel.groupby(panel.index.str[:2] + "0000")[f"population_{year}"].sum()
        printed = census_totals(year)["population"].drop("000000")
        assert sums.to_dict() == printed.to_dict()


def test_prefectures_keep_their_totals_but_where_a_change_crossed_them() -> None:
    crossing = {
        *("130600", "130900"),  # Xiong'an took three towns of Renqiu
        *("340200", "340500"),  # 沈巷镇 of 和县 went to Wuhu in 2011
        *("640300", "640500"),  # two villages of 青铜峡市 went to 中宁县 in 2018
        # Cities of the Production and Construction Corps, and the prefectures they were cut out of
        *("650200", "652700", "652800", "653000", "653100", "653200", "654000", "654200", "654300"),
        *("659003", "659005", "659006", "659007", "659008", "659009", "659010"),
    }
    panel, units = census_panel()["population_2020"], census(2020)["population"]
    ours = panel.groupby(prefecture_codes(panel.index)).sum()
    printed = units.groupby(prefecture_codes(units.index)).sum()
    assert set(printed.index[ours.reindex(printed.index, fill_value=0) != printed]) == crossing


def test_zones_are_all_in() -> None:
    # 134 zones with 22.4 million residents (data design, section 1)
    assert census_panel()["zone_population_2020"].sum() == 22_406_668


def test_counts_by_comparability() -> None:
    # Ours; the sum of kinds is all units, and the greater part of the nation lives in units without known change.
    panel = census_panel()
    counts = panel["comparability"].value_counts()
    assert counts.to_dict() == {"same": 2218, "renamed": 237, "adjusted": 119, "merged": 84}
    assert len(panel) == 2658
    unchanged = panel[panel["comparability"].isin(["same", "renamed"])]
    assert unchanged["population_2020"].sum() / 1_409_778_724 == pytest.approx(0.824, abs=0.001)


@pytest.mark.parametrize(
    ("members", "comparability"),
    [
        # Shijiazhuang: 桥东区 divided between 长安区 and 桥西区 (State Council letter 2014-122)
        (("130102;130103;130104", "130102;130104"), "merged"),
        # Laiwu joined Jinan (State Council letter 2018-163)
        (("371202", "370116"), "renamed"),
        (("371203", "370117"), "renamed"),
        # Chaohu dissolved (State Council letter 2011-84); 沈巷镇 of 和县 went to 鸠江区, as did three towns of 无为
        (("341402", "340181"), "renamed"),
        (("341421", "340124"), "renamed"),
        (("340207;341422;341424", "340207;340271;340281;340523"), "adjusted"),
        # Ningbo: 江东区 joined 鄞州区, nine towns of which went to 海曙区 (State Council letter 2016-158)
        (("330203;330204;330212", "330203;330212"), "merged"),
        # Guangzhou: three towns of 番禺区 went to 南沙区 (2012); 萝岗区 joined 黄埔区 (2014)
        (("440113;440115", "440113;440115"), "merged"),
        (("440112;440116", "440112"), "merged"),
        # Yichun (State Council letter 2019-63): three districts became 丰林县
        (("230707;230710;230715", "230724"), "merged"),
        # Suzhou: the old town became 姑苏区 (2012); the Industrial Park was counted with 平江区 in 2010
        (("320502;320503;320504;320506", "320506;320508;320571"), "adjusted"),
        # Sanya had no districts in 2010; Danzhou and Dongguan are whole cities
        (("460200", "460202;460203;460204;460205"), "merged"),
        (("469003", "460400"), "renamed"),
        (("441900", "441900"), "same"),
        # 龙港市 was a town of 苍南县 (Civil Affairs letter 2019-83)
        (("330327", "330327;330383"), "merged"),
    ],
)
def test_known_changes(members: tuple[str, str], comparability: str) -> None:
    panel = census_panel()
    unit = panel.loc[_unit_of(members[0].split(";")[0], year=2010)]
    assert (unit["members_2010"], unit["members_2020"]) == members
    assert unit["comparability"] == comparability


def test_a_district_of_the_same_name_elsewhere_is_not_taken_for_a_successor() -> None:
    assert _unit_of("130103", year=2010) != _unit_of("130502", year=2020)  # 桥东区 of Shijiazhuang and of Xingtai
    assert _unit_of("140203", year=2010) != _unit_of("140303", year=2020)  # 矿区 of Datong and of Yangquan


@pytest.mark.parametrize("code", ["330203", "440115", "210311", "210421", "430211"])
def test_units_with_transfers_under_an_unchanged_code_are_not_called_the_same(code: str) -> None:
    # 海曙 and 南沙 (data design, section 1); 千山, 抚顺县 and 天元 by the lists of towns.
    # 余杭 was divided in 2021 only: between the censuses it is the same.
    panel = census_panel()
    assert panel.loc[_unit_of(code, year=2020), "comparability"] in {"merged", "adjusted"}


def test_misaligned_rows_of_harbin_and_yili_are_read_right() -> None:
    # data design, section 1: 916,408 is 香坊, 236,848 松北, 190,253 平房; 515,082 is 伊宁市
    panel = census_panel()
    assert panel.loc[["230108", "230109", "230110"], "population_2010"].tolist() == [190_253, 236_848, 916_408]
    assert census(2010).loc["654002", "population"] == 515_082


def test_a_joined_unit_takes_the_code_of_its_most_populous_member_that_is_no_zone() -> None:
    units, after = harmonized_census().units, census(2020)
    for label, members in units["members_t1"].items():
        own = after.loc[[code for code in members if after.loc[code, "unit_type"] != "development zone"]]
        assert own["population"].max() == after.loc[label, "population"]


def test_every_polygon_of_the_mainland_is_used_once_and_every_unit_has_one() -> None:
    # 2,875 polygons: all but Taiwan, Kinmen, Hong Kong (18) and Macau (8)
    homes, boundaries = polygons_of_units(), counties()
    assert homes.index.is_unique
    left = boundaries.index.difference(homes.index)
    assert left[~left.str.startswith(("81", "82"))].tolist() == ["350527", "710000"]
    assert len(homes) == 2_847
    assert set(homes) == set(census_panel().index) <= set(boundaries.index)


def test_geometry_keeps_the_area_and_touches_nothing_else() -> None:
    with_geometry = census_panel(geometry=True, region="northeast")
    plain = census_panel(region="northeast")
    assert with_geometry.crs == 4326
    assert with_geometry.is_valid.all()
    homes = polygons_of_units()
    polygons = counties().loc[homes.index[homes.isin(plain.index)]]
    assert with_geometry["area_km2"].sum() == pytest.approx(polygons["area_km2"].sum())
    assert with_geometry.drop(columns=["geometry", "area_km2", "land_area_km2"]).equals(plain)


def test_other_years_are_refused() -> None:
    with pytest.raises(InputError, match="there is a panel from 2010 to 2020"):
        census_panel(2000, 2010)
    with pytest.raises(InputError, match="there is a panel from 2010 to 2020"):
        city_panel(2010, 2025)
