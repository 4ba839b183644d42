"""Classes of loss: limits belong to the worse class, tables add up, ranks follow the loss."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geo_urban.errors import InputError
from geo_urban.presentation import Category
from geo_urban.shrinkage import population_change, severity_categories, severity_class, severity_table, worst_units


@pytest.fixture
def units() -> pd.DataFrame:
    # Losses of exactly 10 % and 30 %, one of 9.9 %, one gain, one without change, one without figure.
    return pd.DataFrame(
        {
            "population_2010": [1000, 30, 10, 100, 50, None],
            "population_2020": [901, 27, 7, 110, 50, 5],
        },
        index=list("abcdef"),
    )


def test_a_loss_on_the_limit_is_in_the_worse_class(units: pd.DataFrame) -> None:
    severity = population_change(units).units["severity"]
    assert severity.tolist()[:5] == ["loss < 10 %", "loss 10–30 %", "loss ≥ 30 %", "growing", "growing"]
    assert severity.isna().tolist() == [False] * 5 + [True]


@pytest.mark.parametrize("start", [10, 30, 70, 90, 110, 1230, 99_990])
def test_a_tenth_is_a_tenth_whatever_the_size(start: int) -> None:
    # (E − S) / S is rounded once, like the literal 0.1, so no unit slips below the limit.
    table = pd.DataFrame({"population_2010": [start], "population_2020": [start * 9 // 10]})
    assert population_change(table).units["severity"].tolist() == ["loss 10–30 %"]


def test_classes_are_ordered_from_growing_to_worst() -> None:
    severity = severity_class(pd.Series([-0.5, 0.1, -0.2]))
    assert severity.max() == "loss ≥ 30 %"
    assert severity.sort_values().index.tolist() == [1, 2, 0]


def test_missing_share_has_no_class() -> None:
    assert severity_class(pd.Series([math.nan])).isna().all()


@pytest.mark.parametrize(
    "limits", [(), (0.3, 0.1), (0.1, 0.1), (0.0,), (1.0,), (10, 30), tuple(i / 10 for i in range(1, 8))]
)
def test_limits_must_be_ascending_fractions(limits: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="ascending fractions between 0 and 1"):
        severity_class(pd.Series([0.0]), limits=limits)


def test_table_adds_up(units: pd.DataFrame) -> None:
    table = severity_table(population_change(units))
    assert table.index.tolist() == ["growing", "loss < 10 %", "loss 10–30 %", "loss ≥ 30 %", "losing", "total"]
    assert table["units"].tolist() == [2, 1, 1, 1, 3, 5]
    assert table["total_loss"].tolist() == [-10, 99, 3, 3, 105, 95]
    assert table.loc["losing", "mean_loss"] == 35
    assert table.loc["loss < 10 %", "loss_share"] == pytest.approx(99 / 105)
    assert math.isnan(table.loc["growing", "loss_share"])
    assert table.loc["total", "units_share"] == 1


def test_empty_class_has_no_mean() -> None:
    table = severity_table(population_change(pd.DataFrame({"population_2010": [10], "population_2020": [11]})))
    assert table.loc["losing", "units"] == 0
    assert math.isnan(table.loc["losing", "mean_loss"])
    assert table["loss_share"].isna().all()


def test_ranking_has_ties_and_no_growing_unit() -> None:
    table = pd.DataFrame(
        {"population_2010": [10, 20, 10, 10], "population_2020": [5, 10, 9, 12]}, index=["b", "a", "c", "d"]
    )
    worst = worst_units(population_change(table))
    assert worst.index.tolist() == ["a", "b", "c"]
    assert worst["rank"].tolist() == [1, 1, 3]
    assert worst_units(population_change(table), most=1).index.tolist() == ["a"]
    with pytest.raises(InputError, match="must be 1 or more"):
        worst_units(population_change(table), most=0)


def test_legend_has_one_color_per_class() -> None:
    items = severity_categories((0.1, 0.3)).items
    assert all(isinstance(item, Category) for item in items)
    assert len({item.color for item in items}) == 4
    # The darkest red of the palette is the worst class.
    assert items[-1].color == "#b2182b"
    assert len({item.color for item in severity_categories((0.1, 0.2, 0.3, 0.4, 0.5, 0.6)).items}) == 8
