"""The method `"functional"`: large cities, what they reach by road, and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.agglomerations._ground import cluster_names, require_cores
from geo_urban.agglomerations._inputs import outlines_of, times_between
from geo_urban.agglomerations.cores import Cities
from geo_urban.agglomerations.delineation_result import DelineationResult
from geo_urban.agglomerations.membership import Country, Membership, belonging
from geo_urban.agglomerations.stability import drawn_parameters, firmness_of, sweep_shares
from geo_urban.spatial import area_km2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations.parameters import DelineationParameters
    from geo_urban.spatial import GreatCircle, Network, TravelTimes

__all__ = ["Prepared", "functional", "prepared"]


class Prepared(NamedTuple):
    """A country that is ready for any of several settings."""

    country: Country
    cities: Cities
    """Those that are cores in any of the settings."""


def functional(ground: Ground, rule: DelineationParameters, *, sweep: int) -> DelineationResult:
    """Delineate by reach and pull."""
    settings = drawn_parameters(rule, sweep)
    ready = prepared(ground, [rule, *settings])
    found = belonging(ready.country, rule)
    order = _clusters_by_mass(found, ready.country)
    shares = sweep_shares(ready.country, settings, _columns(order, found, ready.country)) if settings else None
    return _result(ground, ready, found, rule, order, shares, sweep)


def prepared(ground: Ground, settings: Sequence[DelineationParameters]) -> Prepared:
    """Return what stays the same over all settings, the first of which must have a core.

    Raises
    ------
    InsufficientDataError
        If no city is large enough by the first setting.
    """
    require_cores(ground, least=settings[0].core_population, circle=settings[0].core_minutes)
    kept, named = _candidates(ground, settings)
    return Prepared(_country(ground, kept, named), kept)


def _candidates(ground: Ground, settings: Sequence[DelineationParameters]) -> tuple[Cities, dict[int, int]]:
    """Return the cities that are cores in any setting, and the number of the group of those that were named."""
    found, chosen = ground.cities, ground.chosen
    least = min(rule.core_population for rule in settings)
    place = {label: number for number, label in enumerate(found.labels)}
    wanted = [place[label] for label in chosen.city]
    count = max([int((found.mass >= least).sum()), *(number + 1 for number in wanted)])
    groups = {name: number for number, name in enumerate(chosen.names)}
    named = {number: groups[name] for number, name in zip(wanted, chosen.group, strict=True)}
    return Cities(found.labels[:count], found.seats[:count], found.mass[:count]), named


def _country(ground: Ground, kept: Cities, named: dict[int, int]) -> Country:
    minutes, travel = _times(ground)
    return Country(
        population=ground.people,
        mass=kept.mass,
        seats=kept.seats,
        minutes=np.ascontiguousarray(minutes[:, kept.seats], dtype=np.float64),
        between=times_between(travel, ground.points.iloc[kept.seats], minutes[np.ix_(kept.seats, kept.seats)]),
        named=named,
        region=ground.region,
        borders=ground.borders,
    )


def _times(ground: Ground) -> tuple[NDArray[np.float64], Network | GreatCircle | TravelTimes | pd.DataFrame]:
    if ground.minutes is None or ground.travel is None:  # `delineate` refuses to come here without
        raise AssertionError
    return ground.minutes, ground.travel


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


def _result(
    ground: Ground,
    ready: Prepared,
    found: Membership,
    rule: DelineationParameters,
    order: NDArray[np.intp],
    shares: NDArray[np.float64] | None,
    sweep: int,
) -> DelineationResult:
    country = ready.country
    leading = [np.flatnonzero(found.links.leading & (found.links.cluster == cluster)).tolist() for cluster in order]
    names = cluster_names(ground, leading, country.named)
    name_of = dict(zip(order.tolist(), names, strict=True))
    table = _cores(ground, ready.cities, found, rule, name_of)
    measured = _measured(ground, ready, found, rule, order, shares, name_of)
    notes = {
        "exclaves_dropped": found.dropped,
        "holes_closed": found.closed,
        "corridor_units": int(found.corridor.sum()),
        "units_without_way": int(np.isinf(country.minutes).all(axis=1).sum()),
        "units_without_people": int((country.population == 0).sum()),
    }
    own = pd.DataFrame(
        np.empty((len(ground.units), 0)) if shares is None else shares,
        index=ground.units.index,
        columns=[] if shares is None else [*names, "none"],
    )
    return DelineationResult(
        units=measured,
        cores=table,
        outlines=outlines_of(measured, names, country.population),
        links=_links(table, found, ready, ground.points),
        shares=own,
        parameters=rule,
        method="functional",
        settings=sweep,
        notes=notes,
    )


def _cores(
    ground: Ground, kept: Cities, found: Membership, rule: DelineationParameters, name_of: dict[int, str]
) -> pd.DataFrame:
    count = len(found.links.cluster)
    parent = found.links.parent
    labels = pd.Index(kept.labels[:count], name="city")
    return pd.DataFrame(
        {
            "name": [ground.called[label] for label in labels],
            "seat": ground.units.index[kept.seats[:count]],
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
    ground: Ground,
    ready: Prepared,
    found: Membership,
    rule: DelineationParameters,
    order: NDArray[np.intp],
    shares: NDArray[np.float64] | None,
    name_of: dict[int, str],
) -> gpd.GeoDataFrame:
    units, country, member = ground.units, ready.country, found.member
    count = len(found.links.cluster)
    same = found.links.cluster[None, :] == member[:, None]
    nearest = np.where(same, country.minutes[:, :count], np.inf).min(axis=1)
    leading = {str(label) for label in ready.cities.labels[:count][found.links.leading]}
    core = np.isin(ground.city.astype(str), list(leading)) & (nearest <= rule.core_minutes)
    role = np.where(core, "core", np.where(nearest <= rule.core_minutes, "inner", "outer")).astype(object)
    role[member < 0] = None
    column = {core: number for number, core in enumerate(order.tolist())}
    place = np.array([column.get(number, -1) for number in member.tolist()], dtype=np.intp)
    stability, firmness = firmness_of(place, shares)
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


def _links(table: pd.DataFrame, found: Membership, ready: Prepared, points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    country, seats = ready.country, ready.cities.seats
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
    lines = [shapely.LineString([ends[seats[one]], ends[seats[other]]]) for one, other, _ in inside]
    return gpd.GeoDataFrame(frame, geometry=lines, crs=4326)
