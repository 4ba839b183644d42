"""Build the census tables of the package from the folder of the two digitised yearbooks.

Usage: ``python scripts/build_census.py FOLDER``
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from census.columns import COLUMNS, columns_of
from census.corrections import read_corrections
from census.files import checksum, table_text, with_checksums
from census.notes import NOTE_LABELS, find_notes
from census.tables import TOTAL_LABELS, UNIT_LABELS, build_tables
from census.workbook import YEARS, read_sheet, workbook_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from census.tables import Row
    from census.workbook import Sheet

FIGURES = Path(__file__).resolve().parent.parent / "geo_urban" / "datasets" / "figures"
CORRECTIONS = FIGURES / "census_corrections.csv"
PAGE = FIGURES / "CENSUS.md"


def build(sheets: Iterable[Sheet]) -> dict[str, str]:
    """Return every table as text, keyed by file name."""
    texts: dict[str, str] = {}
    all_totals: list[Row] = []
    all_notes: list[Row] = []
    for sheet in sheets:
        lines = read_corrections(CORRECTIONS, sheet.year)
        units, totals = build_tables(sheet, lines)
        texts[f"census_{sheet.year}.csv"] = table_text(units, [*UNIT_LABELS, *columns_of(sheet.year)])
        all_totals += totals
        all_notes += find_notes(sheet, lines)
    texts["census_totals.csv"] = table_text(all_totals, [*TOTAL_LABELS, *(column.name for column in COLUMNS)])
    texts["census_notes.csv"] = table_text(all_notes, NOTE_LABELS)
    return texts


def main() -> None:
    """Read the command line, build, write, and record the checksums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="folder with census_county_2010_v1.xlsx and census_county_2020_v1.xlsx"
    )
    folder = parser.parse_args().folder
    texts = build([read_sheet(folder, year) for year in YEARS])
    books = [workbook_path(folder, year) for year in YEARS]
    checksums = {book.name: checksum(book.read_bytes()) for book in books}
    for name, text in texts.items():
        (FIGURES / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{name}: {text.count(chr(10)) - 1} rows, {len(text.encode()) / 1000:.0f} kB")
    for name in ("census_corrections.csv", "census_columns.csv"):
        texts[name] = (FIGURES / name).read_text(encoding="utf-8")
    checksums |= {name: checksum(text.encode()) for name, text in texts.items()}
    PAGE.write_text(with_checksums(PAGE.read_text(encoding="utf-8"), checksums), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
