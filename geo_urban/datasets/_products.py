"""Build the boundary products and read them back, whole or by region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import geopandas as gpd
import numpy as np
import pyarrow as pa

from geo_urban.checks import listed
from geo_urban.datasets import _amap, _tianditu, store
from geo_urban.datasets.regions import prefecture_names, province_groups, region
from geo_urban.datasets.units import prefecture_codes, province_codes, unit_types
from geo_urban.errors import DataSourceError, InputError
from geo_urban.messages import translate
from geo_urban.spatial.areas import area_km2

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo_urban.datasets.regions import Region

__all__ = ["SOURCES", "Source", "counties_path", "known_source", "level_path", "read_product"]

Source = Literal["amap", "tianditu"]
SOURCES: tuple[Source, ...] = get_args(Source)

_READERS = {"amap": _amap, "tianditu": _tianditu}
# Raised whenever the code changes what it builds, so that products of older code are built again.
_CODE_VERSION = "1"
# Small groups let a reader of one province skip the rest of the nation's four million vertices.
_ROWS_PER_GROUP = 64

COUNTY_COLUMNS = (
    "name",
    "prefecture",
    "province",
    "unit_type",
    "area_km2",
    "land_area_km2",
    "seat_lon",
    "seat_lat",
    "seat_source",
)


def counties_path(source: str) -> Path:
    """Return the file of county-level units of one source, building it if need be."""
    known = known_source(source)
    return level_path("counties", known, lambda: _built_counties(known), translate("Building county boundaries (once)"))


def level_path(level: str, source: Source, build: Callable[[], gpd.GeoDataFrame], description: str) -> Path:
    """Return the file of one product, building it from `build` if need be."""
    return store.build_once(
        f"{level}-{source}.parquet",
        version_parts=[_READERS[source].source_version(), level, _CODE_VERSION],
        build=lambda part: build().to_parquet(part, compression="zstd", row_group_size=_ROWS_PER_GROUP),
        description=description,
    )


def read_product(path: Path, *, within: str | int | Region | None = None, what: str) -> gpd.GeoDataFrame:
    """Return a product, or the part of it that lies in a region.

    Raises
    ------
    DataSourceError
        If the file is damaged.
    InputError
        If the region is unknown or holds nothing of this level.
    """
    wanted = None if within is None else region(within)
    # Codes sort as text, so those that begin with "21" lie from "21" up to, but not at, "21:".
    filters = wanted and [[("adcode", ">=", code), ("adcode", "<", f"{code}:")] for code in wanted.codes]
    try:
        frame = gpd.read_parquet(path, filters=filters)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DataSourceError(
            "{path} is damaged ({reason}). Delete it, e.g. `geo_urban.datasets.store.clear()`; it is built again.",
            path=path,
            reason=error,
        ) from error
    if wanted is not None and frame.empty:
        raise InputError(
            "`region` {name} holds no {what}. Name a larger region, or ask for a finer level.",
            name=wanted.name,
            what=translate(what),
        )
    frame.attrs["datum"] = "wgs84"
    return frame


def known_source(source: str) -> Source:
    for known in SOURCES:
        if source == known:
            return known
    raise InputError(
        "`source` must be one of {known}; got {source!r}.",
        known=listed(SOURCES),
        source=source,
    )


def _built_counties(source: Source) -> gpd.GeoDataFrame:
    units = _READERS[source].read_counties()
    own = units["name"].to_numpy()  # new units of the second source are in no table yet: they name themselves
    named = prefecture_names()["name"].reindex(prefecture_codes(units.index))
    units["prefecture"] = np.where(named.notna(), named, own)
    units["province"] = province_groups()["name"].reindex(province_codes(units.index)).to_numpy()
    units["unit_type"] = unit_types(units["name"])
    units["area_km2"] = area_km2(units)
    units["land_area_km2"] = units["area_km2"]
    point = units.geometry.representative_point()
    units["seat_lon"], units["seat_lat"], units["seat_source"] = point.x, point.y, "representative point"
    return units[[*COUNTY_COLUMNS, "geometry"]]
