"""What maps and layer files show of the rank-size rule."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban import __version__
from geo_urban.errors import GeometryError
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.palettes import diverging
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation, Scatter, Size

if TYPE_CHECKING:
    from geo_urban.hierarchy.rank_size_fit import RankSizeResult

__all__ = ["as_points", "rank_size_presentation"]

# ln 1.25 and ln 2: a quarter more, twice as many; and the same the other way round.
_LIMITS = (-0.693, -0.223, 0.223, 0.693)
_COLORS = diverging(2, 2, neutral=True)
_RESIDUALS = Breaks(limits=_LIMITS, colors=_COLORS)
_OUTSIDE = "outside"
_AGAINST_RULE = Categories(
    items=(
        Category(value="twice", label="Twice the rule or more", color=_COLORS[4], pattern="crosshatch"),
        Category(value="larger", label="Above it by a quarter", color=_COLORS[3], pattern="hatch"),
        Category(value="near", label="Near the rule", color=_COLORS[2]),
        Category(value="smaller", label="Below it by a fifth", color=_COLORS[1], pattern="dots"),
        Category(value="half", label="Half the rule or less", color=_COLORS[0], pattern="crosshatch"),
        Category(value=_OUTSIDE, label="Under its threshold", color="#d8cbb8"),
    )
)
_SEGMENTS = 16  # of the drawn rule; with ranks less a half it bends a little at the top


def rank_size_presentation(result: RankSizeResult, places: gpd.GeoDataFrame, *, source: str) -> Presentation:
    """Return the presentation of a rank-size rule: points as large as their city, and rank against size.

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
    units = as_points(gpd.GeoDataFrame(shown.join(result.cities, how="inner")).sort_values("rank", kind="stable"))
    units = units.assign(against_rule=_against_rule(units))
    if "name" not in units.columns:
        units = units.assign(code=units.index.astype(str))
    fields = (
        Field(column="against_rule", label="Size against the rank-size rule", classes=_AGAINST_RULE),
        Field(column="residual", label="Size against rank (ln)", decimals=2, classes=_RESIDUALS),
        Field(column="rank", label="Rank", decimals=0),
        *descriptive_fields(units),
        persons_field("population", "Residents"),
        persons_field("fitted_population", "Residents by the rule"),
    )
    layer = Layer(
        name="rank_size",
        title="Cities against the rank-size rule",
        units=units,
        fields=fields,
        label_column="name" if "name" in units.columns else "code",
        size=Size(column="population", largest=20, smallest=3),
    )
    return Presentation(
        name="rank_size",
        title="Cities larger and smaller than their rank",
        layers=(layer,),
        source=source,
        method=(
            "The residual is the logarithm of a city's residents over those that the fitted rank-size rule gives its "
            "rank: 0.69 is twice as many, −0.69 half."
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.rank_size ({result.method})",
        cautions=("A residual says nothing of causes: the rule describes sizes, it does not prescribe them.",),
        charts=(
            Scatter(
                title="Rank against residents, and the fitted rule",
                layer="rank_size",
                x="rank",
                y="population",
                x_log=True,
                y_log=True,
                lines=_rule(units),
            ),
        ),
    )


def as_points(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return units as points: those that are, as they are; of others a point inside."""
    if set(units.geometry.dropna().geom_type) <= {"Point"}:
        return units
    return units.set_geometry(units.geometry.representative_point())


def _against_rule(units: pd.DataFrame) -> pd.Series:
    values = [item.value for item in _AGAINST_RULE.items[:-1]][::-1]
    classes = np.searchsorted(np.array(_LIMITS), units["residual"].to_numpy(dtype=float), side="right")
    named = pd.Series(np.array(values, dtype=object)[np.minimum(classes, len(values) - 1)], index=units.index)
    outside = units["residual"].isna() & units["rank"].notna()
    return named.where(units["residual"].notna()).mask(outside, _OUTSIDE)


def _rule(units: pd.DataFrame) -> tuple[tuple[float, float, float, float], ...]:
    """Return the rule from the largest city to the smallest that it was fitted to, in straight pieces."""
    fitted = units[units["fitted_population"].notna()].drop_duplicates("rank")[["rank", "fitted_population"]]
    corners = np.unique(np.geomspace(1, len(fitted), _SEGMENTS + 1).astype(int)) - 1
    points = [(float(rank), float(people)) for rank, people in fitted.iloc[corners].to_numpy(dtype=float)]
    return tuple((*one, *other) for one, other in pairwise(points))
