"""Cut a grid into blocks that are read once each and fit into bounded memory."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["GDAL_CACHE_BYTES", "Block", "as_floats", "blocks_of", "read_block", "strips_of"]

# First row, row after the last, first column, column after the last.
Block = tuple[int, int, int, int]

# Cells read at once, in whole pieces of the file. A piece larger than `_MOST_CELLS` is read in parts.
_CELLS = 1 << 22
_MOST_CELLS = 1 << 24

# GDAL keeps blocks that it has read until they fill a twentieth of the machine's memory: gigabytes on a large one. Each
# block is read once here, so a little is enough.
GDAL_CACHE_BYTES = 128 * 2**20

# Cells gone through at once: a unit that covers them all takes another 9 bytes for each.
_CELLS_OF_A_STRIP = 1 << 23

# A grid of more bytes than this is taken to be on disk, where all its layers come into memory together.
_LARGE = 1 << 30


def blocks_of(grid: xr.DataArray) -> list[Block]:
    """Return blocks that hold every cell of a grid once, made of whole chunks or tiles of its file where it has any."""
    layers = grid.size // (grid.sizes["y"] * grid.sizes["x"]) if grid.nbytes > _LARGE else 1
    rows, columns = _borders(grid, "y"), _borders(grid, "x")
    columns = _grouped(columns, most=_CELLS // layers // _longest(rows))
    rows = _grouped(rows, most=_CELLS // layers // _longest(columns))
    rows = list(_parted(rows, most=max(_MOST_CELLS // layers // _longest(columns), 1)))
    return [(top, bottom, west, east) for top, bottom in pairwise(rows) for west, east in pairwise(columns)]


def _borders(grid: xr.DataArray, axis: str) -> list[int]:
    """Return where the stored pieces of a grid begin and end along an axis; without pieces, each row is one."""
    size = grid.sizes[axis]
    if grid.chunks is not None:
        return [0, *np.cumsum(grid.chunksizes[axis]).tolist()]
    tile = (grid.encoding.get("preferred_chunks") or {}).get(axis)
    if tile is None:
        return [0, size] if axis == "x" else list(range(size + 1))
    return [*range(0, size, int(tile)), size]


def _longest(borders: list[int]) -> int:
    return max(after - first for first, after in pairwise(borders))


def _grouped(borders: list[int], *, most: int) -> list[int]:
    """Leave out borders as long as no piece grows beyond `most`."""
    kept = [borders[0]]
    for border, following in pairwise(borders[1:]):
        if following - kept[-1] > most:
            kept.append(border)
    return [*kept, borders[-1]]


def _parted(borders: list[int], *, most: int) -> Iterable[int]:
    """Add borders until no piece is longer than `most`."""
    for first, after in pairwise(borders):
        yield from range(first, after, most)
    yield borders[-1]


def strips_of(block: Block) -> Iterator[Block]:
    """Yield a block in strips of rows, so that a large piece of a file needs no more room at work than a small one."""
    top, bottom, west, east = block
    rows = max(_CELLS_OF_A_STRIP // (east - west), 1)
    for first in range(top, bottom, rows):
        yield first, min(first + rows, bottom), west, east


def read_block(grid: xr.DataArray, block: Block) -> NDArray[Any]:
    """Return the values of a block in memory, all layers at once: a file has them side by side."""
    top, bottom, west, east = block
    values: NDArray[Any] = grid.variable.isel(y=slice(top, bottom), x=slice(west, east)).to_numpy()
    if values.dtype.kind not in "iuf":
        raise InputError(
            "`grid` holds values of type {kind}; only numbers can be summed. Convert it, e.g. `grid.astype(float)`.",
            kind=values.dtype.name,
        )
    return values


def as_floats(layer: NDArray[Any]) -> NDArray[np.floating[Any]]:
    """Return one layer of a block as the compiled loops take it; a view where it is so already."""
    exact = layer.dtype in {np.dtype(np.float32), np.dtype(np.float64)}
    return np.ascontiguousarray(layer, dtype=layer.dtype if exact else np.float64)
