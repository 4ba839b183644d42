"""`geo-urban agglomerations`: from one file of units to a result, and one sentence for whatever cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Point, box

from geo_urban.cli import main
from geo_urban.cli.agglomerations import AgglomerationWords, agglomeration_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shown = pytest.CaptureFixture[str]

MILLION = 1_000_000
WORDS = ["agglomerations", "units.gpkg", "--population", "pop2020", "--code", "code", "--sweep", "8"]


def units() -> gpd.GeoDataFrame:
    """Twelve squares of half a degree in a row on the equator, their middles 55.66 km apart."""
    people = [4 * MILLION, 30_000, 20_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 20_000, 30_000, MILLION]
    return gpd.GeoDataFrame(
        {
            "code": [f"u{number:02}" for number in range(12)],
            "name": [f"Unit {letter}" for letter in "ABCDEFGHIJKL"],
            "pop2010": [3 * MILLION, *people[1:]],
            "pop2020": people,
            "plan": ["West"] * 3 + [None] * 9,
            "led": ["Far West", *[None] * 10, "Far East"],
            "side": ["W"] * 6 + ["E"] * 6,
        },
        geometry=[box(place / 2, 0, place / 2 + 0.5, 0.5) for place in range(12)],
        crs=4326,
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    units().to_file(tmp_path / "units.gpkg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_one_file_to_a_result(folder: Path, capsys: Shown) -> None:
    more = ["--reference", "plan", "--group", "side", "--population-start", "pop2010", "--years", "2010,2020"]
    assert main([*WORDS, *more, "-o", "out"]) == 0
    assert "City clusters" in capsys.readouterr().out
    table = pd.read_csv(folder / "out/tables/agglomeration_units.csv", dtype={"code": str}).set_index("code")
    # Four millions reach 120 · 4^¼ = 169.7 minutes, at 60 km/h as many kilometres: three squares of 55.66 km farther.
    assert table["agglomeration"].dropna().to_dict() == dict.fromkeys(["u00", "u01", "u02", "u03"], "Unit A")
    assert table.loc["u01", "minutes_to_core"] == pytest.approx(55.66, abs=0.01)
    assert table.loc["u03", "agreement"] == "only ours"
    clusters = pd.read_csv(folder / "out/tables/agglomerations.csv").set_index("agglomeration")
    assert clusters.loc["Unit A", "residents"] == 4_060_000
    assert clusters.loc["Unit A", "change_share"] == pytest.approx(4_060_000 / 3_060_000 - 1)
    agreement = pd.read_csv(folder / "out/tables/agglomeration_agreement.csv").set_index(
        ["reference", "zone", "weight"]
    )
    # The plan has u00 to u02, we have u03 too: precision 3 of 4, recall 1.
    assert agreement.loc[("West", "all", "count"), "f1"] == pytest.approx(6 / 7)
    assert {path.stem for path in (folder / "out/maps").glob("*.html")} == {"agglomerations", "agglomeration_cluster_1"}
    # The layer file holds each unit once, however many pages show it.
    layers = dict(pyogrio.list_layers(next((folder / "out/layers").glob("*.gpkg"))))
    assert set(layers) == {"units", "agglomeration_outlines", "agglomeration_cores", "layer_styles"}
    assert main(["verify", "out"]) == 0


def test_named_cores_lead_whatever_their_size(folder: Path) -> None:
    assert main([*WORDS, "--cores", "led", "--lang", "zh", "-o", "out"]) == 0
    table = pd.read_csv(folder / "out/tables/agglomeration_units.csv", dtype={"code": str}).set_index("code")
    assert table.loc[["u00", "u11"], "agglomeration"].tolist() == ["Far West", "Far East"]
    assert not (folder / "out/tables/agglomeration_agreement.csv").exists()
    assert pd.read_csv(folder / "out/tables/agglomerations.csv")["change_share"].isna().all()  # of one count


def test_the_words_become_a_study() -> None:
    study = agglomeration_study(
        AgglomerationWords(
            boundaries="My Units.gpkg", population="p", panel="p.csv", reach="90", core_population="1000"
        )
    )
    assert (study.name, study.population.source) == ("agglomerations-my-units", "p.csv")
    assert study.agglomerations.parameters == {"core_population": 1000.0, "reach_minutes": 90.0}


def boundaries(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    return lambda folder: change(units()).to_file(folder / "units.gpkg")


def nothing(_: Path) -> None:
    pass


SPOILT: dict[str, tuple[Callable[[Path], None], list[str], str]] = {
    "no file": (lambda folder: (folder / "units.gpkg").unlink(), [], "there is no file"),
    "no such column": (nothing, ["--population", "people"], "has no column people"),
    "words for people": (nothing, ["--population", "name"], "not numeric"),
    "negative people": (boundaries(lambda frame: frame.assign(pop2020=-1)), [], "negative"),
    "nobody": (boundaries(lambda frame: frame.assign(pop2020=0)), [], "counts nobody"),
    "points": (
        boundaries(lambda frame: frame.set_geometry([Point(i, 0) for i in range(12)], crs=4326)),
        [], "no polygon layer",
    ),
    "no such method": (nothing, ["--method", "guess"], "agglomerations.method"),
    "no parameter of the method": (nothing, ["--method", "leiden", "--reach", "60"], "no parameter `reach_minutes`"),
    "no core": (nothing, ["--core-population", "5000000"], "no city has 5,000,000 urban residents"),
    "no such cores": (nothing, ["--cores", "seats"], "has no column seats"),
    "no such plan": (nothing, ["--reference", "scope"], "has no column scope"),
    "no such city": (nothing, ["--cities", "town"], "has no column town"),
    "no years": (nothing, ["--population-start", "pop2010"], "`--years `"),
    "no number": (nothing, ["--reach", "far"], "`--reach far` is no number"),
    "no reach": (nothing, ["--reach", "-5"], "`reach_minutes` is -5.0"),
    "no sweep": (nothing, ["--sweep", "-1"], "agglomerations.sweep"),
    "no network": (nothing, ["--network", "streets.graphml"], "streets.graphml"),
    "no such group": (nothing, ["--group", "province"], "has no column province"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_bad_input_ends_with_one_sentence_and_2(name: str, folder: Path, capsys: Shown) -> None:
    spoil, more, told = SPOILT[name]
    spoil(folder)
    assert main([*WORDS, "-o", "new/out", *more]) == 2
    english = capsys.readouterr()
    assert english.err.startswith("error: ")
    assert told in english.err
    assert "Traceback" not in english.err
    assert main([*WORDS, "-o", "new/out", *more, "--lang", "zh"]) == 2
    assert capsys.readouterr().err.startswith("错误：")
    assert not (folder / "new").exists()
