"""Sums, means and the audit of a zonal join, and every input it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from affine import Affine
from pyproj import CRS

from geo_urban.errors import (
    AlignmentError,
    CRSMismatchError,
    DatumError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    MissingCRSError,
)
from geo_urban.messages import translate
from geo_urban.spatial import (
    GridShape,
    area_km2,
    build_grid,
    cell_area_km2,
    cell_fractions,
    declare_datum,
    zonal_stats,
)
from geo_urban.spatial import _compiled as kernels
from geo_urban.spatial import _coverage_blocks as blocks

if TYPE_CHECKING:
    from geo_urban.spatial import Quantity

# Four rows and six columns of one degree: 100°–106° E, 30°–34° N.
SHAPE = GridShape(transform=Affine(1, 0, 100, 0, -1, 34), height=4, width=6, crs=CRS(4326))
PEOPLE = np.arange(24.0).reshape(4, 6)


def grid_of(
    values: object = PEOPLE, shape: GridShape = SHAPE, quantity: Quantity = "count", **told: object
) -> xr.DataArray:
    return build_grid(values, shape, quantity=quantity, **told)


def units_of(crs: object = 4326, **shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": list(shapes)}, index=list(shapes), geometry=list(shapes.values()), crs=crs)


HALVES = units_of(west=shapely.box(100, 30, 102.5, 34), east=shapely.box(102.5, 30, 106, 34))


def test_counts_are_summed_and_averaged_by_shares() -> None:
    result = zonal_stats(grid_of(), HALVES, stats=["sum", "mean", "count"]).units
    # Columns 0 and 1 whole and half of column 2: Σ over rows of 6r + 0, 6r + 1, (6r + 2) / 2 = 36, 40, 22.
    assert result.loc["west", "sum"] == 36 + 40 + 22
    assert result.loc["west", "count"] == 4 * 2.5
    assert result.loc["west", "mean"] == 98 / 10
    assert result["sum"].sum() == PEOPLE.sum()


def test_densities_are_weighted_by_the_true_area_of_cells() -> None:
    grid = grid_of(quantity="density")
    area = cell_area_km2(grid).to_numpy()  # by row
    assert area[3] > area[0] * 1.03  # cos 30.5° / cos 33.5° = 1.033: the southern row has larger cells
    result = zonal_stats(grid, HALVES, stats=["sum", "mean", "covered_km2"]).units
    people = (area[:, None] * PEOPLE)[:, :2].sum() + (area * PEOPLE[:, 2]).sum() / 2
    assert result.loc["west", "sum"] == pytest.approx(people, rel=1e-14)
    assert result.loc["west", "covered_km2"] == pytest.approx(2.5 * area.sum(), rel=1e-14)
    assert result.loc["west", "mean"] == pytest.approx(people / (2.5 * area.sum()), rel=1e-14)


def test_a_constant_density_has_that_mean_and_sums_to_the_area() -> None:
    result = zonal_stats(grid_of(np.full((4, 6), 7.0), quantity="density"), HALVES).units
    assert result["mean"].to_numpy() == pytest.approx([7, 7], rel=1e-14)
    # Meridians and parallels bound these units; densified, their geodesic area is that of the cells.
    area = area_km2(HALVES.set_geometry(HALVES.geometry.segmentize(0.01)))
    assert result["sum"].to_numpy() == pytest.approx(7 * area.to_numpy(), rel=1e-6)


def test_cells_that_change_along_a_row_count_by_their_own_area() -> None:
    # UTM: the scale grows with the distance from the central meridian.
    shape = GridShape(transform=Affine(10_000, 0, 200_000, 0, -10_000, 3_500_000), height=3, width=60, crs=CRS(32650))
    grid = grid_of(np.ones((3, 60)), shape, "density")
    area = cell_area_km2(grid)
    assert area.dims == ("y", "x")
    assert float(area[0, 0]) == pytest.approx(99.9, abs=0.1)
    assert float(area[0, 30]) > float(area[0, 0]) + 0.1
    unit = units_of(32650, a=shapely.box(200_000, 3_470_000, 225_000, 3_500_000))
    result = zonal_stats(grid, unit, stats=["sum", "covered_km2"]).units
    assert result.loc["a", "sum"] == pytest.approx(float(area[:, :2].sum() + area[:, 2].sum() / 2), rel=1e-14)
    assert result.loc["a", "covered_km2"] == result.loc["a", "sum"]
    geodesic = area_km2(unit.set_geometry(unit.geometry.segmentize(1000)))["a"]
    assert result.loc["a", "sum"] == pytest.approx(
        geodesic, rel=1e-5
    )  # the scale at the middle of a cell stands for all of it


def test_cells_without_a_value_are_left_out() -> None:
    values = PEOPLE.copy()
    values[:, 0] = np.nan
    result = zonal_stats(grid_of(values), HALVES, stats=["sum", "mean", "count"])
    assert result.units.loc["west"].tolist()[-3:] == [62, 62 / 6, 6]
    assert result.audit.loc["grid", "sum_over_grid"] == PEOPLE[:, 1:].sum()


def test_a_unit_without_a_value_is_missing_not_zero() -> None:
    far = units_of(a=shapely.box(100, 30, 101, 31), far=shapely.box(0, 0, 1, 1))
    result = zonal_stats(grid_of(), far, stats=["sum", "mean", "count", "covered_km2"])
    assert result.units.loc["far", ["sum", "mean"]].isna().all()
    assert result.units.loc["far", ["count", "covered_km2"]].tolist() == [0, 0]
    assert result.audit.loc["grid", "units_without_cells"] == 1


def test_the_audit_tells_gaps_from_overlaps() -> None:
    # One unit holds column 0 and half of column 1, the other all of columns 0 to 2.
    units = units_of(a=shapely.box(100, 30, 101.5, 34), b=shapely.box(100, 30, 103, 34))
    result = zonal_stats(grid_of(), units)
    audit = result.audit.loc["grid"]
    again, outside = PEOPLE[:, 0].sum() + PEOPLE[:, 1].sum() / 2, PEOPLE[:, 3:].sum()
    assert audit["in_several_zones"] == again
    assert audit["outside_all_zones"] == outside
    assert audit["sum_over_grid"] == PEOPLE.sum()
    assert audit["difference"] == audit["sum_over_zones"] - PEOPLE.sum() == again - outside
    summary = result.summary().loc["grid"]
    assert summary["units"] == 2
    assert summary["outside_share"] == outside / PEOPLE.sum()
    assert summary["several_share"] == again / PEOPLE.sum()


def test_an_empty_grid_has_no_shares() -> None:
    summary = zonal_stats(grid_of(np.zeros((4, 6))), HALVES).summary().loc["grid"]
    assert summary["sum_over_zones"] == 0
    assert np.isnan(summary["difference_share"])


def test_the_units_keep_rows_columns_and_crs() -> None:
    units = HALVES.assign(sum=[1, 2], province="x").rename_axis("adcode")
    before = units.copy(deep=True)
    result = zonal_stats(grid_of(), units).units
    assert list(result.columns) == ["name", "geometry", "province", "sum", "mean"]
    assert result.index.equals(units.index)
    assert result.crs == units.crs
    assert result["sum"].sum() == PEOPLE.sum()
    pd.testing.assert_frame_equal(pd.DataFrame(units), pd.DataFrame(before))


def test_no_units_leave_everybody_outside() -> None:
    result = zonal_stats(grid_of(), HALVES.iloc[:0])
    assert len(result.units) == 0
    assert result.audit.loc["grid", ["sum_over_zones", "outside_all_zones"]].tolist() == [0, PEOPLE.sum()]
    assert cell_fractions(grid_of(), HALVES.iloc[:0]).columns.tolist() == ["unit", "row", "col", "fraction"]


def test_rows_may_run_north() -> None:
    upward = GridShape(transform=Affine(1, 0, 100, 0, 1, 30), height=4, width=6, crs=CRS(4326))
    for quantity in ("count", "density"):
        down = zonal_stats(grid_of(quantity=quantity), HALVES).units
        up = zonal_stats(grid_of(PEOPLE[::-1], upward, quantity), HALVES).units
        pd.testing.assert_frame_equal(pd.DataFrame(down), pd.DataFrame(up), rtol=1e-14)


@pytest.mark.parametrize("kind", ["uint8", "int16", "int64", "float16", "float32", ">f4"])
def test_numbers_of_any_kind_are_summed_in_double_precision(kind: str) -> None:
    result = zonal_stats(grid_of(PEOPLE.astype(kind)), HALVES)
    assert result.units.loc["west", "sum"] == 98


def test_single_precision_cells_do_not_round_the_sum() -> None:
    values = np.full((4, 6), 16_777_216.0, dtype=np.float32)  # 2^24, beyond which floats of 32 bits skip numbers
    values[0, 0] += 2
    assert zonal_stats(grid_of(values), HALVES).audit.loc["grid", "sum_over_zones"] == 24 * 2**24 + 2


class TestSeveralGrids:
    def test_years_of_one_array(self) -> None:
        years = xr.concat([grid_of(PEOPLE), grid_of(2 * PEOPLE)], pd.Index([2010, 2020], name="year"))
        result = zonal_stats(years, HALVES)
        assert [c for c in result.units.columns if "_" in c] == ["sum_2010", "mean_2010", "sum_2020", "mean_2020"]
        assert result.units["sum_2020"].tolist() == (2 * result.units["sum_2010"]).tolist()
        assert result.audit["sum_over_grid"].to_dict() == {"2010": 276, "2020": 552}
        assert result.column("mean", "2020") == "mean_2020"

    def test_a_mapping_of_counts_and_densities(self) -> None:
        grids = {"people": grid_of(), "density": grid_of(quantity="density")}
        both = zonal_stats(grids, HALVES).units
        for name, grid in grids.items():
            alone = zonal_stats(grid, HALVES).units
            assert both[f"sum_{name}"].tolist() == alone["sum"].tolist()
            assert both[f"mean_{name}"].tolist() == alone["mean"].tolist()

    def test_each_has_its_own_missing_cells(self) -> None:
        gaps = PEOPLE.copy()
        gaps[:, :3] = np.nan
        result = zonal_stats({"a": grid_of(), "b": grid_of(gaps)}, HALVES).units
        assert result["sum_a"].notna().all()
        assert np.isnan(result.loc["west", "sum_b"])

    def test_a_file_with_one_band_is_one_grid(self) -> None:
        assert "sum" in zonal_stats(grid_of().expand_dims(band=[1]), HALVES).units

    def test_dates_are_labels(self) -> None:
        dates = pd.DatetimeIndex(["2010-01-01", "2020-01-01"], name="time")
        result = zonal_stats(xr.concat([grid_of(), grid_of()], dates), HALVES)
        assert list(result.audit.index) == ["2010-01-01", "2020-01-01"]

    def test_which_is_meant_must_be_said(self) -> None:
        result = zonal_stats({"a": grid_of(), "b": grid_of()}, HALVES)
        with pytest.raises(InputError, match=r"there is no sum of grid None; .* the grids a, b"):
            result.column("sum")
        with pytest.raises(InputError, match="there is no count of grid a"):
            result.column("count", "a")

    def test_other_cells_are_refused(self) -> None:
        aside = GridShape(transform=Affine(1, 0, 100.1, 0, -1, 34), height=4, width=6, crs=CRS(4326))
        with pytest.raises(InputError, match="b and a do not have the same cells"):
            zonal_stats({"a": grid_of(), "b": grid_of(shape=aside)}, HALVES)
        with pytest.raises(InputError, match="b and a do not have the same cells"):
            zonal_stats({"a": grid_of(), "b": grid_of()[:, :5]}, HALVES)

    def test_labels_that_repeat_are_refused(self) -> None:
        twice = xr.concat([grid_of(), grid_of()], pd.Index([2010, 2010], name="year"))
        with pytest.raises(InputError, match="has 2010 more than once along year"):
            zonal_stats(twice, HALVES)

    def test_further_dimensions_are_refused(self) -> None:
        years = xr.concat([grid_of(), grid_of()], pd.Index([2010, 2020], name="year"))
        with pytest.raises(InputError, match="`a` has the dimensions year, y, x"):
            zonal_stats({"a": years}, HALVES)
        with pytest.raises(InputError, match="`grid` has the dimensions sex, year, y, x"):
            zonal_stats(xr.concat([years, years], pd.Index(["f", "m"], name="sex")), HALVES)
        with pytest.raises(InputError, match="empty mapping"):
            zonal_stats({}, HALVES)


class TestLargeGrids:
    @pytest.mark.parametrize(
        "chunks", [{"y": 1, "x": 6}, {"y": 4, "x": 1}, {"y": 3, "x": 4}, {"y": (1, 2, 1), "x": (5, 1)}]
    )
    @pytest.mark.parametrize("quantity", ["count", "density"])
    def test_chunks_change_nothing(self, chunks: dict[str, object], quantity: Quantity) -> None:
        whole = zonal_stats(grid_of(quantity=quantity), HALVES)
        parts = zonal_stats(grid_of(quantity=quantity).chunk(chunks), HALVES)
        pd.testing.assert_frame_equal(pd.DataFrame(whole.units), pd.DataFrame(parts.units), rtol=1e-14)
        pd.testing.assert_frame_equal(whole.audit, parts.audit, rtol=1e-14)

    @pytest.mark.parametrize(("cells", "most"), [(1, 1), (4, 4), (7, 12), (13, 20)])
    def test_blocks_of_any_size_change_nothing(self, cells: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
        generator = np.random.default_rng(0)
        shape = GridShape(transform=Affine(0.25, 0, 100, 0, -0.25, 34), height=16, width=24, crs=CRS(4326))
        years = xr.concat([grid_of(generator.random((16, 24)), shape) for _ in range(2)], pd.Index([1, 2], name="year"))
        round_units = units_of(a=shapely.Point(102.1, 32.2).buffer(1.7), b=shapely.Point(104, 31).buffer(2.5))
        whole = zonal_stats(years, round_units)
        monkeypatch.setattr(blocks, "_CELLS", cells)
        monkeypatch.setattr(blocks, "_MOST_CELLS", most)
        monkeypatch.setattr(blocks, "_LARGE", 100)
        for grid in (years, years.chunk(y=5, x=7)):
            parts = zonal_stats(grid, round_units)
            pd.testing.assert_frame_equal(pd.DataFrame(whole.units), pd.DataFrame(parts.units), rtol=1e-13)
            pd.testing.assert_frame_equal(whole.audit, parts.audit, rtol=1e-13, atol=1e-12)

    def test_every_cell_is_in_one_block(self) -> None:
        tiled = grid_of(
            np.ones((1000, 900)), GridShape(transform=Affine(1, 0, 0, 0, -1, 0), height=1000, width=900, crs=CRS(6933))
        )
        tiled.encoding["preferred_chunks"] = {"y": 256, "x": 512}
        for grid in (tiled, tiled.chunk(y=300, x=250), grid_of()):
            seen = np.zeros(grid.shape)
            for top, bottom, west, east in blocks.blocks_of(grid):
                seen[top:bottom, west:east] += 1
            assert (seen == 1).all()

    def test_blocks_are_whole_tiles_of_bounded_size(self) -> None:
        import dask.array

        # 100 m for all of China: 3.2 billion cells in tiles of 512.
        cells = dask.array.zeros((43_200, 74_400), chunks=(512, 512), dtype=np.float32)
        shape = GridShape(
            transform=Affine(1 / 1200, 0, 73, 0, -1 / 1200, 54), height=43_200, width=74_400, crs=CRS(4326)
        )
        grid = xr.DataArray(cells, dims=("y", "x"))
        assert (shape.height, shape.width) == grid.shape
        for top, bottom, west, east in blocks.blocks_of(grid):
            assert top % 512 == west % 512 == 0
            assert (bottom - top) * (east - west) <= 1 << 22


class TestAroundTheEarth:
    WORLD = GridShape(transform=Affine(10, 0, -180, 0, -10, 90), height=18, width=36, crs=CRS(4326))
    SHIFTED = GridShape(transform=Affine(10, 0, 0, 0, -10, 90), height=18, width=36, crs=CRS(4326))

    def test_grids_from_0_to_360_are_joined_alike(self) -> None:
        values = np.random.default_rng(1).random((18, 36))
        units = units_of(
            pacific=shapely.MultiPolygon([shapely.box(170, -20, 180, 5), shapely.box(-180, -20, -163, 5)]),
            europe=shapely.box(-13, 33, 37, 71),
            world=shapely.box(-180, -90, 180, 90),
        )
        east_and_west = zonal_stats(grid_of(values, self.WORLD), units, stats=["sum", "count"])
        only_east = zonal_stats(grid_of(np.roll(values, 18, axis=1), self.SHIFTED), units, stats=["sum", "count"])
        assert only_east.units["sum"].to_numpy() == pytest.approx(east_and_west.units["sum"].to_numpy(), rel=1e-13)
        assert only_east.units["count"].tolist() == pytest.approx([27 * 25 / 100, 50 * 38 / 100, 648])
        assert only_east.units.loc["world", "sum"] == pytest.approx(values.sum(), rel=1e-14)

    def test_a_cell_met_from_both_sides_is_listed_once(self) -> None:
        # The first column is centred on the antimeridian.
        shape = GridShape(transform=Affine(10, 0, -185, 0, -10, 90), height=18, width=36, crs=CRS(4326))
        unit = units_of(a=shapely.MultiPolygon([shapely.box(178, 0, 180, 10), shapely.box(-180, 0, -177, 10)]))
        table = cell_fractions(grid_of(np.ones((18, 36)), shape), unit)
        assert table.to_dict("records") == [{"unit": "a", "row": 8, "col": 0, "fraction": pytest.approx(0.5)}]

    def test_a_polygon_that_jumps_across_is_refused(self) -> None:
        jumping = units_of(fiji=shapely.Polygon([(177, -20), (-178, -20), (-178, -15), (177, -15)]))
        with pytest.raises(GeometryError, match=r"fiji have edges over more than 180 degrees.*-wrapdateline"):
            zonal_stats(grid_of(np.ones((18, 36)), self.WORLD), jumping)

    def test_a_grid_longer_than_the_earth_is_refused(self) -> None:
        shape = GridShape(transform=Affine(10, 0, -180, 0, -10, 90), height=18, width=37, crs=CRS(4326))
        with pytest.raises(InputError, match=r"spans 370.0 degrees of longitude.*slice\(36\)"):
            zonal_stats(grid_of(np.ones((18, 37)), shape), HALVES)


class TestCRS:
    def test_units_are_reprojected_with_a_note(self) -> None:
        there = HALVES.set_geometry(HALVES.geometry.segmentize(0.01)).to_crs(6933)
        with pytest.warns(GeoUrbanWarning, match="`units` was reprojected from EPSG:6933 to EPSG:4326"):
            result = zonal_stats(grid_of(), there)
        assert result.units["sum"].tolist() == pytest.approx([98, 178], rel=1e-9)
        assert result.units.crs == there.crs

    def test_long_edges_follow_their_own_projection(self) -> None:
        # One edge of 6 degrees along a parallel is a curve in Albers: without intermediate points a bow is lost.
        albers = CRS("+proj=aea +lat_1=25 +lat_2=47 +lon_0=90 +datum=WGS84")
        shape = GridShape(transform=Affine(10_000, 0, 0, 0, -10_000, 5e6), height=500, width=200, crs=albers)
        units = units_of(a=shapely.box(92, 30, 98, 34))
        with pytest.warns(GeoUrbanWarning, match="reprojected"):
            count = zonal_stats(grid_of(np.ones((500, 200)), shape), units, stats="count").units.loc["a", "count"]
        dense = units.set_geometry(units.geometry.segmentize(0.001)).to_crs(albers)
        assert count == pytest.approx(dense.area.sum() / 1e8, rel=1e-5)
        assert count != pytest.approx(units.to_crs(albers).area.sum() / 1e8, rel=1e-4)

    def test_or_refused(self) -> None:
        with pytest.raises(CRSMismatchError, match="`units` is in EPSG:6933 and the grid in EPSG:4326"):
            zonal_stats(grid_of(), HALVES.to_crs(6933), reproject=False)

    def test_units_beyond_the_projection_of_the_grid_are_refused(self) -> None:
        shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=5, width=5, crs=CRS("+proj=gnom +lat_0=90"))
        south = units_of(south=shapely.box(0, -80, 10, -70))
        with (
            pytest.warns(GeoUrbanWarning, match="reprojected"),
            pytest.raises(CRSMismatchError, match="south cannot be placed"),
        ):
            zonal_stats(grid_of(np.ones((5, 5)), shape), south)

    def test_a_local_crs_lies_nowhere(self) -> None:
        local = 'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
        shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=5, width=5, crs=CRS(local))
        with (
            pytest.warns(GeoUrbanWarning, match="reprojected"),
            pytest.raises(CRSMismatchError, match="no way leads from EPSG:4326 to site"),
        ):
            zonal_stats(grid_of(np.ones((5, 5)), shape), HALVES)

    def test_without_a_crs_nothing_is_joined(self) -> None:
        with pytest.raises(MissingCRSError, match="`units` does not say"):
            zonal_stats(grid_of(), HALVES.set_crs(None, allow_override=True))
        bare = grid_of().drop_vars("spatial_ref")
        bare.encoding.clear()
        with pytest.raises(MissingCRSError, match="`grid` does not say"):
            zonal_stats(bare, HALVES)

    @pytest.mark.parametrize("datum", ["gcj02", "bd09"])
    def test_shifted_datums_are_refused(self, datum: str) -> None:
        with pytest.raises(DatumError, match=f"on {datum}.*to_wgs84"):
            zonal_stats(grid_of(), declare_datum(HALVES, datum))

    def test_cgcs2000_and_wgs84_are_told_apart_only_by_a_note(self) -> None:
        with pytest.warns(GeoUrbanWarning, match="from EPSG:4490 to EPSG:4326"):
            result = zonal_stats(grid_of(), HALVES.set_crs(4490, allow_override=True))
        assert result.units["sum"].tolist() == pytest.approx([98, 178], rel=1e-12)


class TestBadInput:
    def test_a_grid_must_say_what_it_holds(self) -> None:
        with pytest.raises(InputError, match="people or people per km²"):
            zonal_stats(grid_of().drop_attrs(deep=False), HALVES)

    def test_a_grid_must_hold_numbers(self) -> None:
        with pytest.raises(InputError, match="values of type bool"):
            zonal_stats(grid_of(PEOPLE > 3), HALVES)

    def test_statistics_must_be_known(self) -> None:
        with pytest.raises(InputError, match="`stats` names median; a zonal join knows sum, mean, count, covered_km2"):
            zonal_stats(grid_of(), HALVES, stats=["sum", "median"])
        with pytest.raises(InputError, match="`stats` names"):
            zonal_stats(grid_of(), HALVES, stats=[])

    def test_units_must_have_polygons(self) -> None:
        with pytest.raises(GeometryError, match="DataFrame without geometry"):
            zonal_stats(grid_of(), pd.DataFrame(index=["a"]))
        with pytest.raises(GeometryError, match="no geometry for b"):
            zonal_stats(grid_of(), units_of(a=shapely.box(100, 30, 101, 31), b=None))
        with pytest.raises(GeometryError, match="b are Point"):
            zonal_stats(grid_of(), units_of(a=shapely.box(100, 30, 101, 31), b=shapely.Point(1, 1)))
        with pytest.raises(GeometryError, match=r"cross themselves.*: bow"):
            zonal_stats(grid_of(), units_of(bow=shapely.Polygon([(100, 30), (103, 33), (103, 30), (100, 33)])))

    def test_codes_must_be_unique(self) -> None:
        with pytest.raises(AlignmentError, match="more than once"):
            zonal_stats(grid_of(), HALVES.set_axis(["a", "a"]))


class TestCellFractions:
    def test_fractions_give_the_sums(self) -> None:
        units = units_of(a=shapely.Point(102.1, 32.2).buffer(1.7), b=shapely.Point(104, 31).buffer(2.5))
        table = cell_fractions(grid_of(), units)
        people = table["fraction"] * PEOPLE[table["row"], table["col"]]
        sums = people.groupby(table["unit"]).sum()
        assert sums.to_numpy() == pytest.approx(zonal_stats(grid_of(), units).units["sum"].to_numpy(), rel=1e-14)
        assert table["fraction"].between(0, 1, inclusive="right").all()
        pd.testing.assert_frame_equal(table, table.sort_values(["unit", "row", "col"], ignore_index=True))
        assert not table.duplicated(["unit", "row", "col"]).any()

    def test_labels_are_those_of_the_index(self) -> None:
        units = HALVES.set_axis(pd.Index([7, 3], name="adcode"))
        table = cell_fractions(grid_of(), units)
        assert table["unit"].unique().tolist() == [7, 3]  # in the order of the units
        assert table["unit"].dtype == units.index.dtype

    def test_neither_quantity_nor_values_matter(self) -> None:
        plain = grid_of(np.full((4, 6), np.nan)).drop_attrs(deep=False)
        pd.testing.assert_frame_equal(cell_fractions(plain, HALVES), cell_fractions(grid_of(), HALVES))


class TestLayers:
    def test_counts_are_mapped_by_their_sum(self) -> None:
        result = zonal_stats(grid_of(year=2020, source="WorldPop 2020", modelled=True), HALVES)
        shown = result.layers()
        first, *_ = shown.layers[0].fields
        assert (first.column, translate(first.label), first.unit) == ("sum", "Residents 2020", "persons")
        assert first.modelled
        assert first.classes is not None
        assert shown.source == "WorldPop 2020"

    def test_densities_are_mapped_by_their_mean(self) -> None:
        result = zonal_stats({"2010": grid_of(quantity="density"), "2020": grid_of(quantity="density")}, HALVES)
        fields = result.layers(source="mine").layers[0].fields
        assert [field.column for field in fields[:4]] == ["mean_2010", "sum_2010", "mean_2020", "sum_2020"]
        assert fields[0].unit == "persons/km²"
        assert result.layers(source="mine").source == "mine"

    def test_units_without_values_have_no_classes(self) -> None:
        result = zonal_stats(grid_of(np.full((4, 6), np.nan)), HALVES)
        assert result.layers().layers[0].fields[0].classes is None

    def test_without_sums_and_means_there_is_no_map(self) -> None:
        with pytest.raises(InputError, match="neither sums nor means"):
            zonal_stats(grid_of(), HALVES, stats=["count"]).layers()


def test_where_no_cache_can_be_written_it_compiles_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def njit(*, cache: bool = False, **_: object) -> object:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")  # numba's words
        return lambda function: function

    monkeypatch.setattr(kernels.numba, "njit", njit)
    assert kernels.compiled(len)([1, 2]) == 2
    assert asked == [True, False]


COAST = units_of(west=shapely.box(100, 30, 102.5, 34), east=shapely.box(102.5, 30, 103.25, 34))


def test_people_of_cells_that_reach_beyond_all_units_are_cut_or_kept() -> None:
    cut = zonal_stats(grid_of(), COAST)
    kept = zonal_stats(grid_of(), COAST, outer_cells="keep")
    # Column 3 holds 3, 9, 15, 21 people: a quarter of it lies inside.
    assert kept.units["sum"].sum() - cut.units["sum"].sum() == pytest.approx(48 * 3 / 4, rel=1e-14)
    assert kept.units.loc["west", "sum"] == cut.units.loc["west", "sum"]  # its border cells are shared, not outer
    # Columns 4 and 5 lie beyond: 52 and 56 people.
    assert kept.audit.loc["grid", ["sum_over_grid", "outside_all_zones", "in_several_zones"]].tolist() == pytest.approx(
        [276, 108, 0]
    )
    assert kept.audit.loc["grid", "difference"] == pytest.approx(-108)
    assert kept.outer_cells == "keep"


def test_a_grid_is_taken_at_its_word_about_the_part_of_its_cells_that_people_live_on() -> None:
    # The people of columns 0 to 3 live west of 103.25° E; nobody lives east of it.
    share = np.ones(PEOPLE.shape, dtype="float32")
    share[:, 3], share[:, 4:] = 0.25, np.nan
    counted = grid_of(np.where(np.isnan(share), np.nan, PEOPLE)).assign_coords(covered_share=(("y", "x"), share))
    whole = zonal_stats(counted, COAST)
    assert whole.units["sum"].sum() == pytest.approx(PEOPLE[:, :4].sum(), rel=1e-14)
    assert whole.audit["outside_all_zones"].item() == pytest.approx(0, abs=1e-12)
    # One of its units alone takes no more than it did beside its neighbor, which keeping outer cells would do.
    alone = zonal_stats(counted, COAST.loc[["west"]])
    assert alone.units.loc["west", "sum"] == whole.units.loc["west", "sum"]
    assert alone.audit["outside_all_zones"].item() == pytest.approx(22 + 48, rel=1e-14)
    # A unit that reaches farther than the grid's own holds its people once, and not again.
    wide = zonal_stats(counted, units_of(all=shapely.box(100, 30, 106, 34)))
    assert wide.units["sum"].item() == pytest.approx(PEOPLE[:, :4].sum(), rel=1e-14)
    assert wide.audit[["outside_all_zones", "in_several_zones"]].iloc[0].tolist() == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize("missing", [-99999.0, 7.0])
def test_numbers_that_a_grid_declares_as_missing_are_no_people(missing: float) -> None:
    # As `rioxarray.open_rasterio` hands them over: not masked, the number only declared.
    values = PEOPLE.copy()
    values[1, 1] = missing
    declared = grid_of(values).rio.write_nodata(missing)
    result = zonal_stats(declared, HALVES, stats=["sum", "count"])
    assert result.units["sum"].sum() == PEOPLE.sum() - 7
    assert result.units["count"].sum() == 23
    assert result.audit["sum_over_grid"].item() == PEOPLE.sum() - 7
    whole = zonal_stats(declared.astype("int32").assign_attrs(declared.attrs), HALVES).units
    assert whole["sum"].sum() == PEOPLE.sum() - 7


@pytest.mark.parametrize(
    ("grid", "options", "said"),
    [
        (np.ones((2, 2)), {}, "`grid` is a ndarray, which does not say where its cells lie"),
        ("people.tif", {}, "`grid` is a str"),
        ({"2020": np.ones((2, 2))}, {}, "`2020` is a ndarray"),
        (grid_of().expand_dims(year=[2020]).isel(year=slice(0, 0)), {}, "nothing along year"),
        (grid_of(), {"stats": 3}, "`stats` names 3"),
        (grid_of(), {"stats": None}, "`stats` names None"),
        (grid_of(), {"outer_cells": "drop"}, '"cut" or "keep"'),
    ],
)
def test_what_is_no_grid_or_no_option_is_refused(grid: object, options: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        zonal_stats(grid, HALVES, **options)  # type: ignore[arg-type]


def test_what_is_no_layer_is_refused() -> None:
    with pytest.raises(GeometryError, match="`units` is a NoneType without geometry"):
        zonal_stats(grid_of(), None)  # type: ignore[arg-type]


def test_a_grid_that_says_it_is_not_modelled_is_not() -> None:
    assert zonal_stats(grid_of(modelled="False"), HALVES).grids["modelled"].tolist() == [False]
