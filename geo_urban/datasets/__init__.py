"""The embedded default data: boundaries, census figures, regions and published tables of China."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_urban.datasets.boundaries import cities, counties, drawing, macro_regions, prefectures, provinces
    from geo_urban.datasets.census import census, census_totals
    from geo_urban.datasets.explain import explain
    from geo_urban.datasets.neighbors import neighbors
    from geo_urban.datasets.panel import census_panel, city_panel
    from geo_urban.datasets.published import published
    from geo_urban.datasets.regions import Region, province_groups, region

__all__ = [
    "Region",
    "census",
    "census_panel",
    "census_totals",
    "cities",
    "city_panel",
    "counties",
    "drawing",
    "explain",
    "macro_regions",
    "neighbors",
    "prefectures",
    "province_groups",
    "provinces",
    "published",
    "region",
]

_HOMES = {
    "Region": "regions",
    "census": "census",
    "census_panel": "panel",
    "census_totals": "census",
    "cities": "boundaries",
    "city_panel": "panel",
    "counties": "boundaries",
    "drawing": "boundaries",
    "explain": "explain",
    "macro_regions": "boundaries",
    "neighbors": "neighbors",
    "prefectures": "boundaries",
    "province_groups": "regions",
    "provinces": "boundaries",
    "published": "published",
    "region": "regions",
}


def __getattr__(name: str) -> object:
    # A study that needs only the census must not pay for the boundaries, nor the other way round.
    if name in _HOMES:
        return getattr(import_module(f"geo_urban.datasets.{_HOMES[name]}"), name)
    message = f"module 'geo_urban.datasets' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)


class _Datasets(ModuleType):
    """The package itself, in which the function `census` wins over the module `census` that defines it."""

    def __setattr__(self, name: str, value: object) -> None:
        # The import system binds every submodule to its package; that would hide the function of the same name.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Datasets
