"""What maps and layer files show of the density of cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

from geo_urban import __version__
from geo_urban.errors import GeometryError
from geo_urban.known_fields import persons_field
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field, Layer, Presentation

if TYPE_CHECKING:
    from geo_urban.hierarchy.city_spacing import CityDensityResult

__all__ = ["city_density_presentation"]

_DENSITIES = Breaks(limits=(0.25, 0.5, 1.0, 2.0), colors=sequential(5))
_FIELDS = (
    Field(column="cities_per_10000_km2", label="Cities per 10,000 km²", decimals=2, classes=_DENSITIES),
    Field(column="cities", label="Cities", decimals=0),
    persons_field("mean_city_population", "Mean city size"),
    Field(column="towns_per_10000_km2", label="Towns per 10,000 km²", decimals=1),
    Field(column="towns_per_10000_people", label="Towns per 10,000 people", decimals=2),
    Field(column="nearest_km", label="Mean distance to the nearest city", unit="km", decimals=1),
    Field(column="nearest_neighbor_index", label="Nearest-neighbor index", decimals=2),
    Field(column="area_km2", label="Area", unit="km²", decimals=0),
)


def city_density_presentation(result: CityDensityResult, *, source: str) -> Presentation:
    """Return the presentation of the density of cities.

    Raises
    ------
    GeometryError
        If the regions have no geometry.
    """
    units = result.units
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "the regions of this result have no geometry, so they cannot be drawn or written as a layer. "
            "Pass a GeoDataFrame of polygons."
        )
    if "name" not in units.columns:
        units = units.assign(code=units.index.astype(str))
    return Presentation(
        name="city_density",
        title="Density of cities and towns",
        layers=(
            Layer(
                name="city_density",
                title="Regions by density of cities",
                units=units,
                fields=tuple(field for field in _FIELDS if field.column in units.columns),
                label_column="name" if "name" in units.columns else "code",
            ),
        ),
        source=source,
        method=(
            "Cities are counted per area of their region; the nearest-neighbor index compares their spacing with that "
            "of random places (Clark and Evans 1954, edges after Donnelly 1978)."
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.city_density",
        cautions=("A city is what its country calls one: counts of different countries or years do not compare.",),
    )
