"""Make the tables of units and of totals from one workbook and the reviewed corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from census.columns import COUNTS, measure, spans_of
from census.corrections import assigned_codes, assigned_names, correct_figures
from census.rows import NATION, read_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from census.columns import Span
    from census.corrections import Correction
    from census.rows import Place
    from census.workbook import Sheet

__all__ = ["TOTAL_LABELS", "UNIT_LABELS", "Row", "build_tables", "unit_type"]

Row = dict[str, str | float | None]

UNIT_LABELS = ("adcode", "name", "province", "prefecture", "unit_type")
TOTAL_LABELS = ("year", "code", "level", "name", "printed")
DIRECT = "省直辖县级行政区划"  # above a unit that answers to its province; not printed where it would be alone
AGGREGATES = {"市辖区", "县"}  # of a municipality: no prefectures of their own

ENDINGS = (
    ("自治县", "autonomous county"),
    ("自治旗", "autonomous banner"),
    ("特区", "special district"),
    ("神农架林区", "forestry district"),
    ("县", "county"),
    ("旗", "banner"),
    ("市", "county-level city"),
    ("区", "district"),
)


def unit_type(code: str, name: str) -> str:
    """Return the kind of a unit by its code and the ending of its name.

    Divisions in law end in 01–56 and 81–99 and are told apart by name, zones end in 71–79; the statistics office
    numbers areas under an office of the prefecture 57–70 (大柴旦, and four in 大兴安岭). In the codes of this project
    Z and X stand for the same two.
    """
    serial = code[4:]
    if serial == "00":
        return "city without districts"
    if serial[0] == "Z" or "71" <= serial <= "79":
        return "development zone"
    if serial[0] == "X" or "57" <= serial <= "70":
        return "administrative area"
    return next(kind for ending, kind in ENDINGS if name.endswith(ending))


def build_tables(sheet: Sheet, corrections: Sequence[Correction]) -> tuple[list[Row], list[Row]]:
    """Return the units and the totals of one census, each sorted by code."""
    places = read_places(sheet, assigned_codes(corrections))
    names = {place.row: place.name for place in places} | assigned_names(corrections)
    above = {str(place.code): names[place.row] for place in places if place.level in {"province", "prefecture"}}
    corrected = correct_figures(sheet, corrections)
    spans = spans_of(sheet)
    units, totals = [], []
    for place in places:
        figures = _figures(corrected, place.row, spans)
        if place.level == "unit":
            units.append(_unit_labels(place, names[place.row], above) | figures)
        else:
            totals.append(_total_labels(sheet.year, place, names[place.row]) | figures)
    totals += _sums_where_nothing_is_printed(sheet.year, units, totals)
    return sorted(units, key=lambda row: str(row["adcode"])), sorted(totals, key=lambda row: str(row["code"]))


def _figures(sheet: Sheet, row: int, spans: Sequence[Span]) -> Row:
    cells = sheet.rows[row]
    return {span[0].name: measure(span, cells) for span in spans}


def _unit_labels(place: Place, name: str, above: Mapping[str, str]) -> Row:
    if place.code is None:
        message = f"row {place.row} ({place.name}) is a unit without a code; give it one in the table of corrections"
        raise ValueError(message)
    province = above[f"{place.code[:2]}0000"]
    printed = above.get(place.parent, DIRECT)
    prefecture = province if printed in AGGREGATES else printed
    labels = (place.code, name, province, prefecture, unit_type(place.code, name))
    return dict(zip(UNIT_LABELS, labels, strict=True))


def _total_labels(year: int, place: Place, name: str) -> Row:
    return dict(zip(TOTAL_LABELS, (str(year), place.code, place.level, name, "yes"), strict=True))


def _sums_where_nothing_is_printed(year: int, units: Sequence[Row], printed: Sequence[Row]) -> list[Row]:
    """Add up what the yearbook leaves out: the nation in 2010, the one directly administered city of Henan in 2020."""
    known = {row["code"] for row in printed}
    members: dict[str, list[Row]] = {}
    for unit in units:
        members.setdefault(f"{str(unit['adcode'])[:4]}00", []).append(unit)
    sums = [
        _sum(year, code, "prefecture", str(rows[0]["prefecture"]), rows)
        for code, rows in members.items()
        if code not in known
    ]
    if NATION not in known:
        sums.append(_sum(year, NATION, "nation", "全国", [row for row in printed if row["level"] == "province"]))
    return sums


def _sum(year: int, code: str, level: str, name: str, members: Sequence[Row]) -> Row:
    labels = dict(zip(TOTAL_LABELS, (str(year), code, level, name, "no"), strict=True))
    return labels | {column: sum(float(member[column] or 0) for member in members) for column in COUNTS}
