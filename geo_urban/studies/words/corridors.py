"""Names for readers: tables of the border, its towns and corridors, and their columns."""

from __future__ import annotations

__all__ = ["COLUMNS", "SHOWN", "TITLES"]

TITLES: dict[str, str] = {}

COLUMNS: dict[str, str] = {}

SHOWN: dict[str, tuple[str, ...]] = {}
