"""Read what an administrative code and a name tell: the kind of unit, its prefecture, its province."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["UNIT_TYPES", "is_mainland", "prefecture_codes", "province_codes", "unit_types"]

UNIT_TYPES = (
    "district",
    "county-level city",
    "county",
    "autonomous county",
    "banner",
    "autonomous banner",
    "forestry district",
    "special district",
    "administrative committee",
    "reserve",
    "city without districts",
    "undivided province",
    "development zone",
)
"""Kinds of units at county level, as `unit_types` names them."""

# The longest ending that fits decides: 自治县 before 县.
_ENDINGS = {
    "自治县": "autonomous county",
    "自治旗": "autonomous banner",
    "特区": "special district",
    "县": "county",
    "旗": "banner",
    "区": "district",
    "市": "county-level city",
}
# Municipalities, special administrative regions and Taiwan have no prefectures: they are their own.
_OWN_PREFECTURE = ("11", "12", "31", "50", "71", "81", "82")
_DIRECTLY_ADMINISTERED = "90"
_OUTSIDE_THE_CENSUS = ("71", "81", "82")


def is_mainland(codes: Sequence[str] | pd.Index) -> NDArray[np.bool_]:
    """Return which units the census covers: all but those of Taiwan, Hong Kong and Macau.

    Parameters
    ----------
    codes
        Six-digit codes.

    Returns
    -------
    numpy.ndarray of bool
        In the same order.

    Examples
    --------
    >>> is_mainland(["210102", "810001"]).tolist()
    [True, False]
    """
    return np.asarray(~pd.Index(codes, dtype=str).str[:2].isin(_OUTSIDE_THE_CENSUS), dtype=np.bool_)


def province_codes(codes: Sequence[str] | pd.Index) -> pd.Index:
    """Return the province code (``xx0000``) of each unit.

    Parameters
    ----------
    codes
        Six-digit codes.

    Returns
    -------
    pandas.Index
        In the same order.

    Examples
    --------
    >>> list(province_codes(["210102", "659001"]))
    ['210000', '650000']
    """
    return pd.Index(pd.Index(codes, dtype=str).str[:2] + "0000", dtype=str)


def prefecture_codes(codes: Sequence[str] | pd.Index) -> pd.Index:
    """Return the code of the prefecture each unit belongs to.

    Usually ``xxxx00``. The four municipalities, the special administrative regions and Taiwan are one prefecture each
    (``xx0000``). A unit that answers to its province directly (省直辖, third and fourth digit 90: Jiyuan, Xiantao,
    Shihezi …) belongs to no prefecture and stands for itself: the group that statistics call 省直辖县级行政区划
    is a heading, not a place.

    Parameters
    ----------
    codes
        Six-digit codes of units at county level.

    Returns
    -------
    pandas.Index
        In the same order.

    Examples
    --------
    >>> list(prefecture_codes(["210102", "500229", "659001", "441900"]))
    ['210100', '500000', '659001', '441900']
    """
    text = pd.Index(codes, dtype=str)
    by_prefix = np.where(text.str[:2].isin(_OWN_PREFECTURE), text.str[:2] + "0000", text.str[:4] + "00")
    direct = (text.str[2:4] == _DIRECTLY_ADMINISTERED) & ~text.str.endswith("00")
    return pd.Index(np.where(direct, text, by_prefix), dtype=str)


def unit_types(names: pd.Series) -> pd.Series:
    """Return the kind of each unit at county level from its code and name.

    The ending of the name decides, the code where the name is that of a whole prefecture-level city; a small reviewed
    table holds the exceptions (e.g. 神农架林区, the one forestry district; 碑林区 and 金林区 are districts).

    Parameters
    ----------
    names
        Chinese names on an index of six-digit codes.

    Returns
    -------
    pandas.Series
        One of `UNIT_TYPES` per unit, named ``unit_type``, on the index of `names`; missing where no ending is known.

    Examples
    --------
    >>> names = ["和平区", "神农架林区", "和林格尔县", "东莞市"]
    >>> unit_types(pd.Series(names, index=["210102", "429021", "150123", "441900"])).tolist()
    ['district', 'forestry district', 'county', 'city without districts']
    """
    kinds = pd.Series(index=names.index, dtype="str", name="unit_type")
    for ending in sorted(_ENDINGS, key=len):
        kinds[names.str.endswith(ending)] = _ENDINGS[ending]
    codes = names.index.str
    kinds[codes.endswith("00") & names.str.endswith("市")] = "city without districts"
    exceptions = _exceptions()
    listed = names.index.intersection(exceptions.index)
    kinds[listed] = exceptions[listed]
    return kinds


@cache
def _exceptions() -> pd.Series:
    table = files("geo_urban.datasets") / "figures" / "unit_type_exceptions.csv"
    with table.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str").set_index("adcode")["unit_type"]
