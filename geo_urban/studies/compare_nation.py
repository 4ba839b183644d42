"""Loss of the whole country beside figures that others published: each on its own base, none a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import require_columns
from geo_urban.studies.compare import beside

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["compare_national_change"]

NOT_COUNTY_LEVEL = frozenset(
    {"district", "city without districts", "development zone", "administrative area", "special district"}
)
"""Types of unit that are no county, county-level city, banner or forest area."""

_MILLION = 1_000_000
_PERCENT = 100
_UNITS = {"losing_share": "%", "change": "million persons"}
_PERIOD = "2010-2020"
_ALL = "county-level units"
_COUNTIES = "counties and county-level cities"
_PROPER = "counties without county-level cities"
_BY_CODE = "counties and county-level cities, joined by code alone"

_REASONS: dict[tuple[str | None, ...], str] = {
    ("losing_share", _ALL, None): (
        "the printed share is rounded and its base is not stated; ours counts all comparable units, districts "
        "included, of which parts were joined where divisions changed"
    ),
    ("change", _COUNTIES, None): (
        "ours holds only units that were counties or county-level cities in both censuses, on the same land; the "
        "source does not say how it treats counties that became districts, townships that moved, and development "
        "zones that the census counts apart. Joined by code alone the loss is larger: see its own row"
    ),
}


def compare_national_change(
    units: pd.DataFrame, theirs: pd.DataFrame, *, census: Mapping[int, pd.DataFrame], years: tuple[int, int]
) -> pd.DataFrame:
    """Set the share of units that lost residents, and the change of counties, beside published figures.

    Parameters
    ----------
    units
        Comparable units of the whole country: columns ``population_<year>`` and ``members_<year>`` (codes joined by
        ``;``), index code.
    theirs
        ``geo_urban.datasets.published("national_change")``.
    census
        The units of each census as published: columns `unit_type` and `population`, index code.
    years
        The two years.

    Returns
    -------
    pandas.DataFrame
        See `geo_urban.studies.compare.beside`: the two published figures, then ours on other bases, which show how much
        hangs on them. Shares in percent, residents in millions.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    """
    start, end = (f"population_{year}" for year in years)
    members = [f"members_{year}" for year in years]
    require_columns(units, [start, end, *members], argument="units")
    change = units[end] - units[start]
    pure = _of_types(units, census, years, NOT_COUNTY_LEVEL)
    proper = _of_types(units, census, years, NOT_COUNTY_LEVEL | {"county-level city"})
    by_code = _joined_by_code(census, years)
    rows = [
        _figure("losing_share", _ALL, (change < 0).mean() * _PERCENT),
        _figure("change", _COUNTIES, change[pure].sum() / _MILLION),
        _figure("losing_share", _COUNTIES, (change[pure] < 0).mean() * _PERCENT),
        _figure("losing_share", _PROPER, (change[proper] < 0).mean() * _PERCENT),
        _figure("change", _PROPER, change[proper].sum() / _MILLION),
        _figure("change", _ALL, change.sum() / _MILLION),
        _figure("losing_share", _BY_CODE, (by_code < 0).mean() * _PERCENT),
        _figure("change", _BY_CODE, by_code.sum() / _MILLION),
    ]
    table = beside(pd.DataFrame(rows), theirs, reasons=_REASONS)
    return table.assign(unit=table["measure"].map(_UNITS))  # ours alone have no printed unit


def _figure(measure: str, group: str, value: float) -> dict[str, object]:
    return {"measure": measure, "group": group, "year": _PERIOD, "value": float(value)}


def _of_types(
    units: pd.DataFrame, census: Mapping[int, pd.DataFrame], years: tuple[int, int], other: frozenset[str]
) -> pd.Series:
    """Return which units have no member of the other types in either year."""
    inside = pd.Series(True, index=units.index)
    for year in years:
        strange = set(census[year].index[census[year]["unit_type"].isin(other)])
        members = units[f"members_{year}"].map(lambda codes: codes.split(";") if isinstance(codes, str) else codes)
        inside &= members.map(lambda codes, strange=strange: strange.isdisjoint(codes)).astype(bool)
    return inside


def _joined_by_code(census: Mapping[int, pd.DataFrame], years: tuple[int, int]) -> pd.Series:
    """Return the change of counties and county-level cities that bear one code in both censuses."""
    counties = [census[year][~census[year]["unit_type"].isin(NOT_COUNTY_LEVEL)]["population"] for year in years]
    both = counties[0].index.intersection(counties[1].index)
    return counties[1].reindex(both) - counties[0].reindex(both)
