"""Open a file of cells and describe what it stores, before anything is read."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import fspath
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine

from geo_urban.checks import existing_file, listed, nearest_name
from geo_urban.errors import DataSourceError, InputError
from geo_urban.spatial._coverage_blocks import GDAL_CACHE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geo_urban.typing import FilePath

__all__ = [
    "GdalFile",
    "StoredGrid",
    "chosen_bands",
    "evenly_spaced",
    "fetched_whole",
    "is_url",
    "open_with_gdal",
    "shown_name",
    "uneven",
]

_URL = re.compile(r"https?://", re.IGNORECASE)
# GDAL waits for ever unless told otherwise.
_NETWORK = {
    "GDAL_HTTP_CONNECTTIMEOUT": "20",
    "GDAL_HTTP_TIMEOUT": "120",
    "GDAL_HTTP_MAX_RETRY": "3",
    "GDAL_HTTP_RETRY_DELAY": "1",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "VSI_CACHE": "TRUE",
}
_IRREGULARITY = 0.01  # of a cell, as in `spatial.grid`
_AXIS_NAMES = ("lon", "longitude", "x", "X", "easting", "lat", "latitude", "y", "Y", "northing")
_AXIS_ROLES = ("longitude", "latitude", "projection_x_coordinate", "projection_y_coordinate")
_MANY_VARIABLES = ("netCDF", "HDF5", "HDF4", "BAG", "GPKG")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrid:
    """Cells as a file stores them, and how to read them."""

    name: str
    cells: Any
    height: int
    width: int
    transform: Affine
    crs: Any
    dtype: np.dtype[Any]
    nodata: float | None
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    tile: tuple[int, int]
    labels: tuple[object, ...] | None  # of the bands, where several were asked for
    tags: Mapping[str, str] = field(default_factory=dict)


class GdalFile:
    """Reads windows of a raster; may be sent to other processes, and opens the file once in each thread."""

    def __init__(self, name: str, bands: tuple[int, ...], *, masked: bool) -> None:
        self.name = name
        self.bands = bands
        self.masked = masked
        self._opened = local()

    def __getstate__(self) -> tuple[str, tuple[int, ...], bool]:
        return (self.name, self.bands, self.masked)

    def __setstate__(self, state: tuple[str, tuple[int, ...], bool]) -> None:
        self.name, self.bands, self.masked = state
        self._opened = local()

    def read(self, top: int, bottom: int, west: int, east: int) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
        """Return the stored values (band, row, column), and which of them a mask of the file says are missing."""
        from rasterio.errors import RasterioError
        from rasterio.windows import Window

        window = Window(west, top, east - west, bottom - top)  # type: ignore[call-arg, unused-ignore]
        try:
            with _gdal():
                if not hasattr(self._opened, "dataset"):
                    self._opened.dataset = _opened(self.name)
                dataset = self._opened.dataset
                values = dataset.read(list(self.bands), window=window)
                missing = dataset.read_masks(list(self.bands), window=window) == 0 if self.masked else None
        except RasterioError as error:
            raise DataSourceError(
                "`path`: {path} cannot be read to the end ({reason}); it is cut short or damaged. Fetch it again.",
                path=shown_name(self.name),
                reason=_reason(error),
            ) from error
        return values, missing


def is_url(path: FilePath) -> bool:
    """Tell whether a path is an address on the web."""
    return bool(_URL.match(fspath(path)))


def shown_name(path: FilePath) -> str:
    """Return a path as messages and attributes may show it: without passwords and keys of a query."""
    text = re.sub(r"^/vsicurl/", "", fspath(path))
    return re.sub(r"(?<=://)[^/@]*@", "", text).split("?")[0] if "://" in text else text


def fetched_whole(path: FilePath) -> FilePath:
    """Return `path`, or where it was downloaded to if its format cannot be read piece by piece over the web."""
    if not is_url(path) or not shown_name(path).lower().endswith((".nc", ".nc4", ".cdf", ".h5", ".hdf5")):
        return path
    from hashlib import sha256

    from geo_urban.io._transfer import downloads_folder, transfer

    url = fspath(path)
    target = (
        downloads_folder() / "web" / f"{sha256(url.encode()).hexdigest()[:12]}-{shown_name(url).rsplit('/', 1)[-1]}"
    )
    if not target.is_file():
        transfer(url, target)
    return target


def open_with_gdal(path: FilePath, *, layer: str | None, band: int | Sequence[int] | None) -> StoredGrid:
    """Return what a raster stores."""
    from rasterio.errors import RasterioError

    name = _gdal_name(path)
    try:
        with _gdal(), _opened(name) as dataset:
            chosen = _chosen_layer(dataset, layer, path)
            if chosen is None:
                return _described(dataset, name, band, path)
            with _opened(chosen) as part:
                return _described(part, chosen, band, path)
    except RasterioError as error:
        raise DataSourceError(
            "`path`: {path} is not a raster GDAL can read ({reason}). Give a GeoTIFF, COG, NetCDF, Zarr or VRT. "
            "An address on the web must be right and its server must serve parts of files: else download it first.",
            path=shown_name(path),
            reason=_reason(error),
        ) from error


@contextmanager
def _gdal() -> Iterator[None]:
    import rasterio

    with rasterio.Env(**_NETWORK, GDAL_CACHEMAX=GDAL_CACHE_BYTES):
        yield


def _opened(name: str) -> Any:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told by us, as an error
        return rasterio.open(name)


def _reason(error: Exception) -> str:
    return str(error.__cause__ or error).strip().rstrip(".")


def _gdal_name(path: FilePath) -> str:
    text = fspath(path)
    if is_url(path):
        return f"/vsicurl/{text}"
    if text.startswith("/vsi"):
        return text
    return str(existing_file(Path(text), argument="path"))


def _chosen_layer(dataset: Any, layer: str | None, path: FilePath) -> str | None:
    """Return GDAL's name of the variable to read, or None for the file itself."""
    if not dataset.subdatasets or (dataset.count and dataset.driver not in _MANY_VARIABLES):
        if layer is None:
            return None
        known: dict[str, str] = {}
    else:
        known = {each.rsplit(":", 1)[-1].strip("/"): each for each in dataset.subdatasets}
    if layer is not None and layer in known:
        return known[layer]
    if layer is not None:
        raise InputError(
            "`path`: {path} has no layer `{layer}`; it has {known}. Did you mean `{near}`?",
            path=shown_name(path),
            layer=layer,
            known=listed(known, most=12) or "—",
            near=nearest_name(layer, list(known)) or next(iter(known), "—"),
        )
    if len(known) == 1:
        return next(iter(known.values()))
    raise InputError(
        '`path`: {path} holds several layers ({known}). Say which, e.g. `layer="{first}"`.',
        path=shown_name(path),
        known=listed(known, most=12),
        first=next(iter(known)),
    )


