"""Types of the cities and counties of the census, and what stands behind their change."""

from __future__ import annotations

import pytest

from geo_urban.datasets import cities_and_counties, covariate_columns, covariate_table
from geo_urban.shrinkage import shrinkage_types


def test_cities_apart_from_counties() -> None:
    places = cities_and_counties(region="northeast")
    counts = places["place"].value_counts()
    # 34 prefecture-level cities and 57 county-level ones; the study counts 90 of them and 88 counties.
    assert counts.to_dict() == {"city": 91, "county": 88}
    assert places.index.is_unique
    table = shrinkage_types(places).summary(by="place")
    # Study of Northeast China, table 2: 26 counties lost more than 30 %, 87 of 88 lost people.
    assert table.loc[("county", "shrinking, loss ≥ 30 %"), "units"] == 26
    assert table.loc["county", "units"].iloc[:2].tolist() == [0, 0]


def test_covariates_of_one_county() -> None:
    row = covariate_table(2010, region="Heilongjiang").loc["230231"]
    # Baiquan, county yearbook 2010: 27,971 workers in the sample, 23,224 of them in agriculture; 519,766 residents,
    # 34,922 of 65 and over, 1,383 and 480 registered in another county and province; 153,712 households of 517,378.
    assert row["nonfarm_share_2010"] == pytest.approx(4747 / 27971)
    assert row["elderly_share_2010"] == pytest.approx(34922 / 519766)
    assert row["migrant_share_2010"] == pytest.approx(1863 / 519766)
    assert row["household_size_2010"] == pytest.approx(517378 / 153712)
    assert row["schooling_years_2010"] == pytest.approx(8.4)


def test_shares_are_fractions_and_add_up() -> None:
    table = covariate_table()
    assert list(table.columns) == [f"{name}_{year}" for year in (2010, 2020) for name in covariate_columns().index]
    shares = table.filter(like="_share_")
    assert ((shares >= 0) & (shares <= 1) | shares.isna()).all().all()
    sectors = table["industry_share_2020"] + table["services_share_2020"] - table["nonfarm_share_2020"]
    assert sectors.abs().max() < 1e-12
