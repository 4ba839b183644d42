"""Ours beside theirs: computed tables next to printed ones, each difference with its reason.

A printed figure is never a target. Figures of other years or concepts stand in the same row without a difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns
from geo_urban.errors import AlignmentError
from geo_urban.hierarchy import urbanization_increments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_urban.hierarchy import TierResult
    from geo_urban.shrinkage import ChangeResult, OutflowResult

__all__ = ["beside", "compare_outflow", "compare_severity", "compare_tiers", "compare_urbanization"]

AGREES = "agrees to the printed digits"
OTHER_YEAR = "other years: shown side by side, not compared"
OWN_SLIP = "the printed figures contradict each other here"
NO_FIGURE = "ours has no such figure"
NOT_PRINTED = "not printed"
UNEXPLAINED = "no reason is known"

_KEYS = ["measure", "group", "year"]
_WAN = 10_000
_MILLION = 1_000_000
_PERCENT = 100


def beside(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    *,
    on: Sequence[str] = _KEYS,
    reasons: Mapping[tuple[str | None, ...], str] | None = None,
) -> pd.DataFrame:
    """Set computed figures beside printed ones and say why they differ.

    Parameters
    ----------
    ours
        One row per figure: the columns `on` and `value`, in the printed unit. With `our_year`, a figure whose year is
        not that of the key is shown and not compared.
    theirs
        One row per printed figure: the columns `on`, `value`, and where known `decimals` (digits printed), `unit`,
        `source` and `inconsistency`, as from `geo_urban.datasets.published`.
    on
        Columns that name a figure.
    reasons
        Why a figure differs: values of `on` to a sentence; None stands for any value, the first entry that fits counts.
        Used only where a figure is printed and ours differs beyond the printed digits, or is missing.

    Returns
    -------
    pandas.DataFrame
        Columns `on`, `unit`, `ours`, `our_year` if given, `theirs`, `difference` (ours − theirs; NaN where nothing is
        compared), `reason`, `inconsistency` and `source`. Printed figures first, in their order, then those that are
        ours alone.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    AlignmentError
        If a figure stands twice on one side.

    Notes
    -----
    Two figures agree if ours, rounded to the printed digits, is theirs. O((n + m) × number of reasons).

    Examples
    --------
    >>> keys = {"measure": ["cities", "cities"], "group": ["large", "small"], "year": ["2020", "2020"]}
    >>> ours = pd.DataFrame(keys | {"value": [9, 51]})
    >>> theirs = pd.DataFrame(keys | {"value": [9, 50]})
    >>> table = beside(ours, theirs, reasons={("cities", "small", None): "one more is in the census"})
    >>> table[["group", "ours", "theirs", "difference", "reason"]].values.tolist()
    [['large', 9.0, 9.0, 0.0, 'agrees to the printed digits'], ['small', 51.0, 50.0, 1.0, 'one more is in the census']]
    """
    keys = list(on)
    _require_figures(ours, keys, argument="ours")
    _require_figures(theirs, keys, argument="theirs")
    printed = theirs.rename(columns={"value": "theirs"})
    known = [column for column in ("decimals", "unit", "source", "inconsistency") if column in printed.columns]
    mine = ours.rename(columns={"value": "ours"})
    extra = ["our_year"] if "our_year" in mine.columns else []
    table = printed[[*keys, "theirs", *known]].merge(mine[[*keys, "ours", *extra]], on=keys, how="outer", sort=False)
    table = _printed_order(table, printed, keys)
    table = table.reindex(columns=[*keys, "unit", "ours", *extra, "theirs", "decimals", "inconsistency", "source"])
    table[["ours", "theirs"]] = table[["ours", "theirs"]].astype(float)
    texts = ["unit", "inconsistency", "source", *extra]
    table[texts] = table[texts].astype(object).where(table[texts].notna(), "")
    other = _other_year(table)
    # Six decimals are more than any print has, and fewer than a difference of floats shows as noise.
    difference = (table["ours"] - table["theirs"]).mask(other).round(6)
    table.insert(list(table.columns).index("theirs") + 1, "difference", difference)
    said = [_reason(row, keys, reasons or {}, other=bool(flag)) for row, flag in zip(_rows(table), other, strict=True)]
    table.insert(list(table.columns).index("difference") + 1, "reason", said)
    return table.drop(columns="decimals")


def compare_tiers(ours: TierResult, theirs: pd.DataFrame) -> pd.DataFrame:
    """Set the tiers of cities beside table 1 of the study of Northeast China.

    Parameters
    ----------
    ours
        Tiers of the cities of Liaoning, Jilin and Heilongjiang by their size in 2020, with a column `name`.
    theirs
        ``geo_urban.datasets.published("city_tiers")``.

    Returns
    -------
    pandas.DataFrame
        See `beside`; residents in 10,000, shares in percent.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    """
    require_columns(ours.units, ["name"], argument="ours.units")
    table = ours.summary().drop(index="no figure", errors="ignore").rename(index={"total": "all"})
    rows = pd.concat(
        [
            _figures(table["cities"], "cities", "2020"),
            _figures(table["population_start"] / _WAN, "population", "2010"),
            _figures(table["population_end"] / _WAN, "population", "2020"),
            _figures(table["start_share"] * _PERCENT, "population_share", "2010"),
            _figures(table["end_share"] * _PERCENT, "population_share", "2020"),
            _figures(table["growing"], "growing_cities", "2010-2020"),
            _figures(table["mean_growth_share"] * _PERCENT, "mean_growth_share", "2010-2020"),
            _figures(table["mean_loss_share"] * _PERCENT, "mean_loss_share", "2010-2020"),
            _badly_shrinking(ours.units),
            _named_changes(ours.units, theirs, unit=_WAN),
        ]
    )
    return _printed_only(beside(rows.dropna(subset="value"), theirs, reasons=_TIER_REASONS))


def compare_severity(ours: ChangeResult, theirs: pd.DataFrame) -> pd.DataFrame:
    """Set the classes of county loss beside table 2 of the study of Northeast China.

    Parameters
    ----------
    ours
        Change of the counties (no districts, no county-level cities) of Liaoning, Jilin and Heilongjiang, 2010 to 2020,
        with a column `name`.
    theirs
        ``geo_urban.datasets.published("county_loss")``.

    Returns
    -------
    pandas.DataFrame
        See `beside`; losses in 10,000 residents, shares in percent.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    """
    from geo_urban.shrinkage import severity_table

    require_columns(ours.units, ["name"], argument="ours.units")
    table = severity_table(ours).rename(index={"total": "all"})
    rows = pd.concat(
        [
            _figures(table["units"], "units", "2010-2020"),
            _figures(table["total_loss"].drop(["growing", "all"]) / _WAN, "total_loss", "2010-2020"),
            _figures(table["mean_loss"].drop(["growing", "losing", "all"]) / _WAN, "mean_loss", "2010-2020"),
            _named_changes(ours.units, theirs, unit=_WAN),
        ]
    )
    return _printed_only(beside(rows.dropna(subset="value"), theirs, reasons=_SEVERITY_REASONS))


def compare_urbanization(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Set urbanization rates of macro-regions beside the printed series, and that series beside itself.

    The printed rates of 2015 to 2020 are figures only: a census is taken every ten years. Increments and gaps are
    computed from the printed rates, which shows where the study miscounts; ours stand beside the same year.

    Parameters
    ----------
    ours
        Rates as fractions from `geo_urban.hierarchy.urbanization_table`: rows ``"east"``, ``"centre"``, ``"west"``,
        ``"northeast"`` and ``"total"`` (the nation), years as columns.
    theirs
        ``geo_urban.datasets.published("urbanization")``.

    Returns
    -------
    pandas.DataFrame
        See `beside`; rates in percent. Rows of increments and gaps hold what the printed rates give as ours.
    """
    nation = ours.rename(index={"total": "nation"})
    rates = pd.concat([_figures(nation[year] * _PERCENT, "urbanization_rate", str(year)) for year in nation.columns])
    mean = urbanization_increments(nation).mean_increment
    period = f"{nation.columns[0]}-{nation.columns[-1]}"
    means = _figures(mean, "mean_increment", "2015-2020").assign(our_year=period)
    table = beside(
        pd.concat([rates.assign(our_year=rates["year"]), means, _from_printed(theirs)]),
        theirs,
        reasons=_URBANIZATION_REASONS,
    )
    return table[table["theirs"].notna() | (table["measure"] == "urbanization_rate")].reset_index(drop=True)


