"""Where city clusters end: by travel time to large cities, their size, and contiguity."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.agglomerations._inputs import (
    border_pairs,
    dissolved,
    labels_of,
    named_cores,
    people_of,
    require_polygons,
    rim_of,
    seats_of,
    times_between,
    times_of,
)
from geo_urban.agglomerations.cores import Cities, cities_of
from geo_urban.agglomerations.delineation_result import DelineationResult
from geo_urban.agglomerations.membership import Country, Membership, belonging
from geo_urban.agglomerations.parameters import DelineationParameters, known_parameters
from geo_urban.agglomerations.stability import drawn_parameters, sweep_shares
from geo_urban.errors import InsufficientDataError
from geo_urban.spatial import area_km2, contiguity_graph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.agglomerations._inputs import NamedCores
    from geo_urban.spatial import GreatCircle, Network, TravelTimes

__all__ = ["delineate"]


# Names of so many leading cores make up that of a cluster.
_NAMED = 3


class _Names(NamedTuple):
    """How cities and units are called."""

    city: dict[object, str]
    group: list[str | None]


def delineate(
    units: gpd.GeoDataFrame,
    *,
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame,
    population: str | pd.Series = "population_2020",
    urban: str | pd.Series | None = None,
    cities: str | pd.Series | None = None,
    cores: str | Sequence[str] | Mapping[str, Sequence[str]] = "auto",
    regions: str | pd.Series | None = None,
    names: str | Mapping[str, str] | pd.Series = "name",
    seats: gpd.GeoSeries | gpd.GeoDataFrame | None = None,
    graph: Graph | None = None,
    parameters: DelineationParameters | Mapping[str, float] | None = None,
    sweep: int = 200,
    max_minutes: float = 600.0,
) -> DelineationResult:
    """Delineate city clusters (城市群): large cities, what they reach by road, and what lies between them.

    Who lives within the common reach of cities that belong together. Reach grows with the size of a city and ends
    where another pulls more strongly. It says nothing about commuting, trade or plans; a plan's scope may follow
    provinces instead (`compare`). The rule and the reasons for its parameters are in docs/decisions/delineation.md.

    Parameters
    ----------
    units
        Polygons on a unique index, covering a country or region; rows outside any cluster must be among them.
    travel
        A network, on which the `seats` are joined; or travel times or a table of minutes between all units.
    population
        Residents of each unit [persons], a column or series.
    urban
        Urban residents [persons]; None counts all residents as urban.
    cities
        Label of the city each unit belongs to, e.g. of the districts of one city; a unit without one is a city by
        itself.
    cores
        ``"auto"``, cities that lead clusters (a list), or a name for cities that lead one together (a mapping). Other
        large cities still lead clusters of their own and compete.
    regions
        Label of the administrative region of each unit; regions then belong as a whole, by the majority of their
        people. None for membership unit by unit.
    names
        Names of units (a column or a series on their index), or a mapping or series from labels of `cities`.
    seats
        Points from which travel counts; by default `seat_lon` and `seat_lat`, or else a point inside each unit.
    graph
        Common borders of units; by default found with `contiguity_graph`, islands attached to the nearest unit.
    parameters
        Those that differ from the defaults.
    sweep
        How many settings around the parameters make up the stability; 0 leaves it missing.
    max_minutes
        Ways longer than this are not looked for, where `travel` is a network [minutes].

    Returns
    -------
    DelineationResult
        Units with agglomeration, role, strength and stability; cores; outlines; links.

    Raises
    ------
    InputError
        If an option is impossible, or people or times are negative.
    AlignmentError
        If values or times lack units, or a named core is no city.
    GeometryError, MissingCRSError, DatumError
        If units are no polygons, have no CRS, or seats are on another datum than the network.
    InsufficientDataError
        If nobody lives anywhere, or no city is large enough to be a core.

    Warns
    -----
    GeoUrbanWarning
        If units lack population, or seats are too far from the network to join it.

    Notes
    -----
    reach = `reach_minutes` · (M / 10⁶)^(1/β) for a city of M urban residents within `core_minutes` of its seat, and
    pull = (reach / t)^β with β = `distance_exponent`; a unit belongs to the cluster with the greatest pull of any of
    its cores, if that is 1 or more. Strength = pull / (1 + Σ pulls of all clusters): ½ where a single cluster's reach
    ends, near 1 at its cores. Islands that no road reaches are pulled by nobody and belong to a cluster only if they
    lie in one of its regions or are surrounded by it. O(units × cores) per setting after the travel times.

    References
    ----------
    Reilly, W. J. (1931). The law of retail gravitation. Converse, P. D. (1949). New laws of retail gravitation.
    doi:10.1177/002224295001400303

    Examples
    --------
    Five towns on a road, one unit each, an hour between neighbors. The first is a city of a million, which reaches
    120 minutes: two hours far.

    >>> row = gpd.GeoDataFrame(
    ...     {"name": list("abcde"), "people": [1_000_000, 9, 9, 9, 9]},
    ...     geometry=[shapely.box(x, 0, x + 1, 1) for x in range(5)], crs=3857)
    >>> minutes = pd.DataFrame([[60.0 * abs(x - y) for y in range(5)] for x in range(5)])
    >>> found = delineate(row, travel=minutes, population="people", parameters={"leading_population": 1e6}, sweep=0)
    >>> found.units["role"].tolist()
    ['core', 'inner', 'outer', None, None]
    >>> found.units["strength"].round(3).tolist()[1:3]
    [0.941, 0.5]
    """
    frame = require_polygons(units)
    rule = known_parameters(parameters)
    people = people_of(frame, population, argument="population")
    urban_people = people if urban is None else people_of(frame, urban, argument="urban")
    city = labels_of(frame, cities, argument="cities")
    chosen = named_cores(cores, set(city))
    points = seats_of(frame, seats)
    minutes = times_of(travel, points, max_minutes=max_minutes)
    found = cities_of(city, urban_people, minutes, rule.core_minutes)
    settings = drawn_parameters(rule, sweep)
    _require_cores(found, chosen, rule)
    kept, named = _candidates(found, chosen, [rule, *settings])
    between = times_between(travel, points.iloc[kept.seats], minutes[np.ix_(kept.seats, kept.seats)])
    country = _country(frame, kept, named, minutes, between, people, regions, graph)
    membership = belonging(country, rule)
    order = _clusters_by_mass(membership, country)
    shares = sweep_shares(country, settings, _columns(order, membership, country)) if settings else None
    called = _called(frame, kept, names, chosen)
    return _result(frame, country, kept, membership, rule, order, shares, called, points, city, sweep)


def _candidates(
    found: Cities, chosen: NamedCores, settings: Sequence[DelineationParameters]
) -> tuple[Cities, dict[int, int]]:
    """Return the cities that are cores in any setting, and the number of the group of those that were named."""
    least = min(rule.core_population for rule in settings)
    place = {label: number for number, label in enumerate(found.labels)}
    wanted = [place[label] for label in chosen.city]
    count = max([int((found.mass >= least).sum()), *(number + 1 for number in wanted)])
    groups = {name: number for number, name in enumerate(chosen.names)}
    named = {number: groups[name] for number, name in zip(wanted, chosen.group, strict=True)}
    return Cities(found.labels[:count], found.seats[:count], found.mass[:count]), named


def _country(
    units: gpd.GeoDataFrame,
    kept: Cities,
    named: dict[int, int],
    minutes: NDArray[np.float64],
    between: NDArray[np.float64],
    people: NDArray[np.float64],
    regions: str | pd.Series | None,
    graph: Graph | None,
) -> Country:
    """Return what stays the same over all settings."""
    first, second = _borders(units, graph)
    region = None
    if regions is not None:
        region = pd.factorize(labels_of(units, regions, argument="regions"))[0].astype(np.intp)
    return Country(
        population=people,
        mass=kept.mass,
        seats=kept.seats,
        minutes=np.ascontiguousarray(minutes[:, kept.seats], dtype=np.float64),
        between=between,
        named=named,
        region=region,
        first=first,
        second=second,
        rim=rim_of(units),
    )


def _borders(units: gpd.GeoDataFrame, graph: Graph | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if graph is None and len(units) > 1:
        graph = contiguity_graph(units, queen=False, isolates="attach")
    return border_pairs(units, graph)


def _require_cores(found: Cities, chosen: NamedCores, rule: DelineationParameters) -> None:
    if not chosen.city and not (found.mass >= rule.core_population).any():
        raise InsufficientDataError(
            "no city has {limit:,.0f} urban residents within {minutes:g} minutes of its seat; the largest, {label}, "
            "has {mass:,.0f}. Lower `core_population`, or name the cores.",
            limit=rule.core_population,
            minutes=rule.core_minutes,
            label=found.labels[0],
            mass=found.mass[0],
        )


def _clusters_by_mass(found: Membership, country: Country) -> NDArray[np.intp]:
    """Return the first core of each cluster that has units, the one with most urban residents first."""
    held = np.unique(found.member[found.member >= 0])
    mass = np.bincount(found.links.cluster, country.mass[: len(found.links.cluster)], minlength=len(country.mass))
    return held[np.argsort(-mass[held], kind="stable")]


def _columns(order: NDArray[np.intp], found: Membership, country: Country) -> NDArray[np.intp]:
    """Return the place of each core's cluster in `order`; −1 where it has none."""
    place = {core: number for number, core in enumerate(order.tolist())}
    column = np.full(len(country.mass), -1, dtype=np.intp)
    column[: len(found.links.cluster)] = [place.get(cluster, -1) for cluster in found.links.cluster.tolist()]
    return column


