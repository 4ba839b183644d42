"""The analysis of city clusters within a study: of made-up files, and of one region of the default data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.errors import StudyFileError
from geo_urban.messages import catalogue
from geo_urban.presentation import Categories
from geo_urban.studies import load_study, study_from_text
from geo_urban.studies.context import context_of
from geo_urban.studies.steps import ANALYSES
from geo_urban.studies.words import COLUMN_LABELS, TABLE_TITLES

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.presentation import Presentation
    from geo_urban.studies.results import AnalysisOutput

MILLION = 1_000_000
STUDY = """
name = "made-up"
years = [2010, 2020]
analyses = ["agglomerations"]

[boundaries]
source = "units.gpkg"
code = "code"

[population]
source = "units.gpkg"
start = "p2010"
end = "p2020"
group = "side"

[network]
source = "straight"

[agglomerations]
reference = "plan"
regions = "region"
gdp = "gdp"
sweep = 4
rings = [60, 120]
criteria = ["residents >= 4000000", "gdp_per_person >= 2", "density_per_km2 >= 100000"]

[[agglomerations.pages]]
name = "both"
title = "Both ends"
cities = ["u00", "u07"]
reference = "West"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    people = [4 * MILLION, 40_000, 30_000, 20_000, 10_000, 10_000, 10_000, 10_000]
    gpd.GeoDataFrame(
        {
            "code": [f"u{number:02}" for number in range(8)],
            "name": list("ABCDEFGH"),
            "p2010": [3 * MILLION, *people[1:]],
            "p2020": people,
            "plan": ["West"] * 5 + [None] * 3,
            "region": ["1", "1", "2", "2", "3", "3", "4", "4"],
            "gdp": [3.0 * count for count in people],
            "side": ["W"] * 4 + ["E"] * 4,
        },
        # Half a degree of the equator each: 55.66 km from middle to middle, a minute per kilometre.
        geometry=[box(place / 2, 0, place / 2 + 0.5, 0.5) for place in range(8)],
        crs=4326,
    ).to_file(tmp_path / "units.gpkg")
    return tmp_path


@pytest.fixture
def output(folder: Path) -> AnalysisOutput:
    return ANALYSES["agglomerations"].run(context_of(study_from_text(STUDY, folder=folder)))


def test_members_rings_and_criteria_by_hand(output: AnalysisOutput) -> None:
    tables = output.tables
    # 120 · 4^¼ = 169.7 km: A to D, and whole regions 1 and 2.
    assert tables["agglomeration_units"]["agglomeration"].tolist() == ["A"] * 4 + [None] * 4
    assert tables["agglomerations"].loc["A", ["residents", "largest_city"]].tolist() == [4_090_000, 4 * MILLION]
    assert tables["agglomerations"].loc["A", "gdp_per_person"] == pytest.approx(3)
    rings = tables["agglomeration_rings"].xs("A")
    assert rings["residents"].tolist() == [4_040_000, 30_000, 20_000]  # 0 and 56, 111, 167 minutes
    assert rings["change_share"].tolist() == pytest.approx([4_040_000 / 3_040_000 - 1, 0, 0])
    assert tables["agglomeration_criteria"].loc["A"].tolist() == ["met", "met", "not met"]
    parameters = tables["agglomeration_parameters"]["value"]
    assert parameters[["reach_minutes", "settings_of_the_sweep", "criterion_least_residents"]].tolist() == [
        120, 4, 4 * MILLION,
    ]  # fmt: skip


def test_what_the_plan_follows_by_hand(output: AnalysisOutput) -> None:
    # The plan is A to E: E alone is theirs, 4 · 55.66 km from A. Its line parts E from F, both in the east; ours parts
    # D from E, of west and east.
    line = output.tables["agglomeration_plan_lines"].loc["West"]
    assert line[["matched", "only_theirs", "only_ours"]].tolist() == ["A", 10_000, 0]
    assert line["only_theirs_minutes"] == pytest.approx(4 * 55.66, abs=0.05)
    assert line[["group_line_share", "our_group_line_share"]].tolist() == [0, 1]
    f1 = output.tables["agglomeration_agreement"].loc[("West", "all", "count"), "f1"]
    assert f1 == pytest.approx(8 / 9)


def test_the_page_says_which_cities_are_no_cluster(output: AnalysisOutput) -> None:
    named = output.tables["agglomeration_named"].loc["Both ends"]
    assert named["agglomeration"].fillna("none").tolist() == ["A", "none"]
    assert named["minutes_to_first"].tolist() == pytest.approx([0, 7 * 55.66], abs=0.05)
    whole, page = output.presentations
    assert dict(output.parts) == {"agglomeration_both": ()}
    assert page.title == "Both ends"
    said = " ".join(page.cautions)
    assert "In no cluster by this rule: H" in said
    assert "Only in the plan: E. Half of the people there have 223 minutes or more to the nearest core of A" in said
    assert "0% lie in two provinces; of those that ours parts, 100%" in said
    assert [layer.name for layer in whole.layers] == ["units", "agglomeration_outlines", "agglomeration_cores"]


def column(shown: Presentation, name: str) -> list[object]:
    return shown.layers[0].units[name].tolist()


