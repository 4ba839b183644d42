"""Fitting neighbours around an outline keeps every square metre in exactly one polygon."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity

from geo_urban.datasets._border_fit import fit_around, shared_border_km


def ring_of_neighbors(core: shapely.Geometry, count: int) -> gpd.GeoSeries:
    """A disc without its core, cut by spokes: faces of one drawing, so that they share their vertices."""
    disc = shapely.Point(0, 0).buffer(0.5, quad_segs=16)
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + 0.1
    spokes = [shapely.LineString([(0, 0), (np.cos(angle), np.sin(angle))]) for angle in angles]
    drawing = shapely.union_all([disc.exterior, core.exterior, *spokes])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(drawing)))
    middles = shapely.point_on_surface(faces)
    sectors = faces[~shapely.contains(core, middles)]
    return gpd.GeoSeries(sectors, index=[f"n{number}" for number in range(len(sectors))], crs=4326)


def star(radii: list[float]) -> shapely.Geometry:
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return shapely.Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None])


@settings(max_examples=40, deadline=None)
@given(
    radii=st.lists(st.floats(0.2, 0.3), min_size=7, max_size=40),
    east=st.floats(-0.01, 0.01),
    north=st.floats(-0.01, 0.01),
    count=st.integers(2, 6),
)
def test_a_moved_outline_is_met_without_gap_or_overlap(
    radii: list[float], east: float, north: float, count: int
) -> None:
    drawn_with = star(radii)
    outline = affinity.translate(drawn_with, east, north)
    fitted = fit_around(ring_of_neighbors(drawn_with, count), outline)
    assert shapely.coverage_is_valid([outline, *fitted.geometry])
    whole = shapely.union_all([outline, *fitted.geometry])
    assert len(shapely.get_rings(whole)) == 1
    # Area is conserved: the parts add up to the disc (leading ends to vertices only moves ground between neighbours).
    total = outline.area + sum(polygon.area for polygon in fitted.geometry)
    assert total == pytest.approx(shapely.Point(0, 0).buffer(0.5, quad_segs=16).area, rel=1e-9)


def test_the_inner_border_is_counted_once() -> None:
    core = star([0.25] * 12)
    fitted = fit_around(ring_of_neighbors(core, 3), core)
    # Origin: the perimeter on the ellipsoid, by pyproj itself.
    from pyproj import Geod

    perimeter_km = Geod(ellps="WGS84").geometry_length(core.exterior) / 1000
    assert shared_border_km(fitted.geometry, core).sum() == pytest.approx(perimeter_km, rel=1e-12)
    # Nothing to cut or fill but rounding: a tenth of a hectare on 170 km of line.
    assert fitted["cut_km2"].abs().max() < 1e-3
    assert fitted["filled_km2"].abs().max() < 1e-3


def test_a_river_mouth_is_closed_and_the_sea_is_not() -> None:
    outline = shapely.box(0, 0, 1, 1)
    # A neighbour to the north across a river 0.01° wide that opens to the sea at both ends.
    north = gpd.GeoSeries([shapely.box(0, 1.01, 1, 1.5)], index=["n"], crs=4326)
    fitted = fit_around(north, outline)
    # Origin: one degree of longitude at 1° north is 111.30 km.
    assert shared_border_km(fitted.geometry, outline)["n"] == pytest.approx(111.30, abs=0.05)
    far = gpd.GeoSeries([shapely.box(0, 1.1, 1, 1.5)], index=["n"], crs=4326)
    untouched = fit_around(far, outline)
    assert untouched.geometry["n"].equals(far["n"])
    assert shared_border_km(untouched.geometry, outline)["n"] == 0


def test_what_reaches_inside_is_cut() -> None:
    outline = shapely.box(0, 0, 1, 1)
    over = gpd.GeoSeries([shapely.box(0, 0.9, 1, 1.5)], index=["n"], crs=4326)
    fitted = fit_around(over, outline)
    assert fitted.geometry["n"].equals(shapely.box(0, 1, 1, 1.5))
    # Origin: a strip of 1° by 0.1° at 0.95° north, 111.3 by 11.06 km.
    assert fitted.loc["n", "cut_km2"] == pytest.approx(111.3 * 11.06, rel=1e-3)
