"""Where city clusters end: interaction, delineation, percolation, agreement with plans, character."""

from __future__ import annotations

from geo_urban.agglomerations.agreement import AgreementResult, compare
from geo_urban.agglomerations.character import check_criteria, cluster_profile, ring_profile
from geo_urban.agglomerations.commuting import commuting_areas
from geo_urban.agglomerations.delineation import delineate
from geo_urban.agglomerations.delineation_result import DelineationResult
from geo_urban.agglomerations.interaction import (
    calibrate_gravity,
    dominant_flows,
    gravity,
    huff,
    potential,
    radiation,
)
from geo_urban.agglomerations.leave_one_out import LeaveOneOut, leave_one_out
from geo_urban.agglomerations.parameters import (
    CityClusterParameters,
    CommutingParameters,
    DelineationParameters,
    LeidenParameters,
    PercolationParameters,
    SkaterParameters,
    UrbanCentreParameters,
)
from geo_urban.agglomerations.percolation_clusters import CityClusters, Percolation, city_clusters, percolation

__all__ = [
    "AgreementResult",
    "CityClusterParameters",
    "CityClusters",
    "CommutingParameters",
    "DelineationParameters",
    "DelineationResult",
    "LeaveOneOut",
    "LeidenParameters",
    "Percolation",
    "PercolationParameters",
    "SkaterParameters",
    "UrbanCentreParameters",
    "calibrate_gravity",
    "check_criteria",
    "city_clusters",
    "cluster_profile",
    "commuting_areas",
    "compare",
    "delineate",
    "dominant_flows",
    "gravity",
    "huff",
    "leave_one_out",
    "percolation",
    "potential",
    "radiation",
    "ring_profile",
]
