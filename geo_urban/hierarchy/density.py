"""How densely people live on a grid: by area, as they live it, and how unevenly."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns
from geo_urban.errors import GeoUrbanWarning, InputError, InsufficientDataError
from geo_urban.figures import paired_figures
from geo_urban.hierarchy._density_cells import CELL_MEASURES, cell_parcels, parcel_measures, reaching_beyond
from geo_urban.hierarchy._density_cells import outer_cells as cells_beyond
from geo_urban.hierarchy.density_result import DensityResult
from geo_urban.spatial._coverage_units import units_frame
from geo_urban.spatial._grid_values import declared_nodata, require_grid
from geo_urban.spatial.areas import area_km2
from geo_urban.spatial.grid import cell_area_km2, require_quantity
from geo_urban.spatial.modelled import is_modelled
from geo_urban.spatial.zonal import zonal_stats

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr

    from geo_urban.hierarchy._density_cells import OuterCells
    from geo_urban.spatial._outer_cells import OuterCellRule

__all__ = ["density_grid", "density_measures"]

BEYOND = (
    "{codes} reach beyond the edge of the grid: whoever lives there is missing from them, and their density per km² is "
    "too low."
)
_NODATA_ATTRIBUTES = ("_FillValue", "missing_value", "fill_value", "nodata")  # where rioxarray looks for the number
URBAN_CENTRE_DENSITY = 1500.0
"""Residents per km² from which on a cell can belong to an urban centre (degree of urbanisation)."""


def density_grid(grid: xr.DataArray) -> xr.DataArray:
    """Return a grid of people per km², whatever the grid counts.

    Parameters
    ----------
    grid
        A grid whose ``attrs["quantity"]`` is ``"count"`` (people per cell) or ``"density"`` (people per km²).

    Returns
    -------
    xarray.DataArray
        People per km² of cell, by the true area of each cell; a grid of densities comes back as it is.

    Raises
    ------
    InputError
        If the grid does not say what its cells hold, or is no regular grid.

    Examples
    --------
    Four million people on a cell of 100 × 40 km in an equal-area projection:

    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(100_000, 0, 0, 0, -40_000, 0), height=1, width=1, crs=CRS(3035))
    >>> round(density_grid(build_grid([[4e6]], shape, quantity="count")).item(), 3)
    1000.0
    """
    nodata = declared_nodata(require_grid(grid))
    if nodata is not None:
        known = grid.where(grid != nodata)
        grid = known.assign_attrs({name: said for name, said in grid.attrs.items() if name not in _NODATA_ATTRIBUTES})
    if require_quantity(grid) == "density":
        return grid
    density: xr.DataArray = (grid / cell_area_km2(grid)).transpose(*grid.dims)
    return density.assign_attrs({**grid.attrs, "quantity": "density"})


def density_measures(
    grid: xr.DataArray,
    units: gpd.GeoDataFrame,
    *,
    land_area_km2: str | None = None,
    threshold_per_km2: float = URBAN_CENTRE_DENSITY,
    outer_cells: OuterCellRule = "cut",
) -> DensityResult:
    """Measure from a population grid how densely and how unevenly people live in each unit.

    A county of 80 people per km² may hold one town and empty steppe, or villages everywhere. Its density per km² is
    the same; its lived density, its dense share and its Gini index are not.

    Parameters
    ----------
    grid
        Population grid of one year (dimensions ``("y", "x")``) whose ``attrs["quantity"]`` is ``"count"`` or
        ``"density"``. A missing cell is unknown: it adds neither people nor land. Where missing means that nobody
        lives there (some grids leave empty land blank), pass ``grid.fillna(0)``.
    units
        Polygons on a unique index, in any CRS. Index and other columns are kept; columns named like a measure are
        replaced. A unit under no cell with a value has missing measures; one without people has a density of 0 and
        no lived density, share or index.
    land_area_km2
        Column of `units` with land area [km²], for people per km² of land; a unit without land has none.
    threshold_per_km2
        Density from which on a cell counts as dense [persons/km²]; by default that of an urban centre.
    outer_cells
        What becomes of the people of a cell that reaches beyond all units, into the sea or abroad. ``"cut"`` leaves
        out as many as its area beyond would hold. ``"keep"`` counts them all in the units: right where the grid holds
        the people of these very units only, or where nobody lives beyond. A grid that says itself which share of a
        cell its people live on (coordinate ``covered_share``, as `geo_urban.datasets.population_grid` has it) is
        taken at its word with ``"cut"`` too.

    Returns
    -------
    DensityResult
        Measures per unit, audit of the join, `summary` and `layers`.

    Raises
    ------
    InputError
        If the grid does not say what it holds, is no regular grid, has several years, or holds negative or infinite
        values; if the units have no CRS, a code twice or a faulty geometry, or are on another datum; if the column of
        land areas is missing or holds no figures; or the threshold is not a positive number.
    InsufficientDataError
        If there are no units, or none lies on the grid.

    Warns
    -----
    GeoUrbanWarning
        If the units are in another CRS, which is brought to that of the grid, or some lie on no cell with a value
        or reach beyond its edge.

    Notes
    -----
    Each cell counts by the exact share of its area inside the unit: piece i with area aᵢ has pᵢ = dᵢ aᵢ people, dᵢ
    being the density of its cell. density = Σ pᵢ / area of the unit; lived density = Σ pᵢ dᵢ / Σ pᵢ; dense share =
    Σ pᵢ over dᵢ ≥ threshold / Σ pᵢ; Gini and Theil as in `density_gini` and `density_theil`, with the pieces as
    parcels and empty cells included. Where people of outer cells are kept, dᵢ of such a cell is that of its part inside
    the units. O(n log n) in the cells; units are taken block by block, so that memory stays
    bounded.

    References
    ----------
    Leurent, F. (2022). Used (lived) versus offered (plain) densities of human settlement in space. International
    Journal of Population Studies 8(2), 34–50. doi:10.36922/ijps.v8i2.297

    Dijkstra, L., et al. (2021). Applying the Degree of Urbanisation to the globe. Journal of Urban Economics 125,
    103312. doi:10.1016/j.jue.2020.103312

    Examples
    --------
    Two cells of 1 km²: 90 people in one, 10 in the other. Half of the second cell lies outside the unit, which leaves
    95 people on 1.5 km².

    >>> import geopandas as gpd
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from shapely import box
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 4e6, 0, -1000, 3e6), height=1, width=2, crs=CRS(3035))
    >>> grid = build_grid([[90.0, 10.0]], shape, quantity="count")
    >>> unit = gpd.GeoDataFrame(index=["A"], geometry=[box(4e6, 2.999e6, 4.0015e6, 3e6)], crs=3035)
    >>> result = density_measures(grid, unit, threshold_per_km2=50)
    >>> result.units[["population", "density_per_km2", "lived_density_per_km2", "dense_share"]].round(3)
       population  density_per_km2  lived_density_per_km2  dense_share
    A        95.0           63.333                 85.789        0.947
    """
    _require_one_year(require_grid(grid))
    _require_units(units_frame(units), land_area_km2=land_area_km2)
    _require_threshold(threshold_per_km2)
    with np.errstate(invalid="ignore"):  # infinite cells are refused below
        audit = zonal_stats(grid, units, stats=("sum",), outer_cells=outer_cells).audit
    beyond = cells_beyond(grid, units, outer_cells)
    measures, cell_area = _measured(grid, units, outer=beyond, threshold_per_km2=threshold_per_km2)
    if measures["population"].isna().all():
        raise InsufficientDataError(
            "no unit lies on a cell of the grid that has a value, so there is no density to measure. "
            "Check that both show the same place, and the CRS of each."
        )
    _warn_of_units_off_the_grid(grid, units, measures)
    modelled = is_modelled(grid)
    return DensityResult(
        units=_with_measures(units, measures, land_area_km2=land_area_km2, modelled=modelled),
        audit=audit,
        outer_cells=outer_cells,
        threshold_per_km2=float(threshold_per_km2),
        cell_area_km2=cell_area,
        modelled=modelled,
        source=_text(grid.attrs.get("source", "")),
        year=_year_of(grid),
    )


_OWN_COLUMNS = ("area_km2", "density_per_km2", "land_density_per_km2", "modelled")


def _require_one_year(grid: xr.DataArray) -> None:
    if grid.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(
            "`grid` has the dimensions {found}, but a density is that of one year. Choose one, e.g. "
            "`grid.isel({first}=0)`.",
            found=listed(grid.dims),
            first=str(grid.dims[0]),
        )


def _require_units(units: gpd.GeoDataFrame, *, land_area_km2: str | None) -> None:
    if units.empty:
        raise InsufficientDataError(
            "`{argument}` has no rows, so there is nothing to measure. Check the filter or region that made it.",
            argument="units",
        )
    if land_area_km2 is not None:
        require_columns(units, [land_area_km2], argument="units")


def _require_threshold(threshold: object) -> None:
    if not (isinstance(threshold, Real) and np.isfinite(float(threshold)) and float(threshold) > 0):
        raise InputError(
            "`threshold_per_km2` must be a positive number of residents per km², since it parts dense from sparse "
            "cells; got {value}. Take e.g. 1500.",
            value=repr(threshold),
        )


def _warn_of_units_off_the_grid(grid: xr.DataArray, units: gpd.GeoDataFrame, measures: pd.DataFrame) -> None:
    absent = measures.index[measures["population"].isna()]
    if len(absent):
        warnings.warn(
            GeoUrbanWarning(
                "{codes} lie on no cell of the grid that has a value, so they have no density. "
                "Take a grid that reaches them.",
                codes=listed(absent),
            ),
            stacklevel=3,
        )
    cut = reaching_beyond(grid, units).difference(absent)
    if len(cut):
        warnings.warn(GeoUrbanWarning(BEYOND, codes=listed(cut)), stacklevel=3)


def _year_of(grid: xr.DataArray) -> int | None:
    year = str(grid.attrs.get("year", ""))  # a file gives back text
    return int(year) if year.isdecimal() else None


def _measured(
    grid: xr.DataArray, units: gpd.GeoDataFrame, *, outer: OuterCells | None, threshold_per_km2: float
) -> tuple[pd.DataFrame, float]:
    """Return the measures of each unit, and the mean area of the cells they lie on."""
    table = pd.DataFrame(np.nan, index=range(len(units)), columns=list(CELL_MEASURES))
    table["covered_area_km2"] = 0.0
    area, cells = 0.0, 0.0
    for parcels in cell_parcels(grid, units, outer=outer):
        present, number = np.unique(parcels.unit, return_inverse=True)
        table.loc[present] = parcel_measures(
            number, parcels.density, parcels.area_km2, units=len(present), threshold_per_km2=threshold_per_km2
        ).to_numpy()
        area, cells = area + parcels.area_km2.sum(), cells + parcels.fraction.sum()
    return table.set_axis(units.index), area / cells if cells else np.nan


def _with_measures(
    units: gpd.GeoDataFrame, measures: pd.DataFrame, *, land_area_km2: str | None, modelled: bool
) -> gpd.GeoDataFrame:
    area = area_km2(units)
    own = measures.assign(area_km2=area, density_per_km2=measures["population"] / area)
    if land_area_km2 is not None:
        (land,) = paired_figures(**{land_area_km2: units[land_area_km2]})
        own["land_area_km2"] = land
        own["land_density_per_km2"] = measures["population"] / land.where(land > 0)
    ordered = [
        "population",
        "area_km2",
        "covered_area_km2",
        "density_per_km2",
        *(["land_area_km2", "land_density_per_km2"] if land_area_km2 is not None else []),
        *("lived_density_per_km2", "dense_share", "density_gini", "density_theil"),
    ]
    replaced = {*measures.columns, *_OWN_COLUMNS} - {land_area_km2}
    kept = units.drop(columns=[column for column in units.columns if column in replaced])
    return kept.assign(**{column: own[column] for column in ordered}, modelled=modelled)


def _text(said: object) -> str:
    """Return an attribute as a text; a `Sentence` stays one, so that it can be said in another language."""
    return said if isinstance(said, str) else str(said)
