"""What goes with loss and growth: correlations, and regressions that know of neighbors."""

from __future__ import annotations

import warnings
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns, require_unique_index
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.shrinkage._linked_units import LinkedUnits, linked_units, require_more_units
from geo_urban.shrinkage.regression_results import RegressionResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = ["change_regression", "correlation_table"]

# Fewer units than these beyond the number of covariates leave nothing to test with.
_MORE_THAN_COVARIATES = 10
# Beyond this many units the determinant is taken of the sparse matrix; both ways agree.
_DENSE_UNITS = 500


def change_regression(
    units: pd.DataFrame, graph: Graph, *, covariates: Sequence[str], response: str = "change_share"
) -> RegressionResult:
    """Relate change to covariates, without and with regard to neighbors.

    Ask first for correlations (`correlation_table`). Take covariates from the first census: what the loss itself has
    made of a place explains nothing. The result's `cautions` say what must not be concluded, `advice` which model the
    residuals speak for.

    Parameters
    ----------
    units
        One row per unit, unique index, with the response and the covariates; geometry and other columns are kept.
        Units that lack a figure, or have no neighbor with all of them, are left out and listed.
    graph
        Links between the same units, joined by code; rows are weighed to add up to one.
    covariates
        Columns that may go with the response, e.g. of `geo_urban.datasets.covariate_table(2010)`.
    response
        Column to be explained, e.g. `change_share` of `population_change`.

    Returns
    -------
    RegressionResult
        Coefficients, tests, collinearity, and residuals per unit.

    Raises
    ------
    InputError
        If a column is missing, named twice, not numeric, infinite or constant, covariates determine each other, or
        units and graph differ.
    InsufficientDataError
        If fewer than ten units more than covariates have every figure and a neighbor.

    Notes
    -----
    Computed by spreg. Ordinary: y = Xβ + ε, by least squares. Lag: y = ρWy + Xβ + ε. Error: y = Xβ + u, u = λWu + ε;
    both by maximum likelihood, W with rows adding up to one. Tests on the ordinary residuals: Moran's I (score by its
    moments under the model, two-sided), Lagrange multipliers for lag and error, plain and robust; Breusch–Pagan
    (studentised by Koenker and Bassett) for unequal variances; Jarque–Bera for normal residuals. The spatial models
    take a few seconds for 3,000 units: O(n³) once.

    References
    ----------
    Anselin, L., Rey, S. J. (2014). Modern Spatial Econometrics in Practice. GeoDa Press.

    Anselin, L. et al. (1996). Simple diagnostic tests for spatial dependence. doi:10.1016/0166-0462(95)02111-6

    Examples
    --------
    Units in a row whose response is 1 + 2 x, but for a swing of a hundredth.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([*range(19), *range(1, 20)], [*range(1, 20), *range(19)], [1] * 38)
    >>> x = pd.Series([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4])
    >>> units = pd.DataFrame({"x": x, "y": 1 + 2 * x + [0.01, -0.01] * 10})
    >>> result = change_regression(units, row, covariates=["x"], response="y")
    >>> result.coefficients.loc["ols", "coefficient"].round(2).tolist()
    [1.0, 2.0]
    """
    names = _require_names(covariates, response)
    linked = linked_units(units, [response, *names], graph, argument="units")
    require_more_units(len(linked.codes), least=len(names) + _MORE_THAN_COVARIATES)
    y, x = linked.table[:, :1], linked.table[:, 1:]
    _require_variation(linked.table, [response, *names])
    inflation = pd.Series(_variance_inflation(x, names), index=pd.Index(names, name="covariate"), name="vif")
    fitted = _fit(y, x, linked)
    deviations = pd.Series(x.std(axis=0, ddof=1), index=names)
    rows = {model: _coefficients(one, names, deviations) for model, one in fitted.items()}
    return RegressionResult(
        units=_with_residuals(units, linked, fitted["ols"]),
        coefficients=pd.concat(rows, names=["model", "term"]),
        models=_models(fitted, y.ravel()),
        diagnostics=_diagnostics(fitted["ols"]),
        collinearity=inflation,
        impacts=_impacts(fitted["lag"], names),
        response=response,
        covariates=names,
        without_value=tuple(linked.without_value),
        isolates=tuple(linked.isolates),
    )


