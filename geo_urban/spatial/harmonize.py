"""Make units of two dates comparable: join what cannot be told apart, and keep every sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_columns, require_unique_index
from geo_urban.errors import AlignmentError, GeometryError, InputError
from geo_urban.palettes import NO_DATA, sequential
from geo_urban.presentation import Categories, Category, Field, Layer, Presentation
from geo_urban.spatial._overlaps import overlaps

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from typing import Literal

    from numpy.typing import NDArray

__all__ = ["COMPARABILITIES", "Harmonized", "harmonize"]

COMPARABILITIES = ("same", "renamed", "merged", "adjusted", "unmatched")
"""How a comparable unit came about, as `harmonize` names it."""

_Values = TypeVar("_Values", pd.Series, pd.DataFrame)

_LABELS = {
    "same": "Unchanged as far as known",
    "renamed": "New name or code, same territory",
    "merged": "Joined, because territory moved between units",
    "adjusted": "Joined, because one date does not tell its parts apart",
    "unmatched": "Without a counterpart",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Harmonized:
    """Comparable units of two dates.

    Parameters
    ----------
    units
        One row per comparable unit, sorted by label. ``members_t0`` and ``members_t1`` (sorted tuples of the labels
        that make it up), ``comparability`` (one of `COMPARABILITIES`), ``name`` where `units_t1` has one, and the
        union of the t1 geometries where it has those.
    unit_of_t0, unit_of_t1
        Label of the comparable unit that each unit of a date belongs to.
    links
        The pairs that were joined: ``old``, ``new`` and whatever else the crosswalk says of them.
    ignored
        Overlaps below the tolerance: ``old``, ``new``, ``area_km2``, ``share``. Empty with a crosswalk.
    tolerance
        The tolerance they were held against; None with a crosswalk.
    """

    units: pd.DataFrame | gpd.GeoDataFrame
    unit_of_t0: pd.Series
    unit_of_t1: pd.Series
    links: pd.DataFrame
    ignored: pd.DataFrame
    tolerance: float | None

    def summary(self) -> pd.Series:
        """Return how many units there are, of each comparability and of each date.

        Returns
        -------
        pandas.Series
            Integers: ``units``, then one entry per comparability, ``units_t0``, ``units_t1``, ``overlaps_ignored``.
        """
        kinds = self.units["comparability"].value_counts()
        counts = {"units": len(self.units), **{kind: int(kinds.get(kind, 0)) for kind in COMPARABILITIES}}
        counts |= {"units_t0": len(self.unit_of_t0), "units_t1": len(self.unit_of_t1)}
        return pd.Series(counts | {"overlaps_ignored": len(self.ignored)}, name="count")

    def total(self, values: _Values, *, date: Literal["t0", "t1"]) -> _Values:
        """Sum figures of one date to the comparable units; the sum over all units stays what it was.

        Parameters
        ----------
        values
            Series or frame of numbers on the index of that date's units, one row for each.
        date
            ``"t0"`` or ``"t1"``.

        Returns
        -------
        same type as `values`
            On the index of `units`; 0 where a unit has no member at that date. Missing values make the sum missing.

        Raises
        ------
        AlignmentError
            If `values` lacks a unit, has one twice or one too many.
        """
        home = {"t0": self.unit_of_t0, "t1": self.unit_of_t1}[date]
        require_unique_index(values, argument="values")
        odd = home.index.symmetric_difference(values.index)
        if len(odd):
            raise AlignmentError(
                "`values` and the units of {date} differ in {codes}, so a sum would lose or invent people. "
                "Pass one row per unit, e.g. `values.reindex(harmonized.unit_of_{date}.index)`.",
                date=date,
                codes=listed(odd),
            )
        units = home.reindex(values.index).to_numpy()
        sums = values.groupby(units).sum()
        unknown = values.isna().groupby(units).any()
        sums = sums.mask(unknown) if unknown.to_numpy().any() else sums
        return sums.reindex(self.units.index, fill_value=0)

    def layers(self) -> Presentation:
        """Return what a map or a layer file shows: every comparable unit by its comparability.

        Returns
        -------
        geo_urban.presentation.Presentation
            With one layer.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        if not isinstance(self.units, gpd.GeoDataFrame):
            raise GeometryError(
                "these comparable units have no geometry, so there is nothing to draw. "
                "Pass `units_t1` as a GeoDataFrame to `harmonize`."
            )
        colors = (*sequential(len(COMPARABILITIES) - 1), NO_DATA)
        items = tuple(
            Category(value=kind, label=_LABELS[kind], color=color)
            for kind, color in zip(COMPARABILITIES, colors, strict=True)
        )
        shown = self.units.assign(
            members_t0=_listed_members(self.units["members_t0"]), members_t1=_listed_members(self.units["members_t1"])
        )
        fields = (
            Field(column="comparability", label="Comparability", classes=Categories(items=items)),
            Field(column="members_t0", label="Units of the first date"),
            Field(column="members_t1", label="Units of the second date"),
        )
        layer = Layer(
            name="comparable_units",
            title="Comparable units",
            units=shown,
            fields=fields,
            label_column="name" if "name" in shown else "members_t1",
        )
        return Presentation(
            name="comparable_units",
            title="Comparable units of two dates",
            layers=(layer,),
            source="The boundaries and the crosswalk passed to `harmonize`",
            method="Units linked by a change of boundary are joined into the smallest units that both dates know.",
            cautions=("Unchanged means that no change is known, not that there was none.",),
        )


