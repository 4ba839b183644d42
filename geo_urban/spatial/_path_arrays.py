"""What the search for paths takes: a graph and the ways to it as plain arrays. Nothing is compiled to read this."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Arcs", "Legs"]


class Arcs(NamedTuple):
    """A graph: the arcs that leave node ``n`` are ``starts[n]:starts[n + 1]``."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int32]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]


class Legs(NamedTuple):
    """Ways between places and nodes: those of place ``p`` are ``starts[p]:starts[p + 1]``."""

    starts: NDArray[np.int64]
    nodes: NDArray[np.int32]
    cost: NDArray[np.float64]
    other: NDArray[np.float64]
