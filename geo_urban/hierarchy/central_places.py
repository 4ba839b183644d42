"""Central places: what each reaches, whom it dominates, where its next larger neighbor lies, whose reach it shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, InputError
from geo_urban.figures import figure_columns, figures
from geo_urban.hierarchy._place_positions import distances_km, positions_km

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["dominance", "functional_overlap", "nearest_larger", "nodality"]


def nodality(
    places: pd.DataFrame,
    distances: pd.DataFrame | None = None,
    *,
    reach: float,
    population: str = "population_2020",
    residents: pd.Series | None = None,
) -> pd.DataFrame:
    """Compute the share of a region's people who live within reach of each place.

    How central a place is for the people around it: the more of them reach it, the more services it can sustain.

    Parameters
    ----------
    places
        One row per place; its own people count as reached.
    distances
        Minutes or kilometres from places (rows) to destinations (columns), infinite or missing where there is no way,
        e.g. travel times; None: geodesic kilometres between the places.
    reach
        Largest distance that counts, in the unit of `distances`; a destination exactly there is reached.
    population
        Column of the places' residents [persons].
    residents
        Residents of the destinations [persons] by code, where they are not the places themselves.

    Returns
    -------
    pandas.DataFrame
        On the places' index: `reached` [persons], `destinations` (number reached) and `nodality` [fraction of all
        destinations' residents]. Unknown residents count as none.

    Raises
    ------
    InputError
        If a column is missing or has a fault, `reach` is negative, or distances, places and residents do not describe
        the same units.
    InsufficientDataError
        If there are no places.

    Notes
    -----
    nodality(i) = Σ_j P_j [d_ij ≤ reach] / Σ_j P_j. O(places × destinations).

    References
    ----------
    Christaller, W. (1933). Die zentralen Orte in Süddeutschland. Preston, R. E. (1971). The structure of central place
    systems. Economic Geography 47(2), 136–155.

    Examples
    --------
    >>> places = pd.DataFrame({"population_2020": [60, 30, 10]}, index=["a", "b", "c"])
    >>> minutes = pd.DataFrame([[0, 40, 90], [40, 0, 50], [90, 50, 0]], index=places.index, columns=places.index)
    >>> nodality(places, minutes, reach=60)["nodality"].tolist()
    [0.9, 1.0, 0.4]
    """
    people = figure_columns(places, [population], argument="places")[population]
    _require_reach(reach)
    ways = _ways(places, distances)
    there = figures(people if residents is None else residents, argument="residents").fillna(0)
    counted = _of_columns(there, ways)
    near = ways.to_numpy() <= reach
    reached = near @ counted
    total = counted.sum()
    return pd.DataFrame(
        {
            "reached": reached,
            "destinations": near.sum(axis=1),
            "nodality": reached / total if total else np.nan,
        },
        index=places.index,
    )


def dominance(
    places: pd.DataFrame,
    distances: pd.DataFrame | None = None,
    *,
    flows: pd.DataFrame | None = None,
    population: str = "population_2020",
    exponent: float = 2.0,
) -> pd.DataFrame:
    """Measure how much of all interaction each place draws, and which larger place it is tied to most.

    Parameters
    ----------
    places
        One row per place.
    distances
        Minutes or kilometres between places; None: geodesic kilometres.
    flows
        Observed flows from places (rows) to places (columns), e.g. trips; None: gravity flows from population and
        distance.
    population
        Column of the places' residents [persons].
    exponent
        Decay of gravity flows with distance; an assumption unless calibrated.

    Returns
    -------
    pandas.DataFrame
        On the places' index: `inflow` (of all others), `dominance` (inflow over the mean inflow of all places: above 1
        a dominant one) and `tied_to` (the place that its largest flow goes to, if that place is larger; missing for
        a place whose largest flow goes to a smaller one, which makes it a centre of its own).

    Raises
    ------
    InputError
        If a column is missing or has a fault, distances or flows do not describe the places, a flow is negative, or two
        places lie on one spot.
    InsufficientDataError
        If there are no places.

    Notes
    -----
    T_ij = P_i P_j / d_ij^b; dominance(j) = Σ_i T_ij / mean_k Σ_i T_ik (Limtanakool et al. 2007). The tie is the
    dominant flow of Nystuen & Dacey (1961). Equal flows tie to the first place. O(places²).

    References
    ----------
    Limtanakool, N., Schwanen, T., Dijst, M. (2007). A theoretical framework and methodology for characterising national
    urban systems on the basis of flows of people. Urban Studies 44(11), 2123–2145. Nystuen, J. D., Dacey, M. F. (1961).
    A graph theory interpretation of nodal regions. Papers of the Regional Science Association 7, 29–42.

    Examples
    --------
    >>> places = pd.DataFrame({"population_2020": [100, 10, 10]}, index=["a", "b", "c"])
    >>> km = pd.DataFrame([[0, 1, 1], [1, 0, 2], [1, 2, 0]], index=places.index, columns=places.index)
    >>> dominance(places, km).round(3)
       inflow  dominance tied_to
    a  2000.0      1.481     NaN
    b  1025.0      0.759       a
    c  1025.0      0.759       a
    """
    people = figure_columns(places, [population], argument="places")[population].astype(float)
    ways = _flows(places, flows) if flows is not None else _gravity(people, _square(places, distances), exponent)
    inflow = ways.sum(axis=0)
    strongest = ways.argmax(axis=1)
    sizes = people.to_numpy()
    tied = (sizes[strongest] > sizes) & (ways.max(axis=1, initial=0) > 0)
    return pd.DataFrame(
        {
            "inflow": inflow,
            "dominance": inflow / inflow.mean() if inflow.any() else np.nan,
            "tied_to": pd.Series(places.index[strongest], index=places.index, dtype=object).where(tied),
        },
        index=places.index,
    )


def nearest_larger(
    places: pd.DataFrame,
    distances: pd.DataFrame | None = None,
    *,
    population: str = "population_2020",
    factor: float = 1.0,
) -> pd.DataFrame:
    """Find the nearest larger place of each place, and how far it is.

    Long ways to a larger city mark isolated centres; a small town beside a large city shares its market.

    Parameters
    ----------
    places
        One row per place.
    distances
        Minutes or kilometres between places; None: geodesic kilometres. Infinite or missing where there is no way.
    population
        Column of residents [persons]. A place without a figure finds none and is found by none.
    factor
        How many times as many people make a place larger; 1: any more. Equal places are not larger.

    Returns
    -------
    pandas.DataFrame
        On the places' index: `nearest_larger` (code; missing for the largest, or where none is reachable), `distance`
        (in the unit of `distances`) and `size_ratio` (its residents over the place's own).

    Raises
    ------
    InputError
        If a column is missing or has a fault, distances do not describe the places, or `factor` is below 1.
    InsufficientDataError
        If there are no places.

    Notes
    -----
    Of several at one distance the larger counts. O(places²).

    Examples
    --------
    >>> places = pd.DataFrame({"population_2020": [100, 20, 30]}, index=["a", "b", "c"])
    >>> km = pd.DataFrame([[0, 50, 80], [50, 0, 40], [80, 40, 0]], index=places.index, columns=places.index)
    >>> nearest_larger(places, km)
      nearest_larger  distance  size_ratio
    a            NaN       NaN         NaN
    b              c      40.0    1.500000
    c              a      80.0    3.333333
    """
    if not factor >= 1:
        raise InputError("`factor` is {value}; a larger place has at least as many people: 1 or more.", value=factor)
    sizes = figure_columns(places, [population], argument="places")[population].to_numpy(dtype=float)
    ways = _square(places, distances)
    # By descending size the first of equal distances is the larger place.
    order = np.argsort(-sizes, kind="stable")
    larger = (sizes[order][None, :] > sizes[:, None]) & (sizes[order][None, :] >= factor * sizes[:, None])
    reachable = np.where(larger & np.isfinite(ways[:, order]), ways[:, order], np.inf)
    best = reachable.argmin(axis=1)
    distance = reachable[np.arange(len(sizes)), best]
    found = np.isfinite(distance)
    codes = pd.Series(places.index[order[best]], index=places.index, dtype=object).where(found)
    with np.errstate(divide="ignore"):
        ratio = np.where(found, sizes[order[best]] / sizes, np.nan)
    return pd.DataFrame(
        {"nearest_larger": codes, "distance": np.where(found, distance, np.nan), "size_ratio": ratio},
        index=places.index,
    )


def functional_overlap(
    places: pd.DataFrame,
    distances: pd.DataFrame | None = None,
    *,
    reach: float,
    population: str = "population_2020",
    residents: pd.Series | None = None,
) -> pd.DataFrame:
    """Measure for each pair of places how many people live within reach of both.

    Places whose reaches overlap much compete for the same people, or work as one.

    Parameters
    ----------
    places, distances, reach, population, residents
        See `nodality`.

    Returns
    -------
    pandas.DataFrame
        One row per pair that shares people, most shared first: `place`, `other`, `shared` [persons within reach of
        both], `overlap` [fraction of the people within reach of either] and `share_of_smaller` [fraction of the smaller
        reach that the other covers].

    Raises
    ------
    InputError
        As `nodality`.
    InsufficientDataError
        If there are no places.

    Notes
    -----
    overlap = shared / (reached_i + reached_j − shared): Jaccard's index, weighted by residents. O(places² ×
    destinations).

    References
    ----------
    Jaccard, P. (1912). The distribution of the flora in the alpine zone. New Phytologist 11(2), 37–50.
    doi:10.1111/j.1469-8137.1912.tb05611.x

    Examples
    --------
    >>> places = pd.DataFrame({"population_2020": [60, 30, 10]}, index=["a", "b", "c"])
    >>> minutes = pd.DataFrame([[0, 40, 90], [40, 0, 50], [90, 50, 0]], index=places.index, columns=places.index)
    >>> functional_overlap(places, minutes, reach=60).head(2)
      place other  shared  overlap  share_of_smaller
    0     a     b    90.0      0.9               1.0
    1     b     c    40.0      0.4               1.0
    """
    people = figure_columns(places, [population], argument="places")[population]
    _require_reach(reach)
    ways = _ways(places, distances)
    there = _of_columns(figures(people if residents is None else residents, argument="residents").fillna(0), ways)
    near = (ways.to_numpy() <= reach).astype(float)
    shared = (near * there) @ near.T
    reached = np.diag(shared)
    one, other = np.nonzero(np.triu(shared, k=1))
    both = shared[one, other]
    table = pd.DataFrame(
        {
            "place": places.index[one],
            "other": places.index[other],
            "shared": both,
            "overlap": both / (reached[one] + reached[other] - both),
            "share_of_smaller": both / np.minimum(reached[one], reached[other]),
        }
    )
    return table.sort_values("shared", ascending=False, kind="stable", ignore_index=True)


def _require_reach(reach: float) -> None:
    if not reach >= 0:
        raise InputError("`reach` is {value}; a distance is not negative. Give minutes or kilometres.", value=reach)


def _ways(places: pd.DataFrame, distances: pd.DataFrame | None) -> pd.DataFrame:
    """Return distances with one row per place, in the places' order."""
    if distances is None:
        positions = positions_km(places, argument="places")
        return pd.DataFrame(distances_km(positions, positions), index=places.index, columns=places.index)
    return _checked(distances, places.index, argument="distances")


