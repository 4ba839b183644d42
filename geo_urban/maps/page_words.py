"""What a map page itself says: every word that its script or its frame asks for, in both languages."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from geo_urban.maps.page_assets import OWN_SCRIPTS, own_text
from geo_urban.messages import translate_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_urban.messages import Language

__all__ = ["Text", "in_both", "page_words", "said", "worded"]

Text: TypeAlias = "str | list[str]"
"""A text of the page: one string where both languages read the same, else ``[English, Chinese]``."""

_ASKED = re.compile(r"""\bword\("((?:[^"\\]|\\.)+)\"""")
_MARKED = re.compile(r'data-word(?:-[\w-]+)?="([^"]+)"')


def worded(wording: Callable[[Language], str]) -> Text:
    """Return a text in both languages.

    Parameters
    ----------
    wording
        Gives the text in one language.

    Returns
    -------
    str or list of str
        One string where both read the same, else ``[English, Chinese]``.

    Examples
    --------
    >>> worded(lambda language: "km")
    'km'
    """
    english, chinese = wording("en"), wording("zh")
    return english if english == chinese else [english, chinese]


def in_both(sentence: str) -> Text:
    """Return a sentence of the catalogue in both languages; any other text as it is.

    Examples
    --------
    >>> in_both("no data")
    ['no data', '无数据']
    """
    return worded(lambda language: translate_to(language, sentence))


def said(text: Text, language: Language) -> str:
    """Return a text of the page in one language.

    Examples
    --------
    >>> said(["no data", "无数据"], "zh")
    '无数据'
    """
    return text if isinstance(text, str) else text[language == "zh"]


@cache
def page_words() -> dict[str, Text]:
    """Return every word that our scripts and the frame of the page ask for, by its English sentence."""
    asked = [sentence for script in OWN_SCRIPTS for sentence in _ASKED.findall(own_text(script))]
    marked = _MARKED.findall(own_text("page.html"))
    return {sentence: in_both(sentence) for sentence in sorted({*asked, *marked})}
