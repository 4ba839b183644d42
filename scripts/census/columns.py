"""Which columns of a workbook make up each column of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from census.workbook import Cell, Sheet

__all__ = ["COLUMNS", "COUNTS", "Column", "Span", "columns_of", "measure", "number", "spans_of"]

BLANK = {"", "NA"}

Span = tuple["Column", int, int]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours: first and last header text per census, everything between them is added up."""

    name: str
    printed: dict[int, tuple[str, str]]
    count: bool = True  # a count of persons or households: blank means none
    scale: float = 1.0


def _one(name: str, title_2010: str | None, title_2020: str | None, *, count: bool = True, scale: float = 1) -> Column:
    titles = {2010: title_2010, 2020: title_2020}
    printed = {year: (title, title) for year, title in titles.items() if title is not None}
    return Column(name, printed, count, scale)


def _span(name: str, in_2010: tuple[str, str], in_2020: tuple[str, str]) -> Column:
    return Column(name, {2010: in_2010, 2020: in_2020})


# The 2010 workbook splits three industry titles in the wrong place (仓储和邮政业 | 交通运输、计算机服务和软件业 |
# 信息传输、批发和零售业); the figures stand in the official order, so a span from the first of them is right.
COLUMNS: Sequence[Column] = (
    _one("population", "合计", "人口数_合计"),
    _one("male", "男", "人口数_男"),
    _one("female", "女", "人口数_女"),
    _one("urban", "城镇人口", "城镇人口"),
    _one("rural", "乡村人口", "乡村人口"),
    _one("urban_area", None, "城区人口", count=False),
    _one("households", "户数", "家庭户数"),
    _one("household_population", "人口数", "家庭户人口数"),
    _one("minority_share", "少数民族人口比重（%）", "少数民族人口比重（%）", count=False, scale=0.01),
    _span("age_0_14", ("0岁（男）", "10-14岁（女）"), ("男_0岁", "女_10到14岁")),
    _span("age_15_64", ("15-19岁（男）", "60-64岁（女）"), ("男_15到19岁", "女_60到64岁")),
    _span("age_65_plus", ("65-69岁（男）", "85岁及以上（女）"), ("男_65到69岁", "女_85岁以上")),
    _one("migrants_within_county", "迁入人口（人）-本县（市）/本市市区", "户口登记地在外乡镇街道人口_本县"),
    _one("migrants_within_province", "迁入人口（人）-本省其他县（市）、市区", "户口登记地在外乡镇街道人口_本省其他县"),
    _one("migrants_from_other_provinces", "迁入人口（人）-外省", "户口登记地在外乡镇街道人口_省外"),
    _one("schooling_years", "平均受教育年限（年）-合计", "平均受教育年限_合计", count=False),
    _one("illiterate", "15岁及以上文盲人口-合计", "15岁及以上文盲人口"),
    _one("workers", "各种行业人口总计", "各种行业人口总计"),
    _one("workers_agriculture", "农林牧渔业", "农林牧渔业"),
    _span("workers_industry", ("采矿业", "建筑业"), ("采矿业", "建筑业")),
    _span("workers_services", ("仓储和邮政业", "国际组织"), ("批发和零售业", "国际组织")),
)

COUNTS = tuple(column.name for column in COLUMNS if column.count)


def columns_of(year: int) -> list[str]:
    """Return the names of our columns that one census has, in order."""
    return [column.name for column in COLUMNS if year in column.printed]


def spans_of(sheet: Sheet) -> list[Span]:
    """Return each of our columns with the positions of its first and last printed column."""
    return [
        (column, *(sheet.position(title) for title in column.printed[sheet.year]))  # type: ignore[misc]
        for column in COLUMNS
        if sheet.year in column.printed
    ]


def number(cell: Cell) -> float | None:
    """Return the number in a cell, or None where nothing is printed."""
    if cell is None or (isinstance(cell, str) and cell.strip() in BLANK):
        return None
    return float(cell)


def measure(span: Span, row: Sequence[Cell]) -> float | None:
    """Return one column of ours for one row of a workbook."""
    column, first, last = span
    numbers = [number(cell) for cell in row[first : last + 1]]
    if column.count:
        return sum(value or 0 for value in numbers)
    value = numbers[0]
    return None if value is None else round(value * column.scale, 6)
