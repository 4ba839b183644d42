"""Which cities moved up or down between size tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.figures import figure_columns
from geo_urban.hierarchy.size_classes import TierScheme, tier_scheme
from geo_urban.hierarchy.tiers import DISTRICTS, size_tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.presentation import Presentation

__all__ = ["TierTransitions", "tier_transitions"]

# Its figures exist for one census only, so no city can be followed on it.
URBAN_AREA = "urban_area"
MOVES = ("down", "same", "up")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TierTransitions:
    """Cities by the tier they were in and the tier they are in.

    Parameters
    ----------
    units
        The input's rows and columns, and `tier_start`, `tier_end` (ordered categories), `steps` (tiers up, negative:
        down; missing without both figures) and `move` (``"up"``, ``"same"``, ``"down"`` or missing).
    table
        Cities by tier at the start (rows) and at the end (columns), from the largest tier.
    scheme
        Tiers used.
    start, end
        Columns the two counts came from.
    base
        What the counts mean, in words.
    """

    units: pd.DataFrame
    table: pd.DataFrame
    scheme: TierScheme
    start: str
    end: str
    base: str

    def summary(self) -> pd.DataFrame:
        """Return for each tier at the start how many cities rose, stayed and fell.

        Returns
        -------
        pandas.DataFrame
            One row per tier from the largest, then ``"total"``: `cities`, `up`, `same`, `down`, `population_base`.
        """
        known = self.units[self.units["move"].notna()]
        order = list(self.table.index)
        counts = pd.crosstab(known["tier_start"].astype(str), known["move"]).reindex(index=order, columns=list(MOVES))
        counts = counts.fillna(0).astype("int64").rename_axis(index="tier", columns=None)
        counts.loc["total"] = counts.sum()
        counts.insert(0, "cities", counts.sum(axis=1))
        return counts[["cities", "up", "same", "down"]].assign(population_base=self.base)

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of cities by move and by tier.

        Raises
        ------
        GeometryError
            If the cities have no geometry.
        """
        from geo_urban.hierarchy._show_transitions import transition_presentation

        return transition_presentation(self, source=source)

    def movers(self) -> pd.DataFrame:
        """Return the cities that changed tier, those that rose furthest first.

        Returns
        -------
        pandas.DataFrame
            Rows of `units`, without geometry.
        """
        moved = self.units[self.units["steps"].fillna(0) != 0].sort_values("steps", ascending=False, kind="stable")
        return pd.DataFrame(moved.drop(columns="geometry", errors="ignore"))


def tier_transitions(
    cities: pd.DataFrame,
    *,
    population_start: str = "population_2010",
    population_end: str = "population_2020",
    scheme: str | TierScheme | Mapping[str, float] = "china-2014",
    base: str = DISTRICTS,
) -> TierTransitions:
    """Say which cities moved up or down between size tiers from one count to the next.

    Parameters
    ----------
    cities
        One row per city, unique index; geometry and other columns are kept. A city that lacks a count has no move.
    population_start, population_end
        Columns with the residents of the two counts [persons], on one base.
    scheme
        See `size_tier`.
    base
        What the counts mean; written into every table.

    Returns
    -------
    TierTransitions
        Tiers and moves per city, the table of moves, and `summary`.

    Raises
    ------
    InputError
        If a column is missing or has a fault, the scheme is unknown, both columns are the same, or residents of the
        urban area (``urban_area…``) are asked for without being there for both counts.
    InsufficientDataError
        If there are no cities, or none has both figures.

    Notes
    -----
    A city on a bound is in the larger tier, so one resident can move a city: look at the figures of those that moved.
    Tiers by statute are defined on residents of the urban area, which the embedded census counts in 2020 only; a move
    between two bases would be none. O(n log tiers).

    Examples
    --------
    >>> cities = pd.DataFrame({"population_2010": [4_900_000, 520_000, 300_000],
    ...                        "population_2020": [5_100_000, 480_000, 310_000]}, index=["a", "b", "c"])
    >>> tier_transitions(cities).units["move"].tolist()
    ['up', 'down', 'same']
    """
    _require_one_base(cities, population_start, population_end)
    counts = figure_columns(cities, [population_start, population_end], argument="cities")
    if counts.isna().any(axis=1).all():
        raise InsufficientDataError(
            "no city has a figure in each of {columns}, so no tier can be compared. "
            "Check that the panel and the cities share their codes.",
            columns=listed(counts.columns),
        )
    chosen = tier_scheme(scheme)
    start = size_tier(counts[population_start], scheme=chosen)
    end = size_tier(counts[population_end], scheme=chosen)
    steps = _codes(end) - _codes(start)
    units = cities.assign(tier_start=start, tier_end=end, steps=steps, move=_moves(steps))
    order = [tier.name for tier in reversed(chosen.tiers)]
    known = units[steps.notna()]
    table = pd.crosstab(known["tier_start"].astype(str), known["tier_end"].astype(str)).reindex(
        index=order, columns=order
    )
    return TierTransitions(
        units=units,
        table=table.fillna(0).astype("int64"),
        scheme=chosen,
        start=population_start,
        end=population_end,
        base=base,
    )


def _codes(tiers: pd.Series) -> pd.Series:
    codes = tiers.cat.codes.astype("Int64")
    return codes.mask(codes < 0)


def _moves(steps: pd.Series) -> pd.Series:
    signs = steps.clip(-1, 1)
    return signs.map({-1: "down", 0: "same", 1: "up"}).astype(object)


def _require_one_base(cities: pd.DataFrame, start: str, end: str) -> None:
    if start == end:
        raise InputError(
            "`population_start` and `population_end` are both {column}, so no city can have moved. Name two counts.",
            column=start,
        )
    on_urban_area = [column for column in (start, end) if column.startswith(URBAN_AREA)]
    if on_urban_area and (len(on_urban_area) == 1 or not set(on_urban_area) <= set(cities.columns)):
        raise InputError(
            "there is no transition from {start} to {end}: residents of the urban area were counted in one year only, "
            "and a city would change its tier by definition. Take residents of all districts in both years, "
            "e.g. `population_2010` and `population_2020`.",
            start=start,
            end=end,
        )
