"""Tables for people and programs: one CSV each, and one workbook with all of them."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_urban.errors import InputError
from geo_urban.messages import current_language, translate_to
from geo_urban.outputs import replace_when_done

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from geo_urban.messages import Language
    from geo_urban.typing import FilePath

__all__ = ["write_tables"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")
_FORBIDDEN_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHEET_NAME_LENGTH = 31
_MADE = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - a file's contents must not depend on when it was written
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_WIDEST = 48


def write_tables(
    tables: Mapping[str, pd.DataFrame],
    folder: FilePath,
    *,
    titles: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    source: str = "",
    method: str = "",
    notes: Sequence[str] = (),
    language: Language | None = None,
    workbook: str = "tables.xlsx",
) -> list[Path]:
    r"""Write each table as CSV, and all of them as one workbook.

    Parameters
    ----------
    tables
        Tables by name (ASCII letters, digits, ``_`` and ``-``: the name becomes a file name). The index is written as
        the first columns unless it is a mere row number.
    folder
        Where to write ``<name>.csv`` and the workbook. It is made if needed.
    titles
        What each table shows, in words of the catalogue, for the workbook's sheet of notes.
    labels
        A reader's name per column, in words of the catalogue, for the workbook. CSV files keep the column names.
    source, method
        Where the figures come from and how they were made, for the sheet of notes.
    notes
        Further sentences for the sheet of notes.
    language
        Language of the workbook; None for the one in force.
    workbook
        File name of the workbook; empty for none.

    Returns
    -------
    list of Path
        The files, CSV first.

    Raises
    ------
    InputError
        If a name cannot be a file name, or there is no table.
    OutputError
        If a file cannot be written; that file is then left as it was.

    Notes
    -----
    CSV files are UTF-8 with a byte-order mark: without it Excel takes Chinese names for another encoding. pandas strips
    the mark by itself, R with ``fileEncoding="UTF-8-BOM"``. Lines end in ``\n`` on every system and numbers are written
    in full, so that equal tables give equal bytes.

    Text that a spreadsheet would run as a formula (it starts with ``=``, ``+``, ``-``, ``@``) is written with an
    apostrophe before it in CSV and as plain text in the workbook. Codes stay text in both.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"population_2020": [1]}, index=pd.Index(["010000"], name="adcode"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_tables({"people": table}, folder)
    ...     print(written[0].read_text(encoding="utf-8-sig"))
    adcode,population_2020
    010000,1
    <BLANKLINE>
    """
    _require_names(tables)
    language = language or current_language()
    flat = {name: _flat(table) for name, table in tables.items()}
    home = Path(folder)
    written = [_write_csv(table, home / f"{name}.csv") for name, table in flat.items()]
    if workbook:
        content = _workbook(
            flat,
            titles={name: translate_to(language, (titles or {}).get(name, "")) for name in flat},
            labels={column: translate_to(language, label) for column, label in (labels or {}).items()},
            notes=_note_rows(source=source, method=method, notes=notes, language=language),
            language=language,
        )
        with replace_when_done(home / workbook) as temporary:
            temporary.write_bytes(content)
        written.append(home / workbook)
    return written


def _require_names(tables: Mapping[str, pd.DataFrame]) -> None:
    if not tables:
        raise InputError("`tables` is empty, so there is nothing to write. Pass at least one table.")
    wrong = [name for name in tables if not _NAME.fullmatch(name)]
    if wrong:
        raise InputError(
            "a table is named {name}, which cannot be a file name everywhere. Use ASCII letters, digits, `_` and `-`.",
            name=repr(wrong[0]),
        )


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with plain columns only: its index first, levels of column names joined."""
    flat = table.copy()
    if isinstance(flat.columns, pd.MultiIndex):
        flat.columns = pd.Index(["_".join(str(part) for part in name if str(part)) for name in flat.columns])
    if isinstance(flat.index, pd.RangeIndex) and flat.index.name is None:
        return flat
    if flat.index.nlevels == 1 and flat.index.name is None:
        flat.index = flat.index.rename("index")
    return flat.reset_index()


def _write_csv(table: pd.DataFrame, path: Path) -> Path:
    safe = table.copy()
    for column in safe.columns:
        if safe[column].dtype.kind not in "iufb" or isinstance(safe[column].dtype, pd.CategoricalDtype):
            safe[column] = [_csv_value(value) for value in safe[column].astype(object)]
    safe.columns = pd.Index([_guarded(str(column)) for column in safe.columns])
    with replace_when_done(path) as temporary:
        safe.to_csv(temporary, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path


def _csv_value(value: Any) -> Any:
    plain = _plain(value)
    return _guarded(plain) if isinstance(plain, str) else plain


def _guarded(text: str) -> str:
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Say whether a spreadsheet would run the text; a mere number such as ``-5.2`` is none."""
    return text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text)


def _plain(value: Any) -> Any:
    """Return a value as a cell holds it: number, truth, text or nothing."""
    if isinstance(value, (tuple, list, set, frozenset)):
        members = sorted(value) if isinstance(value, (set, frozenset)) else value
        return ";".join(str(member) for member in members)
    if pd.isna(value):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _note_rows(*, source: str, method: str, notes: Sequence[str], language: Language) -> list[tuple[str, str]]:
    rows = [("Source", source), ("Method", method), *(("Note", note) for note in notes)]
    return [(translate_to(language, head), translate_to(language, text)) for head, text in rows if text]


def _workbook(
    tables: Mapping[str, pd.DataFrame],
    *,
    titles: Mapping[str, str],
    labels: Mapping[str, str],
    notes: Sequence[tuple[str, str]],
    language: Language,
) -> bytes:
    """Return the workbook's bytes, the same for the same tables."""
    from openpyxl import Workbook

    book = Workbook()
    cover = book.active
    cover.title = translate_to(language, "Notes")
    names = _sheet_names(tables, taken=cover.title)
    listed = [(names[name], titles.get(name) or name) for name in tables]
    for row, cells in enumerate([*listed, *notes], start=1):
        for column, text in enumerate(cells, start=1):
            _fill_cell(cover.cell(row=row, column=column), text)
    cover.column_dimensions["A"].width = 24
    cover.column_dimensions["B"].width = 100
    for name, table in tables.items():
        _fill_sheet(book.create_sheet(names[name]), table, labels=labels)
    book.properties.creator = "geo_urban"
    book.properties.created = _MADE
    raw = BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue())


def _sheet_names(tables: Mapping[str, pd.DataFrame], *, taken: str) -> dict[str, str]:
    """Return a sheet name per table: at most 31 characters, none twice."""
    names: dict[str, str] = {}
    used = {taken.lower()}
    for name in tables:
        short, number = name[:_SHEET_NAME_LENGTH], 2
        while short.lower() in used:
            tail = f"_{number}"
            short, number = name[: _SHEET_NAME_LENGTH - len(tail)] + tail, number + 1
        used.add(short.lower())
        names[name] = short
    return names


def _fill_sheet(sheet: Worksheet, table: pd.DataFrame, *, labels: Mapping[str, str]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        head = labels.get(str(column), str(column))
        cell = sheet.cell(row=1, column=number)
        _fill_cell(cell, head)
        cell.font = Font(bold=True)
        shown_as = _number_format(str(column), table.iloc[:, number - 1])
        widest = _text_width(head)
        for row, value in enumerate(table.iloc[:, number - 1].astype(object), start=2):
            cell = sheet.cell(row=row, column=number)
            _fill_cell(cell, value)
            if shown_as and cell.data_type == "n":
                cell.number_format = shown_as
            widest = max(widest, _text_width(cell.value))
        sheet.column_dimensions[get_column_letter(number)].width = min(widest + 2, _WIDEST)


def _fill_cell(cell: Cell, value: Any) -> None:
    plain = _plain(value)
    if isinstance(plain, float) and not math.isfinite(plain):
        plain = None  # a workbook knows no infinity
    if not isinstance(plain, str):
        cell.value = plain
        return
    cell.value = _FORBIDDEN_IN_XML.sub("", plain)
    cell.data_type = "s"  # text, even if it starts with "="
    if _is_formula(plain):
        cell.quotePrefix = True
    else:
        cell.number_format = "@"


def _number_format(column: str, values: pd.Series) -> str:
    if column.endswith(("_share", "_rate")):
        return "0.00%"
    if column == "year" or column.endswith("_year"):
        return "0"
    if values.dtype.kind in "iu":
        return "#,##0"
    return "#,##0.00" if values.dtype.kind == "f" else ""


def _text_width(value: Any) -> int:
    """Return about how wide a value is; Chinese characters take two places."""
    if isinstance(value, float):
        return 12
    text = f"{value:,}" if isinstance(value, int) else str(value if value is not None else "")
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)  # noqa: PLR2004 - first block of CJK


def _timeless(workbook: bytes) -> bytes:
    """Return a workbook without the time at which it was saved."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                stamp = f"{_MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            info = zipfile.ZipInfo(entry.filename, _FIRST_ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            new.writestr(info, content)
    return result.getvalue()
