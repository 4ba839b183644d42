"""Maps of urban hierarchy in one call: the rank-size rule, moves between tiers, urban centres, regions and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_urban.maps.map_functions import outlined
from geo_urban.maps.pages import draw

if TYPE_CHECKING:
    from collections.abc import Mapping

    import folium
    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from geo_urban.hierarchy import RankSizeResult, TierTransitions, UrbanCentres

__all__ = ["rank_size_map", "region_map", "transition_map", "urban_centre_map"]

_GIVEN = "Figures given by the user."


def rank_size_map(
    result: RankSizeResult,
    places: gpd.GeoDataFrame,
    *,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw cities as large as they are, coloured by how far they are from the rank-size rule.

    Beside the map stands the chart of rank against residents on logarithmic axes with the fitted rule; what is marked
    in one is marked in the other.

    Parameters
    ----------
    result
        From `geo_urban.hierarchy.rank_size`.
    places
        Geometry and names of the cities on the same index, in any CRS; of polygons a point inside is drawn.
    source
        Where the counts come from, in words.
    outlines
        A column that groups the cities, or polygons, e.g. provinces.
    **options
        `language`, `figures`, `mode`, `tiles`, `simplify` as in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If `places` has no geometry.
    MissingCRSError
        If the places do not say their coordinate reference system.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from geo_urban.hierarchy import rank_size
    >>> people = pd.Series([900, 200, 150, 100], index=list("ABCD"))
    >>> places = gpd.GeoDataFrame({"name": list("ABCD")}, index=list("ABCD"),
    ...                           geometry=gpd.points_from_xy([1, 2, 3, 4], [0, 0, 0, 0]), crs=4326)
    >>> rank_size_map(rank_size(people), places).payload["charts"][0]["xLog"]
    True
    """
    shown, options["simplify"] = outlined(result.layers(places, source=source), outlines, options.get("simplify"))
    return draw(shown, **options)


def transition_map(
    result: TierTransitions,
    *,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw which cities rose, stayed and fell between size tiers; patterns tell them apart without colours.

    Parameters
    ----------
    result
        From `geo_urban.hierarchy.tier_transitions`, of cities with geometry.
    source, outlines, **options
        As in `rank_size_map`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If the cities have no geometry.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.hierarchy import tier_transitions
    >>> cities = gpd.GeoDataFrame({"name": ["A"], "population_2010": [400_000], "population_2020": [600_000]},
    ...                           index=["1"], geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> transition_map(tier_transitions(cities)).payload["layers"][0]["fields"][0]["classifications"][0]["counts"]
    [1, 0, 0]
    """
    shown, options["simplify"] = outlined(result.layers(source=source), outlines, options.get("simplify"))
    return draw(shown, **options)


def urban_centre_map(
    centres: UrbanCentres,
    *,
    classes: xr.DataArray | None = None,
    source: str = "",
    outlines: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw urban centres with name, tier, people and density, over the cells they were made of.

    Parameters
    ----------
    centres
        From `geo_urban.hierarchy.urban_centres`. The page says whether they were read or found.
    classes
        Grid of settlement classes to draw under them; None for the centres alone.
    source
        Where the classes come from, in words; by default what they say themselves.
    outlines
        Borders over them, e.g. of provinces.
    **options
        As in `rank_size_map`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Examples
    --------
    >>> import numpy as np
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.hierarchy import urban_centres
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=1, width=3, crs=CRS("ESRI:54009"))
    >>> classes = build_grid(np.array([[30, 30, 12]], dtype=np.uint8), shape, quantity="class", level=2)
    >>> people = build_grid([[40_000.0, 30_000.0, 100.0]], shape, quantity="count")
    >>> urban_centre_map(urban_centres(classes, people), classes=classes).payload["rasters"][0]["title"][0]
    'Degree of urbanisation'
    """
    shown, options["simplify"] = outlined(
        centres.layers(classes=classes, source=source), outlines, options.get("simplify")
    )
    return draw(shown, **options)


def region_map(
    units: gpd.GeoDataFrame,
    regions: Mapping[str, pd.Series],
    *,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    start: str = "population_2010",
    end: str = "population_2020",
    urban_end: str | None = None,
    area: str | None = None,
    **options: Any,
) -> folium.Map:
    """Draw which units belong to which region, and what each region holds.

    Parameters
    ----------
    units
        One row per unit, with geometry.
    regions
        By name, whether each unit belongs to the region.
    source, outlines
        As in `rank_size_map`.
    start, end, urban_end, area
        Columns, as in `geo_urban.hierarchy.region_layers`.
    **options
        As in `rank_size_map`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    InsufficientDataError
        If no unit belongs to any region.
    InputError
        If a column is missing or has a fault.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd
    >>> from shapely import box
    >>> units = gpd.GeoDataFrame({"name": ["a", "b"], "population_2010": [10, 10], "population_2020": [8, 12]},
    ...                          index=["1", "2"], geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)
    >>> shown = region_map(units, {"Hills": pd.Series([True, False], index=units.index)})
    >>> [layer["title"][0] for layer in shown.payload["layers"]]
    ['Units by region', 'Regions']
    """
    from geo_urban.hierarchy import region_layers

    made = region_layers(units, regions, start=start, end=end, urban_end=urban_end, area=area, source=source)
    shown, options["simplify"] = outlined(made, outlines, options.get("simplify"))
    return draw(shown, **options)
