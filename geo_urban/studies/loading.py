"""From the text of a study file to a checked study."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import StudyFileError, raise_faults
from geo_urban.studies._key_faults import key_fault
from geo_urban.studies.config import Study
from geo_urban.studies.steps import ANALYSES, PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.typing import FilePath

__all__ = ["builtin_studies", "file_name", "load_study", "study_from_mapping", "study_from_text"]


def builtin_studies() -> tuple[str, ...]:
    """Return the names of the studies that come with the package.

    Returns
    -------
    tuple of str
        Names to give to `load_study`.

    Examples
    --------
    >>> "northeast" in builtin_studies()
    True
    """
    folder = files("geo_urban.studies") / "builtin"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_study(name_or_path: FilePath) -> Study:
    """Load a study: one that comes with the package, by name, or a study file.

    Parameters
    ----------
    name_or_path
        Name of a built-in study (`builtin_studies`) or path of a TOML file.

    Returns
    -------
    Study
        Checked; relative paths start from the file's folder.

    Raises
    ------
    StudyFileError
        If there is no such study, or the file is no TOML, or keys are unknown or values do not fit; every fault
        names its line and the nearest key there is.

    Examples
    --------
    >>> load_study("northeast").years
    (2010, 2020)
    """
    text_name = str(name_or_path)
    if text_name in builtin_studies():
        content = (files("geo_urban.studies") / "builtin" / f"{text_name}.toml").read_text(encoding="utf-8")
        return study_from_text(content, origin=text_name)
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        raise _no_such_study(text_name)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, PermissionError) as error:
        raise StudyFileError(
            "{path} cannot be read as UTF-8 text. A study file is TOML; `geo-urban init` writes one.", path=text_name
        ) from error
    return study_from_text(content, origin=text_name, folder=path.resolve().parent)


def study_from_text(text: str, *, origin: str = "study", folder: Path | None = None) -> Study:
    r"""Return the study that a TOML text describes.

    Parameters
    ----------
    text
        Content of a study file.
    origin
        What messages call it, and the study's name where the text gives none.
    folder
        Folder that relative paths start from; by default the current one.

    Returns
    -------
    Study
        Checked.

    Raises
    ------
    StudyFileError
        As in `load_study`.

    Examples
    --------
    >>> study_from_text('name = "mine"\nregion = "四川省"\nanalyses = ["change"]').region
    '四川省'
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StudyFileError(
            '{path} is not valid TOML: {reason}. Texts stand in quotes, lists in brackets: `analyses = ["change"]`.',
            path=origin,
            reason=str(error),
        ) from error
    data.setdefault("name", file_name(origin))
    return study_from_mapping(data, origin=origin, folder=folder, text=text)


def study_from_mapping(
    data: Mapping[str, Any], *, origin: str = "study", folder: Path | None = None, text: str = ""
) -> Study:
    """Return the study that the keys of a study file describe.

    Parameters
    ----------
    data
        Keys and sections, as in a study file.
    origin
        What messages call it.
    folder
        Folder that relative paths start from; by default the current one.
    text
        The file's text, in which faults are located; empty without a file.

    Returns
    -------
    Study
        Checked.

    Raises
    ------
    StudyFileError
        As in `load_study`.

    Examples
    --------
    >>> study_from_mapping({"name": "mine", "analyses": ["density"]}).chosen_grid.source
    'modelled'
    """
    try:
        return Study.model_validate(data).placed_in(folder or Path())
    except ValidationError as error:
        raise_faults([key_fault(item, text, origin) for item in error.errors()])
        raise


def file_name(origin: str) -> str:
    """Return a study's name made from the name of its file.

    Parameters
    ----------
    origin
        Name or path of the file.

    Returns
    -------
    str
        Lower-case ASCII letters, digits, ``-`` and ``_``; ``"study"`` where none is left.

    Examples
    --------
    >>> file_name("My Counties.toml")
    'my-counties'
    """
    return re.sub(r"[^a-z0-9_-]+", "-", Path(origin).stem.lower()).strip("-_") or "study"


def _no_such_study(name: str) -> StudyFileError:
    known = list(dict.fromkeys([*builtin_studies(), *PARTS, *ANALYSES]))
    return StudyFileError(
        "there is no study file {name}, nor a study or analysis of that name; there are {known}. "
        "Did you mean `{near}`? `geo-urban init` writes a study file from your own data.",
        name=name,
        known=listed(known, most=30),
        near=nearest_name(name, known) or known[0],
    )
