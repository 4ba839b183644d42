"""Where a grid lies, what its cells hold and how large they are; and grids that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS, Geod, Transformer

from geo_urban.errors import CRSMismatchError, InputError, MissingCRSError
from geo_urban.spatial import GridShape, build_grid, cell_area_km2, grid_shape, require_quantity

if TYPE_CHECKING:
    import xarray as xr

THIRTY_SECONDS = GridShape(transform=Affine(1 / 120, 0, 73, 0, -1 / 120, 54), height=40, width=60, crs=CRS(4326))


def grid_on(crs: object, *, cell: float, west: float, north: float, rows: int = 4, columns: int = 5) -> xr.DataArray:
    shape = GridShape(transform=Affine(cell, 0, west, 0, -cell, north), height=rows, width=columns, crs=CRS(crs))
    return build_grid(np.ones((rows, columns)), shape, quantity="count")


GRID = build_grid(np.ones((40, 60)), THIRTY_SECONDS, quantity="density")


def test_a_built_grid_tells_its_shape_to_the_last_digit() -> None:
    assert grid_shape(GRID) == THIRTY_SECONDS
    assert THIRTY_SECONDS.bounds == pytest.approx((73, 54 - 1 / 3, 73.5, 54))
    assert require_quantity(GRID) == "density"


def test_a_slice_lies_where_its_cells_lie() -> None:
    part = GRID[10:20, 5:8]
    assert grid_shape(part).bounds == pytest.approx((73 + 5 / 120, 54 - 20 / 120, 73 + 8 / 120, 54 - 10 / 120))
    assert (grid_shape(part).height, grid_shape(part).width) == (10, 3)


def test_coordinates_suffice_even_in_single_precision() -> None:
    bare = GRID.drop_vars("spatial_ref").rio.write_crs(4326)
    bare = bare.assign_coords(x=bare.x.astype(np.float32), y=bare.y.astype(np.float32))
    assert grid_shape(bare).bounds == pytest.approx(THIRTY_SECONDS.bounds, abs=1e-5)


def test_a_transform_suffices_without_coordinates() -> None:
    assert grid_shape(GRID.drop_vars(["x", "y"])) == THIRTY_SECONDS


def test_rows_may_run_north() -> None:
    shape = grid_shape(GRID[::-1])
    assert shape.transform.e > 0
    assert shape.bounds == pytest.approx(THIRTY_SECONDS.bounds)


def test_a_single_cell_needs_a_transform() -> None:
    assert grid_shape(GRID[:1, :1]).bounds == pytest.approx((73, 54 - 1 / 120, 73 + 1 / 120, 54))
    bare = GRID[:1, :1].drop_vars("spatial_ref").rio.write_crs(4326)
    with pytest.raises(InputError, match="a single cell along x and no transform"):
        grid_shape(bare)


def test_what_is_no_regular_grid_is_refused() -> None:
    with pytest.raises(InputError, match=r"dimensions lat, lon.*rename\(lat"):
        grid_shape(GRID.rename(y="lat", x="lon"))
    with pytest.raises(InputError, match="dimensions x, y"):
        grid_shape(GRID.T)
    with pytest.raises(InputError, match="0 rows and 60 columns"):
        grid_shape(GRID[:0])
    with pytest.raises(InputError, match=r"runs from east to west.*sortby"):
        grid_shape(GRID[:, ::-1])
    with pytest.raises(InputError, match="along y, 38 of 40 cells are out of step or order"):
        grid_shape(GRID[[0, *range(2, 40), 1]])
    with pytest.raises(InputError, match="rotated or sheared"):
        grid_shape(GRID.drop_vars(["x", "y"]).rio.write_transform(Affine(1, 0.2, 73, 0.1, -1, 54)))
    with pytest.raises(InputError, match="neither coordinates nor a transform"):
        grid_shape(GRID.drop_vars(["x", "y", "spatial_ref"]).rio.write_crs(4326))
    with pytest.raises(MissingCRSError, match="`built` does not say its coordinate reference system"):
        grid_shape(GRID.drop_vars("spatial_ref"), argument="built")


def test_values_must_fit_and_quantities_be_known() -> None:
    with pytest.raises(InputError, match=r"shape \(2, 2\), the grid has 40 rows"):
        build_grid(np.ones((2, 2)), THIRTY_SECONDS, quantity="count")
    with pytest.raises(InputError, match="`quantity` is 'people'"):
        build_grid(np.ones((40, 60)), THIRTY_SECONDS, quantity="people")  # type: ignore[arg-type]


class TestCellArea:
    def test_all_cells_of_the_world_make_the_earth(self) -> None:
        area = cell_area_km2(grid_on(4326, cell=0.5, west=-180, north=90, rows=360, columns=720))
        # The ellipsoid of WGS 84 has 510,065,621.7 km² (NIMA TR8350.2, equal-area radius 6,371,007.1809 m).
        assert float(area.sum() * 720) == pytest.approx(4 * np.pi * 6371.0071809**2, rel=1e-10)

    def test_latitudes_beyond_the_poles_have_no_area(self) -> None:
        area = cell_area_km2(grid_on(4326, cell=1.0, west=0, north=92, rows=3))
        assert area.values.tolist()[:2] == [0, 0]
        assert float(area[2]) > 0

    @pytest.mark.parametrize("crs", [6933, "ESRI:54009", "+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +datum=WGS84"])
    def test_equal_area_projections_have_the_planar_area(self, crs: object) -> None:
        area = cell_area_km2(grid_on(crs, cell=1000, west=0, north=4e6))
        assert area.dims == ("y",)
        assert area.values.tolist() == [1] * 4

    @pytest.mark.parametrize(("crs", "west", "north"), [(3857, 1.2e7, 5e6), (32650, 2e5, 5e6), (3035, 4e6, 3e6)])
    def test_other_projections_have_the_area_on_the_ellipsoid(self, crs: int, west: float, north: float) -> None:
        grid = grid_on(crs, cell=1000, west=west, north=north, rows=80, columns=70)
        area = cell_area_km2(grid).broadcast_like(grid).to_numpy()
        to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
        along = np.linspace(0, 1, 20)
        for row, column in [(0, 0), (79, 69), (40, 3)]:
            x = west + 1000 * (column + np.concatenate([along, along * 0 + 1, 1 - along, along * 0]))
            y = north - 1000 * (row + np.concatenate([along * 0, along, along * 0 + 1, 1 - along]))
            geodesic = abs(Geod(ellps="WGS84").polygon_area_perimeter(*to_degrees.transform(x, y))[0]) / 1e6
            assert area[row, column] == pytest.approx(geodesic, rel=2e-7)

    def test_feet_are_feet(self) -> None:
        # New York in US survey feet: 1 ft = 1200 / 3937 m.
        area = cell_area_km2(grid_on(2263, cell=10_000, west=9e5, north=2e5))
        assert area.values == pytest.approx(100 * (1200 / 3937) ** 2, rel=1e-3)

    def test_the_area_multiplies_with_the_grid(self) -> None:
        people = (GRID * cell_area_km2(GRID)).sum()
        assert float(people) == pytest.approx(float(cell_area_km2(GRID).sum()) * 60)

    def test_a_local_crs_has_no_area(self) -> None:
        local = 'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
        with pytest.raises(CRSMismatchError, match="the grid is in site, which has no ellipsoid"):
            cell_area_km2(grid_on(local, cell=1000, west=0, north=0))
