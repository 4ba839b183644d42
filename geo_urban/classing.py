"""Put numbers into classes for a map: where the limits lie, which colours they get, and what a reader may choose.

Used by every result that can be drawn, and by the maps of one's own data.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.class_limits import Scheme, limits_finder, plain_scheme
from geo_urban.errors import InputError
from geo_urban.palettes import HOT_COLD, LOCAL_MORAN, PALETTES, diverging, sequential, spread
from geo_urban.presentation import Breaks, Categories, Category, Classification

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.class_limits import Finder, Numbers
    from geo_urban.presentation import Field

__all__ = [
    "MOST_CLASSES",
    "Scheme",
    "by_year",
    "class_breaks",
    "classed",
    "hot_spot_categories",
    "local_moran_categories",
    "scheme_label",
    "with_other_classes",
]

MOST_CLASSES = 9
"""More shades of one colour than these cannot be told apart."""

_FEWEST_CLASSES = 2
_MOST_ON_A_SIDE = 5


def class_breaks(
    values: pd.Series | Sequence[float],
    *,
    scheme: str | Sequence[float] = "quantiles",
    classes: int = 5,
    center: float | None = None,
    colors: str | Sequence[str] | None = None,
) -> Breaks:
    """Return classes of a number with their colours.

    Levels get one colour from light to dark. Changes, with a `center`, get two: the centre is always a limit, the other
    limits lie mirrored about it, so that a colour on one side means as much as its counterpart on the other.

    Parameters
    ----------
    values
        One number per unit; missing ones have no class and no say. Without any number there is one class, or one on
        each side of the centre.
    scheme
        ``"quantiles"``: as many units in each class. ``"natural"``: members as close as can be to their class's mean.
        ``"equal"``: limits equally far apart. ``"standard_deviation"``: distance from the mean, in standard deviations;
        around a centre, in root mean squares from it. ``"logarithmic"``: each limit the same multiple of the one before
        (what is zero or less is in the lowest class). Limits of your own: ascending numbers. The name of any other
        classifier of mapclassify, e.g. ``"HeadTailBreaks"``.
    classes
        How many, 2 to 9; around a centre, half of them on each side, rounded up (5 and 6 make three and three). There
        are fewer where values tie, where there are fewer distinct values, and at the ends where no value lies.
    center
        Where a change turns its sign, mostly 0; None for levels.
    colors
        A palette (``"yellow_blue"``, ``"purples"``, ``"red_blue"``, ``"brown_teal"``) or colours ``#rrggbb`` from
        lowest to highest, of which as many as needed are taken evenly.

    Returns
    -------
    geo_urban.presentation.Breaks
        Inner limits, each in the class above it. They are rounded as far as no unit changes its class; computed ones
        (equal, standard deviation, logarithmic) also by no more than a twentieth of a class.

    Raises
    ------
    InputError
        If a value is infinite or no number, the scheme is unknown or does not fit the values, or the classes or colours
        are too many or too few.

    Notes
    -----
    Of equal values none is parted from the others. A quantile that is itself a value belongs to the class below, as in
    mapclassify; equal intervals and standard deviations keep a value that meets the limit in the class above.

    References
    ----------
    Slocum, T. A. et al. (2022): Thematic Cartography and Geovisualization, 4th ed., ch. 5.
    https://doi.org/10.1201/9781003150527

    Examples
    --------
    Changes by −30 % to +10 %: distances from zero in three equal groups are those up to 6 %, up to 12 % and above, so
    the limits are ±7 % and ±20 % (the roundest numbers in the gaps 6–8 % and 12–21 %); nothing grew by 20 %.

    >>> shares = [-0.30, -0.28, -0.21, -0.12, -0.06, -0.04, 0.02, 0.05, 0.08, 0.10]
    >>> class_breaks(shares, center=0, classes=6).limits
    (-0.2, -0.07, 0.0, 0.07)

    Two clusters and one far out: any limit above 3 and up to 20 parts the first two, and 20 is the roundest of them;
    50 is the roundest that parts 21 from 90.

    >>> class_breaks([1, 2, 3, 20, 21, 90], scheme="natural", classes=3).limits
    (20.0, 50.0)
    """
    numbers = _known(values)
    if not isinstance(scheme, str):
        limits = _own_limits(scheme, center)
        return Breaks(limits=limits, colors=_shades(limits, center, colors, deviation=False))
    _require_classes(classes)
    find = limits_finder(scheme)
    limits = find(numbers, classes, None) if center is None else _mirrored(find, numbers, classes, center)
    shades = _shades(limits, center, colors, deviation=plain_scheme(scheme) == "standard_deviation")
    return _trimmed(limits, shades, numbers, center)


def classed(
    field: Field,
    values: pd.Series,
    *,
    scheme: str | Sequence[float] = "quantiles",
    classes: int = 5,
    center: float | None = None,
    colors: str | Sequence[str] | None = None,
) -> Field:
    """Return the field classed, with the other common ways to class it for the reader to choose.

    Parameters
    ----------
    field
        Field of a number.
    values
        What it is classed by: one number per unit, or those of several years.
    scheme, classes, center, colors
        As in `class_breaks`.

    Returns
    -------
    geo_urban.presentation.Field
        The same column with classes.

    Raises
    ------
    InputError
        As `class_breaks` does.

    Examples
    --------
    >>> from geo_urban.presentation import Field
    >>> field = classed(Field(column="x", label="x"), pd.Series([1.0, 2, 3, 4, 9, 30]), classes=3)
    >>> field.classed_by, [other.label for other in field.others]
    ('Quantiles', ['Natural breaks', 'Equal intervals', 'Standard deviation'])
    """
    main = class_breaks(values, scheme=scheme, classes=classes, center=center, colors=colors)
    named = replace(field, classes=main, classed_by=scheme_label(scheme), others=())
    return with_other_classes(named, values, classes=classes, center=center, colors=colors)


def with_other_classes(
    field: Field,
    values: pd.Series,
    *,
    classes: int | None = None,
    center: float | None = None,
    colors: str | Sequence[str] | None = None,
) -> Field:
    """Return a classed field with quantiles, natural breaks, equal intervals and standard deviations to choose.

    Parameters
    ----------
    field
        Field with `Breaks`.
    values
        What the others are computed from.
    classes
        How many; None for as many as the field has, at least four.
    center, colors
        As in `class_breaks`.

    Returns
    -------
    geo_urban.presentation.Field
        The field; a way whose limits are the field's own is left out.

    Raises
    ------
    InputError
        As `class_breaks` does.

    Examples
    --------
    >>> from geo_urban.presentation import Breaks, Field
    >>> field = Field(column="x", label="x", classes=Breaks(limits=(5.0,), colors=("#ffffcc", "#0c2c84")))

    Two equal intervals of 0 to 10 part at 5 as the field does, so they are no other way.

    >>> [other.label for other in with_other_classes(field, pd.Series([0.0, 1, 2, 3, 10]), classes=2).others]
    ['Quantiles', 'Natural breaks', 'Standard deviation']
    """
    own = field.classes.limits if isinstance(field.classes, Breaks) else ()
    wanted = classes or min(max(len(own) + 1, 4), MOST_CLASSES)

    def breaks(scheme: Scheme) -> Breaks:
        return class_breaks(values, scheme=scheme, classes=wanted, center=center, colors=colors)

    ways = (
        Classification(label="Quantiles", classes=breaks("quantiles")),
        Classification(label="Natural breaks", classes=breaks("natural")),
        Classification(label="Equal intervals", classes=breaks("equal")),
        Classification(label="Standard deviation", classes=breaks("standard_deviation")),
    )
    others = [way for way in ways if way.classes.limits != own and way.label != field.classed_by]
    return replace(field, others=tuple(others))


def by_year(
    fields: Sequence[Field],
    units: pd.DataFrame,
    *,
    scheme: str | Sequence[float] = "quantiles",
    classes: int = 5,
    center: float | None = None,
    colors: str | Sequence[str] | None = None,
) -> tuple[Field, ...]:
    """Return the fields of several years with one set of classes, so that a colour means the same in each year.

    Parameters
    ----------
    fields
        One field per year.
    units
        Frame with their columns.
    scheme, classes, center, colors
        As in `class_breaks`; limits come from the values of all years together.

    Returns
    -------
    tuple of geo_urban.presentation.Field
        The fields with common classes.

    Raises
    ------
    InputError
        As `class_breaks` does.

    Examples
    --------
    >>> from geo_urban.presentation import Field
    >>> years = pd.DataFrame({"y0": [1.0, 2.0], "y1": [3.0, 4.0]})
    >>> both = by_year([Field(column="y0", label="2010"), Field(column="y1", label="2020")], years, classes=2)
    >>> both[0].classes.limits == both[1].classes.limits == (3.0,)
    True
    """
    pooled = pd.concat([units[field.column] for field in fields], ignore_index=True)
    first = classed(fields[0], pooled, scheme=scheme, classes=classes, center=center, colors=colors)
    return tuple(
        replace(field, classes=first.classes, others=first.others, classed_by=first.classed_by) for field in fields
    )


def scheme_label(scheme: str | Sequence[float]) -> str:
    """Return what a way to class is called, in words.

    Parameters
    ----------
    scheme
        As in `class_breaks`.

    Returns
    -------
    str
        A sentence of the catalogue, or the classifier's own name.

    Examples
    --------
    >>> scheme_label("FisherJenks"), scheme_label([0.0, 1.0])
    ('Natural breaks', 'Chosen limits')
    """
    if not isinstance(scheme, str):
        return "Chosen limits"
    known = {
        "quantiles": "Quantiles",
        "natural": "Natural breaks",
        "equal": "Equal intervals",
        "standard_deviation": "Standard deviation",
        "logarithmic": "Equal ratios",
    }
    return known.get(plain_scheme(scheme), scheme)


def local_moran_categories() -> Categories:
    """Return the classes of local Moran's I: kinds of neighborhood, what is not significant, and isolates.

    Patterns tell the four kinds apart without colours too.

    Returns
    -------
    geo_urban.presentation.Categories
        Values ``"high-high"``, ``"low-low"``, ``"low-high"``, ``"high-low"``, ``"not significant"`` and ``"isolate"``.

    References
    ----------
    Anselin, L. (1995): Local indicators of spatial association - LISA. Geographical Analysis 27, 93-115.
    https://doi.org/10.1111/j.1538-4632.1995.tb00338.x

    Examples
    --------
    >>> [item.pattern for item in local_moran_categories().items]
    ['', 'hatch', 'dots', 'crosshatch', '', '']
    """
    colors = LOCAL_MORAN
    return Categories(
        items=(
            Category(value="high-high", label="High among high", color=colors["high-high"]),
            Category(value="low-low", label="Low among low", color=colors["low-low"], pattern="hatch"),
            Category(value="low-high", label="Low among high", color=colors["low-high"], pattern="dots"),
            Category(value="high-low", label="High among low", color=colors["high-low"], pattern="crosshatch"),
            Category(value="not significant", label="Not significant", color=colors["not significant"]),
            Category(value="isolate", label="Without neighbors", color=colors["isolate"]),
        )
    )


def hot_spot_categories() -> Categories:
    """Return the classes of hot and cold spots (Getis-Ord Gi*), the surest at the ends.

    Returns
    -------
    geo_urban.presentation.Categories
        Values ``"hot 99 %"``, ``"hot 95 %"``, ``"hot 90 %"``, ``"not significant"``, ``"cold 90 %"``, ``"cold 95 %"``,
        ``"cold 99 %"`` and ``"isolate"``. Cold spots are hatched, so that a print without colours tells them from hot.

    References
    ----------
    Ord, J. K., Getis, A. (1995): Local spatial autocorrelation statistics. Geographical Analysis 27, 286-306.
    https://doi.org/10.1111/j.1538-4632.1995.tb00912.x

    Examples
    --------
    >>> hot_spot_categories().items[0].label
    'Hot spot (99 %)'
    """
    colors = HOT_COLD
    return Categories(
        items=(
            Category(value="hot 99 %", label="Hot spot (99 %)", color=colors[0]),
            Category(value="hot 95 %", label="Hot spot (95 %)", color=colors[1]),
            Category(value="hot 90 %", label="Hot spot (90 %)", color=colors[2]),
            Category(value="not significant", label="Not significant", color=colors[3]),
            Category(value="cold 90 %", label="Cold spot (90 %)", color=colors[4], pattern="hatch"),
            Category(value="cold 95 %", label="Cold spot (95 %)", color=colors[5], pattern="hatch"),
            Category(value="cold 99 %", label="Cold spot (99 %)", color=colors[6], pattern="hatch"),
            Category(value="isolate", label="Without neighbors", color=LOCAL_MORAN["isolate"]),
        )
    )


def _known(values: pd.Series | Sequence[float]) -> Numbers:
    """Return the numbers there are, ascending."""
    given = pd.Series(values)
    try:
        numbers = given.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise InputError(
            "`values` are no numbers ({kind}), so there are no limits between them. "
            "Convert them with `pandas.to_numeric`, or show them as categories.",
            kind=str(given.dtype),
        ) from None
    if np.isinf(numbers).any():
        raise InputError(
            "`values` has {count} infinite numbers, which no class can hold (a division by zero, perhaps). "
            "Make them missing, e.g. `values.replace([numpy.inf, -numpy.inf], numpy.nan)`.",
            count=int(np.isinf(numbers).sum()),
        )
    return np.sort(numbers[~np.isnan(numbers)])


def _require_classes(classes: int) -> None:
    if not _FEWEST_CLASSES <= classes <= MOST_CLASSES:
        raise InputError(
            "`classes` is {classes}; a map needs at least 2; more than {most} shades nobody can tell apart. "
            "Choose a number between.",
            classes=classes,
            most=MOST_CLASSES,
        )


def _own_limits(limits: Sequence[float], center: float | None) -> tuple[float, ...]:
    given = [float(limit) for limit in limits]
    if not np.isfinite(given).all() or given != sorted(set(given)) or len(given) >= 2 * _MOST_ON_A_SIDE:
        raise InputError(
            "`scheme` gives the limits {limits}; they must be finite, ascend without ties, and be {most} at most. "
            "Sort them and drop what stands twice.",
            limits=", ".join(f"{limit:g}" for limit in given),
            most=MOST_CLASSES,
        )
    return tuple(given if center is None else sorted({*given, float(center)}))


def _mirrored(find: Finder, numbers: Numbers, classes: int, center: float) -> tuple[float, ...]:
    distances = np.sort(np.abs(numbers - center))
    distances = distances[distances > 0]
    inner = [limit for limit in find(distances, (classes + 1) // 2, 0.0) if limit > 0] if len(distances) else []
    inner = inner[: _MOST_ON_A_SIDE - 1]
    return (*(center - limit for limit in reversed(inner)), float(center), *(center + limit for limit in inner))


def _shades(
    limits: tuple[float, ...], center: float | None, colors: str | Sequence[str] | None, *, deviation: bool
) -> tuple[str, ...]:
    count = len(limits) + 1
    if colors is not None and not isinstance(colors, str):
        if len(colors) < count:
            raise InputError(
                "`colors` has {given} colors for {count} classes. Give as many, or name a palette: {palettes}.",
                given=len(colors),
                count=count,
                palettes=", ".join(PALETTES),
            )
        return spread(colors, count)
    if colors is not None and colors not in PALETTES:
        raise InputError(
            "`colors` is {name}, which is no palette. Take {palettes}, or give the colors themselves.",
            name=repr(colors),
            palettes=", ".join(PALETTES),
        )
    two_sided = colors in {"red_blue", "brown_teal"}
    if center is None and not deviation and not two_sided:
        return sequential(min(count, MOST_CLASSES), name=colors or "yellow_blue")
    below = limits.index(center) + 1 if center in limits else count // 2
    above = count - below
    neutral = center not in limits and count % 2 == 1
    name = colors if colors is not None and two_sided else "red_blue"
    if neutral:
        above -= 1
    side = max(below, above)
    if side > _MOST_ON_A_SIDE:
        raise InputError(
            "{count} classes lie on one side of the center; more than {most} nobody can tell apart. Give fewer limits.",
            count=side,
            most=_MOST_ON_A_SIDE,
        )
    if colors is not None and not two_sided:
        return spread(sequential(MOST_CLASSES, name=colors), count)
    # Equal steps from the centre have equal colours, also where one side has more of them.
    whole = diverging(side, side, name=name, neutral=neutral)
    return whole[side - below : len(whole) - (side - above)]


def _trimmed(limits: tuple[float, ...], colors: tuple[str, ...], numbers: Numbers, center: float | None) -> Breaks:
    """Return the classes without empty ones at the ends; around a centre each side keeps one."""
    kept = [
        place
        for place, limit in enumerate(limits)
        if limit == center or (len(numbers) and numbers[0] < limit <= numbers[-1])
    ]
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    if not kept:
        return Breaks(limits=(), colors=(colors[len(colors) // 2],))
    return Breaks(limits=limits[first : last + 1], colors=colors[first : last + 2])
