"""What maps and layer files show of clusters on units of several sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.classing import local_moran_categories
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.presentation import Field, Presentation
from geo_urban.shrinkage._show import unit_layer

if TYPE_CHECKING:
    from geo_urban.shrinkage.unit_scales import ScaleResult

__all__ = ["scale_presentation"]


def scale_presentation(result: ScaleResult, *, source: str) -> Presentation:
    """Return the presentation of clusters on units of several sizes."""
    layers = []
    for number, (name, units) in enumerate(result.levels.items()):
        if name in result.inherited:
            continue
        fields = (
            Field(
                column="category_fdr",
                label=Sentence(
                    "{level}: category, false discoveries held to {rate:g} %",
                    level=Sentence(name),
                    rate=100 * result.fdr,
                ),
                classes=local_moran_categories(),
            ),
            *descriptive_fields(units),
            Field(column="value", label="Value", decimals=4),
            Field(column="p_fdr", label="Significance: p adjusted for the number of units", decimals=4),
        )
        layers.append(unit_layer(f"scale_{number}", name, units, fields))
    return Presentation(
        name="scales",
        title="Clusters on units of several sizes",
        layers=tuple(layers),
        source=source,
        method=Sentence(
            "Local Moran's I of one figure on each level, {permutations} permutations, queen; false discoveries held "
            "to {rate:g} %; seed {seed}.",
            permutations=f"{result.permutations:,}",
            rate=100 * result.fdr,
            seed=result.seed,
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.scale_check",
        cautions=(
            "Larger units average differences away: what clusters there need not do so among smaller ones.",
            "What shows on one level only is a picture of its units.",
        ),
    )
