"""What holds for autocorrelation whatever the values: of rows, of scale, of sign."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import box

from geo_urban.shrinkage import geary, local_geary, local_getis_ord, local_moran, moran
from geo_urban.shrinkage._significance import adjusted_for_discoveries
from geo_urban.spatial import contiguity_graph, knn_graph

SIDE = 5
CODES = [f"u{number:02d}" for number in range(SIDE * SIDE)]
UNITS = gpd.GeoDataFrame(
    geometry=[box(x, y, x + 1, y + 1) for y in range(SIDE) for x in range(SIDE)], index=CODES, crs=32650
)
GRAPH = contiguity_graph(UNITS)

# Whole numbers: shifts and scales of them are exact, and ties are frequent.
figures = arrays(np.int64, SIDE * SIDE, elements=st.integers(-50, 50)).filter(lambda column: np.ptp(column) > 0)


def series(column: np.ndarray) -> pd.Series:
    return pd.Series(column.astype(float), index=CODES)


@settings(max_examples=25)
@given(figures, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(column: np.ndarray, random: object) -> None:
    values = series(column)
    order = list(CODES)
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = local_moran(values[order], GRAPH, permutations=99, seed=1).units
    plain = local_moran(values, GRAPH, permutations=99, seed=1).units
    # Draws follow the order of rows; all else is the unit's own.
    columns = ["statistic", "z", "lag", "standardized"]
    pd.testing.assert_frame_equal(mixed[columns].reindex(CODES), plain[columns])
    statistics = [moran(one, GRAPH, permutations=0).statistic for one in (values, values[order])]
    np.testing.assert_allclose(*statistics, atol=1e-12)


@settings(max_examples=25)
@given(figures, st.integers(1, 9), st.integers(-99, 99))
def test_unit_of_measurement_does_not_matter(column: np.ndarray, scale: int, shift: int) -> None:
    values = series(column)
    for test in (local_moran, local_geary, local_getis_ord):
        one = test(values, GRAPH, permutations=199, seed=1).units
        other = test(values * scale + shift, GRAPH, permutations=199, seed=1).units
        pd.testing.assert_series_equal(one["p"], other["p"])
        pd.testing.assert_series_equal(one["z"], other["z"], atol=1e-8)


@settings(max_examples=25)
@given(figures)
def test_high_and_low_change_places_with_the_sign(column: np.ndarray) -> None:
    values = series(column)
    one = local_moran(values, GRAPH, permutations=199, seed=1).units
    other = local_moran(-values, GRAPH, permutations=199, seed=1).units
    pd.testing.assert_series_equal(one["p"], other["p"])
    np.testing.assert_allclose(one["statistic"], other["statistic"], atol=1e-12)
    hot = local_getis_ord(values, GRAPH, permutations=0).units["z"]
    np.testing.assert_allclose(hot, -local_getis_ord(-values, GRAPH, permutations=0).units["z"], atol=1e-8)
    np.testing.assert_allclose(
        geary(values, GRAPH, permutations=0).statistic, geary(-values, GRAPH, permutations=0).statistic
    )


@settings(max_examples=50)
@given(st.lists(st.floats(0.0001, 1), min_size=1, max_size=40), st.floats(0.01, 0.5))
def test_false_discoveries_go_by_the_largest_rank_that_passes(p: list[float], rate: float) -> None:
    """Benjamini and Hochberg (1995), step (1), by its words."""
    ordered = sorted(p)
    passing = [value for rank, value in enumerate(ordered, 1) if value <= rank * rate / len(p) * (1 + 1e-12)]
    limit = max(passing, default=-1.0)
    found = adjusted_for_discoveries(np.array(p)) <= rate * (1 + 1e-12)
    assert found.tolist() == [value <= limit for value in p]


@settings(max_examples=20)
@given(st.integers(1, 8), st.randoms(use_true_random=False))
def test_nearest_neighbors_do_not_depend_on_the_order_of_rows(k: int, random: object) -> None:
    order = list(CODES)
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = knn_graph(UNITS, k=k), knn_graph(UNITS.loc[order], k=k)
    assert all(set(one[code].index) == set(other[code].index) for code in CODES)
