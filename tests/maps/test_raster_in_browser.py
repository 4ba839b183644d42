"""Cells of a grid lie where they are, in the colour of their class, at every zoom and on both projections."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS, Transformer

from geo_urban.maps import draw, grid_map, save_page
from geo_urban.maps.grid_maps import grid_raster
from geo_urban.presentation import Categories, Category, Presentation
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr
    from chromium import Chromium

pytestmark = pytest.mark.browser

COLORS = ("#ffffcc", "#41b6c4", "#0c2c84")
LIMITS = (10.0, 100.0)
# Two cells of 8 × 11 have no value, the others hold 0 … 85 and, in one row, 200.
VALUES = np.arange(88, dtype=float).reshape(8, 11)
VALUES[3] = 200.0
VALUES[0, 0] = VALUES[5, 6] = np.nan


def expected_color(value: float) -> str | None:
    """A limit belongs to the class above it."""
    return None if np.isnan(value) else COLORS[int(value >= LIMITS[0]) + int(value >= LIMITS[1])]


def world_grid(code: str) -> xr.DataArray:
    """The same cells once in degrees and once in an equal-area projection of the world, slanted on the page."""
    if code == "EPSG:4326":
        transform = Affine(0.5, 0, 121, 0, -0.4, 45)
    else:
        transform = Affine(40_000, 0, 9_300_000, 0, -40_000, 5_300_000)
    shape = GridShape(transform=transform, height=8, width=11, crs=CRS(code))
    return build_grid(VALUES, shape, quantity="density", modelled=True)


def centers(grid: xr.DataArray) -> list[tuple[float, float, str | None]]:
    """Latitude and longitude of the centre of each cell, and its colour."""
    x, y = np.meshgrid(grid.x, grid.y)
    longitude, latitude = Transformer.from_crs(grid.rio.crs.to_wkt(), 4326, always_xy=True).transform(x, y)
    return [
        (lat, lng, expected_color(value))
        for lat, lng, value in zip(latitude.ravel(), longitude.ravel(), grid.to_numpy().ravel(), strict=True)
    ]


def read_classes(browser: Chromium, places: list[tuple[float, float, str | None]]) -> list[str | None]:
    """The colours that the page finds in its picture under these places."""
    pairs = json.dumps([[lat, lng] for lat, lng, _ in places])
    return browser.run(
        f"(() => {{ const page = geoUrban.page, raster = page.data.rasters[0]; return {pairs}.map((at) => {{"
        "const found = geoUrban.cellClass(page.view, raster, L.latLng(at));"
        "return found < 0 ? null : raster.colors[found];"
        "}); })()"
    )


def on_screen(browser: Chromium, places: list[tuple[float, float, str | None]], png: Path) -> list[str | None]:
    """The colours of the pixels of the screen at these places; None off the map or where the background shows."""
    from PIL import Image

    pairs = json.dumps([[lat, lng] for lat, lng, _ in places])
    points = browser.run(
        "(() => { const { map } = geoUrban.page.view, box = map.getContainer().getBoundingClientRect();"
        "document.querySelector('.leaflet-control-container').hidden = true;"  # its buttons lie over cells
        f"return {pairs}.map((at) => {{ const p = map.latLngToContainerPoint(at); return [box.x + p.x, box.y + p.y,"
        "p.x > 4 && p.y > 4 && p.x < box.width - 4 && p.y < box.height - 4]; }); })()"
    )
    with Image.open(browser.picture(png)) as image:
        pixels = image.convert("RGB")
        found = [pixels.getpixel((int(x), int(y))) if inside else None for x, y, inside in points]
    shades = ["#{:02x}{:02x}{:02x}".format(*color) if color else "off" for color in found]
    return [None if shade == "#f3f5f7" else shade for shade in shades]


@pytest.mark.parametrize("code", ["EPSG:4326", "ESRI:54009"])
@pytest.mark.parametrize("projection", ["geo-urban-equal-area", "EPSG:3857"])
def test_the_screen_shows_each_cell_in_the_color_of_its_class(
    browser: Chromium, tmp_path: Path, code: str, projection: str
) -> None:
    grid, mercator = world_grid(code), projection == "EPSG:3857"
    drawn = grid_map(grid, scheme=LIMITS, colors=COLORS)
    if mercator:
        # Tiles bring Web Mercator; these have no pictures, so that nothing is asked for.
        folium.TileLayer("data:,{z}{x}{y}", attr="none").add_to(drawn)
    browser.open(save_page(drawn, tmp_path / "grid.html"))
    assert browser.run("geoUrban.page.view.map.options.crs.code") == (
        "EPSG:3857" if mercator else "geo-urban-equal-area"
    )
    places = centers(grid)
    wanted = [color for _, _, color in places]
    assert read_classes(browser, places) == wanted
    if mercator:  # broken pictures of tiles lie under the cells
        wanted = [color for color in wanted if color]
        places = [place for place in places if place[2]]
    first = on_screen(browser, places, tmp_path / "first.png")
    assert first == wanted
    # Closer, at a zoom that is no whole number: cells leave the screen, those that stay are still right.
    browser.run("(() => { const m = geoUrban.page.view.map; m.setZoom(m.getZoom() + 0.73, { animate: false }); })()")
    closer = on_screen(browser, places, tmp_path / "closer.png")
    seen = [(found, color) for found, color in zip(closer, wanted, strict=True) if found != "off"]
    assert len(seen) > 20
    assert [found for found, _ in seen] == [color for _, color in seen]


def test_a_page_of_a_grid_alone_has_its_legend_and_says_what_is_under_the_pointer(
    browser: Chromium, tmp_path: Path
) -> None:
    grid = world_grid("EPSG:4326")
    browser.open(save_page(grid_map(grid, scheme=LIMITS, colors=COLORS, source="A grid"), tmp_path / "grid.html"))
    legend = "document.getElementById('gu-raster-legends').innerText"
    # 0 … 9 without the first cell: 9 cells under 10; one row of 11 over 100; 88 − 2 − 9 − 11 = 66 between.
    words = [word for word in browser.run(legend).split("\n") if word]
    assert words[:3] == ["Residents per km² (persons/km²)", "modelled, not counted", "86 cells"]
    assert words[3:] == ["under 10", "9", "10 to 100", "66", "100 and over", "11"]
    assert browser.run("getComputedStyle(document.getElementById('gu-classes')).display") == "none"
    x, y = browser.run(
        "(() => { const { map } = geoUrban.page.view, box = map.getContainer().getBoundingClientRect();"
        "const p = map.latLngToContainerPoint([45 - 3.5 * 0.4, 121.25]); return [box.x + p.x, box.y + p.y]; })()"
    )
    browser.move(x, y)
    assert (
        browser.run("document.querySelector('.gu-cell-tip').innerText") == "Residents per km²: 100 and over persons/km²"
    )
    browser.move(x, 20)
    assert browser.run("document.querySelector('.gu-cell-tip').hidden") is True
    browser.run("geoUrban.page.setLanguage('zh')")
    assert "86 个格网" in browser.run(legend)
    assert browser.complaints() == []


def test_the_reader_switches_between_grid_and_units(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    raster = grid_raster(world_grid("EPSG:4326"), scheme=LIMITS, colors=COLORS, visible=False, title="Cells")
    browser.open(save_page(draw(_with(change, raster)), tmp_path / "both.html"))
    fills = "geoUrban.page.shapes.map((unit) => unit.options.fillOpacity)"
    assert set(browser.run(fills)) == {1}
    assert browser.run("document.querySelectorAll('.gu-raster').length") == 0
    switch = "[...document.querySelectorAll('#gu-groups label')].find((label) => label.innerText === 'Cells')"
    browser.run(f"{switch}.click()")
    assert set(browser.run(fills)) == {0}
    assert browser.run("document.querySelectorAll('.gu-raster').length") == 1
    assert browser.run("getComputedStyle(document.getElementById('gu-classes')).display") == "none"
    # Another indicator is asked for: units take their colours back.
    browser.run(
        "(() => { const s = document.getElementById('gu-shown'); s.selectedIndex = 1;"
        "s.dispatchEvent(new Event('change')); })()"
    )
    assert set(browser.run(fills)) == {1}
    assert browser.run(f"{switch}.querySelector('input').checked") is False
    assert browser.run("getComputedStyle(document.getElementById('gu-classes')).display") != "none"
    assert browser.complaints() == []


def test_a_tip_of_a_unit_says_the_cell_too(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    raster = grid_raster(world_grid("EPSG:4326"), scheme=LIMITS, colors=COLORS)
    browser.open(save_page(draw(_with(change, raster)), tmp_path / "both.html"))
    x, y = browser.run(
        "(() => { const { map } = geoUrban.page.view, box = map.getContainer().getBoundingClientRect();"
        "const p = map.latLngToContainerPoint([42.6, 121.75]); return [box.x + p.x, box.y + p.y]; })()"
    )
    browser.move(x, y)
    # 42.6° N, 121.75° E is in row (45 − 42.6) / 0.4 = 6, on its border to row 5, column 1: 67 or 56, both 10 to 100.
    assert "10 to 100" in browser.run("document.querySelector('#gu-tip .gu-cell').innerText")
    assert browser.complaints() == []


def test_a_saved_picture_shows_each_cell_in_the_color_of_its_class(browser: Chromium, tmp_path: Path) -> None:
    grid = world_grid("EPSG:4326")
    browser.open(save_page(grid_map(grid, scheme=LIMITS, colors=COLORS), tmp_path / "grid.html"))
    # Away from where the page opens, and at a zoom that is no whole number.
    browser.run(
        "geoUrban.page.untouched = false; void geoUrban.page.view.map.setView([43.4, 124], 6.4, { animate: false })"
    )
    places = centers(grid)
    pairs = json.dumps([[lat, lng] for lat, lng, _ in places])
    # Three pixels to one of the layout; a colour is looked for around the centre, where borders may cross it.
    found = browser.run(
        "(() => { const { canvas, maps: [{ framing, frame }] } ="
        "geoUrban.paint(geoUrban.page, { width: 3300, height: 2400, scale: 3 });"
        "const pen = canvas.getContext('2d'), right = frame.left + frame.width, bottom = frame.top + frame.height;"
        "const { data } = pen.getImageData(0, 0, 3300, 2400);"
        "const hex = (x, y) => '#' + [0, 1, 2].map((part) => data[4 * (3300 * Math.round(y) + Math.round(x)) + part])"
        ".map((part) => part.toString(16).padStart(2, '0')).join('');"
        f"return {pairs}.map((at) => {{ const [x, y] = framing.project(at);"
        "if (x < frame.left + 40 || y < frame.top + 80 || x > right - 60 || y > bottom - 60) return ['off'];"
        "return [-9, 0, 9].flatMap((dx) => [-9, 0, 9].map((dy) => hex(3 * x + dx, 3 * y + dy))); }); })()"
    )
    seen = [(shades, color) for shades, (_, _, color) in zip(found, places, strict=True) if shades != ["off"] and color]
    assert len(seen) > 20
    assert [color for shades, color in seen if color not in shades] == []
    written = browser.run(
        "(() => { const said = []; const writer = { skip() {}, text: (text) => said.push(text), draws: false };"
        "geoUrban.page.legends.forEach((write) => write(writer, 1)); return said; })()"
    )
    assert written[0] == "Residents per km² (persons/km²)"
    assert written[-3:] == ["under 10", "10 to 100", "100 and over"]
    assert browser.complaints() == []


def test_codes_have_names_and_borders_lie_over_them(browser: Chromium, tmp_path: Path) -> None:
    shape = GridShape(transform=Affine(1, 0, 120, 0, -1, 42), height=2, width=2, crs=CRS(4326))
    grid = build_grid([[30.0, 11.0], [np.nan, 11.0]], shape, quantity="class")
    kinds = Categories(
        items=(
            Category(value="30", label="Urban centre", color="#b2182b"),
            Category(value="11", label="<b>Rural</b>", color="#c7e9b4"),
        )
    )
    borders = gpd.GeoSeries([shapely.box(120, 40, 122, 42)], index=["A"], crs=4326)
    page = save_page(grid_map(grid, categories=kinds, title="Kinds", outlines=borders), tmp_path / "kinds.html")
    browser.open(page, width=390, height=844)
    words = browser.run("document.getElementById('gu-raster-legends').innerText")
    assert "<b>Rural</b>" in words
    assert browser.run("[...document.querySelectorAll('#gu-raster-legends b')].map((count) => count.textContent)") == [
        "1", "2",
    ]  # fmt: skip
    assert browser.run("document.documentElement.scrollWidth") <= 390
    assert browser.complaints() == []


def _with(shown: Presentation, raster: object) -> Presentation:
    from dataclasses import replace

    return replace(shown, rasters=(raster,))
