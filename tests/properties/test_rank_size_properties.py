"""What must hold of rank-size rules whatever the cities are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo_urban.hierarchy import primacy, rank_size

if TYPE_CHECKING:
    from geo_urban.hierarchy.rank_size_fit import RankSizeMethod

METHODS: tuple[RankSizeMethod, ...] = ("ols", "hill", "mle", "lotka")
people = st.lists(st.integers(1, 10**7), min_size=4, max_size=40)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(sizes=people, factor=st.sampled_from([0.5, 3.0, 1000.0]))
def test_exponent_does_not_depend_on_the_unit(method: RankSizeMethod, sizes: list[int], factor: float) -> None:
    assume(len(set(sizes)) > 3)
    one = rank_size(pd.Series(sizes), method=method, replicates=0)
    other = rank_size(pd.Series(sizes) * factor, method=method, replicates=0)
    assert other.distance == pytest.approx(one.distance, abs=1e-9, nan_ok=True)
    if other.min_population == pytest.approx(one.min_population * factor):  # thresholds of one distance may swap
        assert other.exponent == pytest.approx(one.exponent, rel=1e-6)
        assert other.cities["residual"].to_numpy() == pytest.approx(
            one.cities["residual"].to_numpy(), abs=1e-6, nan_ok=True
        )


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25)
@given(sizes=people, seed=st.integers(0, 99))
def test_order_of_the_cities_changes_nothing(method: RankSizeMethod, sizes: list[int], seed: int) -> None:
    assume(len(set(sizes)) > 3)
    cities = pd.Series(sizes, index=[f"c{number}" for number in range(len(sizes))])
    shuffled = cities.sample(frac=1, random_state=seed)
    one, other = (rank_size(order, method=method, replicates=0) for order in (cities, shuffled))
    assert other.exponent == one.exponent
    pd.testing.assert_frame_equal(other.cities.sort_index(), one.cities.sort_index())


@given(sizes=people, factor=st.integers(2, 1000))
def test_primacy_does_not_depend_on_the_unit(sizes: list[int], factor: int) -> None:
    one, other = primacy(pd.Series(sizes)), primacy(pd.Series(sizes) * factor)
    assert other.two_city == pytest.approx(one.two_city)
    assert other.herfindahl == pytest.approx(one.herfindahl)
    assert 1 / one.cities <= one.herfindahl * (1 + 1e-9)
    assert one.herfindahl <= 1


@pytest.mark.parametrize("method", ["ols", "hill", "mle"])
def test_a_known_exponent_is_recovered(method: RankSizeMethod) -> None:
    # 100 samples of 300 cities from the law with ζ = 1.2; the mean of the estimates is within 4 standard errors, and
    # about 95 of 100 intervals hold the truth.
    generator = np.random.default_rng(20)
    fits = [
        rank_size(
            pd.Series(50_000 * np.exp(generator.exponential(1 / 1.2, 300))),
            method=method,
            min_population=50_000 if method == "mle" else None,
            replicates=0,
        )
        for _ in range(100)
    ]
    estimates = np.array([fit.exponent for fit in fits])
    assert estimates.mean() == pytest.approx(1.2, abs=4 * estimates.std() / np.sqrt(100) + 0.005)
    assert estimates.std() == pytest.approx(np.mean([fit.standard_error for fit in fits]), rel=0.25)
    covered = np.mean([fit.interval[0] <= 1.2 <= fit.interval[1] for fit in fits])
    assert 0.9 <= covered <= 0.99


def test_goodness_of_fit_is_uniform_under_the_law() -> None:
    generator = np.random.default_rng(7)
    samples = [pd.Series(np.exp(generator.exponential(1, 60))) for _ in range(60)]
    p_values = [rank_size(sample, method="hill", replicates=50).p_value for sample in samples]
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.15)  # four standard errors of 60 uniform draws


def test_the_same_seed_gives_the_same_p() -> None:
    cities = pd.Series(np.exp(np.random.default_rng(3).normal(11, 1, 120)))
    one, other = (rank_size(cities, method="mle", replicates=40, seed=5) for _ in range(2))
    assert one.p_value == other.p_value
