"""From counts of draws to p values, and from many p values to what may be believed of them together."""

from __future__ import annotations

import math
import secrets
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from warnings import warn

import numpy as np

from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.spatial._graph_edges import require_choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Alternative",
    "Counts",
    "adjusted_for_discoveries",
    "normal_p",
    "permutation_p",
    "permutations_for",
    "require_levels",
    "require_permutations",
    "seed_number",
    "warn_of_coarse_p",
]

Alternative: TypeAlias = Literal["two-sided", "geoda", "greater", "less"]
"""Which departures count: either way, the smaller tail alone as GeoDa and esda print it, upwards, or downwards."""

_SEED_BITS = 63


class Counts(NamedTuple):
    """Per unit: in how many draws its surrounding was at least, and at most, what is observed."""

    at_least: NDArray[np.int64]
    at_most: NDArray[np.int64]

    def plus(self, other: Counts) -> Counts:
        """Return the counts of both sets of draws."""
        return Counts(self.at_least + other.at_least, self.at_most + other.at_most)


def seed_number(seed: int | np.random.Generator | None) -> int:
    """Return a seed as a number that can be written down; a new one for None.

    Raises
    ------
    InputError
        If it is negative or larger than 63 bits.
    """
    if seed is None:
        return secrets.randbits(32)
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**32))
    if not (isinstance(seed, int | np.integer) and 0 <= seed < 2**_SEED_BITS):
        raise InputError(
            "`seed` is {seed!r}; it must be a whole number from 0, or a `numpy.random.Generator`.", seed=seed
        )
    return int(seed)


def require_permutations(permutations: int, *, least: int = 1) -> None:
    """Raise unless the number of permutations is a whole number of at least `least`.

    Raises
    ------
    InputError
        If not.
    """
    if not (isinstance(permutations, int | np.integer) and permutations >= least):
        raise InputError(
            "`permutations` is {permutations!r}; it must be a whole number from {least}, e.g. 9999.",
            permutations=permutations,
            least=least,
        )


def permutation_p(
    at_least: NDArray[np.int64], at_most: NDArray[np.int64], *, permutations: int, alternative: Alternative
) -> NDArray[np.float64]:
    """Return p from how many random statistics are at least, and at most, the observed one.

    Raises
    ------
    InputError
        If the alternative is unknown.
    """
    require_choice(alternative, Alternative, argument="alternative")
    if alternative == "greater":
        tail = at_least
    elif alternative == "less":
        tail = at_most
    elif alternative == "geoda":
        tail = np.minimum(at_least, permutations - at_least)
    else:
        return np.minimum(1.0, 2 * (np.minimum(at_least, at_most) + 1) / (permutations + 1))
    return np.asarray((tail + 1) / (permutations + 1))


def normal_p(z: NDArray[np.float64], alternative: Alternative) -> NDArray[np.float64]:
    """Return p of standard normal scores; half of the two-sided one for ``"geoda"``."""
    from scipy.special import ndtr

    if alternative == "greater":
        return np.asarray(ndtr(-z))
    if alternative == "less":
        return np.asarray(ndtr(z))
    return np.asarray(ndtr(-np.abs(z)) * (1 if alternative == "geoda" else 2))


def adjusted_for_discoveries(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p values adjusted by Benjamini and Hochberg; missing ones stay missing and do not count.

    Those at most q are what the procedure finds at rate q, the *largest* rank that passes included with all before it.
    """
    known = np.flatnonzero(~np.isnan(p))
    ordered = known[np.argsort(p[known], kind="stable")]
    scaled = p[ordered] * len(ordered) / np.arange(1, len(ordered) + 1)
    adjusted = np.full(len(p), np.nan)
    adjusted[ordered] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted


def permutations_for(level: float, tests: int, alternative: Alternative) -> int:
    """Return how many permutations let the smallest p of one unit among so many pass alone.

    Examples
    --------
    >>> permutations_for(0.05, 2855, "two-sided")
    114199
    """
    sides = 2 if alternative == "two-sided" else 1
    return math.ceil(round(sides * tests / level, 6)) - 1


def require_levels(level: float, fdr: float | None, *, permutations: int, alternative: Alternative) -> None:
    """Raise if a level is no share, or so few permutations can never reach it; none at all are not few.

    Raises
    ------
    InputError
        If so.
    """
    require_choice(alternative, Alternative, argument="alternative")
    for name, share in (("level", level), ("fdr", fdr)):
        if share is None:
            continue
        if not 0 < share < 1:
            raise InputError("`{name}` is {value}; it must lie between 0 and 1, e.g. 0.05.", name=name, value=share)
        needed = permutations_for(share, 1, alternative)
        if 0 < permutations < needed:
            raise InputError(
                "{permutations} permutations give no p below {smallest:.2g}, so nothing can be significant at "
                "`{name}={value:g}`. At least {needed} are needed.",
                permutations=permutations,
                smallest=(2 if alternative == "two-sided" else 1) / (permutations + 1),
                name=name,
                value=share,
                needed=needed,
            )


def warn_of_coarse_p(
    p: NDArray[np.float64], adjusted: NDArray[np.float64], fdr: float, *, permutations: int, alternative: Alternative
) -> None:
    """Warn where units with the smallest possible p fail only because it cannot be smaller.

    Warns
    -----
    GeoUrbanWarning
        If there are such units.
    """
    smallest = (2 if alternative == "two-sided" else 1) / (permutations + 1)
    held_back = int(((p <= smallest * (1 + 1e-9)) & (adjusted > fdr)).sum())
    if held_back:
        warn(
            GeoUrbanWarning(
                "{count} units lie beyond all {permutations} permutations, yet pass no false-discovery rate of {fdr:g} "
                "among {tests} units: their p cannot be smaller. {needed} permutations would let each pass alone.",
                count=held_back,
                permutations=permutations,
                fdr=fdr,
                tests=int((~np.isnan(p)).sum()),
                needed=permutations_for(fdr, int((~np.isnan(p)).sum()), alternative),
            ),
            stacklevel=3,
        )
