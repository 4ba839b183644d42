"""What a grid of cells is: where it lies, how large its cells are, and whether it holds counts or densities.

A grid is an `xarray.DataArray` with the dimensions ``("y", "x")``, or one more before them (years, sexes, age groups).
It lies on a regular, unrotated lattice in a declared CRS, missing cells are NaN, and ``attrs["quantity"]`` says whether
a cell holds people (``"count"``) or people per km² (``"density"``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
from affine import Affine

from geo_urban.checks import listed
from geo_urban.errors import CRSMismatchError, InputError, MissingCRSError

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray
    from pyproj import CRS

__all__ = [
    "CLASS",
    "QUANTITIES",
    "GridShape",
    "Quantity",
    "build_grid",
    "cell_area_km2",
    "grid_shape",
    "is_equal_area",
    "require_quantity",
]

Floats: TypeAlias = "NDArray[np.floating[Any]]"
Quantity = Literal["count", "density"]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
CLASS: Literal["class"] = "class"
"""What a cell of a grid of classes holds: the code of a class, which no sum or mean has a meaning for."""

# Coordinates stored in single precision are off by up to 0.2 % of a 30″ cell; a lattice that strays by more than this
# share of a cell is not regular.
_IRREGULARITY = 0.01

# Equal-area projections come out of PROJ's numerical derivatives with an areal scale within 1e-9 of one.
_EQUAL_AREA = 1e-6
_NODES = 65
_STEP_M = 500.0  # half the span of a numerical derivative: errors of the formula and of rounding stay below 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class GridShape:
    """Where a grid lies: two grids of equal shape have the same cells.

    Parameters
    ----------
    transform
        From column and row to the coordinates of the CRS, as rasterio counts them: (0, 0) is the outer corner of the
        first cell. Not rotated; ``transform.e`` is negative where rows run from north to south.
    height, width
        Number of rows and columns.
    crs
        The CRS.
    """

    transform: Affine
    height: int
    width: int
    crs: CRS

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north border [unit of the CRS]."""
        west, first = self.transform.c, self.transform.f
        east, last = west + self.transform.a * self.width, first + self.transform.e * self.height
        return west, min(first, last), east, max(first, last)


def build_grid(
    values: ArrayLike, shape: GridShape, *, quantity: Quantity | Literal["class"], **attributes: Any
) -> xr.DataArray:
    """Return an array of values as a grid.

    Parameters
    ----------
    values
        Shape ``(height, width)``, rows in the order of `shape`; missing cells NaN.
    shape
        Where the grid lies.
    quantity
        ``"count"`` (people per cell), ``"density"`` (people per km²) or ``"class"`` (code of a class).
    **attributes
        Further attributes, e.g. ``year=2020``, ``source="…"``, ``modelled=True``.

    Returns
    -------
    xarray.DataArray
        A grid with coordinates of cell centres, CRS and transform; it shares memory with `values`.

    Raises
    ------
    InputError
        If the array is not of that shape, or the quantity is unknown.

    Examples
    --------
    >>> from pyproj import CRS
    >>> shape = GridShape(transform=Affine(1, 0, 100, 0, -1, 40), height=1, width=2, crs=CRS(4326))
    >>> grid = build_grid([[3.0, 4.0]], shape, quantity="count", year=2020)
    >>> grid.x.values.tolist(), grid.y.values.tolist(), grid.attrs
    ([100.5, 101.5], [39.5], {'quantity': 'count', 'year': 2020})
    """
    import rioxarray  # noqa: F401 - gives arrays the accessor `rio`
    import xarray as xr

    array = np.asarray(values)
    if array.shape != (shape.height, shape.width):
        raise InputError(
            "`values` has the shape {found}, the grid has {rows} rows and {columns} columns. Give one value per cell.",
            found=array.shape,
            rows=shape.height,
            columns=shape.width,
        )
    transform = shape.transform
    coordinates = {
        "y": transform.f + transform.e * (np.arange(shape.height) + 0.5),
        "x": transform.c + transform.a * (np.arange(shape.width) + 0.5),
    }
    grid = xr.DataArray(array, dims=("y", "x"), coords=coordinates, attrs={"quantity": quantity, **attributes})
    if quantity != CLASS:
        require_quantity(grid, argument="quantity")
    # In place: either call would copy the cells otherwise.
    grid.rio.write_crs(shape.crs.to_wkt(), inplace=True)
    grid.rio.write_transform(transform, inplace=True)
    return grid