def compare_outflow(ours: OutflowResult, theirs: pd.DataFrame, *, nation: OutflowResult | None = None) -> pd.DataFrame:
    """Set rural loss and net outflow beside section 1.3 of the study of Northeast China.

    Parameters
    ----------
    ours
        Outflow of Liaoning, Jilin and Heilongjiang by province, whose names are Chinese.
    theirs
        ``geo_urban.datasets.published("rural_outflow")``.
    nation
        Outflow of the whole country, for the national rate.

    Returns
    -------
    pandas.DataFrame
        See `beside`; residents in millions, shares in percent.
    """
    names = theirs.drop_duplicates("group").set_index("group_zh")["group"].to_dict()
    table = ours.groups.rename(index={**names, "total": "northeast"})
    rows = [
        _figures(table["rural_change_share"] * _PERCENT, "rural_change_share", "2010-2020"),
        _figures(table["rural_loss"] / _MILLION, "rural_loss", "2010-2020"),
        _figures(table["net_outflow"] / _MILLION, "net_outflow", "2010-2020"),
    ]
    if nation is not None:
        whole = nation.groups.loc[["total"]].rename(index={"total": "nation"})
        rows.append(_figures(whole["rural_change_share"] * _PERCENT, "rural_change_share", "2010-2020"))
    return beside(pd.concat(rows), theirs, reasons=_OUTFLOW_REASONS)