def _described(dataset: Any, name: str, band: int | Sequence[int] | None, path: FilePath) -> StoredGrid:
    from rasterio.enums import ColorInterp, MaskFlags

    data_bands = [
        index
        for index, colour in zip(dataset.indexes, dataset.colorinterp, strict=True)
        if colour is not ColorInterp.alpha
    ]
    bands = chosen_bands(band, data_bands, dataset.descriptions, path)
    kinds = {dataset.dtypes[index - 1] for index in bands}
    dtype = np.result_type(*kinds)
    if dtype.kind not in "iuf":
        raise InputError(
            "`path`: {path} holds values of the type {dtype}, which count nothing. Give a raster of real numbers.",
            path=shown_name(path),
            dtype=", ".join(sorted(kinds)),
        )
    masked = any(MaskFlags.per_dataset in dataset.mask_flag_enums[index - 1] for index in bands)
    # Bands that declare different numbers: only their masks know which holds where.
    masked |= len({str(dataset.nodatavals[index - 1]) for index in bands}) > 1
    tags = dataset.tags()
    _require_place(dataset, path)
    _require_even_axes(dataset, name, tags, path)
    return StoredGrid(
        name=shown_name(path),
        cells=GdalFile(name, bands, masked=masked),
        height=dataset.height,
        width=dataset.width,
        transform=dataset.transform,
        crs=dataset.crs,
        dtype=dtype,
        nodata=dataset.nodatavals[bands[0] - 1],
        scales=tuple(dataset.scales[index - 1] for index in bands),
        offsets=tuple(dataset.offsets[index - 1] for index in bands),
        tile=dataset.block_shapes[bands[0] - 1],
        labels=None if band is None or np.ndim(band) == 0 else _labels(dataset, bands),
        tags=tags,
    )


