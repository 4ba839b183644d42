"""Where people leave: change of residents, classes of loss, rural outflow."""

from __future__ import annotations

from geo_urban.shrinkage.change import ChangeResult, population_change
from geo_urban.shrinkage.outflow import OUTFLOW_FORMULA, OutflowResult, rural_outflow
from geo_urban.shrinkage.severity import (
    SEVERITY_LIMITS,
    severity_categories,
    severity_class,
    severity_table,
    worst_units,
)
from geo_urban.shrinkage.typology import TypologyResult, shrinkage_types

__all__ = [
    "OUTFLOW_FORMULA",
    "SEVERITY_LIMITS",
    "ChangeResult",
    "OutflowResult",
    "TypologyResult",
    "population_change",
    "rural_outflow",
    "severity_categories",
    "severity_class",
    "severity_table",
    "shrinkage_types",
    "worst_units",
]
