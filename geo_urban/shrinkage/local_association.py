"""Where does a figure cluster? Local Moran's I of one or two figures, Getis and Ord's Gi and Gi*, local Geary's c."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.shrinkage._local_tests import (
    LocalTest,
    add_categories,
    drawn_moments,
    draws_of,
    finished,
    local_test,
    named,
    on_all,
    p_of_draws,
    scores_of,
    standardized,
    warn_where_coarse,
)
from geo_urban.shrinkage._neighborhoods import Links, Neighborhoods, require_variation, surround
from geo_urban.shrinkage._significance import Alternative, Counts, adjusted_for_discoveries, normal_p
from geo_urban.shrinkage.local_results import CATEGORIES, HOT_LEVELS, LocalResult, Measure

if TYPE_CHECKING:
    import pandas as pd
    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.spatial._graph_edges import Transformation

__all__ = ["local_geary", "local_getis_ord", "local_moran", "local_moran_bivariate"]


def local_moran(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    level: float = 0.05,
    fdr: float | None = None,
    transformation: Transformation | None = "R",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
    units: pd.DataFrame | None = None,
) -> LocalResult:
    """Find where like lies among like, and who differs from all around, by local Moran's I.

    Counties that lose people among counties that lose people (``"low-low"`` of the change), growing ones among
    growing ones, and those that go against their surroundings. That neighbors are alike says nothing of why; and a
    region that declines as a whole makes its counties significant without any local cause: then test the change net
    of the region's mean too.

    Parameters
    ----------
    values
        One figure per unit, index as in `graph`. Units without a figure are left out, with their links.
    graph
        Who is whose neighbor, e.g. `geo_urban.spatial.contiguity_graph(units)`.
    permutations
        Number of random surroundings each unit is compared with.
    alternative
        ``"two-sided"``: p = min(1, 2 (min(#≥, #≤) + 1) / (permutations + 1)). ``"geoda"``: the smaller tail alone, as
        GeoDa and esda print it, about half as large. ``"greater"`` (alike), ``"less"`` (unlike).
    level
        Units with p up to it have a category.
    fdr
        False-discovery rate of `category_fdr` (Benjamini and Hochberg): of the units it names, this share is expected
        to be wrong. None for `level`.
    transformation
        ``"R"`` weighs each unit's neighbors equally so that they add up to one; None takes the graph as it is.
    seed
        What random numbers follow from; None for others each time. The result says which it was.
    threads
        At most so many; the result does not depend on it.
    units
        Frame with the geometry and names of the units, to be kept beside the measures (for `layers` and `explore`).

    Returns
    -------
    LocalResult
        `units` with `value`, `standardized`, `lag`, `statistic`, `z`, `p`, `p_fdr`, `quadrant`, `category`,
        `category_fdr`. An isolate has no statistic and the category ``"isolate"``; a unit without a value has none.

    Raises
    ------
    InputError
        If values or weights cannot be used, units differ, an option is unknown, or so few permutations could never
        reach the level.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Warns
    -----
    GeoUrbanWarning
        If units pass no false-discovery rate only because their p cannot be smaller; it says how many permutations
        would do.

    Notes
    -----
    I_i = z_i Σ_j w_ij z_j with z = (x − mean) / s and s² = Σ (x − mean)² / n, so that the mean of I_i is Moran's I
    if rows add up to one. Each unit's neighbors are exchanged for as many others drawn without replacement, never for
    itself. `z` is the distance from the exact mean of such draws in their exact standard deviations, without
    simulation. All units share one set of draws: p of each is exact, and errors of p are common to all; on large grids
    take 9,999 or more. O(permutations · (largest number of neighbors + distinct numbers of neighbors · log)).

    References
    ----------
    Anselin, L. (1995). Local indicators of spatial association - LISA. doi:10.1111/j.1538-4632.1995.tb00338.x

    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    Four counties in a row, z = (−1.5, −0.5, 0.5, 1.5) / √1.25. The first has one neighbor: I = −1.5 × −0.5 / 1.25.

    >>> import pandas as pd
    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> result = local_moran(pd.Series([1.0, 2, 3, 4]), row, seed=1)
    >>> result.units["statistic"].round(6).tolist()
    [0.6, 0.2, 0.2, 0.6]
    >>> result.units["quadrant"].tolist()
    ['low-low', 'low-low', 'high-high', 'high-high']
    """
    near, (known,) = surround({"values": values}, graph, transformation=transformation)
    require_variation(known, argument="values")
    test = local_test(permutations, alternative, level, fdr, seed, threads)
    z = standardized(known)
    return _moran_result("local_moran", near, (known, z, z), test, units, {"value": values})


def local_moran_bivariate(
    values: pd.Series,
    others: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    level: float = 0.05,
    fdr: float | None = None,
    transformation: Transformation | None = "R",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
    units: pd.DataFrame | None = None,
) -> LocalResult:
    """Find where a figure goes with another figure of the neighbors.

    Does a county lose people where its neighbors' wages are high? The unit's own second figure does not enter, so this
    is not the correlation of the two within units.

    Parameters
    ----------
    values
        The unit's own figure, index as in `graph`.
    others
        The neighbors' figure, index as in `graph`.
    graph, permutations, alternative, level, fdr, transformation, seed, threads, units
        As in `local_moran`.

    Returns
    -------
    LocalResult
        As of `local_moran`; `quadrant` names the unit's own figure first, and `lag` is of the other figure.

    Raises
    ------
    InputError
        If values or weights cannot be used, units differ, or an option is unknown.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Warns
    -----
    GeoUrbanWarning
        As in `local_moran`.

    Notes
    -----
    I_i = z_i Σ_j w_ij y_j, both standardized. The neighbors' figures are drawn from those of all other units.

    References
    ----------
    Anselin, L., Syabri, I., Smirnov, O. (2002). Visualizing multivariate spatial correlation with dynamically linked
    windows. University of Illinois.

    Examples
    --------
    >>> import pandas as pd
    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> result = local_moran_bivariate(pd.Series([1.0, 2, 3, 4]), pd.Series([4.0, 3, 2, 1]), row, seed=1)
    >>> result.units["statistic"].round(6).tolist()
    [-0.6, -0.2, -0.2, -0.6]
    """
    near, (known, second) = surround({"values": values, "others": others}, graph, transformation=transformation)
    require_variation(known, argument="values")
    require_variation(second, argument="others")
    test = local_test(permutations, alternative, level, fdr, seed, threads)
    columns = (known, standardized(known), standardized(second))
    kept = {"value": values, "other_value": others.reindex(values.index)}
    return _moran_result("local_moran_bivariate", near, columns, test, units, kept)


def local_getis_ord(
    values: pd.Series,
    graph: Graph,
    *,
    star: bool = True,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    fdr: float | None = None,
    transformation: Transformation | None = "B",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
    units: pd.DataFrame | None = None,
) -> LocalResult:
    """Find hot and cold spots: where high values, or low ones, lie together, by Getis and Ord's Gi* or Gi.

    It tells high from low, and does not find units that differ from their surroundings; for those see `local_moran`.

    Parameters
    ----------
    values, graph
        As in `local_moran`.
    star
        Whether the unit itself counts as one of its surroundings (Gi*), weighing as much as its heaviest neighbor;
        otherwise Gi, which looks at the neighbors alone.
    permutations
        Number of random surroundings; 0 for p by the normal law of `z`.
    alternative
        As in `local_moran`: ``"greater"`` for hot spots, ``"less"`` for cold ones.
    fdr
        False-discovery rate that is warned about if permutations are too few for it; None for no warning.
        `category_fdr` always grades 90, 95 and 99 % by adjusted p.
    transformation
        As in `local_moran`; `z` and `p` do not change when a row of weights is multiplied.
    seed, threads, units
        As in `local_moran`.

    Returns
    -------
    LocalResult
        `units` with `value`, `statistic` (G: share of all values that lies in the surrounding; missing if values are
        negative), `z`, `p`, `p_normal`, `p_fdr`, `category` and `category_fdr`: ``"hot 99 %"`` … ``"cold 99 %"``.

    Raises
    ------
    InputError
        If values or weights cannot be used, units differ, or an option is unknown.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Warns
    -----
    GeoUrbanWarning
        As in `local_moran`.

    Notes
    -----
    z_i = (Σ_j w_ij x_j − W_i m) / (s √((N S_i − W_i²) / (N − 1))), W_i = Σ_j w_ij, S_i = Σ_j w_ij², with mean m,
    standard deviation s and number N of all units, or for Gi of all others. It holds for any weights.

    References
    ----------
    Ord, J. K., Getis, A. (1995). Local spatial autocorrelation statistics. doi:10.1111/j.1538-4632.1995.tb00912.x

    Examples
    --------
    Four counties in a row; the last and its neighbor hold 3 + 4 of 10.
    z = (7 − 2 × 2.5) / (√1.25 × √((4 × 2 − 4) / 3)) = 1.549.

    >>> import pandas as pd
    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> local_getis_ord(pd.Series([1.0, 2, 3, 4]), row, seed=1).units[["statistic", "z"]].round(3).loc[3].tolist()
    [0.7, 1.549]
    """
    near, (known,) = surround({"values": values}, graph, transformation=transformation)
    require_variation(known, argument="values")
    test = local_test(permutations, alternative, max(HOT_LEVELS), fdr, seed, threads, least=0)
    share, z = _getis_ord(known, near.links, star=star)
    p_normal = normal_p(z, alternative)
    centred = known - known.mean()
    p = p_of_draws(draws_of(centred, near.links, test), test) if test.permutations else p_normal
    measures: dict[str, Any] = {
        "statistic": near.spread(share if (known >= 0).all() else np.full(near.n, np.nan)),
        "z": near.spread(z),
        "p": near.spread(p),
        "p_normal": near.spread(p_normal),
    }
    measures["p_fdr"] = adjusted_for_discoveries(measures["p"])
    if fdr is not None and test.permutations:
        warn_where_coarse(measures, test, fdr)
    for column, by in (("category", "p"), ("category_fdr", "p_fdr")):
        measures[column] = _hot_or_cold(near, measures["z"], measures[by])
    measure: Measure = "local_getis_ord_star" if star else "local_getis_ord"
    return finished(measure, near, measures, test, units, {"value": values})


def local_geary(
    values: pd.Series,
    graph: Graph,
    *,
    permutations: int = 9999,
    alternative: Alternative = "two-sided",
    level: float = 0.05,
    fdr: float | None = None,
    transformation: Transformation | None = "R",
    seed: int | np.random.Generator | None = None,
    threads: int | None = None,
    units: pd.DataFrame | None = None,
) -> LocalResult:
    """Find where neighbors are alike or differ, by local Geary's c.

    Unlike local Moran's I it looks at differences, so it also finds units that are alike in the middle of the range.

    Parameters
    ----------
    values, graph, permutations
        As in `local_moran`.
    alternative
        As in `local_moran`, of the number c: ``"less"`` for alike neighbors.
    level, fdr, transformation, seed, threads, units
        As in `local_moran`.

    Returns
    -------
    LocalResult
        `units` as of `local_moran`; significant units are ``"high-high"``, ``"low-low"`` or ``"other alike"`` where
        the neighbors are alike, and ``"unlike"`` where they differ.

    Raises
    ------
    InputError
        If values or weights cannot be used, units differ, or an option is unknown.
    InsufficientDataError
        If all values are alike or missing, or fewer than three units have a neighbor.

    Warns
    -----
    GeoUrbanWarning
        As in `local_moran`.

    Notes
    -----
    c_i = Σ_j w_ij (z_i − z_j)² with z standardized. O(permutations · links).

    References
    ----------
    Anselin, L. (2019). A local indicator of multivariate spatial association: extending Geary's c.
    doi:10.1111/gean.12164

    Examples
    --------
    Four counties in a row, one apart each, s² = 1.25: the first differs by one from its only neighbor.

    >>> import pandas as pd
    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2], [1, 1, 1, 1, 1, 1])
    >>> local_geary(pd.Series([1.0, 2, 3, 4]), row, seed=1).units["statistic"].round(6).tolist()
    [0.8, 0.8, 0.8, 0.8]
    """
    near, (known,) = surround({"values": values}, graph, transformation=transformation)
    require_variation(known, argument="values")
    test = local_test(permutations, alternative, level, fdr, seed, threads)
    z = standardized(known)
    links = near.links
    apart = (z[links.rows] - z[links.columns]) ** 2
    statistic = links.sums(links.weights * apart)
    squares = _squared_apart(z)
    expected, variance = drawn_moments(links, *squares)
    counts = draws_of(z, links, test, focal=z)
    lag = links.lag(z)
    measures: dict[str, Any] = {
        "standardized": on_all(near, z),
        "lag": near.spread(lag),
        "statistic": near.spread(statistic),
        "z": near.spread(scores_of(statistic - expected, variance)),
        "p": near.spread(p_of_draws(counts, test)),
        "quadrant": _quadrants(near, z, lag),
    }
    names = CATEGORIES["local_geary"]
    alike = statistic < expected
    kind = np.where(alike, names.index("other alike"), names.index("unlike")).astype(np.int8)
    kind[alike & (z > 0) & (lag > 0)] = names.index("high-high")
    kind[alike & (z < 0) & (lag < 0)] = names.index("low-low")
    add_categories("local_geary", near, measures, kind, test)
    return finished("local_geary", near, measures, test, units, {"value": values})


def _moran_result(
    measure: Measure,
    near: Neighborhoods,
    columns: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    test: LocalTest,
    units: pd.DataFrame | None,
    kept: dict[str, pd.Series],
) -> LocalResult:
    _, z, second = columns
    lag = near.links.lag(second)
    counts = draws_of(second, near.links, test)
    # I grows with the lag where z is positive, and falls where it is negative; at zero it never moves.
    at_least = np.where(z > 0, counts.at_least, np.where(z < 0, counts.at_most, test.permutations))
    at_most = np.where(z > 0, counts.at_most, np.where(z < 0, counts.at_least, test.permutations))
    others_mean = -second / (near.n - 1)
    others_square = ((second**2).sum() - second**2) / (near.n - 1) - others_mean**2
    expected, variance = drawn_moments(near.links, others_mean, others_square)
    measures: dict[str, Any] = {
        "standardized": on_all(near, z),
        "lag": near.spread(lag),
        "statistic": near.spread(z * lag),
        "z": near.spread(scores_of(np.sign(z) * (lag - expected), variance)),
        "p": near.spread(p_of_draws(Counts(at_least, at_most), test)),
        "quadrant": _quadrants(near, z, lag),
    }
    kind = measures["quadrant"].codes[near.members]
    add_categories(measure, near, measures, kind, test)
    return finished(measure, near, measures, test, units, kept)


def _squared_apart(z: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance, over all others, of each unit's squared difference from them."""
    n = len(z)
    one, two, three, four = (float((z**power).sum()) for power in (1, 2, 3, 4))
    mean = (n * z**2 - 2 * z * one + two) / (n - 1)
    square = (n * z**4 - 4 * z**3 * one + 6 * z**2 * two - 4 * z * three + four) / (n - 1)
    return mean, np.maximum(square - mean**2, 0.0)


def _getis_ord(
    values: NDArray[np.float64], links: Links, *, star: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each unit's share of the sum, and the score of its weighted sum."""
    n = len(values)
    lag, weight, square = links.lag(values), links.sums(links.weights), links.sums(links.weights**2)
    total, squares = values.sum(), ((values - values.mean()) ** 2).sum()
    if star:
        own = np.zeros(n)
        np.maximum.at(own, links.rows, links.weights)
        lag, weight, square = lag + own * values, weight + own, square + own**2
        count: int = n
        whole = np.full(n, total)
        mean = np.full(n, values.mean())
        variance = np.full(n, squares / n)
    else:
        count = n - 1
        whole = total - values
        mean = whole / count
        variance = (squares - (values - values.mean()) ** 2) / count - (mean - values.mean()) ** 2
    spread = np.maximum(variance, 0) * (count * square - weight**2) / (count - 1)
    share = np.full(n, np.nan)
    np.divide(lag, whole, out=share, where=whole != 0)
    return share, scores_of(lag - weight * mean, np.maximum(spread, 0))


def _quadrants(near: Neighborhoods, z: NDArray[np.float64], lag: NDArray[np.float64]) -> pd.Categorical:
    own, around = z > 0, lag > 0
    numbers = np.full(len(near.codes), -1, dtype=np.int8)
    numbers[near.members] = np.where(own, np.where(around, 0, 3), np.where(around, 2, 1))
    numbers[near.isolates] = -1
    return named(numbers, ("high-high", "low-low", "low-high", "high-low"))


def _hot_or_cold(near: Neighborhoods, z: NDArray[np.float64], p: NDArray[np.float64]) -> pd.Categorical:
    names = CATEGORIES["local_getis_ord"]
    numbers = np.full(len(near.codes), -1, dtype=np.int8)
    known = ~np.isnan(p)
    numbers[known] = names.index("not significant")
    for level in sorted(HOT_LEVELS, reverse=True):
        passed = known & (np.nan_to_num(p, nan=1.0) <= level * (1 + 1e-12))
        numbers[passed & (z > 0)] = names.index(f"hot {100 * (1 - level):.0f} %")
        numbers[passed & (z < 0)] = names.index(f"cold {100 * (1 - level):.0f} %")
    numbers[near.isolates] = names.index("isolate")
    return named(numbers, names)
