"""How far a delineation agrees with a reference, such as the scope of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.agglomerations._inputs import border_pairs, people_of, reference_labels, require_polygons
from geo_urban.agglomerations.delineation_result import DelineationResult
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.spatial import area_km2, contiguity_graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation

__all__ = ["AgreementResult", "compare"]

WEIGHTS = ("count", "population", "area")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgreementResult:
    """A delineation beside a reference.

    Parameters
    ----------
    units
        Units with `ours` and `theirs` (name of the cluster; missing where none), `agreement` (``"both"``, ``"only
        ours"``, ``"only theirs"``; missing in neither), `border_zone` (at the line of the reference).
    table
        By cluster of the reference, zone (``"all"`` or ``"border"``) and weight (``"count"``, ``"population"``,
        ``"area"``): `matched` (our cluster), `both`, `only_ours`, `only_theirs` [of the weight], `precision`,
        `recall`, `f1`, `jaccard`, and `variation_of_information` [bit].
    """

    units: gpd.GeoDataFrame
    table: pd.DataFrame

    def summary(self) -> pd.DataFrame:
        """Return agreement weighted by population, one row per cluster.

        Returns
        -------
        pandas.DataFrame
            `matched`, `precision`, `recall`, `f1`, `jaccard`.
        """
        zone, weight = (self.table.index.get_level_values(level) for level in ("zone", "weight"))
        rows = self.table[(zone == "all") & (weight == "population")].droplevel(["zone", "weight"])
        return rows[["matched", "precision", "recall", "f1", "jaccard"]]

    def layers(self, *, source: str = "") -> Presentation:
        """Return the map of agreement.

        Parameters
        ----------
        source
            Where the delineation and the reference come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            Units in either, by who has them.
        """
        from geo_urban.agglomerations._show import agreement_presentation

        return agreement_presentation(self, source=source)


def compare(
    delineation: DelineationResult | pd.Series | Mapping[str, Iterable[Any]],
    reference: pd.Series | Mapping[str, Iterable[Any]],
    *,
    units: gpd.GeoDataFrame | None = None,
    population: str | pd.Series = "population",
    graph: Graph | None = None,
) -> AgreementResult:
    """Compare a delineation with a reference, unit by unit.

    How much of a plan's scope lies in our cluster and the other way round. It does not say which of the two is right:
    plans follow provinces and policy too.

    Parameters
    ----------
    delineation
        A result of `delineate`; or the cluster of each unit (a series, missing where none), or clusters with their
        units (a mapping), with `units`.
    reference
        Likewise. Each of its clusters is matched with that of ours which shares most people with it.
    units
        Polygons with residents, where `delineation` is no result.
    population
        Residents of each unit [persons], a column or series.
    graph
        Common borders, for the border zone; by default found with `contiguity_graph`.

    Returns
    -------
    AgreementResult
        Tables by cluster, and units.

    Raises
    ------
    AlignmentError
        If clusters hold codes that are no units.
    InputError
        If a unit is in two clusters of one side, or `units` is missing.
    InsufficientDataError
        If the reference has no unit.

    Notes
    -----
    precision = both / ours, recall = both / theirs, F1 their harmonic mean, Jaccard = both / either. The border zone
    are the units on both sides of the reference's line: units of it with a neighbor outside, and those neighbors.
    Variation of information [bit] = H(ours | theirs) + H(theirs | ours), over the units in either (in the border zone:
    over the zone), each weighted by its share.

    References
    ----------
    Meilă, M. (2007). Comparing clusterings: an information based distance. doi:10.1016/j.jmva.2006.11.013

    Examples
    --------
    Of four units with one person each, we take a and b, the plan b and c: one of three is in both.

    >>> import shapely
    >>> row = gpd.GeoDataFrame({"population": [1, 1, 1, 1]}, index=list("abcd"), crs=3857,
    ...                        geometry=[shapely.box(x, 0, x + 1, 1) for x in range(4)])
    >>> found = compare({"A": ["a", "b"]}, {"plan": ["b", "c"]}, units=row)
    >>> found.summary().loc["plan", ["f1", "jaccard"]].round(3).tolist()
    [0.5, 0.333]
    >>> found.units["agreement"].tolist()
    ['only ours', 'both', 'only theirs', None]
    """
    frame = _units_of(delineation, units)
    ours = reference_labels(_membership(delineation), frame, argument="delineation")
    theirs = reference_labels(_membership(reference), frame, argument="reference")
    if theirs.isna().all():
        raise InsufficientDataError("`reference` holds no unit, so there is nothing to compare with.")
    people = people_of(frame, population, argument="population")
    weights = {"count": np.ones(len(frame)), "population": people, "area": area_km2(frame).to_numpy()}
    pairs = _pairs(frame, graph)
    rows, zone = {}, np.zeros(len(frame), dtype=bool)
    partner: dict[str, str | None] = {}
    for name in theirs.dropna().unique():
        in_theirs = (theirs == name).to_numpy()
        partner[name] = _partner(ours, in_theirs, people)
        in_ours = (ours == partner[name]).to_numpy() if partner[name] is not None else np.zeros(len(frame), dtype=bool)
        border = _border_zone(in_theirs, pairs)
        zone |= border
        for where, mask in (("all", in_ours | in_theirs), ("border", border)):
            for weight, values in weights.items():
                rows[name, where, weight] = {
                    "matched": partner[name],
                    **_measures(in_ours & mask, in_theirs & mask, values),
                    "variation_of_information": _information(in_ours[mask], in_theirs[mask], values[mask]),
                }
    index = pd.MultiIndex.from_tuples(list(rows), names=["reference", "zone", "weight"])
    return AgreementResult(
        units=_labelled(frame, ours, theirs, partner, zone, people),
        table=pd.DataFrame(list(rows.values()), index=index),
    )


def _units_of(delineation: Any, units: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if units is not None:
        return require_polygons(units)
    if isinstance(delineation, DelineationResult):
        return delineation.units
    raise InputError(
        "`delineation` is a {kind}, which has neither people nor areas. Pass them too: `units=frame`.",
        kind=type(delineation).__name__,
    )


def _membership(given: Any) -> Any:
    return given.units["agglomeration"] if isinstance(given, DelineationResult) else given


def _pairs(units: gpd.GeoDataFrame, graph: Graph | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if graph is None and len(units) > 1:
        graph = contiguity_graph(units, queen=False, isolates="attach")
    return border_pairs(units, graph)


def _partner(ours: pd.Series, in_theirs: NDArray[np.bool_], people: NDArray[np.float64]) -> str | None:
    shared = pd.Series(people[in_theirs], index=ours.index[in_theirs]).groupby(ours[in_theirs]).sum()
    return None if shared.empty else str(shared.idxmax())


def _border_zone(inside: NDArray[np.bool_], pairs: tuple[NDArray[np.intp], NDArray[np.intp]]) -> NDArray[np.bool_]:
    zone = np.zeros(len(inside), dtype=bool)
    across = inside[pairs[0]] != inside[pairs[1]]
    zone[pairs[0][across]] = True
    zone[pairs[1][across]] = True
    return zone


def _measures(ours: NDArray[np.bool_], theirs: NDArray[np.bool_], values: NDArray[np.float64]) -> dict[str, float]:
    both = float(values[ours & theirs].sum())
    only_ours, only_theirs = float(values[ours & ~theirs].sum()), float(values[theirs & ~ours].sum())

    def share(whole: float) -> float:
        return both / whole if whole else float("nan")

    return {
        "both": both,
        "only_ours": only_ours,
        "only_theirs": only_theirs,
        "precision": share(both + only_ours),
        "recall": share(both + only_theirs),
        "f1": share(both + (only_ours + only_theirs) / 2),
        "jaccard": share(both + only_ours + only_theirs),
    }


def _information(ours: NDArray[np.bool_], theirs: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    total = values.sum()
    if not total:
        return float("nan")
    joint = np.bincount(2 * ours.astype(int) + theirs, values, minlength=4).reshape(2, 2) / total

    def entropy(shares: NDArray[np.float64]) -> float:
        some = shares[shares > 0]
        return float(-(some * np.log2(some)).sum())

    return max(0.0, 2 * entropy(joint.ravel()) - entropy(joint.sum(axis=0)) - entropy(joint.sum(axis=1)))


def _labelled(
    units: gpd.GeoDataFrame,
    ours: pd.Series,
    theirs: pd.Series,
    partner: dict[str, str | None],
    zone: NDArray[np.bool_],
    people: NDArray[np.float64],
) -> gpd.GeoDataFrame:
    matched = theirs.map(partner)
    compared = ours.isin([name for name in partner.values() if name is not None])
    label = np.full(len(units), None, dtype=object)
    label[(compared & (ours != matched)).to_numpy()] = "only ours"
    label[(theirs.notna() & (ours != matched)).to_numpy()] = "only theirs"
    label[(theirs.notna() & (ours == matched)).to_numpy()] = "both"
    columns = {
        "ours": ours,
        "theirs": theirs,
        "agreement": pd.Series(label, index=units.index, dtype=object),
        "border_zone": zone,
        "population": people,
    }
    return gpd.GeoDataFrame(units.drop(columns=[name for name in columns if name in units]).assign(**columns))
