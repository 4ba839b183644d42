"""Speak on the console: results on standard output, everything else on standard error."""

from __future__ import annotations

import io
import sys
import unicodedata
from typing import TYPE_CHECKING

from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["aligned", "complain", "mention", "prepare_console", "say"]

GAP = "  "


def prepare_console() -> None:
    """Let a console that cannot show every character show a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="replace")


def say(text: str = "") -> None:
    """Write a line of the result."""
    print(text)  # noqa: T201 - this is the console


def mention(text: str) -> None:
    """Write a line beside the result."""
    print(text, file=sys.stderr)  # noqa: T201 - this is the console


def complain(text: str) -> None:
    """Write what went wrong."""
    mention(translate("error: {text}", text=text))


def width_of(text: str) -> int:
    """Return how many columns a text takes; Chinese characters take two.

    Parameters
    ----------
    text
        One line.

    Returns
    -------
    int
        Columns.

    Examples
    --------
    >>> width_of("县 A")
    4
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def aligned(rows: Iterable[Sequence[str]], *, indent: str = "") -> str:
    """Return rows of cells as lines with aligned columns.

    Parameters
    ----------
    rows
        Rows of equally many cells.
    indent
        Put before every line.

    Returns
    -------
    str
        Lines without a last line end.

    Examples
    --------
    >>> print(aligned([("县", "1"), ("city", "22")]))
    县    1
    city  22
    """
    table = [tuple(row) for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*table, strict=True)]
    lines = (
        indent + GAP.join(cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True))
        for row in table
    )
    return "\n".join(line.rstrip() for line in lines)
