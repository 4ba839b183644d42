"""Which grids a zonal join takes in, and that they lie on the same cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.spatial._grid_values import declared_nodata, one_layer, require_grid
from geo_urban.spatial.grid import GridShape, Quantity, grid_shape, require_quantity

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["Layer", "common_shape", "layers_of"]

# Two grids lie alike if their corners agree within this share of a cell.
_SAME_PLACE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One grid of a join, and what has been summed of it."""

    label: str
    stack: xr.DataArray  # the array that holds it
    place: int | None  # its place in that array, where the array has several
    quantity: Quantity
    nodata: float | None  # what stands for missing cells, where these are not NaN
    totals: NDArray[np.float64]  # per unit: share × weight × value, share × weight, share, of cells with a value
    areas: NDArray[np.float64]  # per unit: share × area, likewise
    audit: NDArray[np.float64]  # over the grid, outside all zones, in several zones


def layers_of(grid: xr.DataArray | Mapping[str, xr.DataArray], units: int) -> list[Layer]:
    if isinstance(grid, Mapping):
        if not grid:
            raise InputError("`grid` is an empty mapping, so there is nothing to join. Give at least one grid.")
        named = {str(label): require_grid(one, argument=str(label)) for label, one in grid.items()}
        return [_layer(label, one_layer(one, argument=label), None, units) for label, one in named.items()]
    require_grid(grid)
    if grid.ndim != 3 or grid.shape[0] == 1:  # noqa: PLR2004 - one dimension before rows and columns
        return [_layer("grid", one_layer(grid, argument="grid"), None, units)]
    axis = grid.dims[0]
    if not grid.sizes[axis]:
        raise InputError(
            "`grid` has nothing along {axis}, so there is nothing to join. Select at least one step of it.", axis=axis
        )
    labels = [_label(value) for value in grid[axis].to_numpy()]
    if len(set(labels)) < len(labels):
        raise InputError(
            "`grid` has {labels} more than once along {axis}, so its results could not be told apart. "
            "Name each, e.g. `grid.assign_coords({axis}=[…])`.",
            labels=listed(sorted({label for label in labels if labels.count(label) > 1})),
            axis=axis,
        )
    return [_layer(label, grid, place, units) for place, label in enumerate(labels)]


def _layer(label: str, stack: xr.DataArray, place: int | None, units: int) -> Layer:
    return Layer(
        label=label,
        stack=stack,
        place=place,
        quantity=require_quantity(stack),
        nodata=declared_nodata(stack),
        totals=np.zeros((units, 3)),
        areas=np.zeros((units, 3)),
        audit=np.zeros(3),
    )


def _label(value: Any) -> str:
    return np.datetime_as_string(value, unit="D") if isinstance(value, np.datetime64) else str(value)


def common_shape(layers: list[Layer]) -> GridShape:
    first, *others = layers
    shape = grid_shape(first.stack, argument="grid" if first.place is not None or not others else first.label)
    astray = [
        layer.label
        for layer in others
        if layer.stack is not first.stack and not _same_cells(shape, grid_shape(layer.stack, argument=layer.label))
    ]
    if astray:
        raise InputError(
            "{astray} and {first} do not have the same cells, so one join cannot serve them all. Join them one by "
            "one, or bring them to one grid, e.g. `grid.rio.reproject_match(other)`.",
            astray=listed(astray),
            first=first.label,
        )
    return shape


def _same_cells(one: GridShape, other: GridShape) -> bool:
    if (one.height, one.width) != (other.height, other.width) or not one.crs.equals(other.crs, ignore_axis_order=True):
        return False
    apart = np.abs(np.subtract(one.bounds, other.bounds))
    cell = np.abs([one.transform.a, one.transform.e] * 2)
    same_way = one.transform.e * other.transform.e > 0
    return bool(same_way and (apart <= _SAME_PLACE * cell).all())
