"""Boundaries as users bring them: good files, odd files, and files that must be refused with a cure."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely import Point, Polygon, box
from shapely.affinity import translate as moved

from geo_urban.errors import (
    AlignmentError,
    CombinedInputError,
    CRSMismatchError,
    DataSourceError,
    DatumError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    MissingColumnsError,
    MissingCRSError,
)
from geo_urban.io import read_boundaries
from geo_urban.spatial.datum import datum_of, from_wgs84

if TYPE_CHECKING:
    from pathlib import Path

# A made-up country of 3 × 3 counties, far from China.
CODES = ["01101", "01102", "01103", "01201", "01202", "01203", "01301", "01302", "01303"]


def country(*, west: float = 10.0, south: float = 50.0) -> gpd.GeoDataFrame:
    shapes = [box(west + i % 3, south + i // 3, west + 1 + i % 3, south + 1 + i // 3) for i in range(9)]
    return gpd.GeoDataFrame({"code": CODES, "name": list("ABCDEFGHI")}, geometry=shapes, crs=4326)


def written(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "fgb", "gdb"])
def test_formats_give_the_same_units(tmp_path: Path, ending: str) -> None:
    driver = {"driver": "OpenFileGDB"} if ending == "gdb" else {}
    units = read_boundaries(written(country(), tmp_path / f"units.{ending}", **driver)).sort_index()
    assert units.index.tolist() == CODES
    assert units.index.name == "code"
    assert units["name"].tolist() == list("ABCDEFGHI")
    assert units.crs.to_epsg() == 4326
    assert units.geometry.geom_equals(country().set_axis(CODES).geometry).all()
    assert units.attrs["code_column"] == "code"


def test_geoparquet(tmp_path: Path) -> None:
    country().to_parquet(tmp_path / "units.parquet")
    assert read_boundaries(tmp_path / "units.parquet").index.tolist() == CODES


def test_projected_boundaries_come_back_in_degrees(tmp_path: Path) -> None:
    path = written(country().to_crs(32632), tmp_path / "units.gpkg")
    corner = read_boundaries(path).loc["01101"].geometry.bounds
    # Corner of the made-up country as drawn above; UTM and back is good to a nanodegree.
    assert corner == pytest.approx((10, 50, 11, 51), abs=1e-8)


def test_codes_stored_as_numbers_get_their_zeros_back(tmp_path: Path) -> None:
    frame = country()
    frame["code"] = [1001, 1002, 1003, 10101, 10102, 10103, 10201, 10202, 10203]
    path = written(frame, tmp_path / "units.gpkg")
    with pytest.warns(GeoUrbanWarning, match="3 codes had lost their leading zero"):
        units = read_boundaries(path)
    assert units.index[:3].tolist() == ["01001", "01002", "01003"]


def test_shapefile_in_gbk_without_a_note_of_it(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"XZQDM": ["110101", "110102"], "XZQMC": ["东城区", "西城区"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs=4326,
    )
    path = written(frame, tmp_path / "units.shp", encoding="GB18030")
    (tmp_path / "units.cpg").unlink(missing_ok=True)
    units = read_boundaries(path)
    assert units["name"].tolist() == ["东城区", "西城区"]
    assert units.index.tolist() == ["110101", "110102"]


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    written(country(), tmp_path / "units.gpkg")
    with pytest.raises(DataSourceError, match=r"there is no file .*unit\.gpkg\. Did you mean units\.gpkg"):
        read_boundaries(tmp_path / "unit.gpkg")


def test_wrong_format(tmp_path: Path) -> None:
    (tmp_path / "units.gpkg").write_text("this is a note", encoding="utf-8")
    with pytest.raises(DataSourceError, match="is not a vector file GDAL can read"):
        read_boundaries(tmp_path / "units.gpkg")


def test_table_without_geometry(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,people\n01101,5\n", encoding="utf-8")
    with pytest.raises((DataSourceError, GeometryError), match=r"no geometry|no polygon layer"):
        read_boundaries(tmp_path / "units.csv")


def test_no_crs(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyogrio warns that it writes no CRS: that is the point
        path = written(country().set_crs(None, allow_override=True), tmp_path / "units.shp")
    with pytest.raises(MissingCRSError, match=r"does not say its coordinate reference system.*`crs = 4490`"):
        read_boundaries(path)
    assert read_boundaries(path, crs=4326).crs.to_epsg() == 4326
    with pytest.raises(InputError, match="is no coordinate reference system"):
        read_boundaries(path, crs="EPSG:0")


def test_metres_declared_as_degrees(tmp_path: Path) -> None:
    frame = country().to_crs(32632).set_crs(4326, allow_override=True)
    with pytest.raises(CRSMismatchError, match="whose unit is the degree, but its coordinates reach"):
        read_boundaries(written(frame, tmp_path / "units.gpkg"))


def test_codes_missing_and_twice(tmp_path: Path) -> None:
    frame = country()
    frame.loc[0, "code"] = None
    with pytest.raises(InputError, match=r"is empty in 1 rows \(rows 2 of the file\)"):
        read_boundaries(written(frame, tmp_path / "missing.gpkg"), code="code")
    frame.loc[0, "code"] = "01102"
    with pytest.raises(AlignmentError, match=r"has 01102 more than once.*dissolve"):
        read_boundaries(written(frame, tmp_path / "twice.gpkg"), code="code")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    frame = country()
    frame.loc[1, "code"] = "01101"
    frame.loc[2, "geometry"] = None
    frame.loc[3, "geometry"] = Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    path = written(frame, tmp_path / "units.gpkg")
    with pytest.raises(CombinedInputError) as caught:
        read_boundaries(path, code="code")
    told = str(caught.value)
    assert told.startswith("3 faults:")
    for part in ("01101 more than once", "no geometry for 01103", "1 invalid polygons (they cross themselves): 01201"):
        assert part in told


def test_invalid_polygons_are_repaired_on_request(tmp_path: Path) -> None:
    frame = country()
    # A bow tie around (10.5, 50.5): its two triangles have half the area of the square.
    frame.loc[0, "geometry"] = Polygon([(10, 50), (11, 51), (11, 50), (10, 51)])
    path = written(frame, tmp_path / "units.gpkg")
    with pytest.warns(GeoUrbanWarning, match="1 invalid polygons were repaired: 01101"):
        units = read_boundaries(path, repair=True)
    assert units.loc["01101"].geometry.area == pytest.approx(0.5)
    assert units.geometry.is_valid.all()


def test_points_are_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"code": ["a1", "a2"]}, geometry=[Point(0, 0), Point(1, 1)], crs=4326)
    with pytest.raises(GeometryError, match="has no polygon layer"):
        read_boundaries(written(frame, tmp_path / "units.gpkg"))


def test_several_layers(tmp_path: Path) -> None:
    path = tmp_path / "units.gpkg"
    country().to_file(path, layer="counties")
    country().dissolve().to_file(path, layer="country")
    with pytest.raises(InputError, match=r"several polygon layers \(counties, country\).*layer = \"counties\""):
        read_boundaries(path)
    with pytest.raises(InputError, match=r"no layer `countie`.*Did you mean `counties`"):
        read_boundaries(path, layer="countie")
    assert len(read_boundaries(path, layer="counties")) == 9


def test_columns_that_are_not_there_or_not_plain(tmp_path: Path) -> None:
    path = written(country().rename(columns={"code": "col_a", "name": "col_b"}), tmp_path / "units.gpkg")
    with pytest.raises(MissingColumnsError, match=r"no column of `boundaries`.*is plainly the code"):
        read_boundaries(path)
    with pytest.raises(MissingColumnsError, match="has no column col_x"):
        read_boundaries(path, code="col_x")
    units = read_boundaries(path, code="col_a", name="col_b")
    assert units["name"].tolist() == list("ABCDEFGHI")


def test_undeclared_datum_in_china_is_said(tmp_path: Path) -> None:
    path = written(country(west=110, south=30), tmp_path / "units.gpkg")
    with pytest.warns(GeoUrbanWarning, match="does not say its datum"):
        units = read_boundaries(path)
    assert datum_of(units) == "unknown"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert datum_of(read_boundaries(path, datum="wgs84")) == "wgs84"


def test_gcj02_is_converted_on_reading(tmp_path: Path) -> None:
    truth = country(west=110, south=30)
    path = written(from_wgs84(truth, target="gcj02"), tmp_path / "units.gpkg")
    units = read_boundaries(path, datum="gcj02")
    assert datum_of(units) == "wgs84"
    # The corner comes back to where it was drawn; a degree is 111 km, so 1e-8 is a millimetre.
    assert units.loc["01101"].geometry.bounds == pytest.approx((110, 30, 111, 31), abs=1e-8)


def test_contradicting_and_unknown_datums(tmp_path: Path) -> None:
    path = written(country(west=110, south=30).set_crs(4490, allow_override=True), tmp_path / "units.gpkg")
    with pytest.raises(DatumError, match="already declared to be on cgcs2000"):
        read_boundaries(path, datum="gcj02")
    with pytest.raises(InputError, match=r"is no datum known here.*Did you mean `gcj02`"):
        read_boundaries(path, datum="GCJ-02")
    assert datum_of(read_boundaries(path)) == "wgs84"


def test_order_and_place_of_features_do_not_matter(tmp_path: Path) -> None:
    frame = country()
    shifted = frame.set_geometry(frame.geometry.map(lambda shape: moved(shape, 5, 0)))
    units = read_boundaries(written(shifted.iloc[::-1], tmp_path / "units.gpkg"))
    assert units.index.tolist() == CODES[::-1]
