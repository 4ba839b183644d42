"""Strips of a stated width in minutes: the land that lies within reach of a line over a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.corridors.strips import buffered, strip_around
from geo_urban.errors import InputError
from geo_urban.spatial._access import AccessRule, geodesic_km, on_sphere
from geo_urban.spatial._path_arrays import Legs
from geo_urban.spatial.travel_results import arcs_of

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_urban.spatial import Network

__all__ = ["strip_by_time"]

# Time left is rounded to this part of half the width; a road is cut where so much of it has passed.
_STEPS = 24
# The line is searched at points so near each other [degree of latitude]: 500 m.
_STEP = 0.0045
_KM_PER_DEGREE = 110.5
_MOST_LAT = 89.0
# Pieces are buffered together by cells of this size, each in a projection of its own [degree].
_CELL = 1.0
# Corners in a quarter of a circle: what the strip loses between them is half a percent of the way off the road.
_CORNERS = 8


def strip_by_time(
    lines: gpd.GeoSeries,
    *,
    network: Network,
    width_minutes: float,
    access: AccessRule | None = None,
) -> shapely.Geometry:
    """Return the land within half a stated number of minutes of lines, over a network and off it.

    Where the terrain of a strip of fixed width is the same everywhere, this one is wide along roads that lead to the
    corridor and narrow where none do.

    Parameters
    ----------
    lines
        Lines with a declared CRS, e.g. links of a corridor.
    network
        The roads.
    width_minutes
        Width of the strip, both sides together [minutes].
    access
        Speed and detour off the roads; by default those of `geo_urban.spatial.travel_time` (30 km/h, 1.3).

    Returns
    -------
    shapely.Geometry
        Polygon on WGS 84; empty where there are no lines.

    Raises
    ------
    InputError
        If the width is not above zero.

    Notes
    -----
    A place belongs to the strip if minutes off the road + minutes along roads + minutes from the road's end to the
    line are at most half of the width; roads may be left anywhere. Time that is left on roads is known to a
    twenty-fourth of half the width, so the edge beside them is right to a twenty-fourth of the way off the road. Roads
    are straight where the network gives no course. One search, O(e log n).

    Examples
    --------
    A line of 100 km and no roads beside it: half an hour to each side is 30 ÷ 60 × 30 ÷ 1.3 = 11.5 km.

    >>> import geopandas as gpd
    >>> from geo_urban.spatial import area_km2, build_network
    >>> far = build_network([9, 9.1], [9, 9], [0], [1], km=[11], minutes=[10])
    >>> line = gpd.GeoSeries([shapely.LineString([(0, 0), (0.898315, 0)])], crs=4326)
    >>> strip = strip_by_time(line, network=far, width_minutes=60)
    >>> round(float(area_km2(gpd.GeoSeries([strip], crs=4326)).iloc[0]))  # 100 km × 23.1 km and a circle of 11.5 km
    2726
    """
    if not width_minutes > 0:
        raise InputError("`{name}` is {value}; it must be above zero.", name="width_minutes", value=width_minutes)
    rule = AccessRule() if access is None else access
    half, pace = width_minutes / 2, rule.speed_kmh / rule.detour / 60
    parts = [strip_around(lines, width_km=2 * half * pace)]
    minutes = _minutes_from(lines, network, half, pace)
    pieces, left = _reached_pieces(network, minutes, half)
    level = np.rint(left / half * _STEPS).astype(np.int64)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(pieces, 0.5, normalized=True))
    table = pd.DataFrame({"level": level, "x": middle[:, 0] // _CELL, "y": middle[:, 1] // _CELL})
    kept = np.flatnonzero(level > 0)
    for rows in table.iloc[kept].groupby(["level", "x", "y"]).indices.values():
        together = kept[rows]
        reach = half * pace * level[together[0]] / _STEPS
        parts.append(buffered(shapely.multilinestrings(pieces[together]), reach, corners=_CORNERS))
    strip: shapely.Geometry = shapely.union_all(parts)
    return strip


def _minutes_from(lines: gpd.GeoSeries, network: Network, half: float, pace: float) -> NDArray[np.float64]:
    """Return how long each node is from the lines, infinite beyond half the width."""
    from scipy.spatial import cKDTree

    from geo_urban.spatial._shortest_paths import to_nearest

    points = shapely.get_coordinates(shapely.segmentize(lines.to_crs(4326).to_numpy(), _STEP))
    if not len(points):
        return np.full(len(network.lon), np.inf)
    low, high = points.min(axis=0), points.max(axis=0)
    reach = np.array([1 / np.cos(np.radians(min(np.abs([low[1], high[1]]).max() + 1, _MOST_LAT))), 1]) * half * pace
    low, high = low - reach / _KM_PER_DEGREE, high + reach / _KM_PER_DEGREE
    within = (network.lon >= low[0]) & (network.lon <= high[0]) & (network.lat >= low[1]) & (network.lat <= high[1])
    nodes = np.flatnonzero(network.open_nodes & within)
    nearest = cKDTree(on_sphere(*points.T)).query(on_sphere(network.lon[nodes], network.lat[nodes]))[1]
    km = geodesic_km(network.lon[nodes], network.lat[nodes], *points[nearest].T)
    near = km <= half * pace
    starts = np.array([0, near.sum()], dtype=np.int64)
    legs = Legs(starts, nodes[near].astype(np.int32), km[near] / pace, km[near])
    cost = np.asarray(to_nearest(arcs_of(network, "minutes"), legs, half)[0])
    return np.where(cost <= half, cost, np.inf)


def _reached_pieces(
    network: Network, minutes: NDArray[np.float64], half: float
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return short pieces of the roads that are reached in time, and the minutes that are left at their middle."""
    tails, heads = network.tails, network.ends
    chosen = np.minimum(minutes[tails], np.inf if network.directed else minutes[heads]) < half
    arcs = np.flatnonzero(chosen & (network.directed | (tails < heads)))
    step = half / _STEPS
    count = np.ceil(network.minutes[arcs] / step).astype(np.int64).clip(1)
    row = np.repeat(np.arange(len(arcs)), count)
    number = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    passed = network.minutes[arcs][row] * (number + 0.5) / count[row]
    there = minutes[tails[arcs]][row] + passed
    if not network.directed:
        there = np.minimum(there, minutes[heads[arcs]][row] + network.minutes[arcs][row] - passed)
    reached = there < half
    row, number = row[reached], number[reached]
    courses = network.lines_of(arcs)[row]
    ends = [shapely.line_interpolate_point(courses, (number + side) / count[row], normalized=True) for side in (0, 1)]
    coordinates = np.stack([shapely.get_coordinates(each) for each in ends], axis=1)
    return shapely.linestrings(coordinates) if len(row) else np.array([], dtype=object), half - there[reached]
