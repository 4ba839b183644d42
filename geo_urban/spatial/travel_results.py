"""What travel times come as: a table of pairs within reach, and the way between two places."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError
from geo_urban.spatial._access import AccessRule, access_legs
from geo_urban.spatial._path_arrays import Arcs
from geo_urban.spatial.network import Measure, Network, require_measure

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

__all__ = ["GreatCircle", "Route", "TravelTimes", "arcs_between", "arcs_of", "walked"]

# A frame of all pairs is refused above this: 1.6 gigabytes.
_MOST_CELLS = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GreatCircle:
    """No network at all: straight lines on the ellipsoid, at one speed.

    Parameters
    ----------
    speed_kmh
        Speed [km/h].
    detour
        Length of the way over its straight line.
    minutes_uncertainty
        How far minutes may be off, as a fraction of them; nobody knows it for straight lines.
    """

    speed_kmh: float
    detour: float = 1.0
    minutes_uncertainty: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """The way between two places.

    Parameters
    ----------
    origin, destination
        The places.
    line
        Its course on WGS 84, access legs included as straight lines.
    nodes
        Ids of the nodes it passes, in order.
    modes
        Mode of each edge between them.
    minutes, km
        Time [minutes] and length [km], access legs included.
    """

    origin: Hashable
    destination: Hashable
    line: shapely.LineString
    nodes: tuple[Any, ...]
    modes: tuple[str, ...]
    minutes: float
    km: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTimes:
    """Travel times and distances between places, for all pairs within reach.

    Parameters
    ----------
    origins, destinations
        The places on their index: `lon`, `lat`; on a network also `node` (the nearest one, where they join it),
        `nearest_km` (straight line to it), `access_km`, `access_minutes` (the way there, missing where a place is too
        far to join) and `component` (part of the network, −1 where a place does not join).
    starts, columns
        The pairs within reach: origin ``i`` reaches the destinations ``columns[starts[i]:starts[i + 1]]``, ascending.
    reached_minutes, reached_km
        Of these pairs [minutes], [km].
    network
        What was travelled on.
    measure
        What paths are the shortest in; the other is added up along them.
    limit
        Pairs beyond it are out of reach [minutes, or km if that is the measure].
    access
        How places join the network.
    """

    origins: pd.DataFrame
    destinations: pd.DataFrame
    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    reached_minutes: NDArray[np.float64]
    reached_km: NDArray[np.float64]
    network: Network | GreatCircle
    measure: Measure
    limit: float
    access: AccessRule

    def __repr__(self) -> str:
        sizes = f"{len(self.origins):,} × {len(self.destinations):,}"
        return f"<TravelTimes {sizes}: {len(self.columns):,} pairs within reach, {self.unreachable:,} unreachable>"

    @property
    def minutes(self) -> pd.DataFrame:
        """Minutes from each origin (row) to each destination (column); infinite out of reach."""
        return self._matrix(self.reached_minutes)

    @property
    def km(self) -> pd.DataFrame:
        """Kilometres from each origin (row) to each destination (column); infinite out of reach."""
        return self._matrix(self.reached_km)

    @property
    def pairs(self) -> pd.DataFrame:
        """The pairs within reach as a long table: `origin`, `destination`, `minutes`, `km`; rows as in the frames."""
        rows = np.repeat(np.arange(len(self.origins)), np.diff(self.starts))
        return pd.DataFrame(
            {
                "origin": self.origins.index.take(rows),
                "destination": self.destinations.index.take(self.columns),
                "minutes": self.reached_minutes,
                "km": self.reached_km,
            }
        )

    @property
    def unreachable(self) -> int:
        """Number of pairs without any way: in different parts of the network, or too far from it to join.

        Where nothing limits the reach, pairs that one-way streets keep apart are counted too. Pairs that a limit cuts
        off are in `out_of_reach`.
        """
        every = len(self.origins) * len(self.destinations)
        if np.isinf(self.limit):
            return every - len(self.columns)
        if isinstance(self.network, GreatCircle):
            return 0
        here, there = self.origins["component"].to_numpy(), self.destinations["component"].to_numpy()
        sizes = pd.Series(there[there >= 0]).value_counts()
        linked = int(sum(sizes.get(part, 0) for part in here if part >= 0))
        rows = np.repeat(np.arange(len(here)), np.diff(self.starts))
        # Pairs at the very same place take no time, whether they join the network or not.
        same_place = int(((here[rows] != there[self.columns]) | (here[rows] < 0)).sum())
        return every - linked - same_place

    @property
    def out_of_reach(self) -> int:
        """Number of pairs that a way may join, but none within the limit."""
        return len(self.origins) * len(self.destinations) - len(self.columns) - self.unreachable

    def to_sparse(self, measure: Measure = "minutes") -> Any:
        """Return the pairs within reach as a sparse matrix.

        Parameters
        ----------
        measure
            ``"minutes"`` or ``"km"``.

        Returns
        -------
        scipy.sparse.csr_array
            Rows and columns as in `origins` and `destinations`. What is not stored is out of reach, not zero; a
            place's time to itself is a stored zero.

        Raises
        ------
        InputError
            If `measure` is another word.
        """
        from scipy.sparse import csr_array

        require_measure(measure)
        values = self.reached_minutes if measure == "minutes" else self.reached_km
        shape = (len(self.origins), len(self.destinations))
        return csr_array((values.copy(), self.columns.copy(), self.starts.copy()), shape=shape)

    def path(self, origin: Hashable, destination: Hashable) -> Route:
        """Return the way between two places.

        Parameters
        ----------
        origin, destination
            Labels in `origins` and `destinations`. The pair need not be within the limit.

        Returns
        -------
        Route
            Its line, nodes, minutes and km.

        Raises
        ------
        AlignmentError
            If a place is not among them.
        InsufficientDataError
            If no way leads there.
        """
        for argument, label, table in (
            ("origin", origin, self.origins),
            ("destination", destination, self.destinations),
        ):
            if label not in table.index:
                raise AlignmentError(
                    "`{argument}` {label!r} is not among the places, which are {known}. Give one of these.",
                    argument=argument,
                    label=label,
                    known=listed(table.index),
                )
        ends = self.origins.loc[[origin]], self.destinations.loc[[destination]]
        if isinstance(self.network, GreatCircle):
            return _straight(*ends, self.network)
        route = _route(*ends, self.network, self.measure, self.access)
        if route is None:
            raise InsufficientDataError(
                "no way leads from {origin} to {destination}: they join different parts of the network, or lie too far "
                "from it. Look at `origins` and `destinations`, columns `component` and `nearest_km`.",
                origin=origin,
                destination=destination,
            )
        return route

    def summary(self) -> pd.Series:
        """Return how many pairs are within reach, and what the figures are worth.

        Returns
        -------
        pandas.Series
            ``origins``, ``destinations``, ``pairs``, ``within_reach``, ``out_of_reach``, ``unreachable``,
            ``not_joined`` (places too far from the network), ``measure``, ``limit``, ``median_minutes`` and
            ``longest_minutes`` (of pairs of different places within reach), ``minutes_uncertainty`` [fraction],
            ``speed_rule``, ``source``.
        """
        rows = np.repeat(np.arange(len(self.origins)), np.diff(self.starts))
        apart = self.origins.index.take(rows) != self.destinations.index.take(self.columns)
        times = self.reached_minutes[apart]
        of_network = isinstance(self.network, Network)
        facts = {
            "origins": len(self.origins),
            "destinations": len(self.destinations),
            "pairs": len(self.origins) * len(self.destinations),
            "within_reach": len(self.columns),
            "out_of_reach": self.out_of_reach,
            "unreachable": self.unreachable,
            "not_joined": len(self.not_joined),
            "measure": self.measure,
            "limit": self.limit,
            "median_minutes": float(np.median(times)) if len(times) else float("nan"),
            "longest_minutes": float(times.max()) if len(times) else float("nan"),
            "minutes_uncertainty": self.network.minutes_uncertainty,
            "speed_rule": self.network.speed_rule if isinstance(self.network, Network) else _speed_of(self.network),
            "source": self.network.source if isinstance(self.network, Network) else "",
            **({"access": _access_words(self.access)} if of_network else {}),
        }
        return pd.Series(facts, name="travel times", dtype=object)

    @property
    def not_joined(self) -> pd.Index:
        """Places that are too far from the network to join it."""
        if isinstance(self.network, GreatCircle):
            return self.origins.index[:0]
        lost = [table.index[table["component"] < 0] for table in (self.origins, self.destinations)]
        return lost[0].union(lost[1], sort=False)

    def _matrix(self, values: NDArray[np.float64]) -> pd.DataFrame:
        size = (len(self.origins), len(self.destinations))
        if size[0] * size[1] > _MOST_CELLS:
            raise InputError(
                "a table of {rows} by {columns} pairs does not fit into memory. Use the pairs within reach, `.pairs` "
                "or `.to_sparse()`.",
                rows=size[0],
                columns=size[1],
            )
        table = np.full(size, np.inf)
        table[np.repeat(np.arange(size[0]), np.diff(self.starts)), self.columns] = values
        return pd.DataFrame(table, index=self.origins.index, columns=self.destinations.index)


def arcs_of(network: Network, measure: Measure) -> Arcs:
    """Return a network's arcs with `measure` as the cost."""
    values = (network.minutes, network.km)
    cost, other = values if measure == "minutes" else values[::-1]
    return Arcs(network.starts, network.ends, cost, other)


