"""List what the yearbooks print inconsistently: sums that do not hold, before and after the corrections."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from census.columns import COUNTS, number
from census.tables import build_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from census.corrections import Correction
    from census.tables import Row
    from census.workbook import Sheet

__all__ = ["NOTE_LABELS", "find_notes"]

NOTE_LABELS = ("year", "code", "name", "check", "printed", "sum", "difference", "mended")
IDENTITIES = {
    "population": (("male", "female"), ("urban", "rural"), ("age_0_14", "age_15_64", "age_65_plus")),
    "workers": (("workers_agriculture", "workers_industry", "workers_services"),),
}


def find_notes(sheet: Sheet, corrections: Sequence[Correction]) -> list[Row]:
    """Return every broken sum of the yearbook as printed, and whether the reviewed corrections mend it."""
    labels = [line for line in corrections if line.kind in {"code", "name"}]
    unreadable = [line for line in corrections if line.kind == "cell" and not _is_number(line.printed)]
    printed = _broken(*build_tables(sheet, labels + unreadable))
    left = _broken(*build_tables(sheet, corrections))
    notes = [
        _note(sheet.year, (line.printed_code, line.printed_name, f"{line.column} = one number"), line.printed)
        for line in unreadable
    ]
    for key, (total, parts) in printed.items():
        notes.append(_note(sheet.year, key, total, parts, mended=key not in left))
    return notes


def _note(
    year: int,
    place_and_check: tuple[str, str, str],
    printed: str | float,
    parts: float | None = None,
    *,
    mended: bool = True,
) -> Row:
    difference = None if parts is None else round(parts - float(printed), 6)
    cells = (str(year), *place_and_check, printed, parts, difference, "yes" if mended else "no")
    return dict(zip(NOTE_LABELS, cells, strict=True))


def _is_number(text: str) -> bool:
    try:
        number(text)
    except ValueError:
        return False
    return True


Broken = dict[tuple[str, str, str], tuple[float, float]]


def _broken(units: Sequence[Row], totals: Sequence[Row]) -> Broken:
    rows = [row | {"level": "unit", "code": row["adcode"]} for row in units] + list(totals)
    return dict([*_broken_identities(rows), *_broken_sums(rows)])


def _broken_identities(rows: Sequence[Row]) -> Iterator[tuple[tuple[str, str, str], tuple[float, float]]]:
    for row in rows:
        for whole, identities in IDENTITIES.items():
            for parts in identities:
                found = round(sum(_figure(row, part) for part in parts), 6)
                if found != _figure(row, whole):
                    yield _key(row, f"{whole} = {' + '.join(parts)}"), (_figure(row, whole), found)


def _broken_sums(rows: Sequence[Row]) -> Iterator[tuple[tuple[str, str, str], tuple[float, float]]]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        if row["level"] != "nation":
            above = _above(row)
            for column in COUNTS:
                sums[above, column] += _figure(row, column)
    for row in rows:
        if row["level"] == "unit" or row.get("printed") == "no":
            continue
        for column in COUNTS:
            found = round(sums[str(row["code"]), column], 6)
            if found != _figure(row, column):
                yield _key(row, f"{column} = sum of the parts below"), (_figure(row, column), found)


def _above(row: Row) -> str:
    code = str(row["code"])
    kept = {"unit": 4, "prefecture": 2, "province": 0}[str(row["level"])]
    return code[:kept].ljust(6, "0")


def _figure(row: Row, column: str) -> float:
    return float(row[column] or 0)


def _key(row: Row, check: str) -> tuple[str, str, str]:
    return str(row["code"]), str(row["name"]), check
