"""Tell what each row of a workbook is: the nation, a province, a prefecture, a unit, or nothing of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from census.columns import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from census.workbook import Cell, Sheet

__all__ = ["NATION", "Place", "read_places", "tidy_name"]

NATION = "000000"
NATION_ROW = 2  # the first row of 2020 is the nation; 2010 prints none
DISTRICTS, COUNTIES, DIRECT = "市辖区", "县", "直辖县级行政区划"
VARIANTS = str.maketrans({"巿": "市"})  # U+5DFF, another character that looks the same


@dataclass(frozen=True, slots=True)
class Place:
    """One row that stands for a place."""

    row: int
    level: str  # "nation", "province", "prefecture" or "unit"
    code: str | None
    name: str
    parent: str  # code of the prefecture-level row above


def tidy_name(cell: Cell) -> str:
    """Return a printed name without blanks and with the usual characters."""
    return "".join(str(cell or "").split()).translate(VARIANTS)


def read_places(sheet: Sheet, codes: Mapping[int, str]) -> list[Place]:
    """Return every place of a workbook in printed order.

    Empty rows and the notice at the end are no places. `codes` gives rows a code that print none, or a wrong one.
    A prefecture-level city without districts stands in the list twice: as prefecture and as unit.
    """
    walk = _walk_2010 if "省" not in sheet.header else _walk_2020
    places = list(walk(sheet, codes))
    inhabited = {place.parent for place in places if place.level == "unit"}
    whole = [p for p in places if p.level == "prefecture" and p.code not in inhabited]
    return places + [replace(place, level="unit", parent=str(place.code)) for place in whole]


def _walk_2010(sheet: Sheet, codes: Mapping[int, str]) -> Iterator[Place]:
    population = sheet.position("合计")
    province = parent = ""
    for row, cells in sheet.rows.items():
        if number(cells[population]) is None:
            continue
        name, code = tidy_name(cells[0]), codes.get(row) or _printed(cells[1])
        if code is None and name == DISTRICTS and parent != province:
            continue  # a city without districts, printed a second time under itself
        code = code or _aggregate_code(name, province)
        level = _level(code)
        if level == "province":
            province = parent = str(code)
        elif level == "prefecture":
            parent = str(code)
        yield Place(row, level, code, name, _prefecture(code) or parent)


def _walk_2020(sheet: Sheet, codes: Mapping[int, str]) -> Iterator[Place]:
    province = parent = ""
    for row, cells in sheet.rows.items():
        name, code = tidy_name(cells[3]), codes.get(row) or _printed(cells[0])
        if row == NATION_ROW:
            yield Place(row, "nation", NATION, name, NATION)
            continue
        code = code or _aggregate_code(name, province)
        level = _level(code)
        if level == "province":
            province = str(code)
        parent = _prefecture(code) or parent
        yield Place(row, level, code, name, parent)


def _printed(cell: Cell) -> str | None:
    text = tidy_name(cell)
    return None if text in {"", "NA"} else text


def _prefecture(code: str | None) -> str | None:
    return None if code is None else f"{code[:4]}00"


def _level(code: str | None) -> str:
    if code is not None and code.endswith("0000"):
        return "province"
    return "prefecture" if code is not None and code.endswith("00") else "unit"


def _aggregate_code(name: str, province: str) -> str | None:
    """Return the code of a row without one that adds up units of a province (districts, counties, direct ones)."""
    if name.endswith(DIRECT):
        return f"{province[:2]}9000"
    return {DISTRICTS: f"{province[:2]}0100", COUNTIES: f"{province[:2]}0200"}.get(name)