def harmonize(
    units_t0: pd.DataFrame,
    units_t1: pd.DataFrame,
    crosswalk: pd.DataFrame | None = None,
    *,
    together: Iterable[Sequence[Hashable]] = (),
    old: str = "old",
    new: str = "new",
    name: str = "name",
    size: str | None = None,
    tolerance: float = 0.01,
) -> Harmonized:
    """Return the smallest units on which two dates can be compared.

    Counties merge, split and trade towns between two censuses. Where a part moved, the figures of neither date can be
    divided without guessing; the units concerned are joined instead. Every unit of either date lands in exactly
    one comparable unit, so that no person is lost or counted twice. What the result does not tell is where inside
    a joined unit people came or went.

    Parameters
    ----------
    units_t0, units_t1
        Units of the first and the second date on an index of unique labels (codes). Only the index is used, further
        `name`, `size` and, without a crosswalk, the polygons. Geometry of `units_t1` is carried over.
    crosswalk
        One row per pair of units that share ground: the label of the first date in the column `old`, that of the
        second in `new`; other columns (reason, year, weight …) are kept in `links`. A unit it does not mention
        is paired with the unit of the same label, if there is one. None: pairs are found by overlaying the polygons.
    together
        Groups of labels of `units_t1` that one of the sources does not tell apart (a development zone and the
        district it lies in) and that are therefore joined.
    old, new
        Columns of `crosswalk`.
    name
        Column with names in both frames; where absent, only labels are compared.
    size
        Column of `units_t1`; a joined unit takes label and name of its largest t1 member. None: of the member with
        the largest area if there are polygons, else of the first label. Ties go to the first label; missing is least.
    tolerance
        Without a crosswalk, an overlap counts only if it is at least this share (0–1) of the smaller of the two
        units; smaller ones are slivers of careless drawing, listed in `ignored`. 0 lets every overlap join.

    Returns
    -------
    Harmonized
        Comparable units, the unit of each member, the links and what was ignored.

    Raises
    ------
    AlignmentError
        If labels are missing or repeated, or `crosswalk` or `together` names a unit that does not exist.
    MissingColumnsError
        If `crosswalk` lacks a column.
    InputError
        If polygons are needed and missing, or `tolerance` is not a share.
    MissingCRSError, DatumError, GeometryError
        If the polygons cannot be overlaid.

    Notes
    -----
    Comparable units are the connected components of the graph whose nodes are the units of both dates and whose
    edges are the pairs. Linear in units and pairs; overlaying costs about as much as `geopandas.overlay`.
    Comparability: ``unmatched`` if one date has no member; ``adjusted`` if `together` joined members; ``merged`` if
    either date has several; ``renamed`` if label or name differ; ``same`` otherwise. A unit that exists at the first
    date only and whose label another unit bears at the second is labelled ``label@t0``.

    Examples
    --------
    B was divided between A and C; D kept its territory under a new code.

    >>> t0 = pd.DataFrame({"people": [10, 20, 30, 40]}, index=["A", "B", "C", "D"])
    >>> t1 = pd.DataFrame({"people": [15, 35, 44]}, index=["A", "C", "E"])
    >>> pairs = pd.DataFrame({"old": ["A", "B", "B", "C", "D"], "new": ["A", "A", "C", "C", "E"]})
    >>> result = harmonize(t0, t1, pairs, size="people")
    >>> result.units
      members_t0 members_t1 comparability
    C  (A, B, C)     (A, C)        merged
    E       (D,)       (E,)       renamed
    >>> result.total(t0["people"], date="t0").to_dict()
    {'C': 60, 'E': 40}
    """
    require_unique_index(units_t0, argument="units_t0")
    require_unique_index(units_t1, argument="units_t1")
    if crosswalk is None:
        links, ignored = _links_by_overlap(units_t0, units_t1, tolerance=tolerance)
    else:
        links = _links_of_crosswalk(units_t0.index, units_t1.index, crosswalk, old=old, new=new)
        ignored = pd.DataFrame(columns=["old", "new", "area_km2", "share"])
    groups = [list(group) for group in together]
    _require_known({label for group in groups for label in group}, units_t1.index, argument="together")
    component = _components(units_t0.index, units_t1.index, links, groups)
    at_t0, at_t1 = component[: len(units_t0)], component[len(units_t0) :]
    labels = _labels(units_t0.index, units_t1, at_t0, at_t1, size=size)
    units = _units(units_t0, units_t1, labels[at_t0], labels[at_t1], groups=groups, name=name)
    return Harmonized(
        units=units,
        unit_of_t0=pd.Series(labels[at_t0], index=units_t0.index, name="unit"),
        unit_of_t1=pd.Series(labels[at_t1], index=units_t1.index, name="unit"),
        links=links,
        ignored=ignored,
        tolerance=tolerance if crosswalk is None else None,
    )


