"""What maps and layer files show of change and outflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban import __version__
from geo_urban.checks import require_columns
from geo_urban.classing import by_year, with_other_classes
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields, persons_field, residents_field
from geo_urban.palettes import diverging
from geo_urban.presentation import Breaks, Field, Layer, Presentation
from geo_urban.shrinkage.severity import SEVERITY_LIMITS, severity_categories

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo_urban.shrinkage.change import ChangeResult
    from geo_urban.shrinkage.outflow import OutflowResult

__all__ = ["change_presentation", "outflow_presentation", "unit_layer"]

_OUTFLOW_CAUTION = (
    "Births, deaths and places reclassified from rural to urban are inside these figures; "
    "where people went is not in the data."
)
_SIDE = 3  # classes on each side of a diverging palette


def change_presentation(result: ChangeResult, *, source: str, extra: Sequence[Field] = ()) -> Presentation:
    """Return the presentation of a population change.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    MissingColumnsError
        If an extra field names a column that is not there.
    """
    require_columns(result.units, [field.column for field in extra], argument="units")
    share = Field(
        column="change_share",
        label="Change of residents",
        unit="%",
        scale=100,
        decimals=1,
        classes=_centred_breaks(result.severity_limits),
    )
    counts = (
        residents_field("population_start", counted_in=result.start, otherwise="Residents at the start"),
        residents_field("population_end", counted_in=result.end, otherwise="Residents at the end"),
    )
    fields = (
        with_other_classes(share, result.units["change_share"], center=0.0),
        Field(
            column="severity",
            label="Share of residents lost",
            classes=severity_categories(result.severity_limits),
        ),
        *descriptive_fields(result.units),
        *by_year(counts, result.units),
        persons_field("change", "Change"),
        Field(column="annual_change_rate", label="Change per year", unit="%", scale=100, decimals=2),
        *extra,
    )
    return Presentation(
        name="population_change",
        title="Change of residents",
        layers=(unit_layer("change", "Units by change of residents", result.units, fields),),
        source=source,
        method=(
            "Change is the difference between two counts of residents on the same units, as a share of the first; "
            "the change per year compounds; severity is the share lost."
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.population_change",
        cautions=("Change is not migration: births and deaths are inside.",),
    )


def outflow_presentation(result: OutflowResult, *, source: str) -> Presentation:
    """Return the presentation of a rural outflow.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    share = Field(
        column="rural_change_share",
        label="Change of rural residents",
        unit="%",
        scale=100,
        decimals=1,
        classes=_centred_breaks(SEVERITY_LIMITS),
    )
    fields = (
        with_other_classes(share, result.units["rural_change_share"], center=0.0),
        *descriptive_fields(result.units),
        persons_field("rural_loss", "Rural loss"),
        persons_field("urban_gain", "Urban gain"),
        persons_field("net_outflow", "Net outflow"),
    )
    return Presentation(
        name="rural_outflow",
        title="Rural loss and net outflow",
        layers=(unit_layer("rural_outflow", "Units by change of rural residents", result.units, fields),),
        source=source,
        method=result.formula,
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.rural_outflow",
        cautions=(_OUTFLOW_CAUTION,),
    )


def _centred_breaks(limits: Sequence[float]) -> Breaks:
    # The severity limits mirrored about zero; more of them than the palette has steps would not be told apart.
    losses = list(limits)[: _SIDE - 1]
    inner = (*(-limit for limit in reversed(losses)), 0.0, *losses)
    return Breaks(limits=inner, colors=diverging(len(losses) + 1, len(losses) + 1))


def unit_layer(name: str, title: str, units: pd.DataFrame, fields: tuple[Field, ...]) -> Layer:
    """Return a layer of units, labelled by name or, without names, by code.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "the units of this result have no geometry, so they cannot be drawn or written as a layer. "
            "Join the boundaries before measuring, e.g. `boundaries[['geometry']].join(panel)`.",
        )
    label = "name" if "name" in units.columns else "code"
    labelled = units if label == "name" else units.assign(code=units.index.astype(str))
    return Layer(name=name, title=title, units=labelled, fields=fields, label_column=label)