# Why figures of the study of Northeast China differ from ours, as far as its print allows to tell.
_CITY_LIST = (
    "residents of single cities differ; the study prints no list of its cities, so the part of each is not known"
)
_CHANGCHUN = (
    "Changchun has 5.97 million residents with its four development zones, which belong to its districts, and is very "
    "large; the study seems to count 4.35 million without them, which is large"
)
_THREE_CITIES = (
    "Changchun is very large with its four development zones; Shenyang, Harbin and Dalian alone make 18.266 million in "
    "2010, as printed, and 20.598 million in 2020"
)
_DALIAN = (
    "the printed gain makes 5.43 million residents in 2020; the census counts 5.74 million in the districts of Dalian"
)
_MOHE = "the census has 91 cities, the study 90: Mohe, a city since 2018, seems left out"
_COUNTY_LIST = (
    "the study prints no list of its counties; ours are comparable units: Huma and Tahe, which it seems to leave out, "
    "are in, Fushun and Daqingshan are joined with the cities they exchanged land with, and single counties differ"
)
_DAQINGSHAN = (
    "Daqingshan grew by a change of boundary alone; joined with Tieli, with which it exchanged land, nobody gained"
)
_NO_CENSUS = "no census was taken in that year: the printed series is shown alone"
_NOT_COMPUTABLE = "the rates behind it are not printed: shown alone"
_OTHER_AUTHORS = "an estimate by other authors: shown alone"

_TIER_REASONS: dict[tuple[str | None, ...], str] = {
    ("change", "Dalian", None): _DALIAN,
    ("change_share", "Dalian", None): _DALIAN,
    ("cities", "small", None): _MOHE,
    ("cities", "all", None): _MOHE,
    ("cities", "medium", None): _CITY_LIST,
    ("population", "very large", None): _THREE_CITIES,
    (None, "very large", None): _CHANGCHUN,
    (None, "large", None): _CHANGCHUN,
    (None, "medium", None): _CITY_LIST,
    (None, "small", None): _CITY_LIST,
    (None, "all", None): _CITY_LIST,
}
_SEVERITY_REASONS: dict[tuple[str | None, ...], str] = {
    ("change_share", "Baiquan", None): "the census counts 519,766 and 282,019 residents; printed is nearly 50 %",
    (None, "growing", None): _DAQINGSHAN,
    (None, None, None): _COUNTY_LIST,
}
_URBANIZATION_REASONS: dict[tuple[str | None, ...], str] = {
    ("urbanization_rate", "nation", "2020"): (
        "2,000,000 members of the armed forces are in the printed national rate and in no county"
    ),
    **{
        ("urbanization_rate", None, year): _NO_CENSUS
        for year in ("1978", "1990", "2009", "2015", "2016", "2017", "2018", "2019")
    },
    ("gap", None, None): _NOT_COMPUTABLE,
}
_OUTFLOW_REASONS: dict[tuple[str | None, ...], str] = {
    ("rural_change_share", "Liaoning", None): (
        "the printed rate implies about 20,000 more rural residents of Liaoning in 2010 than the county yearbook has"
    ),
    ("rural_change_share", "nation", None): (
        "the base of the printed rate is not stated; ours is the sum of all counties, 662.8 to 509.8 million"
    ),
    ("rural_loss", "northeast", None): (
        "the printed net outflow follows from 14.541 million, which is ours, and not from the printed 14.561"
    ),
    ("net_outflow", "northeast", None): (
        "the print leaves out the urban loss of Heilongjiang, 0.426 million; the full identity is ours"
    ),
    ("net_outflow_estimate", None, None): _OTHER_AUTHORS,
    ("net_outflow_estimate_per_year", None, None): _OTHER_AUTHORS,
}


