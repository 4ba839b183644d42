"""Read what delineation is given: units, people, cities, regions, travel times; collect all faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from warnings import catch_warnings, simplefilter, warn

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_columns, require_crs, require_geometry, require_unique_index
from geo_urban.errors import AlignmentError, GeometryError, GeoUrbanWarning, InputError, InsufficientDataError
from geo_urban.spatial import GreatCircle, Network, TravelTimes, travel_time

if TYPE_CHECKING:
    from libpysal.graph import Graph
    from numpy.typing import NDArray

__all__ = [
    "NamedCores",
    "border_pairs",
    "column_or_series",
    "dissolved",
    "labels_of",
    "named_cores",
    "outlines_of",
    "people_of",
    "reference_labels",
    "require_polygons",
    "rim_of",
    "seats_of",
    "times_between",
    "times_of",
]


class NamedCores(NamedTuple):
    """Cores that the user named: label of the city, and the name of the cluster it leads."""

    city: list[str]
    group: list[str]
    names: dict[str, str | None]


def require_polygons(units: Any) -> gpd.GeoDataFrame:
    """Return units that have polygons on a unique index.

    Raises
    ------
    GeometryError, MissingCRSError, AlignmentError, InsufficientDataError
        If they have not.
    """
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "`{argument}` is a {kind}; neighbors are found by geometry. Read it with its boundaries, e.g. "
            "`geo_urban.io.read_boundaries(path)`.",
            argument="units",
            kind=type(units).__name__,
        )
    if units.empty:
        raise InsufficientDataError("`units` is empty, so there is nothing to delineate. Check the filter before it.")
    require_unique_index(units, argument="units")
    require_crs(units, argument="units")
    require_geometry(units, argument="units")
    return units


def column_or_series(units: pd.DataFrame, given: str | pd.Series, *, argument: str) -> pd.Series:
    """Return one value per unit, from a column or a series on the same codes.

    Raises
    ------
    MissingColumnsError, AlignmentError
        If there is no such column, or the series lacks units.
    """
    if isinstance(given, str):
        require_columns(units, [given], argument="units")
        return units[given]
    require_unique_index(given, argument=argument)
    _require_all(units.index, given.index, argument=argument)
    return given.reindex(units.index)


def _require_all(wanted: pd.Index, there: pd.Index, *, argument: str) -> None:
    lacking = wanted[~wanted.isin(there)]
    if len(lacking):
        raise AlignmentError(
            "`{argument}` has no value for {count} units: {codes}. Give one for each, on the index of `units`.",
            argument=argument,
            count=len(lacking),
            codes=listed(lacking),
        )


def people_of(units: pd.DataFrame, given: str | pd.Series, *, argument: str) -> NDArray[np.float64]:
    """Return counts of people; missing ones count as none, with a warning.

    Raises
    ------
    InputError
        If a count is negative or infinite, or is no number.
    InsufficientDataError
        If nobody lives anywhere.
    """
    values = column_or_series(units, given, argument=argument)
    try:
        people = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InputError(
            "`{argument}` holds {value!r}, which is no number of people. Convert it, e.g. `pandas.to_numeric`.",
            argument=argument,
            value=next((value for value in values if not isinstance(value, int | float)), values.iloc[0]),
        ) from error
    wrong = (people < 0) | np.isinf(people)
    if wrong.any():
        raise InputError(
            "`{argument}` has {values} for {codes}; a number of people is zero or more. Correct these units.",
            argument=argument,
            values=listed(people[wrong]),
            codes=listed(units.index[wrong]),
        )
    missing = np.isnan(people)
    if missing.all() or not np.nansum(people) > 0:
        raise InsufficientDataError(
            "`{argument}` counts nobody in any unit, so no city pulls. Name the column with residents.",
            argument=argument,
        )
    if missing.any():
        warn(
            GeoUrbanWarning(
                "{count} of {total} units have no `{argument}` and count as empty: {codes}.",
                count=int(missing.sum()),
                total=len(people),
                argument=argument,
                codes=listed(units.index[missing]),
            ),
            stacklevel=4,
        )
    counted: NDArray[np.float64] = np.nan_to_num(people)
    return counted


def labels_of(units: pd.DataFrame, given: str | pd.Series | None, *, argument: str) -> NDArray[np.object_]:
    """Return the label of each unit's group; a unit without one stands alone, under its own code."""
    own = pd.Series(units.index, index=units.index, dtype=object)
    if given is None:
        return own.to_numpy()
    labels = column_or_series(units, given, argument=argument).astype(object)
    return labels.where(labels.notna(), own).to_numpy()


