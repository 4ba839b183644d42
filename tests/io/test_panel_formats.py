"""Panels of Stata and SPSS, written by pandas and pyreadstat: figures, words and codes come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyreadstat
import pytest

from geo_urban.errors import DataSourceError, MissingColumnsError, MissingDependencyError
from geo_urban.io import _statistics_files, read_panel
from geo_urban.io._statistics_files import COLUMN_LABELS

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pd.DataFrame(
    {
        "adcode": [110101, 110102, 110105],
        "name": ["东城区", "西城区", "朝阳区"],
        "kind": [1, 2, 2],
        "pop_2020": [708829.0, 1106214.0, 3452460.0],
        "share": [0.25, None, 0.5],
        "children": [3, 9, 4],
    }
)
COLUMNS = {"adcode": "Code", "pop_2020": "常住人口 2020", "share": "Share of migrants"}
# `adcode` is labelled by name in many files, and must stay a code; of `children` only "unknown" has a label.
WORDS = {
    "adcode": {110101: "东城区", 110102: "西城区", 110105: "朝阳区"},
    "kind": {1: "core", 2: "inner", 3: "outer"},
    "children": {9: "unknown"},
}


def stata(folder: Path, *, version: int = 118) -> Path:
    path = folder / "panel.dta"
    TABLE.to_stata(path, write_index=False, version=version, variable_labels=COLUMNS, value_labels=WORDS)
    return path


def spss(folder: Path, ending: str = "sav") -> Path:
    path = folder / f"panel.{ending}"
    labels = [COLUMNS.get(name, "") for name in TABLE.columns]
    pyreadstat.write_sav(
        TABLE,
        path,
        column_labels=labels,
        variable_value_labels=WORDS,
        compress=ending == "zsav",
        row_compress=ending == "sav",
    )
    return path


@pytest.mark.parametrize("write", [stata, spss, lambda folder: spss(folder, "zsav")], ids=["dta", "sav", "zsav"])
def test_round_trip(write: object, tmp_path: Path) -> None:
    panel = read_panel(write(tmp_path))  # type: ignore[operator]
    assert panel.index.tolist() == ["110101", "110102", "110105"]
    assert panel["name"].tolist() == TABLE["name"].tolist()
    assert panel["pop_2020"].tolist() == [708829, 1106214, 3452460]
    assert panel["pop_2020"].dtype == "int64"  # these programs store doubles
    assert panel["share"].isna().tolist() == [False, True, False]
    assert panel["share"].sum() == 0.75
    assert panel["kind"].tolist() == ["core", "inner", "inner"]
    assert panel["children"].tolist() == [3, 9, 4]
    assert panel.attrs[COLUMN_LABELS] == {"pop_2020": "常住人口 2020", "share": "Share of migrants"}


@pytest.mark.parametrize("write", [stata, spss], ids=["dta", "sav"])
def test_chosen_columns_keep_their_labels(write: object, tmp_path: Path) -> None:
    path = write(tmp_path)  # type: ignore[operator]
    panel = read_panel(path, columns={"people": "pop_2020"})
    assert panel.attrs[COLUMN_LABELS] == {"people": "常住人口 2020"}
    with pytest.raises(MissingColumnsError, match="no column pop_2010"):
        read_panel(path, columns={"people": "pop_2010"})


def test_values_that_spss_declares_missing(tmp_path: Path) -> None:
    path = tmp_path / "panel.sav"
    pyreadstat.write_sav(TABLE, path, missing_ranges={"children": [9]})
    assert read_panel(path)["children"].isna().tolist() == [False, True, False]


def test_two_values_with_one_label(tmp_path: Path) -> None:
    # pandas refuses to word such a column; its numbers are what remains certain.
    path = tmp_path / "panel.dta"
    TABLE.to_stata(path, write_index=False, version=118, value_labels={"kind": {1: "town", 2: "town"}})
    assert read_panel(path)["kind"].tolist() == [1, 2, 2]


def test_older_versions_of_stata(tmp_path: Path) -> None:
    path = tmp_path / "panel.dta"
    TABLE.drop(columns="name").to_stata(path, write_index=False, version=114)
    assert read_panel(path)["pop_2020"].sum() == 5267503


@pytest.mark.parametrize("ending", ["dta", "sav"])
def test_files_that_are_none(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"panel.{ending}"
    for content in (b"", b"code,people\n110101,1\n", bytes(300)):
        path.write_bytes(content)
        with pytest.raises(DataSourceError, match=r"cannot be read as a file of (Stata|SPSS)"):
            read_panel(path)
    whole = stata(tmp_path) if ending == "dta" else spss(tmp_path)
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(DataSourceError, match="cannot be read as a file of"):
        read_panel(path)


def test_spss_without_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = spss(tmp_path)
    monkeypatch.setattr(_statistics_files, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"needs pyreadstat: `pip install 'geo-urban\[formats\]'`"):
        read_panel(path)
