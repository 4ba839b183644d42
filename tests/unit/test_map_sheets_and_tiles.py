"""Maps of a whole country, and background tiles: what is added, shifted, warned of and refused."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from geo_urban.datasets import national_sheet
from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.maps import draw, map_payload, save_page, with_sheet
from geo_urban.maps.tiles import known_tiles
from geo_urban.presentation import Breaks, Field, Inset, Layer, Presentation, Sheet

if TYPE_CHECKING:
    from pathlib import Path

CHANGE = Field(
    column="change", label="Change", decimals=1, classes=Breaks(limits=(0.0,), colors=("#b2182b", "#2166ac"))
)
BEIJING = (116.4074, 39.9042)


@pytest.fixture
def shown() -> Presentation:
    lon, lat = BEIJING
    units = gpd.GeoDataFrame(
        {"name": ["A"], "change": [1.0]}, index=["1"], geometry=[shapely.box(lon, lat, lon + 1, lat + 1)], crs=4326
    )
    layer = Layer(name="units", title="Units", units=units, fields=(CHANGE,))
    return Presentation(name="test", title="Test", source="", method="", layers=(layer,))


@pytest.fixture
def sheet() -> Sheet:
    land = gpd.GeoDataFrame(
        {"name": ["here", "there"]}, geometry=[shapely.box(116, 39, 118, 41), shapely.box(120, 22, 122, 25)], crs=4326
    )
    return Sheet(
        nation="Utopia",
        inset=Inset(title="Islands", bounds=(105, 3, 123, 24), main_bounds=(73, 18, 135, 54)),
        lines=gpd.GeoSeries([shapely.LineString([(110, 10), (111, 11)])], crs=4326),
        land=land,
    )


def whole(shown: Presentation) -> Presentation:
    (layer,) = shown.layers
    units = layer.units.copy()
    units.attrs["nation"] = "Utopia"
    return replace(shown, layers=(replace(layer, units=units),))


def test_a_part_of_a_country_needs_nothing(shown: Presentation) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(shown)


def test_a_whole_country_without_inset_or_number_is_warned_of(shown: Presentation, sheet: Sheet) -> None:
    with pytest.warns(GeoUrbanWarning, match="the whole of Utopia and has no inset"):
        draw(whole(shown))
    with pytest.warns(GeoUrbanWarning, match="the whole of Utopia and names no approval number"):
        draw(with_sheet(whole(shown), sheet))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(with_sheet(whole(shown), replace(sheet, approval_number="U 1")))


def test_land_without_units_is_drawn_and_land_with_units_is_not(shown: Presentation, sheet: Sheet) -> None:
    # A's middle (116.9, 40.4) lies in "here"; the middle of "here" (117, 40) lies in A, that of the next test does not.
    payload = map_payload(with_sheet(shown, sheet))
    assert [layer["name"] for layer in payload["layers"]] == ["units", "not_covered", "boundary_lines"]
    assert payload["layers"][1]["names"] == ["there"]
    assert payload["sheet"]["inset"]["bounds"] == [[3, 105], [24, 123]]


def test_land_is_covered_by_any_unit_in_it_not_only_by_one_in_its_middle(shown: Presentation, sheet: Sheet) -> None:
    (layer,) = shown.layers
    corner = layer.units.set_geometry([shapely.box(116.0, 39.0, 116.2, 39.2)], crs=4326)
    payload = map_payload(with_sheet(replace(shown, layers=(replace(layer, units=corner),)), sheet))
    assert payload["layers"][1]["names"] == ["there"]


def test_land_with_mere_specks_in_it_keeps_its_outline(shown: Presentation, sheet: Sheet) -> None:
    (layer,) = shown.layers
    speck = layer.units.set_geometry([shapely.box(121.0, 23.0, 121.1, 23.1)], crs=4326)
    payload = map_payload(with_sheet(replace(shown, layers=(replace(layer, units=speck),)), sheet))
    grey, lines = payload["layers"][1:]
    assert grey["names"] == ["here"]
    assert len(lines["codes"]) == 2  # the line given, and the outline of "there", of which the speck takes 0.2 %


def test_the_embedded_sheet_has_the_islands_lines_and_all_provinces() -> None:
    sheet = national_sheet(approval_number="GS(2024)0650号")
    assert sheet.inset is not None
    assert sheet.lines is not None
    assert sheet.land is not None
    # The source draws ten dashes: nine in the South China Sea and one east of Taiwan.
    assert len(sheet.lines) == 10
    assert set(sheet.land["name_en"]) >= {"Taiwan", "Hong Kong", "Macau"}
    assert len(sheet.land) == 34


def test_no_tiles_unless_asked_for_and_then_one_layer_per_address(shown: Presentation) -> None:
    plain = draw(shown).get_root().render()
    assert "tileLayer" not in plain.split("geoUrban.start(")[1]
    html = draw(shown, tiles="carto").get_root().render()
    assert "img-src data: blob: https://*.basemaps.cartocdn.com" in html
    assert "© OpenStreetMap contributors © CARTO" in html or "OpenStreetMap contributors" in html


@pytest.mark.parametrize(
    ("name", "host"),
    [("amap", "https://*.is.autonavi.com"), ("openstreetmap", "https://tile.openstreetmap.org")],
)
def test_the_policy_names_hosts_as_browsers_read_them(shown: Presentation, name: str, host: str) -> None:
    assert f"img-src data: blob: {host};" in draw(shown, tiles=name).get_root().render()


def test_layers_over_amap_are_shifted_for_display_and_the_input_is_not(shown: Presentation) -> None:
    # GCJ-02 of Tiananmen by the published algorithm (eviltransform): 39.9042, 116.4074 becomes 39.90560, 116.41365.
    plain, moved = map_payload(shown)["bounds"], draw(shown, tiles="amap").payload["bounds"]
    assert plain[0] == [39.9042, 116.4074]
    assert moved[0] == pytest.approx([39.9056, 116.4136], abs=2e-4)
    assert shown.layers[0].units.total_bounds[0] == BEIJING[0]


def test_tianditu_needs_a_key_and_warns_before_it_is_written(
    shown: Presentation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIANDITU_KEY", raising=False)
    with pytest.raises(InputError, match="TIANDITU_KEY is not set"):
        draw(shown, tiles="tianditu")
    monkeypatch.setenv("TIANDITU_KEY", "abc123")
    drawn = draw(shown, tiles="tianditu")
    with pytest.warns(GeoUrbanWarning, match="the key in TIANDITU_KEY is written into"):
        save_page(drawn, tmp_path / "page.html")
    written = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert written.count("tk=abc123") == len(known_tiles()["tianditu"].addresses)


def test_unknown_tiles_are_refused_by_the_nearest_name(shown: Presentation) -> None:
    with pytest.raises(InputError, match="Did you mean 'openstreetmap'"):
        draw(shown, tiles="openstreetmaps")
