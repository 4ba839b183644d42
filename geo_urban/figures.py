"""Series of people and areas: each checked, and paired by their index, never by position."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns, require_unique_index
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["figure_columns", "figures", "group_labels", "paired_figures"]


def figures(values: pd.Series, *, argument: str) -> pd.Series:
    """Return non-negative figures as floats, missing ones as NaN.

    Raises
    ------
    InputError
        If the index repeats a code, or a figure is not numeric, negative or infinite.
    """
    raise_faults(_faults(values, argument=argument))
    return _floats(values)


def paired_figures(**named: pd.Series) -> tuple[pd.Series, ...]:
    """Return several series of figures as floats, in the order of the first one's index.

    Raises
    ------
    InputError
        If a series has a fault (see `figures`), or the series describe different units.
    """
    raise_faults([fault for argument, values in named.items() for fault in _faults(values, argument=argument)])
    (first_name, first), *others = named.items()
    for name, values in others:
        stray = first.index.symmetric_difference(values.index)
        if len(stray):
            raise AlignmentError(
                "`{first}` and `{second}` describe different units ({codes} stand in one only), so they cannot be "
                "paired. Give both the same index, e.g. `{second}.reindex({first}.index)`.",
                first=first_name,
                second=name,
                codes=listed(stray),
            )
    return tuple(_floats(values.reindex(first.index)) for values in named.values())


def figure_columns(units: pd.DataFrame, columns: Sequence[str], *, argument: str) -> pd.DataFrame:
    """Return columns of figures: whole numbers where none is missing, else floats.

    Raises
    ------
    InputError
        If a column is missing or has a fault (see `figures`).
    InsufficientDataError
        If there are no rows.
    """
    require_columns(units, columns, argument=argument)
    if units.empty:
        raise InsufficientDataError(
            "`{argument}` has no rows, so there is nothing to measure. Check the filter or region that made it.",
            argument=argument,
        )
    unique = list(dict.fromkeys(columns))
    faults = _index_faults(units, argument=argument)
    for column in unique:
        faults += _value_faults(units[column], argument=f'{argument}["{column}"]')
    raise_faults(faults)
    return pd.DataFrame({column: _as_number(units[column]) for column in unique}, index=units.index)


def group_labels(units: pd.DataFrame, by: str, *, argument: str) -> pd.Series:
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


def _faults(values: pd.Series, *, argument: str) -> list[InputError]:
    return _index_faults(values, argument=argument) + _value_faults(values, argument=argument)


def _index_faults(values: pd.Series | pd.DataFrame, *, argument: str) -> list[InputError]:
    try:
        require_unique_index(values, argument=argument)
    except InputError as fault:
        return [fault]
    return []


def _value_faults(values: pd.Series, *, argument: str) -> list[InputError]:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return [
            InputError(
                "`{argument}` is not numeric ({kind}), so nothing can be measured with it. "
                "Convert it, e.g. `pandas.to_numeric({argument})`.",
                argument=argument,
                kind=str(values.dtype),
            )
        ]
    numbers = _floats(values)
    impossible = (numbers < 0) | np.isinf(numbers)
    if not impossible.any():
        return []
    return [
        InputError(
            "`{argument}` holds {values} at {codes}; people and areas are neither negative nor infinite. "
            "Correct the figures, or set them missing.",
            argument=argument,
            values=listed(values[impossible]),
            codes=listed(values.index[impossible]),
        )
    ]


def _floats(values: pd.Series) -> pd.Series:
    return pd.Series(values.to_numpy(dtype=float, na_value=np.nan), index=values.index, name=values.name)


def _as_number(values: pd.Series) -> pd.Series:
    # Unsigned and narrow integers would wrap around when subtracted.
    if pd.api.types.is_integer_dtype(values) and not values.isna().any():
        return values.astype("int64")
    return _floats(values)
