"""What maps and layer files show of clusters and how firm they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.classing import local_moran_categories
from geo_urban.errors import InputError
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import HOT_COLD, LOCAL_MORAN
from geo_urban.presentation import Categories, Category, Field, Presentation
from geo_urban.shrinkage._show import unit_layer

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.shrinkage.firmness import SensitivityResult
    from geo_urban.shrinkage.local_results import LocalResult

__all__ = ["firmness_fields", "sensitivity_presentation"]

_TESTED = {"local_moran": "local_moran", "local_getis_ord_star": "local_getis_ord"}

_HOT_AND_COLD = Categories(
    items=(
        Category(value="hot", label="Hot spot", color=HOT_COLD[0]),
        Category(value="cold", label="Cold spot", color=HOT_COLD[-1], pattern="hatch"),
        Category(value="not significant", label="Not significant", color=LOCAL_MORAN["not significant"]),
        Category(value="isolate", label="No neighbors", color=LOCAL_MORAN["isolate"]),
    )
)


def sensitivity_presentation(result: SensitivityResult, *, source: str) -> Presentation:
    """Return the presentation of a sensitivity.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    category = Field(
        column="category", label="Cluster in the main setting", classes=_classes(result), firmness="firmness"
    )
    fields = (
        category,
        *_shares(result),
        *descriptive_fields(result.units),
        Field(column="value", label="Value", decimals=4),
    )
    main = result.settings.iloc[0]
    return Presentation(
        name="sensitivity",
        title="Clusters and how firm they are",
        layers=(unit_layer("sensitivity", "Units by cluster", result.units, fields),),
        source=source,
        method=Sentence(
            "The test under {settings} settings: graphs of neighbors, permutations, levels and merged units. The main "
            "setting, fixed beforehand: {graph}, {permutations} permutations, level {level:g}; seed {seed}.",
            settings=len(result.settings),
            graph=str(main["graph"]),
            permutations=int(main["permutations"]),
            level=float(main["level"]),
            seed=result.seed,
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.sensitivity",
        cautions=(
            "Firmness is no probability: the settings are chosen, and resemble each other.",
            "A cluster that is firm may still be that of a region which declines as a whole: see it net of the mean.",
        ),
    )


def firmness_fields(local: LocalResult, firmness: SensitivityResult) -> tuple[dict[str, pd.Series], list[Field]]:
    """Return what a sensitivity adds to the layer of the local test that is its main setting: columns and fields.

    Raises
    ------
    InputError
        If the main setting gives other categories.
    """
    shown = local.units["category_fdr"].astype(object)
    if firmness.test == "local_getis_ord":  # hot and cold spots are graded on the map, and not in the settings
        shown = shown.where(shown.isna(), shown.astype(str).str.replace(r" \d+ %$", "", regex=True))
    main = firmness.units["category"].reindex(shown.index)
    if _TESTED.get(local.measure) != firmness.test or not (shown.eq(main) | (shown.isna() & main.isna())).all():
        raise InputError(
            "`firmness` is that of another test: its main setting gives other categories. Make it with the same "
            "values, graph (the first), permutations, seed and level, e.g. `sensitivity(values, graphs, seed=1)`; "
            "of hot and cold spots the main level is 0.1."
        )
    fields = _shares(firmness)
    columns = dict.fromkeys(["firmness", *(field.column for field in fields)])
    return {column: firmness.units[column].reindex(shown.index) for column in columns}, fields


def _classes(result: SensitivityResult) -> Categories:
    return local_moran_categories() if result.test == "local_moran" else _HOT_AND_COLD


def _shares(result: SensitivityResult) -> list[Field]:
    """Return how often a category holds, the one that holds most often, and the one net of the group's mean."""
    classes = _classes(result)
    net = Field(column="category_net", label="Cluster net of the mean of its group", classes=classes)
    return [
        *([net] if "category_net" in result.units else []),
        Field(column="firmness", label="Share of settings with this cluster", unit="%", scale=100, decimals=0),
        Field(column="usual_category", label="Cluster in most settings", classes=classes),
    ]
