"""Ask: what is each city for the people around it, and which larger city does it depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.messages import Sentence
from geo_urban.studies.networks import ways_between
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.central_place_map import central_place_presentation
from geo_urban.studies.steps.step import AnalysisStep

if TYPE_CHECKING:
    from collections.abc import Hashable

    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.networks import Ways

__all__ = ["CENTRAL_PLACES"]

TITLE = "What is each city for the people around it?"
METHOD = (
    "The nearest larger city is the nearest of those with more residents; nodality is the share of all residents of "
    "the study within reach; dominance is the interaction that a city draws over the mean of all, by gravity with the "
    "square of the distance."
)
CAUTION = "Gravity flows are assumed, not observed: dominance says what size and distance alone would make of a city."
MOST_PAIRS = 200
MOST_ISOLATED = 30


def _run(context: StudyContext) -> AnalysisOutput:
    ways = ways_between(context)
    _, end = context.column("population")
    measures = _measures(context, ways, end)
    table, pairs = _table(context, measures, ways), _overlap(context, ways, end)
    distance = measures["distance"]
    largest = context.cities[end].idxmax()
    cautions = (CAUTION, *ways.said)
    label = "Median way to the nearest larger city"
    return AnalysisOutput(
        name="central_places",
        title=TITLE,
        tables={
            "central_places": table,
            "central_places_isolated": _isolated(table, measures, largest),
            "functional_overlap": pairs,
        },
        headline=("central_places_isolated",),
        presentations=(central_place_presentation(context, measures, ways, method=METHOD, cautions=cautions),),
        key_numbers=(
            KeyNumber(label=label, value=float(distance.median()), unit=ways.unit, decimals=0),
            KeyNumber(
                label="Cities without a larger city within reach",
                value=float(distance.drop(index=largest).isna().sum()),
            ),
            KeyNumber(
                label="Largest share of all residents around one city",
                value=float(measures["nodality"].max()),
                unit="%",
                scale=100,
                decimals=1,
            ),
        ),
        method=_method(ways),
        citation=context.cited("geo_urban.hierarchy.nearest_larger, nodality, dominance, functional_overlap"),
        source=context.source,
        cautions=cautions,
    )


CENTRAL_PLACES = AnalysisStep(
    name="central_places", title=TITLE, needs=frozenset({"population", "cities", "network"}), run=_run
)


def _method(ways: Ways) -> str:
    if ways.unit == "km":
        return Sentence(
            "{method} Within reach is {reach:g} km in a straight line.", method=Sentence(METHOD), reach=ways.reach
        )
    return Sentence(
        "{method} Within reach is {reach:g} minutes on the road.", method=Sentence(METHOD), reach=ways.reach
    )


def _measures(context: StudyContext, ways: Ways, population: str) -> pd.DataFrame:
    """Return the measures of each city, on the cities' index."""
    from geo_urban.hierarchy import dominance, nearest_larger, nodality

    cities = context.city_points
    larger = nearest_larger(cities, ways.cities, population=population)
    reach = nodality(
        cities, ways.units, reach=ways.reach, population=population, residents=context.unit_points[population]
    )
    drawn = dominance(cities, _apart(ways.cities), population=population)
    return larger.join(reach).join(drawn[["dominance", "tied_to"]])


def _apart(minutes: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return minutes of which none is shorter than one, so that two cities at one junction draw each other finitely."""
    return None if minutes is None else minutes.clip(lower=1.0)


def _table(context: StudyContext, measures: pd.DataFrame, ways: Ways) -> pd.DataFrame:
    cities = context.cities
    described = [column for column in ("name", "province", "unit_type") if column in cities.columns]
    _, end = context.column("population")
    unit = "minutes" if ways.unit == "minutes" else "km"
    table = pd.DataFrame(cities[[*described, end]]).join(measures.rename(columns={"distance": f"distance_{unit}"}))
    if "name" in table.columns:
        for column in ("nearest_larger", "tied_to"):
            table.insert(list(table.columns).index(column) + 1, f"{column}_name", table[column].map(cities["name"]))
    return table.sort_index()


def _isolated(table: pd.DataFrame, measures: pd.DataFrame, largest: Hashable) -> pd.DataFrame:
    """Return the cities farthest from any larger one; those that reach none come first."""
    way = measures["distance"].fillna(np.inf).drop(index=largest)
    order = way.sort_values(ascending=False, kind="stable").index[:MOST_ISOLATED]
    return table.loc[order].assign(rank=range(1, len(order) + 1))


def _overlap(context: StudyContext, ways: Ways, population: str) -> pd.DataFrame:
    """Return the pairs of cities that share most people, named where names are known."""
    from geo_urban.hierarchy import functional_overlap

    pairs = functional_overlap(
        context.city_points,
        ways.units,
        reach=ways.reach,
        population=population,
        residents=context.unit_points[population],
    ).head(MOST_PAIRS)
    if "name" in context.cities.columns:
        for column in ("place", "other"):
            pairs.insert(
                list(pairs.columns).index(column) + 1, f"{column}_name", pairs[column].map(context.cities["name"])
            )
    return pairs.set_index(["place", "other"])
