"""Read the files of statistics programs (Stata, SPSS), which keep words beside their numbers."""

from __future__ import annotations

import struct
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_urban.errors import DataSourceError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

__all__ = ["COLUMN_LABELS", "SPSS_ENDINGS", "STATA_ENDINGS", "read_spss", "read_stata", "worded"]

STATA_ENDINGS = (".dta",)
SPSS_ENDINGS = (".sav", ".zsav")

# Where a frame keeps, in its `attrs`, what columns and values are called.
COLUMN_LABELS = "column_labels"
_VALUE_LABELS = "value_labels"


def read_stata(file: Path) -> pd.DataFrame:
    """Return the table of a Stata file: numbers as stored, labels beside them."""
    try:
        table = pd.read_stata(file, convert_categoricals=False)
        with pd.read_stata(file, iterator=True) as reader:
            columns = reader.variable_labels()
    except (ValueError, KeyError, EOFError, struct.error) as error:
        raise _unreadable(file, "Stata", error) from error
    return _with_labels(table, columns, _stata_value_labels(file, table))


def read_spss(file: Path) -> pd.DataFrame:
    """Return the table of an SPSS file: numbers as stored, labels beside them; declared missing values null."""
    if find_spec("pyreadstat") is None:
        raise MissingDependencyError(
            "`panel`: {path} is an SPSS file, which needs pyreadstat: `pip install 'geo-urban[formats]'`. "
            "Or export it as CSV or Stata.",
            path=str(file),
        )
    import pyreadstat

    try:
        table, notes = _spss(file, pyreadstat)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
        raise _unreadable(file, "SPSS", error) from error
    return _with_labels(table, notes.column_names_to_labels, notes.variable_value_labels)


def worded(table: pd.DataFrame, column: Hashable) -> pd.Series:
    """Return a column with the words of its values, if every value has one; else its numbers.

    A column of counts in which only 9 is labelled ("unknown") stays a column of numbers.
    """
    labels = table.attrs.get(_VALUE_LABELS, {}).get(column, {})
    values = table[column]
    present = values.dropna()
    if not labels or not present.isin(list(labels)).all():
        return values
    return values.map(labels)


def _spss(file: Path, pyreadstat: Any) -> tuple[pd.DataFrame, Any]:
    try:
        return pyreadstat.read_sav(str(file))  # type: ignore[no-any-return]
    except (pyreadstat.ReadstatError, UnicodeDecodeError):
        # Old versions write the encoding of their system and do not say it.
        return pyreadstat.read_sav(str(file), encoding="GB18030")  # type: ignore[no-any-return]


def _stata_value_labels(file: Path, table: pd.DataFrame) -> dict[str, dict[object, str]]:
    try:
        labelled = pd.read_stata(file)
    except ValueError:  # two values of a column have one label: which column, pandas does not say to programs
        return {}
    return {
        str(column): dict(zip(table[column].dropna(), labelled[column].dropna().astype(str), strict=True))
        for column in table.columns
        if isinstance(labelled[column].dtype, pd.CategoricalDtype)
        and all(isinstance(category, str) for category in labelled[column].cat.categories)
    }


def _with_labels(
    table: pd.DataFrame, columns: Mapping[str, str | None], values: Mapping[str, Mapping[Any, str]]
) -> pd.DataFrame:
    made = pd.DataFrame({str(name): _whole(table[name]) for name in table.columns}, index=table.index)
    made.attrs = {
        COLUMN_LABELS: {str(name): label for name, label in columns.items() if label},
        _VALUE_LABELS: {str(name): dict(labels) for name, labels in values.items()},
    }
    return made


def _whole(values: pd.Series) -> pd.Series:
    """Return numbers without fractions as whole numbers: these programs know doubles only."""
    if not pd.api.types.is_float_dtype(values) or values.isna().any() or (values % 1 != 0).any():
        return values
    return values.astype("int64")


def _unreadable(file: Path, program: str, error: Exception) -> DataSourceError:
    return DataSourceError(
        "`panel`: {path} cannot be read as a file of {program} ({reason}). Save it again in that program, or export "
        "it as CSV UTF-8.",
        path=str(file),
        program=program,
        reason=str(error).strip().rstrip(".") or type(error).__name__,
    )
