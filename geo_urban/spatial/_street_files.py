"""Bring street networks of OpenStreetMap into osmnx: GraphML, .osm and .osm.pbf files, and places by name."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import shapely

from geo_urban.errors import (
    DataSourceError,
    GeoUrbanError,
    InputError,
    InsufficientDataError,
    MissingDependencyError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

__all__ = ["StreetMode", "from_graphml", "from_osm", "from_pbf", "from_place"]

StreetMode = Literal["drive", "drive_service", "walk", "bike", "all"]

# What a file's ways must not be, by mode; the same lists that osmnx sends to a server (its `network_type`).
_CLOSED = frozenset(
    {
        "abandoned",
        "construction",
        "corridor",
        "elevator",
        "escalator",
        "no",
        "planned",
        "platform",
        "proposed",
        "raceway",
        "razed",
        "rest_area",
    }
)
_NOT_BY_CAR = frozenset(
    {"bridleway", "bus_guideway", "cycleway", "footway", "path", "pedestrian", "steps", "track", "services"}
)
_EXCLUDED: dict[StreetMode, frozenset[str]] = {
    "drive": _CLOSED | _NOT_BY_CAR | {"service"},
    "drive_service": _CLOSED | _NOT_BY_CAR,
    "walk": _CLOSED | frozenset({"bus_guideway", "cycleway", "motor", "motorway", "motorway_link", "services"}),
    "bike": _CLOSED | frozenset({"bus_guideway", "footway", "motor", "motorway", "motorway_link", "steps", "services"}),
    "all": _CLOSED,
}
_FORBIDDEN = {
    "drive": ("motor_vehicle", "motorcar"),
    "drive_service": ("motor_vehicle", "motorcar"),
    "walk": ("foot",),
    "bike": ("bicycle",),
    "all": (),
}
# Places of one name are told apart among so many; two matches nearer than this are one, its area and its middle.
_MATCHES = 3
_SAME_PLACE_KM = 20.0
_TAGS = ("area", "motor_vehicle", "motorcar", "foot", "bicycle", "service")


def from_graphml(path: Path) -> Any:
    """Return the graph of a GraphML file that osmnx wrote.

    Raises
    ------
    DataSourceError
        If it is none.
    InsufficientDataError
        If it has no edges.
    """
    import osmnx

    try:
        graph = osmnx.load_graphml(path)
    except (OSError, ValueError, KeyError, SyntaxError) as error:
        raise _unreadable(path, error) from error
    if len(graph.edges) == 0:
        raise InsufficientDataError(
            "{path} holds a graph without edges, so there is no street. Check that it is the whole network.", path=path
        )
    return graph


def from_osm(path: Path, mode: StreetMode, *, named: Path | None = None) -> Any:
    """Return the streets of an .osm file that `mode` may use, simplified to junctions.

    Raises
    ------
    DataSourceError
        If the file is none.
    InsufficientDataError
        If no such street is in it.
    """
    import osmnx
    from osmnx._errors import InsufficientResponseError  # osmnx has no public name for it

    try:
        # The tags that say who may use a street are not among those that osmnx keeps.
        with _settings(useful_tags_way=list(dict.fromkeys([*osmnx.settings.useful_tags_way, *_TAGS]))):
            graph = osmnx.graph_from_xml(path, simplify=False, retain_all=True, bidirectional=mode == "walk")
    except InsufficientResponseError as error:
        raise _empty(named or path, mode) from error
    except (OSError, ValueError, KeyError, SyntaxError) as error:
        raise _unreadable(named or path, error) from error
    unfit = [
        (start, end, key) for start, end, key, tags in graph.edges(keys=True, data=True) if not _is_open(tags, mode)
    ]
    graph.remove_edges_from(unfit)
    graph.remove_nodes_from([node for node, degree in dict(graph.degree()).items() if degree == 0])
    if len(graph) == 0:
        raise _empty(named or path, mode)
    return osmnx.simplify_graph(graph)


def from_pbf(path: Path, mode: StreetMode) -> Any:
    """Return the streets of an .osm.pbf file; osmnx reads none, so its ways with a street are copied to an .osm first.

    Raises
    ------
    MissingDependencyError
        If `osmium` is not installed.
    DataSourceError
        If the file is none.
    InsufficientDataError
        If no such street is in it.
    """
    if find_spec("osmium") is None:
        raise MissingDependencyError(
            "{path} is a .osm.pbf file, and the package osmium, which reads those, is not installed. "
            'Install it, `pip install "geo-urban[osm]"`, or convert the file, `osmium cat {name} -o streets.osm`.',
            path=path,
            name=path.name,
        )
    with tempfile.TemporaryDirectory() as folder:
        streets = Path(folder) / "streets.osm"
        try:
            _copy_streets(path, streets)
        except RuntimeError as error:
            raise _unreadable(path, error) from error
        return from_osm(streets, mode, named=path)


def _copy_streets(path: Path, target: Path) -> None:
    """Copy the ways with a street and their nodes, as .osm."""
    import osmium

    wanted = osmium.IdTracker()
    for way in osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway")):
        wanted.add_way(way.id)
        wanted.add_references(way)
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_filter(wanted.id_filter()):
            writer.add(thing)


def from_place(name: str, mode: StreetMode, *, within: shapely.Polygon | None = None) -> Any:
    """Return the streets of a place by its name, downloaded; only those of an area, if one is given.

    Raises
    ------
    DataSourceError
        If there is no network, no server, or no such place.
    InputError
        If several places have that name.
    """
    import osmnx
    import platformdirs
    import requests

    kept = Path(platformdirs.user_cache_dir("geo-urban", appauthor=False)) / "osmnx"
    try:
        with _settings(cache_folder=kept):  # its own choice is the folder the user happens to work in
            place = _only_match(name)
            return osmnx.graph_from_polygon(_area_of(place, within, name), network_type=mode)
    except (requests.RequestException, OSError, ValueError, TypeError) as error:
        if isinstance(error, GeoUrbanError):
            raise
        raise DataSourceError(
            "{name!r} is no file here, and as the name of a place its streets could not be downloaded from "
            "OpenStreetMap ({reason}). Check the path or the spelling; without a network, give a file: .graphml, .osm "
            "or .osm.pbf.",
            name=name,
            reason=_first_line(error),
        ) from error


def _only_match(name: str) -> gpd.GeoDataFrame:
    """Return what the gazetteer of OpenStreetMap knows by a name, if that is one place."""
    import osmnx
    from osmnx._errors import InsufficientResponseError  # osmnx has no public name for it

    found: list[gpd.GeoDataFrame] = []
    for rank in range(1, _MATCHES + 1):
        try:
            found.append(osmnx.geocode_to_gdf(name, which_result=rank))
        except InsufficientResponseError:
            if not found:
                raise
            break
    first = found[0].geometry.iloc[0]
    others = [match for match in found[1:] if _km_apart(first, match.geometry.iloc[0]) > _SAME_PLACE_KM]
    if others:
        raise InputError(
            "{name!r} is the name of {count} places: {places}. Say which one is meant, with its province and country, "
            "or give a file.",
            name=name,
            count=len(others) + 1,
            places="; ".join(str(match["display_name"].iloc[0]) for match in [found[0], *others]),
        )
    areal = [match for match in found if match.geometry.iloc[0].area > 0]
    return (areal or found)[0]


def _km_apart(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Return the straight distance between the nearest points of two places."""
    from pyproj import Geod

    return float(Geod(ellps="WGS84").geometry_length(shapely.shortest_line(one, other))) / 1000


