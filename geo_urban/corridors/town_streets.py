"""The streets of a border town: how dense and how direct they are, and the way from the port to the centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_crs, require_geometry
from geo_urban.corridors._corridor_paths import links_between
from geo_urban.corridors.streets_result import CorridorStreets, kind_of_junction
from geo_urban.errors import GeometryError, InputError, InsufficientDataError
from geo_urban.spatial import Network, area_km2
from geo_urban.spatial._access import geodesic_km, on_sphere, place_table
from geo_urban.spatial.street_networks import StreetMode, is_place_name, read_network, streets_of_place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.typing import FilePath

__all__ = ["corridor_streets"]

# A circle is drawn with so many corners; its area is 0.04 % short of the circle's.
_CORNERS = 128
# Streets are downloaded this far beyond the area, so that a street that leaves it counts at its last junction [km].
_MARGIN_KM = 0.5
# Two directions of one street agree in length to this [km].
_SAME_LENGTH_KM = 1e-4
# A street lies on a route if it is nowhere farther from it than a tenth of a metre [degree].
_ON_ROUTE = 1e-6


def corridor_streets(
    source: Network | FilePath | gpd.GeoDataFrame | Any,
    *,
    centre: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    ports: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    boundary: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    within_km: float | None = None,
    mode: StreetMode = "drive",
    speed_kmh: float | str | None = None,
    layer: str | None = None,
    max_access_km: float = 2.0,
) -> CorridorStreets:
    """Measure the streets of a border town, and the way from its port to its centre.

    How dense the streets are, how directly they lead, and how far it is through the town from the crossing to the
    seat. Densities depend on the area they are measured in: compare towns within circles of one size.

    Parameters
    ----------
    source
        What `geo_urban.io.read_network` reads: GraphML, an extract of OpenStreetMap (``.osm``, ``.osm.pbf``), lines
        (GeoPackage …, with `speed_kmh`), a graph of osmnx, a frame of lines; or the name of a place, whose streets are
        then downloaded; or a network.
    centre
        The town's centre: one point, e.g. a row of `geo_urban.datasets.county_seats`.
    ports
        Ports of entry, from which routes lead to the centre; with `centre`.
    boundary
        Area to measure in: polygons.
    within_km
        Or a circle around `centre` of this radius [km]. Without either the area is the convex hull of the streets.
    mode, speed_kmh, layer
        As in `geo_urban.io.read_network`; for a network that is read already they are not needed.
    max_access_km
        A centre or port farther than this from any street is an error: the network is another town's [km].

    Returns
    -------
    CorridorStreets
        `streets`, `junctions`, `routes`; measures in `summary()`.

    Raises
    ------
    DataSourceError, MissingDependencyError, MissingCRSError
        As `geo_urban.io.read_network`; if there is no network to download over, the message says which files do.
    InputError
        If several places have the name that was given; if `ports` or `within_km` come without `centre`, both
        `boundary` and `within_km` are given, or a limit is not above zero.
    GeometryError
        If the centre or a port lies too far from any street; they are named.
    InsufficientDataError
        If there is no street, or none inside the area.

    Notes
    -----
    A street is an edge between two junctions, counted once whatever its directions, and inside if both its junctions
    are. An intersection is a junction of three streets or more. circuity = Σ km / Σ straight km of streets. Routes are
    the fastest ways, with the legs from port and centre to their nearest junctions (30 km/h, 1.3 times the straight
    line). Streets from a junction to itself are left out, as in every network here.

    References
    ----------
    Boeing, G. (2025). Modeling and analyzing urban networks and amenities with OSMnx. doi:10.1111/gean.70009

    Examples
    --------
    A street of two stretches with a side street, all of 1.2 km; the seat at one end, the port at the other.

    >>> import geopandas as gpd
    >>> from geo_urban.spatial import build_network
    >>> ends = {"start": [0, 1, 1], "end": [1, 2, 3], "km": [1.2, 1.2, 1.2], "minutes": [2, 2, 2]}
    >>> town = build_network([0, 0.01, 0.02, 0.01], [0, 0, 0, 0.01], **ends)
    >>> places = gpd.GeoSeries.from_xy([0, 0.02], [0, 0], index=["seat", "port"], crs=4326)
    >>> found = corridor_streets(town, centre=places[["seat"]], ports=places[["port"]])
    >>> found.summary()[["streets", "intersections", "dead_ends", "route_m", "route_minutes"]].tolist()
    [3, 1, 3, 2400.0, 4.0]
    """
    if ports is not None and centre is None:
        raise InputError(
            "routes lead from `ports` to `centre`, and there is no `centre`. Give it, or leave out `ports`."
        )
    middle = None if centre is None else _one_place(centre)
    area, rule = _stated_area(boundary, within_km, middle)
    network = _network(source, area, mode, speed_kmh, layer)
    _require_near(
        network,
        {"centre": middle, "ports": None if ports is None else place_table(ports, argument="ports")},
        max_access_km,
    )
    streets, counts = _streets_of(network)
    inside = np.ones(len(network.lon), dtype=bool) if area is None else _inside(network, area)
    if area is None:
        area, rule = _hull(network), "hull"
    kept = streets[inside[streets["from"].to_numpy()] & inside[streets["to"].to_numpy()]]
    if kept.empty:
        raise InsufficientDataError(
            "no street lies inside the area: of {count} junctions {inside} do. Choose a larger area (`within_km`, "
            "`boundary`), or the extract of that town.",
            count=len(inside),
            inside=int(inside.sum()),
        )
    routes = _routes(network, ports, centre)
    outline = gpd.GeoDataFrame({"name": [rule]}, geometry=[area], crs=4326)
    return CorridorStreets(
        streets=_described(kept, network, routes),
        junctions=_junctions(network, counts, inside),
        routes=routes,
        area=outline,
        area_km2=float(area_km2(outline).iloc[0]),
        area_rule=rule,
        network=network,
    )


def _one_place(centre: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.DataFrame:
    table = place_table(centre, argument="centre")
    if len(table) != 1:
        raise InputError(
            "`centre` has {count} points ({places}); a town has one. Pick its row, e.g. `seats.loc[[code]]`.",
            count=len(table),
            places=listed(table.index) or "–",
        )
    return table


def _stated_area(
    boundary: gpd.GeoDataFrame | gpd.GeoSeries | None, within_km: float | None, middle: pd.DataFrame | None
) -> tuple[shapely.Geometry | None, str]:
    """Return the area that was asked for, and what it is."""
    if boundary is not None and within_km is not None:
        raise InputError("streets are measured inside `boundary` or `within_km` of the centre; give one of the two.")
    if boundary is not None:
        require_crs(boundary, argument="boundary")
        require_geometry(boundary, argument="boundary")
        return boundary.geometry.to_crs(4326).union_all(), "boundary"
    if within_km is None:
        return None, ""
    if not within_km > 0:
        raise InputError("`{name}` is {value}; it must be above zero.", name="within_km", value=within_km)
    if middle is None:
        raise InputError("`within_km` is the radius of a circle around `centre`, and there is none. Give `centre`.")
    return _circle(float(middle["lon"].iloc[0]), float(middle["lat"].iloc[0]), within_km), "circle"


def _circle(lon: float, lat: float, km: float) -> shapely.Polygon:
    from pyproj import Geod

    around = np.linspace(0.0, 360.0, _CORNERS, endpoint=False)
    corners = Geod(ellps="WGS84").fwd(
        np.full(_CORNERS, lon), np.full(_CORNERS, lat), around, np.full(_CORNERS, km * 1000)
    )
    return shapely.Polygon(np.column_stack(corners[:2]))


def _network(
    source: Any, area: shapely.Geometry | None, mode: StreetMode, speed_kmh: float | str | None, layer: str | None
) -> Network:
    if isinstance(source, Network):
        return source
    if is_place_name(source):
        wider = None if area is None else shapely.buffer(area, _MARGIN_KM / 111 / np.cos(np.radians(_middle_lat(area))))
        return streets_of_place(source, within=wider, mode=mode, speed_kmh=speed_kmh)
    return read_network(source, mode=mode, speed_kmh=speed_kmh, layer=layer)


def _middle_lat(area: shapely.Geometry) -> float:
    return float(shapely.get_y(shapely.centroid(area)))


def _require_near(network: Network, places: dict[str, pd.DataFrame | None], max_km: float) -> None:
    """Raise unless every place lies near a junction: else the streets are another town's."""
    from scipy.spatial import cKDTree

    tree = cKDTree(on_sphere(network.lon, network.lat))
    far = []
    for argument, table in places.items():
        if table is None:
            continue
        nearest = tree.query(on_sphere(*table[["lon", "lat"]].to_numpy().T))[1]
        km = geodesic_km(table["lon"].to_numpy(), table["lat"].to_numpy(), network.lon[nearest], network.lat[nearest])
        far += [
            f"{argument} {name} ({each:,.1f} km)" for name, each in zip(table.index, km, strict=True) if each > max_km
        ]
    if far:
        raise GeometryError(
            "the nearest street lies more than {limit:g} km from {places}, so the network is without that town. Read "
            "the right extract, check that longitude and latitude are not swapped, or raise `max_access_km`.",
            limit=max_km,
            places=listed(far),
        )


