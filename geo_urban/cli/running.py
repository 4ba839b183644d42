"""``geo-urban run`` and ``geo-urban validate``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo_urban.cli.console import aligned, mention, say
from geo_urban.errors import InputError
from geo_urban.messages import language, translate

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.cli.options import Options
    from geo_urban.studies import Study, StudyRun

__all__ = ["report_run", "run_and_report", "study_of", "validate_and_report"]

MOST_LISTED = 20


def run_and_report(what: str, *, region: str, output: str, options: Options) -> int:
    """Run what was asked for and print where it is.

    Parameters
    ----------
    what
        Study, study file, analysis or part.
    region
        Region of an analysis or part.
    output
        Folder for the result; empty for ``out/NAME``.
    options
        Options of every command.

    Returns
    -------
    int
        0.

    Raises
    ------
    GeoUrbanError
        If it cannot be run.
    """
    study = study_of(what, region=region)
    return report_study(study, output=output or f"out/{study.name}", options=options)


def report_study(study: Study, *, output: str, options: Options) -> int:
    """Run a study and print where its result is.

    Parameters
    ----------
    study
        What to run.
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
        If it cannot be run.
    """
    from geo_urban.studies import run_study

    report_run(run_study(study, output=output, language=options.language, figures=options.figures))
    return 0


def study_of(what: str, *, region: str = "") -> Study:
    """Return the study that a word of the command line means.

    Parameters
    ----------
    what
        Study, study file, analysis or part.
    region
        Region of an analysis or part.

    Returns
    -------
    Study
        Checked.

    Raises
    ------
    StudyFileError
        If nothing has that name.
    InputError
        If a region is given for a study, which has its own, or no region has that name.
    """
    from geo_urban.studies import ANALYSES, Study, builtin_studies, load_study
    from geo_urban.studies.steps import PARTS

    analyses = PARTS.get(what) or ((what,) if what in ANALYSES else ())
    if what in builtin_studies() and not region:  # the national study of a part; with a region the part itself
        analyses = ()
    if not analyses:
        study = load_study(what)
        if region:
            raise InputError(
                "`--region` goes with an analysis; the study {name} names its region itself. Copy its file and change "
                "`region` there, or run an analysis: `geo-urban run change --region {region}`.",
                name=study.name,
                region=region,
            )
        return study
    from geo_urban import datasets

    place = datasets.region(region) if region else None
    slug = re.sub(r"[^a-z0-9]+", "-", place.name_en.lower()).strip("-") if place else ""
    return Study(
        name="-".join(part for part in (what, slug) if part),
        title=f"{translate(_TITLES.get(what) or ANALYSES[analyses[0]].title)} {place.name if place else ''}".strip(),
        region=region,
        analyses=analyses,
    )


_TITLES = {
    "border": "Border towns and corridors",
    "shrinkage": "Where people leave",
    "hierarchy": "Cities and towns by size",
}


def validate_and_report(what: str) -> int:
    """Check a study and the files it names, and print what was found.

    Parameters
    ----------
    what
        Study file or name of a study.

    Returns
    -------
    int
        0; a fault is raised.

    Raises
    ------
    GeoUrbanError
        If the study cannot be run.
    """
    import warnings

    from geo_urban.errors import GeoUrbanWarning
    from geo_urban.studies import load_study
    from geo_urban.studies.context import context_of

    study = load_study(what)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", GeoUrbanWarning)
        context = context_of(study)
        if study.population.embedded and not study.without_panel:
            _require_region(study)
        else:
            say(translate("Units with figures and polygons: {count}", count=len(context.units)))
            _list_not_joined(context.data.not_joined, file="")
        context.check()
        if context.reads_grid and not study.chosen_grid.modelled:
            _ = context.grid
    for item in caught:
        mention(translate("note: {text}", text=str(item.message)))
    say(translate("{name} is in order: {analyses}.", name=what, analyses=", ".join(study.analyses)))
    return 0


def _require_region(study: Study) -> None:
    from geo_urban import datasets

    if study.region:
        datasets.region(study.region)


def report_run(run: StudyRun) -> None:
    """Print key numbers, units left out, notes, and where the result is, in the language of the result.

    Parameters
    ----------
    run
        A study that was run.
    """
    from geo_urban.studies.page import shown_key_number

    settings = run.provenance["settings"]
    with language(settings["language"]):
        for each in run.outputs:
            say(translate(each.title))
            rows = [
                (translate(number.label), shown_key_number(number, figures=settings["figures"]))
                for number in each.key_numbers
            ]
            if rows:
                say(aligned(rows, indent="  "))
        _list_not_joined(run.not_joined, file="tables/not_joined.csv")
        for warning in run.warnings:
            mention(translate("note: {text}", text=warning))
        say()
        say(translate("Written: {folder}", folder=str(run.folder)))
        say(aligned(_contents(run), indent="  "))


def _list_not_joined(units: pd.DataFrame, *, file: str) -> None:
    if units.empty:
        say(translate("Every unit was joined."))
        return
    say(translate("Units left out ({count}):", count=len(units)))
    rows = [
        (str(code), row["name"], translate(row["side"]), row["reason"]) for code, row in units[:MOST_LISTED].iterrows()
    ]
    say(aligned(rows, indent="  "))
    if len(units) > MOST_LISTED and file:
        say("  " + translate("… and {count} more, all in {file}", count=len(units) - MOST_LISTED, file=file))
    elif len(units) > MOST_LISTED:
        say("  " + translate("… and {count} more", count=len(units) - MOST_LISTED))


def _contents(run: StudyRun) -> list[tuple[str, str]]:
    rows = [("index.html", translate("open this first"))]
    for folder, words in (
        ("maps/", "map pages, without a network"),
        ("layers/", "layers for QGIS or ArcGIS"),
        ("rasters/", "grids as Cloud-Optimised GeoTIFF"),
        ("tables/", "tables as CSV and XLSX"),
    ):
        count = sum(name.startswith(folder) and not name.endswith(".qml") for name in run.files)
        if count:
            rows.append((folder, f"{translate(words)} ({count})"))
    return [*rows, ("provenance.json", translate("inputs, versions and hashes; `geo-urban verify` checks them"))]
