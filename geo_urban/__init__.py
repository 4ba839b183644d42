"""Where people live, leave and gather: from boundaries and census figures to maps, layer files and tables."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_urban import agglomerations, corridors, datasets, hierarchy, io, layers, maps, shrinkage, spatial, studies
    from geo_urban.datasets import explain

__all__ = [
    "__version__",
    "agglomerations",
    "corridors",
    "datasets",
    "explain",
    "hierarchy",
    "io",
    "layers",
    "maps",
    "shrinkage",
    "spatial",
    "studies",
]

__version__ = "0.1.0"

_PARTS = frozenset(__all__) - {"__version__", "explain"}
_HOMES = {"explain": "geo_urban.datasets"}


def __getattr__(name: str) -> object:
    # Parts load when first used: `import geo_urban` must cost next to nothing.
    if name in _PARTS:
        return import_module(f"geo_urban.{name}")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module 'geo_urban' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
