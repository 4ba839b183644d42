"""Printed figures as series: one line per group, one point per year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.checks import listed, nearest_name
from geo_urban.datasets.published_figures import published
from geo_urban.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["published_series"]


def published_series(table: str, measure: str) -> pd.DataFrame:
    """Return one printed indicator as a series per group.

    Parameters
    ----------
    table
        Name of a published table, as of `published`.
    measure
        One of its measures, e.g. ``"revenue"`` of ``"county_finance"``.

    Returns
    -------
    pandas.DataFrame
        Index `year` (whole numbers, ascending), one column per group in the order of print; missing where a year is not
        printed. Periods and figures without a year are left out. `attrs` hold `unit`, `concept` and `source`.

    Raises
    ------
    InputError
        If there is no such table or measure, or it is printed for no single year.

    Examples
    --------
    >>> series = published_series("county_finance", "revenue")
    >>> series.loc[[2010, 2019], "Heilongjiang"].tolist()
    [16354.0, 29965.0]
    """
    figures = published(table)
    measures = list(dict.fromkeys(figures["measure"]))
    if measure not in measures:
        raise InputError(
            "`measure` is {measure}, which table {table} does not print; it has {known}. "
            "Take one of them, e.g. {near}.",
            measure=measure,
            table=table,
            known=listed(measures, most=len(measures)),
            near=nearest_name(measure, measures) or measures[0],
        )
    rows = figures[(figures["measure"] == measure) & figures["year"].str.fullmatch(r"\d{4}")]
    if rows.empty:
        raise InputError(
            "{measure} of table {table} is printed for no single year, so there is no series. "
            "See the figures themselves: `published({table!r})`.",
            measure=measure,
            table=table,
        )
    series = rows.assign(year=rows["year"].astype(int)).pivot_table(index="year", columns="group", values="value")
    series = series[list(dict.fromkeys(rows["group"]))].rename_axis(columns=None)
    series.attrs = {key: rows[key].iloc[0] for key in ("unit", "concept", "source")}
    return series
