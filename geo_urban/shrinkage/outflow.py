"""How many rural people left: rural loss, urban gain and what remains between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.errors import InsufficientDataError
from geo_urban.exploring import Explorable
from geo_urban.figures import figure_columns, group_labels

if TYPE_CHECKING:
    from geo_urban.presentation import Presentation

__all__ = ["OUTFLOW_FORMULA", "OutflowResult", "rural_outflow"]

OUTFLOW_FORMULA = (
    "net outflow = rural loss − urban gain = (rural at the start − rural at the end) − "
    "(urban at the end − urban at the start); births, deaths and places reclassified from rural to urban are inside, "
    "and where people went is not known"
)

_COUNTS = ("rural_start", "rural_end", "urban_start", "urban_end")
_MEASURES = (*_COUNTS, "rural_loss", "rural_change_share", "urban_gain", "net_outflow", "net_outflow_share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutflowResult(Explorable):
    """Rural loss, urban gain and net outflow, per unit and per group.

    Parameters
    ----------
    units
        The input's rows and columns, and the measures: `rural_start`, `rural_end`, `urban_start`, `urban_end`,
        `rural_loss`, `urban_gain` (negative is a loss) and `net_outflow` [persons], `rural_change_share` [fraction of
        rural residents at the start], `net_outflow_share` [fraction of all residents at the start].
    groups
        The same measures summed per group, with `units` (how many count) and a row ``"total"``.
    by
        Column that made the groups.
    formula
        The identity, in words.
    """

    units: pd.DataFrame
    groups: pd.DataFrame
    by: str | None
    formula: str = OUTFLOW_FORMULA

    def summary(self) -> pd.DataFrame:
        """Return the measures per group and in total, with the formula in the last column."""
        return self.groups.assign(formula=self.formula)

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, coloured by the change of rural residents.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show import outflow_presentation

        return outflow_presentation(self, source=source)


def rural_outflow(
    units: pd.DataFrame,
    *,
    by: str | None = "province",
    rural_start: str = "rural_2010",
    rural_end: str = "rural_2020",
    urban_start: str = "urban_2010",
    urban_end: str = "urban_2020",
) -> OutflowResult:
    """Measure how many rural residents were lost and how many of them the same area's towns did not take up.

    What a group's towns did not gain has left the group, died without being replaced, or was never born: destinations
    and natural change are not in a census total. Across a whole group the net outflow equals its loss of residents.

    Parameters
    ----------
    units
        One row per unit, unique index, with the four counts. A unit that lacks one of them has missing measures and is
        outside all sums.
    by
        Column that groups the units; None for the total only.
    rural_start, rural_end, urban_start, urban_end
        Columns with rural and urban residents of the two counts [persons].

    Returns
    -------
    OutflowResult
        Measures per unit and per group, the formula, `summary` and `layers`.

    Raises
    ------
    InputError
        If a column is missing, not numeric, negative or infinite, a code stands twice, or a unit belongs to no group.
    InsufficientDataError
        If no unit has all four counts.

    Notes
    -----
    rural_loss = R₀ − R₁; urban_gain = U₁ − U₀; net_outflow = rural_loss − urban_gain = (R₀ + U₀) − (R₁ + U₁);
    rural_change_share = −rural_loss / R₀; net_outflow_share = net_outflow / (R₀ + U₀). An urban *loss* adds to the
    outflow: leaving it out, as printed sums sometimes do, breaks the identity. O(n).

    Examples
    --------
    The countryside lost 60, its towns gained 20: 40 are gone. Next door the towns lost 5 as well.

    >>> units = pd.DataFrame(
    ...     {"province": ["A", "B"], "rural_2010": [100, 50], "rural_2020": [40, 40],
    ...      "urban_2010": [80, 30], "urban_2020": [100, 25]}, index=["1", "2"])
    >>> rural_outflow(units).groups[["rural_loss", "urban_gain", "net_outflow"]]
              rural_loss  urban_gain  net_outflow
    province
    A                 60          20           40
    B                 10          -5           15
    total             70          15           55
    """
    counts = figure_columns(units, [rural_start, rural_end, urban_start, urban_end], argument="units")
    counts = counts.set_axis(list(_COUNTS), axis=1)
    known = counts.notna().all(axis=1)
    if not known.any():
        raise InsufficientDataError(
            "no unit has rural and urban figures of both years, so nothing can be said about who left. "
            "Check that the panel and the units share their codes.",
        )
    sums: dict[object, pd.Series] = {}
    if by is not None:
        groups = counts[known].groupby(group_labels(units, by, argument="units")[known], sort=False, observed=True)
        sums = {name: _sums(group) for name, group in groups}
    sums["total"] = _sums(counts[known])
    table = pd.DataFrame.from_dict(sums, orient="index").rename_axis(by or "units")
    kept = units.drop(columns=[column for column in _MEASURES if column in units.columns])
    return OutflowResult(units=kept.join(_measures(counts)), groups=_measures(table), by=by)


def _sums(counts: pd.DataFrame) -> pd.Series:
    sums = counts.sum()
    sums["units"] = len(counts)
    return sums[["units", *_COUNTS]]


def _measures(counts: pd.DataFrame) -> pd.DataFrame:
    rural_loss = counts["rural_start"] - counts["rural_end"]
    urban_gain = counts["urban_end"] - counts["urban_start"]
    residents = counts["rural_start"] + counts["urban_start"]
    return counts.assign(
        rural_loss=rural_loss,
        rural_change_share=-rural_loss / counts["rural_start"].where(counts["rural_start"] > 0),
        urban_gain=urban_gain,
        net_outflow=rural_loss - urban_gain,
        net_outflow_share=(rural_loss - urban_gain) / residents.where(residents > 0),
    )
