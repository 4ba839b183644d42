"""Cells as numbers that can be summed: missing ones NaN, scaled, upright; read only where they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.errors import InputError, MissingDependencyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.io._grid_files import StoredGrid
    from geo_urban.io._grid_places import Placement

__all__ = ["LARGEST_IN_MEMORY", "Cells"]

# Bytes of a whole grid in memory; a larger one is read piece by piece. A country at 1 km (7,440 × 4,320 cells) fits.
LARGEST_IN_MEMORY = 2**28
_PIECE = 2**26  # bytes of a piece of a larger one
_SIP = 2**23  # bytes read at a time into a smaller one: what cleaning copies stays small

_LARGEST_FILL = 4294967295.0  # 2³²−1: more people than a cell of any grid holds
# What data sets write where they know nothing, whether they declare it or not: nobody counts −200 people.
_FILLS = (-200.0, -999.0, -9999.0, -99999.0, -32768.0, -2147483648.0, _LARGEST_FILL)
_BEYOND_ALL = 1e30  # ±3.4e38, 9.97e36 and their kin
_EXACT_IN_SINGLE = 2  # bytes of the whole numbers that single precision holds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """The cells of a grid, indexed like an array."""

    stored: StoredGrid
    placement: Placement
    nodata: float | None

    @property
    def dtype(self) -> np.dtype[Any]:
        """Single precision where it loses nothing, else double; never whole numbers, which overflow when summed."""
        stored = self.stored.dtype
        plain = set(self.stored.scales) == {1.0} and set(self.stored.offsets) == {0.0}
        exact = stored.kind == "f" or stored.itemsize <= _EXACT_IN_SINGLE
        return np.dtype(np.float32 if plain and exact and stored.itemsize <= np.float32().itemsize else np.float64)

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns; bands before them where several were asked for."""
        layers = () if self.stored.labels is None else (len(self.stored.labels),)
        return (*layers, self.placement.height, self.placement.width)

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the whole in memory."""
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def in_memory(self) -> NDArray[Any]:
        """Return all cells, reading in pieces so that little more than the grid itself is held."""
        values = np.empty(self.shape, dtype=self.dtype)
        rows = self.piece(_SIP)[0]
        for top in range(0, self.placement.height, rows):
            values[..., top : top + rows, :] = self[..., top : top + rows, :]
        return values

    def piece_by_piece(self) -> Any:
        """Return the cells as an array of dask."""
        try:
            import dask.array
        except ImportError as error:
            raise MissingDependencyError(
                "`path`: {path} takes {size:.1f} GB in memory, so it is read piece by piece, which needs dask: "
                "`pip install 'geo-urban[dask]'`. Or read a part of it: `read_grid(…, window=units)`.",
                path=self.stored.name,
                size=self.nbytes / 1e9,
            ) from error
        layers = self.shape[:-2]
        cut = (*layers, *self.piece(_PIECE))
        return dask.array.from_array(self, chunks=cut, fancy=False, asarray=False)  # type: ignore[no-untyped-call, unused-ignore]

    def piece(self, size: int) -> tuple[int, int]:
        """Return rows and columns of a piece of `size` bytes: whole tiles, and whole rows of tiles where they fit."""
        layers = int(np.prod(self.shape[:-2]))
        most = max(size // (self.dtype.itemsize * layers), 1)
        tile_rows, tile_columns = (max(each, 1) for each in self.stored.tile)
        columns = min(_whole(most // tile_rows, tile_columns), self.placement.width)
        rows = min(_whole(most // columns, tile_rows), self.placement.height)
        return rows, columns

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Return a part, read from the file."""
        keys = _full_key(key, self.ndim)
        (top, bottom, rows), (west, east, columns) = (
            _range(each, size) for each, size in zip(keys[-2:], self.shape[-2:], strict=True)
        )
        values = self._read(top, bottom, west, east)
        part: NDArray[Any] = values[(*keys[:-2], rows, columns)]
        return part

    def __dask_tokenize__(self) -> tuple[object, ...]:
        """Name what is read, so that equal reads are one and a changed file is another."""
        return (self.stored.name, self.stored.cells.__getstate__(), self.placement, self.nodata, _changed(self.stored))

    def _read(self, top: int, bottom: int, west: int, east: int) -> NDArray[Any]:
        first, last = self.placement.rows(top, bottom)
        parts = [
            self._cleaned(*self.stored.cells.read(first, last, *ends)) for ends in self.placement.pieces(west, east)
        ]
        if self.placement.columns_reversed:
            parts = [part[..., ::-1] for part in parts]
        values = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
        values = values[..., ::-1, :] if self.placement.rows_reversed else values
        self._require_counts(values, top, west)
        return values[0] if self.stored.labels is None else values

    def _cleaned(self, stored: NDArray[Any], missing: NDArray[np.bool_] | None) -> NDArray[Any]:
        empty = _is_fill(stored, self.nodata)
        if missing is not None:
            empty |= missing
        values = stored.astype(self.dtype, copy=False)
        for layer, scale, offset in zip(values, self.stored.scales, self.stored.offsets, strict=True):
            if (scale, offset) != (1.0, 0.0):
                layer *= scale  # noqa: PLW2901 - a view of `values`
                layer += offset  # noqa: PLW2901
        values[empty] = np.nan
        return values

    def _require_counts(self, values: NDArray[Any], top: int, west: int) -> None:
        """Refuse what can be no number of people."""
        lowest, highest = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
        if lowest < 0:
            wrong = values < 0
            row, column = np.argwhere(wrong)[0][-2:]
            raise InputError(
                "`path`: {path} holds negative values in {count:,} cells (lowest {lowest:.6g}, the first in row {row}, "
                "column {column}); nobody counts fewer than no people. If one value means `unknown`, say it: "
                "`read_grid(…, nodata={lowest:.6g})`; else correct the raster.",
                path=self.stored.name,
                count=int(np.count_nonzero(wrong)),
                lowest=float(lowest),
                row=int(row) + top,
                column=int(column) + west,
            )
        if np.isinf(highest):
            raise InputError(
                "`path`: {path} holds infinite values in {count:,} cells, so no sum has a value. "
                "If they mean `unknown`, say it: `read_grid(…, nodata=float('inf'))`; else correct the raster.",
                path=self.stored.name,
                count=int(np.count_nonzero(np.isinf(values))),
            )


