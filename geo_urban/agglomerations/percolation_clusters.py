"""City clusters by nearness alone: burning of populated cells (CCA), and percolation over distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import xarray as xr

from geo_urban.checks import listed, require_geometry, require_metres, require_unique_index
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.spatial import grid_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_urban.spatial import GridShape

__all__ = ["CityClusters", "Percolation", "city_clusters", "percolation"]

_EARTH_RADIUS_KM = 6371.0088


class _Cells(NamedTuple):
    """Occupied cells by row and column, or points by bucket; their people; where they stand in the input."""

    people: NDArray[np.float64]
    place: NDArray[np.intp]
    column: NDArray[np.int32]
    starts: NDArray[np.int64]
    shape: GridShape


class _Points(NamedTuple):
    people: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CityClusters:
    """Clusters of populated cells or points.

    Parameters
    ----------
    labels
        Number of the cluster of each cell or point, the most populous first, from 1; 0 where nobody lives or the
        cluster is too small. On the grid or the index that was given.
    table
        By number: `population`, `members`.
    distance_km
        What lies within it was joined.
    """

    labels: xr.DataArray | pd.Series
    table: pd.DataFrame
    distance_km: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Percolation:
    """How clusters merge as the distance grows.

    Parameters
    ----------
    levels
        By distance [km]: `clusters`, `largest_population`, `largest_share`, `second_share`, `entropy` [bit, of the
        shares of clusters in the people], `mean_size` (population-weighted, the largest left out).
    tree
        Each cluster at each distance: `distance_km`, `cluster` (number at that distance, the most populous first),
        `population`, `members`, `parent` (its number at the next greater distance; missing at the last).
    critical_km
        The chosen distance.
    criterion
        How it was chosen, in words.
    clusters
        The clusters at that distance.
    """

    levels: pd.DataFrame
    tree: pd.DataFrame
    critical_km: float
    criterion: str
    clusters: CityClusters


def city_clusters(
    places: xr.DataArray | gpd.GeoDataFrame,
    *,
    distance_km: float,
    population: str = "population",
    least_density: float = 0.0,
    least_population: float = 0.0,
) -> CityClusters:
    """Join populated cells or points that lie within a distance of each other (city clustering algorithm).

    Cities as people settle, whatever the administrative borders. These are settlements grown together, not regions of
    cities: for those use `delineate`.

    Parameters
    ----------
    places
        A grid of people (cells with the CRS in degrees or metres), or points in a CRS in metres.
    distance_km
        Between the centres of cells, or points [km]; exactly as far still joins.
    population
        Column with the people of points.
    least_density
        Cells or points with this many people or fewer count as empty.
    least_population
        Clusters with fewer people are left out.

    Returns
    -------
    CityClusters
        Labels and table.

    Raises
    ------
    InputError
        If the distance is not above zero.
    InsufficientDataError
        If no cell or point is populated.
    MissingCRSError, CRSMismatchError, GeometryError, AlignmentError
        If the CRS does not fit, or points are none.

    Notes
    -----
    Union–find over runs of cells: O(cells × rows within the distance). On a grid in degrees a column is as wide as in
    the middle of the two rows. Columns are not joined across 180°.

    References
    ----------
    Rozenfeld, H. D. et al. (2008). Laws of population growth. doi:10.1073/pnas.0807435105

    Examples
    --------
    Five people in a row, one kilometre apart but for a gap of three.

    >>> import geopandas as gpd
    >>> line = gpd.GeoDataFrame({"population": [1, 1, 1, 1, 1]},
    ...                         geometry=gpd.points_from_xy([0, 1000, 2000, 5000, 6000], [0] * 5), crs=3857)
    >>> city_clusters(line, distance_km=1).labels.tolist()
    [1, 1, 1, 2, 2]
    """
    if not distance_km > 0:
        raise InputError("`{name}` is {value}; it must be above zero.", name="distance_km", value=distance_km)
    occupied = _occupied(places, population, least_density)
    label = _joined(occupied, distance_km, None)[1]
    return _clusters(places, occupied, label, distance_km, least_population)


def percolation(
    places: xr.DataArray | gpd.GeoDataFrame,
    *,
    distances_km: Sequence[float],
    population: str = "population",
    least_density: float = 0.0,
    least_population: float = 0.0,
) -> Percolation:
    """Let clusters merge as the distance grows, and keep the whole tree.

    Which distance parts a country into regions without choosing one beforehand: the tree shows which cities merge
    first, and the critical distance is the one just before the largest cluster takes over.

    Parameters
    ----------
    places
        As in `city_clusters`.
    distances_km
        Ascending [km]; two at least.
    population, least_density, least_population
        As in `city_clusters`.

    Returns
    -------
    Percolation
        Levels, tree and the clusters at the critical distance: the one before the greatest growth of the largest
        cluster's share of all people from one distance to the next.

    Raises
    ------
    InputError
        If there are fewer than two distances, or they do not ascend from above zero.
    InsufficientDataError, MissingCRSError, CRSMismatchError, GeometryError, AlignmentError
        As `city_clusters`.

    References
    ----------
    Arcaute, E. et al. (2016). Cities and regions in Britain through hierarchical percolation. doi:10.1098/rsos.150691

    Examples
    --------
    >>> import geopandas as gpd
    >>> line = gpd.GeoDataFrame({"population": [1, 1, 1, 1, 1, 1]},
    ...                         geometry=gpd.points_from_xy([0, 1000, 2000, 5000, 6000, 7000], [0] * 6), crs=3857)
    >>> found = percolation(line, distances_km=[0.5, 1, 3])
    >>> found.levels["clusters"].tolist(), found.critical_km
    ([6, 2, 1], 1.0)
    """
    steps = np.asarray(distances_km, dtype=float)
    if len(steps) < 2 or not (np.diff(steps) > 0).all() or not steps[0] > 0:  # noqa: PLR2004 - one has no tree
        raise InputError(
            "`distances_km` is {given}; it takes two or more distances, ascending from above zero.",
            given=listed(steps.tolist()),
        )
    occupied = _occupied(places, population, least_density)
    parent, levels, rows, labels = None, [], [], []
    for step in steps:
        parent, label = _joined(occupied, float(step), parent)
        ranked, people, members = _ranked(label, occupied.people)
        labels.append(ranked)
        levels.append(_level(people))
        rows.append(pd.DataFrame({"distance_km": step, "population": people, "members": members}))
    table = pd.DataFrame(levels, index=pd.Index(steps, name="distance_km"))
    tree = pd.concat(
        [
            rows[number].assign(cluster=np.arange(1, len(rows[number]) + 1), parent=_parents(labels, number))
            for number in range(len(steps))
        ],
        ignore_index=True,
    )
    critical = int(np.diff(table["largest_share"].to_numpy()).argmax())
    return Percolation(
        levels=table,
        tree=tree[["distance_km", "cluster", "population", "members", "parent"]],
        critical_km=float(steps[critical]),
        criterion="before the greatest growth of the largest cluster's share of all people",
        clusters=_clusters(
            places, occupied, (labels[critical] - 1).astype(np.int32), float(steps[critical]), least_population
        ),
    )


def _occupied(places: xr.DataArray | gpd.GeoDataFrame, population: str, least: float) -> _Cells | _Points:
    if isinstance(places, xr.DataArray):
        shape = grid_shape(places)
        values = np.nan_to_num(places.to_numpy().reshape(-1).astype(np.float64))
        place = np.flatnonzero(values > least)
        _require_some(len(place))
        row, column = np.divmod(place, shape.width)
        starts = np.searchsorted(row, np.arange(shape.height + 1))
        return _Cells(values[place], place, column.astype(np.int32), starts.astype(np.int64), shape)
    require_unique_index(places, argument="places")
    require_metres(places, argument="places")
    require_geometry(places, argument="places", kinds=("Point",))
    people = places[population].to_numpy(dtype=float, na_value=0.0)
    _require_some(int((people > least).sum()))
    empty = ~(people > least)
    x, y = places.geometry.x.to_numpy() / 1000, places.geometry.y.to_numpy() / 1000
    return _Points(np.where(empty, 0.0, people), np.where(empty, np.nan, x), np.where(empty, np.nan, y))


def _require_some(count: int) -> None:
    if not count:
        raise InsufficientDataError(
            "`places` has no populated cell or point above `least_density`, so there is nothing to join. Lower it, or "
            "take a larger region."
        )


def _joined(
    occupied: _Cells | _Points, distance: float, parent: NDArray[np.int32] | None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the tree of joins and the label of each cell or point (−1 for empty points)."""
    from geo_urban.agglomerations._burning import join_cells, join_points, settled

    if isinstance(occupied, _Cells):
        tree = np.arange(len(occupied.people), dtype=np.int32) if parent is None else parent
        join_cells(tree, occupied.column, occupied.starts, _reach(occupied.shape, distance))
        return tree, settled(tree)
    filled = np.flatnonzero(np.isfinite(occupied.x))
    x, y = occupied.x[filled], occupied.y[filled]
    # In a square whose diagonal is the distance, all points are near; rounding must not make it longer.
    side = distance / np.sqrt(2) * (1 - 1e-9)
    across = np.floor((x - x.min()) / side).astype(np.int64)
    down = np.floor((y - y.min()) / side).astype(np.int64)
    width = int(across.max()) + 5
    key = down * width + across + 2
    order = np.argsort(key, kind="stable")
    keys, starts = np.unique(key[order], return_index=True)
    tree = np.arange(len(filled), dtype=np.int32)
    join_points(tree, x[order], y[order], keys, np.append(starts, len(filled)).astype(np.int64), width, distance)
    label = np.full(len(occupied.x), -1, dtype=np.int32)
    label[filled[order]] = settled(tree)
    return tree, label


