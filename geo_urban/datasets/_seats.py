"""Find the seat of each unit: a place that bears its name, else its largest settlement, else a point inside."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_urban.datasets._settlement import cells, source_version
from geo_urban.datasets.gazetteer import gazetteer_version, is_chinese, pinyin_readings, places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_urban.datasets._settlement import Cells

__all__ = ["NAMED_PLACE", "REPRESENTATIVE_POINT", "SETTLEMENT", "seats", "seats_version"]

NAMED_PLACE = "named place"
SETTLEMENT = "largest settlement"
REPRESENTATIVE_POINT = "representative point"

# People per km² that a cell of a class has at the least: 1,500 in centres and dense clusters, 900, 300.
_LEAST_DENSITY = {30: 1500.0, 23: 1500.0, 22: 900.0, 21: 300.0}
# Centres of triangles that share an edge lie up to 1.4 km apart.
_TOUCHING_KM = 1.45
_EARTH_RADIUS_KM = 6371.0
_NATIONALITIES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|"
    "高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|"
    "阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|"
    "赫哲|门巴|珞巴|基诺|各"
)
# Where the word 族 is left out (木垒哈萨克自治县) only long names can be told from a place's own characters.
_LONG_NATIONALITIES = "|".join(name for name in _NATIONALITIES.split("|") if len(name) > 1)
_NATIONALITY = re.compile(f"(?:(?:{_NATIONALITIES})族|{_LONG_NATIONALITIES})+$")
_LEVELS = ("自治县", "自治旗", "特区", "林区", "县", "旗", "区", "市")
_TOWN_ENDINGS = ("镇", "城", "城镇", "城区", "城关镇", "街道", "街")
_LEVEL_SOUNDS = "(?:xian|shi|qu|qi|zhen|cheng|chengguanzhen)?"
_ANY_SYLLABLE = "[a-z]{1,6}"


def seats(units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return where each unit is run from, as well as open data tell.

    No boundary file says where a county's seat is. Rule: the gazetteer point inside the unit that bears the unit's name
    (in characters, or in sound where the gazetteer has other characters); else the centre of the largest settlement of
    at least suburban class; else a point inside the polygon. `seat_source` says which, so that nobody takes the third
    for the first.

    Parameters
    ----------
    units
        Polygons in degrees on WGS 84 with a column ``name`` (Chinese).

    Returns
    -------
    pandas.DataFrame
        On the index of `units`: ``seat_lon``, ``seat_lat`` [degree], ``seat_source`` (``"named place"``,
        ``"largest settlement"`` or ``"representative point"``). Every position lies inside its unit.

    Raises
    ------
    MissingDependencyError
        If the gazetteer or the settlement classes are not installed.

    Notes
    -----
    Among several places of the name the one with the full name (吉隆县) precedes the bare one (吉隆), that one with
    a town's ending (吉隆镇), that the mere sound; then the larger population, then the smaller GeoNames number. The
    largest settlement is the group of touching cells with the largest sum of area times least density of its class;
    its centre is the cell nearest to the mean of its densest cells. Gazetteer positions are good to 1–2 km. About
    nine seconds for all 2,875 units.
    """
    point = units.geometry.representative_point()
    found = pd.DataFrame(
        {"seat_lon": point.x, "seat_lat": point.y, "seat_source": REPRESENTATIVE_POINT}, index=units.index
    )
    named = _named_places(units)
    rest = units.loc[~units.index.isin(named.index)]
    for source, positions in ((NAMED_PLACE, named), (SETTLEMENT, _largest_settlements(rest))):
        found.loc[positions.index, ["seat_lon", "seat_lat"]] = positions[["lon", "lat"]].to_numpy()
        found.loc[positions.index, "seat_source"] = source
    return found


def seats_version() -> str:
    """Return names and versions of the packages that seats are found with.

    Raises
    ------
    MissingDependencyError
        If one is not installed.
    """
    return f"{gazetteer_version()}, {source_version()}"


