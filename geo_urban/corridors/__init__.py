"""Border towns and the corridors they form."""

from __future__ import annotations

from geo_urban.corridors.border import land_border
from geo_urban.corridors.border_result import BorderResult, border_shares

__all__ = ["BorderResult", "border_shares", "land_border"]
