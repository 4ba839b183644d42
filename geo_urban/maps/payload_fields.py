"""The fields of a layer as a page carries them: values, classes, indicators and their years."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.errors import InputError
from geo_urban.maps.page_words import Text, in_both, worded
from geo_urban.presentation import Categories
from geo_urban.wording import (
    class_colors,
    class_labels,
    class_numbers,
    shown_decimals,
    shown_number,
    shown_scale,
    shown_unit,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from geo_urban.presentation import Field, Layer, Size
    from geo_urban.wording import Figures

__all__ = ["class_string", "classification", "field_payload", "indicators", "sizes"]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NO_CLASS_SIGN = "-"
_FIRM_DECIMALS = 3
_SIZE_DECIMALS = 2


def field_payload(field: Field, units: pd.DataFrame, *, figures: Figures) -> dict[str, Any]:
    """Return one field: words, one value per unit, and its ways to be classed, the main one first.

    Parameters
    ----------
    field
        The field.
    units
        Frame of its layer.
    figures
        How counts of people are shown.

    Returns
    -------
    dict
        Texts are carried once each and by number, because a column of types or provinces repeats a few.
    """
    values = units[field.column]
    prepared: dict[str, Any] = {
        "column": field.column,
        "label": in_both(field.label),
        "unit": worded(lambda language: shown_unit(field, language=language, figures=figures)),
        "modelled": field.modelled,
        "counted": field.unit == "persons" and field.decimals == 0,  # what may be summed over units
        "decimals": shown_decimals(field, figures=figures),
    }
    if field.decimals is None:
        prepared |= _texts(field, values)
    else:
        prepared["values"] = _numbers(field, values, figures=figures)
    if field.year is not None:
        prepared["year"] = field.year
    if field.classes is not None:
        ways = [field, *(replace(field, classes=other.classes) for other in field.others)]
        names = [field.classed_by or "Classes of the study", *(other.label for other in field.others)]
        prepared["classifications"] = [
            {"label": in_both(name), **classification(way, values, figures=figures)}
            for name, way in zip(names, ways, strict=True)
        ]
    if field.firmness:
        shares = units[field.firmness].to_numpy(dtype=float, na_value=np.nan)
        prepared["firm"] = [None if np.isnan(share) else round(float(share), _FIRM_DECIMALS) for share in shares]
    return prepared


def classification(field: Field, values: pd.Series, *, figures: Figures) -> dict[str, Any]:
    """Return the classes of a field and the class of each value.

    Parameters
    ----------
    field
        Field with classes.
    values
        One value per unit.
    figures
        How counts of people are shown.

    Returns
    -------
    dict
        Labels, colours, patterns and counts per class, how many have no value, and one sign per unit.
    """
    numbers = class_numbers(field, values)
    english = class_labels(field, language="en", figures=figures)
    chinese = class_labels(field, language="zh", figures=figures)
    labels: list[Text] = [one if one == other else [one, other] for one, other in zip(english, chinese, strict=True)]
    named = isinstance(field.classes, Categories)
    patterns = [item.pattern for item in field.classes.items] if isinstance(field.classes, Categories) else []
    return {
        "labels": labels,
        "colors": list(class_colors(field)),
        "patterns": patterns if any(patterns) else [],
        "counts": np.bincount(numbers[numbers >= 0], minlength=len(labels)).tolist(),
        "missing": int((numbers < 0).sum()),
        "ordered": not named,
        "of": class_string(numbers, column=field.column),
    }


def class_string(numbers: npt.NDArray[np.int64], *, column: str) -> str:
    """Return class numbers as one sign each, ``-`` where there is no class.

    Raises
    ------
    InputError
        If there are more classes than signs (36); no map can be read with so many colours.

    Examples
    --------
    >>> class_string(np.array([0, -1, 10]), column="x")
    '0-a'
    """
    if numbers.size and numbers.max() >= len(_DIGITS):
        raise InputError(
            "`{column}` has {count} classes; nobody can tell more than {most} colours apart. Group them.",
            column=column,
            count=int(numbers.max()) + 1,
            most=len(_DIGITS),
        )
    signs = np.array([*_DIGITS, _NO_CLASS_SIGN])
    return "".join(signs[numbers])


def indicators(layer: Layer, columns: list[str]) -> list[dict[str, Any]]:
    """Return what a reader can choose to see of a layer: each indicator with the numbers of its fields, year by year.

    Parameters
    ----------
    layer
        The layer.
    columns
        Columns of the fields the page carries, in order.

    Returns
    -------
    list of dict
        ``label``, ``fields`` (their places in `columns`) and ``years``, empty for a field that stands by itself.
    """
    found: dict[str, dict[str, Any]] = {}
    for field in layer.mapped_fields:
        if field.column not in columns:
            continue
        alone = not field.indicator or field.year is None
        key = f"column {field.column}" if alone else f"indicator {field.indicator}"
        entry = found.setdefault(
            key, {"label": in_both(field.label if alone else field.indicator), "fields": [], "years": []}
        )
        entry["fields"].append(columns.index(field.column))
        if not alone:
            entry["years"].append(field.year)
    return [_in_order_of_years(entry) for entry in found.values()]


def sizes(layer: Layer, size: Size, *, figures: Figures) -> dict[str, Any]:
    """Return the radius or width of each unit in pixels, and three steps for the legend.

    Parameters
    ----------
    layer
        Layer of points or lines.
    size
        How large they are drawn.
    figures
        How counts of people are shown.

    Returns
    -------
    dict
        ``of`` (pixels per unit), ``label``, ``unit`` and ``steps`` (pairs of shown number and pixels).
    """
    field = next((item for item in layer.fields if item.column == size.column), None)
    if field is None or field.decimals is None:
        raise InputError(
            "layer `{layer}` is sized by `{column}`, which is none of its fields with numbers. "
            "Add a `Field` with `decimals` for it.",
            layer=layer.name,
            column=size.column,
        )
    values = layer.units[size.column].to_numpy(dtype=float, na_value=np.nan)
    greatest = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    points = bool((layer.units.geom_type == "Point").any())

    def pixels(value: float) -> float:
        share = max(value, 0.0) / greatest if greatest > 0 and np.isfinite(value) else 0.0
        grown = size.largest * (np.sqrt(share) if points else share)
        return round(float(max(size.smallest, grown)), _SIZE_DECIMALS)

    scale, decimals = shown_scale(field, figures=figures), shown_decimals(field, figures=figures)
    return {
        "of": [pixels(value) for value in values],
        "label": in_both(field.label),
        "unit": worded(lambda language: shown_unit(field, language=language, figures=figures)),
        "steps": [[shown_number(step * scale, decimals=decimals), pixels(step)] for step in _round_steps(greatest)],
    }


def _round_steps(greatest: float) -> list[float]:
    """Return up to three round numbers not above the greatest value, for a legend of sizes."""
    if greatest <= 0:
        return []
    power = 10.0 ** np.floor(np.log10(greatest))
    top = float(power * max(step for step in (1, 2, 5) if step * power <= greatest))
    return [top, top / 4, top / 20]


def _in_order_of_years(entry: dict[str, Any]) -> dict[str, Any]:
    if not entry["years"]:
        return entry
    pairs = sorted(zip(entry["years"], entry["fields"], strict=True))
    return {**entry, "years": [year for year, _ in pairs], "fields": [number for _, number in pairs]}


def _texts(field: Field, values: pd.Series) -> dict[str, Any]:
    labels = {item.value: item.label for item in field.classes.items} if isinstance(field.classes, Categories) else {}
    numbers, known = pd.factorize(values)
    # A wording that is no word of ours (a name) comes back as it is.
    return {"texts": [in_both(labels.get(str(text), str(text))) for text in known], "values": numbers.tolist()}


def _numbers(field: Field, values: pd.Series, *, figures: Figures) -> list[float | int | None]:
    decimals = shown_decimals(field, figures=figures) or 0
    numbers = values.to_numpy(dtype=float, na_value=np.nan) * shown_scale(field, figures=figures)
    rounded = np.round(numbers, decimals)
    return [
        None if not np.isfinite(value) else int(value) if decimals == 0 else float(value) for value in rounded.tolist()
    ]
