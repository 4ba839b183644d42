"""Pictures for print say what the page says, in a font that has the signs, and come out the same twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.maps import fonts
from geo_urban.maps.still_charts import still_bars, still_scatter
from geo_urban.maps.still_maps import still_map
from geo_urban.maps.still_style import save_both_sizes, save_still, small_picture
from geo_urban.presentation import Bars, Scatter

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.presentation import Presentation

BARS = Bars(
    name="bars",
    title="Residents",
    table=pd.DataFrame({"2010": [4_000_000.0, np.nan], "2020": [5_000_000.0, 1.0]}, index=["North", "South"]),
    unit="persons",
)


def test_the_legend_counts_what_the_page_counts(change: Presentation) -> None:
    legend = still_map(change, language="en").legends[0]
    # As in the test of the page: shares −0.4 … with limits −0.3 and 0; one unit has no figure.
    assert [text.get_text() for text in legend.get_texts()] == [
        "under −30 (2)",
        "−30 to 0 (5)",
        "0 and over (4)",
        "no data (1)",
    ]
    assert legend.get_title().get_text() == "Change (%)"


def test_units_are_drawn_in_the_color_of_their_class(change: Presentation, tmp_path: Path) -> None:
    png, svg = save_still(still_map(change, language="en"), tmp_path / "map")
    image = imread(png)[:, :, :3]
    colors = {tuple(color) for color in np.round(image.reshape(-1, 3) * 255).astype(int)[::7].tolist()}
    # The three classes and the grey of the missing one: #b2182b, #fddbc7, #2166ac, #d9d9d9.
    assert {(178, 24, 43), (253, 219, 199), (33, 102, 172), (217, 217, 217)} <= colors
    assert svg.read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_a_picture_has_300_dots_per_inch(change: Presentation, tmp_path: Path) -> None:
    png, _ = save_still(still_map(change, language="en"), tmp_path / "map.png")
    raw = png.read_bytes()
    per_metre = int.from_bytes(raw[raw.index(b"pHYs") + 4 :][:4], "big")
    assert per_metre == pytest.approx(300 / 0.0254, abs=1)
    assert imread(png).shape[1] == 2100  # seven inches


def test_the_same_picture_has_the_same_bytes(change: Presentation, tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_still(still_map(change, language="en"), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_another_field_is_drawn_by_its_column_and_an_unknown_one_is_refused(change: Presentation) -> None:
    drawn = still_map(change, field="population_2020", language="en")
    assert drawn.legends[0].get_title().get_text() == "Residents 2020 (persons)\nmodelled, not counted"
    with pytest.raises(InputError, match="`field` is 'population', and no layer of `change`"):
        still_map(change, field="population")


def test_chinese_words_where_a_font_has_them_and_english_with_one_note_where_none_has(
    change: Presentation, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fonts.chinese_font():
        assert still_map(change, language="zh").legends[0].get_texts()[-1].get_text() == "无数据 (1)"
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    fonts._say_once.cache_clear()
    with pytest.warns(GeoUrbanWarning, match="no installed font has Chinese signs"):
        drawn = still_map(change, language="zh")
    assert drawn.legends[0].get_texts()[-1].get_text() == "no data (1)"
    still_map(change, language="zh")  # says nothing the second time: warnings are errors in these tests


def test_bars_are_as_high_as_their_numbers_and_a_missing_one_has_none() -> None:
    axes = still_bars(BARS, language="en").axes[0]
    heights = [bar.get_height() for bar in axes.patches]
    # Four million persons and more are shown in millions.
    assert heights == pytest.approx([4.0, np.nan, 5.0, 1e-6], nan_ok=True)
    assert axes.get_ylabel() == "million persons"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["North", "South"]


def test_bars_count_in_wan_where_asked() -> None:
    axes = still_bars(BARS, language="en", figures="wan").axes[0]
    assert axes.patches[0].get_height() == pytest.approx(400.0)
    assert axes.get_ylabel() == "× 10,000 persons"


def test_a_chart_without_numbers_is_refused() -> None:
    with pytest.raises(InputError, match="`empty` has no number"):
        still_bars(Bars(name="empty", title="", table=pd.DataFrame({"a": [np.nan]})))


def test_points_stand_at_their_values_and_quadrants_are_cut(change: Presentation) -> None:
    chart = Scatter(
        title="Change", layer="counties", x="population_2020", y="change_share", x_log=True, crossing=(500_000, -0.1)
    )
    axes = still_scatter(chart, change, language="en").axes[0]
    places = axes.collections[0].get_offsets()
    assert places[0].tolist() == pytest.approx([1_234_567, -40.0])  # percent, as shown on the map
    assert axes.get_xscale() == "log"
    assert [line.get_xdata()[0] for line in axes.lines] == [500_000, 0]


def test_a_small_picture_is_small(change: Presentation, tmp_path: Path) -> None:
    png, _ = save_still(still_map(change, language="en"), tmp_path / "map")
    small = small_picture(png)
    assert len(small) < 60_000
    assert save_both_sizes(still_map(change, language="en"), tmp_path / "both") == small
    assert (tmp_path / "both.png").read_bytes() == png.read_bytes()
