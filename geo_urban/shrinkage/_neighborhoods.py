"""Values and the graph between their units, joined by code; the one place where isolates and gaps are dealt with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError, raise_faults
from geo_urban.spatial._graph_edges import Transformation, require_choice

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["Links", "Neighborhoods", "numbers", "require_variation", "surround"]

# Below three units nothing can be exchanged that would change anything.
_FEWEST = 3


class Links(NamedTuple):
    """Weighted links in rows: those of unit ``i`` are ``starts[i]:starts[i + 1]`` of the other two."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    weights: NDArray[np.float64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of neighbors of each unit."""
        return np.diff(self.starts)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Number of the focal unit of each link."""
        return np.repeat(np.arange(len(self.starts) - 1), self.counts)

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return, for one number per link, the sum over each unit's links; 0 without links."""
        summed = np.bincount(self.rows, weights=values, minlength=len(self.starts) - 1)
        return np.asarray(summed, dtype=float)

    def lag(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weighted sum over each unit's neighbors."""
        return self.sums(self.weights * values[self.columns])


class Neighborhoods(NamedTuple):
    """Units with a value and a link, numbered from 0, and how they stand among all units.

    A unit that others count as their neighbor but that has none itself is a member (its value is part of the
    population), and still an isolate: it has no neighborhood to be compared with.
    """

    codes: pd.Index
    members: NDArray[np.int64]
    isolates: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    links: Links
    transformation: str

    @property
    def n(self) -> int:
        """Number of units that take part."""
        return len(self.members)

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of the members on all units, missing elsewhere and for isolates."""
        on_all = np.full(len(self.codes), np.nan)
        on_all[self.members] = values
        on_all[self.isolates] = np.nan
        return on_all


def surround(
    values: dict[str, pd.Series], graph: Graph, *, transformation: Transformation | None
) -> tuple[Neighborhoods, list[NDArray[np.float64]]]:
    """Join values with a graph by code.

    Parameters
    ----------
    values
        Series by argument name, all on the same units; the first gives the order.
    graph
        Links between the same units.
    transformation
        How to weigh the links of the units that take part; None for as given, rows again adding up to one where they
        did and a neighbor lacks a value.

    Returns
    -------
    tuple
        The neighborhoods, and each series' values of their members.

    Raises
    ------
    InputError
        If a value is not numeric or infinite, a code stands twice, units differ, or a weight cannot be used.
    InsufficientDataError
        If no value is known, fewer than three units take part, or none has a neighbor.
    """
    if transformation is not None:
        require_choice(transformation, Transformation, argument="transformation")
    series = list(values.values())
    raise_faults([fault for name, one in values.items() for fault in _faults(one, argument=name)])
    index = series[0].index
    _require_same_units({**values}, graph)
    columns = [numbers(one.reindex(index)) for one in series]
    missing = np.logical_or.reduce([np.isnan(column) for column in columns])
    if missing.all():
        raise InsufficientDataError(
            "`{argument}` has no known value, so there is nothing to measure. Check that figures and units share "
            "their codes.",
            argument=next(iter(values)),
        )
    links = _links(graph, index, missing)
    lone = (links.counts == 0) & ~missing
    linked = links.counts > 0
    linked[links.columns] = True
    members = np.flatnonzero(linked)
    _require_enough(members, links)
    known = _weighed(_renumbered(links, members), transformation, graph.transformation)
    joined = Neighborhoods(index, members, lone, missing, known, transformation or graph.transformation)
    return joined, [column[members] for column in columns]


def numbers(values: pd.Series) -> NDArray[np.float64]:
    """Return a series as floats, missing ones as NaN."""
    return np.asarray(values.to_numpy(dtype=float, na_value=np.nan))


def require_variation(values: NDArray[np.float64], *, argument: str) -> None:
    """Raise if all values are alike.

    Raises
    ------
    InsufficientDataError
        If they are.
    """
    if np.ptp(values) <= 1e-13 * np.abs(values).max():
        raise InsufficientDataError(
            "`{argument}` is {value} for every unit that takes part; where nothing differs, nothing clusters. "
            "Check the column.",
            argument=argument,
            value=f"{values[0]:g}",
        )


def _faults(values: Any, *, argument: str) -> list[InputError]:
    if not isinstance(values, pd.Series):
        return [
            InputError(
                "`{argument}` is a {kind}; values are joined with the graph by code, never by position. Give a column "
                'with the units\' index, e.g. `units["change_share"]`.',
                argument=argument,
                kind=type(values).__name__,
            )
        ]
    faults: list[InputError] = []
    try:
        require_unique_index(values, argument=argument)
    except InputError as fault:
        faults.append(fault)
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        faults.append(
            InputError(
                "`{argument}` is not numeric ({kind}), so nothing can be measured with it. "
                "Convert it, e.g. `pandas.to_numeric({argument})`.",
                argument=argument,
                kind=str(values.dtype),
            )
        )
    elif np.isinf(numbers(values)).any():
        faults.append(
            InputError(
                "`{argument}` is infinite for {codes}; no mean would be left. Set them missing, or correct them.",
                argument=argument,
                codes=listed(values.index[np.isinf(numbers(values))]),
            )
        )
    return faults


def _require_same_units(values: dict[str, pd.Series], graph: Graph) -> None:
    from libpysal.graph import Graph as PysalGraph

    if not isinstance(graph, PysalGraph):
        raise InputError(
            "`graph` is a {kind}; a `libpysal.graph.Graph` is needed, which knows its units by code. Make one, e.g. "
            "`geo_urban.spatial.contiguity_graph(units)`, or `libpysal.graph.Graph.from_W(w)` of older weights.",
            kind=type(graph).__name__,
        )
    ids = pd.Index(graph.unique_ids)
    for name, one in values.items():
        if ids.equals(one.index):
            continue
        stray = ids.symmetric_difference(one.index)
        if len(stray):
            raise AlignmentError(
                "`{argument}` and `graph` describe different units ({codes} stand in one only), so they cannot be "
                "joined. Make the graph of the same units, or take those it has, e.g. "
                "`{argument}.reindex(graph.unique_ids)`.",
                argument=name,
                codes=listed(repr(code) for code in stray),
            )


def _links(graph: Graph, index: pd.Index, missing: NDArray[np.bool_]) -> Links:
    """Return the links between units with a value, numbered as in `index`."""
    adjacency = graph.adjacency
    pairs = adjacency.index
    focal = index.get_indexer(pairs.levels[0])[np.asarray(pairs.codes[0])]
    neighbor = index.get_indexer(pairs.levels[1])[np.asarray(pairs.codes[1])]
    weight = adjacency.to_numpy(dtype=float)
    _require_usable(weight, focal, neighbor, index)
    used = (weight > 0) & ~missing[focal] & ~missing[neighbor]
    focal, neighbor, weight = focal[used], neighbor[used], weight[used]
    if (np.diff(focal) < 0).any():
        order = np.argsort(focal, kind="stable")
        focal, neighbor, weight = focal[order], neighbor[order], weight[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(focal, minlength=len(index)))])
    return Links(starts, neighbor.astype(np.int32), weight)


def _require_usable(
    weight: NDArray[np.float64], focal: NDArray[np.int64], neighbor: NDArray[np.int64], index: pd.Index
) -> None:
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        raise InputError(
            "`graph` has negative or infinite weights at {codes}; a neighbor weighs more than nothing and less than "
            "everything. Correct them.",
            codes=listed(index[np.unique(focal[wrong])]),
        )
    own = (focal == neighbor) & (weight > 0)
    if own.any():
        raise InputError(
            "`graph` counts {codes} as neighbors of themselves, so that they would resemble their surroundings by "
            "definition. Take these weights out; for Gi* the unit itself is added by `star=True`.",
            codes=listed(index[np.unique(focal[own])]),
        )


def _require_enough(members: NDArray[np.int64], links: Links) -> None:
    if len(links.columns) == 0:
        raise InsufficientDataError(
            "no unit with a value has a neighbor with one, so there is no surrounding to compare with. "
            'Choose another graph, e.g. `geo_urban.spatial.knn_graph(units, k=6)` or `isolates="attach"`.'
        )
    if len(members) < _FEWEST:
        raise InsufficientDataError(
            "only {count} units have a value and a neighbor; autocorrelation needs {least} or more.",
            count=len(members),
            least=_FEWEST,
        )


def _renumbered(links: Links, members: NDArray[np.int64]) -> Links:
    number = np.full(len(links.starts) - 1, -1, dtype=np.int32)
    number[members] = np.arange(len(members), dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(links.counts[members])])
    return Links(starts, number[links.columns], links.weights)


def _weighed(links: Links, transformation: Transformation | None, given: str) -> Links:
    """Return the links with their weights transformed, as libpysal does."""
    kind = "R" if transformation is None and given == "R" else transformation
    weight = links.weights
    if kind == "B":
        weight = np.ones(len(weight))
    elif kind == "R":
        weight = weight / links.sums(weight)[links.rows]
    elif kind == "D":
        weight = weight / weight.sum()
    elif kind == "V":
        weight = weight / np.sqrt(links.sums(weight**2))[links.rows]
        weight = weight * (len(links.starts) - 1) / weight.sum()
    return links._replace(weights=weight)
