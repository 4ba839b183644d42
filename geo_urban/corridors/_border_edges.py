"""Find the edges that units and neighbours share, and chain them into lines with the land on the left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo_urban.spatial._access import geodesic_km

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["Edges", "Shared", "chained", "edges_of", "near_edges", "shared_edges"]

_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_MARK_BITS = 24
_KM_PER_DEGREE = 110.5
# Edges longer than this are cut before they are matched by nearness [degree].
_LONGEST = 0.01


class Edges(NamedTuple):
    """Edges of polygons, with the polygon's inside on the left."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    owner: NDArray[np.int64]

    def chosen(self, rows: NDArray[np.int64]) -> Edges:
        """Return some of the edges."""
        return Edges(self.starts[rows], self.ends[rows], self.owner[rows])


class Shared(NamedTuple):
    """Edges of units that lie on a neighbour, and the neighbour of each."""

    edges: Edges
    neighbor: NDArray[np.int64]
    overlapping: NDArray[np.int64]


def edges_of(polygons: gpd.GeoSeries) -> Edges:
    """Return all edges of polygons, counterclockwise around shells and clockwise around holes."""
    parts, owner = shapely.get_parts(polygons.to_numpy(), return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts, exterior_cw=False), return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    vertices = vertices + 0.0  # of −0.0 and 0.0, which are one place, makes one pattern of bits
    joined = (ring[1:] == ring[:-1]) & (vertices[1:] != vertices[:-1]).any(axis=1)
    return Edges(vertices[:-1][joined], vertices[1:][joined], owner[part[ring[:-1][joined]]].astype(np.int64))


def shared_edges(units: Edges, neighbors: Edges) -> Shared:
    """Return the edges that units and neighbours have in common, end by end.

    Neighbours lie beyond the border, so their edges run the other way. Edges that run the same way belong to
    polygons on the same side, which overlap: their neighbours are in `overlapping`.
    """
    row, match = _matches(units.starts, units.ends, neighbors.ends, neighbors.starts)
    _, same_side = _matches(units.starts, units.ends, neighbors.starts, neighbors.ends)
    return Shared(units.chosen(row), neighbors.owner[match], np.unique(neighbors.owner[same_side]))


def near_edges(units: Edges, polygons: NDArray[np.object_], max_gap_km: float) -> Shared:
    """Return the outer edges of units whose middle lies within a distance of a neighbour, and the nearest one."""
    outer = _cut(units.chosen(_unmatched(units)))
    middles = (outer.starts + outer.ends) / 2
    reach = max_gap_km / _KM_PER_DEGREE / np.cos(np.radians(np.abs(middles[:, 1]).max(initial=0.0)))
    points = shapely.points(middles)
    row, polygon = shapely.STRtree(polygons).query(points, predicate="dwithin", distance=reach)
    way = shapely.get_coordinates(shapely.shortest_line(points[row], polygons[polygon])).reshape(-1, 4)
    apart = geodesic_km(*way.T)
    order = np.lexsort((polygon, apart))
    order = order[apart[order] <= max_gap_km]
    first = order[np.unique(row[order], return_index=True)[1]]
    return Shared(outer.chosen(row[first]), polygon[first].astype(np.int64), np.array([], dtype=np.int64))


def chained(edges: Edges, neighbor: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the edges in the order in which they follow each other, one list per connected part.

    A part ends where no edge or more than one follows. A closed one begins where its neighbour changes, or at its
    westernmost vertex. Longest parts first.
    """
    vertices = np.concatenate([edges.starts, edges.ends])
    _, number = np.unique(vertices, axis=0, return_inverse=True)
    start, end = number.ravel()[: len(edges.starts)], number.ravel()[len(edges.starts) :]
    leaving = np.bincount(start, minlength=len(vertices))
    arriving = np.bincount(end, minlength=len(vertices))
    passing = (leaving == 1) & (arriving == 1)
    follower = np.full(len(vertices), -1, dtype=np.int64)
    follower[start] = np.arange(len(start))
    seen = np.zeros(len(start), dtype=bool)
    parts = [_walked(int(first), end, follower, passing, seen) for first in np.flatnonzero(~passing[start])]
    for first in range(len(start)):
        if not seen[first]:
            loop = _walked(first, end, follower, passing, seen)
            parts.append(_from_a_change(loop, edges, neighbor))
    lengths = [-geodesic_km(*edges.starts[part].T, *edges.ends[part].T).sum() for part in parts]
    return [parts[row] for row in np.argsort(lengths, kind="stable")]


def _walked(
    first: int,
    end: NDArray[np.int64],
    follower: NDArray[np.int64],
    passing: NDArray[np.bool_],
    seen: NDArray[np.bool_],
) -> NDArray[np.int64]:
    walked, seen[first] = [first], True
    while passing[end[walked[-1]]] and not seen[follower[end[walked[-1]]]]:
        walked.append(int(follower[end[walked[-1]]]))
        seen[walked[-1]] = True
    return np.array(walked, dtype=np.int64)


def _from_a_change(loop: NDArray[np.int64], edges: Edges, neighbor: NDArray[np.int64]) -> NDArray[np.int64]:
    change = np.flatnonzero(neighbor[loop] != np.roll(neighbor[loop], 1))
    places = change if len(change) else np.arange(len(loop))
    lon, lat = edges.starts[loop[places]].T
    return np.roll(loop, -int(places[np.lexsort((lat, lon))[0]]))


def _matches(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    other_starts: NDArray[np.float64],
    other_ends: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of edges that are among others, and where among them."""
    keys, others = _keys(starts, ends), _keys(other_starts, other_ends)
    # Nearly all edges have no partner; a table of marks tells most of them without a search.
    marks = np.zeros(1 << _MARK_BITS, dtype=bool)
    marks[others >> np.uint64(64 - _MARK_BITS)] = True
    row = np.flatnonzero(marks[keys >> np.uint64(64 - _MARK_BITS)])
    if not len(row):
        return row, row
    order = np.argsort(others, kind="stable")
    place = np.minimum(np.searchsorted(others, keys[row], sorter=order), len(others) - 1)
    match = order[place]
    same = (other_starts[match] == starts[row]).all(axis=1) & (other_ends[match] == ends[row]).all(axis=1)
    return row[same], match[same]


def _keys(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return a number per edge: equal for equal edges, different for others but by rarest chance."""
    key = np.zeros(len(starts), dtype=np.uint64)
    for column in (*starts.T, *ends.T):
        key = (key ^ np.ascontiguousarray(column).view(np.uint64)) * _FIRST
        key ^= key >> np.uint64(29)
        key *= _SECOND
        key ^= key >> np.uint64(32)
    return key


def _unmatched(edges: Edges) -> NDArray[np.int64]:
    """Return the edges that no other polygon of the same layer has: its outer border."""
    inner = _matches(edges.starts, edges.ends, edges.ends, edges.starts)[0]
    return np.setdiff1d(np.arange(len(edges.starts)), inner, assume_unique=True)


def _cut(edges: Edges) -> Edges:
    """Return edges cut into pieces none of which is long."""
    count = np.ceil(np.linalg.norm(edges.ends - edges.starts, axis=1) / _LONGEST).astype(np.int64).clip(1)
    row = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    way = edges.ends - edges.starts
    vertices = [edges.starts[row] + way[row] * (each / count[row])[:, None] for each in (step, step + 1)]
    last = step + 1 == count[row]
    vertices[1][last] = edges.ends[row[last]]
    return Edges(vertices[0], vertices[1], edges.owner[row])
