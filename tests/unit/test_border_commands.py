"""`geo-urban border` on a made-up country: what it writes, and a clear sentence for whatever cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from geo_urban.cli import main
from geo_urban.io import read_points
from geo_urban.studies import run_study, study_from_text

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.studies import StudyRun

    Shown = pytest.CaptureFixture[str]

WORDS = ["border", "units.gpkg", "around.gpkg", "--code", "code"]
PEOPLE = ["--population", "p2020", "--population-start", "p2010", "--years", "2010,2020", "--group", "side"]
WAYS = ["--ports", "ports.csv", "--centres", "centres.csv", "--network", "roads.gpkg", "--speed", "60"]

STUDY = """
name = "mine"
years = [2010, 2020]
analyses = ["land_border", "border_corridors"]
[boundaries]
source = "units.gpkg"
code = "code"
[population]
source = "units.gpkg"
code = "code"
start = "p2010"
end = "p2020"
group = "side"
[network]
source = "roads.gpkg"
speed_kmh = 60
[border]
neighbors = "around.gpkg"
ports = "ports.csv"
centres = "centres.csv"
depth_km = [60, 200]
town_gap_km = 100
{border}
[outputs]
pictures = false
"""


def country() -> gpd.GeoDataFrame:
    """Counties a, b, c along the northern border (latitude 1), d, e, f south of them; one degree each."""
    boxes = [box(x, y, x + 1, y + 1) for y in (0, -1) for x in (0, 1, 2)]
    boxes[1] = Polygon([(1, 0), (2, 0), (2, 1), (1.6, 1), (1, 1)])
    return gpd.GeoDataFrame(
        {
            "code": list("abcdef"),
            "name": list("ABCDEF"),
            "side": ["north"] * 3 + ["south"] * 3,
            "p2010": [100, 200, 300, 400, 500, 600],
            "p2020": [110, 180, 300, 400, 500, 600],
        },
        geometry=boxes,
        crs=4326,
    )


def around(north: float = 0.0) -> gpd.GeoDataFrame:
    """Two countries that meet on B's northern side; `north` moves them away [degree]."""
    west = Polygon([(0, 1), (1, 1), (1.6, 1), (1.6, 2), (0, 2)])
    east = Polygon([(1.6, 1), (2, 1), (3, 1), (3, 2), (1.6, 2)])
    drawn = gpd.GeoDataFrame({"code": ["W", "E"], "name": ["West", "East"]}, geometry=[west, east], crs=4326)
    return drawn.set_geometry(drawn.translate(0, north))


