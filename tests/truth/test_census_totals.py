"""The census tables add up to what the yearbooks print, for everyone and everywhere."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_urban.datasets.census_figures import CENSUS_YEARS, census, census_columns, census_totals

# National Bureau of Statistics: mainland residents without servicemen, 2010 and 2020 censuses.
RESIDENTS = {2010: 1_332_810_869, 2020: 1_409_778_724}
URBAN = {2010: 670_005_546, 2020: 899_991_162}


def counts(year: int) -> list[str]:
    columns = census_columns(year)
    counted = columns.index[columns["unit"].isin(["persons", "households"])]
    return [column for column in counted if column != "urban_area"]


@pytest.mark.parametrize("year", CENSUS_YEARS)
def test_units_add_up_to_the_nation(year: int) -> None:
    units = census(year)
    assert units["population"].sum() == RESIDENTS[year]
    assert units["urban"].sum() == URBAN[year]


@pytest.mark.parametrize("year", CENSUS_YEARS)
@pytest.mark.parametrize(("level", "digits"), [("prefecture", 4), ("province", 2)])
def test_units_add_up_to_printed_totals(year: int, level: str, digits: int) -> None:
    units, totals = census(year), census_totals(year, level=level)
    sums = units.groupby(units.index.str[:digits].str.ljust(6, "0"))[counts(year)].sum()
    printed = totals.loc[totals["level"] == level, counts(year)]
    pd.testing.assert_frame_equal(sums, printed, check_names=False)


@pytest.mark.parametrize("year", CENSUS_YEARS)
def test_provinces_add_up_to_the_nation(year: int) -> None:
    totals = census_totals(year)
    provinces = totals.loc[totals["level"] == "province", counts(year)]
    assert len(provinces) == 31
    pd.testing.assert_series_equal(
        provinces.sum(), totals.loc["000000", counts(year)], check_names=False, check_dtype=False
    )


@pytest.mark.parametrize("year", CENSUS_YEARS)
def test_parts_add_up_within_each_unit(year: int) -> None:
    for table in (census(year), census_totals(year), census_totals(year, level="prefecture")):
        assert (table["male"] + table["female"] == table["population"]).all()
        assert (table["urban"] + table["rural"] == table["population"]).all()
        assert (table[["age_0_14", "age_15_64", "age_65_plus"]].sum(axis=1) == table["population"]).all()
        sectors = table[["workers_agriculture", "workers_industry", "workers_services"]]
        assert (sectors.sum(axis=1) == table["workers"]).all()


def test_urban_areas_of_cities_add_up_to_the_nation() -> None:
    # 城区 is printed for prefecture-level cities (their districts), county-level cities, municipalities (as provinces).
    units, prefectures, provinces = census(2020), census_totals(2020, level="prefecture"), census_totals(2020)
    whole = units["unit_type"] == "city without districts"  # these are prefecture rows too
    municipalities = provinces.loc[["110000", "120000", "310000", "500000"], "urban_area"].sum()
    total = units.loc[~whole, "urban_area"].sum() + prefectures["urban_area"].sum() + municipalities
    assert total == provinces.loc["000000", "urban_area"] == 575_170_855


def test_counts_of_units() -> None:
    # 2010: 2,857 coded rows, 9 without a code, 4 cities without districts; 2020: 2,943 + 42 + 4 (yearbooks).
    assert {year: len(census(year)) for year in CENSUS_YEARS} == {2010: 2_870, 2020: 2_989}
    without_code = {year: int(census(year).index.str.contains("[XZ]").sum()) for year in CENSUS_YEARS}
    assert without_code == {2010: 4, 2020: 42}
    zones = census(2020)["unit_type"] == "development zone"
    assert int(zones.sum()) == 134
    assert int(census(2020).loc[zones, "population"].sum()) == 22_406_668


@pytest.mark.parametrize(
    ("code", "name", "population"),
    [
        # The figures stand in the 2010 yearbook under a neighbor's name (census_corrections.csv says why they moved).
        ("230108", "平房区", 190_253),
        ("230109", "松北区", 236_848),
        ("230110", "香坊区", 916_408),
        ("654002", "伊宁市", 515_082),
        ("654003", "奎屯市", 166_261),
        ("130207", "丰南区", 595_467),
        ("130208", "丰润区", 916_092),
        ("330682", "上虞市", 779_412),
    ],
)
def test_corrected_rows_of_2010(code: str, name: str, population: int) -> None:
    assert census(2010).loc[code, ["name", "population"]].tolist() == [name, population]


def test_migrants_are_people_away_from_their_registered_township() -> None:
    # Communiqué no. 7 of the seventh census: 492,762,506 people, of whom 124,837,153 from other provinces.
    moved = census(2020)[["migrants_within_county", "migrants_within_province", "migrants_from_other_provinces"]].sum()
    assert moved.sum() == 492_762_506
    assert moved["migrants_from_other_provinces"] == 124_837_153


def test_schooling_of_2010_is_of_those_aged_15_and_over() -> None:
    # Communiqués of 2021 quote for 2010, aged 15 and over: Henan 8.95 years, Gaoyi county 9.
    assert census_totals(2010).loc["410000", "schooling_years"] == pytest.approx(8.95)
    assert census(2010).loc["130127", "schooling_years"] == pytest.approx(9.0)
