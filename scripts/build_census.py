"""Build the census tables of the package from the folder of the two digitised yearbooks.

Usage: ``python scripts/build_census.py FOLDER [--output FOLDER]``
"""

from __future__ import annotations

import argparse
from pathlib import Path

from census.columns import COLUMNS, columns_of
from census.corrections import read_corrections
from census.files import table_text
from census.tables import TOTAL_LABELS, UNIT_LABELS, Row, build_tables
from census.workbook import YEARS, read_sheet

FIGURES = Path(__file__).resolve().parent.parent / "geo_urban" / "datasets" / "figures"


def build(folder: Path, corrections: Path) -> dict[str, str]:
    """Return every table as text, keyed by file name."""
    texts: dict[str, str] = {}
    all_totals: list[Row] = []
    for year in YEARS:
        units, totals = build_tables(read_sheet(folder, year), read_corrections(corrections, year))
        texts[f"census_{year}.csv"] = table_text(units, [*UNIT_LABELS, *columns_of(year)])
        all_totals += totals
    texts["census_totals.csv"] = table_text(all_totals, [*TOTAL_LABELS, *(column.name for column in COLUMNS)])
    return texts


def main() -> None:
    """Read the command line, build and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="folder with census_county_2010_v1.xlsx and census_county_2020_v1.xlsx"
    )
    parser.add_argument("--output", type=Path, default=FIGURES, help="where the tables go")
    options = parser.parse_args()
    for name, text in build(options.folder, FIGURES / "census_corrections.csv").items():
        (options.output / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"{options.output / name}: {text.count(chr(10)) - 1} rows, {len(text.encode()) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
