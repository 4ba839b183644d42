"""Provenance: what is written down, and what a later check finds."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geo_urban.cli import main
from geo_urban.errors import DataSourceError, InputError
from geo_urban.studies import load_study, run_study, verify_provenance
from geo_urban.studies.content_hash import content_sha256, file_sha256
from geo_urban.studies.provenance import file_input, package_input

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """Return the folder of a result made from two units."""
    units = gpd.GeoDataFrame({"code": ["a1", "a2"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)
    units.to_file(tmp_path / "units.gpkg")
    (tmp_path / "panel.csv").write_text("code,pop2000,pop2010\na1,10,9\na2,20,25\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        'analyses = ["change"]\nyears = [2000, 2010]\n[boundaries]\nsource = "units.gpkg"\ndatum = "wgs84"\n'
        '[population]\nsource = "panel.csv"\nstart = "pop2000"\nend = "pop2010"\n',
        encoding="utf-8",
    )
    run_study(load_study(tmp_path / "study.toml"), output=tmp_path / "out")
    return tmp_path / "out"


def test_everything_is_written_down(result: Path) -> None:
    record = json.loads((result / "provenance.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {
        path.relative_to(result).as_posix() for path in result.rglob("*") if path.is_file()
    } - {"provenance.json"}
    assert [item["name"] for item in record["inputs"]] == ["boundaries", "population"]
    panel = record["inputs"][1]
    # sha256sum of the panel's text above.
    assert panel["sha256"] == file_sha256(result.parent / "panel.csv")
    assert record["datum_history"] == ["boundaries: wgs84, kept"]
    assert record["seed"] == 0
    assert record["environment"]["packages"]["pandas"] == pd.__version__
    assert all(each["method"] and each["citation"] for each in record["results"])
    assert record["study"]["years"] == [2000, 2010]


def test_an_untouched_result_is_verified(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = verify_provenance(result)
    assert found.differences == ()
    assert found.unchecked == ()
    assert main(["verify", str(result / "provenance.json")]) == 0
    assert "files and inputs are as they were" in capsys.readouterr().out


def test_what_differs_is_named(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (result / "tables/change.csv").write_text("changed", encoding="utf-8")
    (result / "index.html").unlink()
    (result.parent / "panel.csv").write_text("code,pop2000,pop2010\na1,10,9\n", encoding="utf-8")
    found = {each.where.rsplit("/", 1)[-1]: each.what for each in verify_provenance(result).differences}
    assert found == {"change.csv": "changed", "index.html": "missing", "panel.csv": "changed"}
    assert main(["verify", str(result)]) == 1
    shown = capsys.readouterr().out
    assert "index.html" in shown
    assert "is missing" in shown


def test_a_moved_result_is_verified_without_its_inputs(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (result.parent / "panel.csv").rename(result.parent / "moved.csv")
    found = verify_provenance(result)
    assert found.differences == ()
    assert [name.rsplit("/", 1)[-1] for name in found.unchecked] == ["panel.csv"]
    assert main(["verify", str(result)]) == 0
    assert "is not on this machine, so it was not checked" in capsys.readouterr().err


def test_another_version_of_a_package_is_a_difference(result: Path) -> None:
    record = json.loads((result / "provenance.json").read_text(encoding="utf-8"))
    said = package_input("tables", "numpy")
    base = {"name": "tables", "kind": "package", "datum": "", "where": "numpy"}
    record["inputs"] = [
        {**base, "version": "0.1", "sha256": said.sha256},
        {**base, "version": said.version, "sha256": "0"},
        {**base, "where": "no-such-package", "version": "1", "sha256": "0"},
    ]
    (result / "provenance.json").write_text(json.dumps(record), encoding="utf-8")
    found = verify_provenance(result)
    assert [each.what for each in found.differences] == ["version", "changed"]
    assert found.unchecked == ("no-such-package",)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 1, "outputs": {}, "inputs": [{"a": 1}]}'])
def test_what_is_no_provenance(tmp_path: Path, text: str) -> None:
    (tmp_path / "provenance.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="is not a provenance written by this program"):
        verify_provenance(tmp_path)


def test_absent_and_later_provenances(tmp_path: Path) -> None:
    with pytest.raises(DataSourceError, match=r"there is no file .*provenance\.json"):
        verify_provenance(tmp_path)
    (tmp_path / "provenance.json").write_text(
        '{"format": 99, "geo_urban": "9.0", "outputs": {}, "inputs": []}', encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"written by a later version \(9.0\)"):
        verify_provenance(tmp_path)


def test_contents_are_hashed_without_their_times(tmp_path: Path) -> None:
    units = gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    for name in ("one.gpkg", "two.gpkg"):
        units.to_file(tmp_path / name, layer="units")
    with closing(sqlite3.connect(tmp_path / "two.gpkg")) as database, database:
        database.execute("UPDATE gpkg_contents SET last_change = '1999-01-01T00:00:00.000Z'")
    assert content_sha256(tmp_path / "one.gpkg") == content_sha256(tmp_path / "two.gpkg")
    with closing(sqlite3.connect(tmp_path / "two.gpkg")) as database, database:
        database.execute("UPDATE gpkg_contents SET description = 'other'")
    assert content_sha256(tmp_path / "one.gpkg") != content_sha256(tmp_path / "two.gpkg")
    for name, day, cell in (("a.xlsx", "1", "x"), ("b.xlsx", "2", "x"), ("c.xlsx", "1", "y")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("docProps/core.xml", day)
            archive.writestr("xl/worksheets/sheet1.xml", cell)
    hashes = [content_sha256(tmp_path / name) for name in ("a.xlsx", "b.xlsx", "c.xlsx")]
    assert hashes[0] == hashes[1] != hashes[2]
    (tmp_path / "broken.gpkg").write_text("x", encoding="utf-8")
    assert content_sha256(tmp_path / "broken.gpkg") == file_sha256(tmp_path / "broken.gpkg")


def test_inputs_of_several_files_count_as_one(tmp_path: Path) -> None:
    units = gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    units.to_file(tmp_path / "units.shp")
    before = file_input("boundaries", tmp_path / "units.shp").sha256
    (tmp_path / "other.dbf").touch()
    assert file_input("boundaries", tmp_path / "units.shp").sha256 == before
    (tmp_path / "units.cpg").write_text("UTF-8", encoding="utf-8")
    (tmp_path / "units.prj").unlink()
    assert file_input("boundaries", tmp_path / "units.shp").sha256 != before


def test_packages_that_are_not_installed() -> None:
    with pytest.raises(DataSourceError, match=r"pip install 'geo-urban\[data\]'"):
        package_input("boundaries", "no-such-package")
