"""Which part of a change is everyone's, which the region's, and which the place's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.exploring import Explorable
from geo_urban.figures import figure_columns, group_labels

if TYPE_CHECKING:
    from geo_urban.presentation import Presentation

__all__ = ["ShiftShareResult", "shift_share"]

_PARTS = ("level_part", "region_part", "local_part")
_SUMS = ("population_start", "population_end", "change", *_PARTS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftShareResult(Explorable):
    """Change of residents per unit, in three parts that add up to it.

    Parameters
    ----------
    units
        The input's rows and columns, and: `population_start`, `population_end`, `change`, `level_part`, `region_part`,
        `local_part` [persons], `change_share`, `local_share` [fractions of the residents at the start].
    by
        Column of the regions.
    start, end
        Columns the two counts came from.
    level_rate
        Change of all units together [fraction].
    region_rates
        Change of each region [fraction].
    without_figure
        Units left out for want of a count, or of residents at the start.
    """

    units: pd.DataFrame
    by: str
    start: str
    end: str
    level_rate: float
    region_rates: pd.Series
    without_figure: tuple[object, ...]

    def summary(self) -> pd.DataFrame:
        """Add up the parts of each region.

        Returns
        -------
        pandas.DataFrame
            One row per region in order of appearance, then ``"total"``: `units`, `population_start`,
            `population_end`, `change`, `level_part`, `region_part`, `local_part` [persons] (local parts add up to 0 in
            each region, those of regions to 0 in all), `change_share`, and `spread`: what an average resident's unit
            differs from its region [fraction; sum of the sizes of local parts over residents].
        """
        known = self.units[self.units["change"].notna()]
        groups = known.groupby(self.by, sort=False, observed=True)
        table = groups[list(_SUMS)].sum()
        table.insert(0, "units", groups.size())
        table["spread"] = known["local_part"].abs().groupby(known[self.by], sort=False, observed=True).sum()
        table.loc["total"] = table.sum()
        # Parts of persons add up to zero where they must, but for rounding.
        table[list(_PARTS)] = table[list(_PARTS)].round(6) + 0.0
        table["units"] = table["units"].astype(int)
        table.insert(len(table.columns) - 1, "change_share", table["change"] / table["population_start"])
        table["spread"] /= table["population_start"]
        return table

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the two counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by their own part of the change.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show_dynamics import shift_share_presentation

        return shift_share_presentation(self, source=source)


def shift_share(
    units: pd.DataFrame, *, by: str = "province", start: str = "population_2010", end: str = "population_2020"
) -> ShiftShareResult:
    """Part the change of each unit into the level of all, the shift of its region, and its own.

    A county that lost a tenth in a region that lost a fifth did better than its region: its own part is a gain.

    Parameters
    ----------
    units
        One row per unit that means the same area in both counts, unique index; geometry and other columns are kept. A
        unit without either count, or without residents at the start, has no parts and counts nowhere.
    by
        Column with the region of each unit.
    start, end
        Columns with the residents of the first and second count [persons].

    Returns
    -------
    ShiftShareResult
        Parts per unit, and `summary` per region.

    Raises
    ------
    InputError
        If a column is missing, not numeric, negative or infinite, a code stands twice, both columns are one, or a unit
        belongs to no region.
    InsufficientDataError
        If no unit has both counts.

    Notes
    -----
    With S residents at the start, growth g of a unit, G of its region and N of all (sums over sums):
    change = S g = S N + S (G − N) + S (g − G). It is arithmetic: it says where a change differs, not why; and it
    depends on the regions. O(n).

    References
    ----------
    Dunn, E. S. (1960). A statistical and analytical technique for regional analysis. Papers of the Regional Science
    Association 6, 97-112. doi:10.1111/j.1435-5597.1960.tb01705.x

    Examples
    --------
    All lose a tenth; a's region loses a fifth, a itself nothing.

    >>> units = pd.DataFrame({"r": ["x", "x", "y"], "y0": [100, 100, 200], "y1": [100, 60, 200]}, index=[*"abc"])
    >>> parts = shift_share(units, by="r", start="y0", end="y1").units
    >>> parts.loc["a", ["level_part", "region_part", "local_part"]].tolist()
    [-10.0, -10.0, 20.0]
    """
    if start == end:
        raise InputError(
            "`start` and `end` are both {column}; a change needs two counts. Name the column of each.", column=start
        )
    regions = group_labels(units, by, argument="units")
    counts = figure_columns(units, [start, end], argument="units").astype(float)
    before = counts[start].where((counts[start] > 0) & counts[end].notna())
    after = counts[end].where(before.notna())
    if before.isna().all():
        raise InsufficientDataError(
            "no unit has a figure in both {start} and {end}, so there is no change to measure. "
            "Check that the panel and the units share their codes.",
            start=start,
            end=end,
        )
    sums = pd.DataFrame({"before": before, "after": after}).groupby(regions, sort=False, observed=True).sum()
    sums = sums[sums["before"] > 0]
    rates = ((sums["after"] - sums["before"]) / sums["before"]).rename("change_share")
    level = float((after.sum() - before.sum()) / before.sum())
    expected_region = before * regions.map(rates).astype(float)
    expected_level = before * level
    measures = {
        "population_start": before,
        "population_end": after,
        "change": after - before,
        "level_part": expected_level,
        "region_part": expected_region - expected_level,
        "local_part": (after - before) - expected_region,
        "change_share": (after - before) / before,
        "local_share": ((after - before) - expected_region) / before,
    }
    kept = units.drop(columns=[column for column in measures if column in units.columns and column != by])
    return ShiftShareResult(
        units=kept.assign(**measures),
        by=by,
        start=start,
        end=end,
        level_rate=level,
        region_rates=rates,
        without_figure=tuple(units.index[np.isnan(before.to_numpy())]),
    )
