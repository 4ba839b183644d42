"""Make a graph of edges between numbered units; the one place where isolates are dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import InputError, InsufficientDataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = [
    "Edges",
    "Isolates",
    "Nearest",
    "Transformation",
    "Weighting",
    "build_graph",
    "require_choice",
    "require_units",
    "weigh",
]

Isolates: TypeAlias = Literal["keep", "attach", "drop"]
"""What becomes of a unit without neighbors: it stays, is linked with the nearest unit, or leaves the graph."""

Transformation: TypeAlias = Literal["B", "R", "D", "V"]
"""Weights of one (binary), or adding up to one per row, to one in all, or with stabilised variance."""

Weighting: TypeAlias = Literal["binary", "inverse"]
"""Whether each neighbor weighs one, or one over its distance."""

Nearest: TypeAlias = "Callable[[NDArray[np.int64]], tuple[NDArray[np.int64], NDArray[np.float64]]]"
"""Finds, for numbers of units, the number of the nearest other unit and its distance."""


class Edges(NamedTuple):
    """Edges of a graph by the numbers of their units; each (focal, neighbor) once, none to itself."""

    focal: NDArray[np.int64]
    neighbor: NDArray[np.int64]
    weight: NDArray[np.float64]


def build_graph(
    index: pd.Index, edges: Edges, *, isolates: Isolates, nearest: Nearest, transformation: Transformation | None
) -> Graph:
    """Return the graph of `edges` between the units of `index`, with isolates treated as asked.

    Raises
    ------
    InputError
        If an option is unknown.
    InsufficientDataError
        If there is no unit, none to attach to, or none would be left.
    """
    require_choice(isolates, Isolates, argument="isolates")
    if transformation is not None:
        require_choice(transformation, Transformation, argument="transformation")
    lone = np.flatnonzero(np.bincount(edges.focal, minlength=len(index)) == 0)
    if isolates == "attach" and len(lone):
        edges = _attached(edges, lone, nearest, units=len(index))
    elif isolates == "drop" and len(lone):
        index, edges = _dropped(index, edges, lone)
    graph = _graph(index, edges)
    return graph if transformation is None else graph.transform(transformation)


def weigh(distance: NDArray[np.float64], weighting: Weighting, *, argument: str) -> NDArray[np.float64]:
    """Return the weights of neighbors at these distances.

    Raises
    ------
    InputError
        If the way of weighing is unknown, or a neighbor at no distance would weigh infinitely.
    """
    require_choice(weighting, Weighting, argument="weights")
    if weighting == "binary":
        return np.ones(len(distance))
    if not (distance > 0).all():
        raise InputError(
            "`{argument}` holds units at the very same place, whose weight by inverse distance is infinite. "
            'Use `weights="binary"`, or merge them.',
            argument=argument,
        )
    return 1 / distance


def require_choice(value: object, choices: Any, *, argument: str) -> None:
    """Raise unless `value` is one of the words of a literal type.

    Raises
    ------
    InputError
        If it is another.
    """
    known = get_args(choices)
    if value not in known:
        raise InputError(
            "`{argument}` is {value!r}; it must be one of {known}.",
            argument=argument,
            value=value,
            known=listed((repr(choice) for choice in known), most=len(known)),
        )


def require_units(units: pd.DataFrame | pd.Series, *, argument: str) -> None:
    """Raise unless there are units, each with a code of its own.

    Raises
    ------
    InsufficientDataError
        If there is no row.
    AlignmentError
        If a code is missing or stands twice.
    """
    if len(units) == 0:
        raise InsufficientDataError(
            "`{argument}` has no rows, so there is nothing to link. Check the filter or region that made it.",
            argument=argument,
        )
    require_unique_index(units, argument=argument)


def _attached(edges: Edges, lone: NDArray[np.int64], nearest: Nearest, *, units: int) -> Edges:
    if units == 1:
        raise InsufficientDataError(
            "there is one unit only, and nothing to attach it to. Give more units, or keep it as it is with "
            '`isolates="keep"`.'
        )
    partner, distance = nearest(lone)
    # Two isolates that are each other's nearest are linked once.
    pairs = np.stack([np.concatenate([lone, partner]), np.concatenate([partner, lone])], axis=1)
    pairs, first = np.unique(pairs, axis=0, return_index=True)
    binary = bool((edges.weight == 1).all())
    weight = np.ones(len(pairs)) if binary else 1 / np.maximum(np.tile(distance, 2)[first], np.finfo(float).tiny)
    return Edges(
        np.concatenate([edges.focal, pairs[:, 0]]),
        np.concatenate([edges.neighbor, pairs[:, 1]]),
        np.concatenate([edges.weight, weight]),
    )


def _dropped(index: pd.Index, edges: Edges, lone: NDArray[np.int64]) -> tuple[pd.Index, Edges]:
    kept = np.ones(len(index), dtype=bool)
    kept[lone] = False
    if not kept.any():
        raise InsufficientDataError(
            "no unit has a neighbor, so nothing is left of the graph. Choose a larger radius, more neighbors, or "
            '`isolates="attach"`.'
        )
    number = np.cumsum(kept) - 1
    # One-way edges to a unit that leaves go with it.
    both = kept[edges.neighbor]
    return index[kept], Edges(number[edges.focal[both]], number[edges.neighbor[both]], edges.weight[both])


def _graph(index: pd.Index, edges: Edges) -> Graph:
    from libpysal.graph import Graph

    lone = np.flatnonzero(np.bincount(edges.focal, minlength=len(index)) == 0)
    focal = np.concatenate([edges.focal, lone])
    neighbor = np.concatenate([edges.neighbor, lone])
    weight = np.concatenate([edges.weight, np.zeros(len(lone))])
    order = np.lexsort((neighbor, focal))
    levels: Any = [index, index]
    codes: Any = [focal[order], neighbor[order]]
    pairs = pd.MultiIndex(levels=levels, codes=codes, names=["focal", "neighbor"], verify_integrity=False)
    whole = bool((weight == weight.astype(np.int64)).all())
    values = weight[order].astype(np.int64) if whole else weight[order]
    return Graph(pd.Series(values, index=pairs, name="weight"), is_sorted=True)
