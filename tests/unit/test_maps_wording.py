"""Numbers and classes read the same everywhere."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_urban.presentation import Breaks, Field
from geo_urban.wording import class_labels, class_numbers, heading, shown_number


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (-1234.5, 1, "−1,234.5"),
        (-0.04, 1, "0.0"),
        (0.0, None, "0"),
        (-30.000000000000004, None, "−30"),
        (2.5, None, "2.5"),
        (1_234_567, 0, "1,234,567"),
    ],
)
def test_numbers(value: float, decimals: int | None, text: str) -> None:
    assert shown_number(value, decimals=decimals) == text


def test_one_class_without_limits_is_all() -> None:
    field = Field(column="x", label="x", decimals=0, classes=Breaks(limits=(), colors=("#000000",)))
    assert class_labels(field, language="en") == ("all",)
    assert class_numbers(field, pd.Series([1.0, None])).tolist() == [0, -1]


def test_classes_agree_with_the_presentations_own_rule() -> None:
    classes = Breaks(limits=(-0.3, -0.1, 0.0), colors=("#1", "#2", "#3", "#4"))
    values = pd.Series([-0.5, -0.3, -0.2, -0.1, -0.01, 0.0, 2.0])
    numbers = class_numbers(Field(column="x", label="x", classes=classes), values)
    assert numbers.tolist() == [classes.class_of(value) for value in values] == [0, 1, 1, 2, 2, 3, 3]


def test_a_heading_names_the_unit() -> None:
    people = Field(column="x", label="Residents", unit="persons", decimals=0)
    assert heading(people, language="en", figures="wan") == "Residents (× 10,000 persons)"
    assert heading(people, language="zh", figures="wan").endswith("（万人）")
    assert heading(Field(column="x", label="Type"), language="en", figures="persons") == "Type"
