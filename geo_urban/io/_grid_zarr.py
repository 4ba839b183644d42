"""Open a Zarr store and describe what it holds, as `_grid_files` does for what GDAL reads.

GDAL 3.10, the one that rasterio 1.4 brings, knows Zarr 2 and a draft of Zarr 3; xarray writes Zarr 3.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from os import fspath
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
from affine import Affine

from geo_urban.checks import existing_file, listed, nearest_name
from geo_urban.errors import DataSourceError, InputError, MissingDependencyError
from geo_urban.io._grid_files import StoredGrid, chosen_bands, evenly_spaced, is_url, shown_name, uneven

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.typing import FilePath

__all__ = ["ZarrCells", "is_zarr", "open_zarr"]

_MARKS = ("zarr.json", ".zgroup", ".zarray", ".zmetadata")
_ROWS = ("y", "lat", "latitude", "Y", "northing")
_COLUMNS = ("x", "lon", "longitude", "X", "easting")
_CELLS_OF_A_TILE = 512


class ZarrCells:
    """Reads windows of a variable of a Zarr store; may be sent to other processes."""

    def __init__(self, name: str, variable: str, rows: str, columns: str, layers: tuple[str, tuple[int, ...]]) -> None:
        self.name = name
        self.variable = variable
        self.rows = rows
        self.columns = columns
        self.layers = layers
        self._opened = local()

    def __getstate__(self) -> tuple[str, str, str, str, tuple[str, tuple[int, ...]]]:
        return (self.name, self.variable, self.rows, self.columns, self.layers)

    def __setstate__(self, state: tuple[str, str, str, str, tuple[str, tuple[int, ...]]]) -> None:
        self.name, self.variable, self.rows, self.columns, self.layers = state
        self._opened = local()

    def read(self, top: int, bottom: int, west: int, east: int) -> tuple[NDArray[Any], None]:
        """Return the stored values (band, row, column)."""
        if not hasattr(self._opened, "variable"):
            self._opened.variable = _opened(self.name)[self.variable]
        part = self._opened.variable.isel({self.rows: slice(top, bottom), self.columns: slice(west, east)})
        dimension, steps = self.layers
        part = part.isel({dimension: list(steps)}) if dimension else part.expand_dims("band")
        try:
            values = part.transpose(..., self.rows, self.columns).to_numpy()
        except (OSError, ValueError, RuntimeError) as error:
            raise _damaged(self.name, error) from error
        return values, None


def is_zarr(path: FilePath) -> bool:
    """Tell whether a path is a Zarr store."""
    text = fspath(path).rstrip("/")
    if is_url(path):
        return shown_name(text).lower().endswith(".zarr")
    folder = Path(text).expanduser()
    return folder.is_dir() and any((folder / mark).is_file() for mark in _MARKS)


def open_zarr(path: FilePath, *, layer: str | None, band: int | Sequence[int] | None) -> StoredGrid:
    """Return what a Zarr store holds."""
    name = fspath(path).rstrip("/") if is_url(path) else str(existing_file(path, argument="path"))
    store = _opened(name)
    known = [str(each) for each, variable in store.data_vars.items() if _axes(variable) is not None]
    variable = store[_chosen_layer(known, layer, path)]
    rows, columns = _axes(variable) or ("y", "x")
    others = [str(each) for each in variable.dims if each not in (rows, columns)]
    if len(others) > 1:
        raise InputError(
            "`path`: `{layer}` of {path} has the dimensions {found}; a grid has rows, columns and at most one more. "
            "Choose one step of the others and write that, e.g. with xarray `isel`.",
            layer=variable.name,
            path=shown_name(path),
            found=listed(variable.dims),
        )
    if variable.dtype.kind not in "iuf":
        raise InputError(
            "`path`: {path} holds values of the type {dtype}, which count nothing. Give a raster of real numbers.",
            path=shown_name(path),
            dtype=str(variable.dtype),
        )
    steps = _steps(variable, others, band, path)
    bands = len(steps) if others else 1
    nodata = variable.attrs.get("_FillValue", variable.attrs.get("missing_value"))
    tile = (variable.encoding.get("chunks") or (_CELLS_OF_A_TILE, _CELLS_OF_A_TILE))[-2:]
    several = bool(others) and band is not None and np.ndim(band) > 0
    return StoredGrid(
        name=shown_name(path),
        cells=ZarrCells(name, str(variable.name), rows, columns, (others[0] if others else "", steps)),
        height=variable.sizes[rows],
        width=variable.sizes[columns],
        transform=_transform(store, rows, columns, path),
        crs=_crs(store, variable),
        dtype=variable.dtype,
        nodata=None if nodata is None else float(nodata),
        scales=(_declared(variable, "scale_factor", 1.0, name),) * bands,
        offsets=(_declared(variable, "add_offset", 0.0, name),) * bands,
        tile=(int(tile[0]), int(tile[1])),
        labels=_labels(store, others[0], steps) if several else None,
        tags={str(key): str(value) for key, value in {**store.attrs, **variable.attrs}.items()},
    )


def _opened(name: str) -> xr.Dataset:
    needed = ("zarr", "fsspec", "aiohttp") if is_url(name) else ("zarr",)
    if any(find_spec(each) is None for each in needed):
        raise MissingDependencyError(
            "`path`: {path} is a Zarr store, which needs {packages}: `pip install 'geo-urban[formats]'`.",
            path=shown_name(name),
            packages=listed(needed),
        )
    import xarray as xr

    try:
        # A folder can be listed; on the web only a summary says what there is.
        return xr.open_dataset(
            name,
            engine="zarr",
            chunks=None,
            mask_and_scale=False,
            decode_times=False,
            consolidated=is_url(name),
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> DataSourceError:
    return DataSourceError(
        "`path`: {path} cannot be read as a Zarr store ({reason}). Check the path; write the store again, e.g. with "
        "xarray `to_zarr`.",
        path=shown_name(name),
        reason=str(error).strip().rstrip(".") or type(error).__name__,
    )


def _declared(variable: xr.DataArray, attribute: str, otherwise: float, name: str) -> float:
    try:
        return float(variable.attrs.get(attribute, otherwise))
    except (TypeError, ValueError) as error:
        raise _damaged(name, ValueError(f"{attribute}: {error}")) from error


def _axes(variable: xr.DataArray) -> tuple[str, str] | None:
    """Return the dimensions of rows and columns, or None if the variable is no grid."""
    rows = next((str(each) for each in variable.dims if each in _ROWS), None)
    columns = next((str(each) for each in variable.dims if each in _COLUMNS), None)
    return None if rows is None or columns is None else (rows, columns)


def _chosen_layer(known: Sequence[str], layer: str | None, path: FilePath) -> str:
    if layer is None and len(known) == 1:
        return known[0]
    if layer is not None and layer in known:
        return layer
    if not known:
        raise InputError(
            "`path`: {path} has no variable with rows and columns (dimensions y and x, or lat and lon). "
            "Rename its dimensions, e.g. with xarray `rename`.",
            path=shown_name(path),
        )
    if layer is not None:
        raise InputError(
            "`path`: {path} has no layer `{layer}`; it has {known}. Did you mean `{near}`?",
            path=shown_name(path),
            layer=layer,
            known=listed(known, most=12),
            near=nearest_name(layer, known) or known[0],
        )
    raise InputError(
        '`path`: {path} holds several layers ({known}). Say which, e.g. `layer="{first}"`.',
        path=shown_name(path),
        known=listed(known, most=12),
        first=known[0],
    )


def _steps(
    variable: xr.DataArray, others: Sequence[str], band: int | Sequence[int] | None, path: FilePath
) -> tuple[int, ...]:
    count = variable.sizes[others[0]] if others else 1
    names = [str(each) for each in variable[others[0]].to_numpy()] if others and others[0] in variable.coords else []
    chosen = chosen_bands(band, range(1, count + 1), names or [None] * count, path)
    return tuple(each - 1 for each in chosen)


def _labels(store: xr.Dataset, dimension: str, steps: Sequence[int]) -> tuple[object, ...]:
    if dimension not in store.coords:
        return tuple(step + 1 for step in steps)
    return tuple(store[dimension].to_numpy()[list(steps)].tolist())


def _transform(store: xr.Dataset, rows: str, columns: str, path: FilePath) -> Affine:
    if rows not in store.coords or columns not in store.coords:
        raise InputError(
            "`path`: {path} does not say where its cells lie (no coordinates along {rows} and {columns}). "
            "Add them before writing it, e.g. with xarray `assign_coords`.",
            path=shown_name(path),
            rows=rows,
            columns=columns,
        )
    centres = [np.asarray(store[axis].to_numpy(), dtype=np.float64) for axis in (columns, rows)]
    if not all(evenly_spaced(each) for each in centres) or min(map(len, centres)) < 2:  # noqa: PLR2004 - a step
        raise uneven(path)
    (west, east_step), (north, south_step) = ((each[0], (each[-1] - each[0]) / (len(each) - 1)) for each in centres)
    return Affine(east_step, 0.0, west - east_step / 2, 0.0, south_step, north - south_step / 2)


def _crs(store: xr.Dataset, variable: xr.DataArray) -> Any:
    """Return the CRS as CF and rioxarray write it, or as GDAL does."""
    from rasterio.crs import CRS

    named = variable.attrs.get("grid_mapping") or variable.encoding.get("grid_mapping") or "spatial_ref"
    if named in store.variables:
        attributes = store[named].attrs
        text = attributes.get("crs_wkt") or attributes.get("spatial_ref")
        return CRS.from_wkt(text) if text else None
    said = variable.attrs.get("_CRS")
    if isinstance(said, dict) and said:
        return CRS.from_wkt(said["wkt"]) if "wkt" in said else CRS.from_user_input(json.dumps(said.get("projjson")))
    return None
