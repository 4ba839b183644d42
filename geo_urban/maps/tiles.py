"""Background tiles, only where they are asked for: where they come from, on which datum, under which key."""

from __future__ import annotations

import os
import tomllib
import warnings
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import GeoUrbanWarning, InputError

if TYPE_CHECKING:
    import folium

    from geo_urban.presentation import Presentation
    from geo_urban.spatial.datum import Datum
    from geo_urban.typing import FilePath

__all__ = ["Tiles", "chosen_tiles", "known_tiles", "on_datum_of", "tile_layers", "warn_of_key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """A source of background tiles.

    Parameters
    ----------
    name
        Name to choose it by.
    addresses
        One address per layer, the lowest first; ``{s}`` a subdomain, ``{key}`` the user's key.
    attribution
        Whom to name on the map.
    datum
        Datum of the pictures. On ``"gcj02"`` the layers are shifted for display, so that they lie right.
    subdomains
        What ``{s}`` stands for.
    most_zoom
        Deepest zoom level there are pictures of.
    key_variable
        Environment variable with the user's key; empty where none is needed.
    """

    name: str
    addresses: tuple[str, ...]
    attribution: str
    datum: Datum = "wgs84"
    subdomains: str = "abc"
    most_zoom: int = 19
    key_variable: str = ""


@cache
def known_tiles() -> dict[str, Tiles]:
    """Return the sources of tiles by name, from ``tile_sources.toml``."""
    text = (files("geo_urban.maps") / "tile_sources.toml").read_text(encoding="utf-8")
    return {
        name: Tiles(name=name, **{**entry, "addresses": tuple(entry["addresses"])})
        for name, entry in tomllib.loads(text).items()
    }


def chosen_tiles(name: str) -> Tiles:
    """Return a source of tiles by its name.

    Raises
    ------
    InputError
        If there is no such source, naming the nearest.

    Examples
    --------
    >>> chosen_tiles("amap").datum
    'gcj02'
    """
    known = known_tiles()
    if name in known:
        return known[name]
    near = nearest_name(name, tuple(known))
    raise InputError(
        "`tiles` is {name}; there are {known}. Did you mean {near}? For other pictures add a folium.TileLayer "
        "to the map."
        if near
        else "`tiles` is {name}; there are {known}. Pass one of them, or add a folium.TileLayer to the map.",
        name=repr(name),
        known=listed(known),
        near=repr(near),
    )


def _key_of(tiles: Tiles) -> str:
    """Return the user's key for a source of tiles; empty where it needs none."""
    if not tiles.key_variable:
        return ""
    key = os.environ.get(tiles.key_variable, "").strip()
    if not key:
        raise InputError(
            "the tiles of {name} need a key, and {variable} is not set in the environment. "
            "Register one with the service and set it, e.g. `export {variable}=…`.",
            name=tiles.name,
            variable=tiles.key_variable,
        )
    return key


def tile_layers(tiles: Tiles) -> list[folium.TileLayer]:
    """Return the layers to add to a map, the lowest first.

    Raises
    ------
    InputError
        If a key is needed and the environment holds none.
    """
    import folium

    key = _key_of(tiles)
    return [
        folium.TileLayer(
            tiles=address.replace("{key}", key),
            attr=tiles.attribution,
            name=f"{tiles.name}-{number}",
            subdomains=tiles.subdomains,
            max_zoom=tiles.most_zoom,
        )
        for number, address in enumerate(tiles.addresses)
    ]


def on_datum_of(presentation: Presentation, tiles: Tiles) -> Presentation:
    """Return the presentation on the datum of the tiles, for display only.

    A layer on WGS 84 over pictures on GCJ-02 would lie some 500 m off. The shift is exact for China; elsewhere such
    pictures are not shifted either, and the layers stay.

    Parameters
    ----------
    presentation
        Layers on WGS 84. They are not changed.
    tiles
        The pictures.

    Returns
    -------
    Presentation
        The same where the datum needs no shift.

    Raises
    ------
    DatumError
        If a layer lies outside the area for which GCJ-02 is defined.
    InputError
        If there are grids among the layers.
    """
    if tiles.datum != "gcj02":
        return presentation
    if presentation.rasters:
        raise InputError(
            "the tiles {name} are on GCJ-02, and a grid cannot be shifted onto them without tearing its cells. "
            "Leave the grid out, or take tiles on WGS 84.",
            name=repr(tiles.name),
        )
    from geo_urban.spatial.datum import from_wgs84

    # The moved layer is tagged GCJ-02; the page draws degrees and asks no more.
    moved = tuple(
        replace(layer, units=from_wgs84(layer.units.to_crs(4326), target="gcj02")) for layer in presentation.layers
    )
    return replace(presentation, layers=moved)


def warn_of_key(tiles: Tiles | None, path: FilePath) -> None:
    """Warn that the user's key for tiles will stand in a file.

    Parameters
    ----------
    tiles
        What the map was drawn with; None for no tiles.
    path
        The file.
    """
    if tiles is None or not tiles.key_variable:
        return
    warnings.warn(
        GeoUrbanWarning(
            "the key in {variable} is written into {path}; whoever gets the file can read and use it. "
            "Give it away only with a key that is bound to your site.",
            variable=tiles.key_variable,
            path=str(path),
        ),
        stacklevel=3,
    )
