"""An explanation names every row, change and source behind a unit, in both languages."""

from __future__ import annotations

import pickle

import pytest

import geo_urban
from geo_urban.datasets import census_panel
from geo_urban.errors import InputError
from geo_urban.messages import language


def test_a_joined_unit_shows_its_sum_and_its_changes() -> None:
    told = geo_urban.explain("130102")
    text = str(told)
    # 479,801 + 410,116 + 596,164: 长安区, 桥东区, 桥西区 in the yearbook of 2010
    assert "Residents 2010: 1,486,081 = 479,801 + 410,116 + 596,164" in text
    assert "part of 桥东区 (130103) went to 桥西区 (130104) (国函〔2014〕122号" in text
    assert "MIT License" in text


def test_census_rows_add_up_to_the_unit() -> None:
    told = geo_urban.explain("220103")
    rows = told.rows[told.rows["topic"] == "census"]
    for year in (2010, 2020):
        assert rows.loc[rows["year"] == year, "population"].sum() == told.unit[f"population_{year}"]


@pytest.mark.parametrize(
    ("asked", "unit"),
    [
        ("130103", "130102"),  # of the 2010 census
        ("320571", "320506"),  # a zone of 2020
        ("330114", "330109"),  # a polygon of 2021
        (230108, "230108"),  # a number
        (" 4511Z1 ", "451103"),  # a project code
    ],
)
def test_members_lead_to_their_unit(asked: str | int, unit: str) -> None:
    told = geo_urban.explain(asked)
    assert told.adcode == unit
    assert (str(asked).strip() == unit) == ("is part of this unit" not in str(told))


def test_corrections_of_the_census_are_told() -> None:
    text = str(geo_urban.explain("230108"))
    assert "Corrections to the digitised census" in text
    assert "平房区 (230108): the figures of 平房, 松北 and 香坊" in text


def test_chinese() -> None:
    with language("zh"):
        text = str(geo_urban.explain("130103"))
    assert "2014 年：桥东区（130103）部分划入桥西区（130104）" in text
    assert "可比性" in text
    assert "Census rows" not in text


@pytest.mark.parametrize(
    ("asked", "near"),
    [("130000", "130102 长安区"), ("石家庄", "130102 长安区"), ("长安", "610116 长安区"), ("230199", "230102 道里区")],
)
def test_unknown_codes_name_near_ones(asked: str, near: str) -> None:
    with pytest.raises(InputError, match=near):
        geo_urban.explain(asked)


def test_what_is_like_nothing_gets_no_guess() -> None:
    with pytest.raises(InputError, match=r"has the code 'hello'\. Codes have six digits") as caught:
        geo_urban.explain("hello")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("kind", ["same", "renamed", "merged", "adjusted"])
def test_every_kind_can_be_explained(kind: str) -> None:
    panel = census_panel()
    some = panel.index[panel["comparability"] == kind][:5]
    for code in some:
        assert f"Comparability: {kind}" in str(geo_urban.explain(code))