def write_ports(folder: Path, **columns: list[object]) -> None:
    table = {"name": ["Gate", "Pass"], "lon": [1.5, 2.5], "lat": [0.99, 0.99]} | columns
    pd.DataFrame(table).to_csv(folder / "ports.csv", index=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    country().to_file(tmp_path / "units.gpkg")
    around().to_file(tmp_path / "around.gpkg")
    write_ports(tmp_path)
    pd.DataFrame({"name": ["Capital"], "lon": [0.5], "lat": [-0.5]}).to_csv(tmp_path / "centres.csv", index=False)
    # A road through the middles of A, B, C, one north from each of B and C, and one south from A.
    ways = [
        [(0.5, 0.5), (1.5, 0.5)], [(1.5, 0.5), (2.5, 0.5)], [(1.5, 0.5), (1.5, 0.99)], [(2.5, 0.5), (2.5, 0.99)],
        [(0.5, 0.5), (0.5, -0.5)],
    ]  # fmt: skip
    roads = gpd.GeoDataFrame({"id": range(len(ways))}, geometry=[LineString(way) for way in ways], crs=4326)
    roads.to_file(tmp_path / "roads.gpkg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def result(folder: Path) -> StudyRun:
    more = '[border.pages]\n"The North" = ["north"]\n[border.corridors]\n"Silk road" = ["Gate", "Capital"]'
    return run_study(study_from_text(STUDY.format(border=more), folder=folder), output=folder / "out", language="en")


def refusal(words: list[str], capsys: Shown) -> str:
    assert main(words) == 2
    return capsys.readouterr().err


def test_units_and_neighbors_are_enough(folder: Path, capsys: Shown) -> None:
    assert main([*WORDS, "-o", "out"]) == 0
    # Three degrees along the first parallel: 333.9 km.
    assert "Land border                                     334 km" in capsys.readouterr().out
    table = pd.read_csv(folder / "out/tables/border_by_neighbor.csv", index_col="code")
    assert table["border_km"].round(1).to_dict() == {"W": 178.1, "E": 155.8}
    assert table["border_share"].to_numpy() == pytest.approx([1.6 / 3, 1.4 / 3])
    assert (folder / "out/maps/land_border.html").is_file()
    assert main(["verify", "out"]) == 0


def test_ports_and_roads_make_corridors(folder: Path, capsys: Shown) -> None:
    assert main([*WORDS, *PEOPLE, *WAYS, "-o", "out"]) == 0
    shown = capsys.readouterr().out
    assert "Border towns                              3" in shown
    corridors = pd.read_csv(folder / "out/tables/corridors.csv", index_col="corridor")
    # A to B and B to C: a degree of the parallel at 0.5° each, 111.3 km; one with either neighbor.
    assert corridors.loc["along W", "length_km"] == pytest.approx(111.3, abs=0.5)
    assert set(corridors["kind"]) == {"along", "spoke"}
    spoke = corridors.loc["Gate – Capital (centre)"]
    # Gate south to the road, west to A, south to the capital: 54 + 111 + 111 km.
    assert spoke["length_km"] == pytest.approx(276, abs=2)
    served = pd.read_csv(folder / "out/tables/port_catchments.csv", index_col="port")
    # At 60 km/h within 300 minutes: A, B and D to Gate (690), C to Pass (300); the rest has no road within 50 km.
    assert served["nearest_people"].to_dict() == {"Gate": 690, "Pass": 300}


def test_study_of_own_units(result: StudyRun, folder: Path) -> None:
    assert {path.stem for path in (folder / "out/maps").glob("*.html")} == {
        "land_border", "border_corridors", "catchments", "border_the_north",
    }  # fmt: skip
    belt = pd.read_csv(folder / "out/tables/border_belt.csv", index_col="code")
    # Seats in the middles: 55.3 km from the border in the first row, 165.9 in the second.
    assert belt["depth"].to_dict() == {**dict.fromkeys("abc", "0–60 km"), **dict.fromkeys("def", "60–200 km")}
    towns = next(each for each in result.outputs if each.name == "border_corridors").tables["border_towns"]
    at_border = towns[towns["role"] == "seat of a border unit"]
    assert at_border["change"].to_dict() == {"c": 0, "b": -20, "a": 10}
    assert sorted(towns.index) == list("abcdef")  # d, e and f lie within the deepest band
    named = pd.read_csv(folder / "out/tables/corridors_named.csv", index_col="corridor")
    assert named.index.tolist() == ["Silk road"]
    along = pd.read_csv(folder / "out/tables/corridors_along.csv", index_col="corridor")
    # 111.3 km is more than the 100 that count as continuous.
    assert along["gaps"].tolist() == [1, 1]
    # The part is a page; the layer file holds every unit once.
    layers = [name for name, _ in pyogrio.list_layers(folder / "out/layers/mine.gpkg")]
    assert sorted(layers) == sorted(
        ["border_units", "land_border", "ports", "corridor_strips", "port_catchments", "corridor_links", "border_towns",
         "port_catchment_units", "layer_styles"]
    )  # fmt: skip


def test_layers_that_do_not_touch(folder: Path, capsys: Shown) -> None:
    around(0.01).to_file(folder / "around.gpkg")
    assert "1.11 km from corner to corner" in refusal(WORDS, capsys)
    text = STUDY.format(border="max_gap_km = 1.5").replace(', "border_corridors"', "")
    across = run_study(study_from_text(text, folder=folder), output=folder / "out").outputs[0].tables
    # Cut where a neighbor begins to be the nearer one, to a piece of 0.01 degree.
    assert across["border_by_neighbor"]["border_km"].tolist() == pytest.approx([178.1, 155.8], rel=0.02)


@pytest.mark.usefixtures("folder")
def test_a_border_needs_neighbors(capsys: Shown) -> None:
    assert "nowhere.gpkg" in refusal(["border", "units.gpkg", "nowhere.gpkg", "--code", "code"], capsys)
    assert "overlap them" in refusal(["border", "units.gpkg", "units.gpkg", "--code", "code"], capsys)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"lat": [0.99, 20.0]}, "ports lie more than 100 km from the border: Pass"),
        ({"lon": [1.5, 0.99], "lat": [0.99, 2.5]}, "With longitude and latitude swapped, Pass would lie at it"),
        ({"lat": [0.99, 1.5]}, "ports lie outside the country: Pass"),
        ({"lat": [0.99, 95.0]}, "longitude and latitude seem swapped"),
        ({"lat": [0.99, None]}, "rows 2 of ports.csv have no position on earth"),
        ({"name": ["Gate", "Gate"]}, "Gate more than once"),
        ({"name": ["Gate", ""]}, "no name in rows 2"),
    ],
)
def test_ports_that_cannot_be(folder: Path, capsys: Shown, columns: dict[str, list[object]], said: str) -> None:
    write_ports(folder, **columns)
    assert said in refusal([*WORDS, *PEOPLE, *WAYS], capsys)


