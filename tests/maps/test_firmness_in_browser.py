"""How firm a class is shows on the map without colours, in the legend, and wherever a unit's figures stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio

from geo_urban.maps import draw, save_page
from geo_urban.presentation import Breaks, Categories, Classification, Layer

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Dataset has no geotransform")]

# One share per unit of the fixture; the limits 0.95 and 0.8 themselves belong to the firmer step.
SHARES = [1.0, 0.95, 0.949, 0.8, 0.799, 0.0, 1.0, 1.0, 1.0, np.nan, 0.97, 0.85]
PATTERNS = "geoUrban.page.shapes.map((unit) => unit.options.pattern)"
OPACITIES = "geoUrban.page.shapes.map((unit) => unit.options.fillOpacity)"
DASHES = "geoUrban.page.shapes.map((unit) => unit.options.dashArray || '')"
LEGEND = "[...document.querySelectorAll('#gu-firm li')].map((row) => row.textContent)"
TOOL = "document.getElementById('gu-firm-tool')"
EXPECTED = ["", "", "dots", "dots", "crosshatch", "crosshatch", "", "", "", "hatch", "", "dots"]


def firm(change: Presentation, *, pattern: str = "") -> Presentation:
    """Return the presentation with the firmness of its first two fields."""
    layer = change.layers[0]
    units = layer.units.assign(firm=SHARES)
    shares, severity, *others = layer.fields
    other = Classification(label="Quantiles", classes=Breaks(limits=(0.0,), colors=("#b2182b", "#2166ac")))
    shares = replace(shares, firmness="firm", others=(other,))
    assert isinstance(severity.classes, Categories)
    if pattern:
        items = tuple(replace(item, pattern=pattern) for item in severity.classes.items[:1])
        severity = replace(severity, classes=Categories(items=(*items, *severity.classes.items[1:])))
    fields = (shares, replace(severity, firmness="firm"), *others)
    shown: Layer = replace(layer, units=units, fields=fields)
    return replace(change, layers=(shown, *change.layers[1:]))


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(firm(change)), tmp_path / "firm.html")


def press(browser: Chromium) -> None:
    browser.run(f"{TOOL}.focus()")
    browser.press("Enter")


def test_the_toggle_draws_units_by_their_firmness(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert browser.run(f"{TOOL}.hidden") is False
    assert browser.run(PATTERNS) == [""] * 12
    press(browser)
    assert browser.run(f"{TOOL}.getAttribute('aria-pressed')") == "true"
    assert browser.run(PATTERNS) == EXPECTED
    assert browser.run(OPACITIES)[:5] == [1, 1, 0.85, 0.85, 0.6]
    # Eleven units have a class: six keep it in 95 % or more, three in 80 to 95 %, two in fewer, one is not known …
    # less unit 8, which has no figure and so no class: 0, 1, 6, 7, 10 are five.
    assert browser.run(LEGEND) == [
        "95% of settings or more5",
        "80% to 95% of settings3",
        "under 80% of settings2",
        "not known1",
    ]
    press(browser)
    assert browser.run(PATTERNS) == [""] * 12
    assert browser.run(OPACITIES) == [1] * 12
    assert browser.run("document.getElementById('gu-firm').hidden") is True
    assert browser.complaints() == []


def test_fields_and_classes_without_firmness_have_no_toggle(browser: Chromium, page: Path) -> None:
    browser.open(page)
    press(browser)
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 2)")
    assert browser.run(f"{TOOL}.hidden || getComputedStyle({TOOL}).display === 'none'") is True
    assert browser.run(PATTERNS) == [""] * 12
    assert browser.run("document.getElementById('gu-firm').hidden") is True
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 0)")
    assert browser.run(PATTERNS) == EXPECTED  # it stays on for the fields that have it
    browser.run("geoUrban.page.classify(1)")  # firm is the study's class, not that of other limits
    assert browser.run(f"{TOOL}.hidden") is True
    assert browser.run(PATTERNS) == [""] * 12


def test_tip_panel_and_table_say_the_share(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.page.pin({ layer: geoUrban.page.view.layer, number: 2 })")
    assert "keeps its class\tin 94.9% of settings" in browser.run("document.getElementById('gu-panel').innerText")
    browser.run("geoUrban.goTo(geoUrban.page, { layer: geoUrban.page.view.layer, number: 9 })")
    assert "keeps its class\tnot known" in browser.run("document.getElementById('gu-tip').innerText")
    browser.run("document.getElementById('gu-table-tab').click()")
    heads = browser.run("[...document.querySelectorAll('#gu-table thead th')].map((head) => head.textContent)")
    assert heads[3] == "How firm: Change"
    cells = browser.run(
        "[...document.querySelectorAll('#gu-table tbody td:nth-child(4)')].map((cell) => cell.textContent)"
    )
    assert cells[:4] == ["100.0%", "95.0%", "94.9%", "80.0%"]
    assert browser.complaints() == []


def test_classes_with_patterns_keep_them_and_borders_say_how_firm(
    browser: Chromium, change: Presentation, tmp_path: Path
) -> None:
    browser.open(save_page(draw(firm(change, pattern="hatch")), tmp_path / "firm.html"))
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 1)")
    before = browser.run(PATTERNS)
    assert before[:3] == ["hatch", "hatch", ""]
    press(browser)
    assert browser.run(PATTERNS) == before
    assert browser.run(DASHES)[:6] == ["", "", "6 4", "6 4", "2 5", "2 5"]
    press(browser)
    assert browser.run(DASHES) == [""] * 12
    assert browser.complaints() == []


def test_marked_units_stand_out_among_firm_ones(browser: Chromium, page: Path) -> None:
    browser.open(page)
    press(browser)
    browser.run("geoUrban.page.select([2])")
    opacities = browser.run(OPACITIES)
    assert opacities[2] == 0.85
    assert max(opacities[:2]) < 0.2


def test_steps_differ_in_grey(browser: Chromium, page: Path, tmp_path: Path) -> None:
    browser.open(page)
    press(browser)
    # Units 1 (firm), 2 (middling) and 4 (loose) have the same class and so the same colour.
    boxes = browser.run(
        "[1, 2, 4].map((number) => { const b = geoUrban.page.shapes[number].getElement().getBoundingClientRect();"
        "return [b.x + b.width / 4, b.y + b.height / 4, b.width / 2, b.height / 2].map(Math.round); })"
    )
    with rasterio.open(browser.picture(tmp_path / "grey.png")) as image:
        grey = image.read((1, 2, 3)).mean(axis=0)
    parts = [grey[y : y + height, x : x + width] for x, y, width, height in boxes]
    texture = [float(part.std()) for part in parts]
    ink = [float((part.max() - part).mean()) for part in parts]
    assert texture[0] < 1  # one plain colour
    assert min(texture[1:]) > 10
    assert ink[0] < 1
    assert 3 < ink[1] < 0.8 * ink[2]  # dots cover less than crossed lines


def test_words_follow_the_language(browser: Chromium, page: Path) -> None:
    browser.open(page)
    press(browser)
    browser.run("geoUrban.page.setLanguage('zh')")
    assert browser.run(f"{TOOL}.textContent") == "结果有多稳固？"
    assert browser.run(LEGEND)[0] == "设定的 95% 及以上5"


def test_pages_without_firmness_never_show_the_toggle(browser: Chromium, many_page: Path) -> None:
    browser.open(many_page)
    assert browser.run(f"getComputedStyle({TOOL}).display") == "none"


def test_a_saved_picture_has_the_steps_in_its_legend(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(
        "window.written = []; const page = geoUrban.page;"
        "window.writer = { skip() {}, text: (text) => window.written.push(text), draws: false, context: null };"
        "window.write = () => geoUrban.writeFirmness(page, page.view, window.writer, 1)"
    )
    browser.run("window.write()")
    assert browser.run("window.written") == []
    press(browser)
    browser.run("window.write()")
    assert browser.run("window.written")[0] == "How firm is it?"
    assert browser.run("window.written")[2:] == [
        "95% of settings or more",
        "80% to 95% of settings",
        "under 80% of settings",
        "not known",
    ]


def test_a_saved_picture_has_the_dashes_in_its_legend(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    browser.open(save_page(draw(firm(change, pattern="hatch")), tmp_path / "firm.html"))
    browser.run("geoUrban.page.choose(geoUrban.page.view.layer, 1)")  # its classes have patterns of their own
    press(browser)
    dashes = browser.run(
        "(() => { const page = geoUrban.page, pen = document.createElement('canvas').getContext('2d'), found = [];"
        "const set = pen.setLineDash.bind(pen); pen.setLineDash = (dash) => { found.push(dash); set(dash); };"
        "geoUrban.writeFirmness(page, page.view, new geoUrban.Writer(pen, { left: 0, top: 0, width: 200 }), 1);"
        "return found; })()"
    )
    # Firm, middling, loose, not known; each is taken back after its sample.
    assert dashes == [[], [], [6, 4], [], [2, 5], [], [9, 3, 2, 3], []]
    assert browser.complaints() == []
