"""What holds for every point: round trips, independence of the batch, independence of the order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geo_urban.spatial import from_wgs84, to_wgs84

METRES_PER_DEGREE = 111_320.0
# Inside the area of GCJ-02, away from its edge so that a shifted point stays inside.
LON = st.floats(72.1, 137.7)
LAT = st.floats(0.9, 55.7)
POINTS = st.lists(st.tuples(LON, LAT), min_size=1, max_size=40).map(np.array)
SHIFTED = st.sampled_from(["gcj02", "bd09"])


@given(points=POINTS, datum=SHIFTED)
def test_round_trip_is_within_a_millimetre(points: np.ndarray, datum: str) -> None:
    there = from_wgs84(points, target=datum)
    back = to_wgs84(there, source=datum)
    assert np.abs(back - points).max() * METRES_PER_DEGREE < 1e-3


@given(points=POINTS, datum=SHIFTED, seed=st.integers(0, 2**32 - 1))
def test_a_point_comes_out_the_same_whatever_it_is_converted_with(points: np.ndarray, datum: str, seed: int) -> None:
    together = to_wgs84(points, source=datum)
    alone = np.array([to_wgs84(point[None], source=datum)[0] for point in points])
    assert (together == alone).all()
    order = np.random.default_rng(seed).permutation(len(points))
    assert (to_wgs84(points[order], source=datum) == together[order]).all()


@given(points=POINTS)
def test_the_shift_is_between_nothing_and_a_kilometre_and_a_half(points: np.ndarray) -> None:
    # BD-09 adds 0.0065 and 0.006 degrees to the at most 0.8 km of GCJ-02 inside the area.
    offset = (from_wgs84(points, target="bd09") - points) * METRES_PER_DEGREE
    assert (np.hypot(*offset.T) < 3000).all()
    assert (np.hypot(*offset.T) > 0).all()


@given(values=arrays(np.float64, (2, 3, 2), elements=st.floats(73, 80)))
def test_the_shape_of_an_array_is_kept(values: np.ndarray) -> None:
    values[..., 1] -= 40
    assert from_wgs84(values, target="gcj02").shape == values.shape
    assert (from_wgs84(values, target="wgs84") == values).all()
