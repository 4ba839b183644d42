"""City clusters on five million cells beside a tree search, and regions of a country beside pygeoda and spopt."""

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
    from pathlib import Path

    import geopandas as gpd
    import xarray as xr
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.slow

CELLS = 5_000_000
FEW = 20_000  # an ordinary test run goes through once, on these
STEPS = (1.0, 1.5, 2.0, 3.0)
REGIONS = 26  # as many as `delineate` finds clusters
# spopt takes over four minutes for the whole country, so it gets the units of one province.
PROVINCE = "四川省"


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


def attributes(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Units with what regions are made of: density and the share of urban residents."""
    people = units["population_2020"].clip(lower=1)
    return units.assign(density=np.log(people / units.to_crs(6933).area), share=units["urban_2020"] / people)


def one_part(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The units that hang together: pygeoda breaks down where some do not."""
    from libpysal.weights import Rook

    part = pd.Series(Rook.from_dataframe(units, use_index=False).component_labels)
    return units[(part == part.mode()[0]).to_numpy()]


def by_spopt(units: gpd.GeoDataFrame, graph: object, count: int) -> None:
    from spopt.region import Skater

    Skater(units, graph, ["density", "share"], n_clusters=count, floor=1).solve()


@pytest.mark.filterwarnings("ignore")  # pygeoda, spopt and the shapefile driver warn of their own
def test_regions_beside_pygeoda_and_spopt(
    benchmark: BenchmarkFixture, told: Callable[..., None], tmp_path: Path
) -> None:
    import pygeoda
    from libpysal.weights import Rook

    from geo_urban import datasets
    from geo_urban.agglomerations import delineate
    from geo_urban.spatial import contiguity_graph

    units = attributes(datasets.agglomeration_units(region=None if benchmark.enabled else "宁夏"))
    units = one_part(units[["name", "population_2020", "density", "share", "province", "geometry"]])
    graph = contiguity_graph(units, queen=False, isolates="attach")
    count = REGIONS if benchmark.enabled else 2
    options = {"method": "skater", "attributes": ["density", "share"], "parameters": {"clusters": count}}
    benchmark.pedantic(lambda: delineate(units, graph=graph, sweep=0, **options), rounds=1)
    if benchmark.stats is None:
        return
    units.drop(columns=["name", "province"]).to_file(tmp_path / "units.shp")
    table = pygeoda.open(str(tmp_path / "units.shp"))
    weights = pygeoda.rook_weights(table)
    theirs = seconds(lambda: pygeoda.skater(count, weights, table[["density", "share"]]))
    told("ours with outlines and areas / pygeoda without", benchmark.stats["min"] / theirs)
    few = units[units["province"] == PROVINCE]
    near = contiguity_graph(few, queen=False, isolates="attach")
    ours = seconds(lambda: delineate(few, graph=near, sweep=0, **{**options, "parameters": {"clusters": 5}}))
    told("spopt / ours, one province", seconds(lambda: by_spopt(few, Rook.from_dataframe(few), 5)) / ours)
