"""The chart beside the map: its axes by hand, and what is marked in one is marked in the other."""

from __future__ import annotations

from dataclasses import replace
from math import log10
from typing import TYPE_CHECKING

import pytest

from geo_urban.maps import draw, save_page
from geo_urban.presentation import Scatter

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

OPEN = "document.getElementById('gu-scatter-tab').click()"
CHART = "geoUrban.page.chart"
SELECTED = "[...geoUrban.page.selection].sort((a, b) => a - b)"
LABELS = "[...document.querySelectorAll('.gu-scatter-home svg text')].map((text) => text.textContent)"
RIGHT, TOP, BOTTOM = 16, 30, 46  # pixels kept free around the plot


@pytest.fixture
def charted(change: Presentation) -> Presentation:
    """Residents (logarithmic) against change, with a line, a crossing, and a second chart the other way round."""
    charts = (
        Scatter(
            title="Change and size",
            layer="counties",
            x="population_2020",
            y="change_share",
            x_log=True,
            lines=((1e5, -0.4, 1e6, 0.2),),
            crossing=(500_000.0, 0.0),
        ),
        Scatter(title="Size and change", layer="counties", x="change_share", y="population_2020"),
    )
    return replace(change, charts=charts)


@pytest.fixture
def page(charted: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(charted), tmp_path / "change.html")


def on_screen(browser: Chromium, x: float, y: float) -> tuple[float, float]:
    """Return where a value pair of the first chart is on the screen."""
    left, top = browser.run(
        "(() => { const box = document.querySelector('.gu-scatter-stage').getBoundingClientRect();"
        f"return [box.x + {CHART}.axes[0].at({x}), box.y + {CHART}.axes[1].at({y})]; }})()"
    )
    return left, top


def mouse(browser: Chromium, kind: str, place: tuple[float, float]) -> None:
    browser.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", buttons=1, clickCount=1)


def drag(browser: Chromium, start: tuple[float, float], end: tuple[float, float]) -> None:
    browser.move(*start)
    mouse(browser, "mousePressed", start)
    mouse(browser, "mouseMoved", ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    mouse(browser, "mouseMoved", end)
    mouse(browser, "mouseReleased", end)


def painted(browser: Chromium, canvas: str, x: float, y: float) -> list[int]:
    """Return red, green, blue and opacity of a pixel of one of the chart's two canvases."""
    found: list[int] = browser.run(
        "(() => { const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });"
        f"copy.drawImage({CHART}.{canvas}, {round(x)}, {round(y)}, 1, 1, 0, 0, 1, 1);"
        "return [...copy.getImageData(0, 0, 1, 1).data]; })()"
    )
    return found


def pixel(browser: Chromium, number: int) -> str:
    """Return the colour of the middle of a unit's point, and how opaque it is [0–255]."""
    x, y = browser.run(f"{CHART}.where.get({number}).slice(1)")
    red, green, blue, alpha = painted(browser, "points", x, y)
    return f"#{red:02x}{green:02x}{blue:02x}/{alpha}"


def test_axes_are_where_they_should_be(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN)
    start, width, height = browser.run(f"[{CHART}.start, {CHART}.width, {CHART}.height]")
    # Residents from 100,000 to 1,234,567: on the logarithmic axis from 5 to 6.0915, and 4 % of that beyond.
    low, high = log10(100_000), log10(1_234_567)
    margin = (high - low) * 0.04
    for value in (100_000, 500_000, 1_234_567):
        share = (log10(value) - low + margin) / (high - low + 2 * margin)
        assert browser.run(f"{CHART}.axes[0].at({value})") == pytest.approx(
            start + share * (width - RIGHT - start), abs=1e-6
        )
    # Change from −40 % to 20 %: 60 wide, so the axis goes from −42.4 to 22.4, upwards.
    for value in (-40, 0, 20):
        share = (value + 42.4) / 64.8
        expected = height - BOTTOM - share * (height - BOTTOM - TOP)
        assert browser.run(f"{CHART}.axes[1].at({value})") == pytest.approx(expected, abs=1e-6)
    assert browser.run(f"{CHART}.axes[0].ticks") == pytest.approx([100_000, 200_000, 500_000, 1_000_000])
    assert browser.run(f"{CHART}.axes[1].ticks") == [-40, -20, 0, 20]
    said = browser.run(LABELS)
    assert said[:4] == ["100,000", "200,000", "500,000", "1,000,000"]
    assert said[4:8] == ["−40", "−20", "0", "20"]
    assert said[8:] == ["Residents 2020 (persons), logarithmic", "Change (%)"]
    assert browser.complaints() == []


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 100, 6, [0, 20, 40, 60, 80, 100]),
        (-0.3, 0.7, 6, [-0.2, 0, 0.2, 0.4, 0.6]),
        (3, 3, 6, [2, 2.5, 3, 3.5, 4]),  # one value only: as much room on both sides
    ],
)
def test_linear_ticks_are_round(
    browser: Chromium, page: Path, low: float, high: float, most: int, expected: list[float]
) -> None:
    browser.open(page)
    axis = f"geoUrban.axis([{low}, {high}], {{log: false, start: 0, end: 100, most: {most}}})"
    assert browser.run(f"{axis}.ticks") == pytest.approx(expected, abs=1e-9)


