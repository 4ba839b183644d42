"""What delineation comes as: units, cores, outlines and links, with the parameters that made them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.agglomerations.parameters import MethodParameters
    from geo_urban.presentation import Presentation

__all__ = ["DelineationResult"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DelineationResult:
    """City clusters, and how firm their borders are.

    Parameters
    ----------
    units
        The units as given, with `agglomeration` (name; missing where none), `role` (``"core"``: of a leading city,
        within its commuting circle; ``"inner"``: within the circle of any core of the cluster; ``"outer"``),
        `strength` [0–1], `stability` (share of settings in which it belongs to its cluster, or, outside, to any one
        cluster), `firmness` (share in which it is where it is now, inside or outside), `minutes_to_core`, `corridor`,
        `population` and `area_km2`.
    cores
        Cities that pull, largest first, by label: `name`, `seat` (unit), `urban_mass` [persons], `reach_minutes`,
        `leading`, `subordinate_to`, `agglomeration` (missing where it leads or joins none).
    outlines
        The clusters as areas: `units`, `population`, `area_km2`.
    links
        Lines between joined leading cores and from subordinate cores to theirs: `minutes`, `kind`.
    shares
        Share of settings in which each unit belongs to each cluster, and to none; empty without a sweep.
    parameters
        The parameters.
    method
        How it was made.
    settings
        Number of settings in the sweep.
    notes
        What was done on the way, counted.
    detail
        What else the method found: `CityClusters` or `Percolation` with the whole tree; None for the others.
    """

    units: gpd.GeoDataFrame
    cores: pd.DataFrame
    outlines: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    shares: pd.DataFrame
    parameters: MethodParameters | None
    method: str
    settings: int
    notes: dict[str, int]
    detail: Any = None

    def __repr__(self) -> str:
        inside = int(self.units["agglomeration"].notna().sum())
        return (
            f"<DelineationResult {self.method}: {len(self.outlines)} clusters, {inside:,} of {len(self.units):,} units>"
        )

    def codes(self, name: str) -> pd.Index:
        """Return the units of one cluster.

        Parameters
        ----------
        name
            Of the cluster, as in `outlines`.

        Returns
        -------
        pandas.Index
            Their codes.

        Raises
        ------
        InputError
            If there is no such cluster.
        """
        from geo_urban.checks import listed
        from geo_urban.errors import InputError

        if name not in self.outlines.index:
            raise InputError(
                "there is no cluster {name!r}; there are {known}. Take one of these.",
                name=name,
                known=listed(self.outlines.index, most=30),
            )
        inside: pd.Index = self.units.index[(self.units["agglomeration"] == name).to_numpy()]
        return inside

    def summary(self) -> pd.DataFrame:
        """Return the clusters with people, area and how firm they are.

        Returns
        -------
        pandas.DataFrame
            One row per cluster: `units`, `population`, `area_km2`, `density_per_km2`, `cores`, `firm_share` (share of
            its people in units that belong in nine of ten settings), `unsure_population` (people in and around it in
            units that belong in 10 % to 90 % of settings).
        """
        table = pd.DataFrame(self.outlines.drop(columns=["geometry", "name"]))
        table["density_per_km2"] = table["population"] / table["area_km2"]
        table["cores"] = self.cores["agglomeration"].value_counts().reindex(table.index, fill_value=0)
        people = self.units["population"]
        firm, unsure = 0.9, 0.1
        own = {name: self.units["agglomeration"] == name for name in table.index}
        if self.settings:
            table["firm_share"] = [
                float(people[inside & (self.shares[name] >= firm)].sum() / people[inside].sum())
                for name, inside in own.items()
            ]
            table["unsure_population"] = [
                float(people[self.shares[name].between(unsure, firm, inclusive="neither")].sum()) for name in own
            ]
        return table

    def layers(self, *, source: str = "") -> Presentation:
        """Return what a map or a layer file shows of it.

        Parameters
        ----------
        source
            Where people, boundaries and travel times come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            Membership with roles and firmness, outlines, links and cores.
        """
        from geo_urban.agglomerations._show import delineation_presentation

        return delineation_presentation(self, source=source)
