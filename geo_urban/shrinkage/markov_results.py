"""What chains of moves between classes say: tables, summaries and what maps show of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.exploring import Explorable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation

__all__ = ["QUADRANTS", "LisaMarkovResult", "SpatialMarkovResult"]

QUADRANTS = ("high-high", "low-high", "low-low", "high-low")
"""Quadrants of the Moran scatter plot, own value first, in the order of giddy's numbers."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpatialMarkovResult(Explorable):
    """Moves between classes, by the class of the neighbors at the time.

    Parameters
    ----------
    units
        The input's rows and columns, and per unit: `class_start`, `class_end`, `neighbors_start`, `neighbors_end`
        (classes of the mean of its neighbors), counted from 1, the lowest; `moves` (changes of class), `moves_up`,
        `moves_down`. Missing for units that are left out.
    transitions
        Counts of moves: rows by class of the neighbors and own class at one date, columns the class at the next.
    probabilities
        The same as shares of each row; missing in rows without a unit.
    pooled
        Probabilities regardless of the neighbors.
    steady
        Share of units per class that each chain tends to, rows by class of the neighbors and ``"all"``; missing for a
        chain in which not every class can be reached from every other.
    limits, neighbor_limits
        Inner limits of the classes [units of the column; multiples of the mean of each date if `relative`].
    likelihood_ratio, likelihood_ratio_p, chi_square, chi_square_p, degrees_of_freedom
        Tests of Bickenbach and Bode whether the probabilities depend on the neighbors.
    columns
        Columns of the dates, in order.
    relative
        Whether each date's values were divided by their mean.
    without_value, isolates
        Units left out, by code.
    """

    units: pd.DataFrame
    transitions: pd.DataFrame
    probabilities: pd.DataFrame
    pooled: pd.DataFrame
    steady: pd.DataFrame
    limits: tuple[float, ...]
    neighbor_limits: tuple[float, ...]
    likelihood_ratio: float
    likelihood_ratio_p: float
    chi_square: float
    chi_square_p: float
    degrees_of_freedom: int
    columns: tuple[str, ...]
    relative: bool
    without_value: tuple[object, ...]
    isolates: tuple[object, ...]

    def summary(self) -> pd.DataFrame:
        """Return how often units stay, rise and fall, by the class of their neighbors.

        Returns
        -------
        pandas.DataFrame
            One row per class of neighbors, then ``"all"``: `moves` (pairs of dates), `stay`, `up`, `down` [shares].
        """
        counts = self.transitions.groupby(level=0, sort=False)
        tables = {name: table.to_numpy() for name, table in counts}
        rows: dict[object, dict[str, float]] = {name: _stay_up_down(table) for name, table in tables.items()}
        rows["all"] = _stay_up_down(np.sum(list(tables.values()), axis=0))
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("neighbors")

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the figures come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by class at the first and the last date and by number of moves.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show_dynamics import spatial_markov_presentation

        return spatial_markov_presentation(self, source=source)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LisaMarkovResult(Explorable):
    """Moves between the quadrants of the Moran scatter plot.

    Parameters
    ----------
    units
        The input's rows and columns, and per unit: `quadrant_start`, `quadrant_end`, `moves` (changes of quadrant),
        missing for units that are left out.
    transitions, probabilities
        Counts and shares of moves: rows the quadrant at one date, columns at the next.
    expected
        Counts if a unit's own moves and those of its neighbors had nothing to do with each other.
    steady
        Share of units per quadrant that the chain tends to; missing if some quadrant cannot be reached.
    chi_square, chi_square_p, degrees_of_freedom
        Test of `transitions` against `expected`.
    columns
        Columns of the dates, in order.
    without_value, isolates
        Units left out, by code.
    """

    units: pd.DataFrame
    transitions: pd.DataFrame
    probabilities: pd.DataFrame
    expected: pd.DataFrame
    steady: pd.Series
    chi_square: float
    chi_square_p: float
    degrees_of_freedom: int
    columns: tuple[str, ...]
    without_value: tuple[object, ...]
    isolates: tuple[object, ...]

    def summary(self) -> pd.DataFrame:
        """Return per quadrant how often units stay, and what changes if they do not.

        Returns
        -------
        pandas.DataFrame
            One row per quadrant: `moves` (pairs of dates), `stay`, `own` (only the unit moved), `neighbors` (only its
            neighbors did), `both` [shares], `steady` [share].
        """
        rows = {}
        for number, name in enumerate(QUADRANTS):
            shares = self.probabilities.loc[name]
            # Quadrants stand around the centre: next to each is one that differs on one side, opposite on both.
            other_own, other_side, opposite = (
                QUADRANTS[number ^ 1],
                QUADRANTS[3 - number],
                QUADRANTS[(number + 2) % 4],
            )
            rows[name] = {
                "moves": self.transitions.loc[name].sum(),
                "stay": shares[name],
                "own": shares[other_own],
                "neighbors": shares[other_side],
                "both": shares[opposite],
                "steady": self.steady[name],
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("quadrant")

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the figures come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by quadrant at the first and the last date and by number of moves.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show_dynamics import lisa_markov_presentation

        return lisa_markov_presentation(self, source=source)


def _stay_up_down(counts: NDArray[np.int64]) -> dict[str, float]:
    moves = counts.sum()
    if moves == 0:
        return {"moves": 0, "stay": np.nan, "up": np.nan, "down": np.nan}
    return {
        "moves": int(moves),
        "stay": np.trace(counts) / moves,
        "up": np.triu(counts, 1).sum() / moves,
        "down": np.tril(counts, -1).sum() / moves,
    }
