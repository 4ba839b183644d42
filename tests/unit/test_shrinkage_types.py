"""Types of change by limits, periods and labels, on figures that can be checked by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.errors import CombinedInputError, GeometryError, InputError, InsufficientDataError, MissingColumnsError
from geo_urban.shrinkage import shrinkage_types

# 1000 → 990: −0.1005 % a year over ten years, stable; 1000 → 984: −0.161 %, shrinking; 1000 → 1016: +0.159 %, growing.
TEN_YEARS = {
    "population_2010": [1000, 1000, 1000, 1000, 1000, 1000, 1000],
    "population_2020": [990, 984, 1016, 1000, 900, 700, 0],
}


@pytest.fixture
def units() -> pd.DataFrame:
    return pd.DataFrame(TEN_YEARS, index=list("abcdefg")).assign(place=["city"] * 3 + ["county"] * 4)


@pytest.fixture
def decades() -> pd.DataFrame:
    rows = {
        "persistent": [1000, 900, 800, 700],
        "recovering": [1000, 800, 780, 900],
        "episodic": [1000, 900, 900, 900],
        "late": [1000, 1100, 1200, 900],
        "never": [1000, 1100, 1100, 1200],
        "unknown": [1000, math.nan, 900, 800],
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["y1990", "y2000", "y2010", "y2020"])


def test_types_and_classes(units: pd.DataFrame) -> None:
    result = shrinkage_types(units).units
    assert result["shrinkage_type"].tolist() == [
        "stable", "shrinking", "growing", "stable", "shrinking", "shrinking", "shrinking",
    ]  # fmt: skip
    assert result["shrinkage_class"].tolist() == [
        "stable",
        "shrinking, loss < 10 %",
        "growing",
        "stable",
        "shrinking, loss 10–30 %",
        "shrinking, loss ≥ 30 %",
        "shrinking, loss ≥ 30 %",
    ]
    assert result["duration"].isna().all()  # two counts say nothing of it
    assert result["policy"].tolist()[:3] == ["stable", "shrinking", "gathering"]
    assert list(units.columns) == ["population_2010", "population_2020", "place"]


def test_limit_of_stability_is_the_callers(units: pd.DataFrame) -> None:
    strict = shrinkage_types(units, stable_rate=0.0).units["shrinkage_type"]
    assert strict.tolist()[:4] == ["shrinking", "shrinking", "growing", "stable"]


def test_summary_parts_cities_from_counties(units: pd.DataFrame) -> None:
    table = shrinkage_types(units).summary(by="place")
    assert table.loc["city", "units"].tolist() == [1, 1, 1, 0, 0]
    assert table.loc["county", "units"].tolist() == [0, 1, 0, 1, 2]
    assert table.loc[("county", "shrinking, loss ≥ 30 %"), "change"] == -1300
    assert table.loc["county", "units_share"].sum() == 1
    assert shrinkage_types(units).summary()["units"].tolist() == [1, 2, 1, 1, 2]


def test_duration_looks_at_every_period(decades: pd.DataFrame) -> None:
    result = shrinkage_types(decades, counts=list(decades.columns))
    assert result.units["duration"].astype(object).where(result.units["duration"].notna(), None).tolist() == [
        "persistent", "recovering", "episodic", "episodic", "never", None,
    ]  # fmt: skip
    # 1000 → 900 in ten years is 0.9^(1/10) − 1 a year.
    assert result.rates.loc["persistent", "1990–2000"] == pytest.approx(0.9**0.1 - 1)
    assert result.units.loc["unknown", "shrinkage_class"] == "shrinking, loss 10–30 %"
    assert result.summary().loc["shrinking, loss 10–30 %", ["persistent", "recovering"]].tolist() == [0, 1]
    assert result.summary().loc["shrinking, loss ≥ 30 %", "persistent"] == 1


def test_most_exact_policy_counts(decades: pd.DataFrame) -> None:
    policies = {
        "shrinking": "smaller",
        ("shrinking", "loss ≥ 30 %"): "move",
        ("shrinking", "loss 10–30 %", "recovering"): "watch",
        "growing": "gather",
    }
    result = shrinkage_types(decades, counts=list(decades.columns), policies=policies).units["policy"]
    assert result.tolist()[:5] == ["move", "watch", "smaller", "smaller", "gather"]
    only = shrinkage_types(decades, counts=list(decades.columns), policies={"growing": "gather"}).units["policy"]
    assert only.notna().tolist() == [False, False, False, False, True, False]


def test_units_without_a_type() -> None:
    units = pd.DataFrame({"population_2010": [0, math.nan, 5], "population_2020": [10, 10, 5]}, index=list("abc"))
    result = shrinkage_types(units)
    assert result.units["shrinkage_class"].isna().tolist() == [True, True, False]
    assert result.units["policy"].isna().tolist() == [True, True, False]
    assert result.summary()["units"].sum() == 1


def test_faults(units: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="two counts or more"):
        shrinkage_types(units, counts=["population_2010"])
    with pytest.raises(InputError, match="two counts or more"):
        shrinkage_types(units, counts="population_2010")
    with pytest.raises(InputError, match="first do not end in a year"):
        shrinkage_types(units.rename(columns={"population_2010": "first"}), counts=["first", "population_2020"])
    with pytest.raises(InputError, match="the earliest first"):
        shrinkage_types(units, counts=["population_2020", "population_2010"])
    with pytest.raises(InputError, match="one date for each of the 2 counts"):
        shrinkage_types(units, years=[2010])
    with pytest.raises(InputError, match="a year"):
        shrinkage_types(units, stable_rate=-0.1)
    with pytest.raises(InputError, match="names vanishing"):
        shrinkage_types(units, policies={"vanishing": "x"})
    with pytest.raises(MissingColumnsError, match="no column population_2030"):
        shrinkage_types(units, counts=["population_2010", "population_2030"])
    with pytest.raises(InputError, match="neither negative nor infinite"):
        shrinkage_types(units.assign(population_2020=[math.inf, 1, 1, 1, 1, 1, 1]))
    with pytest.raises(CombinedInputError):
        shrinkage_types(units.assign(population_2010="x", population_2020=-1))
    with pytest.raises(InsufficientDataError, match="no unit has a figure in both"):
        shrinkage_types(units.assign(population_2010=math.nan))


def test_layers_tell_classes_without_colour(units: pd.DataFrame, decades: pd.DataFrame) -> None:
    squares = gpd.GeoDataFrame(units, geometry=[box(i, 0, i + 1, 1) for i in range(len(units))], crs=4326)
    shown = shrinkage_types(squares).layers().layers[0]
    (by_class,) = shown.mapped_fields
    items = by_class.classes.items
    assert [item.value for item in items] == list(shrinkage_types(units).units["shrinkage_class"].cat.categories)
    assert [item.pattern for item in items] == ["", "", "dots", "hatch", "crosshatch"]
    long = gpd.GeoDataFrame(decades, geometry=[box(i, 0, i + 1, 1) for i in range(len(decades))], crs=4326)
    fields = shrinkage_types(long, counts=list(decades.columns)).layers().layers[0].mapped_fields
    assert [field.column for field in fields] == ["shrinkage_class", "duration"]
    with pytest.raises(GeometryError, match="no geometry"):
        shrinkage_types(units).layers()
