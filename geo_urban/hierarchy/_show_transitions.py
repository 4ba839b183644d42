"""What maps and layer files show of moves between tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban import __version__
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields, residents_field
from geo_urban.messages import Sentence
from geo_urban.palettes import sequential
from geo_urban.presentation import Categories, Category, Field, Layer, Presentation

if TYPE_CHECKING:
    from geo_urban.hierarchy.size_classes import TierScheme
    from geo_urban.hierarchy.transitions import TierTransitions

__all__ = ["tier_categories", "transition_presentation"]

_MOVES = Categories(
    items=(
        Category(value="up", label="Rose into a larger tier", color="#2166ac", pattern="hatch"),
        Category(value="same", label="Stayed in its tier", color="#e0e0e0"),
        Category(value="down", label="Fell into a smaller tier", color="#b2182b", pattern="crosshatch"),
    )
)


def transition_presentation(result: TierTransitions, *, source: str) -> Presentation:
    """Return the presentation of moves between tiers.

    Raises
    ------
    GeometryError
        If the cities have no geometry.
    """
    units = result.units
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "the cities of this result have no geometry, so they cannot be drawn or written as a layer. "
            "Join the boundaries before measuring, e.g. `boundaries[['geometry']].join(panel)`.",
        )
    if "name" not in units.columns:
        units = units.assign(code=units.index.astype(str))
    tiers = tier_categories(result.scheme)
    cited = f"geo_urban {__version__} (Python), geo_urban.hierarchy.tier_transitions"
    fields = (
        Field(column="move", label="Move between size tiers", classes=_MOVES),
        Field(column="tier_start", label="Size tier at the start", classes=tiers),
        Field(column="tier_end", label="Size tier at the end", classes=tiers),
        *descriptive_fields(units),
        residents_field(result.start, counted_in=result.start, otherwise="Residents at the start"),
        residents_field(result.end, counted_in=result.end, otherwise="Residents at the end"),
    )
    return Presentation(
        name="tier_transitions",
        title="Cities that changed their size tier",
        layers=(
            Layer(
                name="cities",
                title="Cities by move between tiers",
                units=units,
                fields=fields,
                label_column="name" if "name" in units.columns else "code",
            ),
        ),
        source=source,
        method=Sentence(
            "A city moved if its residents reached the lower bound of another tier; both counts are on one base: "
            "{base}.",
            base=Sentence(result.base),
        ),
        citation=f"{cited}; {result.scheme.source}".rstrip("; "),
        cautions=(
            (
                "These are no transitions of statutory tiers: residents of the urban area were counted in one year "
                "only. A city on a bound is moved by one resident."
            ),
        ),
    )


def tier_categories(scheme: TierScheme) -> Categories:
    """Return the tiers as classes of a map, the largest first."""
    items = [
        Category(value=tier.name, label=tier.label or tier.name, color=color)
        for tier, color in zip(scheme.tiers, sequential(len(scheme.tiers)), strict=True)
    ]
    return Categories(items=tuple(reversed(items)))
