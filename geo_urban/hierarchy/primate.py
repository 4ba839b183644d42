"""How far the largest city stands above the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.errors import InsufficientDataError
from geo_urban.figures import figure_columns, figures, group_labels

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

__all__ = ["PrimacyResult", "primacy", "primacy_table"]

_SECOND, _FOURTH, _ELEVENTH = 2, 4, 11


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrimacyResult:
    """How a system of cities depends on its largest.

    Parameters
    ----------
    two_city
        S1 / S2; 2 under Zipf's rule.
    four_city
        S1 / (S2 + S3 + S4); about 0.92 under Zipf's rule, usually read as 1.
    eleven_city
        2 S1 / (S2 + … + S11); about 0.99 under Zipf's rule, usually read as 1.
    first_share
        Share of the largest city in the residents of all.
    herfindahl
        Sum of the squared shares of all cities; 1 / n if all are equal, 1 for a single city.
    cities
        Cities with residents.
    largest
        Code of the largest city, the first of them in the input's order if several are.
    ranked
        Residents of the cities [persons], from the largest.
    """

    two_city: float
    four_city: float
    eleven_city: float
    first_share: float
    herfindahl: float
    cities: int
    largest: Hashable
    ranked: pd.Series

    def summary(self) -> pd.DataFrame:
        """Return the indexes in one row.

        Returns
        -------
        pandas.DataFrame
            Index ``"primacy"``; `cities`, `largest` (code), `two_city`, `four_city`, `eleven_city`, `first_share`,
            `herfindahl`.
        """
        return pd.DataFrame(_row(self), index=pd.Index(["primacy"], name="primacy"))


def primacy(population: pd.Series) -> PrimacyResult:
    """Measure how far the largest city stands above the others.

    Parameters
    ----------
    population
        Residents per city [persons], one base for all. Missing figures and cities without residents are left out.

    Returns
    -------
    PrimacyResult
        Indexes of two, four and eleven cities, the first city's share, and Herfindahl's index. An index that needs more
        cities than there are is NaN: with one city only the share (1) and Herfindahl's index (1) exist. Equal cities
        need no order.

    Raises
    ------
    InputError
        If a code stands twice, or a figure is not numeric, negative or infinite.
    InsufficientDataError
        If no city has residents.

    Notes
    -----
    With S1 ≥ S2 ≥ …: S1/S2, S1/(S2+S3+S4), 2·S1/(S2+…+S11), S1/ΣS, Σ(S/ΣS)². Where S falls as 1/rank the first is 2
    and the two others are near 1. They do not change when all sizes are multiplied. O(n log n).

    References
    ----------
    Jefferson, M. (1939). The law of the primate city. Geographical Review 29(2), 226–232. doi:10.2307/209944.
    The indexes of four and eleven cities as in Chinese urban geography (四城市指数、十一城市指数).

    Examples
    --------
    >>> result = primacy(pd.Series({"A": 600, "B": 200, "C": 100, "D": 100}))
    >>> result.two_city, result.four_city, result.first_share, round(result.herfindahl, 2), result.eleven_city
    (3.0, 1.5, 0.6, 0.42, nan)
    """
    people = figures(population, argument="population")
    ranked = people[people > 0].sort_values(ascending=False, kind="stable")
    if ranked.empty:
        raise InsufficientDataError(
            "no city has residents, so there is no largest one. Check the column and the region of `population`."
        )
    sizes = ranked.to_numpy()
    shares = sizes / sizes.sum()
    return PrimacyResult(
        two_city=_over(sizes, _SECOND),
        four_city=_over(sizes, _FOURTH),
        eleven_city=2 * _over(sizes, _ELEVENTH),
        first_share=float(shares[0]),
        herfindahl=float((shares**2).sum()),
        cities=len(ranked),
        largest=ranked.index[0],
        ranked=ranked,
    )


def primacy_table(cities: pd.DataFrame, *, by: str, population: str = "population_2020") -> pd.DataFrame:
    """Measure primacy within each group of cities, e.g. provinces or macro-regions.

    Parameters
    ----------
    cities
        One row per city.
    by
        Column that groups the cities.
    population
        Column of residents [persons].

    Returns
    -------
    pandas.DataFrame
        One row per group in order of appearance, then ``"total"``: `cities` (with residents), `largest` (code),
        `two_city`, `four_city`, `eleven_city`, `first_share`, `herfindahl`; NaN where a group has too few cities.

    Raises
    ------
    InputError
        If a column is missing or has a fault, or a city belongs to no group.
    InsufficientDataError
        If there are no rows, or no city has residents.

    Examples
    --------
    >>> cities = pd.DataFrame({"population_2020": [600, 200, 500], "province": ["A", "A", "B"]}, index=["a", "b", "c"])
    >>> primacy_table(cities, by="province")[["cities", "largest", "two_city"]]
              cities largest  two_city
    province
    A              2       a       3.0
    B              1       c       NaN
    total          3       a       1.2
    """
    people = figure_columns(cities, [population], argument="cities")[population]
    groups = group_labels(cities, by, argument="cities")
    total = primacy(people)
    rows: dict[str, dict[str, object]] = {}
    for name, part in people.groupby(groups, sort=False, observed=True):
        rows[str(name)] = _row(primacy(part)) if (part > 0).any() else {"cities": 0}
    return pd.DataFrame.from_dict(rows | {"total": _row(total)}, orient="index", columns=list(_row(total))).rename_axis(
        by
    )


def _over(sizes: NDArray[np.float64], last: int) -> float:
    """Return the largest over the sum of the following, up to rank `last`; NaN where there are fewer cities."""
    return float(sizes[0] / sizes[1:last].sum()) if len(sizes) >= last else np.nan


def _row(result: PrimacyResult) -> dict[str, object]:
    names = ("cities", "largest", "two_city", "four_city", "eleven_city", "first_share", "herfindahl")
    return {name: getattr(result, name) for name in names}
