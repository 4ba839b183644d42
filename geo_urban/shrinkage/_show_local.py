"""What maps and layer files show of local autocorrelation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban import __version__
from geo_urban.checks import require_columns
from geo_urban.classing import hot_spot_categories, local_moran_categories
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import LOCAL_MORAN, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation, Scatter
from geo_urban.shrinkage._show_firmness import firmness_fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.shrinkage.firmness import SensitivityResult
    from geo_urban.shrinkage.local_results import LocalResult, Measure

__all__ = ["local_presentation"]

_TITLES: dict[Measure, str] = {
    "local_moran": "Clusters and outliers (local Moran's I)",
    "local_moran_bivariate": "Clusters of one figure with its neighbors' other (bivariate local Moran's I)",
    "local_getis_ord": "Hot and cold spots (Gi)",
    "local_getis_ord_star": "Hot and cold spots (Gi*)",
    "local_geary": "Alike and unlike neighbors (local Geary's c)",
    "local_join_counts": "Units of a class among their like (local join counts)",
}
_CAUTIONS = (
    "A cluster says that neighbors are alike, not why they are.",
    "A region that declines or grows as a whole makes its units significant without any local cause.",
    "Another graph of neighbors, other units or other years give other clusters.",
)
_FIRM = "Firmness is no probability: the settings are chosen, and resemble each other."
_STRIPES = "#b35806"
_LEVELS = (0.001, 0.01, 0.05, 0.1)
_HAIR = 1 + 1e-9  # a limit belongs to the class above it, while p at a level is significant at it


def local_presentation(
    result: LocalResult, *, source: str, extra: Sequence[Field] = (), firmness: SensitivityResult | None = None
) -> Presentation:
    """Return the presentation of a local statistic.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    MissingColumnsError
        If an extra field names a column that is not there.
    InputError
        If the firmness is that of another test.
    """
    require_columns(result.units, [field.column for field in extra], argument="units")
    layer = _layer(result, extra, firmness)
    return Presentation(
        name=result.measure,
        title=_TITLES[result.measure],
        layers=(layer,),
        source=source,
        method=_method(result),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage",
        cautions=_CAUTIONS if firmness is None else (*_CAUTIONS, _FIRM),
        charts=_charts(result, layer.name),
    )


def _layer(result: LocalResult, extra: Sequence[Field], firmness: SensitivityResult | None) -> Layer:
    units = result.units
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "the units of this result have no geometry, so they cannot be drawn or written as a layer. "
            "Give them to the test, e.g. `local_moran(values, graph, units=boundaries)`."
        )
    label = "name" if "name" in units.columns else "code"
    labelled = units if label == "name" else units.assign(code=units.index.astype(str))
    classes = _categories(result.measure)
    shares: list[Field] = []
    if firmness is not None:
        measured, shares = firmness_fields(result, firmness)
        labelled = gpd.GeoDataFrame(labelled.assign(**measured))
    fields = (
        Field(
            column="category_fdr",
            label=Sentence("Category, false discoveries held to {rate:g} %", rate=100 * result.fdr),
            classes=classes,
            firmness="" if firmness is None else "firmness",
        ),
        Field(column="category", label="Category by p, each unit by itself", classes=classes),
        Field(
            column="p_fdr",
            label="Significance: p adjusted for the number of units",
            decimals=4,
            classes=_significance(result),
        ),
        Field(column="p", label="Significance: p of each unit by itself", decimals=4, classes=_significance(result)),
        *shares,
        *descriptive_fields(units),
        *_numbers(result),
        *extra,
    )
    return Layer(name=result.measure, title="Units", units=labelled, fields=fields, label_column=label)


def _categories(measure: Measure) -> Categories:
    if measure in {"local_moran", "local_moran_bivariate"}:
        return local_moran_categories()
    if measure in {"local_getis_ord", "local_getis_ord_star"}:
        return hot_spot_categories()
    moran = {item.value: item for item in local_moran_categories().items}
    rest = (moran["not significant"], moran["isolate"])
    if measure == "local_geary":
        return Categories(
            items=(
                moran["high-high"],
                moran["low-low"],
                Category(value="other alike", label="Alike otherwise", color=LOCAL_MORAN["high-low"], pattern="dots"),
                Category(value="unlike", label="Unlike neighbors", color=_STRIPES, pattern="crosshatch"),
                *rest,
            )
        )
    return Categories(
        items=(
            Category(value="cluster", label="Among its like", color=LOCAL_MORAN["high-high"]),
            rest[0],
            Category(value="not of the class", label="Not of the class", color="#e0e0e0", pattern="dots"),
            rest[1],
        )
    )


def _significance(result: LocalResult) -> Breaks:
    """Return classes of p, darkest where it is smallest; levels that the permutations cannot reach are left out."""
    smallest = (2 if result.alternative == "two-sided" else 1) / (result.permutations + 1) if result.permutations else 0
    limits = tuple(level * _HAIR for level in _LEVELS if level > smallest)
    colors = sequential(len(limits) + 1)
    return Breaks(limits=limits, colors=(*reversed(colors[1:]), LOCAL_MORAN["not significant"]))


def _numbers(result: LocalResult) -> list[Field]:
    known = (
        Field(column="value", label=result.label or "Value", decimals=3),
        Field(column="other_value", label="The other figure", decimals=3),
        Field(column="standardized", label="Value in standard deviations from the mean", decimals=2),
        Field(column="lag", label="Mean of the neighbors in standard deviations", decimals=2),
        Field(column="statistic", label="Statistic", decimals=3),
        Field(column="z", label="Score of the statistic", decimals=2),
    )
    return [field for field in known if field.column in result.units.columns]


def _charts(result: LocalResult, layer: str) -> tuple[Scatter, ...]:
    if not result.measure.startswith("local_moran"):
        return ()
    pairs = result.units[["standardized", "lag"]].dropna()
    own, around = pairs["standardized"].to_numpy(), pairs["lag"].to_numpy()
    # The line of least squares: its slope is Moran's I where rows of weights add up to one.
    slope = float(((own - own.mean()) * (around - around.mean())).sum() / ((own - own.mean()) ** 2).sum())
    level = float(around.mean() - slope * own.mean())
    ends = float(own.min()), float(own.max())
    return (
        Scatter(
            title=Sentence("Moran scatter plot, slope {slope:.3f}", slope=slope),
            layer=layer,
            x="standardized",
            y="lag",
            lines=((ends[0], level + slope * ends[0], ends[1], level + slope * ends[1]),),
            crossing=(0.0, 0.0),
        ),
    )


def _method(result: LocalResult) -> str:
    words = {
        "two-sided": Sentence("two-sided"),
        "geoda": Sentence("the smaller tail alone, as GeoDa prints it"),
        "greater": Sentence("upper tail"),
        "less": Sentence("lower tail"),
    }
    if not result.permutations:
        return Sentence(
            "p by formula ({tail}) of {n} units; {isolates} without neighbors and {without} without a value are left "
            "out. False discoveries after Benjamini and Hochberg (1995).",
            tail=words[result.alternative],
            n=result.n,
            isolates=len(result.isolates),
            without=result.without_value,
        )
    return Sentence(
        "p by {permutations} random surroundings of each unit, drawn without replacement from all others ({tail}; seed "
        "{seed}), of {n} units; {isolates} without neighbors and {without} without a value are left out. False "
        "discoveries after Benjamini and Hochberg (1995).",
        permutations=f"{result.permutations:,}",
        tail=words[result.alternative],
        seed=result.seed,
        n=result.n,
        isolates=len(result.isolates),
        without=result.without_value,
    )
