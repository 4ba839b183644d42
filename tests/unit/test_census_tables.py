"""What `census` and its companions return, and what they refuse."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from geo_urban.datasets.census_figures import CENSUS_YEARS, census, census_columns, census_corrections, census_totals
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

UNIT_TYPES = {
    "district",
    "county-level city",
    "county",
    "autonomous county",
    "banner",
    "autonomous banner",
    "forestry district",
    "special district",
    "city without districts",
    "development zone",
    "administrative area",
}


@pytest.fixture
def script(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(repository / "scripts"))
    return importlib.import_module


@pytest.mark.parametrize("year", CENSUS_YEARS)
def test_units_have_a_sorted_unique_code_and_no_gap(year: int) -> None:
    units = census(year)
    assert units.index.name == "adcode"
    assert units.index.is_unique
    assert units.index.is_monotonic_increasing
    assert units.index.str.fullmatch(r"\d{4}[\dXZ]\d").all()
    assert set(units["unit_type"]) <= UNIT_TYPES
    known = units.drop(columns=["urban_area", "minority_share"], errors="ignore")
    assert known.notna().all(axis=None)


@pytest.mark.parametrize("year", CENSUS_YEARS)
def test_figures_are_the_documented_columns(year: int) -> None:
    labels = ["name", "province", "prefecture", "unit_type"]
    assert list(census(year).columns) == [*labels, *census_columns(year).index]
    counted = census_columns(year)["unit"].isin(["persons", "households"])
    dtypes = census(year)[census_columns(year).index[counted]].dtypes
    assert all(pd.api.types.is_integer_dtype(dtype) for dtype in dtypes)


@pytest.mark.parametrize("year", CENSUS_YEARS)
def test_names_are_clean(year: int) -> None:
    names = census(year)["name"]
    assert names.str.fullmatch("[\u4e00-\u9fff]+").all()
    assert not names.str.contains("巿").any()  # U+5DFF, which looks like 市


def test_share_of_minorities_is_a_fraction() -> None:
    for year in CENSUS_YEARS:
        assert census(year)["minority_share"].dropna().between(0, 1).all()


def test_a_copy_is_returned() -> None:
    units, totals = census(2020), census_totals(2020)
    units["population"] = 0
    totals["population"] = 0
    assert census(2020)["population"].sum() > 0
    assert census_totals(2020)["population"].sum() > 0


def test_unit_types() -> None:
    units = census(2020)["unit_type"]
    assert units["110101"] == "district"
    assert units["310151"] == "district"  # 崇明区, a legal district with a serial above 50
    assert units["152201"] == "county-level city"
    assert units["429021"] == "forestry district"
    assert units["520203"] == "special district"
    assert units["150722"] == "autonomous banner"
    assert units["441900"] == "city without districts"
    assert units["130171"] == "development zone"
    assert units["1401Z1"] == "development zone"
    assert units["4603X1"] == "administrative area"
    assert units["232761"] == "administrative area"


def test_prefectures_of_municipalities_and_direct_units() -> None:
    prefectures = census(2020)["prefecture"]
    assert prefectures["110101"] == "北京市"
    assert prefectures["500235"] == "重庆市"
    assert prefectures["419001"] == "省直辖县级行政区划"
    assert prefectures["140971"] == "忻州市"


def test_totals_by_level() -> None:
    assert set(census_totals(2010)["level"]) == {"nation", "province"}
    assert set(census_totals(2010, level="prefecture")["level"]) == {"prefecture"}
    assert census_totals(2010).loc["000000", "printed"] == "no"
    assert census_totals(2020).loc["000000", "printed"] == "yes"
    assert "urban_area" not in census_totals(2010)


def test_corrections_have_reasons() -> None:
    both = census_corrections(status=None)
    assert len(both) == len(census_corrections()) + len(census_corrections(status="rejected"))
    assert set(both["kind"]) == {"code", "name", "figures", "cell"}
    assert (both["reason"].str.len() > 10).all()


def test_another_year_is_refused() -> None:
    with pytest.raises(InputError, match="`year` is 2000, but the package holds the censuses of 2010 and 2020"):
        census(2000)
    with pytest.raises(InputError, match="`year` is 2015"):
        census_totals(2015)
    with pytest.raises(InputError, match="`year` is 1990"):
        census_columns(1990)


def test_another_level_or_status_is_refused() -> None:
    with pytest.raises(InputError, match=r"`level` is 'prefectures', but .* Pass 'prefecture'"):
        census_totals(2020, level="prefectures")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="`status` is 'open'"):
        census_corrections(status="open")  # type: ignore[arg-type]


def test_printed_names_lose_blanks_and_lookalikes(script: Any) -> None:
    assert script("census.rows").tidy_name("  上虞巿 ") == "上虞市"
    assert script("census.rows").tidy_name(None) == ""


def test_blank_counts_are_none_and_blank_shares_unknown(script: Any) -> None:
    columns = script("census.columns")
    count = columns.Column("rural", {2010: ("乡村人口", "乡村人口")})
    share = columns.Column("minority_share", {2010: ("x", "x")}, count=False, scale=0.01)
    assert columns.measure((count, 0, 0), [None]) == 0
    assert columns.measure((share, 0, 0), ["NA"]) is None
    assert columns.measure((share, 0, 0), [4.09]) == pytest.approx(0.0409)
    assert columns.measure((count, 0, 2), [1, None, 5]) == 6


def test_a_correction_must_meet_the_row_it_was_written_for(script: Any) -> None:
    corrections, sheet = script("census.corrections"), script("census.workbook").Sheet
    book = sheet(2010, ["地区", "区划代码", "合计"], {2: ["甲县", 1, 10], 3: ["乙县", 2, 20]})

    def line(kind: str, name: str, printed: str, corrected: str) -> Any:
        return corrections.Correction(2010, 2, "1", name, kind, "合计", printed, corrected, "accepted", "because")

    assert corrections.correct_figures(book, [line("cell", "甲县", "10", "11")]).rows[2] == ["甲县", 1, "11"]
    assert corrections.correct_figures(book, [line("figures", "甲县", "", "3")]).rows[2] == ["甲县", 1, 20]
    with pytest.raises(ValueError, match="row 2 of 2010 is 甲县, the correction was written for 乙县"):
        corrections.correct_figures(book, [line("cell", "乙县", "10", "11")])
    with pytest.raises(ValueError, match="row 2 of 2010 prints 10 under 合计, not 12"):
        corrections.correct_figures(book, [line("cell", "甲县", "12", "11")])


def test_units_pair_by_code_then_by_name(script: Any) -> None:
    before = pd.DataFrame({"name": ["甲区", "乙县", "丙县"]}, index=["130102", "130121", "130122"])
    after = pd.DataFrame({"name": ["甲区", "乙区", "丁县"]}, index=["130102", "130103", "130124"])
    pairs = script("census.permutations").pair_units(before, after)
    assert pairs.to_numpy().tolist() == [["130102", "130102"], ["130121", "130103"]]


def test_cycles_and_their_gains(script: Any) -> None:
    # Scores of three rows: the first two fit each other's place (saving 4 + 2), the third its own.
    scores = np.array([[5.0, 1.0, 9.0], [2.0, 4.0, 9.0], [9.0, 9.0, 0.0]])
    found = script("census.permutations")._cycles(scores, np.array(["a", "b", "c"], dtype=object))
    assert [(candidate.codes, candidate.gain) for candidate in found] == [(("a", "b"), 6.0)]
