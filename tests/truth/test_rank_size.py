"""Exponents, thresholds and fits that others published, and numbers worked by hand."""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo_urban.hierarchy import primacy, rank_size


@pytest.fixture(scope="module")
def us_cities() -> pd.Series:
    """Residents of 19,447 cities of the United States in 2000, as shipped in `powerlaw` (US Census Bureau)."""
    found = find_spec("powerlaw")
    assert found is not None
    assert found.origin is not None
    return pd.Series(np.loadtxt(Path(found.origin).parent / "reference_data" / "cities.txt"))


def test_cities_of_the_united_states(us_cities: pd.Series) -> None:
    # Clauset, Shalizi & Newman 2009, tables 6.1 and 6.3: n = 19,447, x_min 52.46 ± 11.88 thousand, alpha 2.37 ± 0.08,
    # 580 ± 177 cities in the tail, p = 0.76; lognormal: LR −0.090, p 0.93.
    result = rank_size(us_cities, method="mle", replicates=200, seed=0)
    assert result.n == 19_447
    assert round(result.alpha, 2) == 2.37
    assert round(result.min_population, -1) == 52_460
    assert result.tail_size == 580
    assert result.p_value == pytest.approx(0.76, abs=0.07)  # two standard errors of 200 draws
    assert result.likelihood_ratio == pytest.approx(-0.090, abs=0.003)
    assert round(result.likelihood_ratio_p, 2) == 0.93


def test_both_exponents_are_named(us_cities: pd.Series) -> None:
    result = rank_size(us_cities, method="mle", replicates=0)
    assert result.zeta == result.exponent
    assert result.alpha == result.zeta + 1
    assert result.standard_error == pytest.approx(result.zeta / math.sqrt(580))
    assert math.isnan(result.p_value)


def test_hill_by_hand() -> None:
    # Σ ln(S / 1) over 8, 4, 2 = 6 ln 2; ζ = 3 / (6 ln 2) = 0.7213; error ζ / 2.
    result = rank_size(pd.Series([1, 2, 4, 8]), method="hill", replicates=0)
    assert result.exponent == pytest.approx(1 / (2 * math.log(2)))
    assert result.standard_error == pytest.approx(result.exponent / 2)


def test_likelihood_by_hand() -> None:
    # The threshold is given, so all four count: ζ = 4 / (6 ln 2).
    result = rank_size(pd.Series([1, 2, 4, 8]), method="mle", min_population=1, replicates=0)
    assert result.zeta == pytest.approx(2 / (3 * math.log(2)))


def test_ols_by_hand() -> None:
    # Sizes (r − ½)^(−1/2) lie exactly on ln(r − ½) = −2 ln S: ζ = 2, error 2 √(2/4), interval 2 ± 1.96 · 1.414.
    sizes = pd.Series([(rank - 0.5) ** -0.5 * 1000 for rank in (1, 2, 3, 4)])
    result = rank_size(sizes)
    assert result.exponent == pytest.approx(2)
    assert result.standard_error == pytest.approx(math.sqrt(2))
    assert result.interval == (0, pytest.approx(2 + 1.959964 * math.sqrt(2)))
    assert result.r_squared == pytest.approx(1)
    assert result.cities["residual"].abs().max() < 1e-9
    assert result.missing_middle == pytest.approx(0)


def test_lotka_of_zipf() -> None:
    # Zipf's rule S = S1 / r has the slope 1 both ways.
    result = rank_size(pd.Series([600 / rank for rank in range(1, 30)]), method="lotka")
    assert (result.exponent, result.zeta, result.r_squared) == (pytest.approx(1), pytest.approx(1), pytest.approx(1))


def test_missing_middle_by_hand() -> None:
    # Zipf's rule from 7,560: ranks 2 to 10 hold 7,560 (H10 − 1) = 14,583, none are missing.
    zipf = pd.Series([7560 / rank for rank in range(1, 101)])
    full = rank_size(zipf, method="lotka")
    assert full.cities["fitted_population"].iloc[1:10].sum() == pytest.approx(7560 * (7381 / 2520 - 1))
    assert full.missing_middle == pytest.approx(0, abs=1e-9)
    # Three cities of 16, 2 and 1 by Hill: S(r) = (3 / (r − ½))^(1/ζ) with ζ = 2 / (5 ln 2), 1/ζ = 1.7329.
    # Rank 2 should hold 2^1.7329 = 3.324, rank 3 1.2^1.7329 = 1.372; they hold 3 of 4.696: 36.1 % are missing.
    part = rank_size(pd.Series([16, 2, 1]), method="hill", replicates=0)
    assert part.missing_middle_population == pytest.approx(1.696, abs=0.001)
    assert part.missing_middle == pytest.approx(0.361, abs=0.001)


def test_primacy_by_hand() -> None:
    # Zipf: S1/S2 = 2; 1 / (1/2 + 1/3 + 1/4) = 12/13; 2 / (H11 − 1) = 2 / (83711/27720 − 1).
    result = primacy(pd.Series([27720 / rank for rank in range(1, 12)]))
    assert result.two_city == pytest.approx(2)
    assert result.four_city == pytest.approx(12 / 13)
    assert result.eleven_city == pytest.approx(2 / (83711 / 27720 - 1))
    # Four equal cities: a quarter each, Σ = 4 / 16.
    assert primacy(pd.Series([5, 5, 5, 5])).herfindahl == 0.25
