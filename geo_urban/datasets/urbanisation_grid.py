"""The published classes of the degree of urbanisation, read for a region: cities, towns and villages of 2025."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.datasets import _amap, _settlement, store
from geo_urban.datasets.boundaries import counties, provinces
from geo_urban.datasets.regions import Region
from geo_urban.datasets.regions import region as region_of
from geo_urban.errors import DataSourceError, InputError
from geo_urban.messages import translate
from geo_urban.progress import track
from geo_urban.spatial.grid import GridShape, build_grid

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["urbanisation_classes"]

# The cells the classes were made on: 1 km, borders at whole kilometres of Mollweide's projection.
_CRS_NAME = "ESRI:54009"
_CELL_M = 1000.0
_ROWS_AT_ONCE = 256
_YEAR = 2025
_DECIDING = ("urbanisation_grid", "_settlement", "_triangles", "_amap", "boundaries", "regions")


def urbanisation_classes(*, region: str | int | Region | None = None) -> xr.DataArray:
    """Return the published degree of urbanisation, level 2, on the 1 km cells it was made on.

    These classes are *read*, not found: their makers found them in a population grid of their own, projected to 2025.
    Centres outlined from them (`geo_urban.hierarchy.urban_centres`) say so.

    Parameters
    ----------
    region
        Only cells that a unit of this region touches (`geo_urban.datasets.region`); None for the whole country.

    Returns
    -------
    xarray.DataArray
        Codes (uint8; 255 outside the region and where the source has none) in `ESRI:54009`: 30 urban centre, 23 dense,
        22 semi-dense, 21 suburban, 13 rural cluster, 12 low density, 11 very low density, 10 water. Attributes:
        ``quantity="class"``, ``level=2``, ``published=True``, ``year=2025``, ``source``.

    Raises
    ------
    InputError
        If there is no such region.
    MissingDependencyError
        If the data packages are not installed.
    DataSourceError
        If the classes' file is not the one this package was checked with.
    OutputError
        If the grid cannot be kept in the cache folder.

    Notes
    -----
    The source holds the classes by triangles of about 1.5 km², so some cells on borders of classes bear the class of a
    neighbour. Built once for the region asked for and kept in the cache; the whole country takes half a minute.

    References
    ----------
    European Commission, Joint Research Centre (2025). GHS-WUP-DEGURBA R2025A.
    doi:10.2905/1c049178-ab00-4bbc-b638-3e3c19daaacb
    """
    within = None if region is None else region_of(region)
    codes = "china" if within is None else "_".join(sorted(within.codes))
    slug = codes if len(codes) <= 40 else sha256(codes.encode()).hexdigest()[:12]  # noqa: PLR2004 - a short file name
    path = store.build_once(
        f"urbanisation-classes-{slug}.tif",
        version_parts=[_amap.source_version(), _settlement.source_version(), _content_version()],
        build=lambda part: _build(part, within),
        kind="rasters",
    )
    return _read(path)


def _build(target: Path, within: Region | None) -> None:
    outline = _outline(within)
    shape = _window(outline)
    codes = np.full((shape.height, shape.width), _settlement.NO_DATA, dtype=np.uint8)
    bands = range(0, shape.height, _ROWS_AT_ONCE)
    for top in track(bands, description=translate("Reading settlement classes")):
        _fill(codes, shape, slice(top, min(top + _ROWS_AT_ONCE, shape.height)), outline)
    _write(target, codes, shape)


def _write(target: Path, codes: NDArray[np.uint8], shape: GridShape) -> None:
    import rasterio

    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "nodata": _settlement.NO_DATA}
    size = {"height": shape.height, "width": shape.width, "count": 1, "dtype": "uint8"}
    with rasterio.open(
        target, "w", driver="GTiff", crs=shape.crs.to_wkt(), transform=shape.transform, **size, **layout
    ) as file:
        file.write(codes, 1)


def _read(path: Path) -> xr.DataArray:
    import rasterio
    from pyproj import CRS
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as file:
            codes = file.read(1)
            shape = GridShape(transform=file.transform, height=file.height, width=file.width, crs=CRS(_CRS_NAME))
    except RasterioError as error:
        raise DataSourceError(
            "{path} is damaged ({reason}). Delete it, e.g. `geo_urban.datasets.store.clear()`; it is built again.",
            path=path,
            reason=error,
        ) from error
    attributes = {"level": 2, "published": True, "year": _YEAR, "source": _settlement.PRODUCT}
    grid = build_grid(codes, shape, quantity="class", **attributes).rename("degree_of_urbanisation")
    grid.rio.write_nodata(_settlement.NO_DATA, inplace=True)
    return grid


def _outline(within: Region | None) -> gpd.GeoSeries:
    """Return polygons that cover the region, in the CRS of the cells."""
    units = provinces() if within is None else counties(region=within)
    if units.empty:
        raise InputError(
            "`region` {name} has no unit, so there is no cell to read. Name another region.",
            name="" if within is None else within.name,
        )
    return units.geometry.to_crs(_CRS_NAME)


def _window(outline: gpd.GeoSeries) -> GridShape:
    from affine import Affine
    from pyproj import CRS

    bounds = outline.total_bounds / _CELL_M
    west, south = np.floor(bounds[:2]).astype(int)
    east, north = np.ceil(bounds[2:]).astype(int)
    transform = Affine(_CELL_M, 0.0, west * _CELL_M, 0.0, -_CELL_M, north * _CELL_M)
    return GridShape(transform=transform, height=int(north - south), width=int(east - west), crs=CRS(_CRS_NAME))


def _fill(codes: NDArray[np.uint8], shape: GridShape, rows: slice, outline: gpd.GeoSeries) -> None:
    """Read the classes of the cells of some rows that the region touches."""
    from affine import Affine
    from rasterio.features import rasterize

    whole = shape.transform
    # Affine 2 multiplies with `*`, affine 3 with `@`: this is the same for a grid that lies north up.
    transform = Affine(whole.a, whole.b, whole.c, whole.d, whole.e, whole.f + rows.start * whole.e)
    touched = rasterize(
        outline, out_shape=(rows.stop - rows.start, shape.width), transform=transform, all_touched=True, dtype="uint8"
    )
    cell = np.flatnonzero(touched)
    if len(cell):
        codes[rows].ravel()[cell] = _settlement.classes_of_cells(shape, cell + rows.start * shape.width)


@cache
def _content_version() -> str:
    folder = files("geo_urban").joinpath("datasets")
    return sha256(
        "\n".join(folder.joinpath(f"{name}.py").read_text("utf-8") for name in _DECIDING).encode()
    ).hexdigest()
