"""Scripts and styles of a map page: Leaflet from its package, and our own few files."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from geo_urban.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CDN", "OWN_SCRIPTS", "OWN_STYLES", "Asset", "Mode", "head_elements", "own_text", "sidecar_files"]

Mode: TypeAlias = Literal["inline", "sidecar", "cdn"]

CDN = "https://cdn.jsdelivr.net"
SIDECAR_FOLDER = "assets"

# In the order in which they run: what a later one uses stands in an earlier one.
OWN_SCRIPTS = (
    "core.js",
    "projection.js",
    "shapes.js",
    "frame.js",
    "chooser.js",
    "legend.js",
    "tip.js",
    "search.js",
    "compare.js",
    "panel.js",
    "brush.js",
    "table.js",
    "layers.js",
    "raster.js",
    "firmness.js",
    "sheet.js",
    "geodesy.js",
    "measure.js",
    "screen.js",
    "axes.js",
    "scatter.js",
    "picture_words.js",
    "picture_map.js",
    "picture.js",
    "start.js",
)
OWN_STYLES = (
    "page.css",
    "panel.css",
    "brush.css",
    "table.css",
    "layers.css",
    "raster.css",
    "compare.css",
    "firmness.css",
    "sheet.css",
    "measure.css",
    "screen.css",
    "scatter.css",
    "picture.css",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One script or style: its file name, its text, and for a third party's where a network has it."""

    name: str
    text: str
    url: str = ""
    integrity: str = ""

    @property
    def is_script(self) -> bool:
        """Whether it is a script rather than a style."""
        return self.name.endswith(".js")


@cache
def _assets() -> tuple[Asset, ...]:
    home = f"{CDN}/npm/leaflet@1.9.3/dist"
    return (
        # The two digests are Leaflet's own, printed on its download page, and those of the packaged files.
        Asset(
            name="leaflet.css",
            text=_with_images(_leaflet("leaflet.css")),
            url=f"{home}/leaflet.css",
            integrity="sha256-kLaT2GOSpHechhsozzB+flnD+zUyjE2LlfWPgU04xyI=",
        ),
        Asset(name="page.css", text="".join(own_text(name) for name in OWN_STYLES)),
        Asset(
            name="leaflet.js",
            text=_without_source_map(_leaflet("leaflet.js")) + _marker_images(),
            url=f"{home}/leaflet.js",
            integrity="sha256-WBkoXOwTeyKclOHuWtc+i2uENFpDZ9YPdf5Hf+D7ewM=",
        ),
        Asset(name="page.js", text="".join(own_text(name) for name in OWN_SCRIPTS)),
    )


def own_text(name: str) -> str:
    """Return the text of one of our own files."""
    return (files("geo_urban.maps") / "assets" / name).read_text(encoding="utf-8")


def head_elements(mode: Mode) -> Iterator[tuple[str, str]]:
    """Yield name and HTML of each element that brings a script or style into the page."""
    for asset in _assets():
        if mode == "cdn" and asset.url:
            yield asset.name, _remote(asset)
        elif mode == "sidecar":
            yield asset.name, _beside(asset)
        else:
            yield asset.name, _inside(asset)


def sidecar_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and text of each file that a page of mode ``"sidecar"`` needs beside it."""
    for asset in _assets():
        yield folder / SIDECAR_FOLDER / asset.name, asset.text


def _inside(asset: Asset) -> str:
    tag = "script" if asset.is_script else "style"
    return f"<{tag}>{asset.text}</{tag}>"


def _beside(asset: Asset) -> str:
    path = f"{SIDECAR_FOLDER}/{asset.name}"
    return f'<script src="{path}"></script>' if asset.is_script else f'<link rel="stylesheet" href="{path}">'


def _remote(asset: Asset) -> str:
    check = f'integrity="{asset.integrity}" crossorigin="anonymous"'
    if asset.is_script:
        return f'<script src="{asset.url}" {check}></script>'
    return f'<link rel="stylesheet" href="{asset.url}" {check}>'


def _leaflet_folder() -> Path:
    try:
        from xstatic.pkg import leaflet
    except ImportError as error:
        raise MissingDependencyError(
            "the package `xstatic-leaflet` is not installed, so a map page cannot carry its own Leaflet. "
            'Install it (`pip install xstatic-leaflet`), or draw with `mode="cdn"`.'
        ) from error
    return Path(leaflet.BASE_DIR)


def _leaflet(name: str) -> str:
    return (_leaflet_folder() / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _image(name: str) -> str:
    picture = base64.b64encode((_leaflet_folder() / "images" / name).read_bytes()).decode("ascii")
    return f"data:image/png;base64,{picture}"


def _with_images(style: str) -> str:
    """Return a style whose pictures are inside it, and without the part that only Internet Explorer 8 reads."""
    style = re.sub(r"url\(images/([\w.-]+)\)", lambda found: f"url({_image(found[1])})", style)
    return re.sub(r"^\s*behavior:.*$", "", style, flags=re.MULTILINE)


def _without_source_map(script: str) -> str:
    return re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", script)


def _marker_images() -> str:
    # Leaflet looks for marker pictures beside its style file; in our page there is no such place.
    return (
        "L.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({"
        f"iconUrl:'{_image('marker-icon.png')}',iconRetinaUrl:'{_image('marker-icon-2x.png')}',"
        f"shadowUrl:'{_image('marker-shadow.png')}'}});\n"
    )
