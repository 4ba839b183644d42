"""Read the grids that the degree of urbanisation needs, strip by strip, and refuse what it cannot rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, CRSMismatchError, InputError
from geo_urban.spatial._coverage_blocks import as_floats, read_block
from geo_urban.spatial._grid_values import one_layer
from geo_urban.spatial.grid import GridShape, cell_areas, grid_shape, is_equal_area, require_quantity
from geo_urban.spatial.modelled import require_not_made_from_classes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["Inputs", "Strip", "inputs_of", "require_possible", "same_cells", "strips"]

_CELLS_OF_A_STRIP = 1 << 21
# Two grids lie alike if their corners agree within this share of a cell.
_SAME_PLACE = 1e-6
_SAME_AREA = 0.01
_SQUARE_METRES = 1e6
_PERCENT = 100.0
_UNITS = {"share": None, "m²": 1.0, "m2": 1.0, "km²": 1e-6, "km2": 1e-6}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """The grids, checked: all on the same cells.

    Parameters
    ----------
    people
        Population grid.
    land, built
        Grids of land and built-up area, or None.
    shape
        Where they lie.
    scales
        Persons per unit of `people`; units of `land` and of `built` that make a whole cell; area of a cell [km²].
    """

    people: xr.DataArray
    land: xr.DataArray | None
    built: xr.DataArray | None
    shape: GridShape
    scales: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strip:
    """Some rows of the grids; land and built-up area are empty where there is no such grid."""

    rows: slice
    people: NDArray[np.floating[Any]]
    land: NDArray[np.floating[Any]]
    built: NDArray[np.floating[Any]]


def inputs_of(
    population: xr.DataArray, land: xr.DataArray | None, built: xr.DataArray | None, *, cell_area_km2: float
) -> Inputs:
    """Return the grids if the degree of urbanisation can rest on them.

    Raises
    ------
    InputError
        If people were placed by such classes; if a grid does not say what it holds, is irregular, or its cells are not
        of one size, or not of the size the thresholds are made for; if its unit cannot be told.
    AlignmentError
        If the grids do not have the same cells.
    CRSMismatchError
        If they are in different CRS, or in one whose cells are not equal in area.
    MissingCRSError
        If one has no CRS.
    """
    require_not_made_from_classes(population)
    quantity = require_quantity(population, argument="population")
    people = one_layer(population, argument="population")
    shape = grid_shape(people, argument="population")
    area = _cell_area(shape, cell_area_km2)
    others: dict[str, xr.DataArray | None] = {"land": None, "built": None}
    for name, grid in (("land", land), ("built", built)):
        if grid is not None:
            flat = one_layer(grid, argument=name)
            _require_same_cells(shape, flat, argument=name)
            others[name] = flat
    scales = [area if quantity == "density" else 1.0, *(_whole_cell(others[name], area, name) for name in others), area]
    return Inputs(people=people, land=others["land"], built=others["built"], shape=shape, scales=np.array(scales))


def strips(inputs: Inputs) -> Iterator[Strip]:
    """Yield the grids in strips of rows, whole pieces of their file where they are still in one."""
    shape = inputs.shape
    rows = max(_CELLS_OF_A_STRIP // shape.width, 1)
    pieces = inputs.people.chunksizes["y"] if inputs.people.chunks is not None else ()
    tile = int(pieces[0]) if pieces else 1
    rows = max(rows // tile * tile, min(tile, 8 * rows), 1)
    for top in range(0, shape.height, rows):
        bottom = min(top + rows, shape.height)
        block = (top, bottom, 0, shape.width)
        nothing = np.empty((0, 0))
        yield Strip(
            rows=slice(top, bottom),
            people=as_floats(read_block(inputs.people, block)),
            land=nothing if inputs.land is None else as_floats(read_block(inputs.land, block)),
            built=nothing if inputs.built is None else as_floats(read_block(inputs.built, block)),
        )


def require_possible(faults: NDArray[np.float64]) -> None:
    """Raise if cells hold what cannot be.

    Parameters
    ----------
    faults
        Counts of impossible cells of population, land and built-up area, then an example of each.

    Raises
    ------
    InputError
        Naming the first grid with such cells.
    """
    for place, name in enumerate(("population", "land", "built")):
        if faults[place]:
            raise InputError(
                "`{name}` holds {count} cells that are negative, infinite or more than their cell (e.g. {value}): such "
                "a number marks missing cells, or the unit is another. Declare it, e.g. "
                "`read_grid(path, quantity=…, nodata={value})`, or `{name}.where({name} >= 0)`.",
                name=name,
                count=int(faults[place]),
                value=f"{faults[place + 3]:g}",
            )


def same_cells(one: GridShape, other: GridShape) -> bool:
    """Return whether two grids have the same cells."""
    if (one.height, one.width) != (other.height, other.width) or not one.crs.equals(other.crs, ignore_axis_order=True):
        return False
    apart = np.abs(np.subtract(one.bounds, other.bounds))
    cell = np.abs([one.transform.a, one.transform.e] * 2)
    return bool(one.transform.e * other.transform.e > 0 and (apart <= _SAME_PLACE * cell).all())


def _cell_area(shape: GridShape, wanted: float) -> float:
    """Return the area of every cell [km²], or refuse cells that differ."""
    if shape.crs.is_geographic or not is_equal_area(shape):
        raise CRSMismatchError(
            "`population` is in {crs}, whose cells differ in area, so that a density or a number of cells would mean "
            "something else at each latitude. Bring people to an equal-area grid of 1 km, e.g. for counts "
            '`population.rio.reproject("ESRI:54009", resolution=1000, resampling=Resampling.sum)` '
            "(`rasterio.enums.Resampling`) with land and built-up area likewise, then say what it holds: "
            '`.assign_attrs(quantity="count")`.',
            crs=shape.crs.name,
        )
    area = float(cell_areas(shape)(0, 1)[0, 0])
    if abs(area - wanted) > _SAME_AREA * wanted:
        raise InputError(
            "`population` has cells of {area} km², but the thresholds are made for cells of {wanted} km²: the same "
            "place would be classed otherwise. Aggregate it to 1 km, e.g. `population.coarsen(y=10, x=10).sum()` from "
            "100 m, or say that you mean it: `thresholds={{'cell_area_km2': {area}}}`.",
            area=f"{area:.6g}",
            wanted=f"{wanted:g}",
        )
    return area


def _require_same_cells(shape: GridShape, grid: xr.DataArray, *, argument: str) -> None:
    other = grid_shape(grid, argument=argument)
    if not other.crs.equals(shape.crs, ignore_axis_order=True):
        raise CRSMismatchError(
            "`{argument}` is in {other}, `population` in {crs}; cell would not lie on cell. "
            "Bring it there, e.g. `{argument}.rio.reproject_match(population)`.",
            argument=argument,
            other=other.crs.name,
            crs=shape.crs.name,
        )
    if not same_cells(shape, other):
        raise AlignmentError(
            "`{argument}` has {rows} × {columns} cells within {bounds}, `population` {height} × {width} within "
            "{place}; they must be the same cells. Cut both to one window, or e.g. "
            "`{argument}.rio.reproject_match(population)`.",
            argument=argument,
            rows=other.height,
            columns=other.width,
            bounds=listed(f"{edge:g}" for edge in other.bounds),
            height=shape.height,
            width=shape.width,
            place=listed(f"{edge:g}" for edge in shape.bounds),
        )


def _whole_cell(grid: xr.DataArray | None, area_km2: float, name: str) -> float:
    """Return what a grid of areas holds in a cell that is covered wholly: 1 where it holds shares."""
    if grid is None:
        return 1.0
    unit = grid.attrs.get("unit")
    if unit in _UNITS:
        factor = _UNITS[unit]
        return 1.0 if factor is None else factor * area_km2 * _SQUARE_METRES
    highest = _highest(grid)
    if not highest > 1:
        return 1.0
    if highest <= _PERCENT:
        raise InputError(
            "`{name}` holds up to {highest} in a cell, which may be percent or square metres. Give shares from 0 to 1, "
            'e.g. `{name} / 100`, or say the unit: `{name}.assign_attrs(unit="m²")`.',
            name=name,
            highest=f"{highest:g}",
        )
    return area_km2 * _SQUARE_METRES


def _highest(grid: xr.DataArray) -> float:
    """Return the highest value of a grid, missing if it has none; a strip at a time, and no further than needed."""
    rows = max(_CELLS_OF_A_STRIP // grid.sizes["x"], 1)
    highest = -np.inf
    for top in range(0, grid.sizes["y"], rows):
        values = read_block(grid, (top, min(top + rows, grid.sizes["y"]), 0, grid.sizes["x"]))
        highest = max(highest, float(np.fmax.reduce(values, axis=None, initial=-np.inf)))
        if highest > _PERCENT:
            break
    return highest
