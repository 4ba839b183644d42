"""What must hold of any border: rows may be shuffled, the country split, the world turned."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_urban.corridors import land_border


def country(heights: list[float]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Counties one degree wide below a jagged line, one neighbour per two counties above it."""
    tops = [(float(x), height) for x, height in enumerate(heights)]
    units = [
        shapely.Polygon([(x, -1), (x + 1, -1), (x + 1, heights[x + 1]), (x, heights[x])])
        for x in range(len(heights) - 1)
    ]
    beyond = [
        shapely.Polygon([*tops[x : x + 3], (min(x + 2.0, tops[-1][0]), 5.0), (float(x), 5.0)])
        for x in range(0, len(heights) - 1, 2)
    ]
    return (
        gpd.GeoDataFrame(index=[f"u{n}" for n in range(len(units))], geometry=units, crs=4326),
        gpd.GeoDataFrame(index=[f"n{n}" for n in range(len(beyond))], geometry=beyond, crs=4326),
    )


lines = st.lists(st.floats(0, 2).map(lambda value: round(value, 3)), min_size=3, max_size=9)


@given(lines, st.randoms())
def test_order_of_rows_does_not_matter(heights: list[float], random: object) -> None:
    units, around = country(heights)
    shuffled = list(range(len(units)))
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = land_border(units, around), land_border(units.iloc[shuffled], around.iloc[::-1])
    assert first.segments["unit"].tolist() == second.segments["unit"].tolist()
    assert first.segments["length_km"].tolist() == second.segments["length_km"].tolist()


@given(lines)
def test_lengths_add_up_and_nothing_is_lost(heights: list[float]) -> None:
    units, around = country(heights)
    border = land_border(units, around)
    total = border.length_km
    assert border.units["border_km"].sum() == pytest.approx(total)
    assert border.by_neighbor()["border_km"].sum() == pytest.approx(total)
    # One unbroken line with the coast at both ends, a tripoint between two neighbours.
    assert border.segments["part"].max() == 0
    assert len(border.ends) == 2
    assert len(border.tripoints) == len(around) - 1
    # Whoever draws the counties as one country finds the same line.
    whole = gpd.GeoDataFrame(index=["x"], geometry=[shapely.coverage_union_all(units.geometry.to_numpy())], crs=4326)
    assert land_border(whole, around).length_km == pytest.approx(total)


@given(lines)
def test_each_side_sees_the_same_border(heights: list[float]) -> None:
    units, around = country(heights)
    ours, theirs = land_border(units, around), land_border(around, units)
    assert theirs.length_km == pytest.approx(ours.length_km)
    assert set(zip(ours.segments["unit"], ours.segments["neighbor"], strict=True)) == set(
        zip(theirs.segments["neighbor"], theirs.segments["unit"], strict=True)
    )


@given(lines, st.floats(0.01, 300))
def test_no_ruler_measures_more_than_the_line(heights: list[float], ruler: float) -> None:
    border = land_border(*country(heights))
    lengths = border.lengths_by_ruler([ruler])
    assert lengths.iloc[1] <= lengths.iloc[0] * (1 + 1e-9)
    assert np.isfinite(lengths).all()