def correlation_table(units: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Correlate figures of the same units, pair by pair.

    No p is given: neighbors resemble each other, so units are worth fewer independent ones than their number, and p
    would be too small.

    Parameters
    ----------
    units
        One row per unit, unique index. Each pair takes the units that have both figures.
    columns
        Columns of figures, two or more.

    Returns
    -------
    pandas.DataFrame
        One row per pair (index `one`, `other`): `pearson` (linear), `spearman` (by rank), `units` (that have both).
        Missing where fewer than three units have both, or one figure is the same for all.

    Raises
    ------
    InputError
        If a column is missing, named twice, not numeric or infinite, or a code stands twice.

    Notes
    -----
    Correlation of figures that share a denominator (two shares of the same residents) is partly arithmetic.

    Examples
    --------
    >>> units = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 4, 9, 16], "c": [4, 3, 2, 1]})
    >>> correlation_table(units, ["a", "b", "c"])[["pearson", "spearman"]].round(3).loc[("a", "b")].tolist()
    [0.984, 1.0]
    """
    names = list(columns)
    if len(names) < 2 or len(set(names)) < len(names):  # noqa: PLR2004
        raise InputError(
            "`columns` is {columns}; a correlation needs two figures or more, each once.", columns=listed(names)
        )
    require_columns(units, names, argument="units")
    require_unique_index(units, argument="units")
    figures = _figures(units, names)
    kinds = {kind: figures.corr(method=kind, min_periods=3) for kind in ("pearson", "spearman")}
    known = figures.notna().astype(int)
    both = known.T @ known
    pairs = [(one, other) for number, one in enumerate(names) for other in names[number + 1 :]]
    rows = [(kinds["pearson"].loc[pair], kinds["spearman"].loc[pair], both.loc[pair]) for pair in pairs]
    index = pd.MultiIndex.from_tuples(pairs, names=["one", "other"])
    return pd.DataFrame(rows, index=index, columns=["pearson", "spearman", "units"])


def _figures(units: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    text = [name for name in names if not pd.api.types.is_numeric_dtype(units[name])]
    if text:
        raise InputError(
            "`{argument}` is not numeric ({kind}), so nothing can be measured with it. "
            "Convert it, e.g. `pandas.to_numeric({argument})`.",
            argument=f'units["{text[0]}"]',
            kind=str(units[text[0]].dtype),
        )
    figures = pd.DataFrame(
        {name: units[name].to_numpy(dtype=float, na_value=np.nan) for name in names}, index=units.index
    )
    infinite = np.isinf(figures.to_numpy()).any(axis=1)
    if infinite.any():
        raise InputError(
            "`{argument}` is infinite for {codes}; no mean would be left. Set them missing, or correct them.",
            argument="units",
            codes=listed(units.index[infinite]),
        )
    return figures


def _require_names(covariates: Sequence[str], response: str) -> tuple[str, ...]:
    names = (covariates,) if isinstance(covariates, str) else tuple(covariates)
    if not names or len({*names, response}) < len(names) + 1:
        raise InputError(
            "`covariates` is {names} for the response {response}; give one covariate or more, each once, and not the "
            "response itself.",
            names=listed(names) or "empty",
            response=response,
        )
    return names


def _require_variation(table: NDArray[np.float64], names: Sequence[str]) -> None:
    flat = np.ptp(table, axis=0) <= 1e-12 * np.abs(table).max(axis=0)
    if flat.any():
        raise InsufficientDataError(
            "{columns} have the same value for every unit that takes part, so nothing goes with them. Leave them out.",
            columns=listed(name for name, one in zip(names, flat, strict=True) if one),
        )


def _variance_inflation(x: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
    standardized = (x - x.mean(axis=0)) / x.std(axis=0)
    _, sizes, directions = np.linalg.svd(standardized, full_matrices=False)
    if sizes[-1] <= 1e-8 * sizes[0]:
        involved = np.abs(directions[-1]) > 1e-6  # noqa: PLR2004 - shares of the direction in which nothing varies
        raise InputError(
            "the covariates {columns} determine each other, as shares that add up to one do, so their coefficients "
            "cannot be told apart. Leave one of them out.",
            columns=listed(name for name, one in zip(names, involved, strict=True) if one),
        )
    inflation: NDArray[np.float64] = np.diag(np.linalg.inv(standardized.T @ standardized / len(x)))
    return inflation


def _fit(y: NDArray[np.float64], x: NDArray[np.float64], linked: LinkedUnits) -> dict[str, Any]:
    method = "full" if len(y) <= _DENSE_UNITS else "LU"
    # spreg prints the name of a model it begins, and its dependencies warn.
    with warnings.catch_warnings(), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        spreg = import_module("spreg")
        weights = linked.weights()
        return {
            "ols": spreg.OLS(y, x, weights, spat_diag=True, moran=True),
            "lag": spreg.ML_Lag(y, x, weights, method=method, spat_diag=False, spat_impacts="full"),
            "error": spreg.ML_Error(y, x, weights, method=method),
        }


def _coefficients(model: Any, names: Sequence[str], deviations: pd.Series) -> pd.DataFrame:
    tests = model.t_stat if hasattr(model, "t_stat") else model.z_stat
    terms = ["constant", *names, "neighbors"][: len(model.betas)]
    table = pd.DataFrame(
        {
            "coefficient": np.asarray(model.betas).ravel(),
            "standard_error": np.asarray(model.std_err).ravel(),
            "statistic": [float(statistic) for statistic, _ in tests],
            "p": [float(p) for _, p in tests],
        },
        index=pd.Index(terms, name="term"),
    )
    return table.assign(per_deviation=table["coefficient"] * deviations.reindex(table.index))


def _models(fitted: dict[str, Any], y: NDArray[np.float64]) -> pd.DataFrame:
    rows = {
        name: {
            "units": len(y),
            "r2": float(model.r2 if hasattr(model, "r2") else model.pr2),
            "log_likelihood": float(model.logll),
            "aic": float(model.aic),
            "bic": float(model.schwarz),
        }
        for name, model in fitted.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")


def _diagnostics(ols: Any) -> pd.DataFrame:
    moran, score, moran_p = ols.moran_res
    tests = {"lm_lag": ols.lm_lag, "lm_error": ols.lm_error, "robust_lm_lag": ols.rlm_lag}
    tests["robust_lm_error"] = ols.rlm_error
    rows: dict[str, dict[str, float]] = {"moran": {"statistic": moran, "score": score, "df": np.nan, "p": moran_p}}
    rows |= {name: {"statistic": statistic, "df": 1, "p": p} for name, (statistic, p) in tests.items()}
    unequal, normal = ols.koenker_bassett, ols.jarque_bera
    rows["koenker_bassett"] = {"statistic": unequal["kb"], "df": unequal["df"], "p": unequal["pvalue"]}
    rows["jarque_bera"] = {"statistic": normal["jb"], "df": normal["df"], "p": normal["pvalue"]}
    return pd.DataFrame.from_dict(rows, orient="index").astype(float).rename_axis("test")


def _impacts(lag: Any, names: Sequence[str]) -> pd.DataFrame:
    # Means over units of the own and of all other derivatives: β times the multipliers of (I − ρW)⁻¹.
    coefficients = np.asarray(lag.betas).ravel()[1 : len(names) + 1]
    multipliers = zip(("direct", "indirect", "total"), lag.sp_multipliers["full"], strict=True)
    index = pd.Index(names, name="covariate")
    return pd.DataFrame({name: coefficients * float(by) for name, by in multipliers}, index=index)


def _with_residuals(units: pd.DataFrame, linked: LinkedUnits, ols: Any) -> pd.DataFrame:
    residual = np.asarray(ols.u).ravel()
    measures = pd.DataFrame(
        {
            "fitted": np.asarray(ols.predy).ravel(),
            "residual": residual,
            "residual_standardized": residual / np.sqrt(float(ols.sig2)),
        },
        index=linked.codes,
    ).reindex(units.index)
    kept = units.drop(columns=[name for name in measures if name in units.columns])
    return kept.assign(**{str(name): measures[name] for name in measures})
