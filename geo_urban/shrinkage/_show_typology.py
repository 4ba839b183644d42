"""What maps and layer files show of the types of shrinkage."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.known_fields import descriptive_fields, persons_field, residents_field
from geo_urban.messages import Sentence
from geo_urban.palettes import diverging
from geo_urban.presentation import Categories, Category, Field, Pattern, Presentation
from geo_urban.shrinkage._show import unit_layer
from geo_urban.shrinkage.severity import GROWING, severity_categories
from geo_urban.shrinkage.typology import STABLE, shrinkage_classes

if TYPE_CHECKING:
    from geo_urban.shrinkage.typology import TypologyResult

__all__ = ["duration_categories", "type_categories", "typology_presentation"]

_PATTERNS: tuple[Pattern, ...] = ("dots", "hatch", "crosshatch")
_NEUTRAL = "#f7f7f7"
_CAUTIONS = (
    "The types are net over the whole period and rest on the limits given; another limit of stability moves the edge.",
    "The policy labels were made for villages; on counties and cities they name a type and prescribe nothing.",
)


def type_categories(result: TypologyResult) -> Categories:
    """Return the classes from growing to the worst, each with a colour and, where it shrinks, a pattern."""
    losses = severity_categories(result.severity_limits).items
    names = shrinkage_classes(result.severity_limits)
    shrinking = [
        Category(
            value=name, label=Sentence("shrinking, loss {size}", size=loss.label), color=loss.color, pattern=pattern
        )
        for name, loss, pattern in zip(names[2:], losses[1:], cycle(_PATTERNS), strict=False)
    ]
    growing = Category(value=GROWING, label="growing in residents", color=losses[0].color)
    return Categories(items=(growing, Category(value=STABLE, label="stable", color=_NEUTRAL), *shrinking))


def duration_categories() -> Categories:
    """Return how long units shrink, with a colour and a pattern each."""
    worst, middle, _ = diverging(3, 0)
    blue = diverging(0, 2)[0]
    return Categories(
        items=(
            Category(value="never", label="never shrank", color=_NEUTRAL),
            Category(value="recovering", label="shrank before, grows now", color=blue, pattern="dots"),
            Category(value="episodic", label="shrank in some periods", color=middle, pattern="hatch"),
            Category(value="persistent", label="shrank in every period", color=worst, pattern="crosshatch"),
        )
    )


def typology_presentation(result: TypologyResult, *, source: str) -> Presentation:
    """Return the presentation of the types of shrinkage.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    duration = Field(column="duration", label="Duration of shrinkage", classes=duration_categories())
    fields = (
        Field(column="shrinkage_class", label="Type of change", classes=type_categories(result)),
        *([duration] if result.units["duration"].notna().any() else []),
        *descriptive_fields(result.units),
        Field(column="policy", label="Type in the policy's words"),
        Field(column="change_share", label="Change of residents", unit="%", scale=100, decimals=1),
        Field(column="annual_change_rate", label="Change per year", unit="%", scale=100, decimals=2),
        residents_field("population_start", counted_in=result.counts[0], otherwise="Residents at the start"),
        residents_field("population_end", counted_in=result.counts[-1], otherwise="Residents at the end"),
        persons_field("change", "Change"),
    )
    return Presentation(
        name="shrinkage_types",
        title="Growing, stable and shrinking places",
        layers=(unit_layer("shrinkage_types", "Units by type of change", result.units, fields),),
        source=source,
        method=Sentence(
            "A unit is stable whose residents change by no more than {rate} % a year, up or down; a shrinking one is "
            "classed by the share it lost, and by how many periods it shrank in where three counts or more are known.",
            rate=f"{result.stable_rate * 100:g}",
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.shrinkage_types",
        cautions=_CAUTIONS,
    )
