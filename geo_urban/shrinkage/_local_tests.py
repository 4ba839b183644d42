"""What all local tests share: how they are made, their scores and categories, and the result they end in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError
from geo_urban.shrinkage._significance import (
    Alternative,
    Counts,
    adjusted_for_discoveries,
    permutation_p,
    require_levels,
    require_permutations,
    seed_number,
    warn_of_coarse_p,
)
from geo_urban.shrinkage.local_results import CATEGORIES, LocalResult, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_urban.shrinkage._neighborhoods import Links, Neighborhoods

__all__ = [
    "LocalTest",
    "add_categories",
    "beside",
    "drawn_moments",
    "draws_of",
    "finished",
    "local_test",
    "named",
    "on_all",
    "p_of_draws",
    "scores_of",
    "standardized",
    "warn_where_coarse",
]


class LocalTest(NamedTuple):
    """How a local test is made."""

    permutations: int
    alternative: Alternative
    level: float
    fdr: float | None
    seed: int
    threads: int | None


def local_test(
    permutations: int,
    alternative: Alternative,
    level: float,
    fdr: float | None,
    seed: int | np.random.Generator | None,
    threads: int | None,
    *,
    least: int = 1,
) -> LocalTest:
    require_permutations(permutations, least=least)
    require_levels(level, fdr, permutations=permutations, alternative=alternative)
    return LocalTest(int(permutations), alternative, level, fdr, seed_number(seed), threads)


def draws_of(
    values: NDArray[np.float64], links: Links, test: LocalTest, focal: NDArray[np.float64] | None = None
) -> Counts:
    """Return how often random surroundings are at least, and at most, what is observed."""
    from geo_urban.shrinkage._permutation_draws import count_draws

    return count_draws(values, links, draws=test.permutations, seed=test.seed, threads=test.threads, focal=focal)


def p_of_draws(counts: Counts, test: LocalTest) -> NDArray[np.float64]:
    return permutation_p(*counts, permutations=test.permutations, alternative=test.alternative)


def standardized(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = values - values.mean()
    return np.asarray(centred / np.sqrt((centred**2).mean()))


def drawn_moments(
    links: Links, mean: NDArray[np.float64], variance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance of a weighted sum of values drawn without replacement from all others.

    `mean` and `variance` are those of the others of each unit, whose number is one less than that of all units.
    """
    others = len(mean) - 1
    weight, square = links.sums(links.weights), links.sums(links.weights**2)
    spread = variance * (others * square - weight**2) / (others - 1)
    return weight * mean, np.maximum(spread, 0.0)


def scores_of(apart: NDArray[np.float64], variance: NDArray[np.float64]) -> NDArray[np.float64]:
    # A unit that neighbors all others always has the same surrounding: no score.
    moves = variance > 1e-12 * max(float(variance.max()), 1e-300)
    scores = np.full(len(apart), np.nan)
    np.divide(apart, np.sqrt(variance), out=scores, where=moves)
    return scores


def named(numbers: NDArray[np.int8], names: Sequence[str]) -> pd.Categorical:
    """Return numbered names; −1 is missing. No text is made per unit, which would outlast the test on large grids."""
    words: Any = pd.Index(names)
    return pd.Categorical.from_codes(numbers, categories=words)


def on_all(near: Neighborhoods, values: NDArray[np.float64]) -> NDArray[np.float64]:
    on_all = np.full(len(near.codes), np.nan)
    on_all[near.members] = values
    return on_all


def add_categories(
    measure: Measure, near: Neighborhoods, measures: dict[str, Any], kind: NDArray[np.int8], test: LocalTest
) -> None:
    """Add adjusted p and categories; `kind` numbers the category that each member has if it is significant."""
    measures["p_fdr"] = adjusted_for_discoveries(measures["p"])
    if test.fdr is not None:
        warn_where_coarse(measures, test, test.fdr)
    names = CATEGORIES[measure]
    kinds = np.full(len(near.codes), -1, dtype=np.int8)
    kinds[near.members] = kind
    for column, by, level in (
        ("category", "p", test.level),
        ("category_fdr", "p_fdr", test.level if test.fdr is None else test.fdr),
    ):
        numbers = np.full(len(near.codes), -1, dtype=np.int8)
        known = ~np.isnan(measures[by])
        numbers[known] = names.index("not significant")
        passed = known & (np.nan_to_num(measures[by], nan=1.0) <= level * (1 + 1e-12))
        numbers[passed] = kinds[passed]
        numbers[near.isolates] = names.index("isolate")
        measures[column] = named(numbers, names)


def warn_where_coarse(measures: dict[str, Any], test: LocalTest, fdr: float) -> None:
    warn_of_coarse_p(
        measures["p"], measures["p_fdr"], fdr, permutations=test.permutations, alternative=test.alternative
    )


def finished(
    measure: Measure,
    near: Neighborhoods,
    measures: dict[str, Any],
    test: LocalTest,
    units: pd.DataFrame | None,
    kept: dict[str, pd.Series],
) -> LocalResult:
    table = pd.DataFrame({**{name: one.to_numpy() for name, one in kept.items()}, **measures})
    table.index = near.codes
    return LocalResult(
        units=beside(units, table),
        measure=measure,
        label=str(kept["value"].name) if kept["value"].name is not None else "",
        permutations=test.permutations,
        alternative=test.alternative,
        level=test.level,
        fdr=test.level if test.fdr is None else test.fdr,
        seed=test.seed,
        transformation=near.transformation,
        n=near.n,
        isolates=near.codes[near.isolates],
        without_value=int(near.missing.sum()),
    )


def beside(units: pd.DataFrame | None, table: pd.DataFrame) -> pd.DataFrame:
    """Return `units` with the columns of `table`, joined by code; the table alone where there are no units.

    Raises
    ------
    AlignmentError
        If they describe different units.
    """
    if units is None:
        return table
    stray = units.index.symmetric_difference(table.index)
    if len(stray) or not units.index.is_unique:
        raise AlignmentError(
            "`units` and `values` describe different units ({codes} stand in one only, or twice), so measures cannot "
            "be put beside them. Give the frame that the values come from.",
            codes=listed(repr(code) for code in (stray if len(stray) else units.index[units.index.duplicated()])),
        )
    kept = units.drop(columns=[column for column in table.columns if column in units.columns])
    ordered = table.reindex(units.index)
    return kept.assign(**{column: ordered[column] for column in ordered.columns})
