"""Every control of a page is reached with the keyboard alone, in an order that follows the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.maps import draw, save_page

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

WHERE = (
    "(() => { const at = document.activeElement, home = at.closest('[id]');"
    "return at === document.body ? '' : at.id || home.id + ' ' + at.tagName; })()"
)
MAP = "document.querySelector('.folium-map')"


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def stops(browser: Chromium, most: int = 60) -> list[str]:
    """Return where the Tab key stops, from the first control to the last."""
    browser.run("document.activeElement.blur()")
    found: list[str] = []
    for _ in range(most):
        browser.press("Tab")
        here = browser.run(WHERE)
        if not here:
            break
        found.append(here)
    return found


def test_every_control_is_reached_and_none_twice(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.page.pin({ layer: geoUrban.page.view.layer, number: 4 }); geoUrban.page.select([4, 5])")
    browser.run("document.getElementById('gu-table-tab').click()")
    found = stops(browser)
    for control in ("gu-shown", "gu-find", "gu-language", "gu-table-tab", "gu-csv", "gu-group-0"):
        assert found.count(control) == 1, control
    assert found.count("gu-classes BUTTON") == 4
    assert found.count("gu-panel BUTTON") == 1
    assert found.count("gu-marked BUTTON") == 1
    assert found.count("gu-table BUTTON") == 6  # the heads of its columns
    assert found.count("gu-table TR") == 1  # its rows are one stop, and arrows go through them
    # As the page is read: its language, what is shown, the map, the table under it, the legend beside it.
    order = [
        found.index(control)
        for control in ("gu-language", "gu-shown", "gu-csv", "gu-classes BUTTON", "gu-panel BUTTON")
    ]
    assert order == sorted(order)
    assert browser.complaints() == []


def test_arrows_move_the_map_and_the_focus_is_seen(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(f"{MAP}.focus()")
    before = browser.run("geoUrban.page.view.map.getCenter().lng")
    browser.press("ArrowRight")
    browser.run("new Promise((done) => setTimeout(done, 600))")
    assert browser.run("geoUrban.page.view.map.getCenter().lng") > before
    ring = "getComputedStyle(document.querySelector('.folium-map'), '::after')"
    assert browser.run(f"[{ring}.borderTopWidth, {ring}.borderTopColor]") == ["3px", "rgb(11, 95, 255)"]
    browser.run(f"{MAP}.blur()")
    assert browser.run(f"{ring}.content") == "none"


def test_every_control_has_a_name(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.getElementById('gu-table-tab').click()")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "combobox", "searchbox", "checkbox", "tab", "slider", "link", "application", "columnheader"}
    shown = [node for node in nodes if not node["ignored"] and node["role"]["value"] in roles]
    assert len(shown) > 15
    assert [node["role"]["value"] for node in shown if not node.get("name", {}).get("value", "").strip()] == []
