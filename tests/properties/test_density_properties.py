"""Density measures on grids and units made up by hypothesis, against shapely and against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import CRS

from geo_urban.hierarchy import density_gini, density_measures, density_theil, lived_density
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

EQUAL_AREA = CRS(3035)
WEST, NORTH, CELL = 4_000_000.0, 3_000_000.0, 1000.0
MEASURES = ["population", "covered_area_km2", "lived_density_per_km2", "dense_share", "density_gini", "density_theil"]

counts = arrays(np.float64, (4, 5), elements=st.floats(0, 5000).map(lambda value: round(value, 3))).filter(
    lambda values: values.sum() > 1
)
corner = st.floats(0.05, 0.95)


def grid_of(values: NDArray[np.float64]) -> xr.DataArray:
    rows, columns = values.shape
    shape = GridShape(transform=Affine(CELL, 0, WEST, 0, -CELL, NORTH), height=rows, width=columns, crs=EQUAL_AREA)
    return build_grid(values, shape, quantity="count")


def quarters(x: float, y: float) -> gpd.GeoDataFrame:
    """Return four units around a point, together the whole grid."""
    east, south = WEST + 5 * CELL, NORTH - 4 * CELL
    middle_x, middle_y = WEST + 5 * CELL * x, NORTH - 4 * CELL * y
    shapes = [
        shapely.box(WEST, middle_y, middle_x, NORTH),
        shapely.box(middle_x, middle_y, east, NORTH),
        shapely.box(WEST, south, middle_x, middle_y),
        shapely.box(middle_x, south, east, middle_y),
    ]
    return gpd.GeoDataFrame({"group": ["n", "n", "s", "s"]}, index=list("abcd"), geometry=shapes, crs=EQUAL_AREA)


@settings(max_examples=30)  # each joins grids with units several times
@given(counts, corner, corner)
def test_as_by_intersections_of_every_cell(values: NDArray[np.float64], x: float, y: float) -> None:
    units = quarters(x, y)
    measured = density_measures(grid_of(values), units).units
    row, column = np.indices(values.shape)
    west, north = WEST + CELL * column, NORTH - CELL * row
    cells = shapely.box(west, north - CELL, west + CELL, north)
    for code, shape in units.geometry.items():
        area = pd.Series(shapely.area(shapely.intersection(cells, shape)).ravel() / 1e6)
        people = pd.Series(values.ravel()) * area  # cells of 1 km²
        of_unit = measured.loc[code]
        assert of_unit["population"] == pytest.approx(people.sum(), rel=1e-9, abs=1e-9)
        assert of_unit["covered_area_km2"] == pytest.approx(area.sum(), rel=1e-9)
        if people.sum() > 1e-6:
            assert of_unit["lived_density_per_km2"] == pytest.approx(lived_density(people, area), rel=1e-6)
            assert of_unit["density_gini"] == pytest.approx(density_gini(people, area), abs=1e-6)
            assert of_unit["density_theil"] == pytest.approx(density_theil(people, area), abs=1e-6)


@settings(max_examples=30)
@given(counts, corner, corner)
def test_the_whole_is_the_sum_of_its_parts(values: NDArray[np.float64], x: float, y: float) -> None:
    units = quarters(x, y)
    parts = density_measures(grid_of(values), units)
    whole = density_measures(grid_of(values), units.dissolve().set_axis(["all"])).units.loc["all"]
    total = parts.summary(by="group").loc["total"]
    assert parts.units["population"].sum() == pytest.approx(values.sum())
    for column in ("population", "lived_density_per_km2", "dense_share"):
        assert total[column] == pytest.approx(whole[column], rel=1e-9)
    assert total["density_theil"] == pytest.approx(whole["density_theil"], abs=1e-9)
    assert parts.audit["difference"].item() == pytest.approx(0, abs=1e-9 * values.sum())


@settings(max_examples=30)
@given(counts, st.floats(0.1, 10))
def test_twice_the_people_are_twice_as_dense_and_as_uneven(values: NDArray[np.float64], factor: float) -> None:
    units = quarters(0.4, 0.6)
    once, more = (density_measures(grid_of(each), units).units for each in (values, values * factor))
    for column in ("population", "lived_density_per_km2"):
        assert more[column].to_numpy() == pytest.approx(once[column].to_numpy() * factor, nan_ok=True)
    for column in ("density_gini", "density_theil"):
        assert more[column].to_numpy() == pytest.approx(once[column].to_numpy(), abs=1e-9, nan_ok=True)


@settings(max_examples=30)
@given(counts, corner, corner)
def test_mirrored_and_moved_land_measures_the_same(values: NDArray[np.float64], x: float, y: float) -> None:
    units = quarters(x, y)
    here = density_measures(grid_of(values), units).units
    mirror = units.set_geometry(units.geometry.affine_transform([-1, 0, 0, 1, 2 * WEST + 5 * CELL, 0]))
    mirrored = density_measures(grid_of(values[:, ::-1]), mirror).units
    further = np.pad(values, ((1, 0), (2, 0)))
    moved = density_measures(grid_of(further), units.set_geometry(units.translate(2 * CELL, -CELL))).units
    for other in (mirrored, moved):
        assert other[MEASURES].to_numpy() == pytest.approx(here[MEASURES].to_numpy(), rel=1e-6, abs=1e-6, nan_ok=True)


@given(counts)
def test_lived_density_is_the_mean_times_one_plus_the_squared_variation(values: NDArray[np.float64]) -> None:
    # Leurent (2022): the mean used density is that offered × (1 + γ²), γ the coefficient of variation over land.
    area = pd.Series(np.linspace(0.5, 2, values.size))
    people = pd.Series(values.ravel())
    density, weight = people / area, area / area.sum()
    mean = (density * weight).sum()
    variation = ((density - mean) ** 2 * weight).sum() / mean**2
    assert lived_density(people, area) == pytest.approx(mean * (1 + variation), rel=1e-9)


@given(counts, st.integers(0, 2**32 - 1))
def test_order_splits_and_bounds(values: NDArray[np.float64], seed: int) -> None:
    people, area = pd.Series(values.ravel()), pd.Series(np.linspace(0.5, 2, values.size))
    shuffled = np.random.default_rng(seed).permutation(values.size)
    halves = pd.concat([people, people]) / 2, pd.concat([area, area]) / 2
    halved = tuple(half.reset_index(drop=True) for half in halves)
    for measure in (lived_density, density_gini, density_theil):
        value = measure(people, area)
        assert measure(people.iloc[shuffled], area.iloc[shuffled]) == pytest.approx(value, abs=1e-9)
        assert measure(*halved) == pytest.approx(value, abs=1e-9)  # parcels cut in two are the same land
    assert 0 <= density_gini(people, area) <= 1
    assert 0 <= density_theil(people, area) <= np.log(area.sum() / area.min()) + 1e-9
    even = pd.Series(7 * area)
    assert density_gini(even, area) == pytest.approx(0, abs=1e-12)
    assert density_theil(even, area) == pytest.approx(0, abs=1e-12)
    assert lived_density(even, area) == pytest.approx(7)
