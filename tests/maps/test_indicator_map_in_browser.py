"""A map of one's own data in a real Chromium: indicators, years and classes are chosen on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from geo_urban.maps import indicator_layer, indicator_map, link_layer, save_page
from geo_urban.palettes import sequential

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

pytestmark = pytest.mark.browser

FILLS = "geoUrban.page.shapes.map((unit) => unit.getElement().getAttribute('fill'))"
LEGEND = "[...document.querySelectorAll('#gu-classes li')].map((row) => row.textContent)"
HEADING = "document.getElementById('gu-heading').textContent"
OPTIONS = "[...document.getElementById('%s').options].map((option) => option.text)"


def change(browser: Chromium, control: str, value: object, event: str = "change") -> None:
    browser.run(
        f"(() => {{ const c = document.getElementById('{control}'); c.value = {value!r};"
        f"c.dispatchEvent(new Event('{event}')); }})()"
    )


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    """Eight squares whose wages grew from 10 … 80 to 20 … 160."""
    return gpd.GeoDataFrame(
        {
            "name": [f"县{number}" for number in range(8)],
            "wage_2010": [10.0 * (number + 1) for number in range(8)],
            "wage_2020": [20.0 * (number + 1) for number in range(8)],
            "kind": ["port", "inland"] * 4,
        },
        index=[str(number) for number in range(8)],
        geometry=[shapely.box(120 + x, 40 + y, 121 + x, 41 + y) for y in range(2) for x in range(4)],
        crs=4326,
    )


@pytest.fixture
def page(units: gpd.GeoDataFrame, tmp_path: Path) -> Path:
    drawn = indicator_map(
        units,
        {"Wages": {2010: "wage_2010", 2020: "wage_2020"}, "Kind": "kind"},
        title="Wages of counties",
        source="A survey",
        unit_names={"wage_2010": "yuan", "wage_2020": "yuan"},
        scheme=[50.0, 100.0],
        outlines="kind",
    )
    return save_page(drawn, tmp_path / "wages.html")


def test_years_of_one_indicator_share_their_classes(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert browser.run(OPTIONS % "gu-shown") == ["Wages", "Kind"]
    low, middle, high = sequential(3)
    # The latest year first: 20, 40 | 60, 80 | 100 … 160.
    assert browser.run(HEADING) == "Wages 2020"
    assert browser.run(FILLS) == [low, low, middle, middle, high, high, high, high]
    change(browser, "gu-year", 0, "input")
    assert browser.run(HEADING) == "Wages 2010"
    # 10 … 40 | 50 … 80.
    assert browser.run(FILLS) == [low] * 4 + [middle] * 4
    assert browser.complaints() == []


def test_the_reader_chooses_how_numbers_are_classed(browser: Chromium, page: Path) -> None:
    browser.open(page)
    assert browser.run(OPTIONS % "gu-way") == [
        "Chosen limits",
        "Quantiles",
        "Natural breaks",
        "Equal intervals",
        "Standard deviation",
    ]
    change(browser, "gu-way", 3)
    # Both years together reach from 10 to 160: five equal intervals of 30.
    assert [row.rsplit(" ", 1)[0] for row in browser.run(LEGEND)][1] == "40 to"
    assert browser.run(LEGEND)[0].startswith("under 40")
    change(browser, "gu-shown", "0/1")
    assert browser.run("document.getElementById('gu-way-row').hidden") is True
    assert browser.run(LEGEND) == ["inland4", "port4"]
    change(browser, "gu-language", "zh")
    change(browser, "gu-shown", "0/0")
    assert browser.run(OPTIONS % "gu-way") == ["自定分界", "分位数", "自然断点", "等间距", "标准差"]
    assert browser.complaints() == []


def test_links_and_points_lie_over_the_units(browser: Chromium, units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    import pandas as pd

    trips = pd.DataFrame({"origin": ["0", "1"], "destination": ["7", "6"], "trips": [100, 25]})
    ports = units.iloc[:2].set_geometry(units.iloc[:2].representative_point())
    drawn = indicator_map(
        units,
        "wage_2020",
        title="Trips",
        over=[
            link_layer(trips, units, value="trips"),
            indicator_layer(ports, [], name="ports", title="Ports", size="wage_2020", over=True),
        ],
    )
    browser.open(save_page(drawn, tmp_path / "trips.html"))
    # 12 pixels for 100 trips, a quarter of it for 25; the widest is drawn last.
    assert browser.run("geoUrban.page.data.layers[1].size.of") == [3, 12]
    assert browser.run(OPTIONS % "gu-shown") == ["wage 2020"]
    assert browser.complaints() == []
