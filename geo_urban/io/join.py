"""Put a panel on boundaries by code, and list whoever finds no partner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import AlignmentError
from geo_urban.io.codes import match_codes
from geo_urban.messages import translate

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["JoinedPanel", "join_panel", "not_joined_rows"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JoinedPanel:
    """Units with their figures, and those that found no partner.

    Parameters
    ----------
    units
        Units with geometry and figures, in the boundaries' order.
    not_joined
        Index ``code``; columns ``name``, ``side`` (``"boundaries"`` or ``"panel"``), ``reason``.
    """

    units: gpd.GeoDataFrame
    not_joined: pd.DataFrame


def join_panel(boundaries: gpd.GeoDataFrame, panel: pd.DataFrame) -> JoinedPanel:
    """Join a panel to boundaries by code; nobody is dropped without a reason in `JoinedPanel.not_joined`.

    Parameters
    ----------
    boundaries
        Units on a text code index; a column ``name``, if there is one, helps to word the reasons.
    panel
        Figures on a text code index. Columns the boundaries have too are taken from the panel, except ``name``.

    Returns
    -------
    JoinedPanel
        Only units found on both sides, and the list of the others.

    Raises
    ------
    AlignmentError
        If a code stands twice on one side, or no code is on both sides.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> units = gpd.GeoDataFrame({"name": ["East", "West"]}, index=["1", "2"], geometry=[box(0, 0, 1, 1)] * 2, crs=4326)
    >>> joined = join_panel(units, pd.DataFrame({"people": [5]}, index=["1"]))
    >>> joined.not_joined["side"].to_dict()
    {'2': 'boundaries'}
    """
    require_unique_index(boundaries, argument="boundaries")
    require_unique_index(panel, argument="panel")
    figures = panel.set_axis(match_codes(panel.index, boundaries.index, argument="panel"), axis=0)
    both = boundaries.index.intersection(figures.index)
    if both.empty:
        raise AlignmentError(
            "no code of `panel` ({panel}) is among those of `boundaries` ({boundaries}), so nothing can be joined. "
            "Name the right code columns, or bring both to one set of codes.",
            panel=listed(figures.index, most=3),
            boundaries=listed(boundaries.index, most=3),
        )
    kept = [column for column in boundaries.columns if column == "name" or column not in figures.columns]
    added = [column for column in figures.columns if column not in kept]
    units = boundaries.loc[boundaries.index.isin(both), kept].join(figures[added], how="left")
    return JoinedPanel(units=units, not_joined=_not_joined(boundaries, figures, both))


def not_joined_rows(index: pd.Index, names: pd.Series | None, *, side: str, reason: str) -> pd.DataFrame:
    """Return rows of the list of units that were left out, all for one reason.

    Parameters
    ----------
    index
        Codes of the units.
    names
        Name by code, or None.
    side
        Which input they come from.
    reason
        Why, in the reader's language.

    Returns
    -------
    pandas.DataFrame
        Index ``code``; columns ``name``, ``side``, ``reason``.

    Examples
    --------
    >>> not_joined_rows(pd.Index(["7"]), None, side="panel", reason="no polygon").to_dict("index")
    {'7': {'name': '', 'side': 'panel', 'reason': 'no polygon'}}
    """
    labels = [""] * len(index) if names is None else names.reindex(index).fillna("").astype(str).to_list()
    return pd.DataFrame(
        {"name": labels, "side": side, "reason": reason}, index=pd.Index(index.to_list(), name="code", dtype=object)
    )


def _not_joined(boundaries: gpd.GeoDataFrame, panel: pd.DataFrame, both: pd.Index) -> pd.DataFrame:
    unit_names, panel_names = boundaries.get("name"), panel.get("name")
    without_row = not_joined_rows(
        boundaries.index[~boundaries.index.isin(both)],
        unit_names,
        side="boundaries",
        reason=translate("the panel has no row with this code"),
    )
    without_polygon = not_joined_rows(
        panel.index[~panel.index.isin(both)],
        panel_names,
        side="panel",
        reason=translate("the boundaries have no polygon with this code"),
    )
    for rows, others in ((without_row, without_polygon), (without_polygon, without_row)):
        _hint_namesakes(rows, others["name"].copy())
    return pd.concat([without_row, without_polygon])


def _hint_namesakes(rows: pd.DataFrame, others: pd.Series) -> None:
    codes_by_name = {name: code for code, name in others[others.ne("") & ~others.duplicated(keep=False)].items()}
    rows["reason"] = [
        reason + translate("; the other side has {name} under {code}: renumbered?", name=name, code=codes_by_name[name])
        if name in codes_by_name
        else reason
        for name, reason in zip(rows["name"], rows["reason"], strict=True)
    ]
