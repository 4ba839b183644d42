"""The analyses of types and of clusters within a study of made-up files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.studies import study_from_text
from geo_urban.studies.context import context_of
from geo_urban.studies.steps import ANALYSES, PARTS
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.studies.context import StudyContext

STUDY = """
name = "made-up"
years = [2010, 2020]
analyses = ["typology", "clusters"]
seed = 1

[boundaries]
source = "units.gpkg"
code = "code"
datum = "wgs84"

[population]
source = "panel.csv"
start = "pop2010"
end = "pop2020"
group = "side"
"""
SIDE = 6


@pytest.fixture
def context(tmp_path: Path) -> StudyContext:
    """Six by six squares: the western half loses a fifth, the eastern half gains a fifth, a little apart."""
    codes = [f"c{row}{column}" for row in range(SIDE) for column in range(SIDE)]
    west = [column < SIDE // 2 for _ in range(SIDE) for column in range(SIDE)]
    end = [(800 if left else 1200) + number * 7 % 13 for number, left in enumerate(west)]
    side = ["W" if left else "E" for left in west]
    pd.DataFrame({"code": codes, "pop2010": 1000, "pop2020": end, "side": side}).to_csv(
        tmp_path / "panel.csv", index=False
    )
    shapes = [box(100 + column, 30 + row, 101 + column, 31 + row) for row in range(SIDE) for column in range(SIDE)]
    gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=4326).to_file(tmp_path / "units.gpkg")
    return context_of(study_from_text(STUDY, folder=tmp_path))


def test_types_count_the_units_of_each_kind(context: StudyContext) -> None:
    output = ANALYSES["typology"].run(context)
    counted = output.tables["types_summary"]["units"]
    # 18 units gain about a fifth; 18 lose between 16.5 and 20 %: "loss 10–30 %".
    assert counted["growing"] == 18
    assert counted.filter(like="10–30").sum() == 18
    assert counted.sum() == SIDE * SIDE
    assert [number.value for number in output.key_numbers] == [18, 0, 18]


def test_two_halves_are_two_clusters_and_nothing_net_of_their_means(context: StudyContext) -> None:
    output = ANALYSES["clusters"].run(context)
    overall = output.tables["clusters_overall"]
    # Two halves that touch along one line: nearly all neighbors are alike, so I is near its largest.
    assert overall.loc["moran", "statistic"] > 0.7
    assert overall.loc["moran", "p"] < 0.01
    assert abs(overall.loc["moran_net", "statistic"]) < 0.3  # without the halves' means no order is left
    by_p = output.tables["clusters_summary"]["units"]
    assert by_p["low-low"] > 5
    assert by_p["high-high"] > 5
    assert by_p["low-high"] == by_p["high-low"] == 0
    assert by_p["total"] == SIDE * SIDE


def test_the_same_seed_gives_the_same_tables(context: StudyContext) -> None:
    one, two = (ANALYSES["clusters"].run(context).tables["clusters_units"] for _ in range(2))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two))


def test_maps_carry_clusters_and_the_scatter_linked_to_them(context: StudyContext) -> None:
    output = ANALYSES["clusters"].run(context)
    assert [shown.name for shown in output.presentations] == ["clusters", "clusters_net", "hot_spots"]
    first = output.presentations[0]
    assert first.charts[0].layer == first.layers[0].name == "clusters"
    assert first.layers[0].mapped_fields[0].column == "category_fdr"


def test_every_table_has_a_title_and_the_part_names_the_analyses(context: StudyContext) -> None:
    assert {"typology", "clusters"} <= set(PARTS["shrinkage"])
    for name in ("typology", "clusters"):
        output = ANALYSES[name].run(context)
        assert set(output.tables) <= set(TABLE_TITLES)
        assert set(output.headline) <= set(output.tables)
