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
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.results import AnalysisOutput

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


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> StudyContext:
    """Six by six squares: the western half loses a fifth, the eastern half gains a fifth, a little apart."""
    tmp_path = tmp_path_factory.mktemp("made-up")
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


@pytest.fixture(scope="module")
def clusters(context: StudyContext) -> AnalysisOutput:
    return ANALYSES["clusters"].run(context)


def test_types_count_the_units_of_each_kind(context: StudyContext) -> None:
    output = ANALYSES["typology"].run(context)
    counted = output.tables["types_summary"]["units"]
    # 18 units gain about a fifth; 18 lose between 16.5 and 20 %: "loss 10–30 %".
    assert counted["growing"] == 18
    assert counted.filter(like="10–30").sum() == 18
    assert counted.sum() == SIDE * SIDE
    assert [number.value for number in output.key_numbers] == [18, 0, 18]


def test_two_halves_are_two_clusters_and_nothing_net_of_their_means(clusters: AnalysisOutput) -> None:
    overall = clusters.tables["clusters_overall"]
    # Two halves that touch along one line: nearly all neighbors are alike, so I is near its largest.
    assert overall.loc["moran", "statistic"] > 0.7
    assert overall.loc["moran", "p"] < 0.01
    assert abs(overall.loc["moran_net", "statistic"]) < 0.3  # without the halves' means no order is left
    by_p = clusters.tables["clusters_summary"]["units"]
    assert by_p["low-low"] > 5
    assert by_p["high-high"] > 5
    assert by_p["low-high"] == by_p["high-low"] == 0
    assert by_p["total"] == SIDE * SIDE


def test_the_same_seed_gives_the_same_tables(context: StudyContext, clusters: AnalysisOutput) -> None:
    one, two = (output.tables["clusters_units"] for output in (clusters, ANALYSES["clusters"].run(context)))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two))


def test_maps_carry_clusters_and_the_scatter_linked_to_them(clusters: AnalysisOutput) -> None:
    output = clusters
    assert [shown.name for shown in output.presentations] == ["clusters", "clusters_net", "hot_spots"]
    first = output.presentations[0]
    assert first.charts[0].layer == first.layers[0].name == "clusters"
    assert first.layers[0].mapped_fields[0].column == "category_fdr"


def test_every_table_has_a_title_and_the_part_names_the_analyses(
    context: StudyContext, clusters: AnalysisOutput
) -> None:
    assert {"typology", "clusters", "scales"} <= set(PARTS["shrinkage"])
    for output in (ANALYSES["typology"].run(context), clusters):
        assert set(output.tables) <= set(TABLE_TITLES)
        assert set(output.headline) <= set(output.tables)


def test_each_unit_has_the_share_of_settings_in_which_its_category_holds(clusters: AnalysisOutput) -> None:
    output = clusters
    units, settings = output.tables["clusters_units"], output.tables["clusters_settings"]
    # Four graphs, two numbers of permutations, three levels; no prefectures in these files.
    assert len(settings) == 24
    assert settings["graph"].iloc[0] == "queen"
    assert settings["agreement_share"].iloc[0] == 1
    assert units["firmness_share"].between(1 / 24, 1).all()
    firm = output.tables["clusters_firmness"]
    assert firm["units"].sum() == SIDE * SIDE
    assert firm.loc["low-low", "net"] == 0  # nothing is left of the halves net of their means
    first = output.presentations[0].layers[0]
    assert first.mapped_fields[0].firmness == "firmness"
    assert first.units["firmness"].tolist() == units["firmness_share"].tolist()
    assert "hot_spots_firmness" in output.tables
