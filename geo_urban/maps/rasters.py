"""Grids as pictures under the units: cells classed, brought to the projection of the page, and packed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from affine import Affine

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.maps.page_words import Text, in_both, worded
from geo_urban.maps.pictures_of_cells import png_address, png_of_classes
from geo_urban.presentation import Categories
from geo_urban.spatial.grid import GridShape, grid_shape
from geo_urban.wording import class_colors, class_labels, class_numbers, shown_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_urban.presentation import Field, Raster
    from geo_urban.wording import Figures

__all__ = ["MOST_PIXELS", "raster_bounds", "raster_payload"]

MOST_PIXELS = 2000  # on the longer side of a picture; a screen shows no more
_MOST_PER_CELL = 48  # pixels on a side of a cell, so that the edges of few large cells are sharp
_COARSE = 1.05  # pixels larger than this many cells are coarser than the grid
_MERCATOR = 3857
_MERCATOR_TOP = 85.0  # degrees of latitude beyond which Web Mercator has no room
_SPHERE_M = 6371007.2  # radius of the sphere that the page draws on, as in projection.js
_NO_CLASS = 255
_BLOCKS = 64  # a grid is looked at in this many blocks along each side to see where it lies
_BEYOND = 0.05  # of the page's height and width: what is kept of a grid around the units

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """The cells of a raster without empty margins."""

    values: NDArray[np.floating[Any]]
    shape: GridShape


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The pixels of a picture on the plane of a page."""

    west: float
    north: float
    pixel: float
    width: int
    height: int

    @property
    def transform(self) -> Affine:
        return Affine(self.pixel, 0, self.west, 0, -self.pixel, self.north)

    @property
    def box(self) -> list[list[float]]:
        east, south = self.west + self.width * self.pixel, self.north - self.height * self.pixel
        return [[round(self.west, 2), round(south, 2)], [round(east, 2), round(self.north, 2)]]


def raster_bounds(raster: Raster) -> Box:
    """Return west, south, east and north of the cells of a raster that hold something [degrees].

    Parameters
    ----------
    raster
        The grid.

    Returns
    -------
    tuple of float
        Within 85° of latitude, where Web Mercator ends.

    Raises
    ------
    MissingCRSError
        If the grid does not say its coordinate reference system.
    InputError
        If it is no regular grid of two dimensions, or holds nothing.
    """
    return _extent(*_in_degrees(_cells(raster)))


def raster_payload(
    raster: Raster,
    *,
    cone: Mapping[str, float] | None,
    within: Box | None = None,
    figures: Figures = "persons",
    most: int = MOST_PIXELS,
) -> dict[str, Any]:
    """Return what a page carries of a raster: a picture on the plane of the page, its place, and the words of a legend.

    Parameters
    ----------
    raster
        The grid and how its cells are classed.
    cone
        ``south``, ``north`` (standard parallels), ``latitude`` and ``longitude`` (centre) of the equal-area cone that
        the page is drawn on; None for Web Mercator.
    within
        West, south, east, north [degrees] of what the page shows; cells farther around are left out. None for all.
    figures
        How counts of people are shown.
    most
        Pixels on the longer side of the picture, at most.

    Returns
    -------
    dict
        ``picture`` (a PNG as address), ``box`` (its lower left and upper right corner on the plane [metres]),
        ``colors``, ``labels`` and ``counts`` (cells) per class, ``coarse`` (cells per pixel where the picture is
        coarser than the grid, else 0) and ``mixed`` (``"mean"`` or ``"mode"``: how such cells are put together).

    Raises
    ------
    MissingCRSError
        If the grid does not say its coordinate reference system.
    InputError
        If it is no regular grid of two dimensions, holds nothing, its field has no classes, or a cell holds a value
        that is none of the categories.

    Notes
    -----
    Nearest cell; where pixels are larger than cells, the mean of numbers and the most frequent class of categories.
    """
    field = raster.field
    if field.classes is None:
        raise InputError(
            "the field of raster `{name}` has no classes, so its cells have no colours. "
            "Give it some `Breaks` or `Categories`.",
            name=raster.name,
        )
    cells = _cells(raster)
    numbers = _classed(field, cells.values, name=raster.name)
    plane = _plane(cone)
    frame, coarse = _frame(cells, plane, within=within, most=most, name=raster.name)
    named = isinstance(field.classes, Categories)
    if coarse > _COARSE and not named:
        drawn = _classed(field, _warped(cells.values, cells.shape, frame, plane, how="average"), name=raster.name)
    else:
        drawn = _warped(numbers, cells.shape, frame, plane, how="mode" if coarse > _COARSE else "nearest")
    frame, drawn = _trimmed(frame, drawn)
    colors = class_colors(field)
    return {
        "name": raster.name,
        "title": in_both(raster.title),
        "label": in_both(field.label),
        "unit": worded(lambda language: shown_unit(field, language=language, figures=figures)),
        "modelled": field.modelled,
        "visible": raster.visible,
        "labels": _labels(field, figures),
        "colors": list(colors),
        "patterns": [],
        "counts": np.bincount(numbers[numbers != _NO_CLASS], minlength=len(colors)).tolist(),
        "coarse": round(coarse**2) if coarse > _COARSE else 0,
        "mixed": "mode" if named else "mean",
        "box": frame.box,
        "size": [frame.width, frame.height],
        "picture": png_address(png_of_classes(np.where(drawn == _NO_CLASS, -1, drawn.astype(np.int16)), colors)),
    }


