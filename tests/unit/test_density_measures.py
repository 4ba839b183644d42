"""Density measures on grids small enough to be counted by hand."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from pyproj import CRS
from shapely import Polygon, box

from geo_urban.errors import (
    AlignmentError,
    DatumError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    InsufficientDataError,
    MissingColumnsError,
    MissingCRSError,
)
from geo_urban.hierarchy import (
    DensityResult,
    _density_cells,
    density_gini,
    density_grid,
    density_measures,
    density_theil,
    lived_density,
)
from geo_urban.messages import translate_to
from geo_urban.spatial import GridShape, build_grid, declare_datum

if TYPE_CHECKING:
    import xarray as xr

# Cells of 1 km² in an equal-area projection of Europe; the corner of the grid lies at (0, 0) of `km`.
WEST, NORTH = 4_000_000.0, 3_000_000.0
EQUAL_AREA = CRS(3035)


def km(west: float, south: float, east: float, north: float) -> Polygon:
    return box(WEST + 1000 * west, NORTH + 1000 * south, WEST + 1000 * east, NORTH + 1000 * north)


def people(values: Any, **attributes: Any) -> xr.DataArray:
    array = np.array(values, dtype=float)
    shape = GridShape(
        transform=Affine(1000, 0, WEST, 0, -1000, NORTH), height=array.shape[0], width=array.shape[1], crs=EQUAL_AREA
    )
    return build_grid(array, shape, **{"quantity": "count", **attributes})


def units(**shapes: Polygon) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": list(shapes)},
        index=pd.Index(list(shapes), name="code"),
        geometry=list(shapes.values()),
        crs=EQUAL_AREA,
    )


GRID = people([[90, 10, 0, 0], [0, 0, 200, np.nan]])
LAND = units(a=km(0, -2, 2, 0), b=km(2, -2, 4, 0))


def test_every_measure_by_hand() -> None:
    result = density_measures(GRID, LAND, threshold_per_km2=50)
    # a: 90, 10, 0, 0 people on four cells of 1 km².
    a = result.units.loc["a"]
    assert a[["population", "covered_area_km2"]].tolist() == pytest.approx([100, 4])
    assert a["lived_density_per_km2"] == pytest.approx((90 * 90 + 10 * 10) / 100)  # 82
    assert a["dense_share"] == pytest.approx(0.9)
    # Lorenz curve over shares of land ¼, ½, ¾, 1: 0, 0, 0.1, 1; twice the area under it is ¼ (0.1 + 1.1) = 0.3.
    assert a["density_gini"] == pytest.approx(0.7)
    assert a["density_theil"] == pytest.approx(0.9 * np.log(0.9 / 0.25) + 0.1 * np.log(0.1 / 0.25))
    # b: 0, 0, 200 people on the three cells that have a value.
    b = result.units.loc["b"]
    assert b[["population", "covered_area_km2", "lived_density_per_km2", "dense_share"]].tolist() == pytest.approx(
        [200, 3, 200, 1]
    )
    assert b["density_gini"] == pytest.approx(2 / 3)  # all on a third of the land
    assert b["density_theil"] == pytest.approx(np.log(3))
    # The geodesic area of a square of 2 km in this projection: 4 km², to the meter of its corners.
    assert result.units["area_km2"].tolist() == pytest.approx([4, 4], rel=1e-3)
    assert result.units["density_per_km2"].tolist() == pytest.approx([25, 50], rel=1e-3)


def test_the_summary_is_that_of_all_land_as_one_unit() -> None:
    grouped = density_measures(GRID, LAND.assign(group=["x", "x"]), threshold_per_km2=50)
    whole = density_measures(GRID, units(all=km(0, -2, 4, 0)), threshold_per_km2=50)
    for summary, row in ((grouped.summary(), "total"), (grouped.summary(by="group"), "x")):
        for column in ("population", "lived_density_per_km2", "dense_share", "density_theil"):
            assert summary.loc[row, column] == pytest.approx(whole.units.loc["all", column])
        parts = summary.loc[row, ["theil_within", "theil_between"]]
        assert parts.sum() == pytest.approx(summary.loc[row, "density_theil"])
    # Between: 100 of 300 people on 4 of 7 km², the others on 3.
    between = (1 / 3) * np.log((1 / 3) / (4 / 7)) + (2 / 3) * np.log((2 / 3) / (3 / 7))
    assert grouped.summary().loc["total", "theil_between"] == pytest.approx(between)
    with pytest.raises(MissingColumnsError, match="no column province"):
        grouped.summary(by="province")


def test_cells_count_by_their_share_in_the_unit() -> None:
    half = units(half=km(0.5, -1, 1.25, 0))
    measured = density_measures(GRID, half).units.loc["half"]
    # Half of the cell with 90 and a quarter of that with 10: 45 + 2.5 people on 0.75 km².
    assert measured[["population", "covered_area_km2"]].tolist() == pytest.approx([47.5, 0.75])
    assert measured["lived_density_per_km2"] == pytest.approx((45 * 90 + 2.5 * 10) / 47.5)


def test_land_area() -> None:
    land = LAND.assign(dry=[2.0, 0.0])
    result = density_measures(GRID, land, land_area_km2="dry")
    assert result.units["land_density_per_km2"].tolist() == pytest.approx([50, np.nan], nan_ok=True)
    assert result.summary().loc["total", "land_density_per_km2"] == pytest.approx(50)
    assert result.units["dry"].tolist() == [2.0, 0.0]
    assert "land_density_per_km2" not in density_measures(GRID, LAND).units
    with pytest.raises(MissingColumnsError, match="no column wet"):
        density_measures(GRID, LAND, land_area_km2="wet")
    with pytest.raises(InputError, match="neither negative nor infinite"):
        density_measures(GRID, LAND.assign(dry=[-1.0, 1.0]), land_area_km2="dry")


def test_counts_and_densities_say_the_same() -> None:
    counted = density_measures(GRID, LAND).units
    dense = density_measures(density_grid(GRID), LAND).units
    pd.testing.assert_frame_equal(counted, dense)
    assert density_grid(GRID).attrs["quantity"] == "density"
    degrees = build_grid(
        [[100.0], [100.0]],
        GridShape(transform=Affine(1, 0, 10, 0, -1, 61), height=2, width=1, crs=CRS(4326)),
        quantity="count",
    )
    # Cells of one degree shrink towards the pole: equal counts are denser in the north. 6,122 and 6,308 km² are the
    # areas of quadrangles at 60.5° and 59.5° on WGS 84 (ESRI "Cylindrical Equal Area" gives the same).
    north, south = density_grid(degrees).to_numpy().ravel()
    assert north > south
    assert 100 / north < 100 / south
    assert density_grid(degrees).dims == ("y", "x")


def test_a_column_of_the_same_name_is_replaced_and_others_are_kept() -> None:
    before = LAND.assign(population=[1, 2], mayor=["x", "y"])
    after = density_measures(GRID, before).units
    assert after["population"].tolist() == pytest.approx([100, 200])
    assert after["mayor"].tolist() == ["x", "y"]
    assert before["population"].tolist() == [1, 2]
    assert after.index.equals(LAND.index)
    assert after.crs == LAND.crs


def test_units_without_people_or_cells() -> None:
    three = units(empty=km(2, -1, 4, 0), blank=km(3, -2, 4, -1), far=km(50, 50, 51, 51), full=km(0, -1, 1, 0))
    with pytest.warns(GeoUrbanWarning, match="blank, far lie on no cell of the grid that has a value"):
        result = density_measures(GRID, three)
    measured = result.units
    assert measured["population"].tolist() == pytest.approx([0, np.nan, np.nan, 90], nan_ok=True)
    assert measured["density_per_km2"].isna().tolist() == [False, True, True, False]
    assert measured["lived_density_per_km2"].isna().tolist() == [True, True, True, False]
    assert measured["density_gini"].isna().tolist() == [True, True, True, False]
    summary = result.summary().loc["total"]
    assert summary[["units", "without_figure"]].tolist() == [4, 2]
    # 90 people on 3 km² that are known, 30 per km².
    assert summary["density_per_km2"] == pytest.approx(30, rel=1e-3)
    assert summary["density_theil"] == pytest.approx(np.log(3))


def test_units_that_reach_beyond_the_grid_are_named() -> None:
    across = units(a=km(-1, -2, 2, 0), b=km(2, -2, 4, 0))
    with pytest.warns(GeoUrbanWarning, match="^a reach beyond the edge of the grid"):
        measured = density_measures(GRID, across).units
    assert measured["covered_area_km2"].tolist() == pytest.approx([4, 3])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        density_measures(GRID, units(edge=km(0, -2, 4, 0), within=km(1, -1.5, 1.5, -1)))


def test_nobody_anywhere() -> None:
    result = density_measures(people([[0, 0]]), units(a=km(0, -1, 2, 0)))
    assert result.units.loc["a", "population"] == 0
    total = result.summary().loc["total"]
    assert total["density_per_km2"] == 0
    assert np.isnan([total["lived_density_per_km2"], total["dense_share"], total["density_theil"]]).all()


def test_missing_cells_are_unknown_unless_filled() -> None:
    steppe = people([[100, np.nan]])
    land = units(a=km(0, -1, 2, 0))
    assert density_measures(steppe, land).units.loc[
        "a", ["covered_area_km2", "density_gini"]
    ].tolist() == pytest.approx([1, 0])
    filled = density_measures(steppe.fillna(0), land).units.loc["a"]
    assert filled[["covered_area_km2", "density_gini"]].tolist() == pytest.approx([2, 0.5])


def test_cells_that_reach_beyond_all_units() -> None:
    coast = units(a=km(0, -1, 1.25, 0))  # a whole cell with 90 people, a quarter of one with 10
    cut = density_measures(GRID, coast)
    assert cut.units.loc["a", "population"] == pytest.approx(92.5)
    assert cut.audit["outside_all_zones"].item() == pytest.approx(300 - 92.5)
    kept = density_measures(GRID, coast, outer_cells="keep")
    assert kept.units.loc["a", "population"] == pytest.approx(100)
    # The ten live on the quarter inside: 40 per km².
    assert kept.units.loc["a", "lived_density_per_km2"] == pytest.approx((90 * 90 + 10 * 40) / 100)
    assert kept.audit[["sum_over_zones", "difference", "outside_all_zones"]].iloc[0].tolist() == pytest.approx(
        [100, -200, 200]
    )
    # Neighbors share what they cut among themselves; only the outer border keeps.
    both = density_measures(GRID, units(a=km(0, -1, 0.5, 0), b=km(0.5, -1, 1.25, 0)), outer_cells="keep")
    assert both.units["population"].tolist() == pytest.approx([45, 55])
    inner = density_measures(GRID, units(a=km(0, -2, 4, 0)), outer_cells="keep")
    assert inner.units["population"].tolist() == pytest.approx([300])


def test_blocks_of_units_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = density_measures(GRID, LAND, outer_cells="keep")
    monkeypatch.setattr(_density_cells, "BLOCK_CELLS", 1)
    pd.testing.assert_frame_equal(density_measures(GRID, LAND, outer_cells="keep").units, at_once.units)


def test_units_in_another_crs_are_brought_to_the_grid_and_that_is_said_once() -> None:
    degrees = LAND.to_crs(4326)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        measured = density_measures(GRID, degrees, outer_cells="keep").units
    assert [item.category for item in caught] == [GeoUrbanWarning]
    assert "reprojected from EPSG:4326" in str(caught[0].message)
    assert measured["population"].tolist() == pytest.approx([100, 200], rel=1e-3)
    assert measured.crs == degrees.crs


def test_grids_beyond_the_antimeridian() -> None:
    # A grid from 0 to 360 degrees holds Alaska at 190 degrees; the unit lies at −170.
    grid = build_grid(
        np.where(np.arange(36) == 19, 500.0, 0.0)[None, :],
        GridShape(transform=Affine(10, 0, 0, 0, -10, 70), height=1, width=36, crs=CRS(4326)),
        quantity="count",
    )
    unit = gpd.GeoDataFrame(index=["a"], geometry=[box(-170, 60, -160, 70)], crs=4326)
    assert density_measures(grid, unit).units.loc["a", "population"] == pytest.approx(500)


@pytest.mark.parametrize(
    ("grid", "error", "told"),
    [
        (GRID.assign_attrs(quantity=None), InputError, "does not say whether its cells hold people"),
        (GRID.expand_dims(year=[2010, 2020]), InputError, r"a density is that of one year.*isel\(year=0\)"),
        (people([[90, -200, 0, 0], [0, 0, 200, 0]]), InputError, r"negative or infinite \(e.g. -200\).*nodata=-200"),
        (people([[90, np.inf, 0, 0], [0, 0, 200, 0]]), InputError, r"negative or infinite \(e.g. inf\)"),
        (people(np.full((2, 4), np.nan)), InsufficientDataError, "no unit lies on a cell of the grid that has a value"),
    ],
)
def test_faulty_grids(grid: xr.DataArray, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        density_measures(grid, LAND)


@pytest.mark.parametrize(
    ("spoilt", "error", "told"),
    [
        (LAND[:0], InsufficientDataError, "has no rows"),
        (LAND.set_crs(None, allow_override=True), MissingCRSError, "coordinate reference system"),
        (LAND.set_axis(["a", "a"]), AlignmentError, "has a more than once"),
        (
            LAND.set_geometry([km(0, 0, 1, 1), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])]).set_crs(
                EQUAL_AREA, allow_override=True
            ),
            GeometryError,
            "invalid polygons",
        ),
        (declare_datum(LAND.to_crs(4326), "gcj02"), DatumError, "gcj02"),
    ],
)
def test_faulty_units(spoilt: gpd.GeoDataFrame, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        density_measures(GRID, spoilt)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"threshold_per_km2": 0}, "must be a positive number"),
        ({"threshold_per_km2": float("nan")}, "must be a positive number"),
        ({"outer_cells": "drop"}, '"cut" or "keep"'),
    ],
)
def test_faulty_options(options: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        density_measures(GRID, LAND, **options)


def test_parcels_of_a_table() -> None:
    people_of, area = pd.Series([90, 10, 0, None]), pd.Series([1.0, 9.0, 10.0, 5.0])
    # The third is empty land, the last has no figure: 0, 10 and 90 people on 10, 9 and 1 of 20 km².
    assert lived_density(people_of, area) == pytest.approx((90 * 90 + 10 * 10 / 9) / 100)
    assert density_gini(people_of, area) == pytest.approx(1 - (9 / 20 * 0.1 + 1 / 20 * 1.1))
    assert density_theil(people_of, area) == pytest.approx(0.9 * np.log(0.9 * 20) + 0.1 * np.log(0.1 * 20 / 9))
    nobody = pd.Series([0, 0])
    assert np.isnan([measure(nobody, pd.Series([1.0, 2.0])) for measure in (lived_density, density_gini)]).all()
    with pytest.raises(InputError, match="is zero at 0"):
        density_gini(pd.Series([5, 5]), pd.Series([0.0, 1.0]))
    assert density_gini(pd.Series([5, 0]), pd.Series([1.0, 0.0])) == 0
    with pytest.raises(AlignmentError, match="describe different units"):
        density_theil(pd.Series([5]), pd.Series([1.0], index=["x"]))


class TestWhatIsShown:
    """Maps and layer files of density measures."""

    def shown(self, **attributes: Any) -> tuple[DensityResult, Any]:
        result = density_measures(GRID.assign_attrs(**attributes), LAND)
        return result, result.layers()

    def test_a_counted_grid(self) -> None:
        _, shown = self.shown(year=2020, source="Office of Maps")
        assert shown.source == "Office of Maps"
        assert translate_to("zh", shown.title) == "2020年人口密度"
        assert not any(field.modelled for field in shown.layers[0].fields)
        assert len(shown.cautions) == 1
        assert [field.column for field in shown.layers[0].mapped_fields] == [
            "lived_density_per_km2", "density_per_km2", "dense_share", "density_gini",
        ]  # fmt: skip
        assert "cells of about 1 km²" in shown.method

    def test_a_modelled_grid_is_called_so_everywhere(self) -> None:
        for flag in (True, "True"):  # a file gives back text
            result, shown = self.shown(modelled=flag, year="2020")
            from_grid = [field for field in shown.layers[0].fields if field.column != "area_km2"]
            assert all(field.modelled for field in from_grid if field.decimals is not None)
            assert shown.title == "Population density 2020 (modelled grid)"
            assert "not counted" in shown.cautions[0]
            assert result.units["modelled"].all()
            assert result.summary()["modelled"].all()

    def test_without_a_year(self) -> None:
        assert self.shown()[1].title == "Population density"
        assert self.shown(modelled=True)[1].title == "Population density (modelled grid)"
        assert self.shown()[1].source == "Figures given by the user."

    def test_classes_have_round_limits_that_part_the_units(self) -> None:
        _, shown = self.shown()
        lived = shown.layers[0].fields[0]
        assert lived.classes.limits == (100.0, 150.0)  # 82 and 200 per km²
        classes = {lived.classes.class_of(value) for value in (82, 200)}
        assert len(classes) == 2

    def test_no_more_than_seven_classes(self) -> None:
        values = np.geomspace(0.2, 90_000, 64).reshape(8, 8)
        cells = {f"u{row}{column}": km(column, -row - 1, column + 1, -row) for row in range(8) for column in range(8)}
        shown = density_measures(people(values), units(**cells)).layers()
        limits = shown.layers[0].fields[0].classes.limits
        assert 3 <= len(limits) <= 6
        assert list(limits) == sorted(limits)

    def test_next_to_nobody(self) -> None:
        few = density_measures((GRID * 1e-6).assign_attrs(quantity="count"), LAND).layers()
        assert few.layers[0].fields[0].classes.limits == ()

    def test_units_without_a_name_are_labelled_by_code(self) -> None:
        shown = density_measures(GRID, LAND.drop(columns="name")).layers()
        assert shown.layers[0].label_column == "code"
        assert shown.layers[0].units["code"].tolist() == ["a", "b"]


def test_a_grid_is_taken_at_its_word_about_the_part_of_its_cells_that_people_live_on() -> None:
    coast = units(a=km(0, -1, 1.25, 0))
    share = np.ones(GRID.shape)
    share[0, 1] = 0.25
    said = GRID.assign_coords(covered_share=(("y", "x"), share))
    kept = density_measures(GRID, coast, outer_cells="keep").units
    pd.testing.assert_frame_equal(density_measures(said, coast).units, kept)
    # Half of the quarter holds half of its ten people; to keep outer cells would give it all ten.
    half = density_measures(said, units(a=km(0, -1, 1.125, 0)))
    assert half.units.loc["a", "population"] == pytest.approx(95)
    assert half.audit["sum_over_zones"].item() == pytest.approx(95)


def test_numbers_that_a_grid_declares_as_missing_are_no_people() -> None:
    declared = GRID.fillna(0).where(GRID != 10, -1.0).rio.write_nodata(-1)
    land = units(a=km(0, -1, 2, 0))
    assert density_measures(declared, land).units["population"].item() == pytest.approx(90)
    assert density_grid(declared).isel(y=0).to_numpy()[:2].tolist() == pytest.approx([90, np.nan], nan_ok=True)


@pytest.mark.parametrize("threshold", ["dense", None])
def test_a_threshold_that_is_no_number_is_refused(threshold: object) -> None:
    with pytest.raises(InputError, match="must be a positive number"):
        density_measures(GRID, LAND, threshold_per_km2=threshold)  # type: ignore[arg-type]
