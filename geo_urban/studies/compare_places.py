"""Clusters of loss beside the places that a source names: counted, worded, never forced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["compare_places"]

UPHELD = "agrees: units in clusters of loss or cold spots, false discoveries held to 5 %"
WEAKLY = "agrees with false discoveries held to 10 %, not to 5 %"
BY_P = "agrees by the p of single units alone; not upheld where false discoveries are held"
LOSS_ONLY = "lost residents, but no unit is in a cluster of loss or a cold spot: its neighbors are not alike enough"
NO_LOSS = "differs: no unit lost residents"
NOT_HERE = "no unit of the study bears this name"
NO_PRINT = "not named by the source"

_LOSS, _COLD = "low-low", "cold"


def compare_places(clusters: pd.DataFrame, spots: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Set clusters of loss and cold spots beside the places that the study of Northeast China names.

    The source names places and prints no figure, map or test; so nothing is scored, and a place that we do not find is
    as much a result as one that we do.

    Parameters
    ----------
    clusters
        Units tested by local Moran's I: columns `prefecture`, `value` (change as a share), `category`, `category_fdr`,
        and `province` where units reach beyond the provinces that the source speaks of.
    spots
        The same units tested by Gi*: columns `category`, `category_fdr`.
    theirs
        ``geo_urban.datasets.published("shrinking_places")``.

    Returns
    -------
    pandas.DataFrame
        One row per place the source names, in its order, then one per prefecture of the same provinces with a unit in a
        cluster of loss or a cold spot that it does not name: `place`, `prefecture`, `named` (what the source says),
        `units`, `losing` (units that lost residents), `loss_cluster`, `loss_cluster_fdr`, `cold_spot`, `cold_spot_fdr`
        (units; by the p of each at 5 %, and with false discoveries held as the study says, cold spots to 5 %),
        `cold_spot_fdr_10` (to 10 %), `agreement` (in words) and `source`.

    Raises
    ------
    MissingColumnsError
        If a column is missing.

    Examples
    --------
    >>> clusters = pd.DataFrame({"prefecture": ["绥化市", "绥化市"], "value": [-0.3, -0.2],
    ...                          "category": ["low-low", "not significant"], "category_fdr": ["not significant"] * 2})
    >>> spots = clusters[["category", "category_fdr"]].replace({"low-low": "cold 95 %"})
    >>> theirs = pd.DataFrame({"group": ["Suihua"], "group_zh": ["绥化市"], "concept": ["named"], "source": ["text"]})
    >>> compare_places(clusters, spots, theirs)[["place", "units", "loss_cluster", "loss_cluster_fdr", "cold_spot"]]
        place  units  loss_cluster  loss_cluster_fdr  cold_spot
    0  Suihua      2             1                 0          1
    """
    require_columns(clusters, ["prefecture", "value", "category", "category_fdr"], argument="clusters")
    require_columns(spots, ["category", "category_fdr"], argument="spots")
    counted = _counted(clusters, spots)
    named = theirs.set_index("group_zh")
    found = counted[(counted[list(_FOUND)] > 0).any(axis=1)].sort_values(list(_FOUND), ascending=False)
    found = found[found.index.isin(_spoken_of(clusters, named.index)) & ~found.index.isin(named.index)]
    rows = [
        *(_row(counted, place, said) for place, said in zip(named.index, _records(named), strict=True)),
        *(_row(counted, place, {}) for place in found.index),
    ]
    table = pd.DataFrame(rows)
    counts = ["units", "losing", *_FOUND]
    return table.assign(**{name: table[name].astype("int64") for name in counts})


_FOUND = ("loss_cluster", "loss_cluster_fdr", "cold_spot", "cold_spot_fdr", "cold_spot_fdr_10")
_AT_FIVE = ("cold 95 %", "cold 99 %")


def _counted(clusters: pd.DataFrame, spots: pd.DataFrame) -> pd.DataFrame:
    """Return per prefecture how many units lost residents and lie in clusters of loss and cold spots."""
    cold = spots.reindex(clusters.index)
    facts = {
        "units": pd.Series(True, index=clusters.index),
        "losing": clusters["value"] < 0,
        "loss_cluster": clusters["category"] == _LOSS,
        "loss_cluster_fdr": clusters["category_fdr"] == _LOSS,
        "cold_spot": cold["category"].isin(_AT_FIVE),
        "cold_spot_fdr": cold["category_fdr"].isin(_AT_FIVE),
        "cold_spot_fdr_10": cold["category_fdr"].astype(str).str.startswith(_COLD),
    }
    return pd.DataFrame(facts).groupby(clusters["prefecture"]).sum()


def _spoken_of(clusters: pd.DataFrame, named: pd.Index) -> pd.Series:
    """Return the prefectures of the provinces in which named ones lie."""
    if "province" not in clusters.columns:
        return clusters["prefecture"]
    provinces = clusters.loc[clusters["prefecture"].isin(named), "province"]
    return clusters.loc[clusters["province"].isin(provinces), "prefecture"]


def _records(named: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(key): str(value) for key, value in row.items()} for row in named.to_dict(orient="records")]


def _row(counted: pd.DataFrame, place: str, said: Mapping[str, str]) -> dict[str, object]:
    # One row where the place is there, zeros where it is not: a sum of none.
    counts = counted[counted.index == place].sum()
    return {
        "place": said.get("group", ""),
        "prefecture": place,
        "named": said.get("concept", NO_PRINT),
        **{str(name): int(value) for name, value in counts.items()},
        "agreement": _agreement(counts) if said else NO_PRINT,
        "source": said.get("source", ""),
    }


def _agreement(counts: pd.Series) -> str:
    if counts["units"] == 0:
        return NOT_HERE
    if counts["loss_cluster_fdr"] + counts["cold_spot_fdr"] > 0:
        return UPHELD
    if counts["cold_spot_fdr_10"] > 0:
        return WEAKLY
    if counts["loss_cluster"] + counts["cold_spot"] > 0:
        return BY_P
    return LOSS_ONLY if counts["losing"] > 0 else NO_LOSS
