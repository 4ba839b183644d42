"""Print every candidate for a misplaced row, before the corrections and after, with the opinion of the age cohorts.

Usage: ``python scripts/review_census_rows.py FOLDER``
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from build_census import FIGURES
from census.cohorts import CohortFit, age_groups
from census.corrections import assigned_codes, correct_figures, read_corrections
from census.permutations import find_permutations
from census.rows import read_places
from census.tables import build_tables
from census.workbook import YEARS, read_sheet


def review(folder: Path, *, moved: bool) -> None:
    """Print the candidates of the tables with or without the accepted moves of rows."""
    frames, ages = [], []
    for year in YEARS:
        sheet, lines = read_sheet(folder, year), read_corrections(FIGURES / "census_corrections.csv", year)
        kept = [line for line in lines if moved or line.kind != "figures"]
        frames.append(pd.DataFrame(build_tables(sheet, kept)[0]).set_index("adcode"))
        ages.append(age_groups(correct_figures(sheet, kept), read_places(sheet, assigned_codes(kept))))
    fit = CohortFit(frames[0], frames[1], (ages[0], ages[1]))
    for candidate in find_permutations(frames[0], frames[1]):
        codes = candidate.codes
        printed = fit.score([(code, code) for code in codes])
        other = fit.score(list(zip(codes, codes[1:] + codes[:1], strict=True)))
        names = " → ".join(f"{code} {name}" for code, name in frames[0]["name"].loc[list(codes)].items())
        print(f"gain {candidate.gain:5.1f}  cohorts {printed:6.1f} as printed {other:6.1f} moved  {names}")


def main() -> None:
    """Read the command line and print both lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the two workbooks")
    folder = parser.parse_args().folder
    for moved in (False, True):
        print("after the corrections:" if moved else "as printed:")
        review(folder, moved=moved)


if __name__ == "__main__":
    main()
