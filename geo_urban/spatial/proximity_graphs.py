"""Which units are near each other: within a radius, the k nearest, or within a time of travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.checks import listed, require_crs
from geo_urban.errors import GeometryError, InputError
from geo_urban.spatial._access import EARTH_RADIUS_KM, geodesic_km, on_earth, on_sphere
from geo_urban.spatial._graph_edges import (
    Edges,
    Isolates,
    Transformation,
    Weighting,
    build_graph,
    require_units,
    weigh,
)
from geo_urban.spatial.travel import travel_time

if TYPE_CHECKING:
    import pandas as pd
    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.spatial.network import Network
    from geo_urban.spatial.travel_results import GreatCircle

__all__ = ["distance_graph", "knn_graph", "travel_time_graph"]

# Distances on the sphere and on the ellipsoid differ by less than this factor.
_SPHERE_MARGIN = 1.006


class _Positions(NamedTuple):
    """Where units stand: degrees on WGS 84, and points of the unit sphere."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    sphere: NDArray[np.float64]

    def km(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
        """Distance of units by number [km]."""
        return geodesic_km(self.lon[one], self.lat[one], self.lon[other], self.lat[other])


def distance_graph(
    units: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    radius_m: float,
    weights: Weighting = "binary",
    isolates: Isolates = "keep",
    transformation: Transformation | None = None,
) -> Graph:
    """Link units that lie within a radius of each other.

    Parameters
    ----------
    units
        Points or polygons on a unique index, in any declared CRS. A polygon stands where its centroid is, so a large
        county may be far from one it borders.
    radius_m
        Largest distance, along the ellipsoid [m]; a neighbor at exactly this distance counts.
    weights
        ``"binary"`` for one each, ``"inverse"`` for one over the distance [1/km].
    isolates
        ``"keep"``, ``"attach"`` to the nearest unit (both ways), or ``"drop"``.
    transformation
        As in `contiguity_graph`.

    Returns
    -------
    libpysal.graph.Graph
        Joined by the index of `units`, in its order.

    Raises
    ------
    InputError
        If an option makes no sense, the CRS is not declared, or a code stands twice.
    GeometryError
        If a unit has no place on earth.
    InsufficientDataError
        If there is no unit, none to attach an isolate to, or none left.

    Notes
    -----
    Candidates come from a tree on the sphere, O(n log n + edges); each is then measured on the ellipsoid.

    Examples
    --------
    A degree along the equator is 111.3 km.

    >>> places = gpd.GeoSeries.from_xy([0, 1, 3], [0, 0, 0], index=list("abc"), crs=4326)
    >>> distance_graph(places, radius_m=112_000).cardinalities.tolist()
    [1, 1, 0]
    """
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise InputError("`radius_m` is {value}; it must be a positive number of metres.", value=radius_m)
    places = _positions(units)
    from scipy.spatial import cKDTree

    angle = min(radius_m / 1000 * _SPHERE_MARGIN / EARTH_RADIUS_KM, np.pi)
    pairs = cKDTree(places.sphere).query_pairs(2 * np.sin(angle / 2) + 1e-12, output_type="ndarray").astype(np.int64)
    km = places.km(pairs[:, 0], pairs[:, 1])
    pairs, km = pairs[km * 1000 <= radius_m], km[km * 1000 <= radius_m]
    weight = weigh(km, weights, argument="units")
    return build_graph(
        units.index,
        Edges(pairs.ravel(order="F"), pairs[:, ::-1].ravel(order="F"), np.tile(weight, 2)),
        isolates=isolates,
        nearest=lambda lone: _nearest(places, units.index, lone),
        transformation=transformation,
    )


def knn_graph(
    units: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    k: int,
    weights: Weighting = "binary",
    transformation: Transformation | None = None,
) -> Graph:
    """Link each unit with its k nearest.

    No unit is an isolate, and each has as many neighbors; but a unit in a dense region may be far from being a
    neighbor of its own neighbor in a sparse one: the links are one-way.

    Parameters
    ----------
    units
        Points or polygons (at their centroids) on a unique index, in any declared CRS.
    k
        Number of neighbors, fewer than there are units. Of units at the same distance those first by code count.
    weights
        ``"binary"`` for one each, ``"inverse"`` for one over the distance [1/km].
    transformation
        As in `contiguity_graph`.

    Returns
    -------
    libpysal.graph.Graph
        Joined by the index of `units`, in its order.

    Raises
    ------
    InputError
        If `k` is not between 1 and the number of other units, or the CRS is not declared, or a code stands twice.
    GeometryError
        If a unit has no place on earth.
    InsufficientDataError
        If there is no unit.

    Notes
    -----
    O(n (k + log n)); distances along the ellipsoid.

    Examples
    --------
    >>> places = gpd.GeoSeries.from_xy([0, 1, 3], [0, 0, 0], index=list("abc"), crs=4326)
    >>> knn_graph(places, k=1)["c"].index.tolist()
    ['b']
    """
    places = _positions(units)
    if not (isinstance(k, int | np.integer) and 1 <= k < len(units)):
        raise InputError(
            "`k` is {k}, but each of the {units} units has {others} others. Choose a whole number from 1 to {others}.",
            k=k,
            units=len(units),
            others=len(units) - 1,
        )
    focal = np.arange(len(units))
    neighbor, km = _k_nearest(places, units.index, focal, int(k))
    return build_graph(
        units.index,
        Edges(np.repeat(focal, k), neighbor.ravel(), weigh(km.ravel(), weights, argument="units")),
        isolates="keep",
        nearest=lambda lone: _nearest(places, units.index, lone),
        transformation=transformation,
    )


def travel_time_graph(
    places: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    network: Network | GreatCircle | Literal["great-circle"],
    max_minutes: float | None = None,
    max_km: float | None = None,
    weights: Weighting = "binary",
    isolates: Isolates = "keep",
    transformation: Transformation | None = None,
    **options: Any,
) -> Graph:
    """Link places that reach each other within a time or a distance of travel.

    Parameters
    ----------
    places
        Points on a unique index, in any declared CRS: county seats, towns, ports.
    network
        What is travelled on, see `travel_time`.
    max_minutes, max_km
        Limit of the journey [minutes] or [km]; give one of the two.
    weights
        ``"binary"`` for one each, ``"inverse"`` for one over the minutes (or km, if that is the limit).
    isolates
        ``"keep"``, ``"attach"`` to the place nearest in a straight line (both ways), or ``"drop"``.
    transformation
        As in `contiguity_graph`.
    **options
        How places join the network, and the speed of straight lines: see `travel_time`.

    Returns
    -------
    libpysal.graph.Graph
        Joined by the index of `places`, in its order. One-way streets make one-way links.

    Raises
    ------
    InputError
        If not exactly one limit is given, or `travel_time` refuses an argument.
    InsufficientDataError
        If there is no place to attach an isolate to, or none left.

    Examples
    --------
    At 60 km/h along the equator, 111.3 km take 111.3 minutes.

    >>> seats = gpd.GeoSeries.from_xy([0, 1, 3], [0, 0, 0], index=list("abc"), crs=4326)
    >>> travel_time_graph(seats, network="great-circle", speed_kmh=60, max_minutes=112).cardinalities.tolist()
    [1, 1, 0]
    """
    if (max_minutes is None) == (max_km is None):
        raise InputError(
            "a travel-time graph needs one limit, `max_minutes` or `max_km`; got {minutes} and {km}. "
            "Give one, e.g. `max_minutes=90`.",
            minutes=max_minutes,
            km=max_km,
        )
    reach: dict[str, Any] = {"max_minutes": max_minutes} if max_km is None else {"max_km": max_km, "measure": "km"}
    times = travel_time(places, network=network, **reach, **options)
    focal = np.repeat(np.arange(len(times.origins)), np.diff(times.starts))
    neighbor = times.columns.astype(np.int64)
    cost = times.reached_minutes if max_km is None else times.reached_km
    apart = focal != neighbor
    weight = weigh(cost[apart], weights, argument="places")
    return build_graph(
        times.origins.index,
        Edges(focal[apart], neighbor[apart], weight),
        isolates=isolates,
        nearest=lambda lone: _nearest(_positions(places, argument="places"), places.index, lone),
        transformation=transformation,
    )


def _positions(units: gpd.GeoDataFrame | gpd.GeoSeries, *, argument: str = "units") -> _Positions:
    if not isinstance(units, gpd.GeoDataFrame | gpd.GeoSeries):
        raise GeometryError(
            "`{argument}` is a {kind}; distances need places. Give points or polygons, e.g. "
            "`geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(table.lon, table.lat), crs=4326)`.",
            argument=argument,
            kind=type(units).__name__,
        )
    require_units(units, argument=argument)
    require_crs(units, argument=argument)
    geometry = units.geometry
    centres = gpd.GeoSeries(shapely.centroid(geometry.to_numpy()), index=units.index, crs=geometry.crs)
    points = shapely.get_coordinates(centres.to_crs(4326).fillna(shapely.Point()).to_numpy())
    known = ~(geometry.isna() | geometry.is_empty).to_numpy()
    lost = ~known
    if known.all():
        lost = ~on_earth(points[:, 0], points[:, 1])
    if lost.any():
        raise GeometryError(
            "`{argument}` has no place on earth for {codes}; a unit without a place has no neighbors. "
            "Drop them, or check the CRS.",
            argument=argument,
            codes=listed(units.index[lost]),
        )
    lon, lat = points[:, 0], points[:, 1]
    return _Positions(lon, lat, on_sphere(lon, lat))


def _nearest(
    places: _Positions, index: pd.Index, lone: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    neighbor, km = _k_nearest(places, index, lone, 1)
    return neighbor[:, 0], km[:, 0]


def _k_nearest(
    places: _Positions, index: pd.Index, focal: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the k nearest units of each of `focal`, in order of distance and then of code."""
    from scipy.spatial import cKDTree

    tree = cKDTree(places.sphere)
    rank = np.empty(len(index), dtype=np.int64)
    rank[np.argsort(index.to_numpy(), kind="stable")] = np.arange(len(index))
    neighbor = np.empty((len(focal), k), dtype=np.int64)
    km = np.empty((len(focal), k))
    open_rows, wanted = np.arange(len(focal)), min(k + 5, len(index))
    while len(open_rows):
        chord, candidate = tree.query(places.sphere[focal[open_rows]], k=wanted)
        owner = np.repeat(focal[open_rows], wanted)
        away = places.km(owner, candidate.ravel()).reshape(candidate.shape)
        away[candidate == focal[open_rows][:, None]] = np.inf
        order = np.lexsort((rank[candidate], away))[:, :k]
        nearest = np.take_along_axis(away, order, axis=1)
        # Whoever is not among the candidates must be farther than the last one taken, on the ellipsoid too.
        beyond = 2 * np.arcsin(np.minimum(chord[:, -1] / 2, 1)) * EARTH_RADIUS_KM / _SPHERE_MARGIN
        sure = (nearest[:, -1] < beyond) | (wanted == len(index))
        neighbor[open_rows[sure]] = np.take_along_axis(candidate, order, axis=1)[sure]
        km[open_rows[sure]] = nearest[sure]
        open_rows, wanted = open_rows[~sure], min(2 * wanted, len(index))
    return neighbor, km
