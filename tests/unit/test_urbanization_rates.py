"""Urbanization rates, their table, and increments per year."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geo_urban.errors import AlignmentError, InputError, InsufficientDataError, MissingColumnsError
from geo_urban.hierarchy import (
    town_share,
    urbanization_gaps,
    urbanization_increments,
    urbanization_rate,
    urbanization_table,
)


@pytest.fixture
def units() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": ["west", "east", "west"],
            "urban_2010": [10, 60, 0],
            "population_2010": [40, 80, 60],
            "urban_2020": [20, 80, 30],
            "population_2020": [50, 100, 50],
        },
        index=["1", "2", "3"],
    )


def test_rate_joins_by_code_not_by_position() -> None:
    rate = urbanization_rate(pd.Series({"a": 1, "b": 3}), pd.Series({"b": 4, "a": 2}))
    assert rate.to_dict() == {"a": 0.5, "b": 0.75}


def test_nobody_means_no_rate() -> None:
    rate = urbanization_rate(pd.Series([0, 1, math.nan]), pd.Series([0, 2, 2]))
    assert rate.isna().tolist() == [True, False, True]


def test_rate_faults() -> None:
    with pytest.raises(InputError, match="`urban` exceeds `total` at b"):
        urbanization_rate(pd.Series({"a": 1, "b": 5}), pd.Series({"a": 2, "b": 4}))
    with pytest.raises(AlignmentError, match="describe different units"):
        urbanization_rate(pd.Series({"a": 1}), pd.Series({"b": 1}))


def test_group_rate_is_no_mean_of_rates(units: pd.DataFrame) -> None:
    table = urbanization_table(units, by="region")
    # West 2020: (20 + 30) / (50 + 50), not the mean of 0.4 and 0.6 by chance; 2010: 10 / 100, not 0.125.
    assert table.index.tolist() == ["west", "east", "total"]
    assert table[2010].tolist() == [0.1, 0.75, 70 / 180]
    assert table[2020].tolist() == [0.5, 0.8, 130 / 200]


def test_unit_with_a_gap_is_left_out_of_all_years(units: pd.DataFrame) -> None:
    units["urban_2010"] = units["urban_2010"].astype(float)
    units.loc["3", "urban_2010"] = math.nan
    assert urbanization_table(units, by="region").loc["west"].tolist() == [0.25, 0.4]


def test_table_faults(units: pd.DataFrame) -> None:
    with pytest.raises(MissingColumnsError, match="urban_2015"):
        urbanization_table(units, years=(2010, 2015))
    with pytest.raises(InsufficientDataError, match="no unit has urban and total"):
        urbanization_table(units.assign(urban_2010=math.nan))
    with pytest.raises(InputError, match="has no region for 2"):
        urbanization_table(units.assign(region=["a", None, "b"]), by="region")


def test_increments_are_per_year() -> None:
    rates = pd.DataFrame({2010: [0.40, 0.60], 2015: [0.50, 0.61], 2020: [0.52, 0.66]}, index=["west", "east"])
    result = urbanization_increments(rates, reference="east")
    assert result.increments.round(9).loc["west"].tolist() == [2.0, 0.4]
    assert result.mean_increment.round(9).to_dict() == {"west": 1.2, "east": 0.6}
    assert result.gaps is not None
    assert result.gaps.round(9).loc["west"].tolist() == [-20.0, -11.0, -14.0]
    summary = result.summary()
    assert summary.loc["west", "fastest_year"] == 2015
    assert summary["gap_change_points"].round(9).tolist() == [6.0, 0.0]


def test_a_missing_rate_leaves_its_increments_missing() -> None:
    rates = pd.DataFrame({2010: [0.4, 0.4], 2011: [math.nan, 0.5], 2012: [0.6, 0.5]}, index=["a", "b"])
    result = urbanization_increments(rates)
    assert result.increments.loc["a"].isna().all()
    assert result.mean_increment["a"] == pytest.approx(10.0)
    assert result.summary().loc["a"].isna()["fastest_year"]


def test_increment_faults() -> None:
    rates = pd.DataFrame({2020: [0.5], 2010: [0.4]}, index=["a"])
    with pytest.raises(InputError, match="ascending years"):
        urbanization_increments(rates)
    with pytest.raises(InputError, match="ascending years"):
        urbanization_increments(rates.set_axis(["x", "y"], axis=1))
    with pytest.raises(InsufficientDataError, match="one region and two years"):
        urbanization_increments(rates[[2010]])
    with pytest.raises(InputError, match=r"Divide percents by 100"):
        urbanization_increments(rates[[2010, 2020]] * 100)
    with pytest.raises(InputError, match=r"Take one of them, e\.g\. a"):
        urbanization_increments(rates[[2010, 2020]], reference="nation")


def test_town_share_tells_growing_towns_from_emptying_villages() -> None:
    counties = pd.DataFrame(
        {
            "urban_2010": [30, 30, 0],
            "population_2010": [100, 100, 0],
            "urban_2020": [30, 50, 0],
            "population_2020": [60, 100, 0],
        },
        index=["1", "2", "3"],
    )
    table = town_share(counties)
    assert table["town_share_2020"].tolist()[:2] == [0.5, 0.5]
    assert table["town_residents_change"].tolist() == [0, 20, 0]
    assert table["other_residents_change"].tolist() == [-40, -20, 0]
    assert table["town_share_change_points"].round(9).tolist()[:2] == [20.0, 20.0]
    assert table.loc["3"].isna().tolist() == [True, True, True, False, False]
    with pytest.raises(InputError, match="exceeds"):
        town_share(counties.assign(urban_2020=1000))


def test_gap_between_the_lowest_and_the_highest_region() -> None:
    rates = pd.DataFrame({2010: [0.5, 0.2, 0.35], 2020: [0.6, 0.5, math.nan]}, index=["a", "b", "total"])
    table = urbanization_gaps(rates)
    assert table["gap_points"].tolist() == pytest.approx([30, 10])
    assert table.loc[2010, ["lowest", "highest"]].tolist() == ["b", "a"]
    assert table["spread_points"].tolist() == pytest.approx([15, 5])
    assert urbanization_gaps(rates, leave_out=())["gap_points"].tolist() == pytest.approx([30, 10])


def test_faults_of_gaps() -> None:
    with pytest.raises(InsufficientDataError, match="two regions"):
        urbanization_gaps(pd.DataFrame({2010: [0.5]}, index=["a"]))
    with pytest.raises(InputError, match="Divide percents by 100"):
        urbanization_gaps(pd.DataFrame({2010: [50, 60]}, index=["a", "b"]))


def test_least_and_most_urbanized_province() -> None:
    # Census 2020 by province: Tibet is the least and Shanghai the most urbanized.
    from geo_urban.datasets import census_totals

    totals = census_totals(2020).drop(index="000000")
    rates = pd.DataFrame({2020: urbanization_rate(totals["urban"], totals["population"])})
    row = urbanization_gaps(rates).loc[2020]
    assert (row["lowest"], row["highest"]) == ("540000", "310000")
