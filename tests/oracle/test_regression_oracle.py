"""Regressions of the crimes of Columbus, Ohio, against figures that spreg 1.9.0 gave, and against spreg itself."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph

from geo_urban.shrinkage import RegressionResult, change_regression


@pytest.fixture(scope="module")
def columbus() -> tuple[gpd.GeoDataFrame, Graph]:
    """49 neighbourhoods: crimes, income and house values, as libpysal ships them."""
    import libpysal

    folder = Path(libpysal.__file__).parent / "examples" / "columbus"
    units = gpd.read_file(folder / "columbus.shp")
    units.index = [f"c{number}" for number in units["POLYID"].astype(int)]
    return units, Graph.build_contiguity(units, rook=False)


@pytest.fixture(scope="module")
def result(columbus: tuple[gpd.GeoDataFrame, Graph]) -> RegressionResult:
    units, graph = columbus
    return change_regression(units, graph, covariates=["INC", "HOVAL"], response="CRIME")


def test_ordinary_model(result: RegressionResult) -> None:
    # spreg 1.9.0, computed once and kept: CRIME on INC and HOVAL, queen, rows adding up to one.
    ols = result.coefficients.loc["ols"]
    assert ols["coefficient"].tolist() == pytest.approx([68.61896, -1.597311, -0.2739315], rel=1e-6)
    assert ols["standard_error"].tolist() == pytest.approx([4.735486, 0.3341308, 0.1031987], rel=1e-6)
    assert result.models.loc["ols", "r2"] == pytest.approx(0.552404, abs=1e-6)
    assert result.models.loc["ols", "log_likelihood"] == pytest.approx(-187.377, abs=1e-3)
    assert result.models.loc["ols", "aic"] == pytest.approx(380.754, abs=1e-3)


def test_tests_on_residuals(result: RegressionResult) -> None:
    tests = result.diagnostics
    # The same: Moran's I of the errors 0.222109; lag 8.897998, error 5.206214, robust 3.735691 and 0.043906.
    assert tests.loc["moran", "statistic"] == pytest.approx(0.222109, abs=1e-6)
    assert tests["statistic"][["lm_lag", "lm_error", "robust_lm_lag", "robust_lm_error"]].tolist() == pytest.approx(
        [8.897998, 5.206214, 3.735691, 0.043906], abs=2e-6
    )
    assert tests.loc["jarque_bera", "statistic"] == pytest.approx(1.835753, abs=1e-6)
    assert "lag model" in result.advice


def test_spatial_models(result: RegressionResult) -> None:
    # The same: ρ = 0.4233254, λ = 0.5467528; log likelihoods −182.674 and −183.749.
    lag, error = result.coefficients.loc["lag"], result.coefficients.loc["error"]
    assert lag["coefficient"].tolist() == pytest.approx([45.60325, -1.048728, -0.2663348, 0.4233254], rel=2e-6)
    assert error["coefficient"].tolist() == pytest.approx([60.27947, -0.9573053, -0.3045593, 0.5467528], rel=2e-6)
    assert result.models["log_likelihood"].tolist()[1:] == pytest.approx([-182.674, -183.749], abs=1e-3)


def test_impacts_are_means_over_units(result: RegressionResult, columbus: tuple[gpd.GeoDataFrame, Graph]) -> None:
    _, graph = columbus
    rho = result.coefficients.loc[("lag", "neighbors"), "coefficient"]
    multiplier = np.linalg.inv(np.eye(49) - rho * graph.transform("r").sparse.toarray())
    income = result.coefficients.loc[("lag", "INC"), "coefficient"]
    assert result.impacts.loc["INC", "direct"] == pytest.approx(income * np.diag(multiplier).mean())
    assert result.impacts.loc["INC", "total"] == pytest.approx(income * multiplier.sum() / 49)
    assert result.impacts["indirect"].tolist() == pytest.approx(
        (result.impacts["total"] - result.impacts["direct"]).tolist()
    )


def test_collinearity_as_spreg_has_it(result: RegressionResult, columbus: tuple[gpd.GeoDataFrame, Graph]) -> None:
    units, _ = columbus
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spreg

        theirs = spreg.vif(spreg.OLS(units[["CRIME"]].to_numpy(), units[["INC", "HOVAL"]].to_numpy()))
    assert result.collinearity.tolist() == pytest.approx([value for value, _ in theirs[1:]])


def test_rows_in_any_order(result: RegressionResult, columbus: tuple[gpd.GeoDataFrame, Graph]) -> None:
    units, graph = columbus
    mixed = change_regression(
        units.sample(frac=1, random_state=2), graph, covariates=["INC", "HOVAL"], response="CRIME"
    )
    assert mixed.coefficients["coefficient"].tolist() == pytest.approx(
        result.coefficients["coefficient"].tolist(), rel=1e-5
    )
    assert mixed.units["residual"].reindex(units.index).tolist() == pytest.approx(result.units["residual"].tolist())


def test_sparse_determinant_gives_what_the_dense_one_gives() -> None:
    """Above 500 units the determinant is taken of the sparse matrix."""
    rng = np.random.default_rng(4)
    count = 520
    names = [*range(count)]
    pairs = [(i, j) for i in names for j in (i - 1, i + 1, i - 26, i + 26) if 0 <= j < count]
    focal, neighbor = zip(*pairs, strict=True)
    graph = Graph.from_arrays(focal, neighbor, [1.0] * len(pairs))
    x = rng.normal(size=count)
    noise = np.linalg.solve(np.eye(count) - 0.5 * graph.transform("r").sparse.toarray(), rng.normal(size=count))
    units = pd.DataFrame({"x": x, "y": 1 + x + noise})
    ours = change_regression(units, graph, covariates=["x"], response="y").coefficients
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import spreg

        weights = graph.transform("r").to_W()
        theirs = spreg.ML_Error(units[["y"]].to_numpy(), units[["x"]].to_numpy(), weights, method="full")
    assert ours.loc["error", "coefficient"].tolist() == pytest.approx(theirs.betas.ravel().tolist(), abs=1e-6)
    assert ours.loc["error", "standard_error"].tolist() == pytest.approx(theirs.std_err.tolist(), rel=1e-5)
