"""Name regions of China: provinces, prefectures, macro-regions and the groups of the two studies."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Region", "macro_region_names", "prefecture_names", "province_groups", "region"]

_SEPARATORS = re.compile(r"[,，、;；]")
_PROVINCE_ENDINGS = re.compile(r"(特别行政区|(壮族|回族|维吾尔)?自治区|省|市)$")
_ENGLISH_ENDINGS = re.compile(r"(province|autonomousregion|municipality|region)$")
_ENGLISH_PREFECTURE_ENDINGS = re.compile(r"(city|prefecture|league)$")
_NATION = ("china", "nation", "中国", "全国")
_GROUP_ALIASES = {
    "east": ("东部", "东部地区", "eastern"),
    "centre": ("中部", "中部地区", "center", "central"),
    "west": ("西部", "西部地区", "western"),
    "northeast": ("东北", "东北地区", "东北三省", "northeastern"),
    "southwest": ("西南", "西南地区", "southwestern"),
    "northwest": ("西北", "西北地区", "northwestern"),
}
_GROUP_NAMES = {
    "east": ("东部地区", "East"),
    "centre": ("中部地区", "Centre"),
    "west": ("西部地区", "West"),
    "northeast": ("东北地区", "Northeast"),
    "southwest": ("西南地区", "Southwest"),
    "northwest": ("西北地区", "Northwest"),
}
_MACRO_REGIONS = ("east", "centre", "west", "northeast")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of China: all units whose code begins with one of its codes.

    Parameters
    ----------
    name
        Chinese name; several regions are joined by ``、``.
    name_en
        English name.
    codes
        Beginnings of unit codes: 2 digits for a province, 4 for a prefecture, 6 for one unit.
    """

    name: str
    name_en: str
    codes: tuple[str, ...]

    @property
    def provinces(self) -> tuple[str, ...]:
        """First two digits of every province the region touches."""
        return tuple(sorted({code[:2] for code in self.codes}))

    def contains(self, index: pd.Index | Iterable[str]) -> NDArray[np.bool_]:
        """Return which unit codes belong to the region.

        Parameters
        ----------
        index
            Six-digit codes.

        Returns
        -------
        numpy.ndarray of bool
            In the order of `index`.

        Examples
        --------
        >>> region("辽宁").contains(["210102", "220102"]).tolist()
        [True, False]
        """
        codes = pd.Index(list(index), dtype=str)
        return np.asarray(codes.str.startswith(self.codes), dtype=np.bool_)


def region(text: str | int | Region) -> Region:
    """Return the region a name or code stands for.

    Parameters
    ----------
    text
        Name of a province or prefecture in Chinese (full or short: 四川省, 四川) or English, its code (``"510000"``,
        ``"51"``, ``510000``, ``"5101"``), a macro-region (``"northeast"``, 东北), ``"southwest"`` or ``"northwest"``
        of the West study, the code of a single unit, or ``"china"``; a `Region` is returned as it is. Several may be
        joined by commas. A name that a
        province shares with a prefecture (吉林, 海南) means the province; 吉林市 means the prefecture.

    Returns
    -------
    Region
        With the beginnings of its units' codes.

    Raises
    ------
    InputError
        If a name or code is unknown (the nearest names are given) or stands for several prefectures.

    Examples
    --------
    >>> region("northeast").codes
    ('21', '22', '23')
    >>> region("Chengdu, 重庆").codes
    ('5101', '50')
    """
    if isinstance(text, Region):
        return text
    parts = [part.strip() for part in _SEPARATORS.split(str(text)) if part.strip()]
    if not parts:
        raise InputError('`region` is empty. Name a province, prefecture or macro-region, e.g. `region="northeast"`.')
    found = [_one_region(part) for part in parts]
    codes = tuple(dict.fromkeys(code for each in found for code in each.codes))
    return Region(
        name="、".join(each.name for each in found),
        name_en=", ".join(each.name_en for each in found),
        codes=_without_covered(codes),
    )


def province_groups() -> pd.DataFrame:
    """Return every province with its macro-region and the groups of the two studies.

    Macro-regions are those of the National Bureau of Statistics since 2011: 10 provinces in the east, 6 in the
    centre, 12 in the west, 3 in the northeast. Hong Kong, Macau and Taiwan belong to none.

    Returns
    -------
    pandas.DataFrame
        Index ``code`` (``xx0000``), sorted; ``name``, ``name_en``, ``macro_region`` (``"east"``, ``"centre"``,
        ``"west"``, ``"northeast"`` or missing), ``northeast_study`` (bool), ``west_study`` (bool) and
        ``west_study_group`` (``"southwest"``, ``"northwest"`` or missing; Inner Mongolia counts with the northwest
        and Guangxi with the southwest, an assignment of ours where the study prints no list).

    References
    ----------
    National Bureau of Statistics of China (2011), 东西中部和东北地区划分方法.

    Examples
    --------
    >>> province_groups()["macro_region"].value_counts().sort_index().to_dict()
    {'centre': 6, 'east': 10, 'northeast': 3, 'west': 12}
    """
    table = _table("provinces").set_index("code")
    table["northeast_study"] = table["northeast_study"] == "true"
    table["west_study"] = table["west_study_group"].notna()
    return table


