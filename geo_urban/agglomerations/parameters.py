"""The one set of parameters by which city clusters are delineated, checked before anything is computed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.errors import InputError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DelineationParameters", "known_parameters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelineationParameters:
    """What decides where a city cluster ends; the defaults are the set that serves a whole country.

    Parameters
    ----------
    core_population
        Least mass of a core: urban residents of the city within `core_minutes` of its seat.
    leading_population
        Least mass of all cores of a cluster together for it to be called one, unless it was named.
    core_minutes
        Circle of daily commuting around a core [minutes].
    reach_minutes
        How far a core of one million reaches by itself [minutes].
    distance_exponent
        How fast pull falls with travel time; the reach of a core grows with its mass to the power of one over this.
    link_exponent
        The same for pull between cores.
    join_minutes
        Farthest way between two leading cores that are joined [minutes].
    corridor_detour
        A unit lies in the corridor of two joined cores if the way through it is at most this many times the way
        between them.
    region_share
        Share of a region's people from which it belongs as a whole, where regions are given.
    nearest_minutes
        Ways shorter than this count as this long, so that the pull of a core on itself is finite [minutes].
    """

    core_population: float = 500_000.0
    leading_population: float = 3_000_000.0
    core_minutes: float = 60.0
    reach_minutes: float = 120.0
    distance_exponent: float = 4.0
    link_exponent: float = 2.0
    join_minutes: float = 300.0
    corridor_detour: float = 1.1
    region_share: float = 0.5
    nearest_minutes: float = 6.0

    def __post_init__(self) -> None:
        raise_faults(_faults(asdict(self)))

    def table(self) -> pd.Series:
        """Return the parameters by name.

        Returns
        -------
        pandas.Series
            As given.
        """
        return pd.Series(asdict(self), name="parameters")

    def reach_of(self, mass: float) -> float:
        """Return how far a core of `mass` reaches by itself.

        Parameters
        ----------
        mass
            Urban residents [persons].

        Returns
        -------
        float
            Travel time [minutes].

        Examples
        --------
        Sixteen million reach twice as far as one: the fourth root of 16 is 2.

        >>> DelineationParameters().reach_of(16_000_000)
        240.0
        """
        return float(self.reach_minutes * (mass / 1e6) ** (1 / self.distance_exponent))


def known_parameters(given: DelineationParameters | Mapping[str, float] | None) -> DelineationParameters:
    """Return the parameters that are meant: all defaults but those that are given.

    Raises
    ------
    InputError
        If a name is unknown or a value impossible.
    """
    if given is None:
        return DelineationParameters()
    if isinstance(given, DelineationParameters):
        return given
    from geo_urban.checks import listed, nearest_name

    known = list(asdict(DelineationParameters()))
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(
            "`parameters` has {unknown}; it takes {known}. Take {near}.",
            unknown=listed(unknown),
            known=listed(known, most=12),
            near=nearest_name(unknown[0], known) or known[0],
        )
    return replace(DelineationParameters(), **dict(given))


def _faults(values: dict[str, float]) -> list[InputError]:
    faults = [
        InputError("`{name}` is {value}; it must be above zero.", name=name, value=value)
        for name, value in values.items()
        if not (name in {"region_share", "leading_population"} or value > 0)
    ]
    if not values["leading_population"] >= 0:
        faults.append(
            InputError("`leading_population` is {value}; it must be zero or more.", value=values["leading_population"])
        )
    if not 0 < values["region_share"] <= 1:
        faults.append(
            InputError(
                "`region_share` is {value}; it is a share of people, above 0 and at most 1.",
                value=values["region_share"],
            )
        )
    if values["corridor_detour"] < 1:
        faults.append(
            InputError(
                "`corridor_detour` is {value}; no way through a place is shorter than the shortest way, so it must be "
                "1 or more.",
                value=values["corridor_detour"],
            )
        )
    return faults
