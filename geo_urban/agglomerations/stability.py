"""How firm a membership is: the share of a sweep of settings in which it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.agglomerations.membership import belonging
from geo_urban.errors import InputError
from geo_urban.messages import translate
from geo_urban.progress import track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_urban.agglomerations.membership import Country
    from geo_urban.agglomerations.parameters import DelineationParameters

__all__ = ["drawn_parameters", "sweep_shares"]

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
    from scipy.stats import qmc

    if count < 0:
        raise InputError("`{name}` is {value}; it must be at least {least}.", name="sweep", value=count, least=0)
    # The first point of the sequence is a corner.
    points = 2 * qmc.Halton(d=4, scramble=False).random(count + 1)[1:] - 1
    growth = 1 / rule.distance_exponent
    return [
        replace(
            rule,
            core_population=rule.core_population * (1 + _UNCERTAIN * population),
            reach_minutes=rule.reach_minutes * (1 + _UNCERTAIN * reach),
            distance_exponent=1 / max(growth + _EXPONENT * exponent, growth / 10),
            region_share=min(max(rule.region_share + _REGION * share, 1e-9), 1.0),
        )
        for population, reach, exponent, share in points.tolist()
    ]


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
