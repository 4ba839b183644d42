"""How densely people live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.figures import paired_figures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["population_density"]


def population_density(population: pd.Series, area_km2: pd.Series) -> pd.Series:
    """Divide residents by area.

    A mean over the whole unit: it says little about how densely people *live* where most land is empty.

    Parameters
    ----------
    population
        Residents per unit [persons]. Missing stays missing.
    area_km2
        Area of the same units [km²], paired by index. Take land area: polygons of coastal units hold sea, and an area
        computed in degrees means nothing.

    Returns
    -------
    pandas.Series
        `density_per_km2` on the index of `population`.

    Raises
    ------
    InputError
        If the series describe different units, or a value is not numeric, negative or infinite, or an area is zero.

    Notes
    -----
    density = population / area. O(n).

    Examples
    --------
    >>> import pandas as pd
    >>> population_density(pd.Series({"230231": 282_019}), pd.Series({"230231": 3_599.0})).round(1)
    230231    78.4
    Name: density_per_km2, dtype: float64
    """
    people, area = paired_figures(population=population, area_km2=area_km2)
    if (area == 0).any():
        raise InputError(
            "`area_km2` is zero at {codes}, so a density there means nothing. "
            "Take the area from the polygons, or set it missing.",
            codes=listed(area.index[area == 0]),
        )
    return (people / area).rename("density_per_km2")
