"""Travel times over a network, from many places to many places, and to the nearest of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from warnings import warn

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.messages import translate
from geo_urban.progress import track
from geo_urban.spatial._access import (
    EARTH_RADIUS_KM,
    AccessRule,
    access_legs,
    geodesic_km,
    on_sphere,
    place_table,
)
from geo_urban.spatial._path_arrays import Arcs, Legs
from geo_urban.spatial.network import Measure, Network, require_measure
from geo_urban.spatial.travel_results import GreatCircle, TravelTimes, arcs_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["nearest_by_time", "travel_time"]

# Origins are gone through in blocks whose tables take 32 megabytes at most.
_CELLS_AT_ONCE = 2_000_000
# A sphere and the ellipsoid differ by less than this in any distance.
_SPHERE_MARGIN = 1.006

Pairs = tuple["NDArray[np.intp]", "NDArray[np.intp]", "NDArray[np.float64]", "NDArray[np.float64]"]


def travel_time(
    origins: gpd.GeoDataFrame | gpd.GeoSeries,
    destinations: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    *,
    network: Network | GreatCircle | Literal["great-circle"],
    max_minutes: float | None = None,
    max_km: float | None = None,
    measure: Measure = "minutes",
    speed_kmh: float | None = None,
    access_nodes: int = 1,
    max_access_km: float = 50.0,
    access_speed_kmh: float = 30.0,
    access_detour: float = 1.3,
) -> TravelTimes:
    """Compute travel times and distances between places over a network.

    How long it takes from each county seat to each other, and how far it is. Times carry the uncertainty of the
    network's speed rule; compare places by them, and do not plan a journey. Rivers and borders are crossed by edges
    only, except on the way from a place to its nearest node.

    Parameters
    ----------
    origins
        Points with a unique index, in any declared CRS.
    destinations
        Likewise; None for the origins themselves.
    network
        A network; or ``"great-circle"`` with `speed_kmh`, for straight lines where no network is to be had.
    max_minutes
        Pairs beyond it are out of reach [minutes]; None for no limit. With ``measure="minutes"``.
    max_km
        Likewise [km], with ``measure="km"``.
    measure
        What paths are the shortest in. The other is that of the same path: the kilometres of the fastest way, or the
        minutes of the shortest.
    speed_kmh
        Speed along straight lines [km/h], for ``"great-circle"`` and nothing else.
    access_nodes
        How many of the nearest nodes a place joins. With one, times are symmetric and keep the triangle inequality;
        with more, a place may lie between two of them and shorten no one's way but its own.
    max_access_km
        A place farther than this from any node, in a straight line, does not join [km].
    access_speed_kmh
        Speed from a place to its node [km/h].
    access_detour
        Length of the way from a place to its node over the straight line.

    Returns
    -------
    TravelTimes
        Minutes and kilometres of all pairs within reach. Out of reach they are infinite; pairs without any way are
        counted. A place is at no distance from itself or from another at the very same position.

    Raises
    ------
    InputError
        If places are no points, have no CRS, are on another datum, lie nowhere on earth or stand twice; if a limit
        does not fit `measure`; or if the speed of straight lines is missing.

    Warns
    -----
    GeoUrbanWarning
        If places are too far from the network to join it; they are named.

    Notes
    -----
    minutes = access leg + Σ minutes of edges + access leg, each leg = straight line × detour ÷ speed. Dijkstra's
    algorithm from each origin, ended at the limit or when all destinations are settled: O(e log n) in the e edges
    within reach. Memory: 20 bytes per pair within reach.

    References
    ----------
    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs. doi:10.1007/BF01386390

    Examples
    --------
    Two places at the ends of a road of 111 km, driven at 60 km/h; the second lies 1.11 km off it, 1.44 km to walk.

    >>> import geopandas as gpd
    >>> from geo_urban.spatial import build_network
    >>> network = build_network([0, 1], [0, 0], [0], [1], km=[111], minutes=[111])
    >>> places = gpd.GeoSeries.from_xy([0, 1], [0, 0.01], index=["a", "b"], crs=4326)
    >>> times = travel_time(places, network=network)
    >>> times.km.loc["a", "b"].round(2), times.minutes.loc["a", "b"].round(2)
    (np.float64(112.44), np.float64(113.87))
    """
    limit = _limit(measure, max_minutes, max_km)
    rule = AccessRule(nodes=access_nodes, max_km=max_access_km, speed_kmh=access_speed_kmh, detour=access_detour)
    chosen = _chosen_network(network, speed_kmh)
    here = place_table(origins, argument="origins")
    there = here if destinations is None else place_table(destinations, argument="destinations")
    blocks: Iterator[Pairs]
    if isinstance(chosen, GreatCircle):
        blocks = _straight_pairs(here, there, chosen, limit, measure)
    else:
        joined = access_legs(here, chosen, rule)
        joined_there = joined if destinations is None else access_legs(there, chosen, rule)
        here, there = joined.table, joined_there.table
        _warn_of_lost(here, there, rule)
        blocks = _network_pairs(arcs_of(chosen, measure), joined.legs(measure), joined_there.legs(measure), limit)
    starts, columns, cost, other = _collected(blocks, here, there)
    minutes, km = (cost, other) if measure == "minutes" else (other, cost)
    return TravelTimes(
        origins=here,
        destinations=there,
        starts=starts,
        columns=columns,
        reached_minutes=minutes,
        reached_km=km,
        network=chosen,
        measure=measure,
        limit=limit,
        access=rule,
    )


def nearest_by_time(
    origins: gpd.GeoDataFrame | gpd.GeoSeries,
    destinations: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    network: Network,
    max_minutes: float | None = None,
    max_km: float | None = None,
    measure: Measure = "minutes",
    access_nodes: int = 1,
    max_access_km: float = 50.0,
    access_speed_kmh: float = 30.0,
    access_detour: float = 1.3,
) -> pd.DataFrame:
    """Find the destination that is nearest to each origin over a network.

    Which port, hospital or larger city people reach first, and how long they travel. A single search from all
    destinations at once, backwards along the edges, so a million origins cost little more than ten.

    Parameters
    ----------
    origins
        Points with a unique index, in any declared CRS.
    destinations
        Likewise.
    network
        A network.
    max_minutes, max_km, measure
        As in `travel_time`.
    access_nodes, max_access_km, access_speed_kmh, access_detour
        As in `travel_time`.

    Returns
    -------
    pandas.DataFrame
        On the index of `origins`: `nearest` (label of the destination, missing where none is in reach), `minutes`
        and `km` (infinite there). Of two as near as each other it is one of them.

    Raises
    ------
    InputError
        As `travel_time`.

    Warns
    -----
    GeoUrbanWarning
        If places are too far from the network to join it; they are named.

    Notes
    -----
    O(e log n) for e edges and n nodes, whatever the number of places.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from geo_urban.spatial import build_network
    >>> network = build_network([0, 1, 2], [0, 0, 0], [0, 1], [1, 2], km=[111, 150], minutes=[90, 130])
    >>> towns = gpd.GeoSeries.from_xy([1], [0], index=["middle"], crs=4326)
    >>> ports = gpd.GeoSeries.from_xy([0, 2], [0, 0], index=["west", "east"], crs=4326)
    >>> nearest_by_time(towns, ports, network=network)
           nearest  minutes     km
    middle    west     90.0  111.0
    """
    limit = _limit(measure, max_minutes, max_km)
    rule = AccessRule(nodes=access_nodes, max_km=max_access_km, speed_kmh=access_speed_kmh, detour=access_detour)
    leaving = access_legs(place_table(origins, argument="origins"), network, rule)
    arriving = access_legs(place_table(destinations, argument="destinations"), network, rule)
    here, there = leaving.table, arriving.table
    _warn_of_lost(here, there, rule)
    backwards = _reversed(arcs_of(network, measure)) if network.directed else arcs_of(network, measure)
    from geo_urban.spatial._shortest_paths import to_nearest

    cost, other, owner = to_nearest(backwards, arriving.legs(measure), limit)
    row, cost, other = _best_by_place(leaving.legs(measure), cost, other, owner, limit)
    row, cost, other = _at_same_place(here, there, row, cost, other)
    minutes, km = (cost, other) if measure == "minutes" else (other, cost)
    labels = pd.Series(there.index.take(np.maximum(row, 0)), index=here.index).where(row >= 0)
    return pd.DataFrame({"nearest": labels, "minutes": minutes, "km": km}, index=here.index)


def _limit(measure: str, max_minutes: float | None, max_km: float | None) -> float:
    require_measure(measure)
    given = {"minutes": max_minutes, "km": max_km}
    other = "km" if measure == "minutes" else "minutes"
    if given[other] is not None:
        raise InputError(
            "`max_{other}` was given, but paths are the shortest in {measure}, and the reach is measured in that. "
            'Give `max_{measure}`, or `measure="{other}"`.',
            other=other,
            measure=measure,
        )
    limit = float("inf") if given[measure] is None else float(given[measure] or 0)
    if not limit >= 0:
        raise InputError("`max_{measure}` is {limit}; it must be zero or more.", measure=measure, limit=limit)
    return limit


def _chosen_network(network: object, speed_kmh: float | None) -> Network | GreatCircle:
    if isinstance(network, Network | GreatCircle):
        if speed_kmh is not None:
            raise InputError(
                "`speed_kmh` was given, but the network has minutes of its own, so it would be ignored. Leave it out, "
                "or build the network with that speed."
            )
        return network
    if network != "great-circle":
        raise InputError(
            '`network` is {network!r}; travel needs a network, or the words "great-circle" with `speed_kmh`. Make '
            "one, e.g. `geo_urban.datasets.road_network()` or `geo_urban.io.read_network(path)`.",
            network=network,
        )
    if speed_kmh is None or not speed_kmh > 0:
        raise InputError(
            "straight lines have no speed of their own, and `speed_kmh` is {speed}. State one above zero, e.g. "
            '`travel_time(places, network="great-circle", speed_kmh=50)`.',
            speed=speed_kmh,
        )
    return GreatCircle(speed_kmh=float(speed_kmh))


def _warn_of_lost(here: pd.DataFrame, there: pd.DataFrame, rule: AccessRule) -> None:
    tables = {"origins": here} if there is here else {"origins": here, "destinations": there}
    for argument, table in tables.items():
        lost = table.index[table["component"] < 0]
        if len(lost):
            warn(
                GeoUrbanWarning(
                    "{count} of {total} `{argument}` lie more than {limit:g} km from any node of the network and do "
                    "not join it, so they are unreachable: {codes}. Check their positions, or raise `max_access_km`.",
                    count=len(lost),
                    total=len(table),
                    argument=argument,
                    limit=rule.max_km,
                    codes=listed(lost),
                ),
                stacklevel=3,
            )


def _blocks(rows: int, columns: int) -> list[range]:
    size = max(1, _CELLS_AT_ONCE // max(columns, 1))
    return [range(first, min(first + size, rows)) for first in range(0, rows, size)]


def _network_pairs(arcs: Arcs, leaving: Legs, arriving: Legs, limit: float) -> Iterator[Pairs]:
    from geo_urban.spatial._shortest_paths import many_to_many

    rows, columns = len(leaving.starts) - 1, len(arriving.starts) - 1
    for block in track(_blocks(rows, columns), description=translate("Searching for shortest paths")):
        cost, other = many_to_many(arcs, leaving, arriving, block, limit)
        row, column = np.nonzero(np.isfinite(cost))
        yield row + block.start, column, cost[row, column], other[row, column]


def _straight_pairs(
    here: pd.DataFrame, there: pd.DataFrame, straight: GreatCircle, limit: float, measure: Measure
) -> Iterator[Pairs]:
    factor = {"km": straight.detour, "minutes": straight.detour / straight.speed_kmh * 60}
    other_measure: Measure = "km" if measure == "minutes" else "minutes"
    origins, destinations = here[["lon", "lat"]].to_numpy(), there[["lon", "lat"]].to_numpy()
    ends = on_sphere(*destinations.T)
    for block in _blocks(len(here), len(there)):
        cosine = np.clip(on_sphere(*origins[block.start : block.stop].T) @ ends.T, -1, 1)
        near = np.arccos(cosine) * EARTH_RADIUS_KM * factor[measure] <= limit * _SPHERE_MARGIN + 0.1
        row, column = np.nonzero(near)
        km = geodesic_km(*origins[row + block.start].T, *destinations[column].T)
        within = km * factor[measure] <= limit
        row, column, km = row[within], column[within], km[within]
        yield row + block.start, column, km * factor[measure], km * factor[other_measure]


def _collected(
    blocks: Iterator[Pairs], here: pd.DataFrame, there: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Return all pairs by origin; places at the very same position are at no distance."""
    parts = [(row.astype(np.int32), column.astype(np.int32), cost, other) for row, column, cost, other in blocks]
    row, column, cost, other = (np.concatenate(each) for each in zip(*parts, strict=True))
    same_row, same_column = _same_places(here, there)
    row = np.concatenate([same_row, row])
    column = np.concatenate([same_column, column])
    cost = np.concatenate([np.zeros(len(same_row)), cost])
    other = np.concatenate([np.zeros(len(same_row)), other])
    order = np.lexsort((cost, column, row))
    row, column = row[order], column[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    starts = np.concatenate([[0], np.cumsum(np.bincount(row[first], minlength=len(here)))]).astype(np.int64)
    return starts, column[first].astype(np.int32), cost[order][first], other[order][first]


def _same_places(here: pd.DataFrame, there: pd.DataFrame) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the pairs of rows that are at the very same position, by origin and then by destination."""
    columns: dict[tuple[float, float], list[int]] = {}
    for column, position in enumerate(zip(there["lon"].tolist(), there["lat"].tolist(), strict=True)):
        columns.setdefault(position, []).append(column)
    found = [
        (row, column)
        for row, position in enumerate(zip(here["lon"].tolist(), here["lat"].tolist(), strict=True))
        for column in columns.get(position, ())
    ]
    pairs = np.array(found, dtype=np.int32).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _reversed(arcs: Arcs) -> Arcs:
    tails = np.repeat(np.arange(len(arcs.starts) - 1, dtype=np.int32), np.diff(arcs.starts))
    order = np.argsort(arcs.ends, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(arcs.ends, minlength=len(arcs.starts) - 1))])
    return Arcs(starts.astype(np.int64), tails[order], arcs.cost[order], arcs.other[order])


def _best_by_place(
    legs: Legs, cost: NDArray[np.float64], other: NDArray[np.float64], owner: NDArray[np.int64], limit: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return each place's nearest source, cost and other measure, by the best of its access nodes."""
    count = len(legs.starts) - 1
    place = np.repeat(np.arange(count), np.diff(legs.starts))
    total = legs.cost + cost[legs.nodes]
    along = legs.other + other[legs.nodes]
    valid = (owner[legs.nodes] >= 0) & (total <= limit)
    order = np.lexsort((along, total))
    order = order[valid[order]][::-1]  # the best is written last
    row = np.full(count, -1, dtype=np.int64)
    least, rest = np.full(count, np.inf), np.full(count, np.inf)
    row[place[order]] = owner[legs.nodes[order]]
    least[place[order]], rest[place[order]] = total[order], along[order]
    return row, least, rest


def _at_same_place(
    here: pd.DataFrame,
    there: pd.DataFrame,
    row: NDArray[np.int64],
    cost: NDArray[np.float64],
    other: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    same_row, same_column = _same_places(here, there)
    row[same_row[::-1]] = same_column[::-1]
    cost[same_row] = 0.0
    other[same_row] = 0.0
    return row, cost, other
