"""The analyses of rank-size and of city density within a study: of made-up files, and of the default data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.datasets import published
from geo_urban.messages import catalogue
from geo_urban.studies import load_study, study_from_text
from geo_urban.studies.compare import OTHER_YEAR
from geo_urban.studies.compare_west import compare_city_density
from geo_urban.studies.context import StudyContext, context_of
from geo_urban.studies.national_density import macro_region_density, mean_prefecture
from geo_urban.studies.steps import ANALYSES, PARTS, PUBLISHED
from geo_urban.studies.words import COLUMN_LABELS, TABLE_TITLES

if TYPE_CHECKING:
    from pathlib import Path

STUDY = """
name = "made-up"
years = [2000, 2010]
analyses = ["rank_size", "city_density"]

[boundaries]
source = "units.gpkg"
code = "code"

[population]
source = "panel.csv"
start = "pop2000"
end = "pop2010"
{group}
"""
CODES = [f"c{number}" for number in range(8)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sizes = [800, 400, 266, 200, 160, 133, 114, 100]
    pd.DataFrame({"code": CODES, "pop2000": sizes, "pop2010": sizes, "side": ["A"] * 5 + ["B"] * 3}).to_csv(
        tmp_path / "panel.csv", index=False
    )
    # Squares of a tenth of a degree in a row on the equator: 123.09 km² each by the geodesic.
    shapes = [box(place / 10, 0, (place + 1) / 10, 0.1) for place in range(8)]
    gpd.GeoDataFrame({"code": CODES}, geometry=shapes, crs=4326).to_file(tmp_path / "units.gpkg")
    return tmp_path


def context(folder: Path, group: str = 'group = "side"') -> StudyContext:
    return context_of(study_from_text(STUDY.format(group=group), folder=folder))


def test_rank_size_of_own_files(folder: Path) -> None:
    output = ANALYSES["rank_size"].run(context(folder))
    assert set(output.tables) == {"rank_size", "primacy", "rank_size_fit", "rank_size_cities"}
    assert output.tables["rank_size"].index.tolist() == ["A", "B", "total"]
    # 800 / k: the slope of size on rank is 1, and the first is twice the second.
    assert output.tables["rank_size_fit"].loc["lotka", "zeta"] == pytest.approx(1, abs=0.01)
    assert output.tables["primacy"].loc["total", "two_city"] == 2
    assert len(output.tables["rank_size_cities"]) == 8


def test_city_density_of_own_files(folder: Path) -> None:
    table = ANALYSES["city_density"].run(context(folder)).tables["city_density"]
    assert table.index.tolist() == ["A", "B", "total"]
    assert table["cities"].tolist() == [5, 3, 8]
    assert table["area_km2"].tolist() == pytest.approx([615.4, 369.3, 984.7], abs=0.5)
    assert table.loc["total", "mean_city_population"] == pytest.approx(2173 / 8)
    # Centres lie a tenth of a degree of the equator apart: 11.132 km.
    assert table.loc["total", "nearest_km"] == pytest.approx(11.132, abs=0.01)
    assert "towns" not in table.columns


def test_without_groups_there_is_the_total(folder: Path) -> None:
    one = context(folder, group="")
    for name in ("rank_size", "city_density"):
        output = ANALYSES[name].run(one)
        assert all(len(output.tables[table]) == 1 for table in output.headline)


def test_the_northeast_by_province() -> None:
    study = load_study("northeast").model_copy(update={"analyses": ("rank_size", "city_density")})
    default = context_of(study)
    primacy = ANALYSES["rank_size"].run(default).tables["primacy"]
    # Census 2020: Shenyang 7,885,142 over Dalian 5,736,383; Harbin 6,976,136 over Daqing 1,754,655.
    assert primacy.loc["辽宁省", "largest"] == "沈阳市"
    assert primacy.loc["辽宁省", "two_city"] == pytest.approx(7_885_142 / 5_736_383)
    assert primacy.loc["黑龙江省", "two_city"] == pytest.approx(6_976_136 / 1_754_655)
    output = ANALYSES["city_density"].run(default)
    table = output.tables["city_density"]
    assert table.loc["total", ["cities", "residents"]].tolist() == [91, 98_514_948]
    assert table.loc["辽宁省", "towns"] == 640  # towns of the list of 2026 in codes 21…
    assert any("2026" in caution for caution in output.cautions)


def test_macro_regions_beside_the_published_figures() -> None:
    table = compare_city_density(
        macro_region_density(2020), published("western_china"), year=2020, mean_prefecture=mean_prefecture(2020)
    )
    # Other years: nothing is scored.
    assert set(table["reason"]) == {OTHER_YEAR}
    assert table["difference"].isna().all()
    assert len(table) == 14  # printed rows of the five measures
    ours = table.drop_duplicates(["measure", "group"]).set_index(["measure", "group"])["ours"]
    assert ours[("cities", "nation")] == 684  # comparable cities of both censuses
    assert ours[("city_density", "west")] < ours[("city_density", "nation")] < ours[("city_density", "east")]
    # The printed order of towns per person is the other way round: 0.21, 0.16, 0.13.
    assert ours[("town_density", "west")] > ours[("town_density", "nation")] > ours[("town_density", "east")]


def test_they_are_registered_and_worded() -> None:
    assert {"rank_size", "city_density"} <= set(PARTS["hierarchy"])
    assert PUBLISHED["western_china"] == "city_density"
    known = catalogue("zh")
    texts = [ANALYSES[name].title for name in ("rank_size", "city_density")]
    assert [text for text in [*texts, *TABLE_TITLES.values(), *COLUMN_LABELS.values()] if text not in known] == []
