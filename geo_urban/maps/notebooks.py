"""Maps in a notebook: scripts and styles once per notebook, a frame per map, a picture where scripts may not run.

The first map that a kernel shows brings the scripts and styles of the pages; later ones bring their own page only and
find the rest in the document around them. A cell that is run again brings them too, so that a notebook whose first
output was cleared heals by running any of its maps. Outside of a kernel every map brings everything.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from geo_urban.maps.page_assets import head_elements, own_text
from geo_urban.maps.page_words import in_both, said
from geo_urban.maps.payload import payload_json
from geo_urban.maps.previews import preview_svg

if TYPE_CHECKING:
    from geo_urban.maps.page_assets import Mode
    from geo_urban.maps.pages import PresentationMap

__all__ = ["notebook_html"]

_HEIGHT = 600  # pixels
_NOTE = "A picture of the map. To use the map itself, trust the notebook or run this cell again."

# Per set of assets: the cells that showed a map in this kernel, with the run in which they last did.
_shown: dict[str, dict[str, object]] = {}


def notebook_html(drawn: PresentationMap, page: str, *, mode: Mode) -> str:
    """Return a map as the output of a notebook's cell.

    Parameters
    ----------
    drawn
        The map.
    page
        Its page, whole.
    mode
        Mode that the page was rendered with.

    Returns
    -------
    str
        HTML: a picture, the page without its scripts and styles, these where no other output has them, and a few
        lines that put the page into a frame. Texts are packed (gzip, base64): about a third of a page's size.
    """
    elements = [html for _, html in head_elements(mode)]
    key, assets = _packed_assets(mode)
    for number, html in enumerate(elements):
        page = page.replace(html, f"<!-- asset {number} -->", 1)
    language = drawn.payload["language"]
    title = said(drawn.payload["title"], language)
    content: dict[str, Any] = {"key": key, "title": title, "height": _HEIGHT, "page": _packed(page)}
    if _brings_assets(key):
        content["assets"] = assets
    picture = base64.b64encode(preview_svg(drawn.payload, drawn.rasters).encode("utf-8")).decode("ascii")
    return (
        '<div class="geo-urban-map">'
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(title)}" style="width:100%;max-width:960px">'
        f"<p>{escape(said(in_both(_NOTE), language))}</p>"
        f'<script type="application/json" class="geo-urban-page">{payload_json(content)}</script>'
        f"</div><script>{own_text('notebook.js')}</script>"
    )


@lru_cache(maxsize=3)
def _packed_assets(mode: Mode) -> tuple[str, str]:
    """Return the key and the packed list of the elements of a page that bring scripts and styles."""
    text = json.dumps([html for _, html in head_elements(mode)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12], _packed(text)


def _packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")


def _brings_assets(key: str) -> bool:
    """Tell whether the output that is being made must bring scripts and styles."""
    place = _running_cell()
    if place is None:
        return True
    cell, run = place
    cells = _shown.setdefault(key, {})
    first, again = not cells, cells.get(cell, run) != run
    cells[cell] = run
    return first or again


def _running_cell() -> tuple[str, object] | None:
    """Return which cell is being run, and the number of the run; None where outputs do not share a document."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or "google.colab" in sys.modules:  # there each output is a document of its own
        return None
    asked = getattr(shell, "parent_header", None) or {}
    cell = asked.get("metadata", {}).get("cellId") or shell.history_manager.input_hist_raw[-1]
    return str(cell), shell.execution_count
