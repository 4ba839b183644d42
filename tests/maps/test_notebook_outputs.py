"""Maps in a notebook: assets once, every map drawn wherever its output stands, a picture where no script runs."""

from __future__ import annotations

import base64
import json
import re
import sys
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import nbformat
import numpy as np
import pytest
from affine import Affine
from conftest import squares
from pyproj import CRS

from geo_urban.maps import compare_map, draw, grid_map, notebooks
from geo_urban.maps.previews import preview_svg
from geo_urban.presentation import Breaks, Field, Layer, Presentation
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from pathlib import Path

    from chromium import Chromium

DRAWN = (
    "[...document.querySelectorAll('iframe')].map((frame) => "
    "frame.contentWindow.geoUrban?.page?.shapes.filter((shape) => shape.getElement()).length)"
)
PICTURES = "[...document.querySelectorAll('.geo-urban-map img')].filter((img) => img.offsetParent).length"
SETTLED = "new Promise((done) => setTimeout(done, 1500))"

SETUP = """
import geopandas as gpd, shapely
from geo_urban.maps import draw
from geo_urban.presentation import Breaks, Field, Layer, Presentation
units = gpd.GeoDataFrame(
    {"name": list("ABCD"), "share": [-0.2, 0.1, -0.05, 0.3]}, index=list("1234"), crs=4326,
    geometry=[shapely.box(120 + x, 40 + y, 121 + x, 41 + y) for y in range(2) for x in range(2)],
)
share = Field(column="share", label="Change", unit="%", scale=100, decimals=1,
              classes=Breaks(limits=(0.0,), colors=("#b2182b", "#2166ac")))
layer = Layer(name="units", title="Units", units=units, fields=(share,))
shown = Presentation(name="change", title="</script><b>Change", layers=(layer,), source="", method="")
"""


def content(html: str) -> dict[str, Any]:
    """What an output brings: its page, and scripts and styles or none."""
    found = re.search(r'class="geo-urban-page">(.*?)</script>', html, flags=re.DOTALL)
    assert found
    return json.loads(found[1])


