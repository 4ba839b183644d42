"""Population change: every kind of unit has a stated result, every fault one clear sentence."""

from __future__ import annotations

import math
import pickle

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from geo_urban.errors import (
    AlignmentError,
    CombinedInputError,
    GeometryError,
    InputError,
    InsufficientDataError,
    MissingColumnsError,
)
from geo_urban.messages import catalogue
from geo_urban.presentation import Breaks, Categories, Field
from geo_urban.shrinkage import ChangeResult, population_change, severity_table


def panel(**columns: list[object]) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index([f"23{i:04d}" for i in range(rows)], name="adcode"))


@pytest.fixture
def mapped() -> gpd.GeoDataFrame:
    units = panel(
        name=["甲县", "乙县", "丙县"],
        province=["A", "A", "B"],
        population_2010=[1000, 2000, 3000],
        population_2020=[1100, 1700, 1500],
    )
    return gpd.GeoDataFrame(units, geometry=[box(i, 0, i + 1, 1) for i in range(3)], crs=4326)


def test_measures_of_one_unit() -> None:
    # By hand: 1000 → 250 in two years is −75 %, ln 0.25, and halves each year.
    units = population_change(panel(a=[1000], b=[250]), start="a", end="b", years=2).units.iloc[0]
    assert units["change"] == -750
    assert units["change_share"] == -0.75
    assert units["change_log"] == pytest.approx(-2 * math.log(2), rel=1e-15)
    assert units["change_per_year"] == -375
    assert units["annual_change_rate"] == pytest.approx(-0.5, rel=1e-15)
    assert units["severity"] == "loss ≥ 30 %"


def test_counts_stay_whole_numbers() -> None:
    units = population_change(panel(population_2010=[5], population_2020=[3])).units
    assert [units[column].dtype.kind for column in ("population_start", "population_end", "change")] == ["i"] * 3


def test_unsigned_counts_do_not_wrap_around() -> None:
    table = panel(population_2010=[5], population_2020=[3]).astype("uint8")
    assert population_change(table).units["change"].tolist() == [-2]


def test_nullable_integers_are_counts() -> None:
    table = panel(population_2010=[5, None], population_2020=[3, 4]).astype("Int64")
    result = population_change(table)
    assert result.units["change"].tolist()[0] == -2
    assert math.isnan(result.units["change"].iloc[1])


def test_zero_missing_and_emptied_units() -> None:
    table = panel(population_2010=[0, 10, None, 0], population_2020=[7, 0, 5, 0])
    units = population_change(table).units
    assert units["change"].tolist()[:2] == [7, -10]
    # Nobody at the start: a change in persons, but no share, log or class.
    assert units[["change_share", "change_log", "annual_change_rate"]].iloc[[0, 3]].isna().all(axis=None)
    assert units["severity"].isna().tolist() == [True, False, True, True]
    # Emptied: all are gone, and ln 0 does not exist.
    assert units["change_share"].iloc[1] == -1
    assert units["annual_change_rate"].iloc[1] == -1
    assert math.isnan(units["change_log"].iloc[1])
    assert units["severity"].iloc[1] == "loss ≥ 30 %"


def test_constant_population() -> None:
    result = population_change(panel(population_2010=[5, 9], population_2020=[5, 9]))
    assert result.units["change_share"].tolist() == [0, 0]
    assert result.units["severity"].tolist() == ["growing", "growing"]
    assert result.summary().loc["total", ["growing", "unchanged", "losing"]].tolist() == [0, 2, 0]


def test_input_is_not_changed_and_extra_columns_stay(mapped: gpd.GeoDataFrame) -> None:
    before = mapped.copy(deep=True)
    result = population_change(mapped)
    pd.testing.assert_frame_equal(pd.DataFrame(mapped), pd.DataFrame(before))
    assert isinstance(result.units, gpd.GeoDataFrame)
    assert result.units.crs == mapped.crs
    assert result.units.index.equals(mapped.index)
    assert result.units["name"].tolist() == ["甲县", "乙县", "丙县"]


def test_measuring_again_replaces_the_measures() -> None:
    once = population_change(panel(population_2010=[4, 8], population_2020=[2, 9])).units
    again = population_change(once).units
    pd.testing.assert_frame_equal(once, again)


def test_summary_by_group(mapped: gpd.GeoDataFrame) -> None:
    table = population_change(mapped).summary(by="province")
    assert table.index.tolist() == ["A", "B", "total"]
    assert table["change"].tolist() == [-200, -1500, -1700]
    assert table["losing"].tolist() == [1, 1, 2]
    assert table.loc["total", "change_share"] == pytest.approx(-1700 / 6000)
    assert table.loc["total", "median_change_share"] == pytest.approx(-0.15)


def test_units_without_a_figure_are_counted_and_outside_all_sums() -> None:
    table = panel(population_2010=[10, 20], population_2020=[5, None])
    total = population_change(table).summary().loc["total"]
    assert total[["units", "without_figure", "losing"]].tolist() == [2, 1, 1]
    assert total[["population_start", "population_end", "losing_share"]].tolist() == [10, 5, 1]


def test_group_without_a_name_is_refused(mapped: gpd.GeoDataFrame) -> None:
    mapped.loc["230001", "province"] = None
    with pytest.raises(InputError, match="has no province for 230001"):
        population_change(mapped).summary(by="province")


