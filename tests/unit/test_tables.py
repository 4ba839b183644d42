"""CSV and XLSX hold what the table holds, the same bytes on every run, and nothing that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo_urban.errors import InputError, OutputError
from geo_urban.layers import write_tables

if TYPE_CHECKING:
    from pathlib import Path

EVIL = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "-5.2", "plain", "蒙古"]


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": EVIL,
            "population_2020": range(1_000, 9_000, 1_000),
            "change_share": [0.25, -0.5, np.nan, 0.1, 1 / 3, 0.0, 0.2, 0.3],
            "members": [("010001", "010002"), *[("1",)] * 7],
        },
        index=pd.Index([f"01000{number}" for number in range(8)], name="adcode"),
    )


def test_csv_reads_back_with_codes_as_text_and_numbers_in_full(table: pd.DataFrame, tmp_path: Path) -> None:
    written = write_tables({"units": table}, tmp_path, workbook="")
    assert written == [tmp_path / "units.csv"]
    back = pd.read_csv(written[0], dtype={"adcode": str}, index_col="adcode")
    assert back.index.tolist() == table.index.tolist()
    assert back["change_share"].equals(table["change_share"])
    assert back["members"].iloc[0] == "010001;010002"
    assert back["name"].iloc[7] == "蒙古"


def test_csv_starts_with_the_mark_that_excel_needs_and_ends_lines_alike(table: pd.DataFrame, tmp_path: Path) -> None:
    content = write_tables({"units": table}, tmp_path)[0].read_bytes()
    assert content.startswith(b"\xef\xbb\xbfadcode,")
    assert b"\r" not in content


def test_formulas_are_text_in_csv(table: pd.DataFrame, tmp_path: Path) -> None:
    back = pd.read_csv(write_tables({"units": table}, tmp_path)[0])
    assert back["name"].tolist() == [
        "'=1+1",
        "'+cmd|' /C calc'!A0",
        "'@SUM(A1)",
        "'-2+3",
        "'\t=1",
        "-5.2",
        "plain",
        "蒙古",
    ]


def test_formulas_are_text_in_the_workbook(table: pd.DataFrame, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_tables({"units": table}, tmp_path)[-1])
    names = [row[1] for row in book["units"].iter_rows(min_row=2)]
    assert [cell.value for cell in names] == EVIL
    assert {cell.data_type for cell in names} == {"s"}


def test_workbook_keeps_codes_as_text_and_shows_shares_in_percent(table: pd.DataFrame, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(write_tables({"units": table}, tmp_path)[-1])["units"]
    assert [cell.value for cell in sheet[1]] == ["adcode", "name", "population_2020", "change_share", "members"]
    assert sheet["A2"].value == "010000"
    assert sheet["A2"].data_type == "s"
    assert sheet["C2"].value == 1000
    assert sheet["D2"].value == 0.25
    assert sheet["D2"].number_format == "0.00%"
    assert sheet["D4"].value is None


def test_notes_sheet_says_what_where_from_and_how(table: pd.DataFrame, tmp_path: Path) -> None:
    written = write_tables(
        {"units": table},
        tmp_path,
        titles={"units": "A title of my own"},
        labels={"name": "Name"},
        source="A census",
        method="=counted",
        notes=["One", "Two"],
        language="zh",
    )
    book = openpyxl.load_workbook(written[-1])
    assert book.sheetnames == ["说明页", "units"]
    assert [[cell.value for cell in row] for row in book["说明页"].iter_rows()] == [
        ["units", "A title of my own"],
        ["数据来源", "A census"],
        ["方法", "=counted"],
        ["说明", "One"],
        ["说明", "Two"],
    ]
    assert book["units"]["B1"].value == "名称"


def test_two_runs_give_the_same_bytes(table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [path.read_bytes() for path in write_tables({"units": table}, tmp_path / "a")]

    class Later(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime(2031, 2, 3, 4, 5, 6, tzinfo=tz)

    monkeypatch.setattr("openpyxl.writer.excel.datetime", SimpleNamespace(datetime=Later, timezone=dt.timezone))
    monkeypatch.setattr("zipfile.time.localtime", lambda *_: (2031, 2, 3, 4, 5, 6, 0, 34, 0))
    assert [path.read_bytes() for path in write_tables({"units": table}, tmp_path / "b")] == first


def test_long_and_clashing_names_become_sheets_of_their_own(tmp_path: Path) -> None:
    tables = {f"{'a' * 35}{letter}": pd.DataFrame({"x": [1]}) for letter in "bc"}
    book = openpyxl.load_workbook(write_tables(tables, tmp_path)[-1])
    assert book.sheetnames == ["Notes", "a" * 31, "a" * 29 + "_2"]


def test_levels_of_rows_and_columns_become_columns(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        [[1, 2]],
        index=pd.MultiIndex.from_tuples([("21", "small")], names=["province", "tier"]),
        columns=pd.MultiIndex.from_tuples([("cities", "2010"), ("cities", "2020")]),
    )
    back = pd.read_csv(write_tables({"tiers": frame}, tmp_path)[0], dtype=str)
    assert back.columns.tolist() == ["province", "tier", "cities_2010", "cities_2020"]


def test_categories_truth_and_control_characters_are_written(tmp_path: Path) -> None:
    frame = pd.DataFrame({"tier": pd.Categorical(["a", None]), "ok": [True, False], "text": ["x\x00y", None]})
    sheet = openpyxl.load_workbook(write_tables({"t": frame}, tmp_path)[-1])["t"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["tier", "ok", "text"],
        ["a", True, "xy"],
        [None, False, None],
    ]


def test_the_table_given_is_not_changed(table: pd.DataFrame, tmp_path: Path) -> None:
    before = table.copy(deep=True)
    write_tables({"units": table}, tmp_path)
    pd.testing.assert_frame_equal(table, before)


def test_bad_names_and_nothing_are_refused(table: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`tables` is empty"):
        write_tables({}, tmp_path)
    with pytest.raises(InputError, match=r"'\.\./x', which cannot be a file name"):
        write_tables({"../x": table}, tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        write_tables({"x": table}, tmp_path / "file")
