"""The nation's loss beside what others published: computed from the census, compared, never fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.datasets import census, census_panel, census_totals, published
from geo_urban.studies.compare_nation import compare_national_change

if TYPE_CHECKING:
    import pandas as pd


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    counted = {year: census(year) for year in (2010, 2020)}
    return compare_national_change(
        census_panel(), published("national_change"), census=counted, years=(2010, 2020)
    ).set_index(["measure", "group"])


def test_about_53_percent_of_county_level_units_lost_residents(table: pd.DataFrame) -> None:
    # Published: about 53 % of county-level units, without a base. Ours are comparable units, some of them joined.
    row = table.loc[("losing_share", "county-level units")]
    assert row["theirs"] == 53
    assert row["ours"] == pytest.approx(53, abs=2)
    assert row["reason"].startswith("the printed share is rounded")


def test_counties_lost_some_thirty_million(table: pd.DataFrame) -> None:
    # Published: −37.82 million, counties, county-level cities, banners and forest areas together (rmlt.com.cn,
    # 2023-09-27). On comparable units less is lost than by codes alone, and more than nothing on either.
    row = table.loc[("change", "counties and county-level cities")]
    by_code = table.loc[("change", "counties and county-level cities, joined by code alone")]
    assert row["theirs"] == -37.82
    assert -37.82 < by_code["ours"] < row["ours"] < -25
    assert "does not say how it treats counties that became districts" in row["reason"]


def test_all_units_together_gained_what_the_census_says(table: pd.DataFrame) -> None:
    # Yearbooks: 1,332,810,869 and 1,409,778,724 residents of the mainland.
    totals = [census_totals(year).loc["000000", "population"] for year in (2010, 2020)]
    assert totals == [1_332_810_869, 1_409_778_724]
    assert table.loc[("change", "county-level units"), "ours"] == pytest.approx((totals[1] - totals[0]) / 1e6)
