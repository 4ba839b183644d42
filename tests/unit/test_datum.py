"""The datum module keeps its promises on every kind of input it takes."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_urban.errors import AlignmentError, CRSMismatchError, DatumError, InputError, MissingCRSError
from geo_urban.spatial import (
    DATUMS,
    datum_of,
    declare_datum,
    detect_datum,
    from_wgs84,
    require_same_datum,
    to_wgs84,
)

BEIJING = (116.403, 39.915)


@pytest.fixture
def squares() -> gpd.GeoDataFrame:
    left, right = shapely.box(116, 39, 117, 40), shapely.box(117, 39, 118, 40)
    return gpd.GeoDataFrame({"name": ["left", "right"]}, geometry=[left, right], index=["a", "b"], crs=4326)


def test_a_frame_keeps_index_columns_and_input(squares: gpd.GeoDataFrame) -> None:
    before = squares.copy()
    moved = to_wgs84(squares, source="gcj02")
    assert list(moved.index) == ["a", "b"]
    assert list(moved.columns) == ["name", "geometry"]
    assert moved.crs.to_epsg() == 4326
    assert squares.equals(before)
    assert squares.attrs == {}


def test_every_kind_of_layer_moves_alike(squares: gpd.GeoDataFrame) -> None:
    corner = squares.geometry["a"].exterior.coords[0]
    expected = to_wgs84([corner], source="gcj02")[0]
    assert to_wgs84(squares, source="gcj02").geometry["a"].exterior.coords[0] == tuple(expected)
    assert to_wgs84(squares.geometry, source="gcj02")["a"].exterior.coords[0] == tuple(expected)
    assert to_wgs84(squares.geometry.to_numpy(), source="gcj02")[0].exterior.coords[0] == tuple(expected)
    assert to_wgs84(squares.geometry["a"], source="gcj02").exterior.coords[0] == tuple(expected)


def test_neighbors_still_share_their_border_bit_by_bit(squares: gpd.GeoDataFrame) -> None:
    moved = to_wgs84(squares, source="bd09").geometry
    shared = set(moved["a"].exterior.coords) & set(moved["b"].exterior.coords)
    assert len(shared) == 2
    assert shapely.coverage_is_valid(moved.to_numpy())


def test_missing_and_empty_geometries_stay() -> None:
    layer = gpd.GeoSeries([None, shapely.Point(), shapely.Point(*BEIJING)], crs=4326)
    moved = to_wgs84(layer, source="gcj02")
    assert moved.isna().tolist() == [True, False, False]
    assert moved.is_empty.tolist() == [False, True, False]


def test_heights_are_kept_where_there_are_any() -> None:
    layer = gpd.GeoSeries([shapely.Point(*BEIJING, 44.0), shapely.Point(*BEIJING)], crs=4326)
    moved = to_wgs84(layer, source="gcj02")
    assert moved[0].z == 44.0
    assert moved.has_z.tolist() == [True, False]


def test_a_web_mercator_layer_of_gcj02_is_unprojected_first() -> None:
    degrees = gpd.GeoSeries.from_xy([BEIJING[0]], [BEIJING[1]], crs=4326)
    direct = to_wgs84(degrees, source="gcj02")
    through_metres = to_wgs84(degrees.to_crs(3857), source="gcj02")
    assert shapely.distance(direct.to_numpy(), through_metres.to_numpy()).max() < 1e-9


def test_a_layer_on_another_datum_is_refused() -> None:
    layer = gpd.GeoSeries.from_xy([BEIJING[0]], [BEIJING[1]], crs=4214)  # Beijing 1954
    with pytest.raises(CRSMismatchError, match="a datum of its own"):
        to_wgs84(layer, source="gcj02")


def test_cgcs2000_coordinates_pass_unchanged() -> None:
    layer = gpd.GeoSeries.from_xy([BEIJING[0]], [BEIJING[1]], crs=4490)
    moved = to_wgs84(layer, source="cgcs2000")
    assert moved.crs.to_epsg() == 4326
    assert (moved[0].x, moved[0].y) == BEIJING
    back = from_wgs84(moved, target="cgcs2000")
    assert back.crs.to_epsg() == 4490


def test_nothing_is_converted_twice(squares: gpd.GeoDataFrame) -> None:
    once = to_wgs84(squares, source="gcj02")
    with pytest.raises(DatumError, match="shift it twice"):
        to_wgs84(once, source="gcj02")
    with pytest.raises(DatumError, match="already declared to be on gcj02"):
        from_wgs84(from_wgs84(once, target="gcj02"), target="gcj02")


def test_a_layer_is_unknown_until_declared(squares: gpd.GeoDataFrame) -> None:
    assert datum_of(squares) == "unknown"
    assert datum_of(declare_datum(squares, "bd09")) == "bd09"
    assert datum_of(squares.set_crs(4490, allow_override=True)) == "cgcs2000"
    assert datum_of(squares.to_crs(4547)) == "cgcs2000"  # a zone of the Gauss-Kruger grid on CGCS2000
    assert squares.attrs == {}


def test_mixing_declared_datums_is_refused(squares: gpd.GeoDataFrame) -> None:
    amap, survey = declare_datum(squares, "gcj02"), declare_datum(squares, "cgcs2000")
    with pytest.raises(DatumError, match="units: gcj02, places: cgcs2000"):
        require_same_datum(units=amap, places=survey)
    require_same_datum(units=survey, places=declare_datum(squares, "wgs84"), roads=squares)


@pytest.mark.parametrize("point", [(2.35, 48.86), (139.7, 35.7), (100.0, -5.0)])
def test_points_outside_the_published_area_are_refused_not_exempted(point: tuple[float, float]) -> None:
    with pytest.raises(DatumError, match="1 of 2 points lie outside the area"):
        to_wgs84([BEIJING, point], source="gcj02")


def test_swapped_or_projected_coordinates_are_refused() -> None:
    with pytest.raises(InputError, match="no longitude and latitude"):
        to_wgs84([(39.9, 116.4)], source="gcj02")
    with pytest.raises(InputError, match="shape"):
        to_wgs84([116.4, 39.9, 3.0], source="gcj02")


def test_an_unknown_datum_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'gcj02'"):
        to_wgs84([BEIJING], source="GCJ-02")  # type: ignore[arg-type]


def test_empty_input_comes_back_empty() -> None:
    assert to_wgs84(np.empty((0, 2)), source="gcj02").shape == (0, 2)
    assert len(to_wgs84(gpd.GeoSeries([], crs=4326), source="bd09")) == 0


@pytest.mark.parametrize("datum", [datum for datum in DATUMS if datum != "cgcs2000"])
def test_the_datum_is_found_from_a_reference(datum: str, squares: gpd.GeoDataFrame) -> None:
    strangers = from_wgs84(squares, target=datum)
    strangers.attrs = {}  # as read from a file, which carries no tag
    fit = detect_datum(strangers, squares)
    assert fit.datum == datum
    assert fit.residual_m < 0.01
    assert fit.summary().index[0] == datum
    assert f"on {datum}" in str(fit)
    assert list(fit.units.index) == ["a", "b"]
    assert fit.layers().layers[0].fields[0].column == "residual_m"


def test_a_shift_that_no_datum_explains_is_unknown(squares: gpd.GeoDataFrame) -> None:
    moved = squares.assign(geometry=squares.geometry.translate(0.05, 0.0))  # 4 km east
    fit = detect_datum(moved, squares)
    assert fit.datum == "unknown"
    assert "unknown" in str(fit)


def test_layers_without_a_common_code_cannot_be_compared(squares: gpd.GeoDataFrame) -> None:
    with pytest.raises(AlignmentError, match="share no code"):
        detect_datum(squares, squares.set_index("name"))
    with pytest.raises(MissingCRSError, match="`units`"):
        detect_datum(squares.set_crs(None, allow_override=True), squares)


def test_a_reference_on_another_datum_is_refused(squares: gpd.GeoDataFrame) -> None:
    with pytest.raises(DatumError, match="already declared"):
        detect_datum(squares, declare_datum(squares, "gcj02"))
