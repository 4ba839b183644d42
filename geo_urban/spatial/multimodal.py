"""Join two networks at stations, so that a trip may change from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.errors import InputError
from geo_urban.messages import Sentence
from geo_urban.spatial._access import AccessRule, access_legs, place_table
from geo_urban.spatial.network import Network, assembled

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["join_modes"]


def join_modes(
    network: Network,
    other: Network,
    *,
    stations: gpd.GeoDataFrame | gpd.GeoSeries,
    transfer_minutes: float,
    max_km: float = 10.0,
    speed_kmh: float = 30.0,
    detour: float = 1.3,
) -> Network:
    """Join a second network to a first one at stations, e.g. railways to roads.

    Parameters
    ----------
    network
        The network that places join.
    other
        The one that is reached through stations only; no place joins it by itself.
    stations
        Points near both. Each joins the nearest node of one to the nearest node of the other.
    transfer_minutes
        Time of a change, waiting included, in either direction [minutes].
    max_km
        A station farther than this from either network, in a straight line, joins nothing [km].
    speed_kmh, detour
        Speed [km/h] and detour on the way between the two nodes.

    Returns
    -------
    Network
        Nodes of both, `modes` of both and ``"transfer"``.

    Raises
    ------
    InputError
        If `stations` are no usable points, none is near both networks, or `transfer_minutes` is negative.

    Examples
    --------
    A railway at twice the speed serves the ends of a road; a change takes ten minutes, so the train wins 40 of 120.

    >>> import geopandas as gpd
    >>> from geo_urban.spatial import build_network, travel_time
    >>> road = build_network([0, 1], [0, 0], [0], [1], km=[120], minutes=[120])
    >>> rail = build_network([0, 1], [0, 0], [0], [1], km=[111], minutes=[60], mode="rail")
    >>> towns = gpd.GeoSeries.from_xy([0, 1], [0, 0], index=["a", "b"], crs=4326)
    >>> both = join_modes(road, rail, stations=towns, transfer_minutes=10)
    >>> travel_time(towns, network=both).minutes.loc["a", "b"]
    np.float64(80.0)
    """
    if not transfer_minutes >= 0:
        raise InputError(
            "`transfer_minutes` is {minutes}; a change takes zero minutes or more.", minutes=transfer_minutes
        )
    table = place_table(stations, argument="stations")
    rule = AccessRule(max_km=max_km, speed_kmh=speed_kmh, detour=detour)
    near, far = access_legs(table, network, rule), access_legs(table, other, rule)
    served = ((near.table["component"] >= 0) & (far.table["component"] >= 0)).to_numpy()
    if not served.any():
        raise InputError(
            "none of the {count} stations lies within {limit:g} km of both networks, so no one could change. "
            "Check that they cover the same region, or raise `max_km`.",
            count=len(table),
            limit=max_km,
        )
    here, there = (joined.by_km.nodes[joined.by_km.starts[:-1][served]] for joined in (near, far))
    km = (near.table["access_km"] + far.table["access_km"]).to_numpy()[served]
    return _combined(network, other, here, there, km, transfer_minutes + km / speed_kmh * 60)


def _combined(network: Network, other: Network, here: Any, there_in_other: Any, km: Any, minutes: Any) -> Network:
    shift = len(network.lon)
    there = there_in_other + shift
    modes = (*network.modes, *other.modes, "transfer")
    parts = {
        name: np.concatenate([getattr(network, name), getattr(other, name)]) for name in ("lon", "lat", "node_ids")
    }
    arc_modes = [network.arc_modes, other.arc_modes + len(network.modes), np.full(2 * len(here), len(modes) - 1)]
    lines = None
    if network.lines is not None and other.lines is not None:
        lines = np.concatenate([network.lines, other.lines, *_straight_links(network, other, here, there_in_other)])
    return assembled(
        tails=np.concatenate([network.tails, other.tails + shift, here, there]),
        ends=np.concatenate([network.ends, other.ends + shift, there, here]),
        km=np.concatenate([network.km, other.km, km, km]),
        minutes=np.concatenate([network.minutes, other.minutes, minutes, minutes]),
        arc_modes=np.concatenate(arc_modes).astype(np.uint8),
        lines=lines,
        modes=modes,
        open_nodes=np.concatenate([network.open_nodes, np.zeros(len(other.lon), dtype=bool)]),
        directed=network.directed or other.directed,
        source="; ".join(dict.fromkeys([network.source, other.source])),
        speed_rule=Sentence("{first}, and {second}", first=network.speed_rule, second=other.speed_rule),
        minutes_uncertainty=max(network.minutes_uncertainty, other.minutes_uncertainty),
        dropped={
            reason: network.dropped.get(reason, 0) + other.dropped.get(reason, 0)
            for reason in {**network.dropped, **other.dropped}
        },
        **parts,
    )


def _straight_links(network: Network, other: Network, here: Any, there: Any) -> list[Any]:
    import shapely

    ends = np.stack([[network.lon[here], network.lat[here]], [other.lon[there], other.lat[there]]]).transpose(2, 0, 1)
    return [shapely.linestrings(ends), shapely.linestrings(ends[:, ::-1])]