def require_quantity(grid: xr.DataArray, *, argument: str = "grid") -> Quantity:
    """Return what the cells of a grid hold.

    Parameters
    ----------
    grid
        A grid.
    argument
        Its name in the call, for the message.

    Returns
    -------
    {"count", "density"}
        ``"count"`` for people per cell, ``"density"`` for people per km².

    Raises
    ------
    InputError
        If the grid does not say: a guess is wrong by the area of a cell. If its cells hold classes.
    """
    quantity = grid.attrs.get("quantity")
    if quantity == CLASS:
        raise InputError(
            "`{argument}` holds classes, and codes of classes have no sum or mean. Ask for shares of classes by unit: "
            "`geo_urban.hierarchy.classify_units(grid_classes, population, units)`.",
            argument=argument,
        )
    for known in QUANTITIES:
        if quantity == known:
            return known
    raise InputError(
        "`{argument}` does not say whether its cells hold people or people per km² (`quantity` is {found}); a wrong "
        'guess is off by the area of a cell. Say it, e.g. `read_grid(path, quantity="count")` or '
        '`grid.assign_attrs(quantity="density")`.',
        argument=argument,
        found=repr(quantity),
    )


def grid_shape(grid: xr.DataArray, *, argument: str = "grid") -> GridShape:
    """Return where a grid lies, or refuse what is no regular grid.

    The coordinates decide; a transform stored beside them is taken for its full precision where it says the same, and
    left aside where it does not (a slice of a grid still carries the transform of the whole).

    Parameters
    ----------
    grid
        Array with ``"y"`` and ``"x"`` as its last two dimensions and a CRS. Rows may run either way, columns run
        from west to east.
    argument
        Its name in the call, for messages.

    Returns
    -------
    GridShape
        Transform, size and CRS.

    Raises
    ------
    MissingCRSError
        If it has no CRS.
    InputError
        If the dimensions are others, it is empty, rotated or irregular, columns run from east to west, or it has
        neither coordinates nor a transform.
    """
    import rioxarray  # noqa: F401 - gives arrays the accessor `rio`

    if tuple(grid.dims[-2:]) != ("y", "x"):
        raise InputError(
            "`{argument}` has the dimensions {found}; rows and columns must be the last two, named y and x. "
            'Rename or transpose it, e.g. `grid.rename(lat="y", lon="x").transpose(..., "y", "x")`.',
            argument=argument,
            found=listed(grid.dims),
        )
    height, width = grid.sizes["y"], grid.sizes["x"]
    if height == 0 or width == 0:
        raise InputError(
            "`{argument}` has {rows} rows and {columns} columns, so it holds no cell. Choose a larger window.",
            argument=argument,
            rows=height,
            columns=width,
        )
    return GridShape(
        transform=_transform(grid, argument=argument), height=height, width=width, crs=_crs(grid, argument=argument)
    )


def _crs(grid: xr.DataArray, *, argument: str) -> CRS:
    crs = grid.rio.crs
    if crs is None:
        raise MissingCRSError(
            "`{argument}` does not say its coordinate reference system, so its cells lie nowhere. "
            "If you know it, declare it, e.g. `grid.rio.write_crs(4326)`.",
            argument=argument,
        )
    return _pyproj_crs(crs.to_wkt())


@lru_cache(maxsize=32)
def _pyproj_crs(wkt: str) -> CRS:
    from pyproj import CRS

    return CRS.from_wkt(wkt)


