"""What neighbors of all counties cost beside libpysal's own, in processor time of one process, with the same edges."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from clock import seconds
from libpysal.graph import Graph

from geo_urban.datasets import counties
from geo_urban.spatial import contiguity_graph

if TYPE_CHECKING:
    import geopandas as gpd
    from pytest_benchmark.fixture import BenchmarkFixture

GOAL = 8


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return counties()


@pytest.mark.slow
@pytest.mark.parametrize("queen", [True, False], ids=["queen", "rook"])
def test_against_libpysal(
    benchmark: BenchmarkFixture, units: gpd.GeoDataFrame, *, queen: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = benchmark.pedantic(lambda: contiguity_graph(units, queen=queen), rounds=3, warmup_rounds=1)
    start = time.process_time()
    theirs = Graph.build_contiguity(units, rook=not queen)
    time_of_theirs = time.process_time() - start
    pd.testing.assert_series_equal(ours.adjacency, theirs.adjacency, check_dtype=False)
    if benchmark.stats is not None:
        best = min(benchmark.stats["min"], seconds(lambda: contiguity_graph(units, queen=queen)))
        ratio = benchmark.extra_info["libpysal / ours"] = time_of_theirs / best
        with capsys.disabled():
            print(f"\n  libpysal / ours: {ratio:.3g} (goal: at least {GOAL})")  # noqa: T201 - what it is for
        assert ratio >= GOAL
