"""Functional urban areas: centres, and the units of which enough workers commute there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.agglomerations._inputs import border_pairs
from geo_urban.checks import listed, require_columns, require_unique_index
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["commuting_areas", "flow_table"]

_SHARE = 0.15


def commuting_areas(
    centres: pd.Series, flows: pd.DataFrame, *, share: float = _SHARE, graph: Graph | None = None
) -> pd.DataFrame:
    """Delineate functional urban areas by commuting.

    Where people live who work in a city. It needs a table of flows; without one, `delineate` says what lies within
    reach, which is not the same.

    Parameters
    ----------
    centres
        Name of the urban centre that each unit belongs to, missing for others, on the units' index.
    flows
        Commuters: `origin`, `destination` (units) and `workers` [persons], those who stay among them.
    share
        Share of a unit's workers from which it belongs, and of a centre's from which two centres are one.
    graph
        Common borders; with it, units that one area surrounds belong, and exclaves are dropped.

    Returns
    -------
    pandas.DataFrame
        On the index of `centres`: `area` (name of the centre, of joined ones that of the one with most workers;
        missing where none), `share` of workers that commute to it [fraction; missing without workers], `role`
        (``"core"``, ``"commuting zone"``, missing).

    Raises
    ------
    AlignmentError
        If flows name units that are not there.
    InputError
        If a flow is negative or missing, or `share` is no share.
    InsufficientDataError
        If there is no centre.

    References
    ----------
    Dijkstra, L., Poelman, H. & Veneri, P. (2019). The EU-OECD definition of a functional urban area.
    doi:10.1787/d58cb34d-en

    Examples
    --------
    Of ten workers of b two go to the city a, of ten of c one: b belongs, c does not.

    >>> table = pd.DataFrame([("b", "a", 2), ("b", "b", 8), ("c", "a", 1), ("c", "c", 9), ("a", "a", 50)],
    ...                      columns=["origin", "destination", "workers"])
    >>> commuting_areas(pd.Series({"a": "A", "b": None, "c": None}), table)["area"].tolist()
    ['A', 'A', None]
    """
    require_unique_index(centres, argument="centres")
    if not 0 < share <= 1:
        raise InputError("`{name}` is {value}; it is a share, above 0 and at most 1.", name="share", value=share)
    workers = flow_table(centres.index, flows)
    if centres.isna().all():
        raise InsufficientDataError("`centres` names none, so nobody commutes to one. Name the units of urban centres.")
    codes, names = pd.factorize(centres)
    whole = workers.sum(axis=1)
    to_centre = np.zeros((len(centres), len(names)))
    for number in range(len(names)):
        to_centre[:, number] = workers[:, codes == number].sum(axis=1)
    joined = _joined_centres(codes, to_centre, whole, share)
    area_shares = np.zeros_like(to_centre)
    for number, target in enumerate(joined):
        area_shares[:, target] += to_centre[:, number]
    area_shares = np.divide(area_shares, whole[:, None], out=np.zeros_like(area_shares), where=whole[:, None] > 0)
    best = area_shares.argmax(axis=1)
    most = area_shares[np.arange(len(best)), best]
    area = np.where(codes >= 0, joined[np.maximum(codes, 0)], np.where(most >= share, best, -1))
    if graph is not None:
        area = _without_gaps(area, codes, border_pairs(centres.to_frame(), graph))
    own = area_shares[np.arange(len(area)), np.maximum(area, 0)]
    role = np.where(codes >= 0, "core", "commuting zone").astype(object)
    role[area < 0] = None
    return pd.DataFrame(
        {
            "area": pd.Series([names[one] if one >= 0 else None for one in area], index=centres.index, dtype=object),
            "share": np.where(whole > 0, np.where(area >= 0, own, most), np.nan),
            "role": pd.Series(role, index=centres.index, dtype=object),
        },
        index=centres.index,
    )


def flow_table(units: pd.Index, flows: pd.DataFrame) -> NDArray[np.float64]:
    """Return workers from each unit (row) to each (column).

    Raises
    ------
    MissingColumnsError, AlignmentError, InputError
        If the table lacks a column, names strangers, or holds no counts.
    """
    require_columns(flows, ["origin", "destination", "workers"], argument="flows")
    ends = [units.get_indexer(pd.Index(flows[column])) for column in ("origin", "destination")]
    lost = (ends[0] < 0) | (ends[1] < 0)
    if lost.any():
        unknown = pd.unique(flows.loc[lost, ["origin", "destination"]].to_numpy().ravel())
        raise AlignmentError(
            "`{argument}` has {count} codes that are no units: {codes}. They are of another year or level, or "
            "mistyped. Bring them to these units first, or drop them knowingly.",
            argument="flows",
            count=len([code for code in unknown if code not in units]),
            codes=listed(code for code in unknown if code not in units),
        )
    counts = flows["workers"].to_numpy(dtype=float, na_value=np.nan)
    if not (np.isfinite(counts) & (counts >= 0)).all():
        raise InputError(
            "`{argument}` has {count} missing or negative values. Write infinite where there is no way, and zero where "
            "nothing flows.",
            argument="flows",
            count=int((~(np.isfinite(counts) & (counts >= 0))).sum()),
        )
    workers = np.zeros((len(units), len(units)))
    np.add.at(workers, (ends[0], ends[1]), counts)
    return workers


def _joined_centres(
    codes: NDArray[np.intp], to_centre: NDArray[np.float64], whole: NDArray[np.float64], share: float
) -> NDArray[np.intp]:
    """Return for each centre the one it is joined to: with more workers, drawing enough of its own."""
    count = to_centre.shape[1]
    between = np.array([to_centre[codes == number].sum(axis=0) for number in range(count)])
    living = np.array([whole[codes == number].sum() for number in range(count)])
    target = np.arange(count)
    for number in np.argsort(-living, kind="stable"):
        drawn = between[number].copy()
        drawn[living <= living[number]] = 0.0
        best = int(drawn.argmax())
        if living[number] > 0 and drawn[best] >= share * living[number]:
            target[number] = target[best]
    return target


def _without_gaps(
    area: NDArray[np.intp], codes: NDArray[np.intp], pairs: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> NDArray[np.intp]:
    """Drop parts without a centre, and give to an area the units that it alone surrounds."""
    from geo_urban.agglomerations.membership import connected_parts

    parts = connected_parts(len(area), *pairs, area)
    kept = np.isin(parts, np.unique(parts[codes >= 0]))
    area = np.where(kept, area, -1)
    neighbors: dict[int, set[int]] = {}
    for one, other in zip(*pairs, strict=True):
        neighbors.setdefault(int(one), set()).add(int(area[other]))
    filled = area.copy()
    for one, around in neighbors.items():
        if area[one] < 0 and len(around) == 1 and -1 not in around:
            filled[one] = around.pop()
    return filled
