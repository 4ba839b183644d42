"""Density of units and of parcels of land given as figures: plain, lived, and how uneven."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.figures import paired_figures
from geo_urban.hierarchy._density_cells import parcel_measures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["density_gini", "density_theil", "lived_density", "population_density"]


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


def lived_density(population: pd.Series, area_km2: pd.Series) -> float:
    """Return the density at which the average resident lives.

    Mean density of the parcels (cells, townships) weighted by their people. Empty land does not lower it; an ordinary
    density is the same mean weighted by land. It grows as parcels get smaller: compare results of one size only.

    Parameters
    ----------
    population
        Residents per parcel [persons]. A parcel without a figure is left out.
    area_km2
        Area of the same parcels [km²], paired by index.

    Returns
    -------
    float
        Residents per km². NaN where nobody lives.

    Raises
    ------
    InputError
        If the series describe different parcels, a value is not numeric, negative or infinite, or people live on a
        parcel without area.

    Notes
    -----
    Σ pᵢ (pᵢ / aᵢ) / Σ pᵢ. It equals the ordinary density times 1 + c², where c is the coefficient of variation of
    density over land. O(n).

    References
    ----------
    Craig, J. (1984). Averaging population density. Demography 21(3), 405–412.

    Leurent, F. (2022). Used (lived) versus offered (plain) densities of human settlement in space. International
    Journal of Population Studies 8(2), 34–50. doi:10.36922/ijps.v8i2.297

    Examples
    --------
    Of 100 people, 90 share 1 km² (90 per km²) and 10 have 9 km² (1.11 per km²): 0.9 × 90 + 0.1 × 1.11.

    >>> import pandas as pd
    >>> round(lived_density(pd.Series([90, 10]), pd.Series([1.0, 9.0])), 2)
    81.11
    """
    return _of_parcels(population, area_km2, "lived_density_per_km2")


def density_gini(population: pd.Series, area_km2: pd.Series) -> float:
    """Return the Gini index of density: how far people are from being spread evenly over the land.

    0 where every km² holds as many people, near 1 where all live on a sliver of the land. Empty land counts.

    Parameters
    ----------
    population
        Residents per parcel [persons]. A parcel without a figure is left out.
    area_km2
        Area of the same parcels [km²], paired by index.

    Returns
    -------
    float
        0 to 1. NaN where nobody lives.

    Raises
    ------
    InputError
        If the series describe different parcels, a value is not numeric, negative or infinite, or people live on a
        parcel without area.

    Notes
    -----
    Parcels in ascending order of density; wᵢ their share of the land, Lᵢ the share of people up to and with parcel i:
    1 − Σ wᵢ (Lᵢ + Lᵢ₋₁), twice the area between the Lorenz curve (share of people over share of land) and the
    diagonal. Parcels of equal density may stand in any order. O(n log n).

    References
    ----------
    Leurent, F. (2022). Used (lived) versus offered (plain) densities of human settlement in space. International
    Journal of Population Studies 8(2), 34–50. doi:10.36922/ijps.v8i2.297

    Tsai, Y.-H. (2005). Quantifying urban form: compactness versus 'sprawl'. Urban Studies 42(1), 141–161.
    doi:10.1080/0042098042000309748

    Examples
    --------
    A tenth of the people on nine tenths of the land, the others on the rest: 1 − (0.9 × 0.1 + 0.1 × 1.1).

    >>> import pandas as pd
    >>> round(density_gini(pd.Series([90, 10]), pd.Series([1.0, 9.0])), 9)
    0.8
    """
    return _of_parcels(population, area_km2, "density_gini")


def density_theil(population: pd.Series, area_km2: pd.Series) -> float:
    """Return the Theil index of density: how far people are from being spread evenly over the land.

    0 where every km² holds as many people, without an upper limit. Unlike the Gini index it adds up: the index of a
    province is that within its counties plus that between them.

    Parameters
    ----------
    population
        Residents per parcel [persons]. A parcel without a figure is left out.
    area_km2
        Area of the same parcels [km²], paired by index.

    Returns
    -------
    float
        0 or more. NaN where nobody lives.

    Raises
    ------
    InputError
        If the series describe different parcels, a value is not numeric, negative or infinite, or people live on a
        parcel without area.

    Notes
    -----
    Σ sᵢ ln(sᵢ / wᵢ), with sᵢ the parcel's share of the people and wᵢ its share of the land; a parcel without people
    adds nothing to the sum, and its land counts. O(n).

    References
    ----------
    Shorrocks, A. F. (1980). The class of additively decomposable inequality measures. Econometrica 48(3), 613–625.
    doi:10.2307/1913126

    Examples
    --------
    0.9 × ln(0.9 / 0.1) + 0.1 × ln(0.1 / 0.9) = 0.8 × ln 9.

    >>> import pandas as pd
    >>> round(density_theil(pd.Series([90, 10]), pd.Series([1.0, 9.0])), 6)
    1.75778
    """
    return _of_parcels(population, area_km2, "density_theil")


def _of_parcels(population: pd.Series, area_km2: pd.Series, measure: str) -> float:
    people, area = paired_figures(population=population, area_km2=area_km2)
    crowded = (area == 0) & (people > 0)
    if crowded.any():
        raise InputError(
            "`area_km2` is zero at {codes}, so a density there means nothing. "
            "Take the area from the polygons, or set it missing.",
            codes=listed(area.index[crowded]),
        )
    known = people.notna() & (area > 0)
    land = area[known].to_numpy()
    density = people[known].to_numpy() / land
    one_unit = np.zeros(len(land), dtype=np.int64)
    table = parcel_measures(one_unit, density, land, units=1, threshold_per_km2=np.inf)
    return float(table[measure].iloc[0])
