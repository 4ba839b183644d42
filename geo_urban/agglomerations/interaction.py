"""How strongly places interact: gravity, radiation, Huff, dominant flows and population potential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["calibrate_gravity", "dominant_flows", "gravity", "huff", "potential", "radiation"]

_FEWEST_FLOWS = 4
# Change of coefficients below which they are settled.
_SETTLED = 1e-12


def gravity(
    mass: pd.Series,
    cost: pd.DataFrame,
    *,
    origin_exponent: float = 1.0,
    destination_exponent: float = 1.0,
    cost_exponent: float = 2.0,
    constant: float = 1.0,
    least_cost: float = 1.0,
) -> pd.DataFrame:
    """Compute the interaction of places by the gravity model.

    A relative strength, not a number of trips, unless its exponents and constant were calibrated on flows.

    Parameters
    ----------
    mass
        Size of each place, e.g. urban residents [persons].
    cost
        Travel time [minutes] or distance [km] from each place (row) to each (column); infinite where there is no way.
    origin_exponent, destination_exponent
        Exponent α of the mass at either end.
    cost_exponent
        Exponent β of the cost.
    constant
        Factor of all.
    least_cost
        Costs below count as this, in their unit.

    Returns
    -------
    pandas.DataFrame
        Interaction of each pair, in the unit of mass² / cost^β for exponents of 1; a place with itself 0.

    Raises
    ------
    InputError
        If a mass or cost is negative or missing.
    AlignmentError
        If the table lacks places.

    Notes
    -----
    T_ij = k · m_i^α₁ · m_j^α₂ / max(c_ij, c_0)^β for i ≠ j, and T_ii = 0.

    References
    ----------
    Zipf, G. K. (1946). The P1 P2/D hypothesis. doi:10.2307/2087063

    Examples
    --------
    Six and four million, two hours apart: 6 · 4 / 2² = 6.

    >>> pair = pd.DataFrame([[0.0, 2.0], [2.0, 0.0]], index=["a", "b"], columns=["a", "b"])
    >>> gravity(pd.Series({"a": 6.0, "b": 4.0}), pair).loc["a", "b"]
    np.float64(6.0)
    """
    sizes, costs = _aligned(mass, cost)
    away = np.maximum(costs, least_cost) ** -cost_exponent
    flows = constant * sizes[:, None] ** origin_exponent * sizes[None, :] ** destination_exponent * away
    np.fill_diagonal(flows, 0.0)
    return pd.DataFrame(flows, index=mass.index, columns=mass.index)


def calibrate_gravity(mass: pd.Series, cost: pd.DataFrame, flows: pd.DataFrame) -> pd.Series:
    """Calibrate the exponents of the gravity model on a table of flows, by Poisson regression.

    Parameters
    ----------
    mass
        Size of each place; those of size zero are left out.
    cost
        As in `gravity`.
    flows
        Trips, migrants … from each place (row) to each (column) [counts]; the self-term is left out.

    Returns
    -------
    pandas.Series
        ``constant``, ``origin_exponent``, ``destination_exponent``, ``cost_exponent`` (as `gravity` takes them),
        ``pairs`` and ``deviance_explained`` [fraction].

    Raises
    ------
    InputError
        If a mass, cost or flow is negative or missing.
    AlignmentError
        If a table lacks places.
    InsufficientDataError
        If fewer than five pairs have a way and people, or all flows are zero.

    Notes
    -----
    Poisson pseudo-maximum-likelihood keeps pairs without a flow and the total of flows (Santos Silva & Tenreyro 2006);
    solved by iteratively reweighted least squares.

    References
    ----------
    Santos Silva, J. M. C. & Tenreyro, S. (2006). The log of gravity. doi:10.1162/rest.88.4.641

    Examples
    --------
    Flows made by β = 1.5 give it back.

    >>> sizes = pd.Series({"a": 9.0, "b": 4.0, "c": 2.0, "d": 7.0})
    >>> costs = pd.DataFrame([[0, 2, 3, 5], [2, 0, 4, 3], [3, 4, 0, 2], [5, 3, 2, 0]], sizes.index, sizes.index)
    >>> calibrate_gravity(sizes, costs, gravity(sizes, costs, cost_exponent=1.5))["cost_exponent"].round(6)
    np.float64(1.5)
    """
    sizes, costs = _aligned(mass, cost)
    trips = _square(flows, mass.index, argument="flows")
    able = np.isfinite(costs) & (costs > 0) & (sizes[:, None] > 0) & (sizes[None, :] > 0)
    np.fill_diagonal(able, False)
    if able.sum() <= _FEWEST_FLOWS or not trips[able].sum() > 0:
        raise InsufficientDataError(
            "{count} pairs of places have people and a way between them, and {total:g} trips; four coefficients need "
            "five pairs and a flow.",
            count=int(able.sum()),
            total=float(trips[able].sum()),
        )
    row, column = np.nonzero(able)
    design = np.column_stack([np.ones(len(row)), np.log(sizes[row]), np.log(sizes[column]), np.log(costs[row, column])])
    seen = trips[row, column]
    found, expected = _poisson(design, seen)
    return pd.Series(
        {
            "constant": float(np.exp(found[0])),
            "origin_exponent": float(found[1]),
            "destination_exponent": float(found[2]),
            "cost_exponent": float(-found[3]),
            "pairs": float(len(row)),
            "deviance_explained": 1 - _deviance(seen, expected) / _deviance(seen, np.full(len(seen), seen.mean())),
        },
        name="gravity",
    )


def radiation(mass: pd.Series, cost: pd.DataFrame, *, outflow: pd.Series | None = None) -> pd.DataFrame:
    """Compute the interaction of places by the radiation model, which has no parameter.

    Parameters
    ----------
    mass
        Residents of each place [persons].
    cost
        Travel time or distance, which orders destinations by nearness; places without a way get nothing.
    outflow
        People who leave each place; None for as many as live there.

    Returns
    -------
    pandas.DataFrame
        Trips of each pair, in the unit of `outflow`; a place with itself 0.

    Raises
    ------
    InputError, AlignmentError
        As `gravity`.

    Notes
    -----
    T_ij = O_i / (1 − m_i / M) · m_i m_j / ((m_i + s_ij)(m_i + m_j + s_ij)), s_ij the residents of all places that are
    nearer to i than j is, i and j not among them; M is the total, so that a finite system loses no one (Masucci et al.
    2013). Places exactly as near as j are not in s_ij.

    References
    ----------
    Simini, F. et al. (2012). A universal model for mobility and migration patterns. doi:10.1038/nature10856;
    Masucci, A. P. et al. (2013). doi:10.1103/PhysRevE.88.022812

    Examples
    --------
    Three places of one person, b nearer to a than c: to b 1/2 · 3/2, to c 1/6 · 3/2.

    >>> line = pd.DataFrame([[0, 1, 3], [1, 0, 2], [3, 2, 0]], index=list("abc"), columns=list("abc"))
    >>> radiation(pd.Series({"a": 1, "b": 1, "c": 1}), line).loc["a"].tolist()
    [0.0, 0.75, 0.25]
    """
    sizes, costs = _aligned(mass, cost)
    leaving = sizes if outflow is None else _sizes(outflow.reindex(mass.index), argument="outflow")
    total = sizes.sum()
    flows = np.zeros_like(costs)
    for here in range(len(sizes)):
        others = np.flatnonzero(np.isfinite(costs[here]) & (np.arange(len(sizes)) != here))
        order = others[np.argsort(costs[here, others], kind="stable")]
        first = np.searchsorted(costs[here, order], costs[here, order], side="left")
        nearer = np.concatenate([[0.0], np.cumsum(sizes[order])])[first]
        own = sizes[here]
        below = (own + nearer) * (own + sizes[order] + nearer)
        share = np.divide(own * sizes[order], below, out=np.zeros(len(order)), where=below > 0)
        flows[here, order] = leaving[here] * share * (total / (total - own) if total > own else 0.0)
    return pd.DataFrame(flows, index=mass.index, columns=mass.index)


def huff(
    attraction: pd.Series, cost: pd.DataFrame, *, cost_exponent: float = 2.0, least_cost: float = 1.0
) -> pd.DataFrame:
    """Compute the share of each origin's trips that each centre draws, by Huff's model.

    Parameters
    ----------
    attraction
        Of each centre, e.g. urban residents.
    cost
        From each origin (row) to each centre (column).
    cost_exponent
        Exponent β of the cost.
    least_cost
        Costs below count as this, so that a centre does not draw all of itself.

    Returns
    -------
    pandas.DataFrame
        Shares [0–1], adding up to one in each row; zeros where no centre is in reach. The self-term counts.

    Raises
    ------
    InputError, AlignmentError
        As `gravity`.

    References
    ----------
    Huff, D. L. (1964). Defining and estimating a trading area. doi:10.1177/002224296402800307

    Examples
    --------
    Two centres, the larger twice as far: 1/1² against 4/2², so half each.

    >>> huff(pd.Series({"near": 1.0, "far": 4.0}), pd.DataFrame({"near": [1.0], "far": [2.0]})).iloc[0].tolist()
    [0.5, 0.5]
    """
    sizes = _sizes(attraction, argument="attraction")
    lacking = [label for label in attraction.index if label not in cost.columns]
    if lacking:
        raise AlignmentError("`cost` has no values for {codes}. Give one for each place.", codes=listed(lacking))
    costs = _costs(cost[attraction.index].to_numpy(dtype=float))
    pull = sizes[None, :] * np.maximum(costs, least_cost) ** -cost_exponent
    whole = pull.sum(axis=1, keepdims=True)
    return pd.DataFrame(
        np.divide(pull, whole, out=np.zeros_like(pull), where=whole > 0), index=cost.index, columns=attraction.index
    )


def dominant_flows(flows: pd.DataFrame, *, size: pd.Series | None = None) -> pd.DataFrame:
    """Find the place that each depends on: the destination of its largest flow, if that is larger than itself.

    Parameters
    ----------
    flows
        From each place (row) to each (column); the self-term is left out.
    size
        By which places are ranked; None for the flows they receive.

    Returns
    -------
    pandas.DataFrame
        `destination` of the largest flow, that `flow` and its `share` of all from there, `dependent` (whether the
        destination is larger), and `center` at which the chain of dependence ends (itself for an independent place).
        Ties go to the larger place, then to the first.

    Raises
    ------
    InputError, AlignmentError
        As `gravity`.

    References
    ----------
    Nystuen, J. D. & Dacey, M. F. (1961). A graph theory interpretation of nodal regions. doi:10.1007/BF01969070

    Examples
    --------
    >>> trips = pd.DataFrame([[0, 1, 2], [5, 0, 1], [9, 3, 0]], index=list("abc"), columns=list("abc"))
    >>> dominant_flows(trips)["center"].tolist()
    ['a', 'a', 'a']
    """
    index = flows.index
    trips = _square(flows, index, argument="flows").copy()
    np.fill_diagonal(trips, 0.0)
    sizes = trips.sum(axis=0) if size is None else _sizes(size.reindex(index), argument="size")
    rank = np.lexsort((np.arange(len(sizes)), -sizes))
    best = rank[trips[:, rank].argmax(axis=1)]
    largest = trips[np.arange(len(best)), best]
    dependent = (largest > 0) & (sizes[best] > sizes)
    center = np.arange(len(best))
    for place in rank:  # larger ones first, so that their centre is known
        center[place] = center[best[place]] if dependent[place] else place
    whole = trips.sum(axis=1)
    return pd.DataFrame(
        {
            "destination": index.take(best).where(largest > 0),
            "flow": largest,
            "share": np.divide(largest, whole, out=np.full(len(whole), np.nan), where=whole > 0),
            "dependent": dependent,
            "center": index.take(center),
        },
        index=index,
    )


def potential(
    mass: pd.Series, cost: pd.DataFrame, *, cost_exponent: float = 1.0, least_cost: float | pd.Series = 1.0
) -> pd.Series:
    """Compute the population potential of each place: how many people are how near.

    Parameters
    ----------
    mass
        Residents of each place (the columns of `cost`) [persons].
    cost
        From each place of interest (row) to each place with people (column).
    cost_exponent
        Exponent β of the cost.
    least_cost
        Cost of a place to itself and least cost of any, by place of interest or one for all. It decides the
        self-term m_i / c_0^β, so state it.

    Returns
    -------
    pandas.Series
        Σ_j m_j / c_ij^β, in the unit of mass / cost^β, on the rows of `cost`.

    Raises
    ------
    InputError, AlignmentError
        As `gravity`.

    References
    ----------
    Stewart, J. Q. (1947). Empirical mathematical rules concerning the distribution and equilibrium of population.
    doi:10.2307/211132

    Examples
    --------
    Six people here (one kilometre away from themselves), four two kilometres off: 6 + 2.

    >>> potential(pd.Series({"a": 6, "b": 4}), pd.DataFrame({"a": [0.0], "b": [2.0]}, index=["a"])).tolist()
    [8.0]
    """
    sizes = _sizes(mass, argument="mass")
    lacking = [label for label in mass.index if label not in cost.columns]
    if lacking:
        raise AlignmentError("`cost` has no values for {codes}. Give one for each place.", codes=listed(lacking))
    costs = _costs(cost[mass.index].to_numpy(dtype=float))
    least = least_cost.reindex(cost.index).to_numpy()[:, None] if isinstance(least_cost, pd.Series) else least_cost
    return pd.Series((np.maximum(costs, least) ** -cost_exponent) @ sizes, index=cost.index, name="potential")


def _aligned(mass: pd.Series, cost: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _sizes(mass, argument="mass"), _square(cost, mass.index, argument="cost")


def _sizes(values: pd.Series, *, argument: str) -> NDArray[np.float64]:
    require_unique_index(values, argument=argument)
    sizes = values.to_numpy(dtype=float, na_value=np.nan)
    wrong = ~(np.isfinite(sizes) & (sizes >= 0))
    if wrong.any():
        raise InputError(
            "`{argument}` is missing, infinite or negative for {codes}. Fill these in, or leave the places out.",
            argument=argument,
            codes=listed(values.index[wrong]),
        )
    return sizes


def _square(table: pd.DataFrame, index: pd.Index, *, argument: str) -> NDArray[np.float64]:
    lacking = index[~(index.isin(table.index) & index.isin(table.columns))]
    if len(lacking):
        raise AlignmentError(
            "`{argument}` has no row or no column for {codes}. Give both for each place.",
            argument=argument,
            codes=listed(lacking),
        )
    return _costs(table.loc[index, index].to_numpy(dtype=float), argument=argument)


def _costs(values: Any, *, argument: str = "cost") -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.asarray(values, dtype=float)
    if np.isnan(found).any() or (found < 0).any():
        raise InputError(
            "`{argument}` has {count} missing or negative values. Write infinite where there is no way, and zero where "
            "nothing flows.",
            argument=argument,
            count=int((np.isnan(found) | (found < 0)).sum()),
        )
    return found


def _poisson(design: NDArray[np.float64], seen: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coefficients and expected counts of a log-linear Poisson model."""
    expected: NDArray[Any] = seen + max(float(seen.mean()), 1e-12) * 0.1
    found: NDArray[Any] = np.zeros(design.shape[1])
    for _ in range(100):
        working: NDArray[Any] = np.log(expected) + (seen - expected) / expected
        root = np.sqrt(expected)
        new: NDArray[Any] = np.linalg.lstsq(design * root[:, None], working * root, rcond=None)[0]
        expected = np.asarray(np.exp(np.clip(design @ new, -300, 300)), dtype=np.float64)
        done = np.abs(new - found).max() < _SETTLED
        found = new
        if done:
            break
    return found, expected


def _deviance(seen: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    ratio = np.where(seen > 0, seen / expected, 1.0)
    return float(2 * (seen * np.log(ratio) - (seen - expected)).sum())
