"""What the map of central places shows: cities by their way to a larger one, and lines to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from geo_urban.classing import with_other_classes
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field, Layer, Presentation, Scatter, Size

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.networks import Ways

__all__ = ["central_place_presentation"]

MINUTES = Breaks(limits=(30.0, 60.0, 90.0, 120.0, 240.0), colors=sequential(6))
KILOMETRES = Breaks(limits=(25.0, 50.0, 75.0, 100.0, 200.0), colors=sequential(6))
SHARES = (0.001, 0.0025, 0.005, 0.01, 0.02)
DOMINANCES = Breaks(limits=(0.25, 0.5, 1.0, 2.0, 5.0), colors=sequential(6, name="purples"))


def central_place_presentation(
    context: StudyContext, measures: pd.DataFrame, ways: Ways, *, method: str, cautions: tuple[str, ...]
) -> Presentation:
    """Return cities as points, coloured by how far the nearest larger city is, and the lines that tie them.

    Parameters
    ----------
    context
        The study and its data.
    measures
        On the cities' index, from the step.
    ways
        What the distances are.
    method, cautions
        As in the step.

    Returns
    -------
    Presentation
        A layer of points and, over it, one of lines.
    """
    _, end = context.column("population")
    cities = context.city_points
    units = cities.drop(columns=[column for column in measures.columns if column in cities.columns]).join(measures)
    if "name" in units.columns:
        units = units.assign(nearest_larger_name=units["nearest_larger"].map(units["name"]))
    units = gpd.GeoDataFrame(units.sort_values(end, ascending=False, kind="stable"))
    nodes = Layer(
        name="central_places",
        title="Cities by their way to a larger one",
        units=units if "name" in units.columns else units.assign(name=units.index.astype(str)),
        fields=tuple(field for field in _fields(units, ways, end) if field.column in units.columns),
        size=Size(column=end, largest=20, smallest=3),
    )
    return Presentation(
        name="central_places",
        title="Cities and the larger city they depend on",
        layers=(nodes, _ties(units, ways)),
        source=context.source,
        method=method,
        citation=context.cited("geo_urban.hierarchy.nearest_larger, nodality, dominance"),
        cautions=cautions,
        charts=(
            Scatter(
                title="Residents within reach against a city's own residents",
                layer="central_places",
                x=end,
                y="reached",
                x_log=True,
                y_log=True,
            ),
        ),
    )


def _way(ways: Ways) -> Field:
    road = ways.unit == "minutes"
    return Field(
        column="distance",
        label="Way to the nearest larger city" if road else "Way to the nearest larger city (straight line)",
        unit="minutes" if road else "km",
        decimals=0,
        classes=MINUTES if road else KILOMETRES,
    )


def _fields(units: gpd.GeoDataFrame, ways: Ways, population: str) -> tuple[Field, ...]:
    nodality = Field(
        column="nodality",
        label="Share of all residents within reach",
        unit="%",
        scale=100,
        decimals=2,
        classes=Breaks(limits=SHARES, colors=sequential(len(SHARES) + 1)),
    )
    return (
        _way(ways),
        with_other_classes(nodality, units["nodality"]),
        Field(column="dominance", label="Dominance (1: the mean city)", decimals=2, classes=DOMINANCES),
        Field(column="nearest_larger_name", label="Nearest larger city"),
        Field(column="size_ratio", label="Its residents over the city's own", decimals=1),
        persons_field("reached", "Residents within reach"),
        *descriptive_fields(units),
        persons_field(population, "Residents"),
    )


def _ties(units: gpd.GeoDataFrame, ways: Ways) -> Layer:
    """Return a straight line from each city to its nearest larger one, whatever way the distance was measured."""
    tied = units[units["nearest_larger"].notna()]
    ends = units.geometry.reindex(tied["nearest_larger"])
    lines = [shapely.LineString([here, there]) for here, there in zip(tied.geometry, ends, strict=True)]
    names = units["name"] if "name" in units.columns else units.index.to_series().astype(str)
    table = gpd.GeoDataFrame(
        {
            "name": [
                f"{here} – {there}"
                for here, there in zip(names[tied.index], names.reindex(tied["nearest_larger"]), strict=True)
            ],
            "distance": tied["distance"],
        },
        geometry=lines,
        index=tied.index,
        crs=units.crs,
    )
    return Layer(
        name="nearest_larger",
        title="Lines to the nearest larger city",
        units=table,
        fields=(Field(column="distance", label=_way(ways).label, unit=ways.unit, decimals=0),),
        over=True,
    )
