"""The zonal join agrees with the areas of shapely's intersections, and with exactextract on real counties."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from geo_urban.datasets import counties
from geo_urban.spatial import GridShape, build_grid, cell_fractions, grid_shape, zonal_stats

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

Point = tuple[Fraction, Fraction]

# Six columns and five rows of unequal sides, on coordinates that are exact in binary.
SHAPE = GridShape(transform=Affine(0.5, 0, 100, 0, -0.25, 31), height=5, width=6, crs=CRS(4326))
WEST, SOUTH, EAST, NORTH = SHAPE.bounds


def star(x: float, y: float, radius: float, points: int, *, inner: float = 0.4) -> shapely.Polygon:
    angle = np.linspace(0, 2 * np.pi, 2 * points, endpoint=False) + 0.1
    reach = np.where(np.arange(2 * points) % 2, inner, 1.0) * radius
    return shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))


def island_in_a_lake() -> shapely.MultiPolygon:
    lake = shapely.box(101.1, 30.1, 102.3, 30.9)
    ring = shapely.box(100.3, 29.9, 102.9, 31.1).difference(lake)
    return shapely.MultiPolygon([ring, shapely.box(101.6, 30.3, 101.9, 30.6)])


NASTY = {
    "one cell": shapely.box(101.0, 30.25, 101.5, 30.5),
    "borders on cell borders": shapely.box(100.5, 30.0, 102.0, 30.75),
    "the whole grid": shapely.box(WEST, SOUTH, EAST, NORTH),
    "far beyond the grid": shapely.box(WEST - 7, SOUTH - 3, EAST + 9, NORTH + 4),
    "smaller than a cell": shapely.box(101.1, 30.3, 101.17, 30.33),
    "much smaller than a cell": shapely.box(101.1, 30.3, 101.1 + 1e-6, 30.3 + 1e-6),
    "in a cell, touching its corner": shapely.Polygon([(101, 30.5), (101.2, 30.5), (101, 30.4)]),
    "triangle on corners": shapely.Polygon([(100, 30), (102, 31), (103, 29.75)]),
    "diagonal through corners": shapely.Polygon([(100, 31), (102.5, 29.75), (102.5, 29.75 + 1e-3), (100, 31 + 1e-3)]),
    "clockwise": shapely.Polygon([(100.2, 30.1), (100.3, 30.9), (102.7, 30.8), (102.6, 30.05)]),
    "anticlockwise": shapely.Polygon([(100.2, 30.1), (102.6, 30.05), (102.7, 30.8), (100.3, 30.9)]),
    "standing sliver": shapely.box(101.3, 29.0, 101.3 + 1e-3, 32.0),
    "lying sliver": shapely.box(99.0, 30.4, 104.0, 30.4 + 1e-3),
    "leaning sliver": shapely.Polygon([(100.1, 29.8), (102.9, 30.9), (102.9, 30.901)]),
    "hole": shapely.box(100.1, 29.9, 102.8, 30.9).difference(star(101.4, 30.4, 0.45, 5)),
    "hole of whole cells": shapely.box(100.1, 29.9, 102.8, 30.9).difference(shapely.box(101.0, 30.25, 102.0, 30.5)),
    "hole touching the shell": shapely.Polygon(
        [(100.5, 30), (102.5, 30), (102.5, 30.75), (100.5, 30.75)], [[(100.5, 30.25), (101.25, 30.5), (101.25, 30.25)]]
    ),
    "parts": shapely.MultiPolygon([star(100.6, 30.2, 0.3, 6), star(102.2, 30.6, 0.35, 7)]),
    "parts touching at a corner": shapely.MultiPolygon(
        [shapely.box(100.5, 30, 101, 30.25), shapely.box(101, 30.25, 102, 31)]
    ),
    "parts in one cell": shapely.MultiPolygon(
        [shapely.box(101.1, 30.3, 101.2, 30.4), shapely.box(101.3, 30.3, 101.4, 30.45)]
    ),
    "island in a lake": island_in_a_lake(),
    "half outside, west": star(WEST, 30.4, 0.9, 9),
    "half outside, east": star(EAST, 30.4, 0.9, 9),
    "half outside, north": star(101.3, NORTH, 0.6, 9),
    "half outside, south": star(101.3, SOUTH, 0.6, 9),
    "outside, touching the corner": shapely.box(EAST, NORTH, EAST + 1, NORTH + 1),
    "outside, touching an edge": shapely.box(WEST - 1, 30, WEST, 30.5),
    "outside, on the left": shapely.box(WEST - 3, 30, WEST - 1, 30.5),
    "outside, above": shapely.box(101, NORTH + 1, 102, NORTH + 2),
    "repeated vertices": shapely.Polygon([(100.2, 30.1), (100.2, 30.1), (102.6, 30.1), (102.6, 30.1), (101, 30.9)]),
    "a comb": shapely.union_all(
        [shapely.box(100 + 0.25 * k, 30, 100 + 0.25 * k + 0.1, 30.9) for k in range(12)]
        + [shapely.box(100, 29.9, 102.85, 30.05)]
    ),
}


def cells_of(shape: GridShape) -> list[tuple[int, int, shapely.Polygon]]:
    a, e, west, north = shape.transform.a, shape.transform.e, shape.transform.c, shape.transform.f
    return [
        (row, column, shapely.box(west + a * column, north + e * row, west + a * (column + 1), north + e * (row + 1)))
        for row in range(shape.height)
        for column in range(shape.width)
    ]


def intersections(polygon: shapely.Geometry, shape: GridShape) -> np.ndarray:
    """Shares of cells, by cutting the polygon with each cell."""
    shares = np.zeros((shape.height, shape.width))
    for row, column, cell in cells_of(shape):
        shares[row, column] = shapely.area(shapely.intersection(polygon, cell)) / shapely.area(cell)
    return shares


def exact_shares(polygon: shapely.Geometry, shape: GridShape) -> np.ndarray:
    """Shares of cells in rational arithmetic, without any rounding: rings clipped at the four borders of each cell."""
    shares = np.zeros((shape.height, shape.width), dtype=object)
    for row, column, cell in cells_of(shape):
        west, south, east, north = map(Fraction, cell.bounds)
        area = Fraction(0)
        for part in shapely.get_parts(polygon):
            for hole, ring in enumerate([part.exterior, *part.interiors]):
                points = [(Fraction(x), Fraction(y)) for x, y in ring.coords[:-1]]
                for axis, limit, above in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
                    points = clipped(points, axis, limit, above)
                area += -ring_area(points) if hole else ring_area(points)
        shares[row, column] = area / ((east - west) * (north - south))
    return shares


def clipped(points: list[Point], axis: int, limit: Fraction, above: int) -> list[Point]:
    kept = []
    for one, other in zip(points, points[1:] + points[:1], strict=True):
        inside, next_inside = (above * (point[axis] - limit) >= 0 for point in (one, other))
        if inside:
            kept.append(one)
        if inside != next_inside:
            part = (limit - one[axis]) / (other[axis] - one[axis])
            crossing = (one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1]))
            kept.append((limit, crossing[1]) if axis == 0 else (crossing[0], limit))
    return kept


def ring_area(points: list[Point]) -> Fraction:
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum((one[0] * other[1] - other[0] * one[1] for one, other in pairs), Fraction(0))) / 2


def ours(polygon: shapely.Geometry, shape: GridShape) -> np.ndarray:
    grid = build_grid(np.ones((shape.height, shape.width)), shape, quantity="count")
    table = cell_fractions(grid, gpd.GeoDataFrame(index=["unit"], geometry=[polygon], crs=shape.crs))
    shares = np.zeros((shape.height, shape.width))
    shares[table["row"], table["col"]] = table["fraction"]
    return shares


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("rows_descend", [True, False])
def test_shares_are_those_of_shapely(name: str, *, rows_descend: bool) -> None:
    upward = GridShape(transform=Affine(0.5, 0, 100, 0, 0.25, SOUTH), height=5, width=6, crs=CRS(4326))
    shape = SHAPE if rows_descend else upward
    polygon = NASTY[name]
    assert polygon.is_valid, shapely.is_valid_reason(polygon)
    theirs = intersections(polygon, shape)
    # Where a thin strip leans, shapely itself is 1e-11 off: its cut points are rounded to 1e-14 degrees.
    allowed = 1e-11 if name in {"leaning sliver", "diagonal through corners"} else 1e-12
    np.testing.assert_allclose(ours(polygon, shape), theirs, rtol=allowed, atol=1e-14)
    np.testing.assert_allclose(ours(polygon, shape).sum(), theirs.sum(), rtol=allowed, atol=1e-16)


@pytest.mark.parametrize("name", NASTY)
def test_shares_are_those_of_rational_arithmetic(name: str) -> None:
    true, found = exact_shares(NASTY[name], SHAPE), ours(NASTY[name], SHAPE)
    for place in np.ndindex(true.shape):
        error = abs(Fraction(float(found[place])) - true[place])
        assert error <= Fraction(1e-12) * true[place] + Fraction(1e-16), place
    assert abs(sum(map(Fraction, found.ravel().tolist())) - true.sum()) <= Fraction(1e-13) * true.sum()


@pytest.mark.parametrize("points", [3, 5, 11, 40])
@pytest.mark.parametrize("radius", [0.02, 0.3, 1.1, 5.0])
def test_shares_of_stars_are_those_of_shapely(points: int, radius: float) -> None:
    generator = np.random.default_rng(points)
    for x, y in generator.uniform([99.5, 29.5], [103.5, 31.5], (5, 2)):
        polygon = star(x, y, radius, points)
        np.testing.assert_allclose(ours(polygon, SHAPE), intersections(polygon, SHAPE), rtol=1e-12, atol=1e-14)


def test_sums_and_means_are_those_of_exact_shares_where_cells_lack_values() -> None:
    values = np.arange(30.0).reshape(5, 6)
    values[1, 2] = values[3, 3] = values[0, 0] = np.nan
    units = gpd.GeoDataFrame(index=list(NASTY), geometry=list(NASTY.values()), crs=4326)
    result = zonal_stats(build_grid(values, SHAPE, quantity="count"), units, stats=["sum", "mean", "count"]).units
    for name, polygon in NASTY.items():
        shares = np.where(np.isnan(values), 0.0, exact_shares(polygon, SHAPE).astype(float))
        people = np.nansum(shares * values)
        if shares.sum() < 1e-14:
            assert np.isnan(result.loc[name, "sum"])
            assert result.loc[name, "count"] == 0
            continue
        assert result.loc[name, "sum"] == pytest.approx(people, rel=1e-12, abs=1e-13), name
        assert result.loc[name, "count"] == pytest.approx(shares.sum(), rel=1e-12), name
        assert result.loc[name, "mean"] == pytest.approx(people / shares.sum(), rel=1e-12, abs=1e-13), name


def compare_with_exactextract(grid: xr.DataArray, units: gpd.GeoDataFrame) -> tuple[float, float]:
    """Largest relative differences of sums and means."""
    exactextract = pytest.importorskip("exactextract")
    from exactextract.raster import NumPyRasterSource

    west, south, east, north = grid_shape(grid).bounds
    source = NumPyRasterSource(
        grid.to_numpy(), xmin=west, ymin=south, xmax=east, ymax=north, nodata=np.nan, srs_wkt=grid.rio.crs.to_wkt()
    )
    bare = units[["geometry"]].reset_index(drop=True)
    theirs = exactextract.exact_extract(source, bare, ["sum", "mean", "count"], output="pandas")
    result = zonal_stats(grid, units, stats=["sum", "mean", "count"]).units
    inside = theirs["count"].to_numpy() > 0
    assert (inside == (result["count"] > 0)).all()
    worst = [
        np.abs(result[stat].to_numpy()[inside] / theirs[stat].to_numpy()[inside] - 1).max() for stat in ("sum", "mean")
    ]
    return worst[0], worst[1]


@pytest.mark.shared
def test_counties_on_a_real_grid_are_those_of_exactextract(shared_data: Path) -> None:
    with rasterio.open(shared_data / "grids" / "beijing" / "bj_ppp_2020_1000m_UNadj.tif") as file:
        shape = GridShape(transform=file.transform, height=file.height, width=file.width, crs=CRS(file.crs.to_wkt()))
        grid = build_grid(file.read(1, masked=True).filled(np.nan), shape, quantity="count")
    worst = compare_with_exactextract(grid, counties(region="北京市,天津市,河北省"))
    assert max(worst) < 1e-7  # its shares are single precision


@pytest.mark.slow
def test_all_counties_are_those_of_exactextract() -> None:
    generator = np.random.default_rng(3)
    values = generator.gamma(0.3, 100, (2160, 3720)).astype(np.float32)
    values[generator.random(values.shape) < 0.1] = np.nan
    shape = GridShape(transform=Affine(1 / 60, 0, 73, 0, -1 / 60, 54), height=2160, width=3720, crs=CRS(4326))
    worst = compare_with_exactextract(build_grid(values, shape, quantity="count"), counties())
    assert max(worst) < 1e-7
