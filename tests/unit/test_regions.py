"""Regions are found by every usual name and code, and a near miss is answered with the nearest names."""

from __future__ import annotations

import pytest

from geo_urban.datasets import Region, province_groups, region
from geo_urban.datasets.regions import macro_region_names, prefecture_names
from geo_urban.errors import InputError


@pytest.mark.parametrize(
    "text", ["四川省", "四川", "510000", 510000, "51", 51, "Sichuan", "sichuan province", " SICHUAN "]
)
def test_a_province_by_name_or_code(text: str | int) -> None:
    found = region(text)
    assert (found.name, found.name_en, found.codes) == ("四川省", "Sichuan", ("51",))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("成都", ("5101",)),
        ("Chengdu", ("5101",)),
        ("5101", ("5101",)),
        ("510100", ("5101",)),
        ("延边", ("2224",)),
        ("延边朝鲜族自治州", ("2224",)),
        ("Xi'an", ("6101",)),
        ("Xian", ("6101",)),
        ("Urumqi", ("6501",)),
        ("Ürümqi", ("6501",)),
        ("Lüliang", ("1411",)),
        ("东莞市", ("4419",)),
        ("石河子", ("659001",)),
        ("吉林市", ("2202",)),
        ("Jilin City", ("2202",)),
        ("海南藏族自治州", ("6325",)),
        ("210102", ("210102",)),
    ],
)
def test_a_prefecture_or_unit(text: str, codes: tuple[str, ...]) -> None:
    assert region(text).codes == codes


@pytest.mark.parametrize(("text", "code"), [("吉林", "22"), ("Jilin", "22"), ("海南", "46"), ("北京", "11")])
def test_a_shared_name_means_the_province(text: str, code: str) -> None:
    assert region(text).codes == (code,)


@pytest.mark.parametrize("text", ["northeast", "North-East", "东北", "东北三省", "东北地区"])
def test_macro_regions(text: str) -> None:
    assert region(text).provinces == ("21", "22", "23")


def test_the_groups_of_the_west_study_make_up_the_west() -> None:
    # West study: twelve provinces, in a southwest and a northwest.
    southwest, northwest, west = region("southwest"), region("西北"), region("west")
    assert len(west.provinces) == 12
    assert sorted([*southwest.provinces, *northwest.provinces]) == list(west.provinces)


def test_the_nation_is_34_provinces() -> None:
    assert len(region("china").codes) == 34


def test_several_regions_at_once() -> None:
    both = region("辽宁、Chengdu，510000")
    assert both.codes == ("21", "51")  # Chengdu lies in Sichuan and adds nothing
    assert both.name == "辽宁省、成都市、四川省"
    assert both.contains(["210102", "510104", "110101"]).tolist() == [True, True, False]


def test_a_region_is_taken_as_it_is() -> None:
    own = Region(name="哈长", name_en="Harbin–Changchun", codes=("2301", "2201"))
    assert region(own) is own


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("四川声", "四川省"),
        ("Sichuen", "四川省"),
        ("Heilongjian", "黑龙江省"),
        ("northest", "Northeast"),
        ("沈阳是", "沈阳市"),
    ],
)
def test_a_near_miss_names_the_nearest(text: str, near: str) -> None:
    with pytest.raises(InputError, match=f"Did you mean .*{near}"):
        region(text)


@pytest.mark.parametrize("text", ["990000", "7", "###"])
def test_nothing_near_says_what_to_give(text: str) -> None:
    with pytest.raises(InputError, match="Give a name or code"):
        region(text)


@pytest.mark.parametrize(
    ("text", "codes"), [("Yulin", "4509.*6108"), ("Suzhou", "3205.*3413"), ("Fuzhou", "3501.*3610")]
)
def test_an_ambiguous_name_lists_its_places(text: str, codes: str) -> None:
    with pytest.raises(InputError, match=f"several prefectures: .*{codes}"):
        region(text)


def test_an_empty_region_is_refused() -> None:
    with pytest.raises(InputError, match="`region` is empty"):
        region(" , ")


def test_province_groups() -> None:
    groups = province_groups()
    assert len(groups) == 34
    assert groups.index[groups["northeast_study"]].tolist() == ["210000", "220000", "230000"]
    assert groups["west_study"].sum() == 12
    assert groups["west_study"].equals(groups["macro_region"] == "west")
    groups.loc["210000", "name"] = "changed"
    assert province_groups().loc["210000", "name"] == "辽宁省"


def test_tables_of_names() -> None:
    assert macro_region_names().index.tolist() == ["east", "centre", "west", "northeast"]
    names = prefecture_names()
    assert len(names) == 370
    assert names.index.is_unique
    assert not names.isna().any().any()
