"""What is wrong with a study of city clusters before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.checks import listed
from geo_urban.errors import StudyFileError

if TYPE_CHECKING:
    from geo_urban.studies.config import Study

__all__ = ["agglomeration_faults"]

_KNOWN_BY_ITSELF = ("cities", "regions", "reference", "gdp")


def agglomeration_faults(study: Study) -> list[StudyFileError]:
    """Return what the section on city clusters contradicts.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    list of StudyFileError
        Empty where all is well.
    """
    if "agglomerations" not in study.model_fields_set:
        return []
    if "agglomerations" not in study.analyses:
        return [
            StudyFileError(
                'there is a section [agglomerations], but no analysis reads it. Add "agglomerations" to `analyses`, '
                "or take the section out."
            )
        ]
    section = study.agglomerations
    given = [name for name in _KNOWN_BY_ITSELF if getattr(section, name) is not None]
    if isinstance(section.cores, str) and section.cores != "auto":
        given.append("cores")
    if not (study.boundaries.embedded and study.population.embedded and given):
        return []
    return [
        StudyFileError(
            "[agglomerations] names columns ({keys}), but the embedded data know cities, prefectures and plans by "
            "themselves. Take these keys out, or bring your own boundaries and panel; cores may be a list of codes.",
            keys=listed(given),
        )
    ]
