"""What is wrong with a study of a land border before anything is read, and which files it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.errors import StudyFileError
from geo_urban.studies.provenance import file_input
from geo_urban.studies.steps import ANALYSES

if TYPE_CHECKING:
    from geo_urban.studies.config import Study
    from geo_urban.studies.provenance import Input

__all__ = ["border_faults", "border_inputs"]


def border_faults(study: Study) -> list[StudyFileError]:
    """Return what the section on a border contradicts.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    list of StudyFileError
        Empty where all is well.
    """
    asking = [name for name in study.analyses if "neighbors" in ANALYSES[name].needs]
    section = study.border
    if not asking:
        if section is None:
            return []
        return [
            StudyFileError(
                'there is a [border], but no analysis looks at one. Add "land_border" to `analyses`, or take the '
                "section out."
            )
        ]
    faults = []
    if not study.boundaries.embedded and (section is None or section.embedded):
        faults.append(
            StudyFileError(
                '"{analysis}" asks what lies beyond the border of your units, and your study does not say. Add a '
                "section [border] with `neighbors`: a file with the polygons of the countries around.",
                analysis=asking[0],
            )
        )
    if "border_corridors" in asking and study.chosen_network.straight:
        faults.append(
            StudyFileError(
                '"border_corridors" follows ways on a network, and straight lines are none. Name roads as `source` '
                'under [network], or take it out of `analyses`; "land_border" needs no roads.'
            )
        )
    return faults


def border_inputs(study: Study) -> tuple[Input, ...]:
    """Return the records of the files that a section on a border names.

    Parameters
    ----------
    study
        Any study.

    Returns
    -------
    tuple of Input
        None for the embedded data, which come with the boundaries.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    section = study.border
    if section is None:
        return ()
    named = {
        "neighbors": None if section.embedded else section.neighbors,
        "ports": section.ports,
        "centres": section.centres,
    }
    return tuple(file_input(name, study.path(source)) for name, source in named.items() if source is not None)