def _figures(values: pd.Series, measure: str, year: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"measure": measure, "group": [str(name) for name in values.index], "year": year, "value": values.to_numpy()}
    )


def _badly_shrinking(cities: pd.DataFrame) -> pd.DataFrame:
    small = cities[cities["tier"] == "small"]
    share = (small["change_share"] <= -0.3).mean() * _PERCENT  # noqa: PLR2004 - the measure's name says it
    return _figures(pd.Series({"small": share}), "share_losing_30_percent", "2010-2020")


def _named_changes(units: pd.DataFrame, theirs: pd.DataFrame, *, unit: float) -> pd.DataFrame:
    """Return the changes of single places that the source names, found by their Chinese name."""
    named = theirs[theirs["measure"].isin(["change", "change_share"])].drop_duplicates("group")
    places = units[units["name"].isin(named["group_zh"])].drop_duplicates("name")
    places = places.rename(
        index=dict(zip(places.index, places["name"].map(named.set_index("group_zh")["group"]), strict=True))
    )
    return pd.concat(
        [
            _figures(places["change"] / unit, "change", "2010-2020"),
            _figures(places["change_share"] * _PERCENT, "change_share", "2010-2020"),
        ]
    )


def _from_printed(theirs: pd.DataFrame) -> pd.DataFrame:
    """Return the increments and gaps that the printed rates give."""
    rates = theirs[theirs["measure"] == "urbanization_rate"].pivot_table(index="group", columns="year", values="value")
    modern = urbanization_increments(rates[[str(year) for year in range(2015, 2021)]] / _PERCENT)
    increments = pd.concat(
        [_figures(modern.increments[year], "increment", str(year)) for year in modern.increments.columns]
    )
    gaps = theirs[theirs["measure"] == "gap"].set_index("group")
    west = gaps.loc["west"].set_index("year")["value"]
    widening = pd.Series({"west": west["2009"] - west["2000"]})
    printed = pd.concat([increments, _figures(widening, "gap_change", "2000-2009")])
    return printed.assign(our_year=printed["year"])


def _printed_only(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["theirs"].notna()].reset_index(drop=True)


def _require_figures(frame: pd.DataFrame, keys: list[str], *, argument: str) -> None:
    require_columns(frame, [*keys, "value"], argument=argument)
    twice = frame.duplicated(keys)
    if twice.any():
        raise AlignmentError(
            "`{argument}` has the figure {keys} more than once, so it is not clear which one to compare. "
            "Keep one row for each.",
            argument=argument,
            keys=listed(" ".join(map(str, key)) for key in frame.loc[twice, keys].to_numpy()),
        )


def _printed_order(table: pd.DataFrame, printed: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    # An outer join sorts; a reader looks for the order of the print.
    order = {tuple(key): position for position, key in enumerate(printed[keys].to_numpy().tolist())}
    positions = [order.get(tuple(key), len(order)) for key in table[keys].to_numpy().tolist()]
    return table.iloc[np.argsort(positions, kind="stable")].reset_index(drop=True)


def _other_year(table: pd.DataFrame) -> pd.Series:
    if "our_year" not in table.columns or "year" not in table.columns:
        return pd.Series(False, index=table.index)
    return (table["our_year"] != "") & (table["our_year"] != table["year"])


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")]


def _reason(
    row: dict[str, object], keys: list[str], reasons: Mapping[tuple[str | None, ...], str], *, other: bool
) -> str:
    if other:
        return OTHER_YEAR
    ours, theirs = float(str(row["ours"])), float(str(row["theirs"]))
    if _agree(ours, theirs, row["decimals"]):
        return AGREES
    if np.isnan(theirs):
        return NOT_PRINTED
    for pattern, sentence in reasons.items():
        if all(wanted in (None, row[key]) for wanted, key in zip(pattern, keys, strict=True)):
            return sentence
    if np.isnan(ours):
        return NO_FIGURE
    return OWN_SLIP if row["inconsistency"] else UNEXPLAINED


def _agree(ours: float, theirs: float, decimals: object) -> bool:
    if np.isnan(ours) or np.isnan(theirs):
        return False
    digits = float(str(decimals))
    if np.isnan(digits):
        return bool(np.isclose(ours, theirs, rtol=1e-9, atol=0))
    # Half a unit of the last printed digit, and a hair for binary fractions.
    return bool(abs(ours - theirs) <= 0.5 * 10.0 ** (-digits) * (1 + 1e-9))
