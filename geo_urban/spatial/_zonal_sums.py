"""Go through grids block by block, each read once, and sum up their cells by unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.messages import translate
from geo_urban.progress import track
from geo_urban.spatial._coverage_blocks import GDAL_CACHE_BYTES, Block, as_floats, blocks_of, read_block, strips_of
from geo_urban.spatial._grid_values import with_missing
from geo_urban.spatial._outer_cells import COVERED_SHARE, inhabited_share, says_what_it_covers
from geo_urban.spatial.grid import cell_areas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo_urban.spatial._coverage_kernels import Cells
    from geo_urban.spatial._coverage_sums import Coverage
    from geo_urban.spatial._coverage_units import PlacedUnits, Rings
    from geo_urban.spatial._outer_cells import OuterCellRule
    from geo_urban.spatial._zonal_layers import Layer
    from geo_urban.spatial.grid import GridShape

__all__ = ["accumulate", "trace"]


def accumulate(
    layers: list[Layer], placed: PlacedUnits, shape: GridShape, *, areas_wanted: bool, outer_cells: OuterCellRule
) -> None:
    """Go through the grids block by block, and through the units of each block once for all grids."""
    import rasterio

    densities = any(layer.quantity == "density" for layer in layers)
    areas_of = cell_areas(shape) if densities or areas_wanted else None
    with rasterio.Env(GDAL_CACHEMAX=GDAL_CACHE_BYTES):
        for block in track(blocks_of(layers[0].stack), description=translate("Joining grid and units")):
            strips = list(_strips(block, placed, areas_of))
            for layer, values in _values(layers, block):
                for strip in strips:
                    first, after = strip.rows
                    held = as_floats(with_missing(values[first:after], layer.nodata))
                    inhabited = _inhabited(layer, strip, outer_cells)
                    _add(layer, held, strip, inhabited=inhabited, areas_wanted=areas_wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Strip:
    """Some rows of a block: the cells of the units there, by batch of units, and how often each cell is covered."""

    place: Block
    rows: tuple[int, int]  # counted from the block's first
    traced: list[tuple[Cells, NDArray[np.int64]]]
    coverage: Coverage
    ones: NDArray[np.float64]
    areas: NDArray[np.float64]


def _strips(block: Block, placed: PlacedUnits, areas_of: Callable[[int, int], NDArray[Any]] | None) -> Iterator[_Strip]:
    from geo_urban.spatial._coverage_sums import coverage_of

    batches = list(placed.batches(block))
    for strip in strips_of(block):
        traced = [(trace(rings, strip), rings.owner) for rings in batches]
        rows = strip[1] - strip[0]
        ones = np.ones((rows, 1))
        yield _Strip(
            place=strip,
            rows=(strip[0] - block[0], strip[1] - block[0]),
            traced=traced,
            coverage=coverage_of([cells for cells, _ in traced], rows),
            ones=ones,
            areas=ones if areas_of is None else _within(areas_of(strip[0], strip[1]), strip),
        )


def _within(areas: NDArray[Any], strip: Block) -> NDArray[np.float64]:
    chosen = areas if areas.shape[1] == 1 else areas[:, strip[2] : strip[3]]
    return np.ascontiguousarray(chosen, dtype=np.float64)


def trace(rings: Rings, block: Block) -> Cells:
    """Return the cells of a block that a batch of units covers."""
    from geo_urban.spatial._coverage_kernels import trace_units

    return trace_units(
        rings.x,
        rings.y,
        ring_ends=rings.ring_ends,
        is_hole=rings.is_hole,
        unit_ends=rings.unit_ends,
        bounds=rings.bounds,
        block=block,
    )


def _values(layers: list[Layer], block: Block) -> Iterator[tuple[Layer, NDArray[Any]]]:
    """Yield each layer with its values in a block, reading layers that share an array once."""
    stack, values = None, np.empty(0)
    for layer in layers:
        if layer.stack is not stack:
            stack, values = layer.stack, read_block(layer.stack, block)
        yield layer, values if layer.place is None else values[layer.place]


def _inhabited(layer: Layer, strip: _Strip, rule: OuterCellRule) -> NDArray[np.float64] | None:
    """Return which share of each cell its people live on; None where that is all of it everywhere."""
    says = says_what_it_covers(layer.stack)
    if rule == "cut" and not says:
        return None
    top, bottom, west, east = strip.place
    inside = _coverage_by_cell(strip, bottom - top, east - west)
    covered = None
    if says:
        window = {"y": slice(top, bottom), "x": slice(west, east)}
        covered = layer.stack.coords[COVERED_SHARE].variable.isel(window).to_numpy()
    return inhabited_share(inside, rule=rule, covered=covered)


def _coverage_by_cell(strip: _Strip, rows: int, width: int) -> NDArray[np.float64]:
    """Return the share of each cell that lies in units: sums of shares, exact where a running sum would not be."""
    changes, shares = np.zeros(rows * (width + 1)), np.zeros(rows * width)
    for cells, _ in strip.traced:
        row, first, after = cells.runs.T.astype(np.int64)
        changes += np.bincount(row * (width + 1) + first, minlength=len(changes))
        changes -= np.bincount(row * (width + 1) + after, minlength=len(changes))
        row, column = cells.places.T.astype(np.int64)
        shares += np.bincount(row * width + column, weights=cells.share, minlength=len(shares))
    whole = np.cumsum(changes.reshape(rows, width + 1), axis=1)[:, :-1]
    inside: NDArray[np.float64] = whole + shares.reshape(rows, width)
    return inside


def _add(
    layer: Layer,
    values: NDArray[np.floating[Any]],
    strip: _Strip,
    *,
    inhabited: NDArray[np.float64] | None,
    areas_wanted: bool,
) -> None:
    from geo_urban.spatial._coverage_sums import audit_block, sum_block

    weights = strip.areas if layer.quantity == "density" else strip.ones
    # Spread over the whole of each cell at the density of its inhabited part: that part then holds all its people.
    spread = values if inhabited is None else values / inhabited
    for cells, owner in strip.traced:
        sum_block(spread, weights, cells, owner, layer.totals)
        if areas_wanted:
            sum_block(spread, strip.areas, cells, owner, layer.areas)
    layer.audit[:] += audit_block(spread, weights, strip.coverage)
    if inhabited is not None:
        nobody = float(np.nansum((spread - values) * weights))  # on the rest of the cells, where in truth nobody lives
        layer.audit[:2] -= nobody
