"""Find the line of a TOML file on which a key stands, so that a message can point at it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")


def line_of(text: str, keys: Sequence[str | int]) -> int | None:
    """Return the number (from 1) of the line that sets the deepest of `keys` there is, or None."""
    names = [key for key in keys if isinstance(key, str)]
    for depth in range(len(names), 0, -1):
        found = _line(text, tuple(names[:depth]))
        if found is not None:
            return found
    return None


def _line(text: str, wanted: tuple[str, ...]) -> int | None:
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = HEADER.match(line)
        if header:
            section = tuple(part.strip().strip("\"'") for part in header.group(1).split("."))
            if section == wanted:
                return number
            continue
        name = line.partition("=")[0].strip()
        key = tuple(part.strip().strip("\"'") for part in name.split("."))
        if "=" in line and (*section, *key)[: len(wanted)] == wanted:
            return number
    return None