def _called(
    units: gpd.GeoDataFrame, kept: Cities, names: str | Mapping[str, str] | pd.Series, chosen: NamedCores
) -> _Names:
    given: dict[object, str] = {}
    if isinstance(names, str):
        if names in units.columns:
            given = {label: str(units[names].iloc[seat]) for label, seat in zip(kept.labels, kept.seats, strict=True)}
    else:
        given = {key: str(value) for key, value in dict(names).items()}
        for label, seat in zip(kept.labels, kept.seats, strict=True):
            given.setdefault(label, given.get(units.index[seat], str(label)))
    return _Names({label: given.get(label, str(label)) for label in kept.labels}, list(chosen.names.values()))


def _cluster_names(
    order: NDArray[np.intp], found: Membership, country: Country, kept: Cities, called: _Names
) -> list[str]:
    """Return the names that the user gave, or those of the leading cores, largest first."""
    names: list[str] = []
    leading = found.links.leading
    for cluster in order:
        cores = np.flatnonzero(leading & (found.links.cluster == cluster))
        given = [called.group[country.named[core]] for core in cores.tolist() if core in country.named]
        own = next((name for name in given if name), None)
        names.append(own or "–".join(called.city[kept.labels[core]] for core in cores[:_NAMED]))
    return [name if names.count(name) == 1 else f"{name} ({number + 1})" for number, name in enumerate(names)]