def _speed_of(straight: GreatCircle) -> str:
    return f"{straight.speed_kmh:g} km/h × {straight.detour:g}"


def _access_words(rule: AccessRule) -> str:
    return f"{rule.nodes} × ≤ {rule.max_km:g} km, {rule.speed_kmh:g} km/h, × {rule.detour:g}"


def _straight(origin: pd.DataFrame, destination: pd.DataFrame, straight: GreatCircle) -> Route:
    from geo_urban.spatial._access import geodesic_km

    ends = [place[["lon", "lat"]].to_numpy() for place in (origin, destination)]
    km = float(geodesic_km(*ends[0].T, *ends[1].T)[0]) * straight.detour
    return Route(
        origin=origin.index[0],
        destination=destination.index[0],
        line=shapely.LineString(np.concatenate(ends)),
        nodes=(),
        modes=(),
        minutes=km / straight.speed_kmh * 60,
        km=km,
    )


def _route(
    origin: pd.DataFrame,
    destination: pd.DataFrame,
    network: Network,
    measure: Literal["minutes", "km"],
    rule: AccessRule,
) -> Route | None:
    way = {"origin": origin.index[0], "destination": destination.index[0]}
    ends = [tuple(place[["lon", "lat"]].iloc[0]) for place in (origin, destination)]
    if ends[0] == ends[1]:
        return Route(**way, line=shapely.LineString(ends), nodes=(), modes=(), minutes=0.0, km=0.0)
    here = access_legs(origin[["lon", "lat"]], network, rule).legs(measure)
    there = access_legs(destination[["lon", "lat"]], network, rule).legs(measure)
    arcs = arcs_of(network, measure)
    from geo_urban.spatial._shortest_paths import from_one

    cost, other, before = from_one(arcs, here, 0)
    total, along = cost[there.nodes] + there.cost, other[there.nodes] + there.other
    if len(total) == 0 or not np.isfinite(total).any():
        return None
    best = np.lexsort((along, total))[0]
    nodes = walked(before, int(there.nodes[best]))
    passed = arcs_between(arcs, nodes)
    courses = [shapely.get_coordinates(line) for line in network.lines_of(passed)] if len(passed) else []
    first = [[network.lon[nodes[0]], network.lat[nodes[0]]]]
    minutes, km = (total[best], along[best])[:: 1 if measure == "minutes" else -1]
    course = np.concatenate([[ends[0]], first, *courses, [ends[1]]])
    return Route(
        **way,
        line=shapely.remove_repeated_points(shapely.LineString(course)),
        nodes=tuple(network.node_ids[nodes].tolist()),
        modes=tuple(network.modes[mode] for mode in network.arc_modes[passed]),
        minutes=float(minutes),
        km=float(km),
    )


def walked(before: NDArray[np.int32], node: int) -> NDArray[np.int64]:
    """Return the nodes of the way that a search found to a node, from its start."""
    nodes = [node]
    while before[nodes[-1]] >= 0:
        nodes.append(int(before[nodes[-1]]))
    return np.array(nodes[::-1], dtype=np.int64)


def arcs_between(arcs: Arcs, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the arcs of a path: of parallel ones the cheapest, as the search took it."""
    passed = []
    for tail, head in pairwise(nodes):
        choice = np.arange(arcs.starts[tail], arcs.starts[tail + 1])
        choice = choice[arcs.ends[choice] == head]
        passed.append(choice[np.lexsort((arcs.other[choice], arcs.cost[choice]))[0]])
    return np.array(passed, dtype=np.int64)
