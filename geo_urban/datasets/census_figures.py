"""Census figures of every county-level unit of China's mainland in 2010 and 2020, as published."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import IO, Literal

import pandas as pd

from geo_urban.checks import nearest_name
from geo_urban.errors import InputError

__all__ = ["CENSUS_YEARS", "census", "census_columns", "census_corrections", "census_totals"]

CENSUS_YEARS = (2010, 2020)
"""The censuses the package holds."""

URBAN_AREA_SINCE = 2020

_TEXT = frozenset({"adcode", "name", "province", "prefecture", "unit_type", "code", "level", "printed"})
_SHARES = frozenset({"minority_share", "schooling_years"})
_KNOWN_FOR_SOME = frozenset({"urban_area"})


def census(year: int) -> pd.DataFrame:
    """Return every unit of one census with its figures, as the county yearbook prints them.

    A unit is a county, a district, a county-level city or what the yearbook counts beside them: development zones
    under a management committee, areas under an office of a prefecture, and cities without districts (Dongguan,
    Zhongshan, Jiayuguan; Sanya in 2010, Danzhou in 2020). Nobody is counted twice and nobody is left out: the units
    add up to the nation, to every province and to every prefecture. Boundaries differ between the years; comparable
    units are made by `census_panel`. Taiwan, Hong Kong and Macau are not part of these censuses, and servicemen and
    people whose residence is unclear are not assigned to a unit.

    Parameters
    ----------
    year
        2010 or 2020.

    Returns
    -------
    pandas.DataFrame
        One row per unit, sorted by the index `adcode` (six characters): the official code; for a unit that the
        yearbook prints without one, the four digits of its prefecture, ``Z`` (development zone) or ``X``
        (administrative area) and a serial. Columns `name`, `province`, `prefecture`, `unit_type`, then the figures
        that `census_columns` explains. Counts are integers; `urban_area` [persons] exists in 2020 for cities that
        count whole and is missing for all other units.

    Raises
    ------
    InputError
        If there is no such census.

    See Also
    --------
    census_totals : What the yearbook prints for provinces and prefectures.
    census_corrections : Every row and cell that was put right, and why.

    Notes
    -----
    Misprints are corrected only where printed sums or the other census prove them; the reviewed table of
    `census_corrections` holds each, and `CENSUS.md` beside the tables tells how they were found.

    References
    ----------
    National Bureau of Statistics of China: Tabulation on the 2010 (2020) Population Census of China by County,
    digitised by L. Dong, R. Du and Y. Liu, "Mapping evolving population geography in China", 2022 (MIT License).

    Examples
    --------
    >>> int(census(2020)["population"].sum())
    1409778724
    >>> harbin = census(2010).loc[["230108", "230109", "230110"], ["name", "population"]]
    >>> harbin["population"].tolist()
    [190253, 236848, 916408]
    """
    _require_year(year)
    return _read(f"census_{year}.csv", index="adcode").copy()


def census_totals(year: int, *, level: Literal["province", "prefecture"] = "province") -> pd.DataFrame:
    """Return the totals of provinces (and the nation) or of prefectures, as the yearbook prints them.

    They are the yardstick for `census`, not its sums. What a prefecture is here follows the book: municipalities have
    one row for districts and one for counties, and units that answer to their province share one row.

    Parameters
    ----------
    year
        2010 or 2020.
    level
        ``"province"``: 31 provinces (``110000`` …) and the nation (``000000``); ``"prefecture"``: codes ending in 00.

    Returns
    -------
    pandas.DataFrame
        Sorted by the index `code`; columns `level`, `name`, `printed` (``"no"`` where the book leaves the row out and
        it is a sum: the nation in 2010, the one directly administered city of Henan in 2020), then the figures that
        `census_columns` explains. `urban_area` [persons] of prefectures is the urban area of their own districts.

    Raises
    ------
    InputError
        If there is no such census or no such level.

    Examples
    --------
    >>> census_totals(2010).loc["000000", ["population", "urban"]].tolist()
    [1332810869, 670005546]
    """
    _require_year(year)
    levels = {"province": ["nation", "province"], "prefecture": ["prefecture"]}
    if level not in levels:
        raise InputError(
            "`level` is {level!r}, but totals are printed for provinces and for prefectures. Pass {near!r}.",
            level=level,
            near=nearest_name(str(level), list(levels)) or "province",
        )
    totals = _read("census_totals.csv", index="code")
    kept = totals[(totals["year"] == year) & totals["level"].isin(levels[level])].drop(columns="year")
    return kept if year == URBAN_AREA_SINCE else kept.drop(columns="urban_area")


def census_columns(year: int | None = None) -> pd.DataFrame:
    """Return what each census column means, its unit, and the heading it has in the yearbook.

    Some concepts changed between the censuses; `meaning` says which figures may be compared.

    Parameters
    ----------
    year
        Only the columns that this census has; None for all.

    Returns
    -------
    pandas.DataFrame
        One row per figure, index `column`: `unit` (``"persons"``, ``"households"``, ``"share"``, ``"years"``),
        `label`, `label_zh`, `meaning`, `printed_2010` and `printed_2020` (heading; "first … last" for columns that
        were added up, missing where the census has no such figure).

    Raises
    ------
    InputError
        If there is no such census.

    Examples
    --------
    >>> census_columns().loc["urban_area", "label_zh"]
    '城区人口'
    """
    with _open("census_columns.csv") as file:
        columns = pd.read_csv(file, dtype="str", index_col="column")
    if year is None:
        return columns
    _require_year(year)
    return columns[columns[f"printed_{year}"].notna()]


def census_corrections(*, status: Literal["accepted", "rejected"] | None = "accepted") -> pd.DataFrame:
    """Return the reviewed table of corrections to the digitised yearbooks, each with its reason.

    Parameters
    ----------
    status
        ``"accepted"`` corrections are in the tables; ``"rejected"`` ones were suspected, examined and left as printed;
        None for both.

    Returns
    -------
    pandas.DataFrame
        `year`, `row` (of the workbook), `printed_code`, `printed_name`, `kind` (``"code"``, ``"name"``,
        ``"figures"``: all figures of the unit stand in the row `corrected`, ``"cell"``), `column`, `printed`,
        `corrected`, `status`, `reason`. Text is empty where nothing is printed.

    Raises
    ------
    InputError
        If there is no such status.

    Examples
    --------
    >>> corrections = census_corrections()
    >>> corrections.loc[corrections["kind"] == "figures", "printed_name"].tolist()
    ['平房区', '松北区', '香坊区', '伊宁市', '奎屯市']
    """
    if status not in {"accepted", "rejected", None}:
        raise InputError("`status` is {status!r}. Pass 'accepted', 'rejected', or None for both.", status=status)
    with _open("census_corrections.csv") as file:
        lines = pd.read_csv(file, dtype={"year": "int64", "row": "int64"} | _AS_PRINTED, keep_default_na=False)
    return lines if status is None else lines[lines["status"] == status].reset_index(drop=True)


_AS_PRINTED = dict.fromkeys(
    ("printed_code", "printed_name", "kind", "column", "printed", "corrected", "status", "reason"), "str"
)


def _require_year(year: int) -> None:
    if year not in CENSUS_YEARS:
        raise InputError(
            "`year` is {year}, but the package holds the censuses of 2010 and 2020. "
            "Pass one of them, or read a panel of your own, e.g. `geo_urban.io.read_panel(path)`.",
            year=year,
        )


def _open(name: str) -> IO[str]:
    return (files("geo_urban.datasets") / "figures" / name).open(encoding="utf-8")


@cache
def _read(name: str, *, index: str) -> pd.DataFrame:
    with _open(name) as file:
        header = file.readline().strip().split(",")
    with _open(name) as file:
        return pd.read_csv(file, dtype={column: _dtype(column) for column in header}, index_col=index)


def _dtype(column: str) -> str:
    if column in _TEXT:
        return "str"
    if column in _SHARES:
        return "float64"
    return "Int64" if column in _KNOWN_FOR_SOME else "int64"
