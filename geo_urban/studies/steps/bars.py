"""Bars of a table for the study page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.presentation import Bars

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

__all__ = ["bars_of"]


def bars_of(
    table: pd.DataFrame,
    series: Mapping[str, str],
    *,
    name: str,
    title: str,
    unit: str = "",
    scale: float = 1.0,
    decimals: int = 0,
    without: Collection[str] = (),
) -> tuple[Bars, ...]:
    """Return bars of some columns of a table.

    Parameters
    ----------
    table
        One row per group.
    series
        Per column the words for it, in the order of the bars.
    name, title, unit, scale, decimals
        As in `geo_urban.presentation.Bars`.
    without
        Rows to leave out, e.g. a total that would dwarf the others.

    Returns
    -------
    tuple of Bars
        One, or none where the table has none of the columns or no row is left.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"units": [3, 4]}, index=["a", "total"])
    >>> bars_of(table, {"units": "Units"}, name="n", title="t", without=("total",))[0].table.to_dict()
    {'Units': {'a': 3}}
    """
    rows = table.index[~table.index.isin(list(without))]
    present = [column for column in series if column in table.columns]
    if not present or rows.empty:
        return ()
    shown = table.loc[rows, present].rename(columns=dict(series))
    return (Bars(name=name, title=title, table=shown, unit=unit, scale=scale, decimals=decimals),)
