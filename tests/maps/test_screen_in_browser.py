"""Full screen, and the tools of a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.maps import draw, save_page

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

IS_FULL = "Boolean(document.fullscreenElement)"
SETTLED = "new Promise((done) => setTimeout(done, 300))"
TOOLS = "getComputedStyle(document.getElementById('gu-tools')).display"


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def press_f(browser: Chromium) -> None:
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="f", code="KeyF", windowsVirtualKeyCode=70, text="f")
    browser.call("Input.dispatchKeyEvent", type="keyUp", key="f", code="KeyF", windowsVirtualKeyCode=70)
    browser.run(SETTLED)


def test_button_and_key_fill_the_screen_and_leave_it(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.getElementById('gu-full').focus()")
    browser.press("Enter")
    browser.run(SETTLED)
    assert browser.run(IS_FULL) is True
    assert browser.run("document.getElementById('gu-full').getAttribute('aria-pressed')") == "true"
    browser.run("document.exitFullscreen()")
    browser.run(SETTLED)
    assert browser.run("document.getElementById('gu-full').getAttribute('aria-pressed')") == "false"
    browser.run("geoUrban.page.view.map.getContainer().focus()")
    press_f(browser)
    assert browser.run(IS_FULL) is True
    press_f(browser)
    assert browser.run(IS_FULL) is False
    assert browser.complaints() == []


def test_an_f_in_a_name_that_is_typed_does_nothing(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.getElementById('gu-find').focus()")
    press_f(browser)
    assert browser.run("document.getElementById('gu-find').value") == "f"
    assert browser.run(IS_FULL) is False


def test_a_phone_has_one_button_for_all_tools(browser: Chromium, page: Path) -> None:
    browser.open(page, width=390, height=844)
    assert browser.run(TOOLS) == "none"
    browser.run("document.getElementById('gu-tools-menu').focus()")
    browser.press("Enter")
    assert browser.run(TOOLS) == "flex"
    assert browser.run("document.getElementById('gu-tools-menu').getAttribute('aria-expanded')") == "true"
    boxes = browser.run(
        "[...document.querySelectorAll('#gu-tools .gu-tool')].map((tool) => {"
        "const box = tool.getBoundingClientRect();"
        "return [box.left, box.right, tool.scrollWidth - tool.clientWidth]; })"
    )
    assert len(boxes) >= 4
    assert all(left >= 0 and right <= 390 and beyond <= 0 for left, right, beyond in boxes)
    browser.press("Escape")
    assert browser.run(TOOLS) == "none"
    assert browser.run("document.activeElement.id") == "gu-tools-menu"
    browser.open(page)
    assert browser.run(TOOLS) == "flex"
    assert browser.run("getComputedStyle(document.getElementById('gu-tools-menu')).display") == "none"
    assert browser.complaints() == []
