"""What a border town's streets come as: streets, junctions and the ways from ports to the centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.presentation import Presentation
    from geo_urban.spatial import Network

__all__ = ["CorridorStreets", "kind_of_junction"]

_CROSSING = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CorridorStreets:
    """The street network of a border town, within a stated area.

    Parameters
    ----------
    streets
        One row per street between two junctions, both inside the area: `start`, `end` (junctions), `km`, `minutes` (the
        faster direction), `straight_km`, `on_route`, and its line on WGS 84.
    junctions
        Nodes inside the area: `streets` (how many meet there, those that leave the area included), `kind`
        (``"intersection"`` of three or more, ``"dead end"``, ``"bend"``).
    routes
        One row per port, on the ports' index: `straight_m`, `route_m`, `route_minutes`, `detour` (metres over straight
        metres), and the line. Missing, with a straight line, where no way leads to the centre.
    area
        The area, one row, on WGS 84.
    area_km2
        Its size [km²].
    area_rule
        What it is: ``"boundary"``, ``"circle"`` or ``"hull"``.
    network
        The streets as they were read, beyond the area too.
    """

    streets: gpd.GeoDataFrame
    junctions: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame
    area: gpd.GeoDataFrame
    area_km2: float
    area_rule: str
    network: Network

    def __repr__(self) -> str:
        return f"<CorridorStreets {len(self.streets):,} streets, {len(self.routes)} routes, {self.area_km2:,.1f} km²>"

    @property
    def units(self) -> gpd.GeoDataFrame:
        """The streets; the same as `streets`."""
        return self.streets

    def summary(self) -> pd.Series:
        """Return the measures of the network and of the fastest route.

        Returns
        -------
        pandas.Series
            ``area_km2``, ``area_rule``, ``streets``, ``street_km``, ``mean_street_m``, ``street_km_per_km2``,
            ``junctions``, ``intersections``, ``dead_ends``, ``intersections_per_km2``, ``streets_per_junction``,
            ``circuity`` (km over straight km), ``parts`` (connected ones of all that was read), ``routes`` (ports with
            a way to the centre), ``port`` (with the fastest one), ``route_m``, ``route_straight_m``,
            ``route_minutes``, ``route_detour``.
        """
        km, straight = float(self.streets["km"].sum()), float(self.streets["straight_km"].sum())
        kinds = self.junctions["kind"].value_counts()
        crossings = int(kinds.get("intersection", 0))
        facts: dict[str, object] = {
            "area_km2": self.area_km2,
            "area_rule": self.area_rule,
            "streets": len(self.streets),
            "street_km": km,
            "mean_street_m": km / len(self.streets) * 1000 if len(self.streets) else np.nan,
            "street_km_per_km2": km / self.area_km2 if self.area_km2 > 0 else np.nan,
            "junctions": len(self.junctions),
            "intersections": crossings,
            "dead_ends": int(kinds.get("dead end", 0)),
            "intersections_per_km2": crossings / self.area_km2 if self.area_km2 > 0 else np.nan,
            "streets_per_junction": float(self.junctions["streets"].mean()) if len(self.junctions) else np.nan,
            "circuity": km / straight if straight > 0 else np.nan,
            "parts": int(self.network.components.max(initial=-1)) + 1,
        }
        return pd.Series({**facts, **self._fastest()}, name="streets", dtype=object)

    def _fastest(self) -> dict[str, object]:
        reached = self.routes[self.routes["route_minutes"].notna()]
        if reached.empty:
            names = ("port", "route_m", "route_straight_m", "route_minutes", "route_detour")
            return {"routes": 0, **dict.fromkeys(names, np.nan)}
        port = reached["route_minutes"].idxmin()
        row = reached.loc[port]
        return {
            "routes": len(reached),
            "port": port,
            "route_m": float(row["route_m"]),
            "route_straight_m": float(row["straight_m"]),
            "route_minutes": float(row["route_minutes"]),
            "route_detour": float(row["detour"]),
        }

    def layers(self, *, source: str = "") -> Presentation:
        """Return what a map page or a layer file shows of the streets.

        Parameters
        ----------
        source
            Where the streets come from, in words; by default as the network says.

        Returns
        -------
        geo_urban.presentation.Presentation
            Streets, those on a route in a colour of their own; junctions by kind; routes from ports to the centre; the
            area.
        """
        from geo_urban.corridors._show_streets import streets_presentation

        return streets_presentation(self, source=source)


def kind_of_junction(streets: pd.Series) -> pd.Series:
    """Return what a junction is by the number of streets that meet there."""
    kinds = np.select([streets >= _CROSSING, streets == 1], ["intersection", "dead end"], "bend")
    return pd.Series(kinds, index=streets.index, name="kind")
