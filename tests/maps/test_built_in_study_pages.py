"""Every page of every built-in study opens without a network, says nothing on the console and asks for nothing.

And each control of each of its maps does what it says.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from geo_urban.studies import builtin_studies, load_study, run_study

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chromium import Chromium

pytestmark = pytest.mark.browser

PHONE = 390
A_FEW = 5
UNITS = "geoUrban.page.view.layer.codes.length"
# What the page would hand to the reader's download folder is kept instead.
CATCH = """
window.caught = [];
URL.createObjectURL = (blob) => { window.blob = blob; return 'blob:caught'; };
HTMLAnchorElement.prototype.click = function () { window.caught.push([this.download, window.blob]); };
"""


# A study of the whole country takes minutes with its pages: every build looks at the pages of three provinces, and
# `make test-all` at those of the country.
PART = {
    "hierarchy": "四川省,贵州省,云南省",
    "border": "云南省",
    "china-shrinkage": "甘肃省,青海省",
    "agglomerations": "青海省",
}
# Of an analysis that another study drives in every build, a part need not drive the pages again.
ANALYSES_OF_PART = {"china-shrinkage": ("scales",)}
STUDIES = [
    *((name, PART.get(name, "")) for name in sorted(builtin_studies())),
    *(pytest.param((name, ""), marks=pytest.mark.slow) for name in sorted(PART)),
]


@pytest.fixture(scope="module", params=STUDIES, ids=lambda study: " ".join(study).strip())
def study_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    name, region = request.param
    if name == "northeast":
        return request.getfixturevalue("northeast")  # run once, for all tests that read it
    study = load_study(name)
    folder = tmp_path_factory.mktemp("study") / name
    shorter = {"analyses": ANALYSES_OF_PART.get(name, study.analyses)}
    chosen = study.model_copy(update={"region": region, **shorter}) if region else study
    return run_study(chosen, output=folder, language="zh", figures="wan").folder


def put(browser: Chromium, control: str, value: object, event: str = "change") -> None:
    """Give a control a value, as a reader would."""
    browser.run(
        f"(() => {{ const found = document.getElementById('{control}'); found.value = {value!r};"
        f"found.dispatchEvent(new Event('{event}')); }})()"
    )


def enter(browser: Chromium, control: str) -> None:
    """Press a control from the keyboard, which browsers take for the reader's own wish."""
    browser.run(f"document.getElementById('{control}').focus()")
    browser.press("Enter")


def options(browser: Chromium, control: str) -> list[str]:
    script = f"[...document.getElementById('{control}').options].map((option) => option.value)"
    return [str(value) for value in browser.run(script)]


def shown(browser: Chromium, control: str) -> bool:
    boxes = browser.run(f"(document.getElementById('{control}')?.getClientRects() || []).length")
    return bool(boxes)


def in_the_middle(browser: Chromium) -> tuple[float, float, float]:
    """Return the middle of the map on the screen, and a tenth of its height."""
    x, y, step = browser.run(
        "(() => { const box = document.querySelector('.folium-map').getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + box.height / 2, box.height / 10]; })()"
    )
    return x, y, step


def colors_and_legend(browser: Chromium) -> None:
    colors, expected, counted, units = browser.run(
        "(() => { const page = geoUrban.page; return ["
        "new Set(page.shapes.filter(Boolean).map(({ options: o }) => o.fill ? o.fillColor : o.color)).size,"
        "page.classes().counts.filter(Boolean).length + (page.classes().missing ? 1 : 0),"
        "page.classes().counts.reduce((a, b) => a + b, 0) + page.classes().missing,"
        "page.view.layer.codes.length]; })()"
    )
    # Every class with a unit shows; two classes may share a color, and a unit without a shape shows none.
    assert 0 < colors <= expected
    assert colors > 1 or expected == 1
    assert counted == units
    rows = browser.run("document.querySelectorAll('#gu-classes li').length")
    assert rows == browser.run("geoUrban.page.classes().labels.length + (geoUrban.page.classes().missing ? 1 : 0)")


