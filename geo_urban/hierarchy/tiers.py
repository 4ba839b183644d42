"""City-size tiers: which class a city belongs to, and how each class changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InsufficientDataError
from geo_urban.exploring import Explorable
from geo_urban.figures import figure_columns, figures
from geo_urban.hierarchy.size_classes import TierScheme, tier_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.presentation import Presentation

__all__ = ["DISTRICTS", "TierResult", "city_tiers", "size_tier", "tier_table"]

# The default name of the population base: what the embedded panel of cities counts.
DISTRICTS = "residents of all districts; county-level cities whole"

NO_FIGURE = "no figure"

_MEASURES = ("population_start", "population_end", "change", "change_share", "tier")


def size_tier(population: pd.Series, *, scheme: str | TierScheme | Mapping[str, float] = "china-2014") -> pd.Series:
    """Return the size tier of each city.

    The official tiers are defined on the residents of the urban area (城区常住人口). On residents of all districts, or
    of a whole county-level city, more cities reach the upper tiers: say which base was used.

    Parameters
    ----------
    population
        Residents per city on one base [persons]. A missing figure has no tier; zero residents are in the lowest.
    scheme
        Name in `TIER_SCHEMES` (``"china-2014"``: five classes, ``"china-2014-seven"``: seven tiers, ``"un"``,
        ``"oecd"``), a `TierScheme`, or ``{tier: lower bound}``.

    Returns
    -------
    pandas.Series
        Ordered categories on the same index, from the smallest tier to the largest. A city exactly on a bound is in the
        larger tier.

    Raises
    ------
    InputError
        If the scheme is unknown, a code stands twice, or a figure is not numeric, negative or infinite.

    Notes
    -----
    Tier k holds lower(k) ≤ population < lower(k + 1). O(n log tiers).

    References
    ----------
    State Council of China (2014): 国务院关于调整城市规模划分标准的通知, 国发〔2014〕51号.

    Examples
    --------
    >>> size_tier(pd.Series([499_999, 500_000, 1_000_000, 5_000_000, 10_000_000])).tolist()
    ['small', 'medium', 'large', 'very large', 'super-large']
    """
    chosen = tier_scheme(scheme)
    people = figures(population, argument="population").to_numpy()
    bounds = np.array([tier.lower for tier in chosen.tiers])
    codes = np.where(np.isnan(people), -1, np.searchsorted(bounds, people, side="right") - 1)
    order = pd.CategoricalDtype([tier.name for tier in chosen.tiers], ordered=True)
    return pd.Series(pd.Categorical.from_codes(codes.tolist(), dtype=order), index=population.index, name="tier")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TierResult(Explorable):
    """Cities with their tier and change.

    Parameters
    ----------
    units
        The input's rows and columns, and `population_start`, `population_end`, `change` [persons], `change_share`
        [fraction of the start] and `tier` (ordered categories).
    scheme
        Tiers used.
    start, end
        Columns the two counts came from.
    tier_by
        Column that decided the tier.
    base
        What the population counts, in words.
    """

    units: pd.DataFrame
    scheme: TierScheme
    start: str
    end: str
    tier_by: str
    base: str

    def summary(self) -> pd.DataFrame:
        """Return cities, residents and shares per tier in both years.

        Returns
        -------
        pandas.DataFrame
            The table of `tier_table`.
        """
        known = self.units[self.units["tier"].notna() & self.units["change"].notna()]
        order = [tier.name for tier in reversed(self.scheme.tiers)]
        rows = {name: _tier_row(known[known["tier"] == name]) for name in order}
        rows["total"] = _tier_row(known)
        table = pd.DataFrame.from_dict(rows, orient="index")
        missing = len(self.units) - len(known)
        for position, (year, column) in enumerate((("start", "population_start"), ("end", "population_end"))):
            whole = float(known[column].sum())
            table.insert(3 + position, f"{year}_share", table[column] / whole if whole else np.nan)
        table.insert(5, "share_change_points", (table["end_share"] - table["start_share"]) * 100)
        if missing:
            table = table.reindex([*table.index, NO_FIGURE])
            table.loc[NO_FIGURE, "cities"] = missing
            table = table.astype({"cities": int})
        return table.assign(population_base=self.base, tier_by=self.tier_by).rename_axis("tier")

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of cities, coloured by tier or by change.

        Raises
        ------
        GeometryError
            If the cities have no geometry.
        """
        from geo_urban.hierarchy._show import tier_presentation

        return tier_presentation(self, source=source)


