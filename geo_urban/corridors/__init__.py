"""Border towns and the corridors they form."""

from __future__ import annotations

from geo_urban.corridors.border import land_border
from geo_urban.corridors.border_belt import border_units
from geo_urban.corridors.border_places import border_towns, require_ports
from geo_urban.corridors.border_result import BorderResult, border_shares
from geo_urban.corridors.catchments import PortCatchments, port_catchments, port_city_relation
from geo_urban.corridors.corridor_result import CorridorResult
from geo_urban.corridors.network_corridors import border_corridors
from geo_urban.corridors.streets_result import CorridorStreets
from geo_urban.corridors.strips import strip_around
from geo_urban.corridors.time_strips import strip_by_time
from geo_urban.corridors.town_streets import corridor_streets

__all__ = [
    "BorderResult",
    "CorridorResult",
    "CorridorStreets",
    "PortCatchments",
    "border_corridors",
    "border_shares",
    "border_towns",
    "border_units",
    "corridor_streets",
    "land_border",
    "port_catchments",
    "port_city_relation",
    "require_ports",
    "strip_around",
    "strip_by_time",
]
