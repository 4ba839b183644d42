"""Methods that grow from urban centres: by travel time, and by commuting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geo_urban.agglomerations._ground import require_cores
from geo_urban.agglomerations._inputs import column_or_series
from geo_urban.agglomerations._partition import Assigned
from geo_urban.agglomerations.commuting import commuting_areas
from geo_urban.agglomerations.cores import cities_of
from geo_urban.agglomerations.parameters import DelineationParameters
from geo_urban.errors import InsufficientDataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations._methods import Sources
    from geo_urban.agglomerations.parameters import CommutingParameters, UrbanCentreParameters

__all__ = ["by_commuting", "by_time"]

_CIRCLE = DelineationParameters().core_minutes


class _Centres(NamedTuple):
    """Urban centres, largest first."""

    of_unit: NDArray[np.intp]
    """Number of the centre that each unit is part of, −1 for none."""
    seats: NDArray[np.intp]
    area: NDArray[np.intp]
    """Number of the area that each centre leads; several lead one together where the user says so."""
    names: list[str | None]
    """Of the areas, where they were given."""


def by_time(
    ground: Ground, sources: Sources, first: UrbanCentreParameters
) -> Callable[[UrbanCentreParameters], Assigned]:
    """Give units to the nearest centre within reach."""
    given = _given_centres(ground, sources.centres)
    if given is None:
        require_cores(ground, least=first.core_population, circle=_CIRCLE)
    minutes = ground.minutes if ground.minutes is not None else np.zeros((0, 0))

    def assign(rule: UrbanCentreParameters) -> Assigned:
        centres = given or _city_centres(ground, rule.core_population)
        times = minutes[:, centres.seats].astype(np.float64)
        nearest = times.argmin(axis=1)
        within = times[np.arange(len(nearest)), nearest]
        part = centres.of_unit >= 0
        part &= times[np.arange(len(nearest)), np.maximum(centres.of_unit, 0)] <= rule.minutes
        own = np.where(part, centres.of_unit, np.where(within <= rule.minutes, nearest, -1))
        taken = times[np.arange(len(own)), np.maximum(own, 0)]
        return Assigned(
            label=np.where(own >= 0, centres.area[own], -1),
            strength=rule.minutes / (rule.minutes + np.where(own >= 0, taken, within)),
            centre=part,
            names=centres.names,
        )

    return assign


def by_commuting(
    ground: Ground, sources: Sources, first: CommutingParameters
) -> Callable[[CommutingParameters], Assigned]:
    """Give units to the centre that enough of their workers commute to."""
    given = _given_centres(ground, sources.centres)
    if given is None:
        require_cores(ground, least=first.core_population, circle=_CIRCLE)
    flows = sources.flows if sources.flows is not None else pd.DataFrame()

    def assign(rule: CommutingParameters) -> Assigned:
        centres = given or _city_centres(ground, rule.core_population)
        area = np.where(centres.of_unit >= 0, centres.area[centres.of_unit], -1)
        named = pd.Series([str(number) if number >= 0 else None for number in area], ground.units.index, dtype=object)
        found = commuting_areas(named, flows, share=rule.share)
        label = np.array([-1 if one is None else int(one) for one in found["area"]], dtype=np.intp)
        return Assigned(
            label=label,
            strength=found["share"].to_numpy(dtype=float),
            centre=(found["role"] == "core").to_numpy(),
            names=centres.names,
        )

    return assign


def _given_centres(ground: Ground, given: str | pd.Series | None) -> _Centres | None:
    """Return the centres that the user named for units.

    Raises
    ------
    InsufficientDataError
        If none is named.
    """
    if given is None:
        return None
    named = column_or_series(ground.units, given, argument="centres")
    part = named.notna().to_numpy()
    if not part.any():
        raise InsufficientDataError("`centres` names none, so nobody commutes to one. Name the units of urban centres.")
    labels = named.to_numpy(dtype=object)
    rows = np.flatnonzero(part)
    minutes = None if ground.minutes is None else ground.minutes[np.ix_(rows, rows)]
    found = cities_of(labels[rows], ground.urban[rows], minutes, _CIRCLE)
    place = {label: number for number, label in enumerate(found.labels)}
    of_unit = np.full(len(part), -1, dtype=np.intp)
    of_unit[rows] = [place[label] for label in labels[rows]]
    return _Centres(of_unit, rows[found.seats], np.arange(len(place)), [str(label) for label in found.labels])


def _city_centres(ground: Ground, least: float) -> _Centres:
    """Return the cities that are large enough, and those that the user named, as centres."""
    cities, chosen = ground.cities, ground.chosen
    group_of = dict(zip(chosen.city, chosen.group, strict=True))
    numbers = [
        number for number, label in enumerate(cities.labels) if cities.mass[number] >= least or label in group_of
    ]
    place = {cities.labels[number]: rank for rank, number in enumerate(numbers)}
    area = np.arange(len(numbers))
    names: list[str | None] = [None] * len(numbers)
    for rank, number in enumerate(numbers):
        group = group_of.get(cities.labels[number])
        if group is not None:
            together = [place[city] for city, other in group_of.items() if other == group]
            area[rank] = min(together)
            names[min(together)] = chosen.names[group]
    of_unit = np.array([place.get(label, -1) for label in ground.city], dtype=np.intp)
    return _Centres(of_unit, cities.seats[numbers], area, names)
