"""Two maps of the same units move together, mark the same unit, and have each its own selectors and legend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from conftest import squares

from geo_urban.errors import AlignmentError, InputError
from geo_urban.maps import compare_map, draw, save_page
from geo_urban.presentation import Breaks, Field, Layer, Presentation

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

LOW, HIGH = "#ffffcc", "#0c2c84"
FILLS = "geoUrban.drawnOf(geoUrban.page, geoUrban.page.views[{view}], geoUrban.page.views[{view}].layer)"
FILLS += ".map((unit) => unit.getElement().getAttribute('fill'))"


def years(*, start: int = 0, name: str = "residents") -> Presentation:
    """Twelve squares; in 2010 number n has n + `start`, in 2020 twice as many; classes part at 10."""
    numbers = [float(number + start) for number in range(12)]
    units = gpd.GeoDataFrame(
        {"name": [f"县{n}" for n in range(12)], "y2010": numbers, "y2020": [2 * n for n in numbers]},
        index=[f"{210000 + n}" for n in range(12)],
        geometry=squares(),
        crs=4326,
    )
    fields = tuple(
        Field(
            column=f"y{year}",
            label=f"{name} {year}",
            indicator=name,
            year=year,
            decimals=0,
            classes=Breaks(limits=(10.0,), colors=(LOW, HIGH)),
        )
        for year in (2010, 2020)
    )
    layer = Layer(name="counties", title="Counties", units=units, fields=fields)
    return Presentation(name=name, title=name.title(), layers=(layer,), source=name, method="Counted.")


@pytest.mark.browser
def test_two_years_stand_side_by_side(browser: Chromium, tmp_path: Path) -> None:
    browser.open(save_page(compare_map(years()), tmp_path / "years.html"))
    assert browser.run(FILLS.format(view=0)) == [LOW] * 10 + [HIGH] * 2
    assert browser.run(FILLS.format(view=1)) == [LOW] * 5 + [HIGH] * 7
    boxes = browser.run(
        "[...document.querySelectorAll('.gu-half .folium-map')].map((map) => {"
        "const box = map.getBoundingClientRect(); return [box.left, box.right, box.width, box.height]; })"
    )
    assert boxes[0][1] <= boxes[1][0]
    assert boxes[0][2] == pytest.approx(boxes[1][2], abs=4)
    assert boxes[0][3] == pytest.approx(boxes[1][3], abs=1)
    headings = "[...document.querySelectorAll('.gu-legend h2')].map((heading) => heading.textContent)"
    assert browser.run(headings) == ["residents 2010", "residents 2020"]
    counts = "[...document.querySelectorAll('.gu-second-legend b')].map((count) => count.textContent)"
    assert browser.run(counts) == ["5", "7"]
    # The selectors of the second map change the second alone.
    browser.run(
        "(() => { const range = document.querySelectorAll('.gu-bar input[type=range]')[1]; range.value = 0;"
        "range.dispatchEvent(new Event('input')); })()"
    )
    assert browser.run(FILLS.format(view=1)) == browser.run(FILLS.format(view=0))
    assert browser.run(headings) == ["residents 2010", "residents 2010"]
    browser.run("geoUrban.page.setLanguage('zh')")
    assert browser.run("document.querySelectorAll('.gu-bar')[1].innerText").startswith("B")
    assert "显示" in browser.run("document.querySelectorAll('.gu-bar')[1].innerText")
    assert browser.complaints() == []


@pytest.mark.browser
def test_the_maps_move_together(browser: Chromium, tmp_path: Path) -> None:
    browser.open(save_page(compare_map(years()), tmp_path / "years.html"))
    apart = (
        "(() => { const [one, other] = geoUrban.page.views.map((view) => view.map);"
        "const a = one.latLngToContainerPoint([41, 122]), b = other.latLngToContainerPoint([41, 122]);"
        "return [Math.abs(a.x - b.x), Math.abs(a.y - b.y), Math.abs(one.getZoom() - other.getZoom())]; })()"
    )
    whole = "geoUrban.page.views.map((v) => v.map.getBounds().contains(L.latLngBounds(geoUrban.page.data.bounds)))"
    # Columns of cells are as wide as the two maps up to a pixel of the line between them.
    assert max(browser.run(apart)) <= 2
    assert browser.run(whole) == [True, True]
    for view, moved in ((0, "panBy([80, 45], { animate: false })"), (1, "panBy([-30, 20], { animate: false })"),
                        (1, "setZoom(8.4)"), (0, "setView([41.2, 121.1], 7.3)")):  # fmt: skip
        before = browser.run(
            f"(() => {{ const c = geoUrban.page.views[{1 - view}].map.getCenter(); return [c.lat, c.lng]; }})()"
        )
        browser.run(f"(() => {{ geoUrban.page.views[{view}].map.{moved}; }})()")
        assert max(browser.run(apart)) <= 2
        after = browser.run(
            f"(() => {{ const c = geoUrban.page.views[{1 - view}].map.getCenter(); return [c.lat, c.lng]; }})()"
        )
        assert before != after or "setZoom" in moved
    browser.run("geoUrban.page.untouched = true; 1")
    browser.call("Emulation.setDeviceMetricsOverride", width=900, height=1000, deviceScaleFactor=1, mobile=False)
    browser.run("new Promise((done) => setTimeout(done, 400))")
    assert max(browser.run(apart)) <= 2
    assert browser.run(whole) == [True, True]
    assert browser.complaints() == []


@pytest.mark.browser
def test_a_unit_is_raised_pinned_and_marked_in_both(browser: Chromium, tmp_path: Path) -> None:
    browser.open(save_page(compare_map(years()), tmp_path / "years.html"))
    strokes = (
        "geoUrban.page.views.map((view) => geoUrban.drawnOf(geoUrban.page, view, view.layer)[6]"
        ".getElement().getAttribute('stroke'))"
    )
    plain = browser.run(strokes)
    for view in (0, 1):
        x, y = browser.run(
            f"(() => {{ const page = geoUrban.page;"
            f"const drawn = geoUrban.drawnOf(page, page.views[{view}], page.view.layer);"
            "const box = drawn[6].getElement().getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        browser.move(x, y)
        assert browser.run(strokes) == ["#000000", "#000000"]
        tip = browser.run("document.getElementById('gu-tip').innerText")
        assert tip.startswith("县6")
        # The figures of both maps stand out.
        assert browser.run("document.querySelectorAll('#gu-tip .gu-active').length") == 2
        browser.move(5, 5)
        assert browser.run(strokes) == plain
    browser.run("geoUrban.page.pin({ layer: geoUrban.page.view.layer, number: 6 })")
    assert browser.run(strokes) == ["#0b5fff", "#0b5fff"]
    browser.run("geoUrban.page.select([1])")
    faded = browser.run(
        "geoUrban.page.views.map((view) => geoUrban.drawnOf(geoUrban.page, view, view.layer)"
        ".filter((unit) => unit.options.fillOpacity < 1).length)"
    )
    assert faded == [11, 11]
    assert browser.complaints() == []


@pytest.mark.browser
def test_classes_of_the_second_legend_mark_units_in_both(browser: Chromium, tmp_path: Path) -> None:
    browser.open(save_page(compare_map(years()), tmp_path / "years.html"))
    entries = "document.querySelectorAll('.gu-second-legend .gu-entry')"
    browser.run(f"{entries}[1].click()")
    # In 2020 seven units, numbers 5 to 11, have ten or more.
    assert browser.run("[...geoUrban.page.selection].sort((a, b) => a - b)") == list(range(5, 12))
    assert browser.run(f"[...{entries}].map((entry) => entry.getAttribute('aria-pressed'))") == ["false", "true"]
    browser.run(f"{entries}[1].click()")
    assert browser.run("geoUrban.page.selection.size") == 0
    assert browser.complaints() == []


@pytest.mark.browser
def test_two_methods_stand_under_each_other_on_a_phone(browser: Chromium, tmp_path: Path) -> None:
    drawn = compare_map(years(), years(start=8, name="other"), names=("census", "modelled"))
    page = save_page(drawn, tmp_path / "methods.html")
    browser.open(page, width=390, height=844)
    assert browser.run("document.documentElement.scrollWidth") <= 390
    tops = browser.run(
        "[...document.querySelectorAll('.gu-half .folium-map')].map((map) => {"
        "const box = map.getBoundingClientRect(); return [box.top, box.bottom, box.width]; })"
    )
    assert tops[0][1] <= tops[1][0]
    assert tops[0][2] > 380
    # 0 … 11 and 8 … 19 with the limit 10: two and ten are above it.
    assert browser.run(FILLS.format(view=0)).count(HIGH) == 2
    assert browser.run(FILLS.format(view=1)).count(HIGH) == 10
    headings = "[...document.querySelectorAll('.gu-legend h2')].map((heading) => heading.textContent)"
    assert browser.run(headings) == ["residents 2010 · census", "other 2010 · modelled"]
    assert browser.complaints() == []


def test_geometry_is_carried_once() -> None:
    alone = draw(years()).payload
    both = compare_map(years(), years(start=8)).payload
    assert both["arcs"] == alone["arcs"]
    assert len(both["layers"]) == 1
    assert both["compare"] == {"first": [0, 0, 0], "second": [0, 1, 0]}


def test_columns_can_be_chosen() -> None:
    drawn = compare_map(years(), left="y2020", right="y2010", title="Back in time")
    assert drawn.payload["compare"] == {"first": [0, 0, 1], "second": [0, 0, 0]}
    assert drawn.payload["title"] == "Back in time"
    drawn = compare_map(years(), years(start=8), right="y2020")
    assert drawn.payload["compare"] == {"first": [0, 0, 0], "second": [0, 1, 1]}


def test_other_units_are_named() -> None:
    second = years()
    layer = second.layers[0]
    other = layer.units.rename(index={"210003": "210099"}).drop("210011")
    with pytest.raises(AlignmentError, match=r"2 of the first are not in the second \(.*210003.*210011.*210099"):
        compare_map(years(), replace(second, layers=(replace(layer, units=other),)))


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InputError, match=r"`population` is no field with classes.*`y2010`, `y2020`"):
        compare_map(years(), left="population")
    with pytest.raises(InputError, match="`population` is no field with classes"):
        compare_map(years(), years(), right="population")
    shown = years()
    layer = replace(shown.layers[0], fields=shown.layers[0].fields[:1])
    with pytest.raises(InputError, match="one field with classes only, `y2010`"):
        compare_map(replace(shown, layers=(layer,)))
    with pytest.raises(InputError, match="no layer of units with classes"):
        compare_map(replace(shown, layers=()))
