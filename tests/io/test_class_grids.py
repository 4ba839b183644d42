"""Grids of classes are read and written as codes, and nobody sums them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from geo_urban.errors import InputError
from geo_urban.io import read_grid, write_grid
from geo_urban.spatial import GridShape, build_grid, zonal_stats

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 2000), height=2, width=3, crs=CRS("ESRI:54009"))
CODES = np.array([[30, 23, 11], [10, 255, 12]], dtype=np.uint8)


def smod(path: Path, values: object, *, nodata: float | None = -200) -> Path:
    """A tile as GHS-SMOD comes: 16 bits, −200 where there is no class."""
    array = np.asarray(values, dtype=np.int16)
    with rasterio.open(
        path, "w", "GTiff", array.shape[1], array.shape[0], 1, "ESRI:54009", SHAPE.transform, "int16", nodata=nodata
    ) as file:
        file.write(array, 1)
    return path


def test_a_tile_of_the_settlement_model(tmp_path: Path) -> None:
    grid = read_grid(smod(tmp_path / "smod.tif", [[30, 23, 11], [10, -200, 12]]), quantity="class")
    assert grid.dtype == np.uint8
    assert grid.attrs["quantity"] == "class"
    np.testing.assert_array_equal(grid, CODES)
    # Undeclared, the fill value is known all the same.
    plain = read_grid(smod(tmp_path / "plain.tif", [[30, 23, 11], [10, -200, 12]], nodata=None), quantity="class")
    np.testing.assert_array_equal(plain, CODES)


def test_a_large_tile_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_urban.io.grids.LARGEST_IN_MEMORY", 1)
    grid = read_grid(smod(tmp_path / "smod.tif", [[30, 23, 11], [10, -200, 12]]), quantity="class")
    assert grid.chunks is not None
    np.testing.assert_array_equal(grid.compute(), CODES)


def test_written_and_read_again(tmp_path: Path) -> None:
    grid = build_grid(CODES, SHAPE, quantity="class", level=2, published=True, source="a maker", year=2025)
    grid.rio.write_nodata(255, inplace=True)
    path = write_grid(grid, tmp_path / "classes.tif")
    again = read_grid(path, quantity="class")
    np.testing.assert_array_equal(again, CODES)
    assert {name: again.attrs[name] for name in ("level", "published", "source", "year")} == {
        "level": 2,
        "published": True,
        "source": "a maker",
        "year": 2025,
    }
    with rasterio.open(path) as file:
        assert file.dtypes == ("uint8",)
        assert file.nodata == 255
    with pytest.raises(InputError, match=r"was written as `class`"):
        read_grid(path, quantity="count")


def test_overviews_hold_the_commonest_class(tmp_path: Path) -> None:
    # Columns of 30, 11, 11, 11: an average would be a class that nobody found.
    codes = np.tile(np.array([30, 11, 11, 11], dtype=np.uint8), (1200, 300))
    shape = GridShape(transform=SHAPE.transform, height=1200, width=1200, crs=SHAPE.crs)
    path = write_grid(build_grid(codes, shape, quantity="class"), tmp_path / "wide.tif")
    with rasterio.open(path, overview_level=0) as file:
        assert set(np.unique(file.read(1))) <= {11, 30}


@pytest.mark.parametrize("value", [300, -7])
def test_what_is_no_code_is_refused(tmp_path: Path, value: int) -> None:
    with pytest.raises(InputError, match=str(value)):
        read_grid(smod(tmp_path / "smod.tif", [[value]]), quantity="class")


def test_classes_are_not_summed() -> None:
    grid = build_grid(CODES, SHAPE, quantity="class")
    units = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(0, 0, 3000, 2000)], crs="ESRI:54009")
    with pytest.raises(InputError, match=r"holds classes, and codes of classes have no sum.*classify_units"):
        zonal_stats(grid, units)
