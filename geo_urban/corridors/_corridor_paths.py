"""Least-time paths between places in pairs, as rows of a table of links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.spatial._access import AccessRule, access_legs, geodesic_km, place_table
from geo_urban.spatial.travel_results import arcs_between, arcs_of, walked

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy.typing import NDArray

    from geo_urban.spatial import Network
    from geo_urban.spatial._access import Joined

__all__ = ["links_between"]


def links_between(
    pairs: Iterable[tuple[Hashable, Hashable]], places: gpd.GeoDataFrame, network: Network
) -> gpd.GeoDataFrame:
    """Return the way between the places of each pair.

    Returns
    -------
    geopandas.GeoDataFrame
        `start`, `end`, `straight_km`, `km`, `minutes`, `detour` (km over straight km) and the line. Without a way the
        last three are missing and the line is straight.
    """
    from geo_urban.spatial._shortest_paths import from_one

    pairs = list(pairs)
    joined = access_legs(place_table(places, argument="places"), network, AccessRule())
    arcs = arcs_of(network, "minutes")
    rows: list[tuple[object, ...]] = [()] * len(pairs)
    by_start: dict[int, list[int]] = {}
    for number, (start, _) in enumerate(pairs):
        by_start.setdefault(_row(joined, start), []).append(number)
    for row, numbers in by_start.items():
        # One search serves all pairs that start there, and ends when it has found them.
        ends = _nodes_of(joined, [pairs[number][1] for number in numbers])
        joins = joined.table["component"].iloc[row] >= 0 and len(ends)
        search = from_one(arcs, joined.by_minutes, row, until=ends) if joins else None
        for number in numbers:
            rows[number] = _link(*pairs[number], joined, search, arcs, network)
    columns = ["start", "end", "straight_km", "km", "minutes", "detour", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=4326)


def _nodes_of(joined: Joined, places: list[Hashable]) -> NDArray[np.int32]:
    """Return the nodes where places leave the network; none for those too far from it."""
    legs = joined.by_minutes
    rows = joined.table.index.get_indexer(pd.Index(places))
    return np.concatenate([legs.nodes[legs.starts[row] : legs.starts[row + 1]] for row in rows])


def _row(joined: Joined, place: Hashable) -> int:
    return int(joined.table.index.get_indexer(pd.Index([place]))[0])


def _link(
    start: Hashable, end: Hashable, joined: Joined, search: tuple[Any, Any, Any] | None, arcs: Any, network: Network
) -> tuple[object, ...]:
    ends = joined.table.loc[[start, end], ["lon", "lat"]].to_numpy()
    straight = float(geodesic_km(*ends[0], *ends[1]))
    legs, row = joined.by_minutes, _row(joined, end)
    last = int(legs.starts[row])
    if straight == 0:
        return start, end, 0.0, 0.0, 0.0, np.nan, shapely.LineString(ends)
    if search is None or last == legs.starts[row + 1] or not np.isfinite(search[0][legs.nodes[last]]):
        return start, end, straight, np.nan, np.nan, np.nan, shapely.LineString(ends)
    cost, along, before = search
    nodes = walked(before, int(legs.nodes[last]))
    passed = arcs_between(arcs, nodes)
    courses = [shapely.get_coordinates(line) for line in network.lines_of(passed)] if len(passed) else []
    course = np.concatenate([ends[:1], [[network.lon[nodes[0]], network.lat[nodes[0]]]], *courses, ends[1:]])
    km = float(along[nodes[-1]] + legs.other[last])
    minutes = float(cost[nodes[-1]] + legs.cost[last])
    line = shapely.remove_repeated_points(shapely.LineString(course))
    return start, end, straight, km, minutes, km / straight, line
