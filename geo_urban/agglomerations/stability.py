"""How firm a membership is: the share of a sweep of settings in which it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from geo_urban.agglomerations.membership import belonging
from geo_urban.errors import InputError
from geo_urban.messages import translate
from geo_urban.progress import track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_urban.agglomerations.membership import Country
    from geo_urban.agglomerations.parameters import DelineationParameters, MethodParameters

__all__ = ["drawn_around", "drawn_parameters", "firmness_of", "sweep_shares"]

_Rule = TypeVar("_Rule", bound="MethodParameters")

# Travel times of a network with one speed may be off by so much, and so may a count of urban residents.
_UNCERTAIN = 0.25
_EXPONENT = 0.1
_REGION = 0.1


def drawn_parameters(rule: DelineationParameters, count: int) -> list[DelineationParameters]:
    """Return settings around `rule`, spread evenly by a Halton sequence: the same ones every time.

    Population and reach are varied by a quarter, the exponent of reach and the share of a region by a tenth of one.

    Raises
    ------
    InputError
        If `count` is negative.
    """
    growth = 1 / rule.distance_exponent
    return [
        replace(
            rule,
            core_population=rule.core_population * (1 + _UNCERTAIN * population),
            reach_minutes=rule.reach_minutes * (1 + _UNCERTAIN * reach),
            distance_exponent=1 / max(growth + _EXPONENT * exponent, growth / 10),
            region_share=min(max(rule.region_share + _REGION * share, 1e-9), 1.0),
        )
        for population, reach, exponent, share in _spread(4, count)
    ]


def drawn_around(rule: _Rule, count: int) -> list[_Rule]:
    """Return settings around those of another method: what it varies, by a quarter; random seeds count up.

    Raises
    ------
    InputError
        If `count` is negative.
    """
    drawn = []
    for number, point in enumerate(_spread(max(len(rule.varied), 1), count), start=1):
        changed: dict[str, Any] = {}
        for name, step in zip(rule.varied, point, strict=False):
            value = getattr(rule, name)
            moved = value * (1 + _UNCERTAIN * step)
            changed[name] = max(1, round(moved)) if isinstance(value, int) else moved
            if name in rule.shares:
                changed[name] = min(changed[name], 1.0)
        if hasattr(rule, "seed"):
            changed["seed"] = rule.seed + number
        drawn.append(replace(rule, **changed))
    return drawn


def _spread(dimensions: int, count: int) -> list[list[float]]:
    """Return points that fill a cube from −1 to 1 evenly."""
    from scipy.stats import qmc

    if count < 0:
        raise InputError("`{name}` is {value}; it must be at least {least}.", name="sweep", value=count, least=0)
    # The first point of the sequence is a corner.
    points: list[list[float]] = (2 * qmc.Halton(d=dimensions, scramble=False).random(count + 1)[1:] - 1).tolist()
    return points


def firmness_of(
    place: NDArray[np.intp], shares: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of settings in which a unit belongs, and that in which it is where it is now.

    `place` is the column of each unit's cluster in `shares`, −1 for none, which is the last column.
    """
    if shares is None:
        nothing = np.full(len(place), np.nan)
        return nothing, nothing
    firmness: NDArray[np.float64] = shares[np.arange(len(place)), place]
    belongs = shares[:, :-1].max(axis=1, initial=0.0)
    return np.where(place >= 0, firmness, belongs), firmness


def sweep_shares(
    country: Country, settings: Sequence[DelineationParameters], column: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return in which share of settings each unit (row) belongs to each cluster (column).

    A cluster of another setting is the one, as delineated, to which its largest leading core belongs (`column`, by
    core; −1 for none). The last column is the share in which a unit belongs to none of them.
    """
    columns = int(column.max(initial=-1)) + 1
    rows = np.arange(len(country.population))
    held = np.zeros((len(rows), columns + 1))
    for rule in track(settings, description=translate("Trying settings")):
        member = belonging(country, rule).member
        held[rows, np.where(member >= 0, column[member], -1)] += 1
    return held / max(len(settings), 1)
