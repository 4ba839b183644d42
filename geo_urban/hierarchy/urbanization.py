"""How urban regions are, and how fast they become so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.figures import figure_columns, group_labels, paired_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "UrbanizationIncrements",
    "urbanization_gaps",
    "urbanization_increments",
    "urbanization_rate",
    "urbanization_table",
]

_POINTS = 100.0  # a rate of 0.01 is one percentage point
_FEWEST_YEARS = 2


def urbanization_rate(urban: pd.Series, total: pd.Series) -> pd.Series:
    """Divide urban residents by all residents.

    Parameters
    ----------
    urban
        Urban residents per unit [persons]. Missing stays missing.
    total
        All residents of the same units [persons], paired by index. A unit without residents has no rate (NaN).

    Returns
    -------
    pandas.Series
        `urbanization_rate` as a fraction, on the index of `urban`.

    Raises
    ------
    InputError
        If the series describe different units, a value is not numeric, negative or infinite, or more residents are
        urban than there are.

    Notes
    -----
    rate = urban / total. What counts as urban is the census's rule, which changes between censuses. O(n).

    Examples
    --------
    Liaoning 2020: 30,725,976 of 42,591,407 residents.

    >>> urbanization_rate(pd.Series({"210000": 30_725_976}), pd.Series({"210000": 42_591_407})).round(4)
    210000    0.7214
    Name: urbanization_rate, dtype: float64
    """
    towns, people = paired_figures(urban=urban, total=total)
    over = towns > people
    if over.any():
        raise InputError(
            "`urban` exceeds `total` at {codes}, so the two do not count the same units. Compare their sources.",
            codes=listed(towns.index[over]),
        )
    return (towns / people.where(people > 0)).rename("urbanization_rate")


def urbanization_table(
    units: pd.DataFrame,
    *,
    by: str | None = None,
    years: Sequence[int] = (2010, 2020),
    urban: str = "urban_{year}",
    total: str = "population_{year}",
) -> pd.DataFrame:
    """Compute the urbanization rate of each group and year.

    Parameters
    ----------
    units
        One row per unit with urban and all residents of each year. A unit that lacks a figure of any year is left out
        of every year, so that the years stay comparable.
    by
        Column that groups the units, e.g. a macro-region; None for the total only.
    years
        Years in the columns' names.
    urban, total
        Names of the columns, with ``{year}`` in the place of the year.

    Returns
    -------
    pandas.DataFrame
        Rates as fractions: one row per group in order of appearance, then ``"total"``; one column per year.

    Raises
    ------
    InputError
        If a column is missing or has a fault, a unit belongs to no group, or urban residents exceed all.
    InsufficientDataError
        If there are no rows, or no unit has all figures.

    Notes
    -----
    The rate of a group is the sum of its urban residents over the sum of its residents, not a mean of rates. O(n).

    Examples
    --------
    >>> units = pd.DataFrame({"region": ["A", "A"], "urban_2010": [10, 40], "population_2010": [50, 50],
    ...                       "urban_2020": [20, 45], "population_2020": [40, 60]}, index=["1", "2"])
    >>> urbanization_table(units, by="region")
            2010  2020
    region
    A        0.5  0.65
    total    0.5  0.65
    """
    columns = [name.format(year=year) for year in years for name in (urban, total)]
    counts = figure_columns(units, columns, argument="units")
    known = counts.notna().all(axis=1)
    if not known.any():
        raise InsufficientDataError(
            "no unit has urban and total residents of every year ({years}), so no rate can be compared. "
            "Check that the panel and the units share their codes.",
            years=listed(years),
        )
    counts = counts[known]
    sums = counts.sum().to_frame("total").T
    if by is not None:
        groups = group_labels(units, by, argument="units")[known]
        sums = pd.concat([counts.groupby(groups, sort=False, observed=True).sum(), sums])
    rates = {year: urbanization_rate(sums[urban.format(year=year)], sums[total.format(year=year)]) for year in years}
    return pd.DataFrame(rates).rename_axis(by or "units")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UrbanizationIncrements:
    """How fast regions urbanize, and how far they stand from a reference.

    Parameters
    ----------
    rates
        Rates as fractions, one row per region and one column per year.
    increments
        Percentage points a year gained since the column before; no column for the first year.
    mean_increment
        Percentage points a year from the first to the last rate, per region.
    gaps
        Rate minus the reference's in percentage points, or None without a reference.
    reference
        Region the gaps are measured from.
    """

    rates: pd.DataFrame
    increments: pd.DataFrame
    mean_increment: pd.Series
    gaps: pd.DataFrame | None
    reference: str | None

    def summary(self) -> pd.DataFrame:
        """Return first and last rate, mean increment and gaps of each region.

        Returns
        -------
        pandas.DataFrame
            On the regions' index: `rate_first`, `rate_last` [fractions], `mean_increment_points` [points a year],
            `fastest_year`, and with a reference `gap_first_points`, `gap_last_points`, `gap_change_points`.
        """
        table = pd.DataFrame(
            {
                "rate_first": self.rates.iloc[:, 0],
                "rate_last": self.rates.iloc[:, -1],
                "mean_increment_points": self.mean_increment,
                "fastest_year": _fastest(self.increments),
            }
        )
        if self.gaps is not None:
            table["gap_first_points"] = self.gaps.iloc[:, 0]
            table["gap_last_points"] = self.gaps.iloc[:, -1]
            table["gap_change_points"] = self.gaps.iloc[:, -1] - self.gaps.iloc[:, 0]
        return table


def urbanization_increments(rates: pd.DataFrame, *, reference: str | None = None) -> UrbanizationIncrements:
    """Compute how many percentage points regions gain each year, and their gap to a reference.

    Parameters
    ----------
    rates
        Urbanization rates as fractions: one row per region, one column per year (numbers, ascending), e.g. from
        `urbanization_table` or a published series. Years need not be consecutive; an increment is per year. A missing
        rate makes the increments on both sides missing.
    reference
        Region the others are compared with, e.g. ``"nation"``.

    Returns
    -------
    UrbanizationIncrements
        Increments, their mean, gaps, and `summary`.

    Raises
    ------
    InputError
        If the columns are not ascending years, a rate is not a fraction between 0 and 1, or the reference is unknown.
    InsufficientDataError
        If there are fewer than two years, or no region.

    Notes
    -----
    increment(t) = 100 (r(t) − r(s)) / (t − s) with s the year before t in the table; the mean increment takes the first
    and last year. O(regions × years).

    Examples
    --------
    The northeast as printed for 2015, 2016 and 2020:

    >>> rates = pd.DataFrame({2015: [0.6290], 2016: [0.6376], 2020: [0.6771]}, index=["northeast"])
    >>> result = urbanization_increments(rates)
    >>> result.increments.round(2)
               2016  2020
    northeast  0.86  0.99
    >>> result.mean_increment.round(2).to_dict()
    {'northeast': 0.96}
    """
    years = _require_rates(rates)
    if reference is not None and reference not in rates.index:
        regions = [str(name) for name in rates.index]
        raise InputError(
            "`reference` is {reference}, but `rates` has the regions {regions}. Take one of them, e.g. {near}.",
            reference=reference,
            regions=listed(regions),
            near=nearest_name(reference, regions) or regions[0],
        )
    spans = pd.Series(np.diff(years), index=rates.columns[1:])
    increments = rates.diff(axis=1).iloc[:, 1:].mul(_POINTS).div(spans, axis=1)
    whole = (rates.iloc[:, -1] - rates.iloc[:, 0]) * _POINTS / (years[-1] - years[0])
    gaps = None if reference is None else (rates - rates.loc[reference]) * _POINTS
    return UrbanizationIncrements(
        rates=rates.copy(),
        increments=increments,
        mean_increment=whole.rename("mean_increment_points"),
        gaps=gaps,
        reference=reference,
    )


def urbanization_gaps(rates: pd.DataFrame, *, leave_out: Sequence[str] = ("total",)) -> pd.DataFrame:
    """Find the least and the most urbanized region of each year, and how far they are apart.

    Whether regions converge: the gap between two named regions is in `urbanization_increments` with a `reference`.

    Parameters
    ----------
    rates
        As in `urbanization_increments`; one year is enough. A region without a rate of a year is out of that year.
    leave_out
        Rows that are no regions, e.g. the total; names that are not there do not matter.

    Returns
    -------
    pandas.DataFrame
        Index `year`; `lowest`, `highest` (regions; the first of equal ones), `lowest_rate`, `highest_rate` [fractions],
        `gap_points` [percentage points] and `spread_points` (unweighted standard deviation, points).

    Raises
    ------
    InputError
        If a rate is not a fraction between 0 and 1.
    InsufficientDataError
        If no year has two regions with a rate.

    Notes
    -----
    gap = 100 (max r − min r). O(regions × years).

    Examples
    --------
    Printed rates of 2015 and 2020:

    >>> rates = pd.DataFrame({2015: [0.6534, 0.4958], 2020: [0.7076, 0.5727]}, index=["east", "west"])
    >>> urbanization_gaps(rates)[["lowest", "highest", "gap_points"]].round(2)
         lowest highest  gap_points
    year
    2015   west    east       15.76
    2020   west    east       13.49
    """
    regions = rates.drop(index=[name for name in leave_out if name in rates.index]).astype(float)
    _require_fractions(regions)
    known = regions.loc[:, regions.notna().sum() >= _FEWEST_YEARS]  # a gap, too, needs two
    if known.columns.empty:
        raise InsufficientDataError(
            "no year of `rates` has two regions with a rate, so there is no gap. Take more regions, or leave out fewer."
        )
    low, high = known.min(), known.max()
    return pd.DataFrame(
        {
            "lowest": known.idxmin(),
            "highest": known.idxmax(),
            "lowest_rate": low,
            "highest_rate": high,
            "gap_points": (high - low) * _POINTS,
            "spread_points": known.std(ddof=0) * _POINTS,
        }
    ).rename_axis("year")


def _require_rates(rates: pd.DataFrame) -> list[float]:
    if len(rates.columns) < _FEWEST_YEARS or rates.empty:
        raise InsufficientDataError(
            "`rates` has {years} years of {regions} regions; an increment needs one region and two years.",
            years=len(rates.columns),
            regions=len(rates),
        )
    try:
        years = [float(year) for year in rates.columns]
    except (TypeError, ValueError):
        years = []
    if not years or not all(np.diff(years) > 0):
        raise InputError(
            "the columns of `rates` must be ascending years, since increments are per year; they are {columns}. "
            "Rename and sort them, e.g. `rates.rename(columns=int).sort_index(axis=1)`.",
            columns=listed(rates.columns),
        )
    _require_fractions(rates)
    return years


def _require_fractions(rates: pd.DataFrame) -> None:
    values = rates.to_numpy(dtype=float, na_value=np.nan)
    if ((values < 0) | (values > 1)).any():
        raise InputError(
            "`rates` must be fractions between 0 and 1; they reach {largest}. Divide percents by 100.",
            largest=float(np.nanmax(np.abs(values))),
        )


def _fastest(increments: pd.DataFrame) -> pd.Series:
    # `idxmax` refuses rows without any value.
    known = increments.dropna(how="all")
    return known.idxmax(axis=1).reindex(increments.index)
