"""What a page may load and run: nothing but what it carries, unless tiles or a network were asked for."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geo_urban.maps.page_assets import CDN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_urban.maps.page_assets import Mode

__all__ = ["POLICY_MARK", "foreign_elements", "leftovers", "sealed", "tile_hosts"]

POLICY_MARK = "<!-- content-security policy -->"

_LOADING_ATTRIBUTES = {"src", "srcset", "poster", "data", "background"}
_DATA_TYPES = {"application/json", "application/ld+json"}
_STYLE_ADDRESS = re.compile(r"""(?:url\(|@import)\s*['"]?\s*((?:https?:)?//[^'")\s;]+)""", re.IGNORECASE)
# Elements of folium that call scripts which only folium's own set of network assets brings.
_NEEDS_NETWORK_ASSETS = {"Icon": "AwesomeMarkers", "Popup": "jQuery"}


class _Scan(HTMLParser):
    """Collect the scripts written in a page and the addresses that it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.addresses: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.addresses += [value for name, value in values.items() if name in _LOADING_ATTRIBUTES]
        self.addresses += _STYLE_ADDRESS.findall(values.get("style", ""))
        if tag == "link":
            self.addresses.append(values.get("href", ""))
        if tag == "style":
            self._inside = "style"
        if tag == "script" and "src" not in values and values.get("type") not in _DATA_TYPES:
            self._inside = "script"
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside == "style":
            self.addresses += _STYLE_ADDRESS.findall(data)


def _scanned(html: str) -> _Scan:
    scan = _Scan()
    scan.feed(html)
    scan.close()
    return scan


def leftovers(html: str, *, mode: Mode) -> list[str]:
    """Return every address that the page would load from a network and that its mode does not allow.

    Parameters
    ----------
    html
        The page.
    mode
        Mode it was drawn with; ``"cdn"`` allows the one host that Leaflet comes from.

    Returns
    -------
    list of str
        Addresses in the order of the page, each once.
    """
    found = [address for address in _scanned(html).addresses if re.match(r"(?:https?:)?//", address.strip())]
    allowed = CDN if mode == "cdn" else None
    return [address for address in dict.fromkeys(found) if allowed is None or not address.startswith(f"{allowed}/")]


def sealed(html: str, *, mode: Mode, tiles: tuple[str, ...] = ()) -> str:
    """Return the page with a content-security policy that lets run the scripts it was written with, and no other.

    A script that found its way into the page later, or an ``onerror`` in a name, is not among the listed digests, so
    the browser refuses it.

    Parameters
    ----------
    html
        Page with `POLICY_MARK` in its head.
    mode
        Where its scripts are.
    tiles
        Hosts whose pictures were asked for.

    Returns
    -------
    str
        The page.
    """
    digests = [f"'sha256-{_digest(script)}'" for script in _scanned(html).scripts]
    places = {"inline": "", "sidecar": " 'self' file:", "cdn": f" {CDN}"}[mode]
    rules = (
        "default-src 'none'",
        f"script-src {' '.join(dict.fromkeys(digests))}{places}",
        f"style-src 'unsafe-inline'{places}",
        " ".join(["img-src data: blob:", *tiles]) + (f" {CDN}" if mode == "cdn" else ""),
        "base-uri 'none'",
        "form-action 'none'",
    )
    policy = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">'
    return html.replace(POLICY_MARK, policy, 1)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _members(element: Any) -> Iterator[Any]:
    for child in element._children.values():  # noqa: SLF001 - branca offers no other way to walk the tree
        yield child
        yield from _members(child)


def foreign_elements(drawn: Any) -> list[str]:
    """Return the kinds of what was added to a map and needs scripts from a network."""
    found: list[str] = []
    for member in _members(drawn):
        name = type(member).__name__
        if getattr(member, "default_js", None) or getattr(member, "default_css", None) or name in _NEEDS_NETWORK_ASSETS:
            found.append(name)
    return list(dict.fromkeys(found))


def tile_hosts(page: Any) -> tuple[str, ...]:
    """Return the hosts of the tiles that were added to a map, as a policy names them."""
    from folium.raster_layers import TileLayer

    hosts: list[str] = []
    for member in _members(page):
        if isinstance(member, TileLayer):
            address = urlsplit(str(member.tiles))
            # A policy knows a star only as a whole first label: `t{s}.site.org` is allowed as `*.site.org`.
            hosts.append(f"{address.scheme}://{re.sub(r'^[^.]*[{]s[}][^.]*', '*', address.netloc)}")
    return tuple(dict.fromkeys(hosts))
