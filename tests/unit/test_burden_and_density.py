"""Burden ratio and population density: values, zeros and faults."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geo_urban.errors import AlignmentError, CombinedInputError, InputError
from geo_urban.hierarchy import burden_ratio, population_density, urbanization_rate


def test_burden_is_the_odds_of_being_rural() -> None:
    rural, urban = pd.Series({"a": 30, "b": 10}), pd.Series({"a": 10, "b": 40})
    rate = urbanization_rate(urban, rural + urban)
    assert burden_ratio(rural, urban).to_dict() == {"a": 3.0, "b": 0.25}
    assert burden_ratio(rural, urban).tolist() == pytest.approx(((1 - rate) / rate).tolist())


def test_no_town_no_burden() -> None:
    ratio = burden_ratio(pd.Series([5, 0, math.nan]), pd.Series([0, 5, 5]))
    assert ratio.isna().tolist() == [True, False, True]
    assert ratio.iloc[1] == 0


def test_all_faults_of_both_series_at_once() -> None:
    with pytest.raises(CombinedInputError, match="2 faults") as caught:
        burden_ratio(pd.Series([-1]), pd.Series(["x"]))
    assert "`rural` holds -1 at 0" in str(caught.value)
    assert "`urban` is not numeric" in str(caught.value)


def test_density_joins_by_code() -> None:
    density = population_density(pd.Series({"a": 100, "b": 30}), pd.Series({"b": 3.0, "a": 50.0}))
    assert density.to_dict() == {"a": 2.0, "b": 10.0}
    assert density.name == "density_per_km2"


def test_density_of_the_empty_and_the_unknown() -> None:
    density = population_density(pd.Series([0, math.nan, 5]), pd.Series([2.0, 2.0, math.nan]))
    assert density.iloc[0] == 0
    assert density.isna().tolist() == [False, True, True]


def test_density_faults() -> None:
    with pytest.raises(InputError, match="`area_km2` is zero at b"):
        population_density(pd.Series({"a": 1, "b": 1}), pd.Series({"a": 1.0, "b": 0.0}))
    with pytest.raises(InputError, match=r"`area_km2` holds -1\.0 at 0"):
        population_density(pd.Series([1]), pd.Series([-1.0]))
    with pytest.raises(AlignmentError, match="describe different units"):
        population_density(pd.Series({"a": 1}), pd.Series({"b": 1.0}))
