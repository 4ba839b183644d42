"""A study of a made-up country, from files to a folder of results."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import sys
import time
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.errors import GeoUrbanWarning, InputError, InsufficientDataError, OutputError, StudyFileError
from geo_urban.studies import load_study, run_study, study_from_text
from geo_urban.studies.output_folder import replaced_as_a_whole

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.studies import StudyRun

CODES = ["01101", "01102", "01103", "01201", "01202", "01203", "01301", "01302", "01303"]
STUDY = """
name = "made-up"
title = "Made-up country"
years = [2000, 2010]
analyses = ["change", "tiers", "urbanization", "outflow", "burden", "town_share"]

[boundaries]
source = "units.gpkg"
code = "code"

[population]
source = "panel.csv"
start = "pop2000"
end = "pop2010"
urban_start = "urban2000"
urban_end = "urban2010"
group = "province"
"""
# Pictures take most of the time of so small a study. The whole result has them, and so has the one held to it.
NO_PICTURES = "[outputs]\npictures = false\n"


def panel() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": CODES,
            "province": ["North"] * 3 + ["Middle"] * 3 + ["South"] * 3,
            # Losses of 0, 5, 10, 20, 30, 50 % and gains of 10, 20 %; the last unit keeps its people.
            "pop2000": [1000] * 9,
            "pop2010": [1000, 950, 900, 800, 700, 500, 1100, 1200, 1000],
            "urban2000": [400] * 9,
            "urban2010": [500] * 9,
        }
    )


def write_inputs(folder: Path) -> None:
    shapes = [box(10 + i % 3, 50 + i // 3, 11 + i % 3, 51 + i // 3) for i in range(9)]
    units = gpd.GeoDataFrame({"code": CODES, "name": list("ABCDEFGHI")}, geometry=shapes, crs=4326)
    units.to_file(folder / "units.gpkg")
    panel().to_csv(folder / "panel.csv", index=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a study file, boundaries and a panel."""
    write_inputs(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY + NO_PICTURES, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    """Return the study with all its outputs, for tests that only read them."""
    folder = tmp_path_factory.mktemp("whole")
    write_inputs(folder)
    return run_study(study_from_text(STUDY, folder=folder), output=folder / "out")


def test_a_study_writes_what_it_promises(whole: StudyRun) -> None:
    run, folder = whole, whole.folder.parent
    names = set(run.files)
    assert {
        "index.html",
        "layers/made-up.gpkg",
        "tables/made-up.xlsx",
        "tables/not_joined.csv",
        "provenance.json",
    } <= names
    assert {
        "maps/population_change.html",
        "maps/city_tiers.html",
        "maps/rural_outflow.html",
        "maps/town_share.html",
    } <= names
    assert {"pictures/population_change.png", "pictures/population_change.svg"} <= names
    assert names == {
        path.relative_to(folder / "out").as_posix() for path in (folder / "out").rglob("*") if path.is_file()
    }
    assert run.not_joined.empty
    severity = pd.read_csv(folder / "out/tables/change_severity.csv", index_col=0)
    # By hand from the panel above: 4 without loss, 1 under 10 %, 2 of 10 to 30 % (10, 20), 2 of 30 % and more (30, 50).
    assert severity["units"].to_dict() == {
        "growing": 4, "loss < 10 %": 1, "loss 10–30 %": 2, "loss ≥ 30 %": 2, "losing": 5, "total": 9,
    }  # fmt: skip
    outflow = pd.read_csv(folder / "out/tables/outflow.csv", index_col="province")
    # 9,000 people became 8,150; towns took 900 in.
    assert outflow.loc["total", ["rural_loss", "urban_gain", "net_outflow"]].tolist() == [1750, 900, 850]
    burden = pd.read_csv(folder / "out/tables/burden.csv", index_col="province")
    assert burden.loc["total", "burden_ratio_2000"] == 1.5  # 600 rural for 400 urban
    layers = set(gpd.list_layers(folder / "out/layers/made-up.gpkg")["name"])
    assert {"units", "cities"} <= layers


def test_codes_stay_text_in_every_table(whole: StudyRun) -> None:
    table = pd.read_csv(whole.folder / "tables/change.csv", dtype=str)
    assert table["code"].tolist() == CODES
    units = gpd.read_file(whole.folder / "layers/made-up.gpkg", layer="units")
    assert units["code"].tolist() == CODES


def test_a_second_run_says_the_same(whole: StudyRun, tmp_path: Path) -> None:
    first = whole.provenance
    second = run_study(whole.study, output=tmp_path / "second").provenance
    assert first["outputs"].keys() == second["outputs"].keys()
    for name, record in first["outputs"].items():
        assert second["outputs"][name]["content_sha256"] == record["content_sha256"], name
        if name.endswith(".csv"):
            assert second["outputs"][name]["sha256"] == record["sha256"], name
    assert {key for key in first if first[key] != second[key]} <= {"written", "outputs"}


def test_units_without_partner_or_figure_are_listed(folder: Path) -> None:
    table = panel().drop(index=8)
    table.loc[8] = ["99999", "South", 5, 5, 1, 1]
    table.loc[0, "pop2010"] = None
    table.to_csv(folder / "panel.csv", index=False)
    study = study_from_text(STUDY + 'missing = "list"\n' + NO_PICTURES, folder=folder)
    run = run_study(study, output=folder / "out")
    assert run.not_joined["reason"].to_dict() == {
        "01303": "the panel has no row with this code",
        "99999": "the boundaries have no polygon with this code",
        "01101": "no population figure",
    }
    listed = pd.read_csv(folder / "out/tables/not_joined.csv", dtype=str)
    assert listed["code"].tolist() == ["01303", "99999", "01101"]
    with pytest.raises(InputError, match="has no population for 01101"):
        run_study(load_study(folder / "study.toml"), output=folder / "strict")


def test_outputs_can_be_left_out(folder: Path) -> None:
    study = study_from_text(
        STUDY + "[outputs]\nmaps = false\nlayers = false\ntables = false\npictures = false\n", folder=folder
    )
    run = run_study(study, output=folder / "out")
    # Whoever was left out is told whatever else is wanted.
    assert set(run.files) == {"index.html", "provenance.json", "tables/not_joined.csv"}


def test_language_and_figures_of_the_call_go_first(folder: Path) -> None:
    study = study_from_text(STUDY + NO_PICTURES + 'language = "zh"\n', folder=folder)
    run_study(study, output=folder / "zh")
    assert 'lang="zh"' in (folder / "zh/index.html").read_text(encoding="utf-8")
    run = run_study(study, output=folder / "en", language="en", figures="wan")
    assert 'lang="en"' in (folder / "en/index.html").read_text(encoding="utf-8")
    assert run.provenance["settings"] == {"language": "en", "figures": "wan"}


def test_warnings_reach_the_result(folder: Path) -> None:
    table = panel()
    table["code"] = [int(code) for code in CODES]
    table.to_csv(folder / "panel.csv", index=False)
    run = run_study(load_study(folder / "study.toml"), output=folder / "out")
    assert len(run.warnings) == 1
    assert "differed from the boundaries' only by leading zeros" in run.warnings[0]
    assert run.warnings[0] in (folder / "out/index.html").read_text(encoding="utf-8").replace("&#39;", "'")
    assert issubclass(GeoUrbanWarning, UserWarning)


def test_analyses_need_their_figures(folder: Path) -> None:
    text = STUDY.replace('urban_start = "urban2000"\nurban_end = "urban2010"\n', "")
    with pytest.raises(StudyFileError, match="urbanization, outflow, burden, town_share need urban residents"):
        run_study(study_from_text(text, folder=folder), output=folder / "out")
    assert not (folder / "out").exists()


def test_more_urban_residents_than_residents(folder: Path) -> None:
    table = panel()
    table.loc[0, "urban2010"] = 5000
    table.to_csv(folder / "panel.csv", index=False)
    with pytest.raises(InputError, match="more urban residents than there are residents in 2010: 01101"):
        run_study(load_study(folder / "study.toml"), output=folder / "out")


def test_a_panel_without_any_figure(folder: Path) -> None:
    table = panel()
    table["pop2010"] = None
    table.to_csv(folder / "panel.csv", index=False)
    study = study_from_text(STUDY + 'missing = "list"\n', folder=folder)
    with pytest.raises(InsufficientDataError, match="no unit of the panel has all of"):
        run_study(study, output=folder / "out")


def test_a_failed_run_leaves_the_earlier_result(folder: Path) -> None:
    study = load_study(folder / "study.toml")
    run_study(study, output=folder / "out")
    before = (folder / "out/provenance.json").read_bytes()
    table = panel()
    table.loc[0, "pop2010"] = -5
    table.to_csv(folder / "panel.csv", index=False)
    with pytest.raises(InputError, match="is negative for 01101"):
        run_study(study, output=folder / "out")
    assert (folder / "out/provenance.json").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["out", "panel.csv", "study.toml", "units.gpkg"]


def test_a_result_replaces_its_own_files_only(folder: Path) -> None:
    study = load_study(folder / "study.toml")
    run_study(study, output=folder / "out")
    (folder / "out/layers/my map.qgz").write_text("mine", encoding="utf-8")
    (folder / "out/layers/made-up.gpkg-wal").write_text("left by a program", encoding="utf-8")
    (folder / "out/tables/old.csv").write_text("not of this run", encoding="utf-8")
    provenance = json.loads((folder / "out/provenance.json").read_text(encoding="utf-8"))
    provenance["outputs"]["tables/old.csv"] = {}
    (folder / "out/provenance.json").write_text(json.dumps(provenance), encoding="utf-8")
    run_study(study, output=folder / "out")
    assert (folder / "out/layers/my map.qgz").read_text(encoding="utf-8") == "mine"
    assert not (folder / "out/tables/old.csv").exists()
    assert not (folder / "out/layers/made-up.gpkg-wal").exists()


def test_folders_of_others_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "photos").mkdir()
    (folder / "photos/1.jpg").touch()
    with pytest.raises(OutputError, match=r"not an earlier result \(1.jpg\)"), replaced_as_a_whole(folder / "photos"):
        pass
    with pytest.raises(OutputError, match="is a file, not a folder"), replaced_as_a_whole(folder / "panel.csv"):
        pass
    with pytest.raises(OutputError, match="cannot be written"), replaced_as_a_whole(folder / "panel.csv" / "out"):
        pass
    monkeypatch.chdir(folder / "photos")
    with pytest.raises(OutputError, match="the folder you are working in"), replaced_as_a_whole("."):
        pass
    assert (folder / "photos/1.jpg").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permission bits on Windows")
