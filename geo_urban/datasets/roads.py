"""The default network: highways of China and around, with railways as a second mode."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.checks import listed
from geo_urban.datasets import store
from geo_urban.datasets._world_graphs import read_graph, source_version
from geo_urban.datasets.boundaries import counties, provinces
from geo_urban.datasets.regions import Region
from geo_urban.datasets.regions import region as region_of
from geo_urban.errors import DataSourceError, InputError
from geo_urban.messages import Sentence
from geo_urban.spatial.multimodal import join_modes
from geo_urban.spatial.network import Network, build_network

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["SPEEDS_KMH", "RoadMode", "county_seats", "known_modes", "road_network", "road_version"]

RoadMode = Literal["road", "rail"]
MODES: tuple[RoadMode, ...] = get_args(RoadMode)

SPEEDS_KMH: dict[RoadMode, float] = {"road": 70.0, "rail": 100.0}
"""Speeds that are assumed wherever nothing better is known (docs/decisions/travel-time.md)."""

# The country with a margin of a degree and more, so that ways along a border and ports beyond it are inside.
STUDY_BOX = (72.0, 15.0, 137.0, 56.0)
# Smaller parts are loose ends of the source, not islands: the smallest true one, Zhoushan, has 72 nodes.
MIN_NODES = 50
# A seat has a station if a railway's node is so near [km].
STATION_KM = 10.0
TRANSFER_MINUTES = 30.0
_KM_PER_DEGREE = 111.2
_BEYOND_THE_MAINLAND = ("71", "81", "82")
_DECIDING = ("datasets/roads.py", "datasets/_world_graphs.py", "spatial/network.py")


def road_network(
    *,
    region: str | int | Region | None = None,
    modes: Sequence[RoadMode] | RoadMode = ("road",),
    speeds_kmh: dict[RoadMode, float] | None = None,
    transfer_minutes: float = TRANSFER_MINUTES,
    abroad: bool = True,
    margin_km: float = 100.0,
) -> Network:
    """Return the default road network of China and what borders on it.

    Motorways and main roads of OpenStreetMap as a graph with kilometres. It knows neither class nor speed, so one
    speed per mode makes minutes of kilometres; they may be off by a quarter and serve to compare places, not to plan a
    journey. Edges alone cross rivers and borders. Parts that no edge joins to the mainland stay parts of their own
    (Hainan, Zhoushan, Hong Kong, Taiwan): between them there is no way, and that is counted.

    Parameters
    ----------
    region
        Only the surroundings of this region (`geo_urban.datasets.region`): the rectangle around it and `margin_km`.
        None for the study box, 72° to 137° E and 15° to 56° N.
    modes
        ``("road",)``, or ``("road", "rail")`` with railways joined to the roads at stations. Places join roads only.
    speeds_kmh
        Speed by mode [km/h]; by default road 70, rail 100.
    transfer_minutes
        Time from road to train and back, waiting included [minutes].
    abroad
        Whether roads beyond the border belong to it. Without them no trip between two towns of the country leads
        through a neighbor, and no port to its counterpart.
    margin_km
        How far beyond the region's rectangle the network goes, so that ways may lead around [km].

    Returns
    -------
    Network
        Open both ways, `minutes_uncertainty` 0.25.

    Raises
    ------
    MissingDependencyError
        If the data packages are not installed.
    InputError
        If a mode or region is unknown, a speed is not above zero, or nothing lies there.
    OutputError
        If the network cannot be kept in the cache folder.

    Notes
    -----
    Nodes are given to a thousandth of a degree, about 100 m; they are junctions, and some edges in deserts are
    hundreds of kilometres long with no node between. An edge's length is the source's, on a sphere, and now and then
    shorter than the road. Parts with fewer than 50 nodes are left out. Stations are the railway nodes nearest to
    county seats, within 10 km; trains stop at no other place and are all as fast. Built once and kept in the cache.

    References
    ----------
    OpenStreetMap contributors, https://www.openstreetmap.org/copyright (ODbL), by way of the package `scgraph-data`.

    Examples
    --------
    >>> road_network(region="Ningxia").mode
    'road'
    """
    wanted = known_modes(modes)
    speeds = _known_speeds(speeds_kmh)
    box = None if region is None else _box_around(region_of(region), margin_km)
    road = _part(_read("road", speeds), box, abroad=abroad)
    if "rail" not in wanted:
        return road
    rail = _part(_read("rail", speeds), box, abroad=abroad)
    seats = county_seats(mainland=False)
    return join_modes(road, rail, stations=seats, transfer_minutes=transfer_minutes, max_km=STATION_KM)


def county_seats(*, region: str | int | Region | None = None, mainland: bool = True) -> gpd.GeoDataFrame:
    """Return the seats of counties as points, ready for travel times.

    Parameters
    ----------
    region
        Only those of this region.
    mainland
        Whether Hong Kong, Macau and Taiwan, which no census covers, are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode``; `name`, `prefecture`, `province`, `unit_type`, `seat_source` (how the seat was found), and
        the point on WGS 84.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As `counties`.

    Examples
    --------
    >>> county_seats(region="沈阳市").geom_type.unique().tolist()
    ['Point']
    """
    units = counties(region=region)
    if mainland:
        units = units[~units.index.str.startswith(_BEYOND_THE_MAINLAND)]
    columns = units[["name", "prefecture", "province", "unit_type", "seat_source"]]
    points = gpd.points_from_xy(units["seat_lon"], units["seat_lat"])
    return gpd.GeoDataFrame(columns.copy(), geometry=points, crs=4326)


def road_version() -> list[str]:
    """Return what decides the default network: the package and the code that reads it."""
    return [source_version(), _code_version()]


def known_modes(modes: Sequence[RoadMode] | RoadMode) -> tuple[str, ...]:
    """Return the modes that are meant.

    Raises
    ------
    InputError
        If one is unknown, or roads are not among them.
    """
    wanted = (modes,) if isinstance(modes, str) else tuple(modes)
    unknown = [mode for mode in wanted if mode not in MODES]
    if unknown or "road" not in wanted:
        raise InputError(
            '`modes` is {modes}; it must name "road", alone or with "rail": places join the network at roads.',
            modes=listed(wanted) or "()",
        )
    return wanted


def _known_speeds(given: dict[RoadMode, float] | None) -> dict[RoadMode, float]:
    speeds = {**SPEEDS_KMH, **(given or {})}
    wrong = {mode: speed for mode, speed in speeds.items() if mode not in MODES or not speed > 0}
    if wrong:
        raise InputError(
            "`speeds_kmh` has {wrong}; it takes a speed above zero for each of {known}.",
            wrong=listed(f"{mode}: {speed}" for mode, speed in wrong.items()),
            known=listed(MODES),
        )
    return speeds


def _box_around(wanted: Region, margin_km: float) -> tuple[float, float, float, float]:
    west, south, east, north = counties(region=wanted).total_bounds
    high = margin_km / _KM_PER_DEGREE
    wide = high / np.cos(np.radians(max(abs(south), abs(north))))
    return west - wide, south - high, east + wide, north + high


def _part(network: Network, box: tuple[float, float, float, float] | None, *, abroad: bool) -> Network:
    keep = np.ones(len(network.lon), dtype=bool)
    if box is not None:
        west, south, east, north = box
        keep = (network.lon >= west) & (network.lon <= east) & (network.lat >= south) & (network.lat <= north)
    if not abroad:
        keep &= _at_home(network)
    return network if keep.all() else network.part(keep, min_nodes=MIN_NODES)


def _at_home(network: Network) -> NDArray[np.bool_]:
    # `node_ids` of the stored network are the source's numbers, negative abroad.
    return np.asarray(network.node_ids >= 0)


def _read(mode: RoadMode, speeds: dict[RoadMode, float]) -> Network:
    path = store.build_once(
        f"network-{mode}.npz",
        version_parts=[*road_version(), "wgs84"],
        build=lambda part: _build(mode, part),
    )
    try:
        with np.load(path) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError) as error:
        raise DataSourceError(
            "{path} is damaged ({reason}). Delete it, e.g. `geo_urban.datasets.store.clear()`; it is built again.",
            path=path,
            reason=error,
        ) from error
    return Network(
        lon=stored["lon"],
        lat=stored["lat"],
        starts=stored["starts"],
        ends=stored["ends"],
        km=stored["km"],
        minutes=stored["km"] / speeds[mode] * 60,
        arc_modes=np.zeros(len(stored["ends"]), dtype=np.uint8),
        modes=(mode,),
        open_nodes=np.ones(len(stored["lon"]), dtype=bool),
        components=stored["components"],
        directed=False,
        source=Sentence("highways and railways of OpenStreetMap (ODbL) by {package}", package=source_version()),
        speed_rule=_rule(mode, speeds[mode]),
        minutes_uncertainty=0.25,
        node_ids=stored["node_ids"],
        dropped={"self_loops": int(stored["self_loops"])},
    )


def _rule(mode: RoadMode, speed: float) -> Sentence:
    if mode == "rail":
        return Sentence("{speed:g} km/h on every railway, for the graph knows no class", speed=speed)
    return Sentence("{speed:g} km/h on every road, for the graph knows no class", speed=speed)


def _build(mode: RoadMode, path: Path) -> None:
    """Write the part of the world's graph that lies in the study box."""
    world = read_graph(mode)
    west, south, east, north = STUDY_BOX
    keep = (world.lon >= west) & (world.lon <= east) & (world.lat >= south) & (world.lat <= north)
    number = np.cumsum(keep) - 1
    once = keep[world.start] & keep[world.end] & (world.start <= world.end)
    inside = np.zeros(len(world.lon), dtype=bool)
    inside[keep] = _inside(world.lon[keep], world.lat[keep])
    ids = np.where(inside, np.arange(len(world.lon)), -1 - np.arange(len(world.lon)))
    network = build_network(
        world.lon[keep],
        world.lat[keep],
        number[world.start[once]],
        number[world.end[once]],
        km=world.km[once],
        minutes=world.km[once],
        node_ids=ids[keep],
    )
    loops = network.dropped["self_loops"]
    network = network.part(np.ones(len(network.lon), dtype=bool), min_nodes=MIN_NODES)
    names = ("lon", "lat", "starts", "ends", "km", "components", "node_ids")
    np.savez(path, self_loops=loops, **{name: getattr(network, name) for name in names})


def _inside(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    points = shapely.points(lon, lat)
    land = provinces().geometry.to_numpy()
    shapely.prepare(land)
    rows = shapely.STRtree(points).query(land, predicate="intersects")[1]
    inside = np.zeros(len(points), dtype=bool)
    inside[np.unique(rows)] = True
    return inside


@cache
def _code_version() -> str:
    package = files("geo_urban")
    texts = (package.joinpath(part).read_text(encoding="utf-8") for part in _DECIDING)
    return sha256("\n".join(texts).encode()).hexdigest()
