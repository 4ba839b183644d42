"""Where the limits between classes lie: quantiles, natural breaks, equal intervals, deviations, ratios, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from geo_urban.errors import InputError
from geo_urban.natural_breaks import natural_tops
from geo_urban.readable_limits import roundest_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    Numbers: TypeAlias = npt.NDArray[np.float64]

__all__ = ["Finder", "Scheme", "limits_finder", "plain_scheme"]

Scheme: TypeAlias = Literal["quantiles", "natural", "equal", "standard_deviation", "logarithmic"]
Finder: TypeAlias = "Callable[[Numbers, int, float | None], tuple[float, ...]]"

_ALIASES = {
    "quantile": "quantiles",
    "naturalbreaks": "natural",
    "fisherjenks": "natural",
    "jenks": "natural",
    "equalinterval": "equal",
    "equalintervals": "equal",
    "stdmean": "standard_deviation",
    "standarddeviation": "standard_deviation",
    "log": "logarithmic",
}
_ROUNDING = 0.05  # how far a limit that is computed may move to be round, in widths of a class


def plain_scheme(scheme: str) -> str:
    """Return our own name of a way to class, however it is written; any other name as it is.

    Examples
    --------
    >>> plain_scheme("EqualInterval"), plain_scheme("BoxPlot")
    ('equal', 'BoxPlot')
    """
    if scheme in get_args(Scheme):
        return scheme
    bare = scheme.lower().replace("_", "").replace(" ", "")
    return _ALIASES.get(bare, bare if bare in get_args(Scheme) else scheme)


def limits_finder(scheme: str) -> Finder:
    """Return the function that finds limits: of sorted numbers, for so many classes, from a given start if any.

    Parameters
    ----------
    scheme
        One of ours, or the name of a classifier of mapclassify.

    Returns
    -------
    callable
        It returns ascending inner limits, fewer than asked for where a class would be empty.

    Raises
    ------
    InputError
        If there is no such way to class.
    """
    finders: dict[str, Finder] = {
        "quantiles": _quantiles,
        "natural": lambda numbers, classes, start: _in_gaps(numbers, natural_tops(numbers, classes), start),
        "equal": _equal,
        "standard_deviation": _deviations,
        "logarithmic": _ratios,
    }
    plain = plain_scheme(scheme)
    return finders[plain] if plain in finders else _of_mapclassify(scheme)


def _quantiles(numbers: Numbers, classes: int, start: float | None) -> tuple[float, ...]:
    if not len(numbers):
        return ()
    tops = np.quantile(numbers, np.arange(1, classes) / classes)
    return _in_gaps(numbers, tops.tolist(), start)


def _in_gaps(numbers: Numbers, tops: Sequence[float], start: float | None) -> tuple[float, ...]:
    """Return the roundest limit between each class's top and the next value; nothing where a class would be empty."""
    limits = []
    for top in sorted(set(tops)):
        place = int(np.searchsorted(numbers, top, side="right"))
        if 0 < place < len(numbers):
            # Mirrored limits must part the values on both sides alike, so they meet none.
            limits.append(roundest_between(numbers[place - 1], numbers[place], with_high=start is None))
    return tuple(sorted(set(limits)))


def _equal(numbers: Numbers, classes: int, start: float | None) -> tuple[float, ...]:
    if not len(numbers):
        return ()
    low, high = float(numbers[0]) if start is None else start, float(numbers[-1])
    exact = [low + (high - low) * step / classes for step in range(1, classes)] if high > low else []
    return _rounded(exact, numbers, (high - low) / classes, start)


def _deviations(numbers: Numbers, classes: int, start: float | None) -> tuple[float, ...]:
    if start is not None:  # distances from a centre
        size = float(np.sqrt(np.mean(numbers**2))) if len(numbers) else 0.0
        return _rounded([start + size * step for step in range(1, classes)] if size else [], numbers, size, start)
    deviation = float(np.std(numbers, ddof=1)) if len(numbers) > 1 else 0.0
    if not deviation:
        return ()
    half = (classes - 1) // 2
    steps = [step for step in range(-half, half + 1) if step or classes % 2 == 0]
    return _rounded([float(np.mean(numbers)) + deviation * step for step in steps], numbers, deviation, None)


def _ratios(numbers: Numbers, classes: int, start: float | None) -> tuple[float, ...]:
    positive = numbers[numbers > 0]
    if len(numbers) and not len(positive):
        raise InputError(
            "no value is above zero, so there are no equal ratios between them. "
            'Choose another `scheme`, e.g. "quantiles".',
        )
    if not len(positive) or positive[0] == positive[-1]:
        return ()
    exact = np.geomspace(positive[0], positive[-1], classes + 1)[1:-1].tolist()
    ratio = (positive[-1] / positive[0]) ** (1 / classes)
    return tuple(_near(limit, numbers, limit * (1 - 1 / ratio), start) for limit in exact)


def _rounded(exact: Sequence[float], numbers: Numbers, width: float, start: float | None) -> tuple[float, ...]:
    return tuple(_near(limit, numbers, width, start) for limit in exact)


def _near(limit: float, numbers: Numbers, width: float, start: float | None) -> float:
    """Return a round limit near an exact one that leaves every number in its class."""
    place = int(np.searchsorted(numbers, limit, side="left"))
    low = max(float(numbers[place - 1]) if place else -np.inf, limit - width * _ROUNDING)
    high = min(float(numbers[place]) if place < len(numbers) else np.inf, limit + width * _ROUNDING)
    return roundest_between(low, high, with_high=start is None) if low < high else limit


def _of_mapclassify(scheme: str) -> Finder:
    """Return limits by another classifier of mapclassify."""
    import mapclassify

    known = {name.lower(): name for name in mapclassify.CLASSIFIERS}
    name = known.get(scheme.lower().replace("_", ""))
    if name in {None, "UserDefined"}:
        raise InputError(
            '`scheme` is {scheme}, which is no way to class. Take "quantiles", "natural", "equal", '
            '"standard_deviation", "logarithmic", or your own limits, e.g. `scheme=[0, 10, 20]`.',
            scheme=repr(scheme),
        )

    def limits(numbers: Numbers, classes: int, start: float | None) -> tuple[float, ...]:
        distinct = len(np.unique(numbers))
        if distinct <= 1:
            return ()
        bins = mapclassify.classify(numbers, name, k=min(classes, distinct)).bins.tolist()
        return _in_gaps(numbers, bins, start)

    return limits
