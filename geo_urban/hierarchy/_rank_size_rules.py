"""The four ways to fit a rank-size rule, and what each rule gives every rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.hierarchy._power_tail import fit_p_value, lognormal_ratio, tail_above, tail_by_distance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.hierarchy._power_tail import Tail

__all__ = ["FITS", "Fit", "residuals"]

_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A fitted rule: rank − `shift` = `anchor` · (size / `scale`)^−ζ from `threshold` on."""

    exponent: float
    error: float
    zeta: float
    threshold: float
    count: int
    scale: float
    anchor: float
    shift: float
    r_squared: float = np.nan
    distance: float = np.nan
    p_value: float = np.nan
    ratio: float = np.nan
    ratio_p: float = np.nan


def _ols(sizes: NDArray[np.float64], _threshold: float | None, _replicates: int, _seed: int) -> Fit:
    count = len(sizes)
    slope, level, r_squared = _line(np.log(sizes), np.log(np.arange(count, 0, -1) - _HALF))
    return Fit(
        exponent=-slope,
        error=-slope * np.sqrt(2 / count),
        zeta=-slope,
        threshold=sizes[0],
        count=count,
        scale=float(np.exp(-level / slope)),  # where the line meets rank − ½ = 1
        anchor=1.0,
        shift=_HALF,
        r_squared=r_squared,
    )


def _lotka(sizes: NDArray[np.float64], _threshold: float | None, _replicates: int, _seed: int) -> Fit:
    count = len(sizes)
    slope, level, r_squared = _line(np.log(np.arange(count, 0, -1)), np.log(sizes))
    return Fit(
        exponent=-slope,
        error=-slope * np.sqrt(2 / count),
        zeta=-1 / slope,
        threshold=sizes[0],
        count=count,
        scale=float(np.exp(level)),
        anchor=1.0,
        shift=0.0,
        r_squared=r_squared,
    )


def _hill(sizes: NDArray[np.float64], _threshold: float | None, replicates: int, seed: int) -> Fit:
    tail = tail_above(sizes, sizes[0])
    # The smallest city is the threshold itself and has spent one degree of freedom.
    zeta = tail.zeta * (tail.count - 1) / tail.count
    return _tail_fit(sizes, tail, zeta, chosen=False, replicates=replicates, seed=seed)


def _mle(sizes: NDArray[np.float64], threshold: float | None, replicates: int, seed: int) -> Fit:
    tail = tail_by_distance(sizes) if threshold is None else tail_above(sizes, threshold)
    return _tail_fit(sizes, tail, tail.zeta, chosen=threshold is None, replicates=replicates, seed=seed)


def _tail_fit(sizes: NDArray[np.float64], tail: Tail, zeta: float, *, chosen: bool, replicates: int, seed: int) -> Fit:
    p_value = fit_p_value(sizes, tail, chosen=chosen, replicates=replicates, seed=seed) if replicates else np.nan
    ratio, ratio_p = lognormal_ratio(sizes, tail)
    return Fit(
        exponent=zeta,
        error=zeta / np.sqrt(tail.count),
        zeta=zeta,
        threshold=tail.threshold,
        count=tail.count,
        scale=tail.threshold,
        anchor=float(tail.count),
        shift=_HALF,
        distance=tail.distance,
        p_value=p_value,
        ratio=ratio,
        ratio_p=ratio_p,
    )


FITS = {"ols": _ols, "lotka": _lotka, "hill": _hill, "mle": _mle}


def residuals(people: pd.Series, fit: Fit) -> pd.DataFrame:
    """Return every city with its rank, what the rule gives that rank, and ln of population over it, by rank."""
    known = people.where(people > 0)
    in_tail = (known >= fit.threshold).fillna(value=False)
    # Equal cities are expected to have the size of their mean rank.
    ranks = known.rank(ascending=False, method="average") - fit.shift
    fitted = (fit.scale * (fit.anchor / ranks) ** (1 / fit.zeta)).where(in_tail)
    table = pd.DataFrame(
        {
            "population": people,
            "rank": known.rank(ascending=False, method="min"),
            "in_tail": in_tail.astype(bool),
            "fitted_population": fitted,
            "residual": np.log(known / fitted),
        }
    )
    return table.sort_values("rank", kind="stable", na_position="last")


def _line(across: NDArray[np.float64], up: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return slope, intercept and R² of a regression."""
    x, y = across - across.mean(), up - up.mean()
    slope = float(x @ y / (x @ x))
    return slope, float(up.mean() - slope * across.mean()), float((x @ y) ** 2 / ((x @ x) * (y @ y)))
