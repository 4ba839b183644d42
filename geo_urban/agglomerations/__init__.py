"""Where city clusters end: interaction, delineation, percolation, agreement with plans, character."""

from __future__ import annotations

from geo_urban.agglomerations.agreement import AgreementResult, compare
from geo_urban.agglomerations.delineation import delineate
from geo_urban.agglomerations.delineation_result import DelineationResult
from geo_urban.agglomerations.parameters import DelineationParameters

__all__ = ["AgreementResult", "DelineationParameters", "DelineationResult", "compare", "delineate"]