def test_ports_without_coordinates_or_file(folder: Path, capsys: Shown) -> None:
    pd.DataFrame({"name": ["Gate"], "where": ["north"]}).to_csv(folder / "ports.csv", index=False)
    assert "no columns of longitude and latitude" in refusal([*WORDS, *PEOPLE, *WAYS], capsys)
    (folder / "ports.csv").unlink()
    assert "ports.csv" in refusal([*WORDS, *PEOPLE, *WAYS], capsys)


def test_towns_far_from_the_network_have_no_way(folder: Path) -> None:
    roads = gpd.GeoDataFrame({"id": [1]}, geometry=[LineString([(0.5, 0.5), (0.5, -0.5)])], crs=4326)
    roads.to_file(folder / "roads.gpkg")
    run_study(study_from_text(STUDY.format(border=""), folder=folder), output=folder / "out")
    corridors = pd.read_csv(folder / "out/tables/corridors_along.csv", index_col="corridor")
    assert corridors["unreached"].tolist() == [1, 1]
    assert corridors["continuity"].tolist() == [0.0, 0.0]
    towns = pd.read_csv(folder / "out/tables/border_towns.csv", index_col="code")
    assert towns["port_minutes"].isna().all()


@pytest.mark.parametrize(
    ("stations", "said"),
    [
        ('["Gate", "Nowhere"]', "station Nowhere is no port, city or unit of the study"),
        ('["Gate", "Twin"]', "station Twin matches several places: e, f"),
        ('["Gate"]', "corridors need two or more stations; Silk road have fewer"),
    ],
)
def test_stations_that_cannot_be(folder: Path, stations: str, said: str) -> None:
    country().assign(name=["A", "B", "C", "D", "Twin", "Twin"]).to_file(folder / "units.gpkg")
    text = STUDY.format(border=f'[border.corridors]\n"Silk road" = {stations}')
    with pytest.raises(ValueError, match=said):
        run_study(study_from_text(text, folder=folder), output=folder / "out")


@pytest.mark.parametrize(
    ("border", "said"),
    [
        ("depth_minutes = [50, 25]", "limits of bands ascend"),
        ("width_km = 0", "width_km"),
        ("min_border_km = -1", "min_border_km"),
        ("widht_km = 3", "Did you mean `width_km`"),
        ('[border.pages]\n"East" = ["east"]', "names east, which no unit has in its column `side`"),
    ],
)
def test_sections_that_cannot_be(folder: Path, border: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        run_study(study_from_text(STUDY.format(border=border), folder=folder), output=folder / "out")


def test_sections_that_contradict(folder: Path) -> None:
    text = STUDY.format(border="").replace('source = "roads.gpkg"\nspeed_kmh = 60', 'source = "straight"')
    with pytest.raises(ValueError, match="straight lines are none"):
        study_from_text(text, folder=folder)
    with pytest.raises(ValueError, match="asks what lies beyond the border of your units"):
        study_from_text(STUDY.format(border="").replace('neighbors = "around.gpkg"\n', ""), folder=folder)
    with pytest.raises(ValueError, match="no analysis looks at one"):
        study_from_text('analyses = ["change"]\n[border]\nwidth_km = 20')


@pytest.mark.usefixtures("folder")
def test_numbers_on_the_command_line(capsys: Shown) -> None:
    assert "`--min-border x` is no number" in refusal([*WORDS, "--min-border", "x"], capsys)
    assert "`--depth deep` does not list limits" in refusal([*WORDS, "--depth", "deep"], capsys)


def test_points_of_a_vector_file(folder: Path) -> None:
    gates = gpd.GeoDataFrame({"name": ["Gate"]}, geometry=[Point(1.5, 0.99)], crs=4326)
    gates.to_crs(3857).to_file(folder / "ports.gpkg")
    found = read_points(folder / "ports.gpkg")
    assert found.index.tolist() == ["Gate"]
    assert found.geometry.x.tolist() == pytest.approx([1.5])
