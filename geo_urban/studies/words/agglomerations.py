"""Names for readers: tables of city clusters, and their columns."""

from __future__ import annotations

__all__ = ["COLUMNS", "SHOWN", "TITLES"]

TITLES: dict[str, str] = {}

COLUMNS: dict[str, str] = {}

SHOWN: dict[str, tuple[str, ...]] = {}