def _square(places: pd.DataFrame, distances: pd.DataFrame | None) -> NDArray[np.float64]:
    ways = _ways(places, distances)
    return _in_order(ways, places.index, argument="distances")


def _flows(places: pd.DataFrame, flows: pd.DataFrame) -> NDArray[np.float64]:
    table = _in_order(_checked(flows, places.index, argument="flows"), places.index, argument="flows")
    known = np.nan_to_num(table, nan=0.0)
    np.fill_diagonal(known, 0)
    return known


def _gravity(people: pd.Series, ways: NDArray[np.float64], exponent: float) -> NDArray[np.float64]:
    apart = ways.copy()
    np.fill_diagonal(apart, np.inf)
    spots = people.index[(apart == 0).any(axis=1)]
    if len(spots):
        raise InputError(
            "{codes} lie on one spot with another place, so their attraction has no limit. Merge them, or give the "
            "distance inside a place.",
            codes=listed(spots),
        )
    sizes = people.fillna(0).to_numpy()
    flows: NDArray[np.float64] = np.nan_to_num(sizes[:, None] * sizes[None, :] / apart**exponent, nan=0.0)
    return flows


def _checked(table: pd.DataFrame, index: pd.Index, *, argument: str) -> pd.DataFrame:
    stray = index.difference(table.index)
    if len(stray) or not table.index.is_unique or not table.columns.is_unique:
        raise AlignmentError(
            "`{argument}` has no row for {codes}, or a code twice; each place needs one row. "
            "Compute the matrix from these places.",
            argument=argument,
            codes=listed(stray),
        )
    numbers = table.loc[index].astype(float)
    if (numbers < 0).any(axis=None):
        raise InputError(
            "`{argument}` holds negative values; neither ways nor flows are. Check the matrix.", argument=argument
        )
    return numbers


def _in_order(table: pd.DataFrame, index: pd.Index, *, argument: str) -> NDArray[np.float64]:
    stray = index.difference(table.columns)
    if len(stray):
        raise AlignmentError(
            "`{argument}` has no column for {codes}; between places every place is a destination. "
            "Compute the matrix from these places.",
            argument=argument,
            codes=listed(stray),
        )
    return table[list(index)].to_numpy(dtype=float)


def _of_columns(residents: pd.Series, ways: pd.DataFrame) -> NDArray[np.float64]:
    stray = ways.columns.difference(residents.index)
    if len(stray):
        raise AlignmentError(
            "nobody is counted at {codes}, which are destinations. Give their residents: `residents`.",
            codes=listed(stray),
        )
    return residents.reindex(ways.columns).to_numpy(dtype=float)
