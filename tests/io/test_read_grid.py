"""Grids as they come: fills, flips, rolls, scales, holes in what a file says; each read right or refused."""

from __future__ import annotations

import pickle
import sys
import warnings
from typing import TYPE_CHECKING, Any

import dask.array
import geopandas as gpd
import numpy as np
import pytest
import rasterio
import xarray as xr
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.errors import NotGeoreferencedWarning
from shapely import box

from geo_urban.errors import (
    CRSMismatchError,
    DataSourceError,
    GeoUrbanWarning,
    InputError,
    MissingCRSError,
    MissingDependencyError,
    NoOverlapError,
)
from geo_urban.io import _grid_cells, _grid_files, _grid_zarr, read_grid
from geo_urban.spatial.grid import cell_area_km2, grid_shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[..., Path]

# Rows from north to south, columns from west to east: what every reading of these cells must give back.
CELLS = np.arange(12, dtype="float32").reshape(3, 4)
PLACE = Affine(0.5, 0, 100, 0, -0.5, 40)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an array, band by band, as a GeoTIFF with whatever oddity is asked for."""

    def written(values: Any, name: str = "grid.tif", *, tags: dict[str, Any] | None = None, **profile: Any) -> Path:
        layers = np.atleast_3d(np.asarray(values)) if np.ndim(values) != 3 else np.asarray(values)
        if np.ndim(values) == 2:
            layers = np.asarray(values)[None]
        chosen = {"crs": "EPSG:4326", "transform": PLACE, "dtype": layers.dtype.name, **profile}
        path = tmp_path / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(
                path, "w", driver="GTiff", count=len(layers), height=layers.shape[1], width=layers.shape[2], **chosen
            ) as file:
                file.write(layers)
                for key, value in (tags or {}).items():
                    setattr(file, key, value)
        return path

    return written


def count(path: Any, **options: Any) -> xr.DataArray:
    return read_grid(path, quantity="count", **options)


def test_a_plain_grid(write: Write) -> None:
    grid = count(write(CELLS))
    assert grid.dims == ("y", "x")
    assert grid.to_numpy().tolist() == CELLS.tolist()
    assert grid.x.to_numpy().tolist() == [100.25, 100.75, 101.25, 101.75]
    assert grid.y.to_numpy().tolist() == [39.75, 39.25, 38.75]
    assert grid.attrs == {"quantity": "count", "source": "grid.tif"}
    assert grid.rio.crs.to_epsg() == 4326
    assert grid_shape(grid).transform == PLACE


def test_quantity_is_asked_and_never_guessed(write: Write) -> None:
    path = write(CELLS)
    with pytest.raises(TypeError, match="quantity"):
        read_grid(path)  # type: ignore[call-arg]
    with pytest.raises(InputError, match=r"`quantity` = 'counts' is not known.*Did you mean `count`"):
        read_grid(path, quantity="counts")  # type: ignore[arg-type]
    assert read_grid(path, quantity="density").attrs["quantity"] == "density"


@pytest.mark.parametrize("fill", [-200, -99999, -9999, -3.4028234663852886e38, 9.969209968386869e36, np.nan])
@pytest.mark.parametrize("declared", [True, False])
def test_fills_are_missing_whether_declared_or_not(write: Write, fill: float, *, declared: bool) -> None:
    # -200 is what GHSL writes, -99999 WorldPop, -3.4e38 GPW, 9.97e36 NetCDF by default.
    cells = CELLS.copy()
    cells[1, 2] = fill
    grid = count(write(cells, nodata=np.float32(fill) if declared else None))
    assert np.isnan(grid.to_numpy()).tolist() == [[False] * 4, [False, False, True, False], [False] * 4]
    assert float(grid.sum()) == 66 - 6


def test_what_stands_for_missing_can_be_said(write: Write) -> None:
    path = write(CELLS, nodata=0)
    assert int(count(path).isnull().sum()) == 1
    assert int(count(path, nodata=7).isnull().sum()) == 1
    assert np.isnan(count(path, nodata=7).to_numpy()[1, 3])


def test_a_mask_inside_the_file(write: Write) -> None:
    path = write(CELLS)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"), rasterio.open(path, "r+") as file:
        file.write_mask(CELLS > 0)
    assert np.isnan(count(path).to_numpy()[0, 0])
    assert float(count(path).sum()) == 66


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "uint32", "float64"])
def test_whole_numbers_do_not_overflow(write: Write, dtype: str) -> None:
    largest = np.iinfo(dtype).max if dtype != "float64" else 2**40
    cells = np.full((40, 50), largest - 1, dtype=dtype)
    grid = count(write(cells))
    # Exact: 2,000 cells of a number that single precision (16 bits and less) or double holds exactly.
    assert float(grid.sum(dtype="float64")) == 2000 * (int(largest) - 1)
    assert grid.dtype == ("float32" if dtype in {"uint8", "int16", "uint16"} else "float64")


def test_scale_and_offset(write: Write) -> None:
    path = write(CELLS.astype("int16"), nodata=11, tags={"scales": [0.1], "offsets": [5.0]})
    grid = count(path)
    # 0.1 · stored + 5 in double precision; the fill is compared before.
    np.testing.assert_allclose(grid.to_numpy()[:2], CELLS[:2].astype(float) * 0.1 + 5, rtol=1e-15)
    assert np.isnan(grid.to_numpy()[2, 3])


def test_negative_and_infinite_cells_are_refused(write: Write) -> None:
    cells = CELLS.copy()
    cells[1, 2] = -3
    told = r"negative values in 1 cells \(lowest -3, the first in row 1, column 2\).*nodata=-3"
    with pytest.raises(InputError, match=told):
        count(write(cells))
    assert int(count(write(cells), nodata=-3).isnull().sum()) == 1
    cells[1, 2] = np.inf
    with pytest.raises(InputError, match="infinite values in 1 cells"):
        count(write(cells))
    assert int(count(write(cells), nodata=np.inf).isnull().sum()) == 1


@pytest.mark.parametrize("south_up", [True, False])
@pytest.mark.parametrize("east_first", [True, False])
def test_flipped_axes(write: Write, *, south_up: bool, east_first: bool) -> None:
    cells, place = CELLS, PLACE
    if south_up:
        cells, place = cells[::-1], Affine(place.a, 0, place.c, 0, 0.5, 38.5)
    if east_first:
        cells, place = cells[:, ::-1], Affine(-0.5, 0, 102, 0, place.e, place.f)
    grid = count(write(cells, transform=place))
    assert grid.to_numpy().tolist() == CELLS.tolist()
    assert grid_shape(grid).transform == PLACE
    part = count(write(cells, transform=place), window=(100.6, 38.6, 101.4, 39.4))
    assert part.to_numpy().tolist() == CELLS[1:, 1:3].tolist()
    assert part.x.to_numpy().tolist() == [100.75, 101.25]


def test_rotated_grids_are_refused(write: Write) -> None:
    with pytest.raises(InputError, match=r"rotated or sheared.*gdalwarp"):
        count(write(CELLS, transform=PLACE @ Affine.rotation(3)))
    slight = Affine(0.5, 1e-15, 100, 0, -0.5, 40)  # rounding of a program that wrote it
    assert count(write(CELLS, transform=slight)).shape == (3, 4)


def test_a_grid_without_a_place(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say where its cells lie"):
        count(write(CELLS, transform=None, crs=None))
    points = [rasterio.control.GroundControlPoint(row, col, col, -row) for row, col in ((0, 0), (0, 4), (3, 0))]
    path = tmp_path / "points.tif"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        options: dict[str, Any] = {"height": 3, "width": 4, "count": 1, "dtype": "float32", "gcps": points}
        with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", **options) as file:
            file.write(CELLS, 1)
    with pytest.raises(InputError, match=r"placed by control points.*gdalwarp"):
        count(path)


def test_missing_and_contradicting_crs(write: Write) -> None:
    with pytest.raises(MissingCRSError, match=r'crs="EPSG:4326"'):
        count(write(CELLS, crs=None))
    assert count(write(CELLS, crs=None), crs=4490).rio.crs.to_epsg() == 4490
    assert count(write(CELLS), crs="EPSG:4326").shape == (3, 4)
    with pytest.raises(CRSMismatchError, match="`crs` = EPSG:4490 contradicts"):
        count(write(CELLS), crs=4490)
    with pytest.raises(InputError, match="is no coordinate reference system"):
        count(write(CELLS), crs="nonsense")


def test_metres_that_claim_to_be_degrees(write: Write) -> None:
    with pytest.raises(CRSMismatchError, match="beyond the poles"):
        count(write(CELLS, transform=Affine(1000, 0, 400000, 0, -1000, 4000000)))


def test_polar_cells(write: Write) -> None:
    # Points at 90, 60 … −90: the first and last row reach half a cell beyond the poles. Only what is on earth has area.
    cells = np.ones((7, 12), dtype="float32")
    grid = count(write(cells, transform=Affine(30, 0, -180, 0, -30, 105)))
    # The authalic sphere of WGS 84 has 510,065,621.7 km² (Moritz 2000).
    assert float((grid * 0 + cell_area_km2(grid)).sum()) == pytest.approx(510_065_621.7, rel=1e-9)
    with pytest.raises(CRSMismatchError, match="beyond the poles"):
        count(write(cells, transform=Affine(30, 0, -180, 0, -30, 125)))


WORLD = np.arange(12, dtype="float32")[None].repeat(2, axis=0)  # two rows, 12 columns of 30°


@pytest.mark.parametrize("west", [-180, 0, 180, -360, -90, 60])
def test_the_whole_earth_starts_at_the_antimeridian(write: Write, west: int) -> None:
    grid = count(write(WORLD, transform=Affine(30, 0, west, 0, -30, 60)))
    assert grid.x.to_numpy().tolist() == list(range(-165, 180, 30))
    shift = (west + 180) // 30  # columns by which the file starts later
    assert grid.to_numpy()[0].tolist() == np.roll(np.arange(12), shift).tolist()


def test_columns_centred_on_the_antimeridian(write: Write) -> None:
    # Points at 0, 30 … 330: one column lies on both sides of 180. It stays whole, at −180.
    grid = count(write(WORLD, transform=Affine(30, 0, -15, 0, -30, 60)))
    assert grid.x.to_numpy().tolist() == list(range(-180, 180, 30))
    assert grid.to_numpy()[0].tolist() == np.roll(np.arange(12), 6).tolist()


def test_a_part_of_the_earth_beyond_180_comes_home(write: Write) -> None:
    grid = count(write(WORLD[:, :3], transform=Affine(30, 0, 200, 0, -30, 60)))
    assert grid.x.to_numpy().tolist() == [-145, -115, -85]
    across = count(write(WORLD[:, :3], transform=Affine(30, 0, 130, 0, -30, 60)))
    assert across.x.to_numpy().tolist() == [145, 175, 205]  # it crosses the antimeridian and stays in one piece


def test_places_that_stand_twice(write: Write) -> None:
    twice = np.concatenate([WORLD, WORLD[:, :2]], axis=1)
    # As GHSL at 30″, a margin on either side: 43,202 columns where 43,200 go round the earth.
    with pytest.warns(GeoUrbanWarning, match="its 2 surplus columns at the antimeridian were left out"):
        grid = count(write(np.roll(twice, 1, axis=1), transform=Affine(30, 0, -210, 0, -30, 60)))
    assert grid.x.to_numpy().tolist() == list(range(-165, 180, 30))
    assert grid.to_numpy()[0].tolist() == list(range(12))
    with pytest.raises(InputError, match=r"spans 420\.00 degrees of longitude, more than once"):
        count(write(twice, transform=Affine(30, 0, 0, 0, -30, 60)))


def test_windows(write: Write) -> None:
    path = write(CELLS)
    part = count(path, window=(100.5, 39.0, 101.0, 39.5))  # exactly the cell (1, 1): borders belong to nobody else
    assert part.to_numpy().tolist() == [[5.0]]
    assert grid_shape(part).transform == Affine(0.5, 0, 100.5, 0, -0.5, 39.5)
    assert count(path, window=(100.6, 39.1, 101.1, 39.6)).shape == (2, 2)
    assert count(path, window=(0, 0, 180, 90)).shape == (3, 4)  # no more than there is
    with pytest.raises(NoOverlapError, match=r"does not meet the grid .*reaches from 100, 38.5 to 102, 40"):
        count(path, window=(110, 30, 120, 40))
    for bad in ((101, 39, 100, 40), (100, 40, 101, 39), (100, 39, np.nan, 40)):
        with pytest.raises(InputError, match="with west < east and south < north"):
            count(path, window=bad)
    with pytest.raises(InputError, match=r"\(west, south, east, north\) or a layer; got \("):
        count(path, window=(1, 2, 3))  # type: ignore[arg-type]


def test_a_layer_as_window(write: Write) -> None:
    path = write(CELLS)
    units = gpd.GeoDataFrame(geometry=[box(100.6, 39.1, 100.9, 39.4)], crs=4326)
    assert count(path, window=units).to_numpy().tolist() == [[5.0]]
    assert count(path, window=units.to_crs(32647)).to_numpy().tolist() == [[5.0]]  # UTM, 47th zone: reprojected
    with pytest.raises(MissingCRSError, match="`window`"):
        count(path, window=units.geometry.set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="holds no geometry"):
        count(path, window=units.iloc[:0])


def test_windows_across_the_antimeridian(write: Write) -> None:
    path = write(WORLD, transform=Affine(30, 0, -180, 0, -30, 60))
    grid = count(path, window=(140, 0, 220, 60))
    assert grid.x.to_numpy().tolist() == [135, 165, 195, 225]
    assert grid.to_numpy()[0].tolist() == [10, 11, 0, 1]
    assert count(path, window=(190, 0, 205, 60)).to_numpy()[0].tolist() == [0]
    part = write(WORLD[:, :3], transform=Affine(30, 0, 130, 0, -30, 60))
    assert count(part, window=(-170, 0, -160, 60)).to_numpy()[0].tolist() == [2]  # told from the other side


@settings(max_examples=30)
@given(st.data())
def test_a_window_is_a_slice(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever the order of rows and columns and wherever the file starts, a window is a slice of the whole."""
    west = data.draw(st.sampled_from([-180, -30, 0, 90]))
    path = tmp_path_factory.mktemp("grid") / "world.tif"
    cells = np.arange(72, dtype="float32").reshape(6, 12)
    south_up = data.draw(st.booleans())
    place = Affine(30, 0, west, 0, 30 if south_up else -30, -90 if south_up else 90)
    options: dict[str, Any] = {"height": 6, "width": 12, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", driver="GTiff", transform=place, **options) as file:
        file.write(cells, 1)
    whole = count(path)
    first, last = sorted(data.draw(st.lists(st.integers(0, 12), min_size=2, max_size=2, unique=True)))
    top, bottom = sorted(data.draw(st.lists(st.integers(0, 6), min_size=2, max_size=2, unique=True)))
    part = count(path, window=(-180 + 30 * first, 90 - 30 * bottom, -180 + 30 * last, 90 - 30 * top))
    xr.testing.assert_equal(part.drop_vars("spatial_ref"), whole[top:bottom, first:last].drop_vars("spatial_ref"))


def test_bands(write: Write) -> None:
    layers = np.stack([CELLS, CELLS * 10])
    path = write(layers, tags={"descriptions": ["2010", "2020"]})
    with pytest.raises(InputError, match=r"holds 2 bands \(1: 2010, 2: 2020\).*`band=\[1, 2\]`"):
        count(path)
    with pytest.raises(InputError, match="`band` = 3 is not in"):
        count(path, band=3)
    assert float(count(path, band=2).sum()) == 660
    years = count(path, band=[2, 1])
    assert years.dims == ("band", "y", "x")
    assert years.band.to_numpy().tolist() == [2020, 2010]
    assert years.sum(("y", "x")).to_numpy().tolist() == [660, 66]
    assert count(path, band=[2]).shape == (1, 3, 4)
    unnamed = write(layers, "unnamed.tif")
    assert count(unnamed, band=[1, 2]).band.to_numpy().tolist() == [1, 2]


def test_a_layer_of_transparency_is_no_band(write: Write) -> None:
    layers = np.stack([CELLS, np.full_like(CELLS, 255)]).astype("uint8")
    path = write(layers, photometric="MINISBLACK", ALPHA="YES")
    assert count(path).shape == (3, 4)


def test_complex_numbers_count_nothing(write: Write) -> None:
    with pytest.raises(InputError, match="type complex64"):
        count(write(CELLS.astype("complex64")))


def test_files_that_are_none(tmp_path: Path, write: Write) -> None:
    with pytest.raises(DataSourceError, match=r"there is no file .*grdi\.tif\. Did you mean grid\.tif"):
        count(write(CELLS).with_name("grdi.tif"))
    (tmp_path / "text.tif").write_text("no raster")
    with pytest.raises(DataSourceError, match="is not a raster GDAL can read"):
        count(tmp_path / "text.tif")
    whole = write(np.random.default_rng(0).random((400, 400), dtype="float32"), transform=PLACE @ Affine.scale(0.01))
    (tmp_path / "cut.tif").write_bytes(whole.read_bytes()[:300_000])
    with pytest.raises(DataSourceError, match=r"cannot be read to the end .*cut short or damaged"):
        count(tmp_path / "cut.tif")


def test_a_virtual_raster(write: Write, tmp_path: Path) -> None:
    path = write(CELLS)
    vrt = tmp_path / "grid.vrt"
    # Two rows of the file, as gdalbuildvrt writes them.
    vrt.write_text(
        f"""<VRTDataset rasterXSize="4" rasterYSize="2"><SRS>EPSG:4326</SRS>
        <GeoTransform>100, 0.5, 0, 39.5, 0, -0.5</GeoTransform>
        <VRTRasterBand dataType="Float32" band="1"><SimpleSource>
        <SourceFilename relativeToVRT="1">{path.name}</SourceFilename><SourceBand>1</SourceBand>
        <SrcRect xOff="0" yOff="1" xSize="4" ySize="2"/><DstRect xOff="0" yOff="0" xSize="4" ySize="2"/>
        </SimpleSource></VRTRasterBand></VRTDataset>"""
    )
    assert count(vrt).to_numpy().tolist() == CELLS[1:].tolist()
    path.unlink()
    with pytest.raises(DataSourceError, match=r"cannot be read to the end|is not a raster"):
        count(vrt)


def degrees(longitudes: list[float], latitudes: list[float], values: Any = None, **attributes: Any) -> xr.Dataset:
    data = xr.Dataset(
        {"people": (("lat", "lon"), CELLS if values is None else values, attributes)},
        coords={"lat": latitudes, "lon": longitudes},
    )
    data.lon.attrs = {"units": "degrees_east", "standard_name": "longitude"}
    data.lat.attrs = {"units": "degrees_north", "standard_name": "latitude"}
    return data


EAST, NORTH = [100.25, 100.75, 101.25, 101.75], [39.75, 39.25, 38.75]


@pytest.mark.parametrize("kind", ["nc", "zarr2", "zarr3"])
class TestNetcdfAndZarr:
    def write(self, data: xr.Dataset, folder: Path, kind: str) -> Path:
        if kind == "nc":
            path = folder / "grid.nc"
            data.to_netcdf(path, engine="scipy")
        else:
            path = folder / "grid.zarr"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # zarr 3 says that its summary is not yet a standard
                data.to_zarr(path, mode="w", zarr_format=int(kind[-1]))  # type: ignore[call-overload]
        return path

    def test_either_direction(self, kind: str, tmp_path: Path) -> None:
        for longitudes, latitudes, cells in (
            (EAST, NORTH, CELLS),
            (EAST, NORTH[::-1], CELLS[::-1]),
            (EAST[::-1], NORTH, CELLS[:, ::-1]),
        ):
            path = self.write(degrees(longitudes, latitudes, cells), tmp_path, kind)
            grid = count(path, crs=4326)
            assert grid.to_numpy().tolist() == CELLS.tolist()
            np.testing.assert_allclose(grid.x, EAST)
            np.testing.assert_allclose(grid.y, NORTH)

    def test_axes_out_of_order_or_uneven(self, kind: str, tmp_path: Path) -> None:
        # GDAL looks at the first, middle and last value of an axis, and would place these cells wrongly.
        for longitudes in ([100, 102, 101, 103], [100, 101, 102, 104.0]):
            path = self.write(degrees(list(map(float, longitudes)), NORTH), tmp_path, kind)
            with pytest.raises(InputError, match="not evenly spaced, or out of order"):
                count(path, crs=4326)

    def test_it_must_say_its_crs(self, kind: str, tmp_path: Path) -> None:
        path = self.write(degrees(EAST, NORTH), tmp_path, kind)
        with pytest.raises(MissingCRSError, match="does not say its coordinate reference system"):
            count(path)
        data = degrees(EAST, NORTH).rename(lon="x", lat="y").rio.write_crs(4326)
        assert count(self.write(data, tmp_path, kind)).rio.crs.to_epsg() == 4326

    def test_fill_scale_and_offset(self, kind: str, tmp_path: Path) -> None:
        stored = CELLS.astype("int16")
        attributes = {"scale_factor": 0.5, "add_offset": 1.0, "_FillValue": np.int16(3)}
        grid = count(self.write(degrees(EAST, NORTH, stored, **attributes), tmp_path, kind), crs=4326)
        assert np.isnan(grid.to_numpy()[0, 3])
        assert float(grid.sum()) == (66 - 3) * 0.5 + 11

    def test_longitudes_from_0_to_360(self, kind: str, tmp_path: Path) -> None:
        path = self.write(degrees(list(np.arange(15.0, 360, 30)), [45.0, 15.0], WORLD), tmp_path, kind)
        grid = count(path, crs=4326)
        np.testing.assert_allclose(grid.x, np.arange(-165, 180, 30))
        assert grid.to_numpy()[0].tolist() == np.roll(np.arange(12), 6).tolist()

    def test_several_variables_and_years(self, kind: str, tmp_path: Path) -> None:
        data = degrees(EAST, NORTH)
        data["men"] = (("year", "lat", "lon"), np.stack([CELLS, CELLS * 2]))
        data = data.assign_coords(year=[2010, 2020])
        path = self.write(data, tmp_path, kind)
        with pytest.raises(InputError, match="holds several layers"):
            count(path, crs=4326)
        with pytest.raises(InputError, match=r"has no layer `mne`.*Did you mean `men`"):
            count(path, crs=4326, layer="mne")
        assert float(count(path, crs=4326, layer="people").sum()) == 66
        with pytest.raises(InputError, match="holds 2 bands"):
            count(path, crs=4326, layer="men")
        both = count(path, crs=4326, layer="men", band=[1, 2])
        assert both.sum(("y", "x")).to_numpy().tolist() == [66, 132]
        assert both.band.to_numpy().tolist() == [2010, 2020]

    def test_piece_by_piece(self, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = self.write(degrees(EAST, NORTH), tmp_path, kind)
        monkeypatch.setattr("geo_urban.io.grids.LARGEST_IN_MEMORY", 0)
        grid = count(path, crs=4326)
        assert isinstance(grid.data, dask.array.Array)
        assert pickle.loads(pickle.dumps(grid)).compute().to_numpy().tolist() == CELLS.tolist()


def test_a_zarr_store_without_zarr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "grid.zarr").mkdir()
    (tmp_path / "grid.zarr" / "zarr.json").write_text("{}")
    with pytest.raises(InputError, match="has no variable with rows and columns"):
        count(tmp_path / "grid.zarr")
    (tmp_path / "grid.zarr" / "zarr.json").write_text("{")
    with pytest.raises(DataSourceError, match="cannot be read as a Zarr store"):
        count(tmp_path / "grid.zarr")
    monkeypatch.setattr(_grid_zarr, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"needs zarr: `pip install 'geo-urban\[formats\]'`"):
        count(tmp_path / "grid.zarr")


def test_over_the_web(web: Any, write: Write) -> None:
    cells = np.random.default_rng(0).random((600, 700)).astype("float32")
    place = Affine(0.01, 0, 100, 0, -0.01, 40)
    path = write(cells, transform=place, tiled=True, blockxsize=128, blockysize=128)
    url = web.put("grid.tif", path.read_bytes())
    grid = count(url, window=(100.0, 39.5, 100.5, 40.0))
    np.testing.assert_array_equal(grid, cells[:50, :50])
    assert grid.attrs["source"] == "grid.tif"
    asked = [each for each in web.ranges if each]
    assert asked  # parts only: of 1.7 MB, less than half came
    sizes = [int(last) - int(first) + 1 for first, last in (each[6:].split("-") for each in asked)]
    assert sum(sizes) < len(path.read_bytes()) / 2
    with pytest.raises(DataSourceError, match="download it first"):
        count(f"{web.url}/absent.tif")


def test_netcdf_over_the_web(web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    degrees(EAST, NORTH).to_netcdf(tmp_path / "grid.nc", engine="scipy")
    url = web.put("grid.nc", (tmp_path / "grid.nc").read_bytes())
    monkeypatch.setenv("GEO_URBAN_CACHE", str(tmp_path / "cache"))
    for _ in range(2):
        assert count(url, crs=4326).to_numpy().tolist() == CELLS.tolist()
    assert len(web.ranges) == 1  # fetched once


@pytest.mark.parametrize("version", [2, 3])
def test_zarr_over_the_web(web: Any, tmp_path: Path, version: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        degrees(EAST, NORTH).to_zarr(tmp_path / "grid.zarr", zarr_format=version, consolidated=True)  # type: ignore[call-overload]
    for file in (tmp_path / "grid.zarr").rglob("*"):
        if file.is_file():
            web.put(str(file.relative_to(tmp_path)), file.read_bytes())
    assert count(f"{web.url}/grid.zarr", crs=4326).to_numpy().tolist() == CELLS.tolist()
    with pytest.raises(DataSourceError, match="cannot be read as a Zarr store"):
        count(f"{web.url}/absent.zarr")


def test_passwords_do_not_show() -> None:
    assert _grid_files.shown_name("https://me:secret@a.org/grid.tif?key=1") == "https://a.org/grid.tif"


def test_large_grids_are_read_piece_by_piece(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = np.random.default_rng(0).random((300, 500)).astype("float32")
    cells[7, 7] = -99999
    place = Affine(0.1, 0, 100, 0, 0.1, 0)  # south up, so that pieces must be turned
    path = write(cells, transform=place, tiled=True, blockxsize=64, blockysize=64, compress="deflate")
    expected = count(path)
    monkeypatch.setattr("geo_urban.io.grids.LARGEST_IN_MEMORY", 100_000)
    monkeypatch.setattr(_grid_cells, "_PIECE", 64 * 192 * 4)
    grid = count(path)
    assert grid.chunks == ((64, 64, 64, 64, 44), (192, 192, 116))  # whole tiles of the file
    xr.testing.assert_equal(grid.compute(), expected)
    np.testing.assert_array_equal(grid[10:20, 3:400:7].compute(), expected[10:20, 3:400:7])
    np.testing.assert_array_equal(grid[::-1, -5].compute(), expected[::-1, -5])
    assert float(grid.sum(dtype="float64")) == pytest.approx(float(expected.sum(dtype="float64")), rel=1e-14)
    assert pickle.loads(pickle.dumps(grid)).equals(expected)  # for workers
    assert count(path).data.name == grid.data.name  # read alike, it is one
    assert count(path, window=(100, 0, 110, 10)).shape == (100, 100)


def test_bad_cells_of_a_large_grid_are_found_when_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = CELLS.copy()
    cells[2, 1] = -5
    monkeypatch.setattr("geo_urban.io.grids.LARGEST_IN_MEMORY", 0)
    grid = count(write(cells))
    with pytest.raises(InputError, match="negative values in 1 cells"):
        grid.compute()


def test_large_grids_need_dask(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_urban.io.grids.LARGEST_IN_MEMORY", 0)
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "dask.array", None)
    with pytest.raises(MissingDependencyError, match=r"geo-urban\[dask\].*window=units"):
        count(write(CELLS))


@pytest.mark.shared
def test_real_grids(shared_data: Path) -> None:
    """Sums by rasterio alone, and what the publishers say of their grids."""
    grids = shared_data / "grids"
    for name, people in (
        ("beijing/bj_ppp_2020_1000m_UNadj.tif", 28.26e6),  # data.md: 28.26 M
        ("belgium/POP.tif", 20.60e6),  # data.md: 20.60 M
        ("gpw/gpw_v4_population_count_rev11_2020_30_min.tif", 7.97e9),  # GPW 4.11 puts the world of 2020 at 7.97 G
    ):
        grid = count(grids / name)
        with rasterio.open(grids / name) as file:
            plain = file.read(1, masked=True).astype("float64")
            assert grid_shape(grid).transform == file.transform
        plain = np.ma.masked_invalid(plain)
        assert float(grid.sum(dtype="float64")) == pytest.approx(float(plain.sum()), rel=1e-12)
        assert float(grid.sum(dtype="float64")) == pytest.approx(people, rel=1e-3)
        assert int(grid.notnull().sum()) == int(plain.count())


@pytest.mark.shared
def test_real_fill_values(shared_data: Path) -> None:
    land = count(shared_data / "grids" / "belgium" / "LAND.tif")
    # 4,294,967,295 is the fill of GHSL's whole numbers; a cell of 1 km² holds at most 1,000,000 m².
    assert float(land.max()) <= 1_000_000
    assert land.dtype == "float64"


def test_reading_takes_little_more_than_the_grid(write: Write) -> None:
    import tracemalloc

    cells = np.ones((4000, 2000), dtype="float32")
    path = write(cells, transform=Affine(0.01, 0, 100, 0, -0.01, 40), compress="deflate")
    count(write(CELLS, "small.tif"))  # imports are not what is measured
    tracemalloc.start()
    try:
        count(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.7 * cells.nbytes  # 1 is the grid itself; reading adds pieces of 8 MiB


def test_bands_that_declare_different_numbers_as_missing(tmp_path: Path) -> None:
    names = []
    for number in (7, 9):
        names.append(f"{number}.tif")
        layout = {"height": 1, "width": 2, "count": 1, "dtype": "float32", "crs": "EPSG:4326", "transform": PLACE}
        with rasterio.open(tmp_path / names[-1], "w", driver="GTiff", nodata=number, **layout) as file:
            file.write(np.array([[[number, 5]]], dtype="float32"))
    bands = "".join(
        f'<VRTRasterBand dataType="Float32" band="{band}"><NoDataValue>{name[0]}</NoDataValue><SimpleSource>'
        f'<SourceFilename relativeToVRT="1">{name}</SourceFilename></SimpleSource></VRTRasterBand>'
        for band, name in enumerate(names, start=1)
    )
    mosaic = tmp_path / "mosaic.vrt"
    mosaic.write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="1"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>100,0.5,0,40,0,-0.5</GeoTransform>{bands}</VRTDataset>"
    )
    assert np.isnan(count(mosaic, band=[1, 2])).to_numpy().tolist() == [[[True, False]], [[True, False]]]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"nodata": "x"}, "`nodata` = 'x' is no number"),
        ({"window": "abcd"}, "got 'abcd'"),
        ({"window": 5}, "got 5"),
        ({"band": 1.5}, "`band` = 1.5 is not in"),
    ],
)
def test_options_of_another_kind_are_refused_by_name(write: Write, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        count(write(CELLS), **options)


@pytest.mark.parametrize("path", [None, 5, b"grid.tif"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(InputError, match="is no path"):
        count(path)


def test_gdal_keeps_no_more_of_a_file_than_a_stated_size(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from rasterio._env import get_gdal_config

    seen = []
    monkeypatch.setattr(
        _grid_files, "_opened", lambda name: seen.append(get_gdal_config("GDAL_CACHEMAX")) or rasterio.open(name)
    )
    count(write(CELLS))
    assert set(seen) == {128 * 2**20}


def test_a_zarr_store_with_words_for_numbers_is_damaged(tmp_path: Path) -> None:
    store = tmp_path / "people.zarr"
    people = xr.DataArray(CELLS, dims=("lat", "lon"), attrs={"scale_factor": "x"})
    people.assign_coords(lat=[3.0, 2, 1], lon=[1.0, 2, 3, 4]).to_dataset(name="people").to_zarr(store, zarr_format=2)
    with pytest.raises(DataSourceError, match="scale_factor"):
        count(store, crs=4326)
