"""Compiled loops of shortest paths: Dijkstra's algorithm with a limit, from many places to many places.

Each arc has a cost, which is minimised, and a second measure, which is only added up along the way (minutes and
kilometres, or the other way round). Places are no nodes: a place enters the graph through its access nodes and leaves
it there, so nobody travels through a place. The queue is a heap with four branches, in which a node's cost can fall.
"""

# Loops over arrays, compiled: many arguments and branches are the price of not allocating.
# ruff: noqa: C901, PLR0912

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo_urban.spatial._compiled import compiled
from geo_urban.spatial._path_arrays import Legs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.spatial._path_arrays import Arcs

__all__ = ["from_one", "many_to_many", "to_nearest"]

_NEVER_SEEN = -1
_SETTLED = -2
_NO_NODE = -1


class _State(NamedTuple):
    """What is known of each node while paths are sought from one place."""

    cost: NDArray[np.float64]
    other: NDArray[np.float64]
    before: NDArray[np.int32]  # the node before it on its path; none at the first
    position: NDArray[np.int32]  # in the queue
    queue: NDArray[np.int32]
    seen: NDArray[np.int32]  # nodes that were touched, to be forgotten afterwards


def many_to_many(arcs: Arcs, origins: Legs, destinations: Legs, rows: range, limit: float) -> tuple[Any, Any]:
    """Return least costs and the other measure along these paths, one row per origin of `rows`.

    Infinite where no path of at most `limit` leads.
    """
    state = _fresh_state(len(arcs.starts) - 1)
    arriving = _by_node(destinations, len(arcs.starts) - 1)
    size = (len(rows), len(destinations.starts) - 1)
    found = np.full(size, np.inf), np.full(size, np.inf)
    _fill_rows(arcs, origins, arriving, rows.start, limit, state, found[0], found[1])
    return found


def from_one(
    arcs: Arcs, legs: Legs, place: int, *, until: NDArray[np.integer[Any]] | None = None
) -> tuple[Any, Any, Any]:
    """Return cost, other measure and the node before it, for every node, from one place.

    With `until`, the search ends when these nodes are settled, and what it says of others need not be the least.
    """
    count = len(arcs.starts) - 1
    state = _fresh_state(count)
    first, last = int(legs.starts[place]), int(legs.starts[place + 1])
    wanted = np.unique(np.zeros(0, np.int64) if until is None else np.asarray(until, dtype=np.int64))
    passed = np.zeros(0, np.int64)
    if len(wanted):
        passed = np.zeros(count + 1, dtype=np.int64)
        passed[wanted + 1] = 1
        passed = np.cumsum(passed)
    _settle(arcs, legs, first, last, np.inf, state, passed, len(wanted))
    return state.cost, state.other, state.before


def to_nearest(arcs: Arcs, sources: Legs, limit: float) -> tuple[Any, Any, Any]:
    """Return cost, other measure and the source that is nearest, for every node, from all sources at once.

    Where two sources are as near as each other, it is one of them.
    """
    state = _fresh_state(len(arcs.starts) - 1)
    _settle(arcs, sources, 0, len(sources.nodes), limit, state, np.zeros(0, np.int64), 0)
    best = _best_leg_of_nodes(sources, len(arcs.starts) - 1)
    owner = np.searchsorted(sources.starts, np.arange(len(sources.nodes)), side="right") - 1
    roots = _roots(state.before)
    leg = best[np.maximum(roots, 0)]
    reached = np.isfinite(state.cost) & (state.cost <= limit)
    return state.cost, state.other, np.where(reached & (leg >= 0), owner[leg] if len(owner) else -1, -1)


def _fresh_state(count: int) -> _State:
    return _State(
        cost=np.full(count, np.inf),
        other=np.full(count, np.inf),
        before=np.full(count, _NO_NODE, dtype=np.int32),
        position=np.full(count, _NEVER_SEEN, dtype=np.int32),
        queue=np.empty(count, dtype=np.int32),
        seen=np.empty(count, dtype=np.int32),
    )


def _by_node(legs: Legs, count: int) -> Legs:
    """Return the legs sorted by node: the places reached from node ``n`` are ``nodes[starts[n]:starts[n + 1]]``."""
    place = np.repeat(np.arange(len(legs.starts) - 1, dtype=np.int32), np.diff(legs.starts))
    order = np.argsort(legs.nodes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(legs.nodes, minlength=count))]).astype(np.int64)
    return Legs(starts=starts, nodes=place[order], cost=legs.cost[order], other=legs.other[order])


def _best_leg_of_nodes(legs: Legs, count: int) -> NDArray[np.int64]:
    """Return, for each node, the leg that a path entering there takes; -1 where none does."""
    best = np.full(count, -1, dtype=np.int64)
    order = np.lexsort((np.arange(len(legs.nodes)), legs.other, legs.cost))[::-1]
    best[legs.nodes[order]] = order
    return best


