"""The table of the shown layer: sorted, linked with the map, and taken away as a file that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from geo_urban.maps import draw, save_page

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

CODES = "[...document.querySelectorAll('#gu-table tbody tr[data-unit]')].map((row) => row.children[1].textContent)"
HEADS = "[...document.querySelectorAll('#gu-table thead th')].map((head) => head.innerText.trim())"
SORTS = "[...document.querySelectorAll('#gu-table thead th')].map((head) => head.getAttribute('aria-sort'))"
COUNT = "document.querySelector('#gu-table p').textContent"
TIP = "document.getElementById('gu-tip')"
# The file and its name, as the page hands them to the browser.
SAVED = (
    "(async () => { const held = URL.createObjectURL, click = HTMLAnchorElement.prototype.click; let blob, name;"
    "URL.createObjectURL = (given) => { blob = given; return held.call(URL, given); };"
    "HTMLAnchorElement.prototype.click = function () { name = this.download; };"
    "document.getElementById('gu-csv').click();"
    "URL.createObjectURL = held; HTMLAnchorElement.prototype.click = click;"
    "return [name, [...new Uint8Array(await blob.arrayBuffer())], blob.type]; })()"
)


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def open_table(browser: Chromium, page: Path, *, width: int = 1280, height: int = 800) -> None:
    browser.open(page, width=width, height=height)
    browser.run("document.getElementById('gu-table-tab').click()")


def sort_by(browser: Chromium, place: int) -> None:
    x, y = browser.run(
        f"(() => {{ const head = document.querySelectorAll('#gu-table thead button')[{place}];"
        "head.scrollIntoView({ inline: 'center', block: 'nearest' });"
        "const box = head.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    browser.click(x, y)


def codes(*numbers: int) -> list[str]:
    return [f"{210000 + number}" for number in numbers]


def saved(browser: Chromium) -> tuple[str, bytes]:
    name, data, kind = browser.run(SAVED)
    assert kind == "text/csv;charset=utf-8"
    return name, bytes(data)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_tab_opens_and_closes_with_the_keyboard(browser: Chromium, page: Path) -> None:
    browser.open(page)
    tab = "document.getElementById('gu-table-tab')"
    browser.run(f"{tab}.focus()")
    browser.press("Enter")
    assert browser.run(f"{tab}.getAttribute('aria-selected')") == "true"
    assert browser.run(CODES) == codes(*range(12))
    assert browser.run(COUNT) == "12 units"
    browser.press("Enter")
    assert browser.run("document.getElementById('gu-table').hidden") is True
    assert browser.complaints() == []


def test_every_field_has_a_column_with_its_unit(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    assert browser.run(HEADS) == ["Name", "Code", "Change (%)", "Severity", "Residents 2020 (persons)", "Type of unit"]
    first = "[...document.querySelectorAll('#gu-table tbody tr[data-unit]')][0]"
    cells = browser.run(f"[...{first}.children].map((cell) => cell.textContent)")
    assert cells == ["<img src=x onerror=alert(1)>", "210000", "−40.0", "severe loss", "1,234,567", "county"]
    assert browser.run("document.querySelectorAll('#gu-table img, #gu-table script').length") == 0
    browser.run("geoUrban.page.setLanguage('zh')")
    assert browser.run(HEADS)[:3] == ["名称", "代码", "变化量（%）"]
    assert browser.complaints() == []


def test_a_click_sorts_and_another_one_turns_it_round(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    assert browser.run(SORTS) == ["none"] * 6
    # Shares of the fixture: −0.4, −0.35 (9), −0.3, −0.2, −0.15 (10), −0.1, −0.05, 0, 0.05, 0.1 (11), 0.2; 8 has none.
    upwards = [0, 9, 1, 2, 10, 3, 4, 5, 6, 11, 7]
    sort_by(browser, 2)
    assert browser.run(CODES) == codes(*upwards, 8)
    assert browser.run(SORTS) == ["none", "none", "ascending", "none", "none", "none"]
    sort_by(browser, 2)
    assert browser.run(CODES) == codes(*reversed(upwards), 8)  # no figure comes last either way
    assert browser.run(SORTS)[2] == "descending"
    assert browser.complaints() == []


def test_the_keyboard_sorts_categories_by_their_order(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    browser.run("document.querySelectorAll('#gu-table thead button')[3].focus()")
    browser.press(" ")
    # In the order of the legend (severe, marked, slight, gain), not of the alphabet; ties in the order of codes.
    assert browser.run(CODES) == codes(0, 1, 9, 2, 3, 10, 4, 5, 6, 7, 11, 8)
    assert browser.run("document.activeElement.textContent") == "Severity"


def test_names_are_sorted_as_their_numbers_count(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    sort_by(browser, 0)
    names = browser.run(
        "[...document.querySelectorAll('#gu-table tbody tr[data-unit]')].map((row) => row.children[0].textContent)"
    )
    assert [name for name in names if name.startswith("县")] == [f"县{number}" for number in range(4, 12)]


def test_only_marked_units_are_listed(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    browser.run("geoUrban.page.select([7, 2])")
    assert browser.run(CODES) == codes(2, 7)
    assert browser.run(COUNT) == "2 of 12 units, those marked"
    browser.run("geoUrban.page.select([])")
    assert browser.run(COUNT) == "12 units"


def test_a_row_raises_its_unit_and_enter_pins_it(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    box = "document.querySelectorAll('#gu-table tbody tr[data-unit]')[2].getBoundingClientRect()"
    x, y = browser.run(f"(() => {{ const box = {box}; return [box.x + 60, box.y + box.height / 2]; }})()")
    browser.move(x, y)
    assert browser.run(f"{TIP}.innerText").startswith("{{ 7 * 7 }}")
    assert "Residents" not in browser.run(f"{TIP}.innerText")  # the row says it
    assert browser.run("geoUrban.page.raised.unit.number") == 2
    browser.move(640, 20)
    assert browser.run(f"{TIP}.hidden") is True
    browser.run("document.querySelector('#gu-table tbody tr[tabindex=\"0\"]').focus()")
    for _ in range(4):
        browser.press("ArrowDown")
    assert browser.run("geoUrban.page.raised.unit.number") == 4
    browser.press("Enter")
    assert browser.run("geoUrban.page.pinned.number") == 4
    assert browser.run("document.getElementById('gu-panel').innerText").startswith("县4")
    assert browser.run("document.querySelector('#gu-table tr[aria-current]').children[1].textContent") == "210004"
    assert browser.run("document.activeElement.children[1].textContent") == "210004"
    assert browser.run("geoUrban.page.view.map.getBounds().contains(geoUrban.page.shapes[4].getBounds())") is True
    browser.press("Escape")
    assert browser.run("geoUrban.page.pinned") is None
    browser.press("End")
    assert browser.run("document.activeElement.children[1].textContent") == "210011"
    browser.press("Home")
    assert browser.run("document.activeElement.children[1].textContent") == "210000"
    assert browser.complaints() == []


def test_the_file_holds_raw_numbers_and_both_kinds_of_names(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    name, data = saved(browser)
    assert name == "change.csv"
    assert data.startswith(b"\xef\xbb\xbfName,Code,Change (%)")
    assert data.endswith(b"\r\n")
    rows = rows_of(data)
    assert rows[0] == ["Name", "Code", "Change (%)", "Severity", "Residents 2020 (persons)", "Type of unit"]
    assert rows[1] == ["<img src=x onerror=alert(1)>", "210000", "-40", "severe loss", "1234567", "county"]
    assert rows[9] == ["县8", "210008", "", "", "800000", "county"]
    assert len(rows) == 13
    browser.run("geoUrban.page.setLanguage('zh'); geoUrban.page.select([7, 2])")
    rows = rows_of(saved(browser)[1])
    assert rows[0][:3] == ["名称", "代码", "变化量（%）"]
    assert [row[1] for row in rows[1:]] == codes(2, 7)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ('a "quoted", name', 'a "quoted", name'),
        ("two\nlines", "two\nlines"),
    ],
)
def test_no_spreadsheet_runs_a_name(
    browser: Chromium, change: Presentation, tmp_path: Path, written: str, read: str
) -> None:
    layer = change.layers[0]
    units = layer.units.copy()
    units["name"] = [written, *units["name"][1:]]
    units["unit_type"] = [*units["unit_type"][:-1], written]
    open_table(browser, save_page(draw(replace(change, layers=(replace(layer, units=units),))), tmp_path / "evil.html"))
    rows = rows_of(saved(browser)[1])
    assert rows[1][0] == read
    assert rows[12][5] == read
    assert rows[1][2] == "-40"  # a number stays a number
    assert browser.complaints() == []


def test_thousands_of_units_open_as_a_few_rows(browser: Chromium, many_page: Path) -> None:
    open_table(browser, many_page)
    assert browser.run(COUNT) == "2,916 units"
    assert browser.run("document.querySelectorAll('#gu-table tbody tr').length") < 100
    rows = "document.querySelector('.gu-table-scroll')"
    sort_by(browser, 2)
    sort_by(browser, 2)
    browser.run("document.querySelector('#gu-table tbody tr[tabindex=\"0\"]').focus()")
    assert browser.run("document.activeElement.children[1].textContent") == "102915"
    browser.press("End")
    assert browser.run("document.activeElement.children[1].textContent") == "100000"
    top, bottom, low = browser.run(
        f"(() => {{ const row = document.activeElement.getBoundingClientRect(), room = {rows}.getBoundingClientRect();"
        "return [row.top - room.top, row.bottom - room.top, room.height]; })()"
    )
    assert 0 < top < bottom <= low + 0.5
    # Every row stands where its place in the order puts it: half-way down is the middle of 2,916.
    browser.run(f"{rows}.scrollTop = ({rows}.scrollHeight - {rows}.clientHeight) / 2")
    browser.complaints()
    middle = browser.run(
        f"(() => {{ const room = {rows}.getBoundingClientRect();"
        "const row = document.elementFromPoint(room.x + 100, room.y + room.height / 2).closest('tr');"
        "return Number(row.dataset.place); })()"
    )
    assert middle == pytest.approx(1458, abs=3)
    box = browser.run(
        f"(() => {{ const b = {rows}.getBoundingClientRect(); return [b.x + 100, b.y + b.height / 2]; }})()"
    )
    browser.click(*box)
    pinned = browser.run("geoUrban.page.pinned.number")
    assert pinned == pytest.approx(1458, abs=4)
    assert browser.run("document.getElementById('gu-panel').innerText").startswith(f"县{pinned}")
    assert browser.complaints() == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_table_scrolls_by_itself(browser: Chromium, many_page: Path, width: int, height: int) -> None:
    open_table(browser, many_page, width=width, height=height)
    assert browser.run("document.documentElement.scrollWidth") <= width
    panels, rows = browser.run(
        "['#gu-panels', '.gu-table-scroll'].map((of) => { const found = document.querySelector(of);"
        "return [found.scrollHeight - found.clientHeight, found.clientHeight]; })"
    )
    assert panels[0] <= 1
    assert rows[0] > 1000
    assert rows[1] > 90


def test_the_column_on_the_map_is_pointed_out(browser: Chromium, page: Path) -> None:
    open_table(browser, page)
    active = "[...document.querySelectorAll('#gu-table thead .gu-active')].map((head) => head.textContent)"
    assert browser.run(active) == ["Change (%)"]
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 2)")
    assert browser.run(active) == ["Residents 2020 (persons)"]
