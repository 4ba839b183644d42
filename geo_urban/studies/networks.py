"""How far the places of a study are apart: on its network, or along straight lines."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_urban.errors import GeoUrbanWarning
from geo_urban.messages import Sentence
from geo_urban.studies.provenance import file_input, package_input

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.spatial import GreatCircle, TravelTimes
    from geo_urban.spatial import Network as Roads
    from geo_urban.studies.config import Study
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.provenance import Input

__all__ = ["LONGEST_MINUTES", "Ways", "network_input", "study_roads", "ways_between"]

LONGEST_MINUTES = 600.0  # a long day on the road; whatever is farther is said to be out of reach
ROADS_FROM = "scgraph-data"
STRAIGHT_SPEED_KMH = 60.0  # a minute is a kilometre


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Distances between the cities of a study, and from them to the units.

    Parameters
    ----------
    cities
        From city to city; infinite out of reach; None for straight lines, which the measures draw themselves.
    units
        From city to unit, within reach.
    unit
        ``"minutes"`` or ``"km"``.
    reach
        What counts as within reach, in that unit.
    said
        What the distances are and are worth, sentences of the catalogue.
    """

    cities: pd.DataFrame | None
    units: pd.DataFrame
    unit: str
    reach: float
    said: tuple[str, ...]


def ways_between(context: StudyContext) -> Ways:
    """Return how far the cities of a study are from each other and from the units.

    Parameters
    ----------
    context
        The study and its data.

    Returns
    -------
    Ways
        On the network that the study names; straight lines only where it says so.

    Raises
    ------
    DataSourceError
        If the network cannot be read.
    InputError
        If it cannot be used.
    """
    from geo_urban.spatial import travel_time

    chosen = context.study.chosen_network
    if chosen.straight:
        near = travel_time(
            context.city_points,
            context.unit_points,
            network="great-circle",
            speed_kmh=STRAIGHT_SPEED_KMH,
            max_minutes=chosen.reach,
        )
        said = ("Distances are straight lines; they cross rivers, mountains and borders as if they were not there.",)
        return Ways(cities=None, units=near.km, unit="km", reach=chosen.reach, said=said)
    roads = _roads(context.study)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoUrbanWarning)  # who does not join is counted in `said`
        between = travel_time(context.city_points, network=roads, max_minutes=LONGEST_MINUTES)
        near = travel_time(context.city_points, context.unit_points, network=roads, max_minutes=chosen.reach)
    return Ways(
        cities=between.minutes, units=near.minutes, unit="minutes", reach=chosen.reach, said=_said(roads, between)
    )


def network_input(study: Study) -> Input | None:
    """Return the record of the network of a study.

    Parameters
    ----------
    study
        A study whose places travel.

    Returns
    -------
    Input or None
        Package or file; None for straight lines.

    Raises
    ------
    DataSourceError
        If the package is not installed.
    OSError
        If the file cannot be read.
    """
    chosen = study.chosen_network
    if chosen.straight:
        return None
    if chosen.embedded:
        return package_input("network", ROADS_FROM)
    return file_input("network", study.path(chosen.source))


def study_roads(study: Study) -> Roads | None:
    """Return the roads of a study; None where it travels along straight lines, or names none for its own units.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    Network or None
        For `geo_urban.spatial.travel_time`.

    Raises
    ------
    DataSourceError
        If the network cannot be read.
    InputError
        If it cannot be used.
    """
    chosen = study.chosen_network
    if chosen.straight or (study.network is None and not study.boundaries.embedded):
        return None
    return _roads(study)


def network_of(study: Study) -> Roads | GreatCircle:
    """Return what the places of a study travel on, for `geo_urban.spatial.travel_time`.

    Parameters
    ----------
    study
        A study whose places travel.

    Returns
    -------
    Network or GreatCircle
        The roads of the package, the user's file, or straight lines at `speed_kmh` (60 km/h where none is given).

    Raises
    ------
    DataSourceError
        If it cannot be read.
    InputError
        If it cannot be used.
    """
    chosen = study.chosen_network
    if chosen.straight:
        from geo_urban.spatial import GreatCircle

        return GreatCircle(speed_kmh=chosen.speed_kmh or STRAIGHT_SPEED_KMH)
    return _roads(study)


def _roads(study: Study) -> Roads:
    chosen = study.chosen_network
    if chosen.embedded:
        from geo_urban import datasets

        # No trip between two towns of the country leads through a neighbor.
        roads: Roads = datasets.road_network(abroad=False)
        return roads
    from geo_urban.io import read_network

    return read_network(study.path(chosen.source), speed_kmh=chosen.speed_kmh)


def _said(roads: Roads, between: TravelTimes) -> tuple[str, ...]:
    rule = Sentence(
        "Minutes follow one rule ({rule}) and may be off by {share:.0%}: compare places by them, plan no journey.",
        rule=roads.speed_rule,
        share=roads.minutes_uncertainty,
    )
    lost = len(between.not_joined)
    if not lost:
        return (rule,)
    return rule, Sentence("Cities too far from any road of the network to join it: {count}.", count=lost)
