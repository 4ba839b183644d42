"""Published figures: tables, digits, words and faults."""

from __future__ import annotations

import pytest

from geo_urban.datasets.published_figures import PUBLISHED_TABLES, published
from geo_urban.errors import InputError
from geo_urban.messages import catalogue

COLUMNS = [
    "measure",
    "group",
    "group_zh",
    "year",
    "value",
    "decimals",
    "implied",
    "unit",
    "concept",
    "source",
    "note",
    "inconsistency",
]
SIGNS = {"", "%", "km"}


@pytest.mark.parametrize("table", PUBLISHED_TABLES)
def test_each_table_has_the_same_columns_and_says_where_each_figure_is_from(table: str) -> None:
    rows = published(table)
    assert [column for column in rows.columns if column != "table"] == COLUMNS
    assert rows["value"].notna().all()
    assert (rows[["measure", "group", "group_zh", "unit", "concept", "source"]] != "").all(axis=None)


@pytest.mark.parametrize("table", PUBLISHED_TABLES[:-1])
def test_no_figure_stands_twice(table: str) -> None:
    assert not published(table).duplicated(["measure", "group", "year"]).any()


@pytest.mark.parametrize("table", PUBLISHED_TABLES[:-1])
def test_words_are_worded_in_chinese(table: str) -> None:
    words = published(table)[["unit", "concept", "source", "note", "inconsistency"]].to_numpy().ravel()
    assert sorted(set(words) - SIGNS - set(catalogue("zh"))) == []


def test_printed_digits_are_kept() -> None:
    rows = published("city_tiers").set_index(["measure", "group", "year"])
    assert rows.loc[("population", "all", "2010"), ["value", "decimals"]].tolist() == [7559.20, 2]
    assert rows.loc[("cities", "all", "2020"), ["value", "decimals"]].tolist() == [90, 0]


def test_inconsistencies_name_their_table() -> None:
    rows = published("inconsistencies")
    assert set(rows["table"]) == {"city_tiers", "county_loss", "urbanization", "rural_outflow", "western_china"}
    assert (rows["inconsistency"] != "").all()


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"none of the published tables .* e\.g\. city_tiers"):
        published("city_tier")
