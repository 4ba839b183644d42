"""Clusters, edges, gaps and buffers on small grids worked by hand; and what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import xarray as xr
from affine import Affine
from pyproj import CRS

from geo_urban.errors import AlignmentError, CRSMismatchError, InputError, InsufficientDataError, MissingCRSError
from geo_urban.hierarchy import (
    URBANISATION_RULES,
    UrbanisationThresholds,
    degree_of_urbanisation,
    optimal_built_threshold,
)
from geo_urban.spatial import GridShape, build_grid


def grid(values: Any, *, crs: str = "ESRI:54009", cell: float = 1000, quantity: str = "count") -> xr.DataArray:
    array = np.asarray(values, dtype=float)
    shape = GridShape(
        transform=Affine(cell, 0, 0, 0, -cell, 0), height=array.shape[0], width=array.shape[1], crs=CRS(crs)
    )
    return build_grid(array, shape, quantity=quantity)  # type: ignore[arg-type]


def drawn(picture: str, **people: float) -> xr.DataArray:
    """A grid from a picture: one letter per cell, `.` is empty."""
    rows = picture.split()
    return grid([[people.get(letter, 0.0) for letter in row] for row in rows])


def written(classes: xr.DataArray) -> list[str]:
    letters = {30: "C", 23: "d", 22: "s", 21: "u", 13: "r", 12: "l", 11: ".", 10: "~", 3: "C", 2: "u", 1: ".", 0: "~"}
    return ["".join(letters[int(code)] for code in row) for row in classes.to_numpy()]


def test_density_and_size_decide() -> None:
    # 25 × 2,000 = 50,000 people: a centre, exactly at the bound; one person fewer is none.
    people = np.zeros((7, 7))
    people[1:6, 1:6] = 2000
    assert written(degree_of_urbanisation(grid(people)))[3] == ".CCCCC."
    people[1, 1] = 1999
    assert written(degree_of_urbanisation(grid(people)))[3] == ".ddddd."
    exact = np.zeros((1, 4))
    exact[0, 1] = 5000
    assert written(degree_of_urbanisation(grid(exact), level=1)) == [".u.."]
    exact[0, 1] = 4999
    assert written(degree_of_urbanisation(grid(exact))) == [".s.."]  # short of a dense cluster


def test_corners_join_urban_clusters_but_not_centres() -> None:
    picture = "a.. .a. ..a"
    # Three cells of 2,000: by corners one urban cluster of 6,000; by sides three of 2,000, none dense enough in size.
    assert written(degree_of_urbanisation(drawn(picture, a=2000))) == ["u..", ".u.", "..u"]
    by_corners = degree_of_urbanisation(drawn(picture, a=2000), thresholds={"dense_connectivity": 8})
    assert written(by_corners) == ["d..", ".d.", "..d"]
    by_sides = degree_of_urbanisation(drawn(picture, a=2000), level=1, thresholds={"cluster_connectivity": 4})
    assert written(by_sides) == ["...", "...", "..."]


# A centre of 24 cells around a gap, people 2,500 each: 60,000.
RING = """
.......
.aaaaa.
.a...a.
.a...a.
.a...a.
.aaaaa.
.......
"""


def test_gaps_below_the_limit_are_filled() -> None:
    people = drawn(RING, a=4000)  # 16 cells, 64,000 people
    unfilled = degree_of_urbanisation(people, smoothing=None, thresholds={"gap_area_km2": 9})
    assert written(unfilled)[3] == ".C...C."
    filled = degree_of_urbanisation(people, smoothing=None, thresholds={"gap_area_km2": 9.5})
    assert written(filled)[3] == ".CCCCC."


def test_a_gap_that_opens_at_a_corner_is_one_by_sides() -> None:
    people = drawn(RING.replace(".aaaaa.\n.a...a.", ".aaaa..\n.a...a.", 1), a=5000)
    # The missing corner touches the gap only at its own corner.
    assert written(degree_of_urbanisation(people, smoothing=None))[3] == ".CCCCC."
    by_corners = degree_of_urbanisation(people, smoothing=None, thresholds={"gap_connectivity": 8})
    assert written(by_corners)[3] == ".C...C."


def test_a_bay_at_the_edge_of_the_grid_is_no_gap() -> None:
    people = drawn("aaa a.a a.a", a=9000)
    assert written(degree_of_urbanisation(people, smoothing=None)) == ["CCC", "C.C", "C.C"]


def test_a_gap_between_two_centres_is_nobodys() -> None:
    # Two half rings that touch nowhere by sides after the gap: enclosed by both, by neither alone.
    picture = "aaa.bbb a.....b aaa.bbb"
    people = drawn(picture, a=9000, b=9000)
    assert written(degree_of_urbanisation(people, smoothing=None)) == ["CCC.CCC", "C.....C", "CCC.CCC"]


def test_an_edge_is_smoothed_as_in_each_release() -> None:
    # The notch has five neighbours in the centre and three empty ones.
    picture = "....... .aa.aa. .aaaaa. .aaaaa. ......."
    people = drawn(picture, a=4000)
    assert written(degree_of_urbanisation(people, smoothing=None))[1] == ".CC.CC."
    for release in ("R2022A", "R2023A"):
        smoothed = written(degree_of_urbanisation(people, smoothing=release))  # type: ignore[arg-type]
        assert smoothed[1] == ".CCCCC."
    # Corners of a block have three of eight neighbours, sides three too: nothing else joins.
    assert smoothed[0] == "......."


def test_water_does_not_count_as_a_neighbour_from_2023_on() -> None:
    # A cell beside the shore: three neighbours in the centre, three in the sea, two on empty land.
    people = drawn("aaaaa aaaaa aaaaa ..... .....", a=4000)
    land = np.ones((5, 5))
    land[4] = 0
    land[3, [0, 1, 3, 4]] = 0
    found = {
        release: written(degree_of_urbanisation(people, land=grid(land), smoothing=release))  # type: ignore[arg-type]
        for release in ("R2022A", "R2023A")
    }
    assert found["R2022A"][3] == "~~.~~"
    assert found["R2023A"][3] == "~~C~~"  # all its three neighbours that count, and water itself never joins


def test_smoothing_goes_on_until_nothing_joins() -> None:
    # The left end of the trench has five neighbours in the centre, and so has the next one when it has joined.
    people = drawn("........ aaaaaaaa a....... aaaaaaaa ........", a=4000)
    found = written(degree_of_urbanisation(people, smoothing="R2022A", thresholds={"gap_area_km2": 0}))
    assert found == ["........", "CCCCCCCC", "CCCCCCCC", "CCCCCCCC", "........"]


def test_a_semi_dense_cluster_keeps_its_distance() -> None:
    # A dense town of 6,000 people and a semi-dense one of 3 × 1,000 people, so many columns apart.
    for between, expected in ((1, "u"), (2, "s"), (3, "s")):
        row = "d" + "." * between + "sss"
        found = written(degree_of_urbanisation(drawn(f"{'.' * len(row)} {row}", d=6000, s=1000)))[1]
        # One empty cell between: two columns apart, within the buffer of two. It is suburban only with 5,000 people.
        assert found[-1] == ("r" if expected == "u" else "s")
    wide = degree_of_urbanisation(drawn("d..sss", d=6000, s=1000), thresholds={"semi_dense_buffer_cells": 3})
    assert written(wide) == ["d..rrr"]


def test_the_two_sets_of_rules_differ_in_semi_dense_clusters_alone() -> None:
    people = drawn("sssssssssss", s=500)  # 5,500 people at 500 per km²
    assert written(degree_of_urbanisation(people)) == ["u" * 11]
    assert written(degree_of_urbanisation(people, rules="2021")) == ["s" * 11]
    assert URBANISATION_RULES["2024"] == UrbanisationThresholds()


def test_built_up_cells_count_as_dense() -> None:
    people, built = drawn("aaaaa .....", a=12_000), grid([[0.1] * 5, [0, 0.1995, 0.1994, 0.3, 0]])
    found = degree_of_urbanisation(people, built=built, smoothing=None)
    # 0.1995 rounds to 0.2, 0.1994 to 0.199.
    assert written(found) == ["CCCCC", ".C.C."]
    assert written(degree_of_urbanisation(people, built=built, built_threshold=None, smoothing=None))[1] == "....."
    only_dense = {"centre_built_share": None}
    assert written(degree_of_urbanisation(people, built=built, thresholds=only_dense, smoothing=None))[1] == ".d.d."


def test_density_is_per_land() -> None:
    people, land = drawn("aa", a=600), grid([[0.4, 1.0]])
    # 600 on 0.4 km² are 1,500 per km²; the clusters hold 1,200 people: a rural cluster both.
    assert written(degree_of_urbanisation(people, land=land)) == ["rr"]
    one = degree_of_urbanisation(people, land=land, thresholds={"dense_population": 600})
    assert written(one) == ["dr"]


def test_people_without_land_are_dense_and_nobody_without_land_is_water() -> None:
    found = degree_of_urbanisation(grid([[5000, 0, 0, 1]]), land=grid([[0, 0, 0.49, 0.4]]))
    assert written(found) == ["d~~."]


def test_missing_cells() -> None:
    missing = math.nan
    # Without a land grid: no people known, no land. With one: land decides.
    assert written(degree_of_urbanisation(grid([[missing, 0.0, 60.0]]))) == ["~.l"]
    land = grid([[1.0, missing, 1.0, missing]])
    assert written(degree_of_urbanisation(grid([[missing, missing, 60.0, 60.0]]), land=land)) == [".~l."]


def test_an_empty_grid_has_one_class() -> None:
    assert set(degree_of_urbanisation(grid(np.zeros((3, 4)))).to_numpy().ravel()) == {11}
    assert set(degree_of_urbanisation(grid(np.full((3, 4), np.nan)), level=1).to_numpy().ravel()) == {0}


def test_what_the_result_says_of_itself() -> None:
    people = drawn("aaaaa", a=9000).assign_attrs(source="a survey", year=2021)
    found = degree_of_urbanisation(people, thresholds={"low_density": 70})
    assert found.dtype == np.uint8
    assert found.rio.crs == people.rio.crs
    assert found.attrs["quantity"] == "class"
    assert (found.attrs["level"], found.attrs["rules"], found.attrs["smoothing"]) == (2, "2024", "R2023A")
    assert found.attrs["thresholds"] == "low_density: 70"
    assert (found.attrs["source"], found.attrs["year"]) == ("a survey", 2021)


def test_densities_are_turned_into_people() -> None:
    counts = drawn("aaa", a=2000)
    assert (degree_of_urbanisation(counts) == degree_of_urbanisation(counts.assign_attrs(quantity="density"))).all()


def test_moving_averages() -> None:
    # One cell of 9,000 people, averaged over 3 × 3: nine of 1,000 people and per km².
    people = np.zeros((5, 5))
    people[2, 2] = 9000
    found = degree_of_urbanisation(grid(people), level=1, thresholds={"cluster_density": 900, "cluster_window": 3})
    assert written(found) == [".....", ".uuu.", ".uuu.", ".uuu.", "....."]


def test_another_cell_size_is_taken_when_it_is_meant() -> None:
    people = grid([[100.0, 0.0]], cell=500)  # 400 per km²
    with pytest.raises(InputError, match=r"cells of 0.25 km².*coarsen"):
        degree_of_urbanisation(people)
    found = degree_of_urbanisation(people, thresholds={"cell_area_km2": 0.25, "rural_population": 100})
    assert written(found) == ["r."]


def test_the_optimal_threshold_needs_clusters() -> None:
    with pytest.raises(InsufficientDataError, match="no cluster of 5000 people at 1500"):
        optimal_built_threshold(grid([[1.0]]), grid([[0.5]]))


PEOPLE = drawn("aa.", a=3000)


@pytest.mark.parametrize(
    ("people", "options", "error", "words"),
    [
        (grid([[1.0]], crs="EPSG:4326", cell=0.01), {}, CRSMismatchError, "differ in area.*reproject"),
        (grid([[1.0]], crs="EPSG:32650"), {}, CRSMismatchError, "differ in area"),
        (grid([[1.0]], crs="EPSG:3857", cell=1e6), {}, CRSMismatchError, "differ in area"),
        (PEOPLE.assign_attrs(made_from="some classes"), {}, InputError, "placed by the classes of some classes"),
        (PEOPLE.assign_attrs(quantity="class"), {}, InputError, "holds classes"),
        (PEOPLE.assign_attrs(quantity=None), {}, InputError, "does not say whether its cells hold people"),
        (drawn("a. ..", a=9).drop_vars("spatial_ref"), {}, MissingCRSError, "coordinate reference system"),
        (grid([[-1.0, 2.0]]), {}, InputError, "`population` holds 1 cells that are negative"),
        (grid([[np.inf, 2.0]]), {}, InputError, "`population` holds 1 cells that are negative, infinite"),
        (PEOPLE, {"level": 3}, InputError, "`level` is 3"),
        (PEOPLE, {"rules": "2020"}, InputError, "`rules` is '2020'"),
        (PEOPLE, {"smoothing": "R2019"}, InputError, "`smoothing` is 'R2019'"),
        (PEOPLE, {"built_threshold": 20}, InputError, "`built_threshold` is 20"),
        (PEOPLE, {"built_threshold": "best"}, InputError, "`built_threshold` is 'best'"),
        (PEOPLE, {"built_threshold": "optimal"}, InputError, "needs `built`"),
        (PEOPLE, {"thresholds": {"center_density": 1}}, InputError, "did you mean centre_density"),
        (PEOPLE, {"thresholds": {"centre_connectivity": 6}}, InputError, "centre_connectivity = 6; it must be 4 or 8"),
        (PEOPLE, {"thresholds": {"low_density": -1}}, InputError, "low_density = -1"),
        (PEOPLE, {"thresholds": {"centre_window": 4}}, InputError, "an odd whole number"),
        (PEOPLE, {"thresholds": {"water_land_share": 50}}, InputError, "a share from 0 to 1"),
        (PEOPLE, {"thresholds": {"dense_built_share": "most"}}, InputError, "dense_built_share = 'most'"),
        (PEOPLE, {"land": grid([[1.0, 1.0]])}, AlignmentError, "`land` has 1 × 2 cells"),
        (PEOPLE, {"land": grid([[1.0, 1, 1]], crs="EPSG:6933")}, CRSMismatchError, "`land` is in"),
        (PEOPLE, {"built": grid([[20.0, 50, 90]])}, InputError, "may be percent or square metres"),
        (PEOPLE, {"land": grid([[1e6, 1e6, 2e6]])}, InputError, "`land` holds 1 cells"),
        (PEOPLE, {"built": grid([[-0.1, 0, 0]])}, InputError, "`built` holds 1 cells"),
    ],
)
def test_what_cannot_be_classed_is_refused(
    people: xr.DataArray, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        degree_of_urbanisation(people, **options)


def test_several_years_are_classed_one_by_one() -> None:
    years = xr.concat([PEOPLE, PEOPLE], dim="year").transpose("year", "y", "x").assign_attrs(PEOPLE.attrs)
    with pytest.raises(InputError, match="dimensions year, y, x, more than are taken here"):
        degree_of_urbanisation(years)
    assert degree_of_urbanisation(years[:1]).shape == (1, 3)
