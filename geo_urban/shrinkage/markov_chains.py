"""How units move between classes from date to date, alone and depending on their neighbors."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.shrinkage._linked_units import LinkedUnits, linked_units
from geo_urban.shrinkage.markov_results import QUADRANTS, LisaMarkovResult, SpatialMarkovResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["lisa_markov", "spatial_markov"]

_FEWEST_DATES = 3
_MOST_CLASSES = 9
_FREE_UNDER_INDEPENDENCE = 4  # two chains of two states have two free shares each


def spatial_markov(
    units: pd.DataFrame,
    graph: Graph,
    *,
    columns: Sequence[str],
    classes: int = 5,
    neighbor_classes: int | None = None,
    limits: Sequence[float] | None = None,
    neighbor_limits: Sequence[float] | None = None,
    relative: bool = True,
) -> SpatialMarkovResult:
    """Ask whether a unit's chance to rise or fall depends on where its neighbors stand.

    Does a county among losing counties stay low more often than one among growing ones? Needs the same figure at three
    dates or more, evenly spaced.

    Parameters
    ----------
    units
        One row per unit, unique index; geometry and other columns are kept. Units that lack a date or have no neighbor
        are left out and listed.
    graph
        Links between the same units, joined by code; rows are weighed to add up to one.
    columns
        Columns of the dates, in order, three or more.
    classes, neighbor_classes
        Number of classes of the units and of their neighbors' mean, quantiles over all dates; the latter None for as
        many as `classes`.
    limits, neighbor_limits
        Inner limits of classes of your own, ascending, instead of quantiles; a value on a limit is in the class below.
    relative
        Whether to divide the values of each date by their mean, so that growth of all is no move of anyone.

    Returns
    -------
    SpatialMarkovResult
        Moves, probabilities, tests, and the classes of each unit.

    Raises
    ------
    InputError
        If a column is missing, not numeric or infinite, there are fewer than three, units and graph differ, the mean
        of a date is zero where `relative` needs it, or classes make no sense.
    InsufficientDataError
        If too few units take part, or values are too alike to make the classes.

    Notes
    -----
    Computed by giddy. Each date's values fall into one of k classes and the weighted mean of the neighbors into one of
    m; moves from one date to the next are counted in a k × k table for each class of neighbors. The likelihood ratio
    and χ² compare the m tables with their sum. Neighbors move too, and the same unit is counted at each date: p is
    smaller than it should be.

    References
    ----------
    Rey, S. J. (2001). Spatial empirics for economic growth and convergence. doi:10.1111/j.1538-4632.2001.tb00444.x

    Bickenbach, F., Bode, E. (2003). Evaluating the Markov property in studies of economic convergence.
    doi:10.1177/0160017603253789

    Examples
    --------
    Four counties in a row; the two in the middle change places.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([*"abbccd"], [*"bacbdc"], [1] * 6)
    >>> units = pd.DataFrame({"y1": [1, 2, 3, 4], "y2": [1, 3, 2, 4], "y3": [1, 3, 2, 4]}, index=[*"abcd"])
    >>> result = spatial_markov(units, row, columns=["y1", "y2", "y3"], classes=2)
    >>> result.units["moves"].tolist()
    [0, 1, 1, 0]
    """
    dates = _require_dates(columns)
    linked = linked_units(units, dates, graph, argument="units")
    values = _relative(linked.table, dates) if relative else linked.table
    own = _limits(values, classes, limits, argument="limits")
    lags = np.column_stack([linked.links.lag(np.ascontiguousarray(column)) for column in values.T])
    near = _limits(lags, neighbor_classes or classes, neighbor_limits, argument="neighbor_limits")
    chain = _giddy_chain(values, linked, own, near)
    transitions = _tables(np.asarray(chain.T), len(near) + 1, len(own) + 1)
    probabilities = transitions.div(transitions.sum(axis=1).replace(0, np.nan), axis=0)
    pooled = _shares(np.asarray(chain.T).sum(axis=0))
    from scipy.stats import chi2

    test = chain.ht
    states = np.asarray(chain.class_ids) + 1
    return SpatialMarkovResult(
        units=_with_states(units, linked, states, np.asarray(chain.lclass_ids) + 1),
        transitions=transitions,
        probabilities=probabilities,
        pooled=pooled,
        steady=_steady_rows(probabilities, pooled),
        limits=own,
        neighbor_limits=near,
        likelihood_ratio=float(test.LR),
        # 1 − cdf, as giddy has it, ends at 1e-16.
        likelihood_ratio_p=float(chi2.sf(test.LR, test.dof)),
        chi_square=float(test.Q),
        chi_square_p=float(chi2.sf(test.Q, test.dof)),
        degrees_of_freedom=int(test.dof),
        columns=dates,
        relative=relative,
        without_value=tuple(linked.without_value),
        isolates=tuple(linked.isolates),
    )


def lisa_markov(units: pd.DataFrame, graph: Graph, *, columns: Sequence[str]) -> LisaMarkovResult:
    """Ask how units and their neighbors move between above and below the mean, together or apart.

    Do losing counties pull their neighbors down, or do they catch up? A quadrant is no cluster: it says on which side
    of the mean a unit and its neighbors lie, significant or not.

    Parameters
    ----------
    units
        One row per unit, unique index; geometry and other columns are kept. Units that lack a date or have no neighbor
        are left out and listed.
    graph
        Links between the same units, joined by code; rows are weighed to add up to one.
    columns
        Columns of the dates, in order, three or more.

    Returns
    -------
    LisaMarkovResult
        Moves, probabilities, test, and the quadrants of each unit.

    Raises
    ------
    InputError
        If a column is missing, not numeric or infinite, there are fewer than three, or units and graph differ.
    InsufficientDataError
        If too few units take part, or all values of a date are alike.

    Notes
    -----
    Moves are counted by giddy. Expected counts of a row are its total × the share of units on that side of the mean
    that move so × the share of neighbors' means on their side that move so. χ² = Σ (observed − expected)² / expected,
    with 12 − 4 degrees of freedom, fewer where a quadrant is never left. giddy 2.3.8 compares with each unit's mean
    over time, not with the mean of the date, and counts moves from unit to unit; its expected counts are not used.

    References
    ----------
    Rey, S. J. (2001). Spatial empirics for economic growth and convergence. doi:10.1111/j.1538-4632.2001.tb00444.x

    Examples
    --------
    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([*"abbccd"], [*"bacbdc"], [1] * 6)
    >>> units = pd.DataFrame({"y1": [1, 2, 3, 4], "y2": [1, 3, 2, 4], "y3": [1, 3, 2, 4]}, index=[*"abcd"])
    >>> lisa_markov(units, row, columns=["y1", "y2", "y3"]).units["quadrant_end"].tolist()
    ['low-high', 'high-low', 'low-high', 'high-low']
    """
    dates = _require_dates(columns)
    linked = linked_units(units, dates, graph, argument="units")
    _require_spread(linked.table, dates)
    chain = _giddy_quadrants(linked.table, linked)
    transitions = _square(np.asarray(chain.transitions)).astype(int)
    probabilities = transitions.div(transitions.sum(axis=1).replace(0, np.nan), axis=0)
    expected = _independent_moves(transitions.to_numpy())
    statistic, freedom = _chi_square(transitions.to_numpy(), expected)
    from scipy.stats import chi2

    quadrants = np.asarray(QUADRANTS, dtype=object)[np.asarray(chain.q, dtype=int) - 1]
    steady = _steady(probabilities.to_numpy())
    return LisaMarkovResult(
        units=_with_quadrants(units, linked, quadrants),
        transitions=transitions,
        probabilities=probabilities,
        expected=_square(expected),
        steady=pd.Series(steady, index=list(QUADRANTS)),
        chi_square=statistic,
        chi_square_p=float(chi2.sf(statistic, freedom)),
        degrees_of_freedom=freedom,
        columns=dates,
        without_value=tuple(linked.without_value),
        isolates=tuple(linked.isolates),
    )


def _require_dates(columns: Sequence[str]) -> tuple[str, ...]:
    dates = tuple(columns)
    if isinstance(columns, str) or len(dates) < _FEWEST_DATES or len(set(dates)) < len(dates):
        raise InputError(
            "`columns` is {columns}; moves need the same figure at three dates or more, each once. "
            "With two dates look at the change itself, e.g. `geo_urban.shrinkage.population_change(units)`.",
            columns=listed([columns] if isinstance(columns, str) else dates),
        )
    return dates


def _relative(values: NDArray[np.float64], dates: Sequence[str]) -> NDArray[np.float64]:
    means = values.mean(axis=0)
    if (means <= 0).any():
        raise InputError(
            "{columns} have a mean of zero or less, so nothing can be measured by it. "
            "Pass `relative=False` for figures that may be negative, e.g. changes.",
            columns=listed(date for date, mean in zip(dates, means, strict=True) if mean <= 0),
        )
    return np.asarray(values / means)


def _require_spread(values: NDArray[np.float64], dates: Sequence[str]) -> None:
    flat = np.ptp(values, axis=0) == 0
    if flat.any():
        raise InsufficientDataError(
            "all units have the same value in {columns}, so there is no above and below the mean. Leave the date out.",
            columns=listed(date for date, one in zip(dates, flat, strict=True) if one),
        )


def _limits(
    values: NDArray[np.float64], classes: int, limits: Sequence[float] | None, *, argument: str
) -> tuple[float, ...]:
    if limits is not None:
        chosen = [float(limit) for limit in limits]
        if not chosen or chosen != sorted(set(chosen)) or not np.isfinite(chosen).all() or len(chosen) >= _MOST_CLASSES:
            raise InputError(
                "`{argument}` is {limits}; it must hold one to eight ascending numbers between the classes.",
                argument=argument,
                limits=listed(chosen, most=_MOST_CLASSES),
            )
        return tuple(chosen)
    if not 2 <= classes <= _MOST_CLASSES:  # noqa: PLR2004 - fewer than two classes know no move
        raise InputError("`classes` is {classes}; moves need two to nine classes.", classes=classes)
    bounds = np.quantile(values, np.arange(1, classes) / classes)
    if len(np.unique(bounds)) < classes - 1 or bounds[-1] >= values.max():
        raise InsufficientDataError(
            "the values are too alike to make {classes} classes of as many units each. "
            "Ask for fewer classes, or give limits of your own by `{argument}`.",
            classes=classes,
            argument=argument,
        )
    return tuple(float(bound) for bound in bounds)


def _giddy_chain(values: NDArray[np.float64], linked: LinkedUnits, own: Sequence[float], near: Sequence[float]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies, on import
        markov = import_module("giddy.markov")
        return markov.Spatial_Markov(values, linked.weights(), cutoffs=np.asarray(own), lag_cutoffs=np.asarray(near))


def _giddy_quadrants(values: NDArray[np.float64], linked: LinkedUnits) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("giddy.markov").LISA_Markov(values, linked.weights(), permutations=0)


def _square(counts: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame(counts, index=list(QUADRANTS), columns=list(QUADRANTS))


def _independent_moves(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    sides = {
        "own": [name.startswith("low") for name in QUADRANTS],
        "near": [name.endswith("low") for name in QUADRANTS],
    }
    expected = np.repeat(counts.sum(axis=1, keepdims=True).astype(float), len(QUADRANTS), axis=1)
    for low in sides.values():
        side = np.asarray(low, dtype=int)
        moves = np.zeros((2, 2))
        np.add.at(moves, (side[:, None], side[None, :]), counts)
        shares = moves / np.maximum(moves.sum(axis=1, keepdims=True), 1)
        expected *= shares[side[:, None], side[None, :]]
    return expected


def _chi_square(counts: NDArray[np.int64], expected: NDArray[np.float64]) -> tuple[float, int]:
    possible = expected > 0
    rows = int((counts.sum(axis=1) > 0).sum())
    freedom = max(rows * (len(QUADRANTS) - 1) - _FREE_UNDER_INDEPENDENCE, 1)
    return float((((counts - expected)[possible]) ** 2 / expected[possible]).sum()), freedom


def _tables(counts: NDArray[np.float64], neighbor_classes: int, classes: int) -> pd.DataFrame:
    numbers = range(1, classes + 1)
    rows = pd.MultiIndex.from_product([range(1, neighbor_classes + 1), numbers], names=["neighbors", "class"])
    return pd.DataFrame(counts.reshape(-1, classes).astype(int), index=rows, columns=pd.Index(numbers, name="next"))


def _shares(counts: NDArray[np.float64]) -> pd.DataFrame:
    numbers = range(1, len(counts) + 1)
    table = pd.DataFrame(counts, index=pd.Index(numbers, name="class"), columns=pd.Index(numbers, name="next"))
    return table.div(table.sum(axis=1).replace(0, np.nan), axis=0)


def _steady_rows(probabilities: pd.DataFrame, pooled: pd.DataFrame) -> pd.DataFrame:
    rows: dict[object, NDArray[np.float64]] = {
        name: _steady(table.to_numpy()) for name, table in probabilities.groupby(level=0, sort=False)
    }
    rows["all"] = _steady(pooled.to_numpy())
    return pd.DataFrame.from_dict(rows, orient="index", columns=pooled.columns).rename_axis("neighbors")


def _steady(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares that stay as they are, missing unless every class can be reached from every other."""
    from scipy.sparse.csgraph import connected_components

    count = len(shares)
    missing = np.full(count, np.nan)
    if np.isnan(shares).any():
        return missing
    pieces, _ = connected_components(shares > 0, directed=True, connection="strong")
    if pieces > 1:
        return missing
    equations = np.vstack([shares.T - np.eye(count), np.ones(count)])
    solved: NDArray[np.float64] = np.linalg.lstsq(equations, np.append(np.zeros(count), 1.0))[0]
    return solved


