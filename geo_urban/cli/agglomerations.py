"""``geo-urban agglomerations``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_urban.cli.hierarchy import WITHOUT_YEARS, years_of
from geo_urban.cli.own_files import BoundaryWords, boundaries_section, given, number_of

if TYPE_CHECKING:
    from geo_urban.studies import Study

__all__ = ["AgglomerationWords", "agglomeration_study"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgglomerationWords(BoundaryWords):
    """What the command line says of units, the cities among them, and how far these reach.

    Parameters
    ----------
    population, population_start, urban
        Columns of residents, of an earlier count, and of urban residents.
    years
        The years of both counts, ``"2010,2020"``.
    panel
        Table with residents; the boundaries' own columns where empty.
    method
        How clusters are found.
    cores
        Column with the name of the cluster that a unit's city leads.
    cities, regions, reference
        Columns of cities, of regions that belong as a whole, and of the cluster in a plan.
    network, speed
        File of streets, ``"roads"`` or ``"straight"``; speed along straight lines or of a file of lines [km/h].
    core_population, leading_population, reach
        Least residents of a core and of a cluster's cores, and reach of a city of a million [minutes].
    sweep
        How many settings make up the stability.
    """

    population: str
    population_start: str = ""
    urban: str = ""
    years: str = ""
    panel: str = ""
    method: str = ""
    cores: str = ""
    cities: str = ""
    regions: str = ""
    reference: str = ""
    network: str = "straight"
    speed: str = ""
    core_population: str = ""
    leading_population: str = ""
    reach: str = ""
    sweep: str = ""


def agglomeration_study(words: AgglomerationWords) -> Study:
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
    return study_from_mapping(
        {
            "name": file_name(f"agglomerations-{subject}"),
            "title": subject,
            "years": years_of(words.years) if words.population_start else WITHOUT_YEARS,
            "analyses": ["agglomerations"],
            "boundaries": boundaries_section(words),
            "population": given(
                source=words.panel or words.boundaries,
                code=words.code,
                start=words.population_start or words.population,
                end=words.population,
                urban_end=words.urban,
                group=words.group,
                missing="list",
            ),
            "network": given(source=words.network, speed_kmh=number_of("--speed", words.speed, "80")),
            "agglomerations": _section(words),
        },
        origin="geo-urban agglomerations",
    )


def _section(words: AgglomerationWords) -> dict[str, Any]:
    numbers = given(
        core_population=number_of("--core-population", words.core_population, "500000"),
        leading_population=number_of("--leading-population", words.leading_population, "3000000"),
        reach_minutes=number_of("--reach", words.reach, "120"),
    )
    return given(
        method=words.method,
        cores=words.cores,
        cities=words.cities,
        regions=words.regions,
        reference=words.reference,
        sweep=number_of("--sweep", words.sweep, "200"),
    ) | ({"parameters": numbers} if numbers else {})