def test_all_faults_at_once() -> None:
    table = panel(population_2010=["5", "6"], population_2020=[-1, math.inf])
    table.index = pd.Index(["230000", "230000"])
    with pytest.raises(CombinedInputError, match="3 faults") as caught:
        population_change(table)
    text = str(caught.value)
    assert "230000 more than once" in text
    assert "not numeric" in text
    assert "holds -1.0, inf at 230000, 230000" in text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


@pytest.mark.parametrize("years", [0, -10, math.nan, math.inf])
def test_years_must_be_positive(years: float) -> None:
    with pytest.raises(InputError, match="`years` must be a positive number"):
        population_change(panel(population_2010=[1], population_2020=[1]), years=years)


def test_two_counts_are_needed() -> None:
    with pytest.raises(InputError, match="a change needs two counts"):
        population_change(panel(a=[1]), start="a", end="a")


def test_missing_column_names_the_nearest() -> None:
    with pytest.raises(MissingColumnsError, match="population_2010 → population2010"):
        population_change(panel(population2010=[1], population_2020=[1]))


def test_no_rows_and_no_figures() -> None:
    with pytest.raises(InsufficientDataError, match="has no rows"):
        population_change(panel(population_2010=[1], population_2020=[1]).iloc[:0])
    with pytest.raises(InsufficientDataError, match="no unit has a figure in both"):
        population_change(panel(population_2010=[1.0, np.nan], population_2020=[np.nan, 1.0]))


def test_truth_values_are_no_people() -> None:
    with pytest.raises(InputError, match="not numeric"):
        population_change(panel(population_2010=[True], population_2020=[1]))


def test_duplicate_codes_alone() -> None:
    table = panel(population_2010=[1, 1], population_2020=[1, 1])
    table.index = pd.Index(["1", "1"])
    with pytest.raises(AlignmentError, match="more than once"):
        population_change(table)


def test_presentation_shows_change_and_severity_in_the_same_classes(mapped: gpd.GeoDataFrame) -> None:
    shown = population_change(mapped).layers(source="two censuses")
    (layer,) = shown.layers
    change, severity, start, end = layer.mapped_fields
    assert isinstance(change.classes, Breaks)
    assert change.classes.limits == (-0.3, -0.1, 0.0, 0.1, 0.3)
    assert change.scale == 100
    assert isinstance(severity.classes, Categories)
    known = [item.value for item in severity.classes.items]
    assert set(layer.units["severity"]) <= set(known)
    assert layer.label_column == "name"
    assert shown.source == "two censuses"
    assert {field.column for field in layer.fields} <= set(layer.units.columns)
    # One indicator with two years in the same classes, and other ways to class.
    assert [(field.indicator, field.year) for field in (start, end)] == [("Residents", 2010), ("Residents", 2020)]
    assert start.classes == end.classes
    assert {other.label for other in change.others} <= {
        "Quantiles",
        "Natural breaks",
        "Equal intervals",
        "Standard deviation",
    }
    assert all(0.0 in other.classes.limits for other in change.others)


def test_presentation_lists_further_columns(mapped: gpd.GeoDataFrame) -> None:
    result = population_change(mapped.assign(density=[1.0, 2.0, 3.0]))
    shown = result.layers(extra=[Field(column="density", label="Density")])
    assert shown.layers[0].fields[-1].column == "density"
    with pytest.raises(MissingColumnsError, match="density_per_km2"):
        result.layers(extra=[Field(column="density_per_km2", label="Density")])


def test_units_without_names_are_labelled_by_code(mapped: gpd.GeoDataFrame) -> None:
    (layer,) = population_change(mapped.drop(columns="name")).layers().layers
    assert layer.units[layer.label_column].tolist() == ["230000", "230001", "230002"]


def test_presentation_needs_geometry() -> None:
    result = population_change(panel(population_2010=[1], population_2020=[1]))
    with pytest.raises(GeometryError, match="no geometry"):
        result.layers()


@pytest.mark.parametrize("limits", [(0.2,), (0.05, 0.1, 0.2, 0.4)])
def test_other_limits_draw_too(mapped: gpd.GeoDataFrame, limits: tuple[float, ...]) -> None:
    change, severity, *_ = population_change(mapped, severity_limits=limits).layers().layers[0].mapped_fields
    assert isinstance(change.classes, Breaks)
    assert list(change.classes.limits) == sorted(-limit for limit in change.classes.limits)
    assert isinstance(severity.classes, Categories)
    assert len(severity.classes.items) == len(limits) + 2


def test_every_word_of_the_presentation_is_worded_in_chinese(mapped: gpd.GeoDataFrame) -> None:
    shown = population_change(mapped).layers()
    (layer,) = shown.layers
    words = [shown.title, shown.source, shown.method, *shown.cautions, layer.title]
    words += [field.label for field in layer.fields]
    assert [word for word in words if getattr(word, "template", word) not in catalogue("zh")] == []


def test_result_says_what_it_was_made_from(mapped: gpd.GeoDataFrame) -> None:
    result = population_change(mapped, severity_limits=[0.2])
    assert isinstance(result, ChangeResult)
    assert (result.start, result.end, result.years, result.severity_limits) == (
        "population_2010",
        "population_2020",
        10.0,
        (0.2,),
    )
    assert severity_table(result).loc["loss ≥ 20 %", "units"] == 1
