"""The degree of urbanisation gives, cell for cell, what its reference implementation publishes for Belgium.

Origin of all expected figures: the test vectors of the R package flexurba (Van Migerode, Poorthuis & Derudder 2024,
doi:10.1177/23998083241262545), on GHS-POP, GHS-BUILT-S and GHS-LAND R2023A of 2020, 1 km, as shipped with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from geo_urban.hierarchy import degree_of_urbanisation, optimal_built_threshold
from geo_urban.io import read_grid

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

pytestmark = pytest.mark.shared

# Numbers of cells, counted row by row from 1.
CELLS = (
    "14873 19879 44156 44649 11081 33299 2891 6168 27915 47788 36022 36158 33640 47865 62974 2040 7974 44823 66183 "
    "63057 12289 27462 23013 2148 30621 948 26150 36813 1340 20439 4238 46025 49123 46819 47402 14129 22984 4325 63191 "
    "34252 52215 30000 14992 4848 43788 62939 23006 52372 64814 51888"
)


class Belgium(NamedTuple):
    population: xr.DataArray
    land: xr.DataArray
    built: xr.DataArray


@pytest.fixture(scope="module")
def belgium(shared_data: Path) -> Belgium:
    folder = shared_data / "grids" / "belgium"
    # Land and built-up area are square metres in each cell, which add up as people do.
    return Belgium(*(read_grid(folder / f"{name}.tif", quantity="count") for name in ("POP", "LAND", "BUILT_S")))


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split()]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(
            {},
            "11 12 11 11 11 11 12 11 30 11 21 21 23 11 13 30 12 12 11 11 21 12 23 10 12 10 11 21 11 30 12 11 11 12 12 "
            "12 11 10 11 11 12 12 21 12 11 11 11 12 21 11",
            id="level 2, rules of 2024",
        ),
        pytest.param(
            {"rules": "2021", "smoothing": None, "thresholds": {"low_density": 70, "dense_population": 6000}},
            "11 12 11 11 11 11 12 11 21 11 22 21 23 11 13 30 12 11 11 11 21 12 23 10 12 10 11 21 11 30 12 11 11 12 12 "
            "12 11 10 11 11 12 11 21 12 11 11 11 12 21 11",
            id="level 2, rules of 2021, unsmoothed",
        ),
        pytest.param(
            {
                "thresholds": {
                    "centre_population": 60_000,
                    "gap_area_km2": 3,
                    "dense_density": 1000,
                    "semi_dense_density": 300,
                    "semi_dense_population": 5000,
                    "semi_dense_connectivity": 4,
                    "suburban_connectivity": 4,
                }
            },
            "11 12 11 11 11 11 12 11 30 11 22 21 23 11 13 30 12 12 11 11 21 12 23 10 12 10 11 23 11 30 12 11 11 12 12 "
            "12 11 10 11 11 12 12 21 12 11 11 11 12 23 11",
            id="level 2, other sizes and neighbourhoods",
        ),
        pytest.param(
            {
                "thresholds": {
                    "centre_density": 1200,
                    "centre_population": 40_000,
                    "centre_connectivity": 8,
                    "centre_built_share": 0.25,
                    "gap_area_km2": 7,
                    "dense_density": 1200,
                    "dense_population": 4500,
                    "dense_connectivity": 8,
                    "dense_built_share": "optimal",
                    "semi_dense_density": 800,
                    "semi_dense_population": 2000,
                    "semi_dense_connectivity": 8,
                    "semi_dense_buffer_cells": 1,
                    "suburban_density": 200,
                    "suburban_population": 4000,
                    "suburban_connectivity": 4,
                    "rural_density": 250,
                    "rural_population": 450,
                    "rural_connectivity": 4,
                    "low_density": 40,
                    "water_land_share": 0.4,
                    "water_population": 0.02,
                    "water_built_share": 0.02,
                }
            },
            "11 12 11 11 11 11 12 11 30 11 21 21 23 11 21 30 12 12 11 11 21 12 23 10 21 10 11 30 11 30 21 11 11 12 12 "
            "12 11 10 11 11 12 12 22 12 11 11 11 12 30 11",
            id="level 2, everything else",
        ),
        pytest.param(
            {"level": 1, "built_threshold": 0.5, "smoothing": "R2022A"},
            "1 1 1 1 1 1 1 1 3 1 2 2 2 1 1 3 1 1 1 1 2 1 2 0 1 0 1 2 1 3 1 1 1 1 1 1 1 0 1 1 1 1 2 1 1 1 1 1 2 1",
            id="level 1, release of 2022",
        ),
        pytest.param(
            {
                "level": 1,
                "built_threshold": None,
                "smoothing": None,
                "thresholds": {
                    "centre_density": 1000,
                    "centre_population": 40_000,
                    "gap_area_km2": 0,
                    "centre_window": 3,
                },
            },
            "1 1 1 1 1 1 1 1 3 1 2 2 2 1 1 3 1 1 1 1 2 1 2 0 1 0 1 3 1 3 1 1 1 1 1 1 1 0 1 1 1 1 2 1 1 1 1 1 2 1",
            id="level 1, people averaged",
        ),
        pytest.param(
            {
                "level": 1,
                "built_threshold": 0.5,
                "smoothing": "R2022A",
                "thresholds": {"cluster_density": 400, "cluster_population": 7000, "centre_connectivity": 8},
            },
            "1 1 1 1 1 1 1 1 3 1 1 1 2 1 1 3 1 1 1 1 2 1 2 0 1 0 1 3 1 3 1 1 1 1 1 1 1 0 1 1 1 1 2 1 1 1 1 1 2 1",
            id="level 1, corners count",
        ),
        pytest.param(
            {
                "level": 1,
                "built_threshold": 0.5,
                "smoothing": None,
                "thresholds": {
                    "centre_density": 2000,
                    "cluster_population": 80_000,
                    "centre_connectivity": 8,
                    "gap_area_km2": 0,
                },
            },
            "1 1 1 1 1 1 1 1 2 1 1 2 2 1 1 3 1 1 1 1 2 1 2 0 1 0 1 2 1 3 1 1 1 1 1 1 1 0 1 1 1 1 2 1 1 1 1 1 2 1",
            id="level 1, neither smoothed nor filled",
        ),
        pytest.param(
            {
                "level": 1,
                "built_threshold": "optimal",
                "smoothing": "R2022A",
                "thresholds": {
                    "centre_density": 1800,
                    "centre_population": 60_000,
                    "centre_connectivity": 8,
                    "centre_window": 5,
                    "gap_area_km2": 7,
                    "cluster_density": 200,
                    "cluster_population": 4000,
                    "cluster_connectivity": 4,
                    "cluster_window": 3,
                    "water_land_share": 0.55,
                    "water_population": 0.02,
                    "water_built_share": 0.02,
                },
            },
            "1 1 1 1 1 1 1 1 3 1 2 2 2 1 2 3 1 1 1 1 2 1 2 0 2 0 1 2 1 3 2 1 1 2 1 2 1 0 1 2 1 1 2 1 1 1 1 1 2 1",
            id="level 1, everything else",
        ),
    ],
)
def test_belgium_cell_for_cell(belgium: Belgium, options: dict[str, object], expected: str) -> None:
    classes = degree_of_urbanisation(belgium.population, land=belgium.land, built=belgium.built, **options)  # type: ignore[arg-type]
    found = classes.to_numpy().ravel()[np.array(numbers(CELLS)) - 1]
    assert found.tolist() == numbers(expected)


def test_the_optimal_built_up_thresholds(belgium: Belgium) -> None:
    standard = optimal_built_threshold(belgium.population, belgium.built, land=belgium.land)
    other = optimal_built_threshold(
        belgium.population,
        belgium.built,
        land=belgium.land,
        density=1000,
        min_population=10_000,
        connectivity=8,
    )
    assert round(standard, 7) == 0.2434054
    assert round(other, 7) == 0.2223592


def test_the_optimal_threshold_is_rounded_up(belgium: Belgium) -> None:
    classes = degree_of_urbanisation(
        belgium.population, land=belgium.land, built=belgium.built, built_threshold="optimal"
    )
    assert classes.attrs["built_threshold"] == 0.25  # 0.2434054 rounded up to 0.01


def test_both_ways_to_give_land_and_built_up_area_are_one(belgium: Belgium) -> None:
    cell = 1_000_000  # m²
    areas = degree_of_urbanisation(belgium.population, land=belgium.land, built=belgium.built)
    shares = degree_of_urbanisation(belgium.population, land=belgium.land / cell, built=belgium.built / cell)
    assert (areas == shares).all()


def test_strips_make_no_difference(belgium: Belgium, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = degree_of_urbanisation(belgium.population, land=belgium.land, built=belgium.built)
    monkeypatch.setattr("geo_urban.hierarchy._urban_inputs._CELLS_OF_A_STRIP", 1000)
    lazy = [grid.chunk({"y": 50, "x": 70}) for grid in belgium]
    pieces = degree_of_urbanisation(lazy[0], land=lazy[1], built=lazy[2])
    assert (whole == pieces).all()
