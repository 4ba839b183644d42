"""How the fields of a presentation read: numbers, units and classes in words.

Maps, layer files and reports word the same classes the same way because all of them ask here.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from geo_urban.errors import InputError
from geo_urban.messages import translate_to
from geo_urban.presentation import Breaks, Categories

if TYPE_CHECKING:
    import numpy.typing as npt

    from geo_urban.messages import Language
    from geo_urban.presentation import Field

__all__ = [
    "Figures",
    "class_colors",
    "class_labels",
    "class_numbers",
    "heading",
    "require_figures",
    "shown_decimals",
    "shown_number",
    "shown_scale",
    "shown_unit",
]

Figures: TypeAlias = Literal["persons", "wan"]

NO_CLASS = -1
_WAN = 10_000


def require_figures(figures: str) -> None:
    """Raise unless `figures` is a known way to show counts of people.

    Raises
    ------
    InputError
        Naming the two ways.
    """
    if figures not in get_args(Figures):
        raise InputError(
            '`figures` is {figures}; people are shown in "persons" or in "wan" (tens of thousands). Pass one of them.',
            figures=repr(figures),
        )


def shown_number(value: float, *, decimals: int | None = None) -> str:
    """Return a number as text: thousands grouped, a true minus sign.

    Parameters
    ----------
    value
        Number as shown, already scaled.
    decimals
        Digits after the point; None for as many as it needs, at most six.

    Returns
    -------
    str
        The number as a reader sees it.

    Examples
    --------
    >>> shown_number(-1234.5, decimals=1)
    '−1,234.5'
    >>> shown_number(0.30)
    '0.3'
    """
    text = f"{value:,.6f}".rstrip("0").rstrip(".") if decimals is None else f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")  # no "−0"
    return text.replace("-", "−")


def shown_scale(field: Field, *, figures: Figures) -> float:
    """Return the factor from the stored to the shown number of a field."""
    return field.scale / _WAN if _in_wan(field, figures) else field.scale


def shown_decimals(field: Field, *, figures: Figures) -> int | None:
    """Return the digits after the point with which a field is shown; None for text."""
    if _in_wan(field, figures):
        return 2
    return field.decimals


def shown_unit(field: Field, *, language: Language, figures: Figures) -> str:
    """Return the unit of a field in words; empty for text."""
    # With its sign, "47.52 × 10,000 persons" reads as well behind a number as in a heading.
    unit = "× 10,000 persons" if _in_wan(field, figures) else field.unit
    return translate_to(language, unit) if unit else ""


def heading(field: Field, *, language: Language, figures: Figures) -> str:
    """Return the label of a field with its unit.

    Parameters
    ----------
    field
        Field to name.
    language
        Language of the words.
    figures
        How counts of people are shown.

    Returns
    -------
    str
        Label, and the unit in brackets where there is one.

    Examples
    --------
    >>> from geo_urban.presentation import Field
    >>> heading(Field(column="x", label="Change", unit="%"), language="en", figures="persons")
    'Change (%)'
    """
    label = translate_to(language, field.label)
    unit = shown_unit(field, language=language, figures=figures)
    if not unit:
        return label
    return f"{label}（{unit}）" if language == "zh" else f"{label} ({unit})"


def class_labels(
    field: Field, *, language: Language, figures: Figures = "persons", signs: bool = False
) -> tuple[str, ...]:
    """Return the label of each class of a field, from lowest to highest, or in the order of its categories.

    Parameters
    ----------
    field
        Field whose classes are worded; one without classes has no labels.
    language
        Language of the labels.
    figures
        How counts of people are shown.
    signs
        Whether each limit of a field in percent carries its sign, for legends that do not name the unit.

    Returns
    -------
    tuple of str
        One label per class.

    Examples
    --------
    >>> from geo_urban.presentation import Field
    >>> breaks = Breaks(limits=(-0.3, 0.0), colors=("#b2182b", "#fddbc7", "#2166ac"))
    >>> class_labels(Field(column="change_share", label="Change", scale=100, classes=breaks), language="en")
    ('under −30', '−30 to 0', '0 and over')
    """
    classes = field.classes
    if classes is None:
        return ()
    if isinstance(classes, Categories):
        return tuple(translate_to(language, item.label) for item in classes.items)
    scale = shown_scale(field, figures=figures)
    sign = "%" if signs and field.unit == "%" else ""
    limits = [shown_number(limit * scale) + sign for limit in classes.limits]
    if not limits:
        return (translate_to(language, "all"),)
    return (
        translate_to(language, "under {limit}", limit=limits[0]),
        *(translate_to(language, "{low} to {high}", low=low, high=high) for low, high in pairwise(limits)),
        translate_to(language, "{limit} and over", limit=limits[-1]),
    )


def class_colors(field: Field) -> tuple[str, ...]:
    """Return the colour of each class of a field."""
    classes = field.classes
    if classes is None:
        return ()
    return classes.colors if isinstance(classes, Breaks) else tuple(item.color for item in classes.items)


def class_numbers(field: Field, values: pd.Series) -> npt.NDArray[np.int64]:
    """Return the class of each value of a field, counted from 0; -1 where there is no value.

    Parameters
    ----------
    field
        Field with classes.
    values
        One value per unit; null has no class.

    Returns
    -------
    numpy.ndarray
        One whole number per value.

    Raises
    ------
    InputError
        If a value is none of the named categories.

    Examples
    --------
    >>> from geo_urban.presentation import Field
    >>> field = Field(column="x", label="x", classes=Breaks(limits=(0.0,), colors=("#d7191c", "#2b83ba")))
    >>> class_numbers(field, pd.Series([-1.0, 0.0, None])).tolist()
    [0, 1, -1]
    """
    missing = values.isna().to_numpy()
    if isinstance(field.classes, Categories):
        known = {item.value: number for number, item in enumerate(field.classes.items)}
        strange = sorted({str(value) for value in values[~missing]} - known.keys())
        if strange:
            raise InputError(
                "`{column}` holds {strange}, which the legend does not know; those units would stay blank. "
                "Add the category, or set the value to null.",
                column=field.column,
                strange=", ".join(strange[:5]),
            )
        return np.array([NO_CLASS if pd.isna(value) else known[str(value)] for value in values], dtype=np.int64)
    limits = field.classes.limits if field.classes is not None else ()
    numbers = values.to_numpy(dtype=float, na_value=math.nan)
    return np.where(missing, NO_CLASS, np.searchsorted(limits, numbers, side="right")).astype(np.int64)


def _in_wan(field: Field, figures: Figures) -> bool:
    return figures == "wan" and field.unit == "persons"
