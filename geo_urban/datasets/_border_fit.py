"""Fit neighbouring polygons around an outline that is taken as true: no overlap, no gap, every vertex shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.spatial.areas import area_km2

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fit_around", "shared_border_km"]

# Nothing farther than this from the outline is touched [degree]. Wider than any gap between the two sources' lines.
_REACH = 0.4
# Points nearer than this are the same point [degree]: a millimetre.
_SAME = 1e-8
# An opening to the sea is closed where it is narrower than twice this [degree]: the mouths of border rivers.
_HALF_MOUTH = 0.03
# Of what closing finds, whatever is thinner than twice this is its own rounding [degree].
_ROUNDING = 2e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Outline:
    """The outline's edges: their ends, and an index of them."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    edges: shapely.STRtree


def fit_around(neighbors: gpd.GeoSeries, outline: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return neighbours that meet an outline without gap or overlap.

    What a neighbour has inside the outline is cut off. What lies between the outline and the neighbours and belongs to
    nobody goes to the neighbour that it touches along the longest line. Then every vertex on the common line is one of
    the outline's, so that they are a coverage bit by bit.

    Parameters
    ----------
    neighbors
        Valid polygons in degrees that share no area with each other.
    outline
        Polygon in degrees; it is not changed.

    Returns
    -------
    geopandas.GeoDataFrame
        On the index of `neighbors`: ``cut_km2`` and ``filled_km2`` (area lost to the outline and won from the gaps
        [km²]), ``geometry``.

    Notes
    -----
    A gap is a hole of the whole, or an opening to the sea narrower than 0.06° (a border river's mouth). Polygons
    (parts) farther than 0.4° from the outline stay as they are. A line between two neighbours that reaches the outline
    within an edge is led to the nearer end of that edge.
    """
    indexed = _indexed(outline)
    belt = shapely.buffer(shapely.simplify(outline, _REACH / 5), _REACH, quad_segs=2)
    shapely.prepare([belt, outline])
    near, far = zip(*(_near_and_far(polygon, belt) for polygon in neighbors), strict=True)
    kept = [shapely.difference(polygon, outline) for polygon in near]
    gaps, owners = _gaps(outline, indexed, [shapely.intersection(polygon, belt) for polygon in kept])
    fitted = []
    for row, (polygon, rest) in enumerate(zip(kept, far, strict=True)):
        met = _parts_on_vertices(shapely.union_all([polygon, *gaps[owners == row]]), indexed)
        fitted.append(shapely.multipolygons(np.concatenate([met, shapely.get_parts(rest)])))
    result = gpd.GeoDataFrame(geometry=gpd.GeoSeries(fitted, index=neighbors.index, crs=neighbors.crs))
    result.insert(0, "cut_km2", _areas(near, neighbors) - _areas(kept, neighbors))
    won = [shapely.union_all(gaps[owners == row]) for row in range(len(neighbors))]
    result.insert(1, "filled_km2", _areas(won, neighbors))
    return result


def shared_border_km(polygons: gpd.GeoSeries, outline: shapely.Geometry) -> pd.Series:
    """Return the length of the line that each polygon shares with an outline, edge by edge.

    Parameters
    ----------
    polygons
        Polygons in degrees whose common edges with the outline have the same ends, bit by bit.
    outline
        Polygon in degrees.

    Returns
    -------
    pandas.Series
        Length [km] on the ellipsoid, on the index of `polygons`. It grows with the detail of the line: compare shares.
    """
    from pyproj import Geod

    known = _indexed(outline)
    ours = _edge_keys(known.starts, known.ends)
    geod = Geod(ellps="WGS84")
    lengths = []
    for polygon in polygons:
        starts, ends = _edges(polygon)
        shared = np.isin(_edge_keys(starts, ends), ours)
        _, _, metres = geod.inv(*starts[shared].T, *ends[shared].T)
        lengths.append(float(np.sum(metres)) / 1000)
    return pd.Series(lengths, index=polygons.index, name="border_km", dtype="float64")


def _indexed(outline: shapely.Geometry) -> _Outline:
    starts, ends = _edges(outline)
    edges = shapely.STRtree(shapely.linestrings(np.stack([starts, ends], axis=1)))
    return _Outline(starts=starts, ends=ends, edges=edges)


def _edges(polygon: shapely.Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _ring_edges(shapely.get_rings(shapely.get_parts(polygon)))


def _ring_edges(rings: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    return vertices[:-1][joined], vertices[1:][joined]


def _edge_keys(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.void]:
    """Return a key per edge, the same for both directions."""
    forward = (starts[:, 0] < ends[:, 0]) | ((starts[:, 0] == ends[:, 0]) & (starts[:, 1] < ends[:, 1]))
    first, second = np.where(forward[:, None], starts, ends), np.where(forward[:, None], ends, starts)
    return np.ascontiguousarray(np.hstack([first, second])).view("V32").ravel()


def _near_and_far(polygon: shapely.Geometry, belt: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    parts = shapely.get_parts(polygon)
    near = shapely.intersects(belt, parts)
    return shapely.multipolygons(parts[near]), shapely.multipolygons(parts[~near])


def _gaps(
    outline: shapely.Geometry, indexed: _Outline, around: list[shapely.Geometry]
) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return the gaps between the outline and what lies around it, and the row of whoever gets each."""
    whole = shapely.union_all([outline, *around])
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    holes = shapely.polygons(np.array(rings, dtype=object))
    holes = _touching(holes, indexed)
    holes = np.concatenate([holes, _touching(_mouths(whole, holes, indexed, around), indexed)])
    owner_rows, hole_rows = shapely.STRtree(holes).query(around, predicate="dwithin", distance=_SAME)
    lines = shapely.boundary(np.array(around, dtype=object))
    common = np.zeros(len(hole_rows))
    contested = np.flatnonzero(np.bincount(hole_rows, minlength=len(holes))[hole_rows] > 1)
    sides = shapely.boundary(holes[hole_rows[contested]])
    common[contested] = shapely.length(shapely.intersection(sides, lines[owner_rows[contested]]))
    # The last to write is the one with the longest common line; of equals the first in the table.
    order = np.lexsort([-owner_rows, common])
    owners = np.full(len(holes), -1, dtype=np.intp)
    owners[hole_rows[order]] = owner_rows[order]
    return holes, owners


def _touching(gaps: NDArray[np.object_], indexed: _Outline) -> NDArray[np.object_]:
    rows, _ = indexed.edges.query(gaps, predicate="dwithin", distance=_SAME)
    touching: NDArray[np.object_] = gaps[np.unique(rows)]
    return touching


def _mouths(
    whole: shapely.Geometry, holes: NDArray[np.object_], indexed: _Outline, around: list[shapely.Geometry]
) -> NDArray[np.object_]:
    """Return the narrow openings to the sea between the outline and what lies around it: mouths of border rivers."""
    shells = shapely.get_exterior_ring(shapely.get_parts(whole))
    free = np.isin(_edge_keys(indexed.starts, indexed.ends), _edge_keys(*_ring_edges(shells)))
    edges = indexed.edges.geometries[free]
    _, beside = shapely.STRtree(edges).query(around, predicate="dwithin", distance=2 * _HALF_MOUTH)
    if not len(beside):
        return np.array([], dtype=object)
    window = shapely.union_all(shapely.buffer(edges[np.unique(beside)], 3 * _HALF_MOUTH, quad_segs=2))
    in_window = holes[shapely.intersects(holes, window)]
    banks = shapely.union_all([shapely.intersection(whole, window), *in_window])
    closed = shapely.buffer(shapely.buffer(banks, _HALF_MOUTH, quad_segs=32), -_HALF_MOUTH, quad_segs=32)
    water = shapely.get_parts(shapely.difference(shapely.intersection(closed, window), banks))
    cores = shapely.buffer(shapely.buffer(water, -_ROUNDING), 2 * _ROUNDING)
    mouths = _polygons(shapely.intersection(water, cores))
    _, far_bank = shapely.STRtree(mouths).query(around, predicate="dwithin", distance=_SAME)
    facing: NDArray[np.object_] = mouths[np.unique(far_bank)]
    return facing


def _polygons(mixed: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return all polygons that geometries are made of, without the points and lines where things only touch."""
    pieces: NDArray[np.object_] = shapely.get_parts(shapely.get_parts(mixed))
    polygons: NDArray[np.object_] = pieces[shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON]
    return polygons


def _parts_on_vertices(polygon: shapely.Geometry, outline: _Outline) -> NDArray[np.object_]:
    """Return the parts of a polygon, brought to touch the outline at the outline's own vertices only."""
    parts = []
    for part in shapely.get_parts(polygon):
        shell, *holes = [_ring_on_vertices(ring, outline) for ring in shapely.get_rings(part)]
        if shell is not None:
            parts.append(shapely.polygons(shell, [hole for hole in holes if hole is not None] or None))
    # An end that moved to a vertex may make its ring touch itself there, around land of the outline.
    return _polygons(shapely.make_valid(np.array(parts, dtype=object)))


def _ring_on_vertices(ring: shapely.Geometry, outline: _Outline) -> shapely.Geometry | None:
    vertices = shapely.get_coordinates(ring)[:-1]
    on_line = _on_line(vertices, outline)
    rows = np.flatnonzero(on_line)
    if not len(rows):
        return ring
    # The ring follows the line from a vertex to the next if the middle between them is on it too.
    follows = on_line & np.roll(on_line, -1)
    follows[follows] = _on_line((vertices + np.roll(vertices, -1, axis=0))[follows] / 2, outline)
    passing = (follows & np.roll(follows, 1))[rows]
    edge = outline.edges.nearest(shapely.points(vertices[rows]))
    to_start = np.linalg.norm(vertices[rows] - outline.starts[edge], axis=1)
    to_end = np.linalg.norm(vertices[rows] - outline.ends[edge], axis=1)
    # On a vertex: take its exact coordinates. Between two: keep none, or the nearer one where the ring leaves the line.
    between = np.minimum(to_start, to_end) > _SAME
    vertices[rows] = np.where((to_start <= to_end)[:, None], outline.starts[edge], outline.ends[edge])
    keep = np.ones(len(vertices), dtype=bool)
    keep[rows[between & passing]] = False
    vertices = vertices[keep]
    vertices = vertices[np.any(vertices != np.roll(vertices, 1, axis=0), axis=1)]
    return shapely.linearrings(vertices) if len(vertices) > 2 else None  # noqa: PLR2004 - corners of a triangle


def _on_line(positions: NDArray[np.float64], outline: _Outline) -> NDArray[np.bool_]:
    found = np.zeros(len(positions), dtype=bool)
    found[outline.edges.query(shapely.points(positions), predicate="dwithin", distance=_SAME)[0]] = True
    return found


def _areas(polygons: list[shapely.Geometry] | tuple[shapely.Geometry, ...], like: gpd.GeoSeries) -> pd.Series:
    return area_km2(gpd.GeoSeries(list(polygons), index=like.index, crs=like.crs))
