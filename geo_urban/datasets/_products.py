"""Build the boundary products and read them back, whole or by region."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

import geopandas as gpd
import numpy as np
import pyarrow as pa

from geo_urban.checks import listed
from geo_urban.datasets import _amap, _land, _seats, _settlement, _tianditu, store
from geo_urban.datasets.gazetteer import gazetteer_version, places
from geo_urban.datasets.regions import prefecture_names, province_groups, region
from geo_urban.datasets.units import prefecture_codes, province_codes, unit_types
from geo_urban.datasets.whole_country import NATION
from geo_urban.errors import DataSourceError, InputError
from geo_urban.messages import translate
from geo_urban.progress import step
from geo_urban.spatial.areas import area_km2

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo_urban.datasets.regions import Region

__all__ = ["SOURCES", "Source", "counties_path", "drawing_path", "known_source", "level_path", "read_product"]

Source = Literal["amap", "tianditu"]
SOURCES: tuple[Source, ...] = get_args(Source)

_READERS = {"amap": _amap, "tianditu": _tianditu}
# Whatever decides what is built. Their text is part of a product's key: nobody has to remember to raise a number.
_DECIDING = (
    *(
        f"datasets/_{part}.py"
        for part in ("amap", "tianditu", "products", "levels", "land", "seats", "settlement", "triangles")
    ),
    *("datasets/gazetteer.py", "datasets/units.py", "spatial/areas.py", "spatial/_datum_shifts.py"),
    *(f"datasets/figures/{table}.csv" for table in ("provinces", "prefectures", "unit_type_exceptions")),
)
_LEVEL_WORDS = {
    "counties": "units at county level",
    "prefectures": "whole prefectures",
    "provinces": "whole provinces",
    "cities": "whole cities",
}
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
    return _built("counties", known, _figure_sources(known), lambda: _built_counties(known), None)


def level_path(level: str, source: Source, build: Callable[[], gpd.GeoDataFrame], description: str) -> Path:
    """Return the file of one product joined from counties, building both if need be."""
    counties_path(source)  # first, so that its own steps are shown and not one long step of this product
    return _built(level, source, _figure_sources(source), build, description)


def drawing_path(level: str, source: Source, build: Callable[[], gpd.GeoDataFrame], description: str) -> Path:
    """Return the file of simplified outlines, building it if need be."""
    counties_path(source)
    return _built(level, source, [_READERS[source].source_version()], build, description)


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
            what=translate(_LEVEL_WORDS[what]),
        )
    frame.attrs["datum"] = "wgs84"
    if wanted is None:
        frame.attrs["nation"] = NATION
    return frame


def _figure_sources(source: Source) -> list[str]:
    """Return the versions of everything that decides an area or a seat."""
    return [
        _READERS[source].source_version(),
        _land.mask_version(),
        _settlement.source_version(),
        gazetteer_version(),
    ]


@cache
def _code_version() -> str:
    package = files("geo_urban")
    texts = (package.joinpath(part).read_text(encoding="utf-8") for part in _DECIDING)
    return sha256("\n".join(texts).encode()).hexdigest()


def _built(
    level: str, source: Source, versions: list[str], build: Callable[[], gpd.GeoDataFrame], description: str | None
) -> Path:
    return store.build_once(
        f"{level}-{source}.parquet",
        version_parts=[*versions, level, _code_version()],
        build=lambda part: build().to_parquet(part, compression="zstd", row_group_size=_ROWS_PER_GROUP),
        description=description,
    )


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
    units = _named(units)
    with step(translate("Measuring areas")):
        units["area_km2"] = area_km2(units)
        units["land_area_km2"] = _land.land_area_km2(units)
    places()  # read once now, so that its step is not shown inside the next
    with step(translate("Finding county seats")):
        units = units.join(_seats.seats(units))
    return units[[*COUNTY_COLUMNS, "geometry"]]


def _named(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    own = units["name"].to_numpy()  # new units of the second source are in no table yet: they name themselves
    named = prefecture_names()["name"].reindex(prefecture_codes(units.index))
    units["prefecture"] = np.where(named.notna(), named, own)
    units["province"] = province_groups()["name"].reindex(province_codes(units.index)).to_numpy()
    units["unit_type"] = unit_types(units["name"])
    return units
