"""Columns of counted people: checked together, so that a reader cures all faults of a table in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns, require_unique_index
from geo_urban.errors import InputError, InsufficientDataError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["counted_columns", "group_labels"]


def counted_columns(units: pd.DataFrame, columns: Sequence[str], *, argument: str = "units") -> pd.DataFrame:
    """Return columns of people as whole numbers where none is missing, else as floats.

    Raises
    ------
    InputError
        If a column is missing or not numeric, or a figure is negative or infinite, or a code stands twice.
    InsufficientDataError
        If there are no rows.
    """
    require_columns(units, columns, argument=argument)
    if units.empty:
        raise InsufficientDataError(
            "`{argument}` has no rows, so there is nothing to measure. Check the filter or region that made it.",
            argument=argument,
        )
    faults: list[InputError] = []
    try:
        require_unique_index(units, argument=argument)
    except InputError as fault:
        faults.append(fault)
    for column in columns:
        faults += _column_faults(units[column], argument=f'{argument}["{column}"]')
    raise_faults(faults)
    return pd.DataFrame({column: _as_number(units[column]) for column in columns}, index=units.index)


def group_labels(units: pd.DataFrame, by: str, *, argument: str = "units") -> pd.Series:
    """Return the column that groups the units.

    Raises
    ------
    InputError
        If a unit belongs to no group.
    """
    require_columns(units, [by], argument=argument)
    groups = units[by]
    if groups.isna().any():
        raise InputError(
            "`{argument}` has no {column} for {codes}, so they would be missing from every group. Fill the column.",
            argument=argument,
            column=by,
            codes=listed(units.index[groups.isna()]),
        )
    return groups


def _column_faults(values: pd.Series, *, argument: str) -> list[InputError]:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return [
            InputError(
                "`{argument}` is not numeric ({kind}), so people cannot be counted with it. "
                "Convert it, e.g. `pandas.to_numeric({argument})`.",
                argument=argument,
                kind=str(values.dtype),
            )
        ]
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    impossible = (numbers < 0) | np.isinf(numbers)
    if not impossible.any():
        return []
    return [
        InputError(
            "`{argument}` holds {values} at {codes}; a number of people is neither negative nor infinite. "
            "Correct the figures, or set them missing.",
            argument=argument,
            values=listed(values[impossible]),
            codes=listed(values.index[impossible]),
        )
    ]


def _as_number(values: pd.Series) -> pd.Series:
    # Unsigned and narrow integers would wrap around when subtracted.
    if pd.api.types.is_integer_dtype(values) and not values.isna().any():
        return values.astype("int64")
    return pd.Series(values.to_numpy(dtype=float, na_value=np.nan), index=values.index)
