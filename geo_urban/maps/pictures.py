"""Pictures of pages: a PNG through the Chromium that is installed, if one is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.errors import DataSourceError, MissingDependencyError, OutputError
from geo_urban.outputs import replace_when_done

if TYPE_CHECKING:
    from geo_urban.typing import FilePath

__all__ = ["BROWSER_OPTIONS", "find_browser", "screenshot"]

BROWSER_OPTIONS = (
    "--headless",
    "--no-sandbox",  # Chromium refuses to start as root with it; the page is our own file
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",  # small in containers
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no network, whatever the page says
)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
        r"%LocalAppData%\Chromium\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    ),
}
_PATIENCE_S = 120


def find_browser() -> str | None:
    """Return the path of an installed Chromium, Chrome or Edge; None if there is none.

    Returns
    -------
    str or None
        ``GEO_URBAN_BROWSER`` if that is set and there, else the first one found by name or in its usual place.
    """
    named = os.environ.get("GEO_URBAN_BROWSER")
    if named:
        return shutil.which(named) or (named if Path(named).is_file() else None)
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    for place in _PLACES.get(sys.platform, ()):
        expanded = os.path.expandvars(place)
        if Path(expanded).is_file():
            return expanded
    return None


def screenshot(page: FilePath, png: FilePath, *, width: int = 1280, height: int = 800) -> Path:
    """Write a picture of a page as a browser without a network shows it.

    Parameters
    ----------
    page
        HTML file.
    png
        The picture to write.
    width, height
        Size of the window [pixels]; Chromium makes no window narrower than about 500.

    Returns
    -------
    Path
        The picture.

    Raises
    ------
    DataSourceError
        If `page` is not there.
    MissingDependencyError
        If no Chromium, Chrome or Edge is installed.
    OutputError
        If the browser makes no picture, or it cannot be written.
    """
    source = Path(page).resolve()
    if not source.is_file():
        raise DataSourceError("there is no page `{path}`. Write it first, e.g. with `save_page`.", path=str(page))
    browser = find_browser()
    if browser is None:
        raise MissingDependencyError(
            "no Chromium, Chrome or Edge was found, so there is no picture of the page; the page itself works. "
            "Install one (Debian: `apt-get install chromium`), or name it in GEO_URBAN_BROWSER."
        )
    with replace_when_done(png) as temporary:
        words = _take(browser, source, temporary.resolve(), size=f"{width},{height}")
        if not temporary.is_file():
            raise OutputError(
                "the browser `{browser}` made no picture of `{page}`: {words}. Open the page in it to see why.",
                browser=browser,
                page=str(page),
                words=words,
            )
    return Path(png)


def _take(browser: str, page: Path, png: Path, *, size: str) -> str:
    """Run the browser once and return the last words it said."""
    with tempfile.TemporaryDirectory(prefix="geo-urban-", ignore_cleanup_errors=True) as profile:
        command = [
            browser,
            *BROWSER_OPTIONS,
            f"--user-data-dir={profile}",
            f"--window-size={size}",
            f"--screenshot={png}",
            "--virtual-time-budget=10000",
            page.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False)  # noqa: S603 - our own arguments
        except subprocess.TimeoutExpired:
            return f"no answer in {_PATIENCE_S} s"
    return done.stderr.decode("utf-8", errors="replace").strip()[-300:]
