"""Panels as users bring them, the join with boundaries, and how columns are recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geo_urban.errors import (
    AlignmentError,
    CombinedInputError,
    DataSourceError,
    GeoUrbanWarning,
    InputError,
    MissingColumnsError,
)
from geo_urban.io import join_panel, match_codes, read_panel, recognize_columns, require_population, text_codes

if TYPE_CHECKING:
    from pathlib import Path

TABLE = pd.DataFrame({"区划代码": ["110101", "110102"], "名称": ["东城区", "西城区"], "人口2020": [708829, 1106214]})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_in_any_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "panel.csv"
    file.write_text(TABLE.to_csv(index=False, sep=delimiter), encoding=encoding)
    panel = read_panel(file)
    assert panel.index.tolist() == ["110101", "110102"]
    assert panel["人口2020"].tolist() == [708829, 1106214]
    assert panel["人口2020"].dtype == "int64"
    assert panel["名称"].tolist() == ["东城区", "西城区"]


def test_workbook_with_a_title_and_notes(tmp_path: Path) -> None:
    file = tmp_path / "panel.xlsx"
    rows = [["Table 1: residents", None, None], [None, None, None], list(TABLE.columns), *TABLE.to_numpy().tolist()]
    pd.DataFrame(rows).to_excel(file, header=False, index=False)
    panel = read_panel(file)
    assert panel["人口2020"].to_dict() == {"110101": 708829, "110102": 1106214}


def test_sheets(tmp_path: Path) -> None:
    file = tmp_path / "panel.xlsx"
    with pd.ExcelWriter(file) as book:
        TABLE.to_excel(book, sheet_name="2020", index=False)
        TABLE.to_excel(book, sheet_name="2010", index=False)
    with pytest.raises(InputError, match=r"several sheets with tables \(2020, 2010\).*sheet = \"2020\""):
        read_panel(file)
    with pytest.raises(InputError, match="no sheet `2015`"):
        read_panel(file, sheet="2015")
    assert len(read_panel(file, sheet="2010")) == 2


def test_parquet_and_chosen_columns(tmp_path: Path) -> None:
    file = tmp_path / "panel.parquet"
    TABLE.to_parquet(file)
    panel = read_panel(file, columns={"people": "人口2020"})
    assert list(panel.columns) == ["people"]
    with pytest.raises(MissingColumnsError, match=r"no column 人口2010.*人口2010 → 人口2020"):
        read_panel(file, columns={"people": "人口2010"})


def test_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(DataSourceError, match="there is no file"):
        read_panel(tmp_path / "absent.csv")
    with pytest.raises(DataSourceError, match="nor a folder"):
        read_panel(tmp_path / "nowhere" / "absent.csv")
    for name, content, told in (
        ("panel.doc", b"x", "is not a table this program reads"),
        ("panel.xlsx", b"x", "is named like a workbook but is none"),
        ("panel.parquet", b"x", "cannot be read as Parquet"),
        ("empty.csv", b"", "holds no rows"),
        ("binary.csv", b"\xff\x80\x81code", "neither UTF-8 nor GB 18030"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataSourceError, match=told):
            read_panel(tmp_path / name)


def test_thousands_words_and_dashes(tmp_path: Path) -> None:
    file = tmp_path / "panel.csv"
    file.write_text('code;pop_2010;pop_2020\n110101;1,200;"1,100"\n110102;900;-\n110103;many;800\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"`panel.pop_2010` holds words where numbers belong: 110103: many"):
        read_panel(file)
    file.write_text("code;pop_2010;pop_2020\n110101;1,200;1,100\n110102;900;-\n", encoding="utf-8")
    panel = read_panel(file)
    assert panel["pop_2010"].tolist() == [1200, 900]
    assert panel["pop_2020"].isna().tolist() == [False, True]
    file.write_text("code;share\n110101;0,125\n110102;0.5\n110103;0.25\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds words where numbers belong: 110101: 0,125"):
        read_panel(file)


def test_codes_that_a_spreadsheet_spoiled(tmp_path: Path) -> None:
    file = tmp_path / "panel.xlsx"
    pd.DataFrame({"code": [1001, 1002, 10101], "people": [1, 2, 3]}).to_excel(file, index=False)
    with pytest.warns(GeoUrbanWarning, match="2 codes had lost their leading zero"):
        assert read_panel(file).index.tolist() == ["01001", "01002", "10101"]


def test_codes_twice_or_absent(tmp_path: Path) -> None:
    file = tmp_path / "panel.csv"
    file.write_text("code,people\n110101,1\n110101,2\n,3\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"is empty in 1 rows \(rows 4 of the file\)"):
        read_panel(file, code="code")
    file.write_text("code,people\n110101,1\n110101,2\n", encoding="utf-8")
    with pytest.raises(AlignmentError, match="has 110101 more than once"):
        read_panel(file, code="code")
    with pytest.raises(MissingColumnsError, match="no column adcode"):
        read_panel(file, code="adcode")


def test_population_faults_are_told_together() -> None:
    panel = pd.DataFrame({"a": [1, None, 3], "b": [1, 2, -3]}, index=["x", "y", "z"])
    with pytest.raises(CombinedInputError) as caught:
        require_population(panel, ["a", "b"])
    assert "`panel.a` has no population for y" in str(caught.value)
    assert "`panel.b` is negative for z (lowest -3)" in str(caught.value)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([110101.0, 110102.0], ["110101", "110102"]),
        (["110101.0", "110102.00"], ["110101", "110102"]),
        ([" １１０１０１ ", "110102"], ["110101", "110102"]),  # full-width digits of a Chinese keyboard
        ([1, 2, 30], ["1", "2", "30"]),  # running numbers lost nothing
        (["01001", "10101"], ["01001", "10101"]),  # text keeps its zeros
        (["DE11", "DE1"], ["DE11", "DE1"]),
    ],
)
def test_codes_become_text(codes: list[object], expected: list[str]) -> None:
    assert text_codes(pd.Series(codes, dtype=object)).tolist() == expected


def test_codes_with_several_readings_are_refused() -> None:
    with pytest.raises(InputError, match=r"codes of 3, 5, 6 digits.*cannot be told"):
        text_codes(pd.Series([101, 10101, 110101]))
    with pytest.raises(InputError, match="are numbers and not codes"):
        text_codes(pd.Series(["1.10101e5", "110102"]))
    with pytest.raises(InputError, match="are numbers and not codes"):
        text_codes(pd.Series([110101.5]))


@given(st.sets(st.integers(0, 99_999), min_size=2, max_size=40))
def test_codes_of_one_width_survive_a_spreadsheet(numbers: set[int]) -> None:
    """Whatever loses its zeros in a spreadsheet is matched again with the codes it came from."""
    truth = pd.Index([f"{number:05d}" for number in sorted(numbers)])
    spoiled = pd.Index([str(int(code)) for code in truth])
    with pytest.warns(GeoUrbanWarning) if list(spoiled) != list(truth) else _nothing():
        assert match_codes(spoiled, truth).tolist() == truth.tolist()


class _nothing:  # noqa: N801 - used like a function
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def units(codes: list[str], names: list[str]) -> gpd.GeoDataFrame:
    shapes = [box(i, 0, i + 1, 1) for i in range(len(codes))]
    return gpd.GeoDataFrame({"name": names}, index=pd.Index(codes, name="code"), geometry=shapes, crs=4326)


def test_nobody_is_dropped_without_a_reason() -> None:
    panel = pd.DataFrame(
        {"name": ["East", "South", "Old West"], "people": [1, 2, 3]}, index=pd.Index(["1", "3", "9"], name="code")
    )
    joined = join_panel(units(["1", "2", "3", "4"], ["East", "West", "South", "Old West"]), panel)
    assert joined.units.index.tolist() == ["1", "3"]
    assert joined.units["people"].tolist() == [1, 2]
    told = joined.not_joined
    assert told["side"].to_dict() == {"2": "boundaries", "4": "boundaries", "9": "panel"}
    assert told.loc["2", "reason"] == "the panel has no row with this code"
    assert told.loc["9", "reason"].endswith("; the other side has Old West under 4: renumbered?")
    assert told.loc["4", "reason"].endswith("; the other side has Old West under 9: renumbered?")


def test_a_panel_that_matches_no_unit() -> None:
    panel = pd.DataFrame({"people": [1]}, index=["x1"])
    with pytest.raises(AlignmentError, match=r"no code of `panel` \(x1\) is among those of `boundaries` \(1, 2\)"):
        join_panel(units(["1", "2"], ["A", "B"]), panel)


@pytest.mark.parametrize(
    ("table", "code", "name", "population"),
    [
        (TABLE, "区划代码", "名称", {2020: "人口2020"}),
        (
            {
                "PAC": [110101, 110102],
                "NAME": ["a", "b"],
                "pop2010": [5, 6],
                "pop2020": [7, 8],
                "density2020": [1.5, 2],
            },
            "PAC",
            "NAME",
            {2010: "pop2010", 2020: "pop2020"},
        ),
        (
            {
                "GEOID": ["01001", "01003"],
                "county": ["Autauga", "Baldwin"],
                "2010": [54571, 182265],
                "2020": [58805, 231767],
            },
            "GEOID",
            "county",
            {2010: "2010", 2020: "2020"},
        ),
        # Nothing named: a column of six-digit codes of provinces is recognised by its content.
        ({"x": [210102, 210103], "y": ["和平区", "沈河区"]}, "x", "y", {}),
        # Two columns that fit equally well: none is taken.
        ({"x": [210102, 210103], "y": [220102, 220103]}, None, None, {}),
        # Two columns of one year: that year is left out.
        ({"code": ["a1", "a2"], "pop_2020": [1, 2], "residents_2020": [1, 2]}, "code", None, {}),
    ],
)
def test_columns_are_recognised(
    table: pd.DataFrame | dict[str, list[object]], code: str | None, name: str | None, population: dict[int, str]
) -> None:
    found = recognize_columns(pd.DataFrame(table))
    assert (found.code, found.name, dict(found.population)) == (code, name, population)


def test_urban_and_rural_columns_are_told_from_totals() -> None:
    found = recognize_columns(
        pd.DataFrame(
            {
                "adcode": ["110101", "110102"],
                "population_2010": [10, 20],
                "urban_population_2010": [4, 5],
                "rural_population_2010": [6, 15],
                "urban_rate_2010": [0.4, 0.25],
                "城镇人口2020": [1, 2],
            }
        )
    )
    assert dict(found.population) == {2010: "population_2010"}
    assert dict(found.urban) == {2010: "urban_population_2010", 2020: "城镇人口2020"}
    assert dict(found.rural) == {2010: "rural_population_2010"}
