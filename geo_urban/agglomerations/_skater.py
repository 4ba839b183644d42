"""Regions of similar units that touch (SKATER): a shortest tree of neighbors, cut where regions differ most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.agglomerations._partition import Assigned
from geo_urban.checks import listed, require_columns
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.spatial import area_km2

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations._methods import Sources
    from geo_urban.agglomerations.parameters import SkaterParameters

__all__ = ["by_similarity", "cut_tree"]


class _Cut(NamedTuple):
    """The best place to cut a tree in two."""

    gain: float
    """By how much the sum of squares within falls."""
    below: NDArray[np.intp]
    """Units on one side."""


def by_similarity(ground: Ground, sources: Sources, first: SkaterParameters) -> Callable[[SkaterParameters], Assigned]:
    """Give units to regions of similar ones."""
    values = _standardized(ground, sources.attributes)
    trees = _trees(ground, values)
    _require_possible(first.clusters, trees)
    history: dict[tuple[int, float], NDArray[np.intp]] = {}

    def assign(rule: SkaterParameters) -> Assigned:
        wanted = max(rule.clusters, len(np.unique(trees.component)))
        key = wanted, rule.least_population
        if key not in history:
            history[key] = cut_tree(
                values, trees.first, trees.second, clusters=wanted, people=ground.people, least=rule.least_population
            )
        return Assigned(label=history[key], strength=np.full(len(values), np.nan))

    return assign


class _Trees(NamedTuple):
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    component: NDArray[np.intp]


def _require_possible(clusters: int, trees: _Trees) -> None:
    parts, units = len(np.unique(trees.component)), len(trees.component)
    if not parts <= clusters <= units:
        raise InputError(
            "`clusters` is {clusters}; {units} units in {parts} parts that do not touch make between {parts} and "
            "{units} regions. Choose a number between these.",
            clusters=clusters,
            units=units,
            parts=parts,
        )


def _standardized(ground: Ground, attributes: Sequence[str] | None) -> NDArray[np.float64]:
    """Return attributes less their mean in parts of their standard deviation.

    Raises
    ------
    MissingColumnsError, InputError
        If one is not there, is no number, or is missing for units.
    """
    table = _default_attributes(ground)
    if attributes is not None:
        names = [attributes] if isinstance(attributes, str) else list(attributes)
        if not names:
            raise InsufficientDataError("`attributes` is empty, so no unit is like another. Name columns of `units`.")
        require_columns(ground.units, names, argument="units")
        table = pd.DataFrame(ground.units[names])
    try:
        values = table.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(
            "`attributes` names {names}, not all of which are numbers. Convert them, or name others.",
            names=listed(table.columns),
        ) from error
    wrong = ~np.isfinite(values).all(axis=1)
    if wrong.any():
        raise InputError(
            "`attributes` are missing or infinite for {count} units: {codes}. Fill them in, or leave these units out.",
            count=int(wrong.sum()),
            codes=listed(table.index[wrong]),
        )
    spread = values.std(axis=0)
    standardized: NDArray[np.float64] = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return standardized


def _default_attributes(ground: Ground) -> pd.DataFrame:
    """Return what says most of how urban a unit is: density, and the share of urban residents where it is known."""
    area = area_km2(ground.units).to_numpy()
    people = np.maximum(ground.people, 1.0)
    table = pd.DataFrame({"density": np.log(people / area)}, index=ground.units.index)
    if ground.urban is not ground.people:
        table["urban_share"] = ground.urban / people
    return table


def _trees(ground: Ground, values: NDArray[np.float64]) -> _Trees:
    """Return the spanning tree of neighbors, one for each part of the country, that joins the most similar ones."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    one, other = ground.borders.first, ground.borders.second
    once = one < other
    one, other = one[once], other[once]
    # A length of zero would be no edge.
    lengths = np.sqrt(((values[one] - values[other]) ** 2).sum(axis=1)) + 1e-9
    graph = coo_array((lengths, (one, other)), shape=(len(values), len(values))).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    component = connected_components(graph, directed=False)[1].astype(np.intp)
    return _Trees(tree.row.astype(np.intp), tree.col.astype(np.intp), component)


def cut_tree(
    values: NDArray[np.float64],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    *,
    clusters: int,
    people: NDArray[np.float64],
    least: float,
) -> NDArray[np.intp]:
    """Cut a tree, or several, into `clusters` parts, each time where the squares within fall most.

    Parameters
    ----------
    values
        By unit (row) and attribute.
    first, second
        Edges of the tree.
    clusters
        Number of parts; fewer come out where no cut leaves `least` people on both sides.
    people
        By unit.
    least
        People that each part must have.

    Returns
    -------
    numpy.ndarray
        Number of each unit's part.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(first)), (first, second)), shape=(len(values), len(values)))
    graph = (graph + graph.T).tocsr()
    count, components = connected_components(graph, directed=False)
    label: NDArray[np.intp] = components.astype(np.intp)
    parts = [np.flatnonzero(label == number) for number in range(count)]
    cuts = [_best_cut(graph, part, values, people, least) for part in parts]
    while len(parts) < clusters:
        best = max(range(len(cuts)), key=lambda number: cuts[number].gain)
        if cuts[best].gain == -np.inf:
            break
        below = cuts[best].below
        above = np.setdiff1d(parts[best], below, assume_unique=True)
        label[below] = len(parts)
        parts[best] = above
        parts.append(below)
        cuts[best] = _best_cut(graph, above, values, people, least)
        cuts.append(_best_cut(graph, below, values, people, least))
    return label


def _best_cut(
    graph: object,
    part: NDArray[np.intp],
    values: NDArray[np.float64],
    people: NDArray[np.float64],
    least: float,
) -> _Cut:
    """Return the edge of a tree that is best cut, by sums over all that hangs below each unit."""
    from scipy.sparse.csgraph import breadth_first_order

    nothing = _Cut(-np.inf, part[:0])
    if len(part) < 2:  # noqa: PLR2004 - one unit has no edge
        return nothing
    tree = graph[np.ix_(part, part)]  # type: ignore[index]  # a sparse matrix, which scipy does not type
    order, above = breadth_first_order(tree, 0, directed=False)
    own = values[part]
    sums = np.column_stack([np.ones(len(part)), people[part], (own**2).sum(axis=1), own])
    whole = sums.sum(axis=0)
    for unit in order[:0:-1]:
        sums[above[unit]] += sums[unit]
    rest = whole - sums
    gain = _squares(whole[None, :])[0] - _squares(sums) - _squares(rest)
    gain[(sums[:, 1] < least) | (rest[:, 1] < least)] = -np.inf
    gain[order[0]] = -np.inf
    best = int(gain.argmax())
    if gain[best] == -np.inf:
        return nothing
    return _Cut(float(gain[best]), part[_hanging(order, above, best)])


def _squares(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of squared distances from the mean, by number, people, Σ squares and Σ values."""
    number = np.maximum(sums[:, 0], 1.0)
    within: NDArray[np.float64] = sums[:, 2] - (sums[:, 3:] ** 2).sum(axis=1) / number
    return within


def _hanging(order: NDArray[np.intp], above: NDArray[np.intp], top: int) -> NDArray[np.intp]:
    """Return a unit of a tree and all that hang below it."""
    inside = np.zeros(len(order), dtype=bool)
    inside[top] = True
    for unit in order[1:]:
        inside[unit] |= inside[above[unit]]
    return np.flatnonzero(inside)
