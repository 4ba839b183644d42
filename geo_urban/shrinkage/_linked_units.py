"""Several figures per unit and the graph between the units, complete and joined by code, for pysal's models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.checks import require_columns, require_unique_index
from geo_urban.errors import InsufficientDataError
from geo_urban.shrinkage._neighborhoods import Links, surround

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["LinkedUnits", "linked_units", "require_more_units"]


class LinkedUnits(NamedTuple):
    """Units that have every figure and a neighbor that has; the others by name."""

    codes: pd.Index
    table: NDArray[np.float64]
    links: Links
    without_value: pd.Index
    isolates: pd.Index

    def weights(self) -> Any:
        """Return the links as the older weights that pysal's models take, rows adding up to one."""
        from libpysal.weights import W

        bounds = list(zip(self.links.starts[:-1], self.links.starts[1:], strict=True))
        neighbors = {i: self.links.columns[one:other].tolist() for i, (one, other) in enumerate(bounds)}
        weights = {i: self.links.weights[one:other].tolist() for i, (one, other) in enumerate(bounds)}
        made = W(neighbors, weights, id_order=list(neighbors), silence_warnings=True)
        made.transform = "r"
        return made


def linked_units(units: pd.DataFrame, columns: Sequence[str], graph: Graph, *, argument: str) -> LinkedUnits:
    """Return the units that can take part in a model of `columns` on `graph`.

    A unit that lacks one of the figures leaves, with its links; whoever then has no neighbor leaves too.

    Raises
    ------
    InputError
        If a column is missing, not numeric or infinite, a code stands twice, or graph and units differ.
    InsufficientDataError
        If too few units are left.
    """
    require_columns(units, columns, argument=argument)
    require_unique_index(units, argument=argument)
    series = {f'{argument}["{column}"]': units[column] for column in columns}
    alone = pd.Series(data=False, index=units.index)
    while True:
        near, known = surround(series, graph, transformation="R")
        newly = pd.Series(near.isolates, index=near.codes)
        without = near.missing & ~alone.to_numpy()
        alone |= newly
        if not (near.links.counts == 0).any():
            break
        # One-way links can leave a member whom others count as a neighbor, but that has none itself.
        series = {name: one.astype(float).mask(alone) for name, one in series.items()}
    values = np.column_stack(known)
    return LinkedUnits(near.codes[near.members], values, near.links, near.codes[without], near.codes[alone])


def require_more_units(count: int, *, least: int) -> None:
    """Raise unless there are enough units for a model.

    Raises
    ------
    InsufficientDataError
        Naming how many there are and how many are needed.
    """
    if count < least:
        raise InsufficientDataError(
            "only {count} units have every figure and a neighbor; this model needs {least} or more. "
            "Leave figures out that many units lack, or take more units.",
            count=count,
            least=least,
        )
