"""Lengths and areas measured on a page, beside those of PROJ."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod

from geo_urban.maps import draw, save_page

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

    from geo_urban.presentation import Presentation

pytestmark = pytest.mark.browser

WGS84 = Geod(ellps="WGS84")
TOOL = "document.getElementById('gu-measure')"
SAID = "[...document.querySelectorAll('.gu-measured .gu-length')].map((line) => line.textContent).filter(Boolean)"


@pytest.fixture
def page(change: Presentation, tmp_path: Path) -> Path:
    return save_page(draw(change), tmp_path / "change.html")


def place(browser: Chromium, latitude: float, longitude: float) -> tuple[float, float]:
    """Return where a place is on the screen."""
    x, y = browser.run(
        "(() => { const map = geoUrban.page.view.map, box = map.getContainer().getBoundingClientRect();"
        f"const at = map.latLngToContainerPoint([{latitude}, {longitude}]);"
        "return [Math.round(at.x + box.x), Math.round(at.y + box.y)]; })()"
    )
    return x, y


def click(browser: Chromium, latitude: float, longitude: float, *, count: int = 1) -> None:
    """Click on a place as a hand would."""
    x, y = place(browser, latitude, longitude)
    browser.move(x, y)
    for clicks in range(1, count + 1):
        for kind in ("mousePressed", "mouseReleased"):
            browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=clicks)


def test_lengths_are_those_of_the_ellipsoid(browser: Chromium, page: Path) -> None:
    browser.open(page)
    pairs = [
        ((40.0, 120.0), (43.0, 124.0)),
        ((39.9, 116.4), (31.2, 121.5)),
        ((0.0, 100.0), (0.0, 101.0)),  # along the equator
        ((-30.0, 170.0), (40.0, -170.0)),  # over the date line
        ((45.0, 100.0), (45.0, 100.0001)),
    ]
    for (a, b), (c, d) in pairs:
        found = browser.run(f"geoUrban.distance({{lat: {a}, lng: {b}}}, {{lat: {c}, lng: {d}}})")
        assert found == pytest.approx(WGS84.inv(b, a, d, c)[2], rel=1e-6, abs=1e-3)
    # Nearly opposite places: the mean sphere answers, within half a per cent.
    found = browser.run("geoUrban.distance({lat: 0, lng: 0}, {lat: 0.5, lng: 179.7})")
    assert found == pytest.approx(WGS84.inv(0, 0, 179.7, 0.5)[2], rel=5e-3)
    assert browser.run("geoUrban.distance({lat: 1, lng: 2}, {lat: 1, lng: 2})") == 0


def test_areas_are_those_of_the_ellipsoid(browser: Chromium, page: Path) -> None:
    browser.open(page)
    rings = [
        [(40.0, 120.0), (40.0, 121.0), (41.0, 121.0), (41.0, 120.0)],
        [(20.0, 100.0), (50.0, 110.0), (30.0, 125.0)],
        [(10.0, 179.0), (10.0, -179.0), (12.0, -179.0), (12.0, 179.0)],
        [(30.0, 120.0), (30.0, 120.01), (30.01, 120.01)],
    ]
    for ring in rings:
        places = ", ".join(f"{{lat: {latitude}, lng: {longitude}}}" for latitude, longitude in ring)
        area, _ = WGS84.polygon_area_perimeter([lng for _, lng in ring], [lat for lat, _ in ring])
        assert browser.run(f"geoUrban.areaInside([{places}])") == pytest.approx(abs(area), rel=1e-3)


def test_clicks_measure_a_way_and_the_first_place_closes_it(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(f"{TOOL}.click()")
    corners = [(40.5, 120.5), (40.5, 123.5), (42.5, 123.5)]
    for corner in corners:
        click(browser, *corner)
    # Clicks fall on whole pixels, of which one is about a kilometre.
    way = sum(WGS84.inv(a[1], a[0], b[1], b[0])[2] for a, b in pairwise(corners)) / 1000
    assert browser.run("geoUrban.page.measure.metres") / 1000 == pytest.approx(way, abs=2)
    assert browser.run(SAID) == [f"Length: {browser.run('geoUrban.page.measure.metres') / 1000:.1f} km"]
    assert browser.run("geoUrban.page.pinned") is None
    assert browser.run("document.getElementById('gu-tip').hidden") is True
    click(browser, *corners[0])
    area, around = WGS84.polygon_area_perimeter([b for _, b in corners], [a for a, _ in corners])
    assert browser.run("geoUrban.page.measure.square") / 1e6 == pytest.approx(abs(area) / 1e6, rel=0.01)
    assert browser.run("geoUrban.page.measure.metres") == pytest.approx(around, rel=0.01)
    assert browser.run(SAID)[1].startswith("Area inside: ")
    assert browser.run(SAID)[1].endswith(" km²")
    browser.run("geoUrban.page.setLanguage('zh')")
    assert browser.run(SAID)[0].startswith("长度：")
    assert browser.complaints() == []


def test_a_double_click_ends_the_way_without_zooming(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(f"{TOOL}.click()")
    zoom = browser.run("geoUrban.page.view.map.getZoom()")
    click(browser, 40.5, 120.5)
    click(browser, 41.5, 122.5, count=2)
    assert browser.run("[geoUrban.page.measure.places.length, geoUrban.page.measure.done]") == [2, True]
    assert browser.run("geoUrban.page.view.map.getZoom()") == zoom
    browser.press("Escape")
    assert browser.run(f"{TOOL}.getAttribute('aria-pressed')") == "false"
    assert browser.run("document.getElementById('gu-measured').hidden") is True
    # Units take the pointer again.
    browser.move(*place(browser, 40.5, 121.5))
    assert browser.run("geoUrban.page.raised.unit.number") == 1
    assert browser.complaints() == []


def test_the_keyboard_measures_too(browser: Chromium, page: Path) -> None:
    browser.open(page)
    browser.run(f"{TOOL}.click(); geoUrban.page.view.map.getContainer().focus()")
    map_ = "geoUrban.page.view.map"
    for longitude in (121.0, 123.0):
        browser.run(f"void {map_}.setView([41.5, {longitude}], {map_}.getZoom(), {{animate: false}})")
        browser.press("Enter")
    # Leaflet centres on whole pixels, of which one is about a kilometre.
    assert browser.run("geoUrban.page.measure.metres") == pytest.approx(WGS84.inv(121, 41.5, 123, 41.5)[2], abs=2000)
    browser.press("Escape")
    assert browser.run("geoUrban.page.measure.done") is True


def test_a_finger_measures_on_a_mercator_page(browser: Chromium, change: Presentation, tmp_path: Path) -> None:
    # A page on both sides of the equator is no cone.
    layer = change.layers[0]
    units = gpd.GeoDataFrame(
        layer.units.drop(columns="geometry"),
        geometry=[shapely.box(100 + x, y, 101 + x, y + 1) for y in (-2, -1, 0) for x in range(4)],
        crs=4326,
    )
    shown = replace(change, layers=(replace(layer, units=units),))
    browser.open(save_page(draw(shown), tmp_path / "equator.html"), width=390, height=844)
    assert browser.run("geoUrban.page.view.map.options.crs.code") == "EPSG:3857"
    browser.run(f"{TOOL}.click(); document.querySelector('.folium-map').scrollIntoView()")
    browser.call("Emulation.setTouchEmulationEnabled", enabled=True)
    for latitude in (-1.5, 0.5):
        x, y = place(browser, latitude, 102.0)
        browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        browser.run("new Promise((done) => setTimeout(done, 400))")  # else two taps are a double one
    browser.call("Emulation.setTouchEmulationEnabled", enabled=False)
    assert browser.run("geoUrban.page.measure.places.length") == 2
    # A pixel of this page is about two kilometres.
    assert browser.run("geoUrban.page.measure.metres") == pytest.approx(WGS84.inv(102, -1.5, 102, 0.5)[2], abs=3000)
    assert browser.run("document.documentElement.scrollWidth") <= 390
