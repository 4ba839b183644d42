"""Make a network of lines in a frame: anyone's streets, roads or rails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_columns, require_crs
from geo_urban.errors import DatumError, GeometryError, InputError
from geo_urban.messages import Sentence
from geo_urban.spatial.datum import datum_of
from geo_urban.spatial.network import UNCERTAINTY, Network, build_network

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["network_from_edges"]

_SHIFTED = ("gcj02", "bd09")
# Ends that agree to a tenth of a millimetre on the ground are one node.
_DECIMALS = 9


def network_from_edges(
    edges: gpd.GeoDataFrame,
    *,
    speed_kmh: float | str | None = None,
    minutes: str | None = None,
    km: str | None = None,
    oneway: str | None = None,
    mode: str = "road",
    source: str = "",
    minutes_uncertainty: float = UNCERTAINTY,
) -> Network:
    """Make a network of lines: edges meet where their ends are at one position.

    Parameters
    ----------
    edges
        Lines in any declared CRS, one per edge, cut where they meet (`momepy.remove_false_nodes` and
        `shapely.node` help).
    speed_kmh
        One speed for all, or the column that holds them [km/h].
    minutes
        Column with travel times instead [minutes].
    km
        Column with lengths [km]; by default the line's length on the ellipsoid.
    oneway
        Column that is true for edges that lead from their first point to their last only; by default all are open both
        ways.
    mode
        What travels there.
    source
        Where the lines come from, in words.
    minutes_uncertainty
        How far minutes may be off, as a fraction of them.

    Returns
    -------
    Network
        On WGS 84, with the course of each edge. Closed lines are dropped and counted.

    Raises
    ------
    InputError
        If neither or both of `speed_kmh` and `minutes` are given, or a speed, time or length is missing or negative.
    MissingCRSError, DatumError
        If the CRS is not declared, or the datum is GCJ-02 or BD-09.
    GeometryError
        If a row is no single line.
    MissingColumnsError
        If a column is not there.

    Notes
    -----
    Ends that differ by more than 0.1 mm do not meet: lines drawn by hand may need snapping first. Look at
    ``network.summary()["parts"]``.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> streets = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (0, 1)]), LineString([(0, 1), (1, 1)])], crs=4326)
    >>> network = network_from_edges(streets, speed_kmh=60)
    >>> len(network.lon), network.km.round(1).max(), network.minutes.round(1).max()
    (3, np.float64(111.3), np.float64(111.3))
    """
    lines = _lines_on_wgs84(edges)
    columns = [name for name in (minutes, km, oneway, speed_kmh) if isinstance(name, str)]
    require_columns(edges, columns, argument="edges")
    lengths = edges[km].to_numpy(dtype=float) if km else _geodesic_lengths(lines)
    times = _times(edges, lengths, speed_kmh, minutes)
    start, end, position = _ends(lines)
    one_way = edges[oneway].to_numpy(dtype=bool) if oneway else np.zeros(len(edges), dtype=bool)
    back = np.flatnonzero(~one_way) if one_way.any() else np.zeros(0, dtype=np.intp)
    course = np.concatenate([lines, np.asarray(shapely.reverse(lines[back]), dtype=object)])
    return build_network(
        position[:, 0],
        position[:, 1],
        np.concatenate([start, end[back]]),
        np.concatenate([end, start[back]]),
        km=np.concatenate([lengths, lengths[back]]),
        minutes=np.concatenate([times, times[back]]),
        directed=bool(one_way.any()),
        mode=mode,
        source=source,
        speed_rule=_rule(speed_kmh, minutes),
        minutes_uncertainty=minutes_uncertainty,
        lines=course,
    )


def _lines_on_wgs84(edges: gpd.GeoDataFrame) -> NDArray[np.object_]:
    require_crs(edges, argument="edges")
    wrong = edges.geometry.isna() | edges.geometry.is_empty | (edges.geometry.geom_type != "LineString")
    if wrong.any():
        raise GeometryError(
            "`edges` must hold one line per row; {codes} are {found}. Take lines apart or drop the others, e.g. "
            "`edges.explode()` and `edges[edges.geom_type == 'LineString']`.",
            codes=listed(edges.index[wrong]),
            found=listed(edges.geometry[wrong].geom_type.fillna("None").unique()),
        )
    datum = datum_of(edges)
    if datum in _SHIFTED:
        raise DatumError(
            "`{argument}` are on {datum}, hundreds of metres off every place on WGS 84. "
            'Bring them to WGS 84 first, e.g. `to_wgs84({argument}, source="{datum}")`.',
            argument="edges",
            datum=datum,
        )
    lines: NDArray[np.object_] = shapely.force_2d(edges.geometry.to_crs(4326).to_numpy())
    return lines


def _geodesic_lengths(lines: NDArray[np.object_]) -> NDArray[np.float64]:
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    return np.array([geod.geometry_length(line) for line in lines], dtype=float) / 1000


def _times(edges: gpd.GeoDataFrame, km: Any, speed_kmh: float | str | None, minutes: str | None) -> NDArray[np.float64]:
    if (speed_kmh is None) == (minutes is None):
        raise InputError(
            "minutes come from `speed_kmh` or from a column `minutes`; give one of the two, e.g. `speed_kmh=30`. "
            "No speed is assumed."
        )
    if minutes is not None:
        return np.asarray(pd.to_numeric(edges[minutes]), dtype=float)
    speed = edges[speed_kmh].to_numpy(dtype=float) if isinstance(speed_kmh, str) else np.full(len(edges), speed_kmh)
    wrong = ~(speed > 0)
    if wrong.any():
        raise InputError(
            "`speed_kmh` is missing, zero or negative for edges {codes}, which could never be travelled. "
            "Fill these speeds in, or drop the edges.",
            codes=listed(edges.index[wrong]),
        )
    return np.asarray(km / speed * 60, dtype=float)


def _ends(lines: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    first, last = (shapely.get_coordinates(shapely.get_point(lines, which)) for which in (0, -1))
    position, number = np.unique(np.round(np.concatenate([first, last]), _DECIMALS), axis=0, return_inverse=True)
    number = number.ravel()
    return number[: len(lines)], number[len(lines) :], position


def _rule(speed_kmh: float | str | None, minutes: str | None) -> Sentence:
    if minutes is not None:
        return Sentence("minutes of the column {column}", column=minutes)
    if isinstance(speed_kmh, str):
        return Sentence("speeds of the column {column}", column=speed_kmh)
    return Sentence("{speed:g} km/h on every edge", speed=speed_kmh)
