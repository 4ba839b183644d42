"""City clusters and percolation, mapped from cells or points to units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import xarray as xr

from geo_urban.agglomerations._partition import Assigned
from geo_urban.agglomerations.percolation_clusters import CityClusters, city_clusters, percolation
from geo_urban.checks import require_columns, require_metres
from geo_urban.errors import GeometryError
from geo_urban.spatial import cell_fractions

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations._methods import Sources
    from geo_urban.agglomerations.parameters import CityClusterParameters, PercolationParameters

__all__ = ["by_city_clusters", "by_percolation"]


class _Places(NamedTuple):
    """Cells or points, and the people of each who live in a unit."""

    given: xr.DataArray | gpd.GeoDataFrame
    unit: NDArray[np.intp]
    place: NDArray[np.intp]
    """Position of the cell or point."""
    people: NDArray[np.float64]
    whole: NDArray[np.float64]
    """By unit."""


def by_city_clusters(
    ground: Ground, sources: Sources, _first: CityClusterParameters
) -> Callable[[CityClusterParameters], Assigned]:
    """Give units to the city cluster that most of their people live in."""
    places = _places(ground, sources.places)

    def assign(rule: CityClusterParameters) -> Assigned:
        found = city_clusters(
            places.given,
            distance_km=rule.distance_km,
            least_density=rule.least_density,
            least_population=rule.least_population,
        )
        return _mapped(places, found, rule.unit_share, found)

    return assign


def by_percolation(
    ground: Ground, sources: Sources, _first: PercolationParameters
) -> Callable[[PercolationParameters], Assigned]:
    """Give units to the city cluster at the critical distance that most of their people live in."""
    places = _places(ground, sources.places)

    def assign(rule: PercolationParameters) -> Assigned:
        found = percolation(
            places.given,
            distances_km=rule.distances(),
            least_density=rule.least_density,
            least_population=rule.least_population,
        )
        return _mapped(places, found.clusters, rule.unit_share, found)

    return assign


def _mapped(places: _Places, found: CityClusters, share: float, detail: Any) -> Assigned:
    """Return for each unit the cluster with most of its people, if they are at least `share` of them."""
    cluster = np.asarray(found.labels).reshape(-1)[places.place]
    inside = cluster > 0
    count = len(found.table)
    key = places.unit[inside].astype(np.int64) * count + cluster[inside] - 1
    keys, at = np.unique(key, return_inverse=True)
    people = np.bincount(at, places.people[inside], minlength=len(keys)).astype(np.float64)
    units = len(places.whole)
    label, most = np.full(units, -1, dtype=np.intp), np.zeros(units)
    for rank in np.argsort(people, kind="stable").tolist():  # the greatest is written last
        unit, number = divmod(int(keys[rank]), count)
        label[unit], most[unit] = number, people[rank]
    strength = np.divide(most, places.whole, out=np.full(units, np.nan), where=places.whole > 0)
    return Assigned(
        label=np.where((strength >= share) & (most > 0), label, -1).astype(np.intp), strength=strength, detail=detail
    )


def _places(ground: Ground, given: xr.DataArray | gpd.GeoDataFrame | None) -> _Places:
    if given is None:
        points = _seats(ground)
        rows = np.arange(len(points))
        return _Places(points, rows, rows, ground.urban, ground.urban)
    if isinstance(given, xr.DataArray):
        fractions = cell_fractions(given, ground.units)
        unit = ground.units.index.get_indexer(pd.Index(fractions["unit"]))
        place = fractions["row"].to_numpy(dtype=np.int64) * given.shape[-1] + fractions["col"].to_numpy(dtype=np.int64)
        people = np.nan_to_num(np.asarray(given, dtype=np.float64).reshape(-1)[place]) * fractions["fraction"]
        return _whole(given, unit, place, people.to_numpy(dtype=float), len(ground.units))
    if not isinstance(given, gpd.GeoDataFrame):
        raise GeometryError(
            "`places` is a {kind}; it takes a grid of people, or points in metres with a column `population`.",
            kind=type(given).__name__,
        )
    require_metres(given, argument="places")
    require_columns(given, ["population"], argument="places")
    there, unit = ground.units.to_crs(given.crs).sindex.query(given.geometry, predicate="intersects")
    first = np.unique(there, return_index=True)[1]  # a point on a border counts once
    people = given["population"].to_numpy(dtype=float, na_value=0.0)[there[first]]
    return _whole(given, unit[first], there[first], people, len(ground.units))


def _whole(
    given: xr.DataArray | gpd.GeoDataFrame,
    unit: NDArray[np.intp],
    place: NDArray[np.int64],
    people: NDArray[np.float64],
    units: int,
) -> _Places:
    return _Places(given, unit, place, people, np.bincount(unit, people, minlength=units).astype(np.float64))


def _seats(ground: Ground) -> gpd.GeoDataFrame:
    """Return seats with their urban residents on equal areas around their middle."""
    points = ground.points.to_crs(4326)
    middle = pyproj.CRS.from_dict(
        {"proj": "laea", "lat_0": float(points.y.mean()), "lon_0": float(points.x.mean()), "units": "m"}
    )
    return gpd.GeoDataFrame({"population": ground.urban}, geometry=points.to_crs(middle).to_numpy(), crs=middle)
