"""Which units belong to which cluster: pull, corridor, whole regions, contiguity, holes and exclaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo_urban.agglomerations.cores import Links, linked_cores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.agglomerations.parameters import DelineationParameters

__all__ = [
    "Borders",
    "Country",
    "Membership",
    "belonging",
    "connected_parts",
    "whole_regions",
    "without_exclaves",
    "without_holes",
]

_MILLION = 1e6


class Borders(NamedTuple):
    """Which units touch."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    """Pairs of units with a common border."""
    rim: NDArray[np.bool_]
    """Units at the rim of all."""


class Country(NamedTuple):
    """What stays the same over all settings: people, candidates for cores, times, borders."""

    population: NDArray[np.float64]
    mass: NDArray[np.float64]
    """Of each candidate, falling."""
    seats: NDArray[np.intp]
    minutes: NDArray[np.float64]
    """From each unit (row) to each candidate (column); infinite out of reach."""
    between: NDArray[np.float64]
    """Between candidates, however far apart."""
    named: dict[int, int]
    """Candidates that the user named, with the number of their group."""
    region: NDArray[np.intp] | None
    """Number of each unit's region."""
    borders: Borders


class Membership(NamedTuple):
    """Who belongs where, by the number of a cluster's first leading core; −1 for nobody."""

    member: NDArray[np.intp]
    strength: NDArray[np.float64]
    links: Links
    clusters: NDArray[np.intp]
    corridor: NDArray[np.bool_]
    dropped: int
    closed: int
    parts: NDArray[np.intp]


def belonging(country: Country, rule: DelineationParameters) -> Membership:
    """Return the membership of all units by one set of parameters."""
    count = _core_count(country, rule)
    links = linked_cores(country.mass[:count], country.between[:count, :count], country.named, rule)
    clusters = np.unique(links.cluster)
    total, by_cluster = _pulls(country, links, clusters, rule)
    best = by_cluster.argmax(axis=1)
    rows = np.arange(len(total))
    strongest = by_cluster[rows, best]
    place = np.where(strongest >= 1, best, -1)
    place, corridor = _with_corridors(country, links, clusters, place, rule)
    if country.region is not None:
        place = whole_regions(country.population, country.region, place, rule.region_share)
    place = np.where(_called_cluster(links, clusters, country, rule)[np.maximum(place, 0)], place, -1)
    seats = _leading_seats(country, links, clusters)
    place, dropped, parts = without_exclaves(country.borders, place, seats)
    place, closed = without_holes(country.borders, place)
    inside = place >= 0
    own = np.where(inside, by_cluster[rows, np.maximum(place, 0)], strongest)
    return Membership(
        member=np.where(inside, clusters[np.maximum(place, 0)], -1),
        strength=own / (1 + total),
        links=links,
        clusters=clusters,
        corridor=corridor & inside,
        dropped=dropped,
        closed=closed,
        parts=parts,
    )


def _core_count(country: Country, rule: DelineationParameters) -> int:
    enough = int((country.mass >= rule.core_population).sum())
    return max([enough, *(core + 1 for core in country.named)])


