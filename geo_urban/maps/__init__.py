"""Map pages that open anywhere: one HTML file, no network, every word and colour from a `Presentation`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_urban.maps.agglomeration_maps import agglomeration_map, agreement_map
    from geo_urban.maps.compare_maps import compare_map
    from geo_urban.maps.corridor_maps import border_map, corridor_map
    from geo_urban.maps.drawing import drawing_of, outlines_of
    from geo_urban.maps.explored import explore
    from geo_urban.maps.grid_maps import grid_map, grid_raster
    from geo_urban.maps.hierarchy_maps import rank_size_map, region_map, transition_map, urban_centre_map
    from geo_urban.maps.indicators import indicator_layer, indicator_presentation, link_layer
    from geo_urban.maps.map_functions import indicator_map, tier_map
    from geo_urban.maps.pages import change_map, draw, save_page
    from geo_urban.maps.payload import map_payload, with_drawing, with_outlines
    from geo_urban.maps.pictures import find_browser, screenshot
    from geo_urban.maps.sheets import with_sheet
    from geo_urban.maps.shrinkage_maps import hot_spot_map, local_moran_map

__all__ = [
    "agglomeration_map",
    "agreement_map",
    "border_map",
    "change_map",
    "compare_map",
    "corridor_map",
    "draw",
    "drawing_of",
    "explore",
    "find_browser",
    "grid_map",
    "grid_raster",
    "hot_spot_map",
    "indicator_layer",
    "indicator_map",
    "indicator_presentation",
    "link_layer",
    "local_moran_map",
    "map_payload",
    "outlines_of",
    "rank_size_map",
    "region_map",
    "save_page",
    "screenshot",
    "tier_map",
    "transition_map",
    "urban_centre_map",
    "with_drawing",
    "with_outlines",
    "with_sheet",
]

_HOMES = {
    "agglomeration_map": "agglomeration_maps",
    "agreement_map": "agglomeration_maps",
    "change_map": "pages",
    "draw": "pages",
    "drawing_of": "drawing",
    "outlines_of": "drawing",
    "explore": "explored",
    "indicator_layer": "indicators",
    "indicator_presentation": "indicators",
    "link_layer": "indicators",
    "indicator_map": "map_functions",
    "tier_map": "map_functions",
    "rank_size_map": "hierarchy_maps",
    "region_map": "hierarchy_maps",
    "hot_spot_map": "shrinkage_maps",
    "local_moran_map": "shrinkage_maps",
    "transition_map": "hierarchy_maps",
    "urban_centre_map": "hierarchy_maps",
    "border_map": "corridor_maps",
    "compare_map": "compare_maps",
    "corridor_map": "corridor_maps",
    "grid_map": "grid_maps",
    "grid_raster": "grid_maps",
    "save_page": "pages",
    "map_payload": "payload",
    "with_drawing": "payload",
    "with_outlines": "payload",
    "with_sheet": "sheets",
    "find_browser": "pictures",
    "screenshot": "pictures",
}


def __getattr__(name: str) -> object:
    # folium loads when the first map is drawn.
    if name in _HOMES:
        return getattr(import_module(f"geo_urban.maps.{_HOMES[name]}"), name)
    message = f"module 'geo_urban.maps' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
