"""What maps and layer files show of city clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.messages import Sentence
from geo_urban.palettes import QUALITATIVE, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.agglomerations.agreement import AgreementResult
    from geo_urban.agglomerations.delineation_result import DelineationResult

__all__ = ["agreement_presentation", "delineation_presentation"]

_ROLES = Categories(
    items=(
        Category(value="core", label="Core", color="#b2182b"),
        Category(value="inner", label="Inner zone", color="#ef8a62", pattern="hatch"),
        Category(value="outer", label="Outer zone", color="#fddbc7", pattern="dots"),
    )
)
_AGREEMENT = Categories(
    items=(
        Category(value="both", label="Both", color="#5aae61"),
        Category(value="only ours", label="Only ours", color="#2166ac", pattern="hatch"),
        Category(value="only theirs", label="Only theirs", color="#d6604d", pattern="dots"),
    )
)
_SHARES = Breaks(limits=(0.1, 0.5, 0.9), colors=sequential(4))
_STRENGTHS = Breaks(limits=(0.25, 0.5, 0.75, 0.9), colors=sequential(5))
_MINUTES = Breaks(limits=(60.0, 120.0, 180.0, 240.0), colors=tuple(reversed(sequential(5))))


def delineation_presentation(result: DelineationResult, *, source: str) -> Presentation:
    """Return the presentation of city clusters."""
    layers = [_membership(result), _outlines(result)]
    if len(result.links):
        layers.append(_links(result))
    return Presentation(
        name="agglomerations",
        title="City clusters",
        layers=tuple(layers),
        source=source,
        method=_method(result),
        citation=f"geo_urban {__version__} (Python), geo_urban.agglomerations.delineate",
        cautions=(
            "Borders follow travel time and the size of cities by one rule, not plans, provinces or commuting.",
            "Look at how firm a border is before you draw it: travel times may be off by a quarter.",
        ),
    )


def agreement_presentation(result: AgreementResult, *, source: str) -> Presentation:
    """Return the map of agreement."""
    units = _labelled(result.units[result.units["agreement"].notna()])
    layer = Layer(
        name="agreement",
        title="Agreement with the reference",
        units=units,
        fields=(
            Field(column="agreement", label="In both, only ours or only theirs", classes=_AGREEMENT),
            Field(column="ours", label="Ours"),
            Field(column="theirs", label="Theirs"),
            persons_field("population", "Residents"),
            *descriptive_fields(units),
        ),
        label_column=_label(units),
    )
    return Presentation(
        name="agglomeration_agreement",
        title="City clusters: agreement with the reference",
        layers=(layer,),
        source=source,
        method="Each unit is in both, only in ours or only in the reference; clusters are matched by shared residents.",
        citation=f"geo_urban {__version__} (Python), geo_urban.agglomerations.compare",
        cautions=("Where the two differ, the reference may follow provinces or policy rather than people.",),
    )


def _method(result: DelineationResult) -> str | Sentence:
    rule = result.parameters
    if result.method != "functional" or rule is None:
        return Sentence("Clusters found by the method {method}.", method=result.method)
    return Sentence(
        "A city of one million urban residents reaches {reach:g} minutes by road, a larger one farther by the "
        "{exponent:g}th root of its size; a unit belongs to the city that pulls it most strongly, if within reach. "
        "Stability is the share of {settings} settings around these in which it belongs.",
        reach=rule.reach_minutes,
        exponent=rule.distance_exponent,
        settings=result.settings,
    )


def _label(units: gpd.GeoDataFrame) -> str:
    return "name" if "name" in units.columns else "code"


def _labelled(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return units if "name" in units.columns else units.assign(code=units.index.astype(str))


def _membership(result: DelineationResult) -> Layer:
    units = _labelled(result.units)
    firm = "firmness" if result.settings else ""
    names = result.outlines.index.tolist()
    clusters = Categories(
        items=tuple(
            Category(value=name, label=name, color=QUALITATIVE[number % len(QUALITATIVE)])
            for number, name in enumerate(names)
        )
    )
    fields = [
        Field(column="role", label="Role", classes=_ROLES, firmness=firm),
        Field(column="agglomeration", label="City cluster", classes=clusters, firmness=firm),
        Field(column="strength", label="Strength of membership", decimals=2, classes=_STRENGTHS),
        Field(column="minutes_to_core", label="Travel time to the core", unit="minutes", decimals=0, classes=_MINUTES),
        persons_field("population", "Residents"),
        *descriptive_fields(units),
    ]
    if result.settings:
        fields.insert(
            2,
            Field(column="stability", label="Stability", unit="%", scale=100, decimals=0, classes=_SHARES),
        )
    return Layer(
        name="agglomerations",
        title="City clusters by unit",
        units=units,
        fields=tuple(field for field in fields if field.column in units.columns),
        label_column=_label(units),
    )


def _outlines(result: DelineationResult) -> Layer:
    return Layer(
        name="agglomeration_outlines",
        title="Outlines of city clusters",
        units=result.outlines,
        fields=(
            persons_field("population", "Residents"),
            Field(column="area_km2", label="Area", unit="km²", decimals=0),
            Field(column="units", label="Units", decimals=0),
        ),
        over=True,
    )


def _links(result: DelineationResult) -> Layer:
    kinds = Categories(
        items=(
            Category(value="joined", label="Cores that lead together", color="#7570b3"),
            Category(value="subordinate", label="Second tier to its core", color="#666666"),
        )
    )
    return Layer(
        name="agglomeration_links",
        title="Links between cores",
        units=result.links,
        fields=(
            Field(column="kind", label="Kind of link", classes=kinds),
            Field(column="minutes", label="Travel time", unit="minutes", decimals=0),
            Field(column="agglomeration", label="City cluster"),
        ),
        over=True,
    )