# --- cells ------------------------------------------------------------------------------------------------------------


def _cells(raster: Raster) -> _Cells:
    if raster.grid.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(
            "raster `{name}` has the dimensions {found}; a picture shows rows and columns only. "
            "Choose one year, sex or group, e.g. `grid.sel(year=2020)`.",
            name=raster.name,
            found=listed(raster.grid.dims),
        )
    shape = grid_shape(raster.grid, argument=raster.name)
    values = raster.grid.to_numpy()
    if not np.issubdtype(values.dtype, np.floating):
        values = values.astype(np.float64)
    known = np.isfinite(values)
    if not known.any():
        raise InputError(
            "raster `{name}` holds no value at all, so there is nothing to draw. "
            "Check the nodata value it was read with, and the window.",
            name=raster.name,
        )
    rows, columns = _filled(known.any(axis=1)), _filled(known.any(axis=0))
    values = values[rows, columns]
    whole = shape.transform
    corner = whole.c + whole.a * columns.start, whole.f + whole.e * rows.start
    moved = Affine(whole.a, 0, corner[0], 0, whole.e, corner[1])
    return _Cells(
        values=values,
        shape=GridShape(transform=moved, height=values.shape[0], width=values.shape[1], crs=shape.crs),
    )


def _filled(known: NDArray[np.bool_]) -> slice:
    places = np.flatnonzero(known)
    return slice(int(places[0]), int(places[-1]) + 1)


def _classed(field: Field, values: NDArray[np.floating[Any]], *, name: str) -> NDArray[np.uint8]:
    """Return the number of the class of each cell; 255 where there is none."""
    known = np.isfinite(values)
    numbers = np.full(values.shape, _NO_CLASS, dtype=np.uint8)
    if isinstance(field.classes, Categories):
        codes, places = np.unique(values[known], return_inverse=True)
        texts = pd.Series([f"{code:.10g}" for code in codes], dtype=object)
        numbers[known] = class_numbers(_named(field, name), texts)[places.reshape(-1)]
    elif field.classes is not None:
        # One value after the other would take minutes; a limit belongs to the class above it, as everywhere.
        numbers[known] = np.searchsorted(np.asarray(field.classes.limits), values[known], side="right")
    return numbers


def _named(field: Field, name: str) -> Field:
    return field if field.column else replace(field, column=name)


def _labels(field: Field, figures: Figures) -> list[Text]:
    english = class_labels(field, language="en", figures=figures)
    chinese = class_labels(field, language="zh", figures=figures)
    return [one if one == other else [one, other] for one, other in zip(english, chinese, strict=True)]


# --- the plane of the page --------------------------------------------------------------------------------------------


def _plane(cone: Mapping[str, float] | None) -> CRS:
    from pyproj import CRS

    if cone is None:
        return CRS.from_epsg(_MERCATOR)
    # On the sphere, latitudes are taken as they are: so does the script of the page.
    return CRS.from_proj4(
        f"+proj=aea +lat_1={cone['south']} +lat_2={cone['north']} +lat_0={cone['latitude']} "
        f"+lon_0={cone['longitude']} +R={_SPHERE_M} +units=m +no_defs"
    )


def _steps(length: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, length, min(length, _BLOCKS) + 1).astype(np.int64))