def test_each_unit_says_where_it_belongs_and_how_firmly(output: AnalysisOutput) -> None:
    page = output.presentations[1]
    assert column(page, "role")[:5] == ["core", "inner", "outer", "outer", "outside"]
    assert column(page, "agreement")[:6] == ["both"] * 4 + ["only theirs", "neither"]
    role = page.layers[0].fields[0]
    assert (role.column, role.firmness) == ("role", "firmness")
    rings = next(layer for layer in page.layers if layer.name.endswith("_rings"))
    assert rings.units["ring"].tolist() == ["0–60", "60–120", "120+"]
    kinds = rings.fields[0].classes
    assert isinstance(kinds, Categories)
    assert [item.value for item in kinds.items] == ["0–60", "60–120", "120+"]


def test_without_a_plan_and_pages_each_cluster_has_its_page(folder: Path) -> None:
    text = STUDY.split("[[agglomerations.pages]]", maxsplit=1)[0].replace('reference = "plan"\n', "")
    output = ANALYSES["agglomerations"].run(context_of(study_from_text(text, folder=folder)))
    assert "agglomeration_agreement" not in output.tables
    assert [(shown.name, shown.title) for shown in output.presentations[1:]] == [("agglomeration_cluster_1", "A")]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("rings = [60, 120]", "rings = [120, 60]", "ascending limits above zero"),
        ("rings = [60, 120]", "rings = []", "agglomerations.rings"),
        ('"residents >= 4000000"', '"many residents"', "cannot be read"),
        ('"residents >= 4000000"', '"residents >= many"', "cannot be read"),
        ("sweep = 4", "sweep = -4", "agglomerations.sweep"),
        ("sweep = 4", 'method = "guess"', "agglomerations.method"),
        ("sweep = 4", "swep = 4", "Did you mean `sweep`"),
        ('title = "Both ends"', 'titel = "Both ends"', "Did you mean `title`"),
        ('cities = ["u00", "u07"]', "cities = []", "cities"),
        ('name = "both"', 'name = "Both ends"', "name"),
        ('reference = "West"', "[agglomerations.parameters]\nreach = 3", "Did you mean `reach_minutes`"),
        ('reference = "West"', "[agglomerations.parameters]\nreach_minutes = 0", "must be above zero"),
        ('reference = "West"', '[[agglomerations.pages]]\nname = "both"\ncities = ["u00"]', "two pages"),
    ],
)
def test_bad_keys_are_named(was: str, becomes: str, told: str) -> None:
    assert was in STUDY
    with pytest.raises(StudyFileError, match=told.replace("[", r"\[")):
        study_from_text(STUDY.replace(was, becomes))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "a"\nanalyses = ["change"]\n[agglomerations]\nsweep = 4', "no analysis reads it"),
        ('name = "a"\nanalyses = ["agglomerations"]\n[agglomerations]\nregions = "x"', "names columns (regions)"),
        ('name = "a"\nanalyses = ["agglomerations"]\n[agglomerations]\ncores = "x"', "names columns (cores)"),
    ],
)
def test_keys_that_contradict_each_other(text: str, told: str) -> None:
    with pytest.raises(StudyFileError) as caught:
        study_from_text(text)
    assert told in str(caught.value)


def test_words_for_a_product_are_refused(folder: Path) -> None:
    text = STUDY.replace('gdp = "gdp"', 'gdp = "name"')
    with pytest.raises(ValueError, match="not numeric"):
        ANALYSES["agglomerations"].run(context_of(study_from_text(text, folder=folder)))


def test_unknown_measures_are_named_with_those_there_are(folder: Path) -> None:
    text = STUDY.replace('"residents >= 4000000"', '"happiness >= 1"')
    with pytest.raises(ValueError, match="happiness"):
        ANALYSES["agglomerations"].run(context_of(study_from_text(text, folder=folder)))


@pytest.mark.slow  # the pages of this region are driven in every build
def test_a_region_is_seen_with_its_neighbors() -> None:
    study = load_study("agglomerations").model_copy(update={"region": "青海省"})
    output = ANALYSES["agglomerations"].run(context_of(study))
    # The cluster that reaches into the province is shown whole, with Lanzhou in the province next to it.
    assert output.tables["agglomerations"].index.tolist() == ["兰州市–西宁市"]
    units = output.tables["agglomeration_units"]
    assert set(units["province"]) == {"甘肃省", "青海省"}
    assert set(output.tables["agglomeration_agreement"].index.get_level_values(0)) == {"Lanzhou–Xining"}
    # Of the three cities of the page Yinchuan lies beyond the provinces next to it.
    assert output.tables["agglomeration_named"]["name"].tolist() == ["兰州市", "西宁市"]
    assert any("provinces next to it compete" in caution for caution in output.cautions)


def test_every_word_is_known_in_chinese() -> None:
    known = catalogue("zh")
    study = load_study("agglomerations")
    texts = [ANALYSES["agglomerations"].title, *(page.title for page in study.agglomerations.pages)]
    texts += [page.reference for page in study.agglomerations.pages if page.reference]
    texts += [text for name, text in TABLE_TITLES.items() if name.startswith("agglomeration")]
    assert [text for text in [*texts, *COLUMN_LABELS.values()] if text not in known] == []


def test_pages_name_cities_that_there_are() -> None:
    from geo_urban import datasets

    units = datasets.agglomeration_units()
    named = {city for page in load_study("agglomerations").agglomerations.pages for city in page.cities}
    assert named <= set(units["city"]) | set(units.index)
    plans = {page.reference for page in load_study("agglomerations").agglomerations.pages} - {""}
    assert plans == set(pd.unique(units["plan"].dropna()))