def indicators_years_and_classes(browser: Chromium) -> Iterator[str]:
    for value in options(browser, "gu-shown"):
        put(browser, "gu-shown", value)
        yield f"indicator {value}"
        colors_and_legend(browser)
        for way in options(browser, "gu-way"):
            put(browser, "gu-way", way)
            yield f"classes {way}"
            colors_and_legend(browser)
        if not shown(browser, "gu-year"):
            continue
        put(browser, "gu-year", "0", "input")
        yield "year"
        assert browser.run("geoUrban.page.view.year") == 0
        enter(browser, "gu-play")
        assert browser.run("geoUrban.page.view.year") == 1
        enter(browser, "gu-play")
        colors_and_legend(browser)
    put(browser, "gu-shown", options(browser, "gu-shown")[0])


def legend_and_box(browser: Chromium) -> Iterator[str]:
    yield "a class of the legend"
    marked, counted = browser.run(
        "(() => { const page = geoUrban.page, place = page.classes().counts.findIndex((count) => count);"
        "document.querySelectorAll('#gu-classes .gu-entry')[place].click();"
        "return [page.selection.size, page.classes().counts[place]]; })()"
    )
    assert marked == counted > 0
    browser.run("document.querySelector('#gu-marked .gu-tool').click()")
    assert browser.run("geoUrban.page.selection.size") == 0
    yield "a box on the map"
    x, y, step = in_the_middle(browser)
    browser.drag((x - 3 * step, y - 3 * step), (x + 3 * step, y + 3 * step), shift=True)
    marked, units = browser.run("geoUrban.page.selection.size"), browser.run(UNITS)
    assert 0 < marked <= units
    assert marked < units or units <= A_FEW  # a map of three provinces has all their middles in the box


def table_and_chart(browser: Chromium) -> Iterator[str]:
    yield "the table of what is marked, and all of it as a file"
    browser.run("document.getElementById('gu-table-tab').click()")
    assert browser.run("document.querySelectorAll('#gu-table tr[data-unit]').length") > 0
    browser.run("geoUrban.page.select([])")
    enter(browser, "gu-csv")
    name, text = browser.run("(async () => [caught.at(-1)[0], await caught.at(-1)[1].text()])()")
    assert name.endswith(".csv")
    assert len(text.strip().split("\n")) == 1 + browser.run(UNITS)
    if browser.run("geoUrban.page.data.charts.length > 0"):
        yield "the chart"
        browser.run("document.getElementById('gu-scatter-tab').click()")
        assert browser.run("geoUrban.page.chart.axes.length") == 2
        browser.run("document.getElementById('gu-scatter-tab').click()")
    else:
        browser.run("document.getElementById('gu-table-tab').click()")


def search_and_pin(browser: Chromium) -> Iterator[str]:
    yield "search"
    code, name = browser.run("[geoUrban.page.view.layer.codes[1], geoUrban.page.name(geoUrban.page.view.layer, 1)]")
    put(browser, "gu-find", code)
    assert browser.run("geoUrban.page.pinned.number") == 1
    yield "the pinned unit"
    panel = "document.getElementById('gu-panel')"
    assert name in browser.run(f"{panel}.innerText")
    assert browser.run(f"{panel}.querySelectorAll('tr').length") >= 2
    browser.run(f"{panel}.querySelector('button').click()")
    assert browser.run("geoUrban.page.pinned") is None


def language(browser: Chromium) -> Iterator[str]:
    said = "[document.documentElement.lang, document.querySelector('h1').textContent,"
    said += "document.getElementById('gu-heading').textContent, document.getElementById('gu-print-page').textContent]"
    chinese = browser.run(said)
    yield "English"
    put(browser, "gu-language", "en")
    english = browser.run(said)
    assert english[0] == "en"
    assert english[3] == "Print"
    assert all(one != other for one, other in zip(chinese, english, strict=True))
    put(browser, "gu-language", "zh")
    assert browser.run(said) == chinese


