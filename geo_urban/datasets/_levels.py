"""Join counties to cities, prefectures, provinces and macro-regions, without gaps, overlaps or slivers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.datasets.regions import macro_region_names, prefecture_names, province_groups
from geo_urban.datasets.units import is_mainland, prefecture_codes, province_codes

__all__ = [
    "joined_cities",
    "joined_macro_regions",
    "joined_outlines",
    "joined_prefectures",
    "joined_provinces",
    "simplified",
]

_AREAS = ["area_km2", "land_area_km2"]
# Equal-area conic projection used for maps of China: distances are near true from Hainan to Heilongjiang.
_ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84 +units=m"
_PREFECTURE_ENDINGS = {
    "市": "prefecture-level city",
    "地区": "prefecture",
    "盟": "league",
    "自治州": "autonomous prefecture",
}


def joined_prefectures(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return prefectures, and units that answer to their province directly, as unions of their counties."""
    units = _joined(counties, prefecture_codes(counties.index))
    names = prefecture_names()["name"].reindex(units.index)
    units["name"] = np.where(names.notna(), names, counties["name"].reindex(units.index))
    units["province"] = province_groups()["name"].reindex(province_codes(units.index)).to_numpy()
    units["name_en"] = prefecture_names()["name_en"].reindex(units.index)
    units["unit_type"] = _prefecture_types(units)
    return units[["name", "name_en", "province", "unit_type", *_AREAS, "geometry"]]


def joined_provinces(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return provinces as unions of their counties."""
    units = _joined(counties, province_codes(counties.index))
    groups = province_groups().reindex(units.index)
    units["name"], units["name_en"] = groups["name"], groups["name_en"]
    units["macro_region"] = groups["macro_region"]
    return units[["name", "name_en", "macro_region", *_AREAS, "geometry"]]


def joined_macro_regions(provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the four macro-regions as unions of provinces."""
    members = provinces[provinces["macro_region"].notna()]
    units = _joined(members, pd.Index(members["macro_region"], dtype="str")).rename_axis("macro_region")
    names = macro_region_names()
    units = units.reindex(names.index)
    units[["name", "name_en", "provinces"]] = names
    return units[["name", "name_en", "provinces", *_AREAS, "geometry"]]


def joined_cities(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return cities: all districts of a prefecture-level city as one unit, and county-level cities."""
    mainland = counties[is_mainland(counties.index)]
    return pd.concat([_prefecture_level_cities(mainland), _county_level_cities(mainland)]).sort_index()


def _prefecture_level_cities(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    # Districts of a prefecture that is no city (加格达奇区 of 大兴安岭地区) make no prefecture-level city.
    of_a_city = counties["prefecture"].str.endswith("市")
    urban = counties[counties["unit_type"].isin(["district", "city without districts"]) & of_a_city]
    units = _joined(urban, prefecture_codes(urban.index))
    first = urban.groupby(prefecture_codes(urban.index)).first()
    units["name"], units["province"] = first["prefecture"], first["province"]
    units["districts"] = urban.groupby(prefecture_codes(urban.index)).size()
    units["unit_type"] = "prefecture-level city"
    return units[["name", "province", "unit_type", "districts", *_AREAS, "geometry"]]


def _county_level_cities(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    units = counties[counties["unit_type"] == "county-level city"].copy()
    units["districts"] = 0
    return units[["name", "province", "unit_type", "districts", *_AREAS, "geometry"]]


def simplified(units: gpd.GeoDataFrame, *, tolerance_m: float) -> gpd.GeoDataFrame:
    """Return the units' outlines with fewer vertices; neighbors still meet without gaps or overlaps."""
    flat = units.geometry.to_crs(_ALBERS).to_numpy()
    lean = gpd.GeoSeries(shapely.coverage_simplify(flat, tolerance_m), index=units.index, crs=_ALBERS)
    return gpd.GeoDataFrame(geometry=lean.to_crs(4326))


def joined_outlines(outlines: gpd.GeoDataFrame, groups: pd.Index) -> gpd.GeoDataFrame:
    """Return outlines joined by group, so that the lines of coarser levels lie on those of finer ones."""
    codes = pd.Index(groups, name=outlines.index.name)
    members = pd.Series(outlines.geometry.to_numpy(), index=codes).groupby(level=0)
    joined = members.agg(lambda parts: shapely.coverage_union_all(parts.to_numpy()))
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(joined, crs=outlines.crs)).sort_index()


def _joined(units: gpd.GeoDataFrame, groups: pd.Index) -> gpd.GeoDataFrame:
    joined = joined_outlines(units, groups)
    joined[_AREAS] = units[_AREAS].groupby(np.asarray(groups)).sum()
    return joined


def _prefecture_types(units: gpd.GeoDataFrame) -> pd.Series:
    kinds = pd.Series("reserve", index=units.index, dtype="str")
    for ending, kind in _PREFECTURE_ENDINGS.items():
        kinds[units["name"].str.endswith(ending)] = kind
    kinds[units.index.str[2:4] == "90"] = "directly administered unit"
    whole = units.index.str.endswith("0000")
    kinds[whole] = np.where(is_mainland(units.index[whole]), "municipality", "province without prefectures")
    return kinds
