"""The city that a unit merged of parts of several cities belongs to."""

from __future__ import annotations

from geo_urban import datasets


def test_merged_unit_belongs_to_the_city_with_most_of_its_urban_residents() -> None:
    # 410184 joins 新郑市 with 管城 and two zones of Zhengzhou. Urban residents, census of 2020: 新郑 787,544; 管城
    # 880,580 and the zone 410171 287,677 are more, so the unit is part of Zhengzhou.
    henan = datasets.agglomeration_units(region="郑州市")
    members = henan.loc["410184", "members_2020"].split(";")
    urban = datasets.census(2020)["urban"].reindex(members)
    assert urban["410184"] == 787_544
    assert urban["410104"] == 880_580
    assert henan.loc["410184", ["city", "city_name"]].tolist() == ["410100", "郑州市"]
    # A county-level city that is a unit by itself stays one.
    assert henan.loc["410181", ["city", "city_name"]].tolist() == ["410181", "巩义市"]


def test_units_outside_cities_keep_their_own_code() -> None:
    yanbian = datasets.agglomeration_units(region="延边朝鲜族自治州")
    counties = yanbian[yanbian["unit_type"] == "county"]
    assert (counties["city"] == counties.index).all()
    assert (counties["city_name"] == counties["name"]).all()
