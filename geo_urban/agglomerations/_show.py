"""What maps and layer files show of city clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.agglomerations.cluster_layers import (
    agreement_field,
    core_layer,
    labelled_units,
    link_layer,
    outline_layer,
    unit_layer,
)
from geo_urban.agglomerations.parameters import DelineationParameters
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.messages import Sentence
from geo_urban.presentation import Field, Layer, Presentation

if TYPE_CHECKING:
    from geo_urban.agglomerations.agreement import AgreementResult
    from geo_urban.agglomerations.delineation_result import DelineationResult

__all__ = ["agreement_presentation", "delineation_presentation"]


def delineation_presentation(result: DelineationResult, *, source: str) -> Presentation:
    """Return the presentation of city clusters."""
    layers = [unit_layer(result), outline_layer(result)]
    if len(result.links):
        layers.append(link_layer(result))
    layers.append(core_layer(result))  # the last one lies on top
    return Presentation(
        name="agglomerations",
        title="City clusters",
        layers=tuple(layers),
        source=source,
        method=_method(result),
        citation=f"geo_urban {__version__} (Python), geo_urban.agglomerations.delineate",
        cautions=(
            "Borders follow travel time and the size of cities by one rule, not plans, provinces or commuting."
            if result.method == "functional"
            else "Borders follow one method that knows neither plans nor provinces; other methods draw others.",
            "Look at how firm a border is before you draw it: travel times may be off by a quarter.",
        ),
    )


def agreement_presentation(result: AgreementResult, *, source: str) -> Presentation:
    """Return the map of agreement."""
    units, label = labelled_units(result.units[result.units["agreement"].notna()])
    layer = Layer(
        name="agreement",
        title="Agreement with the reference",
        units=units,
        fields=(
            agreement_field(),
            Field(column="ours", label="Ours"),
            Field(column="theirs", label="Theirs"),
            persons_field("population", "Residents"),
            *descriptive_fields(units),
        ),
        label_column=label,
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
    if not isinstance(rule, DelineationParameters):
        return Sentence("Clusters found by the method {method}.", method=result.method)
    return Sentence(
        "A city of one million urban residents reaches {reach:g} minutes by road, a larger one farther by the "
        "{exponent:g}th root of its size; a unit belongs to the city that pulls it most strongly, if within reach. "
        "Stability is the share of {settings} settings around these in which it belongs.",
        reach=rule.reach_minutes,
        exponent=rule.distance_exponent,
        settings=result.settings,
    )
