"""Space without a country: datums, areas, comparable units."""

from __future__ import annotations

from geo_urban.spatial._access import AccessRule
from geo_urban.spatial.areas import area_km2
from geo_urban.spatial.cell_shares import cell_fractions
from geo_urban.spatial.class_weights import ClassWeights, estimate_class_weights, spread_errors
from geo_urban.spatial.contiguity import contiguity_graph
from geo_urban.spatial.dasymetry import DasymetricResult, dasymetric
from geo_urban.spatial.datum import (
    DATUMS,
    Datum,
    DatumFit,
    datum_of,
    declare_datum,
    detect_datum,
    from_wgs84,
    require_same_datum,
    to_wgs84,
)
from geo_urban.spatial.edge_networks import network_from_edges
from geo_urban.spatial.graph_choices import NEIGHBOR_KINDS, neighbor_graphs
from geo_urban.spatial.grid import (
    QUANTITIES,
    GridShape,
    Quantity,
    build_grid,
    cell_area_km2,
    grid_shape,
    require_quantity,
)
from geo_urban.spatial.harmonize import COMPARABILITIES, Harmonized, harmonize
from geo_urban.spatial.modelled import is_modelled, require_comparable_cells, require_not_made_from_classes
from geo_urban.spatial.multimodal import join_modes
from geo_urban.spatial.network import Measure, Network, build_network
from geo_urban.spatial.proximity_graphs import distance_graph, knn_graph, travel_time_graph
from geo_urban.spatial.square_units import square_units
from geo_urban.spatial.travel import nearest_by_time, travel_time
from geo_urban.spatial.travel_results import GreatCircle, Route, TravelTimes
from geo_urban.spatial.zonal import zonal_stats
from geo_urban.spatial.zonal_result import ZONAL_STATS, ZonalResult, ZonalStat

__all__ = [
    "COMPARABILITIES",
    "DATUMS",
    "NEIGHBOR_KINDS",
    "QUANTITIES",
    "ZONAL_STATS",
    "AccessRule",
    "ClassWeights",
    "DasymetricResult",
    "Datum",
    "DatumFit",
    "GreatCircle",
    "GridShape",
    "Harmonized",
    "Measure",
    "Network",
    "Quantity",
    "Route",
    "TravelTimes",
    "ZonalResult",
    "ZonalStat",
    "area_km2",
    "build_grid",
    "build_network",
    "cell_area_km2",
    "cell_fractions",
    "contiguity_graph",
    "dasymetric",
    "datum_of",
    "declare_datum",
    "detect_datum",
    "distance_graph",
    "estimate_class_weights",
    "from_wgs84",
    "grid_shape",
    "harmonize",
    "is_modelled",
    "join_modes",
    "knn_graph",
    "nearest_by_time",
    "neighbor_graphs",
    "network_from_edges",
    "require_comparable_cells",
    "require_not_made_from_classes",
    "require_quantity",
    "require_same_datum",
    "spread_errors",
    "square_units",
    "to_wgs84",
    "travel_time",
    "travel_time_graph",
    "zonal_stats",
]