def reference_labels(given: Any, units: pd.DataFrame, *, argument: str) -> pd.Series:
    """Return the cluster of each unit, missing where none.

    Raises
    ------
    AlignmentError, InputError
        If codes are unknown, or one is in two clusters.
    """
    if isinstance(given, pd.Series):
        codes, names = given.dropna().index, given.dropna().to_numpy()
    else:
        listing = [(code, name) for name, members in given.items() for code in members]
        codes, names = pd.Index([code for code, _ in listing], dtype=object), np.array([name for _, name in listing])
    unknown = codes[~codes.isin(units.index)]
    if len(unknown):
        raise AlignmentError(
            "`{argument}` has {count} codes that are no units: {codes}. They are of another year or level, or "
            "mistyped. Bring them to these units first, or drop them knowingly.",
            argument=argument,
            count=len(unknown),
            codes=listed(unknown),
        )
    if not codes.is_unique:
        raise InputError(
            "`{argument}` has {codes} in more than one cluster. Give each unit once.",
            argument=argument,
            codes=listed(codes[codes.duplicated()].unique()),
        )
    return pd.Series(names, index=codes, dtype=object).reindex(units.index)


def seats_of(
    units: gpd.GeoDataFrame, given: gpd.GeoSeries | gpd.GeoDataFrame | None, travel: object = None
) -> gpd.GeoSeries:
    """Return one point per unit: the seats given, else those of travel times, of `seat_lon` and `seat_lat`, or inside.

    Raises
    ------
    AlignmentError
        If the given seats lack units.
    """
    if given is not None:
        _require_all(units.index, given.index, argument="seats")
        points = gpd.GeoSeries(given.geometry.loc[units.index])
        points.attrs = dict(given.attrs)  # where a datum is declared
        return points
    if isinstance(travel, TravelTimes) and units.index.isin(travel.origins.index).all():
        # Ways between cores must start where the ways to the units do.
        from_there = travel.origins.loc[units.index]
        return gpd.GeoSeries(gpd.points_from_xy(from_there["lon"], from_there["lat"]), index=units.index, crs=4326)
    if {"seat_lon", "seat_lat"} <= set(units.columns):
        points = gpd.points_from_xy(units["seat_lon"], units["seat_lat"])
        return gpd.GeoSeries(points, index=units.index, crs=4326)
    return gpd.GeoSeries(units.geometry.representative_point())


def times_of(
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame,
    seats: gpd.GeoSeries,
    *,
    max_minutes: float,
) -> NDArray[np.float64]:
    """Return minutes between all units.

    Raises
    ------
    AlignmentError
        If a table of times lacks units.
    InputError
        If it holds negative times, or is no table.
    """
    if isinstance(travel, Network | GreatCircle):
        return travel_time(seats, network=travel, max_minutes=max_minutes).minutes.to_numpy(dtype=np.float32)
    if not isinstance(travel, TravelTimes | pd.DataFrame):
        raise InputError(
            "`travel` is a {kind}; it takes a network, travel times or a table of minutes between all units, e.g. "
            "`geo_urban.datasets.road_network()`.",
            kind=type(travel).__name__,
        )
    table = travel.minutes if isinstance(travel, TravelTimes) else travel
    require_unique_index(table, argument="travel")
    lacking = seats.index[~(seats.index.isin(table.index) & seats.index.isin(table.columns))]
    if len(lacking):
        raise AlignmentError(
            "`travel` has no times for {count} of {total} units: {codes}. Compute them for all, e.g. "
            "`geo_urban.spatial.travel_time(seats, network=network)`.",
            count=len(lacking),
            total=len(seats),
            codes=listed(lacking),
        )
    minutes: NDArray[Any] = table.loc[seats.index, seats.index].to_numpy(dtype=np.float32, copy=True)
    if (minutes < 0).any():
        row, column = (int(place[0]) for place in np.nonzero(minutes < 0))
        raise InputError(
            "`travel` has {value:g} minutes from {origin} to {destination}; no way takes less than no time. "
            "Correct the table.",
            value=float(minutes[row, column]),
            origin=seats.index[row],
            destination=seats.index[column],
        )
    minutes[np.isnan(minutes)] = np.inf
    np.fill_diagonal(minutes, 0.0)
    return minutes


