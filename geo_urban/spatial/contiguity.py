"""Which units border each other, found by the vertices they share and checked by geometry where they share none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.checks import listed, require_crs
from geo_urban.errors import GeometryError
from geo_urban.spatial._graph_edges import Edges, Isolates, Transformation, build_graph, require_units

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["contiguity_graph"]

# Borders without a partner are compared in lines of so many pieces: short enough for boxes that part them.
_PIECES = 16
_KINDS = ("Polygon", "MultiPolygon")

Pairs = tuple["NDArray[np.int64]", "NDArray[np.int64]"]


class _Border(NamedTuple):
    """All rings of all units: vertices, and the unit and ring of each."""

    coordinates: NDArray[np.float64]
    unit: NDArray[np.int64]
    ring: NDArray[np.int64]


def contiguity_graph(
    units: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    queen: bool = True,
    isolates: Isolates = "keep",
    transformation: Transformation | None = None,
) -> Graph:
    """Link units that border each other.

    The usual neighborhood of counties. It knows nothing of mountains, bridges or ferries between them: for reach by
    road use `travel_time_graph`.

    Parameters
    ----------
    units
        Polygons on a unique index. Overlapping units are neighbors where their borders meet or cross; units that a gap
        parts, however narrow, are not. Longitudes of 180° and −180° are different places.
    queen
        Whether a common point is enough; False asks for a common line (rook).
    isolates
        What becomes of a unit without neighbors: ``"keep"`` it as an isolate, ``"attach"`` it to the nearest unit
        (both ways, by the distance between their borders), or ``"drop"`` it from the graph.
    transformation
        ``"R"`` for rows that add up to one, ``"B"``, ``"D"`` or ``"V"`` as `libpysal.graph.Graph.transform`; None for
        weights of one.

    Returns
    -------
    libpysal.graph.Graph
        Joined by the index of `units`, in its order.

    Raises
    ------
    InputError
        If an option is unknown, a code stands twice or is missing, or `isolates` is ``"attach"`` and there is no CRS.
    GeometryError
        If a unit has no polygon.
    InsufficientDataError
        If there is no unit, none to attach an isolate to, or none left.

    Notes
    -----
    Each vertex and each piece of border is looked up in a hash table, O(vertices). Pieces that no other unit shares
    bit for bit are then compared by geometry, so that a layer whose neighbors do not share their vertices gets the same
    edges as one where they do.

    Examples
    --------
    Four squares around one point: by queen each borders the three others, by rook two.

    >>> squares = gpd.GeoSeries([shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)], index=list("abcd"))
    >>> contiguity_graph(squares).cardinalities.tolist()
    [3, 3, 3, 3]
    >>> contiguity_graph(squares, queen=False)["a"].index.tolist()
    ['b', 'c']
    """
    from geo_urban.spatial._shared_borders import shared_pieces, shared_vertices

    layer = _polygons(units)
    border = _border(layer)
    shared = shared_pieces(*border)
    if queen:
        corners = shared_vertices(border.coordinates, border.unit)
        first, second = _joined((shared[0], shared[1]), corners)
    else:
        first, second = shared[0], shared[1]
    loose = _loose_pairs(border, ~shared[2], lines_only=not queen)
    focal, neighbor = _both_ways(*_joined((first, second), loose), units=len(layer))
    return build_graph(
        layer.index,
        Edges(focal, neighbor, np.ones(len(focal))),
        isolates=isolates,
        nearest=lambda lone: _nearest_border(layer, lone),
        transformation=transformation,
    )


def _polygons(units: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoSeries:
    if not isinstance(units, gpd.GeoDataFrame | gpd.GeoSeries):
        raise GeometryError(
            "`{argument}` is a {kind}; neighbors are found by geometry. Read it with its boundaries, e.g. "
            "`geo_urban.io.read_boundaries(path)`.",
            argument="units",
            kind=type(units).__name__,
        )
    frame = gpd.GeoDataFrame(geometry=units.geometry)
    require_units(frame, argument="units")
    # Unlike areas, borders need no valid polygon: a loop of a ring is where it is.
    missing = frame.geometry.isna() | frame.geometry.is_empty
    if missing.any():
        raise GeometryError(
            "`{argument}` has no geometry for {codes}; a unit without a place cannot be joined or drawn. "
            "Drop or repair them.",
            argument="units",
            codes=listed(frame.index[missing]),
        )
    kinds = frame.geometry.geom_type
    if not kinds.isin(_KINDS).all():
        raise GeometryError(
            "`{argument}` must hold {kinds}; {codes} are {found}. Pick the right layer of the file.",
            argument="units",
            kinds=listed(_KINDS),
            codes=listed(frame.index[~kinds.isin(_KINDS)]),
            found=listed(kinds[~kinds.isin(_KINDS)].unique()),
        )
    return frame.geometry


def _border(layer: gpd.GeoSeries) -> _Border:
    parts, unit_of_part = shapely.get_parts(layer.to_numpy(), return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    return _Border(coordinates, unit_of_part[part_of_ring][ring], ring)


def _joined(pairs: Pairs, more: Pairs) -> Pairs:
    return np.concatenate([pairs[0], more[0]]), np.concatenate([pairs[1], more[1]])


def _both_ways(first: NDArray[np.int64], second: NDArray[np.int64], *, units: int) -> Pairs:
    focal, neighbor = _joined((first, second), (second, first))
    each = np.unique(focal * units + neighbor)
    return each // units, each % units


def _loose_pairs(border: _Border, loose: NDArray[np.bool_], *, lines_only: bool) -> Pairs:
    """Return units whose unshared pieces of border meet all the same: at a corner against a side, or along a line."""
    lines, unit = _loose_lines(border, np.flatnonzero(loose))
    one, other = shapely.STRtree(lines).query(lines, predicate="intersects")
    apart = unit[one] < unit[other]
    one, other = one[apart], other[apart]
    if lines_only:
        common = shapely.length(shapely.intersection(lines[one], lines[other])) > 0
        one, other = one[common], other[common]
    return unit[one], unit[other]


def _loose_lines(border: _Border, pieces: NDArray[np.int64]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    if len(pieces) == 0:
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    starts_run = np.concatenate([[True], np.diff(pieces) != 1])
    run = np.cumsum(starts_run) - 1
    within = np.arange(len(pieces)) - np.flatnonzero(starts_run)[run]
    starts_line = within % _PIECES == 0
    first = pieces[starts_line]
    vertices = np.bincount(np.cumsum(starts_line) - 1) + 1
    offset = np.cumsum(vertices) - vertices
    line = np.repeat(np.arange(len(first)), vertices)
    vertex = first[line] + np.arange(len(line)) - offset[line]
    return shapely.linestrings(border.coordinates[vertex], indices=line), border.unit[first]


def _nearest_border(layer: gpd.GeoSeries, lone: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    require_crs(layer, argument="units")
    found = [_nearest_to(layer, int(unit)) for unit in lone]
    return np.array([unit for unit, _ in found]), np.array([distance for _, distance in found])


def _nearest_to(layer: gpd.GeoSeries, unit: int) -> tuple[int, float]:
    """Return the unit whose border is nearest, and how far it is, in units of the CRS or in degrees of latitude."""
    geometry = layer.to_numpy()
    others = np.delete(np.arange(len(geometry)), unit)
    shape = geometry[unit]
    if not layer.crs.is_geographic:
        distance = shapely.distance(shape, geometry[others])
        best = int(np.argmin(distance))
        return int(others[best]), float(distance[best])
    # A degree of longitude is shorter than one of latitude; near the unit by the cosine of its latitude.
    shrink = max(float(np.cos(np.radians(shape.centroid.y))), 1e-6)
    boxes = shapely.bounds(geometry[others])
    west, south, east, north = shape.bounds
    aside = np.maximum(np.maximum(boxes[:, 0] - east, west - boxes[:, 2]), 0) * shrink
    upward = np.maximum(np.maximum(boxes[:, 1] - north, south - boxes[:, 3]), 0)
    at_least = np.hypot(aside, upward)
    best, least = -1, np.inf
    here = _scaled(shape, shrink)
    # Nearest boxes first: most units are never measured.
    for candidate in np.argsort(at_least, kind="stable"):
        if at_least[candidate] >= least:
            break
        distance = float(shapely.distance(here, _scaled(geometry[others[candidate]], shrink)))
        if distance < least:
            best, least = int(others[candidate]), distance
    return best, least


def _scaled(shape: shapely.Geometry, shrink: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: points * [shrink, 1.0])
