"""What a city carries: rural residents per urban resident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.figures import paired_figures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["burden_ratio"]


def burden_ratio(rural: pd.Series, urban: pd.Series) -> pd.Series:
    """Divide rural residents by urban residents.

    How many people of the countryside stand behind each resident of a town, who may look to it for work and services.
    It is a ratio of residents, not of transfers, and another way to write the urbanization rate.

    Parameters
    ----------
    rural
        Rural residents per unit [persons]. Missing stays missing.
    urban
        Urban residents of the same units [persons], paired by index. A unit without any has no ratio (NaN).

    Returns
    -------
    pandas.Series
        `burden_ratio` on the index of `rural`.

    Raises
    ------
    InputError
        If the series describe different units, or a value is not numeric, negative or infinite.

    Notes
    -----
    burden = rural / urban = (1 − u) / u with the urbanization rate u. The study of Western China prints 1.61 without
    defining the measure; 1.61 belongs to u = 38.3 %, while 39.4 % is printed beside it (which gives 1.54). O(n).

    Examples
    --------
    >>> import pandas as pd
    >>> burden_ratio(pd.Series({"west": 60.6}), pd.Series({"west": 39.4})).round(2)
    west    1.54
    Name: burden_ratio, dtype: float64
    """
    country, towns = paired_figures(rural=rural, urban=urban)
    return (country / towns.where(towns > 0)).rename("burden_ratio")
