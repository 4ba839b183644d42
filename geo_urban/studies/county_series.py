"""Figures of several years in a study: columns whose names end in a year, gathered by group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.errors import InputError
from geo_urban.studies.covariates import require_figures

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["dated", "group_series"]

_DATED = re.compile(r"^(.*?)_?((?:1[5-9]|20)\d{2})$")


def dated(columns: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return what each column measures and its year.

    Raises
    ------
    InputError
        If a name does not end in a year.

    Examples
    --------
    >>> dated(["gdp_per_head_2019"])
    {'gdp_per_head_2019': ('gdp_per_head', 2019)}
    """
    found = {column: _DATED.match(column) for column in columns}
    for column, match in found.items():
        if match is None:
            raise InputError(
                "the column `{column}` does not end in a year, so it stands for no date. Rename it in the panel, e.g. "
                "`gdp_per_head_2019`.",
                column=column,
            )
    return {column: (match[1], int(match[2])) for column, match in found.items() if match is not None}


def group_series(units: pd.DataFrame, columns: Sequence[str], *, by: str | None) -> pd.DataFrame:
    """Return means of units by group and year, for each measure.

    Parameters
    ----------
    units
        One row per unit.
    columns
        Columns of figures whose names end in a year.
    by
        Column that gathers units; None for all together.

    Returns
    -------
    pandas.DataFrame
        Rows ``measure``, ``group``, ``year`` in order; columns `units` (that have the figure), `mean` and `median`,
        each unit counting once.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    InputError
        If a column is not numeric, or its name does not end in a year.

    Examples
    --------
    >>> units = pd.DataFrame({"gdp_2019": [20.0, 30.0], "side": ["W", "W"]})
    >>> group_series(units, ["gdp_2019"], by="side")["mean"].tolist()
    [25.0]
    >>> group_series(units, ["gdp_2019"], by=None).index.tolist()
    [('gdp', 'total', 2019)]
    """
    require_figures(units, columns, argument="panel")
    gathered = units[by] if by is not None else pd.Series("total", index=units.index)
    rows = []
    for column, (measure, year) in dated(columns).items():
        groups = units[column].groupby(gathered, sort=False, observed=True)
        table = groups.agg(["count", "mean", "median"]).rename(columns={"count": "units"})
        rows.append(table.rename_axis("group").reset_index().assign(measure=measure, year=year))
    order = ["measure", "group", "year"]
    return pd.concat(rows)[[*order, "units", "mean", "median"]].sort_values(order, kind="stable").set_index(order)