def _links_of_crosswalk(
    index_t0: pd.Index, index_t1: pd.Index, crosswalk: pd.DataFrame, *, old: str, new: str
) -> pd.DataFrame:
    require_columns(crosswalk, [old, new], argument="crosswalk")
    links = crosswalk.rename(columns={old: "old", new: "new"}).reset_index(drop=True)
    _require_known(links["old"], index_t0, argument="crosswalk", column=old)
    _require_known(links["new"], index_t1, argument="crosswalk", column=new)
    alike = index_t0.intersection(index_t1)
    alike = alike[~alike.isin(links["old"]) & ~alike.isin(links["new"])]
    return pd.concat([links, pd.DataFrame({"old": alike, "new": alike})], ignore_index=True)


def _links_by_overlap(
    units_t0: pd.DataFrame, units_t1: pd.DataFrame, *, tolerance: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    if not 0 <= tolerance < 1:
        raise InputError(
            "`tolerance` is {tolerance}, but it is the share of the smaller unit that an overlap must reach: "
            "a number from 0 up to 1, e.g. 0.01.",
            tolerance=tolerance,
        )
    for argument, frame in (("units_t0", units_t0), ("units_t1", units_t1)):
        if not isinstance(frame, gpd.GeoDataFrame):
            raise InputError(
                "`{argument}` has no geometry and there is no `crosswalk`, so nothing tells which units share ground. "
                "Pass GeoDataFrames, or a table with the columns `old` and `new`.",
                argument=argument,
            )
    pairs = overlaps(cast("gpd.GeoDataFrame", units_t0), cast("gpd.GeoDataFrame", units_t1))
    counts = pairs["share"] >= tolerance
    return pairs[counts].reset_index(drop=True), pairs[~counts].reset_index(drop=True)


def _require_known(labels: Iterable[Hashable], index: pd.Index, *, argument: str, column: str = "") -> None:
    unknown = sorted(set(labels) - set(index), key=str)
    if not unknown:
        return
    raise AlignmentError(
        "`{argument}` names {codes}{where}, but no unit has that label; a link to nowhere would lose people. "
        "Correct the label or drop the row.",
        argument=argument,
        codes=listed(unknown),
        where=f" (`{column}`)" if column else "",
    )


def _components(
    index_t0: pd.Index, index_t1: pd.Index, links: pd.DataFrame, groups: Sequence[Sequence[Hashable]]
) -> NDArray[np.int32]:
    """Return the component number of every unit, those of t0 first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(index_t0) + len(index_t1)
    starts = [index_t0.get_indexer(pd.Index(links["old"]))]
    ends = [index_t1.get_indexer(pd.Index(links["new"])) + len(index_t0)]
    for group in groups:
        places = index_t1.get_indexer(pd.Index(group)) + len(index_t0)
        starts.append(np.repeat(places[:1], len(places)))
        ends.append(places)
    start, end = np.concatenate(starts), np.concatenate(ends)
    graph = coo_array((np.ones(len(start), dtype=bool), (start, end)), shape=(size, size))
    return cast("NDArray[np.int32]", connected_components(graph, directed=False)[1])


def _labels(
    index_t0: pd.Index, units_t1: pd.DataFrame, at_t0: NDArray[np.int32], at_t1: NDArray[np.int32], *, size: str | None
) -> NDArray[np.object_]:
    """Return the label of every component: that of its largest t1 member, else of its first t0 member."""
    table = pd.DataFrame({"component": at_t1, "label": units_t1.index, "size": _sizes(units_t1, size)})
    table["order"] = table["label"].map(str)
    ranked = table.sort_values(["size", "order"], ascending=[False, True]).drop_duplicates("component")
    labels = np.full(max([*at_t0, *at_t1], default=-1) + 1, None, dtype=object)
    labels[ranked["component"].to_numpy()] = ranked["label"].to_numpy(dtype=object)
    for component, label in sorted(zip(at_t0, index_t0, strict=True), key=lambda pair: str(pair[1])):
        if labels[component] is None:
            labels[component] = f"{label}@t0" if label in units_t1.index else label
    return labels


def _sizes(units_t1: pd.DataFrame, size: str | None) -> NDArray[np.float64]:
    if size is not None:
        require_columns(units_t1, [size], argument="units_t1")
        return np.asarray(units_t1[size].astype("float64").fillna(-np.inf), dtype=np.float64)
    if isinstance(units_t1, gpd.GeoDataFrame):
        return np.asarray(np.nan_to_num(shapely.area(units_t1.geometry.to_numpy())), dtype=np.float64)
    return np.zeros(len(units_t1))


def _units(
    units_t0: pd.DataFrame,
    units_t1: pd.DataFrame,
    labels_t0: NDArray[np.object_],
    labels_t1: NDArray[np.object_],
    *,
    groups: Sequence[Sequence[Hashable]],
    name: str,
) -> pd.DataFrame | gpd.GeoDataFrame:
    order = sorted({*labels_t0, *labels_t1}, key=str)
    before = _members(units_t0.index, labels_t0, order)
    after = _members(units_t1.index, labels_t1, order)
    joined = {label for group in groups if len(set(group)) > 1 for label in group}
    alike = _alike(units_t0, units_t1, name)
    kinds = [_kind(*members, joined=joined, alike=alike) for members in zip(before, after, strict=True)]
    index = pd.Index(order, name=units_t1.index.name)
    columns: dict[str, object] = {"name": units_t1[name].reindex(index).to_numpy()} if name in units_t1 else {}
    columns |= {"members_t0": before, "members_t1": after, "comparability": kinds}
    units = pd.DataFrame(columns, index=index)
    if isinstance(units_t1, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(units, geometry=_union(units_t1.geometry, after), crs=units_t1.crs)
    return units


def _members(labels: pd.Index, homes: NDArray[np.object_], order: Sequence[Hashable]) -> list[tuple[Hashable, ...]]:
    members: dict[Hashable, list[Hashable]] = {label: [] for label in order}
    for label, home in zip(labels, homes, strict=True):
        members[home].append(label)
    return [tuple(sorted(members[label], key=str)) for label in order]


def _alike(units_t0: pd.DataFrame, units_t1: pd.DataFrame, name: str) -> set[Hashable]:
    """Return the labels that mean the same at both dates, as far as names tell."""
    shared = units_t0.index.intersection(units_t1.index)
    if name in units_t0 and name in units_t1:
        shared = shared[units_t0.loc[shared, name].to_numpy() == units_t1.loc[shared, name].to_numpy()]
    return set(shared)


def _kind(before: Sequence[Hashable], after: Sequence[Hashable], *, joined: set[Hashable], alike: set[Hashable]) -> str:
    if not before or not after:
        return "unmatched"
    if not joined.isdisjoint(after):
        return "adjusted"
    if len(before) > 1 or len(after) > 1:
        return "merged"
    return "same" if before == after and before[0] in alike else "renamed"


def _union(geometry: gpd.GeoSeries, members: Sequence[Sequence[Hashable]]) -> list[shapely.Geometry | None]:
    shapes = dict(zip(geometry.index, geometry, strict=True))
    united = []
    for labels in members:
        parts = [shapes[label] for label in labels if shapes[label] is not None]
        united.append(parts[0] if len(parts) == 1 else shapely.union_all(parts) if parts else None)
    return united


def _listed_members(members: pd.Series) -> pd.Series:
    return members.map(lambda labels: ", ".join(map(str, labels)))
