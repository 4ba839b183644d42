"""Tiers, rates and ratios: what must hold for any cities."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo_urban.hierarchy import (
    burden_ratio,
    size_tier,
    tier_scheme,
    tier_table,
    urbanization_increments,
    urbanization_rate,
)

people = st.integers(min_value=1, max_value=40_000_000)
pairs = st.lists(st.tuples(people, people), min_size=1, max_size=30)
schemes = st.sampled_from(["china-2014", "china-2014-seven"])


@given(st.lists(people, min_size=1, max_size=50), schemes)
def test_a_larger_city_is_never_in_a_smaller_tier(sizes: list[int], scheme: str) -> None:
    population = pd.Series(sorted(sizes))
    assert size_tier(population, scheme=scheme).is_monotonic_increasing


@given(st.lists(people, min_size=1, max_size=50), schemes)
def test_each_city_lies_within_its_bounds(sizes: list[int], scheme: str) -> None:
    tiers = tier_scheme(scheme).tiers
    upper = dict(zip([tier.name for tier in tiers], [*(tier.lower for tier in tiers[1:]), np.inf], strict=True))
    lower = {tier.name: tier.lower for tier in tiers}
    for size, name in zip(sizes, size_tier(pd.Series(sizes), scheme=scheme), strict=True):
        assert lower[name] <= size < upper[name]


@given(st.lists(people, min_size=1, max_size=50))
def test_seven_tiers_refine_the_five_classes(sizes: list[int]) -> None:
    population = pd.Series(sizes)
    coarse = size_tier(population).astype(str)
    fine = size_tier(population, scheme="china-2014-seven").astype(str)
    assert (fine.str.removesuffix(" II").str.removesuffix(" I") == coarse).all()


@given(pairs)
def test_tiers_share_out_all_cities_and_residents(counts: list[tuple[int, int]]) -> None:
    cities = pd.DataFrame(counts, columns=["population_2010", "population_2020"])
    table = tier_table(cities)
    tiers = table.drop(index="total")
    assert tiers["cities"].sum() == len(cities)
    assert tiers["population_end"].sum() == cities["population_2020"].sum()
    np.testing.assert_allclose(tiers[["start_share", "end_share"]].sum(), 1, rtol=1e-12)
    np.testing.assert_allclose(tiers["share_change_points"].sum(), 0, atol=1e-9)


@given(pairs)
def test_burden_and_rate_say_the_same(counts: list[tuple[int, int]]) -> None:
    rural, urban = (pd.Series(values) for values in zip(*counts, strict=True))
    np.testing.assert_allclose(
        1 / (1 + burden_ratio(rural, urban)), urbanization_rate(urban, rural + urban), rtol=1e-12
    )


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=2, max_size=12))
def test_increments_add_up_to_the_whole_rise(rates: list[float]) -> None:
    table = pd.DataFrame([rates], columns=range(2000, 2000 + len(rates)), index=["x"])
    result = urbanization_increments(table)
    np.testing.assert_allclose(result.increments.sum(axis=1), (rates[-1] - rates[0]) * 100, atol=1e-9)
    np.testing.assert_allclose(result.mean_increment, (rates[-1] - rates[0]) * 100 / (len(rates) - 1), atol=1e-9)
