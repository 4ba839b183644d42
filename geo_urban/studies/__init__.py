"""Studies: a file that says what to ask becomes a folder of maps, layers, tables and their provenance."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_urban.studies.config import Study
    from geo_urban.studies.draft import StudyDraft, draft_study
    from geo_urban.studies.loading import (
        builtin_studies,
        file_name,
        load_study,
        study_from_mapping,
        study_from_text,
    )
    from geo_urban.studies.pipeline import run_study
    from geo_urban.studies.provenance import Verification, verify_provenance
    from geo_urban.studies.results import AnalysisOutput, KeyNumber, StudyRun
    from geo_urban.studies.steps import ANALYSES

__all__ = [
    "ANALYSES",
    "AnalysisOutput",
    "KeyNumber",
    "Study",
    "StudyDraft",
    "StudyRun",
    "Verification",
    "builtin_studies",
    "draft_study",
    "file_name",
    "load_study",
    "run_study",
    "study_from_mapping",
    "study_from_text",
    "verify_provenance",
]

_HOMES = {
    "ANALYSES": "steps",
    "AnalysisOutput": "results",
    "KeyNumber": "results",
    "Study": "config",
    "StudyDraft": "draft",
    "StudyRun": "results",
    "Verification": "provenance",
    "builtin_studies": "loading",
    "draft_study": "draft",
    "file_name": "loading",
    "load_study": "loading",
    "run_study": "pipeline",
    "study_from_mapping": "loading",
    "study_from_text": "loading",
    "verify_provenance": "provenance",
}


def __getattr__(name: str) -> object:
    # Reading a study file must not cost the libraries that run it.
    if name in _HOMES:
        return getattr(import_module(f"geo_urban.studies.{_HOMES[name]}"), name)
    message = f"module 'geo_urban.studies' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