def _pulls(
    country: Country, links: Links, clusters: NDArray[np.intp], rule: DelineationParameters
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the pull of all clusters and of each, by its nearest core; 1 is that of a core at the end of its reach."""
    count = len(links.cluster)
    times = np.maximum(country.minutes[:, :count], rule.nearest_minutes)
    pull = (rule.reach_minutes / times) ** rule.distance_exponent * (country.mass[:count] / _MILLION)
    of_cluster = np.searchsorted(clusters, links.cluster)
    by_cluster = np.zeros((len(country.population), len(clusters)))
    for number in range(len(clusters)):
        by_cluster[:, number] = pull[:, of_cluster == number].max(axis=1)
    return by_cluster.sum(axis=1), by_cluster


def _with_corridors(
    country: Country, links: Links, clusters: NDArray[np.intp], place: NDArray[np.intp], rule: DelineationParameters
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return memberships with the corridors between joined cores, where no cluster pulls more strongly."""
    place, corridor = place.copy(), np.zeros(len(place), dtype=bool)
    for one, other in links.joined:
        direct = country.between[one, other]
        if not np.isfinite(direct):
            continue
        between = country.minutes[:, one] + country.minutes[:, other] <= rule.corridor_detour * direct
        number = int(np.searchsorted(clusters, links.cluster[one]))
        place[between & (place < 0)] = number
        corridor |= between & (place == number)
    return place, corridor


def whole_regions(
    population: NDArray[np.float64], region: NDArray[np.intp], place: NDArray[np.intp], share: float
) -> NDArray[np.intp]:
    """Return memberships by whole regions: each goes where at least `share` of its people live, or nowhere."""
    regions, count = int(region.max()) + 1, int(place.max(initial=0)) + 1
    # A region without people is weighed by its units.
    people = np.bincount(region, population, minlength=regions)
    weight = np.where(people[region] > 0, population, 1.0)
    people = np.bincount(region, weight, minlength=regions)
    inside = place >= 0
    key = region[inside] * count + place[inside]
    held = np.bincount(key, weight[inside], minlength=regions * count).reshape(regions, count)
    most = held.argmax(axis=1)
    enough = held[np.arange(regions), most] >= share * people * (1 - 1e-12)
    whole: NDArray[np.intp] = np.where(enough, most, -1)[region]
    return whole


def _called_cluster(
    links: Links, clusters: NDArray[np.intp], country: Country, rule: DelineationParameters
) -> NDArray[np.bool_]:
    """Return which clusters are large enough, or named by the user."""
    mass = np.bincount(np.searchsorted(clusters, links.cluster), country.mass[: len(links.cluster)], len(clusters))
    called = mass >= rule.leading_population
    called[np.searchsorted(clusters, links.cluster[list(country.named)])] = True
    return called


def _leading_seats(country: Country, links: Links, clusters: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Return the seat of each leading core with the number of its cluster."""
    lead = np.flatnonzero(links.leading)
    return [(int(country.seats[core]), int(np.searchsorted(clusters, links.cluster[core]))) for core in lead]


def connected_parts(
    count: int, first: NDArray[np.intp], second: NDArray[np.intp], label: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the number of the connected part of each unit, among units of one label."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = label[first] == label[second]
    links = coo_array((np.ones(int(same.sum()), dtype=bool), (first[same], second[same])), shape=(count, count))
    parts: NDArray[np.intp] = connected_components(links, directed=False)[1].astype(np.intp)
    return parts


def without_exclaves(
    borders: Borders, place: NDArray[np.intp], seats: list[tuple[int, int]]
) -> tuple[NDArray[np.intp], int, NDArray[np.intp]]:
    """Drop the parts of a cluster without any of its seats; return also the number of parts it is left with.

    `seats` are units with the number of their cluster.
    """
    parts = connected_parts(len(place), borders.first, borders.second, place)
    kept = np.unique([parts[seat] for seat, number in seats if place[seat] == number])
    stay = (place >= 0) & np.isin(parts, kept)
    numbers = place[stay]
    distinct = np.unique(np.column_stack([numbers, parts[stay]]), axis=0)[:, 0] if len(numbers) else numbers
    return np.where(stay, place, -1), int(((place >= 0) & ~stay).sum()), np.bincount(distinct)


def without_holes(borders: Borders, place: NDArray[np.intp]) -> tuple[NDArray[np.intp], int]:
    """Give to a cluster the units that it alone surrounds."""
    parts = connected_parts(len(place), borders.first, borders.second, place)
    outside = place < 0
    count = int(parts.max(initial=0)) + 1
    open_part = np.zeros(count, dtype=bool)
    open_part[parts[outside & borders.rim]] = True
    ends = np.concatenate([borders.first, borders.second]), np.concatenate([borders.second, borders.first])
    border = outside[ends[0]] & ~outside[ends[1]]
    part, neighbor = parts[ends[0][border]], place[ends[1][border]]
    lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(lowest, part, neighbor)
    np.maximum.at(highest, part, neighbor)
    closed = (highest >= 0) & (lowest == highest) & ~open_part
    fill = outside & closed[parts]
    return np.where(fill, highest[parts], place), int(fill.sum())
