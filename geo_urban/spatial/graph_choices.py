"""Several graphs of the same units, for asking how far a finding depends on who counts as a neighbor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.spatial._graph_edges import require_choice
from geo_urban.spatial.contiguity import contiguity_graph
from geo_urban.spatial.proximity_graphs import distance_graph, knn_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libpysal.graph import Graph

__all__ = ["NEIGHBOR_KINDS", "neighbor_graphs"]

NeighborKind: TypeAlias = Literal["queen", "rook", "nearest", "distance"]
NEIGHBOR_KINDS: tuple[NeighborKind, ...] = get_args(NeighborKind)
"""Kinds of neighborhood that `neighbor_graphs` makes, the main one first."""

_MARGIN = 1 + 1e-6  # a radius found by one formula must not lose the neighbor at exactly this distance to another


def neighbor_graphs(
    units: gpd.GeoDataFrame | gpd.GeoSeries, *, kinds: Sequence[NeighborKind] = NEIGHBOR_KINDS, nearest: int = 6
) -> dict[str, Graph]:
    """Return the usual graphs of units by name, the main one (queen) first.

    They are what `geo_urban.shrinkage.sensitivity` compares. All are fixed by the units' shapes before any figure is
    looked at.

    Parameters
    ----------
    units
        Polygons on a unique index, in a declared CRS.
    kinds
        Which graphs, the main one first.
    nearest
        Number of nearest units in ``"nearest"``; about as many as a county borders. Of fewer units, all others.

    Returns
    -------
    dict of str to libpysal.graph.Graph
        ``"queen"`` (a common point of the border), ``"rook"`` (a common line), ``"nearest"`` (so many nearest) and
        ``"distance"`` (within the distance in which the middle unit finds so many). Of one unit ``"queen"`` and
        ``"rook"`` alone, for nothing can be near it.

    Raises
    ------
    InputError
        If `nearest` is not positive, a kind is unknown, the CRS is not declared, or a code stands twice.
    GeometryError
        If a unit has no polygon.
    InsufficientDataError
        If there is no unit.

    Notes
    -----
    The radius of ``"distance"`` is the median, over the units, of the distance between centroids of a unit and the last
    of its nearest. In sparse regions units may be left without neighbors: they are isolates there.

    Examples
    --------
    Three squares in a row, and one that touches the last at a corner.

    >>> import geopandas as gpd, shapely
    >>> squares = gpd.GeoSeries([shapely.box(x, y, x + 1, y + 1) for x, y in [(0, 0), (1, 0), (2, 0), (3, 1)]],
    ...                         index=list("abcd"), crs=4326)
    >>> graphs = neighbor_graphs(squares, nearest=1)
    >>> {name: graph.cardinalities.tolist() for name, graph in graphs.items() if name != "distance"}
    {'queen': [1, 2, 2, 1], 'rook': [1, 2, 1, 0], 'nearest': [1, 1, 1, 1]}
    """
    for kind in kinds:
        require_choice(kind, NeighborKind, argument="kinds")
    close = knn_graph(units, k=min(nearest, len(units) - 1)) if len(units) > 1 else None
    graphs = {}
    for kind in kinds:
        if kind in {"queen", "rook"}:
            graphs[str(kind)] = contiguity_graph(units, queen=kind == "queen")
        elif close is not None:
            radius = _middle_distance(units, close)
            graphs[str(kind)] = close if kind == "nearest" else distance_graph(units, radius_m=radius)
    return graphs


def _middle_distance(units: gpd.GeoDataFrame | gpd.GeoSeries, close: Graph) -> float:
    """Return the median distance of units to the last of their nearest [m]."""
    from pyproj import Geod

    centres = shapely.centroid(units.geometry.to_numpy())
    degrees = shapely.get_coordinates(gpd.GeoSeries(centres, crs=units.crs).to_crs(4326).to_numpy())
    pairs = close.adjacency.index
    focal, neighbor = (units.index.get_indexer(pairs.get_level_values(level)) for level in (0, 1))
    lon, lat = degrees.T
    metres = Geod(ellps="WGS84").inv(lon[focal], lat[focal], lon[neighbor], lat[neighbor])[2]
    last = np.zeros(len(units))
    np.maximum.at(last, focal, metres)
    return float(np.median(last)) * _MARGIN
