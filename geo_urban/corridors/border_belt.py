"""Border units: which touch the border, along which neighbour, and how deep in the country their seats lie."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_crs, require_unique_index
from geo_urban.corridors._along_border import nearest_on_border
from geo_urban.errors import AlignmentError, InputError
from geo_urban.spatial._access import place_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.corridors.border_result import BorderResult
    from geo_urban.spatial import Network

__all__ = ["border_units", "depth_bands"]

_SEAT = ("seat_lon", "seat_lat")


def border_units(
    units: gpd.GeoDataFrame,
    border: BorderResult,
    *,
    min_border_km: float,
    depth_km: Sequence[float] = (25, 50, 100),
    depth_minutes: Sequence[float] | None = None,
    seats: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    crossings: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    network: Network | None = None,
) -> gpd.GeoDataFrame:
    """List the units along a border: how long their border is, and how far from it they are run.

    A county belongs to the border by touching it for longer than a stated minimum, not by a list. How many there are
    depends on that minimum, on the year of the boundaries and on whether disputed areas count: state all three.

    Parameters
    ----------
    units
        The units that `border` was found with.
    border
        The land border.
    min_border_km
        Units with less common line are listed, but are no border units [km].
    depth_km
        Limits of the bands of depth [km], ascending.
    depth_minutes
        Limits of bands by time to the nearest crossing as well [minutes], ascending; with `network`.
    seats
        Points on the units' index; None for the columns `seat_lon` and `seat_lat`, or, where there are none, a point
        inside each unit.
    crossings
        Ports of entry, for times to the border; with `network`.
    network
        Network for these times.

    Returns
    -------
    geopandas.GeoDataFrame
        Units that touch the border, or whose seat lies within the deepest band: their columns, `border_km`,
        `disputed_km`, `neighbors`, `neighbor_count`, `border_unit` (whether the line is long enough), `seat_km`
        (straight distance of the seat to the border [km]), `depth` (band), and with a network `nearest_crossing` and
        `seat_minutes` (missing where no way leads there), and `depth_time` (band by these minutes) where asked for.

    Raises
    ------
    InputError
        If limits do not ascend, `min_border_km` is negative, or only one of `crossings` and `network` is given.
    AlignmentError
        If a unit on the border is not in `units`.

    Examples
    --------
    ``border_units(counties, border, min_border_km=1)["border_unit"].sum()``
    """
    _check(units, border, min_border_km, {"depth_km": depth_km, "depth_minutes": depth_minutes})
    if (crossings is None) != (network is None) or (depth_minutes is not None and network is None):
        raise InputError("times to the border need both `crossings` and `network`. Give both or none.")
    points = _seat_points(units, seats)
    table = place_table(points, argument="seats")
    near = nearest_on_border(table["lon"].to_numpy(), table["lat"].to_numpy(), border)
    touching = border.units.reindex(units.index)
    found = units.drop(columns=[name for name in touching.columns if name in units.columns]).assign(
        border_km=touching["border_km"].fillna(0.0),
        disputed_km=touching["disputed_km"].fillna(0.0),
        neighbors=touching["neighbors"],
        neighbor_count=touching["neighbor_count"].fillna(0).astype(int),
        seat_km=near["km"].to_numpy(),
        depth=depth_bands(pd.Series(near["km"].to_numpy(), index=units.index), depth_km),
    )
    found["border_unit"] = (found["border_km"] > 0) & (found["border_km"] >= min_border_km)
    found = found[(found["border_km"] > 0) | (found["seat_km"] < depth_km[-1])]
    if network is not None and crossings is not None:
        from geo_urban.spatial import nearest_by_time

        times = nearest_by_time(points.loc[found.index], crossings, network=network)
        found = found.assign(
            nearest_crossing=times["nearest"], seat_minutes=times["minutes"].where(np.isfinite(times["minutes"]))
        )
        if depth_minutes is not None:
            found["depth_time"] = depth_bands(found["seat_minutes"], depth_minutes, unit="min")
    return found


def depth_bands(depths: pd.Series, limits: Sequence[float], *, unit: str = "km") -> pd.Series:
    """Return the band of each depth, as ordered categories; missing where the depth is."""
    edges = [0.0, *map(float, limits)]
    names = [f"{low:g}–{high:g} {unit}" for low, high in pairwise(edges)] + [f"≥ {edges[-1]:g} {unit}"]
    band = np.where(depths.isna(), -1, np.searchsorted(edges[1:], depths.to_numpy(), side="right"))
    return pd.Series(
        pd.Categorical.from_codes(band.tolist(), pd.Index(names), ordered=True), index=depths.index, name="depth"
    )


def _check(
    units: gpd.GeoDataFrame, border: BorderResult, least: float, bands: dict[str, Sequence[float] | None]
) -> None:
    require_crs(units, argument="units")
    require_unique_index(units, argument="units")
    if not least >= 0:
        raise InputError(
            "`{name}` is {value}; it must be at least {least}.", name="min_border_km", value=least, least=0
        )
    for name, limits in bands.items():
        if limits is not None and (not limits or list(limits) != sorted(set(limits)) or limits[0] <= 0):
            raise InputError(
                "`{name}` is {limits}; limits of bands ascend and are above zero, e.g. (25, 50, 100).",
                name=name,
                limits=listed(limits) or "()",
            )
    strange = pd.Index(border.segments["unit"].unique()).difference(units.index)
    if len(strange):
        raise AlignmentError(
            "the border runs along {codes}, which `units` does not have. Pass the units that the border is of.",
            codes=listed(strange),
        )


def _seat_points(units: gpd.GeoDataFrame, seats: gpd.GeoDataFrame | gpd.GeoSeries | None) -> gpd.GeoSeries:
    if seats is not None:
        lost = units.index.difference(seats.index)
        if len(lost):
            raise AlignmentError(
                "`seats` has no point for {codes}. Add them, or pass only units that have one.", codes=listed(lost)
            )
        points = seats.geometry.loc[units.index]
    elif set(_SEAT) <= set(units.columns):
        points = gpd.GeoSeries.from_xy(units[_SEAT[0]], units[_SEAT[1]], index=units.index, crs=4326)
    else:
        points = units.geometry.representative_point()
    return gpd.GeoSeries(points)
