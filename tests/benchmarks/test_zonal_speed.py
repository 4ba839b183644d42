"""What the zonal join costs beside other tools that do the same, in processor time of one process.

All of it in one run on one machine, so that the ratios hold wherever it runs: 2,875 counties with 4.2 million vertices,
7,440 × 4,320 cells of which a tenth has no value, sums and means. Each tool gets its input the way it takes it fastest,
arrays and geometries already in memory, and `exactextract` the better of its two strategies.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from clock import seconds
from pyproj import CRS

from geo_urban.datasets import counties
from geo_urban.spatial import GridShape, build_grid, zonal_stats

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import xarray as xr
    from pytest_benchmark.fixture import BenchmarkFixture

SHAPE = GridShape(transform=Affine(1 / 120, 0, 73, 0, -1 / 120, 54), height=4320, width=7440, crs=CRS(4326))


@pytest.fixture(scope="module")
def grid() -> xr.DataArray:
    generator = np.random.default_rng(0)
    values = generator.gamma(0.3, 100, (SHAPE.height, SHAPE.width)).astype(np.float32)
    values[generator.random(values.shape) < 0.1] = np.nan
    return build_grid(values, SHAPE, quantity="count")


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return counties()


def again(benchmark: BenchmarkFixture, call: Callable[[], object]) -> float:
    """Best round, another two included that ran after the peer: other work on the machine comes and goes."""
    return min(benchmark.stats["min"], seconds(call), seconds(call))


@pytest.mark.slow
def test_against_exactextract(
    benchmark: BenchmarkFixture, grid: xr.DataArray, units: gpd.GeoDataFrame, told: Callable[..., None]
) -> None:
    exactextract = pytest.importorskip("exactextract")
    from exactextract.feature import GeoPandasFeatureSource
    from exactextract.raster import NumPyRasterSource

    west, south, east, north = SHAPE.bounds
    cells = NumPyRasterSource(
        grid.to_numpy(), xmin=west, ymin=south, xmax=east, ymax=north, nodata=np.nan, srs_wkt=SHAPE.crs.to_wkt()
    )
    bare = units[["geometry"]].reset_index(drop=True)

    def theirs(strategy: str) -> float:
        return seconds(
            lambda: exactextract.exact_extract(
                cells, GeoPandasFeatureSource(bare), ["sum", "mean"], output="pandas", strategy=strategy
            )
        )

    benchmark.pedantic(lambda: zonal_stats(grid, units), rounds=3, warmup_rounds=1)
    if benchmark.stats is not None:
        best = min(theirs("feature-sequential"), theirs("raster-sequential"))
        told("exactextract / ours", best / again(benchmark, lambda: zonal_stats(grid, units)), at_least=6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")  # rasterstats multiplies transforms
def test_against_rasterstats(
    benchmark: BenchmarkFixture, grid: xr.DataArray, units: gpd.GeoDataFrame, told: Callable[..., None]
) -> None:
    rasterstats = pytest.importorskip("rasterstats")
    values = grid.to_numpy()

    def theirs() -> None:
        rasterstats.zonal_stats(units.geometry, values, affine=SHAPE.transform, nodata=np.nan, stats=["sum", "mean"])

    benchmark.pedantic(lambda: zonal_stats(grid, units), rounds=3, warmup_rounds=1)
    if benchmark.stats is not None:
        time_of_theirs = seconds(theirs)
        told("rasterstats / ours", time_of_theirs / again(benchmark, lambda: zonal_stats(grid, units)), at_least=12)


@pytest.mark.slow
def test_five_epochs(
    benchmark: BenchmarkFixture, grid: xr.DataArray, units: gpd.GeoDataFrame, told: Callable[..., None]
) -> None:
    epochs = {str(year): grid for year in (2000, 2005, 2010, 2015, 2020)}
    benchmark.pedantic(lambda: zonal_stats(epochs, units), rounds=3, warmup_rounds=1)
    if benchmark.stats is not None:
        one = min(seconds(lambda: zonal_stats(grid, units)) for _ in range(3))
        told("five epochs / one", again(benchmark, lambda: zonal_stats(epochs, units)) / one, at_most=2)


MEMORY = """
import ctypes, gc, tracemalloc
import numpy as np
from affine import Affine
from pyproj import CRS
from geo_urban.datasets import counties
from geo_urban.spatial import GridShape, build_grid, zonal_stats

