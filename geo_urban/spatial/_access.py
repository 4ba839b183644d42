"""Bring places onto a network: to its nearest open nodes, by a straight line with a stated detour and speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_crs, require_geometry, require_unique_index
from geo_urban.errors import AlignmentError, DatumError, GeometryError, InputError
from geo_urban.spatial._path_arrays import Legs
from geo_urban.spatial.datum import datum_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.spatial.network import Measure, Network

__all__ = ["AccessRule", "Joined", "access_legs", "geodesic_km", "on_earth", "on_sphere", "place_table"]

EARTH_RADIUS_KM = 6371.0088
_SHIFTED = ("gcj02", "bd09")
_MOST_LON, _MOST_LAT = 180.0, 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRule:
    """How a place joins a network.

    Parameters
    ----------
    nodes
        How many of the nearest nodes it joins.
    max_km
        A node farther than this, in a straight line, is not joined [km].
    speed_kmh
        Speed on the way there [km/h].
    detour
        Length of the way there over its straight line.
    """

    nodes: int = 1
    max_km: float = 50.0
    speed_kmh: float = 30.0
    detour: float = 1.3

    def __post_init__(self) -> None:
        for name, value, least in (
            ("access_nodes", self.nodes, 1),
            ("max_access_km", self.max_km, 0),
            ("access_speed_kmh", self.speed_kmh, 1e-9),
            ("access_detour", self.detour, 1),
        ):
            if not value >= least:
                raise InputError(
                    "`{name}` is {value}; it must be at least {least}.", name=name, value=value, least=f"{least:g}"
                )


class Joined(NamedTuple):
    """Places on a network: where they join it, and their legs with minutes, or with km, as the cost."""

    table: pd.DataFrame
    by_minutes: Legs
    by_km: Legs

    def legs(self, measure: Measure) -> Legs:
        """Return the legs with `measure` as the cost."""
        return self.by_minutes if measure == "minutes" else self.by_km


def place_table(places: gpd.GeoDataFrame | gpd.GeoSeries, *, argument: str) -> pd.DataFrame:
    """Return `lon`, `lat` of points on WGS 84, on their index.

    Raises
    ------
    InputError
        If they are no points, have no CRS or another datum, lie nowhere on earth, or a name stands twice.
    """
    if not isinstance(places, gpd.GeoDataFrame | gpd.GeoSeries):
        raise GeometryError(
            "`{argument}` is a {kind}; places need points. Make them, e.g. "
            "`geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table.lon, table.lat), crs=4326)`.",
            argument=argument,
            kind=type(places).__name__,
        )
    frame = gpd.GeoDataFrame(geometry=places.geometry)
    frame.attrs = dict(places.attrs)
    require_crs(frame, argument=argument)
    require_unique_index(frame, argument=argument)
    if frame.empty:
        raise AlignmentError("`{argument}` holds no place, so there is no way to measure.", argument=argument)
    require_geometry(frame, argument=argument, kinds=("Point",))
    datum = datum_of(frame)
    if datum in _SHIFTED:
        raise DatumError(
            "`{argument}` are on {datum}, hundreds of metres off the network, perhaps across a river. "
            'Bring them to WGS 84 first, e.g. `to_wgs84({argument}, source="{datum}")`.',
            argument=argument,
            datum=datum,
        )
    points = frame.geometry.to_crs(4326)
    lon, lat = points.x.to_numpy(), points.y.to_numpy()
    lost = ~on_earth(lon, lat)
    if lost.any():
        raise GeometryError(
            "`{argument}` has no position on earth for {codes}; longitudes run from -180 to 180, latitudes from -90 to "
            "90. Check that the two are not swapped and that the CRS is the right one.",
            argument=argument,
            codes=listed(frame.index[lost]),
        )
    return pd.DataFrame({"lon": lon, "lat": lat}, index=frame.index)


def access_legs(table: pd.DataFrame, network: Network, rule: AccessRule) -> Joined:
    """Return how places join a network.

    Returns
    -------
    Joined
        The table with `node` (id of the nearest), `access_km`, `access_minutes`, `component` (missing where a place
        is too far to join; then only `nearest_km` says how far); and its legs.

    Raises
    ------
    InputError
        If no node is open.
    """
    from scipy.spatial import cKDTree

    open_nodes = np.flatnonzero(network.open_nodes)
    places = table[["lon", "lat"]].to_numpy()
    if len(open_nodes) == 0:
        raise InputError("the network has no node that places may join. Open some: `open_nodes`.")
    tree = cKDTree(on_sphere(network.lon[open_nodes], network.lat[open_nodes]))
    count = min(rule.nodes, len(open_nodes))
    nearest = open_nodes[tree.query(on_sphere(*places.T), k=range(1, count + 1))[1]]
    owner = np.repeat(np.arange(len(places)), count)
    node = nearest.ravel()
    straight = geodesic_km(places[owner, 0], places[owner, 1], network.lon[node], network.lat[node])
    # A second way in must lead to the same part of the network: from an island nobody walks to the mainland.
    joined = (straight <= rule.max_km) & (
        network.components[node] == np.repeat(network.components[nearest[:, 0]], count)
    )
    km = straight * rule.detour
    minutes = km / rule.speed_kmh * 60
    starts = np.concatenate([[0], np.cumsum(np.bincount(owner[joined], minlength=len(places)))]).astype(np.int64)
    legs = (starts, node[joined].astype(np.int32))
    first = np.arange(len(places)) * count
    described = table.assign(
        node=pd.Series(network.node_ids[node[first]], index=table.index).where(joined[first]),
        nearest_km=straight[first],
        access_km=np.where(joined[first], km[first], np.nan),
        access_minutes=np.where(joined[first], minutes[first], np.nan),
        component=np.where(joined[first], network.components[node[first]], -1),
    )
    return Joined(described, Legs(*legs, minutes[joined], km[joined]), Legs(*legs, km[joined], minutes[joined]))


def on_earth(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether degrees are a position."""
    finite = np.isfinite(lon) & np.isfinite(lat)
    return finite & (np.abs(lon) <= _MOST_LON) & (np.abs(lat) <= _MOST_LAT)


def on_sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions in space on a sphere of radius 1, so that nearest is nearest across the antimeridian too."""
    x, y = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def geodesic_km(
    lon: NDArray[np.float64], lat: NDArray[np.float64], other_lon: NDArray[np.float64], other_lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return straight distances on the ellipsoid [km]."""
    from pyproj import Geod

    metres = Geod(ellps="WGS84").inv(lon, lat, other_lon, other_lat)[2]
    return np.asarray(metres, dtype=float) / 1000
