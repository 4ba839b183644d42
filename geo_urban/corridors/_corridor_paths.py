"""Least-time paths between places in pairs, as rows of a table of links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.errors import InsufficientDataError
from geo_urban.spatial import travel_time
from geo_urban.spatial._access import geodesic_km, place_table

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from geo_urban.spatial import Network

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
    table = place_table(places, argument="places")
    times = travel_time(places, network=network, max_minutes=0.0)
    rows = [_link(start, end, table, times) for start, end in pairs]
    columns = ["start", "end", "straight_km", "km", "minutes", "detour", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=4326)


def _link(start: Hashable, end: Hashable, table: pd.DataFrame, times: Any) -> tuple[object, ...]:
    ends = table.loc[[start, end], ["lon", "lat"]].to_numpy()
    straight = float(geodesic_km(*ends[0], *ends[1]))
    try:
        route = times.path(start, end)
    except InsufficientDataError:
        return start, end, straight, np.nan, np.nan, np.nan, shapely.LineString(ends)
    line = route.line if route.line.geom_type == "LineString" else shapely.LineString(ends)
    return start, end, straight, route.km, route.minutes, route.km / straight if straight > 0 else np.nan, line
