"""Maps in one call: of one's own data, and of city tiers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_urban.checks import require_columns
from geo_urban.errors import InputError
from geo_urban.maps.drawing import outlines_of, simplified
from geo_urban.maps.indicators import indicator_presentation
from geo_urban.maps.pages import draw
from geo_urban.maps.payload import with_outlines
from geo_urban.presentation import Size

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    import geopandas as gpd

    from geo_urban.hierarchy import TierResult
    from geo_urban.maps.drawing import Simplify
    from geo_urban.maps.indicators import Indicators
    from geo_urban.maps.page_assets import Mode
    from geo_urban.messages import Language
    from geo_urban.presentation import Layer, Presentation
    from geo_urban.wording import Figures

__all__ = ["indicator_map", "outlined", "tier_map"]


def indicator_map(
    units: gpd.GeoDataFrame,
    indicators: Indicators,
    *,
    title: str,
    name: str = "indicators",
    source: str = "",
    method: str = "",
    cautions: Sequence[str] = (),
    over: Sequence[Layer] = (),
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
    tiles: str | None = None,
    simplify: Simplify = None,
    **options: Any,
) -> folium.Map:
    """Draw any frame as a map page: choose the indicator, the year and the classes on the page.

    Parameters
    ----------
    units
        One row per unit, unique index, geometry in any CRS: polygons, points or lines. It is not changed.
    indicators
        A column, a `geo_urban.presentation.Field`, several of them, or a mapping from words to a column or to a column
        per year: ``{"Wages": {2010: "wage_2010", 2020: "wage_2020"}}``.
    title
        What the map shows, in words.
    name
        Name in a file: ASCII letters, digits and ``_``.
    source
        Where the figures come from; the page shows it.
    method
        How they were made, in one sentence.
    cautions
        What a reader must not conclude.
    over
        Layers over the units, e.g. of `indicator_layer(ports, [], over=True, size="tonnes")` or `link_layer`.
    outlines
        A column that groups the units (their common outlines are drawn on the very lines of the units), or polygons.
    language, figures, mode, tiles, simplify
        As in `draw`.
    **options
        `scheme`, `classes`, `center`, `colors`, `labels`, `unit_names`, `modelled`, `label_column`, `size` as in
        `indicator_layer`.

    Returns
    -------
    folium.Map
        A notebook shows it; `save_page` writes it.

    Raises
    ------
    GeometryError
        If `units` is no GeoDataFrame with geometry, or mixes kinds of it.
    MissingColumnsError
        If a column is not there.
    MissingCRSError
        If the units do not say their coordinate reference system.
    InputError
        If a column cannot be classed or an option is wrong.

    See Also
    --------
    indicator_layer : What becomes of a column.
    geo_urban.classing.class_breaks : Where the limits lie.

    Examples
    --------
    Wages of two counties in two years: one indicator with a choice of years, in the same classes.

    >>> import geopandas as gpd, shapely
    >>> counties = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "wage_2010": [21.0, 35.0], "wage_2020": [48.0, 61.0]}, index=["1", "2"],
    ...     geometry=[shapely.box(120, 40, 121, 41), shapely.box(121, 40, 122, 41)], crs=4326,
    ... )
    >>> shown = indicator_map(counties, {"Wages": {2010: "wage_2010", 2020: "wage_2020"}}, title="Wages")
    >>> shown.payload["layers"][0]["indicators"]
    [{'label': 'Wages', 'fields': [0, 1], 'years': [2010, 2020]}]
    """
    shown = indicator_presentation(
        units,
        indicators,
        title=title,
        name=name,
        source=source,
        method=method,
        cautions=cautions,
        over=over,
        **options,
    )
    shown, simplify = outlined(shown, outlines, simplify)
    return draw(shown, language=language, figures=figures, mode=mode, tiles=tiles, simplify=simplify)


def tier_map(
    cities: TierResult | gpd.GeoDataFrame,
    *,
    source: str = "Figures given by the user.",
    points: bool = False,
    outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
    tiles: str | None = None,
    simplify: Simplify = None,
    **options: Any,
) -> folium.Map:
    """Draw cities by size tier, with their change and residents to choose.

    Parameters
    ----------
    cities
        Result of `geo_urban.hierarchy.city_tiers`, or a frame of cities with geometry to give tiers to.
    source
        Where the counts come from, in words.
    points
        Whether cities are drawn as circles whose area grows with their residents, instead of their polygons.
    outlines
        A column that groups the cities, or polygons, e.g. provinces.
    language, figures, mode, tiles, simplify
        As in `draw`.
    **options
        For a frame: the options of `city_tiers` (`population_start`, `population_end`, `tier_by`, `scheme`, `base`).

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If the cities have no geometry.
    InputError
        If a column is missing, or options are given beside a result.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> cities = gpd.GeoDataFrame({"name": ["A"], "population_2010": [400_000], "population_2020": [600_000]},
    ...                           index=["210100"], geometry=[shapely.Point(123.4, 41.8)], crs=4326)
    >>> tier_map(cities).payload["layers"][0]["fields"][0]["classifications"][0]["counts"]
    [0, 0, 0, 1, 0]
    """
    if isinstance(cities, pd.DataFrame):
        from geo_urban.hierarchy import city_tiers

        cities = city_tiers(cities, **options)
    elif options:
        raise InputError(
            "{options} beside a result, whose tiers are made already. Pass the frame of cities, or give them to "
            "`city_tiers`.",
            options=", ".join(f"`{name}`" for name in options),
        )
    shown, simplify = outlined(cities.layers(source=source), outlines, simplify)
    if points:
        first, *others = shown.layers
        shown = replace(shown, layers=(_as_points(first, by="population_end"), *others))
    return draw(shown, language=language, figures=figures, mode=mode, tiles=tiles, simplify=simplify)


def _as_points(layer: Layer, *, by: str) -> Layer:
    # The smallest last, so that no large circle hides them.
    units = layer.units.sort_values(by, ascending=False, kind="stable")
    return replace(layer, units=units.set_geometry(units.geometry.representative_point()), size=Size(column=by))


def outlined(
    shown: Presentation, outlines: str | gpd.GeoDataFrame | gpd.GeoSeries | None, simplify: Simplify
) -> tuple[Presentation, Simplify]:
    """Return the presentation with outlines over it, and what is left to simplify.

    Parameters
    ----------
    shown
        What to show.
    outlines
        A column of its first layer that groups the units, polygons, or None.
    simplify
        As in `draw`.

    Returns
    -------
    tuple
        For `draw`.
    """
    if outlines is None:
        return shown, simplify
    if not isinstance(outlines, str):
        return with_outlines(shown, outlines), simplify
    require_columns(shown.layers[0].units, [outlines], argument="units")
    # Along the lines as they are drawn, or the two would not meet.
    shown = simplified(shown, simplify=simplify)
    units = shown.layers[0].units
    return with_outlines(shown, outlines_of(units.geometry, units[outlines])), False
