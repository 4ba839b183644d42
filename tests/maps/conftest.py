"""A browser, and a presentation with everything that can go wrong in names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_urban.palettes import diverging, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation

sys.path.insert(0, str(Path(__file__).resolve().parent))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chromium import Chromium

EVIL_NAMES = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "{{ 7 * 7 }} & \"q\" 'x'",
    "蒙古 <b>",
)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A Chromium without a network; skipped where none is installed."""
    from chromium import Chromium

    from geo_urban.maps import find_browser

    if find_browser() is None:
        pytest.skip("no Chromium is installed")
    driver = Chromium(tmp_path_factory.mktemp("profile"))
    try:
        driver.connect()
        yield driver
    finally:
        driver.close()


def squares(columns: int = 4, rows: int = 3) -> list[shapely.Polygon]:
    """Return squares of one degree, row by row from the south-west corner at 120° E, 40° N."""
    return [shapely.box(120 + x, 40 + y, 121 + x, 41 + y) for y in range(rows) for x in range(columns)]


@pytest.fixture
def change() -> Presentation:
    """Twelve units: three classes of change, one unit without a figure, names that try to break out."""
    shares = [-0.4, -0.3, -0.2, -0.1, -0.05, 0.0, 0.05, 0.2, np.nan, -0.35, -0.15, 0.1]
    severity = [
        "severe",
        "severe",
        "marked",
        "marked",
        "slight",
        "gain",
        "gain",
        "gain",
        None,
        "severe",
        "marked",
        "gain",
    ]
    units = gpd.GeoDataFrame(
        {
            "name": [*EVIL_NAMES, *(f"县{number}" for number in range(4, 12))],
            "change_share": shares,
            "severity": pd.Series(severity, dtype=object).to_numpy(),
            "population_2020": [1_234_567, *range(100_000, 1_200_000, 100_000)],
            "unit_type": "county",
        },
        index=pd.Index([f"{210000 + number}" for number in range(12)], name="adcode"),
        geometry=squares(),
        crs=4326,
    )
    outlines = gpd.GeoDataFrame(
        {"name": ["辽宁"]}, index=["210000"], geometry=[shapely.box(120, 40, 124, 43)], crs=4326
    )
    fields = (
        Field(
            column="change_share",
            label="Change",
            unit="%",
            scale=100,
            decimals=1,
            classes=Breaks(limits=(-0.3, 0.0), colors=("#b2182b", "#fddbc7", "#2166ac")),
        ),
        Field(
            column="severity",
            label="Severity",
            classes=Categories(
                items=tuple(
                    Category(value=value, label=f"{value} loss", color=color)
                    for value, color in zip(("severe", "marked", "slight", "gain"), diverging(3, 1), strict=True)
                )
            ),
        ),
        Field(
            column="population_2020",
            label="Residents 2020",
            unit="persons",
            decimals=0,
            modelled=True,
            classes=Breaks(limits=(500_000.0,), colors=sequential(2)),
        ),
        Field(column="unit_type", label="Type of unit"),
    )
    return Presentation(
        name="change",
        title="Change of counties <2010–2020>",
        source="A census & its <yearbook>",
        method="Difference of two counts.",
        cautions=("Births and deaths are inside.",),
        layers=(
            Layer(name="counties", title="Counties", units=units, fields=fields),
            Layer(name="provinces", title="Provinces", units=outlines, fields=()),
        ),
    )


MANY_SIDE = 54  # 54 × 54 = 2,916 units, more than China has counties


@pytest.fixture(scope="session")
def many_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 2,916 units with more than 60,000 vertices, so that it is drawn on a canvas."""
    from geo_urban.maps import draw, save_page

    size, count = 0.2, MANY_SIDE**2
    places = [(110 + size * x, 25 + size * y) for y in range(MANY_SIDE) for x in range(MANY_SIDE)]
    units = gpd.GeoDataFrame(
        {
            "name": [f"县{number}" for number in range(count)],
            "residents": np.arange(count) * 1000,
            "share": np.linspace(-0.5, 0.5, count),
        },
        index=pd.Index([f"{100000 + number}" for number in range(count)], name="adcode"),
        # 12 points to a side: 54 × 55 × 2 sides × 13 points > 77,000 vertices.
        geometry=[shapely.box(x, y, x + size, y + size).segmentize(size / 12) for x, y in places],
        crs=4326,
    )
    fields = (
        Field(
            column="residents",
            label="Residents 2020",
            unit="persons",
            decimals=0,
            classes=Breaks(limits=(500_000.0, 2_000_000.0), colors=sequential(3)),
        ),
        Field(
            column="share",
            label="Change",
            unit="%",
            scale=100,
            decimals=1,
            classes=Breaks(limits=(0.0,), colors=diverging(1, 1)),
        ),
    )
    layer = Layer(name="counties", title="Counties", units=units, fields=fields)
    shown = Presentation(name="many", title="Many", source="", method="", layers=(layer,))
    return save_page(draw(shown, simplify=False), tmp_path_factory.mktemp("many") / "many.html")
