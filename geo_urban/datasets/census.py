"""Census figures of every county-level unit of China's mainland, 2010 and 2020, as published."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import pandas as pd

from geo_urban.checks import nearest_name
from geo_urban.errors import InputError

__all__ = ["CENSUS_YEARS", "census", "census_totals"]

CENSUS_YEARS = (2010, 2020)

_TEXT = ("adcode", "name", "province", "prefecture", "unit_type", "code", "level", "printed")
_SHARES = ("minority_share", "schooling_years")
_SOMETIMES_UNKNOWN = ("urban_area",)


def census(year: int) -> pd.DataFrame:
    """Return every unit of one census with its figures."""
    _require_year(year)
    return _read(f"census_{year}.csv", index="adcode").copy()


def census_totals(year: int, *, level: Literal["province", "prefecture"] = "province") -> pd.DataFrame:
    """Return the totals that the yearbook prints."""
    _require_year(year)
    if level not in {"province", "prefecture"}:
        raise InputError(
            "`level` is {level!r}, but totals are printed for provinces and prefectures. Use {near!r}.",
            level=level,
            near=nearest_name(str(level), ["province", "prefecture"]) or "province",
        )
    totals = _read("census_totals.csv", index="code")
    kept = {"prefecture": ["prefecture"], "province": ["nation", "province"]}[level]
    return totals[(totals["year"] == year) & totals["level"].isin(kept)].drop(columns="year")


def _require_year(year: int) -> None:
    if year not in CENSUS_YEARS:
        raise InputError(
            "`year` is {year}, but the package holds the censuses of 2010 and 2020. "
            "Pass one of them, or read your own panel with `geo_urban.io.read_panel`.",
            year=year,
        )


@cache
def _read(name: str, *, index: str) -> pd.DataFrame:
    path = files("geo_urban.datasets") / "figures" / name
    with path.open(encoding="utf-8", newline="") as file:
        header = file.readline().strip().split(",")
    dtypes = {column: _dtype(column) for column in header}
    with path.open(encoding="utf-8", newline="") as file:
        return pd.read_csv(file, dtype=dtypes, index_col=index)


def _dtype(column: str) -> str:
    if column in _TEXT:
        return "str"
    if column in _SHARES:
        return "float64"
    return "Int64" if column in _SOMETIMES_UNKNOWN else "int64"
