"""Fields that units of any study bring along, worded once for every result that lists them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geo_urban.messages import Sentence
from geo_urban.presentation import Field

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["descriptive_fields", "persons_field", "residents_field"]

_DESCRIPTIVE = (
    Field(column="prefecture", label="Prefecture"),
    Field(column="province", label="Province"),
    Field(column="unit_type", label="Type of unit"),
    Field(column="comparability", label="Comparability"),
)
_YEAR = re.compile(r"(?<!\d)(1[5-9]|20)\d\d$")


def descriptive_fields(units: pd.DataFrame) -> list[Field]:
    """Return the fields that say what a unit is and where it belongs, as far as `units` has them."""
    return [field for field in _DESCRIPTIVE if field.column in units.columns]


def persons_field(column: str, label: str) -> Field:
    """Return a field that counts people."""
    return Field(column=column, label=label, unit="persons", decimals=0)


def residents_field(column: str, *, counted_in: str, otherwise: str) -> Field:
    """Return a field that counts residents, with the year that the source column names, if it names one.

    Fields of several years are one indicator on a map, with a choice of years.

    Parameters
    ----------
    column
        Column that holds the count.
    counted_in
        Column it came from.
    otherwise
        Label where `counted_in` ends in no year.

    Examples
    --------
    >>> residents_field("population_end", counted_in="pop2015", otherwise="Residents at the end").label
    'Residents 2015'
    """
    year = _YEAR.search(counted_in)
    if year is None:
        return persons_field(column, otherwise)
    field = persons_field(column, Sentence("Residents {year}", year=year[0]))
    return replace(field, indicator="Residents", year=int(year[0]))