def _named_places(units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return `lon`, `lat` of the best place inside each unit that bears its name; units without one are left out."""
    gazetteer = places("CN")
    alternates = gazetteer["alternate_names"].str.split(";")
    unit_rows, place_rows = _contained(units, gazetteer.geometry.to_numpy())
    pairs = pd.DataFrame(
        {
            "unit": units.index[unit_rows],
            "unit_name": units["name"].to_numpy()[unit_rows],
            "population": gazetteer["population"].fillna(0).to_numpy()[place_rows],
            "place": gazetteer.index[place_rows],
            "names": alternates.to_numpy()[place_rows],
            "latin": gazetteer["name"].to_numpy()[place_rows],
            "lon": gazetteer.geometry.x.to_numpy()[place_rows],
            "lat": gazetteer.geometry.y.to_numpy()[place_rows],
        }
    )
    pairs["score"] = [_written_score(*pair) for pair in zip(pairs["unit_name"], pairs["names"], strict=True)]
    silent = pairs.groupby("unit")["score"].transform("max") == 0
    pairs.loc[silent, "score"] = _sound_scores(pairs[silent], pinyin_readings(alternates))
    matches = pairs[pairs["score"] > 0].sort_values(["score", "population", "place"], ascending=[False, False, True])
    return matches.drop_duplicates("unit").set_index("unit")[["lon", "lat"]]


def _contained(units: gpd.GeoDataFrame, points: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which units hold which points, as two arrays of row numbers."""
    unit_rows, point_rows = shapely.STRtree(points).query(units.geometry.to_numpy(), predicate="contains")
    return unit_rows, point_rows


def _written_score(unit_name: str, names: Sequence[str]) -> int:
    """Return how well a place bears a unit's name in characters: 4 full, 3 bare, 2 with a town's ending, 0 not."""
    stem = _bare_name(unit_name)
    if unit_name in names:
        return 4
    if stem in names:
        return 3
    return 2 if any(stem + ending in names for ending in _TOWN_ENDINGS) else 0


def _sound_scores(pairs: pd.DataFrame, readings: Mapping[str, Sequence[str]]) -> list[int]:
    """Return for each pair whether one of the place's Latin names sounds like the unit's: 1 or 0."""
    sounds = {name: _sound_pattern(name, readings) for name in pairs["unit_name"].unique()}
    return [
        int(any(sounds[unit_name].fullmatch(_letters(name)) for name in [latin, *names] if not is_chinese(name)))
        for unit_name, latin, names in zip(pairs["unit_name"], pairs["latin"], pairs["names"], strict=True)
    ]


def _sound_pattern(unit_name: str, readings: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Return what a unit's name sounds like; a character nobody taught may sound like anything, if not alone."""
    stem = _bare_name(unit_name)
    syllables = ["|".join(readings.get(character, (_ANY_SYLLABLE,))) for character in stem]
    if all(syllable == _ANY_SYLLABLE for syllable in syllables):
        return re.compile("(?!)")
    return re.compile("".join(f"(?:{syllable})" for syllable in syllables) + _LEVEL_SOUNDS)


def _bare_name(unit_name: str) -> str:
    # One character (易县) is half the villages' name, so it stands with its level.
    stem = _stem(unit_name)
    return stem if len(stem) > 1 else unit_name


def _stem(name: str) -> str:
    """Return a unit's own name without its level and nationalities; the whole name where nothing would remain.

    Examples
    --------
    >>> _stem("杜尔伯特蒙古族自治县"), _stem("瑞丽市"), _stem("东乡族自治县")
    ('杜尔伯特', '瑞丽', '东乡族自治县')
    """
    level = next((level for level in _LEVELS if name.endswith(level)), "")
    bare = name.removesuffix(level)
    if level.startswith("自治"):
        bare = _NATIONALITY.sub("", bare)
    return bare or name


def _letters(name: str) -> str:
    """Return a Latin name as bare lower-case letters."""
    plain = unicodedata.normalize("NFD", name.lower().replace("ü", "u"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


def _largest_settlements(units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return `lon`, `lat` of the centre of each unit's largest settlement; units without one are left out."""
    if units.empty:
        return pd.DataFrame({"lon": [], "lat": []})
    west, south, east, north = units.total_bounds
    dense = cells((west, south, east, north))
    unit_rows, cell_rows = _contained(units, shapely.points(dense.lon, dense.lat))
    table = pd.DataFrame({"unit": unit_rows, "lon": dense.lon[cell_rows], "lat": dense.lat[cell_rows]})
    table["density"] = pd.Series(dense.code[cell_rows]).map(_LEAST_DENSITY).to_numpy()
    table["settlement"] = _groups(_on_sphere(dense, cell_rows), unit_rows)
    size = table.groupby(["unit", "settlement"])["density"].sum()
    largest = size.groupby("unit").idxmax()
    table = table[table["settlement"].isin([settlement for _, settlement in largest])]
    core = table[table["density"] == table.groupby("unit")["density"].transform("max")]
    away = core[["lon", "lat"]] - core.groupby("unit")[["lon", "lat"]].transform("mean")
    away["lon"] *= np.cos(np.radians(core["lat"]))
    central = core.loc[(away["lon"] ** 2 + away["lat"] ** 2).groupby(core["unit"]).idxmin()]
    return central[["lon", "lat"]].set_axis(units.index[central["unit"]])


def _on_sphere(dense: Cells, rows: NDArray[np.intp]) -> NDArray[np.float64]:
    lon, lat = np.radians(dense.lon[rows]), np.radians(dense.lat[rows])
    return _EARTH_RADIUS_KM * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _groups(position: NDArray[np.float64], unit_rows: NDArray[np.intp]) -> NDArray[np.int32]:
    """Return the number of the group of touching cells, within one unit, that each cell belongs to."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(position).query_pairs(_TOUCHING_KM, output_type="ndarray")
    pairs = pairs[unit_rows[pairs[:, 0]] == unit_rows[pairs[:, 1]]]
    links = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(len(position),) * 2)
    _, labels = connected_components(links, directed=False)
    return np.asarray(labels, dtype=np.int32)
