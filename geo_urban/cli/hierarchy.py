"""``geo-urban hierarchy``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_urban.cli.running import report_run
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from geo_urban.cli.options import Options
    from geo_urban.studies import Study

__all__ = ["HierarchyWords", "hierarchy_study", "order_and_report"]

# Any two years would do for one count: no analysis then looks at a change.
WITHOUT_YEARS = (2019, 2020)
ALWAYS = ("rank_size", "city_density", "central_places")
OF_TWO_COUNTS = ("tiers", "transitions")


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyWords:
    """What the command line says of cities and their residents; texts as they were typed, empty where nothing was.

    Parameters
    ----------
    boundaries
        File of polygons, one per city.
    panel
        Table with residents; the boundaries' own columns where empty.
    population, population_start
        Columns of residents, of the last count and of the first.
    years
        The years of both counts, ``"2010,2020"``.
    code, name, layer, datum, crs, repair
        Of the boundaries, as in a study file.
    group
        Column that gathers cities.
    network
        File of streets, ``"roads"`` or ``"straight"``.
    reach
        Minutes on the network, or km along straight lines.
    """

    boundaries: str
    population: str
    panel: str = ""
    population_start: str = ""
    years: str = ""
    code: str = ""
    name: str = ""
    layer: str = ""
    datum: str = ""
    crs: str = ""
    repair: bool = False
    group: str = ""
    network: str = "straight"
    reach: str = ""


def order_and_report(words: HierarchyWords, *, output: str, options: Options) -> int:
    """Measure how cities are ordered and print where the result is.

    Parameters
    ----------
    words
        What the command line says.
    output
        Folder for the result.
    options
        Options of every command.

    Returns
    -------
    int
        0.

    Raises
    ------
    GeoUrbanError
        If a file cannot be used.
    """
    from geo_urban.studies import run_study

    study = hierarchy_study(words)
    report_run(run_study(study, output=output, language=options.language, figures=options.figures))
    return 0


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
            "years": _years(words.years) if two_counts else WITHOUT_YEARS,
            "analyses": [*(OF_TWO_COUNTS if two_counts else ()), *ALWAYS],
            "boundaries": {**_of_boundaries(words), "repair": words.repair},
            "population": _given(
                source=words.panel or words.boundaries,
                code=words.code,
                start=words.population_start or words.population,
                end=words.population,
                group=words.group,
                missing="list",
            ),
            "network": _given(source=words.network, reach=_number("--reach", words.reach, "60")),
        },
        origin="geo-urban hierarchy",
    )


def _of_boundaries(words: HierarchyWords) -> dict[str, Any]:
    return _given(
        source=words.boundaries,
        code=words.code,
        name=words.name,
        layer=words.layer,
        datum=words.datum,
        crs=int(words.crs) if words.crs.isdecimal() else words.crs,
    )


def _given(**settings: Any) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value not in ("", None)}


def _years(text: str) -> tuple[int, int]:
    parts = [part.strip() for part in text.split(",")] if text else []
    if len(parts) == 2 and all(part.isdecimal() for part in parts):  # noqa: PLR2004 - of the first and the last count
        return int(parts[0]), int(parts[1])
    raise InputError(
        "`--years {value}` does not name the years of both counts. Give them with a comma between, e.g. "
        "`--years 2010,2020`.",
        value=text,
    )


def _number(option: str, text: str, example: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            "`{option} {value}` is no number. Give one, e.g. `{option} {example}`.",
            option=option,
            value=text,
            example=example,
        ) from error
