"""Rank-size rules and primacy: bad inputs, ties, zeros, groups, and what a layer shows."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geo_urban.errors import GeometryError, GeoUrbanWarning, InputError, InsufficientDataError
from geo_urban.hierarchy import primacy, primacy_table, rank_size, rank_size_table


def test_zeros_and_missing_figures_have_no_rank() -> None:
    cities = pd.Series({"a": 100.0, "b": math.nan, "c": 50.0, "d": 0.0, "e": 25.0})
    result = rank_size(cities)
    assert result.n == result.tail_size == 3
    assert result.cities.index[:3].tolist() == ["a", "c", "e"]
    assert result.cities.loc[["b", "d"], ["rank", "fitted_population", "residual"]].isna().all(axis=None)
    assert not result.cities.loc[["b", "d"], "in_tail"].any()


def test_equal_cities_share_rank_and_residual() -> None:
    result = rank_size(pd.Series({"a": 50, "b": 100, "c": 50, "d": 10}))
    assert result.cities["rank"].to_dict() == {"b": 1, "a": 2, "c": 2, "d": 4}
    assert result.cities.loc["a", "residual"] == result.cities.loc["c", "residual"]


@pytest.mark.parametrize("cities", [[], [5], [5, 6], [5, 6, 0, math.nan]])
def test_fewer_than_three_cities(cities: list[float]) -> None:
    with pytest.raises(InsufficientDataError, match="needs three"):
        rank_size(pd.Series(cities, dtype=float))


def test_threshold_above_nearly_all_cities() -> None:
    with pytest.raises(InsufficientDataError, match=r"1 cities have residents \(≥ 90\)"):
        rank_size(pd.Series([100, 50, 20, 10]), min_population=90)


def test_equal_cities_have_no_exponent() -> None:
    with pytest.raises(InsufficientDataError, match="all 4 cities have 7 residents"):
        rank_size(pd.Series([7, 7, 7, 7]))


def test_faults() -> None:
    with pytest.raises(InputError, match="holds -5 at 0"):
        rank_size(pd.Series([-5, 6, 7]))
    with pytest.raises(InputError, match="not numeric"):
        rank_size(pd.Series(["5", "6", "7"]))
    with pytest.raises(InputError, match="more than once"):
        rank_size(pd.Series([5, 6, 7], index=["a", "a", "b"]))
    with pytest.raises(InputError, match="Take hill"):
        rank_size(pd.Series([5, 6, 7]), method="hil")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="`min_population` is 0"):
        rank_size(pd.Series([5, 6, 7]), min_population=0)
    with pytest.raises(InputError, match="`confidence` is 95"):
        rank_size(pd.Series([5, 6, 7]), confidence=95)
    with pytest.raises(InputError, match="`replicates` is -1"):
        rank_size(pd.Series([5, 6, 7]), replicates=-1)


def test_a_cut_sample_is_warned_of() -> None:
    with pytest.warns(GeoUrbanWarning, match="leaves out 2 of 6 cities"):
        result = rank_size(pd.Series([100, 50, 30, 20, 5, 2]), min_population=10)
    assert (result.n, result.tail_size) == (6, 4)
    assert result.cities["in_tail"].tolist() == [True] * 4 + [False] * 2
    rank_size(pd.Series([100, 50, 30]), min_population=10)  # cuts nothing, says nothing


def test_inputs_are_not_changed() -> None:
    cities = pd.Series({"a": 3, "b": 9, "c": 5})
    rank_size(cities)
    assert cities.to_dict() == {"a": 3, "b": 9, "c": 5}


def test_summary_has_one_row() -> None:
    summary = rank_size(pd.Series([400, 200, 130, 100])).summary()
    assert summary.shape[0] == 1
    assert summary.loc["fit", ["method", "cities", "tail_size"]].tolist() == ["ols", 4, 4]
    assert summary.loc["fit", "alpha"] == summary.loc["fit", "zeta"] + 1


def test_table_over_groups() -> None:
    cities = pd.DataFrame(
        {"people": [600, 300, 200, 500, 500, 500], "province": ["B", "B", "B", "A", "A", "A"]}, index=list("abcdef")
    )
    table = rank_size_table(cities, by="province", population="people", method="lotka")
    assert table.index.tolist() == ["B", "A", "total"]
    assert table.loc["B", "exponent"] == pytest.approx(1)
    assert math.isnan(table.loc["A", "exponent"])  # three equal cities
    assert table["cities"].tolist() == [3, 3, 6]
    with pytest.warns(GeoUrbanWarning, match="leaves out 2 of 6"):
        cut = rank_size_table(cities, by="province", population="people", min_population=400)
    assert cut.loc["B", "cities"] == 3
    with pytest.raises(InputError, match="has no province for f"):
        rank_size_table(cities.assign(province=["B"] * 5 + [None]), by="province", population="people")


def test_primacy_needs_cities() -> None:
    single = primacy(pd.Series({"a": 5}))
    assert (single.first_share, single.herfindahl, single.cities, single.largest) == (1, 1, 1, "a")
    assert math.isnan(single.two_city)
    assert math.isnan(single.eleven_city)
    with pytest.raises(InsufficientDataError, match="no city has residents"):
        primacy(pd.Series([0, math.nan]))
    with pytest.raises(InputError, match="not numeric"):
        primacy(pd.Series(["a"]))


def test_primacy_over_groups() -> None:
    cities = pd.DataFrame({"population_2020": [6, 2, 5, 0], "g": ["x", "x", "y", "z"]}, index=list("abcd"))
    table = primacy_table(cities, by="g")
    assert table.index.tolist() == ["x", "y", "z", "total"]
    assert table.loc["x", "two_city"] == 3
    assert table["cities"].tolist() == [2, 1, 0, 3]
    assert primacy(cities["population_2020"]).summary().loc["primacy", "largest"] == "a"


def test_layer_of_residuals() -> None:
    result = rank_size(pd.Series({"a": 400, "b": 90, "c": 80, "d": 10}))
    with pytest.raises(GeometryError, match="no geometry"):
        result.layers(pd.DataFrame(index=["a"]))  # type: ignore[arg-type]
    places = gpd.GeoDataFrame({"name": list("ABCD")}, geometry=[Point(i, 0) for i in range(4)], index=list("abcd"))
    shown = result.layers(places.set_crs(4326))
    (layer,) = shown.layers
    assert layer.units["rank"].tolist() == [1, 2, 3, 4]
    assert [field.column for field in layer.mapped_fields] == ["against_rule", "residual"]
    assert layer.label_column == "name"
    (chart,) = shown.charts
    assert (chart.x, chart.y, chart.x_log, chart.y_log) == ("rank", "population", True, True)
    # The drawn rule goes through what it gives the first and the last rank.
    fitted = result.cities["fitted_population"]
    assert chart.lines[0][:2] == (1, pytest.approx(fitted.iloc[0]))
    assert chart.lines[-1][2:] == (4, pytest.approx(fitted.iloc[-1]))
