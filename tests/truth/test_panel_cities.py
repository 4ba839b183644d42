"""Cities on their territory of 2020: counts and figures that the Northeast study prints."""

from __future__ import annotations

import pytest

from geo_urban.datasets import census, census_totals, city_panel


def test_the_northeast_has_91_cities() -> None:
    # Our workbooks give 91 where the study prints 90 (mission, traps): 34 prefecture-level, 57 county-level
    cities = city_panel(region="northeast")
    assert cities["unit_type"].value_counts().to_dict() == {"county-level city": 57, "prefecture-level city": 34}


@pytest.mark.parametrize(
    ("code", "gain_wan", "gain_percent"),
    [("210100", 115.3, 17.13), ("230100", 27.2, 4.05)],  # Northeast study, section 1.1
)
def test_gains_of_shenyang_and_harbin_are_those_printed(code: str, gain_wan: float, gain_percent: float) -> None:
    city = city_panel().loc[code]
    gain = city["population_2020"] - city["population_2010"]
    assert round(gain / 10_000, 1) == gain_wan
    assert round(100 * gain / city["population_2010"], 2) == gain_percent


def test_the_three_largest_cities_of_2010_are_those_of_table_1() -> None:
    # Northeast study, table 1: 1826.55; ours 1826.55 from the yearbook, zones and all later districts included
    largest = city_panel().loc[["210100", "210200", "230100"], "population_2010"].sum()
    assert largest / 10_000 == pytest.approx(1826.55, abs=0.01)


def test_changchun_counts_with_its_four_zones() -> None:
    # 5.97 million with them, 4.35 without (mission, traps)
    city = city_panel().loc["220100"]
    assert round(city["population_2020"] / 1e6, 2) == 5.97
    assert round((city["population_2020"] - city["zone_population_2020"]) / 1e6, 2) == 4.35
    assert {"220171", "220172", "220173", "220174"} <= set(city["members_2020"].split(";"))


def test_a_county_level_city_counts_whole() -> None:
    city = city_panel().loc["220184"]  # Gongzhuling, under Siping until 2020
    assert city["members_2010"] == "220381"
    assert city["population_2020"] == census(2020).loc["220184", "population"]


def test_every_district_and_county_level_city_is_in_one_city() -> None:
    cities = city_panel()
    held = cities["members_2020"].str.split(";").explode()
    assert held.is_unique
    units = census(2020)
    urban = units[units["unit_type"].isin(["district", "county-level city", "city without districts"])]
    assert set(urban.index) <= set(held)
    assert cities["population_2020"].sum() == units.loc[held, "population"].sum()


def test_units_of_2010_count_at_most_once() -> None:
    cities = city_panel()
    held = cities.loc[cities["members_2010"] != "", "members_2010"].str.split(";").explode()
    assert held.is_unique
    assert cities["population_2010"].sum() == census(2010).loc[held, "population"].sum()


def test_a_city_with_a_unit_across_its_edge_says_so() -> None:
    # Three towns of 梨树县 went to 铁西区 of Siping in 2016–2017: the 2010 figure of the city is approximate
    city = city_panel().loc["220300"]
    assert city["straddling"] == "220322"
    assert city["comparability"] == "adjusted"


def test_young_cities_have_no_figure_of_2010() -> None:
    missing = city_panel()["population_2010"].isna()
    # Set up after 2010 out of parts of others: Longgang, Gongqingcheng and eight in Xinjiang
    assert missing.sum() == 10
    assert missing["330383"]


def test_urban_areas_are_those_of_the_yearbook() -> None:
    cities = city_panel()
    assert cities.loc["110000", "urban_area_2020"] == census_totals(2020).loc["110000", "urban_area"]
    assert cities["urban_area_2020"].isna().sum() == 1  # Sansha
    # It may reach beyond the districts: 晋城 is one district inside 泽州县, whose seat is part of the town.
    beyond = cities.index[(cities["urban_area_2020"] > cities["population_2020"]).fillna(value=False)]
    assert beyond.tolist() == ["130900", "140500", "520200"]
