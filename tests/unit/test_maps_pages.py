"""Pages refuse what would break without a network, and are the same on every run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import pytest
import shapely

from geo_urban.errors import DataSourceError, InputError, MissingDependencyError, OutputError
from geo_urban.maps import change_map, draw, find_browser, save_page, screenshot
from geo_urban.maps.page_safety import leftovers
from geo_urban.presentation import Breaks, Field, Layer, Presentation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shown() -> Presentation:
    units = gpd.GeoDataFrame(
        {"name": ["A", "B"], "change_share": [-0.2, 0.1]},
        index=["1", "2"],
        geometry=[shapely.box(100, 30, 101, 31), shapely.box(101, 30, 102, 31)],
        crs=4326,
    )
    classes = Breaks(limits=(0.0,), colors=("#b2182b", "#2166ac"))
    field = Field(column="change_share", label="Change", unit="%", scale=100, decimals=1, classes=classes)
    layer = Layer(name="units", title="Units", units=units, fields=(field,))
    return Presentation(name="change", title="Change", source="s", method="m", layers=(layer,))


def test_an_inline_page_names_no_address_it_would_load(shown: Presentation, tmp_path: Path) -> None:
    html = save_page(draw(shown), tmp_path / "page.html").read_text(encoding="utf-8")
    assert leftovers(html, mode="inline") == []
    for word in ("jquery", "bootstrap", "awesome", "cdn."):
        assert word not in html.lower()


def test_two_runs_give_the_same_bytes(shown: Presentation, tmp_path: Path) -> None:
    first = save_page(draw(shown), tmp_path / "a.html").read_bytes()
    assert save_page(draw(shown), tmp_path / "b.html").read_bytes() == first


def test_drawing_twice_changes_nothing(shown: Presentation, tmp_path: Path) -> None:
    drawn = draw(shown)
    first = save_page(drawn, tmp_path / "a.html").read_bytes()
    assert save_page(drawn, tmp_path / "a.html").read_bytes() == first


def test_a_sidecar_page_has_its_files_beside_it(shown: Presentation, tmp_path: Path) -> None:
    html = save_page(draw(shown, mode="sidecar"), tmp_path / "page.html").read_text(encoding="utf-8")
    for name in re.findall(r'(?:src|href)="(assets/[^"]+)"', html):
        assert (tmp_path / name).is_file()
    assert {path.name for path in (tmp_path / "assets").iterdir()} == {
        "leaflet.css",
        "leaflet.js",
        "page.css",
        "page.js",
    }


def test_a_cdn_page_loads_leaflet_by_digest_and_nothing_else(shown: Presentation, tmp_path: Path) -> None:
    html = save_page(draw(shown, mode="cdn"), tmp_path / "page.html").read_text(encoding="utf-8")
    loaded = re.findall(r'(?:src|href)="(https:[^"]+)" integrity="(sha256-[^"]+)"', html)
    assert [address.rsplit("/", 1)[1] for address, _ in loaded] == ["leaflet.css", "leaflet.js"]
    assert leftovers(html, mode="inline") != []
    assert leftovers(html, mode="cdn") == []


def test_a_plugin_that_needs_a_network_is_refused_by_name(shown: Presentation, tmp_path: Path) -> None:
    from folium.plugins import MiniMap

    drawn = draw(shown)
    MiniMap().add_to(drawn)
    with pytest.raises(OutputError, match="`MiniMap` needs scripts that are on a network only"):
        save_page(drawn, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_foliums_own_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the page would load https://cdn\.jsdelivr\.net/npm/leaflet"):
        save_page(folium.Map(tiles=None), tmp_path / "page.html")


def test_markers_may_be_added(shown: Presentation, tmp_path: Path) -> None:
    drawn = draw(shown)
    folium.CircleMarker((30.5, 100.5), tooltip="here").add_to(drawn)
    assert "L.circleMarker(" in save_page(drawn, tmp_path / "page.html").read_text(encoding="utf-8")


def test_tiles_are_allowed_where_they_were_added(shown: Presentation, tmp_path: Path) -> None:
    drawn = draw(shown)
    folium.TileLayer("https://{s}.tiles.example/{z}/{x}/{y}.png", attr="someone").add_to(drawn)
    html = save_page(drawn, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "img-src data: blob: https://*.tiles.example" in html
    assert '"tiles":true' in html


def test_a_notebook_shows_the_page_in_a_frame(shown: Presentation) -> None:
    assert 'class="geo-urban-page"' in draw(shown)._repr_html_()


def test_leftovers_are_found_wherever_they_hide() -> None:
    page = (
        '<link rel="stylesheet" href="http://a.example/x.css"><script src="//b.example/x.js"></script>'
        '<img src="https://c.example/x.png"><style>@import "https://d.example/x.css";'
        'p { background: url(http://e.example/y) }</style><p style="background:url(https://f.example/z)">'
        '<a href="https://g.example/">a link is no load</a>'
    )
    hosts = [address.split("/")[2] for address in leftovers(page, mode="inline")]
    assert hosts == [f"{letter}.example" for letter in "abcdef"]


def test_unknown_mode_is_refused(shown: Presentation) -> None:
    with pytest.raises(InputError, match="`mode` is 'offline'"):
        draw(shown, mode="offline")  # type: ignore[arg-type]


def test_change_map_draws_a_result_on_other_geometry(shown: Presentation) -> None:
    class Result:
        def layers(self) -> Presentation:
            return shown

    drawing = gpd.GeoSeries([shapely.box(0, 10, 1, 11), shapely.box(1, 10, 2, 11)], index=["1", "2"], crs=4326)
    assert change_map(Result(), drawing={"units": drawing}).payload["bounds"] == [[10.0, 0.0], [11.0, 2.0]]


def test_a_page_into_a_folder_that_is_a_file_is_refused(shown: Presentation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"cannot write .*Nothing was changed there"):
        save_page(draw(shown), tmp_path / "file" / "page.html")


def test_a_picture_needs_a_page_and_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataSourceError, match="there is no page"):
        screenshot(tmp_path / "none.html", tmp_path / "x.png")
    (tmp_path / "page.html").write_text("<p>")
    monkeypatch.setenv("GEO_URBAN_BROWSER", "no-such-browser")
    assert find_browser() is None
    with pytest.raises(MissingDependencyError, match="no Chromium, Chrome or Edge was found"):
        screenshot(tmp_path / "page.html", tmp_path / "x.png")


def test_a_browser_that_makes_no_picture_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text("<p>")
    monkeypatch.setenv("GEO_URBAN_BROWSER", "true")
    with pytest.raises(OutputError, match="made no picture"):
        screenshot(tmp_path / "page.html", tmp_path / "x.png")