def layer_boxes(browser: Chromium) -> Iterator[str]:
    for number in range(browser.run("document.querySelectorAll('#gu-groups input').length")):
        yield f"layer {number}"
        box = f"document.getElementById('gu-group-{number}')"
        before = browser.run(f"{box}.checked")
        browser.run(f"{box}.click()")
        assert browser.run(f"{box}.checked") is not before
        if not before:
            yield f"a picture with layer {number}"
            a_saved_picture(browser)
        browser.run(f"{box}.click()")
        assert browser.run(f"{box}.checked") is before


def ruler_and_full_screen(browser: Chromium) -> Iterator[str]:
    yield "the ruler"
    enter(browser, "gu-measure")
    x, y, step = in_the_middle(browser)
    browser.click(x, y)
    browser.click(x + 2 * step, y)
    assert "公里" in browser.run("document.querySelector('.gu-length').textContent")
    enter(browser, "gu-measure")
    yield "the full screen"
    for wanted in (True, False):
        enter(browser, "gu-full")
        browser.run(
            "new Promise((done) => { const look = () => Boolean(document.fullscreenElement) === "
            f"{str(wanted).lower()} ? done() : setTimeout(look, 20); look(); }})"
        )


def a_saved_picture(browser: Chromium) -> None:
    browser.run("caught.length = 0")
    enter(browser, "gu-save-picture")
    name, head = browser.run(
        "new Promise((done) => { const look = async () => caught.length"
        " ? done([caught[0][0], [...new Uint8Array(await caught[0][1].arrayBuffer()).slice(0, 24)]])"
        " : setTimeout(look, 20); look(); })"
    )
    assert name.endswith(".png")
    assert bytes(head[:8]) == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(bytes(head[at : at + 4])) for at in (16, 20)] == [3508, 2480]  # A4 at 300 dpi


def picture_and_print(browser: Chromium) -> Iterator[str]:
    yield "a saved picture"
    a_saved_picture(browser)
    yield "the print"
    paper = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    assert paper.count(b"/Type /Page\n") == 1


CONTROLS = (
    indicators_years_and_classes,
    legend_and_box,
    table_and_chart,
    search_and_pin,
    language,
    layer_boxes,
    ruler_and_full_screen,
    picture_and_print,
)


def test_every_control_of_every_map(study_folder: Path, browser: Chromium) -> None:
    pages = sorted(study_folder.glob("maps/*.html"))
    assert pages
    for page in pages:
        browser.open(page)
        browser.run(CATCH)
        step = "opening"
        try:
            for control in CONTROLS:
                for step in control(browser):  # noqa: B007 - named where it fails
                    pass
        except (AssertionError, TimeoutError) as error:
            message = f"{page.name}: {step}"
            raise AssertionError(message) from error
        assert browser.complaints() == [], page.name
        assert browser.run("document.documentElement.scrollWidth") <= 1280, page.name


def test_every_page_fits_a_phone(study_folder: Path, browser: Chromium) -> None:
    for page in sorted(study_folder.rglob("*.html")):
        browser.open(page, width=PHONE, height=844)
        assert browser.complaints() == [], page.name
        assert browser.run("document.documentElement.scrollWidth") <= PHONE, page.name
        assert browser.run("document.documentElement.lang") == "zh"


def test_every_link_of_the_study_page_leads_to_a_file(study_folder: Path, browser: Chromium) -> None:
    browser.open(study_folder / "index.html")
    assert browser.complaints() == []
    assert browser.run("document.documentElement.scrollWidth") <= 1280
    links = browser.run(
        "[...document.querySelectorAll('a')].map((link) => decodeURIComponent(link.getAttribute('href')))"
    )
    assert links
    # provenance.json is written last, from the hashes of all other files.
    assert [link for link in links if not (study_folder / link).is_file()] == []
