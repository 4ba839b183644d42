"""What must hold of a dasymetric spread whatever the units, totals and weights are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo_urban.spatial import GridShape, build_grid, dasymetric

EQUAL_AREA = CRS("ESRI:54034")
ROWS, COLUMNS = 6, 9
SHAPE = GridShape(transform=Affine(1000, 0, 0, 0, -1000, ROWS * 1000), height=ROWS, width=COLUMNS, crs=EQUAL_AREA)

# Each example builds and joins grids, which costs more than most examples of this suite.
few = settings(max_examples=25)
breaks = st.lists(st.floats(0.01, 0.99), min_size=0, max_size=3, unique=True).map(sorted)


@st.composite
def cases(draw: st.DrawFn) -> tuple[gpd.GeoDataFrame, xr.DataArray]:
    """Units that part the grid along lines anywhere between and through cells, and weights, many of them zero."""
    x = np.array([0, *draw(breaks), 1]) * COLUMNS * 1000
    y = np.array([0, *draw(breaks), 1]) * ROWS * 1000
    boxes = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(len(x) - 1) for j in range(len(y) - 1)]
    people = draw(st.lists(st.integers(0, 10**8), min_size=len(boxes), max_size=len(boxes)))
    units = gpd.GeoDataFrame({"population": people}, geometry=boxes, crs=EQUAL_AREA)
    weight = st.one_of(st.just(0.0), st.floats(1e-3, 1e4))
    values = draw(st.lists(weight, min_size=ROWS * COLUMNS, max_size=ROWS * COLUMNS))
    return units, build_grid(np.reshape(values, (ROWS, COLUMNS)), SHAPE, quantity="density")


@few
@given(cases())
def test_every_total_is_kept_and_no_cell_is_negative(case: tuple[gpd.GeoDataFrame, xr.DataArray]) -> None:
    units, weights = case
    result = dasymetric(units, weights=weights)
    assert result.summary()["largest_difference"] <= 1e-9
    np.testing.assert_allclose(float(result.grid.sum()), units["population"].sum(), rtol=1e-9)
    assert float(result.grid.min()) >= 0


@few
@given(cases())
def test_smoothing_keeps_every_total_too(case: tuple[gpd.GeoDataFrame, xr.DataArray]) -> None:
    units, weights = case
    result = dasymetric(units, weights=weights, smooth="pycnophylactic", most_rounds=20)
    assert result.summary()["largest_difference"] <= 1e-9
    assert float(result.grid.min()) >= 0


@few
@given(cases())
def test_units_spread_one_by_one_add_up_to_all_of_them(case: tuple[gpd.GeoDataFrame, xr.DataArray]) -> None:
    units, weights = case
    whole = dasymetric(units, weights=weights).grid.fillna(0)
    alone = sum(dasymetric(units.loc[[each]], weights=weights).grid.fillna(0) for each in units.index)
    np.testing.assert_allclose(whole, alone, rtol=1e-9, atol=1e-6)


@few
@given(cases(), st.floats(1e-3, 1e3))
def test_only_ratios_of_weights_matter(case: tuple[gpd.GeoDataFrame, xr.DataArray], factor: float) -> None:
    units, weights = case
    xr.testing.assert_allclose(
        dasymetric(units, weights=weights * factor).grid, dasymetric(units, weights=weights).grid, rtol=1e-9, atol=1e-6
    )


@few
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(case: tuple[gpd.GeoDataFrame, xr.DataArray], random: st.Random) -> None:
    units, weights = case
    shuffled = units.iloc[random.sample(range(len(units)), len(units))]
    first, second = dasymetric(units, weights=weights), dasymetric(shuffled, weights=weights)
    xr.testing.assert_allclose(first.grid, second.grid, rtol=1e-9, atol=1e-6)
    pd.testing.assert_series_equal(first.units["placed_by"], second.units["placed_by"].reindex(units.index))


@few
@given(cases())
def test_a_mirrored_country_has_a_mirrored_grid(case: tuple[gpd.GeoDataFrame, xr.DataArray]) -> None:
    units, weights = case
    mirrored = units.set_geometry(units.geometry.affine_transform([-1, 0, 0, 1, COLUMNS * 1000, 0]))
    turned = build_grid(weights.to_numpy()[:, ::-1], SHAPE, quantity="density")
    expected = dasymetric(units, weights=weights).grid.to_numpy()[:, ::-1]
    np.testing.assert_allclose(dasymetric(mirrored, weights=turned).grid, expected, rtol=1e-7, atol=1e-3)


@few
@given(cases())
def test_counts_and_densities_of_weight_say_the_same_on_cells_of_one_area(
    case: tuple[gpd.GeoDataFrame, xr.DataArray],
) -> None:
    units, weights = case
    as_counts = weights.assign_attrs(quantity="count")
    xr.testing.assert_allclose(
        dasymetric(units, weights=as_counts).grid, dasymetric(units, weights=weights).grid, rtol=1e-9, atol=1e-6
    )
