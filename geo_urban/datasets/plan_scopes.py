"""The scope of official plans for city clusters (城市群), by county or prefecture."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InputError

__all__ = ["agglomeration_scopes", "scope_of_units"]


def agglomeration_scopes() -> pd.DataFrame:
    """Return which counties and prefectures belong to the city clusters of six plans.

    The scope as the plans state it, by codes of 2021. A plan's line follows provinces and policy as well as people.

    Returns
    -------
    pandas.DataFrame
        One row per plan and member: `plan` (short name: ``"chengyu"``, ``"guanzhong"``, ``"hachang"``, ``"beibu"``,
        ``"lanxi"``, ``"hbey"``), `name`, `name_en`, `code` (six digits; a prefecture ends in 00), `unit`, `extent`
        (``"full"``, or ``"part"`` where the plan names parts of a county without saying which), `source`, `note`.

    See Also
    --------
    scope_of_units : The same for the units of a frame.

    References
    ----------
    国家发展改革委: 发改规划〔2016〕910号, 〔2018〕220号, 〔2017〕277号, 〔2018〕423号;
    发改地区〔2018〕358号; 哈长城市群发展规划 (2016).

    Examples
    --------
    >>> scopes = agglomeration_scopes()
    >>> scopes.loc[scopes["plan"] == "hbey", "unit"].tolist()
    ['呼和浩特市', '包头市', '鄂尔多斯市', '榆林市']
    """
    return _table().copy()


def scope_of_units(units: pd.DataFrame, *, plans: list[str] | None = None, parts: bool = True) -> pd.Series:
    """Return the plan that each unit belongs to.

    Parameters
    ----------
    units
        Units by code; where a column `members_2020` says which counties make up a unit of the panel, the unit belongs
        if any of them does.
    plans
        Short names of plans; None for all.
    parts
        Whether counties that belong in part belong.

    Returns
    -------
    pandas.Series
        Name of the plan in English, missing where none, on the index of `units`.

    Raises
    ------
    InputError
        If there is no such plan.

    Examples
    --------
    >>> scope_of_units(pd.DataFrame(index=["510104", "610102", "110101"])).tolist()
    ['Chengdu–Chongqing', 'Guanzhong Plain', None]
    """
    table = _table()
    known = table["plan"].unique().tolist()
    wanted = known if plans is None else plans
    unknown = [plan for plan in wanted if plan not in known]
    if unknown:
        raise InputError(
            "`plans` has {unknown}; there are {known}. Take one of these.", unknown=listed(unknown), known=listed(known)
        )
    rows = table[table["plan"].isin(wanted) & (parts | (table["extent"] == "full"))]
    plan_of = {re.sub(r"(00)+$", "", code): name for code, name in zip(rows["code"], rows["name_en"], strict=True)}
    members = units["members_2020"] if "members_2020" in units.columns else pd.Series(units.index, index=units.index)
    found = [_plan_of(str(codes).split(";"), plan_of) for codes in members]
    return pd.Series(found, index=units.index, dtype=object, name="plan")


def _plan_of(codes: list[str], plan_of: dict[str, str]) -> str | None:
    for code in codes:
        for length in (6, 4):
            if code[:length] in plan_of:
                return plan_of[code[:length]]
    return None


@cache
def _table() -> pd.DataFrame:
    with (files("geo_urban.datasets") / "figures" / "agglomeration_scopes.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str", keep_default_na=False)
