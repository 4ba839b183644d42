"""Figures of several years in a user's own panel: means by group, fiscal ratio, and columns that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.errors import InputError
from geo_urban.studies import study_from_text
from geo_urban.studies.context import context_of
from geo_urban.studies.steps import ANALYSES

if TYPE_CHECKING:
    from pathlib import Path

STUDY = """
name = "made-up"
analyses = ["economy"]

[boundaries]
source = "units.gpkg"

[population]
source = "panel.csv"
start = "pop2010"
end = "pop2020"
{group}

[economy]
{figures}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    codes = ["a1", "a2", "b1"]
    frame = {"code": codes, "side": ["A", "A", "B"], "pop2010": [1, 2, 3], "pop2020": [1, 2, 3], "word_2019": "x"}
    money = {"gdp_2010": [10, 20, 5], "gdp_2019": [20, 40, 9], "rev_2019": [1, 3, 2], "exp_2019": [4, 4, 4]}
    pd.DataFrame(frame | money).to_csv(tmp_path / "panel.csv", index=False)
    shapes = [box(x, 0, x + 1, 1) for x in range(3)]
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326).to_file(tmp_path / "units.gpkg")
    return tmp_path


@pytest.mark.parametrize(("group", "means"), [('group = "side"', [15, 30, 5, 9]), ("", [35 / 3, 23])])
def test_means_by_group_and_year(folder: Path, group: str, means: list[float]) -> None:
    figures = 'indicators = ["gdp_2010", "gdp_2019"]\nrevenue = ["rev_2019"]\nexpenditure = ["exp_2019"]'
    context = context_of(study_from_text(STUDY.format(group=group, figures=figures), folder=folder))
    context.check()
    output = ANALYSES["economy"].run(context)
    assert output.tables["indicators"]["mean"].tolist() == pytest.approx(means)
    # Mean revenue over mean expenditure: 2 of 4 in A and in B, and of all.
    assert set(output.tables["fiscal_ratio"]["fiscal_ratio_share"]) == {0.5}
    assert [chart.name for chart in output.charts] == ["fiscal_ratio", "indicator_gdp"]


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ('indicators = ["gdp"]', "has no column gdp"),
        ('indicators = ["side"]', "not numeric"),
        ('indicators = ["word_2019"]', "not numeric"),
        ('indicators = ["area_km2"]', "does not end in a year"),
        ('revenue = ["rev_2019"]', "the ratio needs both"),
        ("", "names none"),
    ],
)
def test_figures_that_cannot_be_used(folder: Path, figures: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        context_of(study_from_text(STUDY.format(group="", figures=figures), folder=folder)).check()
