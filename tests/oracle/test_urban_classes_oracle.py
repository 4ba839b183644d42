"""The fast classes are those of a slow, plain reading of the rules: whole-grid passes, one cell after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from scipy import ndimage

from geo_urban.hierarchy import URBANISATION_RULES, UrbanisationThresholds, degree_of_urbanisation
from geo_urban.io import read_grid
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FOUR = ndimage.generate_binary_structure(2, 1)
EIGHT = ndimage.generate_binary_structure(2, 2)


class Plain:
    """The rules, written as they read."""

    def __init__(
        self,
        people: NDArray[Any],
        land: NDArray[Any],
        built: NDArray[Any],
        numbers: UrbanisationThresholds,
        built_share: float,
        smoothing: str | None,
    ) -> None:
        self.people, self.land, self.built, self.n = people, land, built, numbers
        self.smoothing = smoothing
        with np.errstate(divide="ignore", invalid="ignore"):
            self.density = people / land
            self.is_built = np.round(built / land, 3) >= built_share

    def clusters(self, member: NDArray[np.bool_], connectivity: int, least: float) -> NDArray[np.int64]:
        labels, count = ndimage.label(member, FOUR if connectivity == 4 else EIGHT)
        sizes = ndimage.sum_labels(np.nan_to_num(self.people), labels, np.arange(count + 1))
        return np.where((sizes >= least)[labels] & (labels > 0), labels, 0).astype(np.int64)

    def water(self, land: float, people: float, built: float) -> NDArray[np.bool_]:
        return ~(self.land >= land) & ~(self.people > people) & ~(self.built > built)

    def smoothed(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        n = self.n
        water = self.water(n.smoothing_water_land_share, n.smoothing_water_population, n.smoothing_water_built_share)
        silent = water | ((self.land < n.smoothing_land_share) & (self.people == 0))
        while True:
            around = np.pad(labels, 1)
            counts = np.pad(~silent | (labels > 0), 1, constant_values=True)
            after = labels.copy()
            for row, column in np.argwhere((labels == 0) & ndimage.binary_dilation(labels > 0, EIGHT)):
                window = around[row : row + 3, column : column + 3]
                near = window[window > 0]
                if not len(near):
                    continue
                names, number = np.unique(near, return_counts=True)
                valid = counts[row : row + 3, column : column + 3].sum() - counts[row + 1, column + 1]
                if self.smoothing == "R2022A":
                    joins = number.max() >= n.smoothing_neighbours
                else:
                    joins = number.max() > n.smoothing_share * valid and not water[row, column]
                if joins:
                    after[row, column] = names[number.argmax()]
            if (after == labels).all():
                return labels
            labels = after

    def filled(self, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
        centre = labels > 0
        for name in np.unique(labels[labels > 0]):
            parts, count = ndimage.label(labels == name, FOUR)
            for part in range(1, count + 1):
                outside, holes = ndimage.label(np.pad(parts != part, 1, constant_values=True), FOUR)
                outside = outside[1:-1, 1:-1]
                beyond = set(outside[0]) | set(outside[-1]) | set(outside[:, 0]) | set(outside[:, -1])
                for hole in range(1, holes + 1):
                    if hole not in beyond and (outside == hole).sum() < self.n.gap_area_km2:
                        centre |= outside == hole
        return centre

    def centre(self) -> NDArray[np.bool_]:
        n = self.n
        member = (self.density >= n.centre_density) | self.is_built
        labels = self.clusters(member, n.centre_connectivity, n.centre_population)
        return self.filled(self.smoothed(labels) if self.smoothing else labels)

    def level_1(self) -> NDArray[np.uint8]:
        n = self.n
        grid = np.where(self.water(n.water_land_share, n.water_population, n.water_built_share), 0, 1)
        grid[self.clusters(self.density >= n.cluster_density, n.cluster_connectivity, n.cluster_population) > 0] = 2
        grid[self.centre()] = 3
        return grid.astype(np.uint8)

    def level_2(self) -> NDArray[np.uint8]:
        n = self.n
        grid = np.where(self.water(n.water_land_share, n.water_population, n.water_built_share), 10, 11)
        grid[self.density >= n.low_density] = 12
        grid[self.clusters(self.density >= n.rural_density, n.rural_connectivity, n.rural_population) > 0] = 13
        suburban = self.density >= n.suburban_density
        grid[self.clusters(suburban, n.suburban_connectivity, n.suburban_population) > 0] = 21
        member = (self.density >= n.dense_density) | self.is_built
        dense = self.clusters(member, n.dense_connectivity, n.dense_population) > 0
        centre = self.centre()
        semi = self.clusters(self.density >= n.semi_dense_density, n.semi_dense_connectivity, n.semi_dense_population)
        near = dense | centre
        if n.semi_dense_buffer_cells:
            near = ndimage.binary_dilation(near, EIGHT, iterations=n.semi_dense_buffer_cells)
        grid[(semi > 0) & ~np.isin(semi, semi[near])] = 22
        grid[dense] = 23
        grid[centre] = 30
        return grid.astype(np.uint8)


def compared(
    people: NDArray[Any],
    land: NDArray[Any],
    built: NDArray[Any],
    numbers: UrbanisationThresholds,
    smoothing: Any,
    built_share: float = 0.2,
) -> None:
    height, width = people.shape
    shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=height, width=width, crs=CRS("ESRI:54009"))
    grids = [build_grid(values, shape, quantity="count") for values in (people, land, built)]
    plain = Plain(people, land, built, numbers, built_share, smoothing)
    for level, expected in ((1, plain.level_1()), (2, plain.level_2())):
        found = degree_of_urbanisation(
            grids[0],
            land=grids[1],
            built=grids[2],
            level=level,  # type: ignore[arg-type]
            smoothing=smoothing,
            built_threshold=built_share,
            thresholds=numbers,
        )
        np.testing.assert_array_equal(found.to_numpy(), expected)


@pytest.mark.shared
@pytest.mark.parametrize("rules", ["2024", "2021"])
@pytest.mark.parametrize("smoothing", ["R2023A", "R2022A", None])
def test_all_cells_of_belgium(shared_data: Path, rules: Any, smoothing: str | None) -> None:
    folder = shared_data / "grids" / "belgium"
    people, land, built = (
        read_grid(folder / f"{name}.tif", quantity="count").to_numpy() for name in ("POP", "LAND", "BUILT_S")
    )
    compared(people, land / 1e6, built / 1e6, URBANISATION_RULES[rules], smoothing)


# Thresholds that let a small grid hold many clusters, centres side by side, holes and islands.
SMALL = UrbanisationThresholds(
    centre_population=9000,
    dense_population=3000,
    semi_dense_population=1500,
    suburban_population=2000,
    cluster_population=2000,
    gap_area_km2=4,
)
VARIANTS = {
    "as published": SMALL,
    "corners": replace(SMALL, centre_connectivity=8, dense_connectivity=8, semi_dense_connectivity=8),
    "sides": replace(SMALL, suburban_connectivity=4, rural_connectivity=4, cluster_connectivity=4),
    "no gaps": replace(SMALL, gap_area_km2=0),
    "large gaps": replace(SMALL, gap_area_km2=40),
    "no buffer": replace(SMALL, semi_dense_buffer_cells=0),
    "wide buffer": replace(SMALL, semi_dense_buffer_cells=5),
    "easily smoothed": replace(SMALL, smoothing_neighbours=3, smoothing_land_share=0.9),
    "tiny centres": replace(SMALL, centre_population=1500, centre_density=400, gap_area_km2=12),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("smoothing", ["R2023A", "R2022A", None])
def test_random_settlements(variant: str, smoothing: str | None) -> None:
    generator = np.random.default_rng(len(variant))
    for _ in range(3):
        towns = ndimage.gaussian_filter(generator.random((30, 40)) ** 6, generator.uniform(0.7, 2.5))
        people = np.where(generator.random(towns.shape) < 0.25, 0.0, 2500 * towns / towns.mean())
        land = np.clip(generator.normal(1.1, 0.4, towns.shape), 0, 1)
        built = land * np.clip(generator.normal(0.05, 0.1, towns.shape), 0, 1) * (generator.random(towns.shape) < 0.8)
        for values in (people, land, built):
            values[generator.random(towns.shape) < 0.03] = np.nan
        compared(people, land, built, VARIANTS[variant], smoothing)
