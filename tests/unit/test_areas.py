"""Areas on the ellipsoid, in whatever CRS and form the units come."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo_urban.errors import CRSMismatchError, MissingCRSError
from geo_urban.spatial import area_km2

EARTH_KM2 = 510_065_621.72  # surface of the WGS 84 ellipsoid (NIMA TR8350.2, 2000)


def test_an_eighth_of_the_earth() -> None:
    octant = gpd.GeoSeries([shapely.Polygon([(0, 0), (90, 0), (0, 90)])], crs=4326)
    assert area_km2(octant)[0] == pytest.approx(EARTH_KM2 / 8, rel=1e-9)


def test_holes_parts_and_ring_directions() -> None:
    shell, hole = shapely.box(100, 30, 102, 32), shapely.box(100.5, 30.5, 101, 31)
    far = shapely.box(110, 40, 111, 41)
    ring = shapely.Polygon(shell.exterior.coords, [hole.exterior.coords])
    layer = gpd.GeoSeries([shell, hole, far, ring, ring.reverse(), shapely.MultiPolygon([ring, far])], crs=4326)
    area = area_km2(layer)
    assert area[3] == pytest.approx(area[0] - area[1], rel=1e-12)
    assert area[4] == pytest.approx(area[3], rel=1e-12)
    assert area[5] == pytest.approx(area[3] + area[2], rel=1e-12)


def test_the_projection_does_not_matter() -> None:
    # Densified first: a straight edge on a projected map is not quite a straight edge on the ground.
    cell = gpd.GeoSeries([shapely.segmentize(shapely.box(125, 45, 126, 46), 0.01)], index=["a"], crs=4326)
    assert area_km2(cell.to_crs(32651))["a"] == pytest.approx(area_km2(cell)["a"], rel=1e-9)
    assert area_km2(cell.to_crs(3857))["a"] == pytest.approx(area_km2(cell)["a"], rel=1e-9)


def test_missing_empty_and_flat_geometries() -> None:
    layer = gpd.GeoSeries([None, shapely.Polygon(), shapely.Point(1, 1), shapely.box(0, 0, 1, 1)], crs=4326)
    area = area_km2(layer)
    assert np.isnan(area[0])
    assert area[1:3].tolist() == [0.0, 0.0]
    assert area.name == "area_km2"
    assert area_km2(layer[:0]).empty


def test_a_layer_without_a_place_on_earth_is_refused() -> None:
    layer = gpd.GeoSeries([shapely.box(0, 0, 1, 1)])
    with pytest.raises(MissingCRSError, match="`units`"):
        area_km2(layer)
    with pytest.raises(CRSMismatchError, match="no ellipsoid"):
        area_km2(layer.set_crs('LOCAL_CS["drawing board",UNIT["metre",1]]'))


@given(lon=st.floats(-179, 170), lat=st.floats(-85, 80), width=st.floats(0.001, 5), seed=st.integers(0, 999))
def test_each_polygon_has_the_area_that_proj_gives_it(lon: float, lat: float, width: float, seed: int) -> None:
    points = np.random.default_rng(seed).uniform(0, width, (12, 2)) + np.array([lon, lat])
    hull = shapely.convex_hull(shapely.multipoints(points))
    expected = abs(Geod(ellps="WGS84").geometry_area_perimeter(hull)[0]) / 1e6
    assert area_km2(gpd.GeoSeries([hull], crs=4326))[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)  # 0.001 m²
