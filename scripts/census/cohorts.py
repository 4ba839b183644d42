"""Ask for a second opinion on a candidate: do those born in the same years, ten years older, still live there.

The five-year groups of men and women from 0–4 to 70–74 in 2010 are those from 10–14 to 80–84 in 2020. Their sizes, in
logarithms and against the prefecture's median, hardly change in rural counties, so they tell rows apart that schooling
or industry cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from census.columns import number
from census.permutations import FREEDOM, pair_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from census.permutations import Matrix
    from census.rows import Place
    from census.workbook import Sheet

__all__ = ["CohortFit", "age_groups"]

FIRST_AGE = {2010: "0岁（男）", 2020: "男_0岁"}
GROUPS = 19  # 0, 1–4, 5–9 … 80–84, 85 and older, men and women in turn
COHORTS = 15  # 0–4 … 70–74 at the first census
SMALL = 5  # persons added to each group, so that an empty one has a logarithm


def age_groups(sheet: Sheet, places: Sequence[Place]) -> pd.DataFrame:
    """Return the sizes of the age groups 0–4 … 85 and older of each unit, men first, then women."""
    first = sheet.position(FIRST_AGE[sheet.year])
    groups = {}
    for place in places:
        if place.level == "unit":
            cells = [number(cell) or 0.0 for cell in sheet.rows[place.row][first : first + 2 * GROUPS]]
            groups[place.code] = [*_merged(cells[0::2]), *_merged(cells[1::2])]
    return pd.DataFrame.from_dict(groups, orient="index")


def _merged(sizes: list[float]) -> list[float]:
    return [sizes[0] + sizes[1], *sizes[2:]]


class CohortFit:
    """Scores of one unit of 2010 read as one of 2020: the lower, the better the cohorts fit."""

    def __init__(self, before: pd.DataFrame, after: pd.DataFrame, ages: tuple[pd.DataFrame, pd.DataFrame]) -> None:
        pairs = pair_units(before, after)
        half = GROUPS - 1
        first = [*range(COHORTS), *range(half, half + COHORTS)]
        second = [place + 2 for place in first]
        self.groups = pd.factorize(pairs["before"].str[:4])[0]
        self.place = {code: place for place, code in enumerate(pairs["before"])}
        young = ages[0].loc[pairs["before"]].to_numpy()[:, first] + SMALL
        old = ages[1].loc[pairs["after"]].to_numpy()[:, second] + SMALL
        self.noise = 1 / young, 1 / old
        self.sizes = self._centred(np.log(young)), self._centred(np.log(old))
        self.spread = 1.4826 * np.median(np.abs(self.sizes[1] - self.sizes[0]), axis=0)

    def _centred(self, logarithms: Matrix) -> Matrix:
        frame = pd.DataFrame(logarithms)
        return np.asarray(frame - frame.groupby(self.groups).transform("median"))

    def score(self, moves: Sequence[tuple[str, str]]) -> float:
        """Return the sum of scores of the units of 2010 (first of each pair) read as those of 2020 (second)."""
        rows = [self.place[source] for source, _ in moves]
        columns = [self.place[target] for _, target in moves]
        distance = self.sizes[1][columns] - self.sizes[0][rows]
        variance = self.spread**2 + self.noise[0][rows] + self.noise[1][columns]
        return float(((FREEDOM + 1) / 2 * np.log1p(distance**2 / variance / FREEDOM)).sum())
