"""Arcs put together again are the rings they were cut from, and each border is stored once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_urban.maps.topology import GRID, Topology, build_topology


def rebuilt(topology: Topology, layer: int, unit: int) -> shapely.MultiPolygon:
    """Return a unit's polygons from the arcs, as the page's script does."""
    polygons = []
    for rings in topology.shapes[layer][unit]:
        closed = [_ring(topology, numbers) for numbers in rings]
        polygons.append(shapely.Polygon(closed[0], closed[1:]))
    return shapely.MultiPolygon(polygons)


def _ring(topology: Topology, numbers: list[int]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for number in numbers:
        flat = np.array(topology.arcs[~number if number < 0 else number]).reshape(-1, 2).cumsum(axis=0) / GRID
        arc = [tuple(point) for point in (flat[::-1] if number < 0 else flat).tolist()]
        points += arc[1:] if points else arc
    return points


def steps(topology: Topology) -> int:
    return sum(len(arc) // 2 - 1 for arc in topology.arcs)


def test_two_neighbors_share_one_arc() -> None:
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    topology = build_topology([[left, right]])
    # Counted by hand: the shared side, and the other three sides of each square as one arc.
    assert sorted(len(arc) // 2 for arc in topology.arcs) == [2, 4, 4]
    assert rebuilt(topology, 0, 0).equals(left)
    assert rebuilt(topology, 0, 1).equals(right)


def test_an_enclave_and_the_hole_it_fills_share_one_arc() -> None:
    enclave = shapely.box(1, 1, 2, 2)
    around = shapely.box(0, 0, 3, 3) - enclave
    topology = build_topology([[around, enclave]])
    assert len(topology.arcs) == 2
    assert rebuilt(topology, 0, 0).equals(around)
    assert rebuilt(topology, 0, 1).equals(enclave)


def test_a_province_reuses_the_borders_of_its_counties() -> None:
    counties = [shapely.box(x, y, x + 1, y + 1) for x in range(3) for y in range(3)]
    province = shapely.Polygon(
        [(0, 0), (1, 0), (2, 0), (3, 0), (3, 1), (3, 2), (3, 3), (2, 3), (1, 3), (0, 3), (0, 2), (0, 1)]
    )
    alone = build_topology([counties])
    both = build_topology([counties, [province]])
    assert steps(both) == steps(alone) == 24  # 4 lines of 3 steps in each direction
    assert rebuilt(both, 1, 0).equals(province)


def test_missing_and_vanishing_geometry_leaves_no_polygon() -> None:
    speck = shapely.box(0, 0, 1e-6, 1e-6)
    topology = build_topology([[None, speck, shapely.Polygon(), shapely.box(0, 0, 1, 1)]])
    assert [len(shape) for shape in topology.shapes[0]] == [0, 0, 0, 1]


def test_nothing_at_all_gives_no_arcs() -> None:
    assert build_topology([[], []]).arcs == []


@settings(max_examples=40, deadline=None)
@given(
    columns=st.integers(1, 5),
    rows=st.integers(1, 5),
    seed=st.integers(0, 10_000),
    merged=st.sets(st.integers(0, 24), max_size=6),
)
def test_any_coverage_comes_back_as_it_was(columns: int, rows: int, seed: int, merged: set[int]) -> None:
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1).astype(float)
    corners = np.round(corners + rng.uniform(-0.3, 0.3, corners.shape), 4)
    cells = [
        shapely.Polygon([corners[j, i], corners[j, i + 1], corners[j + 1, i + 1], corners[j + 1, i]])
        for j in range(rows)
        for i in range(columns)
    ]
    joined = [cell for number, cell in enumerate(cells) if number in merged]
    units = [cell for number, cell in enumerate(cells) if number not in merged]
    if joined:
        units.append(shapely.coverage_union_all(joined))
    topology = build_topology([units])
    for number, unit in enumerate(units):
        assert rebuilt(topology, 0, number).symmetric_difference(unit).area == pytest.approx(0, abs=1e-9)
    edges = {
        frozenset((tuple(a), tuple(b)))
        for unit in units
        for polygon in shapely.get_parts(unit)
        for ring in (polygon.exterior, *polygon.interiors)
        for a, b in zip(ring.coords[:-1], ring.coords[1:], strict=True)
    }
    assert steps(topology) == len(edges)  # each edge of the drawing is stored exactly once
