"""The layer file is what other programs expect: read back with pyogrio, SQLite, and GDAL's own tool if there is one."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo_urban.errors import AlignmentError, InputError, MissingCRSError, OutputError
from geo_urban.layers import write_geopackage
from geo_urban.maps import map_payload
from geo_urban.palettes import diverging
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = (-0.3, -0.1, 0.0)
SHARES = [-0.4, -0.3, -0.1, 0.2]


def change_field(column: str = "change_share") -> Field:
    return Field(
        column=column,
        label="Change of residents",
        unit="%",
        scale=100,
        decimals=1,
        classes=Breaks(limits=LIMITS, colors=diverging(3, 1)),
    )


def counties(*, shares: list[float] | None = None) -> Layer:
    units = gpd.GeoDataFrame(
        {
            "name": ["漠河市", "a<b>&\"'", "c", "d"],
            "change_share": shares or SHARES,
            "severity": ["severe", "marked", "slight", None],
            "population_2020": pd.array([84_414, 1, None, 3], dtype="Int64"),
            "members": [("232723",), ("1", "2"), (), ("3",)],
        },
        index=pd.Index(["012701", "232701", "232702", "232703"], name="adcode"),
        geometry=[shapely.box(x, 50, x + 1, 51) for x in (120, 121, 122, 123)],
        crs=4326,
    )
    severity = Categories(
        items=tuple(
            Category(value=value, label=f"{value} loss", color=color)
            for value, color in (("severe", "#b2182b"), ("marked", "#ef8a62"), ("slight", "#fddbc7"))
        )
    )
    fields = (
        change_field(),
        Field(column="severity", label="Severity", classes=severity),
        Field(column="population_2020", label="Residents 2020", unit="persons", decimals=0, modelled=True),
        Field(column="members", label="Members"),
    )
    return Layer(name="counties", title="Counties", units=units, fields=fields)


def presentation(*layers: Layer) -> Presentation:
    return Presentation(
        name="change",
        title="Change",
        layers=layers or (counties(),),
        source="Two censuses",
        method="A difference.",
        cautions=("Births are inside.",),
    )


def styles(path: Path) -> dict[str, ET.Element]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT styleName, styleQML FROM layer_styles ORDER BY fid").fetchall()
    return {name: ET.fromstring(qml.split("\n", 1)[1]) for name, qml in rows}  # noqa: S314 - our own file


def symbol_color(renderer: ET.Element, name: str) -> str:
    option = renderer.find(f"symbols/symbol[@name='{name}']/layer/Option/Option[@name='color']")
    assert option is not None
    red, green, blue, _ = (int(part) for part in option.attrib["value"].split(","))
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_layers_read_back_with_codes_as_text_and_values_as_given(tmp_path: Path) -> None:
    given = counties()
    path = write_geopackage(presentation(given), tmp_path / "x.gpkg")
    back = gpd.read_file(path, layer="counties").set_index("adcode")
    assert back.index.tolist() == given.units.index.tolist()
    assert back["name"].tolist() == given.units["name"].tolist()
    assert back["change_share"].tolist() == SHARES
    assert back["population_2020"].dropna().tolist() == [84_414, 1, 3]
    assert back["members"].tolist() == ["232723", "1;2", "", "3"]
    assert back.crs == given.units.crs
    assert back.geometry.iloc[2].equals(given.units.geometry.iloc[2])


def test_several_layers_stand_in_the_order_given(tmp_path: Path) -> None:
    others = [replace(counties(), name=name, title=name.title()) for name in ("prefectures", "cities")]
    path = write_geopackage([presentation(counties(), others[0]), others[1]], tmp_path / "x.gpkg")
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["counties", "prefectures", "cities", "layer_styles"]


def test_source_method_and_cautions_travel_with_the_layer(tmp_path: Path) -> None:
    path = write_geopackage(presentation(), tmp_path / "x.gpkg")
    metadata = pyogrio.read_info(path, layer="counties")["layer_metadata"]
    assert metadata["SOURCE"] == "Two censuses"
    assert metadata["METHOD"] == "A difference."
    assert metadata["CAUTION"] == "Births are inside."


def test_columns_have_titles_and_fractions_say_so(tmp_path: Path) -> None:
    path = write_geopackage(presentation(), tmp_path / "x.gpkg", language="zh")
    with closing(sqlite3.connect(path)) as connection:
        rows = {
            row[0]: row[1:]
            for row in connection.execute("SELECT column_name, title, description FROM gpkg_data_columns")
        }
        integrity = connection.execute("PRAGMA integrity_check").fetchone()
        foreign = connection.execute("PRAGMA foreign_key_check").fetchall()
    assert rows["adcode"] == ("代码", "代码（文本）")
    assert rows["change_share"][1] == "以小数存储：0.25 即 25%。"
    assert rows["population_2020"][1].endswith("模型估算，非普查数。")
    assert integrity == ("ok",)
    assert foreign == []


def test_the_first_style_is_the_default_and_has_the_maps_colors(tmp_path: Path) -> None:
    path = write_geopackage(presentation(), tmp_path / "x.gpkg")
    with closing(sqlite3.connect(path)) as connection:
        chosen = connection.execute("SELECT styleName, useAsDefault, f_geometry_column FROM layer_styles").fetchall()
    assert chosen == [("Change of residents", 1, "geom"), ("Severity", 0, "geom")]
    renderer = styles(path)["Change of residents"].find("renderer-v2")
    assert renderer is not None
    assert renderer.attrib["type"] == "graduatedSymbol"
    assert renderer.attrib["attr"] == "change_share"
    ranges = [
        (float(one.attrib["lower"]), float(one.attrib["upper"]), one.attrib["symbol"]) for one in renderer.iter("range")
    ]
    drawn = map_payload(presentation())["layers"][0]["fields"][0]["classifications"][0]
    for value, expected in zip(SHARES, map(int, drawn["of"]), strict=True):
        # QGIS takes the first range that holds the value, ends included.
        first = next(symbol for lower, upper, symbol in ranges if lower <= value <= upper)
        assert symbol_color(renderer, first) == drawn["colors"][expected]


def test_a_layer_with_missing_values_gets_rules_and_a_class_for_them(tmp_path: Path) -> None:
    layer = counties(shares=[-0.4, np.nan, 0.0, 0.1])
    renderer = styles(write_geopackage(presentation(layer), tmp_path / "x.gpkg"))["Change of residents"].find(
        "renderer-v2"
    )
    assert renderer is not None
    rules = {rule.attrib["label"]: rule.attrib["filter"] for rule in renderer.iter("rule")}
    assert rules == {
        "under −30%": '"change_share" IS NOT NULL AND "change_share" < -0.3',
        "−30% to −10%": '"change_share" IS NOT NULL AND "change_share" >= -0.3 AND "change_share" < -0.1',
        "−10% to 0%": '"change_share" IS NOT NULL AND "change_share" >= -0.1 AND "change_share" < 0.0',
        "0% and over": '"change_share" IS NOT NULL AND "change_share" >= 0.0',
        "no data": '"change_share" IS NULL',
    }
    assert symbol_color(renderer, "4") == "#d9d9d9"


def test_qgis_finds_the_columns_it_asks_for(tmp_path: Path) -> None:
    # QGIS orders styles by these; without one of them it opens the layer without a style (seen in QGIS 3.22).
    path = write_geopackage(presentation(), tmp_path / "x.gpkg")
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT styleName FROM layer_styles WHERE f_table_schema = '' AND f_table_name = 'counties' "
            "AND f_geometry_column = 'geom' ORDER BY CASE WHEN useAsDefault THEN 1 ELSE 2 END, update_time DESC LIMIT 1"
        ).fetchone()
        version = connection.execute("PRAGMA user_version").fetchone()
    assert found == ("Change of residents",)
    assert version == (10200,)  # version 1.2 of the format


def test_names_become_categories_and_the_rest_is_grey(tmp_path: Path) -> None:
    renderer = styles(write_geopackage(presentation(), tmp_path / "x.gpkg"))["Severity"].find("renderer-v2")
    assert renderer is not None
    entries = [
        (one.attrib["value"], one.attrib["label"], symbol_color(renderer, one.attrib["symbol"]))
        for one in renderer.iter("category")
    ]
    assert entries == [
        ("severe", "severe loss", "#b2182b"),
        ("marked", "marked loss", "#ef8a62"),
        ("slight", "slight loss", "#fddbc7"),
        ("", "no data", "#d9d9d9"),
    ]


def test_a_layer_without_classes_is_drawn_as_outlines(tmp_path: Path) -> None:
    plain = replace(counties(), fields=())
    style = styles(write_geopackage(plain, tmp_path / "x.gpkg"))["Counties"]
    assert style.find("renderer-v2").attrib["type"] == "singleSymbol"  # type: ignore[union-attr]
    assert style.find(".//Option[@name='style']").attrib["value"] == "no"  # type: ignore[union-attr]


@pytest.mark.parametrize(("kind", "symbol"), [("point", "marker"), ("line", "line")])
def test_points_and_lines_have_symbols_of_their_kind(tmp_path: Path, kind: str, symbol: str) -> None:
    layer = counties()
    geometry = layer.units.geometry
    other = geometry.representative_point() if kind == "point" else geometry.boundary
    path = write_geopackage(replace(layer, units=layer.units.set_geometry(other)), tmp_path / "x.gpkg")
    found = {one.attrib["type"] for style in styles(path).values() for one in style.iter("symbol")}
    assert found == {symbol}


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_geopackage(presentation(), tmp_path / "a.gpkg").read_bytes()
    assert write_geopackage(presentation(), tmp_path / "b.gpkg").read_bytes() == first


def test_the_stored_time_is_the_one_of_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path = write_geopackage(presentation(), tmp_path / "x.gpkg")
    with closing(sqlite3.connect(path)) as connection:
        times = {row[0] for row in connection.execute("SELECT last_change FROM gpkg_contents")}
    # 1,700,000,000 seconds after the beginning of 1970 is 14 November 2023, 22:13:20 UTC.
    assert times == {"2023-11-14T22:13:20.000Z"}
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_parts_of_one_layer_are_joined(tmp_path: Path) -> None:
    first = counties()
    units = first.units[["name", "geometry"]].assign(density_per_km2=[1.0, 2.0, 3.0, 4.0]).iloc[::-1]
    density = Field(column="density_per_km2", label="Density", unit="persons/km²", decimals=1)
    second = Layer(name="counties", title="Counties", units=units, fields=(density,))
    path = write_geopackage([presentation(first), presentation(second)], tmp_path / "x.gpkg")
    back = gpd.read_file(path, layer="counties").set_index("adcode")
    assert back.loc["012701", ["change_share", "density_per_km2"]].tolist() == [-0.4, 4.0 - 3.0]


def test_parts_that_disagree_are_refused(tmp_path: Path) -> None:
    other = counties(shares=[0.0, 0.0, 0.0, 0.0])
    with pytest.raises(AlignmentError, match="different values in `change_share`"):
        write_geopackage([counties(), other], tmp_path / "x.gpkg")
    fewer = replace(counties(), units=counties().units.iloc[:2])
    with pytest.raises(AlignmentError, match="named `counties` but have other units"):
        write_geopackage([counties(), fewer], tmp_path / "x.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_bad_input_is_refused_and_an_older_file_stays(tmp_path: Path) -> None:
    path = write_geopackage(presentation(), tmp_path / "x.gpkg")
    before = path.read_bytes()
    layer = counties()
    lost = replace(layer, units=layer.units.set_crs(None, allow_override=True))
    with pytest.raises(MissingCRSError, match="`counties` does not say"):
        write_geopackage([presentation(lost)], path)
    with pytest.raises(InputError, match="there is no layer to write"):
        write_geopackage([], path)
    with pytest.raises(InputError, match=r"does not end in \.gpkg"):
        write_geopackage(presentation(), tmp_path / "x.shp")
    with pytest.raises(OutputError, match="cannot write"):
        write_geopackage(presentation(), path / "y.gpkg")
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["x.gpkg"]


def test_the_layer_given_is_not_changed(tmp_path: Path) -> None:
    layer = counties()
    before = layer.units.copy(deep=True)
    write_geopackage(layer, tmp_path / "x.gpkg")
    assert layer.units.equals(before)


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's command-line tools are not installed")
def test_gdals_own_tool_reads_it(tmp_path: Path) -> None:
    path = write_geopackage(presentation(), tmp_path / "x.gpkg")
    said = subprocess.run(["ogrinfo", "-ro", "-al", str(path)], capture_output=True, text=True, check=True).stdout
    assert "adcode (String) = 012701" in said
    assert "Feature Count: 4" in said