def _transform(grid: xr.DataArray, *, argument: str) -> Affine:
    stored = _stored_transform(grid)
    if stored is not None and (stored.b or stored.d):
        raise InputError(
            "`{argument}` is rotated or sheared, so its rows do not follow a parallel. "
            "Warp it first, e.g. `grid.rio.reproject(grid.rio.crs)`.",
            argument=argument,
        )
    if "x" not in grid.coords or "y" not in grid.coords:
        if stored is None:
            raise InputError(
                "`{argument}` has neither coordinates nor a transform, so its cells lie nowhere. "
                "Give it one, e.g. `grid.rio.write_transform(transform)` or `build_grid(values, shape, quantity=…)`.",
                argument=argument,
            )
        return _west_to_east(stored, argument=argument)
    x = _axis(grid, "x", None if stored is None else (stored.c, stored.a), argument=argument)
    y = _axis(grid, "y", None if stored is None else (stored.f, stored.e), argument=argument)
    return _west_to_east(Affine(x[1], 0.0, x[0], 0.0, y[1], y[0]), argument=argument)


def _stored_transform(grid: xr.DataArray) -> Affine | None:
    mapping = grid.rio.grid_mapping
    text = grid.coords[mapping].attrs.get("GeoTransform") if mapping in grid.coords else None
    return None if text is None else Affine.from_gdal(*map(float, str(text).split()))


def _axis(
    grid: xr.DataArray, axis: Literal["x", "y"], stored: tuple[float, float] | None, *, argument: str
) -> tuple[float, float]:
    """Return the outer border of the first cell and the signed width of a cell."""
    centres = np.asarray(grid.coords[axis].to_numpy(), dtype=np.float64)
    number = np.arange(len(centres))
    if stored is not None and np.abs(centres - stored[0] - stored[1] * (number + 0.5)).max() <= _IRREGULARITY * abs(
        stored[1]
    ):
        return stored
    step = float(centres[-1] - centres[0]) / (len(centres) - 1) if len(centres) > 1 else _lone_step(stored)
    if not np.isfinite(step) or step == 0:
        raise InputError(
            "`{argument}` has a single cell along {axis} and no transform, so the size of a cell is unknown. "
            "Give it one, e.g. `grid.rio.write_transform(transform)`.",
            argument=argument,
            axis=axis,
        )
    astray = ~(np.abs(centres - centres[0] - step * number) <= _IRREGULARITY * abs(step))
    if astray.any():
        raise InputError(
            "`{argument}` is no regular grid: along {axis}, {count} of {total} cells are out of step or order. "
            'Sort it, e.g. `grid.sortby("{axis}")`, or warp it to a regular grid.',
            argument=argument,
            axis=axis,
            count=int(np.count_nonzero(astray)),
            total=len(centres),
        )
    return float(centres[0]) - step / 2, step


def _lone_step(stored: tuple[float, float] | None) -> float:
    return np.nan if stored is None else stored[1]


def _west_to_east(transform: Affine, *, argument: str) -> Affine:
    if transform.a < 0:
        raise InputError(
            '`{argument}` runs from east to west; columns must run from west to east. Sort it: `grid.sortby("x")`.',
            argument=argument,
        )
    return transform


def cell_area_km2(grid: xr.DataArray) -> xr.DataArray:
    """Return the true area of the cells of a grid.

    Cells of one degree are smaller near the poles, and most projections stretch: a density times the *nominal* cell
    is off by the same factor. This is the area on the ellipsoid.

    Parameters
    ----------
    grid
        A grid in a geographic or projected CRS.

    Returns
    -------
    xarray.DataArray
        Area of one cell [km²] by row (dimension ``"y"``), or by cell (``("y", "x")``) where it changes along a row, as
        in a transverse Mercator projection. It multiplies with the grid.

    Raises
    ------
    MissingCRSError
        If the grid has no CRS.
    CRSMismatchError
        If its CRS is a local one, tied to no ellipsoid.
    InputError
        If it is no regular grid.

    Notes
    -----
    Geographic: the exact area between two parallels. Projected: the planar area divided by the areal scale of the
    projection at the centre of the cell, to about 1e-8; exactly the planar area where the projection claims to be
    equal-area (Mollweide, as drawn by PROJ, is so on a sphere: its cells are taken at their nominal area).

    References
    ----------
    Snyder, J. P. (1987). Map projections: a working manual. USGS Professional Paper 1395, eq. 3-12.
    doi:10.3133/pp1395

    Examples
    --------
    A cell of one degree at the equator (the geodesic polygon of the same corners has 12308.8 km²: its northern edge
    is no parallel):

    >>> from pyproj import CRS
    >>> shape = GridShape(transform=Affine(1, 0, 0, 0, -1, 1), height=1, width=1, crs=CRS(4326))
    >>> cell_area_km2(build_grid([[1.0]], shape, quantity="count")).round(1).item()
    12308.5
    """
    import xarray as xr

    shape = grid_shape(grid)
    areas = cell_areas(shape)(0, shape.height)
    area = xr.DataArray(areas[:, 0], dims="y") if areas.shape[1] == 1 else xr.DataArray(areas, dims=("y", "x"))
    kept = {name: grid.coords[name] for name in area.dims if name in grid.coords}
    return area.assign_coords(kept).rename("area_km2")