def _area_of(place: gpd.GeoDataFrame, within: shapely.Polygon | None, name: str) -> shapely.Polygon:
    area = place.geometry.iloc[0]
    if within is None:
        if area.area == 0:
            raise InputError(
                "OpenStreetMap knows {name!r} as a point without an area. Say how far its streets reach (`centre` and "
                "`within_km`), or give a file.",
                name=name,
            )
        return area
    if not within.intersects(area):
        raise InputError(
            "{place}, which OpenStreetMap knows by the name {name!r}, does not reach the area that was asked for. "
            "Check the name, and that longitude and latitude are not swapped.",
            place=place["display_name"].iloc[0],
            name=name,
        )
    return within


def _is_open(tags: dict[str, Any], mode: StreetMode) -> bool:
    kind = tags.get("highway")
    if kind is None or tags.get("area") == "yes" or tags.get("access") == "private":
        return False
    if kind in _EXCLUDED[mode] or any(tags.get(key) == "no" for key in _FORBIDDEN[mode]):
        return False
    byways = {"alley", "driveway", "emergency_access", "parking", "parking_aisle", "private"}
    return not (mode.startswith("drive") and tags.get("service") in byways)


@contextmanager
def _settings(**wanted: Any) -> Iterator[None]:
    """Set osmnx's settings, and set them back."""
    from osmnx import settings

    before = {name: getattr(settings, name) for name in wanted}
    for name, value in wanted.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _unreadable(path: Path, error: Exception) -> DataSourceError:
    return DataSourceError(
        "{path} cannot be read as a street network ({reason}). Give a .graphml file that osmnx wrote, or an extract of "
        "OpenStreetMap (.osm, .osm.pbf), whole.",
        path=path,
        reason=_first_line(error),
    )


def _empty(path: Path, mode: str) -> InsufficientDataError:
    return InsufficientDataError(
        'no street in {path} is open to mode "{mode}", so there is no network. Take another `mode` or a larger '
        "extract.",
        path=path,
        mode=mode,
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
