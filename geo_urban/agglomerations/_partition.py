"""From the cluster of each unit, however it was found, to the same result: parts, names, roles, stability, outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.agglomerations._ground import cluster_names, unique_names
from geo_urban.agglomerations._inputs import outlines_of
from geo_urban.agglomerations.cores import EQUAL
from geo_urban.agglomerations.delineation_result import DelineationResult
from geo_urban.agglomerations.membership import whole_regions, without_exclaves, without_holes
from geo_urban.agglomerations.parameters import DelineationParameters
from geo_urban.agglomerations.stability import drawn_around, firmness_of
from geo_urban.messages import translate
from geo_urban.progress import track
from geo_urban.spatial import area_km2

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations.parameters import MethodParameters

__all__ = ["Assigned", "partitioned"]

_STANDARD = DelineationParameters()


class Assigned(NamedTuple):
    """What a method says of each unit."""

    label: NDArray[np.intp]
    """Number of its cluster, −1 for none."""
    strength: NDArray[np.float64]
    """How strongly it belongs [0–1], missing where the method does not say."""
    centre: NDArray[np.bool_] | None = None
    """Units of the centres that clusters grow from; None where the method has none."""
    names: list[str | None] | None = None
    """Names by number of the cluster, where the user gave some."""
    detail: Any = None


class _Settled(NamedTuple):
    label: NDArray[np.intp]
    dropped: int
    closed: int


def partitioned(
    ground: Ground, assign: Callable[[Any], Assigned], rule: MethodParameters, *, method: str, sweep: int
) -> DelineationResult:
    """Return the result of a method that gives each unit to a cluster."""
    settings = drawn_around(rule, sweep)
    found = assign(rule)
    settled = _settled(ground, found)
    order = _by_urban_people(settled.label, ground.urban)
    place = _renumbered(settled.label, order)
    leading = _leading(ground, place)
    names = _names(ground, found, order, place, leading)
    shares = _shares(ground, assign, settings, place, len(names)) if settings else None
    table = _cores(ground, rule, place, leading, names)
    units = _measured(ground, found, place, table, names, leading, shares)
    return DelineationResult(
        units=units,
        cores=table,
        outlines=outlines_of(units, names, ground.people),
        links=_no_links(),
        shares=pd.DataFrame(
            np.empty((len(units), 0)) if shares is None else shares,
            index=units.index,
            columns=[] if shares is None else [*names, "none"],
        ),
        parameters=rule,
        method=method,
        settings=sweep,
        notes=_notes(ground, settled),
        detail=found.detail,
    )


def _settled(ground: Ground, found: Assigned) -> _Settled:
    """Return memberships by whole regions, without exclaves and holes."""
    label = found.label
    if ground.region is not None:
        label = whole_regions(ground.people, ground.region, label, _STANDARD.region_share)
    lead = None if found.centre is None else np.flatnonzero(found.centre)
    rows = ground.cities.seats[_leading(ground, label)] if lead is None else lead
    seats = [(row, number) for row, number in zip(rows.tolist(), label[rows].tolist(), strict=True) if number >= 0]
    label, dropped, _ = without_exclaves(ground.borders, label, seats)
    label, closed = without_holes(ground.borders, label)
    return _Settled(label, dropped, closed)


def _leading(ground: Ground, label: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return the cities that lead the cluster their seat is in: equals of its largest beyond its commuting circle."""
    mass, of_city = ground.cities.mass, label[ground.cities.seats]
    largest = np.full(int(label.max(initial=-1)) + 2, -1.0)
    np.maximum.at(largest, of_city, mass)
    lead: NDArray[np.bool_] = (of_city >= 0) & (mass >= EQUAL * largest[of_city])
    if ground.minutes is None:
        return lead
    first: dict[int, list[int]] = {}
    for city in np.flatnonzero(lead).tolist():
        before = ground.cities.seats[first.setdefault(int(of_city[city]), [])]
        if (ground.minutes[ground.cities.seats[city], before] <= _STANDARD.core_minutes).any():
            lead[city] = False
        else:
            first[int(of_city[city])].append(city)
    return lead


