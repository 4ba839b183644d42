"""Where people leave: change of residents, classes of loss, rural outflow."""

from __future__ import annotations

from geo_urban.shrinkage.autocorrelation import AutocorrelationResult, geary, getis_ord_g, moran, moran_rates
from geo_urban.shrinkage.change import ChangeResult, population_change
from geo_urban.shrinkage.class_joins import JoinCountsResult, join_counts, local_join_counts
from geo_urban.shrinkage.finance import fiscal_ratio
from geo_urban.shrinkage.firmness import SensitivityResult, sensitivity
from geo_urban.shrinkage.hot_spot_trends import EmergingResult, emerging_hot_spots, mann_kendall
from geo_urban.shrinkage.local_association import local_geary, local_getis_ord, local_moran, local_moran_bivariate
from geo_urban.shrinkage.local_results import LocalResult
from geo_urban.shrinkage.markov_chains import lisa_markov, spatial_markov
from geo_urban.shrinkage.markov_results import LisaMarkovResult, SpatialMarkovResult
from geo_urban.shrinkage.merged_units import net_of_groups
from geo_urban.shrinkage.outflow import OUTFLOW_FORMULA, OutflowResult, rural_outflow
from geo_urban.shrinkage.regression_models import change_regression, correlation_table
from geo_urban.shrinkage.regression_results import RegressionResult
from geo_urban.shrinkage.severity import (
    SEVERITY_LIMITS,
    severity_categories,
    severity_class,
    severity_table,
    worst_units,
)
from geo_urban.shrinkage.shift_parts import ShiftShareResult, shift_share
from geo_urban.shrinkage.typology import TypologyResult, shrinkage_types
from geo_urban.shrinkage.unit_scales import ScaleResult, scale_check

__all__ = [
    "OUTFLOW_FORMULA",
    "SEVERITY_LIMITS",
    "AutocorrelationResult",
    "ChangeResult",
    "EmergingResult",
    "JoinCountsResult",
    "LisaMarkovResult",
    "LocalResult",
    "OutflowResult",
    "RegressionResult",
    "ScaleResult",
    "SensitivityResult",
    "ShiftShareResult",
    "SpatialMarkovResult",
    "TypologyResult",
    "change_regression",
    "correlation_table",
    "emerging_hot_spots",
    "fiscal_ratio",
    "geary",
    "getis_ord_g",
    "join_counts",
    "lisa_markov",
    "local_geary",
    "local_getis_ord",
    "local_join_counts",
    "local_moran",
    "local_moran_bivariate",
    "mann_kendall",
    "moran",
    "moran_rates",
    "net_of_groups",
    "population_change",
    "rural_outflow",
    "scale_check",
    "sensitivity",
    "severity_categories",
    "severity_class",
    "severity_table",
    "shift_share",
    "shrinkage_types",
    "spatial_markov",
    "worst_units",
]
