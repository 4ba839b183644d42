"""`geo-urban hierarchy`: from one file of cities to a result, and one sentence for whatever cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from geo_urban.cli import main
from geo_urban.cli.hierarchy import HierarchyWords, hierarchy_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shown = pytest.CaptureFixture[str]

WORDS = ["hierarchy", "--boundaries", "cities.gpkg", "--population", "pop2010", "--code", "code"]


def cities() -> gpd.GeoDataFrame:
    sizes = [800_000, 400_000, 266_000, 200_000, 160_000, 133_000]
    return gpd.GeoDataFrame(
        {
            "code": [f"c{number}" for number in range(6)],
            "name": list("ABCDEF"),
            "pop2000": [700_000, 600_000, 266_000, 200_000, 160_000, 133_000],
            "pop2010": sizes,
            "side": ["W"] * 3 + ["E"] * 3,
        },
        geometry=[box(place / 2, 0, place / 2 + 0.1, 0.1) for place in range(6)],
        crs=4326,
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cities().to_file(tmp_path / "cities.gpkg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_one_file_to_a_result(folder: Path, capsys: Shown) -> None:
    assert main([*WORDS, "--population-start", "pop2000", "--years", "2000,2010", "--reach", "60", "-o", "out"]) == 0
    shown = capsys.readouterr().out
    assert "Cities that fell into a smaller tier  1" in shown  # B: 600,000 to 400,000, over the bound of 500,000
    places = pd.read_csv(folder / "out/tables/central_places.csv", dtype={"code": str}).set_index("code")
    assert places.loc["c3", "nearest_larger"] == "c2"
    # Half a degree of the equator: 55.66 km.
    assert places.loc["c3", "distance_km"] == pytest.approx(55.66, abs=0.01)
    # Within 60 km of c1 live c0, itself and c2, of 1,959,000 in all.
    assert places.loc["c1", "nodality"] == pytest.approx(1_466_000 / 1_959_000)
    assert {path.stem for path in (folder / "out/maps").glob("*.html")} >= {"rank_size", "central_places"}
    assert main(["verify", "out"]) == 0


def test_one_count_is_enough(folder: Path) -> None:
    assert main([*WORDS, "--lang", "zh", "-o", "out"]) == 0
    assert not (folder / "out/tables/transitions.csv").exists()
    assert (folder / "out/tables/rank_size.csv").is_file()


def test_the_words_become_a_study() -> None:
    study = hierarchy_study(
        HierarchyWords(boundaries="My Cities.gpkg", population="p", panel="p.csv", network="x.graphml", reach="30")
    )
    assert (study.name, study.population.source, study.chosen_network.reach) == ("hierarchy-my-cities", "p.csv", 30)
    assert study.analyses == ("rank_size", "city_density", "central_places")


def boundaries(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    return lambda folder: change(cities()).to_file(folder / "cities.gpkg")


def nothing(_: Path) -> None:
    pass


SPOILT: dict[str, tuple[Callable[[Path], None], list[str], str]] = {
    "no file": (lambda folder: (folder / "cities.gpkg").unlink(), [], "there is no file"),
    "no such column": (nothing, ["--population", "people"], "has no column people"),
    "words for people": (nothing, ["--population", "name"], "not numeric"),
    "negative people": (boundaries(lambda frame: frame.assign(pop2010=-1)), [], "negative"),
    "points": (
        boundaries(lambda frame: frame.set_geometry([Point(i, 0) for i in range(6)], crs=4326)), [], "no polygon layer",
    ),
    "two cities": (boundaries(lambda frame: frame.head(2)), [], "a rank-size rule needs three"),
    "no years": (nothing, ["--population-start", "pop2000"], "`--years `"),
    "years that are none": (nothing, ["--population-start", "pop2000", "--years", "then,now"], "`--years then,now`"),
    "years backwards": (nothing, ["--population-start", "pop2000", "--years", "2010,2000"], "forward in time"),
    "no number": (nothing, ["--reach", "far"], "`--reach far` is no number"),
    "no reach": (nothing, ["--reach", "-5"], "network.reach"),
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
