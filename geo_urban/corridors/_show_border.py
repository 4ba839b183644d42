"""What maps and layer files show of a land border and of the units along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import QUALITATIVE, diverging, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Pattern, Presentation

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geo_urban.corridors.border_result import BorderResult

__all__ = [
    "CHANGE_CLASSES",
    "DISPUTED_CAUTION",
    "LENGTH_CAUTION",
    "belt_layer",
    "border_layer",
    "border_presentation",
]

CHANGE_CLASSES = Breaks(limits=(-0.2, -0.1, 0.0, 0.1, 0.2), colors=diverging(3, 3))

LENGTH_CAUTION = "The length of a border grows with the detail of its line: compare shares, and state the resolution."
DISPUTED_CAUTION = (
    "The lines are for analysis only and express no view on any territory; stretches along areas that several "
    "countries claim are marked and awarded to nobody."
)


def border_presentation(result: BorderResult, *, source: str) -> Presentation:
    """Return the presentation of a land border."""
    return Presentation(
        name="land_border",
        title="Land border by neighbor",
        layers=(border_layer(result),),
        source=source or "Units and neighbors given by the user.",
        method=Sentence(
            "The border is what units and neighbors share, edge by edge ({edge} km from corner to corner in the "
            "median); coasts are no border. Lengths are geodesic.",
            edge=f"{result.edge_km:.2g}",
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.corridors.land_border",
        cautions=(LENGTH_CAUTION, DISPUTED_CAUTION),
    )


def border_layer(result: BorderResult, *, over: bool = False) -> Layer:
    """Return the segments as a layer of lines, coloured by neighbour."""
    lines = result.segments.assign(
        neighbor=result.segments["neighbor"].astype(str),
        claimed=result.segments["disputed"].map({True: "disputed", False: "agreed"}),
    )
    if "name" not in lines.columns:
        lines["name"] = lines["unit"].astype(str)
    items = (
        Category(value="agreed", label="One neighbor", color="#7f2704"),
        Category(value="disputed", label="Area that several countries claim", color="#fdae6b", pattern="hatch"),
    )
    by = (
        Field(column="neighbor", label="Neighbor", classes=_by_neighbor(result)),
        Field(column="claimed", label="Beyond the border", classes=Categories(items=items)),
    )
    return Layer(
        name="land_border",
        title="Land border",
        units=lines,
        fields=(
            # A line over others has one set of colours, and sixteen neighbors are too many to tell apart.
            *(reversed(by) if over else by),
            Field(column="unit", label="Unit"),
            Field(column="length_km", label="Length", unit="km", decimals=1),
            Field(column="start_km", label="Begins at", unit="km", decimals=1),
        ),
        over=over,
    )


def belt_layer(units: gpd.GeoDataFrame) -> Layer:
    """Return the units of a border belt as polygons: their depth, growth, length of border and time to a port."""
    shown = units.assign(depth=units["depth"].astype(str))
    if "name" not in shown.columns:
        shown = shown.assign(name=shown.index.astype(str))
    fields = [
        Field(column="depth", label="Distance of the seat to the border (band)", classes=_depths(units["depth"])),
        Field(
            column="change_share", label="Change of residents", unit="%", scale=100, decimals=1, classes=CHANGE_CLASSES
        ),
        Field(
            column="border_km",
            label="Land border",
            unit="km",
            decimals=1,
            classes=Breaks(limits=(25.0, 50.0, 100.0, 200.0, 400.0), colors=sequential(6)),
        ),
        Field(
            column="seat_minutes",
            label="Time from the seat to the nearest port",
            unit="minutes",
            decimals=0,
            classes=Breaks(limits=(30.0, 60.0, 120.0, 180.0, 300.0), colors=sequential(6, name="purples")),
        ),
        Field(column="seat_km", label="Distance of the seat to the border", unit="km", decimals=1),
        Field(column="depth_time", label="Time to the nearest port (band)"),
        Field(column="nearest_crossing", label="Nearest port"),
        Field(column="neighbors", label="Neighbors"),
        Field(column="counted_with", label="Counted together with"),
        *descriptive_fields(units),
    ]
    present = tuple(field for field in fields if field.column in shown.columns)
    return Layer(name="border_units", title="Border belt", units=shown, fields=present)


def _depths(depth: pd.Series) -> Categories:
    bands = [str(band) for band in depth.cat.categories]
    colors = sequential(len(bands))[::-1]
    return Categories(
        items=tuple(Category(value=band, label=band, color=color) for band, color in zip(bands, colors, strict=True))
    )


def _by_neighbor(result: BorderResult) -> Categories:
    present = [code for code in result.neighbors.index if (result.segments["neighbor"] == code).any()]
    names = result.neighbors["name_en"] if "name_en" in result.neighbors.columns else None
    items = []
    for number, code in enumerate(present):
        label = str(code) if names is None else str(names[code])
        color = QUALITATIVE[number % len(QUALITATIVE)]
        pattern: Pattern = "hatch" if number >= len(QUALITATIVE) else ""
        items.append(Category(value=str(code), label=label, color=color, pattern=pattern))
    return Categories(items=tuple(items))
