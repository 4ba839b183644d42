"""The upper tail of city sizes: exponent, threshold, how well a power law fits, and whether lognormal fits better.

Everything works on y = ln(size / threshold), which is exponential with rate ζ where sizes follow a power law.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Tail", "fit_p_value", "lognormal_ratio", "tail_above", "tail_by_distance"]

FEWEST_IN_TAIL = 3
_PROBES = 64  # points at which every candidate's distance is bounded from below
_STEEPEST = 1000.0  # beyond it a lognormal and a power law cannot be told apart in double precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """A fitted tail: sizes from `threshold` on, exponent ζ of the rank rule, Kolmogorov–Smirnov distance."""

    threshold: float
    zeta: float
    distance: float
    count: int


def tail_above(sizes: NDArray[np.float64], threshold: float) -> Tail:
    """Fit the tail from `threshold` on by maximum likelihood: ζ = n / Σ ln(S / threshold); `sizes` ascend."""
    kept = sizes[np.searchsorted(sizes, threshold) :]
    logs = np.log(kept / threshold)
    zeta = len(kept) / logs.sum()
    return Tail(threshold=threshold, zeta=zeta, distance=_distance(logs, zeta), count=len(kept))


def tail_by_distance(sizes: NDArray[np.float64]) -> Tail:
    """Choose the threshold whose tail is nearest to its power law (Clauset, Shalizi & Newman 2009, section 3.3).

    Every size that leaves a tail with some spread is a candidate. A few points give each candidate a distance that it
    cannot fall below; only those that may still win are measured in full. The result is that of measuring all.
    """
    logs = np.log(sizes)
    starts = np.flatnonzero(np.diff(sizes, prepend=0.0) > 0)
    starts = starts[(len(sizes) - starts >= FEWEST_IN_TAIL) & (sizes[starts] < sizes[-1])]
    counts = len(sizes) - starts
    sums = np.cumsum(logs[::-1])[::-1][starts] - counts * logs[starts]
    zetas = counts / sums
    bounds = _least_distances(logs, starts, zetas)
    best, chosen = np.inf, int(starts[0])
    for candidate in np.argsort(bounds, kind="stable"):
        if bounds[candidate] > best:
            break
        start = starts[candidate]
        distance = _distance(logs[start:] - logs[start], zetas[candidate])
        if (distance, start) < (best, chosen):
            best, chosen = distance, int(start)
    zeta = float(zetas[np.searchsorted(starts, chosen)])
    return Tail(threshold=float(sizes[chosen]), zeta=zeta, distance=float(best), count=len(sizes) - chosen)


def _distance(logs: NDArray[np.float64], zeta: float) -> float:
    """Return the largest gap between the share of cities below each size and the rule's share."""
    below = np.arange(len(logs)) / len(logs)
    return float(np.abs(-np.expm1(-zeta * logs) - below).max())


def _least_distances(
    logs: NDArray[np.float64], starts: NDArray[np.intp], zetas: NDArray[np.float64]
) -> NDArray[np.float64]:
    steps = np.linspace(0, 1, _PROBES, endpoint=False)
    counts = len(logs) - starts
    places = (steps * counts[:, None]).astype(np.intp)
    heights = logs[starts[:, None] + places] - logs[starts][:, None]
    shares: NDArray[np.float64] = np.abs(-np.expm1(-zetas[:, None] * heights) - places / counts[:, None])
    least: NDArray[np.float64] = shares.max(axis=1)
    return least


def fit_p_value(sizes: NDArray[np.float64], tail: Tail, *, chosen: bool, replicates: int, seed: int) -> float:
    """Return how often samples drawn from the fitted law lie as far from their own fit as the cities do.

    Semi-parametric: below the threshold cities are drawn from those observed, above it from the law (Clauset, Shalizi &
    Newman 2009, section 4.1). Each sample is fitted anew; where the threshold was chosen by distance, so is that of the
    sample.
    """
    generator = np.random.default_rng(seed)
    body = sizes[: len(sizes) - tail.count]
    farther = 0
    for _ in range(replicates):
        sample = _drawn(generator, body, tail, len(sizes) if chosen else tail.count, chosen=chosen)
        fitted = tail_by_distance(sample) if chosen else tail_above(sample, tail.threshold)
        farther += fitted.distance >= tail.distance
    return farther / replicates


def _drawn(
    generator: np.random.Generator, body: NDArray[np.float64], tail: Tail, count: int, *, chosen: bool
) -> NDArray[np.float64]:
    above = generator.binomial(count, tail.count / count) if chosen and len(body) else count
    law = tail.threshold * np.exp(generator.exponential(1 / tail.zeta, size=above))
    if above < count:
        law = np.concatenate([generator.choice(body, size=count - above), law])
    return np.sort(law)


def lognormal_ratio(sizes: NDArray[np.float64], tail: Tail) -> tuple[float, float]:
    """Return Vuong's normalised log likelihood ratio of power law over lognormal, and its two-sided p.

    Both are fitted to the same tail. A lognormal cut at the threshold has the density exp(−ay − by²/2) with b ≥ 0;
    b = 0 is the power law, so the ratio is never positive: near 0 the lognormal gains nothing.
    """
    from scipy.special import erfc

    logs = np.log(sizes[len(sizes) - tail.count :] / tail.threshold)
    slope, curve = _lognormal(logs)
    if curve == 0:
        return 0.0, 1.0
    power = np.log(tail.zeta) - tail.zeta * logs
    lognormal = -slope * logs - curve * logs**2 / 2 - _log_mass(slope, curve)
    difference = power - lognormal
    spread = difference.std()
    if spread == 0:
        return 0.0, 1.0
    ratio = min(0.0, difference.sum() / (spread * np.sqrt(len(logs))))
    return float(ratio), float(erfc(abs(ratio) / np.sqrt(2)))


def _lognormal(logs: NDArray[np.float64]) -> tuple[float, float]:
    """Return a and b of the likeliest cut lognormal; b is 0 where no lognormal is likelier than the power law.

    Mean and mean square of the logarithms decide: E[y²] / E[y]² grows with t = a / √b towards 2, that of the power law.
    """
    from scipy.optimize import brentq

    mean = logs.mean()
    ratio = (logs**2).mean() / mean**2
    if ratio >= _ratio_of_squares(_STEEPEST):
        return 1 / mean, 0.0
    steepness = brentq(lambda t: _ratio_of_squares(t) - ratio, -_STEEPEST, _STEEPEST, xtol=1e-12)
    root = _mean_log(steepness) / mean
    return float(steepness * root), float(root**2)


def _mean_log(steepness: float) -> float:
    """Return the mean of y with the density exp(−ty − y²/2)."""
    from scipy.special import erfcx, log_ndtr

    if steepness >= 0:
        return float(np.sqrt(2 / np.pi) / erfcx(steepness / np.sqrt(2)) - steepness)
    return float(np.exp(-(steepness**2) / 2 - log_ndtr(-steepness)) / np.sqrt(2 * np.pi) - steepness)


def _ratio_of_squares(steepness: float) -> float:
    mean = _mean_log(steepness)
    return (1 - steepness * mean) / mean**2


def _log_mass(slope: float, curve: float) -> float:
    """Return ln ∫ exp(−ay − by²/2) dy over y ≥ 0 without cancellation."""
    from scipy.special import erfcx, log_ndtr

    if slope >= 0:
        return float(0.5 * np.log(np.pi / (2 * curve)) + np.log(erfcx(slope / np.sqrt(2 * curve))))
    return float(0.5 * np.log(2 * np.pi / curve) + slope**2 / (2 * curve) + log_ndtr(-slope / np.sqrt(curve)))
