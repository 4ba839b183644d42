"""Read a panel: one row per unit, one column per figure, keyed by code."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import existing_file, listed, require_columns
from geo_urban.errors import AlignmentError, DataSourceError, InputError, MissingColumnsError, raise_faults
from geo_urban.io._statistics_files import (
    COLUMN_LABELS,
    SPSS_ENDINGS,
    STATA_ENDINGS,
    read_spss,
    read_stata,
    worded,
)
from geo_urban.io._text_tables import decoded, delimiter_of
from geo_urban.io.codes import text_codes
from geo_urban.io.columns import recognize_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_urban.typing import FilePath

__all__ = ["read_panel", "read_table", "require_population"]

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm")
HEADER_SEARCH_ROWS = 20  # titles and notes above a header rarely take more
HEADER_FILL = 0.8  # a header names nearly every column, a title fills one cell
NO_VALUE = ("", "-", "--", "—", "…", "...", "NA", "N/A", "NaN", "nan", "null", "NULL", "无", "缺")
# 1,200 or 1 200 000; a decimal comma (0,125) is no such thing and must not become 125.
GROUPED_DIGITS = r"-?[1-9]\d{0,2}(?:[,， ]\d{3})+(?:\.\d+)?"
MOSTLY_NUMBERS = 0.5  # a column with more numbers than words is meant as numbers; each word in it is a fault


def read_panel(
    path: FilePath,
    *,
    code: str | None = None,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    r"""Read a panel of figures (CSV, XLSX, Parquet, Stata or SPSS) onto a text code index.

    Encoding (UTF-8, UTF-16, GB 18030), delimiter, title rows above the header, thousands separators and lost
    leading zeros are recognised; what has two readings is refused with the cure. In a file of Stata or SPSS, a column
    whose every value has a label becomes those words, except the code; values declared missing are null.

    Parameters
    ----------
    path
        The file.
    code
        Column of unit codes; by default recognised by name and content.
    sheet
        Sheet of a workbook; by default the only one that holds a table.
    columns
        ``{name here: name in the file}``; only these columns are returned, under the names here. By default all.

    Returns
    -------
    pandas.DataFrame
        Index ``code`` (text, unique), in the file's order. Columns of numbers are numeric, empty cells null.
        ``attrs["column_labels"]`` holds what Stata or SPSS call the columns.

    Raises
    ------
    DataSourceError
        If there is no such file, or it is no table.
    MissingColumnsError
        If a column is not there, or no column can be recognised as the code.
    InputError
        If codes are missing or broken, or a column of numbers holds words.
    AlignmentError
        If a code stands twice.
    MissingDependencyError
        If it is an SPSS file and pyreadstat (extra ``formats``) is not there.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "panel.csv"
    ...     _ = file.write_text("代码;人口2020\n110101;708,829\n", encoding="gb18030")
    ...     read_panel(file)["人口2020"].to_dict()
    {'110101': 708829}
    """
    table = read_table(path, sheet=sheet)
    code = code or _recognized_code(table, path)
    require_columns(table, [code], argument="panel")
    wanted = dict(columns) if columns is not None else {name: name for name in table.columns if name != code}
    require_columns(table, list(wanted.values()), argument="panel")
    codes = text_codes(table[code], argument=f"panel.{code}")
    faults: list[InputError] = []
    if codes.duplicated().any():
        faults.append(
            AlignmentError(
                "`panel` has {codes} more than once, so a join would count them twice. "
                "Sum or delete the surplus rows of {path}.",
                codes=listed(codes[codes.duplicated()].unique()),
                path=str(path),
            )
        )
    data = {name: _numeric(worded(table, source), source, codes, faults) for name, source in wanted.items()}
    raise_faults(faults)
    panel = pd.DataFrame(data, index=table.index).set_axis(pd.Index(codes.to_numpy(), name="code"), axis=0)
    labels = table.attrs.get(COLUMN_LABELS, {})
    if labels:
        panel.attrs[COLUMN_LABELS] = {name: labels[source] for name, source in wanted.items() if source in labels}
    return panel


def require_population(panel: pd.DataFrame, columns: Sequence[str], *, argument: str = "panel") -> None:
    """Raise unless every one of `columns` counts people: a number, not null, not negative.

    Parameters
    ----------
    panel
        Figures on a code index.
    columns
        Columns of residents [persons].
    argument
        What messages call `panel`.

    Raises
    ------
    MissingColumnsError
        If a column is not there.
    InputError
        Naming the units of each fault; several faults are raised together.

    Examples
    --------
    >>> require_population(pd.DataFrame({"pop": [10, 0]}, index=["a", "b"]), ["pop"])
    """
    require_columns(panel, columns, argument=argument)
    faults: list[InputError] = []
    for column in columns:
        values = pd.to_numeric(panel[column], errors="coerce")
        if values.isna().any():
            faults.append(
                InputError(
                    "`{argument}.{column}` has no population for {codes}; no change can be computed from nothing. "
                    'Fill in the figures, or set `missing = "list"` under [population] to list those units as not '
                    "joined.",
                    argument=argument,
                    column=column,
                    codes=listed(panel.index[values.isna()]),
                )
            )
        if (values < 0).any():
            faults.append(
                InputError(
                    "`{argument}.{column}` is negative for {codes} (lowest {lowest:,.0f}); nobody counts fewer than "
                    "no people. Correct the figures; if negative numbers mean `unknown`, leave those cells empty.",
                    argument=argument,
                    column=column,
                    codes=listed(panel.index[values < 0]),
                    lowest=float(values.min()),
                )
            )
    raise_faults(faults)


def read_table(path: FilePath, *, sheet: str | None = None) -> pd.DataFrame:
    """Read a table as it stands, every cell of a text file as text.

    Parameters
    ----------
    path
        CSV, TSV, TXT, XLSX, XLSM, Parquet, Stata (DTA) or SPSS (SAV, ZSAV).
    sheet
        Sheet of a workbook; by default the only one that holds a table.

    Returns
    -------
    pandas.DataFrame
        One row per row of the file without those that are wholly empty; column names as text.

    Raises
    ------
    DataSourceError
        If there is no such file, it is no table, or it is empty.
    InputError
        If the sheet is not there, or several could be meant.
    """
    file = existing_file(path, argument="panel")
    ending = file.suffix.lower()
    if ending in TEXT_ENDINGS:
        table = _read_text(file)
    elif ending in WORKBOOK_ENDINGS:
        table = _read_workbook(file, sheet)
    elif ending in {".parquet", ".pq"}:
        table = _read_parquet(file)
    elif ending in STATA_ENDINGS:
        table = read_stata(file)
    elif ending in SPSS_ENDINGS:
        table = read_spss(file)
    else:
        raise DataSourceError(
            "`panel`: {path} is not a table this program reads (CSV, TSV, XLSX, Parquet, Stata, SPSS). "
            "Open it in a spreadsheet and save it as XLSX or CSV UTF-8.",
            path=str(file),
        )
    labels = table.attrs
    table = table.dropna(how="all").reset_index(drop=True)
    table.attrs = labels
    if table.empty:
        raise DataSourceError(
            "`panel`: {path} holds no rows. Check that it is the right file and sheet.", path=str(file)
        )
    return table


def _recognized_code(table: pd.DataFrame, path: FilePath) -> str:
    found = recognize_columns(table)
    if found.code is not None:
        return found.code
    raise MissingColumnsError(
        "no column of `panel` ({path}) is plainly the code of the units; it has {known}. "
        'Name it, e.g. `code = "{guess}"`.',
        path=str(path),
        known=listed(table.columns, most=12),
        guess=next(iter(found.candidates["code"]), table.columns[0]),
    )


def _read_text(file: Path) -> pd.DataFrame:
    text = decoded(file, argument="panel")
    if not text.strip():
        return pd.DataFrame()
    try:
        table = pd.read_csv(io.StringIO(text), sep=delimiter_of(text), dtype=str, keep_default_na=False, na_values=[""])
    except pd.errors.ParserError as error:
        raise DataSourceError(
            "`panel`: {path} is no regular table ({reason}). Check its delimiter and quotes, or save it as XLSX.",
            path=str(file),
            reason=str(error).strip(),
        ) from error
    return table.set_axis([str(column).strip() for column in table.columns], axis=1)


def _read_parquet(file: Path) -> pd.DataFrame:
    try:
        table = pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise DataSourceError(
            "`panel`: {path} cannot be read as Parquet. Write it again, e.g. with pandas `to_parquet`.", path=str(file)
        ) from error
    if table.index.name is not None:
        table = table.reset_index()
    return table.set_axis([str(column) for column in table.columns], axis=1)


def _read_workbook(file: Path, sheet: str | None) -> pd.DataFrame:
    from zipfile import BadZipFile

    from openpyxl.utils.exceptions import InvalidFileException

    try:
        sheets = pd.read_excel(file, sheet_name=None, header=None, dtype=object, engine="openpyxl")
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise DataSourceError(
            "`panel`: {path} is named like a workbook but is none. Open it in a spreadsheet and save it as XLSX.",
            path=str(file),
        ) from error
    filled = {str(name): cells for name, cells in sheets.items() if not cells.dropna(how="all").empty}
    return _with_header(filled[_chosen_sheet(filled, sheet, file)]) if filled else pd.DataFrame()


def _chosen_sheet(sheets: Mapping[str, pd.DataFrame], sheet: str | None, file: Path) -> str:
    if sheet is None and len(sheets) == 1:
        return next(iter(sheets))
    if sheet is None:
        raise InputError(
            '`panel`: {path} has several sheets with tables ({sheets}). Say which, e.g. `sheet = "{first}"`.',
            path=str(file),
            sheets=listed(sheets),
            first=next(iter(sheets)),
        )
    if sheet not in sheets:
        raise InputError(
            "`panel`: {path} has no sheet `{sheet}` with a table; it has {sheets}.",
            path=str(file),
            sheet=sheet,
            sheets=listed(sheets),
        )
    return sheet


def _with_header(cells: pd.DataFrame) -> pd.DataFrame:
    cells = cells.dropna(how="all").dropna(how="all", axis=1)
    filled = cells.head(HEADER_SEARCH_ROWS).notna().sum(axis=1).to_numpy()
    header = int(np.argmax(filled >= HEADER_FILL * filled.max()))
    names = [
        str(name).strip() if pd.notna(name) else f"column {position}"
        for position, name in enumerate(cells.iloc[header].map(_year_as_text), start=1)
    ]
    return cells.iloc[header + 1 :].set_axis(names, axis=1)


def _year_as_text(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _numeric(values: pd.Series, column: str, codes: pd.Series, faults: list[InputError]) -> pd.Series:
    """Return a column as numbers if that is what it is meant to be; note the words in it as a fault."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    text = values.map(lambda value: value if pd.isna(value) else str(value).strip())
    text = text.where(~text.isin(NO_VALUE))
    present = text.dropna().astype(str)
    if present.empty:
        return values
    grouped = present.str.fullmatch(GROUPED_DIGITS)
    numbers = pd.to_numeric(present.where(~grouped, present.str.replace(r"[,， ]", "", regex=True)), errors="coerce")
    if numbers.notna().mean() <= MOSTLY_NUMBERS:
        return text
    words = present[numbers.isna()]
    if len(words):
        faults.append(
            InputError(
                "`panel.{column}` holds words where numbers belong: {found}. Correct or empty those cells.",
                column=column,
                found=listed(f"{unit}: {word}" for unit, word in zip(codes[words.index], words, strict=True)),
            )
        )
    whole = (numbers.dropna() % 1 == 0).all() and len(numbers) == len(text)
    return numbers.reindex(text.index).astype("int64" if whole and not len(words) else "float64")
