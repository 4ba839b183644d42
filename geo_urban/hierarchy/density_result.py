"""Density measures per unit, summed up by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.exploring import Explorable
from geo_urban.figures import group_labels

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.presentation import Presentation
    from geo_urban.spatial._outer_cells import OuterCellRule

__all__ = ["DensityResult"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DensityResult(Explorable):
    """Density measures per unit, with what they were computed from.

    Parameters
    ----------
    units
        The input's rows and columns, and the measures: `population` [persons], `area_km2` (geodesic),
        `covered_area_km2` (under cells that have a value), `density_per_km2`, `land_density_per_km2` (where land area
        was given), `lived_density_per_km2`, `dense_share` [fraction of the people], `density_gini`, `density_theil`,
        and `modelled` (whether the grid was modelled rather than counted).
    audit
        What the zonal join compared: sums over units and over the grid, and where they differ; as in
        `geo_urban.spatial.ZonalResult`.
    outer_cells
        What became of the people of cells that reach beyond all units: ``"cut"`` or ``"keep"``.
    threshold_per_km2
        Density from which on a cell is dense.
    cell_area_km2
        Mean area of a cell [km²]; lived density and both indices depend on it.
    modelled
        Whether the grid was modelled rather than counted.
    source
        Where the grid comes from; empty where it does not say.
    year
        Year of its figures; None where it does not say.
    """

    units: gpd.GeoDataFrame
    audit: pd.DataFrame
    outer_cells: OuterCellRule
    threshold_per_km2: float
    cell_area_km2: float
    modelled: bool
    source: str
    year: int | None

    def summary(self, *, by: str | None = None) -> pd.DataFrame:
        """Sum up the density of all units, and of each group of them.

        Parameters
        ----------
        by
            Column that groups the units, e.g. ``"province"``.

        Returns
        -------
        pandas.DataFrame
            One row per group in order of appearance, then ``"total"``. Columns: `units`, `without_figure` (units
            under no cell with a value; they are outside all densities), `population`, `area_km2`, `density_per_km2`,
            `land_density_per_km2` (where known), `lived_density_per_km2`, `dense_share`, `density_theil` and its two
            parts `theil_within` and `theil_between` units, and `modelled`. Each figure is that of the group as one
            area.

        Raises
        ------
        InputError
            If the column is missing or a unit belongs to no group.
        """
        rows: dict[object, dict[str, float]] = {}
        if by is not None:
            groups = self.units.groupby(group_labels(self.units, by, argument="units"), sort=False, observed=True)
            rows = {name: _summary_row(group) for name, group in groups}
        rows["total"] = _summary_row(self.units)
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(by or "units")
        return table.astype({"units": int, "without_figure": int}).assign(modelled=self.modelled)

    def layers(self, *, source: str | None = None) -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the grid comes from, in words; by default what the grid says.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, coloured by lived density, density, dense share or the Gini index. If the grid is
            modelled, every field says so.
        """
        from geo_urban.hierarchy._show_density import density_presentation

        return density_presentation(self, source=source or self.source or "Figures given by the user.")


def _summary_row(units: pd.DataFrame) -> dict[str, float]:
    on_grid = units[units["population"].notna()]
    peopled = on_grid[on_grid["population"] > 0]
    population, area = float(on_grid["population"].sum()), float(on_grid["area_km2"].sum())
    weights = peopled["population"].to_numpy() / population if population else np.empty(0)
    row = {
        "units": len(units),
        "without_figure": len(units) - len(on_grid),
        "population": population,
        "area_km2": float(units["area_km2"].sum()),
        "density_per_km2": population / area if area else np.nan,
    }
    if "land_density_per_km2" in units.columns:
        on_land = on_grid[on_grid["land_area_km2"] > 0]
        land = float(on_land["land_area_km2"].sum())
        row["land_density_per_km2"] = float(on_land["population"].sum()) / land if land else np.nan

    def mean(values: pd.Series) -> float:
        """Return the mean of all people: nobody has none."""
        return float(weights @ values.to_numpy()) if population else np.nan

    density_here = peopled["population"] / peopled["covered_area_km2"]
    density_of_all = population / float(on_grid["covered_area_km2"].sum()) if population else np.nan
    within, between = mean(peopled["density_theil"]), mean(np.log(density_here / density_of_all))
    return row | {
        "lived_density_per_km2": mean(peopled["lived_density_per_km2"]),
        "dense_share": mean(peopled["dense_share"]),
        "density_theil": within + between,
        "theil_within": within,
        "theil_between": between,
    }
