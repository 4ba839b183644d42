"""Ours beside named places and national checks: counted on their own base, worded, never forced."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_urban.datasets import published
from geo_urban.errors import MissingColumnsError
from geo_urban.messages import catalogue
from geo_urban.studies import compare_places as places
from geo_urban.studies.compare_nation import compare_national_change
from geo_urban.studies.compare_places import compare_places

NONE = "not significant"


def made(rows: list[tuple[str, float, str, str, str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return clusters and spots of units: prefecture, change, cluster by p and held, spot by p and held."""
    table = pd.DataFrame(rows, columns=["prefecture", "value", "category", "category_fdr", "spot", "spot_fdr"])
    spots = table[["spot", "spot_fdr"]].set_axis(["category", "category_fdr"], axis=1)
    return table[["prefecture", "value", "category", "category_fdr"]], spots


def test_each_named_place_has_its_words() -> None:
    clusters, spots = made(
        [
            ("绥化市", -0.3, "low-low", "low-low", "cold 99 %", "cold 95 %"),
            ("黑河市", -0.2, "low-low", NONE, "cold 99 %", "cold 90 %"),
            ("佳木斯市", -0.1, NONE, NONE, "cold 95 %", NONE),
            ("伊春市", -0.1, NONE, NONE, "cold 90 %", NONE),  # 10 % by itself is no find at 5 %
            ("伊春市", 0.1, "high-high", "high-high", "hot 99 %", "hot 99 %"),
            ("齐齐哈尔市", 0.2, NONE, NONE, NONE, NONE),
            ("鸡西市", -0.2, "low-low", NONE, NONE, NONE),
        ]
    )
    table = compare_places(clusters, spots, published("shrinking_places")).set_index("prefecture")
    assert table.loc[
        ["绥化市", "黑河市", "佳木斯市", "伊春市", "齐齐哈尔市", "四平市", "鸡西市"], "agreement"
    ].tolist() == [
        places.UPHELD,
        places.WEAKLY,
        places.BY_P,
        places.LOSS_ONLY,
        places.NO_LOSS,
        places.NOT_HERE,
        places.NO_PRINT,
    ]
    assert table.loc["伊春市", ["units", "losing", "loss_cluster", "cold_spot"]].tolist() == [2, 1, 0, 0]
    assert table["place"].tolist() == ["Suihua", "Heihe", "Jiamusi", "Yichun", "Qiqihar", "Yanbian", "Siping", ""]
    assert set(table["agreement"]) <= set(catalogue("zh"))
    with pytest.raises(MissingColumnsError, match="prefecture"):
        compare_places(clusters.drop(columns="prefecture"), spots, published("shrinking_places"))


def test_national_figures_stand_on_their_own_base() -> None:
    census = {
        2010: pd.DataFrame({"unit_type": ["county", "county-level city", "county", "district"], "population": 100}),
        2020: pd.DataFrame(
            {"unit_type": ["county", "county-level city", "district", "district"], "population": [60, 130, 90, 500]}
        ),
    }
    for table in census.values():
        table.index = pd.Index(["1", "2", "3", "4"])
    units = pd.DataFrame(
        {
            "population_2010": [100, 100, 200],
            "population_2020": [60, 130, 590],
            "members_2010": ["1", "2", "3;4"],
            "members_2020": ["1", "2", "3;4"],
        },
        index=["1", "2", "4"],
    )
    table = compare_national_change(units, published("national_change"), census=census, years=(2010, 2020))
    ours = table.set_index(["measure", "group"])["ours"]
    # One of three units lost people; of the two that were no district in either year one; of codes alone one of two,
    # for the third became a district.
    assert ours["losing_share", "county-level units"] == pytest.approx(100 / 3)
    assert ours["losing_share", "counties and county-level cities"] == 50
    assert ours["losing_share", "counties without county-level cities"] == 100
    assert ours["change", "counties and county-level cities"] == pytest.approx(-10e-6)
    assert ours["change", "county-level units"] == pytest.approx(380e-6)
    assert ours["change", "counties and county-level cities, joined by code alone"] == pytest.approx(-10e-6)
    printed = table[table["theirs"].notna()]
    assert printed["theirs"].tolist() == [53, -37.82]
    assert (printed["reason"].str.len() > 40).all()
