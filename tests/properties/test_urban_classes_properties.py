"""What must hold for settlement classes of any grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from pyproj import CRS

from geo_urban.hierarchy import degree_of_urbanisation
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Small clusters suffice for every class; cells of a few steps make ties and equal neighbours common.
NUMBERS = {"centre_population": 9000, "dense_population": 3000, "semi_dense_population": 1500, "gap_area_km2": 4}
PEOPLE = arrays.arrays(
    np.float64, st.tuples(st.integers(3, 12), st.integers(3, 12)), elements=st.sampled_from([0.0, 60, 400, 1000, 2000])
)
RELEASES = ("R2023A", "R2022A", None)


def classes(people: NDArray[Any], land: NDArray[Any] | None = None, **options: Any) -> NDArray[np.uint8]:
    height, width = people.shape
    shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=height, width=width, crs=CRS("ESRI:54009"))
    grids = [None if values is None else build_grid(values, shape, quantity="count") for values in (people, land)]
    found = degree_of_urbanisation(grids[0], land=grids[1], thresholds=NUMBERS, **options)  # type: ignore[arg-type]
    return found.to_numpy()


@pytest.mark.parametrize("smoothing", RELEASES)
@pytest.mark.parametrize("level", [1, 2])
@given(people=PEOPLE)
@settings(max_examples=10)
def test_turned_and_mirrored_grids_have_turned_and_mirrored_classes(
    smoothing: str | None, level: int, people: NDArray[Any]
) -> None:
    found = classes(people, smoothing=smoothing, level=level)
    for turn in (np.flipud, np.fliplr, np.rot90, np.transpose):
        turned = classes(np.ascontiguousarray(turn(people)), smoothing=smoothing, level=level)
        np.testing.assert_array_equal(turned, turn(found))


@given(people=PEOPLE, more=st.sampled_from([1.5, 2.0, 10.0]))
@settings(max_examples=15)
def test_more_people_everywhere_never_make_a_cell_less_urban(people: NDArray[Any], more: float) -> None:
    # Of level 1: at level 2 a growing neighbour turns a semi-dense cluster into a suburb, as the rules want it.
    before, after = (classes(people * factor, smoothing=None, level=1) for factor in (1, more))
    assert (after >= before).all()


@pytest.mark.parametrize("smoothing", RELEASES)
@given(people=PEOPLE, rim=st.integers(1, 4))
@settings(max_examples=10)
def test_more_sea_around_an_island_changes_nothing(smoothing: str | None, people: NDArray[Any], rim: int) -> None:
    # The island ends in sea already: what lies beyond a grid counts as land.
    island, land = np.pad(people, 2), np.pad(np.ones(people.shape), 2)
    found = classes(island, land, smoothing=smoothing)
    wide = classes(np.pad(island, rim), np.pad(land, rim), smoothing=smoothing)
    np.testing.assert_array_equal(wide[rim:-rim, rim:-rim], found)
    outside = np.ones(wide.shape, dtype=bool)
    outside[rim:-rim, rim:-rim] = False
    assert (wide[outside] == 10).all()


@given(people=PEOPLE)
@settings(max_examples=10)
def test_levels_agree_on_centres(people: NDArray[Any]) -> None:
    np.testing.assert_array_equal(classes(people, level=1) == 3, classes(people, level=2) == 30)