@compiled
def _roots(before: Any) -> Any:
    """Return the first node of the path to each node."""
    roots = np.full(len(before), -1, dtype=np.int32)
    for node in range(len(before)):
        at = node
        while roots[at] < 0 and before[at] >= 0:
            at = before[at]
        root = roots[at] if roots[at] >= 0 else at
        at = node
        while roots[at] < 0:
            roots[at] = root
            if before[at] < 0:
                break
            at = before[at]
    return roots


@compiled
def _rise(queue: Any, position: Any, cost: Any, place: int) -> None:
    """Move a node towards the head of the queue, as far as its cost asks."""
    node = queue[place]
    value = cost[node]
    while place > 0:
        above = (place - 1) >> 2
        higher = queue[above]
        if cost[higher] <= value:
            break
        queue[place] = higher
        position[higher] = place
        place = above
    queue[place] = node
    position[node] = place


@compiled
def _sink(queue: Any, position: Any, cost: Any, length: int) -> None:
    """Move the node at the head of the queue back, as far as its cost asks."""
    node = queue[0]
    value = cost[node]
    place = 0
    while True:
        first = 4 * place + 1
        if first >= length:
            break
        least, least_value = first, cost[queue[first]]
        for child in range(first + 1, min(first + 4, length)):
            child_value = cost[queue[child]]
            if child_value < least_value:
                least, least_value = child, child_value
        if least_value >= value:
            break
        queue[place] = queue[least]
        position[queue[place]] = place
        place = least
    queue[place] = node
    position[node] = place


@compiled
def _settle(
    arcs: Any, legs: Any, first: int, last: int, limit: float, state: Any, target_starts: Any, targets: int
) -> int:
    """Settle nodes in order of cost, from the legs of one place; return how many nodes were touched.

    Ends beyond `limit`, or after as many nodes as there are `targets`, if there are any.
    """
    # Taken out of their tuples once: each look into one costs more than a step of the search.
    cost, other, before, position, queue, seen = state
    arc_starts, arc_ends, arc_cost, arc_other = arcs
    length = 0
    touched = 0
    for leg in range(first, last):
        node = legs.nodes[leg]
        value = legs.cost[leg]
        if value < cost[node] or (value == cost[node] and legs.other[leg] < other[node]):
            if position[node] == _NEVER_SEEN:
                seen[touched] = node
                touched += 1
                queue[length] = node
                position[node] = length
                length += 1
            cost[node] = value
            other[node] = legs.other[leg]
            _rise(queue, position, cost, position[node])
    while length > 0:
        node = queue[0]
        if cost[node] > limit:
            break
        position[node] = _SETTLED
        length -= 1
        if length > 0:
            queue[0] = queue[length]
            _sink(queue, position, cost, length)
        if targets > 0 and target_starts[node + 1] > target_starts[node]:
            targets -= 1
            if targets == 0:
                break
        for arc in range(arc_starts[node], arc_starts[node + 1]):
            end = arc_ends[arc]
            if position[end] == _SETTLED:
                continue
            value = cost[node] + arc_cost[arc]
            along = other[node] + arc_other[arc]
            if value < cost[end]:
                cost[end] = value
                other[end] = along
                before[end] = node
                if position[end] == _NEVER_SEEN:
                    seen[touched] = end
                    touched += 1
                    queue[length] = end
                    position[end] = length
                    length += 1
                _rise(queue, position, cost, position[end])
            elif value == cost[end] and along < other[end]:
                other[end] = along
                before[end] = node
    return touched


@compiled
def _fill_rows(
    arcs: Any, origins: Any, arriving: Any, first_row: int, limit: float, state: Any, found: Any, found_other: Any
) -> None:
    """Fill one row per origin: what each destination costs by the best of its access nodes."""
    targets = 0
    for node in range(len(arriving.starts) - 1):
        if arriving.starts[node + 1] > arriving.starts[node]:
            targets += 1
    for row in range(found.shape[0]):
        place = first_row + row
        touched = _settle(
            arcs,
            origins,
            origins.starts[place],
            origins.starts[place + 1],
            limit,
            state,
            arriving.starts,
            targets,
        )
        for k in range(touched):
            node = state.seen[k]
            if state.position[node] == _SETTLED:
                for leg in range(arriving.starts[node], arriving.starts[node + 1]):
                    value = state.cost[node] + arriving.cost[leg]
                    along = state.other[node] + arriving.other[leg]
                    end = arriving.nodes[leg]
                    better = value < found[row, end] or (value == found[row, end] and along < found_other[row, end])
                    if value <= limit and better:
                        found[row, end] = value
                        found_other[row, end] = along
            state.cost[node] = np.inf
            state.other[node] = np.inf
            state.before[node] = _NO_NODE
            state.position[node] = _NEVER_SEEN