def cell_areas(shape: GridShape) -> Callable[[int, int], Floats]:
    """Return a function of a range of rows that gives the area of their cells [km²].

    Its result has the shape ``(rows, 1)``, or ``(rows, width)`` where the area changes along a row.
    """
    if shape.crs.ellipsoid is None:
        raise CRSMismatchError(
            "the grid is in {crs}, which has no ellipsoid, so its cells have no area on the earth. "
            "Say where it is, e.g. `grid.rio.write_crs(32650)`.",
            crs=shape.crs.name,
        )
    if shape.crs.is_geographic:
        areas = _parallel_areas(shape)
        return lambda first, last: areas[first:last, None]
    return _projected_areas(shape)


def _parallel_areas(shape: GridShape) -> Floats:
    ellipsoid = shape.crs.ellipsoid
    assert ellipsoid is not None  # noqa: S101 - checked by the caller
    radian = shape.crs.axis_info[0].unit_conversion_factor
    latitudes = (shape.transform.f + shape.transform.e * np.arange(shape.height + 1)) * radian
    sine = np.sin(np.clip(latitudes, -np.pi / 2, np.pi / 2))
    e2 = 1 - (ellipsoid.semi_minor_metre / ellipsoid.semi_major_metre) ** 2
    e = np.sqrt(e2)
    logarithm = np.arctanh(e * sine) / e if e > 0 else sine
    zone = ellipsoid.semi_minor_metre**2 / 2 * (sine / (1 - e2 * sine**2) + logarithm)
    areas: Floats = np.abs(np.diff(zone)) * (shape.transform.a * radian) / 1e6
    return areas


def _projected_areas(shape: GridShape) -> Callable[[int, int], Floats]:
    metre = shape.crs.axis_info[0].unit_conversion_factor
    planar = abs(shape.transform.a * shape.transform.e) * metre**2 / 1e6
    rows = np.linspace(0.5, shape.height - 0.5, min(_NODES, shape.height))
    columns = np.linspace(0.5, shape.width - 0.5, min(_NODES, shape.width))
    if _claims_equal_area(shape, rows, columns):
        return lambda first, last: np.full((last - first, 1), planar)
    scale = _areal_scale(shape, rows, columns)
    # `fmax` and `fmin` pass over NaN.
    along = np.fmax.reduce(scale, axis=1) - np.fmin.reduce(scale, axis=1)
    same_along_rows = bool(np.fmax.reduce(along) <= _EQUAL_AREA)
    if same_along_rows:
        columns, scale = columns[:1], np.fmax.reduce(scale, axis=1, keepdims=True)
    interpolate = _interpolator(rows, columns, scale)
    wanted = np.zeros(1) if same_along_rows else np.arange(shape.width) + 0.5
    return lambda first, last: planar / interpolate(np.arange(first, last) + 0.5, wanted)


