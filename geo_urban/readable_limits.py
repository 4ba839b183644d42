"""Round numbers between two others, for limits of classes that a reader can keep in mind."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal

__all__ = ["roundest_between"]

_DIGITS = 17  # more than a double holds
_STEPS = (Decimal(1), Decimal("0.5"))  # of a power of ten, the rounder first


def roundest_between(low: float, high: float, *, with_high: bool = True) -> float:
    """Return the number with the fewest digits above `low` and up to `high`.

    Parameters
    ----------
    low
        Lower end, never returned.
    high
        Upper end.
    with_high
        Whether `high` itself may be returned.

    Returns
    -------
    float
        Zero if it lies between; else a multiple of the largest power of ten, or half of one, that has a multiple there.

    Examples
    --------
    >>> roundest_between(19.3, 20.7)
    20.0
    >>> roundest_between(-0.31, -0.249)
    -0.3
    """
    above, below = Decimal(low), Decimal(high)

    def between(number: Decimal) -> bool:
        return above < number < below or (with_high and number == below)

    if between(Decimal(0)):
        return 0.0
    top = math.ceil(math.log10(max(abs(low), abs(high))))
    for power in range(top, top - _DIGITS, -1):
        for step in _STEPS:
            size = step.scaleb(power)
            times = (below / size).to_integral_value(ROUND_FLOOR)
            for candidate in (times * size, (times - 1) * size):
                if between(candidate) and between(Decimal(float(candidate))):
                    return float(candidate)
    return high if with_high else (low + high) / 2
