"""Pages stay light: what is simplified, what is said, and what the caller may decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_urban.errors import GeoUrbanWarning, InputError, MissingCRSError
from geo_urban.maps import draw, drawing_of, indicator_presentation, page_size, save_page
from geo_urban.maps.drawing import HEAVY_VERTICES, simplified, vertices
from geo_urban.maps.page_size import payload_within

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.presentation import Presentation


def wavy_border(points: int) -> np.ndarray:
    """A border from (121, 40) to (121, 41) that a screen shows as a straight line."""
    along = np.linspace(40, 41, points)
    return np.column_stack([121 + 1e-5 * np.sin(np.arange(points) * 2.1) * (np.abs(along - 40.5) < 0.5), along])


def two_units(points: int) -> gpd.GeoDataFrame:
    border = wavy_border(points)
    west = shapely.Polygon([(120, 40), *border, (120, 41)])
    east = shapely.Polygon([*border, (122, 41), (122, 40)])
    return gpd.GeoDataFrame({"x": [1.0, 2.0]}, index=["w", "e"], geometry=[west, east], crs=4326)


def shown(points: int) -> Presentation:
    return indicator_presentation(two_units(points), "x", title="x", classes=2)


def test_light_layers_are_drawn_as_they_are() -> None:
    given = shown(100)
    assert simplified(given).layers[0] is given.layers[0]


def test_heavy_layers_lose_what_a_screen_cannot_show_and_still_meet() -> None:
    given = shown(HEAVY_VERTICES)
    drawn = simplified(given).layers[0].units.geometry
    assert vertices(drawn) < 0.05 * HEAVY_VERTICES
    west, east = drawn
    assert west.intersection(east).length == pytest.approx(1.0, abs=1e-3)
    assert west.intersection(east).area == 0
    assert west.union(east).area == pytest.approx(2.0, abs=1e-9)
    assert vertices(given.layers[0].units.geometry) > 2 * HEAVY_VERTICES - 10


def test_a_tolerance_is_taken_for_light_layers_too_and_false_for_none() -> None:
    given = shown(1000)
    assert vertices(simplified(given, simplify=0.01).layers[0].units.geometry) < 20
    assert simplified(given, simplify=False) is given


@pytest.mark.parametrize("value", [0, -1, True])
def test_a_tolerance_must_be_above_zero(value: float) -> None:
    with pytest.raises(InputError, match="`simplify` is"):
        draw(shown(10), simplify=value)


def test_tolerances_are_degrees_in_projected_layers_too() -> None:
    metres = two_units(1000).to_crs(32651)
    assert vertices(drawing_of(metres, tolerance=0.01)) < 20


def test_units_must_say_where_they_are() -> None:
    with pytest.raises(MissingCRSError):
        simplified(indicator_presentation(two_units(10).set_crs(None, allow_override=True), "x", title="x"))


def test_a_page_beyond_the_budget_is_simplified_further_and_says_so() -> None:
    rough = np.random.default_rng(0)
    # Borders that 800 m leave as they are: a zigzag of two kilometres.
    along = np.linspace(40, 50, 40_000)
    border = np.column_stack([121 + 0.02 * rough.standard_normal(len(along)), along])
    units = gpd.GeoDataFrame(
        {"x": [1.0]}, index=["w"], geometry=[shapely.Polygon([(100, 40), *border, (100, 50)])], crs=4326
    )
    given = indicator_presentation(units, "x", title="x")
    with pytest.warns(GeoUrbanWarning, match="simplified further, by up to .* m; it takes"):
        payload = payload_within(given, language="en", figures="persons", most=60_000)
    before = payload_within(given, language="en", figures="persons")
    assert sum(map(len, payload["arcs"])) < 0.5 * sum(map(len, before["arcs"]))


def test_the_callers_own_tolerance_is_kept_beyond_the_budget() -> None:
    payload = payload_within(shown(5000), language="en", figures="persons", simplify=False, most=100)
    assert sum(map(len, payload["arcs"])) > 2 * 4990


def test_a_large_page_is_written_and_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_size, "LARGE_BYTES", 1000)
    with pytest.warns(GeoUrbanWarning, match=r"page.html` takes 0.\d MB, of which borders take 0.0 MB"):
        path = save_page(draw(shown(10)), tmp_path / "page.html")
    assert path.stat().st_size > 1000
