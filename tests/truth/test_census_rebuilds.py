"""The committed tables are what the script makes of the workbooks, and no misplaced row is left unreviewed."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from geo_urban.datasets.census_figures import CENSUS_YEARS, census, census_corrections

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def scripts(repository: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(repository / "scripts"))
        yield importlib.import_module


@pytest.fixture(scope="module")
def sheets(scripts: Any, shared_data: Path) -> list[Any]:
    workbook = scripts("census.workbook")
    return [workbook.read_sheet(shared_data / "census", year) for year in CENSUS_YEARS]


@pytest.fixture(scope="module")
def figures(repository: Path) -> Path:
    return repository / "geo_urban" / "datasets" / "figures"


@pytest.fixture(scope="module")
def candidates(scripts: Any) -> list[Any]:
    return scripts("census.permutations").find_permutations(census(2010), census(2020))


@pytest.mark.shared
def test_tables_rebuild_byte_for_byte(scripts: Any, sheets: list[Any], figures: Path) -> None:
    texts = scripts("build_census").build(sheets)
    assert set(texts) == {"census_2010.csv", "census_2020.csv", "census_totals.csv", "census_notes.csv"}
    differing = [name for name, text in texts.items() if (figures / name).read_bytes() != text.encode()]
    assert differing == []


@pytest.mark.shared
def test_workbooks_are_the_recorded_ones(scripts: Any, shared_data: Path, figures: Path) -> None:
    page = (figures / "CENSUS.md").read_text(encoding="utf-8")
    for year in CENSUS_YEARS:
        book = scripts("census.workbook").workbook_path(shared_data / "census", year)
        assert f"{scripts('census.files').checksum(book.read_bytes())}  {book.name}" in page


@pytest.mark.shared
def test_totals_are_printed_not_summed(scripts: Any, sheets: list[Any]) -> None:
    # 忻州 prints 2,689,668 residents in 2020; without 五台山 (its printed code fits no prefecture) it lacks 17,050.
    lines = scripts("census.corrections").read_corrections(scripts("build_census").CORRECTIONS, 2020)
    kept = [line for line in lines if line.printed_code != "170971"]
    elsewhere = [replace(line, corrected="149971") for line in lines if line.printed_code == "170971"]
    units, totals = scripts("census.tables").build_tables(sheets[1], kept + elsewhere)
    printed = next(row["population"] for row in totals if row["code"] == "140900")
    assert printed == 2_689_668
    assert printed - sum(row["population"] for row in units if row["adcode"].startswith("1409")) == 17_050


def test_tables_are_the_recorded_ones(scripts: Any, figures: Path) -> None:
    page = (figures / "CENSUS.md").read_text(encoding="utf-8")
    tables = sorted(path for path in figures.glob("census_*.csv") if path.name in page.split("```text")[1])
    assert len(tables) == 6
    missing = [path.name for path in tables if scripts("census.files").checksum(path.read_bytes()) not in page]
    assert missing == []


def test_no_misplaced_row_is_unreviewed(candidates: list[Any]) -> None:
    rejected = census_corrections(status="rejected")
    reviewed = set(rejected.loc[rejected["kind"] == "figures", "printed_code"])
    assert [candidate for candidate in candidates if not reviewed.issuperset(candidate.codes)] == []


def test_every_rejected_suspicion_is_still_found(candidates: list[Any]) -> None:
    rejected = census_corrections(status="rejected")
    found = {code for candidate in candidates for code in candidate.codes}
    assert set(rejected["printed_code"]) == found


@pytest.mark.parametrize(
    "cycle", [("230108", "230109", "230110"), ("654002", "654003"), ("330782", "330783"), ("440305", "440306")]
)
def test_search_finds_rows_that_are_moved(scripts: Any, cycle: tuple[str, ...]) -> None:
    # The first two undo an accepted correction, the others are made up.
    moved = census(2010)
    labels = ["name", "province", "prefecture", "unit_type"]
    figures = moved.columns.difference(labels)
    moved.loc[list(cycle), figures] = moved.loc[[*cycle[1:], cycle[0]], figures].to_numpy()
    strongest = scripts("census.permutations").find_permutations(moved, census(2020))[0]
    assert set(strongest.codes) == set(cycle)


def test_every_inconsistency_is_mended(figures: Path) -> None:
    lines = (figures / "census_notes.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 32  # the header, 30 sums that fail as digitised, one cell with two numbers
    assert [line for line in lines[1:] if not line.endswith(",yes")] == []


def test_yearbook_headings_are_documented(scripts: Any) -> None:
    from geo_urban.datasets.census_figures import census_columns

    documented = census_columns()
    columns = scripts("census.columns").COLUMNS
    assert list(documented.index) == [column.name for column in columns]
    for column in columns:
        for year, (first, last) in column.printed.items():
            heading = first if first == last else f"{first} … {last}"
            assert documented.loc[column.name, f"printed_{year}"] == heading
