"""Change, severity and outflow: what must hold for any populations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo_urban.shrinkage import population_change, rural_outflow, severity_table

people = st.integers(min_value=0, max_value=30_000_000)
inhabited = st.integers(min_value=1, max_value=30_000_000)
pairs = st.lists(st.tuples(inhabited, people), min_size=1, max_size=30)
quads = st.lists(st.tuples(people, people, people, people), min_size=1, max_size=30)


def panel(counts: list[tuple[int, int]]) -> pd.DataFrame:
    return pd.DataFrame(
        counts, columns=["population_2010", "population_2020"], index=[f"{i:06d}" for i in range(len(counts))]
    )


@given(pairs, st.randoms())
def test_the_order_of_rows_does_not_matter(counts: list[tuple[int, int]], random: object) -> None:
    table = panel(counts)
    order = list(table.index)
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = population_change(table.loc[order]).units.loc[table.index]
    pd.testing.assert_frame_equal(shuffled, population_change(table).units)


@given(pairs, st.integers(min_value=2, max_value=1000))
def test_shares_do_not_depend_on_the_unit_of_count(counts: list[tuple[int, int]], factor: int) -> None:
    ours = population_change(panel(counts)).units
    scaled = population_change(panel(counts) * factor).units
    np.testing.assert_allclose(scaled["change_share"], ours["change_share"], rtol=1e-12)
    assert scaled["severity"].tolist() == ours["severity"].tolist()


@given(pairs)
def test_rates_lead_from_the_first_count_to_the_second(counts: list[tuple[int, int]]) -> None:
    units = population_change(panel(counts)).units
    reached = units["population_start"] * (1 + units["annual_change_rate"]) ** 10
    # A rate of −1 plus a tiny remainder loses its digits: people are whole, so half a person is exact enough.
    np.testing.assert_allclose(reached, units["population_end"], rtol=1e-9, atol=0.5)
    stayed = units[units["population_end"] > 0]
    np.testing.assert_allclose(np.expm1(stayed["change_log"]), stayed["change_share"], rtol=1e-9, atol=1e-12)


@given(pairs)
def test_classes_share_out_all_units_and_all_losses(counts: list[tuple[int, int]]) -> None:
    result = population_change(panel(counts))
    table = severity_table(result)
    classes = table.drop(index=["losing", "total"])
    assert classes["units"].sum() == table.loc["total", "units"] == len(counts)
    assert classes["total_loss"].sum() == -result.units["change"].sum()
    lost = result.units.loc[result.units["change"] < 0, "change"]
    assert table.loc["losing", "total_loss"] == -lost.sum()


@given(quads)
def test_net_outflow_is_the_loss_of_residents(counts: list[tuple[int, int, int, int]]) -> None:
    columns = ["rural_2010", "rural_2020", "urban_2010", "urban_2020"]
    units = pd.DataFrame(counts, columns=columns, index=[f"{i:06d}" for i in range(len(counts))])
    units["province"] = [f"{i % 3}" for i in range(len(units))]
    table = rural_outflow(units).groups
    residents = units["rural_2010"] + units["urban_2010"] - units["rural_2020"] - units["urban_2020"]
    assert table.loc["total", "net_outflow"] == residents.sum()
    assert table["net_outflow"].drop("total").sum() == residents.sum()