def _is_fill(stored: NDArray[Any], nodata: float | None) -> NDArray[np.bool_]:
    """Tell which stored values stand for nothing; only what is below zero or absurdly large is looked at closely."""
    known = [*_FILLS, *([] if nodata is None or np.isnan(nodata) else [nodata])]
    if stored.dtype.kind == "f":
        empty = np.isnan(stored)
    else:
        empty = np.zeros(stored.shape, dtype=bool)
        limits = np.iinfo(stored.dtype)
        known = [value for value in known if limits.min <= value <= limits.max and float(value).is_integer()]
    with np.errstate(over="ignore"):  # a double that single precision cannot hold is infinite there
        fills = np.array(known).astype(stored.dtype)
    for suspect in (stored < 0, stored >= _LARGEST_FILL):
        if suspect.any():
            values = stored[suspect]
            empty[suspect] = np.isin(values, fills) | ((np.abs(values) >= _BEYOND_ALL) & np.isfinite(values))
    if nodata is not None and 0 <= nodata < _LARGEST_FILL:
        empty |= stored == nodata
    return np.asarray(empty)


def _whole(cells: int, tile: int) -> int:
    """Return the largest number of cells that is a whole number of tiles, at least one tile."""
    return max(cells // tile, 1) * tile


def _full_key(key: Any, ndim: int) -> tuple[Any, ...]:
    keys = key if isinstance(key, tuple) else (key,)
    if Ellipsis in keys:
        at = keys.index(Ellipsis)
        keys = (*keys[:at], *[slice(None)] * (ndim - len(keys) + 1), *keys[at + 1 :])
    return (*keys, *[slice(None)] * (ndim - len(keys)))


def _range(key: Any, size: int) -> tuple[int, int, Any]:
    """Return the first and last cell that a key needs, and the key within them."""
    if isinstance(key, slice):
        chosen = range(*key.indices(size))
        if not chosen:
            return 0, 0, slice(0, 0)
        low, high = min(chosen[0], chosen[-1]), max(chosen[0], chosen[-1]) + 1
        stop = chosen[-1] - low + chosen.step
        return low, high, slice(chosen[0] - low, None if stop < 0 else stop, chosen.step)
    at = int(key) % size
    return at, at + 1, 0


def _changed(stored: StoredGrid) -> float | None:
    from pathlib import Path

    path = Path(stored.cells.name)
    return path.stat().st_mtime if path.exists() else None
