"""Whether the towns of a county hold its people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.figures import figure_columns
from geo_urban.hierarchy.urbanization import urbanization_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["town_share"]

_POINTS = 100.0


def town_share(
    units: pd.DataFrame,
    *,
    years: Sequence[int] = (2010, 2020),
    urban: str = "urban_{year}",
    total: str = "population_{year}",
) -> pd.DataFrame:
    """Compute the share of a county's residents who live in its towns, per year, and its change.

    It is the urbanization rate of the county, read as an upper bound of what the county seat holds: the seat is one of
    the towns. How many live in the seat itself is not in a county census.

    Parameters
    ----------
    units
        One row per county with urban and all residents of each year. Missing figures give missing shares, and so does
        a county without residents.
    years
        Years in the columns' names, ascending.
    urban, total
        Names of the columns, with ``{year}`` in the place of the year.

    Returns
    -------
    pandas.DataFrame
        On the same index: `town_share_<year>` as fractions, `town_share_change_points` [percentage points from the
        first to the last year], `town_residents_change` and `other_residents_change` [persons]: a share that rises
        because the villages empty is told from one that rises because the towns grow.

    Raises
    ------
    InputError
        If a column is missing or has a fault, or urban residents exceed all.
    InsufficientDataError
        If there are no rows.

    Notes
    -----
    share = urban / total. O(n).

    Examples
    --------
    Towns kept their 30 while villages fell from 70 to 30: the share rises by 20 points and nobody came.

    >>> counties = pd.DataFrame({"urban_2010": [30], "population_2010": [100],
    ...                          "urban_2020": [30], "population_2020": [60]}, index=["230231"])
    >>> town_share(counties).loc["230231"].round(2).tolist()
    [0.3, 0.5, 20.0, 0.0, -40.0]
    """
    columns = [name.format(year=year) for year in years for name in (urban, total)]
    counts = figure_columns(units, columns, argument="units")
    shares = {
        f"town_share_{year}": urbanization_rate(counts[urban.format(year=year)], counts[total.format(year=year)])
        for year in years
    }
    table = pd.DataFrame(shares)
    first, last = years[0], years[-1]
    towns = counts[urban.format(year=last)] - counts[urban.format(year=first)]
    people = counts[total.format(year=last)] - counts[total.format(year=first)]
    return table.assign(
        town_share_change_points=(table[f"town_share_{last}"] - table[f"town_share_{first}"]) * _POINTS,
        town_residents_change=towns,
        other_residents_change=people - towns,
    )
