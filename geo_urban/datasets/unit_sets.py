"""Regions as sets of units: poverty-alleviation regions, macro-regions, provinces."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import pandas as pd

from geo_urban.checks import listed, nearest_name
from geo_urban.datasets.regions import Region, macro_region_names, province_groups
from geo_urban.errors import InputError

__all__ = ["RegionKind", "policy_regions", "region_sets"]

RegionKind = Literal["policy", "macro", "province"]


def policy_regions() -> pd.DataFrame:
    """Return the seven regions where poverty alleviation led development, by prefecture or county.

    They are **approximate**: the official lists name counties, this table whole prefectures, and ``"part"`` marks those
    of which only a part belongs. Figures inside and outside describe the prefectures, not the listed counties.

    Returns
    -------
    pandas.DataFrame
        One row per region and member: `region` (short name), `name` (Chinese), `name_en`, `code` (six digits; a
        prefecture ends in 00), `extent` (``"full"`` or ``"part"``). A prefecture may belong to two regions.

    See Also
    --------
    region_sets : The same as sets of units.

    Notes
    -----
    Six are among the fourteen contiguous poor areas of the outline for 2011–2020 and its three special areas (southern
    Xinjiang among them); the eastern edge of the Tibetan Plateau stands for the Tibetan areas of four provinces.

    References
    ----------
    中国农村扶贫开发纲要（2011—2020年）; 国家扶贫办 (2012): 关于公布全国连片特困地区分县名单的说明.

    Examples
    --------
    >>> policy_regions()["region"].nunique()
    7
    """
    return _table().copy()


def region_sets(kind: RegionKind, *, parts: bool = True) -> dict[str, Region]:
    """Return regions as sets of units that any analysis takes.

    Parameters
    ----------
    kind
        ``"policy"``: the regions of `policy_regions`, approximate; ``"macro"``: the four macro-regions of the National
        Bureau of Statistics (2011); ``"province"``: all provinces.
    parts
        Whether prefectures that belong to a policy region in part are members.

    Returns
    -------
    dict of str to Region
        By short name, macro-region or province code; ``region.contains(units.index)`` says which units belong.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> region_sets("policy")["wuling"].contains(["433101", "110101"]).tolist()
    [True, False]
    >>> list(region_sets("macro"))
    ['east', 'centre', 'west', 'northeast']
    """
    known = list(get_args(RegionKind))
    if kind not in known:
        raise InputError(
            "`kind` is {kind}, which is none of {known}. Take {near}.",
            kind=str(kind),
            known=listed(known),
            near=nearest_name(str(kind), known) or "policy",
        )
    if kind == "policy":
        return _policy_sets(parts=parts)
    if kind == "macro":
        return {
            str(key): Region(name=row["name"], name_en=row["name_en"], codes=_prefixes(row["provinces"].split(";")))
            for key, row in macro_region_names().iterrows()
        }
    return {
        str(code): Region(name=row["name"], name_en=row["name_en"], codes=_prefixes([str(code)]))
        for code, row in province_groups().iterrows()
    }


def _policy_sets(*, parts: bool) -> dict[str, Region]:
    table = _table()
    kept = table if parts else table[table["extent"] == "full"]
    return {
        str(key): Region(
            name=rows["name"].iloc[0], name_en=rows["name_en"].iloc[0], codes=_prefixes(list(rows["code"]))
        )
        for key, rows in kept.groupby("region", sort=False)
    }


def _prefixes(codes: list[str]) -> tuple[str, ...]:
    return tuple(re.sub(r"(00)+$", "", code) for code in codes)


@cache
def _table() -> pd.DataFrame:
    with (files("geo_urban.datasets") / "figures" / "policy_regions.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str")
