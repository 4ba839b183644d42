"""Open one census workbook as plain rows: header texts without line breaks, cells as they are printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["YEARS", "Cell", "Sheet", "read_sheet", "workbook_path"]

YEARS = (2010, 2020)

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One workbook: its header and its rows, which keep the row numbers a reader sees in a spreadsheet."""

    year: int
    header: list[str]
    rows: dict[int, list[Cell]]

    def position(self, title: str) -> int:
        """Return the position of the column with this header text."""
        return self.header.index(title)

    def with_rows(self, rows: dict[int, list[Cell]]) -> Sheet:
        """Return this sheet with some rows replaced."""
        return replace(self, rows=self.rows | rows)


def workbook_path(folder: Path, year: int) -> Path:
    """Return where the workbook of one census lies in `folder`."""
    return folder / f"census_county_{year}_v1.xlsx"


def read_sheet(folder: Path, year: int) -> Sheet:
    """Read the single sheet of one census workbook."""
    book = openpyxl.load_workbook(workbook_path(folder, year), read_only=True, data_only=True)
    try:
        lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()
    header = ["".join(str(title).split()) for title in lines[0]]
    return Sheet(year=year, header=header, rows=dict(enumerate(lines[1:], start=2)))