def _by_urban_people(label: NDArray[np.intp], urban: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the numbers of clusters, the one with most urban residents first."""
    held, place = np.unique(label[label >= 0], return_inverse=True)
    return held[np.argsort(-np.bincount(place, urban[label >= 0], minlength=len(held)), kind="stable")]


def _renumbered(label: NDArray[np.intp], order: NDArray[np.intp]) -> NDArray[np.intp]:
    place = np.full(int(label.max(initial=-1)) + 2, -1, dtype=np.intp)
    place[order] = np.arange(len(order))
    return place[label]


def _names(
    ground: Ground,
    found: Assigned,
    order: NDArray[np.intp],
    place: NDArray[np.intp],
    leading: NDArray[np.bool_],
) -> list[str]:
    of_city = place[ground.cities.seats]
    cities = [np.flatnonzero(leading & (of_city == number)).tolist() for number in range(len(order))]
    own = cluster_names(ground, cities, {})
    if found.names is None:
        return own
    given = [found.names[number] for number in order.tolist()]
    return unique_names([name or other for name, other in zip(given, own, strict=True)])


def _shares(
    ground: Ground,
    assign: Callable[[Any], Assigned],
    settings: list[MethodParameters],
    place: NDArray[np.intp],
    count: int,
) -> NDArray[np.float64]:
    """Return in which share of settings each unit (row) belongs to each cluster (column), and last to none.

    A cluster of another setting is the one, as delineated, to which its largest city belongs.
    """
    rows = np.arange(len(place))
    held = np.zeros((len(rows), count + 1))
    for rule in track(settings, description=translate("Trying settings")):
        label = _settled(ground, assign(rule)).label
        of_city = label[ground.cities.seats]
        column = np.full(int(label.max(initial=-1)) + 2, -1, dtype=np.intp)
        numbers, first = np.unique(of_city, return_index=True)  # cities stand in falling order
        column[numbers] = place[ground.cities.seats[first]]
        column[-1] = -1
        held[rows, column[label]] += 1
    return held / len(settings)


def _cores(
    ground: Ground, rule: MethodParameters, place: NDArray[np.intp], leading: NDArray[np.bool_], names: list[str]
) -> pd.DataFrame:
    cities = ground.cities
    named = np.isin(cities.labels.astype(str), [str(city) for city in ground.chosen.city])
    least = getattr(rule, "core_population", _STANDARD.core_population)
    listed = np.flatnonzero((cities.mass >= least) | leading | named)
    labels = pd.Index(cities.labels[listed], name="city")
    of_city = place[cities.seats[listed]]
    called = [names[number] if number >= 0 else None for number in of_city.tolist()]
    return pd.DataFrame(
        {
            "name": [ground.called[label] for label in labels],
            "seat": ground.units.index[cities.seats[listed]],
            "urban_mass": cities.mass[listed],
            "reach_minutes": float(getattr(rule, "minutes", np.nan)),
            "leading": leading[listed],
            "subordinate_to": pd.Series([None] * len(listed), index=labels, dtype=object),
            "agglomeration": pd.Series(called, index=labels, dtype=object),
        },
        index=labels,
    )


def _measured(
    ground: Ground,
    found: Assigned,
    place: NDArray[np.intp],
    table: pd.DataFrame,
    names: list[str],
    leading: NDArray[np.bool_],
    shares: NDArray[np.float64] | None,
) -> gpd.GeoDataFrame:
    units = ground.units
    nearest = _minutes_to_core(ground, place, units.index.get_indexer(table["seat"]))
    core = found.centre
    if core is None:
        core = np.isin(ground.city.astype(str), [str(label) for label in ground.cities.labels[leading]])
        if ground.minutes is not None:
            core &= nearest <= _STANDARD.core_minutes
    role = np.where(core, "core", np.where(nearest <= _STANDARD.core_minutes, "inner", "outer")).astype(object)
    role[place < 0] = None
    stability, firmness = firmness_of(place, shares)
    called = [names[number] if number >= 0 else None for number in place.tolist()]
    columns = {
        "agglomeration": pd.Series(called, index=units.index, dtype=object),
        "role": pd.Series(role, index=units.index, dtype=object),
        "strength": found.strength,
        "stability": stability,
        "firmness": firmness,
        "minutes_to_core": nearest,
        "corridor": False,
        "population": ground.people,
        "area_km2": area_km2(units),
    }
    kept = units.drop(columns=[name for name in columns if name in units.columns])
    return gpd.GeoDataFrame(kept.assign(**columns))


def _minutes_to_core(ground: Ground, place: NDArray[np.intp], seats: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return minutes to the nearest core of the own cluster, of any where a unit is in none; missing without travel."""
    if ground.minutes is None:
        return np.full(len(place), np.nan)
    minutes = ground.minutes[:, seats].astype(np.float64)
    same = place[seats][None, :] == place[:, None]
    own = np.where(same, minutes, np.inf).min(axis=1, initial=np.inf)
    nearest: NDArray[np.float64] = np.where(place >= 0, own, minutes.min(axis=1, initial=np.inf))
    return nearest


def _notes(ground: Ground, settled: _Settled) -> dict[str, int]:
    notes = {
        "exclaves_dropped": settled.dropped,
        "holes_closed": settled.closed,
        "corridor_units": 0,
        "units_without_people": int((ground.people == 0).sum()),
    }
    if ground.minutes is not None:
        others = np.isfinite(ground.minutes).sum(axis=1) <= 1
        notes["units_without_way"] = int(others.sum())
    return notes


def _no_links() -> gpd.GeoDataFrame:
    words = ("origin", "destination", "name", "kind")
    columns = {name: pd.Series(dtype=object) for name in (*words, "agglomeration")}
    columns["minutes"] = pd.Series(dtype=float)
    order = [*words, "minutes", "agglomeration"]
    return gpd.GeoDataFrame(pd.DataFrame(columns)[order], geometry=gpd.GeoSeries([], crs=4326), crs=4326)
