"""County economies beside the study of Northeast China: printed figures of other concepts, shown and never scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.studies.compare import beside

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["compare_county_economy", "compare_county_finance"]

_PERCENT = 100
OTHER_CONCEPT = "ours are workers by industry in the census sample, theirs another count of employment: never scored"


def compare_county_economy(theirs: pd.DataFrame, *, years: Sequence[int]) -> pd.DataFrame:
    """Set the share of workers outside agriculture in counties beside the printed figures of county economies.

    Parameters
    ----------
    theirs
        ``geo_urban.datasets.published("county_economy")``.
    years
        Census years.

    Returns
    -------
    pandas.DataFrame
        See `geo_urban.studies.compare.beside`; ours is of the last year. Nothing is compared.
    """
    from geo_urban.datasets import census_panel, province_groups, sector_workers
    from geo_urban.datasets.places_apart import NOT_COUNTIES

    year = years[-1]
    panel = census_panel()
    names = province_groups().set_index("name")["name_en"]
    counties = panel[~panel["unit_type"].isin(NOT_COUNTIES)]
    sums = sector_workers(year).loc[counties.index].groupby(counties["province"].map(names)).sum()
    shares = (1 - sums[f"workers_agriculture_{year}"] / sums[f"workers_{year}"]) * _PERCENT
    printed = theirs[theirs["group"].isin(shares.index) & (theirs["measure"] == "nonfarm_employment_share")]
    mine = printed[["measure", "group", "year"]].assign(
        value=printed["group"].map(shares).astype(float), our_year=str(year)
    )
    return beside(mine, theirs, reasons={("nonfarm_employment_share", None, None): OTHER_CONCEPT})


def compare_county_finance(theirs: pd.DataFrame) -> pd.DataFrame:
    """Set the ratios that follow from the printed revenue and expenditure beside the printed ratios of other provinces.

    Parameters
    ----------
    theirs
        ``geo_urban.datasets.published("county_finance")``.

    Returns
    -------
    pandas.DataFrame
        See `geo_urban.studies.compare.beside`; of the years for which a ratio is printed.
    """
    from geo_urban.datasets import published_series
    from geo_urban.shrinkage import fiscal_ratio

    printed = theirs[theirs["measure"] == "fiscal_ratio"]
    revenue, expenditure = (published_series("county_finance", name) for name in ("revenue", "expenditure"))
    rows = [
        {"measure": "fiscal_ratio", "group": group, "year": str(year), "value": ratio * _PERCENT}
        for group in revenue.columns
        for year, ratio in fiscal_ratio(revenue[group], expenditure[group]).items()
        if str(year) in set(printed["year"])
    ]
    return beside(pd.DataFrame(rows), printed)
