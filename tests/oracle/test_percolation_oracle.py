"""City clusters beside `scipy.spatial.cKDTree` with `connected_components`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyproj
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_urban.agglomerations import city_clusters, percolation
from geo_urban.errors import CRSMismatchError, InputError, InsufficientDataError
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    import xarray as xr


def grid(
    values: np.ndarray, *, crs: int = 3857, size: float = 1000.0, west: float = 0.0, north: float = 0.0
) -> xr.DataArray:
    height, width = values.shape
    transform = Affine(size, 0.0, west, 0.0, -size, north)
    shape = GridShape(transform=transform, height=height, width=width, crs=pyproj.CRS.from_epsg(crs))
    return build_grid(values.astype(float), shape, quantity="count")


def components(points: np.ndarray, distance: float) -> np.ndarray:
    pairs = cKDTree(points).query_pairs(distance * (1 + 1e-9), output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(points),) * 2)
    return connected_components(links, directed=False)[1]


def same_partition(one: np.ndarray, other: np.ndarray) -> bool:
    pairs = np.unique(np.column_stack([one, other]), axis=0)
    return len(pairs) == len(np.unique(one)) == len(np.unique(other))


@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 0.9), distance=st.sampled_from([0.9, 1, 1.5, 2, 2.9, 5, 8.1]))
def test_cells_join_as_by_tree_search(seed: int, share: float, distance: float) -> None:
    values = np.random.default_rng(seed).random((23, 31)) < share
    if not values.any():
        return
    labels = city_clusters(grid(values), distance_km=distance).labels.to_numpy()
    rows, columns = np.nonzero(values)
    assert (labels[~values] == 0).all()
    assert same_partition(labels[rows, columns], components(np.column_stack([rows, columns]), distance))


@given(seed=st.integers(0, 10_000), distance=st.floats(0.05, 30))
def test_points_join_as_by_tree_search(seed: int, distance: float) -> None:
    random = np.random.default_rng(seed)
    spots = random.uniform(0, 60, (int(random.integers(1, 120)), 2))
    frame = gpd.GeoDataFrame({"population": 1.0}, index=range(len(spots)), crs=3857,
                             geometry=gpd.points_from_xy(*(spots * 1000).T))  # fmt: skip
    labels = city_clusters(frame, distance_km=distance).labels.to_numpy()
    assert same_partition(labels, components(spots, distance))


def test_degrees_narrow_with_latitude() -> None:
    # A hundredth of a degree is 1.11 km along a meridian; along a parallel at 60° half of it, so there two columns off
    # are as near as one at the equator.
    values = np.zeros((1, 3))
    values[0, [0, 2]] = 1
    for latitude, clusters in ((0.0, 2), (60.0, 1)):
        cells = grid(values, crs=4326, size=0.01, west=100, north=latitude + 0.005)
        assert len(city_clusters(cells, distance_km=1.2).table) == clusters


def test_tree_keeps_all_people_and_parents() -> None:
    values = np.random.default_rng(3).integers(0, 9, (40, 40)) * (np.random.default_rng(4).random((40, 40)) < 0.1)
    found = percolation(grid(values), distances_km=[1, 2, 3, 5, 9])
    sums = found.tree.groupby("distance_km")["population"].sum()
    assert sums.tolist() == [values.sum()] * 5
    for here, there in zip([1, 2, 3, 5], [2, 3, 5, 9], strict=True):
        rows = found.tree[found.tree["distance_km"] == here]
        merged = rows.groupby("parent")["population"].sum()
        upper = found.tree[found.tree["distance_km"] == there].set_index("cluster")["population"]
        assert merged.to_dict() == upper.to_dict()
    at_once = city_clusters(grid(values), distance_km=found.critical_km)
    assert (at_once.labels.to_numpy() == found.clusters.labels.to_numpy()).all()
    growth = found.levels["largest_share"].diff().shift(-1)
    assert growth.idxmax() == found.critical_km


def test_small_clusters_are_left_out_and_the_rest_counted() -> None:
    values = np.array([[5, 5, 0, 0, 1, 0, 0, 9]])
    found = city_clusters(grid(values), distance_km=1, least_population=5)
    assert found.labels.to_numpy().tolist() == [[1, 1, 0, 0, 0, 0, 0, 2]]
    assert found.table["population"].tolist() == [10, 9]


def test_bad_input() -> None:
    with pytest.raises(InsufficientDataError, match="no populated cell"):
        city_clusters(grid(np.zeros((2, 2))), distance_km=1)
    with pytest.raises(InputError, match="`distance_km` is 0"):
        city_clusters(grid(np.ones((2, 2))), distance_km=0)
    with pytest.raises(InputError, match="`distances_km` is 3"):
        percolation(grid(np.ones((2, 2))), distances_km=[3.0])
    degrees = gpd.GeoDataFrame({"population": [1]}, geometry=gpd.points_from_xy([1], [1]), crs=4326)
    with pytest.raises(CRSMismatchError, match="whose unit is the degree"):
        city_clusters(degrees, distance_km=1)
