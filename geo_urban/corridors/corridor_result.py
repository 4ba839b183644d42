"""What corridors come as: links, strips and nodes, with one row of measures per corridor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo_urban.presentation import Presentation

__all__ = ["CorridorResult"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorridorResult:
    """Corridors along a border and from it into the country.

    Parameters
    ----------
    lines
        One row per link on WGS 84: `corridor`, `kind` (``"along"``, ``"spoke"``, ``"named"``), `start`, `end`,
        `straight_km`, `km`, `minutes`, `detour`, `gap` (whether the straight distance exceeds the longest that counts
        as continuous), `reached` (whether a way exists; else the line is straight).
    strips
        One row per corridor, the land within half the width of its links, with its measures (see `units`).
    nodes
        Towns and ports: what was given, `corridors` (of which they are a stop, joined by ``;``) and where the border
        is.
    width_km
        Width of the strips [km], unless it is stated in minutes.
    max_gap_km
        Longest straight distance between two towns that counts as continuous [km].
    population_note
        How people in the strips were counted: ``"grid"``, ``"modelled grid"``, ``"units"`` or ``""``.
    speed_rule
        How minutes were made of kilometres.
    width_minutes
        Width of the strips in travel time [minutes]; None where it is stated in km.
    max_gap_minutes
        Longest travel time between two towns that counts as continuous [minutes]; None for no such limit.
    """

    lines: gpd.GeoDataFrame
    strips: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    width_km: float
    max_gap_km: float
    population_note: str
    speed_rule: str
    width_minutes: float | None = None
    max_gap_minutes: float | None = None

    def __repr__(self) -> str:
        return f"<CorridorResult {len(self.strips)} corridors, {len(self.lines)} links>"

    @property
    def units(self) -> gpd.GeoDataFrame:
        """The corridors with their measures; the same as `strips`."""
        return self.strips

    @property
    def width(self) -> str:
        """Width of the strips with its unit."""
        return f"{self.width_km:g} km" if self.width_minutes is None else f"{self.width_minutes:g} min"

    def summary(self) -> pd.DataFrame:
        """Return one row of measures per corridor.

        Returns
        -------
        pandas.DataFrame
            As `strips`, without the geometry.
        """
        import pandas as pd

        return pd.DataFrame(self.strips.drop(columns="geometry"))

    def layers(self, *, source: str = "") -> Presentation:
        """Return what a map page or a layer file shows of the corridors.

        Parameters
        ----------
        source
            Where towns, ports and network come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            Strips coloured by density, links by kind, towns and ports as points; ports placed on their county's border
            have a pattern of their own.
        """
        from geo_urban.corridors._show_corridors import corridor_presentation

        return corridor_presentation(self, source=source)
