"""What maps and layer files show of urban centres and of settlement classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban import __version__
from geo_urban.hierarchy.urban_units import level_of
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation, Raster

if TYPE_CHECKING:
    import xarray as xr

    from geo_urban.hierarchy.urban_centers import UrbanCentres

__all__ = ["centres_presentation", "class_categories"]

# Colours of the GHSL's legend.
_CLASSES = {
    1: (
        Category(value="3", label="Urban centre", color="#ff0000"),
        Category(value="2", label="Urban cluster", color="#ffff00"),
        Category(value="1", label="Rural cell", color="#73b273"),
        Category(value="0", label="Water", color="#7ab6f5"),
    ),
    2: (
        Category(value="30", label="Urban centre", color="#ff0000"),
        Category(value="23", label="Dense urban cluster", color="#732600"),
        Category(value="22", label="Semi-dense urban cluster", color="#a87000"),
        Category(value="21", label="Suburban or peri-urban cell", color="#ffff00"),
        Category(value="13", label="Rural cluster", color="#375623"),
        Category(value="12", label="Low-density rural cell", color="#abcd66"),
        Category(value="11", label="Very-low-density rural cell", color="#cdf57a"),
        Category(value="10", label="Water", color="#7ab6f5"),
    ),
}
_NAMES = Categories(
    items=(
        Category(value="seat inside", label="Seat inside", color="#225ea8"),
        Category(value="place inside", label="Place inside", color="#41b6c4"),
        Category(value="nearest seat", label="Nearest seat", color="#9e9ac8"),
        Category(value="nearest place", label="Nearest place", color="#dadaeb"),
    )
)
_DENSITIES = Breaks(limits=(1500.0, 3000.0, 5000.0, 10000.0, 20000.0), colors=sequential(6))


def class_categories(level: int) -> Categories:
    """Return the classes of cells at a level, densest first, in the colours of the GHSL's legend."""
    return Categories(items=_CLASSES[level])


def centres_presentation(result: UrbanCentres, *, classes: xr.DataArray | None, source: str) -> Presentation:
    """Return the presentation of urban centres."""
    read = result.origin == "read"
    layer = Layer(
        name="urban_centres",
        title="Urban centres (read from published classes)" if read else "Urban centres (found in the population grid)",
        units=result.units,
        fields=_fields(result),
    )
    cautions = ["Tiers here count people in urban centres; official tiers count residents of the statutory urban area."]
    if read:
        cautions.append("The centres are read from published classes; they were not found in the population shown.")
    if result.modelled:
        cautions.append(
            "The population of a centre is modelled: it follows from the classes, so density and rank prove nothing."
        )
    return Presentation(
        name="urban_centres",
        title="Urban centres",
        layers=(layer,),
        source=source or result.source or "Settlement classes given by the user.",
        method=(
            "An urban centre is a cluster of 1 km cells that share sides, with 1,500 people or more per km² of land or "
            "as built up as such clusters are, and 50,000 people in all; its edges are smoothed and its gaps filled."
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.urban_centres",
        cautions=tuple(cautions),
        rasters=() if classes is None else (_raster(classes),),
    )


def _fields(result: UrbanCentres) -> tuple[Field, ...]:
    tiers = result.scheme.tiers
    colors = sequential(len(tiers))
    items = [
        Category(value=tier.name, label=tier.label or tier.name, color=color)
        for tier, color in zip(tiers, colors, strict=True)
    ]
    modelled = result.modelled
    return (
        Field(column="tier", label="Size tier", classes=Categories(items=tuple(reversed(items))), modelled=modelled),
        Field(
            column="density_per_km2",
            label="People per km²",
            unit="persons/km²",
            decimals=0,
            classes=_DENSITIES,
            modelled=modelled,
        ),
        Field(column="population", label="People in the centre", unit="persons", decimals=0, modelled=modelled),
        Field(column="area_km2", label="Area", unit="km²", decimals=0),
        Field(column="rank", label="Rank by people", decimals=0, modelled=modelled),
        Field(column="name_source", label="Where the name comes from", classes=_NAMES),
        Field(column="name_km", label="Distance of the place it is named after", unit="km", decimals=1),
    )


def _raster(classes: xr.DataArray) -> Raster:
    level = level_of(classes)
    field = Field(column="class", label="Degree of urbanisation", decimals=0, classes=class_categories(level))
    grid = classes if classes.dtype.kind == "f" else classes.where(classes != np.uint8(255))
    return Raster(name="urban_classes", title="Degree of urbanisation", grid=grid, field=field)