def _with_states(
    units: pd.DataFrame, linked: LinkedUnits, own: NDArray[np.int64], near: NDArray[np.int64]
) -> pd.DataFrame:
    steps = np.diff(own, axis=1)
    measures = {
        "class_start": own[:, 0],
        "class_end": own[:, -1],
        "neighbors_start": near[:, 0],
        "neighbors_end": near[:, -1],
        "moves": (steps != 0).sum(axis=1),
        "moves_up": (steps > 0).sum(axis=1),
        "moves_down": (steps < 0).sum(axis=1),
    }
    joined = pd.DataFrame(measures, index=linked.codes).astype("Int64").reindex(units.index)
    kept = units.drop(columns=[name for name in measures if name in units.columns])
    return kept.assign(**{name: joined[name] for name in measures})


def _with_quadrants(units: pd.DataFrame, linked: LinkedUnits, quadrants: NDArray[np.object_]) -> pd.DataFrame:
    kind = pd.CategoricalDtype(list(QUADRANTS))
    moves = pd.Series((quadrants[:, 1:] != quadrants[:, :-1]).sum(axis=1), index=linked.codes)
    first = pd.Series(quadrants[:, 0], index=linked.codes, dtype=kind).reindex(units.index)
    last = pd.Series(quadrants[:, -1], index=linked.codes, dtype=kind).reindex(units.index)
    kept = units.drop(columns=[name for name in ("quadrant_start", "quadrant_end", "moves") if name in units.columns])
    return kept.assign(quadrant_start=first, quadrant_end=last, moves=moves.astype("Int64").reindex(units.index))
