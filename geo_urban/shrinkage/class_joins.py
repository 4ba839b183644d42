"""Do classes lie together? Join counts of all pairs of classes, and of one class unit by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.shrinkage._global_moments import join_moments, weight_sums
from geo_urban.shrinkage._local_tests import beside
from geo_urban.shrinkage._neighborhoods import Neighborhoods, surround
from geo_urban.shrinkage._significance import (
    Alternative,
    adjusted_for_discoveries,
    normal_p,
    permutation_p,
    require_levels,
    require_permutations,
    seed_number,
)
from geo_urban.shrinkage.local_results import CATEGORIES, LocalResult
from geo_urban.spatial._graph_edges import require_choice

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["JoinCountsResult", "join_counts", "local_join_counts"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JoinCountsResult:
    """How often neighbors are of one class, or of two given ones.

    Parameters
    ----------
    pairs
        One row per pair of classes (`first`, `second`): `count` of links (each once), `expected` and `variance` if
        classes were exchanged at random (by formula), `z`, `p_normal` by the normal law, `p` by permutations (missing
        without them).
    permutations, seed
        Number of permutations, and the seed that gives the same ones again.
    alternative
        Which departures p counts.
    n
        Units that took part.
    isolates
        Codes of units without neighbors.
    without_value
        Number of units without a class.
    """

    pairs: pd.DataFrame
    permutations: int
    seed: int
    alternative: Alternative
    n: int
    isolates: pd.Index
    without_value: int

    def summary(self) -> pd.DataFrame:
        """Return the counts of links, one row and one column per class, each pair once.

        Returns
        -------
        pandas.DataFrame
            Counts; missing below the diagonal.
        """
        counts = self.pairs.reset_index().pivot_table(index="first", columns="second", values="count", observed=False)
        return counts.reindex(index=self._classes, columns=self._classes)

    @property
    def _classes(self) -> list[object]:
        return list(dict.fromkeys(self.pairs.index.get_level_values("first")))


def join_counts(
    classes: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
) -> JoinCountsResult:
    """Count how often neighbors are of the same class, or of two given ones, and how often by chance.

    Are counties that lose a third of their people found side by side more often than scattered ones would be?

    Parameters
    ----------
    classes
        Class of each unit (text, categories, true and false), index as in `graph`. Units without one are left out.
    graph
        Who is whose neighbor. Each link counts one; a one-way link counts half.
    permutations
        Number of random exchanges of all classes; 0 for none.
    alternative
        ``"two-sided"``, ``"greater"`` for more links than by chance, ``"less"``, or ``"geoda"`` (the smaller tail).
    seed, threads
        As in `moran`.

    Returns
    -------
    JoinCountsResult
        `pairs` with counts, expectation, z and p.

    Raises
    ------
    InputError
        If units differ, a code stands twice, or an option is unknown.
    InsufficientDataError
        If there are fewer than two classes, or fewer than three units with a neighbor.

    Notes
    -----
    Of class r with n_r units, links within: E = S₀ n_r (n_r − 1) / (2 n (n − 1)); between r and s:
    E = S₀ n_r n_s / (n (n − 1)). Variances without replacement.

    References
    ----------
    Cliff, A. D., Ord, J. K. (1981). Spatial Processes. Pion, London.

    Examples
    --------
    Four counties in a row, a a b b: one link within a, one within b, one between. By chance each would have 3 × 2 / 12.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> join_counts(pd.Series(["a", "a", "b", "b"]), row, seed=1).pairs[["count", "expected"]]
                  count  expected
    first second
    a     a         1.0       0.5
          b         1.0       2.0
    b     b         1.0       0.5
    """
    require_permutations(permutations, least=0)
    require_choice(alternative, Alternative, argument="alternative")
    numbered, names = _numbered(classes)
    near, (known,) = surround({"classes": numbered}, graph, transformation="B")
    present = np.unique(known).astype(np.int64)
    if len(present) < 2:  # noqa: PLR2004 - one class has no border with another
        raise InsufficientDataError(
            "`classes` holds one class only, {name!r}, among units with neighbors; where nothing differs, nothing "
            "clusters. Check the column.",
            name=names[present[0]],
        )
    held = np.searchsorted(present, known)
    number = seed_number(seed)
    rows = _pair_rows(held, near, (permutations, number, threads), alternative)
    labels = [names[one] for one in present]
    pairs = pd.DataFrame.from_records(
        rows, columns=["first", "second", "count", "expected", "variance", "z", "p_normal", "p"]
    )
    pairs[["first", "second"]] = pairs[["first", "second"]].map(lambda one: labels[one])
    return JoinCountsResult(
        pairs=pairs.set_index(["first", "second"]),
        permutations=int(permutations),
        seed=number,
        alternative=alternative,
        n=near.n,
        isolates=near.codes[near.isolates],
        without_value=int(near.missing.sum()),
    )


def local_join_counts(
    members: pd.Series,
    graph: Graph,
    *,
    level: float = 0.05,
    fdr: float | None = None,
    units: pd.DataFrame | None = None,
) -> LocalResult:
    """Find where units of a class have more neighbors of that class than by chance.

    Parameters
    ----------
    members
        True (or 1) for units of the class, False (or 0) for the others, index as in `graph`. Units without either are
        left out.
    graph
        Who is whose neighbor; each link counts one.
    level
        Units with p up to it are a cluster.
    fdr
        False-discovery rate of `category_fdr`; None for `level`.
    units
        Frame with the geometry and names of the units, to be kept beside the measures.

    Returns
    -------
    LocalResult
        `units` with `value`, `statistic` (neighbors of the class, for units of the class), `z`, `p`, `p_fdr`,
        `category` and `category_fdr`. Only units of the class are tested.

    Raises
    ------
    InputError
        If `members` holds anything but true and false, units differ, or a level is no share.
    InsufficientDataError
        If all units are of the class or none is, or fewer than three units have a neighbor.

    Notes
    -----
    With m of n units of the class, a unit of it with k neighbors has, by chance, a hypergeometric number of them: k
    draws from n − 1 others, m − 1 of the class. So p, of as many or more, is exact and needs no permutations.

    References
    ----------
    Anselin, L., Li, X. (2019). Operational local join count statistics for cluster detection.
    doi:10.1007/s10109-019-00299-x

    Examples
    --------
    Four counties in a row, the first two of the class: the neighbor of the first is one of three others, of which one
    is of the class, so p = 1/3; the second has two neighbors, so p = 2/3.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> local_join_counts(pd.Series([1, 1, 0, 0]), row).units["p"].round(4).tolist()
    [0.3333, 0.6667, nan, nan]
    """
    require_levels(level, fdr, permutations=0, alternative="greater")
    near, (known,) = surround({"members": _ones(members)}, graph, transformation="B")
    of_class = known == 1
    if of_class.all() or not of_class.any():
        raise InsufficientDataError(
            "{count} of the {units} units of `members` with neighbors are of the class; a test needs some of them, "
            "not all. Check the column.",
            count=int(of_class.sum()),
            units=near.n,
        )
    measures = _local_joins(near, known, of_class)
    measures["p_fdr"] = adjusted_for_discoveries(measures["p"].to_numpy())
    for column, by, share in (("category", "p", level), ("category_fdr", "p_fdr", level if fdr is None else fdr)):
        measures[column] = _clusters(near, measures[by].to_numpy(), share)
    return LocalResult(
        units=beside(units, pd.concat([_ones(members).rename("value"), measures], axis=1)),
        measure="local_join_counts",
        label=str(members.name) if members.name is not None else "",
        permutations=0,
        alternative="greater",
        level=level,
        fdr=level if fdr is None else fdr,
        seed=0,
        transformation="B",
        n=near.n,
        isolates=near.codes[near.isolates],
        without_value=int(near.missing.sum()),
    )


def _numbered(classes: pd.Series) -> tuple[pd.Series, pd.Index]:
    codes, names = pd.factorize(classes, sort=True)
    return pd.Series(np.where(codes >= 0, codes, np.nan), index=classes.index), pd.Index(names)


def _pair_rows(
    held: NDArray[np.int64], near: Neighborhoods, draws: tuple[int, int, int | None], alternative: Alternative
) -> list[tuple[float, ...]]:
    permutations, seed, threads = draws
    sizes = np.bincount(held)
    links, sums = near.links, weight_sums(near.links)
    observed = np.zeros((len(sizes), len(sizes)))
    np.add.at(observed, (held[links.rows], held[links.columns]), links.weights)
    simulated = None
    if permutations:
        from geo_urban.shrinkage._permutation_draws import simulate_joins

        simulated = simulate_joins(held, len(sizes), links, draws=permutations, seed=seed, threads=threads)
    rows: list[tuple[float, ...]] = []
    for first in range(len(sizes)):
        for second in range(first, len(sizes)):
            count = float(_joined(observed, first, second))
            moments = join_moments(sizes, sums, first=first, second=second)
            z = p_normal = p = np.nan
            if moments.randomized > 0:
                z = (count - moments.expected) / np.sqrt(moments.randomized)
                p_normal = float(normal_p(np.asarray(z), alternative))
            if simulated is not None:
                random = _joined(simulated, first, second)
                tails = np.asarray((random >= count).sum()), np.asarray((random <= count).sum())
                p = float(permutation_p(*tails, permutations=permutations, alternative=alternative))
            rows.append((first, second, count, moments.expected, moments.randomized, float(z), p_normal, p))
    return rows


def _joined(table: NDArray[np.float64], first: int, second: int) -> NDArray[np.float64]:
    """Return the links between two classes, or within one; each stands in the table once from either end."""
    there = table[..., first, second]
    return np.asarray(there / 2 if first == second else (there + table[..., second, first]) / 2)


def _ones(members: pd.Series) -> pd.Series:
    """Return the class as 1, 0 and missing."""
    known = members.dropna()
    if not known.isin([0, 1]).all():
        raise InputError(
            "`members` must say true or false (1 or 0) of each unit; it holds {values}. Ask of one class, e.g. "
            '`units["severity"] == "loss ≥ 30 %"`.',
            values=", ".join(repr(value) for value in known[~known.isin([0, 1])].unique()[:3]),
        )
    return known.astype(float).reindex(members.index) if members.index.is_unique else members.astype(float)


def _local_joins(near: Neighborhoods, known: NDArray[np.float64], of_class: NDArray[np.bool_]) -> pd.DataFrame:
    from scipy.stats import hypergeom

    alike, neighbors = near.links.lag(known), near.links.counts
    tested = of_class & (neighbors > 0)
    others, like, drawn = near.n - 1, int(of_class.sum()) - 1, neighbors[tested]
    measures = {name: np.full(near.n, np.nan) for name in ("statistic", "z", "p")}
    measures["statistic"][tested] = alike[tested]
    spread = np.sqrt(drawn * like * (others - like) * (others - drawn) / (others**2 * (others - 1)))
    apart = alike[tested] - drawn * like / others
    measures["z"][tested] = np.divide(apart, spread, out=np.full(len(apart), np.nan), where=spread > 0)
    # Rounding of the tail may pass 1 where there is no smaller number.
    measures["p"][tested] = np.minimum(hypergeom.sf(alike[tested] - 1, others, like, drawn), 1.0)
    return pd.DataFrame({name: near.spread(one) for name, one in measures.items()}, index=near.codes)


def _clusters(near: Neighborhoods, p: NDArray[np.float64], level: float) -> pd.Categorical:
    words = np.full(len(near.codes), None, dtype=object)
    words[near.members] = "not of the class"
    known = ~np.isnan(p)
    words[known] = np.where(p[known] <= level * (1 + 1e-12), "cluster", "not significant")
    words[near.isolates] = "isolate"
    return pd.Categorical(words, categories=list(CATEGORIES["local_join_counts"]))