def is_equal_area(shape: GridShape) -> bool:
    """Return whether all cells of a grid have the same area: its projection is an equal-area one.

    Examples
    --------
    >>> from pyproj import CRS
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 5e6), height=9, width=9, crs=CRS("ESRI:54009"))
    >>> is_equal_area(shape)
    True
    """
    if shape.crs.is_geographic or shape.crs.ellipsoid is None:
        return False
    rows = np.linspace(0.5, shape.height - 0.5, min(_NODES, shape.height))
    columns = np.linspace(0.5, shape.width - 0.5, min(_NODES, shape.width))
    return _claims_equal_area(shape, rows, columns)


def _claims_equal_area(shape: GridShape, rows: Floats, columns: Floats) -> bool:
    """Return whether the projection claims areal scale one at all nodes, as Mollweide does, though for a sphere."""
    from pyproj import Proj, Transformer

    to_degrees = Transformer.from_crs(shape.crs, shape.crs.geodetic_crs, always_xy=True)
    x, y = _nodes(shape, rows, columns)
    factors = Proj(shape.crs).get_factors(*to_degrees.transform(x.ravel(), y.ravel()), errcheck=False)
    stretched = np.abs(np.asarray(factors.areal_scale, dtype=np.float64) - 1)
    known = stretched[np.isfinite(stretched) & (stretched < 1e6)]  # noqa: PLR2004 - beyond the map
    return bool(len(known) and known.max() <= _EQUAL_AREA)


def _nodes(shape: GridShape, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    x, y = np.meshgrid(shape.transform.c + shape.transform.a * columns, shape.transform.f + shape.transform.e * rows)
    return x, y


def _areal_scale(shape: GridShape, rows: Floats, columns: Floats) -> Floats:
    """Return area on the map by area on the ellipsoid at nodes of the grid, NaN beyond what the projection shows.

    Measured, not asked of PROJ, whose answer for Web Mercator is that of a sphere.
    """
    from pyproj import Transformer

    metre = shape.crs.axis_info[0].unit_conversion_factor
    to_degrees = Transformer.from_crs(shape.crs, shape.crs.geodetic_crs, always_xy=True)
    x, y = _nodes(shape, rows, columns)
    step = _STEP_M / metre
    east, west = to_degrees.transform(x + step, y, radians=True), to_degrees.transform(x - step, y, radians=True)
    north, south = to_degrees.transform(x, y + step, radians=True), to_degrees.transform(x, y - step, radians=True)
    _, latitude = to_degrees.transform(x, y, radians=True)
    with np.errstate(invalid="ignore"):
        turned = abs(
            _short_way(east[0] - west[0]) * (north[1] - south[1])
            - _short_way(north[0] - south[0]) * (east[1] - west[1])
        )
        scale = 4 * _STEP_M**2 / (turned * _square_metres_per_radian2(shape, latitude))
    return np.where(np.isfinite(scale), scale, np.nan)


def _short_way(longitudes: Floats) -> Floats:
    return (longitudes + np.pi) % (2 * np.pi) - np.pi


def _square_metres_per_radian2(shape: GridShape, latitude: Floats) -> Floats:
    """Return the product of the two radii of curvature and the cosine of latitude."""
    ellipsoid = shape.crs.ellipsoid
    assert ellipsoid is not None  # noqa: S101 - checked by the caller
    e2 = 1 - (ellipsoid.semi_minor_metre / ellipsoid.semi_major_metre) ** 2
    w2 = 1 - e2 * np.sin(latitude) ** 2
    area: Floats = ellipsoid.semi_major_metre**2 * (1 - e2) / w2**2 * np.cos(latitude)
    return area


def _interpolator(rows: Floats, columns: Floats, scale: Floats) -> Callable[[Floats, Floats], Floats]:
    from scipy.interpolate import make_interp_spline

    def along(places: Floats, values: Floats, wanted: Floats) -> Any:
        degree = min(3, len(places) - 1)
        if degree == 0 or np.isnan(values).any():  # beyond the projection's limits there is no area either
            nearest = np.abs(places[:, None] - wanted[None, :]).argmin(axis=0)
            return values[nearest]
        return make_interp_spline(places, values, k=degree)(wanted)

    return lambda at_rows, at_columns: along(columns, along(rows, scale, at_rows).T, at_columns).T
