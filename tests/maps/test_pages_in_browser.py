"""A real Chromium without a network opens the pages and uses them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from geo_urban.maps import draw, save_page, screenshot

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

# Fill of each unit in order of its code, as the browser has it.
FILLS = "geoUrban.page.shapes.map((unit) => unit.getElement().getAttribute('fill'))"
LEGEND = "[...document.querySelectorAll('#gu-classes li')].map((row) => row.textContent)"
HEADING = "document.getElementById('gu-heading').textContent"
TOOLTIP = "document.querySelector('.gu-tip')?.innerText"
RED, PALE, BLUE, GREY = "#b2182b", "#fddbc7", "#2166ac", "#d9d9d9"


def choose(browser: Chromium, label: str) -> None:
    """Choose an indicator as the selector does."""
    browser.run(
        "(() => { const s = document.getElementById('gu-shown');"
        f"s.value = [...s.options].find((o) => o.text === {label!r}).value;"
        "s.dispatchEvent(new Event('change')); })()"
    )


def hover(browser: Chromium, number: int) -> None:
    """Put the pointer into the middle of a unit."""
    x, y = browser.run(
        f"(() => {{ const box = geoUrban.page.shapes[{number}].getElement().getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    browser.move(x, y)


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def test_units_have_the_color_of_their_class(browser: Chromium, page: Path) -> None:
    browser.open(page)
    # From the fixture's shares with limits −0.3 and 0, a limit belonging to the class above it.
    expected = [RED, PALE, PALE, PALE, PALE, BLUE, BLUE, BLUE, GREY, RED, PALE, BLUE]
    assert browser.run(FILLS) == expected
    assert browser.complaints() == []


def test_legend_says_classes_counts_and_what_is_missing(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert browser.run(HEADING) == "Change"
    assert browser.run(LEGEND) == ["under −302", "−30 to 05", "0 and over4", "no data1"]
    assert browser.run("document.getElementById('gu-unit').textContent") == "% · 12 units"
    assert browser.run("document.getElementById('gu-modelled').hidden") is True


def test_switching_the_indicator_changes_fills_and_legend(browser: Chromium, page: Path) -> None:
    browser.open(page)
    before = browser.run(FILLS)
    choose(browser, "Residents 2020")
    after = browser.run(FILLS)
    assert after != before
    # 1,234,567 and then 100,000 … 1,100,000 with the limit 500,000: five are under it.
    assert after == ["#0c2c84", *["#ffffcc"] * 4, *["#0c2c84"] * 7]
    assert browser.run(HEADING) == "Residents 2020"
    assert browser.run(LEGEND) == ["under 500,0004", "500,000 and over8"]
    assert browser.run("document.getElementById('gu-modelled').hidden") is False
    choose(browser, "Severity")
    assert browser.run(LEGEND) == ["severe loss3", "marked loss3", "slight loss1", "gain loss4", "no data1"]
    choose(browser, "Change")
    assert browser.run(FILLS) == before
    assert browser.complaints() == []


def test_the_selector_says_what_is_shown_whoever_chose_it(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.page.choose(geoUrban.page.data.layers[0], 1)")
    assert browser.run("document.getElementById('gu-shown').selectedOptions[0].text") == browser.run(HEADING)
    assert browser.run("document.getElementById('gu-shown').value") == "0/1"


def test_keyboard_alone_switches_the_indicator(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.getElementById('gu-language').focus()")
    browser.press("Tab")
    assert browser.run("document.activeElement.id") == "gu-shown"
    browser.press("ArrowDown")
    assert browser.run(HEADING) == "Severity"


def test_tooltip_shows_names_as_text_and_formatted_figures(browser: Chromium, page: Path) -> None:
    browser.open(page)
    hover(browser, 0)
    words = browser.run(TOOLTIP)
    assert "<img src=x onerror=alert(1)> 210000" in words
    assert "−40.0%" in words
    assert "1,234,567 persons" in words
    assert browser.run("document.querySelectorAll('.gu-tip img').length") == 0
    hover(browser, 1)
    assert "</script><script>alert(2)</script>" in browser.run(TOOLTIP)
    hover(browser, 2)
    assert "{{ 7 * 7 }} & \"q\" 'x'" in browser.run(TOOLTIP)
    hover(browser, 8)
    assert "no data" in browser.run(TOOLTIP)
    assert browser.run("document.title") == "Change of counties <2010–2020>"
    assert browser.complaints() == []


def test_tooltip_goes_when_the_pointer_leaves(browser: Chromium, page: Path) -> None:
    browser.open(page)
    hover(browser, 5)
    assert browser.run(TOOLTIP)
    browser.move(5, 400)
    assert browser.run("document.getElementById('gu-tip').hidden") is True
    assert browser.run(FILLS)[5] == BLUE


@pytest.mark.parametrize(("typed", "name"), [("县7", "县7"), ("210009", "县9"), ("蒙古", "蒙古 <b>")])
def test_a_place_is_found_by_name_code_or_part_of_it(browser: Chromium, page: Path, typed: str, name: str) -> None:
    browser.open(page)
    browser.run("document.getElementById('gu-find').focus()")
    browser.type_text(typed)
    browser.press("Enter")
    assert browser.run(TOOLTIP).startswith(name)


def test_an_injected_script_is_refused_by_the_policy(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.broken = 1\">')")
    browser.run(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.broken = 2';"
        "document.body.append(s); })()"
    )
    assert any("Content Security Policy" in line for line in browser.complaints())
    assert browser.run("typeof window.broken") == "undefined"


def test_chinese_page_speaks_chinese_and_counts_in_wan(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    browser.open(save_page(draw(change, language="zh", figures="wan"), tmp_path / "zh.html"))
    assert browser.run("document.documentElement.lang") == "zh"
    assert browser.run(LEGEND)[0] == "−30 以下2"
    hover(browser, 0)
    assert "123.46 万人" in browser.run(TOOLTIP)
    choose(browser, browser.run("document.getElementById('gu-shown').options[2].text"))
    assert "50 以下4" in browser.run(LEGEND)
    assert browser.complaints() == []


def test_sidecar_page_opens_with_its_files_beside_it(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    page = save_page(draw(change, mode="sidecar"), tmp_path / "maps" / "change.html")
    assert page.stat().st_size < 30_000
    browser.open(page)
    assert browser.run(FILLS)[0] == RED
    assert browser.complaints() == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_nothing_is_cut_off_on_large_and_small_screens(browser: Chromium, page: Path, width: int, height: int) -> None:
    browser.open(page, width=width, height=height)
    assert browser.run("document.documentElement.scrollWidth") <= width
    boxes = browser.run(
        "['.gu-head', '.gu-map', '.gu-legend'].map((name) => {"
        "const b = document.querySelector(name).getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"
    )
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert right - left > 100
        assert bottom - top > 30
        for other_left, other_top, other_right, other_bottom in boxes[number + 1 :]:
            assert (
                right <= other_left + 1 or other_right <= left + 1 or bottom <= other_top + 1 or other_bottom <= top + 1
            )


def test_the_tip_stays_inside_the_map_of_a_phone(browser: Chromium, page: Path) -> None:
    browser.open(page, width=390, height=844)
    for number in range(12):
        browser.run(
            f"(() => {{ const shape = geoUrban.page.shapes[{number}];"
            "shape.fire('click', { latlng: shape.getCenter(), layer: shape }, true); })()"
        )
        inside = browser.run(
            "(() => { const tip = document.getElementById('gu-tip').getBoundingClientRect();"
            "const map = document.querySelector('.folium-map').getBoundingClientRect();"
            "return tip.width > 0 && tip.left >= map.left && tip.right <= map.right"
            "&& tip.top >= map.top && tip.bottom <= map.bottom; })()"
        )
        assert inside, number


def test_a_turned_phone_shows_everything_again(browser: Chromium, page: Path) -> None:
    everything = "geoUrban.page.view.map.getBounds().contains(L.latLngBounds(geoUrban.page.data.bounds))"
    browser.open(page, width=390, height=844)
    upright = browser.run("geoUrban.page.view.map.getZoom()")
    assert browser.run(everything) is True
    browser.call("Emulation.setDeviceMetricsOverride", width=1200, height=900, deviceScaleFactor=1, mobile=False)
    browser.complaints()  # lets the page draw once more
    browser.run("new Promise((done) => setTimeout(done, 300))")
    assert browser.run("geoUrban.page.view.map.getZoom()") > upright
    assert browser.run(everything) is True


def test_an_area_is_drawn_as_large_as_it_is(browser: Chromium, page: Path) -> None:
    browser.open(page)
    # One degree square at 40–41° N and at 42–43° N: areas on the sphere are as the differences of sin(latitude),
    # (sin 41° − sin 40°) / (sin 43° − sin 42°) = 0.0132690 / 0.0128672 = 1.0312.
    ratio = browser.run(
        "(() => { const area = (number) => {"
        "const ring = geoUrban.page.shapes[number].getLatLngs()[0][0];"
        "const dense = []; ring.forEach((a, i) => { const b = ring[(i + 1) % ring.length];"
        "for (let t = 0; t < 200; t++) dense.push(L.latLng(a.lat + (b.lat - a.lat) * t / 200,"
        "a.lng + (b.lng - a.lng) * t / 200)); });"
        "const p = dense.map((place) => geoUrban.page.view.map.project(place, 12)); let sum = 0;"
        "p.forEach((a, i) => { const b = p[(i + 1) % p.length]; sum += a.x * b.y - b.x * a.y; });"
        "return Math.abs(sum) / 2; }; return area(0) / area(8); })()"
    )
    assert ratio == pytest.approx(1.0312, abs=2e-4)
    place = browser.run(
        "(() => { const m = geoUrban.page.view.map;"
        "const p = m.unproject(m.project([41.5, 122.25], 9), 9); return [p.lat, p.lng]; })()"
    )
    assert place == pytest.approx([41.5, 122.25], abs=1e-9)


@pytest.mark.usefixtures("browser")
def test_screenshot_makes_a_picture_of_the_asked_size(page: Path, tmp_path: Path) -> None:
    picture = screenshot(page, tmp_path / "page.png", width=900, height=600)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture lies nowhere on earth
        with rasterio.open(picture) as image:
            bands = image.read()
    assert bands.shape[1:] == (600, 900)
    assert ((bands[0] == 0xB2) & (bands[1] == 0x18) & (bands[2] == 0x2B)).any()
