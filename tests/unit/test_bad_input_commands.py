"""Every bad input a user may bring, through the command line: one clear sentence, exit code 2, nothing half-written."""

from __future__ import annotations

import errno
import shutil
import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, Polygon, box

from geo_urban.cli import main
from geo_urban.spatial.datum import from_wgs84

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = ["01101", "01102", "01103", "01201"]
STUDY = """analyses = ["change"]
years = [2000, 2010]

[boundaries]
source = "units.gpkg"
code = "code"

[population]
source = "panel.csv"
start = "pop2000"
end = "pop2010"
"""


def country(*, west: float = 10.0) -> gpd.GeoDataFrame:
    shapes = [box(west + i, 30, west + i + 1, 31) for i in range(4)]
    return gpd.GeoDataFrame({"code": CODES, "name": list("ABCD")}, geometry=shapes, crs=4326)


def panel() -> pd.DataFrame:
    return pd.DataFrame({"code": CODES, "pop2000": [10, 20, 30, 40], "pop2010": [9, 25, 30, 20]})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a study that runs."""
    country().to_file(tmp_path / "units.gpkg")
    panel().to_csv(tmp_path / "panel.csv", index=False)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def boundaries(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the writers warn of what is spoilt on purpose
            change(country()).to_file(folder / "units.gpkg")

    return spoil


def figures(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Path], None]:
    return lambda folder: change(panel()).to_csv(folder / "panel.csv", index=False)


def study(old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / "study.toml").write_text(STUDY.replace(old, new), encoding="utf-8")

    return spoil


def replaced(frame: gpd.GeoDataFrame, column: str, row: int, value: object) -> gpd.GeoDataFrame:
    changed = frame.astype({column: object}) if column != "geometry" else frame.copy()
    changed.loc[row, column] = value
    return changed


def gcj02_in_cgcs2000(folder: Path) -> None:
    from_wgs84(country(west=110), target="gcj02").set_crs(4490, allow_override=True).to_file(folder / "units.gpkg")
    study('code = "code"', 'code = "code"\ndatum = "gcj02"')(folder)


def outside_china(folder: Path) -> None:
    study('code = "code"', 'code = "code"\ndatum = "gcj02"')(folder)


BOW_TIE = Polygon([(10, 30), (11, 31), (11, 30), (10, 31)])

SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "missing boundaries": (lambda folder: (folder / "units.gpkg").unlink(), "there is no file"),
    "missing panel": (lambda folder: (folder / "panel.csv").unlink(), "there is no file"),
    "misspelt file": (study("panel.csv", "panle.csv"), "Did you mean panel.csv?"),
    "boundaries that are none": (
        lambda folder: (folder / "units.gpkg").write_text("x", encoding="utf-8"),
        "is not a vector file GDAL can read",
    ),
    "panel that is none": (
        lambda folder: (folder / "panel.csv").rename(folder / "panel.xlsx")
        and study("panel.csv", "panel.xlsx")(folder),
        "is named like a workbook but is none",
    ),
    "no CRS": (boundaries(lambda frame: frame.set_crs(None, allow_override=True)), "coordinate reference system"),
    "metres called degrees": (
        boundaries(lambda frame: frame.to_crs(32632).set_crs(4326, allow_override=True)),
        "whose unit is the degree",
    ),
    "mixed datums": (gcj02_in_cgcs2000, "already declared to be on cgcs2000, not on gcj02"),
    "a datum that cannot be": (outside_china, "outside the area for which GCJ-02 is defined"),
    "codes twice": (boundaries(lambda frame: replaced(frame, "code", 1, "01101")), "has 01101 more than once"),
    "code missing": (boundaries(lambda frame: replaced(frame, "code", 1, None)), "is empty in 1 rows"),
    "codes twice in the panel": (figures(lambda table: pd.concat([table, table[:1]])), "has 01101 more than once"),
    "code missing in the panel": (
        figures(lambda table: pd.concat([table, pd.DataFrame({"pop2000": [5]})])),
        "is empty in 1 rows (rows 6 of the file)",
    ),
    "codes with lost zeros and several readings": (
        figures(lambda table: table.assign(code=[101, 1102, 11030, 12010])),
        "how many zeros were lost cannot be told",
    ),
    "empty geometry": (boundaries(lambda frame: replaced(frame, "geometry", 1, None)), "has no geometry for 01102"),
    "invalid polygons": (
        boundaries(lambda frame: replaced(frame, "geometry", 0, BOW_TIE)),
        "1 invalid polygons (they cross themselves): 01101",
    ),
    "points": (
        boundaries(lambda frame: frame.set_geometry([Point(i, 0) for i in range(4)], crs=4326)),
        "has no polygon layer",
    ),
    "a panel of elsewhere": (
        figures(lambda table: table.assign(code=["x1", "x2", "x3", "x4"])),
        "no code of `panel` (x1, x2, x3 … (+1)) is among those of `boundaries`",
    ),
    "negative population": (figures(lambda table: table.assign(pop2010=[1, -5, 3, 4])), "is negative for 01102"),
    "missing population": (figures(lambda table: table.assign(pop2000=[1, None, 3, 4])), "no population for 01102"),
    "words for population": (figures(lambda table: table.assign(pop2000=["1", "2", "?", "4"])), "01103: ?"),
    "absent column": (study("pop2010", "pop2020"), "has no column pop2020"),
    "unknown key": (study('source = "units', 'sorce = "units'), "study.toml:5: there is no key `boundaries.sorce`"),
    "no TOML": (study("[population]", "[population"), "is not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_bad_input_ends_with_one_sentence_and_2(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, told = SPOILT[name]
    spoil(folder)
    before = sorted(path.name for path in folder.iterdir())
    words = ["run", str(folder / "study.toml"), "--output", str(folder / "new" / "out")]
    assert main(words) == 2
    english = capsys.readouterr()
    assert english.err.startswith("error: ")
    assert told in english.err
    assert "Traceback" not in english.err
    assert english.out == ""
    assert sorted(path.name for path in folder.iterdir()) == before
    assert main([*words, "--lang", "zh"]) == 2
    chinese = capsys.readouterr().err
    assert chinese.startswith("错误：")
    # Chinese wording throughout: no English sentence of four plain words is left (names and code aside).
    assert told.split(" (")[0] not in chinese or name in ("misspelt file", "words for population")


@pytest.mark.parametrize("command", ["validate", "run"])
def test_the_study_itself_runs(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = ["-o", str(folder / "out")] if command == "run" else []
    assert main([command, str(folder / "study.toml"), *output]) == 0
    assert "Every unit was joined." in capsys.readouterr().out


def test_left_out_units_are_shown_on_screen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = panel()
    table.loc[3, "code"] = "09999"
    table.to_csv(folder / "panel.csv", index=False)
    assert main(["run", str(folder / "study.toml"), "-o", str(folder / "out")]) == 0
    shown = capsys.readouterr().out
    assert "Units left out (2):" in shown
    assert "01201  D  boundaries  the panel has no row with this code" in shown
    assert "09999     panel       the boundaries have no polygon with this code" in shown


def test_many_left_out_units_are_counted_on_screen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = pd.DataFrame({"code": [f"09{i:03d}" for i in range(30)], "pop2000": 1, "pop2010": 1})
    pd.concat([panel(), more]).to_csv(folder / "panel.csv", index=False)
    assert main(["run", str(folder / "study.toml"), "-o", str(folder / "out")]) == 0
    assert "… and 10 more, all in tables/not_joined.csv" in capsys.readouterr().out
    listed = pd.read_csv(folder / "out/tables/not_joined.csv", dtype=str)
    assert len(listed) == 30


def test_output_folder_of_somebody_else(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "thesis").mkdir()
    (folder / "thesis/chapter.docx").touch()
    assert main(["run", str(folder / "study.toml"), "-o", str(folder / "thesis")]) == 2
    assert "holds files that are not an earlier result (chapter.docx)" in capsys.readouterr().err
    assert [path.name for path in (folder / "thesis").iterdir()] == ["chapter.docx"]


def test_read_only_output_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    # The tests may run as root, whom no permission bit stops.
    monkeypatch.setattr("geo_urban.studies.output_folder.tempfile.mkdtemp", refused)
    assert main(["run", str(folder / "study.toml"), "-o", str(folder / "out")]) == 2
    assert "cannot be written (Permission denied)" in capsys.readouterr().err


def test_full_output_folder(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr("geo_urban.studies.output_folder.shutil.disk_usage", lambda _: usage)
    assert main(["run", str(folder / "study.toml"), "-o", str(folder / "out")]) == 2
    assert "too little room for the result" in capsys.readouterr().err
    assert not (folder / "out").exists()
