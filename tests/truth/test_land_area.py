"""Land areas against areas that are known, and what must hold for every unit."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from geo_urban.datasets import counties
from geo_urban.datasets._land import COASTAL_PREFIXES, land_area_km2

# Land areas in km² that local governments print. They count tidal flats and every rock, the mask does not: so ours may
# be up to 30 % smaller for archipelagos, and must never be larger by more than 5 %.
PRINTED_KM2 = {
    "330922": 86.0,  # 嵊泗县; the polygon has 161
    "330921": 326.5,  # 岱山县; 349
    "330305": 172.0,  # 洞头区; 355
    "350128": 371.0,  # 平潭县; 376
    "210224": 142.0,  # 长海县; 145
}
# Land in km² under the coastline of OpenStreetMap (© OpenStreetMap contributors), measured once on a grid of about
# 100 m inside the same polygons.
OPENSTREETMAP_KM2 = {
    "330921": 280.3,
    "330902": 548.6,
    "330903": 394.7,
    "330305": 169.1,
    "210224": 108.3,
    "350128": 312.7,
    "350626": 221.0,
    "440523": 105.9,
    "350527": 146.1,
    "371082": 1493.7,
    "469005": 2384.5,
    "441502": 400.8,
}


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return counties()


def test_land_is_never_more_than_the_polygon(units: gpd.GeoDataFrame) -> None:
    assert (units["land_area_km2"] <= units["area_km2"]).all()
    assert (units["land_area_km2"] > 0).all()


def test_away_from_the_sea_everything_is_land(units: gpd.GeoDataFrame) -> None:
    inland = units[~units.index.str.startswith(COASTAL_PREFIXES)]
    assert len(inland) > 1800
    assert (inland["land_area_km2"] == inland["area_km2"]).all()


def test_printed_areas_of_island_counties(units: gpd.GeoDataFrame) -> None:
    ratio = units["land_area_km2"].reindex(PRINTED_KM2) / list(PRINTED_KM2.values())
    assert ratio.between(0.70, 1.05).all(), ratio


def test_openstreetmap_coast(units: gpd.GeoDataFrame) -> None:
    ratio = units["land_area_km2"].reindex(OPENSTREETMAP_KM2) / list(OPENSTREETMAP_KM2.values())
    assert ratio.between(0.96, 1.04).all(), ratio


def test_the_great_islands(units: gpd.GeoDataFrame) -> None:
    hainan = units.loc[units.index.str.startswith("46"), "land_area_km2"]
    # 33,900 km²: the island; 35,354 km²: the province's land as its government prints it.
    assert 33_900 < hainan.drop(["460301", "460302"]).sum() < 35_354
    # Sansha's islands have some 20 km²; the polygons hold 6,374 km² of reefs and sea.
    assert hainan[["460301", "460302"]].sum() < 20
    # 36,197 km²: Taiwan with its islands, as its statistics print it.
    assert units.loc["710000", "land_area_km2"] == pytest.approx(36_197, rel=0.005)


def test_lakes_count_as_land(units: gpd.GeoDataFrame) -> None:
    # Qinghai lake lies in these three; nothing is taken off.
    assert units.loc[["632223", "632521", "632801"], "land_area_km2"].equals(
        units.loc[["632223", "632521", "632801"], "area_km2"]
    )


def test_a_box_at_sea_has_no_land_and_one_ashore_is_all_land() -> None:
    boxes = gpd.GeoDataFrame(
        {"name": ["sea", "land", "nothing"]},
        geometry=[shapely.box(124.0, 31.0, 124.2, 31.2), shapely.box(114.0, 23.0, 114.1, 23.1), shapely.Polygon()],
        index=["330000", "440000", "440001"],
        crs=4326,
    )
    land = land_area_km2(boxes)
    # 0.1° by 0.1° at 23.05° north: 10.246 by 11.077 km.
    assert land.to_list() == pytest.approx([0, 10.246 * 11.077, 0], rel=1e-3)
    assert land.name == "land_area_km2"


def test_the_second_source_is_its_own_mask() -> None:
    zhejiang = counties(source="tianditu", region="浙江省")
    # One far islet of Daishan (1.3 km²) is water in the class grid.
    assert (zhejiang["land_area_km2"] / zhejiang["area_km2"]).between(0.995, 1.0).all()


def test_both_sources_have_the_same_land(units: gpd.GeoDataFrame) -> None:
    # Their polygons differ by 20,000 km² of sea; on land they should be one country.
    other = counties(source="tianditu")
    assert abs(units["area_km2"].sum() - other["area_km2"].sum()) > 15_000
    assert units["land_area_km2"].sum() == pytest.approx(other["land_area_km2"].sum(), rel=1e-4)