def macro_region_names() -> pd.DataFrame:
    """Return the four macro-regions' names in statistical order.

    Returns
    -------
    pandas.DataFrame
        Index ``macro_region`` (``"east"``, ``"centre"``, ``"west"``, ``"northeast"``); ``name``, ``name_en``,
        ``provinces`` (codes joined by ``;``).

    Examples
    --------
    >>> macro_region_names().loc["northeast", "provinces"]
    '210000;220000;230000'
    """
    members = province_groups().reset_index().groupby("macro_region")["code"].agg(";".join)
    rows = [(key, *_GROUP_NAMES[key], members[key]) for key in _MACRO_REGIONS]
    return pd.DataFrame(rows, columns=["macro_region", "name", "name_en", "provinces"]).set_index("macro_region")


def prefecture_names() -> pd.DataFrame:
    """Return the names of every prefecture and of every unit that answers to its province directly.

    Returns
    -------
    pandas.DataFrame
        Index ``code`` (``xxxx00``; a municipality ``xx0000``; a directly administered unit its own code), sorted;
        ``name``, ``short_name`` (Chinese), ``name_en``.

    Examples
    --------
    >>> prefecture_names().loc["210100"].tolist()
    ['沈阳市', '沈阳', 'Shenyang']
    """
    return _table("prefectures").set_index("code")


def _table(name: str) -> pd.DataFrame:
    with (files("geo_urban.datasets") / "figures" / f"{name}.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str")


def _one_region(text: str) -> Region:
    known = _known_regions()
    for key in _spellings(text):
        if key in known:
            return _unambiguous(text, known[key])
    if re.fullmatch(r"\d{2}|\d{4}|\d{6}", text) and text[:2] in {code[:2] for code in province_groups().index}:
        return Region(name=text, name_en=text, codes=(text,))
    near = [] if text.isdigit() else get_close_matches(_plain(text), list(known), n=3, cutoff=0.5)
    names = dict.fromkeys(f"{each.name} ({each.name_en})" for key in near for each in known[key])
    if not names:
        raise InputError(
            "`region` {text!r} is no province, prefecture or macro-region of China. "
            "Give a name or code, e.g. 四川省, Sichuan, 510000 or northeast.",
            text=text,
        )
    raise InputError(
        "`region` {text!r} is no province, prefecture or macro-region of China. Did you mean {near}?",
        text=text,
        near=listed(names),
    )


def _spellings(text: str) -> list[str]:
    plain = _plain(text)
    as_prefecture = _ENGLISH_PREFECTURE_ENDINGS.sub("", plain)
    if as_prefecture != plain:  # "Jilin City" is the prefecture, "Jilin" the province
        return [f"{as_prefecture}#prefecture", as_prefecture]
    return [plain, _ENGLISH_ENDINGS.sub("", plain)]


def _unambiguous(text: str, found: tuple[Region, ...]) -> Region:
    if len(found) == 1:
        return found[0]
    raise InputError(
        "`region` {text!r} is the name of several prefectures: {choices}. Give the Chinese name or the code.",
        text=text,
        choices=listed(f"{each.name} ({each.codes[0]})" for each in found),
    )


def _plain(text: str) -> str:
    """Return a spelling without case, accents, spaces and hyphens."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if sign.isalnum()).casefold()


@cache
def _known_regions() -> dict[str, tuple[Region, ...]]:
    known: defaultdict[str, tuple[Region, ...]] = defaultdict(tuple)
    known.update(_known_prefectures())
    # Provinces and groups come last and replace: a shared name means the larger place.
    known.update(_known_provinces())
    known.update(_known_groups())
    return dict(known)


def _known_prefectures() -> dict[str, tuple[Region, ...]]:
    known: defaultdict[str, tuple[Region, ...]] = defaultdict(tuple)
    for code, row in prefecture_names().iterrows():
        prefix = _prefix(str(code))
        place = Region(name=row["name"], name_en=row["name_en"], codes=(prefix,))
        english = _plain(row["name_en"])
        for key in {
            _plain(row["name"]),
            _plain(row["short_name"]),
            english,
            f"{english}#prefecture",
            str(code),
            prefix,
        }:
            known[key] += (place,)
    return known


def _known_provinces() -> dict[str, tuple[Region, ...]]:
    known: dict[str, tuple[Region, ...]] = {}
    for code, row in province_groups().iterrows():
        place = Region(name=row["name"], name_en=row["name_en"], codes=(str(code)[:2],))
        short = _PROVINCE_ENDINGS.sub("", row["name"])
        keys = (row["name"], short, row["name_en"], str(code), str(code)[:2])
        known.update({_plain(key): (place,) for key in keys})
    return known


def _known_groups() -> dict[str, tuple[Region, ...]]:
    groups = province_groups()
    known: dict[str, tuple[Region, ...]] = {}
    for key, (name, name_en) in _GROUP_NAMES.items():
        column = "macro_region" if key in _MACRO_REGIONS else "west_study_group"
        codes = tuple(groups.index[groups[column] == key].str[:2])
        place = Region(name=name, name_en=name_en, codes=codes)
        known.update({_plain(alias): (place,) for alias in (key, *_GROUP_ALIASES[key])})
    nation = Region(name="全国", name_en="China", codes=tuple(groups.index.str[:2]))
    return known | {_plain(alias): (nation,) for alias in _NATION}


def _prefix(code: str) -> str:
    return re.sub(r"(00)+$", "", code)


def _without_covered(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if not any(code != wide and code.startswith(wide) for wide in codes))
