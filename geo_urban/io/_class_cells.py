"""Cells that hold codes of classes: small whole numbers, never summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NO_CLASS", "as_codes"]

NO_CLASS = 255
"""Code of a cell without a class."""


def as_codes(values: Any, *, name: str) -> Any:
    """Return cells as codes of one byte, missing ones `NO_CLASS`; an array of dask stays one.

    Parameters
    ----------
    values
        Cells as numbers, missing ones NaN.
    name
        Name of the file, for the message.

    Raises
    ------
    InputError
        If a cell is no whole number from 0 to 254. In an array of dask, when it is read.
    """
    if isinstance(values, np.ndarray):
        return _codes(values, name)
    return values.map_blocks(_codes, name, dtype=np.uint8)


def _codes(values: NDArray[Any], name: str) -> NDArray[np.uint8]:
    codes = np.full(values.shape, NO_CLASS, dtype=np.uint8)
    known = ~np.isnan(values)
    codes[known] = values[known].astype(np.uint8)
    wrong = known & ((codes != values) | (codes == NO_CLASS))
    if wrong.any():
        raise InputError(
            "`path`: {path} holds {value} in {count:,} cells or so, but codes of classes are whole numbers from 0 to "
            '254. If it holds people, read it with `quantity="count"`; if that number marks missing cells, say so: '
            "`read_grid(…, nodata={value})`.",
            path=name,
            value=f"{values[wrong][0]:g}",
            count=int(np.count_nonzero(wrong)),
        )
    return codes
