"""Find rows of one census that seem to carry a neighbor's figures, by comparing them with the other census.

Within a prefecture the sums do not tell: rows may be swapped and every total still holds. So each unit gets a
signature of twelve measures that change slowly; the ten-year change common to its prefecture is taken out, and what
is left is scored by Student's t with four degrees of freedom on robust scales. The assignment of the rows of the one
census to those of the other with the lowest sum of scores is the most plausible reading; where it is not the printed
one, each closed cycle of moved rows is a candidate, and what its reading saves is its gain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import linear_sum_assignment

__all__ = ["THRESHOLD", "Candidate", "find_permutations", "pair_units", "signature"]

THRESHOLD = 2.0  # gain from which a candidate is reviewed; a factor of e² in likelihood
FREEDOM = 4
ENDING = re.compile("(自治县|自治旗|特区|县|旗|市|区)$")

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cycle of units, each of which resembles the next one of the other census more than itself."""

    codes: tuple[str, ...]
    gain: float


def signature(units: pd.DataFrame) -> pd.DataFrame:
    """Return twelve measures of each unit that keep its character over ten years."""
    people, workers = units["population"], units["workers"].clip(lower=1)
    moved = units["migrants_within_province"] + units["migrants_from_other_provinces"]
    measures = {
        "size": np.log(people),
        "urban": _logit(units["urban"] / people, 0.02),
        "minority": _logit(units["minority_share"].fillna(0), 0.001),
        "schooling": units["schooling_years"],
        "illiterate": np.log(units["illiterate"] / people + 0.002),
        "young": np.log(units["age_0_14"] / people + 0.001),
        "old": np.log(units["age_65_plus"] / people + 0.001),
        "men": np.log(units["male"] / units["female"]),
        "household": np.log(units["household_population"] / units["households"].clip(lower=1) + 1),
        "agriculture": _logit(units["workers_agriculture"] / workers, 0.01),
        "industry": _logit(units["workers_industry"] / workers, 0.02),
        "migrants": _logit(moved / people, 0.005),
    }
    return pd.DataFrame(measures, index=units.index)


def _logit(share: pd.Series[float], least: float) -> pd.Series[float]:
    odds = (share + least) / (1 - share + least)
    return pd.Series(np.log(odds), index=share.index)


def pair_units(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Pair the units of two censuses by code, else by the name without its ending within the prefecture or province."""
    same = before.index.intersection(after.index)
    pairs = [(code, code) for code in same]
    rest = after.loc[after.index.difference(same)]
    names = rest["name"].str.replace(ENDING, "", regex=True)
    for code, name in before.loc[before.index.difference(same), "name"].items():
        named = rest.index[names == ENDING.sub("", name)]
        near = [other for other in named if other[:4] == str(code)[:4]] or [c for c in named if c[:2] == str(code)[:2]]
        if len(near) == 1:
            pairs.append((str(code), near[0]))
    return pd.DataFrame(pairs, columns=["before", "after"]).sort_values("before", ignore_index=True)


def find_permutations(before: pd.DataFrame, after: pd.DataFrame, *, threshold: float = THRESHOLD) -> list[Candidate]:
    """Return every candidate with at least this gain, the strongest first; codes are those of `before`."""
    pairs = pair_units(before, after)
    groups = pd.factorize(pairs["before"].str[:4])[0]
    first = _centred(signature(before).loc[pairs["before"]], groups)
    second = _centred(signature(after).loc[pairs["after"]], groups)
    expected = first * _slopes(first, second)
    scale = _spread(second - expected)
    found = []
    for group in range(groups.max() + 1):
        members = np.flatnonzero(groups == group)
        scores = _scores(expected[members], second[members], scale)
        codes = pairs["before"].to_numpy()[members]
        found += _cycles(scores, codes)
    kept = [candidate for candidate in found if candidate.gain >= threshold]
    return sorted(kept, key=lambda candidate: -candidate.gain)


def _centred(measures: pd.DataFrame, groups: npt.NDArray[np.intp]) -> Matrix:
    values = measures.reset_index(drop=True)
    return np.asarray(values - values.groupby(groups).transform("mean"), dtype=float)


def _slopes(first: Matrix, second: Matrix) -> Matrix:
    """Fit second = slope · first for each measure, leaving out what lies beyond three robust deviations."""
    slopes = (first * second).sum(axis=0) / (first**2).sum(axis=0)
    for _ in range(10):
        rest = second - first * slopes
        near = np.abs(rest) < 3 * _spread(rest)
        slopes = (first * second * near).sum(axis=0) / (first**2 * near).sum(axis=0)
    return np.asarray(slopes)


def _spread(rest: Matrix) -> Matrix:
    return np.asarray(1.4826 * np.median(np.abs(rest), axis=0))


def _scores(expected: Matrix, seen: Matrix, scale: Matrix) -> Matrix:
    distance = (seen[None, :, :] - expected[:, None, :]) / scale
    return np.asarray(((FREEDOM + 1) / 2 * np.log1p(distance**2 / FREEDOM)).sum(axis=-1))


def _cycles(scores: Matrix, codes: npt.NDArray[np.object_]) -> list[Candidate]:
    target = linear_sum_assignment(scores)[1]
    gains = np.diag(scores) - scores[np.arange(len(target)), target]
    seen: set[int] = set()
    found = []
    for start in np.flatnonzero(target != np.arange(len(target))):
        cycle = []
        while start not in seen:
            seen.add(int(start))
            cycle.append(int(start))
            start = target[start]  # noqa: PLW2901 - walk the cycle that begins here
        if cycle:
            found.append(Candidate(tuple(str(codes[i]) for i in cycle), float(gains[cycle].sum())))
    return found
