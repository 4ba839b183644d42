"""Which cities are cores, how strongly they pull, and which of them lead a cluster together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.agglomerations.parameters import DelineationParameters

__all__ = ["EQUAL", "Cities", "Links", "cities_of", "linked_cores"]

_MILLION = 1e6
# What a way that does not exist counts for where the shortest of several is sought [minutes].
_NO_WAY = 1e6
# A core within reach of another that is not twice as large is its equal, not its second tier.
EQUAL = 0.5


class Cities(NamedTuple):
    """Cities in falling order of their mass."""

    labels: NDArray[np.object_]
    seats: NDArray[np.intp]
    """Row of the unit in which the city has its seat."""
    mass: NDArray[np.float64]


class Links(NamedTuple):
    """How cores hang together."""

    parent: NDArray[np.intp]
    """The larger core that each is subordinate to; −1 for leading ones."""
    cluster: NDArray[np.intp]
    """Number of the cluster of each core: the first of its leading cores."""
    joined: list[tuple[int, int]]
    """Pairs of leading cores that were joined."""
    leading: NDArray[np.bool_]
    """Cores that are subordinate to none, or equals of the largest of their cluster beyond its commuting circle."""


def cities_of(
    city: NDArray[np.object_], urban: NDArray[np.float64], minutes: NDArray[np.float64] | None, circle: float
) -> Cities:
    """Return cities with seat and mass.

    The seat is the unit from which most urban residents of the city are within `circle` minutes; of several, the one
    from which all of them are reached in the least time.

    Parameters
    ----------
    city
        Label of the city of each unit.
    urban
        Urban residents of each unit.
    minutes
        Between all units; infinite out of reach. None for cities with all their urban residents, and the seat in the
        unit with most of them.
    circle
        Circle of commuting [minutes].
    """
    codes, labels = pd.factorize(city)
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    seats, mass = np.empty(len(labels), dtype=np.intp), np.empty(len(labels))
    for number, rows in enumerate(groups):
        people = urban[rows]
        if minutes is None:
            seats[number], mass[number] = rows[people.argmax()], people.sum()
            continue
        between = minutes[np.ix_(rows, rows)].astype(np.float64)
        inside = (between <= circle) @ people
        effort = np.minimum(between, _NO_WAY) @ people
        best = np.lexsort((rows, effort, -inside))[0]
        seats[number], mass[number] = rows[best], inside[best]
    rank = np.lexsort((np.asarray(labels).astype(str), -mass))
    return Cities(np.asarray(labels, dtype=object)[rank], seats[rank], mass[rank])


def linked_cores(
    mass: NDArray[np.float64],
    minutes: NDArray[np.float64],
    named: dict[int, int],
    rule: DelineationParameters,
) -> Links:
    """Return which cores are subordinate, which lead, and which leading ones are joined.

    Parameters
    ----------
    mass
        Of each core, falling.
    minutes
        Between cores.
    named
        Cores that the user named, by number, with the number of their group; each leads.
    rule
        The parameters.
    """
    pull = _pull_between(mass, minutes, rule)
    reach = rule.reach_minutes * (mass / _MILLION) ** (1 / rule.distance_exponent)
    parent = _parents(mass, minutes, pull, reach, named)
    cluster = _roots(parent)
    for first, later in _named_pairs(named):
        cluster[cluster == cluster[later]] = cluster[first]
    joined = [*_named_pairs(named), *_mutual(cluster, parent, pull, minutes, named, rule.join_minutes)]
    for first, second in joined:
        cluster[cluster == cluster[second]] = cluster[first]
    largest = np.zeros(len(mass))
    np.maximum.at(largest, cluster, mass)
    equal = (mass >= EQUAL * largest[cluster]) & ~_in_circle_of_larger(mass, minutes, rule.core_minutes)
    return Links(parent, cluster, joined, (parent < 0) | equal)


def _pull_between(
    mass: NDArray[np.float64], minutes: NDArray[np.float64], rule: DelineationParameters
) -> NDArray[np.float64]:
    """Return the pull of each core (column) on each other (row)."""
    pull: NDArray[np.float64] = mass[None, :] / np.maximum(minutes, rule.nearest_minutes) ** rule.link_exponent
    np.fill_diagonal(pull, 0.0)
    return pull


def _parents(
    mass: NDArray[np.float64],
    minutes: NDArray[np.float64],
    pull: NDArray[np.float64],
    reach: NDArray[np.float64],
    named: dict[int, int],
) -> NDArray[np.intp]:
    larger = mass[None, :] > mass[:, None]
    able = larger & (minutes <= reach[None, :])
    parent: NDArray[np.intp] = np.where(able, pull, -1.0).argmax(axis=1).astype(np.intp)
    parent[~able.any(axis=1)] = -1
    parent[list(named)] = -1
    return parent


def _in_circle_of_larger(mass: NDArray[np.float64], minutes: NDArray[np.float64], circle: float) -> NDArray[np.bool_]:
    """Return the cores from which people commute to a larger one: they are parts of its urban area, and lead none."""
    near: NDArray[np.bool_] = (mass[None, :] > mass[:, None]) & (minutes <= circle)
    return np.asarray(near.any(axis=1))


def _roots(parent: NDArray[np.intp]) -> NDArray[np.intp]:
    roots = np.arange(len(parent))
    for number in range(len(parent)):
        top = number
        while parent[top] >= 0:
            top = parent[top]
        roots[number] = top
    return roots


def _named_pairs(named: dict[int, int]) -> list[tuple[int, int]]:
    first: dict[int, int] = {}
    for core, group in sorted(named.items()):
        first.setdefault(group, core)
    return [(first[group], core) for core, group in sorted(named.items()) if core != first[group]]


def _mutual(
    cluster: NDArray[np.intp],
    parent: NDArray[np.intp],
    pull: NDArray[np.float64],
    minutes: NDArray[np.float64],
    named: dict[int, int],
    limit: float,
) -> list[tuple[int, int]]:
    """Return pairs of leading cores each of which has its strongest pull from the other."""
    leading = np.flatnonzero(parent < 0)
    if len(leading) <= 1:
        return []
    strongest = leading[pull[np.ix_(leading, leading)].argmax(axis=1)]
    partner = dict(zip(leading.tolist(), strongest.tolist(), strict=True))
    return [
        (core, other)
        for core, other in partner.items()
        if core < other
        and partner[other] == core
        and minutes[core, other] <= limit
        and core not in named
        and other not in named
        and cluster[core] != cluster[other]
    ]
