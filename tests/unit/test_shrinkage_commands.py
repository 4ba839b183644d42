"""`geo-urban shrinkage`: from two files to a result, and one sentence or a stated result for whatever cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geo_urban.cli import main
from geo_urban.cli.shrinkage import ShrinkageWords, shrinkage_study
from geo_urban.studies import run_study
from geo_urban.studies.sections import Outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shown = pytest.CaptureFixture[str]

SIDE = 6
DATES = "y1990,y1995,y2000,y2005,pop2010,pop2020"
CODES = [f"c{row}{column}" for row in range(SIDE) for column in range(SIDE)]
WORDS = ["shrinkage", "units.gpkg", "panel.csv", "--permutations", "99", "--code", "code"]


def units() -> gpd.GeoDataFrame:
    """Six by six squares of a tenth of a degree."""
    places = [(column / 10, row / 10) for row in range(SIDE) for column in range(SIDE)]
    return gpd.GeoDataFrame({"code": CODES}, geometry=[box(x, y, x + 0.1, y + 0.1) for x, y in places], crs=4326)


def panel() -> pd.DataFrame:
    """The west loses a fifth and the east gains one, a little apart; jobs are fewer in the west."""
    noise = np.random.default_rng(3).normal(scale=0.02, size=len(CODES))
    west = np.array([column < SIDE // 2 for _ in range(SIDE) for column in range(SIDE)])
    end = (np.where(west, 800, 1200) * (1 + noise)).round().astype(int)
    jobs = np.where(west, 0.3, 0.6) + np.random.default_rng(4).normal(scale=0.05, size=len(CODES))
    drift = np.random.default_rng(5).normal(scale=5, size=(4, len(CODES))).cumsum(axis=0)
    series = {name: 1000 + steps for name, steps in zip(DATES.split(","), drift, strict=False)}
    side = ["W" if left else "E" for left in west]
    return pd.DataFrame(
        {
            "code": CODES,
            **series,
            "pop2010": 1000 + np.arange(len(CODES)) % 5,
            "pop2020": end,
            "jobs": jobs,
            "side": side,
        }
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    units().to_file(tmp_path / "units.gpkg")
    panel().to_csv(tmp_path / "panel.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a result of everything that can be asked, but for pictures."""
    folder = tmp_path_factory.mktemp("shrinkage")
    units().to_file(folder / "units.gpkg")
    panel().to_csv(folder / "panel.csv", index=False)
    study = shrinkage_study(
        ShrinkageWords(
            boundaries=str(folder / "units.gpkg"), panel=str(folder / "panel.csv"), code="code", group="side",
            start="pop2010", end="pop2020", covariates="jobs", dates=DATES, classes="2", neighbors="rook", seed="5",
            permutations="999",
        )
    )  # fmt: skip
    return run_study(study.model_copy(update={"outputs": Outputs(pictures=False)}), output=folder / "out").folder


