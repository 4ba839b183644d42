"""What every method of delineation stands on: units, people, cities, travel times and common borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.agglomerations._inputs import (
    NamedCores,
    border_pairs,
    labels_of,
    named_cores,
    people_of,
    require_polygons,
    rim_of,
    seats_of,
    times_of,
)
from geo_urban.agglomerations.cores import Cities, cities_of
from geo_urban.agglomerations.membership import Borders
from geo_urban.errors import InsufficientDataError
from geo_urban.spatial import contiguity_graph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.spatial import GreatCircle, Network, TravelTimes

__all__ = ["Ground", "cluster_names", "ground_of", "require_cores", "unique_names"]

# Names of so many leading cores make up that of a cluster.
_NAMED = 3


class Ground(NamedTuple):
    """Units with all that was read of them, in their order."""

    units: gpd.GeoDataFrame
    people: NDArray[np.float64]
    urban: NDArray[np.float64]
    city: NDArray[np.object_]
    region: NDArray[np.intp] | None
    """Number of each unit's region."""
    points: gpd.GeoSeries
    """Seats."""
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame | None
    minutes: NDArray[np.float64] | None
    """Between all units; None without travel."""
    borders: Borders
    cities: Cities
    chosen: NamedCores
    called: dict[object, str]
    """Name of each city."""


def ground_of(
    units: gpd.GeoDataFrame,
    *,
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame | None,
    population: str | pd.Series,
    urban: str | pd.Series | None,
    cities: str | pd.Series | None,
    cores: str | Sequence[str] | Mapping[str, Sequence[str]],
    regions: str | pd.Series | None,
    names: str | Mapping[str, str] | pd.Series,
    seats: gpd.GeoSeries | gpd.GeoDataFrame | None,
    graph: Graph | None,
    max_minutes: float,
    core_minutes: float,
) -> Ground:
    """Read what `delineate` is given; the errors are those it names."""
    frame = require_polygons(units)
    people = people_of(frame, population, argument="population")
    urban_people = people if urban is None else people_of(frame, urban, argument="urban")
    city = labels_of(frame, cities, argument="cities")
    chosen = named_cores(cores, set(city))
    points = seats_of(frame, seats, travel)
    minutes = None if travel is None else times_of(travel, points, max_minutes=max_minutes)
    found = cities_of(city, urban_people, minutes, core_minutes)
    region = None
    if regions is not None:
        region = pd.factorize(labels_of(frame, regions, argument="regions"))[0].astype(np.intp)
    return Ground(
        units=frame,
        people=people,
        urban=urban_people,
        city=city,
        region=region,
        points=points,
        travel=travel,
        minutes=minutes,
        borders=_borders(frame, graph),
        cities=found,
        chosen=chosen,
        called=_called(frame, found, names),
    )


def _borders(units: gpd.GeoDataFrame, graph: Graph | None) -> Borders:
    if graph is None and len(units) > 1:
        graph = contiguity_graph(units, queen=False, isolates="attach")
    return Borders(*border_pairs(units, graph), rim_of(units))


def _called(units: gpd.GeoDataFrame, cities: Cities, names: str | Mapping[str, str] | pd.Series) -> dict[object, str]:
    if isinstance(names, str):
        if names not in units.columns:
            return {label: str(label) for label in cities.labels}
        own = units[names].astype(str).to_numpy()
        return {label: own[seat] for label, seat in zip(cities.labels, cities.seats, strict=True)}
    given: dict[Any, Any] = dict(names)
    return {
        label: str(given.get(label, given.get(units.index[seat], label)))
        for label, seat in zip(cities.labels, cities.seats, strict=True)
    }


def require_cores(ground: Ground, *, least: float, circle: float) -> None:
    """Refuse to go on where no city is large enough and none was named.

    Raises
    ------
    InsufficientDataError
        If so.
    """
    found = ground.cities
    if ground.chosen.city or (found.mass >= least).any():
        return
    if ground.minutes is None:
        raise InsufficientDataError(
            "no city has {limit:,.0f} urban residents; the largest, {label}, has {mass:,.0f}. Lower "
            "`core_population`, or name the cores.",
            limit=least,
            label=found.labels[0],
            mass=found.mass[0],
        )
    raise InsufficientDataError(
        "no city has {limit:,.0f} urban residents within {minutes:g} minutes of its seat; the largest, {label}, "
        "has {mass:,.0f}. Lower `core_population`, or name the cores.",
        limit=least,
        minutes=circle,
        label=found.labels[0],
        mass=found.mass[0],
    )


def cluster_names(ground: Ground, leading: Sequence[Sequence[int]], named: Mapping[int, int]) -> list[str]:
    """Return the names that the user gave to clusters, or else those of their leading cities, largest first.

    `leading` has the numbers of each cluster's leading cities, largest first, `named` the group of those that the user
    named.
    """
    groups = list(ground.chosen.names.values())
    names = []
    for cities in leading:
        own = next((name for name in (groups[named[city]] for city in cities if city in named) if name), None)
        names.append(own or "–".join(ground.called[ground.cities.labels[city]] for city in cities[:_NAMED]))
    return unique_names(names)


def unique_names(names: list[str]) -> list[str]:
    """Return names with a number behind those that stand more than once."""
    return [name if names.count(name) == 1 else f"{name} ({number + 1})" for number, name in enumerate(names)]
