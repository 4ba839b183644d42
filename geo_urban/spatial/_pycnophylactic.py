"""Smooth a spread over the borders of units, and keep every unit's total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.spatial._spread import Pieces

__all__ = ["Smoothed", "smooth"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Smoothed:
    """A smoothed spread.

    Parameters
    ----------
    people
        People on each piece.
    rounds
        Rounds of smoothing and correcting.
    last_step
        Largest change of the ratio of people to weight in the last round, as a share of the largest ratio.
    """

    people: NDArray[np.float64]
    rounds: int
    last_step: float


def smooth(
    pieces: Pieces,
    people: NDArray[np.float64],
    weighted_area: NDArray[np.float64],
    *,
    size: tuple[int, int],
    most_rounds: int,
    tolerance: float,
) -> Smoothed:
    """Smooth the ratio of people to weighted area from cell to cell, correcting each unit to its total every round.

    Parameters
    ----------
    pieces
        Pieces of cells in units.
    people
        People on each piece before smoothing.
    weighted_area
        Weight per km² times area of each piece; where it is zero nobody is placed.
    size
        Rows and columns of the grid.
    most_rounds
        Rounds after which smoothing ends in any case.
    tolerance
        Smoothing ends once no ratio changes by a larger share of the largest.
    """
    cells, cell = np.unique(pieces.cell, return_inverse=True)
    neighbors = _neighbors(cells, size)
    total, weight = pieces.sum_by_unit(people), pieces.sum_by_unit(weighted_area)
    ratio = np.divide(total, weight, out=np.zeros(pieces.units), where=weight > 0)[pieces.unit]
    covered = np.bincount(cell, weights=pieces.fraction)
    rounds, step = 0, np.inf
    while rounds < most_rounds and step > tolerance:
        before = ratio
        on_cells = np.bincount(cell, weights=pieces.fraction * ratio) / covered
        ratio = _mean_of_neighbors(on_cells, neighbors)[cell]
        expected = pieces.sum_by_unit(ratio * weighted_area)
        correction = np.divide(total, expected, out=np.ones(pieces.units), where=expected > 0)
        ratio = ratio * correction[pieces.unit]
        step = float(np.abs(ratio - before).max() / max(ratio.max(), np.finfo(float).tiny))
        rounds += 1
    return Smoothed(people=ratio * weighted_area, rounds=rounds, last_step=step)


def _neighbors(cells: NDArray[np.int64], size: tuple[int, int]) -> NDArray[np.int64]:
    """Return the places in `cells` of the four neighbours of each; itself where there is none (a closed border)."""
    height, width = size
    row, column = cells // width, cells % width
    places = []
    for down, right in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        inside = (row + down >= 0) & (row + down < height) & (column + right >= 0) & (column + right < width)
        wanted = np.where(inside, cells + down * width + right, cells)
        found = np.minimum(np.searchsorted(cells, wanted), len(cells) - 1)
        places.append(np.where(cells[found] == wanted, found, np.arange(len(cells))))
    return np.stack(places)


def _mean_of_neighbors(values: NDArray[np.float64], neighbors: NDArray[np.int64]) -> NDArray[np.float64]:
    # A cell counts as one more of its own neighbours, or a chequerboard would swap its colours for ever.
    mean: NDArray[np.float64] = (values + values[neighbors].sum(axis=0)) / (1 + len(neighbors))
    return mean