def table(result: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(result / "tables" / f"{name}.csv", dtype={"code": str})


def test_the_halves_cluster(result: Path) -> None:
    overall = table(result, "clusters_overall").set_index("measure")
    assert overall.loc["moran", "statistic"] > 0.6
    assert overall.loc["moran", "p"] < 0.01


def test_the_parts_of_the_change_are_those_of_the_halves(result: Path) -> None:
    parts = table(result, "shift_share").set_index("side")
    by_hand = panel().groupby("side")[["pop2010", "pop2020"]].sum()
    start, end = by_hand["pop2010"], by_hand["pop2020"]
    level = end.sum() / start.sum() - 1
    for side in ("W", "E"):
        assert parts.loc[side, "level_part"] == pytest.approx(start[side] * level, abs=0.5)  # whole people
        assert parts.loc[side, "region_part"] == pytest.approx(end[side] - start[side] * (1 + level), abs=0.5)
        assert parts.loc[side, "local_part"] == 0


def test_jobs_go_with_change_and_nobody_is_told_that_they_cause_it(result: Path) -> None:
    pairs = table(result, "causes_correlations").set_index("covariate")
    frame = panel()
    logs = np.log(frame["pop2020"] / frame["pop2010"])
    assert pairs.loc["jobs", "pearson"] == pytest.approx(np.corrcoef(logs, frame["jobs"])[0, 1])
    models = table(result, "causes_models").set_index("model")
    assert models.loc["ols", "r2"] == pytest.approx(pairs.loc["jobs", "pearson"] ** 2)  # of one covariate
    page = (result / "index.html").read_text(encoding="utf-8")
    assert "A coefficient says how places differ, not what would happen if one of them were changed." in page


def test_moves_are_counted_over_all_dates(result: Path) -> None:
    moves = table(result, "spatial_markov").set_index("neighbors")
    assert moves.loc["all", "moves"] == 36 * 5  # units, steps between six dates
    assert {"lisa_markov", "emerging_hot_spots"} <= {path.stem for path in (result / "tables").glob("*.csv")}


def test_every_part_has_its_map_and_its_layer(result: Path) -> None:
    pages = {path.stem for path in (result / "maps").glob("*.html")}
    assert {"causes", "shift_share", "spatial_markov", "lisa_markov", "emerging_hot_spots", "clusters"} <= pages
    (file,) = (result / "layers").glob("*.gpkg")
    assert {"residual_standardized", "local_share", "jobs"} <= set(gpd.read_file(file, layer="units").columns)


@pytest.mark.slow
def test_from_two_files_to_a_result(folder: Path) -> None:
    assert main([*WORDS, "--neighbors", "nearest", "--nearest", "4", "--lang", "zh", "-o", "out"]) == 0
    assert (folder / "out/tables/shift_share.csv").is_file()
    assert main(["verify", "out"]) == 0


@pytest.mark.usefixtures("folder")
def test_residents_and_years_are_recognised() -> None:
    study = shrinkage_study(ShrinkageWords(boundaries="units.gpkg", panel="panel.csv"))
    assert (study.years, study.population.start, study.population.end) == ((2010, 2020), "pop2010", "pop2020")
    assert study.analyses == ("change", "typology", "clusters", "dynamics")
    assert study.neighbors.rule == "queen"
    assert study.significance.permutations == 99_999


def figures(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    return lambda folder: change(panel()).to_csv(folder / "panel.csv", index=False)


def boundaries(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    return lambda folder: change(units()).to_file(folder / "units.gpkg")


def nothing(_: Path) -> None:
    pass


def apart(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(frame.geometry.scale(0.5, 0.5))


SPOILT: dict[str, tuple[Callable[[Path], None], list[str], str]] = {
    "constant values": (figures(lambda table: table.assign(pop2020=0.9 * table["pop2010"])), [],
                        "is -0.1 for every unit"),
    "all missing": (figures(lambda table: table.assign(pop2020=None)), ["--start", "pop2010", "--end", "pop2020"],
                    "no unit of the panel has all of"),
    "one unit": (boundaries(lambda frame: frame.head(1)), [], "no unit with a value has a neighbor"),
    "no neighbors at all": (boundaries(apart), [], "no unit with a value has a neighbor"),
    "codes twice": (figures(lambda table: pd.concat([table, table[:1]])), [], "has c00 more than once"),
    "codes of elsewhere": (figures(lambda table: table.assign(code="x" + table["code"])), [], "no code of `panel`"),
    "infinite residents": (figures(lambda table: table.assign(pop2020=np.inf)), [], "holds inf"),
    "infinite covariate": (figures(lambda table: table.assign(jobs=np.inf)), ["--covariates", "jobs"], "is infinite"),
    "more neighbors than units": (nothing, ["--neighbors", "nearest", "--nearest", "36"], "`k` is 36"),
    "no neighbors wanted": (nothing, ["--neighbors", "nearest", "--nearest", "0"], "neighbors.nearest"),
    "too few permutations": (nothing, ["--permutations", "19"], "At least 39 are needed"),
    "too few for the rate": (nothing, ["--permutations", "999", "--fdr", "0.001"], "At least 1999 are needed"),
    "no rate": (nothing, ["--fdr", "5"], "significance.fdr"),
    "no number": (nothing, ["--permutations", "many"], "`--permutations many` is no number"),
    "half a number": (nothing, ["--nearest", "2.5"], "neighbors.nearest"),
    "unknown rule": (nothing, ["--neighbors", "bishop"], "neighbors.rule"),
    "unknown tail": (nothing, ["--alternative", "both"], "significance.alternative"),
    "radius of nothing": (nothing, ["--neighbors", "distance", "--radius", "0"], "neighbors.radius_km"),
    "radius that reaches nobody": (nothing, ["--neighbors", "distance", "--radius", "1"],
                                   "no unit with a value has a neighbor"),
    "no such covariate": (nothing, ["--covariates", "wages"], "has no column wages"),
    "words for a covariate": (nothing, ["--covariates", "side"], "is not numeric"),
    "constant covariate": (figures(lambda table: table.assign(jobs=1)), ["--covariates", "jobs"], "same value"),
    "covariates that add up": (figures(lambda table: table.assign(rest=1 - table["jobs"])),
                               ["--covariates", "jobs,rest"], "determine each other"),
    "two dates": (nothing, ["--dates", "y1990,y2000"], "three columns or more"),
    "three dates for changes": (nothing, ["--dates", "y1990,y2000,pop2010", "--changes"], "known 2 times"),
    "no such date": (nothing, ["--dates", "y1990,y2000,y2030"], "has no column y2030"),
    "half of the counts": (nothing, ["--start", "pop2010"], "one of them is missing"),
    "years that are none": (nothing, ["--start", "pop2010", "--end", "pop2020", "--years", "then"], "`--years then`"),
    "years untold": (nothing, ["--start", "jobs", "--end", "pop2020"], "the years of `jobs` and `pop2020`"),
    "nothing to recognise": (figures(lambda table: table[["code", "jobs"]]), [], "no two columns of panel.csv"),
    "no such group": (nothing, ["--group", "county"], "has no column county"),
    "no panel": (lambda folder: (folder / "panel.csv").unlink(), [], "there is no file"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_bad_input_ends_with_one_sentence_and_2(name: str, folder: Path, capsys: Shown) -> None:
    spoil, more, told = SPOILT[name]
    spoil(folder)
    assert main([*WORDS, *more, "-o", "new/out"]) == 2
    english = capsys.readouterr()
    assert english.err.startswith("error: ")
    assert told in english.err
    assert "Traceback" not in english.err
    assert main([*WORDS, *more, "-o", "new/out", "--lang", "zh"]) == 2
    assert capsys.readouterr().err.startswith("错误：")
    assert not (folder / "new").exists()


def test_an_island_and_a_missing_figure_are_told(folder: Path, capsys: Shown) -> None:
    frame = units()
    frame.loc[0, "geometry"] = box(5, 5, 5.1, 5.1)
    frame.to_file(folder / "units.gpkg")
    panel().assign(pop2020=lambda table: table["pop2020"].mask(table["code"] == "c55")).to_csv(
        folder / "panel.csv", index=False
    )
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    assert main(["run", "study.toml", "-o", "out"]) == 0
    assert "c55" in capsys.readouterr().out
    rows = table(folder / "out", "clusters_units").set_index("code")
    assert rows.loc["c00", "category"] == "isolate"
    assert "c55" not in rows.index


STUDY = """
analyses = ["clusters"]
years = [2010, 2020]

[boundaries]
source = "units.gpkg"

[population]
source = "panel.csv"
start = "pop2010"
end = "pop2020"
missing = "list"

[significance]
permutations = 999

[outputs]
maps = false
layers = false
pictures = false
"""
