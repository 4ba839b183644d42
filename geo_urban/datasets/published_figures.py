"""Figures printed in the two studies, to stand beside ours: copied as printed, slips included and named."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PUBLISHED_TABLES", "published"]

_FILES = (
    "city_tiers",
    "county_loss",
    "urbanization",
    "rural_outflow",
    "county_finance",
    "county_economy",
    "western_china",
    "national_change",
    "shrinking_places",
    "land_border",
)
_INCONSISTENCIES = "inconsistencies"

PUBLISHED_TABLES = (*_FILES, _INCONSISTENCIES)


def published(table: str) -> pd.DataFrame:
    """Return figures as the studies of Northeast and Western China print them.

    They are for comparison, never for calibration. Where a study contradicts itself, the figure stands as printed, the
    value its own figures give stands beside it, and the contradiction is described.

    Parameters
    ----------
    table
        ``"national_change"`` (checks by others), ``"shrinking_places"`` (the Northeast study's, named without figures),
        ``"city_tiers"`` (Northeast study, table 1), ``"county_loss"`` (table 2), ``"urbanization"`` (table 3, and the
        rates of the Western study), ``"rural_outflow"`` (section 1.3), ``"county_finance"`` (table 4),
        ``"county_economy"`` (its figures), ``"western_china"``, ``"land_border"`` (counts of several authors),
        or ``"inconsistencies"``: the figures of all tables that contradict others of the same source.

    Returns
    -------
    pandas.DataFrame
        One row per printed figure: `measure`, `group`, `group_zh`, `year` (text; ``"2010-2020"`` is a period, empty
        where the source gives none), `value` [in `unit`], `decimals` (digits printed after the point), `implied` (what
        the source's own figures give; NaN where they agree), `unit`, `concept`, `source`, `note`, `inconsistency`.
        ``"inconsistencies"`` has the column `table` in front.

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> tiers = published("city_tiers")
    >>> tiers.loc[(tiers["measure"] == "population") & (tiers["group"] == "all"), ["year", "value"]].values.tolist()
    [['2010', 7559.2], ['2020', 7153.44]]
    """
    if table == _INCONSISTENCIES:
        return _inconsistencies()
    if table not in _FILES:
        raise InputError(
            "`table` is {table}, which is none of the published tables {known}. Take one of them, e.g. {near}.",
            table=table,
            known=listed(PUBLISHED_TABLES, most=len(PUBLISHED_TABLES)),
            near=nearest_name(table, PUBLISHED_TABLES) or PUBLISHED_TABLES[0],
        )
    return _read(table)


def _read(table: str) -> pd.DataFrame:
    import pandas as pd

    path = files("geo_urban.datasets") / "figures" / f"published_{table}.csv"
    with path.open(encoding="utf-8") as stream:
        printed = pd.read_csv(stream, dtype=str, keep_default_na=False)
    decimals = printed["value"].str.partition(".")[2].str.len()
    printed.insert(list(printed.columns).index("value") + 1, "decimals", decimals.astype(int))
    return printed.assign(value=printed["value"].astype(float), implied=pd.to_numeric(printed["implied"]))


def _inconsistencies() -> pd.DataFrame:
    import pandas as pd

    frames = []
    for table in _FILES:
        rows = _read(table)
        rows.insert(0, "table", table)
        frames.append(rows[rows["inconsistency"] != ""])
    return pd.concat(frames, ignore_index=True)
