"""What maps and layer files show of a border town's streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban import __version__
from geo_urban.messages import Sentence
from geo_urban.presentation import Categories, Category, Field, Layer, Presentation

if TYPE_CHECKING:
    from geo_urban.corridors.streets_result import CorridorStreets

__all__ = ["streets_presentation"]

_STREETS = Categories(
    items=(
        Category(value="route", label="On a way from a port to the centre", color="#d7301f"),
        Category(value="other", label="Other street", color="#969696"),
    )
)
_JUNCTIONS = Categories(
    items=(
        Category(value="intersection", label="Intersection of three streets or more", color="#2c7fb8"),
        Category(value="dead end", label="Dead end", color="#fdae61"),
        Category(value="bend", label="Two streets that go on", color="#bdbdbd"),
    )
)
_AREAS = {
    "boundary": "inside a given boundary",
    "circle": "inside a circle around the centre",
    "hull": "inside the convex hull of the streets",
}


def streets_presentation(result: CorridorStreets, *, source: str) -> Presentation:
    """Return the presentation of a town's streets."""
    layers = [_street_layer(result), _junction_layer(result)]
    if len(result.routes):
        layers.append(_route_layer(result))
    return Presentation(
        name="corridor_streets",
        title="Streets of a border town",
        layers=tuple(layers),
        source=source or result.network.source,
        method=Sentence(
            "Streets between two junctions, {area} of {km2} km²; a street counts once, whatever its directions. Routes "
            "are the fastest ways.",
            area=Sentence(_AREAS[result.area_rule]),
            km2=f"{result.area_km2:.3g}",
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.corridors.corridor_streets",
        cautions=(
            "Densities depend on the area they are measured in: compare towns within circles of one size.",
            "OpenStreetMap is not complete everywhere; streets that nobody has drawn are missing from the measures.",
        ),
    )


def _street_layer(result: CorridorStreets) -> Layer:
    streets = result.streets.assign(
        name=[f"{start} – {end}" for start, end in zip(result.streets["start"], result.streets["end"], strict=True)],
        start=result.streets["start"].astype(str),
        end=result.streets["end"].astype(str),
        route=np.where(result.streets["on_route"], "route", "other"),
    )
    fields = (
        Field(column="route", label="Street", classes=_STREETS),
        Field(column="km", label="Length", unit="km", decimals=2),
        Field(column="minutes", label="Travel time", unit="minutes", decimals=1),
    )
    return Layer(name="town_streets", title="Streets", units=streets.drop(columns="on_route"), fields=fields)


def _junction_layer(result: CorridorStreets) -> Layer:
    junctions = result.junctions.assign(name=result.junctions.index.astype(str))
    fields = (
        Field(column="kind", label="Junction", classes=_JUNCTIONS),
        Field(column="streets", label="Streets that meet there", decimals=0),
    )
    return Layer(name="town_junctions", title="Junctions", units=junctions, fields=fields, over=True, visible=False)


def _route_layer(result: CorridorStreets) -> Layer:
    routes = result.routes.assign(
        name=result.routes.index.astype(str),
        state=np.where(result.routes["route_minutes"].notna(), "way", "no way"),
    )
    ways = Categories(
        items=(
            Category(value="way", label="Fastest way from a port to the centre", color="#7f0000"),
            Category(value="no way", label="No way on the network", color="#d7191c", pattern="crosshatch"),
        )
    )
    fields = (
        Field(column="state", label="Route", classes=ways),
        Field(column="route_m", label="Length of the way", unit="m", decimals=0),
        Field(column="route_minutes", label="Travel time", unit="minutes", decimals=1),
        Field(column="straight_m", label="Straight distance", unit="m", decimals=0),
        Field(column="detour", label="Detour", decimals=2),
    )
    return Layer(name="town_routes", title="From ports to the centre", units=routes, fields=fields, over=True)
