"""``geo-urban hierarchy``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.cli.own_files import BoundaryWords, boundaries_section, given, number_of
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from geo_urban.studies import Study

__all__ = ["WITHOUT_YEARS", "HierarchyWords", "hierarchy_study", "years_of"]

# Any two years would do for one count: no analysis then looks at a change.
WITHOUT_YEARS = (2019, 2020)
ALWAYS = ("rank_size", "city_density", "central_places")
OF_TWO_COUNTS = ("tiers", "transitions")


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyWords(BoundaryWords):
    """What the command line says of cities, one per polygon of the boundaries, and their residents.

    Parameters
    ----------
    panel
        Table with residents; the boundaries' own columns where empty.
    population, population_start
        Columns of residents, of the last count and of the first.
    years
        The years of both counts, ``"2010,2020"``.
    network
        File of streets, ``"roads"`` or ``"straight"``.
    reach
        Minutes on the network, or km along straight lines.
    """

    population: str
    panel: str = ""
    population_start: str = ""
    years: str = ""
    network: str = "straight"
    reach: str = ""


def hierarchy_study(words: HierarchyWords) -> Study:
    """Return the study that the command line describes.

    Parameters
    ----------
    words
        What the command line says.

    Returns
    -------
    Study
        Of one file or two; paths start from the current folder.

    Raises
    ------
    InputError
        If a number or the years are none, or the study cannot be.
    """
    from geo_urban.studies import file_name, study_from_mapping

    subject = Path(words.boundaries).stem
    two_counts = bool(words.population_start)
    return study_from_mapping(
        {
            "name": file_name(f"hierarchy-{subject}"),
            "title": subject,
            "years": years_of(words.years) if two_counts else WITHOUT_YEARS,
            "analyses": [*(OF_TWO_COUNTS if two_counts else ()), *ALWAYS],
            "boundaries": boundaries_section(words),
            "population": given(
                source=words.panel or words.boundaries,
                code=words.code,
                start=words.population_start or words.population,
                end=words.population,
                group=words.group,
                missing="list",
            ),
            "network": given(source=words.network, reach=number_of("--reach", words.reach, "60")),
        },
        origin="geo-urban hierarchy",
    )


def years_of(text: str) -> tuple[int, int]:
    """Return the years of both counts.

    Raises
    ------
    InputError
        If the text does not name two.
    """
    parts = [part.strip() for part in text.split(",")] if text else []
    if len(parts) == 2 and all(part.isdecimal() for part in parts):  # noqa: PLR2004 - of the first and the last count
        return int(parts[0]), int(parts[1])
    raise InputError(
        "`--years {value}` does not name the years of both counts. Give them with a comma between, e.g. "
        "`--years 2010,2020`.",
        value=text,
    )