def _in_degrees(cells: _Cells) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]:
    """Return the corners of the blocks of a grid; NaN away from those that hold something.

    A grid on a world-wide projection is a slanting strip of it: its empty corners reach far beyond what it shows.
    """
    from pyproj import Transformer

    shape = cells.shape
    rows, columns = _steps(shape.height), _steps(shape.width)
    known = np.isfinite(cells.values)
    filled = np.add.reduceat(np.add.reduceat(known, rows[:-1], axis=0, dtype=np.int64), columns[:-1], axis=1) > 0
    near = np.zeros((len(rows), len(columns)), dtype=bool)
    before, after = slice(None, -1), slice(1, None)
    for some_rows in (before, after):
        for some_columns in (before, after):
            near[some_rows, some_columns] |= filled
    across, down = np.meshgrid(columns, rows)
    x = shape.transform.c + shape.transform.a * across
    y = shape.transform.f + shape.transform.e * down
    longitude, latitude = Transformer.from_crs(shape.crs, 4326, always_xy=True).transform(x, y)
    near &= np.isfinite(longitude) & np.isfinite(latitude)
    return np.where(near, longitude, np.nan), np.where(near, np.clip(latitude, -_MERCATOR_TOP, _MERCATOR_TOP), np.nan)


def _extent(x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> Box:
    known = np.isfinite(x) & np.isfinite(y)
    return float(x[known].min()), float(y[known].min()), float(x[known].max()), float(y[known].max())


def _frame(cells: _Cells, plane: CRS, *, within: Box | None, most: int, name: str) -> tuple[_Frame, float]:
    """Return the pixels of the picture, and how many cells lie along a side of one."""
    from pyproj import Transformer

    to_plane = Transformer.from_crs(4326, plane, always_xy=True)
    x, y = to_plane.transform(*_in_degrees(cells))
    x, y = np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)
    cell = _cell_size(x, y, cells.shape)
    west, south, east, north = _extent(x, y)
    if within is not None:
        around = _extent(*to_plane.transform(*_around(within)))
        beyond = _BEYOND * max(around[2] - around[0], around[3] - around[1])
        west, south = max(west, around[0] - beyond), max(south, around[1] - beyond)
        east, north = min(east, around[2] + beyond), min(north, around[3] + beyond)
    if west >= east or south >= north:
        raise InputError(
            "raster `{name}` and the units of the map do not meet, so it would not be seen. "
            "Check that both show the same place, and the CRS of each.",
            name=name,
        )
    longer = max(east - west, north - south)
    pixel = max(longer / most, cell / _MOST_PER_CELL)
    width, height = (max(int(np.ceil(side / pixel)), 1) for side in (east - west, north - south))
    return _Frame(west=west, north=north, pixel=pixel, width=width, height=height), pixel / cell


def _around(within: Box) -> tuple[NDArray[np.floating[Any]], NDArray[np.floating[Any]]]:
    west, south, east, north = within
    longitude, latitude = np.meshgrid(np.linspace(west, east, _BLOCKS), np.linspace(south, north, _BLOCKS))
    return longitude, np.clip(latitude, -_MERCATOR_TOP, _MERCATOR_TOP)


def _cell_size(x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]], shape: GridShape) -> float:
    """Return the shorter side of a usual cell on the plane [metres]."""
    across = np.diff(_steps(shape.width))[None, :]
    down = np.diff(_steps(shape.height))[:, None]
    along = np.nanmedian(np.hypot(np.diff(x, axis=1), np.diff(y, axis=1)) / across)
    upright = np.nanmedian(np.hypot(np.diff(x, axis=0), np.diff(y, axis=0)) / down)
    return float(min(along, upright))


def _warped(values: NDArray[Any], shape: GridShape, frame: _Frame, plane: CRS, *, how: str) -> NDArray[Any]:
    from rasterio.crs import CRS as RasterCRS  # noqa: N811 - there are two of this name
    from rasterio.enums import Resampling
    from rasterio.warp import reproject

    empty: float = np.nan if np.issubdtype(values.dtype, np.floating) else _NO_CLASS
    drawn = np.full((frame.height, frame.width), empty, dtype=values.dtype)
    reproject(
        np.ascontiguousarray(values),
        drawn,
        src_transform=shape.transform,
        src_crs=RasterCRS.from_wkt(shape.crs.to_wkt()),
        src_nodata=empty,
        dst_transform=frame.transform,
        dst_crs=RasterCRS.from_wkt(plane.to_wkt()),
        dst_nodata=empty,
        resampling=Resampling[how],
        num_threads=1,
        tolerance=0,  # every pixel is placed by itself, so that it is the very cell under it
    )
    return drawn


def _trimmed(frame: _Frame, drawn: NDArray[Any]) -> tuple[_Frame, NDArray[Any]]:
    """Cut off margins in which nothing is drawn: a grid that is square on its own plane is bent on another."""
    known = drawn != _NO_CLASS
    if not known.any():
        return frame, drawn
    rows, columns = _filled(known.any(axis=1)), _filled(known.any(axis=0))
    cut = drawn[rows, columns]
    west, north = frame.west + columns.start * frame.pixel, frame.north - rows.start * frame.pixel
    return _Frame(west=west, north=north, pixel=frame.pixel, width=cut.shape[1], height=cut.shape[0]), cut
