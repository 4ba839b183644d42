"""Shapes of maps for paper: on the projection of the page, without what no print shows, many of them as one path."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely

from geo_urban.maps.payload import equal_area, map_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.path import Path

    from geo_urban.presentation import Layer, Presentation

__all__ = [
    "Bounds",
    "Shapes",
    "areas_of",
    "extent",
    "frame_of",
    "lighter",
    "lines_of",
    "points_in",
    "projected",
    "projection",
]

Shapes: TypeAlias = "npt.NDArray[np.object_]"
"""One geometry, or None, per unit of a layer."""

Bounds: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north on the projection [m]."""

_SPHERE_RADIUS_M = 6371007.2
_POINT, _LINES, _POLYGONS = 0, (1, 2, 5), (3, 6)  # numbers of shapely's types


def projection(presentation: Presentation) -> Any:
    """Return a transformer from degrees to the projection of the page: the same cone, else Web Mercator."""
    from pyproj import Transformer

    cone = equal_area(map_bounds(list(presentation.layers), ()))
    target = (
        "EPSG:3857"
        if cone is None
        else f"+proj=aea +lat_1={cone['south']} +lat_2={cone['north']} +lat_0={cone['latitude']} "
        f"+lon_0={cone['longitude']} +R={_SPHERE_RADIUS_M} +units=m"
    )
    return Transformer.from_crs("EPSG:4326", target, always_xy=True)


def projected(layer: Layer, project: Any) -> Shapes:
    """Return the shapes of a layer on the projection; a unit without one has None."""

    def moved(coordinates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(project.transform(coordinates[:, 0], coordinates[:, 1]))

    shapes = np.asarray(layer.units.geometry.to_crs(4326), dtype=object)
    there = _there(shapes)
    placed: Shapes = np.full(len(shapes), None, dtype=object)
    placed[there] = shapely.transform(shapely.force_2d(shapes[there]), moved)
    return placed


def extent(placed: Sequence[Shapes]) -> Bounds:
    """Return the bounds of all layers."""
    every = shapely.bounds(np.concatenate(placed))
    west, south = np.nanmin(every[:, :2], axis=0)
    east, north = np.nanmax(every[:, 2:], axis=0)
    return float(west), float(south), float(east), float(north)


def frame_of(degrees: Bounds, project: Any) -> Bounds:
    """Return the extent of bounds in degrees on the projection, whose parallels are bent."""
    west, south, east, north = degrees
    along = np.linspace(0, 1, 50)
    edge_x = np.concatenate([west + (east - west) * along] * 2 + [np.full(50, west), np.full(50, east)])
    edge_y = np.concatenate([np.full(50, south), np.full(50, north)] + [south + (north - south) * along] * 2)
    x, y = project.transform(edge_x, edge_y)
    return float(np.min(x)), float(np.min(y)), float(np.max(x)), float(np.max(y))


def lighter(shapes: Shapes, dot: float) -> Shapes:
    """Return polygons without what is finer than a printed dot; an SVG of a whole country would be 15 MB with it."""
    there = _there(shapes)
    if not np.isin(shapely.get_type_id(shapes[there]), _POLYGONS).all():
        return shapes
    thinned = shapes.copy()
    thinned[there] = _thinned(_ByContent(shapes[there]), dot)
    return thinned


class _ByContent:
    """Shapes that equal others of the same corners."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._digest = hashlib.sha256(b"".join(shapely.to_wkb(shapes))).digest()

    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByContent) and self._digest == other._digest


@lru_cache(maxsize=8)  # the maps of a study show the same units, outlines and land
def _thinned(some: _ByContent, dot: float) -> Shapes:
    thinned: Shapes = shapely.coverage_simplify(some.shapes, dot)
    return thinned


def areas_of(shapes: Shapes) -> Path | None:
    """Return all polygons as one path; None where there is none.

    Outer rings all run one way and holes the other, so that polygons that overlap do not cut holes into each other.
    """
    polygons = shapes[np.isin(shapely.get_type_id(shapes), _POLYGONS)]
    return _path(shapely.get_rings(shapely.orient_polygons(shapely.get_parts(polygons))), closed=True)


def lines_of(shapes: Shapes) -> Path | None:
    """Return all lines as one path; None where there is none."""
    return _path(shapely.get_parts(shapes[np.isin(shapely.get_type_id(shapes), _LINES)]), closed=False)


def points_in(shapes: Shapes) -> npt.NDArray[np.intp]:
    """Return the numbers of the units that are points."""
    return np.flatnonzero((shapely.get_type_id(shapes) == _POINT) & _there(shapes))


def _there(shapes: Shapes) -> npt.NDArray[np.bool_]:
    there: npt.NDArray[np.bool_] = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    return there


def _path(lines: Shapes, *, closed: bool) -> Path | None:
    from matplotlib.path import Path

    places, line = shapely.get_coordinates(lines, return_index=True)
    if not len(places):
        return None
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    codes = np.full(len(places), Path.LINETO)
    if closed:
        codes[np.append(starts[1:], len(places)) - 1] = Path.CLOSEPOLY
    codes[starts] = Path.MOVETO
    return Path(places, codes)
