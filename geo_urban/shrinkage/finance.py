"""Can places pay for what they do: own revenue against expenditure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban.errors import InputError
from geo_urban.figures import paired_figures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fiscal_ratio"]


def fiscal_ratio(revenue: pd.Series, expenditure: pd.Series) -> pd.Series:
    """Return the share of expenditure that local revenue covers.

    What is missing comes as transfers from above, or as debt. Both figures must be of the same budget and year.

    Parameters
    ----------
    revenue
        Local fiscal revenue, one per unit or year, on a unique index; in any currency. Missing gives missing.
    expenditure
        Local fiscal expenditure in the same unit, on the same index in any order. Zero gives a missing ratio.

    Returns
    -------
    pandas.Series
        Fraction of expenditure, named ``"fiscal_ratio"``, in the order of `revenue`. Above 1 is a surplus.

    Raises
    ------
    InputError
        If figures are not numeric, negative or infinite, a label stands twice, or the two differ in their labels.

    Notes
    -----
    The ratio of two means (as of a province's counties) is not the mean of the ratios. Revenue printed per province may
    be restated from one year to the next; a jump is no event by itself.

    Examples
    --------
    Counties of Heilongjiang, study of Northeast China, table 4: 163.54 of 1,118.09 million yuan in 2010.

    >>> import pandas as pd
    >>> fiscal_ratio(pd.Series({2010: 16354}), pd.Series({2010: 111809})).round(4).tolist()
    [0.1463]
    """
    if len(revenue) == 0:
        raise InputError("`revenue` has no rows, so there is no ratio. Check the filter that made it.")
    own, spent = paired_figures(revenue=revenue, expenditure=expenditure)
    return (own / spent.where(spent > 0, np.nan)).rename("fiscal_ratio")