def times_between(
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame, seats: gpd.GeoSeries, known: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return minutes between cities, however far apart they are; a table has no more than it holds (`known`).

    Which of two partners is nearer must not depend on where a search ended.
    """
    network = travel.network if isinstance(travel, TravelTimes) else travel
    if not isinstance(network, Network | GreatCircle):
        return known.astype(np.float64)
    with catch_warnings():
        # Seats that do not join the network were named when the times between all units were computed.
        simplefilter("ignore", GeoUrbanWarning)
        return travel_time(seats, network=network).minutes.to_numpy(dtype=np.float64)


def named_cores(cores: Any, known: set[Any]) -> NamedCores:
    """Return the cores that the user named.

    Raises
    ------
    InputError
        If `cores` is no list or mapping, or a core is no city.
    """
    if isinstance(cores, str):
        if cores == "auto":
            return NamedCores([], [], {})
        raise InputError(
            '`cores` is {cores!r}; it is "auto", a list of cities, or a name for several cities that lead a cluster '
            'together, e.g. `{{"Twin Cities": ["a", "b"]}}`.',
            cores=cores,
        )
    groups = dict(cores) if hasattr(cores, "items") else {str(city): [city] for city in cores}
    city = [one for members in groups.values() for one in members]
    group = [name for name, members in groups.items() for _ in members]
    if not city:
        raise InsufficientDataError('`cores` is empty, so nothing pulls. Name a city, or pass "auto".')
    unknown = [one for one in city if one not in known]
    if unknown:
        raise AlignmentError(
            "`cores` names {unknown}, which are no cities of `units`; those are {known}. Use the labels of `cities`, "
            "or the index of `units` where none are given.",
            unknown=listed(unknown),
            known=listed(sorted(map(str, known))),
        )
    if len(set(city)) < len(city):
        raise InputError(
            "`cores` names {twice} more than once; a core leads one cluster.",
            twice=listed(sorted({str(one) for one in city if city.count(one) > 1})),
        )
    return NamedCores(city, group, {name: name if hasattr(cores, "items") else None for name in groups})


def dissolved(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Return the union of polygons: quickly where they share their vertices, and anyhow where they do not."""
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)


def outlines_of(units: gpd.GeoDataFrame, names: list[str], people: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Return clusters as areas: `units`, `population`, `area_km2`, in the order of `names`."""
    rows = []
    for name in names:
        inside = (units["agglomeration"] == name).to_numpy()
        shape = dissolved(units.geometry.to_numpy()[inside])
        rows.append(
            {
                "name": name,
                "units": int(inside.sum()),
                "population": float(people[inside].sum()),
                "area_km2": float(units["area_km2"].to_numpy()[inside].sum()),
                "geometry": shape,
            }
        )
    columns = ["name", "units", "population", "area_km2", "geometry"]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=units.crs)
    return frame.set_index(pd.Index(names, name="agglomeration"))


def rim_of(units: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return the units at the outer edge of all."""
    whole = dissolved(units.geometry.to_numpy())
    outer = shapely.get_coordinates(shapely.get_exterior_ring(shapely.get_parts(whole)))
    corners, owner = shapely.get_coordinates(units.geometry.to_numpy(), return_index=True)
    # A position as one complex number: found by sorting, with no geometry at all.
    at_rim = np.isin(corners[:, 0] + 1j * corners[:, 1], outer[:, 0] + 1j * outer[:, 1])
    rim = np.zeros(len(units), dtype=bool)
    rim[owner[at_rim]] = True
    return rim


def border_pairs(units: pd.DataFrame, graph: Graph | None) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs of rows whose units are neighbors, each both ways; self-loops and strangers are left out.

    Raises
    ------
    AlignmentError
        If the graph lacks units.
    """
    if graph is None:
        nothing = np.zeros(0, dtype=np.intp)
        return nothing, nothing
    _require_all(units.index, graph.unique_ids, argument="graph")
    pairs = graph.adjacency.index.to_frame(index=False)
    first = units.index.get_indexer(pairs["focal"])
    second = units.index.get_indexer(pairs["neighbor"])
    good = (first >= 0) & (second >= 0) & (first != second)
    return first[good].astype(np.intp), second[good].astype(np.intp)
