"""Change of residents between two counts, on units that are the same in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.exploring import Explorable
from geo_urban.figures import figure_columns, group_labels
from geo_urban.shrinkage.severity import SEVERITY_LIMITS, severity_class

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.presentation import Field, Presentation

__all__ = ["ChangeResult", "population_change"]

_MEASURES = (
    "population_start",
    "population_end",
    "change",
    "change_share",
    "change_log",
    "change_per_year",
    "annual_change_rate",
    "severity",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangeResult(Explorable):
    """Change of residents per unit, with what it was computed from.

    Parameters
    ----------
    units
        The input's rows and columns, and the measures: `population_start`, `population_end` and `change` [persons],
        `change_share` [fraction of the start], `change_log` [ln], `change_per_year` [persons a year],
        `annual_change_rate` [fraction a year, compounding] and `severity` (ordered classes).
    start, end
        Columns the two counts came from.
    years
        Time between the counts.
    severity_limits
        Losses that part the classes of severity [fractions].
    """

    units: pd.DataFrame
    start: str
    end: str
    years: float
    severity_limits: tuple[float, ...]

    def summary(self, *, by: str | None = None) -> pd.DataFrame:
        """Sum up the change of all units, and of each group of them.

        Parameters
        ----------
        by
            Column that groups the units, e.g. ``"province"``.

        Returns
        -------
        pandas.DataFrame
            One row per group in order of appearance, then ``"total"``. Columns: `units`, `without_figure` (units that
            lack a count in either year; they are outside all sums), `growing`, `unchanged`, `losing`, `losing_share`,
            `population_start`, `population_end`, `change`, `change_share`, `annual_change_rate`,
            `median_change_share`.

        Raises
        ------
        InputError
            If the column is missing or a unit belongs to no group.
        """
        rows: dict[object, dict[str, float]] = {}
        if by is not None:
            groups = self.units.groupby(group_labels(self.units, by, argument="units"), sort=False, observed=True)
            rows = {name: _summary_row(group, years=self.years) for name, group in groups}
        rows["total"] = _summary_row(self.units, years=self.years)
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by or "units")

    def layers(self, *, source: str = "Figures given by the user.", extra: Sequence[Field] = ()) -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the two counts come from, in words.
        extra
            Further columns of `units` to list, e.g. a density.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, coloured by change (classes symmetric about zero) or by severity.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        MissingColumnsError
            If an extra field names a column that is not there.
        """
        from geo_urban.shrinkage._show import change_presentation

        return change_presentation(self, source=source, extra=extra)


def population_change(
    units: pd.DataFrame,
    *,
    start: str = "population_2010",
    end: str = "population_2020",
    years: float = 10.0,
    severity_limits: Sequence[float] = SEVERITY_LIMITS,
) -> ChangeResult:
    """Measure how the residents of each unit changed between two counts.

    The units must mean the same area in both counts (`geo_urban.spatial.harmonize`): a county that gave a township
    away did not shrink. Change is not migration; births and deaths are inside.

    Parameters
    ----------
    units
        One row per unit, unique index; geometry and other columns are kept. A missing count gives missing measures and
        the unit is counted as `without_figure`. A unit without residents at the start has a change in persons but no
        share, log or class; one that emptied has a share of −1 and no log.
    start, end
        Columns with the residents of the first and second count [persons].
    years
        Time between the counts.
    severity_limits
        Losses that part the classes of severity, ascending fractions.

    Returns
    -------
    ChangeResult
        Measures per unit, `summary` and `layers`.

    Raises
    ------
    InputError
        If a column is missing, not numeric, negative or infinite, a code stands twice, both columns are one, or
        `years` or `severity_limits` make no sense.
    InsufficientDataError
        If no unit has both counts.

    Notes
    -----
    change = E − S; change_share = (E − S) / S; change_log = ln(E / S); change_per_year = (E − S) / years;
    annual_change_rate = (E / S)^(1 / years) − 1. O(n).

    Examples
    --------
    A county of 100,000 that kept 81,000 after two years lost 19 %, or 10 % each year (0.9 × 0.9 = 0.81).

    >>> units = pd.DataFrame({"name": ["A"], "y0": [100_000], "y2": [81_000]}, index=["230231"])
    >>> result = population_change(units, start="y0", end="y2", years=2)
    >>> result.units[["change", "change_share", "annual_change_rate", "severity"]].round(6)
            change  change_share  annual_change_rate      severity
    230231  -19000         -0.19                -0.1  loss 10–30 %
    """
    if start == end:
        raise InputError(
            "`start` and `end` are both {column}; a change needs two counts. Name the column of each.", column=start
        )
    _require_years(years)
    counts = figure_columns(units, [start, end], argument="units")
    measures = _measures(counts[start], counts[end], years=float(years))
    if measures["change"].isna().all():
        raise InsufficientDataError(
            "no unit has a figure in both {start} and {end}, so there is no change to measure. "
            "Check that the panel and the units share their codes.",
            start=start,
            end=end,
        )
    measures["severity"] = severity_class(measures["change_share"], limits=severity_limits)
    kept = units.drop(columns=[column for column in _MEASURES if column in units.columns])
    return ChangeResult(
        units=kept.assign(**{column: measures[column] for column in _MEASURES}),
        start=start,
        end=end,
        years=float(years),
        severity_limits=tuple(float(limit) for limit in severity_limits),
    )


def _require_years(years: float) -> None:
    if not (np.isfinite(years) and years > 0):
        raise InputError(
            "`years` must be a positive number, since rates are per year of it; got {value}. "
            "Give the time between the two counts, e.g. `years=10`.",
            value=years,
        )


def _measures(start: pd.Series, end: pd.Series, *, years: float) -> pd.DataFrame:
    ratio = (end / start.where(start > 0)).astype(float)
    change = end - start
    return pd.DataFrame(
        {
            "population_start": start,
            "population_end": end,
            "change": change,
            # (E − S) / S is rounded once, so that a loss of exactly a tenth equals the limit 0.1.
            "change_share": change / start.where(start > 0),
            "change_log": np.log(ratio.where(ratio > 0)),
            "change_per_year": change / years,
            "annual_change_rate": ratio ** (1 / years) - 1,
        }
    )


def _summary_row(units: pd.DataFrame, *, years: float) -> dict[str, float]:
    known = units[units["change"].notna()]
    start, end = known["population_start"].sum(), known["population_end"].sum()
    losing = int((known["change"] < 0).sum())
    return {
        "units": len(units),
        "without_figure": len(units) - len(known),
        "growing": int((known["change"] > 0).sum()),
        "unchanged": int((known["change"] == 0).sum()),
        "losing": losing,
        "losing_share": losing / len(known) if len(known) else np.nan,
        "population_start": start,
        "population_end": end,
        "change": end - start,
        "change_share": (end - start) / start if start else np.nan,
        "annual_change_rate": (end / start) ** (1 / years) - 1 if start else np.nan,
        "median_change_share": known["change_share"].median(),
    }
