"""Where clusters come, stay and go: trends of hot and cold spots through time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.exploring import Explorable

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation

__all__ = ["SPOT_PATTERNS", "EmergingResult", "emerging_hot_spots", "mann_kendall"]

SPOT_PATTERNS = (
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "diminishing",
    "sporadic",
    "oscillating",
    "historical",
)
"""What a spot may be through time, as ArcGIS' emerging hot spot analysis tells them apart."""

NONE = "no pattern"
_MOST_OF_THE_TIME = 0.9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EmergingResult(Explorable):
    """Trend and pattern of each unit's hot or cold spot.

    Parameters
    ----------
    units
        Per unit: `trend` (Mann–Kendall's score, positive where z rises), `trend_p`, `hot`, `cold` (dates at which it
        was one), `last_z`, `pattern` (``"intensifying hot spot"`` …, ``"no pattern"``; missing without all dates).
    dates
        Number of dates.
    z_limit
        From which score on, up or down, a unit is a spot.
    level
        Up to which p a trend counts.
    """

    units: pd.DataFrame
    dates: int
    z_limit: float
    level: float

    def summary(self) -> pd.DataFrame:
        """Return how many units show each pattern, hot and cold.

        Returns
        -------
        pandas.DataFrame
            One row per pattern, columns `hot` and `cold` [units]; the last row counts units without a pattern once.
        """
        counts = self.units["pattern"].value_counts()
        rows = {
            name: {kind: int(counts.get(f"{name} {kind} spot", 0)) for kind in ("hot", "cold")}
            for name in SPOT_PATTERNS
        }
        rows[NONE] = {"hot": int(counts.get(NONE, 0)), "cold": int(counts.get(NONE, 0))}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("pattern")

    def layers(
        self, places: gpd.GeoDataFrame | None = None, *, source: str = "Figures given by the user."
    ) -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        places
            Geometry (and names) of the units on the same index; None if `units` has it.
        source
            Where the figures come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by pattern.

        Raises
        ------
        GeometryError
            If there is no geometry.
        """
        from geo_urban.shrinkage._show_dynamics import emerging_presentation

        return emerging_presentation(self, places, source=source)


def emerging_hot_spots(z: pd.DataFrame, *, z_limit: float = 1.96, level: float = 0.05) -> EmergingResult:
    """Tell new, lasting, fading and past hot and cold spots apart.

    For series of five dates or more, e.g. yearly figures: each date's Gi* by `local_getis_ord`, its `z` side by side.

    Parameters
    ----------
    z
        Score of Gi* per unit (rows, unique index) and date (columns, in order, evenly spaced). A unit that lacks a date
        has no pattern.
    z_limit
        From which score on, up or down, a unit counts as a hot or cold spot; 1.96 is 5 % per unit and date, which is
        not corrected for the number of units.
    level
        Up to which p of Mann–Kendall's test a trend counts.

    Returns
    -------
    EmergingResult
        Trend and pattern per unit, and `summary`.

    Raises
    ------
    InputError
        If z is not numeric or infinite, a code stands twice, or an option makes no sense.
    InsufficientDataError
        If there are so few dates that even a steady rise would not be significant.

    Notes
    -----
    With H the dates at which a unit is hot, of T: **new**, only the last; **consecutive**, a run of two or more up to
    the last, none before it, H < 0.9 T; **intensifying**, **persistent**, **diminishing**, H ≥ 0.9 T and the last hot,
    z rising, without trend, falling; **historical**, H ≥ 0.9 T and the last not hot; **oscillating**, the last hot,
    H < 0.9 T, and cold before; **sporadic**, the other units whose last date is hot. Likewise cold, where a falling z
    intensifies. The first rule that fits counts, in the order new, consecutive, H ≥ 0.9 T, oscillating, sporadic.
    O(units · dates²).

    References
    ----------
    Mann, H. B. (1945). Nonparametric tests against trend. doi:10.2307/1907187

    Examples
    --------
    >>> z = pd.DataFrame([[2.0, 2.2, 2.6, 3.0, 3.5], [0.1, 0.3, 0.2, 0.4, 2.5]], index=["a", "b"])
    >>> emerging_hot_spots(z).units["pattern"].tolist()
    ['intensifying hot spot', 'new hot spot']
    """
    scores = _scores(z)
    if not (np.isfinite(z_limit) and z_limit > 0):
        raise InputError("`z_limit` is {value}; it must be a positive score, e.g. 1.96.", value=z_limit)
    _require_dates(scores.shape[1], level)
    trend = mann_kendall(z)
    rising = (trend["p"] <= level).to_numpy() * np.sign(trend["score"]).to_numpy()
    hot, cold = scores >= z_limit, scores <= -z_limit
    names = np.full(len(z), NONE, dtype=object)
    for kind, is_spot, was_other, trends in (("hot", hot, cold, rising), ("cold", cold, hot, -rising)):
        numbers = _pattern(is_spot, was_other, trends)
        # Whoever was a spot of both kinds bears the name of the last date.
        found = (numbers >= 0) & ((names == NONE) | is_spot[:, -1])
        names[found] = [f"{SPOT_PATTERNS[number]} {kind} spot" for number in numbers[found]]
    unknown = np.isnan(scores).any(axis=1)
    pattern = pd.Series(names, index=z.index, dtype="str").mask(pd.Series(unknown, index=z.index))
    units = pd.DataFrame(
        {
            "trend": trend["score"],
            "trend_p": trend["p"],
            "hot": hot.sum(axis=1),
            "cold": cold.sum(axis=1),
            "last_z": scores[:, -1],
            "pattern": pattern,
        },
        index=z.index,
    )
    return EmergingResult(units=units, dates=scores.shape[1], z_limit=float(z_limit), level=float(level))


def mann_kendall(series: pd.DataFrame) -> pd.DataFrame:
    """Test each unit's series for a trend, rising or falling, whatever its shape.

    Parameters
    ----------
    series
        One row per unit (unique index), one column per date in order. A row with a missing value has no result.

    Returns
    -------
    pandas.DataFrame
        On the same index: `s` (rising pairs of dates less falling ones), `score` (normal score of s, corrected for
        continuity), `p` (two-sided). A constant row has score 0 and p 1.

    Raises
    ------
    InputError
        If the series are not numeric or infinite, or a code stands twice.

    Notes
    -----
    Var(s) = (T(T − 1)(2T + 5) − Σ t(t − 1)(2t + 5)) / 18 over groups of t equal values; score = (s − sign s) / √Var.
    Values close in time are taken as independent; where they are not, p is too small. O(units · dates²).

    References
    ----------
    Mann, H. B. (1945). Nonparametric tests against trend. doi:10.2307/1907187

    Examples
    --------
    Five rising values: s = 10, Var = 5 × 4 × 15 / 18 = 16.67, score = 9 / 4.082.

    >>> mann_kendall(pd.DataFrame([[1, 2, 3, 4, 5]])).round(3).iloc[0].tolist()
    [10.0, 2.205, 0.027]
    """
    from scipy.stats import norm

    values = _scores(series)
    count = values.shape[1]
    later, earlier = np.triu_indices(count, 1)[::-1]
    signs = np.sign(values[:, later] - values[:, earlier])
    s = signs.sum(axis=1)
    variance = (count * (count - 1) * (2 * count + 5) - _ties(values)) / 18
    score = np.divide(s - np.sign(s), np.sqrt(variance), out=np.zeros(len(values)), where=variance > 0)
    score[np.isnan(s)] = np.nan
    return pd.DataFrame({"s": s, "score": score, "p": 2 * norm.sf(np.abs(score))}, index=series.index)


def _scores(z: pd.DataFrame) -> NDArray[np.float64]:
    require_unique_index(z, argument="z")
    wrong = [column for column in z.columns if not pd.api.types.is_numeric_dtype(z[column])]
    if wrong or z.shape[1] == 0:
        raise InputError(
            "`z` must hold one numeric column per date; {columns} are not. "
            "Put the scores side by side, e.g. `pandas.concat([one.units.z, other.units.z], axis=1, keys=dates)`.",
            columns=listed(wrong) or "none",
        )
    scores = z.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(scores).any():
        raise InputError(
            "`z` is infinite for {codes}; such a score says nothing. Set it missing.",
            codes=listed(z.index[np.isinf(scores).any(axis=1)]),
        )
    return scores


def _require_dates(dates: int, level: float) -> None:
    if not 0 < level < 1:
        raise InputError("`{name}` is {value}; it must lie between 0 and 1, e.g. 0.05.", name="level", value=level)
    steady = mann_kendall(pd.DataFrame([np.arange(dates, dtype=float)]))
    if steady["p"].iloc[0] > level:
        raise InsufficientDataError(
            "with {dates} dates even a steady rise has p = {p:.2g}, so no trend can be told at {level:g}. "
            "Give five dates or more, or compare the dates with `geo_urban.shrinkage.spatial_markov`.",
            dates=dates,
            p=steady["p"].iloc[0],
            level=level,
        )


def _ties(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # Σ t(t − 1)(2t + 5) over groups equals Σ over members of (t − 1)(2t + 5).
    alike = (values[:, :, None] == values[:, None, :]).sum(axis=2)
    weights: NDArray[np.float64] = ((alike - 1) * (2 * alike + 5.0)).sum(axis=1)
    return weights


def _pattern(spot: NDArray[np.bool_], other: NDArray[np.bool_], trend: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of each row's pattern, -1 for none."""
    dates = spot.shape[1]
    total, last = spot.sum(axis=1), spot[:, -1]
    run = np.where(spot.all(axis=1), dates, np.argmin(spot[:, ::-1], axis=1))
    mostly = total >= _MOST_OF_THE_TIME * dates
    rules = {
        "new": last & (total == 1),
        "consecutive": last & (run == total) & ~mostly,
        "intensifying": last & mostly & (trend > 0),
        "diminishing": last & mostly & (trend < 0),
        "persistent": last & mostly,
        "historical": ~last & mostly,
        "oscillating": last & other.any(axis=1),
        "sporadic": last,
    }
    numbers = [SPOT_PATTERNS.index(name) for name in rules]
    return np.select(list(rules.values()), numbers, default=-1)
