"""Write a grid as a Cloud-Optimised GeoTIFF, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.checks import listed
from geo_urban.errors import InputError, OutputError
from geo_urban.outputs import replace_when_done
from geo_urban.spatial._coverage_blocks import GDAL_CACHE_BYTES
from geo_urban.spatial._grid_values import require_grid
from geo_urban.spatial.grid import CLASS, GridShape, grid_shape, require_quantity
from geo_urban.spatial.modelled import is_modelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import xarray as xr

__all__ = ["write_cog"]

_TILE = 512
_SETTINGS = {"GDAL_PAM_ENABLED": "NO", "GDAL_CACHEMAX": GDAL_CACHE_BYTES}
_DIMENSIONS = (2, 3)


def write_cog(grid: xr.DataArray, path: Path) -> None:
    """Write `grid`; what is at `path` is replaced when all is well."""
    from rasterio.errors import RasterioError

    require_grid(grid)
    if grid.ndim not in _DIMENSIONS:
        raise InputError(
            "`grid` has the dimensions {found}; a raster file has rows, columns and at most one more. "
            "Choose one step of the others, e.g. with `isel`.",
            found=listed(grid.dims),
        )
    quantity = CLASS if grid.attrs.get("quantity") == CLASS else require_quantity(grid)
    shape = grid_shape(grid)
    with replace_when_done(path) as target:
        draft = target.with_name(f"{target.stem}-draft.tif")
        try:
            _write_draft(grid, shape, draft, {**_tags(grid), "GEO_URBAN_QUANTITY": quantity})
            _copy(draft, target, overviews="MODE" if quantity == CLASS else "AVERAGE")
        except RasterioError as error:
            raise OutputError(
                "cannot write `{path}`: {reason}. Nothing was changed there. "
                "Free space, close the file where it is open, or choose another folder.",
                path=str(path),
                reason=str(error.__cause__ or error),
            ) from error
        finally:
            draft.unlink(missing_ok=True)


def _tags(grid: xr.DataArray) -> dict[str, str]:
    attributes = grid.attrs
    tags = {"GEO_URBAN_MODELLED": "yes"} if is_modelled(grid) else {}
    if attributes.get("published"):
        tags["GEO_URBAN_PUBLISHED"] = "yes"
    for name in ("source", "year", "made_from", "level"):
        if attributes.get(name) is not None:
            tags[f"GEO_URBAN_{name.upper()}"] = str(attributes[name])
    if grid.ndim == len(_DIMENSIONS) + 1:
        tags["GEO_URBAN_DIMENSION"] = str(grid.dims[0])
    return tags


def _write_draft(grid: xr.DataArray, shape: GridShape, path: Path, tags: dict[str, str]) -> None:
    import rasterio

    layers = grid if grid.ndim == len(_DIMENSIONS) + 1 else grid.expand_dims("band")
    dtype = _stored_type(grid)
    profile = {
        "driver": "GTiff",
        "height": shape.height,
        "width": shape.width,
        "count": layers.sizes[layers.dims[0]],
        "dtype": dtype.name,
        "crs": shape.crs.to_wkt(),
        "transform": _north_up(shape),
        "nodata": np.nan if dtype.kind == "f" else _declared_nodata(grid, dtype),
        "tiled": True,
        "blockxsize": _TILE,
        "blockysize": _TILE,
        "interleave": "band",
        "bigtiff": "if_safer",
    }
    with rasterio.Env(**_SETTINGS), rasterio.open(path, "w", **profile) as file:
        file.update_tags(**tags)
        for band in range(file.count):
            if layers.dims[0] in layers.coords:
                file.set_band_description(band + 1, str(layers[layers.dims[0]].to_numpy()[band]))
            for top, rows in _pieces(layers[band], shape):
                file.write(rows.astype(dtype, copy=False), band + 1, window=_window(top, rows))


def _copy(draft: Path, target: Path, *, overviews: str) -> None:
    import rasterio
    import rasterio.shutil

    with rasterio.Env(**_SETTINGS):
        rasterio.shutil.copy(
            draft,
            target,
            driver="COG",
            COMPRESS="DEFLATE",
            PREDICTOR="YES",
            BLOCKSIZE=_TILE,
            OVERVIEW_RESAMPLING=overviews,
            BIGTIFF="IF_SAFER",
        )


def _pieces(layer: xr.DataArray, shape: GridShape) -> Iterator[tuple[int, Any]]:
    """Yield rows from north to south, with the number of the first."""
    upright = layer if shape.transform.e < 0 else layer.isel(y=slice(None, None, -1))
    for top in range(0, shape.height, _TILE):
        yield top, upright.isel(y=slice(top, top + _TILE)).to_numpy()


def _window(top: int, rows: Any) -> Any:
    from rasterio.windows import Window

    return Window(0, top, rows.shape[1], rows.shape[0])  # type: ignore[call-arg, unused-ignore]


def _north_up(shape: GridShape) -> Any:
    from affine import Affine

    t = shape.transform
    return t if t.e < 0 else Affine(t.a, 0.0, t.c, 0.0, -t.e, t.f + t.e * shape.height)


def _stored_type(grid: xr.DataArray) -> np.dtype[Any]:
    dtype = grid.dtype
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    if dtype in {np.dtype(np.int64), np.dtype(np.uint64)}:
        # GDAL before 3.5 and QGIS before 3.30 read whole numbers of 64 bits as zeros.
        limits = np.iinfo(np.int32)
        fits = bool((grid.min() >= limits.min) & (grid.max() <= limits.max))
        return np.dtype(np.int32) if fits else dtype
    if dtype.kind in "iuf":
        return np.dtype(np.float32) if dtype == np.float16 else dtype
    raise InputError("`grid` holds values of the type {dtype}; a grid of people holds numbers.", dtype=str(dtype))


def _declared_nodata(grid: xr.DataArray, dtype: np.dtype[Any]) -> float | None:
    declared = grid.rio.nodata if grid.rio.nodata is not None else grid.rio.encoded_nodata
    if declared is None or np.isnan(declared):
        return None
    limits = np.iinfo(dtype)
    return float(declared) if limits.min <= declared <= limits.max else None
