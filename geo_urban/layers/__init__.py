"""Files for other programs: GeoPackage that opens styled, CSV and XLSX tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_urban.layers.geopackage import write_geopackage
    from geo_urban.layers.tables import write_tables

__all__ = ["write_geopackage", "write_tables"]

_HOMES = {"write_geopackage": "geopackage", "write_tables": "tables"}


def __getattr__(name: str) -> object:
    # GDAL and openpyxl load when the first file is written.
    if name in _HOMES:
        return getattr(import_module(f"geo_urban.layers.{_HOMES[name]}"), name)
    message = f"module 'geo_urban.layers' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
