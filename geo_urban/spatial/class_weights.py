"""Estimate how densely people live in each class of cells from the totals of the units that hold the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

__all__ = ["ClassWeights", "estimate_class_weights", "spread_errors"]

_MOST_ROUNDS = 200
_SETTLED = 1e-9
# A unit in which hardly anybody is expected would otherwise outweigh all others.
_LEAST_EXPECTED = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassWeights:
    """People per km² of each class, with what speaks for and against them.

    Parameters
    ----------
    table
        One row per class: `weight` [people per km²], `standard_error` [people per km²; missing where the weight is
        zero, the least it may be], `area_km2` of the class in all units, `units` that hold some of it,
        `people_share` (fraction of all people whom the weights place in the class).
    errors
        One row per group left out in turn, see `spread_errors`; None if no groups were named.
    diagnostics
        `units` that took part, `units_without_class` (they hold no cell of these classes and say nothing about them),
        `people` in the units that took part, `r_squared` (share of the variance of totals that the weights explain),
        `dispersion` (variance over mean about the fitted totals), `rounds` of re-weighting, `settled` (1 or 0);
        and, over all groups of at least two units, `misplaced_share`, `misplaced_share_by_area` and
        `prediction_error_share` (missing without groups).
    """

    table: pd.DataFrame
    errors: pd.DataFrame | None
    diagnostics: Mapping[str, float]

    @property
    def weights(self) -> pd.Series:
        """People per km² of each class."""
        return self.table["weight"]

    def summary(self) -> pd.Series:
        """Return the diagnostics.

        Returns
        -------
        pandas.Series
            One number per diagnostic, see `ClassWeights`.
        """
        return pd.Series(dict(self.diagnostics), name="value", dtype=float)


def estimate_class_weights(
    areas: pd.DataFrame, total: pd.Series, *, groups: pd.Series | None = None, unit_area: pd.Series | None = None
) -> ClassWeights:
    """Estimate people per km² of each class from the totals of units.

    Which density would each class need so that the units' totals come out best? Within a unit only the ratios of the
    weights matter to a spread that keeps totals. The classes are taken as given: an estimate is no proof that people
    live where they say.

    Parameters
    ----------
    areas
        Area of each class (columns) in each unit (rows) [km²]; missing counts as none.
    total
        People of each unit, on the same index. Units without a figure take no part.
    groups
        Group of each unit, on the same index: each group is left out once, see `spread_errors`.
    unit_area
        Whole area of each unit [km²], on the same index, for the comparison with a spread by area; None for the sum of
        `areas`.

    Returns
    -------
    ClassWeights
        Weights, their standard errors and errors.

    Raises
    ------
    InputError
        If an area or total is negative or infinite.
    AlignmentError
        If the three describe different units.
    InsufficientDataError
        If fewer units than classes remain, or nobody lives in them.

    Notes
    -----
    Non-negative least squares [1]_ of the totals on the areas, without a constant. Units are weighted by the inverse of
    their fitted total, over again until the weights settle: the variance of a count grows with its mean, and unweighted
    squares would hear the largest cities only. Standard errors are of the sandwich kind, clustered by group where
    groups are given (neighbouring units err alike); they hold for weights above zero, with those at zero fixed there.

    References
    ----------
    .. [1] Lawson, C. L. & Hanson, R. J. (1995). Solving least squares problems. SIAM. doi:10.1137/1.9781611971217
    .. [2] Mennis, J. (2003). Generating surface models of population using dasymetric mapping. The Professional
       Geographer 55 (1), 31–42. doi:10.1111/0033-0124.10042

    Examples
    --------
    Three units, each with one km² of town and some of fields, and totals that 1000 and 10 people per km² explain:

    >>> areas = pd.DataFrame({"town": [1.0, 1.0, 1.0], "fields": [1.0, 5.0, 10.0]})
    >>> estimate_class_weights(areas, pd.Series([1010, 1050, 1100])).weights.round(3).to_dict()
    {'town': 1000.0, 'fields': 10.0}
    """
    whole_area = areas.sum(axis=1) if unit_area is None else unit_area
    _require_same_units(areas, total=total, unit_area=whole_area, groups=groups)
    _require_numbers(areas, total)
    known = total.notna().to_numpy()
    x = areas.fillna(0.0).to_numpy(dtype=float)[known]
    y = total.to_numpy(dtype=float, na_value=np.nan)[known]
    _require_possible(x, y)
    told = x.sum(axis=1) > 0
    if np.count_nonzero(told) < x.shape[1] or not y[told].sum() > 0:
        raise InsufficientDataError(
            "{units} units with {people} people hold cells of these classes; {classes} weights need at least as many "
            "units, and people in them. Pass fewer classes, or give the weights, e.g. `class_weights={{30: 5000}}`.",
            units=int(np.count_nonzero(told)),
            people=float(y[told].sum()),
            classes=x.shape[1],
        )
    labels = None if groups is None else groups[known].to_numpy()
    weights, rounds, settled = fit_weights(x[told], y[told])
    size = whole_area.to_numpy(dtype=float)[known]
    errors = None if labels is None else spread_errors(_left_out(x, y, labels), y, size, labels)
    clusters = np.arange(len(y)) if labels is None else pd.factorize(labels)[0]
    diagnostics = _diagnostics(x[told], y[told], weights) | {"units_without_class": float(np.sum(~told))}
    diagnostics |= {"rounds": float(rounds), "settled": float(settled)} | pooled_errors(errors)
    table = _table(x[told], y[told], weights, clusters[told])
    return ClassWeights(table=table.set_axis(areas.columns), errors=errors, diagnostics=diagnostics)


def spread_errors(
    expected: NDArray[np.float64], total: NDArray[np.float64], area: NDArray[np.float64], groups: NDArray[np.object_]
) -> pd.DataFrame:
    """Return how far a spread of each group's total over its units misses the units' own totals.

    Each group plays the source zone: its total is spread over its units in proportion to what is expected in them, and
    held against what was counted there. That is how well the weights tell places within a group apart, which
    is all that a spread within known totals asks of them.

    Parameters
    ----------
    expected
        People expected in each unit from weights that did not see its group [people]. Where nobody is expected in
        a whole group, its total is spread by area.
    total
        People counted [people].
    area
        Area [km²], for the comparison with a spread by area.
    groups
        Group of each unit.

    Returns
    -------
    pandas.DataFrame
        One row per group, sorted by the index `group`: `units`, `people`, `misplaced` (half the sum of absolute
        differences: people who would have to move) and `misplaced_share` of them, `misplaced_share_by_area` (the same
        for a spread by area), `prediction_error` (sum of absolute differences between the expected and the counted,
        the group's total not given). Groups of one unit have no share misplaced: missing.
    """
    frame = pd.DataFrame({"group": groups, "units": 1, "people": total, "expected": expected, "area": area})
    sums = frame.groupby("group")[["people", "expected", "area"]].transform("sum")
    by_area = frame["area"] / sums["area"].where(sums["area"] > 0)
    by_weight = frame["expected"] / sums["expected"].where(sums["expected"] > 0)
    for name, share in (("misplaced", by_weight.fillna(by_area)), ("by_area", by_area)):
        frame[name] = np.abs(sums["people"] * share - frame["people"]) / 2
    frame["prediction_error"] = np.abs(frame["expected"] - frame["people"])
    result = frame.groupby("group")[["units", "people", "misplaced", "by_area", "prediction_error"]].sum()
    several = (result["units"] > 1) & (result["people"] > 0)
    result["misplaced"] = result["misplaced"].where(several)
    result["misplaced_share"] = result["misplaced"] / result["people"]
    result["misplaced_share_by_area"] = result["by_area"].where(several) / result["people"]
    columns = ["units", "people", "misplaced", "misplaced_share", "misplaced_share_by_area", "prediction_error"]
    return result[columns]


def pooled_errors(errors: pd.DataFrame | None) -> dict[str, float]:
    """Return the shares over all groups of several units; missing without groups."""
    names = ("misplaced_share", "misplaced_share_by_area", "prediction_error_share")
    if errors is None:
        return dict.fromkeys(names, np.nan)
    several = errors[errors["misplaced_share"].notna()]
    people = several["people"].sum()
    misplaced = several["misplaced"].sum() / people if people else np.nan
    by_area = (several["misplaced_share_by_area"] * several["people"]).sum() / people if people else np.nan
    everyone = errors["people"].sum()
    predicted = errors["prediction_error"].sum() / everyone if everyone else np.nan
    return dict(zip(names, (float(misplaced), float(by_area), float(predicted)), strict=True))


def fit_weights(
    x: NDArray[np.float64], y: NDArray[np.float64], start: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.float64], int, bool]:
    """Return non-negative weights, the rounds it took and whether they settled."""
    weights = _least_squares(x, y, np.ones(len(y))) if start is None else start
    for rounds in range(1, _MOST_ROUNDS + 1):
        fitted = x @ weights
        fitted = np.maximum(fitted, _LEAST_EXPECTED * fitted.mean())
        previous, weights = weights, _least_squares(x, y, 1 / np.sqrt(fitted))
        if np.abs(weights - previous).max() <= _SETTLED * weights.max():
            return weights, rounds, True
    return weights, _MOST_ROUNDS, False


def _least_squares(x: NDArray[np.float64], y: NDArray[np.float64], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.optimize import nnls

    # Areas of classes differ by orders of magnitude; columns of one length keep the solver's tolerance meaningful.
    scaled = x * scale[:, None]
    length = np.linalg.norm(scaled, axis=0)
    length[length == 0] = 1.0
    weights: NDArray[np.float64] = nnls(scaled / length, y * scale)[0] / length
    return weights


def _left_out(x: NDArray[np.float64], y: NDArray[np.float64], groups: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return people expected in each unit from weights estimated without its group."""
    whole = fit_weights(*_told(x, y))[0]
    expected = np.zeros(len(y))
    for group in pd.unique(groups):
        left_out = groups == group
        rest_x, rest_y = _told(x[~left_out], y[~left_out])
        enough = len(rest_y) >= x.shape[1] and rest_y.sum() > 0
        weights = fit_weights(rest_x, rest_y, start=whole)[0] if enough else np.full(x.shape[1], np.nan)
        expected[left_out] = x[left_out] @ weights
    return expected


def _told(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    told = x.sum(axis=1) > 0
    return x[told], y[told]


def _diagnostics(x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]) -> dict[str, float]:
    fitted = x @ weights
    freedom = len(y) - np.count_nonzero(weights)
    about_mean = np.sum((y - y.mean()) ** 2)
    certain = fitted > 0
    spread = np.sum((y - fitted)[certain] ** 2 / fitted[certain])
    return {
        "units": float(len(y)),
        "people": float(y.sum()),
        "r_squared": float(1 - np.sum((y - fitted) ** 2) / about_mean) if about_mean > 0 else np.nan,
        "dispersion": float(spread / freedom) if freedom > 0 else np.nan,
    }


def _table(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64], clusters: NDArray[np.int64]
) -> pd.DataFrame:
    placed = weights * x.sum(axis=0)
    return pd.DataFrame(
        {
            "weight": weights,
            "standard_error": _standard_errors(x, y, weights, clusters),
            "area_km2": x.sum(axis=0),
            "units": np.count_nonzero(x > 0, axis=0),
            "people_share": placed / placed.sum(),
        }
    )


