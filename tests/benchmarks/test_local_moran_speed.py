"""What local Moran's I costs beside GeoDa's and esda's, in processor time of one process.

All in one run on one machine, so that the ratios hold wherever it runs. Weights are made beforehand for each; compiled
code is warm. `pygeoda` gets two threads and the faster of its two methods.
"""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from clock import seconds
from libpysal.graph import Graph

from geo_urban.datasets import counties
from geo_urban.io import write_graph
from geo_urban.shrinkage import local_moran
from geo_urban.spatial import contiguity_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

MANY = 99_999
SIDE = 1000


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Queen graph of the counties, numbered from 1 as GeoDa wants them; islands are out."""
    units = counties()
    near = contiguity_graph(units, isolates="drop")
    kept = units.loc[near.unique_ids].reset_index(drop=True)
    kept.index = kept.index + 1
    return contiguity_graph(kept)


@pytest.fixture(scope="module")
def values(graph: Graph) -> pd.Series:
    """A figure with some clustering."""
    random = pd.Series(np.random.default_rng(0).gamma(1, size=graph.n), index=graph.unique_ids)
    return random + graph.transform("R").lag(random)


def geoda_weights(graph: Graph, folder: Path) -> Any:
    pygeoda = pytest.importorskip("pygeoda")
    file = write_graph(graph, folder / "graph.gal")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves the file open
        return pygeoda.read_gal(str(file), tuple(str(code) for code in graph.unique_ids))


def geoda_seconds(
    weights: Any, values: pd.Series, permutations: int, methods: tuple[str, ...] = ("complete", "lookup-table")
) -> float:
    import pygeoda

    column = values.tolist()

    def run(method: str) -> float:
        return seconds(
            lambda: pygeoda.local_moran(
                weights, column, permutations=permutations, cpu_threads=2, permutation_method=method
            )
        )

    return min(run(method) for method in methods)


@pytest.mark.slow
def test_counties_against_geoda(
    benchmark: BenchmarkFixture, graph: Graph, values: pd.Series, tmp_path: Path, told: Callable[..., None]
) -> None:
    benchmark.pedantic(lambda: local_moran(values, graph, permutations=MANY, seed=1), rounds=5, warmup_rounds=1)
    if benchmark.stats is not None:
        theirs = geoda_seconds(geoda_weights(graph, tmp_path), values, MANY)
        told("pygeoda with 2 threads / ours", theirs / benchmark.stats["min"], at_least=15)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what esda and numba say of themselves
def test_counties_against_esda(
    benchmark: BenchmarkFixture, graph: Graph, values: pd.Series, told: Callable[..., None]
) -> None:
    esda = pytest.importorskip("esda")
    benchmark.pedantic(lambda: local_moran(values, graph, permutations=MANY, seed=1), rounds=5, warmup_rounds=1)
    if benchmark.stats is not None:
        rows = graph.transform("R")

        def theirs(permutations: int) -> None:
            esda.Moran_Local(
                values.to_numpy(), rows, permutations=permutations, keep_simulations=False, n_jobs=1, seed=1
            )

        theirs(9)
        told("esda / ours", seconds(lambda: theirs(MANY)) / benchmark.stats["min"], at_least=150)


def grid_graph(side: int) -> Graph:
    """Queen graph of a square grid, cells numbered from 1."""
    cell = np.arange(side * side).reshape(side, side)
    pairs = [
        (cell[:, :-1], cell[:, 1:]),
        (cell[:-1], cell[1:]),
        (cell[:-1, :-1], cell[1:, 1:]),
        (cell[:-1, 1:], cell[1:, :-1]),
    ]
    one = np.concatenate([first.ravel() for first, _ in pairs])
    other = np.concatenate([second.ravel() for _, second in pairs])
    focal, neighbor = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((neighbor, focal))
    codes = pd.RangeIndex(1, side * side + 1)
    links = pd.MultiIndex(levels=[codes, codes], codes=[focal[order], neighbor[order]], names=["focal", "neighbor"])
    return Graph(pd.Series(1, index=links, name="weight"), is_sorted=True)


@pytest.mark.slow
def test_a_million_cells(benchmark: BenchmarkFixture, tmp_path: Path, told: Callable[..., None]) -> None:
    side = SIDE if benchmark.enabled else 30
    graph = grid_graph(side)
    values = pd.Series(np.random.default_rng(0).gamma(1, size=side * side), index=graph.unique_ids)
    benchmark.pedantic(lambda: local_moran(values, graph, permutations=999, seed=1), rounds=2, warmup_rounds=1)
    if benchmark.stats is not None:
        # Its default, "complete", takes many minutes here.
        theirs = geoda_seconds(geoda_weights(graph, tmp_path), values, 999, ("lookup-table",))
        told("ours / pygeoda with 2 threads", benchmark.stats["min"] / theirs, at_most=0.1)


MEMORY = """
import sys
sys.path.insert(0, {folder!r})
import numpy as np
import pandas as pd
from test_local_moran_speed import grid_graph
from geo_urban.shrinkage import local_moran

def memory(what):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(what))

small = grid_graph(30)
local_moran(pd.Series(np.arange(900.0), index=small.unique_ids), small, permutations=99, seed=1)
graph = grid_graph({side})
values = pd.Series(np.random.default_rng(0).gamma(1, size=graph.n), index=graph.unique_ids)
before = memory("VmRSS")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
local_moran(values, graph, permutations={permutations}, seed=1)
print((memory("VmHWM") - before) / 2**20)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("side", "permutations", "most"), [(SIDE, 999, 2048), (54, 999_999, 512)], ids=["many cells", "many permutations"]
)
def test_memory(
    benchmark: BenchmarkFixture, told: Callable[..., None], *, side: int, permutations: int, most: int
) -> None:
    """Draws are made in blocks: memory goes with the links, not with the permutations."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("this system does not tell its processes their peak memory")
    if not benchmark.enabled:
        side, permutations = 30, 999
    code = MEMORY.format(folder=str(Path(__file__).parent), side=side, permutations=permutations)
    run = benchmark.pedantic(
        lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True), rounds=1
    )
    told("memory at its peak above the graph [MiB]", float(run.stdout), at_most=most)
