"""What maps and layer files show of the rank-size rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban import __version__
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.palettes import diverging
from geo_urban.presentation import Breaks, Field, Layer, Presentation

if TYPE_CHECKING:
    from geo_urban.hierarchy.rank_size_fit import RankSizeResult

__all__ = ["rank_size_presentation"]

# ln 1.25 and ln 2: a quarter more, twice as many; and the same the other way round.
_NEUTRAL = "#f7f7f7"
_COLORS = diverging(2, 2)
_RESIDUALS = Breaks(limits=(-0.693, -0.223, 0.223, 0.693), colors=(*_COLORS[:2], _NEUTRAL, *_COLORS[2:]))


def rank_size_presentation(result: RankSizeResult, places: gpd.GeoDataFrame, *, source: str) -> Presentation:
    """Return the presentation of a rank-size rule.

    Raises
    ------
    GeometryError
        If the places have no geometry.
    """
    if not isinstance(places, gpd.GeoDataFrame) or places.active_geometry_name is None:
        raise GeometryError(
            "`places` has no geometry, so the cities cannot be drawn or written as a layer. "
            "Pass a GeoDataFrame with the cities' points or polygons."
        )
    shown = places.drop(columns=[column for column in result.cities.columns if column in places.columns])
    units = gpd.GeoDataFrame(shown.join(result.cities, how="inner")).sort_values("rank", kind="stable")
    if "name" not in units.columns:
        units = units.assign(code=units.index.astype(str))
    fields = (
        Field(column="residual", label="Size against rank (ln)", decimals=2, classes=_RESIDUALS),
        Field(column="rank", label="Rank", decimals=0),
        *descriptive_fields(units),
        persons_field("population", "Residents"),
        persons_field("fitted_population", "Residents by the rule"),
    )
    label = "name" if "name" in units.columns else "code"
    return Presentation(
        name="rank_size",
        title="Cities larger and smaller than their rank",
        layers=(
            Layer(
                name="rank_size",
                title="Cities against the rank-size rule",
                units=units,
                fields=fields,
                label_column=label,
            ),
        ),
        source=source,
        method=(
            "The residual is the logarithm of a city's residents over those that the fitted rank-size rule gives its "
            "rank: 0.69 is twice as many, −0.69 half."
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.rank_size ({result.method})",
        cautions=("A residual says nothing of causes: the rule describes sizes, it does not prescribe them.",),
    )
