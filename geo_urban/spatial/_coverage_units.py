"""Units as the zonal join needs them: checked, in the CRS of the grid, as vertices counted in cells."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj.exceptions import ProjError

from geo_urban.checks import listed, require_crs, require_geometry, require_unique_index
from geo_urban.errors import CRSMismatchError, DatumError, GeometryError, GeoUrbanWarning, InputError
from geo_urban.spatial.datum import datum_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo_urban.spatial.grid import GridShape

__all__ = ["PlacedUnits", "Rings", "place_units", "units_frame"]

# Vertices handed to the compiled loops at once: enough to make calls cheap, few enough to need little memory.
_VERTICES_AT_ONCE = 400_000

# Rounding of a coordinate, in units of its last place: it was read, subtracted and divided.
_LAST_PLACES = 4.0

# An edge that is straight in one projection is bowed in another, about as a parallel is. Long edges are cut before they
# are reprojected, so that no bow is deeper than this share of a cell.
_BOW_CELLS = 1e-3
_EARTH_RADIUS_M = 6.4e6
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Vertices of some units in cells, as `trace_units` takes them; `owner` tells whose they are."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ring_ends: NDArray[np.int64]
    is_hole: NDArray[np.bool_]
    unit_ends: NDArray[np.int64]
    bounds: NDArray[np.float64]
    owner: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedUnits:
    """Units on a grid; one that a grid meets on both sides of the antimeridian is placed twice.

    Parameters
    ----------
    shapes
        Geometry of each unit, in the CRS of the grid.
    grid
        Where the grid lies.
    unit
        Unit of each placement, ascending.
    shift
        Columns by which it is moved: whole turns around the earth.
    bounds
        First row, last row, first column and last column of each placement [cells].
    """

    shapes: NDArray[np.object_]
    grid: GridShape
    unit: NDArray[np.int64]
    shift: NDArray[np.float64]
    bounds: NDArray[np.float64]

    def batches(self, block: tuple[int, int, int, int]) -> Iterator[Rings]:
        """Yield the placements that may meet a block of (first row, row after, first column, column after)."""
        top, bottom, west, east = self.bounds.T
        meets = np.flatnonzero((top < block[1]) & (bottom > block[0]) & (west < block[3]) & (east > block[2]))
        vertices = np.cumsum(shapely.get_num_coordinates(self.shapes[self.unit[meets]]))
        breaks = np.flatnonzero(np.diff(vertices // _VERTICES_AT_ONCE)) + 1
        for batch in np.split(meets, breaks):
            if len(batch):
                yield self._rings(batch)

    def _rings(self, placements: NDArray[np.int64]) -> Rings:
        from geo_urban.spatial._coverage_kernels import to_cells

        unit = self.unit[placements]
        polygons, place = shapely.get_parts(self.shapes[unit], return_index=True)
        rings, polygon = shapely.get_rings(polygons, return_index=True)
        counts = shapely.get_num_coordinates(rings)
        vertices = shapely.get_coordinates(rings)
        transform = self.grid.transform
        x = to_cells(vertices[:, 0], transform.c, transform.a, _noise(self.grid, "x"))
        y = to_cells(vertices[:, 1], transform.f, transform.e, _noise(self.grid, "y"))
        shift = self.shift[placements]
        if shift.any():
            x += np.repeat(shift[place[polygon]], counts)
        ring_ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        unit_ends = np.searchsorted(place[polygon], np.arange(len(placements) + 1)).astype(np.int64)
        starts = ring_ends[unit_ends[:-1]]
        sides = [extreme.reduceat(values, starts) for values in (y, x) for extreme in (np.minimum, np.maximum)]
        return Rings(
            x=x,
            y=y,
            ring_ends=ring_ends,
            is_hole=np.diff(polygon, prepend=-1) == 0,  # each polygon's first ring is its shell
            unit_ends=unit_ends,
            bounds=np.column_stack(sides),
            owner=unit,
        )


def _noise(grid: GridShape, axis: str) -> float:
    """Return how far rounding may have moved a coordinate [cells]."""
    west, south, east, north = grid.bounds
    furthest = max(abs(west), abs(east)) if axis == "x" else max(abs(south), abs(north))
    step = grid.transform.a if axis == "x" else abs(grid.transform.e)
    return float(min(_LAST_PLACES * np.finfo(np.float64).eps * furthest / step, 1e-6))


def place_units(units: Any, grid: GridShape, *, reproject: bool) -> PlacedUnits:
    """Check units and place them on a grid."""
    frame = _checked(units)
    shapes = _in_crs_of(frame, grid, reproject=reproject).to_numpy()
    columns, shifts = _columns(frame, shapes, grid)
    rows = (shapely.bounds(shapes)[:, [1, 3]] - grid.transform.f) / grid.transform.e
    placed = [
        (unit, shift, np.column_stack([np.sort(rows[unit], axis=1), columns[unit] + shift]))
        for shift in shifts
        for unit in [np.flatnonzero((columns[:, 0] + shift < grid.width) & (columns[:, 1] + shift > 0))]
    ]
    unit = np.concatenate([unit for unit, _, _ in placed])
    order = np.argsort(unit, kind="stable")
    return PlacedUnits(
        shapes=shapes,
        grid=grid,
        unit=unit[order].astype(np.int64),
        shift=np.concatenate([np.full(len(unit), shift) for unit, shift, _ in placed])[order],
        bounds=np.concatenate([bounds for _, _, bounds in placed])[order],
    )


def units_frame(units: Any) -> gpd.GeoDataFrame:
    """Return units if they are a frame with geometry; what the geometry is like, `place_units` sees."""
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "`units` is a {kind} without geometry, so no cell lies in them. "
            "Join the boundaries first, e.g. `boundaries[['geometry']].join(panel)`.",
            kind=type(units).__name__,
        )
    return units


def _checked(units: Any) -> gpd.GeoDataFrame:
    """Return units that a grid can be joined with, or refuse what they lack; half a second for all counties."""
    units = units_frame(units)
    require_crs(units, argument="units")
    require_unique_index(units, argument="units")
    require_geometry(units, argument="units")
    datum = datum_of(units)
    if datum in {"gcj02", "bd09"}:
        raise DatumError(
            "`units` are on {datum}, hundreds of metres off every grid: units would take their neighbors' people. "
            'Bring them to WGS 84 first, e.g. `to_wgs84(units, source="{datum}")`.',
            datum=datum,
        )
    return units


def _in_crs_of(units: gpd.GeoDataFrame, grid: GridShape, *, reproject: bool) -> gpd.GeoSeries:
    source = require_crs(units, argument="units")
    if source.equals(grid.crs, ignore_axis_order=True):
        return units.geometry
    if not reproject:
        raise CRSMismatchError(
            "`units` is in {units} and the grid in {grid}, so their coordinates do not compare. "
            "Reproject the units, `units.to_crs(grid.rio.crs)`, or let this call do so with `reproject=True`.",
            units=_short(source),
            grid=_short(grid.crs),
        )
    warnings.warn(
        GeoUrbanWarning(
            "`units` was reprojected from {units} to {grid}, the CRS of the grid; cells are never resampled.",
            units=_short(source),
            grid=_short(grid.crs),
        ),
        stacklevel=4,
    )
    try:
        moved = units.geometry.segmentize(_longest_edge(source, grid)).to_crs(grid.crs)
    except ProjError as error:
        raise CRSMismatchError(
            "no way leads from {units} to {grid}, the CRS of the grid, so units and cells cannot be brought together. "
            "Check both, and declare the right one, e.g. `grid.rio.write_crs(4326)`.",
            units=_short(source),
            grid=_short(grid.crs),
        ) from error
    lost = ~np.isfinite(shapely.bounds(moved.to_numpy())).all(axis=1)
    if lost.any():
        raise CRSMismatchError(
            "{codes} cannot be placed in {grid}, the CRS of the grid: they lie beyond what it can show. "
            "Leave them out, or warp the grid to another CRS.",
            codes=listed(units.index[lost]),
            grid=_short(grid.crs),
        )
    return moved


def _short(crs: Any) -> str:
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else str(crs.name)


def _longest_edge(source: Any, grid: GridShape) -> float:
    """Return how long an edge may be before it is cut, in the unit of its CRS (which need not be exact)."""
    cell_m = grid.transform.a * (_METRES_PER_DEGREE if grid.crs.is_geographic else 1.0)
    edge_m = (8 * _EARTH_RADIUS_M * _BOW_CELLS * cell_m) ** 0.5  # the depth of a bow is edge² / 8 radius
    return float(edge_m / (_METRES_PER_DEGREE if source.is_geographic else 1.0))


def _columns(
    units: gpd.GeoDataFrame, shapes: NDArray[np.object_], grid: GridShape
) -> tuple[NDArray[np.float64], tuple[float, ...]]:
    """Return the first and last column of each unit, and the shifts by which units may meet the grid."""
    columns = (shapely.bounds(shapes)[:, [0, 2]] - grid.transform.c) / grid.transform.a
    if not grid.crs.is_geographic:
        return columns, (0.0,)
    turn = 2 * np.pi / grid.crs.axis_info[0].unit_conversion_factor / grid.transform.a
    if grid.width > turn + 0.5:
        raise InputError(
            "the grid spans {degrees} degrees of longitude, more than once around the earth, so some of its cells "
            "stand for the same place. Cut it to 360 degrees, e.g. `grid.isel(x=slice({columns}))`.",
            degrees=round(360 * grid.width / turn, 3),
            columns=int(turn),
        )
    _require_one_side(units, shapes, columns, turn, grid)
    return columns, (0.0, -turn, turn)


def _require_one_side(
    units: gpd.GeoDataFrame,
    shapes: NDArray[np.object_],
    columns: NDArray[np.float64],
    turn: float,
    grid: GridShape,
) -> None:
    """Refuse units with an edge over more than half the earth: it jumps across the antimeridian."""
    suspects = np.flatnonzero(columns[:, 1] - columns[:, 0] > turn / 2)
    across = []
    for unit in suspects:
        rings = shapely.get_rings(shapely.get_parts(shapes[unit]))
        vertices, ring = shapely.get_coordinates(rings, return_index=True)
        steps = np.abs(np.diff(vertices[:, 0])[np.diff(ring) == 0]) / grid.transform.a
        # An edge of exactly one turn is the border of the whole world.
        if ((steps > turn / 2) & (steps < turn * (1 - 1e-6))).any():
            across.append(unit)
    if across:
        raise GeometryError(
            "{codes} have edges over more than 180 degrees of longitude: they cross the antimeridian, or leave open "
            "which way round the earth they go. Cut them at 180 degrees into parts on either side "
            "(`ogr2ogr -wrapdateline`), or add vertices along the long edges.",
            codes=listed(units.index[across]),
        )
