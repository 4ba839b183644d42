"""What a join of grids and units found, and where the people are that the units do not show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.exploring import Explorable

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo_urban.presentation import Presentation
    from geo_urban.spatial._outer_cells import OuterCellRule

__all__ = ["ZONAL_STATS", "ZonalResult", "ZonalStat", "column_name"]

ZonalStat = Literal["sum", "mean", "count", "covered_km2"]
ZONAL_STATS: tuple[ZonalStat, ...] = get_args(ZonalStat)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ZonalResult(Explorable):
    """Statistics of grids over units, and where the people are that the units do not show.

    Parameters
    ----------
    units
        The units' rows and columns, with one column per statistic (``sum``, ``mean`` …) and, where several grids were
        joined, per grid (``sum_2020`` …). Missing where no cell with a value lies in the unit.
    audit
        One row per grid (``"grid"`` where there is one): `sum_over_zones`, `sum_over_grid`, `difference` (zones less
        grid), `outside_all_zones` and `in_several_zones` (people counted again where units overlap) [persons], and
        `units_without_cells`. Up to rounding, difference = in_several_zones − outside_all_zones.
    grids
        What was joined, one row per grid: `quantity`, and what it says of itself: `modelled`, `source`, `year`.
    stats
        The statistics.
    outer_cells
        What became of the people of cells that reach beyond all units: ``"cut"`` or ``"keep"``.
    """

    units: gpd.GeoDataFrame
    audit: pd.DataFrame
    grids: pd.DataFrame
    stats: tuple[ZonalStat, ...]
    outer_cells: OuterCellRule

    def summary(self) -> pd.DataFrame:
        """Return the audit with its sums as shares of the grid.

        Returns
        -------
        pandas.DataFrame
            One row per grid: number of `units`, the columns of `audit`, and `difference_share`, `outside_share`,
            `several_share` [fractions of the sum over the grid], missing where that sum is zero.
        """
        people = self.audit["sum_over_grid"].where(self.audit["sum_over_grid"] != 0)
        shares = {
            "difference_share": self.audit["difference"] / people,
            "outside_share": self.audit["outside_all_zones"] / people,
            "several_share": self.audit["in_several_zones"] / people,
        }
        table = self.audit.assign(**shares)
        table.insert(0, "units", len(self.units))
        return table

    def column(self, stat: ZonalStat, grid: str | None = None) -> str:
        """Return the column of `units` that holds a statistic.

        Parameters
        ----------
        stat
            One of `stats`.
        grid
            Row of `grids`; not needed where there is one.

        Returns
        -------
        str
            Name of the column.

        Raises
        ------
        InputError
            If it was not computed, or several grids leave open which is meant.

        Examples
        --------
        ``result.column("sum", "2020")`` is ``"sum_2020"`` where several years were joined, else ``"sum"``.
        """
        labels = list(self.grids.index)
        if stat not in self.stats or (grid is None and len(labels) > 1) or (grid is not None and grid not in labels):
            raise InputError(
                "there is no {stat} of grid {grid}; the statistics are {stats}, the grids {grids}. Name one of each.",
                stat=stat,
                grid=grid,
                stats=listed(self.stats),
                grids=listed(labels),
            )
        return column_name(stat, labels[0] if grid is None else grid, several=len(labels) > 1)

    def layers(self, *, source: str = "") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the grids come from, in words; by default what the grids say themselves.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, coloured by the mean of densities and by the sum of counts, per grid.

        Raises
        ------
        InputError
            If neither sums nor means were computed.
        """
        from geo_urban.spatial._coverage_show import zonal_presentation

        return zonal_presentation(self, source=source)


def column_name(stat: ZonalStat, label: str, *, several: bool) -> str:
    """Return the name of the column of a statistic, which names the grid where there are several."""
    return f"{stat}_{label}" if several else stat
