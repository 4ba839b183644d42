"""The published shifts between WGS 84, GCJ-02 and BD-09, on plain arrays of longitude and latitude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from geo_urban.errors import DatumError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Datum", "as_coordinates", "from_wgs84_degrees", "to_wgs84_degrees"]

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Pair: TypeAlias = "tuple[NDArray[np.float64], NDArray[np.float64]]"

# The rectangle for which the offset was published (degrees); outside it GCJ-02 has no meaning.
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271

# Krasovsky 1940, the ellipsoid on which the offset in metres is turned into degrees.
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323

# The offset changes by less than 1 % of a step, so each pass gains two digits: six passes end below a nanometre.
# A fixed number, not a tolerance over the batch: a vertex must come out the same whatever else is converted with it.
_GCJ02_PASSES = 6
_BD09_PASSES = 10

_BD09_FREQUENCY = np.pi * 3000.0 / 180.0


def as_coordinates(values: ArrayLike) -> NDArray[np.float64]:
    """Return coordinates as an array of shape ``(..., 2)``, or raise InputError if they are no degrees."""
    coordinates = np.asarray(values, dtype=np.float64)
    if coordinates.ndim == 0 or coordinates.shape[-1] != 2:  # noqa: PLR2004 - longitude and latitude
        raise InputError(
            "coordinates must have the shape (..., 2), longitude then latitude; got {shape}. "
            "Stack them, e.g. `np.column_stack([lon, lat])`.",
            shape=coordinates.shape,
        )
    beyond = (np.abs(coordinates[..., 0]) > 180) | (np.abs(coordinates[..., 1]) > 90)  # noqa: PLR2004 - degrees
    if beyond.any():
        raise InputError(
            "{count} coordinates are no longitude and latitude, e.g. {example}; datums are shifted in degrees. "
            "Give longitude first, or a layer that declares its projection.",
            count=int(np.count_nonzero(beyond)),
            example=coordinates[beyond][0].tolist(),
        )
    return coordinates


def from_wgs84_degrees(coordinates: NDArray[np.float64], target: Datum) -> NDArray[np.float64]:
    """Return WGS 84 coordinates on another datum."""
    if target in ("wgs84", "cgcs2000"):
        return coordinates.copy()
    _require_defined(coordinates)
    return _on_distinct(coordinates, _gcj02_from_wgs84 if target == "gcj02" else _bd09_from_wgs84)


def to_wgs84_degrees(coordinates: NDArray[np.float64], source: Datum) -> NDArray[np.float64]:
    """Return coordinates of another datum on WGS 84."""
    if source in ("wgs84", "cgcs2000"):
        return coordinates.copy()
    _require_defined(coordinates)
    return _on_distinct(coordinates, _wgs84_from_gcj02 if source == "gcj02" else _wgs84_from_bd09)


def _require_defined(coordinates: NDArray[np.float64]) -> None:
    lon, lat = coordinates[..., 0], coordinates[..., 1]
    outside = (lon < _WEST) | (lon > _EAST) | (lat < _SOUTH) | (lat > _NORTH)
    if outside.any():
        raise DatumError(
            "{count} of {total} points lie outside the area for which GCJ-02 is defined, e.g. {example}; such a layer "
            'is not on GCJ-02 as a whole. Split it by source, or say `source="wgs84"`.',
            count=int(np.count_nonzero(outside)),
            total=outside.size,
            example=coordinates[outside][0].tolist(),
        )


def _on_distinct(coordinates: NDArray[np.float64], shift: Callable[..., Pair]) -> NDArray[np.float64]:
    # Neighbors share their vertices, so half the work falls away; and one vertex cannot come out in two ways.
    packed = np.ascontiguousarray(coordinates).view(np.complex128).ravel()
    distinct, place = np.unique(packed, return_inverse=True)
    moved = shift(distinct.real, distinct.imag)
    result: NDArray[np.float64] = np.column_stack(moved)[place].reshape(coordinates.shape)
    return result


def _gcj02_from_wgs84(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    east, north = _gcj02_offset(lon, lat)
    return lon + east, lat + north


def _wgs84_from_gcj02(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    true_lon, true_lat = lon, lat
    for _ in range(_GCJ02_PASSES):
        east, north = _gcj02_offset(true_lon, true_lat)
        true_lon, true_lat = lon - east, lat - north
    return true_lon, true_lat


def _gcj02_offset(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    """Return the offset of GCJ-02 from WGS 84 [degree]: polynomials and waves in metres around 105° E, 35° N."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * (x + y) + 0.1 * root + (ripple + _waves(x, 20, 40, 150, 300)) / 1.5
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (ripple + _waves(y, 20, 40, 160, 320)) / 1.5
    phi = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_radius = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / (w2 * np.sqrt(w2))
    parallel_radius = _SEMI_MAJOR_M / np.sqrt(w2) * np.cos(phi)
    return np.degrees(east_m / parallel_radius), np.degrees(north_m / meridian_radius)


def _waves(t: NDArray[np.float64], first: int, second: int, third: int, fourth: int) -> NDArray[np.float64]:
    angle = np.pi * t
    short: NDArray[np.float64] = first * np.sin(angle) + second * np.sin(angle / 3.0)
    short += third * np.sin(angle / 12.0) + fourth * np.sin(angle / 30.0)
    return short


def _bd09_from_wgs84(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    return _bd09_from_gcj02(*_gcj02_from_wgs84(lon, lat))


def _wgs84_from_bd09(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    gcj_lon, gcj_lat = lon, lat
    for _ in range(_BD09_PASSES):
        bd_lon, bd_lat = _bd09_from_gcj02(gcj_lon, gcj_lat)
        gcj_lon, gcj_lat = gcj_lon - (bd_lon - lon), gcj_lat - (bd_lat - lat)
    return _wgs84_from_gcj02(gcj_lon, gcj_lat)


def _bd09_from_gcj02(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD09_FREQUENCY)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD09_FREQUENCY)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