def _standard_errors(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64], clusters: NDArray[np.int64]
) -> NDArray[np.float64]:
    errors = np.full(len(weights), np.nan)
    free = weights > 0
    fitted = x @ weights
    scale = 1 / np.maximum(fitted, _LEAST_EXPECTED * fitted.mean())
    bread = np.linalg.pinv((x[:, free] * scale[:, None]).T @ x[:, free])
    scores = np.zeros((clusters.max() + 1, np.count_nonzero(free)))
    np.add.at(scores, clusters, x[:, free] * (scale * (y - fitted))[:, None])
    count = len(np.unique(clusters))
    if count > 1:
        covariance = bread @ (scores.T @ scores) @ bread * count / (count - 1)
        errors[free] = np.sqrt(np.diag(covariance))
    return errors


def _require_same_units(areas: pd.DataFrame, **others: pd.Series | None) -> None:
    require_unique_index(areas, argument="areas")
    for argument, values in others.items():
        if values is not None and not values.index.equals(areas.index):
            raise AlignmentError(
                "`{argument}` and `areas` are not on one index in one order, so totals would meet the areas of other "
                "units. Align them, e.g. `{argument}.reindex(areas.index)`.",
                argument=argument,
            )


def _require_numbers(areas: pd.DataFrame, total: pd.Series) -> None:
    kinds = {**{f'areas["{name}"]': areas[name].dtype for name in areas.columns}, "total": total.dtype}
    for argument, kind in kinds.items():
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind):
            raise InputError(
                "`{argument}` is not numeric ({kind}), so nothing can be measured with it. "
                "Convert it, e.g. `pandas.to_numeric({argument})`.",
                argument=argument,
                kind=str(kind),
            )


def _require_possible(x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    faults: list[InputError] = []
    named: tuple[tuple[Hashable, NDArray[np.float64]], ...] = (("areas", x), ("total", y))
    for argument, values in named:
        wrong = values[(values < 0) | np.isinf(values)]
        if wrong.size:
            faults.append(
                InputError(
                    "`{argument}` holds {values}; people and areas are neither negative nor infinite. "
                    "Correct them, or set them missing.",
                    argument=argument,
                    values=listed(wrong),
                )
            )
    raise_faults(faults)
