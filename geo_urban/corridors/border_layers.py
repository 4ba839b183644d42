"""Layers of borders and corridors for whoever draws several results on one map."""

from __future__ import annotations

from geo_urban.corridors._show_border import (
    CHANGE_CLASSES,
    DISPUTED_CAUTION,
    LENGTH_CAUTION,
    belt_layer,
    border_layer,
)
from geo_urban.corridors._show_corridors import corridor_cautions, corridor_method, link_layer, strip_layer
from geo_urban.corridors._show_ports import port_layer

__all__ = [
    "CHANGE_CLASSES",
    "DISPUTED_CAUTION",
    "LENGTH_CAUTION",
    "belt_layer",
    "border_layer",
    "corridor_cautions",
    "corridor_method",
    "link_layer",
    "port_layer",
    "strip_layer",
]
