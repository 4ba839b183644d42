"""Maps of city clusters in one call: where they end and how firmly, time rings, and agreement with a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo_urban.maps.map_functions import outlined
from geo_urban.maps.pages import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    import geopandas as gpd

    from geo_urban.agglomerations import AgreementResult, DelineationResult

__all__ = ["agglomeration_map", "agreement_map"]

_GIVEN = "Figures given by the user."


def agglomeration_map(
    result: DelineationResult,
    *,
    rings: Sequence[float] | None = None,
    population_start: str | None = None,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw city clusters: role and firmness of each unit, outlines, cores as large as they are, and their links.

    Units that belong to another cluster, or to none, in more than a few of the settings are drawn as unsure.

    Parameters
    ----------
    result
        From `geo_urban.agglomerations.delineate`.
    rings
        Limits of time rings to choose as a layer of their own, ascending [minutes to the core]; None for none.
    population_start
        Column of residents at the start, for the change of each ring [persons].
    source
        Where people, boundaries and travel times come from, in words.
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
    InputError
        If `rings` do not ascend from above zero.
    MissingColumnsError
        If a column is not there.
    MissingCRSError
        If the units do not say their coordinate reference system.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> from geo_urban.agglomerations import delineate
    >>> row = gpd.GeoDataFrame(
    ...     {"name": list("abcde"), "people": [1_000_000, 9, 9, 9, 9]},
    ...     geometry=[shapely.box(x, 30, x + 1, 31) for x in range(5)], crs=4326)
    >>> minutes = pd.DataFrame([[60.0 * abs(x - y) for y in range(5)] for x in range(5)])
    >>> found = delineate(row, travel=minutes, population="people", parameters={"leading_population": 1e6}, sweep=0)
    >>> shown = agglomeration_map(found, rings=[60, 120])
    >>> shown.payload["layers"][0]["fields"][0]["classifications"][0]["counts"]  # core, inner, outer, in none
    [1, 1, 1, 2]
    >>> [layer["title"][0] for layer in shown.payload["layers"]][1:3]
    ['Time rings', 'Outlines of city clusters']
    """
    shown = result.layers(source=source)
    if rings is not None:
        from geo_urban.agglomerations.cluster_layers import time_ring_layer

        ring_layer = time_ring_layer(result, limits=rings, population_start=population_start)
        shown = replace(shown, layers=(shown.layers[0], ring_layer, *shown.layers[1:]))
    shown, options["simplify"] = outlined(shown, outlines, options.get("simplify"))
    return draw(shown, **options)


def agreement_map(
    result: AgreementResult,
    *,
    source: str = _GIVEN,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw which units are in both, only in ours or only in the reference, e.g. the scope of a plan.

    Parameters
    ----------
    result
        From `geo_urban.agglomerations.compare`.
    source, outlines, **options
        As in `agglomeration_map`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    MissingCRSError
        If the units do not say their coordinate reference system.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.agglomerations import compare
    >>> row = gpd.GeoDataFrame({"population": [1, 1, 1, 1]}, index=list("abcd"), crs=4326,
    ...                        geometry=[shapely.box(x, 30, x + 1, 31) for x in range(4)])
    >>> shown = agreement_map(compare({"A": ["a", "b"]}, {"plan": ["b", "c"]}, units=row))
    >>> shown.payload["layers"][0]["fields"][0]["classifications"][0]["counts"]  # both, only ours, only theirs
    [1, 1, 1]
    """
    shown, options["simplify"] = outlined(result.layers(source=source), outlines, options.get("simplify"))
    return draw(shown, **options)
