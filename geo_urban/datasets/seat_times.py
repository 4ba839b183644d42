"""Travel times between county seats on the default network, computed once and kept."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.datasets import store
from geo_urban.datasets.regions import Region
from geo_urban.datasets.regions import region as region_of
from geo_urban.datasets.roads import RoadMode, county_seats, known_modes, road_network, road_version
from geo_urban.errors import DataSourceError, InputError
from geo_urban.messages import translate
from geo_urban.spatial import AccessRule, TravelTimes, travel_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from geo_urban.spatial import Network

__all__ = ["seat_travel_times"]

_DECIDING = ("spatial/travel.py", "spatial/_access.py", "spatial/_shortest_paths.py", "spatial/multimodal.py")
_PLACE_COLUMNS = ("lon", "lat", "nearest_km", "access_km", "access_minutes", "component", "node")


def seat_travel_times(
    max_minutes: float | None = 360.0,
    *,
    region: str | int | Region | None = None,
    modes: Sequence[RoadMode] | RoadMode = ("road",),
) -> TravelTimes:
    """Return travel times between the county seats of the mainland by the default network.

    Computed once and kept in the cache. On roads of the country alone: no trip leads through a neighbor. Minutes
    follow one speed per mode and may be off by a quarter; see `road_network`.

    Parameters
    ----------
    max_minutes
        Pairs farther apart are out of reach [minutes]; None for all.
    region
        Only seats of this region; ways between them may lead around outside.
    modes
        As in `road_network`.

    Returns
    -------
    TravelTimes
        Origins and destinations by ``adcode``. Seats of islands that no road joins to the mainland reach each other
        only; seats more than 50 km from any road of the network reach nothing. Both are counted, and named in
        `TravelTimes.not_joined`.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError
        As `road_network`.
    InputError
        If `region` or a mode is unknown, or `max_minutes` is negative.

    Notes
    -----
    All 2,848 seats within six hours of each other take about ten seconds of processor time, once; all pairs two to
    three minutes.

    Examples
    --------
    ``seat_travel_times(120, region="Ningxia").minutes`` has the seats of Ningxia as rows and columns, infinite where
    two lie more than two hours apart.
    """
    if max_minutes is not None and not max_minutes >= 0:
        raise InputError("`max_{measure}` is {limit}; it must be zero or more.", measure="minutes", limit=max_minutes)
    wanted = known_modes(modes)
    within = None if region is None else region_of(region)
    network = road_network(modes=modes, abroad=False)
    seats = county_seats(region=within)
    path = store.build_once(
        f"seat-times-{'-'.join(wanted)}{_slug(within)}{'' if max_minutes is None else f'-{max_minutes:g}'}.npz",
        version_parts=[*road_version(), _code_version(), _fingerprint(seats)],
        build=lambda part: _build(seats, network, max_minutes, part),
        description=translate("Computing travel times between county seats"),
    )
    return _read(path, network, max_minutes)


def _build(seats: gpd.GeoDataFrame, network: Network, max_minutes: float | None, path: Path) -> None:
    import warnings

    from geo_urban.errors import GeoUrbanWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoUrbanWarning)  # who does not join stands in the result, at every reading
        times = travel_time(seats, network=network, max_minutes=max_minutes)
    arrays: dict[str, Any] = {
        "codes": times.origins.index.to_numpy(dtype="U6"),
        "starts": times.starts,
        "columns": times.columns,
        "minutes": times.reached_minutes,
        "km": times.reached_km,
        **{f"place_{name}": times.origins[name].to_numpy(dtype=float) for name in _PLACE_COLUMNS},
    }
    np.savez(path, **arrays)


def _read(path: Path, network: Network, max_minutes: float | None) -> TravelTimes:
    try:
        with np.load(path) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
            index = pd.Index(stored["codes"].astype(str), name="adcode", dtype="str")
            places = pd.DataFrame({name: stored[f"place_{name}"] for name in _PLACE_COLUMNS}, index=index)
    except (OSError, ValueError, KeyError) as error:
        raise DataSourceError(
            "{path} is damaged ({reason}). Delete it, e.g. `geo_urban.datasets.store.clear()`; it is built again.",
            path=path,
            reason=error,
        ) from error
    places = places.astype({"component": np.int64})
    places.insert(2, "node", places.pop("node").astype("Int64"))
    return TravelTimes(
        origins=places,
        destinations=places,
        starts=stored["starts"],
        columns=stored["columns"],
        reached_minutes=stored["minutes"],
        reached_km=stored["km"],
        network=network,
        measure="minutes",
        limit=float("inf") if max_minutes is None else float(max_minutes),
        access=AccessRule(),
    )


def _slug(within: Region | None) -> str:
    if within is None:
        return ""
    codes = "-".join(within.codes)
    short = 40
    return f"-{codes}" if len(codes) <= short else f"-{sha256(codes.encode()).hexdigest()[:12]}"


def _fingerprint(seats: gpd.GeoDataFrame) -> str:
    """Return a key of the seats' codes and positions: whatever moves one of them makes the times anew."""
    positions = np.round(np.column_stack([seats.geometry.x, seats.geometry.y]), 7)
    return sha256(positions.tobytes() + ",".join(seats.index).encode()).hexdigest()


@cache
def _code_version() -> str:
    package = files("geo_urban")
    texts = (package.joinpath(part).read_text(encoding="utf-8") for part in _DECIDING)
    return sha256("\n".join(texts).encode()).hexdigest()
