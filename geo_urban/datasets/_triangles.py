"""Find the cell of the triangular grid T3 that holds a point: compiled, a million points in about a second.

The grid halves the edges of an icosahedron over and over. A triangle has four children: one at each corner (0, 1, 2)
and the one between them (3); a cell's index is its face followed by the numbers of the children, two bits each. A point
on an edge belongs to the corner child of the lowest number.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.spatial._compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["locate"]

# Points this near to an edge lie on it.
_ON_EDGE = 1e-14


def locate(
    lon: NDArray[np.float64], lat: NDArray[np.float64], faces: NDArray[np.float64], level: int
) -> NDArray[np.int64]:
    """Return the index of the cell of each point.

    Parameters
    ----------
    lon, lat
        Positions [degree].
    faces
        Corners of the icosahedron's faces as unit vectors, shape (20, 3, 3).
    level
        How often faces are divided.
    """
    index = np.empty(len(lon), dtype=np.int64)
    _locate(np.radians(lon), np.radians(lat), np.ascontiguousarray(faces), level, index)
    return index


@compiled
def _beyond(a: Any, b: Any, p: Any) -> Any:
    """Return whether a point lies on the right of an edge, or on it."""
    right = (a[1] * b[2] - a[2] * b[1]) * p[0] + (a[2] * b[0] - a[0] * b[2]) * p[1] + (a[0] * b[1] - a[1] * b[0]) * p[2]
    return right <= _ON_EDGE


@compiled
def _middle(a: Any, b: Any) -> Any:
    x, y, z = a[0] + b[0], a[1] + b[1], a[2] + b[2]
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


@compiled
def _face(p: Any, faces: Any) -> int:
    """Return the face whose centre is nearest: on an icosahedron, the face that holds the point."""
    best, nearest = -9.0, 0
    for face in range(len(faces)):
        near = 0.0
        for corner in range(3):
            near += faces[face, corner, 0] * p[0] + faces[face, corner, 1] * p[1] + faces[face, corner, 2] * p[2]
        if near > best:
            best, nearest = near, face
    return nearest


@compiled
def _locate(lon: Any, lat: Any, faces: Any, level: int, index: Any) -> None:
    for i in range(len(lon)):
        p = (math.cos(lat[i]) * math.cos(lon[i]), math.cos(lat[i]) * math.sin(lon[i]), math.sin(lat[i]))
        face = _face(p, faces)
        a = (faces[face, 0, 0], faces[face, 0, 1], faces[face, 0, 2])
        b = (faces[face, 1, 0], faces[face, 1, 1], faces[face, 1, 2])
        c = (faces[face, 2, 0], faces[face, 2, 1], faces[face, 2, 2])
        path = face
        for _ in range(level):
            ab, bc, ca = _middle(a, b), _middle(b, c), _middle(c, a)
            if _beyond(ca, ab, p):
                b, c, child = ab, ca, 0
            elif _beyond(ab, bc, p):
                a, c, child = ab, bc, 1
            elif _beyond(bc, ca, p):
                a, b, child = ca, bc, 2
            else:
                a, b, c, child = ab, bc, ca, 3
            path = path << 2 | child
        index[i] = path
