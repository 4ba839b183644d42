"""Real cities and counties of Northeast China beside the printed tables: what agrees, what differs, and why."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_urban.datasets import census_panel, city_panel
from geo_urban.datasets.published_figures import published
from geo_urban.hierarchy import TierResult, city_tiers
from geo_urban.shrinkage import ChangeResult, population_change, worst_units
from geo_urban.studies.compare import compare_severity, compare_tiers

COUNTIES = ["county", "autonomous county"]
SAID_NOTHING = ["no reason is known", "ours has no such figure"]


@pytest.fixture(scope="module")
def tiers() -> TierResult:
    return city_tiers(city_panel(region="northeast"))


@pytest.fixture(scope="module")
def counties() -> ChangeResult:
    panel = census_panel(region="northeast")
    return population_change(panel[panel["unit_type"].isin(COUNTIES)])


def test_cities_of_2020(tiers: TierResult) -> None:
    # Census county yearbook 2020: 34 prefecture-level and 57 county-level cities; the study counts 90.
    assert len(tiers.units) == 91
    very_large = tiers.units[tiers.units["tier"] == "very large"]
    # Districts of the yearbook 2020, Changchun with its four development zones.
    assert very_large.set_index("name")["population_end"].to_dict() == {
        "沈阳市": 7_885_142,
        "大连市": 5_736_383,
        "长春市": 5_969_036,
        "哈尔滨市": 6_976_136,
    }


def test_the_printed_class_of_2010_is_ours_without_changchun(tiers: TierResult) -> None:
    # Northeast study, table 1: 1826.55 (2010) and 2068.39 (2020), 10,000 residents. The first is ours to the digit;
    # the second is not, and the study's own gains give 2029.15: the slip is on the side of 2020.
    three = tiers.units[tiers.units["name"].isin(["沈阳市", "哈尔滨市", "大连市"])]
    assert round(three["population_start"].sum() / 1e4, 2) == 1826.55
    assert round(three["population_end"].sum() / 1e4, 2) == 2059.77


def test_every_difference_to_the_printed_tiers_has_its_reason(tiers: TierResult) -> None:
    table = compare_tiers(tiers, published("city_tiers"))
    assert not table["reason"].isin(SAID_NOTHING).any()
    agreeing = table[table["reason"] == "agrees to the printed digits"].set_index("group")
    # Text on table 1: Shenyang +115.3 (+17.13 %), Harbin +27.2 (+4.05 %).
    assert agreeing.loc["Shenyang", "theirs"].tolist() == [115.3, 17.13]
    assert agreeing.loc["Harbin", "theirs"].tolist() == [27.2, 4.05]


def test_small_cities_shrink(tiers: TierResult) -> None:
    # Text on table 1: of the small cities only Heihe grew, about a fifth lost over 30 %.
    small = tiers.units[tiers.units["tier"] == "small"]
    assert "黑河市" in set(small.loc[small["change"] > 0, "name"])
    assert (small["change_share"] <= -0.3).mean() == pytest.approx(0.2, abs=0.03)


def test_every_county_lost_people(counties: ChangeResult) -> None:
    # Northeast study, table 2: 87 of 88 lost people; the one that grew did so by a change of boundary.
    assert (counties.units["change"] < 0).all()
    # Yearbooks: Baiquan 519,766 and 282,019, the worst county without a change of boundary.
    same = population_change(counties.units[counties.units["comparability"] == "same"])
    worst = worst_units(same, most=1)
    assert worst["name"].tolist() == ["拜泉县"]
    assert worst["change_share"].round(4).tolist() == [-0.4574]


def test_every_difference_to_the_printed_counties_has_its_reason(counties: ChangeResult) -> None:
    table = compare_severity(counties, published("county_loss"))
    assert not table["reason"].isin(SAID_NOTHING).any()
    # Seven million residents are gone from the counties, printed and counted.
    total = table.set_index(["measure", "group"]).loc[("total_loss", "losing")]
    assert total["theirs"] == 696.5
    assert total["ours"] == pytest.approx(total["theirs"], rel=0.1)


def test_about_half_of_all_units_lost_people() -> None:
    # Published elsewhere: about 53 % of the counties lost residents 2010 to 2020 (comparable units join some).
    total = population_change(census_panel()).summary().loc["total"]
    assert total["population_start"] == 1_332_810_869
    assert total["population_end"] == 1_409_778_724
    assert total["losing_share"] == pytest.approx(0.53, abs=0.02)


def test_net_outflow_of_the_panel_is_that_of_the_census() -> None:
    from geo_urban.shrinkage import rural_outflow

    groups = rural_outflow(census_panel(region="northeast")).groups
    assert isinstance(groups, pd.DataFrame)
    # Sums of the census yearbooks: 109,513,129 − 98,514,948 residents.
    assert groups.loc["total", "net_outflow"] == 10_998_181
