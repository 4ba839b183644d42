"""The fit of the tail beside the `powerlaw` package, and the lognormal beside scipy's normal tail."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.special import log_ndtr

from geo_urban.hierarchy import rank_size


def samples(law: str, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    # powerlaw looks at exponents up to alpha = 3 only; these laws stay below.
    draws = {"pareto": generator.pareto(1.1, 300) + 1, "lognormal": np.exp(generator.normal(0, 2, 300))}
    return draws[law] * 50_000


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("law", ["pareto", "lognormal"])
def test_threshold_and_exponent_are_those_of_powerlaw(seed: int, law: str) -> None:
    sizes = samples(law, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # powerlaw warns of its own parameter ranges
        import powerlaw

        fit = powerlaw.Fit(sizes, discrete=False, verbose=0)
        lognormal = fit.lognormal
    ours = rank_size(pd.Series(sizes), method="mle", replicates=0)
    assert ours.min_population == pytest.approx(fit.xmin)
    assert ours.alpha == pytest.approx(fit.power_law.alpha)
    assert ours.distance == pytest.approx(fit.D)
    # powerlaw 2.0 loses the tail of a far lognormal to rounding; with scipy's exact tail its lognormal is never better
    # than ours: where ours says that none beats the power law (0), neither does theirs.
    tail = np.sort(sizes[sizes >= fit.xmin])
    standard = (np.log(tail) - lognormal.mu) / lognormal.sigma
    mass = log_ndtr(-(np.log(fit.xmin) - lognormal.mu) / lognormal.sigma)
    theirs = -np.log(tail * lognormal.sigma) - 0.5 * np.log(2 * np.pi) - standard**2 / 2 - mass
    power = np.log(ours.zeta / fit.xmin) - ours.alpha * np.log(tail / fit.xmin)
    difference = power - theirs
    ratio = difference.sum() / (difference.std() * np.sqrt(len(tail)))
    if ours.likelihood_ratio == 0:
        assert difference.sum() > -1e-6
    else:
        assert ours.likelihood_ratio == pytest.approx(ratio, abs=0.05)


@pytest.mark.parametrize("seed", [4, 5])
def test_a_whole_lognormal_sample_is_told_from_a_power_law(seed: int) -> None:
    # From its median on, a lognormal is no power law: the ratio is that of a search over all lognormals by scipy.
    from scipy.optimize import minimize

    sizes = np.sort(samples("lognormal", seed))[150:]
    low = sizes[0]

    def loss(parameters: np.ndarray) -> float:
        mu, sigma = parameters[0], np.exp(parameters[1])
        z = (np.log(sizes) - mu) / sigma
        return float((np.log(sizes * sigma) + 0.5 * np.log(2 * np.pi) + z**2 / 2 + log_ndtr(-z[0])).sum())

    found = minimize(loss, [np.log(low), 0.5], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11})
    ours = rank_size(pd.Series(sizes), method="mle", min_population=low, replicates=0)
    power = (np.log(ours.zeta / low) - ours.alpha * np.log(sizes / low)).sum()
    mu, sigma = found.x[0], np.exp(found.x[1])
    z = (np.log(sizes) - mu) / sigma
    each = -np.log(sizes * sigma) - 0.5 * np.log(2 * np.pi) - z**2 / 2 - log_ndtr(-z[0])
    difference = np.log(ours.zeta / low) - ours.alpha * np.log(sizes / low) - each
    assert ours.likelihood_ratio == pytest.approx((power + found.fun) / (difference.std() * np.sqrt(150)), abs=1e-4)