def _result(
    units: gpd.GeoDataFrame,
    country: Country,
    kept: Cities,
    found: Membership,
    rule: DelineationParameters,
    order: NDArray[np.intp],
    shares: NDArray[np.float64] | None,
    called: _Names,
    points: gpd.GeoSeries,
    city: NDArray[np.object_],
    sweep: int,
) -> DelineationResult:
    names = _cluster_names(order, found, country, kept, called)
    name_of = dict(zip(order.tolist(), names, strict=True))
    table = _cores(units, kept, found, rule, name_of, called)
    measured = _measured(units, country, kept, found, rule, order, shares, name_of, city)
    notes = {
        "exclaves_dropped": found.dropped,
        "holes_closed": found.closed,
        "corridor_units": int(found.corridor.sum()),
        "units_without_way": int(np.isinf(country.minutes).all(axis=1).sum()),
        "units_without_people": int((country.population == 0).sum()),
    }
    own = pd.DataFrame(
        np.empty((len(units), 0)) if shares is None else shares,
        index=units.index,
        columns=[] if shares is None else [*names, "none"],
    )
    return DelineationResult(
        units=measured,
        cores=table,
        outlines=_outlines(measured, names, country.population),
        links=_links(table, found, kept, country, points),
        shares=own,
        parameters=rule,
        method="functional",
        settings=sweep,
        notes=notes,
    )


def _cores(
    units: gpd.GeoDataFrame,
    kept: Cities,
    found: Membership,
    rule: DelineationParameters,
    name_of: dict[int, str],
    called: _Names,
) -> pd.DataFrame:
    count = len(found.links.cluster)
    parent = found.links.parent
    labels = pd.Index(kept.labels[:count], name="city")
    return pd.DataFrame(
        {
            "name": [called.city[label] for label in labels],
            "seat": units.index[kept.seats[:count]],
            "urban_mass": kept.mass[:count],
            "reach_minutes": [rule.reach_of(mass) for mass in kept.mass[:count]],
            "leading": found.links.leading,
            "subordinate_to": [labels[number] if number >= 0 else None for number in parent],
            "agglomeration": pd.Series(
                [name_of.get(cluster) for cluster in found.links.cluster.tolist()], index=labels, dtype=object
            ),
        },
        index=labels,
    )


