"""The painted picture: colours at units' places, scale bar, north, file and print."""

from __future__ import annotations

import base64
import io
import re
import struct
import time
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import matplotlib.image as mpl_image
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo_urban.maps import draw, save_page, with_sheet
from geo_urban.presentation import Breaks, Categories, Category, Field, Inset, Layer, Sheet, Size

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

WGS84 = Geod(ellps="WGS84")
RED, PALE, BLUE, GREY = "#b2182b", "#fddbc7", "#2166ac", "#d9d9d9"
EXPECTED = [
    RED,
    PALE,
    PALE,
    PALE,
    PALE,
    BLUE,
    BLUE,
    BLUE,
    GREY,
    RED,
    PALE,
    BLUE,
]  # fixture's shares, limits −30 % and 0
# Where the middles of the fixture's squares are, row by row from the south-west.
MIDDLES = [(40.5 + row, 120.5 + column) for row in range(3) for column in range(4)]


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def paint(browser: Chromium, width: int = 1684, height: int = 1190, scale: float = 1.5) -> npt.NDArray[np.uint8]:
    """Paint the page and return the picture [rows, columns, RGB]."""
    url = browser.run(
        f"(window.painted = geoUrban.paint(geoUrban.page, {{ width: {width}, height: {height}, scale: {scale} }}))"
        ".canvas.toDataURL()"
    )
    picture = mpl_image.imread(io.BytesIO(base64.b64decode(url.split(",")[1])))
    return np.rint(picture[:, :, :3] * 255).astype(np.uint8)


def at(browser: Chromium, place: tuple[float, float], scale: float = 1.5) -> tuple[int, int]:
    """Return row and column of a place on the last picture."""
    x, y = browser.run(f"window.painted.maps[0].framing.project([{place[0]}, {place[1]}])")
    return int(y * scale), int(x * scale)


def colors(browser: Chromium, places: list[tuple[float, float]]) -> list[str]:
    picture = paint(browser)
    return ["#" + picture[at(browser, place)].tobytes().hex() for place in places]


