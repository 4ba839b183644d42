"""Border towns: seats, ports and centres near a border, with their growth and their distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.corridors._along_border import nearest_on_border
from geo_urban.errors import AlignmentError, GeometryError, InputError, raise_faults
from geo_urban.spatial import nearest_by_time, travel_time
from geo_urban.spatial._access import geodesic_km, on_earth, place_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from geo_urban.corridors.border_result import BorderResult
    from geo_urban.spatial import Network

__all__ = ["border_towns", "require_ports"]

_COUNTERPART = ("counterpart_lon", "counterpart_lat")


def border_towns(
    places: gpd.GeoDataFrame,
    border: BorderResult,
    *,
    max_km: float = 100.0,
    start: str | None = "population_2010",
    end: str | None = "population_2020",
    years: float = 10.0,
    tier: pd.Series | None = None,
    centres: Mapping[str, gpd.GeoDataFrame] | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    network: Network | None = None,
) -> gpd.GeoDataFrame:
    """Measure the towns near a border: how they grew, and how far they are from the border and from larger cities.

    Seats of border counties, ports and urban centres may stand in one table. A county's figures describe the county,
    not its town: say which base was used.

    Parameters
    ----------
    places
        Points with a unique index. Optional columns: `counterpart_lon`, `counterpart_lat` (where the town beyond the
        border lies, on WGS 84).
    border
        The land border.
    max_km
        Places farther from the border than this are left out [km].
    start, end
        Columns with residents at both counts [persons]; None, or missing in `places`, for no growth.
    years
        Years between the counts.
    tier
        Size tier by place, on the places' index, e.g. of `geo_urban.hierarchy.size_tier`.
    centres
        Larger cities by kind, e.g. ``{"prefecture": ..., "province": ...}``: the nearest of each kind is found.
    crossings
        Ports of entry: how far the border is for whoever crosses it, beside the straight distance to the line.
    network
        For times; without it, centres and crossings are the nearest in a straight line.

    Returns
    -------
    geopandas.GeoDataFrame
        The places' columns and `border_km` (straight distance), `neighbor` (of the nearest stretch), `part` and `at_km`
        (where along the border), `change`, `change_share`, `annual_change_rate`, `tier`, `counterpart_km`,
        `counterpart_minutes`, and per kind of centre ``nearest_<kind>``, ``<kind>_km``, ``<kind>_minutes``; with
        crossings `nearest_crossing`, `crossing_km`, `crossing_minutes`; sorted along the border. Times are missing
        where no way leads there or the town is too far from the network.

    Raises
    ------
    InputError
        If places are no points on WGS 84 or stand twice, a column is missing, or no place lies within `max_km`.

    Warns
    -----
    GeoUrbanWarning
        If places are too far from the network to join it; they are named.

    Notes
    -----
    annual_change_rate = (end / start)^(1 / years) − 1.

    Examples
    --------
    ``border_towns(seats, border, centres={"prefecture": prefecture_seats}, network=network)``
    """
    table = place_table(places, argument="places")
    near = nearest_on_border(table["lon"].to_numpy(), table["lat"].to_numpy(), border).set_index(places.index)
    kept = places.index[near["km"].to_numpy() <= max_km]
    if not len(kept):
        raise InputError(
            "no place lies within {limit:g} km of the border; the nearest, {place}, is {km:,.0f} km away. Check that "
            "longitude and latitude are not swapped, or raise `max_km`.",
            limit=max_km,
            place=near["km"].idxmin(),
            km=near["km"].min(),
        )
    near = near.loc[kept].rename(columns={"km": "border_km"})
    towns = places.loc[kept].assign(**near[["border_km", "neighbor", "part", "at_km"]])
    if start in towns.columns and end in towns.columns:
        before, after = towns[start].astype(float), towns[end].astype(float)
        ratio = (after / before.where(before > 0)).astype(float)
        towns = towns.assign(change=after - before, change_share=ratio - 1, annual_change_rate=ratio ** (1 / years) - 1)
    if tier is not None:
        towns["tier"] = _on_index(tier, kept)
    towns = _with_counterparts(towns, table.loc[kept], network)
    wanted = dict(centres or {}) if crossings is None else {**(centres or {}), "crossing": crossings}
    for kind, cities in wanted.items():
        towns = towns.join(_nearest_centre(towns, cities, kind, network))
    return towns.sort_values(["part", "at_km"], kind="stable")


def require_ports(
    ports: gpd.GeoDataFrame,
    border: BorderResult,
    *,
    max_km: float = 100.0,
    units: gpd.GeoDataFrame | None = None,
    outside_km: float = 2.0,
) -> None:
    """Raise unless every port is a point near the border and inside the country.

    Parameters
    ----------
    ports
        Points with a unique index.
    border
        The land border.
    max_km
        How far from the border a port may lie [km].
    units
        The country's units; None to leave out that check. Ports with a column `unit` must lie in that unit.
    outside_km
        How far outside the country a port may lie, for points on bridges and rivers [km].

    Raises
    ------
    InputError
        All faults at once, with the ports' names: too far from the border (and whether their coordinates are swapped),
        outside the country.

    Examples
    --------
    ``require_ports(ports, border, units=counties)``
    """
    table = place_table(ports, argument="ports")
    near = nearest_on_border(table["lon"].to_numpy(), table["lat"].to_numpy(), border).set_index(table.index)
    far = near.index[near["km"] > max_km]
    faults: list[InputError] = []
    if len(far):
        faults.append(_too_far(table.loc[far], near.loc[far], border, max_km))
    rest = table.loc[table.index.difference(far, sort=False)]
    if units is not None and len(rest):
        faults.extend(_outside(rest, units, outside_km))
    raise_faults(faults)


def _too_far(table: pd.DataFrame, near: pd.DataFrame, border: BorderResult, max_km: float) -> InputError:
    lon, lat = table["lat"].to_numpy(), table["lon"].to_numpy()
    possible = on_earth(lon, lat)
    swapped = possible.copy()
    swapped[possible] = nearest_on_border(lon[possible], lat[possible], border)["km"].to_numpy() <= max_km
    places = listed(f"{name} ({km:,.0f} km)" for name, km in near["km"].items())
    if swapped.any():
        return GeometryError(
            "ports lie more than {limit:g} km from the border: {places}. With longitude and latitude swapped, "
            "{swapped} would lie at it: build the points as `geopandas.points_from_xy(lon, lat)`.",
            limit=max_km,
            places=places,
            swapped=listed(table.index[swapped]),
        )
    return GeometryError(
        "ports lie more than {limit:g} km from the border: {places}. Correct their positions, leave them out, or raise "
        "`max_km`.",
        limit=max_km,
        places=places,
    )


def _outside(table: pd.DataFrame, units: gpd.GeoDataFrame, outside_km: float) -> list[InputError]:
    import shapely

    polygons = units.geometry.to_crs(4326).to_numpy()
    points = shapely.points(table["lon"], table["lat"])
    inside = np.zeros(len(points), dtype=bool)
    inside[shapely.STRtree(polygons).query(points, predicate="intersects")[0]] = True
    apart = []
    for name, point in zip(table.index[~inside], points[~inside], strict=True):
        reach = shapely.buffer(point, 1.0)
        around = polygons[shapely.STRtree(polygons).query(reach)]
        ways = shapely.get_coordinates(shapely.shortest_line(point, around)).reshape(-1, 4)
        km = float(geodesic_km(*ways.T).min()) if len(ways) else np.inf
        if km > outside_km:
            apart.append(f"{name} ({km:,.0f} km)")
    if not apart:
        return []
    return [
        GeometryError(
            "ports lie outside the country: {places}. A port of entry stands on the home side; give the town beyond "
            "the border as `counterpart_lon` and `counterpart_lat`.",
            places=listed(apart),
        )
    ]


def _on_index(values: pd.Series, index: pd.Index) -> pd.Series:
    lost = index.difference(values.index)
    if len(lost):
        raise AlignmentError(
            "`{argument}` has no entry for {codes}. Give it on the index of the places.",
            argument="tier",
            codes=listed(lost),
        )
    return values.loc[index]


def _with_counterparts(towns: gpd.GeoDataFrame, table: pd.DataFrame, network: Network | None) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if not set(_COUNTERPART) <= set(towns.columns):
        return towns
    known = towns[list(_COUNTERPART)].notna().all(axis=1)
    beyond = towns.loc[known, list(_COUNTERPART)].astype(float)
    km = geodesic_km(*table.loc[known].to_numpy().T, *beyond.to_numpy().T)
    towns = towns.assign(counterpart_km=pd.Series(km, index=beyond.index).reindex(towns.index))
    if network is not None and len(beyond):
        there = gpd.GeoSeries.from_xy(*beyond.to_numpy().T, index=beyond.index, crs=4326)
        times = travel_time(towns.geometry.loc[beyond.index], there, network=network).minutes
        minutes = pd.Series(np.diag(times.to_numpy()), index=beyond.index)
        towns["counterpart_minutes"] = minutes.where(np.isfinite(minutes)).reindex(towns.index)
    return towns


def _nearest_centre(
    towns: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, kind: str, network: Network | None
) -> pd.DataFrame:
    if network is not None:
        found = nearest_by_time(towns, cities, network=network)
        reached = np.isfinite(found["minutes"])
        return pd.DataFrame(
            {
                f"nearest_{kind}": found["nearest"],
                f"{kind}_km": found["km"].where(reached),
                f"{kind}_minutes": found["minutes"].where(reached),
            }
        )
    here, there = place_table(towns, argument="places"), place_table(cities, argument="centres")
    apart = geodesic_km(
        *(np.repeat(here[name].to_numpy(), len(there)) for name in ("lon", "lat")),
        *(np.tile(there[name].to_numpy(), len(here)) for name in ("lon", "lat")),
    ).reshape(len(here), len(there))
    best = apart.argmin(axis=1)
    return pd.DataFrame({f"nearest_{kind}": there.index.take(best), f"{kind}_km": apart.min(axis=1)}, index=towns.index)
