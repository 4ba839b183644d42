"""Correlations, regressions and ratios on figures that can be checked by hand, and inputs that cannot be used."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from shapely import box

from geo_urban.datasets import published, published_series
from geo_urban.errors import AlignmentError, GeometryError, InputError, InsufficientDataError, MissingColumnsError
from geo_urban.messages import translate_to
from geo_urban.shrinkage import change_regression, correlation_table, fiscal_ratio


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(40, 2)), columns=["a", "b"], index=[f"u{i}" for i in range(40)])
    frame["y"] = 1 + 2 * frame["a"] + rng.normal(scale=0.1, size=40)
    return gpd.GeoDataFrame(frame, geometry=[box(i, 0, i + 1, 1) for i in range(40)], crs=4326)


@pytest.fixture
def graph(units: gpd.GeoDataFrame) -> Graph:
    names = list(units.index)
    focal = names[:-1] + names[1:]
    return Graph.from_arrays(focal, names[1:] + names[:-1], [1.0] * len(focal))


def test_units_left_out_are_listed(units: gpd.GeoDataFrame, graph: Graph) -> None:
    units.loc["u1", "a"] = math.nan  # then u0 has no neighbor
    result = change_regression(units, graph, covariates=["a", "b"], response="y")
    assert result.without_value == ("u1",)
    assert result.isolates == ("u0",)
    assert result.models["units"].tolist() == [38, 38, 38]
    assert result.units["residual"].isna().sum() == 2
    assert (result.units["fitted"] + result.units["residual"] - units["y"]).abs().max() < 1e-12
    deviation = units.loc[result.units["residual"].notna(), "a"].std()
    slope = result.coefficients.loc[("ols", "a")]
    assert slope["per_deviation"] == pytest.approx(slope["coefficient"] * deviation)
    assert "residual" not in units


def test_summary_stands_side_by_side(units: gpd.GeoDataFrame, graph: Graph) -> None:
    table = change_regression(units, graph, covariates=["a", "b"], response="y").summary()
    assert table.index.tolist() == ["constant", "a", "b", "neighbors"]
    assert math.isnan(table.loc["neighbors", ("ols", "p")])
    assert table.loc["a", ("", "vif")] == pytest.approx(table.loc["b", ("", "vif")])


def test_ordinary_model_where_neighbors_leave_no_trace(units: gpd.GeoDataFrame, graph: Graph) -> None:
    result = change_regression(units, graph, covariates=["a"], response="y")
    assert result.diagnostics["p"][["lm_lag", "lm_error"]].min() > 0.05
    assert "ordinary model will do" in result.advice
    assert translate_to("zh", result.advice) != result.advice


def test_twins_are_cautioned_of(units: gpd.GeoDataFrame, graph: Graph) -> None:
    units["twin"] = units["a"] + 0.01 * units["b"] ** 2
    result = change_regression(units, graph, covariates=["a", "twin"], response="y")
    assert (result.collinearity > 10).all()
    assert "a, twin" in result.cautions[-1]
    assert len(change_regression(units, graph, covariates=["a", "b"], response="y").cautions) == 4


def test_layers_map_the_residuals(units: gpd.GeoDataFrame, graph: Graph) -> None:
    shown = change_regression(units, graph, covariates=["a"], response="y").layers()
    assert [field.column for field in shown.layers[0].mapped_fields] == ["residual_standardized"]
    assert "Moran's I of the residuals" in shown.method
    bare = change_regression(pd.DataFrame(units.drop(columns="geometry")), graph, covariates=["a"], response="y")
    with pytest.raises(GeometryError, match="no geometry"):
        bare.layers()


def test_regression_faults(units: gpd.GeoDataFrame, graph: Graph) -> None:
    with pytest.raises(InputError, match="not the response itself"):
        change_regression(units, graph, covariates=["a", "y"], response="y")
    with pytest.raises(InputError, match="one covariate or more"):
        change_regression(units, graph, covariates=[], response="y")
    with pytest.raises(MissingColumnsError, match="no column c"):
        change_regression(units, graph, covariates=["c"], response="y")
    with pytest.raises(InputError, match="a, b, rest determine each other"):
        change_regression(
            units.assign(rest=1 - units["a"] - units["b"]), graph, covariates=["a", "b", "rest"], response="y"
        )
    with pytest.raises(InsufficientDataError, match="b have the same value"):
        change_regression(units.assign(b=3.0), graph, covariates=["a", "b"], response="y")
    with pytest.raises(InsufficientDataError, match="needs 12 or more"):
        change_regression(
            units.assign(b=units["b"].where(units.index < "u15")), graph, covariates=["a", "b"], response="y"
        )
    with pytest.raises(InputError, match="is infinite for u3"):
        change_regression(
            units.assign(b=units["b"].mask(units.index == "u3", math.inf)), graph, covariates=["b"], response="y"
        )
    with pytest.raises(AlignmentError, match="different units"):
        change_regression(units.iloc[1:], graph, covariates=["a"], response="y")
    with pytest.raises(InputError, match="is not numeric"):
        change_regression(units.assign(b="x"), graph, covariates=["b"], response="y")


def test_correlations_by_pair() -> None:
    units = pd.DataFrame({"a": [1, 2, 3, None], "b": [2, 4, 6, 8], "c": [1, 1, 1, 1]})
    table = correlation_table(units, ["a", "b", "c"])
    assert table.index.tolist() == [("a", "b"), ("a", "c"), ("b", "c")]
    assert table.loc[("a", "b")].tolist() == [1, 1, 3]
    assert math.isnan(table.loc[("b", "c"), "pearson"])
    with pytest.raises(InputError, match="two figures or more"):
        correlation_table(units, ["a"])
    with pytest.raises(InputError, match="is not numeric"):
        correlation_table(units.assign(a="x"), ["a", "b"])
    with pytest.raises(InputError, match="is infinite for 1"):
        correlation_table(units.assign(a=[1, math.inf, 3, 4]), ["a", "b"])
    with pytest.raises(MissingColumnsError):
        correlation_table(units, ["a", "z"])


def test_fiscal_ratio_joins_by_label() -> None:
    revenue = pd.Series({"a": 30.0, "b": 10.0, "c": 5.0, "d": math.nan})
    expenditure = pd.Series({"d": 1.0, "c": 0.0, "b": 40.0, "a": 20.0})
    ratio = fiscal_ratio(revenue, expenditure)
    assert ratio.tolist()[:2] == [1.5, 0.25]
    assert ratio.isna().tolist() == [False, False, True, True]
    with pytest.raises(AlignmentError, match="different units"):
        fiscal_ratio(revenue, expenditure.drop("a"))
    with pytest.raises(InputError, match="neither negative nor infinite"):
        fiscal_ratio(-revenue, expenditure)
    with pytest.raises(InputError, match="no rows"):
        fiscal_ratio(revenue.iloc[:0], expenditure.iloc[:0])


def test_printed_series_of_counties() -> None:
    revenue = published_series("county_finance", "revenue")
    expenditure = published_series("county_finance", "expenditure")
    assert revenue.index.tolist() == list(range(2010, 2020))
    assert list(revenue.columns) == ["Heilongjiang", "Jilin", "Liaoning"]
    # Study of Northeast China, table 4, Liaoning 2019: 89,848 of 298,351 ten thousand yuan.
    assert fiscal_ratio(revenue["Liaoning"], expenditure["Liaoning"])[2019] == pytest.approx(89848 / 298351)
    assert revenue.attrs["unit"] == "10,000 yuan"
    assert published_series("county_economy", "gdp_per_head").loc[2019, "Jiangsu"] == 56412
    with pytest.raises(InputError, match="does not print"):
        published_series("county_finance", "debt")
    rows = published("county_finance")
    assert set(rows.loc[rows["measure"] == "fiscal_ratio", "value"]) == {36.0, 39.8, 44.0}
