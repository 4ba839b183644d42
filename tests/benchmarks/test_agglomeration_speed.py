"""City clusters on five million cells beside a tree search, and the delineation of a country beside regionalisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import pytest
from affine import Affine
from clock import seconds

from geo_urban.agglomerations import city_clusters, percolation
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.slow

CELLS = 5_000_000
FEW = 20_000  # an ordinary test run goes through once, on these
STEPS = (1.0, 1.5, 2.0, 3.0)


def settled(count: int) -> xr.DataArray:
    """A grid on which people live in patches, as towns do."""
    from scipy.ndimage import gaussian_filter

    rows, columns = 3000, max(4, count * 12 // 5 // 3000)
    smooth = gaussian_filter(np.random.default_rng(0).random((rows, columns)), 3)
    occupied = smooth > np.quantile(smooth, 1 - count / smooth.size)
    shape = GridShape(
        transform=Affine(1000.0, 0.0, 0.0, 0.0, -1000.0, 0.0),
        height=rows,
        width=columns,
        crs=pyproj.CRS.from_epsg(3857),
    )
    return build_grid(occupied.astype(float), shape, quantity="count")


def by_tree(grid: xr.DataArray, distance: float) -> int:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    points = np.argwhere(grid.to_numpy() > 0).astype(float)
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    links = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    return int(connected_components(links, directed=False)[0])


@pytest.mark.parametrize("distance", [1.5, 3.0])
def test_five_million_cells(benchmark: BenchmarkFixture, told: Callable[..., None], *, distance: float) -> None:
    grid = settled(CELLS if benchmark.enabled else FEW)
    city_clusters(settled(FEW), distance_km=distance)
    ours = benchmark.pedantic(lambda: city_clusters(grid, distance_km=distance), rounds=2)
    found: list[int] = []
    theirs = seconds(lambda: found.append(by_tree(grid, distance)))
    assert found == [len(ours.table)]
    if benchmark.stats is not None:
        told("ours / tree and components", benchmark.stats["min"] / theirs, at_most=0.4)


def test_percolation_of_five_million_cells(benchmark: BenchmarkFixture, told: Callable[..., None]) -> None:
    grid = settled(CELLS if benchmark.enabled else FEW)
    percolation(settled(FEW), distances_km=[1.0, 2.0])
    ours = benchmark.pedantic(lambda: percolation(grid, distances_km=list(STEPS)), rounds=2)
    found: list[int] = []
    theirs = seconds(lambda: found.extend(by_tree(grid, distance) for distance in STEPS))
    assert found == [ours.levels.loc[distance, "clusters"] for distance in STEPS]
    if benchmark.stats is not None:
        told("ours / tree and components at each step", benchmark.stats["min"] / theirs, at_most=0.4)


def test_country_and_its_sweep(benchmark: BenchmarkFixture, told: Callable[..., None]) -> None:
    from geo_urban import datasets
    from geo_urban.agglomerations import delineate

    units = datasets.agglomeration_units()
    times = datasets.seat_travel_times()
    names = pd.Series(units["city_name"].to_numpy(), index=units["city"]).groupby(level=0).first()
    options = {"urban": "urban_2020", "cities": "city", "regions": "prefecture_code", "names": names}
    benchmark.pedantic(lambda: delineate(units, travel=times, sweep=0, **options), rounds=1)
    if benchmark.stats is not None:
        # Goals: a minute for the country, five for the sweep on two cores.
        told("country [s]", benchmark.stats["min"], at_most=60)
        told("country with 200 sweeps [s]", seconds(lambda: delineate(units, travel=times, **options)), at_most=300)
