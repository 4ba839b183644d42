"""Figures of larger units made of smaller ones, and figures net of their region's mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import AlignmentError, InputError

if TYPE_CHECKING:
    from libpysal.graph import Graph

__all__ = ["group_means", "merged_graph", "net_of_groups"]


def net_of_groups(values: pd.Series, groups: pd.Series, *, weights: pd.Series | None = None) -> pd.Series:
    """Return each unit's difference from the mean of its group.

    Where a whole region declines, its units resemble each other without any local cause. What is left net of the
    region's mean says which places differ from their region, and whether those lie together.

    Parameters
    ----------
    values
        One figure per unit, unique index; missing stays missing and has no say in the mean.
    groups
        Group of each unit on the same index, e.g. its province.
    weights
        Weight of each unit in the mean, e.g. residents at the start for a share of them; None for equal ones.

    Returns
    -------
    pandas.Series
        Value less the mean of the group, on the same index.

    Raises
    ------
    InputError
        If units differ, a code stands twice, a unit has no group, or weights are missing, negative or all zero.

    Notes
    -----
    A group of one unit is 0 by definition. With the residents at the start as weights the mean of `change_share` is the
    group's own change.

    Examples
    --------
    >>> values = pd.Series({"a": -0.3, "b": -0.1, "c": 0.2})
    >>> net_of_groups(values, pd.Series({"a": "x", "b": "x", "c": "y"})).round(6).tolist()
    [-0.1, 0.1, 0.0]
    """
    labels = _labels(values, groups)
    means = group_means(values, labels, weights=weights)
    net: pd.Series = values.astype(float) - labels.map(means).astype(float)
    return net


def group_means(values: pd.Series, groups: pd.Series, *, weights: pd.Series | None = None) -> pd.Series:
    """Return the weighted mean of each group; missing without a known value of some weight.

    Raises
    ------
    InputError
        If units differ, a code stands twice, a unit has no group, or a weight is missing or negative.
    """
    labels = _labels(values, groups)
    known = values.astype(float)
    weight = pd.Series(1.0, index=values.index) if weights is None else _weights(values, weights)
    weight = weight.where(known.notna(), 0.0)
    sums = pd.DataFrame({"above": (known * weight).fillna(0.0), "below": weight}).groupby(labels, sort=True).sum()
    return sums["above"] / sums["below"].where(sums["below"] > 0, np.nan)


def merged_graph(graph: Graph, groups: pd.Series) -> Graph:
    """Return the graph of groups that are neighbors if any of their members are."""
    from libpysal.graph import Graph as PysalGraph

    pairs = graph.adjacency[graph.adjacency > 0].index
    focal = groups.reindex(pairs.get_level_values(0)).to_numpy()
    neighbor = groups.reindex(pairs.get_level_values(1)).to_numpy()
    links = pd.DataFrame({"focal": focal, "neighbor": neighbor, "weight": 1.0}).drop_duplicates()
    links = links[links["focal"] != links["neighbor"]]
    lone = sorted(set(groups) - set(links["focal"]))
    alone = pd.DataFrame({"focal": lone, "neighbor": lone, "weight": 0.0})
    links = pd.concat([links, alone]).sort_values(["focal", "neighbor"]) if lone else links
    return PysalGraph.from_arrays(*(links[column].to_numpy() for column in ("focal", "neighbor", "weight")))


def _labels(values: pd.Series, groups: pd.Series) -> pd.Series:
    require_unique_index(values, argument="values")
    require_unique_index(groups, argument="groups")
    stray = values.index.difference(groups.index)
    if len(stray):
        raise AlignmentError(
            "`{first}` and `{second}` describe different units ({codes} stand in one only), so they cannot be "
            "paired. Give both the same index, e.g. `{second}.reindex({first}.index)`.",
            first="values",
            second="groups",
            codes=listed(stray),
        )
    labels = groups.reindex(values.index)
    if labels.isna().any():
        raise InputError(
            "`{argument}` has no {column} for {codes}, so they would be missing from every group. Fill the column.",
            argument="groups",
            column="group",
            codes=listed(labels.index[labels.isna()]),
        )
    return labels


def _weights(values: pd.Series, weights: pd.Series) -> pd.Series:
    require_unique_index(weights, argument="weights")
    found = weights.reindex(values.index).astype(float)
    wrong = ~(np.isfinite(found) & (found >= 0)) & values.notna()
    if wrong.any():
        raise InputError(
            "`weights` lacks a finite weight from 0 for {codes}, so no mean can be taken with them. "
            "Fill the weights, or set the values missing.",
            codes=listed(found.index[wrong]),
        )
    return found.fillna(0.0)
