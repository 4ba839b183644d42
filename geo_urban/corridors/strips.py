"""Strips of a stated width around lines, on the ellipsoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_urban.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["buffered", "strip_around"]

# A line is buffered in pieces no longer than this, each in a projection of its own [degree].
_PIECE = 1.0
_METRES = 1000.0
# Corners in a quarter of a circle.
_ROUND = 32


def strip_around(lines: gpd.GeoSeries, *, width_km: float) -> shapely.Geometry:
    """Return the land within half a stated width of lines.

    Parameters
    ----------
    lines
        Lines with a declared CRS.
    width_km
        Width of the strip, both sides together [km].

    Returns
    -------
    shapely.Geometry
        Polygon on WGS 84, round at the ends; lines across the antimeridian are not cut.

    Raises
    ------
    InputError
        If the width is not above zero.

    Notes
    -----
    Each piece of a degree or less is buffered in an azimuthal equidistant projection about its middle, where distances
    are right within a thousandth for widths up to 500 km. A corner of the line stays within a thousandth of the width.

    Examples
    --------
    100 km along the equator, 20 km wide: 2,000 km² and a circle of 10 km at the ends.

    >>> import geopandas as gpd
    >>> from geo_urban.spatial import area_km2
    >>> line = gpd.GeoSeries([shapely.LineString([(0, 0), (0.898315, 0)])], crs=4326)
    >>> strip = strip_around(line, width_km=20)
    >>> round(float(area_km2(gpd.GeoSeries([strip], crs=4326)).iloc[0]))
    2314
    """
    if not width_km > 0:
        raise InputError("`width_km` is {width}; a strip is wider than zero.", width=width_km)
    pieces = [piece for line in lines.to_crs(4326) for piece in _pieces(line, width_km)]
    strip: shapely.Geometry = shapely.union_all([buffered(piece, width_km / 2) for piece in pieces])
    return strip


def _pieces(line: shapely.Geometry, width_km: float) -> list[shapely.Geometry]:
    """Return pieces of a line, thinned as far as the strip does not notice."""
    found = []
    for part in shapely.get_parts(line):
        thin = shapely.segmentize(shapely.simplify(part, width_km / 2 / 111 / 1000), _PIECE / 4)
        vertices = shapely.get_coordinates(thin)
        if len(vertices) == 0:
            continue
        steps = np.linalg.norm(np.diff(vertices, axis=0), axis=1)
        number = np.concatenate([[0], np.cumsum(steps)]) // _PIECE
        for piece in np.unique(number):
            rows = np.flatnonzero(number == piece)
            chain = vertices[rows[0] : rows[-1] + 2]  # with the next piece's first vertex
            found.append(shapely.linestrings(chain) if len(chain) > 1 else shapely.points(chain[0]))
    return found


def buffered(line: shapely.Geometry, km: float, *, corners: int = _ROUND) -> shapely.Geometry:
    """Return the land within a distance of a geometry of a degree or less, on the ellipsoid; round by corners."""
    from pyproj import Proj

    west, south, east, north = line.bounds
    # A projection alone; a transformer between two systems takes a hundred times as long to set up.
    there = Proj(proj="aeqd", lon_0=(west + east) / 2, lat_0=(south + north) / 2, ellps="WGS84")
    flat = shapely.transform(line, lambda each: np.column_stack(there(each[:, 0], each[:, 1])))
    around = shapely.buffer(flat, km * _METRES, quad_segs=corners)
    return shapely.transform(around, lambda each: np.column_stack(there(each[:, 0], each[:, 1], inverse=True)))
