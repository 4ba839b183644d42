"""Options that every command has, wherever they stand on the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from geo_urban.checks import nearest_name
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Options", "split_options"]

VALUES = {"--lang": ("en", "zh"), "--figures": ("persons", "wan")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Choices that hold for any command.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``; None for that of the environment.
    figures
        Counts of people in ``"persons"`` or ``"wan"`` (万人); None for the study's choice.
    debug
        Whether errors show their traceback.
    """

    language: Literal["en", "zh"] | None = None
    figures: Literal["persons", "wan"] | None = None
    debug: bool = False


def split_options(words: Sequence[str]) -> tuple[Options, list[str]]:
    """Take the options of every command out of the words of a command line.

    Parameters
    ----------
    words
        Words after the program's name. After ``--`` everything is left alone.

    Returns
    -------
    tuple
        The options, and the other words in their order.

    Raises
    ------
    InputError
        If an option has no value or an unknown one.

    Examples
    --------
    >>> split_options(["run", "northeast", "--lang", "zh"])[1]
    ['run', 'northeast']
    """
    found: dict[str, str] = {}
    others: list[str] = []
    debug = False
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            others += [word, *rest]
        elif word == "--debug":
            debug = True
        elif name in VALUES:
            found[name] = _checked(name, value if equals else next(rest, ""))
        else:
            others.append(word)
    options = Options(
        language=cast("Literal['en', 'zh'] | None", found.get("--lang")),
        figures=cast("Literal['persons', 'wan'] | None", found.get("--figures")),
        debug=debug,
    )
    return options, others


def _checked(name: str, value: str) -> str:
    known = VALUES[name]
    if value in known:
        return value
    raise InputError(
        "`{option} {value}` is not possible; there are {known}. Did you mean `{option} {near}`?",
        option=name,
        value=value,
        known=" | ".join(known),
        near=nearest_name(value, known) or known[0],
    )
