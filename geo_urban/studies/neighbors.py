"""Who is whose neighbor in a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.messages import Sentence

if TYPE_CHECKING:
    import geopandas as gpd
    from libpysal.graph import Graph

    from geo_urban.studies.sections import Neighbors

__all__ = ["neighbor_rule", "study_graph"]

_METRES_PER_KM = 1000.0


def study_graph(units: gpd.GeoDataFrame, chosen: Neighbors) -> Graph:
    """Return the links between the units of a study.

    Parameters
    ----------
    units
        The units.
    chosen
        The rule that the study names.

    Returns
    -------
    libpysal.graph.Graph
        Joined by code.

    Raises
    ------
    InputError
        If there are no more units than neighbors asked for.
    GeometryError
        If the units have no polygons.
    """
    from geo_urban.spatial import contiguity_graph, distance_graph, knn_graph

    if chosen.rule == "nearest":
        return knn_graph(units, k=chosen.nearest)
    if chosen.rule == "distance":
        return distance_graph(units, radius_m=chosen.radius_km * _METRES_PER_KM, isolates=chosen.isolates)
    return contiguity_graph(units, queen=chosen.rule == "queen", isolates=chosen.isolates)


def neighbor_rule(chosen: Neighbors) -> str:
    """Return in words who counts as a neighbor.

    Examples
    --------
    >>> from geo_urban.studies.sections import Neighbors
    >>> str(neighbor_rule(Neighbors(rule="nearest", nearest=4)))
    'Neighbors are the 4 nearest units.'
    """
    words = {
        "queen": Sentence("Neighbors share a point of their border (queen)."),
        "rook": Sentence("Neighbors share a line of their border (rook)."),
        "nearest": Sentence("Neighbors are the {count} nearest units.", count=chosen.nearest),
        "distance": Sentence("Neighbors lie within {radius:g} km, from middle to middle.", radius=chosen.radius_km),
    }
    return words[chosen.rule]