def city_tiers(
    cities: pd.DataFrame,
    *,
    population_start: str = "population_2010",
    population_end: str = "population_2020",
    tier_by: str = "end",
    scheme: str | TierScheme | Mapping[str, float] = "china-2014",
    base: str = DISTRICTS,
) -> TierResult:
    """Give each city its size tier and its change between two counts.

    A city stays in one tier for both counts, so that a tier's change is that of the same cities.

    Parameters
    ----------
    cities
        One row per city, unique index; geometry and other columns are kept. A city that lacks a count, or the figure
        that decides its tier, is outside all sums and counted as such.
    population_start, population_end
        Columns with the residents of the first and second count [persons], on one base.
    tier_by
        What decides the tier: ``"start"``, ``"end"``, or another column, e.g. residents of the urban area.
    scheme
        See `size_tier`.
    base
        What the counts mean; written into every table.

    Returns
    -------
    TierResult
        Measures per city, `summary` (the table of tiers) and `layers`.

    Raises
    ------
    InputError
        If a column is missing or has a fault, or the scheme is unknown.
    InsufficientDataError
        If there are no cities, or none has all figures.

    Notes
    -----
    change_share = (E − S) / S, missing where S = 0. O(n log tiers).

    Examples
    --------
    >>> cities = pd.DataFrame({"population_2010": [6_000_000, 450_000], "population_2020": [7_000_000, 400_000]},
    ...                       index=["210100", "230781"])
    >>> city_tiers(cities).units["tier"].tolist()
    ['very large', 'small']
    """
    decides = {"start": population_start, "end": population_end}.get(tier_by, tier_by)
    counts = figure_columns(cities, [population_start, population_end, decides], argument="cities")
    start, end = counts[population_start], counts[population_end]
    if counts.isna().any(axis=1).all():
        raise InsufficientDataError(
            "no city has a figure in each of {columns}, so no tier can be compared. "
            "Check that the panel and the cities share their codes.",
            columns=listed(counts.columns),
        )
    chosen = tier_scheme(scheme)
    kept = cities.drop(columns=[column for column in _MEASURES if column in cities.columns])
    units = kept.assign(
        population_start=start,
        population_end=end,
        change=end - start,
        change_share=(end - start) / start.where(start > 0),
        tier=size_tier(counts[decides], scheme=chosen),
    )
    return TierResult(
        units=units, scheme=chosen, start=population_start, end=population_end, tier_by=decides, base=base
    )


def tier_table(
    cities: pd.DataFrame,
    *,
    population_start: str = "population_2010",
    population_end: str = "population_2020",
    tier_by: str = "end",
    scheme: str | TierScheme | Mapping[str, float] = "china-2014",
    base: str = DISTRICTS,
) -> pd.DataFrame:
    """Count cities and residents per size tier in two years.

    Parameters
    ----------
    cities, population_start, population_end, tier_by, scheme, base
        See `city_tiers`.

    Returns
    -------
    pandas.DataFrame
        One row per tier from the largest, then ``"total"``, and ``"no figure"`` if cities had to be left out. Columns:
        `cities`, `population_start`, `population_end`, `start_share`, `end_share` [fractions of all cities' residents],
        `share_change_points`, `change` [persons], `change_share`, `growing` (cities), `mean_growth_share` and
        `mean_loss_share` [unweighted means over the cities that grew, and over those that lost], `population_base`
        and `tier_by` (what was counted, and what decided the tier).

    Raises
    ------
    InputError
        If a column is missing or has a fault, or the scheme is unknown.
    InsufficientDataError
        If there are no cities, or none has all figures.

    Examples
    --------
    >>> cities = pd.DataFrame({"population_2010": [6_000_000, 2_000_000], "population_2020": [6_600_000, 1_800_000]},
    ...                       index=["210100", "210300"])
    >>> table = tier_table(cities, scheme="china-2014")
    >>> table.loc[["very large", "large", "total"], ["cities", "start_share", "share_change_points"]].round(3)
                cities  start_share  share_change_points
    tier
    very large       1         0.75                3.571
    large            1         0.25               -3.571
    total            2         1.00                0.000
    """
    result = city_tiers(
        cities,
        population_start=population_start,
        population_end=population_end,
        tier_by=tier_by,
        scheme=scheme,
        base=base,
    )
    return result.summary()


def _tier_row(cities: pd.DataFrame) -> dict[str, float]:
    start, end = cities["population_start"].sum(), cities["population_end"].sum()
    share = cities["change_share"]
    return {
        "cities": len(cities),
        "population_start": start,
        "population_end": end,
        "change": end - start,
        "change_share": (end - start) / start if start else np.nan,
        "growing": int((cities["change"] > 0).sum()),
        "mean_growth_share": share[share > 0].mean(),
        "mean_loss_share": -share[share < 0].mean(),
    }
