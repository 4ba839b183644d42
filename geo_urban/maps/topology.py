"""Shared borders, stored once: rings of polygons cut into arcs that neighboring units share.

The layout is TopoJSON's: whole numbers on a grid, each arc as a start and steps, and a ring as a list of arc
numbers where ``~n`` means arc ``n`` backwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

__all__ = ["GRID", "Topology", "build_topology"]

GRID = 10_000
"""Steps per degree: four decimals, about ten metres."""

_Ring: TypeAlias = list[int]
_Polygon: TypeAlias = list[_Ring]
Shape: TypeAlias = list[_Polygon]
"""Polygons of one unit; each a list of rings, the outer one first."""

_Integers: TypeAlias = "npt.NDArray[np.int64]"
_SMALLEST_RING = 3


@dataclass(slots=True, kw_only=True)
class Topology:
    """Arcs of all layers and, per layer, the shape of each unit.

    Parameters
    ----------
    arcs
        Per arc: start x, start y, then the step to each next point, in 1/`GRID` degrees.
    shapes
        Per layer, per unit: its polygons.
    """

    arcs: list[list[int]] = field(default_factory=list)
    shapes: list[list[Shape]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """One ring on the grid and where it belongs."""

    layer: int
    unit: int
    polygon: int
    points: _Integers


def build_topology(layers: Sequence[Iterable[shapely.Geometry | None]]) -> Topology:
    """Cut the polygons of several layers into arcs and store each arc once.

    A border of two units is one arc; so is a border that a county shares with its province, if both run through
    the same points. Points are rounded to 1/`GRID` degree, and what collapses on that grid is left out.

    Parameters
    ----------
    layers
        Per layer: the polygons of its units in longitude and latitude [degrees]. Missing geometry gives a unit
        without polygons.

    Returns
    -------
    Topology
        Arcs and shapes, in the order of the input.

    Notes
    -----
    A point is a junction if the rings through it do not all go on to the same two neighbors. Sorting finds them, so the
    work grows as n log n with the number of points.

    Examples
    --------
    >>> left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    >>> topology = build_topology([[left, right]])
    >>> len(topology.arcs)  # the border between them is stored once
    3
    """
    pieces: list[_Piece] = []
    topology = Topology()
    for number, geometries in enumerate(layers):
        shapes: list[Shape] = []
        for unit, geometry in enumerate(geometries):
            rings = _grid_rings(geometry)
            shapes.append([[] for _ in rings])
            pieces.extend(
                _Piece(layer=number, unit=unit, polygon=polygon, points=points)
                for polygon, members in enumerate(rings)
                for points in members
            )
        topology.shapes.append(shapes)
    _cut(pieces, topology)
    return topology


def _grid_rings(geometry: shapely.Geometry | None) -> list[list[_Integers]]:
    """Return the rings of each polygon on the grid, open (the first point is not repeated)."""
    found: list[list[_Integers]] = []
    for polygon in [] if geometry is None else shapely.get_parts(geometry):
        if polygon.geom_type != "Polygon":
            continue
        rings = [_on_grid(shapely.get_coordinates(ring)) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) >= _SMALLEST_RING:
            found.append([rings[0], *(hole for hole in rings[1:] if len(hole) >= _SMALLEST_RING)])
    return found


def _on_grid(coordinates: npt.NDArray[np.float64]) -> _Integers:
    points: _Integers = np.rint(coordinates * GRID).astype(np.int64)[:-1]
    moved: npt.NDArray[np.bool_] = (points != np.roll(points, 1, axis=0)).any(axis=1)
    return points[moved]


def _cut(pieces: Sequence[_Piece], topology: Topology) -> None:
    """Fill the arcs and shapes of `topology` from all rings at once."""
    if not pieces:
        return
    lengths = np.array([len(piece.points) for piece in pieces])
    ends = np.cumsum(lengths)
    points = np.concatenate([piece.points for piece in pieces])
    # One whole number per point sorts far faster than rows do.
    _, ids = np.unique(points[:, 0] * (1000 * GRID) + points[:, 1], return_inverse=True)
    ids = ids.reshape(-1).astype(np.int64)
    junction = _junctions(ids, lengths, ends)
    known: dict[bytes, int] = {}
    for piece, stop, length in zip(pieces, ends, lengths, strict=True):
        span = slice(stop - length, stop)
        ring = [
            _arc_number(arc, ids[span], piece.points, known, topology.arcs) for arc in _arcs(ids[span], junction[span])
        ]
        topology.shapes[piece.layer][piece.unit][piece.polygon].append(ring)


def _junctions(ids: _Integers, lengths: _Integers, ends: _Integers) -> npt.NDArray[np.bool_]:
    """Say for each point of each ring whether rings part there."""
    position = np.arange(len(ids))
    starts = np.repeat(ends - lengths, lengths)
    size = np.repeat(lengths, lengths)
    before = ids[starts + (position - starts - 1) % size]
    after = ids[starts + (position - starts + 1) % size]
    low, high = np.minimum(before, after), np.maximum(before, after)
    first = np.full(ids.max() + 1, -1)
    first[ids[::-1]] = position[::-1]
    parts = (low != low[first[ids]]) | (high != high[first[ids]])
    flag = np.zeros(ids.max() + 1, dtype=bool)
    flag[ids[parts]] = True
    return flag[ids]


def _arcs(ids: _Integers, junction: npt.NDArray[np.bool_]) -> list[_Integers]:
    """Return the arcs of one ring, each as positions in it, ends included."""
    size = len(ids)
    cuts = np.flatnonzero(junction)
    if len(cuts) == 0:
        # An island, or an enclave and its hole: start at the same point, whoever's ring it is.
        cuts = np.array([int(np.argmin(ids))])
    following = np.append(cuts[1:], cuts[0] + size)
    return [np.arange(start, stop + 1) % size for start, stop in zip(cuts, following, strict=True)]


def _arc_number(
    positions: _Integers, ids: _Integers, points: _Integers, known: dict[bytes, int], arcs: list[list[int]]
) -> int:
    """Return the number of an arc, ``~number`` if it is stored in the other direction; store it if it is new."""
    path = ids[positions]
    backwards = path[::-1].tobytes()
    if backwards in known:
        return ~known[backwards]
    key = path.tobytes()
    if key not in known:
        known[key] = len(arcs)
        xy = points[positions]
        arcs.append(np.vstack([xy[:1], np.diff(xy, axis=0)]).ravel().tolist())
    return known[key]
