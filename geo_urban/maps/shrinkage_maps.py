"""Maps of where loss and growth cluster in one call: categories, their significance, and the scatter linked to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_urban.errors import InputError
from geo_urban.maps.map_functions import outlined
from geo_urban.maps.pages import draw

if TYPE_CHECKING:
    import folium
    import geopandas as gpd

    from geo_urban.shrinkage import LocalResult, SensitivityResult

__all__ = ["hot_spot_map", "local_moran_map"]

_GIVEN = "Figures given by the user."
_MORAN = ("local_moran", "local_moran_bivariate")
_GETIS_ORD = ("local_getis_ord", "local_getis_ord_star")


def local_moran_map(
    result: LocalResult,
    *,
    firmness: SensitivityResult | None = None,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw clusters and outliers of local Moran's I, their significance, and the Moran scatter plot linked to the map.

    The page shows the category that the false-discovery rate upholds first; the category by p and both significance
    maps are indicators to choose. What is marked in the scatter is marked on the map, and the other way round.

    Parameters
    ----------
    result
        From `geo_urban.shrinkage.local_moran` or `local_moran_bivariate`, of units with geometry.
    firmness
        From `geo_urban.shrinkage.sensitivity`, whose main setting is this test: a button then shows how firm each
        category is. None for a page without it.
    source
        Where the figures come from, in words.
    outlines
        A column that groups the units, or polygons, e.g. provinces.
    **options
        `language`, `figures`, `mode`, `tiles`, `simplify` as in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    InputError
        If the result is of another statistic, or the firmness of another test.

    Examples
    --------
    Sixteen squares, whose western half is low: the first three indicators are the categories and a significance map.

    >>> import geopandas as gpd, pandas as pd, shapely
    >>> from geo_urban.shrinkage import local_moran
    >>> from geo_urban.spatial import contiguity_graph
    >>> squares = gpd.GeoDataFrame(geometry=[shapely.box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)],
    ...                            index=list("abcdefghijklmnop"), crs=4326)
    >>> values = pd.Series([-2.0, -1.0, 1.0, 2.5] * 4, index=squares.index)
    >>> result = local_moran(values, contiguity_graph(squares), permutations=999, seed=1, units=squares)
    >>> page = local_moran_map(result)
    >>> [field["column"] for field in page.payload["layers"][0]["fields"]][:4]
    ['category_fdr', 'category', 'p_fdr', 'p']
    >>> len(page.payload["charts"])
    1
    """
    return _drawn(result, _MORAN, "local_moran_map", firmness=firmness, source=source, outlines=outlines, **options)


def hot_spot_map(
    result: LocalResult,
    *,
    firmness: SensitivityResult | None = None,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw hot and cold spots (Getis and Ord's Gi or Gi*) by how sure they are, and their significance.

    Cold spots are hatched, so that a print without colours tells them from hot ones.

    Parameters
    ----------
    result
        From `geo_urban.shrinkage.local_getis_ord`, of units with geometry.
    firmness
        From ``geo_urban.shrinkage.sensitivity(…, test="local_getis_ord", levels=(0.1, …))``, whose main setting is this
        test; it counts hot and cold spots of any grade.
    source, outlines, **options
        As in `local_moran_map`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    InputError
        If the result is of another statistic, or the firmness of another test.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> from geo_urban.shrinkage import local_getis_ord
    >>> from geo_urban.spatial import contiguity_graph
    >>> squares = gpd.GeoDataFrame(geometry=[shapely.box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)],
    ...                            index=list("abcdefghijklmnop"), crs=4326)
    >>> values = pd.Series([-2.0, -1.0, 1.0, 2.5] * 4, index=squares.index)
    >>> result = local_getis_ord(values, contiguity_graph(squares), star=True, seed=1, units=squares)
    >>> hot_spot_map(result).payload["layers"][0]["title"][0]
    'Units'
    """
    return _drawn(result, _GETIS_ORD, "hot_spot_map", firmness=firmness, source=source, outlines=outlines, **options)


def _drawn(
    result: LocalResult,
    measures: tuple[str, ...],
    function: str,
    *,
    firmness: SensitivityResult | None,
    source: str,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None,
    **options: Any,
) -> folium.Map:
    if result.measure not in measures:
        raise InputError(
            "`{function}` draws {known}; this is a result of {measure}. Use `draw(result.layers())`, which draws any.",
            function=function,
            known=" / ".join(measures),
            measure=result.measure,
        )
    shown, options["simplify"] = outlined(
        result.layers(source=source, firmness=firmness), outlines, options.get("simplify")
    )
    return draw(shown, **options)