def test_units_have_the_colors_of_their_classes(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert colors(browser, MIDDLES) == EXPECTED
    browser.run("geoUrban.page.choose(geoUrban.page.data.layers[0], 2)")
    assert colors(browser, MIDDLES) == ["#0c2c84", *["#ffffcc"] * 4, *["#0c2c84"] * 7]
    assert browser.complaints() == []


@pytest.mark.parametrize(("width", "height", "scale"), [(3508, 2480, 3.125), (800, 1200, 1), (600, 400, 0.5)])
def test_any_size_shows_the_same_units(browser: Chromium, page: Path, width: int, height: int, scale: float) -> None:
    browser.open(page)
    picture = paint(browser, width, height, scale)
    assert picture.shape == (height, width, 3)
    assert ["#" + picture[at(browser, place, scale)].tobytes().hex() for place in MIDDLES] == EXPECTED
    frame = browser.run("window.painted.maps[0].frame")
    assert frame["left"] >= 0
    assert frame["left"] + frame["width"] <= width / scale
    assert frame["top"] + frame["height"] <= height / scale
    assert frame["height"] > 0.3 * height / scale


def test_what_is_marked_and_pinned_is_so_on_the_picture(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.page.select([5, 6]); geoUrban.page.pin({ layer: geoUrban.page.view.layer, number: 6 })")
    found = colors(browser, MIDDLES)
    assert found[5:7] == [BLUE, BLUE]
    # A faded unit: 18 % of its red over the ground #f3f5f7, channel by channel:
    # 0.18·178 + 0.82·243 = 231.3, 0.18·24 + 0.82·245 = 205.2, 0.18·43 + 0.82·247 = 210.3.
    faded = [int(found[0][place : place + 2], 16) for place in (1, 3, 5)]
    assert faded == pytest.approx([231, 205, 210], abs=1)
    picture = paint(browser)
    edge = picture[at(browser, (41.5, 122.0))]  # western border of unit 6, pinned: blue #0b5fff
    assert edge[2] > 200
    assert edge[0] < 60


def test_the_picture_shows_what_the_reader_has_gone_to(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run("geoUrban.goTo(geoUrban.page, { layer: geoUrban.page.view.layer, number: 7 })")
    paint(browser)
    # Everything the screen shows is in the frame, to a pixel, and its middle in the middle.
    middle = browser.run(
        "(() => { const { framing, frame } = window.painted.maps[0];"
        "const [x, y] = framing.project(geoUrban.page.view.map.getCenter());"
        "return [x - frame.left - frame.width / 2, y - frame.top - frame.height / 2]; })()"
    )
    assert middle == pytest.approx([0, 0], abs=1e-6)
    assert browser.run(
        "(() => { const { framing, frame } = window.painted.maps[0], { map } = geoUrban.page.view;"
        "const size = map.getSize();"
        "return [[0, 0], [size.x, 0], [0, size.y], [size.x, size.y]].every((corner) => {"
        "const [x, y] = framing.project(map.containerPointToLatLng(corner));"
        "return x >= frame.left - 1 && x <= frame.left + frame.width + 1"
        "&& y >= frame.top - 1 && y <= frame.top + frame.height + 1; }); })()"
    )


def test_scale_bar_is_as_long_as_it_says(browser: Chromium, page: Path) -> None:
    browser.open(page)
    paint(browser)
    length, west, east = browser.run(
        "(() => { const { framing, frame, bar } = window.painted.maps[0], y = frame.top + frame.height / 2;"
        "const x = frame.left + frame.width / 2, a = framing.unproject([x - bar.width / 2, y]);"
        "const b = framing.unproject([x + bar.width / 2, y]); return [bar.length, [a.lng, a.lat], [b.lng, b.lat]]; })()"
    )
    assert WGS84.inv(*west, *east)[2] == pytest.approx(length, rel=0.01)
    assert length in {10.0**power * step for power in range(2, 7) for step in (1, 2, 5)}
    # It is drawn as long: dark pixels of its foot, from end to end.
    picture = paint(browser).mean(axis=2)
    bar = browser.run("window.painted.maps[0].bar")
    row = picture[int(bar["bottom"] * 1.5), int((bar["left"] - 4) * 1.5) : int((bar["left"] + bar["width"] + 4) * 1.5)]
    assert (row < 120).sum() / 1.5 == pytest.approx(bar["width"], abs=2.5)


def test_north_leans_as_the_meridians_do(browser: Chromium, page: Path) -> None:
    browser.open(page)
    paint(browser)
    # The cone's middle meridian is 122° E, and there north is up.
    assert browser.run("window.painted.maps[0].north") == pytest.approx(0, abs=0.02)
    browser.run(
        "geoUrban.page.untouched = false; void geoUrban.page.view.map.setView([41.5, 152], 6, { animate: false })"
    )
    paint(browser)
    # Parallels at 40.5° and 42.5° N: n = (sin 40.5° + sin 42.5°) / 2 = 0.66252; 30° east of the middle meridian
    # the meridians lean by −0.66252 · 30° = −19.88°.
    assert browser.run("window.painted.maps[0].north") == pytest.approx(-19.88, abs=0.05)


def test_patterns_tell_classes_apart_without_colours(browser: Chromium, tmp_path: Path, change: Presentation) -> None:
    # The five classes of local Moran; two pairs of them have colours of the same grey.
    classes = (
        ("high", "#b2182b", ""),
        ("low", "#2166ac", "hatch"),
        ("high_low", "#ef8a62", "crosshatch"),
        ("low_high", "#67a9cf", "dots"),
        ("none", "#f7f7f7", ""),
    )
    items = tuple(Category(value=value, label=value, color=color, pattern=sign) for value, color, sign in classes)
    layer = change.layers[0]
    units = layer.units.assign(moran=[classes[number % 5][0] for number in range(12)])
    field = Field(column="moran", label="Severity", classes=Categories(items=items))
    shown = replace(change, layers=(replace(layer, units=units, fields=(field,)),))
    browser.open(save_page(draw(shown), tmp_path / "moran.html"))
    picture = paint(browser, 3508, 2480, 3.125)
    grey = picture @ np.array([0.2126, 0.7152, 0.0722])
    drawn = []
    for number in range(5):
        row, column = at(browser, MIDDLES[number], 3.125)
        patch = grey[row - 60 : row + 60, column - 60 : column + 60]
        drawn.append(float((abs(patch - np.median(patch)) > 15).mean()))
    plain_high, hatch, cross, dots, plain_none = drawn
    # Plain: nothing but its ground. A hatch line is 1 of 7 pixels of a tile, along its diagonal (√2): about
    # 0.2 of it; two of them a little less than twice as much; a dot π·1.3²/49 = 0.11.
    assert plain_high == plain_none == 0
    assert hatch == pytest.approx(0.2, abs=0.08)
    assert cross == pytest.approx(2 * hatch, abs=0.1)
    assert dots == pytest.approx(0.11, abs=0.05)
    assert browser.complaints() == []


def test_points_and_lines_over_the_units_are_painted(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    classes = Breaks(limits=(5.0,), colors=("#762a83", "#1b7837"))
    size = Size(column="flow", largest=12)
    field = Field(column="flow", label="Change", unit="persons", decimals=0, classes=classes)
    ports = gpd.GeoDataFrame(
        {"name": ["A", "B"], "flow": [1.0, 16.0]},
        index=["a", "b"],
        geometry=[shapely.Point(121, 41), shapely.Point(123, 42)],
        crs=4326,
    )
    links = gpd.GeoDataFrame(
        {"name": ["AB"], "flow": [3.0]},
        index=["ab"],
        geometry=[shapely.LineString([(120.5, 42.8), (123.5, 42.8)])],
        crs=4326,
    )
    layers = (
        Layer(name="links", title="Links", units=links, fields=(field,), over=True, size=size),
        Layer(name="ports", title="Ports", units=ports, fields=(field,), over=True, size=size),
    )
    browser.open(save_page(draw(replace(change, layers=(*change.layers, *layers))), tmp_path / "over.html"))
    picture = paint(browser)
    for place, color in (((41, 121), "#762a83"), ((42, 123), "#1b7837"), ((42.8, 122), "#762a83")):
        # Lines let 5 % of what is under them through.
        assert picture[at(browser, place)].tolist() == pytest.approx(list(bytes.fromhex(color[1:])), abs=8)
    # The greater port has the full radius of 12, the other a quarter of it: √(1/16).
    row, column = at(browser, (42, 123))
    wide = [len(set(map(bytes, picture[row, column - reach : column + reach + 1]))) for reach in (15, 21)]
    assert wide[0] == 1
    assert wide[1] > 1
    browser.run("geoUrban.switchLayer(geoUrban.page, geoUrban.page.data.layers[3], false)")
    assert "#" + paint(browser)[at(browser, (41.02, 121.02))].tobytes().hex() != "#762a83"
    assert browser.complaints() == []


def test_painters_of_other_parts_paint_at_their_place(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(
        "(() => { const cover = (context, view) => { const at = view.map.latLngToContainerPoint([41.5, 121.5]);"
        "context.fillStyle = '#123456'; context.fillRect(at.x - 20, at.y - 20, 40, 40); };"
        "cover.over = true; geoUrban.page.painters = [cover]; })()"
    )
    picture = paint(browser)
    assert "#" + picture[at(browser, (41.5, 121.5))].tobytes().hex() == "#123456"
    assert "#" + picture[at(browser, (41.5, 120.5))].tobytes().hex() == PALE
    browser.run("geoUrban.page.painters[0].over = false")
    assert "#" + paint(browser)[at(browser, (41.5, 121.5))].tobytes().hex() == BLUE


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        # Ten pixels to a letter.
        ("one two three", 75, ["one two", "three"]),
        ("人口变化，二〇二〇", 40, ["人口变", "化，二〇", "二〇"]),  # a comma begins no line
        ("见《统计年鉴》。", 60, ["见《统计年", "鉴》。"]),
        ("abcdefgh", 30, ["abc", "def", "gh"]),
        ("", 30, []),
    ],
)
def test_words_wrap_as_each_language_does(
    browser: Chromium, page: Path, text: str, room: int, lines: list[str]
) -> None:
    browser.open(page)
    assert browser.run(f"geoUrban.wrap({text!r}, {room}, (words) => 10 * words.length)") == lines


def test_the_file_is_an_a4_sheet_at_300_dpi(browser: Chromium, page: Path, tmp_path: Path) -> None:
    browser.open(page)
    folder = tmp_path / "downloads"
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.run("document.getElementById('gu-save-picture').click()")
    file = folder / "change-change_share.png"
    end = time.monotonic() + 30
    while not file.is_file() and time.monotonic() < end:
        time.sleep(0.05)
    png = file.read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (3508, 2480)
    length, kind = struct.unpack(">I4s", png[33:41])
    assert (length, kind) == (9, b"pHYs")
    # 300 / 0.0254 = 11,811 pixels a metre both ways, and the checksum of the chunk.
    assert struct.unpack(">IIB", png[41:50]) == (11_811, 11_811, 1)
    assert struct.unpack(">I", png[50:54])[0] == zlib.crc32(png[37:50])
    assert mpl_image.imread(io.BytesIO(png)).shape[:2] == (2480, 3508)
    assert browser.complaints() == []


def streams(pdf: bytes) -> str:
    """Return what the pages of a PDF draw."""
    found = []
    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[start.end() :]))
        except zlib.error:
            continue
    return b"\n".join(found).decode("latin-1")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_print_is_one_sheet_with_the_picture(browser: Chromium, page: Path, width: int, height: int) -> None:
    browser.open(page, width=width, height=height)
    pdf = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert box
    # A4 landscape: 297 mm × 210 mm in points of 1/72 inch.
    assert [float(box[1]), float(box[2])] == pytest.approx([841.9, 595.3], abs=1)
    drawn = streams(pdf)
    # Red #b2182b and blue #2166ac as fractions.
    assert re.search(r"\.698\d* \.0941\d* \.1686\d* rg", drawn)
    assert re.search(r"\.1294\d* \.4\d* \.6745\d* rg", drawn)
    # Afterwards the page is as it was.
    assert browser.run("document.getElementById('gu-print').childElementCount") == 0
    assert browser.run("getComputedStyle(document.querySelector('.gu-map')).display") == "flex"
    assert browser.complaints() == []


def test_the_picture_says_what_the_page_says_in_both_languages(
    browser: Chromium, change: Presentation, tmp_path: Path
) -> None:
    browser.open(save_page(draw(replace(change, date="2020-11-01")), tmp_path / "dated.html"))
    browser.run(
        "window.written = []; const fill = CanvasRenderingContext2D.prototype.fillText;"
        "CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {"
        "window.written.push(text); fill.call(this, text, ...rest); }; 1"
    )
    paint(browser)
    written = " ".join(browser.run("window.written"))
    for words in (
        "Change of counties <2010–2020>",
        "under −30",
        "no data",
        "12 units",
        "Source: A census & its <yearbook>",
        "Method: Difference of two counts.",
        "Caution: Births and deaths are inside.",
        "1 November 2020",
        "Albers equal-area projection",
    ):
        assert words in written
    assert browser.run("geoUrban.page.date(new Date())") in written
    browser.run("window.written = []; geoUrban.page.setLanguage('zh')")
    browser.run("geoUrban.page.choose(geoUrban.page.data.layers[0], 2)")
    paint(browser)
    written = " ".join(browser.run("window.written"))
    for words in ("500,000 以下", "模型估算，非普查数", "2020年11月1日", "阿尔伯斯等积圆锥投影", "北"):
        assert words in written


@pytest.mark.parametrize(("width", "height"), [(1684, 1190), (900, 1300), (700, 1000)])
def test_the_small_map_of_far_parts_hides_nothing(
    browser: Chromium, change: Presentation, tmp_path: Path, width: int, height: int
) -> None:
    inset = Inset(title="Far parts", bounds=(122.0, 40.0, 124.0, 42.0), main_bounds=(120.0, 40.0, 124.0, 43.0))
    shown = with_sheet(change, Sheet(nation="Nowhere", approval_number="No. 1", inset=inset))
    browser.open(save_page(draw(shown), tmp_path / "sheet.html"))
    picture = paint(browser, width, height)
    # The middles of all squares but those at the very corners stay in sight.
    corners = {0, 3, 8, 11}
    inner = [number for number in range(12) if number not in corners]
    assert ["#" + picture[at(browser, MIDDLES[number])].tobytes().hex() for number in inner] == [
        EXPECTED[number] for number in inner
    ]
    assert browser.complaints() == []
