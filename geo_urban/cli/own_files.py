"""What commands on a user's own files share: the words on the boundaries, and how words become keys of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo_urban.errors import InputError

__all__ = ["BoundaryWords", "boundaries_section", "crs_of", "given", "number_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryWords:
    """What the command line says of boundaries; texts as they were typed, empty where nothing was.

    Parameters
    ----------
    boundaries
        File of polygons.
    code, name, layer, datum, crs, repair
        Of the boundaries, as in a study file.
    group
        Column that gathers units.
    """

    boundaries: str
    code: str = ""
    name: str = ""
    layer: str = ""
    datum: str = ""
    crs: str = ""
    repair: bool = False
    group: str = ""


def boundaries_section(words: BoundaryWords) -> dict[str, Any]:
    """Return the section of a study file that names the boundaries."""
    return {
        **given(
            source=words.boundaries,
            code=words.code,
            name=words.name,
            layer=words.layer,
            datum=words.datum,
            crs=crs_of(words.crs),
        ),
        "repair": words.repair,
    }


def given(**settings: Any) -> dict[str, Any]:
    """Return the settings that were given at all.

    Examples
    --------
    >>> given(code="", year=2020)
    {'year': 2020}
    """
    return {key: value for key, value in settings.items() if value not in ("", None)}


def crs_of(text: str) -> int | str:
    """Return a CRS as a study file has it: the number of an EPSG code, else the text."""
    return int(text) if text.isdecimal() else text


def number_of(option: str, text: str, example: str) -> float | int | None:
    """Return the number that was typed after an option; None where nothing was.

    Raises
    ------
    InputError
        If it is no number.
    """
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise InputError(
            "`{option} {value}` is no number. Give one, e.g. `{option} {example}`.",
            option=option,
            value=text,
            example=example,
        ) from error
    return int(value) if value.is_integer() else value