def test_read_only_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    # The tests may run as root, whom no permission bit stops.
    monkeypatch.setattr("geo_urban.studies.output_folder.tempfile.mkdtemp", refused)
    with pytest.raises(OutputError, match=r"cannot be written \(Permission denied\).*Nothing was written"):
        run_study(load_study(folder / "study.toml"), output=folder / "a" / "b")
    assert not (folder / "a").exists()


def test_full_disk_before_and_during_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = load_study(folder / "study.toml")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("geo_urban.studies.report.write_text", full)
        with pytest.raises(OutputError, match=r"too little room.*Nothing was written"):
            run_study(study, output=folder / "out")
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr("geo_urban.studies.output_folder.shutil.disk_usage", lambda _: usage)
    with pytest.raises(OutputError, match="Free at least 150 MB"):
        run_study(study, output=folder / "out")
    assert sorted(path.name for path in folder.iterdir()) == ["panel.csv", "study.toml", "units.gpkg"]


def test_a_fault_of_ours_leaves_nothing(folder: Path) -> None:
    def half_way() -> None:
        with replaced_as_a_whole(folder / "new" / "out") as draft:
            (draft / "half.txt").write_text("half", encoding="utf-8")
            raise ZeroDivisionError("half-way")

    with pytest.raises(ZeroDivisionError, match="half-way"):
        half_way()
    assert not (folder / "new").exists()


def test_drafts_of_killed_runs_go_with_the_next_one(folder: Path) -> None:
    for name, age in ((".out-dead.part", 2 * 86_400), (".out-alive.part", 60)):
        (folder / name).mkdir()
        (folder / name / "half.txt").touch()
        os.utime(folder / name, times=(time.time() - age,) * 2)
    with replaced_as_a_whole(folder / "out"):
        pass
    assert not (folder / ".out-dead.part").exists()
    assert (folder / ".out-alive.part").exists()


def test_the_geopackage_and_the_workbook_are_sound(whole: StudyRun) -> None:
    with closing(sqlite3.connect(whole.folder / "layers/made-up.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert zipfile.ZipFile(whole.folder / "tables/made-up.xlsx").testzip() is None
