"""How badly a place shrinks: classes of loss, their table, and the units that lost most."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.errors import InputError
from geo_urban.palettes import diverging, sequential
from geo_urban.presentation import Categories, Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.shrinkage.change import ChangeResult

__all__ = ["GROWING", "SEVERITY_LIMITS", "severity_categories", "severity_class", "severity_table", "worst_units"]

# Losses that part the classes of the study of Northeast China: under 10 %, 10 to 30 %, 30 % and more.
SEVERITY_LIMITS = (0.1, 0.3)

GROWING = "growing"
_MOST_LIMITS = 6
_MOST_REDS = 3


def severity_class(change_share: pd.Series, *, limits: Sequence[float] = SEVERITY_LIMITS) -> pd.Series:
    """Return the class of loss of each unit.

    A class says how large a part of its residents a unit lost, not why: births, deaths, moves and boundary changes
    are all inside.

    Parameters
    ----------
    change_share
        Change of residents as a fraction of those at the start, one per unit; −0.25 is a loss of a quarter.
        A missing value has no class.
    limits
        Losses between the classes, ascending fractions in (0, 1). A loss that equals a limit is in the worse class.

    Returns
    -------
    pandas.Series
        Ordered categories on the same index, from ``"growing"`` (no loss: more residents, or as many) to the worst.

    Raises
    ------
    InputError
        If `limits` are not ascending fractions between 0 and 1, or more than six.

    Examples
    --------
    >>> shares = pd.Series([0.02, 0.0, -0.05, -0.1, -0.3, -0.49])
    >>> severity_class(shares).tolist()
    ['growing', 'growing', 'loss < 10 %', 'loss 10–30 %', 'loss ≥ 30 %', 'loss ≥ 30 %']
    """
    names = _class_names(limits)
    loss = -change_share.to_numpy(dtype=float, na_value=np.nan)
    codes = np.where(loss > 0, 1 + np.searchsorted(np.asarray(limits, dtype=float), loss, side="right"), 0)
    codes = np.where(np.isnan(loss), -1, codes)
    classes = pd.Categorical.from_codes(codes.tolist(), dtype=pd.CategoricalDtype(names, ordered=True))
    return pd.Series(classes, index=change_share.index, name="severity")


def severity_categories(limits: Sequence[float] = SEVERITY_LIMITS) -> Categories:
    """Return the classes of loss with labels and colours, as a legend shows them.

    Parameters
    ----------
    limits
        Losses between the classes, as in `severity_class`.

    Returns
    -------
    geo_urban.presentation.Categories
        From ``"growing"`` to the worst class; the label leaves out the word loss, which the legend's title says.

    Raises
    ------
    InputError
        If `limits` are not ascending fractions between 0 and 1, or more than six.

    Examples
    --------
    >>> [item.label for item in severity_categories().items]
    ['no loss', '< 10 %', '10–30 %', '≥ 30 %']
    """
    names = _class_names(limits)
    losses = len(names) - 1
    if losses <= _MOST_REDS:
        reds = diverging(_MOST_REDS, 0)[_MOST_REDS - losses :][::-1]
    else:
        reds = sequential(losses, name="purples")
    labels = ["no loss", *(name.removeprefix("loss ") for name in names[1:])]
    colors = [diverging(0, 1)[0], *reds]
    return Categories(
        items=tuple(
            Category(value=name, label=label, color=color)
            for name, label, color in zip(names, labels, colors, strict=True)
        )
    )


def severity_table(change: ChangeResult) -> pd.DataFrame:
    """Count units and lost residents per class of loss.

    Parameters
    ----------
    change
        Result of `geo_urban.shrinkage.population_change`. Units without a class are left out.

    Returns
    -------
    pandas.DataFrame
        One row per class, then ``"losing"`` (all classes of loss) and ``"total"``. Columns: `units`, `units_share` [of
        all units], `population_start`, `population_end`, `total_loss` and `mean_loss` [persons; negative is a gain],
        `loss_share` [of the residents lost by all losing units], `mean_change_share` [unweighted mean of the units].

    Notes
    -----
    mean_loss = total_loss / units. An empty class has no mean (NaN). O(n).

    Examples
    --------
    >>> from geo_urban.shrinkage import population_change
    >>> units = pd.DataFrame({"y0": [100, 200, 400], "y1": [110, 150, 200]}, index=list("abc"))
    >>> table = severity_table(population_change(units, start="y0", end="y1"))
    >>> table.loc[["loss 10–30 %", "loss ≥ 30 %", "losing"], ["units", "total_loss", "mean_loss", "loss_share"]]
                  units  total_loss  mean_loss  loss_share
    severity
    loss 10–30 %      1          50       50.0         0.2
    loss ≥ 30 %       1         200      200.0         0.8
    losing            2         250      125.0         1.0
    """
    units = change.units[change.units["severity"].notna()]
    losing = units["severity"] != GROWING
    rows = {name: _class_row(units[units["severity"] == name]) for name in units["severity"].cat.categories}
    rows |= {"losing": _class_row(units[losing]), "total": _class_row(units)}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("severity")
    all_lost = -float(units.loc[losing, "change"].sum())
    lost = table["total_loss"].where(~table.index.isin([GROWING, "total"]))
    table.insert(1, "units_share", table["units"] / len(units) if len(units) else np.nan)
    table.insert(6, "loss_share", lost / all_lost if all_lost else np.nan)
    return table


def worst_units(change: ChangeResult, *, most: int = 20) -> pd.DataFrame:
    """Rank the units that lost the largest part of their residents.

    Parameters
    ----------
    change
        Result of `geo_urban.shrinkage.population_change`.
    most
        How many rows at most; growing units and units without a figure never rank.

    Returns
    -------
    pandas.DataFrame
        The losing units from the largest loss share on, with `rank` as the first column. Equal shares have the same
        rank and stand in the order of their codes.

    Raises
    ------
    InputError
        If `most` is less than 1.

    Examples
    --------
    >>> from geo_urban.shrinkage import population_change
    >>> units = pd.DataFrame({"y0": [100, 200, 400], "y1": [110, 150, 200]}, index=list("abc"))
    >>> worst_units(population_change(units, start="y0", end="y1"))[["rank", "change_share"]]
       rank  change_share
    c     1         -0.50
    b     2         -0.25
    """
    if most < 1:
        raise InputError("`most` must be 1 or more to rank anything, got {value}.", value=most)
    units = pd.DataFrame(change.units.drop(columns="geometry", errors="ignore"))
    losing = units[units["change_share"] < 0].sort_index().sort_values("change_share", kind="stable")
    losing.insert(0, "rank", losing["change_share"].rank(method="min").astype(int))
    return losing.head(most)


def _class_row(units: pd.DataFrame) -> dict[str, float]:
    loss = -units["change"].sum()
    return {
        "units": len(units),
        "population_start": units["population_start"].sum(),
        "population_end": units["population_end"].sum(),
        "total_loss": loss,
        "mean_loss": loss / len(units) if len(units) else np.nan,
        "mean_change_share": units["change_share"].mean(),
    }


def _class_names(limits: Sequence[float]) -> list[str]:
    values = [float(limit) for limit in limits]
    inside = all(0 < value < 1 for value in values)
    if not (1 <= len(values) <= _MOST_LIMITS and inside and values == sorted(set(values))):
        raise InputError(
            "`severity_limits` must be one to six ascending fractions between 0 and 1, "
            "since they part classes of loss; got {values}. Give e.g. `(0.1, 0.3)` for 10 % and 30 %.",
            values=list(limits),
        )
    percents = [f"{value * 100:g}" for value in values]
    between = [f"loss {low}–{high} %" for low, high in pairwise(percents)]
    return [GROWING, f"loss < {percents[0]} %", *between, f"loss ≥ {percents[-1]} %"]
