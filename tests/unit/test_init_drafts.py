"""``geo-urban init``: a study file from two files of the user's."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.cli import main
from geo_urban.errors import InputError, MissingColumnsError, OutputError
from geo_urban.studies import draft_study, load_study, run_study

if TYPE_CHECKING:
    from pathlib import Path

CODES = ["210102", "210103", "210104", "210105"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with a FileGDB and a workbook as an analyst has them."""
    shapes = [box(10 + i, 50, 11 + i, 51) for i in range(4)]
    units = gpd.GeoDataFrame({"XZQDM": CODES, "XZQMC": ["甲", "乙", "丙", "丁"]}, geometry=shapes, crs=4490)
    units.to_file(tmp_path / "boundaries.gdb", driver="OpenFileGDB", layer="counties")
    panel = pd.DataFrame(
        {
            "区划代码": [*CODES[:3], "999999"],
            "省": ["A", "A", "B", "B"],
            "常住人口2010": [10, 20, 30, 40],
            "常住人口2020": [9, 25, 30, 40],
            "城镇人口2010": [1, 2, 3, 4],
            "城镇人口2020": [2, 2, 3, 4],
        }
    )
    panel.to_excel(tmp_path / "panel.xlsx", index=False)
    return tmp_path


def test_a_draft_runs(files: Path) -> None:
    draft = draft_study(files / "boundaries.gdb", files / "panel.xlsx", output=files / "studies" / "study.toml")
    written = tomllib.loads(draft.text)
    assert written["boundaries"] == {"source": "../boundaries.gdb", "code": "XZQDM", "name": "XZQMC"}
    assert written["population"] == {
        "source": "../panel.xlsx",
        "code": "区划代码",
        "start": "常住人口2010",
        "end": "常住人口2020",
        "urban_start": "城镇人口2010",
        "urban_end": "城镇人口2020",
        "group": "省",
    }
    assert written["years"] == [2010, 2020]
    assert (draft.joined, draft.not_joined) == (3, 2)
    run = run_study(load_study(draft.path), output=files / "out")
    assert len(run.not_joined) == 2
    assert run.outputs[0].tables["change"]["name"].tolist() == ["甲", "乙", "丙"]


def test_without_urban_residents_fewer_analyses_are_drafted(files: Path) -> None:
    (files / "panel.csv").write_text("code,pop2000,pop2010\n210102,1,2\n210103,3,4\n", encoding="utf-8")
    draft = draft_study(files / "boundaries.gdb", files / "panel.csv", output=files / "study.toml")
    assert tomllib.loads(draft.text)["analyses"] == ["change"]


def test_what_cannot_be_recognised_is_asked_for(files: Path) -> None:
    (files / "panel.csv").write_text("u,v,w\n210102,1,2\n210103,3,4\n", encoding="utf-8")
    asked: list[str] = []

    def answer(question: str, answers: tuple[str, ...]) -> str:
        asked.append(question)
        return {"first": "v", "last": "w"}[question.split()[-2]] if "residents" in question else answers[0]

    # Columns without a year in their names cannot be dated.
    with pytest.raises(InputError, match="the years of `v` and `w` cannot be told"):
        draft_study(files / "boundaries.gdb", files / "panel.csv", output=files / "study.toml", ask=answer)
    assert asked == [
        "Which column counts the residents of the first year?",
        "Which column counts the residents of the last year?",
    ]
    with pytest.raises(MissingColumnsError, match=r"first year\? It cannot be told.*--start COLUMN"):
        draft_study(files / "boundaries.gdb", files / "panel.csv", output=files / "study.toml")
    assert not (files / "study.toml").exists()


def test_code_columns_are_asked_for(files: Path) -> None:
    gpd.read_file(files / "boundaries.gdb").rename(columns={"XZQDM": "p", "XZQMC": "q"}).assign(
        r=["220102", "220103", "220104", "220105"]
    ).to_file(files / "odd.gpkg")
    panel = pd.read_excel(files / "panel.xlsx").rename(columns={"区划代码": "s"})
    panel.assign(s=CODES, t=["230102", "230103", "230104", "230105"]).to_csv(files / "odd.csv", index=False)
    with pytest.raises(MissingColumnsError, match="--panel-code COLUMN"):
        draft_study(files / "odd.gpkg", files / "odd.csv", output=files / "study.toml")
    with pytest.raises(MissingColumnsError, match="--code COLUMN"):
        draft_study(files / "odd.gpkg", files / "odd.csv", output=files / "study.toml", panel_code="s")
    draft = draft_study(
        files / "odd.gpkg",
        files / "odd.csv",
        output=files / "study.toml",
        ask=lambda _, answers: next(name for name in answers if name in ("p", "s")),
    )
    assert draft.recognized["boundaries.code"] == "p"
    assert draft.recognized["population.code"] == "s"


def test_given_columns_are_checked(files: Path) -> None:
    with pytest.raises(MissingColumnsError, match="the panel has no column `pop`"):
        draft_study(files / "boundaries.gdb", files / "panel.xlsx", output=files / "study.toml", start="pop")


def test_an_existing_file_is_kept(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = files / "study.toml"
    study.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"exists\. Name another file"):
        draft_study(files / "boundaries.gdb", files / "panel.xlsx", output=study)
    words = ["init", str(files / "boundaries.gdb"), str(files / "panel.xlsx"), "-o", str(study)]
    assert main(words) == 2
    assert study.read_text(encoding="utf-8") == "mine"
    assert main([*words, "--force"]) == 0
    shown = capsys.readouterr().out
    assert "Units with figures and polygons: 3" in shown
    assert "boundaries.code" in shown
    assert load_study(study).boundaries.code == "XZQDM"