def picture(html: str) -> str:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert found
    return base64.b64decode(found[1]).decode("utf-8")


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A kernel that runs whichever cell a test says."""
    shell = SimpleNamespace(parent_header={"metadata": {"cellId": "one"}}, execution_count=1)
    shell.history_manager = SimpleNamespace(input_hist_raw=["", "draw(shown)"])
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(notebooks, "_shown", {})

    def run(cell: str) -> None:
        shell.parent_header["metadata"]["cellId"] = cell
        shell.execution_count += 1

    shell.run = run
    return shell


def test_the_first_map_of_a_kernel_brings_the_assets_and_a_cell_run_again(
    kernel: SimpleNamespace, change: Presentation
) -> None:
    drawn = draw(change)

    def brings() -> bool:
        return "assets" in content(drawn._repr_html_())

    assert [brings(), brings()] == [True, False]  # two maps in one cell
    kernel.run("two")
    assert brings() is False
    kernel.run("three")
    assert brings() is False
    kernel.run("two")
    assert [brings(), brings()] == [True, False]
    kernel.run("one")
    assert brings() is True
    kernel.run("four")
    assert brings() is False


def test_cells_without_a_number_are_told_apart_by_their_text(kernel: SimpleNamespace, change: Presentation) -> None:
    kernel.parent_header = {}
    drawn = draw(change)
    found = []
    for text in ("draw(a)", "draw(b)", "draw(b)", "draw(c)"):
        kernel.history_manager.input_hist_raw.append(text)
        kernel.execution_count += 1
        found.append("assets" in content(drawn._repr_html_()))
    assert found == [True, False, True, False]


def test_outside_of_a_kernel_every_map_brings_everything(change: Presentation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    outputs = [draw(change)._repr_html_() for _ in range(2)]
    assert all("assets" in content(html) for html in outputs)
    assert outputs[0] == outputs[1]


def test_a_sidecar_map_is_whole_in_a_notebook(change: Presentation) -> None:
    drawn = draw(change, mode="sidecar")
    assert content(drawn._repr_html_())["key"] == content(draw(change)._repr_html_())["key"]
    assert drawn.mode == "sidecar"
    assert 'src="assets/page.js"' in drawn.get_root().render()


@pytest.mark.browser
def test_every_map_of_an_executed_notebook_is_drawn(browser: Chromium, tmp_path: Path) -> None:
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    maps = [nbformat.v4.new_code_cell(f"draw(shown)  # map {number}") for number in range(10)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SETUP), *maps])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    outputs = [cell.outputs[0].data["text/html"] for cell in notebook.cells[1:]]
    assert ["assets" in content(html) for html in outputs] == [True] + [False] * 9
    # Ten maps weigh little more than one that carries everything.
    assert sum(map(len, outputs)) < 3 * len(outputs[0])
    body, _ = HTMLExporter().from_notebook_node(notebook)
    # The exporter's own page asks networks for mathematics and diagrams; only our outputs are tried here.
    body = re.sub(
        r'<script[^>]*src="http[^>]*>\s*</script>|<script type="module">.*?</script>', "", body, flags=re.DOTALL
    )
    exported = tmp_path / "exported.html"
    exported.write_text(body, encoding="utf-8")
    browser.open(exported)
    browser.run(SETTLED)
    assert browser.run(DRAWN) == [4] * 10
    assert browser.run(PICTURES) == 0
    assert [line for line in browser.complaints() if "blocked" not in line] == []


def _without_assets(html: str) -> str:
    whole = content(html)
    whole.pop("assets", None)
    packed = json.dumps(whole).replace("<", "\\u003c").replace(">", "\\u003e")
    return re.sub(r'(class="geo-urban-page">).*?(</script>)', lambda found: found[1] + packed + found[2], html, count=1)


@pytest.mark.browser
def test_a_map_waits_with_its_picture_until_an_output_brings_the_assets(
    browser: Chromium, change: Presentation, tmp_path: Path
) -> None:
    whole = draw(change)._repr_html_()
    page = tmp_path / "outputs.html"
    page.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body>{_without_assets(whole)}<div id="later"></div></body>',
        encoding="utf-8",
    )
    browser.open(page)
    browser.run(SETTLED)
    assert browser.run("document.querySelectorAll('iframe').length") == 0
    assert browser.run(PICTURES) == 1
    assert "run this cell again" in browser.run("document.body.innerText")
    # Another cell is run: its output comes into the document as JupyterLab and VS Code bring it.
    browser.run(
        f"(() => {{ const home = document.getElementById('later'); home.innerHTML = {json.dumps(whole)};"
        "for (const script of home.querySelectorAll('script')) { const made = document.createElement('script');"
        "for (const { name, value } of script.attributes) made.setAttribute(name, value);"
        "made.textContent = script.textContent; script.replaceWith(made); } })()"
    )
    browser.run(SETTLED)
    assert browser.run(DRAWN) == [12, 12]
    assert browser.run(PICTURES) == 0
    assert browser.complaints() == []


@pytest.mark.browser
def test_without_scripts_there_is_a_picture_with_its_legend(
    browser: Chromium, change: Presentation, tmp_path: Path
) -> None:
    html = draw(change)._repr_html_()
    page = tmp_path / "untrusted.html"
    bare = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)  # as a notebook that is not trusted
    page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><body>{bare}</body>', encoding="utf-8")
    browser.open(page, width=900)
    assert browser.run(
        "(() => { const img = document.querySelector('img'); return img.complete && img.naturalWidth > 0; })()"
    )
    assert browser.run("document.querySelector('img').getBoundingClientRect().width") > 600
    assert browser.complaints() == []


def test_the_picture_shows_classes_names_and_outlines(change: Presentation) -> None:
    text = preview_svg(draw(change).payload)
    words = [unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", text)]
    assert words == ["Change of counties <2010–2020>", "Change", "%", "under −30", "−30 to 0", "0 and over", "no data"]
    paths = re.findall(r'<path d="([^"]*)" fill="([^"]*)"', text)
    fills = [fill for _, fill in paths]
    # In order of the first unit of each class; the outline of the province comes last.
    assert fills == ["#b2182b", "#fddbc7", "#2166ac", "#d9d9d9", "none"]
    # Of the shares −0.4 … 0.1 two are below −0.3: −0.4 and −0.35; the limit itself belongs above.
    assert paths[0][0].count("M") == 2
    chinese = preview_svg(draw(change, language="zh").payload)
    assert "无数据" in chinese


def test_the_picture_of_many_units_is_coarser_but_small() -> None:
    numbers = np.arange(3000)
    units = gpd.GeoDataFrame(
        {"name": numbers.astype(str), "value": numbers.astype(float)},
        index=numbers.astype(str),
        geometry=gpd.GeoSeries(squares(60, 50)).scale(0.3, 0.3, origin=(120, 40)).to_numpy(),
        crs=4326,
    )
    field = Field(
        column="value", label="x", decimals=0, classes=Breaks(limits=(1500.0,), colors=("#ffffff", "#000000"))
    )
    layer = Layer(name="many", title="Many", units=units, fields=(field,))
    shown = Presentation(name="many", title="Many", layers=(layer,), source="", method="")
    # 150 kB in base64, a third more than the text.
    assert len(preview_svg(draw(shown).payload)) <= 112_000


def test_the_picture_of_a_grid_and_of_a_comparison(change: Presentation) -> None:
    shape = GridShape(transform=Affine(1, 0, 120, 0, -1, 42), height=1, width=3, crs=CRS(4326))
    grid = build_grid([[0.0, 40.0, 900.0]], shape, quantity="density", modelled=True)
    text = picture(grid_map(grid, scheme=[1, 300])._repr_html_())
    assert "data:image/png" in text
    assert "modelled, not counted" in text
    assert "300 and over" in text
    second = compare_map(change, left="population_2020", right="change_share")
    assert "Residents 2020" in picture(second._repr_html_())
    both = draw(replace(change, rasters=()))
    assert "image/png" not in picture(both._repr_html_())
