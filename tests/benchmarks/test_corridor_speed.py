"""Corridors of a whole country: towns, ports, two kinds of centres, strips with people, and catchments."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import pytest
from clock import seconds

from geo_urban import datasets
from geo_urban.corridors import (
    BorderResult,
    CorridorResult,
    border_corridors,
    border_towns,
    border_units,
    land_border,
    port_catchments,
    strip_by_time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    from pytest_benchmark.fixture import BenchmarkFixture

    from geo_urban.spatial import Network

pytestmark = pytest.mark.slow

# On the machine this was written on, with other work beside it, it took 44 s before searches ended where their ends
# were found and strips were cut on equal areas.
CORRIDORS_SECONDS = 25
CATCHMENTS_SECONDS = 3
STRIP_SECONDS_PER_1000_KM = 6


class Belt(NamedTuple):
    """What corridors are made of."""

    border: BorderResult
    towns: gpd.GeoDataFrame
    seats: gpd.GeoDataFrame
    ports: gpd.GeoDataFrame
    centres: dict[str, gpd.GeoDataFrame]
    units: gpd.GeoDataFrame
    roads: Network


@pytest.fixture(scope="module")
def belt() -> Belt:
    counties, seats, roads = datasets.counties(), datasets.county_seats(), datasets.road_network()
    border = land_border(counties, datasets.neighbors(disputed=True))
    touching = border_units(counties, border, min_border_km=1)
    panel = datasets.census_panel(geometry=True)
    owner = {code: unit for unit, members in panel["members_2020"].items() for code in members.split(";")}
    unit = seats.index.map(owner)
    seats = seats.assign(population_2020=panel["population_2020"].reindex(unit).to_numpy()).dropna()
    places = seats.loc[seats.index.intersection(touching.index[touching["border_unit"]])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # towns far from any road are named
        towns = border_towns(places, border, max_km=250, network=roads)
    cities = seats[seats["unit_type"] == "district"].drop_duplicates("prefecture")
    capitals = cities[cities.index.str[2:4] == "01"].drop_duplicates("province")
    return Belt(border, towns, seats, datasets.ports(), {"prefecture": cities, "province": capitals}, panel, roads)


def corridors(belt: Belt) -> CorridorResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return border_corridors(
            belt.towns,
            belt.border,
            network=belt.roads,
            ports=belt.ports,
            centres=belt.centres,
            units=belt.units,
        )


def test_corridors_of_the_nation(benchmark: BenchmarkFixture, held_to: Callable[[float], None], belt: Belt) -> None:
    corridors(belt._replace(towns=belt.towns.iloc[:3], ports=belt.ports.iloc[:1]))  # compiles
    result = benchmark.pedantic(corridors, args=(belt,), rounds=2)
    assert len(result.strips) > 100
    held_to(CORRIDORS_SECONDS)


def test_catchments_of_the_nation(benchmark: BenchmarkFixture, held_to: Callable[[float], None], belt: Belt) -> None:
    def served() -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(port_catchments(belt.seats, belt.ports, network=belt.roads).summary()["served"])

    served()
    assert benchmark.pedantic(served, rounds=2) > 1e8
    held_to(CATCHMENTS_SECONDS)


def test_strip_in_minutes(benchmark: BenchmarkFixture, told: Callable[..., None], belt: Belt) -> None:
    few = belt._replace(towns=belt.towns.iloc[:12], ports=belt.ports.iloc[:1])
    lines = corridors(few).lines
    km = lines.loc[lines["reached"], "km"].sum()
    if not benchmark.enabled:
        lines = lines.iloc[:1]
    ways = lines.geometry[lines["reached"]]
    strip_by_time(ways.iloc[:1], network=belt.roads, width_minutes=60)
    spent = seconds(
        lambda: benchmark.pedantic(
            strip_by_time, args=(ways,), kwargs={"network": belt.roads, "width_minutes": 60}, rounds=1
        )
    )
    if benchmark.enabled:
        told("seconds per 1,000 km of a strip of 60 minutes", spent / km * 1000, at_most=STRIP_SECONDS_PER_1000_KM)
