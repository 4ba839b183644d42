"""Ours beside theirs: which rows are compared, and what is said where they differ."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geo_urban.datasets.published_figures import published
from geo_urban.errors import AlignmentError, MissingColumnsError
from geo_urban.hierarchy import city_tiers
from geo_urban.messages import catalogue
from geo_urban.shrinkage import population_change, rural_outflow
from geo_urban.studies import compare
from geo_urban.studies.compare import beside, compare_outflow, compare_severity, compare_tiers, compare_urbanization


def figures(**columns: list[object]) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"measure": ["m"] * rows, "group": ["g"] * rows, "year": ["2020"] * rows} | columns)


def test_figures_agree_to_the_printed_digits() -> None:
    theirs = figures(group=["a", "b", "c"], value=[57.3, 57.3, 57.3], decimals=[1, 1, 1])
    ours = figures(group=["a", "b", "c"], value=[57.349, 57.35, 57.351])
    table = beside(ours, theirs)
    # 57.35 may be rounded either way; 57.351 may not.
    assert table["reason"].tolist() == [compare.AGREES, compare.AGREES, compare.UNEXPLAINED]
    assert table["difference"].round(3).tolist() == [0.049, 0.05, 0.051]


def test_printed_order_first_then_ours_alone() -> None:
    theirs = figures(group=["z", "a"], value=[1, 2])
    ours = figures(group=["a", "new", "z"], value=[2, 9, 1])
    table = beside(ours, theirs)
    assert table["group"].tolist() == ["z", "a", "new"]
    assert table["reason"].tolist() == [compare.AGREES, compare.AGREES, compare.NOT_PRINTED]
    assert math.isnan(table["difference"].iloc[2])


def test_figures_of_other_years_are_shown_and_not_compared() -> None:
    ours = figures(value=[5.0]).assign(our_year="2018")
    (row,) = beside(ours, figures(value=[4.0])).to_dict(orient="records")
    assert (row["ours"], row["theirs"], row["our_year"]) == (5.0, 4.0, "2018")
    assert math.isnan(row["difference"])
    assert row["reason"] == compare.OTHER_YEAR


def test_the_first_reason_that_fits_counts_and_only_for_differences() -> None:
    theirs = figures(group=["a", "b", "c", "d"], value=[1, 1, 1, 1])
    ours = figures(group=["a", "b", "c"], value=[1, 2, 3])
    reasons = {("m", "b", None): "special", ("m", None, None): "general"}
    assert beside(ours, theirs, reasons=reasons)["reason"].tolist() == [compare.AGREES, "special", "general", "general"]


def test_slips_of_the_source_are_said() -> None:
    theirs = figures(value=[1]).assign(inconsistency="adds to 2")
    table = beside(figures(value=[2]), theirs)
    assert table["reason"].tolist() == [compare.OWN_SLIP]
    assert table["inconsistency"].tolist() == ["adds to 2"]


def test_faults() -> None:
    with pytest.raises(MissingColumnsError, match="`ours` has no column value"):
        beside(figures(x=[1]), figures(value=[1]))
    with pytest.raises(AlignmentError, match="`theirs` has the figure m g 2020 more than once"):
        beside(figures(value=[1]), figures(value=[1, 2]))


def test_inputs_are_not_changed() -> None:
    ours, theirs = figures(value=[1]), figures(value=[1])
    before = ours.copy(), theirs.copy()
    beside(ours, theirs)
    pd.testing.assert_frame_equal(ours, before[0])
    pd.testing.assert_frame_equal(theirs, before[1])


def test_tiers_beside_the_printed_table() -> None:
    cities = pd.DataFrame(
        {"name": ["大连市", "x"], "population_2010": [4_831_000, 300_000], "population_2020": [5_432_000, 200_000]}
    )
    table = compare_tiers(city_tiers(cities), published("city_tiers")).set_index(["measure", "group", "year"])
    assert table.loc[("population", "very large", "2020"), ["ours", "theirs"]].tolist() == [543.2, 2068.39]
    assert table.loc[("change", "Dalian", "2010-2020"), ["ours", "theirs"]].round(6).tolist() == [60.1, 60.1]
    assert table.loc[("change", "Dalian", "2010-2020"), "reason"] == compare.AGREES
    assert table.loc[("share_losing_30_percent", "small", "2010-2020"), "ours"] == 100
    assert (table["reason"] != "").all()


def test_severity_beside_the_printed_table() -> None:
    units = pd.DataFrame(
        {"name": ["拜泉县", "x"], "population_2010": [100_000, 100_000], "population_2020": [50_000, 95_000]}
    )
    table = compare_severity(population_change(units), published("county_loss")).set_index(["measure", "group"])
    assert table.loc[("change_share", "Baiquan"), ["ours", "theirs", "difference"]].tolist() == [-50, -50, 0]
    assert table.loc[("total_loss", "loss < 10 %"), "ours"] == 0.5
    assert table.loc[("units", "losing"), "ours"] == 2


def test_outflow_beside_the_printed_text() -> None:
    units = pd.DataFrame(
        {
            "province": ["辽宁省", "吉林省"],
            "rural_2010": [4_000_000, 4_000_000],
            "rural_2020": [3_000_000, 2_000_000],
            "urban_2010": [0, 0],
            "urban_2020": [500_000, 0],
        }
    )
    outflow = rural_outflow(units)
    table = compare_outflow(outflow, published("rural_outflow"), nation=outflow).set_index(["measure", "group", "year"])
    assert table.loc[("rural_change_share", "Liaoning", "2010-2020"), "ours"] == -25
    assert table.loc[("rural_change_share", "nation", "2010-2020"), "ours"] == -37.5
    assert table.loc[("net_outflow", "northeast", "2010-2020"), ["ours", "theirs"]].tolist() == [2.5, 10.572]


def test_urbanization_beside_the_printed_series() -> None:
    rates = pd.DataFrame(
        {2010: [0.6, 0.4, 0.4, 0.55, 0.5], 2020: [0.70756, 0.59003, 0.57266, 0.67708, 0.63839]},
        index=["east", "centre", "west", "northeast", "total"],
    )
    table = compare_urbanization(rates, published("urbanization")).set_index(["measure", "group", "year"])
    assert table.loc[("urbanization_rate", "east", "2020"), "reason"] == compare.AGREES
    # Between two censuses ours has nothing, and a mean of other years is not compared.
    assert table.loc[("urbanization_rate", "east", "2016")].isna()["ours"]
    mean = table.loc[("mean_increment", "northeast", "2015-2020")]
    assert (mean["our_year"], mean["reason"]) == ("2010-2020", compare.OTHER_YEAR)
    assert math.isnan(mean["difference"])
    # 51.24 − 49.58 = 1.66, printed 1.74.
    assert table.loc[("increment", "west", "2016"), "ours"] == pytest.approx(1.66)


def test_every_reason_is_worded_in_chinese() -> None:
    constants = [value for name, value in vars(compare).items() if name.isupper() and isinstance(value, str)]
    tables = [value for name, value in vars(compare).items() if name.endswith("_REASONS")]
    sentences = {*constants, *(sentence for table in tables for sentence in table.values())}
    assert len(sentences) > len(constants)
    assert sorted(sentences - set(catalogue("zh"))) == []
