"""Networks: nodes and edges with kilometres and minutes, on which travel times are computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed
from geo_urban.errors import InputError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["MEASURES", "Measure", "Network", "assembled", "build_network", "require_measure"]

Measure = Literal["minutes", "km"]
MEASURES: tuple[Measure, ...] = get_args(Measure)

UNCERTAINTY = 0.25
_MOST_LON, _MOST_LAT = 180.0, 90.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """A network of roads, rails or streets as a compressed sparse graph, and what its minutes are worth.

    Kilometres are what the source measured; minutes are what a stated speed rule makes of them, unless the source
    knows better. `build_network`, `network_from_edges`, `geo_urban.io.read_network` and
    `geo_urban.datasets.road_network` make one.

    Parameters
    ----------
    lon, lat
        Nodes, on WGS 84 [degree].
    starts, ends
        The arcs that leave node ``n`` lead to ``ends[starts[n]:starts[n + 1]]``. An edge open both ways is two arcs.
    km, minutes
        Of each arc [km], [minutes].
    arc_modes
        Of each arc: its place in `modes`.
    modes
        Names of the modes: ``("road",)``, ``("road", "rail", "transfer")``.
    open_nodes
        Whether a place may join the network at a node: true at roads, false along a railway.
    components
        Of each node: the number of its connected part, 0 for the one with the most nodes. Two nodes of different
        parts have no path between them, whatever the direction.
    directed
        Whether any edge can be travelled one way only.
    source
        Where the network comes from, in words.
    speed_rule
        How minutes were made of kilometres, in words.
    minutes_uncertainty
        How far minutes may be off, as a fraction of them.
    node_ids
        What the source calls its nodes.
    lines
        Course of each arc; None where the source gives only its ends, which is then drawn as a straight line.
    dropped
        What was left out when the network was built, by reason, with its number.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int32]
    km: NDArray[np.float64]
    minutes: NDArray[np.float64]
    arc_modes: NDArray[np.uint8]
    modes: tuple[str, ...]
    open_nodes: NDArray[np.bool_]
    components: NDArray[np.int32]
    directed: bool
    source: str
    speed_rule: str
    minutes_uncertainty: float
    node_ids: NDArray[Any]
    lines: NDArray[np.object_] | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Network {self.mode}: {len(self.lon):,} nodes, {self.edge_count:,} edges>"

    @property
    def mode(self) -> str:
        """The modes, joined by ``+``; transfers are no mode of their own."""
        return "+".join(mode for mode in self.modes if mode != "transfer")

    @property
    def edge_count(self) -> int:
        """Number of edges; where all are open both ways, two arcs are one."""
        return len(self.ends) if self.directed else len(self.ends) // 2

    @property
    def tails(self) -> NDArray[np.int32]:
        """The node that each arc leaves."""
        return np.repeat(np.arange(len(self.lon), dtype=np.int32), np.diff(self.starts))

    @property
    def nodes(self) -> gpd.GeoDataFrame:
        """The nodes as points on WGS 84, indexed by `node_ids`: `component` and `open`."""
        columns = {"component": self.components, "open": self.open_nodes}
        points = shapely.points(self.lon, self.lat)
        return gpd.GeoDataFrame(columns, index=pd.Index(self.node_ids, name="node"), geometry=points, crs=4326)

    @property
    def edges(self) -> gpd.GeoDataFrame:
        """The edges as lines on WGS 84: `start`, `end` (ids of nodes), `km`, `minutes`, `mode`.

        An edge open both ways stands once in a network where all are, else once per direction.
        """
        tails = self.tails
        chosen = np.ones(len(tails), dtype=bool) if self.directed else tails < self.ends
        columns = {
            "start": self.node_ids[tails[chosen]],
            "end": self.node_ids[self.ends[chosen]],
            "km": self.km[chosen],
            "minutes": self.minutes[chosen],
            "mode": np.array(self.modes, dtype=object)[self.arc_modes[chosen]],
        }
        return gpd.GeoDataFrame(columns, geometry=self.lines_of(np.flatnonzero(chosen)), crs=4326)

    def lines_of(self, arcs: NDArray[np.integer[Any]]) -> NDArray[np.object_]:
        """Return the course of arcs, straight where the source gives none.

        Parameters
        ----------
        arcs
            Their numbers.

        Returns
        -------
        numpy.ndarray of shapely.LineString
            On WGS 84, from the arc's start to its end.
        """
        if self.lines is not None:
            known: NDArray[np.object_] = self.lines[arcs]
            return known
        tails, heads = np.searchsorted(self.starts, arcs, side="right") - 1, self.ends[arcs]
        ends = np.stack([[self.lon[tails], self.lat[tails]], [self.lon[heads], self.lat[heads]]])
        straight: NDArray[np.object_] = shapely.linestrings(ends.transpose(2, 0, 1))
        return straight

    def graph(self, measure: Measure = "minutes") -> Any:
        """Return the network as a sparse matrix for other tools.

        Parameters
        ----------
        measure
            ``"minutes"`` or ``"km"``; of parallel arcs the least.

        Returns
        -------
        scipy.sparse.csr_array
            Row: the node an arc leaves. Arcs of no length are stored zeros.

        Raises
        ------
        InputError
            If `measure` is another word.
        """
        from scipy.sparse import csr_array

        require_measure(measure)
        tails, values = self.tails, getattr(self, measure)
        order = np.lexsort((values, self.ends, tails))
        pairs = np.column_stack([tails[order], self.ends[order]])
        first = np.ones(len(order), dtype=bool)
        first[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
        starts = np.concatenate([[0], np.cumsum(np.bincount(pairs[first, 0], minlength=len(self.lon)))])
        return csr_array((values[order][first], pairs[first, 1], starts), shape=(len(self.lon),) * 2)

    def part(self, keep: ArrayLike, *, min_nodes: int = 1) -> Network:
        """Return the network on some of its nodes, with the edges between them.

        Parameters
        ----------
        keep
            Whether each node stays.
        min_nodes
            Connected parts with fewer nodes than this are left out too.

        Returns
        -------
        Network
            Its nodes in the same order.

        Raises
        ------
        InputError
            If nothing remains.
        """
        kept = np.asarray(keep, dtype=bool)
        labels = _component_numbers(*_arcs_within(self, kept), len(self.lon))
        labels = np.where(kept, labels, -1)
        sizes = np.bincount(labels[kept], minlength=1) if kept.any() else np.zeros(1, dtype=np.int64)
        kept &= sizes[np.maximum(labels, 0)] >= min_nodes
        if not kept.any():
            raise InputError(
                "no node of the network lies there, or none in a connected part of {least} nodes or more. "
                "Choose a larger region or margin.",
                least=min_nodes,
            )
        number = np.cumsum(kept) - 1
        tails = self.tails
        stay = np.flatnonzero(kept[tails] & kept[self.ends])
        return assembled(
            lon=self.lon[kept],
            lat=self.lat[kept],
            tails=number[tails[stay]],
            ends=number[self.ends[stay]],
            km=self.km[stay],
            minutes=self.minutes[stay],
            arc_modes=self.arc_modes[stay],
            lines=None if self.lines is None else self.lines[stay],
            modes=self.modes,
            open_nodes=self.open_nodes[kept],
            directed=self.directed,
            source=self.source,
            speed_rule=self.speed_rule,
            minutes_uncertainty=self.minutes_uncertainty,
            node_ids=self.node_ids[kept],
            dropped=self.dropped,
        )

    def summary(self) -> pd.Series:
        """Return size and quality of the network.

        Returns
        -------
        pandas.Series
            ``mode``, ``nodes``, ``edges``, ``km`` (of all edges), ``parts`` (connected ones), ``nodes_in_largest``
            (share of nodes in the largest part), ``directed``, ``minutes_uncertainty`` [fraction], ``speed_rule``,
            ``source``, and what was dropped.
        """
        facts = {
            "mode": self.mode,
            "nodes": len(self.lon),
            "edges": self.edge_count,
            "km": float(self.km.sum()) / (1 if self.directed else 2),
            "parts": int(self.components.max(initial=-1)) + 1,
            "nodes_in_largest": float((self.components == 0).mean()) if len(self.lon) else 0.0,
            "directed": self.directed,
            "minutes_uncertainty": self.minutes_uncertainty,
            "speed_rule": self.speed_rule,
            "source": self.source,
            **{f"dropped_{reason}": count for reason, count in self.dropped.items()},
        }
        return pd.Series(facts, name="network", dtype=object)


def build_network(
    lon: ArrayLike,
    lat: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    *,
    km: ArrayLike,
    minutes: ArrayLike,
    directed: bool = False,
    mode: str = "road",
    source: str = "",
    speed_rule: str = "",
    minutes_uncertainty: float = UNCERTAINTY,
    node_ids: ArrayLike | None = None,
    open_nodes: ArrayLike | None = None,
    lines: Sequence[shapely.LineString] | NDArray[np.object_] | None = None,
) -> Network:
    """Build a network from nodes and edges in arrays.

    Parameters
    ----------
    lon, lat
        Nodes, on WGS 84 [degree].
    start, end
        The nodes that each edge joins, by their place in `lon`.
    km, minutes
        Of each edge [km], [minutes]; zero is allowed, missing and negative are not.
    directed
        Whether edges lead from start to end only. Else they are open both ways.
    mode
        What travels there, e.g. ``"road"``, ``"rail"`` or ``"walk"``.
    source
        Where the network comes from, in words.
    speed_rule
        How minutes were made of kilometres, in words.
    minutes_uncertainty
        How far minutes may be off, as a fraction of them.
    node_ids
        What the source calls its nodes; their place where not given.
    open_nodes
        Whether places may join at each node; all where not given.
    lines
        Course of each edge, from start to end, on WGS 84.

    Returns
    -------
    Network
        Self-loops are dropped, for no shortest path uses one, and counted.

    Raises
    ------
    InputError
        If a length or time is missing or negative, an edge ends at no node, a node has no position on earth, or
        arrays are not of one length. All faults at once, with the rows they stand in.

    Examples
    --------
    >>> network = build_network([0, 1, 2], [0, 0, 0], [0, 1], [1, 2], km=[111, 111], minutes=[90, 90])
    >>> network
    <Network road: 3 nodes, 2 edges>
    >>> network.graph("km").toarray()[0].tolist()
    [0.0, 111.0, 0.0]
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    tails, heads = np.asarray(start), np.asarray(end)
    lengths, times = np.asarray(km, dtype=float), np.asarray(minutes, dtype=float)
    raise_faults(_faults(x, y, tails, heads, lengths, times))
    stay = np.flatnonzero(tails != heads)
    order = stay if directed else np.concatenate([stay, stay])
    return assembled(
        lon=x,
        lat=y,
        tails=tails[stay] if directed else np.concatenate([tails[stay], heads[stay]]),
        ends=heads[stay] if directed else np.concatenate([heads[stay], tails[stay]]),
        km=lengths[order],
        minutes=times[order],
        arc_modes=np.zeros(len(order), dtype=np.uint8),
        lines=_both_ways(lines, stay, directed=directed),
        modes=(mode,),
        open_nodes=np.ones(len(x), dtype=bool) if open_nodes is None else np.asarray(open_nodes, dtype=bool),
        directed=directed,
        source=source,
        speed_rule=speed_rule,
        minutes_uncertainty=minutes_uncertainty,
        node_ids=np.arange(len(x)) if node_ids is None else np.asarray(node_ids),
        dropped={"self_loops": len(tails) - len(stay)},
    )


def require_measure(measure: str) -> None:
    """Raise unless `measure` is one that paths can be shortest in.

    Raises
    ------
    InputError
        Naming those.
    """
    if measure not in MEASURES:
        raise InputError(
            "`measure` is {measure!r}; a path is the shortest in {known}. Pass one of them.",
            measure=measure,
            known=listed(MEASURES),
        )


def _both_ways(lines: Any, stay: NDArray[np.intp], *, directed: bool) -> NDArray[np.object_] | None:
    if lines is None:
        return None
    there = np.asarray(lines, dtype=object)[stay]
    return there if directed else np.concatenate([there, np.asarray(shapely.reverse(there), dtype=object)])


def _faults(x: Any, y: Any, tails: Any, heads: Any, lengths: Any, times: Any) -> list[InputError]:
    sizes = {len(each) for each in (tails, heads, lengths, times)}
    if len(x) != len(y) or len(sizes) > 1:
        return [
            InputError(
                "nodes have {lon} longitudes and {lat} latitudes, edges {edges} starts, ends, lengths and times. "
                "Each node needs both, each edge all four.",
                lon=len(x),
                lat=len(y),
                edges=listed(sorted(sizes)),
            )
        ]
    faults = []
    lost = ~(np.isfinite(x) & np.isfinite(y) & (np.abs(x) <= _MOST_LON) & (np.abs(y) <= _MOST_LAT))
    if lost.any():
        faults.append(
            InputError(
                "nodes {rows} have no position on earth; longitudes run from -180 to 180, latitudes from -90 to 90. "
                "Bring the network to degrees on WGS 84, and check that the two are not swapped.",
                rows=listed(np.flatnonzero(lost)),
            )
        )
    astray = (tails < 0) | (tails >= len(x)) | (heads < 0) | (heads >= len(x))
    if astray.any():
        faults.append(
            InputError(
                "edges {rows} start or end at a node that is not there; the nodes are 0 to {last}. "
                "Count nodes from 0, or add the missing ones.",
                rows=listed(np.flatnonzero(astray)),
                last=len(x) - 1,
            )
        )
    for what, values in (("km", lengths), ("minutes", times)):
        wrong = ~(np.isfinite(values) & (values >= 0))
        if wrong.any():
            faults.append(
                InputError(
                    "edges {rows} have {what} {values}: missing, infinite or negative, so no path over them has a "
                    "length. Measure them anew, or drop these edges.",
                    rows=listed(np.flatnonzero(wrong)),
                    what=what,
                    values=listed(values[wrong]),
                )
            )
    return faults


def _arcs_within(network: Network, kept: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    tails = network.tails
    stay = kept[tails] & kept[network.ends]
    return tails[stay], network.ends[stay]


def _component_numbers(tails: NDArray[Any], ends: NDArray[Any], count: int) -> NDArray[np.int32]:
    """Return the number of the connected part of each node, the largest first; ties by the first node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(tails), dtype=bool), (tails, ends)), shape=(count, count))
    number, labels = connected_components(links, directed=False)
    rank = np.empty(number, dtype=np.int32)
    rank[np.argsort(-np.bincount(labels, minlength=number), kind="stable")] = np.arange(number, dtype=np.int32)
    numbers: NDArray[np.int32] = rank[labels]
    return numbers


def assembled(*, tails: NDArray[Any], ends: NDArray[Any], lines: Any, **parts: Any) -> Network:
    """Return a network with its arcs sorted by the nodes they leave and lead to."""
    count = len(parts["lon"])
    order = np.lexsort((parts["minutes"], ends, tails))
    for name in ("km", "minutes", "arc_modes"):
        parts[name] = parts[name][order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=count))]).astype(np.int64)
    return Network(
        starts=starts,
        ends=ends[order].astype(np.int32),
        components=_component_numbers(tails, ends, count),
        lines=None if lines is None else lines[order],
        **parts,
    )
