"""``geo-urban shrinkage``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_urban.cli.own_files import BoundaryWords, boundaries_section, given, number_of
from geo_urban.errors import InputError, MissingColumnsError

if TYPE_CHECKING:
    from geo_urban.studies import Study

__all__ = ["ShrinkageWords", "shrinkage_study"]

ALWAYS = ("change", "typology", "clusters", "dynamics")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrinkageWords(BoundaryWords):
    """What the command line says of units, their residents at two counts or more, and what may go with change.

    Parameters
    ----------
    panel
        Table with residents; the boundaries' own columns where it is the same file.
    panel_code, sheet
        Of the panel, as in a study file.
    start, end
        Columns of residents in the first and the last year; recognised where neither is given.
    years
        First and last year, ``"2010,2020"``; read from the columns' names where empty.
    covariates
        Columns that may go with change, with commas between.
    dates
        Columns of one figure at three dates or more, in order, with commas between.
    classes
        How many classes moves are counted between.
    changes
        Whether its changes from date to date are looked at instead of the figure.
    neighbors, nearest, radius_km, attach
        Who is whose neighbor, as in a study file.
    permutations, alternative, fdr, seed
        How strict the tests are, as in a study file.
    """

    panel: str
    panel_code: str = ""
    sheet: str = ""
    start: str = ""
    end: str = ""
    years: str = ""
    covariates: str = ""
    dates: str = ""
    classes: str = ""
    changes: bool = False
    neighbors: str = ""
    nearest: str = ""
    radius_km: str = ""
    attach: bool = False
    permutations: str = ""
    alternative: str = ""
    fdr: str = ""
    seed: str = ""


def shrinkage_study(words: ShrinkageWords) -> Study:
    """Return the study that the command line describes.

    Parameters
    ----------
    words
        What the command line says.

    Returns
    -------
    Study
        Of two files or one; paths start from the current folder.

    Raises
    ------
    InputError
        If a number or the years are none, residents cannot be recognised, or the study cannot be.
    DataSourceError
        If the panel cannot be read.
    """
    from geo_urban.studies import file_name, study_from_mapping

    subject = Path(words.boundaries).stem
    (start, end), years = _counts(words)
    covariates = names_of(words.covariates)
    return study_from_mapping(
        {
            "name": file_name(f"shrinkage-{subject}"),
            "title": subject,
            "years": years,
            "analyses": [*ALWAYS, *(("causes",) if covariates else ())],
            **given(seed=number_of("--seed", words.seed, "7")),
            "boundaries": boundaries_section(words),
            "population": given(
                source=words.panel,
                code=words.panel_code,
                sheet=words.sheet,
                start=start,
                end=end,
                group=words.group,
                missing="list",
            ),
            "neighbors": given(
                rule=words.neighbors,
                nearest=number_of("--nearest", words.nearest, "6"),
                radius_km=number_of("--radius", words.radius_km, "100"),
                isolates="attach" if words.attach else "keep",
            ),
            "significance": given(
                permutations=number_of("--permutations", words.permutations, "99999"),
                alternative=words.alternative,
                fdr=number_of("--fdr", words.fdr, "0.05"),
            ),
            "dynamics": given(
                dates=names_of(words.dates),
                classes=number_of("--classes", words.classes, "5"),
                figure="change" if words.changes else "value",
            ),
            **_section("causes", covariates=covariates),
        },
        origin="geo-urban shrinkage",
    )


def names_of(text: str) -> list[str]:
    """Return the names that were typed with commas between.

    Examples
    --------
    >>> names_of("jobs, age")
    ['jobs', 'age']
    """
    return [name.strip() for name in text.split(",") if name.strip()]


def _section(name: str, **settings: Any) -> dict[str, Any]:
    """Return a section, or nothing where none of its keys was given."""
    told = {key: value for key, value in settings.items() if value}
    return {name: told} if told else {}


def _counts(words: ShrinkageWords) -> tuple[tuple[str, str], tuple[int, int]]:
    """Return the columns of residents and their years: as typed, else as recognised in the panel."""
    if words.start and words.end:
        return (words.start, words.end), _years(words)
    if words.start or words.end:
        raise InputError(
            "`--start` and `--end` name the columns of both counts; one of them is missing. Give both, or neither for "
            "columns that are recognised by their names."
        )
    from geo_urban.io import recognize_columns
    from geo_urban.io.panels import read_table

    found = recognize_columns(read_table(words.panel, sheet=words.sheet or None)).population
    if len(found) < 2:  # noqa: PLR2004 - of two counts
        raise MissingColumnsError(
            "no two columns of {panel} are plainly residents of two years. Name them: `--start COLUMN --end COLUMN`.",
            panel=Path(words.panel).name,
        )
    first, last = min(found), max(found)
    return (found[first], found[last]), (first, last)


def _years(words: ShrinkageWords) -> tuple[int, int]:
    from geo_urban.io.columns import YEAR

    if words.years:
        parts = names_of(words.years)
        if len(parts) == 2 and all(part.isdecimal() for part in parts):  # noqa: PLR2004 - the first and the last
            return int(parts[0]), int(parts[1])
        raise InputError(
            "`--years {value}` does not name the years of both counts. Give them with a comma between, e.g. "
            "`--years 2010,2020`.",
            value=words.years,
        )
    named = [YEAR.search(column) for column in (words.start, words.end)]
    if named[0] is None or named[1] is None:
        raise InputError(
            "the years of `{first}` and `{last}` cannot be told from their names. Give them, e.g. `--years 2010,2020`.",
            first=words.start,
            last=words.end,
        )
    return int(named[0].group()), int(named[1].group())
