"""Units are marked by the legend and by a box on the map, and everything shows what is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.maps import draw, save_page

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

MARKED = "[...geoUrban.page.selection].sort((a, b) => a - b)"
PRESSED = "[...document.querySelectorAll('#gu-classes button')].map((entry) => entry.getAttribute('aria-pressed'))"
LINE = "[...document.querySelectorAll('#gu-marked span')].map((part) => part.textContent)"
OPACITIES = "geoUrban.page.shapes.map((unit) => unit.options.fillOpacity)"
FADED = 0.18


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def press_entry(browser: Chromium, place: int, *, shift: bool = False) -> None:
    x, y = browser.run(
        f"(() => {{ const box = document.querySelectorAll('#gu-classes button')[{place}].getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    browser.click(x, y, shift=shift)


def test_an_entry_marks_its_class_and_again_releases_it(browser: Chromium, page: Path) -> None:
    browser.open(page)
    press_entry(browser, 0)
    # The fixture has −0.4 and −0.35 under −0.3; −0.3 itself is in the class above.
    assert browser.run(MARKED) == [0, 9]
    assert browser.run(PRESSED) == ["true", "false", "false", "false"]
    faded = [opacity == FADED for opacity in browser.run(OPACITIES)]
    assert faded == [number not in {0, 9} for number in range(12)]
    press_entry(browser, 0)
    assert browser.run(MARKED) == []
    assert browser.run(PRESSED) == ["false"] * 4
    assert browser.run("document.getElementById('gu-marked').hidden") is True
    assert browser.complaints() == []


def test_another_entry_replaces_and_shift_adds_and_takes_away(browser: Chromium, page: Path) -> None:
    browser.open(page)
    press_entry(browser, 0)
    press_entry(browser, 2)
    assert browser.run(MARKED) == [5, 6, 7, 11]
    press_entry(browser, 3, shift=True)  # the unit without a figure
    assert browser.run(MARKED) == [5, 6, 7, 8, 11]
    assert browser.run(PRESSED) == ["false", "false", "true", "true"]
    press_entry(browser, 2, shift=True)
    assert browser.run(MARKED) == [8]


def test_the_keyboard_marks_adds_and_releases(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelectorAll('#gu-classes button')[0].focus()")
    browser.press("Enter")
    assert browser.run(MARKED) == [0, 9]
    browser.press("Tab")
    browser.press(" ", shift=True)
    assert browser.run(MARKED) == [0, 1, 2, 3, 4, 9, 10]
    browser.press("Escape")
    assert browser.run(MARKED) == []
    browser.press("Enter")
    browser.run("document.querySelector('#gu-marked button').focus()")
    browser.press("Enter")
    assert browser.run(MARKED) == []
    assert browser.complaints() == []


def test_counts_are_summed_and_shares_averaged(browser: Chromium, page: Path) -> None:
    browser.open(page)
    press_entry(browser, 0)
    # (−40 % − 35 %) / 2
    assert browser.run(LINE) == ["2 units marked", "Mean of the units, unweighted: −37.5%"]
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 2)")
    # What is marked stays marked under another indicator: 1,234,567 + 900,000 residents.
    assert browser.run(MARKED) == [0, 9]
    assert browser.run(LINE) == ["2 units marked", "Sum: 2,134,567 persons"]
    assert browser.run(PRESSED) == ["false", "false"]
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 1)")
    assert browser.run(LINE) == ["2 units marked"]  # names of classes have no mean
    browser.run("geoUrban.page.setLanguage('zh')")
    assert browser.run(LINE) == ["已标记 2 个单元"]
    press_entry(browser, 2)
    browser.run("geoUrban.page.setLanguage('en')")
    assert browser.run(LINE) == ["1 unit marked"]


def test_units_without_a_figure_are_no_zero(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.page.select([8])")
    assert browser.run(LINE) == ["1 unit marked"]
    browser.run("geoUrban.page.select([0, 8])")
    assert browser.run(LINE)[1].endswith("−40.0%")


def test_a_box_with_shift_marks_the_units_whose_middle_is_inside(browser: Chromium, page: Path) -> None:
    browser.open(page)
    before = browser.run("[geoUrban.page.view.map.getZoom(), geoUrban.page.view.map.getCenter().lat]")
    first, last = browser.run(
        "(() => { const { map } = geoUrban.page.view, box = map.getContainer().getBoundingClientRect();"
        "return [5, 10].map((number) => {"
        "const at = map.latLngToContainerPoint(geoUrban.page.shapes[number].getCenter());"
        "return [box.x + at.x, box.y + at.y]; }); })()"
    )
    # From below left of the middle of unit 5 to above right of that of unit 10: two columns and two rows of squares.
    browser.drag((first[0] - 20, first[1] + 20), (last[0] + 20, last[1] - 20), shift=True)
    assert browser.run(MARKED) == [5, 6, 9, 10]
    assert browser.run("[geoUrban.page.view.map.getZoom(), geoUrban.page.view.map.getCenter().lat]") == before
    assert browser.run("geoUrban.page.pinned") is None
    browser.complaints()
    browser.drag((first[0], first[1]), (first[0] + 80, first[1]))  # without shift the map moves
    assert browser.run(MARKED) == [5, 6, 9, 10]
    assert browser.run("geoUrban.page.view.map.getCenter().lng") != pytest.approx(122, abs=0.01)
    assert browser.complaints() == []


def test_a_canvas_is_marked_too(browser: Chromium, many_page: Path) -> None:
    browser.open(many_page)
    press_entry(browser, 0)
    # 0, 1000, … 499,000 are under 500,000: 500 units, together 1000 × 499 × 500 / 2.
    assert browser.run(LINE) == ["500 units marked", "Sum: 124,750,000 persons"]
    opacities = browser.run(OPACITIES)
    assert opacities[499] == 1
    assert opacities[500] == FADED
    assert browser.complaints() == []


def test_charts_follow_what_the_legend_marks(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(
        "window.heard = []; geoUrban.page.on('selection', () => window.heard.push(geoUrban.page.selection.size))"
    )
    press_entry(browser, 1)
    press_entry(browser, 1)
    assert browser.run("window.heard") == [5, 0]
