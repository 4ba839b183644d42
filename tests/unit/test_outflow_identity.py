"""Rural outflow: the identity holds whatever the signs, and nothing is left out silently."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo_urban.errors import GeometryError, InputError, InsufficientDataError
from geo_urban.messages import catalogue
from geo_urban.shrinkage import OUTFLOW_FORMULA, rural_outflow


@pytest.fixture
def units() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["x", "y", "z"],
            "province": ["B", "A", "B"],
            "rural_2010": [100, 50, 10],
            "rural_2020": [40, 40, 0],
            "urban_2010": [80, 30, 0],
            "urban_2020": [100, 25, 10],
        },
        index=["1", "2", "3"],
    )


def test_groups_and_total(units: pd.DataFrame) -> None:
    table = rural_outflow(units).groups
    assert table.index.tolist() == ["B", "A", "total"]
    assert table["units"].tolist() == [2, 1, 3]
    assert table["rural_loss"].tolist() == [70, 10, 80]
    assert table["urban_gain"].tolist() == [30, -5, 25]
    # The urban loss of A adds to the outflow.
    assert table["net_outflow"].tolist() == [40, 15, 55]
    assert table.loc["total", "rural_change_share"] == -80 / 160
    assert table.loc["total", "net_outflow_share"] == 55 / 270


def test_a_village_that_became_a_town_sent_nobody_away(units: pd.DataFrame) -> None:
    unit = rural_outflow(units).units.loc["3"]
    assert (unit["rural_loss"], unit["urban_gain"], unit["net_outflow"]) == (10, 10, 0)


def test_units_with_a_missing_figure_are_outside_all_sums(units: pd.DataFrame) -> None:
    units.loc["1", "urban_2010"] = math.nan
    result = rural_outflow(units)
    assert result.groups.loc["total", "units"] == 2
    assert result.groups.loc["total", "rural_loss"] == 20
    assert math.isnan(result.units.loc["1", "net_outflow"])


def test_without_groups(units: pd.DataFrame) -> None:
    assert rural_outflow(units, by=None).groups.index.tolist() == ["total"]


def test_a_group_without_rural_people_has_no_share(units: pd.DataFrame) -> None:
    units[["rural_2010", "rural_2020"]] = 0
    assert rural_outflow(units).groups["rural_change_share"].isna().all()


def test_summary_states_the_formula(units: pd.DataFrame) -> None:
    assert set(rural_outflow(units).summary()["formula"]) == {OUTFLOW_FORMULA}


def test_faults(units: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"rural_2020.*holds -1 at 2"):
        rural_outflow(units.assign(rural_2020=[1, -1, 1]))
    with pytest.raises(InputError, match="has no province for 1"):
        rural_outflow(units.assign(province=[None, "A", "B"]))
    with pytest.raises(InsufficientDataError, match="no unit has rural and urban figures"):
        rural_outflow(units.assign(rural_2010=math.nan))


def test_presentation(units: pd.DataFrame) -> None:
    with pytest.raises(GeometryError, match="no geometry"):
        rural_outflow(units).layers()
    mapped = gpd.GeoDataFrame(units, geometry=[box(i, 0, i + 1, 1) for i in range(3)], crs=4326)
    shown = rural_outflow(mapped).layers()
    (layer,) = shown.layers
    assert [field.column for field in layer.mapped_fields] == ["rural_change_share"]
    words = [shown.title, shown.source, shown.method, *shown.cautions, layer.title]
    words += [field.label for field in layer.fields]
    assert [word for word in words if word not in catalogue("zh")] == []
