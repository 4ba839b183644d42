"""``geo-urban border``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.cli.hierarchy import WITHOUT_YEARS, years_of
from geo_urban.cli.own_files import BoundaryWords, boundaries_section, given, number_of
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from geo_urban.studies import Study

__all__ = ["BorderWords", "border_study"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderWords(BoundaryWords):
    """What the command line says of a border; texts as they were typed, empty where nothing was.

    Parameters
    ----------
    neighbors, neighbors_code, neighbors_layer
        File with the polygons of the countries around, its column of codes and its layer.
    ports, centres
        Files of points.
    network, speed
        File of streets, without which there are no corridors; and one speed for all of a file of lines.
    panel, population, population_start, years
        Residents: a table (the boundaries' own columns where empty), their columns, and the years of both counts.
    min_border, max_gap, depth, width, town_gap
        As in a study file, in km.
    """

    neighbors: str
    neighbors_code: str = ""
    neighbors_layer: str = ""
    ports: str = ""
    centres: str = ""
    network: str = ""
    speed: str = ""
    panel: str = ""
    population: str = ""
    population_start: str = ""
    years: str = ""
    min_border: str = ""
    max_gap: str = ""
    depth: str = ""
    width: str = ""
    town_gap: str = ""


def border_study(words: BorderWords) -> Study:
    """Return the study that the command line describes.

    Parameters
    ----------
    words
        What the command line says.

    Returns
    -------
    Study
        Paths start from the current folder.

    Raises
    ------
    InputError
        If a number is none, or the study cannot be.
    """
    from geo_urban.studies import file_name, study_from_mapping

    subject = Path(words.boundaries).stem
    settings = {
        "name": file_name(f"border-{subject}"),
        "title": subject,
        "years": years_of(words.years) if words.population_start else WITHOUT_YEARS,
        "analyses": ["land_border", *(["border_corridors"] if words.network else [])],
        "boundaries": boundaries_section(words),
        "border": _border(words),
    }
    if words.population:
        settings["population"] = given(
            source=words.panel or words.boundaries,
            code=words.code,
            start=words.population_start or words.population,
            end=words.population,
            group=words.group,
            missing="list",
        )
    elif words.group:
        settings["population"] = {"group": words.group}
    if words.network:
        settings["network"] = given(source=words.network, speed_kmh=number_of("--speed", words.speed, "60"))
    return study_from_mapping(settings, origin="geo-urban border")


def _border(words: BorderWords) -> dict[str, object]:
    return given(
        neighbors=words.neighbors,
        neighbors_code=words.neighbors_code,
        neighbors_layer=words.neighbors_layer,
        ports=words.ports,
        centres=words.centres,
        min_border_km=number_of("--min-border", words.min_border, "1"),
        max_gap_km=number_of("--max-gap", words.max_gap, "0.5"),
        depth_km=_limits(words.depth),
        width_km=number_of("--width", words.width, "50"),
        town_gap_km=number_of("--town-gap", words.town_gap, "200"),
    )


def _limits(text: str) -> list[float] | None:
    """Return limits that were typed with commas between them; None where nothing was."""
    if not text:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError(
            "`--depth {value}` does not list limits of bands. Give them in km with commas between, e.g. "
            "`--depth 25,50,100`.",
            value=text,
        ) from error
