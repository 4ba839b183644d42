"""What a caller hands over as a grid: whether it is one, and which numbers in it stand for missing cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.checks import listed
from geo_urban.errors import InputError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["declared_nodata", "one_layer", "require_grid", "with_missing"]


def require_grid(grid: Any, *, argument: str = "grid") -> xr.DataArray:
    """Return what is a grid, or refuse what is none: a path, a bare array, a whole data set.

    Raises
    ------
    InputError
        If it is no `xarray.DataArray`.
    """
    import xarray as xr

    if isinstance(grid, xr.DataArray):
        return grid
    raise InputError(
        "`{argument}` is a {kind}, which does not say where its cells lie. Pass a grid: "
        '`read_grid(path, quantity="count")`, or one variable of a data set.',
        argument=argument,
        kind=type(grid).__name__,
    )


def one_layer(grid: xr.DataArray, *, argument: str) -> xr.DataArray:
    """Drop leading dimensions of one entry, as files with a single band have; refuse others.

    Raises
    ------
    InputError
        If more than one layer is left.
    """
    extra = grid.dims[:-2]
    if any(grid.sizes[axis] != 1 for axis in extra):
        raise InputError(
            "`{argument}` has the dimensions {found}, more than are taken here beside rows and columns. "
            "Choose a layer, e.g. `grid.isel(band=0)`.",
            argument=argument,
            found=listed(grid.dims),
        )
    return grid.isel(dict.fromkeys(extra, 0))


def declared_nodata(grid: xr.DataArray) -> float | None:
    """Return the number that stands for missing cells; None where they are NaN already.

    `rioxarray.open_rasterio` leaves such cells as they are unless asked to mask them, and only says the number.
    """
    import rioxarray  # noqa: F401 - gives arrays the accessor `rio`

    nodata = grid.rio.nodata
    return None if nodata is None or np.isnan(nodata) else float(nodata)


def with_missing(values: NDArray[Any], nodata: float | None) -> NDArray[Any]:
    """Return the values of some cells with NaN for missing ones; themselves where nothing is declared."""
    if nodata is None or values.dtype.kind not in "iuf":
        return values
    missing = values == nodata
    return np.where(missing, np.nan, values) if missing.any() else values
