"""Does a figure cluster in space as a whole? Moran's I, Geary's c, Getis and Ord's G, and Moran's I of rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.shrinkage._global_moments import Moments, geary_moments, moran_moments, ord_moments, weight_sums
from geo_urban.shrinkage._neighborhoods import Links, Neighborhoods, numbers, require_variation, surround
from geo_urban.shrinkage._significance import (
    Alternative,
    normal_p,
    permutation_p,
    require_permutations,
    seed_number,
)
from geo_urban.spatial._graph_edges import require_choice

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.spatial._graph_edges import Transformation

__all__ = ["AutocorrelationResult", "geary", "getis_ord_g", "moran", "moran_rates"]

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AutocorrelationResult:
    """A global statistic, and what it would be if values lay at random.

    Parameters
    ----------
    measure
        ``"moran"``, ``"geary"``, ``"getis_ord_g"`` or ``"moran_rates"``.
    statistic
        Its value.
    assumptions
        One row per way to think of chance: ``"normality"`` (values drawn from a normal law), ``"randomization"``
        (values exchanged, moments by formula) and ``"permutation"`` (values exchanged at random, counted). Columns:
        `expected`, `variance`, `z`, `p`; missing where there is none. `p` of the first two is that of a normal law.
    simulated
        The statistic of each permutation.
    permutations, seed
        Number of permutations, and the seed that gives the same ones again.
    alternative
        Which departures `p` counts.
    transformation
        How links were weighed.
    n
        Units that took part.
    isolates
        Codes of units without neighbors; none of them took part unless it is another's neighbor.
    without_value
        Number of units whose value is missing.
    """

    measure: str
    statistic: float
    assumptions: pd.DataFrame
    simulated: NDArray[np.float64]
    permutations: int
    seed: int
    alternative: Alternative
    transformation: str
    n: int
    isolates: pd.Index
    without_value: int

    @property
    def expected(self) -> float:
        """Value expected if values were exchanged at random."""
        return float(self.assumptions["expected"]["randomization"])

    @property
    def variance(self) -> float:
        """Variance if values were exchanged at random."""
        return float(self.assumptions["variance"]["randomization"])

    @property
    def z(self) -> float:
        """Distance from `expected` in standard deviations."""
        return float(self.assumptions["z"]["randomization"])

    @property
    def p(self) -> float:
        """The p by permutations, or by the normal law where there were none."""
        kind = "permutation" if self.permutations else "randomization"
        return float(self.assumptions["p"][kind])

    def summary(self) -> pd.Series:
        """Return the statistic, its significance and what it rests on.

        Returns
        -------
        pandas.Series
            ``measure``, ``statistic``, ``expected``, ``variance``, ``z``, ``p``, ``alternative``, ``permutations``,
            ``seed``, ``transformation``, ``n``, ``isolates`` (number) and ``without_value``.
        """
        facts = {
            "measure": self.measure,
            "statistic": self.statistic,
            "expected": self.expected,
            "variance": self.variance,
            "z": self.z,
            "p": self.p,
            "alternative": self.alternative,
            "permutations": self.permutations,
            "seed": self.seed,
            "transformation": self.transformation,
            "n": self.n,
            "isolates": len(self.isolates),
            "without_value": self.without_value,
        }
        return pd.Series(facts, name=self.measure, dtype=object)


def moran(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    transformation: Transformation | None = "R",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
) -> AutocorrelationResult:
    """Measure whether like lies near like, by Moran's I.

    Positive where counties that lose people border others that do; near −1 / (n − 1) where loss is scattered; negative
    where winners border losers. One number for the whole map: *where* it clusters is told by `local_moran`. A regional
    trend alone makes it large.

    Parameters
    ----------
    values
        One figure per unit, index as in `graph`. Units without a figure are left out, with their links.
    graph
        Who is whose neighbor, e.g. `geo_urban.spatial.contiguity_graph(units)`.
    permutations
        Number of random exchanges of all values; 0 for none.
    alternative
        ``"two-sided"``; ``"greater"`` for clustering only, ``"less"`` for its contrary; ``"geoda"`` for the smaller
        tail alone, as GeoDa and esda print it (half the two-sided p).
    transformation
        ``"R"`` weighs each unit's neighbors equally so that they add up to one; None takes the graph as it is.
    seed
        What random numbers follow from; None for others each time. The result says which it was.
    threads
        At most so many; the result does not depend on it.

    Returns
    -------
    AutocorrelationResult
        Statistic, and z and p by each assumption.

    Raises
    ------
    InputError
        If values or weights cannot be used, units differ, or an option is unknown.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Notes
    -----
    I = n / S₀ · Σ w_ij z_i z_j / Σ z_i² with z = x − mean(x). O((permutations + 1) · links).

    References
    ----------
    Moran, P. A. P. (1950). Notes on continuous stochastic phenomena. Biometrika 37. doi:10.1093/biomet/37.1-2.17

    Cliff, A. D., Ord, J. K. (1981). Spatial Processes. Pion, London.

    Examples
    --------
    Four counties in a row lose 1, 2, 3 and 4 percent: z = −1.5, −0.5, 0.5, 1.5. With weights of one,
    Σ w z z = 2 (0.75 − 0.25 + 0.75) = 2.5, S₀ = 6, Σ z² = 5, so I = 4 / 6 × 2.5 / 5 = 1/3.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> round(moran(pd.Series([1.0, 2, 3, 4]), row, transformation="B", seed=1).statistic, 6)
    0.333333
    """
    near, (known,) = surround({"values": values}, graph, transformation=transformation)
    require_variation(known, argument="values")
    return _moran(known, near, "moran", permutations, alternative, seed, threads)


def geary(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    transformation: Transformation | None = "R",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
) -> AutocorrelationResult:
    """Measure whether neighbors differ less than any two units do, by Geary's c.

    Below one where neighbors are alike, above one where they differ more than at random. More sensitive than Moran's I
    to differences between direct neighbors.

    Parameters
    ----------
    values, graph, permutations
        As in `moran`.
    alternative
        As in `moran`, of the number c: ``"less"`` for alike neighbors.
    transformation, seed, threads
        As in `moran`.

    Returns
    -------
    AutocorrelationResult
        Statistic, and z and p by each assumption.

    Raises
    ------
    InputError
        If values or weights cannot be used, units differ, or an option is unknown.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Notes
    -----
    c = (n − 1) Σ w_ij (x_i − x_j)² / (2 S₀ Σ z_i²).

    References
    ----------
    Geary, R. C. (1954). The contiguity ratio and statistical mapping. doi:10.2307/2986645

    Examples
    --------
    The row of `moran`: Σ w (x_i − x_j)² = 6, so c = 3 × 6 / (2 × 6 × 5) = 0.3.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> round(geary(pd.Series([1.0, 2, 3, 4]), row, transformation="B", seed=1).statistic, 6)
    0.3
    """
    near, (known,) = surround({"values": values}, graph, transformation=transformation)
    require_variation(known, argument="values")
    centred = known - known.mean()
    links, sums = near.links, weight_sums(near.links)
    scale = (near.n - 1) / (2 * sums.s0 * float((centred**2).sum()))
    statistic = scale * float((links.weights * (centred[links.rows] - centred[links.columns]) ** 2).sum())
    return _result(
        "geary",
        statistic,
        geary_moments(centred, sums),
        near,
        lambda draws, number: scale * _sums(centred, links, (draws, number, threads), squared=True),
        (permutations, alternative, seed),
    )


def getis_ord_g(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    transformation: Transformation | None = "B",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
) -> AutocorrelationResult:
    """Measure whether high values lie together (or low ones), by Getis and Ord's G.

    Unlike Moran's I it tells the two apart: above its expectation where hot spots outweigh, below where cold ones do.

    Parameters
    ----------
    values
        As in `moran`, none negative: G is a share of products.
    graph, permutations, alternative, transformation, seed, threads
        As in `moran`; by default each link weighs one.

    Returns
    -------
    AutocorrelationResult
        Statistic, and z and p by each assumption; a normal law of values gives no moments here.

    Raises
    ------
    InputError
        If values are negative or cannot be used, units differ, or an option is unknown.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Notes
    -----
    G = Σ w_ij x_i x_j / Σ_{i≠j} x_i x_j.

    References
    ----------
    Getis, A., Ord, J. K. (1992). The analysis of spatial association by use of distance statistics.
    doi:10.1111/j.1538-4632.1992.tb00261.x

    Examples
    --------
    The row of `moran`: Σ w x x = 2 (2 + 6 + 12) = 40 of Σ_{i≠j} x x = 10² − 30 = 70.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> round(getis_ord_g(pd.Series([1.0, 2, 3, 4]), row, seed=1).statistic, 6)
    0.571429
    """
    near, (known,) = surround({"values": values}, graph, transformation=transformation)
    require_variation(known, argument="values")
    if (known < 0).any():
        raise InputError(
            "`values` is negative for {codes}; G is a share of products, which have no meaning then. Use `moran`, or "
            "`local_getis_ord`, which takes any values.",
            codes=listed(near.codes[near.members[known < 0]]),
        )
    links = near.links
    scale = 1 / float(known.sum() ** 2 - (known**2).sum())
    statistic = scale * float((known * links.lag(known)).sum())
    return _result(
        "getis_ord_g",
        statistic,
        ord_moments(known, weight_sums(links)),
        near,
        lambda draws, number: scale * _sums(known, links, (draws, number, threads)),
        (permutations, alternative, seed),
    )


def moran_rates(
    events: pd.Series,
    population: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    transformation: Transformation | None = "R",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
) -> AutocorrelationResult:
    """Measure whether rates cluster, when small populations make some of them unsure.

    A village with one death has a wild rate. Each rate is first set against the overall rate and divided by how far it
    would stray with that many people (empirical Bayes); Moran's I is taken of that.

    Parameters
    ----------
    events
        Counts per unit (deaths, people gone), index as in `graph`; not negative.
    population
        People they are counted among, index as in `graph`; positive.
    graph, permutations, alternative, transformation, seed, threads
        As in `moran`.

    Returns
    -------
    AutocorrelationResult
        Statistic, and z and p by each assumption; trust the permutations.

    Raises
    ------
    InputError
        If counts are negative, a population is not positive, units differ, or an option is unknown.
    InsufficientDataError
        If all rates are alike or missing, or fewer than three units have a neighbor.

    Notes
    -----
    With e events among p people, b = Σe / Σp, s² = Σ p (e/p − b)² / Σp, a = s² − b / mean(p) and v = a + b / p (b / p
    where that is not positive): z = (e/p − b) / √v.

    References
    ----------
    Assunção, R. M., Reis, E. A. (1999). A new proposal to adjust Moran's I for population density.
    doi:10.1002/(SICI)1097-0258(19990830)18:16<2147::AID-SIM179>3.0.CO;2-I

    Examples
    --------
    Rates of 10, 20, 30 and 40 percent among 100 people each: the same populations leave the order and spacing of
    rates as they are, so I is that of the row in `moran`.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> people = pd.Series([100, 100, 100, 100])
    >>> round(moran_rates(pd.Series([10, 20, 30, 40]), people, row, transformation="B", seed=1).statistic, 6)
    0.333333
    """
    columns = {"events": events, "population": population}
    near, (counts, people) = surround(columns, graph, transformation=transformation)
    _require_counts(numbers(events), events.index, argument="events", positive=False)
    _require_counts(numbers(population), population.index, argument="population", positive=True)
    standardized = _standardized_rates(counts, people)
    require_variation(standardized, argument="events")
    return _moran(standardized, near, "moran_rates", permutations, alternative, seed, threads)


def _require_counts(counts: NDArray[np.float64], index: pd.Index, *, argument: str, positive: bool) -> None:
    wrong = counts <= 0 if positive else counts < 0
    if wrong.any():
        raise InputError(
            "`{argument}` is {values} for {codes}; a rate needs counts from 0 among one person or more. "
            "Set them missing, or correct them.",
            argument=argument,
            values=listed(f"{value:g}" for value in counts[wrong]),
            codes=listed(index[wrong]),
        )


def _standardized_rates(events: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    rate, overall = events / people, events.sum() / people.sum()
    spread = float((people * (rate - overall) ** 2).sum() / people.sum())
    by_chance = overall / people
    variance = spread - overall / people.mean() + by_chance
    variance = np.where(variance > 0, variance, by_chance)
    if overall == 0:
        return np.zeros(len(rate))
    return np.asarray((rate - overall) / np.sqrt(variance))


def _moran(
    known: NDArray[np.float64],
    near: Neighborhoods,
    measure: str,
    permutations: int,
    alternative: Alternative,
    seed: int | np.random.Generator | None,
    threads: int | None,
) -> AutocorrelationResult:
    centred = known - known.mean()
    links, sums = near.links, weight_sums(near.links)
    scale = near.n / (sums.s0 * float((centred**2).sum()))
    return _result(
        measure,
        scale * float((centred * links.lag(centred)).sum()),
        moran_moments(centred, sums),
        near,
        lambda draws, number: scale * _sums(centred, links, (draws, number, threads)),
        (permutations, alternative, seed),
    )


def _result(
    measure: str,
    statistic: float,
    moments: Moments,
    near: Neighborhoods,
    simulate: Any,
    options: tuple[int, Alternative, int | np.random.Generator | None],
) -> AutocorrelationResult:
    permutations, alternative, seed = options
    require_permutations(permutations, least=0)
    require_choice(alternative, Alternative, argument="alternative")
    number = seed_number(seed)
    simulated = simulate(permutations, number) if permutations else np.empty(0)
    rows = {
        "normality": _by_formula(statistic, moments.expected, moments.normal, alternative),
        "randomization": _by_formula(statistic, moments.expected, moments.randomized, alternative),
        "permutation": _by_counting(statistic, simulated, alternative),
    }
    return AutocorrelationResult(
        measure=measure,
        statistic=statistic,
        assumptions=pd.DataFrame.from_dict(rows, orient="index", columns=["expected", "variance", "z", "p"]),
        simulated=simulated,
        permutations=int(permutations),
        seed=number,
        alternative=alternative,
        transformation=near.transformation,
        n=near.n,
        isolates=near.codes[near.isolates],
        without_value=int(near.missing.sum()),
    )


def _sums(
    values: NDArray[np.float64], links: Links, how: tuple[int, int, int | None], *, squared: bool = False
) -> NDArray[np.float64]:
    """Return the weighted sum of products, or of squared differences, of each random exchange of the values."""
    from geo_urban.shrinkage._permutation_draws import simulate_sums

    draws, seed, threads = how
    return simulate_sums(values, links, draws=draws, seed=seed, threads=threads, squared=squared)


def _by_formula(statistic: float, expected: float, variance: float, alternative: Alternative) -> list[float]:
    if not variance > 0:
        return [expected, variance, np.nan, np.nan]
    z = (statistic - expected) / np.sqrt(variance)
    return [expected, variance, float(z), float(normal_p(np.asarray(z), alternative))]


def _by_counting(statistic: float, simulated: NDArray[np.float64], alternative: Alternative) -> list[float]:
    if len(simulated) == 0:
        return [np.nan] * 4
    expected, variance = float(simulated.mean()), float(simulated.var())
    # The same values in another order may differ by rounding.
    noise = _ROUNDING * max(1.0, float(np.abs(simulated).max()))
    at_least = np.asarray((simulated >= statistic - noise).sum())
    at_most = np.asarray((simulated <= statistic + noise).sum())
    p = permutation_p(at_least, at_most, permutations=len(simulated), alternative=alternative)
    z = (statistic - expected) / np.sqrt(variance) if variance > noise**2 else np.nan
    return [expected, variance, float(z), float(p)]