def _reach(shape: GridShape, distance: float) -> NDArray[np.int32]:
    """Return how many columns off a cell of each row reaches in that row and in those below."""
    rows = np.arange(shape.height)
    if shape.crs.is_geographic:
        latitude = np.radians(shape.transform.f + shape.transform.e * (rows + 0.5))
        high = _EARTH_RADIUS_KM * np.radians(abs(shape.transform.e))
        wide = _EARTH_RADIUS_KM * np.radians(abs(shape.transform.a))
    else:
        latitude = np.zeros(shape.height)
        high, wide = abs(shape.transform.e) / 1000, abs(shape.transform.a) / 1000
    # Equal up to rounding is equal.
    limit = distance * (1 + 1e-9)
    steps = min(int(limit / high), shape.height - 1)
    reach = np.full((shape.height, steps + 1), -1, dtype=np.int32)
    for step in range(steps + 1):
        middle = latitude[: shape.height - step] + (latitude[step:] - latitude[: shape.height - step]) / 2
        rest = np.sqrt(max(limit**2 - (step * high) ** 2, 0.0))
        reach[: shape.height - step, step] = np.minimum(rest / (wide * np.cos(middle)), shape.width)
    return reach


def _ranked(
    label: NDArray[np.int32], people: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return labels from 1, the most populous first (0 for none), with people and members of each."""
    some = label >= 0
    whole = np.bincount(label[some], people[some]).astype(np.float64)
    members = np.bincount(label[some]).astype(np.int64)
    order = np.argsort(-whole, kind="stable")
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    rank[-1] = 0
    return rank[label], whole[order], members[order]


def _level(people: NDArray[np.float64]) -> dict[str, float]:
    share = people / people.sum()
    rest = people[1:]
    return {
        "clusters": len(people),
        "largest_population": float(people[0]),
        "largest_share": float(share[0]),
        "second_share": float(share[1]) if len(share) > 1 else 0.0,
        "entropy": float(-(share * np.log2(share)).sum()) + 0.0,
        "mean_size": float((rest**2).sum() / rest.sum()) if len(rest) else 0.0,
    }


def _parents(labels: list[NDArray[np.int64]], number: int) -> pd.Series:
    here = labels[number]
    count = int(here.max())
    if number + 1 == len(labels):
        return pd.Series([pd.NA] * count, dtype="Int64")
    parent = np.zeros(count + 1, dtype=np.int64)
    parent[here] = labels[number + 1]
    return pd.Series(parent[1:], dtype="Int64")


def _clusters(
    places: xr.DataArray | gpd.GeoDataFrame,
    occupied: _Cells | _Points,
    label: NDArray[np.int32],
    distance: float,
    least: float,
) -> CityClusters:
    ranked, people, members = _ranked(label, occupied.people)
    kept = int((people >= least).sum())
    ranked = np.where(ranked <= kept, ranked, 0)
    table = pd.DataFrame(
        {"population": people[:kept], "members": members[:kept]}, index=pd.RangeIndex(1, kept + 1, name="cluster")
    )
    if isinstance(occupied, _Points):
        return CityClusters(
            labels=pd.Series(ranked, index=places.index, name="cluster"), table=table, distance_km=distance
        )
    flat = np.zeros(occupied.shape.height * occupied.shape.width, dtype=np.int32)
    flat[occupied.place] = ranked
    return CityClusters(
        labels=places.copy(data=flat.reshape(places.shape)).rename("cluster"), table=table, distance_km=distance
    )
