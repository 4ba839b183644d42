"""Recognise which column of a stranger's table holds codes, names and people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RecognizedColumns", "recognize_columns"]

CODE_NAMES = (
    "adcode", "code", "区划代码", "行政区划代码", "行政区代码", "行政代码", "地区代码", "代码", "编码", "xzqdm", "pac",
    "gb", "geoid", "fips", "nuts_id", "geocode", "gid", "unit", "id",
)  # fmt: skip
NAME_NAMES = (
    "name", "名称", "地区名称", "行政区名称", "地名", "地区", "区县", "县区", "县市", "县", "xzqmc", "unit_name",
    "name_zh", "name_chn", "label", "title", "county", "city",
)  # fmt: skip
POPULATION = re.compile(r"pop|resident|inhabitant|people|人口|常住", re.IGNORECASE)
URBAN = re.compile(r"urban|城镇|城市人口", re.IGNORECASE)
RURAL = re.compile(r"rural|乡村|农村", re.IGNORECASE)
NOT_A_COUNT = re.compile(
    r"densi|rate|share|ratio|percent|%|change|growth|male|female|age|area|密度|率|比|变化|增长|男|女|岁|面积|城区",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?<!\d)(1[89]\d{2}|20\d{2})(?!\d)")
ADCODE = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}")
MOSTLY = 0.9  # a few odd rows (totals, notes) do not make a code column something else
SMALLEST_TABLE_OF_YEARS = 100  # a column named 2010 whose median is smaller holds rates, not people


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecognizedColumns:
    """What a table's columns seem to be.

    Parameters
    ----------
    code, name
        The column, or None where none or several fit equally well.
    population, urban, rural
        Column of residents by year.
    candidates
        For ``"code"`` and ``"name"``: every column that could be it, best first.
    """

    code: str | None
    name: str | None
    population: Mapping[int, str]
    urban: Mapping[int, str]
    rural: Mapping[int, str]
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def recognize_columns(frame: pd.DataFrame) -> RecognizedColumns:
    """Recognise code, name and population columns by their names (English, Chinese) and their contents.

    Nothing is guessed: where two columns fit equally well, the field is None and both are candidates.

    Parameters
    ----------
    frame
        A table, one row per unit; column ``geometry`` is passed over.

    Returns
    -------
    RecognizedColumns
        Columns as they are named in `frame`. Where two columns claim one year's population, that year is left out.

    Examples
    --------
    >>> table = pd.DataFrame({"区划代码": ["110101"], "名称": ["东城区"], "常住人口2020": [708829]})
    >>> found = recognize_columns(table)
    >>> found.code, found.name, dict(found.population)
    ('区划代码', '名称', {2020: '常住人口2020'})
    """
    columns = [str(column) for column in frame.columns if str(column) != "geometry"]
    table = frame.set_axis([str(column) for column in frame.columns], axis=1)
    code_scores = {column: _code_score(column, table[column]) for column in columns}
    codes = _ranked(code_scores)
    code = _winner(code_scores)
    name_scores = {column: _name_score(column, table[column]) for column in columns if column != code}
    counts = [column for column in columns if column != code and _is_count(table[column])]
    return RecognizedColumns(
        code=code,
        name=_winner(name_scores),
        population=_by_year([column for column in counts if _is_population(column, table[column])]),
        urban=_by_year([c for c in counts if URBAN.search(c) and not RURAL.search(c) and not NOT_A_COUNT.search(c)]),
        rural=_by_year([c for c in counts if RURAL.search(c) and not URBAN.search(c) and not NOT_A_COUNT.search(c)]),
        candidates={"code": codes, "name": _ranked(name_scores)},
    )


def _position(column: str, names: tuple[str, ...]) -> int | None:
    plain = column.strip().lower()
    return names.index(plain) if plain in names else None


def _digits(values: pd.Series) -> pd.Series:
    return values.dropna().astype(str).str.strip().str.replace(r"\.0+$", "", regex=True)


def _code_score(column: str, values: pd.Series) -> float:
    text = _digits(values)
    by_name = _position(column, CODE_NAMES)
    if text.empty:
        return 0.0
    if text.nunique() < MOSTLY * len(text):
        # A code that stands twice is a fault to be told, not a reason to overlook the column.
        return 0.0 if by_name is None else 0.1
    by_content = text.str.fullmatch(ADCODE).mean() >= MOSTLY
    like_code = text.str.fullmatch(r"[A-Za-z]{0,3}[\d.\-]+").mean() >= MOSTLY
    if by_content and by_name is None and POPULATION.search(column):
        return 0.0  # counts of six digits may look like codes
    score = 2.0 * by_content
    if by_name is not None and (like_code or by_content or text.str.len().max() <= 12):  # noqa: PLR2004 - a short word
        score += 1.0 + (len(CODE_NAMES) - by_name) / len(CODE_NAMES)
    return score


def _name_score(column: str, values: pd.Series) -> float:
    if pd.api.types.is_numeric_dtype(values):
        return 0.0
    text = values.dropna().astype(str).str.strip()
    if text.empty or text.str.fullmatch(r"[\d.,\s]*").mean() > 1 - MOSTLY:
        return 0.0
    by_name = _position(column, NAME_NAMES)
    distinct = text.nunique() / len(text)
    # Names may repeat (two counties of one name), a province column repeats far more.
    return (0.0 if by_name is None else 1.0 + (len(NAME_NAMES) - by_name) / len(NAME_NAMES)) + 0.5 * (
        distinct >= MOSTLY
    )


def _ranked(scores: Mapping[str, float]) -> tuple[str, ...]:
    fitting = [column for column, score in scores.items() if score > 0]
    return tuple(sorted(fitting, key=lambda column: -scores[column]))


def _winner(scores: Mapping[str, float]) -> str | None:
    ranked = _ranked(scores)
    if not ranked or (len(ranked) > 1 and scores[ranked[0]] == scores[ranked[1]]):
        return None
    return ranked[0]


def _is_count(values: pd.Series) -> bool:
    numbers = pd.to_numeric(values.astype(str).str.replace(r"[,，\s]", "", regex=True), errors="coerce")
    return bool(numbers.notna().mean() >= MOSTLY) and not bool((numbers < 0).mean() > 1 - MOSTLY)


def _is_population(column: str, values: pd.Series) -> bool:
    if URBAN.search(column) or RURAL.search(column) or NOT_A_COUNT.search(column):
        return False
    if POPULATION.search(column):
        return True
    numbers = pd.to_numeric(values, errors="coerce")
    bare_year = YEAR.fullmatch(column.strip().removesuffix("年")) is not None
    return bare_year and bool(numbers.median() >= SMALLEST_TABLE_OF_YEARS)


def _by_year(columns: list[str]) -> dict[int, str]:
    claims: dict[int, list[str]] = {}
    for column in columns:
        found = YEAR.search(column)
        if found:
            claims.setdefault(int(found.group()), []).append(column)
    return {year: claims[year][0] for year in sorted(claims) if len(claims[year]) == 1}