def test_logarithmic_ticks_are_decades_where_there_are_many(browser: Chromium, page: Path) -> None:
    browser.open(page)
    axis = "geoUrban.axis([1, 1e6], {log: true, start: 0, end: 100, most: 8})"
    assert browser.run(f"{axis}.ticks") == [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
    every_other = "geoUrban.axis([1, 1e6], {log: true, start: 0, end: 100, most: 4})"
    assert browser.run(f"{every_other}.ticks") == [1, 100, 10_000, 1_000_000]


def test_line_and_crossing_are_drawn_on_the_axes(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN)
    line = browser.run(
        "['x1', 'y1', 'x2', 'y2'].map((name) => Number(document.querySelector('.gu-fit').getAttribute(name)))"
    )
    # Stored shares −0.4 and 0.2 stand at −40 % and 20 % of the axis.
    expected = browser.run(f"(([x, y]) => [x.at(1e5), y.at(-40), x.at(1e6), y.at(20)])({CHART}.axes)")
    assert line == pytest.approx(expected)
    crossing = browser.run(
        "[...document.querySelectorAll('.gu-crossing')].map((line) =>"
        "[line.getAttribute('x1'), line.getAttribute('y1')].map(Number))"
    )
    assert crossing[0][0] == pytest.approx(browser.run(f"{CHART}.axes[0].at(500000)"))
    assert crossing[1][1] == pytest.approx(browser.run(f"{CHART}.axes[1].at(0)"))


def test_points_have_the_colors_of_the_map(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN)
    assert pixel(browser, 0) == "#b2182b/255"  # −40 %
    assert pixel(browser, 4) == "#fddbc7/255"  # −5 %
    assert pixel(browser, 7) == "#2166ac/255"  # 20 %
    # The one unit without a change is not drawn, and the chart says so.
    assert browser.run(f"{CHART}.places.length") == 11
    note = browser.run("document.querySelector('.gu-scatter-note').textContent")
    assert note.endswith("Not drawn: 1 without a figure, or not above zero on a logarithmic axis.")
    browser.run("geoUrban.page.choose(geoUrban.page.data.layers[0], 2)")
    assert pixel(browser, 0) == "#0c2c84/255"
    assert browser.run("document.querySelector('.gu-scatter-stage').getAttribute('aria-label')") == (
        "Scatter chart: Change and size. 11 units; Residents 2020 (persons) from 100,000 to 1,234,567; "
        "Change (%) from −40.0 to 20.0. The table lists the figures."
    )


def test_a_rectangle_marks_units_on_the_map(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN)
    # 550,000 to 1,150,000 residents and a change from 2 to 22 %: units 6 (5 %), 7 (20 %) and 11 (10 %).
    drag(browser, on_screen(browser, 550_000, 21.9), on_screen(browser, 1_150_000, 2))
    assert browser.run(SELECTED) == [6, 7, 11]
    opacity = "geoUrban.page.shapes.map((unit) => unit.options.fillOpacity)"
    assert browser.run(opacity) == [1 if number in (6, 7, 11) else 0.18 for number in range(12)]
    assert pixel(browser, 7).endswith("/255")
    assert int(pixel(browser, 0).split("/")[1]) < 100
    browser.press("Escape")
    assert browser.run(SELECTED) == []
    assert pixel(browser, 0).endswith("/255")
    assert browser.complaints() == []


def test_what_is_marked_elsewhere_fades_the_other_points(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN)
    browser.run("geoUrban.page.select([2, 3])")
    assert pixel(browser, 2).endswith("/255")
    assert int(pixel(browser, 7).split("/")[1]) < 100


def test_pointer_raises_in_both_and_a_click_pins(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(OPEN)
    browser.move(*on_screen(browser, 700_000, 20))
    assert browser.run("geoUrban.page.raised.unit.number") == 7
    assert browser.run("document.querySelector('.gu-scatter-said').textContent") == (
        "县7 · Residents 2020 700,000 persons · Change 20.0%"
    )
    assert browser.run("geoUrban.page.shapes[7].options.color") == "#000000"
    mouse(browser, "mousePressed", on_screen(browser, 700_000, 20))
    mouse(browser, "mouseReleased", on_screen(browser, 700_000, 20))
    assert browser.run("geoUrban.page.pinned.number") == 7
    browser.press("Escape")
    assert browser.run("geoUrban.page.pinned") is None
    # The other way: the pointer on the map rings the point in black.
    x, y = browser.run(
        "(() => { const box = geoUrban.page.shapes[5].getElement().getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    browser.move(x, y)
    x, y, radius = browser.run(f"[...{CHART}.where.get(5).slice(1), {CHART}.radius]")
    ring = painted(browser, "marks", x + radius + 3, y)
    assert ring[:3] == [0, 0, 0]
    assert ring[3] > 100
    assert browser.complaints() == []


def test_another_chart_and_another_language(browser: Chromium, page: Path) -> None:
    browser.open(page, width=390, height=844)
    browser.run(OPEN)
    browser.run(
        "(() => { const select = document.getElementById('gu-chart-shown'); select.value = 1;"
        "select.dispatchEvent(new Event('change')); geoUrban.page.setLanguage('zh'); })()"
    )
    assert browser.run(LABELS)[-2:] == ["变化量（%）", "Residents 2020（人）"]
    assert browser.run("document.getElementById('gu-scatter-tab').textContent") == "图表"
    assert browser.run("document.documentElement.scrollWidth") <= 390
    inside = browser.run(
        "(() => { const stage = document.querySelector('.gu-scatter-stage').getBoundingClientRect();"
        "return [...document.querySelectorAll('.gu-scatter-home svg text')].every((text) => {"
        "const box = text.getBoundingClientRect();"
        "return box.left >= stage.left - 1 && box.right <= stage.right + 1; }); })()"
    )
    assert inside is True
    assert browser.complaints() == []


def test_a_page_without_charts_has_no_such_tab(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    browser.open(save_page(draw(change), tmp_path / "plain.html"))
    assert browser.run("document.getElementById('gu-scatter-tab')") is None
