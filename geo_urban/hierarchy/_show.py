"""What maps and layer files show of city tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban import __version__
from geo_urban.classing import by_year, with_other_classes
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields, persons_field, residents_field
from geo_urban.palettes import diverging, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.hierarchy.size_classes import TierScheme
    from geo_urban.hierarchy.tiers import TierResult

__all__ = ["tier_presentation"]

_CHANGE_BREAKS = Breaks(limits=(-0.3, -0.1, 0.0, 0.1, 0.3), colors=diverging(3, 3))


def tier_presentation(result: TierResult, *, source: str) -> Presentation:
    """Return the presentation of city tiers.

    Raises
    ------
    GeometryError
        If the cities have no geometry.
    """
    units = _labelled(result.units)
    share = Field(
        column="change_share",
        label="Change of residents",
        unit="%",
        scale=100,
        decimals=1,
        classes=_CHANGE_BREAKS,
    )
    counts = (
        residents_field("population_start", counted_in=result.start, otherwise="Residents at the start"),
        residents_field("population_end", counted_in=result.end, otherwise="Residents at the end"),
    )
    fields = (
        Field(column="tier", label="Size tier", classes=_categories(result.scheme)),
        with_other_classes(share, units["change_share"], center=0.0),
        *descriptive_fields(units),
        *by_year(counts, units),
        persons_field("change", "Change"),
    )
    label = "name" if "name" in units.columns else "code"
    return Presentation(
        name="city_tiers",
        title="City size tiers",
        layers=(Layer(name="cities", title="Cities by size tier", units=units, fields=fields, label_column=label),),
        source=source,
        method="A city is in the tier whose lower bound its residents reach; it keeps one tier for both counts.",
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.city_tiers; {result.scheme.source}".rstrip(
            "; "
        ),
        cautions=(
            (
                "Official tiers are defined on residents of the urban area; other population bases put more cities "
                "into the upper tiers."
            ),
        ),
    )


def _categories(scheme: TierScheme) -> Categories:
    colors = sequential(len(scheme.tiers))
    items = [
        Category(value=tier.name, label=tier.label or tier.name, color=color)
        for tier, color in zip(scheme.tiers, colors, strict=True)
    ]
    return Categories(items=tuple(reversed(items)))


def _labelled(cities: pd.DataFrame) -> gpd.GeoDataFrame:
    if not isinstance(cities, gpd.GeoDataFrame) or cities.active_geometry_name is None:
        raise GeometryError(
            "the cities of this result have no geometry, so they cannot be drawn or written as a layer. "
            "Join the boundaries before measuring, e.g. `boundaries[['geometry']].join(panel)`.",
        )
    return cities if "name" in cities.columns else cities.assign(code=cities.index.astype(str))
