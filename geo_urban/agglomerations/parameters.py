"""The parameters of the methods of delineation, checked before anything is computed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

import pandas as pd

from geo_urban.errors import InputError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CityClusterParameters",
    "CommutingParameters",
    "DelineationParameters",
    "LeidenParameters",
    "MethodParameters",
    "PercolationParameters",
    "SkaterParameters",
    "UrbanCentreParameters",
    "known_parameters",
]

_Kind = TypeVar("_Kind", bound="MethodParameters")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodParameters:
    """What decides where a city cluster ends, by any method."""

    shares: ClassVar[frozenset[str]] = frozenset()
    """Parameters that are shares, above 0 and at most 1."""
    from_zero: ClassVar[frozenset[str]] = frozenset()
    """Parameters that may be zero."""
    varied: ClassVar[tuple[str, ...]] = ()
    """Parameters that a sweep varies by a quarter."""

    def __post_init__(self) -> None:
        raise_faults(self.faults())

    def table(self) -> pd.Series:
        """Return the parameters by name.

        Returns
        -------
        pandas.Series
            As given.
        """
        return pd.Series(asdict(self), name="parameters")

    def faults(self) -> list[InputError]:
        """Return what is wrong with the values.

        Returns
        -------
        list of InputError
            One for each that is not above zero, or no share.
        """
        faults = []
        for name, value in asdict(self).items():
            if name in self.shares:
                if not 0 < value <= 1:
                    faults.append(_no_share(name, value))
            elif name in self.from_zero:
                if not value >= 0:
                    faults.append(
                        InputError("`{name}` is {value}; it must be at least {least}.", name=name, value=value, least=0)
                    )
            elif not value > 0:
                faults.append(InputError("`{name}` is {value}; it must be above zero.", name=name, value=value))
        return faults


def _no_share(name: str, value: float) -> InputError:
    return InputError("`{name}` is {value}; it is a share, above 0 and at most 1.", name=name, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelineationParameters(MethodParameters):
    """What decides where a city cluster ends by the method ``"functional"``; the defaults serve a whole country.

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

    shares: ClassVar[frozenset[str]] = frozenset({"region_share"})
    from_zero: ClassVar[frozenset[str]] = frozenset({"leading_population"})

    def __post_init__(self) -> None:
        faults = self.faults()
        if self.corridor_detour < 1:
            faults.append(
                InputError(
                    "`corridor_detour` is {value}; no way through a place is shorter than the shortest way, so it must "
                    "be 1 or more.",
                    value=self.corridor_detour,
                )
            )
        raise_faults(faults)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class UrbanCentreParameters(MethodParameters):
    """Urban centres grown by travel time (``"urban_centres"``).

    Parameters
    ----------
    minutes
        A unit belongs to the nearest centre within this time [minutes].
    core_population
        Least urban residents of a city that is a centre, where centres are not given [persons].
    """

    minutes: float = 60.0
    core_population: float = 500_000.0

    varied: ClassVar[tuple[str, ...]] = ("minutes", "core_population")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommutingParameters(MethodParameters):
    """Functional urban areas by commuting (``"commuting"``).

    Parameters
    ----------
    share
        Share of a unit's workers from which it belongs; the EU-OECD definition takes 15 %.
    core_population
        Least urban residents of a city that is a centre, where centres are not given [persons].
    """

    share: float = 0.15
    core_population: float = 500_000.0

    shares: ClassVar[frozenset[str]] = frozenset({"share"})
    varied: ClassVar[tuple[str, ...]] = ("share", "core_population")


@dataclass(frozen=True, slots=True, kw_only=True)
class CityClusterParameters(MethodParameters):
    """The city clustering algorithm (``"city_clusters"``), mapped to units.

    Parameters
    ----------
    distance_km
        Populated cells or points within it are joined [km].
    least_density
        Cells or points with this many people or fewer count as empty.
    least_population
        Clusters with fewer people are left out [persons].
    unit_share
        Share of a unit's people from which it belongs to the cluster they live in.
    """

    distance_km: float = 30.0
    least_density: float = 0.0
    least_population: float = 500_000.0
    unit_share: float = 0.5

    shares: ClassVar[frozenset[str]] = frozenset({"unit_share"})
    from_zero: ClassVar[frozenset[str]] = frozenset({"least_density", "least_population"})
    varied: ClassVar[tuple[str, ...]] = ("distance_km", "least_density")


@dataclass(frozen=True, slots=True, kw_only=True)
class PercolationParameters(MethodParameters):
    """Percolation over distances (``"percolation"``), mapped to units at the critical distance.

    Parameters
    ----------
    from_km, to_km, step_km
        The distances that are tried [km].
    least_density, least_population, unit_share
        As in `CityClusterParameters`.
    """

    from_km: float = 5.0
    to_km: float = 100.0
    step_km: float = 5.0
    least_density: float = 0.0
    least_population: float = 500_000.0
    unit_share: float = 0.5

    shares: ClassVar[frozenset[str]] = frozenset({"unit_share"})
    from_zero: ClassVar[frozenset[str]] = frozenset({"least_density", "least_population"})
    varied: ClassVar[tuple[str, ...]] = ("least_density", "least_population")

    def distances(self) -> list[float]:
        """Return the distances, ascending.

        Returns
        -------
        list of float
            From `from_km` to `to_km` [km].
        """
        steps = int((self.to_km - self.from_km) / self.step_km * (1 + 1e-12))
        return [self.from_km + number * self.step_km for number in range(steps + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SkaterParameters(MethodParameters):
    """Regions of similar units (``"skater"``).

    Parameters
    ----------
    clusters
        Number of regions.
    least_population
        Regions with fewer people are not cut off [persons].
    """

    clusters: int = 20
    least_population: float = 0.0

    from_zero: ClassVar[frozenset[str]] = frozenset({"least_population"})
    varied: ClassVar[tuple[str, ...]] = ("clusters",)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeidenParameters(MethodParameters):
    """Communities of interaction (``"leiden"``).

    Parameters
    ----------
    resolution
        Of modularity; above 1 for more and smaller communities.
    cost_exponent
        How fast interaction falls with travel time, where no flows are given.
    nearest_minutes
        Ways shorter than this count as this long [minutes].
    seed
        Of the random order in which units are moved; a sweep takes the following ones too.
    """

    resolution: float = 1.0
    cost_exponent: float = 2.0
    nearest_minutes: float = 6.0
    seed: int = 0

    from_zero: ClassVar[frozenset[str]] = frozenset({"seed"})
    varied: ClassVar[tuple[str, ...]] = ("resolution",)


def known_parameters(given: MethodParameters | Mapping[str, float] | None, kind: type[_Kind]) -> _Kind:
    """Return the parameters that are meant: all defaults but those that are given.

    Raises
    ------
    InputError
        If a name is unknown, a value impossible, or the parameters are those of another method.
    """
    if given is None:
        return kind()
    if isinstance(given, kind):
        return given
    if isinstance(given, MethodParameters):
        raise InputError(
            "`parameters` is a {given}, and the method takes {wanted}. Pass these, or a mapping of their names.",
            given=type(given).__name__,
            wanted=kind.__name__,
        )
    from geo_urban.checks import listed, nearest_name

    known = list(asdict(kind()))
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(
            "`parameters` has {unknown}; it takes {known}. Take {near}.",
            unknown=listed(unknown),
            known=listed(known, most=12),
            near=nearest_name(unknown[0], known) or known[0],
        )
    return replace(kind(), **dict(given))
