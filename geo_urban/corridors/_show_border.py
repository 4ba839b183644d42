"""What maps and layer files show of a land border and of the units along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import QUALITATIVE, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Pattern, Presentation

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.corridors.border_result import BorderResult

__all__ = ["DISPUTED_CAUTION", "LENGTH_CAUTION", "belt_layer", "border_layer", "border_presentation"]

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
    return Layer(
        name="land_border",
        title="Land border",
        units=lines,
        fields=(
            Field(column="neighbor", label="Neighbor", classes=_by_neighbor(result)),
            Field(column="claimed", label="Beyond the border", classes=Categories(items=items)),
            Field(column="unit", label="Unit"),
            Field(column="length_km", label="Length", unit="km", decimals=1),
            Field(column="start_km", label="Begins at", unit="km", decimals=1),
        ),
        over=over,
    )


def belt_layer(units: gpd.GeoDataFrame, limits: tuple[float, ...], *, minutes: bool) -> Layer:
    """Return border units as a layer of polygons, coloured by length of border and by depth."""
    fields = [
        Field(
            column="border_km",
            label="Land border",
            unit="km",
            decimals=1,
            classes=Breaks(limits=(25.0, 50.0, 100.0, 200.0, 400.0), colors=sequential(6)),
        ),
        Field(
            column="seat_km",
            label="Distance of the seat to the border",
            unit="km",
            decimals=1,
            classes=Breaks(limits=limits, colors=sequential(len(limits) + 1, name="purples")),
        ),
        Field(column="neighbors", label="Neighbors"),
        *descriptive_fields(units),
    ]
    if minutes:
        fields.insert(2, Field(column="seat_minutes", label="Time to the border", unit="minutes", decimals=0))
    label = "name" if "name" in units.columns else "code"
    shown = units if label == "name" else units.assign(code=units.index.astype(str))
    return Layer(name="border_units", title="Border units", units=shown, fields=tuple(fields), label_column=label)


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
