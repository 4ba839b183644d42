"""Every page of every built-in study opens without a network, says nothing on the console and asks for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.studies import builtin_studies, load_study, run_study

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

pytestmark = pytest.mark.browser

SCREENS = ((1280, 800), (390, 844))


@pytest.fixture(scope="module", params=sorted(builtin_studies()))
def study_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / request.param
    return run_study(load_study(request.param), output=folder, language="zh", figures="wan").folder


def test_every_page_opens_fits_and_is_colored(study_folder: Path, browser: Chromium) -> None:
    pages = sorted(study_folder.rglob("*.html"))
    maps = [page for page in pages if page.parent.name == "maps"]
    assert maps
    for page in pages:
        for width, height in SCREENS:
            browser.open(page, width=width, height=height)
            assert browser.complaints() == [], page.name
            assert browser.run("document.documentElement.scrollWidth") <= width, page.name
            assert browser.run("document.documentElement.lang") == "zh"


def test_every_indicator_of_every_map_colors_units_and_has_its_legend(study_folder: Path, browser: Chromium) -> None:
    for page in sorted(study_folder.glob("maps/*.html")):
        browser.open(page)
        for number in range(browser.run("document.getElementById('gu-shown').options.length")):
            browser.run(
                "(() => { const s = document.getElementById('gu-shown');"
                f"s.selectedIndex = {number}; s.dispatchEvent(new Event('change')); }})()"
            )
            colors, counted, units = browser.run(
                "(() => { const page = geoUrban.page; return ["
                "[...new Set(page.shapes.filter(Boolean).map((unit) => unit.options.fillColor))],"
                "page.classes().counts.reduce((a, b) => a + b, 0) + page.classes().missing,"
                "page.view.layer.codes.length]; })()"
            )
            assert len(colors) > 1, (page.name, number)
            assert counted == units, (page.name, number)
        assert browser.complaints() == [], page.name


def test_every_link_of_the_study_page_leads_to_a_file(study_folder: Path, browser: Chromium) -> None:
    browser.open(study_folder / "index.html")
    links = browser.run(
        "[...document.querySelectorAll('a')].map((link) => decodeURIComponent(link.getAttribute('href')))"
    )
    assert links
    # provenance.json is written last, from the hashes of all other files.
    assert [link for link in links if not (study_folder / link).is_file()] == []
