"""Mean and variance of global statistics if values lay at random: drawn from a normal law, or exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.shrinkage._neighborhoods import Links

__all__ = ["Moments", "WeightSums", "geary_moments", "join_moments", "moran_moments", "ord_moments", "weight_sums"]


class WeightSums(NamedTuple):
    """Sums over the weights that all moments need (Cliff and Ord)."""

    s0: float
    s1: float
    s2: float


class Moments(NamedTuple):
    """Mean and variance of a statistic; NaN where an assumption gives none."""

    expected: float
    normal: float
    randomized: float


def weight_sums(links: Links) -> WeightSums:
    """Return S0 = Σ w, S1 = ½ Σ (w_ij + w_ji)², S2 = Σ (w_i. + w_.i)²."""
    n = len(links.starts) - 1
    from scipy.sparse import csr_array

    matrix = csr_array((links.weights, links.columns, links.starts), shape=(n, n))
    both = matrix + matrix.T
    ends = links.sums(links.weights) + np.bincount(links.columns, weights=links.weights, minlength=n)
    return WeightSums(float(links.weights.sum()), float((both.data**2).sum() / 2), float((ends**2).sum()))


def _kurtosis(centred: NDArray[np.float64]) -> float:
    return float((centred**4).mean() / (centred**2).mean() ** 2)


def moran_moments(centred: NDArray[np.float64], sums: WeightSums) -> Moments:
    """Return the moments of Moran's I of centred values (Cliff and Ord 1981)."""
    n, (s0, s1, s2) = len(centred), sums
    expected = -1 / (n - 1)
    normal = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected**2
    if n <= 3:  # noqa: PLR2004 - three units have too few arrangements
        return Moments(expected, normal, np.nan)
    peak = _kurtosis(centred)
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = peak * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    return Moments(expected, normal, (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2)


def geary_moments(centred: NDArray[np.float64], sums: WeightSums) -> Moments:
    """Return the moments of Geary's c of centred values (Cliff and Ord 1981)."""
    n, (s0, s1, s2) = len(centred), sums
    normal = ((2 * s1 + s2) * (n - 1) - 4 * s0**2) / (2 * (n + 1) * s0**2)
    if n <= 3:  # noqa: PLR2004 - three units have too few arrangements
        return Moments(1.0, normal, np.nan)
    peak = _kurtosis(centred)
    spread = (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * peak)
    ends = (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * peak) / 4
    all_of_it = s0**2 * (n**2 - 3 - (n - 1) ** 2 * peak)
    return Moments(1.0, normal, (spread - ends + all_of_it) / (n * (n - 2) * (n - 3) * s0**2))


def ord_moments(values: NDArray[np.float64], sums: WeightSums) -> Moments:
    """Return the moments of Getis and Ord's G of values as they are (Getis and Ord 1992)."""
    n, (s0, s1, s2) = len(values), sums
    expected = s0 / (n * (n - 1))
    if n <= 3:  # noqa: PLR2004 - three units have too few arrangements
        return Moments(expected, np.nan, np.nan)
    scaled = values / values.mean()
    m1, m2, m3, m4 = (float((scaled**power).sum()) for power in (1, 2, 3, 4))
    pairs = _distinct(m1, m2, m3, m4)
    orders = (n * (n - 1), n * (n - 1) * (n - 2), n * (n - 1) * (n - 2) * (n - 3))
    # Two links share both ends, one, or none.
    square = s1 * pairs[0] / orders[0] + (s2 - 2 * s1) * pairs[1] / orders[1] + (s0**2 + s1 - s2) * pairs[2] / orders[2]
    return Moments(expected, np.nan, square / (m1**2 - m2) ** 2 - expected**2)


def _distinct(m1: float, m2: float, m3: float, m4: float) -> tuple[float, float, float]:
    """Return Σ x_i² x_j², Σ x_i² x_j x_k and Σ x_i x_j x_k x_l over different units, from sums of powers."""
    two = m2**2 - m4
    three = m1**2 * m2 - m2**2 - 2 * m1 * m3 + 2 * m4
    four = m1**4 - 6 * m1**2 * m2 + 3 * m2**2 + 8 * m1 * m3 - 6 * m4
    return two, three, four


def join_moments(sizes: NDArray[np.int64], sums: WeightSums, *, first: int, second: int) -> Moments:
    """Return the moments of the links between two classes, or within one, of these sizes (without replacement)."""
    n, (s0, s1, s2) = int(sizes.sum()), sums
    a, b = float(sizes[first]), float(sizes[second])
    if first == second:
        one, two, three = a * (a - 1), a * (a - 1) * (a - 2), a * (a - 1) * (a - 2) * (a - 3)
    else:
        one, two, three = 2 * a * b, a * b * (a + b - 2), 4 * a * (a - 1) * b * (b - 1)
    of_two, of_three = n * (n - 1), n * (n - 1) * (n - 2)
    of_four = of_three * (n - 3)
    expected = s0 / 2 * one / of_two
    if of_four == 0:
        return Moments(expected, np.nan, np.nan)
    square = (s1 * one / of_two + (s2 - 2 * s1) * two / of_three + (s0**2 + s1 - s2) * three / of_four) / 4
    return Moments(expected, np.nan, square - expected**2)
