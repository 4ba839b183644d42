"""A grid written and read again is the same grid, in a file every GIS opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dask.array
import numpy as np
import pytest
import rasterio
import xarray as xr
from affine import Affine
from pyproj import CRS

from geo_urban.errors import InputError, MissingCRSError, OutputError
from geo_urban.io import read_grid, write_grid
from geo_urban.spatial.grid import GridShape, build_grid, grid_shape

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = GridShape(transform=Affine(1000, 0, 500_000, 0, -1000, 4_000_000), height=700, width=600, crs=CRS(32650))


@pytest.fixture
def grid() -> xr.DataArray:
    values = np.random.default_rng(0).random((SHAPE.height, SHAPE.width))
    values[100:200, 300:400] = np.nan
    return build_grid(values, SHAPE, quantity="density", source="census 2020, 人口", modelled=True, year=2020)


def test_what_is_written_is_read_again(grid: xr.DataArray, tmp_path: Path) -> None:
    path = write_grid(grid, tmp_path / "new" / "density.tif")
    again = read_grid(path, quantity="density")
    xr.testing.assert_equal(again, grid)
    assert again.attrs == {"quantity": "density", "source": "census 2020, 人口", "modelled": True, "year": 2020}
    assert grid_shape(again) == SHAPE


def test_the_quantity_is_kept(grid: xr.DataArray, tmp_path: Path) -> None:
    path = write_grid(grid, tmp_path / "density.tif")
    with pytest.raises(InputError, match=r'`quantity="count"` contradicts .* Read it with `quantity="density"`'):
        read_grid(path, quantity="count")
    with pytest.raises(InputError, match="does not say whether its cells hold people"):
        write_grid(grid.drop_attrs(), tmp_path / "unknown.tif")


def test_it_is_cloud_optimised(grid: xr.DataArray, tmp_path: Path) -> None:
    path = write_grid(grid, tmp_path / "density.tif")
    with rasterio.open(path) as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.block_shapes == [(512, 512)]
        assert file.overviews(1) == [2]  # 700 rows: one overview brings them below a tile
        assert np.isnan(file.nodata)
        overview = file.read(1, out_shape=(350, 300), masked=True)
    # An overview averages four cells: for the eye, not for sums.
    np.testing.assert_allclose(overview[:50], grid[:100].to_numpy().reshape(50, 2, 300, 2).mean((1, 3)), rtol=1e-12)


def test_the_same_grid_gives_the_same_bytes(grid: xr.DataArray, tmp_path: Path) -> None:
    first = write_grid(grid, tmp_path / "a.tif").read_bytes()
    assert write_grid(grid, tmp_path / "b.tif").read_bytes() == first
    pieces = grid.chunk({"y": 130, "x": 250})
    assert isinstance(pieces.data, dask.array.Array)
    assert write_grid(pieces, tmp_path / "c.tif").read_bytes() == first


def test_years(tmp_path: Path) -> None:
    layers = [build_grid(np.full((3, 4), year), _small(), quantity="count") for year in (2010.0, 2020.0)]
    years = xr.concat(layers, dim="year").assign_coords(year=[2010, 2020])
    path = write_grid(years, tmp_path / "years.tif")
    again = read_grid(path, quantity="count", band=[1, 2])
    assert again.dims == ("year", "y", "x")
    assert again.year.to_numpy().tolist() == [2010, 2020]
    assert again.sel(year=2020).to_numpy().tolist() == [[2020.0] * 4] * 3
    assert float(read_grid(path, quantity="count", band=1).sum()) == 12 * 2010


def test_south_up_grids_are_written_north_up(tmp_path: Path) -> None:
    grid = build_grid(np.arange(12.0).reshape(3, 4), _small(), quantity="count")
    path = write_grid(grid[::-1], tmp_path / "grid.tif")
    np.testing.assert_array_equal(read_grid(path, quantity="count"), grid)


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    grid = build_grid(np.arange(12, dtype="int32").reshape(3, 4), _small(), quantity="count").rio.write_nodata(11)
    with rasterio.open(write_grid(grid, tmp_path / "grid.tif")) as file:
        assert file.dtypes == ("int32",)
        assert file.nodata == 11
    assert int(read_grid(tmp_path / "grid.tif", quantity="count").isnull().sum()) == 1


def test_what_cannot_be_written(grid: xr.DataArray, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must end in \.tif.* Write density\.tif"):
        write_grid(grid, tmp_path / "density.nc")
    with pytest.raises(MissingCRSError, match="does not say its coordinate reference system"):
        write_grid(grid.drop_vars("spatial_ref"), tmp_path / "grid.tif")
    with pytest.raises(InputError, match="at most one more"):
        write_grid(grid.expand_dims(["year", "sex"]), tmp_path / "grid.tif")
    with pytest.raises(InputError, match="a grid of people holds numbers"):
        write_grid(grid.astype(str), tmp_path / "grid.tif")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write_grid(grid, tmp_path / "file" / "grid.tif")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_an_older_file_stays_until_the_new_one_is_whole(grid: xr.DataArray, tmp_path: Path) -> None:
    path = write_grid(grid, tmp_path / "grid.tif")
    before = path.read_bytes()

    def fails(block: np.ndarray) -> np.ndarray:
        if block.size > 1:
            message = "no more"
            raise RuntimeError(message)
        return block

    broken = grid.copy(data=dask.array.map_blocks(fails, grid.chunk({"y": 512}).data, dtype="float64"))
    with pytest.raises(RuntimeError, match="no more"):
        write_grid(broken, path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["grid.tif"]


def _small() -> GridShape:
    return GridShape(transform=Affine(0.5, 0, 100, 0, -0.5, 40), height=3, width=4, crs=CRS(4326))


def test_what_the_grid_says_of_itself_is_read_again(grid: xr.DataArray, tmp_path: Path) -> None:
    said = {"quantity": "density", "modelled": "False", "made_from": "classes of 2025", "year": "2010-2020"}
    again = read_grid(
        write_grid(grid.assign_attrs({**said, "source": None}), tmp_path / "said.tif"), quantity="density"
    )
    assert again.attrs == {
        "quantity": "density",
        "source": "said.tif",
        "made_from": said["made_from"],
        "year": said["year"],
    }


def test_what_is_no_grid_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`grid` is a ndarray, which does not say where its cells lie"):
        write_grid(np.ones((2, 2)), tmp_path / "array.tif")  # type: ignore[arg-type]
