"""The study page says everything, escapes everything, and opens without a network on large and small screens."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from geo_urban.errors import InputError
from geo_urban.studies.report import FileLink, KeyFigure, ReportContent, TableSection, write_index

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

# The smallest PNG: one transparent pixel.
ONE_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
EVIL = "<img src=x onerror=alert(1)></script>{{ 7 * 7 }}"


@pytest.fixture
def content() -> ReportContent:
    table = pd.DataFrame(
        {
            "name": [EVIL, "蒙古"],
            "population_2020": [1_234_567, None],
            "change_share": [-0.1234, 0.5],
            "year": [2010, 2020],
        },
        index=pd.Index(["210100", "210200"], name="adcode"),
    )
    missing = pd.DataFrame({"name": ["北海新区"], "reason": ["no polygon"]}, index=pd.Index(["371671"], name="code"))
    long = pd.DataFrame({"unit": range(55)})
    return ReportContent(
        title="Northeast <study>",
        question="Where did people leave?",
        settings={"Region": "辽宁"},
        key_figures=(KeyFigure(label="Counties that lost residents", value="88 of 90", note="of all"),),
        sections=(
            TableSection(title="Ours beside theirs", table=table, note="Why they differ.", file="tables/a.csv"),
            TableSection(title="Long", table=long),
        ),
        maps=(FileLink(title="Change", path="maps/变化 map.html"),),
        files=(FileLink(title="Layers", path="layers/northeast.gpkg"),),
        methods=("Counted.",),
        provenance={"Version": "0.1"},
        cautions=("Not migration.",),
        not_joined=missing,
        sources=("A census",),
        citations=("Somebody 2024",),
    )


def test_page_says_what_it_was_given(content: ReportContent, tmp_path: Path, browser: Chromium) -> None:
    page = write_index(content, tmp_path / "index.html", language="en")
    browser.open(page)
    words = browser.run("document.body.innerText")
    for expected in (
        "Northeast <study>",
        "88 of 90",
        EVIL,
        "1,234,567",
        "−12.34%",
        "2010",
        "–",
        "Why they differ.",
        "15 more rows are in the file.",
        "Not migration.",
        "371671",
        "no polygon",
        "Somebody 2024",
        "辽宁",
    ):
        assert expected in words
    assert browser.complaints() == []


def test_page_runs_nothing_and_loads_nothing(content: ReportContent, tmp_path: Path) -> None:
    html = write_index(content, tmp_path / "index.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "http:" not in html
    assert "https:" not in html
    assert 'href="maps/%E5%8F%98%E5%8C%96%20map.html"' in html


def test_page_speaks_chinese(content: ReportContent, tmp_path: Path) -> None:
    html = write_index(content, tmp_path / "index.html", language="zh").read_text(encoding="utf-8")
    assert '<html lang="zh">' in html
    for heading in ("主要数字", "未纳入的单元", "制作过程", "其余 15 行见文件"):
        assert heading in html


def test_key_figures_stand_under_their_question(tmp_path: Path) -> None:
    figures = (
        KeyFigure(label="a", value="1", group="First?"),
        KeyFigure(label="b", value="2", group="Second?"),
        KeyFigure(label="c", value="3", group="First?"),
    )
    html = write_index(ReportContent(title="x", key_figures=figures), tmp_path / "index.html").read_text("utf-8")
    places = [html.index(word) for word in ("First?", "<dd>1</dd>", "<dd>3</dd>", "Second?", "<dd>2</dd>")]
    assert places == sorted(places)


def test_same_content_gives_the_same_bytes(content: ReportContent, tmp_path: Path) -> None:
    first = write_index(content, tmp_path / "a.html").read_bytes()
    assert write_index(content, tmp_path / "b.html").read_bytes() == first


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "/etc/passwd", "../x.html", "javascript:alert(1)"])
def test_links_stay_inside_the_folder(path: str, tmp_path: Path) -> None:
    content = ReportContent(title="x", files=(FileLink(title="x", path=path),))
    with pytest.raises(InputError, match="which is not inside its folder"):
        write_index(content, tmp_path / "index.html")


def test_pictures_go_into_the_page(tmp_path: Path, browser: Chromium) -> None:
    (tmp_path / "small.png").write_bytes(base64.b64decode(ONE_PIXEL))
    link = FileLink(title="Change", path="maps/a.html", picture=tmp_path / "small.png")
    page = write_index(ReportContent(title="x", maps=(link,)), tmp_path / "index.html")
    browser.open(page)
    assert browser.run("document.querySelector('img').naturalWidth") == 1
    assert browser.complaints() == []
    with pytest.raises(InputError, match="neither PNG nor JPEG"):
        write_index(
            ReportContent(title="x", maps=(FileLink(title="x", path="a", picture=tmp_path / "a.svg"),)),
            tmp_path / "index.html",
        )


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_page_fits_the_screen(
    content: ReportContent, tmp_path: Path, browser: Chromium, width: int, height: int
) -> None:
    browser.open(write_index(content, tmp_path / "index.html"), width=width, height=height)
    assert browser.run("document.documentElement.scrollWidth") <= width
