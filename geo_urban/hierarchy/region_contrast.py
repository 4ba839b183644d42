"""A region and the rest: every indicator inside a set of units and outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError
from geo_urban.figures import figure_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["inside_outside"]

_PER = 10_000.0


def inside_outside(
    units: pd.DataFrame,
    member: pd.Series | NDArray[np.bool_],
    *,
    start: str = "population_2010",
    end: str = "population_2020",
    urban_start: str | None = None,
    urban_end: str | None = None,
    area: str | None = None,
    towns: str | None = None,
    measures: Mapping[str, Callable[[pd.DataFrame], float]] | None = None,
) -> pd.DataFrame:
    """Compare every indicator inside a region with the rest.

    Parameters
    ----------
    units
        One row per unit.
    member
        Whether each unit belongs to the region: a boolean series on the units' index, or an array in their order, e.g.
        ``region.contains(units.index)``.
    start, end
        Columns of residents of the two counts [persons].
    urban_start, urban_end
        Columns of urban residents; None for none. What is not urban is rural.
    area
        Column of areas [km²]; None for none.
    towns
        Column that counts towns; None for none.
    measures
        Further indicators by name: each is called with the units of one side and returns a number.

    Returns
    -------
    pandas.DataFrame
        Rows ``"inside"``, ``"outside"``, ``"total"``: `units`, `population_start`, `population_end`, `change`,
        `change_share`, `losing_share` [fraction of units that lost people], and as far as columns are named
        `urbanization_rate_start`, `urbanization_rate_end`, `burden_ratio_start`, `burden_ratio_end`, `area_km2`,
        `density_per_km2`, `towns`, `towns_per_10000_people`, `towns_per_10000_km2`, then `measures`; and `left_out`
        (units that lack a figure, which are in no sum). NaN where a side has no unit, or nothing to divide by.

    Raises
    ------
    InputError
        If a column is missing or has a fault, or `member` is not boolean.
    AlignmentError
        If `member` does not describe the units.
    InsufficientDataError
        If there are no units, or none has all figures.

    Notes
    -----
    Figures of a side are sums over sums, never means of rates. A difference between the sides is no effect of whatever
    drew the line. O(n).

    Examples
    --------
    >>> units = pd.DataFrame({"population_2010": [100, 100, 200], "population_2020": [90, 120, 200],
    ...                       "urban_2020": [30, 60, 120]}, index=["a", "b", "c"])
    >>> inside_outside(units, pd.Series([True, False, False], index=units.index), urban_end="urban_2020")[
    ...     ["units", "change_share", "urbanization_rate_end"]].round(3)
             units  change_share  urbanization_rate_end
    inside       1        -0.100                  0.333
    outside      2         0.067                  0.562
    total        3         0.025                  0.512
    """
    named = {
        "start": start, "end": end, "urban_start": urban_start, "urban_end": urban_end, "area": area, "towns": towns,
    }  # fmt: skip
    columns = {role: column for role, column in named.items() if column is not None}
    require_columns(units, list(columns.values()), argument="units")
    counts = figure_columns(units, list(columns.values()), argument="units")
    inside = _members(units, member)
    known = counts.notna().all(axis=1).to_numpy()
    if not known.any():
        raise InsufficientDataError(
            "no unit has all of {columns}, so the region cannot be compared. Check that the panel and the units share "
            "their codes.",
            columns=listed(columns.values()),
        )
    figures = pd.DataFrame({role: counts[column] for role, column in columns.items()})
    sides = {"inside": inside, "outside": ~inside, "total": np.ones(len(units), dtype=bool)}
    rows = {
        side: _row(figures[mask & known], units[mask & known], measures or {})
        | {"left_out": int((mask & ~known).sum())}
        for side, mask in sides.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _members(units: pd.DataFrame, member: pd.Series | NDArray[np.bool_]) -> NDArray[np.bool_]:
    if isinstance(member, pd.Series):
        stray = units.index.symmetric_difference(member.index)
        if len(stray):
            raise AlignmentError(
                "`member` and `units` describe different units ({codes} stand in one only). "
                "Give both the same index, e.g. `member.reindex(units.index, fill_value=False)`.",
                codes=listed(stray),
            )
        member = member.reindex(units.index).to_numpy()
    if len(member) != len(units):
        raise AlignmentError(
            "`member` has {found} values for {count} units. Give one for each, in their order.",
            found=len(member),
            count=len(units),
        )
    if member.dtype != np.bool_:
        raise InputError(
            "`member` must say True or False for each unit; it holds {kind}. Compare first, e.g. `labels == 'Wuling'`.",
            kind=str(member.dtype),
        )
    return member


def _row(
    figures: pd.DataFrame, units: pd.DataFrame, measures: Mapping[str, Callable[[pd.DataFrame], float]]
) -> dict[str, float]:
    sums = {str(role): float(value) for role, value in figures.sum().items()}
    start, end = sums["start"], sums["end"]
    row: dict[str, float] = {
        "units": len(figures),
        "population_start": start,
        "population_end": end,
        "change": end - start,
        "change_share": _over(end - start, start),
        "losing_share": _over(float((figures["end"] < figures["start"]).sum()), len(figures)),
    }
    for year in ("start", "end"):
        urban = sums.get(f"urban_{year}")
        if urban is not None:
            row[f"urbanization_rate_{year}"] = _over(urban, sums[year])
            row[f"burden_ratio_{year}"] = _over(sums[year] - urban, urban)
    if "area" in sums:
        row |= {"area_km2": sums["area"], "density_per_km2": _over(end, sums["area"])}
    if "towns" in sums:
        row |= {"towns": sums["towns"], "towns_per_10000_people": _over(sums["towns"] * _PER, end)}
        if "area" in sums:
            row["towns_per_10000_km2"] = _over(sums["towns"] * _PER, sums["area"])
    return row | {name: float(measure(units)) if len(units) else np.nan for name, measure in measures.items()}


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan
