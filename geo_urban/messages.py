"""Speak the user's language: one catalogue for help, messages, errors and labels.

The English sentence is the key; ``locale/zh/*.toml`` holds its Chinese wording. A module words its own
sentences where it uses them and adds the Chinese to the file that bears its part's name.
"""

from __future__ import annotations

import os
import tomllib
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, Self, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Language", "Sentence", "current_language", "default_language", "language", "translate", "translate_to"]

Language = Literal["en", "zh"]

_chosen: ContextVar[Language | None] = ContextVar("geo_urban_language", default=None)


def default_language() -> Language:
    """Return the language the environment asks for: ``GEO_URBAN_LANG``, then the locale, else English."""
    for variable in ("GEO_URBAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def current_language() -> Language:
    """Return the language in force here: the one chosen with `language`, else `default_language`."""
    return _chosen.get() or default_language()


@contextmanager
def language(code: str) -> Iterator[None]:
    """Use one language inside a ``with`` block.

    Parameters
    ----------
    code
        ``"en"`` or ``"zh"``.

    Raises
    ------
    ValueError
        If `code` is another language.

    Examples
    --------
    >>> with language("zh"):
    ...     print(current_language())
    zh
    """
    if code not in get_args(Language):
        message = f"language must be one of {', '.join(get_args(Language))}; got {code!r}"
        raise ValueError(message)
    token = _chosen.set(cast("Language", code))
    try:
        yield
    finally:
        _chosen.reset(token)


class Sentence(str):
    """A sentence of the catalogue with its values: English as it stands, and in any language when translated.

    For labels and titles that are worded in one place and read in another.

    Parameters
    ----------
    template
        English sentence with ``{placeholders}``.
    **values
        What stands in for them; a value may be a `Sentence` itself.

    Examples
    --------
    >>> label = Sentence("Residents {year}", year=2015)
    >>> label
    'Residents 2015'
    >>> translate_to("zh", label)
    '2015年常住人口'
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Fill in the English sentence."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), self.values


def translate(template: str, /, **values: object) -> str:
    """Return `template` in the current language with `values` filled in.

    Examples
    --------
    >>> with language("en"):
    ...     translate("{count:,} counties", count=2875)
    '2,875 counties'
    """
    return translate_to(current_language(), template, **values)


def translate_to(code: Language, template: str, /, **values: object) -> str:
    """Return `template` in the language `code` with `values` filled in; English where no wording is known."""
    if isinstance(template, Sentence):
        return translate_to(code, template.template, **template.values)
    wording = template if code == "en" else catalogue(code).get(template, template)
    inner = {key: translate_to(code, value) if isinstance(value, Sentence) else value for key, value in values.items()}
    return wording.format(**inner) if inner else wording


@cache
def catalogue(code: Language) -> dict[str, str]:
    """Return every known wording of one language, keyed by the English sentence."""
    folder = files("geo_urban") / "locale" / code
    wordings: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            wordings.update(tomllib.loads(entry.read_text(encoding="utf-8")))
    return wordings
