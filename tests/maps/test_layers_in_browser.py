"""Layers over the chosen one are switched on and off with check boxes, and other parts add theirs to the same list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from geo_urban.maps import draw, save_page
from geo_urban.palettes import sequential
from geo_urban.presentation import Breaks, Field, Layer

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

BOXES = (
    "[...document.querySelectorAll('#gu-groups label')]"
    ".map((label) => [label.textContent, label.firstElementChild.checked])"
)
HEADINGS = "[...document.querySelectorAll('#gu-over-legends h3')].map((head) => head.textContent)"


def drawn(place: int) -> str:
    """Return a script that says whether a layer is on the main map."""
    return (
        f"(() => {{ const {{ view }} = geoUrban.page, group = view.groups[{place}];"
        "return Boolean(group) && view.map.hasLayer(group); })()"
    )


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    """The counties, outlines over them, and ports that are off at first and have an evil title."""
    ports = gpd.GeoDataFrame(
        {"name": ["丹东", "<b>"], "trade": [1.0, 3.0]},
        index=["p1", "p2"],
        geometry=[shapely.Point(121.5, 41.5), shapely.Point(122.5, 41.5)],
        crs=4326,
    )
    trade = Field(
        column="trade", label="Trade", decimals=0, classes=Breaks(limits=(2.0,), colors=sequential(2, name="purples"))
    )
    layer = Layer(name="ports", title="<img src=x> ports", units=ports, fields=(trade,), over=True, visible=False)
    return save_page(draw(replace(change, layers=(*change.layers, layer))), tmp_path / "ports.html")


def test_every_layer_over_the_map_has_a_box(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert browser.run(BOXES) == [["Provinces", True], ["<img src=x> ports", False]]
    assert browser.run("document.querySelectorAll('#gu-groups img').length") == 0
    assert browser.run(drawn(1)) is True
    assert browser.run(drawn(2)) is False
    assert browser.complaints() == []


def test_a_click_shows_a_layer_with_its_legend_and_another_hides_it(browser: Chromium, page: Path) -> None:
    browser.open(page)
    x, y = browser.run(
        "(() => { const box = document.querySelectorAll('#gu-groups label')[1].getBoundingClientRect();"
        "return [box.x + 60, box.y + box.height / 2]; })()"
    )
    browser.click(x, y)
    assert browser.run(drawn(2)) is True
    assert browser.run(HEADINGS) == ["<img src=x> ports"]
    browser.run("document.querySelectorAll('#gu-groups input')[1].click()")
    assert browser.run(drawn(2)) is False
    assert browser.run(HEADINGS) == []
    assert browser.complaints() == []


def test_the_keyboard_switches_and_keeps_the_focus(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelector('#gu-groups input').focus()")
    browser.press(" ")
    assert browser.run(drawn(1)) is False
    assert browser.run("document.activeElement.id") == "gu-group-0"
    browser.press(" ")
    assert browser.run(drawn(1)) is True
    assert browser.run(BOXES)[0] == ["Provinces", True]


def test_a_pinned_port_goes_with_its_layer(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelectorAll('#gu-groups input')[1].click()")
    x, y = browser.run(
        "(() => { const { map } = geoUrban.page.view, box = map.getContainer().getBoundingClientRect();"
        "const at = map.latLngToContainerPoint([41.5, 121.5]); return [box.x + at.x, box.y + at.y]; })()"
    )
    browser.click(x, y)
    assert browser.run("document.getElementById('gu-panel').innerText").startswith("丹东 p1")
    assert "Rank 2 of 2" in browser.run("document.getElementById('gu-panel').innerText")
    browser.run("document.querySelectorAll('#gu-groups input')[1].click()")
    assert browser.run("document.getElementById('gu-panel').hidden") is True
    assert browser.complaints() == []


def test_words_follow_the_language(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.page.setLanguage('zh')")
    assert browser.run("document.querySelector('#gu-groups h2').textContent") == "图层"


def test_other_parts_add_to_the_same_list(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(
        "window.on = true; geoUrban.addGroup(geoUrban.page, { title: () => 'Cells', isOn: () => window.on,"
        "set: (on) => { window.on = on; } })"
    )
    assert browser.run(BOXES)[2] == ["Cells", True]
    browser.run("document.querySelectorAll('#gu-groups input')[2].click()")
    assert browser.run("window.on") is False
    # Another way to switch it shows in the box as well.
    browser.run("window.on = true; geoUrban.page.emit('groups')")
    assert browser.run(BOXES)[2] == ["Cells", True]
    assert browser.complaints() == []


def test_a_page_with_one_layer_has_no_list(browser: Chromium, many_page: Path) -> None:
    browser.open(many_page)
    assert browser.run("document.getElementById('gu-groups').hidden") is True