def chosen_bands(
    band: int | Sequence[int] | None, known: Sequence[int], names: Sequence[str | None], path: FilePath
) -> tuple[int, ...]:
    """Return the bands to read; a file with several must be told which."""
    if band is None and len(known) == 1:
        return (known[0],)
    shown = listed([f"{index}: {names[index - 1]}" if names[index - 1] else index for index in known], most=12)
    if band is None:
        raise InputError(
            "`path`: {path} holds {count} bands ({bands}); they may be years, ages or colours. "
            "Say which, e.g. `band={first}`, or several, e.g. `band=[{first}, {second}]`.",
            path=shown_name(path),
            count=len(known),
            bands=shown,
            first=known[0] if known else 1,
            second=known[1] if len(known) > 1 else 2,
        )
    wanted: tuple[int, ...] = (band,) if np.ndim(band) == 0 else tuple(band)  # type: ignore[assignment, arg-type]
    if not wanted or set(wanted) - set(known):
        raise InputError(
            "`band` = {band} is not in {path}; it has {bands}. Bands are counted from 1.",
            band=band,
            path=shown_name(path),
            bands=shown,
        )
    return wanted


def _labels(dataset: Any, bands: Sequence[int]) -> tuple[object, ...]:
    """Return what the bands are called: years as numbers, else their names, else their numbers."""
    names = [dataset.descriptions[index - 1] or _step_of_time(dataset.tags(index)) for index in bands]
    if None in names or len(set(names)) < len(names):
        return tuple(bands)
    if all(re.fullmatch(r"-?\d{1,9}", str(name)) for name in names):
        return tuple(int(str(name)) for name in names)
    return tuple(names)


def _step_of_time(tags: Mapping[str, str]) -> str | None:
    steps = [value for key, value in tags.items() if key.startswith("NETCDF_DIM_")]
    return steps[0] if len(steps) == 1 else None


def _require_place(dataset: Any, path: FilePath) -> None:
    if dataset.gcps[0] or dataset.tags(ns="RPC"):
        raise InputError(
            "`path`: {path} is placed by control points and not by a regular grid. "
            "Warp it first: `gdalwarp {path} regular.tif`.",
            path=shown_name(path),
        )
    if dataset.tags(ns="GEOLOCATION"):
        raise uneven(path)
    if dataset.transform == Affine.identity():
        raise InputError(
            "`path`: {path} does not say where its cells lie (no position and cell size). Export it again with its "
            "georeference, or give it one: `gdal_edit.py -a_ullr WEST NORTH EAST SOUTH -a_srs EPSG:4326 {path}`.",
            path=shown_name(path),
        )


def uneven(path: FilePath) -> InputError:
    """Return the refusal of axes that go in unequal steps."""
    return InputError(
        "`path`: the rows or columns of {path} are not evenly spaced, or out of order, so its cells have no one size. "
        "Sort or resample it first, e.g. with xarray `sortby` and `interp`, or `gdalwarp`.",
        path=shown_name(path),
    )


def _require_even_axes(dataset: Any, name: str, tags: Mapping[str, str], path: FilePath) -> None:
    """Read the axes of a NetCDF file: GDAL looks at a few of their values only, and believes the rest."""
    if dataset.driver != "netCDF":
        return
    from rasterio.errors import RasterioError

    file = name.split('"')[1] if '"' in name else re.sub(r"^netcdf:(.*):[^:]*$", r"\1", name, flags=re.IGNORECASE)
    named = {key.split("#")[0] for key, value in tags.items() if "#" in key and value in _AXIS_ROLES}
    for axis in sorted({*_AXIS_NAMES, *named}):
        try:
            with _opened(f'netcdf:"{file}":{axis}') as variable:
                if variable.height > 1 or variable.count != 1:
                    continue
                values = variable.read(1)[0].astype(np.float64)
        except RasterioError:
            continue
        if len(values) in {dataset.width, dataset.height} and not evenly_spaced(values):
            raise uneven(path)


def evenly_spaced(centres: NDArray[np.float64]) -> bool:
    """Tell whether coordinates go up, or down, in steps of one size."""
    if len(centres) < 2:  # noqa: PLR2004 - one value has no step
        return True
    step = (centres[-1] - centres[0]) / (len(centres) - 1)
    astray = np.abs(centres - centres[0] - step * np.arange(len(centres)))
    return bool(step != 0 and np.isfinite(astray).all() and astray.max() <= _IRREGULARITY * abs(step))
