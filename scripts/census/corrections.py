"""Apply the reviewed table of corrections: every change to a printed row is a line with its reason, never code."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from census.rows import tidy_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from census.workbook import Cell, Sheet

__all__ = ["Correction", "assigned_codes", "assigned_names", "correct_figures", "read_corrections"]


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of the reviewed table; `row` is the row a spreadsheet shows."""

    year: int
    row: int
    printed_code: str
    printed_name: str
    kind: str  # "code", "name", "figures" (all figures stand in another row) or "cell"
    column: str  # header text, for "cell"
    printed: str
    corrected: str
    status: str  # "accepted" or "rejected"
    reason: str


def read_corrections(path: Path, year: int) -> list[Correction]:
    """Read the accepted corrections of one census."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = [
            Correction(**(line | {"year": int(line["year"]), "row": int(line["row"])}))  # type: ignore[arg-type]
            for line in csv.DictReader(file)
        ]
    return [line for line in lines if line.year == year and line.status == "accepted"]


def assigned_codes(corrections: Sequence[Correction]) -> dict[int, str]:
    """Return the codes given to rows that print none, or a wrong one."""
    return {line.row: line.corrected for line in corrections if line.kind == "code"}


def assigned_names(corrections: Sequence[Correction]) -> dict[int, str]:
    """Return the names given to rows that print another."""
    return {line.row: line.corrected for line in corrections if line.kind == "name"}


def correct_figures(sheet: Sheet, corrections: Sequence[Correction]) -> Sheet:
    """Return the sheet with wrong cells replaced and then misplaced rows put where they belong.

    Raises
    ------
    ValueError
        If a line of the table does not meet the row or cell it was written for.
    """
    for line in corrections:
        _require_same_row(sheet, line)
    cells = _with_cells(sheet, [line for line in corrections if line.kind == "cell"])
    labels = cells.position("合计" if "合计" in cells.header else "人口数_合计")
    moved = {
        line.row: cells.rows[line.row][:labels] + cells.rows[int(line.corrected)][labels:]
        for line in corrections
        if line.kind == "figures"
    }
    return cells.with_rows(moved)


def _require_same_row(sheet: Sheet, line: Correction) -> None:
    name = tidy_name(sheet.rows[line.row][sheet.position("地区" if "地区" in sheet.header else "区县")])
    if name != line.printed_name:
        message = f"row {line.row} of {line.year} is {name}, the correction was written for {line.printed_name}"
        raise ValueError(message)


def _with_cells(sheet: Sheet, corrections: Sequence[Correction]) -> Sheet:
    rows: dict[int, list[Cell]] = {}
    for line in corrections:
        position = sheet.position(line.column)
        row = rows.setdefault(line.row, list(sheet.rows[line.row]))
        printed = "" if row[position] is None else " ".join(str(row[position]).split())
        if printed != line.printed:
            message = f"row {line.row} of {line.year} prints {printed} under {line.column}, not {line.printed}"
            raise ValueError(message)
        row[position] = line.corrected or None
    return sheet.with_rows(rows)