def _streets_of(network: Network) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return each street once, whatever its directions, and how many meet at each node."""
    tails, heads = network.tails, network.ends
    table = pd.DataFrame(
        {
            "arc": np.arange(len(heads)),
            "from": np.minimum(tails, heads),
            "to": np.maximum(tails, heads),
            "km": network.km,
            "minutes": network.minutes,
            "length": np.round(network.km / _SAME_LENGTH_KM).astype(np.int64),
        }
    ).sort_values(["from", "to", "length", "minutes"], kind="stable")
    # Parallel streets of one length are told apart by how often they are travelled in each direction.
    forth = (tails[table["arc"]] < heads[table["arc"]]).astype(int)
    keys = [table["from"], table["to"], table["length"], forth]
    table["turn"] = table.groupby(keys).cumcount()
    table = table.drop_duplicates(["from", "to", "length", "turn"])
    if table.empty:
        raise InsufficientDataError("the network has no edges, so there is no street to measure. Check the file.")
    ends = np.concatenate([table["from"], table["to"]])
    return table.sort_values("arc").reset_index(drop=True), np.bincount(ends, minlength=len(network.lon))


def _hull(network: Network) -> shapely.Geometry:
    return shapely.convex_hull(shapely.geometrycollections(network.lines_of(np.arange(len(network.ends)))))


def _inside(network: Network, area: shapely.Geometry) -> NDArray[np.bool_]:
    shapely.prepare(area)
    found: NDArray[np.bool_] = shapely.intersects_xy(area, network.lon, network.lat)
    return found


def _routes(
    network: Network, ports: gpd.GeoDataFrame | gpd.GeoSeries | None, centre: gpd.GeoDataFrame | gpd.GeoSeries | None
) -> gpd.GeoDataFrame:
    """Return the fastest way from each port to the centre."""
    columns = ["straight_m", "route_m", "route_minutes", "detour"]
    if ports is None or centre is None:
        empty = pd.DataFrame(columns=columns, dtype=float)
        return gpd.GeoDataFrame(empty, geometry=[], crs=4326)
    points = pd.concat([ports.geometry.to_crs(4326), centre.geometry.to_crs(4326)])
    # Ports and centre may be named alike, so they stand under numbers while they share a table.
    both = gpd.GeoDataFrame(geometry=points.to_numpy(), index=pd.RangeIndex(len(points)), crs=4326)
    links = links_between([(number, len(ports)) for number in range(len(ports))], both, network)
    found = pd.DataFrame(
        {
            "straight_m": links["straight_km"] * 1000,
            "route_m": links["km"] * 1000,
            "route_minutes": links["minutes"],
            "detour": links["detour"],
        }
    )
    return gpd.GeoDataFrame(found.set_index(ports.index), geometry=links.geometry.to_numpy(), crs=4326)


def _described(kept: pd.DataFrame, network: Network, routes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    start, end = kept["from"].to_numpy(), kept["to"].to_numpy()
    lines = network.lines_of(kept["arc"].to_numpy())
    reached = routes.geometry[routes["route_minutes"].notna()]
    passed = shapely.buffer(shapely.union_all(reached.to_numpy()), _ON_ROUTE)
    shapely.prepare(passed)
    columns = {
        "start": network.node_ids[start],
        "end": network.node_ids[end],
        "km": kept["km"].to_numpy(),
        "minutes": kept["minutes"].to_numpy(),
        "straight_km": geodesic_km(network.lon[start], network.lat[start], network.lon[end], network.lat[end]),
        "on_route": shapely.covers(passed, lines),
    }
    return gpd.GeoDataFrame(columns, geometry=lines, crs=4326, index=pd.RangeIndex(len(kept), name="street"))


def _junctions(network: Network, counts: NDArray[np.int64], inside: NDArray[np.bool_]) -> gpd.GeoDataFrame:
    rows = np.flatnonzero(inside & (counts > 0))
    index = pd.Index(network.node_ids[rows], name="junction")
    streets = pd.Series(counts[rows], index=index)
    points = shapely.points(network.lon[rows], network.lat[rows])
    return gpd.GeoDataFrame({"streets": streets, "kind": kind_of_junction(streets)}, geometry=points, crs=4326)
