"""Make the tables of units and of totals from one workbook and the reviewed corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from census.columns import COLUMNS, COUNTS, measure
from census.corrections import assigned_codes, assigned_names, correct_figures
from census.rows import NATION, read_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from census.columns import Column
    from census.corrections import Correction
    from census.rows import Place
    from census.workbook import Sheet

__all__ = ["TOTAL_LABELS", "UNIT_LABELS", "Row", "build_tables", "unit_type"]

Row = dict[str, str | float | None]

UNIT_LABELS = ("adcode", "name", "province", "prefecture", "unit_type")
TOTAL_LABELS = ("year", "code", "level", "name", "printed")
MUNICIPAL_AGGREGATES = {"0100", "0200"}  # 市辖区 and 县 of a municipality are no prefectures of their own

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
    """Return the kind of a unit by its code and the ending of its name."""
    serial = code[4:]
    if serial == "00":
        return "city without districts"
    if serial[0] == "Z" or "71" <= serial <= "79":
        return "development zone"
    if serial[0] == "X" or "51" <= serial <= "70":
        return "administrative area"
    return next(kind for ending, kind in ENDINGS if name.endswith(ending))


def build_tables(sheet: Sheet, corrections: Sequence[Correction]) -> tuple[list[Row], list[Row]]:
    """Return the units and the totals of one census, each sorted by code."""
    places = read_places(sheet, assigned_codes(corrections))
    names = assigned_names(corrections)
    corrected = correct_figures(sheet, corrections)
    columns = [column for column in COLUMNS if sheet.year in column.printed]
    units = [
        _labels(place, places, names) | _figures(place, corrected, columns) for place in places if place.level == "unit"
    ]
    printed = [
        _total_labels(sheet.year, place, names) | _figures(place, corrected, columns)
        for place in places
        if place.level != "unit"
    ]
    totals = printed + _sums_where_nothing_is_printed(sheet.year, units, printed)
    return sorted(units, key=lambda row: str(row["adcode"])), sorted(totals, key=lambda row: str(row["code"]))


def _figures(place: Place, sheet: Sheet, columns: Iterable[Column]) -> Row:
    return {column.name: measure(column, sheet, sheet.rows[place.row]) for column in columns}


def _labels(place: Place, places: Sequence[Place], names: Mapping[int, str]) -> Row:
    if place.code is None:
        message = f"row {place.row} ({place.name}) is a unit without a code; give it one in the table of corrections"
        raise ValueError(message)
    name = names.get(place.row, place.name)
    known = {p.code: p.name for p in places if p.level in {"province", "prefecture"}}
    province = known[f"{place.code[:2]}0000"]
    if place.parent[2:] in MUNICIPAL_AGGREGATES and known.get(place.parent) in {"市辖区", "县"}:
        prefecture = province
    else:
        prefecture = known.get(place.parent, "省直辖县级行政区划")
    labels = (place.code, name, province, prefecture, unit_type(place.code, name))
    return dict(zip(UNIT_LABELS, labels, strict=True))


def _total_labels(year: int, place: Place, names: Mapping[int, str]) -> Row:
    name = names.get(place.row, place.name)
    return dict(zip(TOTAL_LABELS, (str(year), place.code, place.level, name, "yes"), strict=True))


def _sums_where_nothing_is_printed(year: int, units: Sequence[Row], printed: Sequence[Row]) -> list[Row]:
    """Add up what the yearbook leaves out: the nation in 2010, the one directly administered city of Henan in 2020."""
    known = {row["code"] for row in printed}
    sums: list[Row] = []
    for parent in sorted({f"{str(unit['adcode'])[:4]}00" for unit in units} - known):  # type: ignore[operator]
        members = [unit for unit in units if str(unit["adcode"]).startswith(parent[:4])]
        sums.append(_sum(year, parent, "prefecture", str(members[0]["prefecture"]), members))
    if NATION not in known:
        provinces = [row for row in printed if row["level"] == "province"]
        sums.append(_sum(year, NATION, "nation", "全国", provinces))
    return sums


def _sum(year: int, code: str, level: str, name: str, members: Sequence[Row]) -> Row:
    labels = dict(zip(TOTAL_LABELS, (str(year), code, level, name, "no"), strict=True))
    return labels | {column: sum(float(member[column] or 0) for member in members) for column in COUNTS}
