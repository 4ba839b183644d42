"""Open a user's own street or road network, with osmnx where it is one of OpenStreetMap."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.checks import existing_file, listed
from geo_urban.errors import DataSourceError, InputError, raise_faults
from geo_urban.messages import Sentence
from geo_urban.spatial._street_files import StreetMode, from_graphml, from_osm, from_pbf, from_place
from geo_urban.spatial.edge_networks import network_from_edges
from geo_urban.spatial.network import Network, build_network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_urban.typing import FilePath

__all__ = ["StreetMode", "is_place_name", "read_network", "streets_of_place"]

_GRAPHML = (".graphml",)
_OSM = (".osm", ".osm.xml", ".osm.bz2", ".osm.gz", ".xml")
_PBF = (".pbf",)
_VECTORS = (".gpkg", ".geojson", ".json", ".shp", ".fgb", ".parquet", ".gml", ".kml", ".zip")
_PACES_KMH = {"walk": 5.0, "bike": 15.0}
_UNCERTAINTY = 0.25


def read_network(
    source: FilePath | gpd.GeoDataFrame | Any,
    *,
    mode: StreetMode = "drive",
    speeds_kmh: Mapping[str, float] | None = None,
    fallback_kmh: float = 30.0,
    speed_kmh: float | str | None = None,
    minutes: str | None = None,
    km: str | None = None,
    oneway: str | None = None,
    layer: str | None = None,
) -> Network:
    """Read a street or road network from a file, a place by name, an osmnx graph or a frame of lines.

    Streets of OpenStreetMap go through osmnx, which imputes a speed where a street has no limit. One-way streets
    lead one way. Minutes are those of a free road: no lights, no traffic, no waiting.

    Parameters
    ----------
    source
        A file: GraphML that osmnx wrote, an extract of OpenStreetMap (``.osm``, ``.osm.pbf``), or lines in any format
        that GDAL reads. Or an osmnx graph, a frame of lines, or the name of a place, whose streets are then downloaded.
    mode
        Who travels: ``"drive"``, ``"drive_service"``, ``"walk"``, ``"bike"`` or ``"all"``. Decides which streets of an
        extract are open; a graph or GraphML file is taken whole.
    speeds_kmh
        Speed by kind of street (the tag ``highway``) where a street has no limit [km/h]; by default the mean limit of
        its kind.
    fallback_kmh
        Speed where no street of a kind has a limit and none is given [km/h].
    speed_kmh, minutes, km, oneway
        For lines, as in `geo_urban.spatial.network_from_edges`; and `speed_kmh` as one speed for all streets of
        OpenStreetMap.
    layer
        Layer of a file of lines with several.

    Returns
    -------
    Network
        On WGS 84, with the course of each edge. Places join it in the largest part in which every node reaches every
        other, so that nobody is caught in a dead end of one-way streets.

    Raises
    ------
    DataSourceError
        If the file is missing or is no network, or the place cannot be downloaded.
    MissingDependencyError
        If a ``.osm.pbf`` is given and `osmium` is not installed.
    InsufficientDataError
        If no street is open to `mode`.
    InputError
        If `mode` is unknown, a speed is not above zero, lines come without `speed_kmh` or `minutes`, or several places
        have that name.

    Notes
    -----
    On foot everyone walks 5 km/h, on a bicycle 15 km/h. Speeds of osmnx are limits and their means, so minutes are a
    lower bound in cities; they carry 25 %.

    References
    ----------
    Boeing, G. (2025). Modeling and analyzing urban networks and amenities with OSMnx. doi:10.1111/gean.70009

    Examples
    --------
    ``read_network("harbin.osm.pbf")`` reads the roads for cars; ``read_network("roads.gpkg", speed_kmh=60)`` reads
    lines.
    """
    modes = get_args(StreetMode)
    if mode not in modes:
        raise InputError("`mode` is {mode!r}; known are {known}. Pass one of them.", mode=mode, known=listed(modes))
    of_lines: dict[str, Any] = {"speed_kmh": speed_kmh, "minutes": minutes, "km": km, "oneway": oneway, "mode": mode}
    if isinstance(source, gpd.GeoDataFrame):
        return network_from_edges(source, **of_lines)
    if not isinstance(source, str | os.PathLike):
        return _network(_require_graph(source), mode, speeds_kmh, fallback_kmh, speed_kmh, "osmnx")
    name = str(source).lower()
    if name.endswith(_VECTORS):
        lines = _lines(existing_file(source, argument="source"), layer)
        return network_from_edges(lines, source=Path(source).name, **of_lines)
    graph = _graph(source, name, mode)
    return _network(graph, mode, speeds_kmh, fallback_kmh, speed_kmh, Path(source).name)


def is_place_name(source: object) -> bool:
    """Return whether a source is the name of a place, whose streets would be downloaded."""
    if not isinstance(source, str):
        return False
    endings = (*_GRAPHML, *_OSM, *_PBF, *_VECTORS)
    return not (source.lower().endswith(endings) or os.sep in source or Path(source).exists())


def streets_of_place(
    name: str,
    *,
    within: shapely.Polygon | None = None,
    mode: StreetMode = "drive",
    speed_kmh: float | str | None = None,
) -> Network:
    """Return the streets of a place by its name, downloaded, as `read_network`; of an area alone, if one is given.

    Raises
    ------
    DataSourceError, InputError
        As `read_network`; and if the place does not reach that area.
    """
    return read_network(from_place(name, mode, within=within), mode=mode, speed_kmh=speed_kmh)


def _graph(source: FilePath, name: str, mode: StreetMode) -> Any:
    if name.endswith(_GRAPHML):
        return from_graphml(existing_file(source, argument="source"))
    if name.endswith(_PBF):
        return from_pbf(existing_file(source, argument="source"), mode)
    if name.endswith(_OSM):
        return from_osm(existing_file(source, argument="source"), mode)
    if Path(source).exists() or not isinstance(source, str) or os.sep in source:
        raise DataSourceError(
            "{path} has an ending that is no network's. Known are .graphml, .osm, .osm.pbf and layers of lines such as "
            ".gpkg; rename or convert it.",
            path=existing_file(source, argument="source"),
        )
    return from_place(source, mode)


def _lines(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    import pyogrio

    try:
        if path.suffix == ".parquet":
            return gpd.read_parquet(path)
        return gpd.read_file(path, layer=layer) if layer else gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError) as error:
        raise DataSourceError(
            "{path} cannot be read as a layer of lines ({reason}). Check that it is whole and of a format that GDAL "
            "reads, and name its `layer` if it has several.",
            path=path,
            reason=error,
        ) from error


def _require_graph(source: Any) -> Any:
    if not getattr(source, "is_multigraph", bool)():
        raise InputError(
            "`source` is a {kind}; a network comes from a file, the name of a place, an osmnx graph (MultiDiGraph) or "
            "a frame of lines.",
            kind=type(source).__name__,
        )
    lacking = sum("x" not in data or "y" not in data for _, data in source.nodes(data=True))
    if lacking or len(source.edges) == 0 or "crs" not in source.graph:
        raise InputError(
            "`source` is no street graph of osmnx: it has {edges} edges, {lacking} nodes without x and y, and the CRS "
            "{crs}. Make one, e.g. `osmnx.graph_from_gdfs(nodes, edges)`.",
            edges=len(source.edges),
            lacking=lacking,
            crs=source.graph.get("crs"),
        )
    return source


def _network(
    graph: Any,
    mode: StreetMode,
    speeds_kmh: Mapping[str, float] | None,
    fallback_kmh: float,
    speed_kmh: float | str | None,
    source: str,
) -> Network:
    _require_speeds(speeds_kmh, fallback_kmh, speed_kmh)
    directed = graph.is_directed()  # osmnx makes every graph directed on the way, without the ways back
    graph, rule = _timed(_on_wgs84(graph), mode, speeds_kmh, fallback_kmh, speed_kmh)
    ids = list(graph.nodes)
    place = {node: number for number, node in enumerate(ids)}
    rows = [(place[start], place[end], data) for start, end, data in graph.edges(data=True)]
    x, y = (np.array([graph.nodes[node][axis] for node in ids], dtype=float) for axis in "xy")
    straight = shapely.linestrings([[(x[a], y[a]), (x[b], y[b])] for a, b, _ in rows])
    names = np.empty(len(ids), dtype=object)
    names[:] = ids
    return build_network(
        x,
        y,
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows]),
        km=np.array([row[2]["length"] for row in rows], dtype=float) / 1000,
        minutes=np.array([row[2]["travel_time"] for row in rows], dtype=float) / 60,
        directed=directed,
        mode=mode,
        source=Sentence("OpenStreetMap (ODbL) by osmnx, {name}", name=source),
        speed_rule=rule,
        minutes_uncertainty=_UNCERTAINTY,
        node_ids=names,
        open_nodes=_in_the_largest_strong_part(len(ids), rows, directed=directed),
        lines=_courses(rows, straight),
    )


def _require_speeds(speeds_kmh: Mapping[str, float] | None, fallback_kmh: float, speed_kmh: float | str | None) -> None:
    speeds = {**(speeds_kmh or {}), "fallback_kmh": fallback_kmh}
    if isinstance(speed_kmh, int | float):
        speeds["speed_kmh"] = speed_kmh
    raise_faults(
        [
            InputError("speed {name} is {speed} km/h; it must be above zero.", name=name, speed=speed)
            for name, speed in speeds.items()
            if not speed > 0
        ]
    )


def _on_wgs84(graph: Any) -> Any:
    import osmnx
    from pyproj import CRS

    found = osmnx.project_graph(graph, to_latlong=True) if CRS(graph.graph["crs"]).is_projected else graph.copy()
    lacking = [(start, end, key) for start, end, key, data in found.edges(keys=True, data=True) if "length" not in data]
    return osmnx.distance.add_edge_lengths(found, edges=lacking) if lacking else found


def _timed(
    graph: Any,
    mode: StreetMode,
    speeds_kmh: Mapping[str, float] | None,
    fallback_kmh: float,
    speed_kmh: float | str | None,
) -> tuple[Any, Sentence]:
    import osmnx

    pace = speed_kmh if isinstance(speed_kmh, int | float) else _PACES_KMH.get(mode)
    if pace is not None:
        for _, _, data in graph.edges(data=True):
            data["travel_time"] = data["length"] / (pace / 3.6)
        return graph, Sentence("{speed:g} km/h on every edge", speed=pace)
    graph = osmnx.add_edge_speeds(graph, hwy_speeds=dict(speeds_kmh or {}) or None, fallback=fallback_kmh)
    return osmnx.add_edge_travel_times(graph), Sentence(
        "speed limits, imputed by kind of street where there is none, else {speed:g} km/h (osmnx); free flow",
        speed=fallback_kmh,
    )


def _courses(rows: list[tuple[int, int, Any]], straight: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return each edge's line from its start to its end; graphs without directions draw some the other way round."""
    lines = np.array(
        [data.get("geometry", line) for (_, _, data), line in zip(rows, straight, strict=True)], dtype=object
    )
    starts, ends = (shapely.get_point(straight, which) for which in (0, -1))
    first = shapely.get_point(lines, 0)
    turned = shapely.distance(first, starts) > shapely.distance(first, ends)
    return np.where(turned, shapely.reverse(lines), lines)


def _in_the_largest_strong_part(count: int, rows: list[tuple[int, int, Any]], *, directed: bool) -> NDArray[np.bool_]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start, end = ([row[side] for row in rows] for side in (0, 1))
    links = coo_array((np.ones(len(rows)), (start, end)), shape=(count, count))
    _, labels = connected_components(links, directed=directed, connection="strong")
    return np.asarray(labels == np.bincount(labels).argmax())
