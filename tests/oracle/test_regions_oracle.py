"""Regions of similar units beside pygeoda, on a lattice where no two differences are equal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_urban.agglomerations import delineate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ATTRIBUTES = ("income", "schooling")


def lattice(side: int, seed: int) -> gpd.GeoDataFrame:
    draw = np.random.default_rng(seed)
    count = side * side
    return gpd.GeoDataFrame(
        {
            "people": draw.integers(1, 1000, count),
            **{name: draw.normal(size=count) for name in ATTRIBUTES},
        },
        geometry=[shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)],
        crs=3857,
    )


def by_pygeoda(units: gpd.GeoDataFrame, clusters: int, folder: Path, least: float) -> Sequence[int]:
    import pygeoda

    path = folder / "units.shp"
    units.to_file(path)
    table = pygeoda.open(os.fspath(path))
    weights = pygeoda.rook_weights(table)
    bound = {"bound_variable": units["people"].tolist(), "min_bound": least} if least else {}
    found = pygeoda.skater(clusters, weights, table[list(ATTRIBUTES)], **bound)
    clusters_found: Sequence[int] = found["Clusters"]
    return clusters_found


def partition(labels: Sequence[object] | pd.Series) -> set[frozenset[int]]:
    """Which units are together, whatever the regions are called."""
    groups = pd.Series(range(len(labels))).groupby(np.asarray(labels)).agg(frozenset)
    return set(groups)


@pytest.mark.filterwarnings("ignore")  # pygeoda and the shapefile driver warn of their own
@pytest.mark.parametrize(("seed", "clusters", "least"), [(0, 5, 0.0), (1, 12, 0.0), (2, 6, 6000.0)])
def test_same_regions_as_pygeoda(tmp_path: Path, seed: int, clusters: int, least: float) -> None:
    units = lattice(12, seed)
    ours = delineate(
        units,
        method="skater",
        population="people",
        attributes=ATTRIBUTES,
        parameters={"clusters": clusters, "least_population": least},
        sweep=0,
    )
    theirs = by_pygeoda(units, clusters, tmp_path, least)
    assert partition(ours.units["agglomeration"]) == partition(theirs)
