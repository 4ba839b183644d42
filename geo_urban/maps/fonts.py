"""Find a font that has Chinese signs among those installed, for pictures whose words are drawn and not typed."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

from geo_urban.errors import GeoUrbanWarning

if TYPE_CHECKING:
    from geo_urban.messages import Language

__all__ = ["chinese_font", "drawable_language"]

_KNOWN = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Droid Sans Fallback",
    "AR PL UMing CN",
    "Noto Serif CJK SC",
    "SimSun",
)
_SIGN = 0x53BF  # "county": a font without it is of no use here


@cache
def chinese_font() -> str | None:
    """Return the name of an installed font with Chinese signs; None if there is none.

    Well-known names come first, then whatever font has the sign for "county".
    """
    from matplotlib.font_manager import fontManager

    by_name: dict[str, str] = {}
    for entry in fontManager.ttflist:
        by_name.setdefault(entry.name, entry.fname)
    for name in (*_KNOWN, *sorted(set(by_name) - set(_KNOWN))):
        if name in by_name and _has_chinese(by_name[name]):
            return name
    return None


def _has_chinese(path: str) -> bool:
    from matplotlib.ft2font import FT2Font

    try:
        return bool(FT2Font(path).get_char_index(_SIGN))
    except (OSError, RuntimeError):  # a font that cannot be opened has no signs for us
        return False


def drawable_language(language: Language) -> Language:
    """Return the language whose words can be drawn: English where Chinese is wanted and no font has its signs.

    Parameters
    ----------
    language
        The language wanted.

    Warns
    -----
    GeoUrbanWarning
        Once, if no installed font has Chinese signs.
    """
    if language != "zh" or chinese_font():
        return language
    _say_once()
    return "en"


@cache
def _say_once() -> None:
    warnings.warn(
        GeoUrbanWarning(
            "no installed font has Chinese signs, so still pictures are labelled in English; pages are not concerned. "
            "Install one, e.g. Noto Sans CJK SC (Debian: `apt-get install fonts-noto-cjk`)."
        ),
        stacklevel=4,
    )
