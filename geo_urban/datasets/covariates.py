"""What may stand behind loss and growth: shares and means of both censuses on comparable units."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from geo_urban.datasets.census_figures import CENSUS_YEARS, census
from geo_urban.datasets.panel import census_panel, harmonized_census, map_codes
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_urban.datasets.regions import Region

__all__ = ["covariate_columns", "covariate_table", "sector_workers"]

# measure: (columns added up in the numerator, column or columns in the denominator)
_RATIOS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "urban_share": (("urban",), ("population",)),
    "nonfarm_share": (("workers_industry", "workers_services"), ("workers",)),
    "industry_share": (("workers_industry",), ("workers",)),
    "services_share": (("workers_services",), ("workers",)),
    "child_share": (("age_0_14",), ("population",)),
    "elderly_share": (("age_65_plus",), ("population",)),
    "illiterate_share": (("illiterate",), ("age_15_64", "age_65_plus")),
    "migrant_share": (("migrants_within_province", "migrants_from_other_provinces"), ("population",)),
    "other_province_share": (("migrants_from_other_provinces",), ("population",)),
    "household_size": (("household_population",), ("households",)),
}
# measure: columns whose sum weighs the members of a joined unit
_MEANS: dict[str, tuple[str, ...]] = {
    "schooling_years": ("age_15_64", "age_65_plus"),
    "minority_share": ("population",),
}
_WORKERS = ("workers", "workers_agriculture", "workers_industry", "workers_services")
_SAMPLE = "long-form sample, about a tenth of all households: a share with sampling error in small counties"
_MEANINGS: dict[str, tuple[str, str, str]] = {
    "urban_share": ("share", "residents of cities and towns, of all residents", ""),
    "nonfarm_share": (
        "share",
        "workers outside farming, forestry, animal husbandry and fishery (农林牧渔业), of all workers, by industry",
        _SAMPLE,
    ),
    "industry_share": ("share", "workers in mining, manufacturing, supply and construction, of all workers", _SAMPLE),
    "services_share": ("share", "workers in all other industries, of all workers", _SAMPLE),
    "child_share": ("share", "residents under 15, of all residents", ""),
    "elderly_share": ("share", "residents of 65 and over, of all residents", ""),
    "schooling_years": (
        "years",
        "mean years of schooling as printed; joined units by their residents of 15 and over",
        "2010 of residents of 15 and over, 2020 of 6 and over: compare places within a year, not the years",
    ),
    "illiterate_share": ("share", "residents who cannot read, of those of 15 and over", ""),
    "migrant_share": ("share", "residents registered in another county, of all residents", ""),
    "other_province_share": ("share", "residents registered in another province, of all residents", ""),
    "minority_share": ("share", "residents of other than Han nationality, of all residents", ""),
    "household_size": ("persons", "people in family households, per household", ""),
}


def covariate_table(
    years: int | Sequence[int] = CENSUS_YEARS, *, region: str | int | Region | None = None
) -> pd.DataFrame:
    """Return what may stand behind loss and growth, per comparable unit and census.

    Take the figures of the first census to explain what happened after it: those of the second are as much a
    consequence as a cause, since it is the young and the schooled who leave.

    Parameters
    ----------
    years
        Census years, or one.
    region
        Only units of this region (`geo_urban.datasets.region`).

    Returns
    -------
    pandas.DataFrame
        The units of `census_panel`, in its order; columns `<measure>_<year>` for each measure that
        `covariate_columns` explains. Shares are fractions. Ratios of joined units are sums over sums; means are
        weighted. A measure without anyone to measure is missing.

    Raises
    ------
    InputError
        If there is no such census or region.

    See Also
    --------
    covariate_columns : What each measure means and is not.

    Examples
    --------
    Baiquan in 2010: 4,747 of 27,971 workers in the sample were outside farming, forestry, animal husbandry and fishery.

    >>> table = covariate_table(2010, region="Heilongjiang")
    >>> round(float(table.loc["230231", "nonfarm_share_2010"]), 2)
    0.17
    """
    asked = _require_years(years)
    panel = census_panel(region=region)
    return pd.concat([_measures(year).loc[panel.index] for year in asked], axis=1)


def sector_workers(
    years: int | Sequence[int] = CENSUS_YEARS, *, region: str | int | Region | None = None
) -> pd.DataFrame:
    """Return how many workers of the long-form sample each sector has, per comparable unit and census.

    For shares of groups of units, as sums over sums. The sample is about a tenth of all households and is not
    extrapolated: take shares, never levels.

    Parameters
    ----------
    years
        Census years, or one.
    region
        Only units of this region (`geo_urban.datasets.region`).

    Returns
    -------
    pandas.DataFrame
        The units of `census_panel`, in its order; columns ``workers_<year>``, ``workers_agriculture_<year>`` (farming,
        forestry, animal husbandry, fishery: 农林牧渔业), ``workers_industry_<year>`` (mining, manufacturing, supply and
        construction), ``workers_services_<year>`` (all others) [persons in the sample], by industry of the employer.

    Raises
    ------
    InputError
        If there is no such census or region.

    See Also
    --------
    covariate_table : The shares per unit.

    Examples
    --------
    Baiquan in 2010: 27,971 workers in the sample, 23,224 of them in agriculture.

    >>> workers = sector_workers(2010, region="Heilongjiang")
    >>> workers.loc["230231", ["workers_2010", "workers_agriculture_2010"]].astype(int).tolist()
    [27971, 23224]
    """
    asked = _require_years(years)
    panel = census_panel(region=region)
    tables = [_on_map_codes(_totals(year, _WORKERS)).add_suffix(f"_{year}").loc[panel.index] for year in asked]
    return pd.concat(tables, axis=1)


def covariate_columns() -> pd.DataFrame:
    """Return what each measure of `covariate_table` means.

    Returns
    -------
    pandas.DataFrame
        Index `measure` (a column's name without the year): `unit`, `meaning`, `caution` (empty where there is none).

    Examples
    --------
    >>> covariate_columns().loc["household_size", "unit"]
    'persons'
    """
    return pd.DataFrame.from_dict(_MEANINGS, orient="index", columns=["unit", "meaning", "caution"]).rename_axis(
        "measure"
    )


def _require_years(years: int | Sequence[int]) -> list[int]:
    asked = [years] if isinstance(years, int) else list(dict.fromkeys(years))
    if not asked or not set(asked) <= set(CENSUS_YEARS):
        raise InputError(
            "`years` is {years}, but the package holds the censuses of 2010 and 2020. Pass one of them or both, "
            "or join figures of your own, e.g. `units.join(geo_urban.io.read_panel(path))`.",
            years=str(years),
        )
    return asked


@cache
def _measures(year: int) -> pd.DataFrame:
    columns = dict.fromkeys([*_MEANS, *(name for pair in _RATIOS.values() for side in pair for name in side)])
    totals = _totals(year, columns)
    measures = {name: _ratio(totals, above, below) for name, (above, below) in _RATIOS.items()}
    measures |= {name: _ratio(totals, (name,), weights) for name, weights in _MEANS.items()}
    return _on_map_codes(pd.DataFrame({f"{name}_{year}": measures[name] for name in _MEANINGS}))


def _totals(year: int, columns: Iterable[str]) -> pd.DataFrame:
    """Add up columns of a census over the members of each harmonised unit; means are weighed first."""
    harmonized, figures = harmonized_census(), census(year)
    date: Literal["t0", "t1"] = "t0" if year == CENSUS_YEARS[0] else "t1"
    whole = figures.assign(
        **{mean: figures[mean] * figures[list(weights)].sum(axis=1) for mean, weights in _MEANS.items()}
    )
    return pd.DataFrame({column: harmonized.total(whole[column], date=date) for column in columns})


def _on_map_codes(table: pd.DataFrame) -> pd.DataFrame:
    # The panel's rows are those of the harmonised units, under the codes of the map.
    return table.set_axis(pd.Index(map_codes().reindex(table.index), name="adcode"), axis=0).sort_index()


def _ratio(totals: pd.DataFrame, above: tuple[str, ...], below: tuple[str, ...]) -> pd.Series:
    people = totals[list(below)].sum(axis=1).astype(float)
    return totals[list(above)].sum(axis=1) / people.where(people > 0, np.nan)
