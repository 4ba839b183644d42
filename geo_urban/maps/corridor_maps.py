"""Maps of land borders and corridors in one call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo_urban.corridors.border_layers import belt_layer, border_layer, port_layer
from geo_urban.maps.map_functions import outlined
from geo_urban.maps.pages import draw

if TYPE_CHECKING:
    import folium
    import geopandas as gpd

    from geo_urban.corridors import BorderResult, CorridorResult

__all__ = ["border_map", "corridor_map"]

_GIVEN = "Units and neighbors given by the user."
_PLACES = "Towns, ports and network given by the user."


def border_map(
    border: BorderResult,
    *,
    belt: gpd.GeoDataFrame | None = None,
    ports: gpd.GeoDataFrame | None = None,
    source: str = _GIVEN,
    outlines: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw a land border by neighbor, the units along it and the ports through which it is crossed.

    Stretches along areas that several countries claim have a colour of their own; ports without a sound position, if a
    column `position` tells them, a pattern.

    Parameters
    ----------
    border
        From `geo_urban.corridors.land_border`.
    belt
        From `geo_urban.corridors.border_units`: depth, length of border and time to a port to choose from.
    ports
        Points of ports, e.g. `geo_urban.datasets.ports`.
    source
        Where units and neighbors come from, in words.
    outlines
        Borders over them, e.g. of provinces.
    **options
        `language`, `figures`, `mode`, `tiles`, `simplify` as in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If `belt` or `ports` has no geometry.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from geo_urban.corridors import land_border
    >>> units = gpd.GeoDataFrame({"name": ["A"]}, index=["a"], geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    >>> around = gpd.GeoDataFrame(index=["N"], geometry=[shapely.box(0, 1, 1, 2)], crs=4326)
    >>> [layer["name"] for layer in border_map(land_border(units, around)).payload["layers"]]
    ['land_border']
    """
    shown = border.layers(source=source)
    layers = shown.layers
    if belt is not None:
        layers = (belt_layer(belt), border_layer(border, over=True), *layers[1:])
    if ports is not None:
        layers = (*layers, port_layer(ports))
    shown, options["simplify"] = outlined(replace(shown, layers=layers), outlines, options.get("simplify"))
    return draw(shown, **options)


def corridor_map(
    result: CorridorResult,
    *,
    border: BorderResult | None = None,
    belt: gpd.GeoDataFrame | None = None,
    source: str = _PLACES,
    outlines: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    **options: Any,
) -> folium.Map:
    """Draw corridors: strips by density, growth or continuity, links with their gaps, towns and ports.

    Parameters
    ----------
    result
        From `geo_urban.corridors.border_corridors`.
    border
        The land border, drawn below the links.
    belt
        From `geo_urban.corridors.border_units`, to choose beside the strips.
    source
        Where towns, ports and network come from, in words.
    outlines
        Borders over them, e.g. of provinces.
    **options
        `language`, `figures`, `mode`, `tiles`, `simplify` as in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    GeometryError
        If `belt` has no geometry.

    Examples
    --------
    Two towns 111 km apart along a border, and a road between them.

    >>> import geopandas as gpd, shapely
    >>> from geo_urban.corridors import border_corridors, border_towns, land_border
    >>> from geo_urban.spatial import build_network
    >>> units = gpd.GeoDataFrame({"name": ["A"]}, index=["a"], geometry=[shapely.box(0, 0, 2, 1)], crs=4326)
    >>> around = gpd.GeoDataFrame(index=["N"], geometry=[shapely.box(0, 1, 2, 2)], crs=4326)
    >>> border = land_border(units, around)
    >>> points = gpd.points_from_xy([0.5, 1.5], [0.9, 0.9])
    >>> towns = border_towns(gpd.GeoDataFrame({"name": ["P", "Q"]}, geometry=points, crs=4326), border)
    >>> roads = build_network([0.5, 1.5], [0.9, 0.9], [0], [1], km=[120.0], minutes=[120.0])
    >>> result = border_corridors(towns, border, network=roads)
    >>> [layer["name"] for layer in corridor_map(result, border=border).payload["layers"]]
    ['corridor_strips', 'land_border', 'corridor_links', 'corridor_nodes']
    """
    shown = result.layers(source=source)
    strips, *over = shown.layers
    layers = (
        *(() if belt is None else (belt_layer(belt),)),
        strips,
        *(() if border is None else (border_layer(border, over=True),)),
        *over,
    )
    shown, options["simplify"] = outlined(replace(shown, layers=layers), outlines, options.get("simplify"))
    return draw(shown, **options)
