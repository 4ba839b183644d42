"""What must hold for every zonal join: nobody lost, nobody invented, and nothing that depends on where it is done."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo_urban.spatial import GridShape, build_grid, cell_fractions, zonal_stats

HEIGHT, WIDTH = 9, 13
coordinates = st.integers(-16 * 61, 16 * 61 * 16).map(
    lambda n: n / (16 * 61)
)  # no two nearer than a thousandth of a cell
points = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12, unique=True)
seeds = st.integers(0, 2**32 - 1)


def grid_at(values: np.ndarray, west: float = 0.0, north: float = float(HEIGHT)) -> object:
    shape = GridShape(transform=Affine(1, 0, west, 0, -1, north), height=HEIGHT, width=WIDTH, crs=CRS(6933))
    return build_grid(values, shape, quantity="count")


def people(seed: int, *, missing: float = 0.0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    values = generator.gamma(0.3, 100, (HEIGHT, WIDTH))
    values[generator.random((HEIGHT, WIDTH)) < missing] = np.nan
    return values


def units_of(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(index=range(len(shapes)), geometry=list(shapes), crs=6933)


def polygon_of(vertices: list[tuple[float, float]]) -> shapely.Geometry:
    """A valid polygon, concave as a rule, that goes through the points in the order of their directions."""
    array = np.array(vertices, dtype=float)
    around = array - array.mean(axis=0)
    ring = array[np.argsort(np.arctan2(around[:, 1], around[:, 0]), kind="stable")]
    parts = shapely.get_parts(shapely.make_valid(shapely.Polygon(ring)))
    areal = [part for part in parts if part.area > 1e-3]
    return shapely.union_all(areal) if areal else shapely.box(0.3, 0.4, 2.6, 3.1)


def fractions(shape: shapely.Geometry) -> np.ndarray:
    table = cell_fractions(grid_at(np.ones((HEIGHT, WIDTH))), units_of(shape))
    shares = np.zeros((HEIGHT, WIDTH))
    shares[table["row"], table["col"]] = table["fraction"]
    return shares


@given(points, seeds)
def test_a_partition_of_the_grid_holds_all_its_people(vertices: list[tuple[float, float]], seed: int) -> None:
    whole = shapely.box(-1, -1, WIDTH + 1, HEIGHT + 1)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(vertices), extend_to=whole))
    assume(shapely.union_all(cells).buffer(1e-9).contains(whole))
    assume(all(cell.geom_type == "Polygon" and cell.is_valid for cell in cells))  # points in a line may yield others
    assume(shapely.area(cells).sum() == pytest.approx(shapely.union_all(cells).area, rel=1e-14))
    values = people(seed, missing=0.2)
    result = zonal_stats(grid_at(values), units_of(*cells), stats=["sum", "count"])
    audit = result.audit.loc["grid"]
    assert audit["sum_over_zones"] == pytest.approx(np.nansum(values), rel=1e-12)
    assert result.units["count"].sum() == pytest.approx(np.count_nonzero(~np.isnan(values)), rel=1e-12)
    assert audit["outside_all_zones"] == pytest.approx(0, abs=1e-7)
    assert audit["in_several_zones"] == pytest.approx(0, abs=1e-7)


@given(points, seeds, st.floats(0, np.pi), st.floats(-3, 3))
def test_the_parts_of_a_split_unit_add_up(
    vertices: list[tuple[float, float]], seed: int, angle: float, offset: float
) -> None:
    whole = polygon_of(vertices)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    start = np.array([whole.centroid.x, whole.centroid.y]) + offset * across
    side = shapely.Polygon(
        [start - 99 * along, start + 99 * along, start + 99 * (along + across), start + 99 * (across - along)]
    )
    parts = [
        part for part in (whole & side, whole - side) if part.area > 1e-9 and part.geom_type != "GeometryCollection"
    ]
    if abs(sum(part.area for part in parts) - whole.area) > 1e-12:
        return  # the cut itself left dust
    grid = grid_at(people(seed))
    summed = zonal_stats(grid, units_of(*parts), stats="sum").units["sum"].sum()
    alone = np.nansum(zonal_stats(grid, units_of(whole), stats="sum").units["sum"])
    assert summed == pytest.approx(alone, rel=1e-10, abs=1e-8)


@given(points, seeds, st.integers(-20, 20), st.integers(-20, 20))
def test_moved_by_whole_cells_all_is_the_same(
    vertices: list[tuple[float, float]], seed: int, east: int, north: int
) -> None:
    values, unit = people(seed, missing=0.2), polygon_of(vertices)
    here = zonal_stats(grid_at(values), units_of(unit)).units
    moved = shapely.transform(unit, lambda xy: xy + np.array([east, north]))
    there = zonal_stats(grid_at(values, west=east, north=HEIGHT + north), units_of(moved)).units
    np.testing.assert_allclose(here[["sum", "mean"]], there[["sum", "mean"]], rtol=1e-11, atol=1e-9)


@given(points)
def test_mirrored_all_is_mirrored(vertices: list[tuple[float, float]]) -> None:
    unit = polygon_of(vertices)
    shares = fractions(unit)
    east_west = shapely.transform(unit, lambda xy: np.column_stack([WIDTH - xy[:, 0], xy[:, 1]]))
    north_south = shapely.transform(unit, lambda xy: np.column_stack([xy[:, 0], HEIGHT - xy[:, 1]]))
    np.testing.assert_allclose(fractions(east_west), shares[:, ::-1], atol=2e-14)
    np.testing.assert_allclose(fractions(north_south), shares[::-1], atol=2e-14)


@given(points)
def test_the_direction_and_the_start_of_a_ring_do_not_matter(vertices: list[tuple[float, float]]) -> None:
    unit = polygon_of(vertices)
    np.testing.assert_allclose(fractions(shapely.reverse(unit)), fractions(unit), atol=2e-14)
    np.testing.assert_allclose(fractions(shapely.normalize(unit)), fractions(unit), atol=2e-14)


@given(points)
def test_shares_add_up_to_the_area_within_the_grid(vertices: list[tuple[float, float]]) -> None:
    unit = polygon_of(vertices)
    within = shapely.intersection(unit, shapely.box(0, 0, WIDTH, HEIGHT)).area
    shares = fractions(unit)
    assert shares.sum() == pytest.approx(within, rel=1e-12, abs=1e-12)
    assert ((shares >= 0) & (shares <= 1)).all()


@given(points, points, seeds)
def test_the_audit_closes_whatever_the_units(
    one: list[tuple[float, float]], other: list[tuple[float, float]], seed: int
) -> None:
    values = people(seed, missing=0.1)
    audit = zonal_stats(grid_at(values), units_of(polygon_of(one), polygon_of(other))).audit.loc["grid"]
    assert audit["difference"] == pytest.approx(audit["in_several_zones"] - audit["outside_all_zones"], abs=1e-7)
    assert audit["outside_all_zones"] >= 0
    assert audit["in_several_zones"] >= 0


@settings(max_examples=25)
@given(points, seeds)
def test_sums_scale_with_the_people_and_means_stay_within_them(vertices: list[tuple[float, float]], seed: int) -> None:
    values, unit = people(seed), polygon_of(vertices)
    once = zonal_stats(grid_at(values), units_of(unit)).units.iloc[0]
    twice = zonal_stats(grid_at(2 * values), units_of(unit)).units.iloc[0]
    if np.isnan(once["sum"]):
        return
    assert twice["sum"] == 2 * once["sum"]
    assert values.min() * (1 - 1e-12) <= once["mean"] <= values.max() * (1 + 1e-12)
