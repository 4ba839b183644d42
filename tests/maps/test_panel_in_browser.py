"""A unit is pinned with the mouse or the keyboard, and its panel says what it is and where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from geo_urban.maps import draw, save_page
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

PANEL = "document.getElementById('gu-panel').innerText"
HIDDEN = "document.getElementById('gu-panel').hidden"
CHART = "document.querySelector('.gu-chart')?.getAttribute('aria-label')"
STROKES = "geoUrban.page.shapes.map((unit) => unit.options.color)"
PINNED_BLUE = "#0b5fff"


def place_of(browser: Chromium, number: int) -> tuple[float, float]:
    """Return where the middle of a unit is on the screen, on a map of elements or of a canvas."""
    x, y = browser.run(
        "(() => { const { map } = geoUrban.page.view, box = map.getContainer().getBoundingClientRect();"
        f"const at = map.latLngToContainerPoint(geoUrban.page.shapes[{number}].getCenter());"
        "return [box.x + at.x, box.y + at.y]; })()"
    )
    return x, y


def show(browser: Chromium, indicator: int, year: int | None = None) -> None:
    browser.run(f"geoUrban.page.choose(geoUrban.page.view.layer, {indicator}, {'undefined' if year is None else year})")


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def with_years(change: Presentation, years: int) -> Presentation:
    """Return the presentation with residents of several years, one unit without a figure in the first."""
    layer = change.layers[0]
    units = layer.units.copy()
    fields: list[Field] = []
    for step in range(years):
        column = f"residents_{2000 + step}"
        values: list[Any] = [1000.0 * (number + 1) + 100 * step for number in range(12)]
        if step == 0:
            values[3] = None
        units[column] = values
        fields.append(
            Field(
                column=column,
                label=f"Residents {2000 + step}",
                unit="persons",
                decimals=0,
                classes=Breaks(limits=(6000.0,), colors=sequential(2)),
                indicator="Residents",
                year=2000 + step,
            )
        )
    return replace(change, layers=(replace(layer, units=units, fields=tuple(fields)),))


def test_a_click_pins_a_unit_and_a_second_one_lets_it_go(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert browser.run(HIDDEN) is True
    place = place_of(browser, 5)
    browser.click(*place)
    words = browser.run(PANEL)
    assert words.startswith("县5 210005")
    assert "Change\t0.0%" in words
    assert "Severity\tgain loss" in words
    assert "Residents 2020\t500,000 persons" in words
    assert "Type of unit\tcounty" in words
    browser.move(5, 400)  # away, so that the outline is that of the pinned unit
    assert browser.run(STROKES)[5] == PINNED_BLUE
    assert browser.run(STROKES)[6] != PINNED_BLUE
    browser.click(*place)
    assert browser.run(HIDDEN) is True
    browser.move(5, 400)
    assert browser.run(STROKES)[5] != PINNED_BLUE
    assert browser.complaints() == []


def test_another_click_pins_another_unit(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.click(*place_of(browser, 5))
    browser.click(*place_of(browser, 6))
    assert browser.run(PANEL).startswith("县6")
    browser.move(5, 400)
    strokes = browser.run(STROKES)
    assert [number for number, stroke in enumerate(strokes) if stroke == PINNED_BLUE] == [6]


def test_escape_and_the_button_let_the_unit_go(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.click(*place_of(browser, 5))
    browser.press("Escape")
    assert browser.run(HIDDEN) is True
    browser.click(*place_of(browser, 5))
    browser.run("document.querySelector('#gu-panel button').focus()")
    browser.press("Enter")
    assert browser.run(HIDDEN) is True
    assert browser.complaints() == []


def test_a_found_place_is_pinned(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.getElementById('gu-find').focus()")
    browser.type_text("县7")
    browser.press("Enter")
    assert browser.run(PANEL).startswith("县7 210007")


def test_names_that_try_to_break_out_are_text(browser: Chromium, page: Path) -> None:
    browser.open(page)
    for number, name in enumerate(["<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>"]):
        browser.click(*place_of(browser, number))
        assert browser.run(PANEL).startswith(name)
    assert browser.run("document.querySelectorAll('#gu-panel img, #gu-panel script').length") == 0
    assert browser.complaints() == []


def test_the_panel_says_where_the_unit_stands(browser: Chromium, page: Path) -> None:
    browser.open(page)
    # Shares from the fixture in descending order: 0.2, 0.1, 0.05, 0, −0.05, −0.1 …; unit 4 (−0.05) is the fifth of the
    # eleven with a figure and in the middle class, which has five.
    browser.click(*place_of(browser, 4))
    words = browser.run(PANEL)
    assert "Rank 5 of 11, the highest first." in words
    assert "In the class “−30 to 0”: 5 of 12 units." in words
    assert browser.run(CHART) == "Rank 5 of 11, the highest first. In the class “−30 to 0”: 5 of 12 units."
    # One bar per class, as high as it has units: 2, 5 and 4.
    bars = browser.run(
        "[...document.querySelectorAll('#gu-panel .gu-bar')].map((bar) => Number(bar.getAttribute('height')))"
    )
    assert [bar / max(bars) for bar in bars] == pytest.approx([2 / 5, 1, 4 / 5])
    # The mark stands over the second of three bars.
    mark = browser.run(
        "(() => { const box = (of) => document.querySelectorAll('#gu-panel ' + of);"
        "const mark = box('.gu-mark')[0].getBoundingClientRect(), bar = box('.gu-bar')[1].getBoundingClientRect();"
        "return [mark.x + mark.width / 2 - bar.x - bar.width / 2, bar.y - mark.bottom]; })()"
    )
    assert mark[0] == pytest.approx(0, abs=0.6)
    assert 0 <= mark[1] < 5


def test_a_unit_without_a_figure_has_no_rank(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.click(*place_of(browser, 8))
    words = browser.run(PANEL)
    assert "Change\tno data" in words
    assert "Rank" not in words
    assert browser.run(CHART) is None


def test_the_panel_follows_indicator_and_language(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.click(*place_of(browser, 0))
    show(browser, 2)
    # 1,234,567 is the greatest of the twelve; eight of them have 500,000 or more.
    assert "Rank 1 of 12" in browser.run(PANEL)
    assert (
        browser.run("document.querySelector('#gu-panel tr.gu-active').textContent") == "Residents 20201,234,567 persons"
    )
    show(browser, 1)
    assert "Rank" not in browser.run(PANEL)
    assert "In the class “severe loss”: 3 of 12 units." in browser.run(PANEL)
    browser.run("geoUrban.page.setLanguage('zh')")
    assert "所在类别“severe loss”：12 个单元中的 3 个。" in browser.run(PANEL)
    assert browser.run("document.querySelector('#gu-panel button').textContent") == "取消固定"
    assert browser.complaints() == []


def test_several_years_make_bars_that_start_at_zero(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    browser.open(save_page(draw(with_years(change, 2)), tmp_path / "years.html"))
    browser.click(*place_of(browser, 9))
    assert browser.run(CHART) == "2000: 10,000 persons, 2001: 10,100 persons"
    bars = browser.run(
        "[...document.querySelector('.gu-chart').querySelectorAll('.gu-bar')]"
        ".map((bar) => [Number(bar.getAttribute('height')), bar.getAttribute('fill')])"
    )
    assert bars[0][0] / bars[1][0] == pytest.approx(10_000 / 10_100)
    assert [fill == PINNED_BLUE for _, fill in bars] == [False, True]  # the later year is shown
    show(browser, 0, 0)
    fills = browser.run(
        "[...document.querySelector('.gu-chart').querySelectorAll('.gu-bar')].map((bar) => bar.getAttribute('fill'))"
    )
    assert [fill == PINNED_BLUE for fill in fills] == [True, False]
    browser.click(*place_of(browser, 3))
    assert browser.run(CHART) == "2000: no data, 2001: 4,100 persons"
    assert browser.complaints() == []


def test_many_years_make_a_line(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    browser.open(save_page(draw(with_years(change, 9)), tmp_path / "years.html"))
    browser.click(*place_of(browser, 3))
    path = browser.run("document.querySelector('.gu-chart path').getAttribute('d')")
    # The first year has no figure: the line starts at the second and has eight points.
    assert path.count("M") == 1
    assert path.count("L") == 7
    assert browser.run("document.querySelectorAll('.gu-chart circle').length") == 8
    texts = browser.run("[...document.querySelectorAll('.gu-chart text')].map((text) => text.textContent)")
    assert texts == ["2000", "no data", "2008", "4,800"]


def test_a_unit_of_a_canvas_is_pinned_by_a_click(browser: Chromium, many_page: Path) -> None:
    browser.open(many_page)
    assert browser.run("geoUrban.page.view.renderer instanceof L.Canvas") is True
    browser.click(*place_of(browser, 1500))
    assert browser.run(PANEL).startswith("县1500 101500")
    # 2,916 units, each with more than the one before: 1500 is followed by 1,415 greater ones.
    assert "Rank 1,416 of 2,916" in browser.run(PANEL)
    browser.move(5, 400)
    assert browser.run("geoUrban.page.shapes[1500].options.color") == PINNED_BLUE
    assert browser.complaints() == []


def test_the_panel_of_a_phone_is_not_cut_off(browser: Chromium, page: Path) -> None:
    browser.open(page, width=390, height=844)
    browser.click(*place_of(browser, 0))
    assert browser.run("document.documentElement.scrollWidth") <= 390
    panel, legend = browser.run(
        "['gu-panel', 'gu-heading'].map((id) => document.getElementById(id).getBoundingClientRect().top)"
    )
    assert panel < legend  # what was asked for comes first under the map
    assert browser.run("document.getElementById('gu-tip').hidden") is False