try:
    give_back = ctypes.CDLL("libc.so.6").malloc_trim  # what is free but kept would hide what is taken
except OSError:
    give_back = int

def memory(what):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(what))

values = np.random.default_rng(0).random((4320, 7440), dtype=np.float32)
shape = GridShape(transform=Affine(1 / 120, 0, 73, 0, -1 / 120, 54), height=4320, width=7440, crs=CRS(4326))
grid, units = build_grid(values, shape, quantity="count"), counties()
zonal_stats(grid[:50], units.iloc[:5])  # compiled code is loaded once, whatever the grid
gc.collect()
give_back(0)
before = memory("VmRSS")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
zonal_stats(grid, units)
more = memory("VmHWM") - before

# Pages that stayed with the process after reading are taken again unseen: so ask numpy too.
tracemalloc.start()
zonal_stats(grid, units)
print((grid.nbytes + max(more, tracemalloc.get_traced_memory()[1])) / grid.nbytes)
"""


@pytest.mark.slow
def test_memory(benchmark: BenchmarkFixture, told: Callable[..., None]) -> None:
    """In a process of its own, so that nothing freed before is taken again unseen."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("this system does not tell its processes their peak memory")
    run = benchmark.pedantic(
        lambda: subprocess.run([sys.executable, "-c", MEMORY], check=True, capture_output=True, text=True), rounds=1
    )
    told("memory at its peak / grid", float(run.stdout), at_most=2)


def resident(*, peak: bool = False) -> float:
    """Memory of this process [bytes]: now, or at its peak since this was asked last."""
    with Path("/proc/self/status").open(encoding="ascii") as file:
        kilobytes = [int(line.split()[1]) for line in file if line.startswith("VmHWM" if peak else "VmRSS")]
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return kilobytes[0] * 1024


@pytest.mark.slow
def test_a_file_larger_than_its_blocks(
    benchmark: BenchmarkFixture, units: gpd.GeoDataFrame, tmp_path: Path, told: Callable[..., None]
) -> None:
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("this system does not tell its processes their peak memory")
    from geo_urban.io import read_grid
    from geo_urban.spatial._coverage_blocks import blocks_of, read_block

    path = fine_grid(tmp_path / "fine.tif")
    grid = read_grid(path, quantity="count")
    within = units[shapely.intersects(units.geometry, shapely.box(*grid.rio.bounds()))]
    zonal_stats(grid[:10, :10].load(), within)

    # Opened anew each time, or GDAL would hand out what it decompressed before.
    def join() -> None:
        zonal_stats(read_grid(path, quantity="count"), within)

    def read() -> None:
        fresh = read_grid(path, quantity="count")
        for block in blocks_of(fresh):
            read_block(fresh, block)

    before = resident()
    join()
    told("memory at its peak [MiB]", (resident(peak=True) - before) / 2**20, at_most=1024)
    benchmark.pedantic(join, rounds=2)
    if benchmark.stats is not None:
        reading = min(seconds(read), seconds(read))
        told("join / reading the file once", again(benchmark, join) / reading, at_most=1.5)


def fine_grid(path: Path) -> Path:
    """Write 100 million cells of 100 m as WorldPop's come: people on all land, single precision, compressed."""
    generator = np.random.default_rng(0)
    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "predictor": 3}
    fine = Affine(1 / 1200, 0, 110, 0, -1 / 1200, 34)
    height, width = 8192, 12288
    with rasterio.open(
        path, "w", "GTiff", width, height, 1, "EPSG:4326", fine, "float32", nodata=-99999, **layout
    ) as file:
        for top in range(0, height, 512):
            values = generator.gamma(0.3, 10, (512, width)).astype(np.float32)
            values[generator.random(values.shape) < 0.05] = -99999
            file.write(values, 1, window=rasterio.windows.Window(0, top, width, 512))
    return path