def _measured(
    units: gpd.GeoDataFrame,
    country: Country,
    kept: Cities,
    found: Membership,
    rule: DelineationParameters,
    order: NDArray[np.intp],
    shares: NDArray[np.float64] | None,
    name_of: dict[int, str],
    city: NDArray[np.object_],
) -> gpd.GeoDataFrame:
    member = found.member
    count = len(found.links.cluster)
    same = found.links.cluster[None, :] == member[:, None]
    nearest = np.where(same, country.minutes[:, :count], np.inf).min(axis=1)
    leading = set(kept.labels[:count][found.links.leading])
    core = np.isin(city.astype(str), [str(label) for label in leading]) & (nearest <= rule.core_minutes)
    role = np.where(core, "core", np.where(nearest <= rule.core_minutes, "inner", "outer")).astype(object)
    role[member < 0] = None
    stability, firmness = _firm(member, order, shares)
    columns = {
        "agglomeration": pd.Series(
            [name_of.get(number) for number in member.tolist()], index=units.index, dtype=object
        ),
        "role": pd.Series(role, index=units.index, dtype=object),
        "strength": found.strength,
        "stability": stability,
        "firmness": firmness,
        "minutes_to_core": np.where(member >= 0, nearest, country.minutes[:, :count].min(axis=1)),
        "corridor": found.corridor,
        "population": country.population,
        "area_km2": area_km2(units),
    }
    kept_columns = units.drop(columns=[name for name in columns if name in units.columns])
    return gpd.GeoDataFrame(kept_columns.assign(**columns))


def _firm(
    member: NDArray[np.intp], order: NDArray[np.intp], shares: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of settings in which a unit belongs, and that in which it is where it is now."""
    if shares is None:
        nothing = np.full(len(member), np.nan)
        return nothing, nothing
    column = {core: number for number, core in enumerate(order.tolist())}
    own = np.array([column.get(number, len(order)) for number in member.tolist()])
    firmness = shares[np.arange(len(member)), own]
    belongs = shares[:, :-1].max(axis=1, initial=0.0)
    return np.where(member >= 0, firmness, belongs), firmness


def _outlines(units: gpd.GeoDataFrame, names: list[str], people: NDArray[np.float64]) -> gpd.GeoDataFrame:
    rows = []
    for name in names:
        inside = (units["agglomeration"] == name).to_numpy()
        shape = dissolved(units.geometry.to_numpy()[inside])
        rows.append(
            {
                "name": name,
                "units": int(inside.sum()),
                "population": float(people[inside].sum()),
                "area_km2": float(units["area_km2"].to_numpy()[inside].sum()),
                "geometry": shape,
            }
        )
    columns = ["name", "units", "population", "area_km2", "geometry"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=units.crs)
    return frame.set_index(pd.Index(names, name="agglomeration"))


def _links(
    table: pd.DataFrame, found: Membership, kept: Cities, country: Country, points: gpd.GeoSeries
) -> gpd.GeoDataFrame:
    parent = found.links.parent
    pairs = [(one, other, "joined") for one, other in found.links.joined]
    pairs += [(number, int(parent[number]), "subordinate") for number in np.flatnonzero(parent >= 0).tolist()]
    inside = [pair for pair in pairs if table["agglomeration"].iloc[pair[0]] is not None]
    ends = points.to_crs(4326).to_numpy()
    labels = table.index
    frame = pd.DataFrame(
        {
            "origin": [labels[one] for one, _, _ in inside],
            "destination": [labels[other] for _, other, _ in inside],
            "name": [f"{table['name'].iloc[one]}–{table['name'].iloc[other]}" for one, other, _ in inside],
            "kind": [kind for _, _, kind in inside],
            "minutes": [float(country.between[one, other]) for one, other, _ in inside],
            "agglomeration": [table["agglomeration"].iloc[one] for one, _, _ in inside],
        }
    )
    lines = [shapely.LineString([ends[kept.seats[one]], ends[kept.seats[other]]]) for one, other, _ in inside]
    return gpd.GeoDataFrame(frame, geometry=lines, crs=4326)
