"""Cases of a dasymetric spread that can be checked by hand, and the inputs it refuses."""

from __future__ import annotations

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
    GeometryError,
    InputError,
    InsufficientDataError,
    MissingColumnsError,
    MissingCRSError,
)
from geo_urban.spatial import (
    GridShape,
    area_km2,
    build_grid,
    dasymetric,
    estimate_class_weights,
    require_comparable_cells,
    require_not_made_from_classes,
    spread_errors,
)

EQUAL_AREA = CRS("ESRI:54034")


def lattice(height: int, width: int) -> GridShape:
    """Cells of 1 km² of an equal-area projection, the south-west corner at its origin."""
    return GridShape(transform=Affine(1000, 0, 0, 0, -1000, height * 1000), height=height, width=width, crs=EQUAL_AREA)


def weights_of(values: list[list[float]], quantity: str = "density") -> xr.DataArray:
    return build_grid(values, lattice(len(values), len(values[0])), quantity=quantity)  # type: ignore[arg-type]


def boxes(people: list[float], *corners: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Units by west, south, east and north [km]."""
    shapes = [shapely.box(*(1000 * each for each in box)) for box in corners]
    index = [chr(97 + place) for place in range(len(corners))]
    return gpd.GeoDataFrame({"population": people}, index=index, geometry=shapes, crs=EQUAL_AREA)


def test_a_border_cell_receives_from_each_unit_what_falls_on_its_part() -> None:
    # a holds cell 0 and half of cell 1: 30 people on 1.5 cells. b holds the other half and cell 2: 90 on 1.5.
    result = dasymetric(boxes([30, 90], (0, 0, 1.5, 1), (1.5, 0, 3, 1)), weights=weights_of([[1.0, 1.0, 1.0]]))
    assert result.grid.to_numpy().ravel().tolist() == pytest.approx([20, 10 + 30, 60], rel=1e-12)
    assert result.grid.attrs["quantity"] == "count"
    assert result.grid.attrs["modelled"] is True


def test_a_unit_smaller_than_a_cell_keeps_its_people() -> None:
    units = boxes([7, 3], (0.2, 0.2, 0.4, 0.4), (0.5, 0.5, 0.6, 0.6))
    assert dasymetric(units, weights=weights_of([[5.0]])).grid.item() == pytest.approx(10, rel=1e-12)


def test_cells_without_units_are_missing_and_cells_without_weight_are_empty() -> None:
    grid = dasymetric(boxes([10], (0, 0, 2, 1)), weights=weights_of([[1.0, np.nan, 1.0]])).grid
    np.testing.assert_array_equal(grid.to_numpy(), [[10.0, 0.0, np.nan]])


def test_a_unit_without_weight_is_spread_evenly_and_counted() -> None:
    result = dasymetric(boxes([10, 4], (0, 0, 1, 1), (1, 0, 3, 1)), weights=weights_of([[1.0, 0.0, np.nan]]))
    assert result.grid.to_numpy().ravel().tolist() == pytest.approx([10, 2, 2])
    assert result.units["placed_by"].tolist() == ["weights", "area"]
    assert result.summary()[["units_by_area", "people_by_area"]].tolist() == [1, 4]


def test_fallback_classes_are_tried_in_turn() -> None:
    units = boxes([10, 10, 10], (0, 0, 2, 1), (2, 0, 4, 1), (4, 0, 6, 1))
    classes = weights_of([[30.0, 13.0, 13.0, 12.0, 11.0, 11.0]])
    result = dasymetric(units, weights=classes, class_weights={30: 2.0}, fallback=[[13], [12]])
    assert result.grid.to_numpy().ravel().tolist() == pytest.approx([10, 0, 10, 0, 5, 5])
    assert result.units["placed_by"].tolist() == ["weights", "fallback 1", "area"]
    assert result.summary()[["units_by_fallback", "people_by_fallback"]].tolist() == [1, 10]


def test_a_unit_without_a_total_is_left_out_and_reported() -> None:
    result = dasymetric(boxes([10, np.nan], (0, 0, 1, 1), (1, 0, 2, 1)), weights=weights_of([[1.0, 1.0]]))
    np.testing.assert_array_equal(result.grid.to_numpy(), [[10.0, np.nan]])
    assert result.summary()["units_without_total"] == 1
    assert result.units["placed_by"].isna().tolist() == [False, True]


def test_weights_on_cells_of_degrees_count_by_their_area() -> None:
    # Equal weights per km² in the cells at 60–61° N and on the equator: people as the geodesic areas of the cells,
    # whose northern and southern edges are geodesics and no parallels.
    shape = GridShape(transform=Affine(1, 0, 0, 0, -1, 61), height=61, width=1, crs=CRS(4326))
    values = np.zeros((61, 1))
    values[[0, 60]] = 1.0
    unit = gpd.GeoDataFrame({"population": [100]}, geometry=[shapely.box(0, 0, 1, 61)], crs=4326)
    by_density = dasymetric(unit, weights=build_grid(values, shape, quantity="density")).grid.to_numpy().ravel()
    by_count = dasymetric(unit, weights=build_grid(values, shape, quantity="count")).grid.to_numpy().ravel()
    corners = gpd.GeoSeries([shapely.box(0, 60, 1, 61), shapely.box(0, 0, 1, 1)], crs=4326)
    north, south = area_km2(corners)
    assert by_count[[0, 60]].tolist() == pytest.approx([50, 50])
    assert by_density[0] / by_density[60] == pytest.approx(north / south, rel=5e-3)


def test_smoothing_leaves_no_jump_where_densities_are_equal() -> None:
    units = boxes([20, 20], (0, 0, 2, 1), (2, 0, 4, 1))
    result = dasymetric(units, weights=weights_of([[1.0] * 4]), smooth="pycnophylactic")
    assert result.grid.to_numpy().ravel().tolist() == pytest.approx([10] * 4)
    assert result.summary()["rounds"] == 1


def test_smoothing_tilts_each_unit_towards_its_neighbor() -> None:
    # By hand: densities 1 1 3 3. Means of itself and four neighbours, a missing one replaced by itself: 1, 1.4, 2.6, 3;
    # corrected to totals 2 and 6: times 2/2.4 and 6/5.6.
    units = boxes([2, 6], (0, 0, 2, 1), (2, 0, 4, 1))
    result = dasymetric(units, weights=weights_of([[1.0] * 4]), smooth="pycnophylactic", most_rounds=1)
    expected = [1 / 1.2, 1.4 / 1.2, 2.6 * 6 / 5.6, 3 * 6 / 5.6]
    assert result.grid.to_numpy().ravel().tolist() == pytest.approx(expected, rel=1e-12)


def test_smoothing_settles_on_a_smooth_surface_with_the_totals_of_the_units() -> None:
    units = boxes([10, 40, 10], (0, 0, 4, 1), (4, 0, 8, 1), (8, 0, 12, 1))
    result = dasymetric(units, weights=weights_of([[1.0] * 12]), smooth="pycnophylactic", tolerance=1e-10)
    cells = result.grid.to_numpy().ravel()
    assert cells.reshape(3, 4).sum(axis=1).tolist() == pytest.approx([10, 40, 10], rel=1e-9)
    np.testing.assert_allclose(cells, cells[::-1], rtol=1e-6)
    assert (np.diff(cells[:6]) > 0).all()


def test_estimated_weights_are_those_that_made_the_totals() -> None:
    areas = pd.DataFrame({30: [4.0, 1, 0, 9, 2], 12: [10.0, 30, 50, 5, 80]})
    found = estimate_class_weights(areas, areas @ [5000.0, 80.0])
    assert found.weights.to_dict() == pytest.approx({30: 5000, 12: 80}, rel=1e-9)
    assert found.summary()["r_squared"] == pytest.approx(1)
    assert found.table["area_km2"].tolist() == [16, 175]
    assert found.table["units"].tolist() == [4, 5]


def test_estimated_weights_solve_the_weighted_least_squares_they_claim() -> None:
    # The conditions of Karush, Kuhn and Tucker: no gradient at weights above zero, none downwards at zero.
    rng = np.random.default_rng(5)
    areas = pd.DataFrame(rng.gamma(1, 20, size=(200, 4)))
    total = (areas @ [3000.0, 0.0, 200.0, 5.0]) * rng.lognormal(0, 0.5, 200)
    weights = estimate_class_weights(areas, total).weights.to_numpy()
    x, fitted = areas.to_numpy(), areas.to_numpy() @ weights
    gradient = (x / np.maximum(fitted, 1e-3 * fitted.mean())[:, None]).T @ (total.to_numpy() - fitted)
    size = (x / fitted[:, None]).T @ total.to_numpy()
    np.testing.assert_allclose(gradient[weights > 0] / size[weights > 0], 0, atol=1e-6)
    assert (gradient[weights == 0] <= 0).all()


def test_standard_errors_cover_the_truth_about_as_often_as_they_should() -> None:
    rng = np.random.default_rng(11)
    areas = pd.DataFrame(rng.gamma(1, 20, size=(300, 2)))
    mean = areas @ [1000.0, 50.0]
    hits = 0
    for _ in range(100):
        found = estimate_class_weights(areas, mean * rng.gamma(4, 1 / 4, 300)).table
        hits += int(abs(found["weight"].iloc[0] - 1000) <= 1.96 * found["standard_error"].iloc[0])
    assert 87 <= hits <= 100  # 95 of 100 expected, standard deviation 2.2


def test_errors_of_a_group_are_people_who_would_have_to_move() -> None:
    # Group of 100 people expected 3 to 1, counted 50 and 50: 25 would have to move. By area 1 to 1: none.
    errors = spread_errors(
        np.array([3.0, 1.0, 9.0]), np.array([50.0, 50.0, 7.0]), np.ones(3), np.array(["g", "g", "alone"], dtype=object)
    )
    assert errors.loc["g", ["misplaced", "misplaced_share", "misplaced_share_by_area"]].tolist() == [25, 0.25, 0]
    assert errors.loc["g", "prediction_error"] == 47 + 49
    assert np.isnan(errors.loc["alone", "misplaced_share"])


def test_each_group_is_left_out_of_its_own_estimate() -> None:
    # Groups a and b live at 1000 per km² of town, c at 4000: c's units must be predicted with 1000.
    areas = pd.DataFrame({"town": [1.0, 2, 3, 4, 5, 6]}, index=list("uvwxyz"))
    groups = pd.Series(list("aabbcc"), index=areas.index)
    density = np.array([1000, 1000, 1000, 1000, 4000, 4000])
    found = estimate_class_weights(areas, areas["town"] * density, groups=groups)
    assert found.errors is not None
    assert found.errors.loc["c", "prediction_error"] == pytest.approx(3000 * 11)
    assert found.summary()["misplaced_share"] == pytest.approx(0, abs=1e-12)


def test_a_spread_by_given_weights_reports_its_error_by_group() -> None:
    units = boxes([30, 10, 5], (0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1)).assign(province=["p", "p", "q"])
    result = dasymetric(units, weights=weights_of([[1.0, 1.0, 1.0]]), by="province")
    assert result.errors is not None
    assert result.errors.loc["p", "misplaced"] == pytest.approx(10)  # evenly 20 and 20, counted 30 and 10
    assert result.summary()["misplaced_share"] == pytest.approx(0.25)


def test_inputs_are_left_as_they_were() -> None:
    units, weights = boxes([10], (0, 0, 1, 1)), weights_of([[1.0, 2.0]])
    before = units.copy(), weights.copy(deep=True)
    dasymetric(units, weights=weights)
    pd.testing.assert_frame_equal(units, before[0])
    xr.testing.assert_identical(weights, before[1])


SQUARE = boxes([10], (0, 0, 1, 1))
CELLS = weights_of([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("units", "options", "error", "words"),
    [
        (SQUARE, {"weights": CELLS, "total": "people"}, MissingColumnsError, "no column people"),
        (SQUARE.set_crs(None, allow_override=True), {"weights": CELLS}, MissingCRSError, "coordinate reference"),
        (SQUARE.assign(population=-1), {"weights": CELLS}, InputError, "holds -1 at a; people and areas are neither"),
        (SQUARE.assign(population=np.nan), {"weights": CELLS}, InsufficientDataError, "nobody to place"),
        (SQUARE.assign(geometry=[None]), {"weights": CELLS}, GeometryError, "people but no geometry"),
        (boxes([1], (0, 0, 3, 1)), {"weights": CELLS}, InputError, "a of `units` reach beyond the grid"),
        (boxes([1], (5, 5, 6, 6)), {"weights": CELLS}, InputError, "a of `units` reach beyond the grid"),
        (SQUARE, {"weights": weights_of([[1.0, -2.0]])}, None, ""),
        (SQUARE, {"weights": weights_of([[-1.0, 2.0]])}, InputError, "a weight below zero"),
        (SQUARE, {"weights": CELLS.assign_attrs(quantity="people")}, InputError, "does not say whether its cells hold"),
        (SQUARE, {"weights": CELLS.expand_dims(year=[1])}, InputError, "dimensions year, y, x"),
        (SQUARE, {"weights": CELLS, "smooth": "tobler"}, InputError, "`smooth` is 'tobler'"),
        (SQUARE, {"weights": CELLS, "class_weights": "guess"}, InputError, "`class_weights` is 'guess'"),
        (SQUARE, {"weights": CELLS, "class_weights": {1: -5}}, InputError, "a weight below zero"),
        (SQUARE, {"weights": CELLS, "classes": [1]}, InputError, "`classes` says which weights to estimate"),
        (SQUARE, {"weights": CELLS, "fallback": [[1]]}, InputError, "`fallback` names classes"),
        (SQUARE, {"weights": CELLS, "by": "province"}, MissingColumnsError, "no column province"),
        (SQUARE.assign(p=[None]), {"weights": CELLS, "by": "p"}, InputError, "no p for a"),
        (
            SQUARE,
            {"weights": CELLS, "class_weights": "estimate", "classes": [1, 2]},
            InsufficientDataError,
            "2 weights",
        ),
    ],
)
def test_what_cannot_be_spread_is_refused(
    units: gpd.GeoDataFrame, options: dict[str, object], error: type[Exception] | None, words: str
) -> None:
    if error is None:  # a negative weight in a cell without units does no harm
        assert float(dasymetric(units, **options).grid.sum()) == 10  # type: ignore[arg-type]
        return
    with pytest.raises(error, match=words):
        dasymetric(units, **options)  # type: ignore[arg-type]


def test_areas_and_totals_of_other_units_are_refused() -> None:
    areas = pd.DataFrame({1: [1.0, 2.0]}, index=["a", "b"])
    with pytest.raises(AlignmentError, match="`total` and `areas` are not on one index"):
        estimate_class_weights(areas, pd.Series([1, 2], index=["b", "a"]))
    with pytest.raises(InputError, match=r"`areas` holds -1\.0"):
        estimate_class_weights(-areas.iloc[:1], pd.Series([1], index=["a"]))


def test_a_modelled_grid_refuses_comparisons_of_cells_and_the_search_for_its_classes() -> None:
    grid = dasymetric(SQUARE, weights=CELLS).grid
    require_comparable_cells(CELLS, CELLS)
    require_not_made_from_classes(grid)
    with pytest.raises(InputError, match="is modelled: its cells inherit the change"):
        require_comparable_cells(CELLS, grid)
    # A file gives attributes back as text.
    with pytest.raises(InputError, match="the grid of 2020 is modelled"):
        require_comparable_cells(CELLS.assign_attrs(modelled="True", year=2020))
    with pytest.raises(InputError, match="placed by the classes of X"):
        require_not_made_from_classes(grid.assign_attrs(made_from="X"))


@pytest.mark.parametrize(
    ("people", "options", "said"),
    [
        ("many", {}, "is not numeric"),
        (True, {}, "is not numeric"),
        (10, {"class_weights": {1.5: 3}}, "holds 1.5; classes go by whole numbers"),
        (10, {"class_weights": {"town": 3}}, "holds town; classes go by whole numbers"),
        (10, {"class_weights": "estimate"}, "holds 0.2, 0.7; classes go by whole numbers"),
        (10, {"class_weights": {1: float("nan")}}, "`class_weights` holds nan"),
        (10, {"smooth": "pycnophylactic", "most_rounds": 0}, "smoothing needs a round at least"),
        (10, {"smooth": "pycnophylactic", "tolerance": float("nan")}, "smoothing needs a round at least"),
    ],
)
def test_garbage_is_refused_by_name(people: object, options: dict[str, object], said: str) -> None:
    county = boxes([1], (0, 0, 2, 1)).assign(population=people)
    with pytest.raises(InputError, match=said):
        dasymetric(county, weights=weights_of([[0.2, 0.7]]), **options)  # type: ignore[arg-type]


def test_what_is_no_grid_weighs_nothing() -> None:
    with pytest.raises(InputError, match="`weights` is a ndarray"):
        dasymetric(boxes([1], (0, 0, 2, 1)), weights=np.ones((1, 2)))  # type: ignore[arg-type]


def test_weights_that_the_grid_declares_as_missing_weigh_nothing() -> None:
    declared = weights_of([[-9.0, 1.0]]).rio.write_nodata(-9)
    assert dasymetric(boxes([10], (0, 0, 2, 1)), weights=declared).grid.to_numpy().tolist() == [[0, 10]]


def test_areas_and_totals_in_words_are_refused() -> None:
    with pytest.raises(InputError, match=r'`areas\["town"\]` is not numeric'):
        estimate_class_weights(pd.DataFrame({"town": ["x", "y"]}), pd.Series([1, 2]))
