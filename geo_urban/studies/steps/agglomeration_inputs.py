"""What the delineation of city clusters reads: units, travel times, cities, regions and plans."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import require_columns
from geo_urban.errors import GeoUrbanWarning
from geo_urban.messages import Sentence
from geo_urban.spatial import contiguity_graph
from geo_urban.studies.networks import LONGEST_MINUTES, STRAIGHT_SPEED_KMH, network_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from libpysal.graph import Graph

    from geo_urban.spatial import TravelTimes
    from geo_urban.studies.context import StudyContext

__all__ = ["ClusterInputs", "cluster_inputs"]

PLAN = "plan"
_PROVINCE_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterInputs:
    """Everything that `geo_urban.agglomerations.delineate` takes.

    Parameters
    ----------
    units
        Units that compete for people: those of the study, and around a region those of the provinces next to it.
    own
        Whether each of them is one of the study's.
    seats
        Their points.
    travel
        Travel times between them.
    minutes
        The same as a table; infinite out of reach.
    graph
        Which of them have a common border; islands are attached to the nearest unit.
    population, population_start, urban, cities, regions, reference
        Columns; None where there is none.
    names
        Column or words for cities.
    cores
        As `delineate` takes them.
    said
        What the reader must know of them, sentences of the catalogue.
    """

    units: gpd.GeoDataFrame
    own: pd.Series
    seats: gpd.GeoSeries
    travel: TravelTimes
    minutes: pd.DataFrame
    graph: Graph
    population: str
    population_start: str | None
    urban: str | None
    cities: str | None
    regions: str | None
    reference: str | None
    names: str | pd.Series
    cores: str | Sequence[str] | Mapping[str, Sequence[str]]
    said: tuple[str, ...]


def cluster_inputs(context: StudyContext) -> ClusterInputs:
    """Return what the delineation of a study reads.

    Parameters
    ----------
    context
        The study and its data.

    Returns
    -------
    ClusterInputs
        Of the embedded data with their cities, prefectures and plans, or of the user's own.

    Raises
    ------
    MissingColumnsError
        If the study names a column that is not there.
    DataSourceError
        If the network cannot be read.
    """
    embedded = context.study.boundaries.embedded and context.study.population.embedded
    return _embedded(context) if embedded else _own(context)


def _embedded(context: StudyContext) -> ClusterInputs:
    from geo_urban import datasets

    study = context.study
    around = _with_neighbors(study.region)
    units = datasets.agglomeration_units(region=around)
    seats = datasets.county_seats().geometry.reindex(units.index)
    start, end = context.column("population")
    said = (
        ()
        if around is None
        else (Sentence("Cities of the region and of the provinces next to it compete; those farther away do not."),)
    )
    travel = datasets.seat_travel_times() if study.chosen_network.embedded else _times(context, seats)
    whole = units if around is None else units.assign(**{PLAN: _whole_plans(units[PLAN])})
    return ClusterInputs(
        units=whole,
        own=pd.Series(units.index.isin(context.units.index), index=units.index),
        seats=seats,
        travel=travel,
        minutes=travel.minutes,
        graph=contiguity_graph(units, queen=False, isolates="attach"),
        population=end,
        population_start=start,
        urban=context.column("urban")[1],
        cities="city",
        regions="prefecture_code",
        reference=PLAN if whole[PLAN].notna().any() else None,
        names=units.drop_duplicates("city").set_index("city")["city_name"],
        cores=_present(study.agglomerations.cores, set(units["city"])),
        said=(*_said_of_times(context), *said),
    )


def _with_neighbors(region: str) -> str | None:
    """Return the provinces of a region and those that touch them; None for the whole country."""
    if not region:
        return None
    from geo_urban import datasets

    provinces = datasets.drawing("provinces")
    own = provinces.index.str[:_PROVINCE_DIGITS].isin(datasets.region(region).provinces)
    near = provinces.geometry.intersects(provinces.geometry[own].union_all())
    return ",".join(provinces.index[near])


def _whole_plans(plans: pd.Series) -> pd.Series:
    """Return the plans without those of which a part lies outside."""
    from geo_urban import datasets

    provinces = set(plans.index.str[:_PROVINCE_DIGITS])
    scopes = datasets.agglomeration_scopes()
    outside = ~scopes["code"].str[:_PROVINCE_DIGITS].isin(provinces)
    return plans.where(~plans.isin(scopes.loc[outside, "name_en"]), None)


def _present(cores: str | tuple[str, ...], cities: set[str]) -> str | tuple[str, ...]:
    """Return the cores that lie in the study; those of a country are not all in each of its regions."""
    if isinstance(cores, str):
        return cores
    return tuple(city for city in cores if city in cities) or "auto"


def _own(context: StudyContext) -> ClusterInputs:
    units, chosen = context.units, context.study.agglomerations
    column = chosen.cores if isinstance(chosen.cores, str) and chosen.cores != "auto" else None
    named = (chosen.cities, chosen.regions, chosen.reference, chosen.gdp, column)
    wanted = [name for name in named if name is not None]
    require_columns(units, wanted, argument="boundaries")
    start, end = context.column("population")
    urban = context.column("urban")[1]
    seats = context.unit_points.geometry
    labels = units[chosen.cities] if chosen.cities else pd.Series(units.index, index=units.index)
    population = context.study.population
    travel = _times(context, seats)
    return ClusterInputs(
        units=units,
        own=pd.Series(data=True, index=units.index),
        seats=seats,
        travel=travel,
        minutes=travel.minutes,
        graph=contiguity_graph(units, queen=False, isolates="attach"),
        population=end,
        population_start=None if population.start == population.end else start,
        urban=urban if urban in units.columns else None,
        cities=chosen.cities,
        regions=chosen.regions,
        reference=chosen.reference,
        names="name" if chosen.cities is None else pd.Series({str(label): str(label) for label in labels.dropna()}),
        cores=chosen.cores if column is None else _led(units[column], labels),
        said=_said_of_times(context),
    )


def _led(named: pd.Series, cities: pd.Series) -> dict[str, list[str]]:
    """Return the cities that lead each cluster that a column names."""
    given = named[named.notna() & (named.astype(str).str.strip() != "")]
    return {
        str(name): list(dict.fromkeys(cities.loc[rows.index].tolist()))
        for name, rows in given.groupby(given.astype(str), sort=True)
    }


def _times(context: StudyContext, seats: gpd.GeoSeries) -> TravelTimes:
    from geo_urban.spatial import travel_time

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoUrbanWarning)  # who does not join is counted with the result
        return travel_time(seats, network=network_of(context.study), max_minutes=LONGEST_MINUTES)


def _said_of_times(context: StudyContext) -> tuple[str, ...]:
    chosen = context.study.chosen_network
    if chosen.straight:
        return (
            Sentence(
                "Travel times are straight lines at {speed:g} km/h; they cross rivers, mountains and borders as if "
                "they were not there.",
                speed=chosen.speed_kmh or STRAIGHT_SPEED_KMH,
            ),
        )
    return ()
