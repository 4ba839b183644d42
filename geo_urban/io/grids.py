"""Read and write grids of people: GeoTIFF, COG, NetCDF, Zarr, VRT, from a disk or the web."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import geopandas as gpd
import numpy as np

from geo_urban.checks import listed, nearest_name, require_crs
from geo_urban.errors import InputError
from geo_urban.io._class_cells import NO_CLASS, as_codes
from geo_urban.io._grid_cells import LARGEST_IN_MEMORY, Cells
from geo_urban.io._grid_files import StoredGrid, fetched_whole, open_with_gdal
from geo_urban.io._grid_places import Placement, place, place_in_crs
from geo_urban.io._grid_zarr import is_zarr, open_zarr
from geo_urban.spatial.grid import CLASS, QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr

    from geo_urban.typing import FilePath

__all__ = ["LARGEST_IN_MEMORY", "Window", "read_grid", "write_grid"]

_READABLE = (*QUANTITIES, CLASS)

Window: TypeAlias = "tuple[float, float, float, float] | gpd.GeoDataFrame | gpd.GeoSeries"


def read_grid(
    path: FilePath,
    *,
    quantity: Quantity | Literal["class"],
    nodata: float | None = None,
    window: Window | None = None,
    band: int | Sequence[int] | None = None,
    layer: str | None = None,
    crs: object | None = None,
) -> xr.DataArray:
    """Read a grid of people.

    What makes a sum over cells silently wrong is cured or refused here: fill values that nobody declared, whole
    numbers that overflow, rows that run south to north, longitudes from 0 to 360, places that stand twice, axes out of
    order. No file says whether its cells count people or people per km²: you must.

    Parameters
    ----------
    path
        GeoTIFF, Cloud-Optimised GeoTIFF, NetCDF, Zarr, VRT or another raster GDAL reads; a local path, or an address
        ``http(s)://…``, of which only the cells asked for are fetched (a NetCDF file is downloaded whole, once).
    quantity
        ``"count"`` (people per cell) or ``"density"`` (people per km²). A wrong answer is off by the area of a cell.
        ``"class"`` for codes of classes, e.g. those of the GHSL's settlement model (GHS-SMOD).
    nodata
        Stored value that stands for no data, in place of the one the file declares.
    window
        Part to read: ``(west, south, east, north)`` in the CRS of the grid, or a layer, of which the extent is taken.
        Every cell that touches it is read. Across the antimeridian it goes on beyond 180: ``(170, -20, 190, 0)``.
    band
        Band to read where there are several, counted from 1; several give a grid with one more dimension.
    layer
        Variable to read where a file holds several.
    crs
        Coordinate reference system of a file that does not say it.

    Returns
    -------
    xarray.DataArray
        Dimensions ``("y", "x")``, or one more before them; rows from north to south, columns from west to east,
        coordinates of cell centres, CRS and transform in the accessor ``rio``. Missing cells are NaN, so values are
        single precision where that loses nothing (whole numbers up to 16 bits, single precision itself), else double.
        Up to `LARGEST_IN_MEMORY` bytes (256 MiB: 7,440 × 4,320 cells) it is in memory, beyond that an array of dask.
        Codes of classes are of type uint8, 255 where there is none.
        ``attrs`` holds ``quantity``, ``source``, and what `write_grid` stored: ``modelled``, ``made_from``, ``year``.

    Raises
    ------
    DataSourceError
        If it cannot be read, or not to its end.
    MissingCRSError
        If it does not say its CRS and `crs` is not given.
    CRSMismatchError
        If `crs` contradicts the file, or degrees reach beyond the poles.
    MissingDependencyError
        If it is larger than memory shall hold and dask is not there, or a Zarr store and zarr is not there.
    InputError
        If `quantity` is missing or contradicts the file; if cells are negative or infinite; if the grid is rotated,
        unevenly spaced or without a place; if it spans more than 360 degrees; if there are several bands or layers. In
        a grid of dask, bad cells are found when they are read.
    NoOverlapError
        If the window meets no cell.

    Warns
    -----
    GeoUrbanWarning
        If columns beyond 360 degrees were left out.

    Notes
    -----
    −200, −999, −9999, −99999, −32768, −2³¹, 2³²−1 and ±10³⁰ or more are missing whether the file declares them or not.
    Declared scale and offset are applied. Sums in single precision are good to 7 digits; take them in double:
    ``grid.sum(dtype="float64")``, as `geo_urban.spatial.zonal_stats` does.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial.grid import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1, 0, 100, 0, -1, 40), height=1, width=2, crs=CRS(4326))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_grid(build_grid([[3.0, float("nan")]], shape, quantity="count"), f"{folder}/people.tif")
    ...     grid = read_grid(file, quantity="count")
    >>> grid.values.tolist(), grid.x.values.tolist()
    ([[3.0, nan]], [100.5, 101.5])
    """
    _require_known(quantity)
    _require_path(path)
    said_nodata = None if nodata is None else _number(nodata, argument="nodata")
    path = fetched_whole(path)
    opened = open_zarr if is_zarr(path) else open_with_gdal
    stored = opened(path, layer=layer, band=band)
    _require_same(quantity, stored)
    placed_in = place_in_crs(stored, crs)
    placement = place(stored, placed_in, _bounds(window, placed_in))
    cells = Cells(stored=stored, placement=placement, nodata=stored.nodata if said_nodata is None else said_nodata)
    values = cells.in_memory() if cells.nbytes <= LARGEST_IN_MEMORY else cells.piece_by_piece()
    if quantity == CLASS:
        values = as_codes(values, name=stored.name)
    return _grid(values, placement, placed_in, stored, quantity)


def write_grid(grid: xr.DataArray, path: FilePath) -> Path:
    """Write a grid as a Cloud-Optimised GeoTIFF.

    Any GIS opens it, and over the web only the part that is looked at is fetched. Quantity, source, year and whether
    the grid is modelled are stored with it. An older file stays until the new one is whole; the same grid gives the
    same bytes.

    Parameters
    ----------
    grid
        A grid, in memory or of dask (written piece by piece). Whole numbers are stored as such, in 32 bits where they
        fit.
    path
        File to write, ending in ``.tif`` or ``.tiff``; its folder is made.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If it is no regular grid, does not say its quantity, or the name has another ending.
    MissingCRSError
        If it has no CRS.
    OutputError
        If it cannot be written.

    Notes
    -----
    The overviews inside hold averages of cells, or the class that most of them have: they are for the eye. Sums are
    taken on the full grid.

    Examples
    --------
    >>> import tempfile
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial.grid import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1, 0, 100, 0, -1, 40), height=1, width=1, crs=CRS(4326))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_grid(build_grid([[3.0]], shape, quantity="count"), f"{folder}/people.tif").name
    'people.tif'
    """
    from geo_urban.io._grid_writing import write_cog

    file = Path(path).expanduser()
    if file.suffix.lower() not in {".tif", ".tiff"}:
        raise InputError(
            "`path` = {path} must end in .tif: a grid is written as a Cloud-Optimised GeoTIFF. Write {near}.",
            path=str(file),
            near=file.with_suffix(".tif").name,
        )
    write_cog(grid, file)
    return file


def _require_known(quantity: object) -> None:
    if quantity not in _READABLE:
        raise InputError(
            "`quantity` = {quantity} is not known; say what a cell holds: {known}. Did you mean `{near}`?",
            quantity=repr(quantity),
            known=listed(_READABLE),
            near=nearest_name(str(quantity), _READABLE) or _READABLE[0],
        )


def _require_path(path: object) -> None:
    if not isinstance(path, str | PathLike):
        raise InputError(
            "`path` = {found} is no path. Give the name of a raster, or its address on the web.", found=repr(path)
        )


def _number(value: object, *, argument: str) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise InputError(
            "`{argument}` = {value} is no number. Give one, e.g. `{argument}=-99999`.",
            argument=argument,
            value=repr(value),
        ) from error


def _require_same(quantity: str, stored: StoredGrid) -> None:
    found = stored.tags.get("GEO_URBAN_QUANTITY", quantity)
    if found != quantity:
        raise InputError(
            '`quantity="{quantity}"` contradicts {path}, which was written as `{found}`; the difference is the area '
            'of a cell. Read it with `quantity="{found}"`.',
            quantity=quantity,
            path=stored.name,
            found=found,
        )


def _bounds(window: Window | None, crs: Any) -> tuple[float, float, float, float] | None:
    if window is None:
        return None
    if isinstance(window, gpd.GeoDataFrame | gpd.GeoSeries):
        require_crs(window, argument="window")
        bounds = window.geometry.to_crs(crs.to_wkt()).total_bounds
        if not np.isfinite(bounds).all():
            raise InputError(
                "`window` holds no geometry that can be placed in {crs}, the CRS of the grid, so it cuts out nothing. "
                "Give a layer with geometries, or bounds.",
                crs=crs.to_string(),
            )
        west, south, east, north = map(float, bounds)
        return west, south, east, north
    try:
        west, south, east, north = map(float, window)
    except (TypeError, ValueError) as error:
        raise InputError(
            "`window` must be (west, south, east, north) or a layer; got {found}.", found=repr(window)[:80]
        ) from error
    return west, south, east, north


def _grid(values: Any, placement: Placement, crs: Any, stored: StoredGrid, quantity: str) -> xr.DataArray:
    import rioxarray  # noqa: F401 - gives arrays the accessor `rio`
    import xarray as xr

    transform = placement.transform
    coordinates: dict[str, Any] = {
        "y": transform.f + transform.e * (np.arange(placement.height) + 0.5),
        "x": transform.c + transform.a * (np.arange(placement.width) + 0.5),
    }
    dimensions: tuple[str, ...] = ("y", "x")
    if stored.labels is not None:
        extra = stored.tags.get("GEO_URBAN_DIMENSION", "band")
        dimensions = (extra, *dimensions)
        coordinates[extra] = list(stored.labels)
    grid = xr.DataArray(values, dims=dimensions, coords=coordinates, attrs=_attributes(stored, quantity))
    grid.encoding["preferred_chunks"] = {"y": stored.tile[0], "x": stored.tile[1]}
    # In place: otherwise rioxarray copies all cells, twice.
    grid.rio.write_crs(crs.to_wkt(), inplace=True)
    grid.rio.write_transform(transform, inplace=True)
    if quantity == CLASS:
        grid.rio.write_nodata(NO_CLASS, inplace=True)
    return grid


def _attributes(stored: StoredGrid, quantity: str) -> dict[str, object]:
    tags: Mapping[str, str] = stored.tags
    attributes: dict[str, object] = {
        "quantity": quantity,
        "source": tags.get("GEO_URBAN_SOURCE", fspath(stored.name).rstrip("/").rsplit("/", 1)[-1]),
    }
    if tags.get("GEO_URBAN_MODELLED") == "yes":
        attributes["modelled"] = True
    if "GEO_URBAN_YEAR" in tags:
        year = tags["GEO_URBAN_YEAR"]
        attributes["year"] = int(year) if year.isdecimal() else year
    if "GEO_URBAN_MADE_FROM" in tags:
        attributes["made_from"] = tags["GEO_URBAN_MADE_FROM"]
    if "GEO_URBAN_LEVEL" in tags:
        attributes["level"] = int(tags["GEO_URBAN_LEVEL"])
    if tags.get("GEO_URBAN_PUBLISHED") == "yes":
        attributes["published"] = True
    return attributes
