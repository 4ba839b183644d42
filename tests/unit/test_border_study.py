"""The study of the land border: figures of counties that changed, a region's answers, and what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo_urban.corridors import border_units, land_border
from geo_urban.datasets import census, census_panel, counties, published
from geo_urban.datasets.border_figures import figures_of_counties, is_capital
from geo_urban.maps import border_map
from geo_urban.presentation import Sheet
from geo_urban.studies import load_study
from geo_urban.studies.context import context_of
from geo_urban.studies.steps import ANALYSES, PARTS, PUBLISHED
from geo_urban.studies.steps.border_data import TOWN_TIERS, border_data
from geo_urban.studies.steps.border_maps import page_name

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.results import AnalysisOutput

# Border counties that no comparable unit of the panel is named after: founded, split or merged between the censuses.
JOINED = {
    "652702": "阿拉山口市",
    "653022": "阿克陶县",
    "653223": "皮山县",
    "654004": "霍尔果斯市",
    "654022": "察布查尔锡伯自治县",
    "654323": "福海县",
    "659008": "可克达拉市",
}


@pytest.fixture(scope="module")
def context() -> StudyContext:
    """Return the study of Guangxi, the shortest of the six stretches."""
    return context_of(load_study("border").model_copy(update={"region": "广西壮族自治区"}))


@pytest.fixture(scope="module")
def outputs(context: StudyContext) -> dict[str, AnalysisOutput]:
    return {name: ANALYSES[name].run(context) for name in context.study.analyses}


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return figures_of_counties(counties())


def test_every_county_of_the_mainland_has_figures(figures: pd.DataFrame) -> None:
    units = counties()
    without = units.loc[figures.index[figures["counted_as"].isna()]]
    # Hong Kong, Macau and Taiwan, whom no census here counts, and three polygons newer than the census of 2020.
    mainland = without[~without.index.str[:2].isin(["71", "81", "82"])]
    assert sorted(mainland.index) == ["330113", "330114", "350527"]


def test_counties_that_changed_are_joined_through_their_members(figures: pd.DataFrame) -> None:
    panel, names = census_panel(), counties()["name"]
    for code, name in JOINED.items():
        assert names[code] == name
        row = figures.loc[code]
        assert code not in panel.index
        assert code in panel.loc[row["counted_as"], "members_2020"].split(";")
        assert row["population_2010"] == panel.loc[row["counted_as"], "population_2010"]
        assert row["own_population_2020"] == census(2020).loc[code, "population"]
    # Horgos was founded in 2014 from parts of Huocheng, and Kokdala in 2015: with Yining they are one unit.
    assert set(figures.loc["654004", "counted_with"].split("; ")) == {
        "伊宁市", "察布查尔锡伯自治县", "霍城县", "可克达拉市",
    }  # fmt: skip
    assert figures.loc["654022", "counted_as"] == figures.loc["659008", "counted_as"]


def test_capitals() -> None:
    codes = pd.Index(["530100", "530300", "110000", "650200"])
    assert is_capital(codes).tolist() == [True, False, True, False]


def test_urban_centres_near_the_border_are_listed_with_or_without_a_seat(outputs: dict[str, AnalysisOutput]) -> None:
    centres = outputs["border_corridors"].tables["modelled_border_urban_centres"]
    towns = outputs["border_corridors"].tables["border_towns"]
    # Dongxing lies on the border river, opposite of Móng Cái.
    dongxing = centres[centres["name"] == "东兴市"].iloc[0]
    assert dongxing["seat_of"] == "东兴市"
    assert dongxing["to_border_km"] < 3
    assert dongxing["nearest_port"] == "东兴"
    # Qinzhou's centre lies in a county of the belt whose seat is elsewhere.
    assert (centres["seat_of"] == "").any()
    named = centres["seat_of"].str.split("; ").explode()
    assert set(named[named != ""]) <= set(towns["name"])
    assert (centres["population"] >= 50_000).all()  # what makes an urban centre


def test_border_of_a_region(outputs: dict[str, AnalysisOutput]) -> None:
    tables = outputs["land_border"].tables
    neighbors = tables["border_by_neighbor"]
    # Guangxi borders on Vietnam alone; 637 km in its own yearbook, on a line of other detail.
    assert neighbors.index[neighbors["border_km"] > 0].tolist() == ["VNM"]
    assert neighbors["border_km"].sum() == pytest.approx(637, rel=0.1)
    assert len(tables["border_units"]) == 8
    assert tables["border_counts"].loc[0, "units"] == 8
    assert tables["border_by_macro_region"].loc["west", "border_share"] == pytest.approx(1)
    assert "东兴" in tables["ports"].index
    assert tables["ports_by_position"]["ports"].sum() == len(tables["ports"])


def test_towns_and_corridors_of_a_region(outputs: dict[str, AnalysisOutput]) -> None:
    tables = outputs["border_corridors"].tables
    towns = tables["border_towns"]
    assert {"东兴市", "凭祥市"} <= set(towns["name"])
    # Dongxing: 144,777 residents in 2010 and 216,076 in 2020, both as the censuses print them.
    dongxing = towns.set_index("name").loc["东兴市"]
    panel = census_panel(region="广西").set_index("name").loc["东兴市"]
    assert dongxing["change_share"] == pytest.approx(panel["population_2020"] / panel["population_2010"] - 1)
    assert dongxing["nearest_port"] == "东兴"
    assert dongxing["nearest_province"] == "南宁市"
    along = tables["corridors_along"]
    assert along.index.tolist() == ["along VNM"]
    assert along["detour"].item() > 1
    low, high = along[["population_low", "population_high"]].iloc[0]
    assert low <= along["population"].item() <= high
    assert "corridors_named" not in tables  # the land bridge does not pass through Guangxi
    assert towns["tier"].dtype.categories.tolist() == [tier.name for tier in TOWN_TIERS.tiers]


def test_pages_of_parts(outputs: dict[str, AnalysisOutput]) -> None:
    found = outputs["border_corridors"]
    assert found.parts == {"border_guangxi": ("广西壮族自治区",)}
    whole, _, part = found.presentations
    assert [shown.name for shown in found.presentations] == ["border_corridors", "catchments", "border_guangxi"]
    assert {layer.name for layer in part.layers} == {f"{layer.name}_guangxi" for layer in whole.layers}
    assert all("nation" not in layer.units.attrs for layer in part.layers)
    ports = next(layer for layer in part.layers if layer.name == "ports_guangxi")
    assert sorted(ports.units.index) == sorted(outputs["land_border"].tables["ports"].index)
    assert page_name("Heilongjiang and Jilin") == "border_heilongjiang_and_jilin"
    assert page_name("西藏") == "border_part"


def test_names_in_both_languages(outputs: dict[str, AnalysisOutput]) -> None:
    corridors = outputs["border_corridors"].tables["corridors"]
    assert corridors.loc["along VNM", ["name", "name_en"]].tolist() == ["沿越南边界", "Along the border with Vietnam"]


def test_parts_and_published_tables() -> None:
    assert PARTS["border"] == ("land_border", "border_corridors")
    assert PUBLISHED["land_border"] == "land_border"
    printed = published("land_border")
    assert printed.loc[printed["measure"] == "border_counties", "value"].tolist() == [134, 140]


def test_national_figures_stand_beside_published_ones_only_for_the_nation(context: StudyContext) -> None:
    from geo_urban.studies.compare_border import compare_land_border

    table = compare_land_border(border_data(context), national=False)
    assert table["ours"].isna().all()
    assert (table["reason"] != "").all()


def test_uncovered_land_lies_below_what_lies_over_the_map() -> None:
    from geo_urban.maps import with_sheet

    units = gpd.GeoDataFrame(
        {"name": ["A", "B"]}, index=["a", "b"], geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326
    )
    around = gpd.GeoDataFrame(index=["N"], geometry=[box(0, 1, 1, 2).union(box(1, 1, 2, 2)).segmentize(1)], crs=4326)
    border = land_border(units, around)
    belt = border_units(units, border, min_border_km=1)
    land = gpd.GeoDataFrame({"name": ["here", "far"]}, geometry=[box(0, 0, 2, 1), box(0, -3, 2, 0)], crs=4326)
    from geo_urban.corridors.border_layers import belt_layer, border_layer
    from geo_urban.presentation import Presentation

    layers = (belt_layer(belt), border_layer(border, over=True))
    shown = with_sheet(
        Presentation(name="x", title="x", layers=layers, source="", method=""), Sheet(nation="Utopia", land=land)
    )
    assert [layer.name for layer in shown.layers] == ["border_units", "not_covered", "land_border"]
    drawn = border_map(border, belt=belt)
    assert [layer["name"] for layer in drawn.payload["layers"]] == ["border_units", "land_border"]
