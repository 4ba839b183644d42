"""The land border: one line that counties and neighbours share, as long as published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely

from geo_urban.datasets import counties, neighbors, provinces

if TYPE_CHECKING:
    import geopandas as gpd

# Lengths in km as foreign ministries and encyclopaedias give them. Ours follow the bends of rivers that
# those figures smooth, and the lines differ where they are disputed: hence a band of 25 % and not a number.
PUBLISHED_KM = {
    "KAZ": 1783,
    "KGZ": 1084,
    "LAO": 508,
    "MMR": 2186,
    "MNG": 4710,
    "NPL": 1415,
    "PRK": 1334,
    "RUS": 4209,
    "TJK": 477,
    "VNM": 1281,
    "AFG": 76,
}


@pytest.fixture(scope="module")
def around() -> gpd.GeoDataFrame:
    return neighbors(disputed=True)


def test_there_are_fourteen_neighbours_sorted_and_named() -> None:
    fourteen = neighbors()
    expected = ["AFG", "BTN", "IND", "KAZ", "KGZ", "LAO", "MMR", "MNG", "NPL", "PAK", "PRK", "RUS", "TJK", "VNM"]
    assert list(fourteen.index) == expected
    assert fourteen.index.name == "iso3"
    assert fourteen.loc["MNG", ["name", "name_en"]].tolist() == ["蒙古国", "Mongolia"]
    assert fourteen.crs == 4326
    assert fourteen.is_valid.all()
    assert not fourteen["disputed"].any()


def test_neighbours_and_provinces_are_one_coverage(around: gpd.GeoDataFrame) -> None:
    # A valid coverage has no overlap and no unmatched edge: each shared line has the same vertices on both sides.
    assert shapely.coverage_is_valid([*provinces().geometry, *around.geometry])


def test_neighbours_fit_the_counties_of_the_border(around: gpd.GeoDataFrame) -> None:
    units = counties(region="云南,西藏,黑龙江").geometry
    on_border = units.iloc[shapely.STRtree(units).query(around.geometry, predicate="intersects")[1]].drop_duplicates()
    assert len(on_border) > 50
    assert shapely.coverage_is_valid([*on_border, *around.geometry])


def test_the_land_border_is_one_unbroken_line(around: gpd.GeoDataFrame) -> None:
    china = shapely.coverage_union_all(provinces().geometry.to_numpy())
    mainland = max(shapely.get_parts(china), key=lambda part: part.area)
    shared = shapely.intersection(shapely.boundary(mainland), shapely.union_all(shapely.boundary(around.geometry)))
    line = shapely.line_merge(shapely.multilinestrings([*_lines(shared)]))
    assert line.geom_type == "LineString"
    # It runs from the mouth of the Beilun to that of the Yalu (to 0.1°, any atlas).
    ends = sorted([line.coords[0], line.coords[-1]])
    assert ends[0] == pytest.approx((108.05, 21.53), abs=0.1)
    assert ends[1] == pytest.approx((124.2, 39.85), abs=0.1)


def _lines(mixed: shapely.Geometry) -> list[shapely.Geometry]:
    return [part for part in shapely.get_parts(mixed) if part.geom_type == "LineString"]


def test_the_border_is_as_long_as_published(around: gpd.GeoDataFrame) -> None:
    # 22,000 km: the figure both the government and the study of the West print.
    assert around["border_km"].sum() == pytest.approx(22000, rel=0.05)
    ratio = around["border_km"].reindex(PUBLISHED_KM) / list(PUBLISHED_KM.values())
    assert ratio.between(0.75, 1.25).all(), ratio


def test_pakistan_meets_china_only_along_the_disputed_area(around: gpd.GeoDataFrame) -> None:
    assert around.loc["PAK", "border_km"] == 0
    # The two counties of Ngari touch no undisputed neighbour along the Kashmir sector.
    ngari = counties(region="阿里地区").geometry
    assert ngari.intersects(around.geometry["IND-PAK-JK"]).sum() >= 2


def test_the_fit_moves_little(around: gpd.GeoDataFrame) -> None:
    # The uncorrected line was about 0.5 km off over 22,000 km: the fit may touch that much ground, half of it a cut.
    assert around["cut_km2"].sum() < 0.5 * 22000
    # Tajikistan: some 1,000 km² that the World Bank already draws outside it and Amap not yet inside China
    # (the agreement of 2011 speaks of 1,158 km²).
    assert around.loc["TJK", "filled_km2"] == pytest.approx(1000, rel=0.2)
    assert around["filled_km2"].drop("TJK").sum() < 0.25 * 22000
