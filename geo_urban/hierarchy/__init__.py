"""How settlements are ranked: size tiers, urbanization, burden, town shares, density."""

from __future__ import annotations

from geo_urban.hierarchy.burden import burden_ratio
from geo_urban.hierarchy.central_places import dominance, functional_overlap, nearest_larger, nodality
from geo_urban.hierarchy.city_spacing import (
    CityDensityResult,
    NearestNeighborIndex,
    city_density,
    nearest_neighbor_index,
)
from geo_urban.hierarchy.density import density_grid, density_measures
from geo_urban.hierarchy.density_result import DensityResult
from geo_urban.hierarchy.parcel_density import density_gini, density_theil, lived_density, population_density
from geo_urban.hierarchy.primate import PrimacyResult, primacy, primacy_table
from geo_urban.hierarchy.rank_size_fit import RankSizeResult, rank_size, rank_size_table
from geo_urban.hierarchy.region_contrast import inside_outside
from geo_urban.hierarchy.region_layers import region_layers
from geo_urban.hierarchy.size_classes import TIER_SCHEMES, Tier, TierScheme, tier_scheme
from geo_urban.hierarchy.tiers import TierResult, city_tiers, size_tier, tier_table
from geo_urban.hierarchy.towns import town_share
from geo_urban.hierarchy.transitions import TierTransitions, tier_transitions
from geo_urban.hierarchy.urban_centers import UrbanCentres, urban_centres
from geo_urban.hierarchy.urban_classes import degree_of_urbanisation, optimal_built_threshold
from geo_urban.hierarchy.urban_thresholds import URBANISATION_RULES, UrbanisationThresholds
from geo_urban.hierarchy.urban_units import UNIT_CLASSES, classify_units
from geo_urban.hierarchy.urbanization import (
    UrbanizationIncrements,
    urbanization_gaps,
    urbanization_increments,
    urbanization_rate,
    urbanization_table,
)

__all__ = [
    "TIER_SCHEMES",
    "UNIT_CLASSES",
    "URBANISATION_RULES",
    "CityDensityResult",
    "DensityResult",
    "NearestNeighborIndex",
    "PrimacyResult",
    "RankSizeResult",
    "Tier",
    "TierResult",
    "TierScheme",
    "TierTransitions",
    "UrbanCentres",
    "UrbanisationThresholds",
    "UrbanizationIncrements",
    "burden_ratio",
    "city_density",
    "city_tiers",
    "classify_units",
    "degree_of_urbanisation",
    "density_gini",
    "density_grid",
    "density_measures",
    "density_theil",
    "dominance",
    "functional_overlap",
    "inside_outside",
    "lived_density",
    "nearest_larger",
    "nearest_neighbor_index",
    "nodality",
    "optimal_built_threshold",
    "population_density",
    "primacy",
    "primacy_table",
    "rank_size",
    "rank_size_table",
    "region_layers",
    "size_tier",
    "tier_scheme",
    "tier_table",
    "tier_transitions",
    "town_share",
    "urban_centres",
    "urbanization_gaps",
    "urbanization_increments",
    "urbanization_rate",
    "urbanization_table",
]
