"""Where the cells of a stored grid lie: rows from north to south, columns from west to east, longitudes at home."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine

from geo_urban.errors import CRSMismatchError, GeoUrbanWarning, InputError, MissingCRSError, NoOverlapError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_urban.io._grid_files import StoredGrid

__all__ = ["Placement", "place", "place_in_crs"]

_SNAP = 1e-6  # of a cell: borders this near to a cell's are the cell's
_BEYOND_POLE = 0.5  # of a cell: a grid of points may have its first row centred on the pole
_CLOSED = 0.01  # of a cell: by so much may a grid around the earth miss 360 degrees
_HALF_TURN = 180.0
_TURN = 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which stored rows and columns the cells of a grid are.

    Attributes say: the stored size; whether stored rows (columns) run against the grid's; by how many columns the
    grid starts later than the stored one, going round the earth; and the part of all this that was asked for.
    """

    stored_height: int
    stored_width: int
    rows_reversed: bool
    columns_reversed: bool
    turned: int
    first_row: int
    first_column: int
    height: int
    width: int
    transform: Affine

    def pieces(self, west: int, east: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of stored columns, each to be read in one go, for a range of the grid's columns."""
        start = (self.first_column + west + self.turned) % self.stored_width
        left = east - west
        while left > 0:
            stop = min(start + left, self.stored_width)
            yield (self.stored_width - stop, self.stored_width - start) if self.columns_reversed else (start, stop)
            left -= stop - start
            start = 0

    def rows(self, top: int, bottom: int) -> tuple[int, int]:
        """Return the range of stored rows for a range of the grid's rows."""
        first, last = self.first_row + top, self.first_row + bottom
        return (self.stored_height - last, self.stored_height - first) if self.rows_reversed else (first, last)


def place_in_crs(stored: StoredGrid, crs: object | None) -> Any:
    """Return the CRS of a file, or the one the caller says where the file is silent."""
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    if crs is None:
        if stored.crs:
            return stored.crs
        raise MissingCRSError(
            "`path`: {path} does not say its coordinate reference system, so its cells lie nowhere. "
            'If you know it, say it: `read_grid(…, crs="EPSG:4326")` (longitude and latitude).',
            path=stored.name,
        )
    try:
        said = CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError(
            "`crs` = {crs} is no coordinate reference system. Give an EPSG code, e.g. `crs = 4490`.", crs=crs
        ) from error
    if stored.crs and stored.crs != said:
        raise CRSMismatchError(
            "`crs` = {crs} contradicts {path}, which declares {found}. Leave `crs` out, or correct the file: "
            "`gdal_edit.py -a_srs {crs} {path}`.",
            crs=said.to_string(),
            path=stored.name,
            found=stored.crs.to_string(),
        )
    return said


def place(stored: StoredGrid, crs: Any, window: tuple[float, float, float, float] | None) -> Placement:
    """Return where the cells of a file lie, or the reason why they cannot be placed."""
    transform, width, turned = _upright(stored), stored.width, 0
    if crs.is_geographic:
        _require_degrees(stored, transform)
        transform, width, turned = _around_the_earth(stored, transform)
    whole = Placement(
        stored_height=stored.height,
        stored_width=stored.width,
        rows_reversed=stored.transform.e > 0,
        columns_reversed=stored.transform.a < 0,
        turned=turned,
        first_row=0,
        first_column=0,
        height=stored.height,
        width=width,
        transform=transform,
    )
    return whole if window is None else _cut(whole, window, stored, crs)


def _upright(stored: StoredGrid) -> Affine:
    """Return the transform with rows from north to south and columns from west to east."""
    t = stored.transform
    if t.a == 0 or t.e == 0 or abs(t.b) * stored.height > 0.01 * abs(t.a) or abs(t.d) * stored.width > 0.01 * abs(t.e):
        raise InputError(
            "`path`: {path} is rotated or sheared, so its rows do not follow a parallel. "
            "Turn it upright first: `gdalwarp {path} upright.tif`.",
            path=stored.name,
        )
    west = t.c if t.a > 0 else t.c + t.a * stored.width
    north = t.f if t.e < 0 else t.f + t.e * stored.height
    return Affine(abs(t.a), 0.0, west, 0.0, -abs(t.e), north)


def _require_degrees(stored: StoredGrid, t: Affine) -> None:
    south = t.f + t.e * stored.height
    slack = -t.e * (_BEYOND_POLE + 0.01)
    if t.f <= 90 + slack and south >= -90 - slack:
        return
    raise CRSMismatchError(
        "`path`: {path} declares degrees, but its rows reach from {south:,.2f} to {north:,.2f}, beyond the poles. "
        "They are metres, or latitude stands before longitude: declare the right CRS in the file.",
        path=stored.name,
        south=south,
        north=t.f,
    )


def _around_the_earth(stored: StoredGrid, t: Affine) -> tuple[Affine, int, int]:
    """Return the transform of a grid with longitudes at home, how many columns to keep, and by how many to turn it.

    A grid around the whole earth starts at −180, whatever the file does. A part of it keeps its order: one that
    crosses the antimeridian goes on beyond 180.
    """
    circle = round(_TURN / t.a)
    closed = _is_closed(circle, t.a)
    surplus = stored.width - circle
    turned = round((-_HALF_TURN - t.c) / t.a)
    if stored.width * t.a <= _TURN + _CLOSED * t.a:
        if not closed or surplus:
            return _moved(t, _home(t.c, t.a, stored.width)), stored.width, 0
    elif closed and -1 <= turned <= surplus + 1:  # margins of a world map
        turned = min(max(turned, 0), surplus)
        _warn_of_surplus(stored, surplus)
    else:
        raise InputError(
            "`path`: {path} spans {degrees:.2f} degrees of longitude, more than once around the earth, so places stand "
            "in it twice. Cut it to 360 degrees: `gdal_translate -projwin …`.",
            path=stored.name,
            degrees=stored.width * t.a,
        )
    west = t.c + turned * t.a
    home = _TURN * round((-_HALF_TURN - west) / _TURN)
    return _moved(t, turned * t.a + home), circle, turned % stored.width


def _is_closed(columns: int, cell: float) -> bool:
    return abs(columns * cell - _TURN) <= _CLOSED * cell


def _moved(t: Affine, east: float, south: float = 0.0) -> Affine:
    return Affine(t.a, 0.0, t.c + east, 0.0, t.e, t.f + south)


def _home(west: float, cell: float, width: int) -> float:
    """Return the whole turns that bring the middle of a part of the earth to longitudes of −180 to 180."""
    middle = west + cell * width / 2
    return float(-_TURN * np.ceil((middle - _HALF_TURN) / _TURN))


def _warn_of_surplus(stored: StoredGrid, surplus: int) -> None:
    warnings.warn(
        GeoUrbanWarning(
            "`path`: {path} spans more than 360 degrees of longitude; its {count} surplus columns at the antimeridian "
            "were left out, for places stand in them a second time.",
            path=stored.name,
            count=surplus,
        ),
        stacklevel=6,
    )


def _cut(whole: Placement, window: tuple[float, float, float, float], stored: StoredGrid, crs: Any) -> Placement:
    west, south, east, north = window
    if not all(np.isfinite(window)) or west >= east or south >= north:
        raise InputError(
            "`window` = {window} must be (west, south, east, north) with west < east and south < north. A window "
            "across the antimeridian goes on beyond 180, e.g. (170, -20, 190, 0).",
            window=_rounded(window),
        )
    t = whole.transform
    top, bottom = _span((t.f - north) / -t.e, (t.f - south) / -t.e, whole.height)
    first, last = _columns(whole, (west - t.c) / t.a, (east - t.c) / t.a, geographic=crs.is_geographic)
    if first >= last or top >= bottom:
        raise NoOverlapError(
            "`window` = {window} does not meet the grid {path}, which reaches from {west:.6g}, {south:.6g} to "
            "{east:.6g}, {north:.6g} in {crs}. Give the window in that CRS, or as a layer that knows its own.",
            window=_rounded(window),
            path=stored.name,
            west=t.c,
            south=t.f + t.e * whole.height,
            east=t.c + t.a * whole.width,
            north=t.f,
            crs=crs.to_string(),
        )
    return replace(
        whole,
        first_row=top,
        first_column=first,
        height=bottom - top,
        width=last - first,
        transform=_moved(t, first * t.a, top * t.e),
    )


def _columns(whole: Placement, start: float, stop: float, *, geographic: bool) -> tuple[int, int]:
    """Return the columns that a range touches; around the earth it may go on beyond the last."""
    if not geographic:
        return _span(start, stop, whole.width)
    if whole.width == whole.stored_width and _is_closed(whole.width, whole.transform.a):
        first, last = int(np.floor(start + _SNAP)), int(np.ceil(stop - _SNAP))
        return (first, last) if last - first < whole.width else (0, whole.width)
    turn = _TURN / whole.transform.a
    spans = [_span(start + shift, stop + shift, whole.width) for shift in (0.0, -turn, turn)]
    return max(spans, key=lambda span: span[1] - span[0])


def _span(start: float, stop: float, size: int) -> tuple[int, int]:
    """Return the whole cells that a range touches, within 0 and `size`."""
    return max(int(np.floor(start + _SNAP)), 0), min(int(np.ceil(stop - _SNAP)), size)


def _rounded(window: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(float(each), 6) for each in window)
