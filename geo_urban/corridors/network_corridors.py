"""Corridors: the chain of border towns, the spokes from ports inland, named routes, and the strips around them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns
from geo_urban.corridors._corridor_paths import links_between
from geo_urban.corridors._strip_people import people_by_area, people_on_grid
from geo_urban.corridors.border_places import require_ports
from geo_urban.corridors.corridor_result import CorridorResult
from geo_urban.corridors.strips import strip_around
from geo_urban.corridors.time_strips import strip_by_time
from geo_urban.errors import InputError
from geo_urban.spatial import area_km2, nearest_by_time

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import xarray as xr

    from geo_urban.corridors.border_result import BorderResult
    from geo_urban.corridors.catchments import PortCatchments
    from geo_urban.spatial import Network

__all__ = ["border_corridors"]

_TOWN_COLUMNS = ("neighbor", "part", "at_km", "border_km")


def border_corridors(
    towns: gpd.GeoDataFrame,
    border: BorderResult,
    *,
    network: Network,
    ports: gpd.GeoDataFrame | None = None,
    centres: Mapping[str, gpd.GeoDataFrame] | None = None,
    named: Mapping[str, Sequence[Hashable]] | None = None,
    stations: gpd.GeoDataFrame | None = None,
    units: gpd.GeoDataFrame | None = None,
    population: xr.DataArray | None = None,
    start: str = "population_2010",
    end: str = "population_2020",
    width_km: float = 50.0,
    width_minutes: float | None = None,
    max_gap_km: float = 200.0,
    max_gap_minutes: float | None = None,
    max_port_km: float = 100.0,
    catchments: PortCatchments | None = None,
) -> CorridorResult:
    """Join border towns, ports and inland centres to corridors, and measure them.

    A corridor here is a path and the strip beside it, nothing more: that a road joins two towns does not say that
    anything moves along it. Along the border, towns are joined in the order in which they stand there, one corridor per
    neighbor; spokes are the fastest ways from each port to the nearest centre of each kind; named corridors run from
    station to station.

    Parameters
    ----------
    towns
        Border towns with columns of `border_towns` (`neighbor`, `part`, `at_km`, `border_km`), on a unique index.
        Column `tier`, if there, is counted; the `end` column gives the hierarchy.
    border
        The land border.
    network
        The roads, or roads and railways.
    ports
        Ports of entry, from which spokes start.
    centres
        Inland centres by kind, to which spokes lead.
    named
        Stations of named corridors, in order, by label in `stations`.
    stations
        Points of these stations.
    units
        Units with residents, for people in strips by area; they also bound the strips' land.
    population
        Grid of people at the end, for people in strips cell by cell.
    start, end
        Columns of residents of `units` and `towns` [persons].
    width_km
        Width of strips, both sides together [km].
    width_minutes
        Width of strips in travel time instead, both sides together [minutes]: the land from which `strip_by_time` finds
        the corridor within half of it.
    max_gap_km
        Two towns farther apart in a straight line leave a gap [km].
    max_gap_minutes
        Two towns farther apart in travel time leave a gap too [minutes]; None for no such limit.
    max_port_km
        A port farther from the border is an error [km].
    catchments
        Whom the ports serve, from `port_catchments`, to be summed over the ports of each corridor.

    Returns
    -------
    CorridorResult
        `lines`, `strips`, `nodes`. Measures per corridor: `kind`, `links`, `length_km` and `minutes` (of links with a
        way), `detour`, `gaps`, `longest_gap_km`, `spacing_km` (median straight distance between stops), `continuity`,
        `unreached` (links without a way), `towns` (in the strip), ``towns_<tier>``, `largest_town`,
        `largest_town_share`, `area_km2`, `population` and `density_per_km2`, `population_low`, `population_high`,
        `population_start`, `change_share`, `access_minutes` (median time of its towns to the nearest centre). With
        `catchments`: `ports` (those in the strip), `catchment_people` (for whom one of them is the nearest) and
        `catchment_huff` (expected number by Huff's model).

    Raises
    ------
    InputError
        If a column is missing, a port lies too far from the border, a station is unknown or a limit is not above zero.

    Warns
    -----
    GeoUrbanWarning
        If places are too far from the network to join it; they are named.

    Notes
    -----
    continuity = 1 − Σ max(0, dᵢ − max_gap) / Σ dᵢ over the straight distances dᵢ between stops; a link without a way
    counts as a whole as gap. detour = Σ km / Σ straight km. On a modelled grid people are a range: between spreading
    each unit's residents by area and by the grid's classes. One shortest path per link, O(e log n) each.

    Examples
    --------
    ``border_corridors(towns, border, network=roads, ports=ports, centres={"prefecture": seats}).summary()``
    """
    _require_limits(
        width_km=width_km, width_minutes=width_minutes, max_gap_km=max_gap_km, max_gap_minutes=max_gap_minutes
    )
    require_columns(towns, _TOWN_COLUMNS, argument="towns")
    if ports is not None:
        require_ports(ports, border, max_km=max_port_km)
    links = [_along(towns, network)]
    if ports is not None:
        links += [_spokes(ports, cities, kind, network) for kind, cities in (centres or {}).items()]
    links += [_named(name, stops, stations, network) for name, stops in (named or {}).items()]
    lines = pd.concat([each for each in links if len(each)], ignore_index=True)
    lines["reached"] = lines["minutes"].notna()
    apart = (lines["straight_km"] > max_gap_km) | (lines["minutes"] > (max_gap_minutes or np.inf))
    lines["gap"] = apart & (lines["kind"] == "along") | ~lines["reached"]
    strips = _strips(lines, network, width_km, width_minutes)
    measures = _measures(lines, strips.index, max_gap_km).join(_town_measures(towns, strips, end))
    people, note = _people(strips, units, population, start, end)
    measures = measures.join(people)
    if centres:
        measures["access_minutes"] = _access(towns, strips, centres, network)
    if catchments is not None:
        measures = measures.join(_served(catchments, strips))
    return CorridorResult(
        lines=gpd.GeoDataFrame(lines, geometry="geometry", crs=4326),
        strips=gpd.GeoDataFrame(measures.join(strips), geometry="geometry", crs=4326),
        nodes=_nodes(towns, ports, lines),
        width_km=width_km,
        width_minutes=width_minutes,
        max_gap_km=max_gap_km,
        max_gap_minutes=max_gap_minutes,
        population_note=note,
        speed_rule=str(network.speed_rule),
    )


def _require_limits(**limits: float | None) -> None:
    for name, value in limits.items():
        if value is not None and not value > 0:
            raise InputError("`{name}` is {value}; it must be above zero.", name=name, value=value)


def _along(towns: gpd.GeoDataFrame, network: Network) -> gpd.GeoDataFrame:
    """Return links between towns that follow each other along one part of the border, a corridor per neighbour."""
    ordered = towns.sort_values(["part", "at_km"], kind="stable")
    pairs, names = [], []
    for (here, first), (there, second) in pairwise(ordered.iterrows()):
        if first["part"] == second["part"]:
            pairs.append((here, there))
            names.append(str(first["neighbor"]))
    links = links_between(pairs, ordered, network) if pairs else gpd.GeoDataFrame(geometry=[], crs=4326)
    return links.assign(kind="along", corridor=[f"along {name}" for name in names])


def _spokes(ports: gpd.GeoDataFrame, cities: gpd.GeoDataFrame, kind: str, network: Network) -> gpd.GeoDataFrame:
    found = nearest_by_time(ports, cities, network=network)["nearest"].dropna()
    # Labels of ports and cities may be the same words, so both are told apart while they share a table.
    here = gpd.GeoSeries(
        ports.geometry.to_crs(4326).to_numpy(), index=[("port", name) for name in ports.index], crs=4326
    )
    there = gpd.GeoSeries(
        cities.geometry.to_crs(4326).to_numpy(), index=[("city", name) for name in cities.index], crs=4326
    )
    used = there[there.index.isin([("city", name) for name in found])]
    both = gpd.GeoDataFrame(geometry=pd.concat([here, used]), crs=4326)
    both.index = pd.Index([f"{which}:{name}" for which, name in both.index])
    links = links_between([(f"port:{port}", f"city:{city}") for port, city in found.items()], both, network)
    return links.assign(
        kind="spoke",
        start=found.index.to_numpy(),
        end=found.to_numpy(),
        corridor=[f"{port} – {city} ({kind})" for port, city in found.items()],
    )


def _named(
    name: str, stops: Sequence[Hashable], stations: gpd.GeoDataFrame | None, network: Network
) -> gpd.GeoDataFrame:
    known = pd.Index([]) if stations is None else stations.index
    lost = [stop for stop in stops if stop not in known]
    twice = known[known.duplicated()].intersection(pd.Index(list(stops)))
    if lost or len(twice) or len(stops) < 2 or stations is None:  # noqa: PLR2004 - two ends
        raise InputError(
            "corridor {name} cannot be drawn: {lost} not in `stations`, {twice} there more than once, {count} stops. "
            "It needs two or more stations, each found once.",
            name=name,
            lost=listed(lost) or "–",
            twice=listed(twice) or "–",
            count=len(stops),
        )
    links = links_between(list(pairwise(stops)), stations.loc[list(dict.fromkeys(stops))], network)
    return links.assign(kind="named", corridor=name)


def _strips(lines: pd.DataFrame, network: Network, width_km: float, width_minutes: float | None) -> gpd.GeoDataFrame:
    """Return one strip per corridor, around the links that have a way."""
    found = {}
    for name, links in lines.groupby("corridor", sort=False):
        reached = links[links["reached"]]
        drawn = reached if len(reached) else links
        ways = gpd.GeoSeries(drawn["geometry"], crs=4326)
        if width_minutes is None:
            found[name] = strip_around(ways, width_km=width_km)
        else:
            found[name] = strip_by_time(ways, network=network, width_minutes=width_minutes)
    return gpd.GeoDataFrame(
        geometry=gpd.GeoSeries(list(found.values()), index=pd.Index(found, name="corridor"), crs=4326)
    )


def _measures(lines: pd.DataFrame, corridors: pd.Index, max_gap_km: float) -> pd.DataFrame:
    rows = {}
    for name, links in pd.DataFrame(lines.drop(columns="geometry")).groupby("corridor", sort=False):
        reached = links[links["reached"]]
        straight = links["straight_km"]
        open_km = (straight - max_gap_km).clip(lower=0).where(links["reached"], straight)
        if links["kind"].iloc[0] != "along":
            open_km = straight.where(~links["reached"], 0.0)
        rows[name] = {
            "kind": links["kind"].iloc[0],
            "links": len(links),
            "length_km": reached["km"].sum(),
            "minutes": reached["minutes"].sum(),
            "detour": reached["km"].sum() / reached["straight_km"].sum() if len(reached) else np.nan,
            "gaps": int(links["gap"].sum()),
            "longest_gap_km": straight[links["gap"]].max() if links["gap"].any() else 0.0,
            "spacing_km": straight.median(),
            "continuity": 1 - open_km.sum() / straight.sum() if straight.sum() > 0 else np.nan,
            "unreached": int((~links["reached"]).sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").reindex(corridors)


def _members(places: gpd.GeoDataFrame, strips: gpd.GeoDataFrame) -> pd.Series:
    """Return the towns or ports in each strip: labels by corridor."""
    strip, place = places.geometry.to_crs(4326).sindex.query(strips.geometry, predicate="intersects")
    return pd.Series(places.index.take(place), index=strips.index.take(strip))


def _served(catchments: PortCatchments, strips: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the ports in each strip, and whom they serve."""
    inside = _members(catchments.ports, strips)
    people = catchments.ports[["nearest_people", "huff_people"]].loc[inside.to_numpy()].set_index(inside.index)
    sums = people.groupby(level=0).sum().reindex(strips.index).fillna(0.0)
    table = pd.DataFrame(sums.rename(columns={"nearest_people": "catchment_people", "huff_people": "catchment_huff"}))
    table.insert(0, "ports", inside.groupby(level=0).size().reindex(strips.index).fillna(0).astype(int))
    return table


def _town_measures(towns: gpd.GeoDataFrame, strips: gpd.GeoDataFrame, end: str) -> pd.DataFrame:
    inside = _members(towns, strips)
    table = pd.DataFrame({"towns": inside.groupby(level=0).size().reindex(strips.index).fillna(0).astype(int)})
    if "tier" in towns.columns:
        tier = towns["tier"].loc[inside.to_numpy()].astype(str).to_numpy()
        counts = pd.crosstab(inside.index.to_numpy(), tier)
        for name in sorted(towns["tier"].dropna().astype(str).unique()):
            table[f"towns_{name}"] = counts.get(name, pd.Series(dtype=int)).reindex(strips.index).fillna(0).astype(int)
    if end in towns.columns:
        people = pd.Series(towns[end].loc[inside.to_numpy()].astype(float).to_numpy(), index=inside.index)
        labelled = pd.DataFrame({"town": inside.to_numpy(), "people": people.to_numpy(), "corridor": inside.index})
        labelled = labelled.dropna().sort_values("people", ascending=False, kind="stable")
        first = labelled.drop_duplicates("corridor").set_index("corridor")
        table["largest_town"] = first["town"].reindex(strips.index)
        table["largest_town_share"] = (first["people"] / people.groupby(level=0).sum()).reindex(strips.index)
    return table


def _people(
    strips: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame | None,
    population: xr.DataArray | None,
    start: str,
    end: str,
) -> tuple[pd.DataFrame, str]:
    """Return area, people, density and change of strips, and how people were counted."""
    table = pd.DataFrame({"area_km2": area_km2(strips)}, index=strips.index)
    note, estimates = "", []
    if units is not None:
        columns = [column for column in dict.fromkeys((start, end)) if column in units.columns]
        spread = people_by_area(strips, units, columns)
        table["area_km2"] = spread["area_km2"]
        if start in columns:
            table["population_start"] = spread[start]
        if end in columns:
            note = "units"
            estimates.append(spread[end])
        if start in columns and end in columns:
            table["change_share"] = spread[end] / spread[start].where(spread[start] > 0) - 1
    if population is not None:
        counted, modelled = people_on_grid(strips, population)
        note = "modelled grid" if modelled else "grid"
        estimates = [*estimates, counted] if modelled else [counted]
        table["population"] = counted
    elif estimates:
        table["population"] = estimates[0]
    if estimates:
        if len(estimates) > 1:
            both = pd.concat(estimates, axis=1)
            table["population_low"], table["population_high"] = both.min(axis=1), both.max(axis=1)
        table["density_per_km2"] = table["population"] / table["area_km2"].where(table["area_km2"] > 0)
    return table, note


def _access(
    towns: gpd.GeoDataFrame, strips: gpd.GeoDataFrame, centres: Mapping[str, gpd.GeoDataFrame], network: Network
) -> pd.Series:
    """Return the median time of a corridor's towns to the nearest centre of the first kind."""
    times = nearest_by_time(towns, next(iter(centres.values())), network=network)["minutes"]
    inside = _members(towns, strips)
    minutes = pd.Series(times.loc[inside.to_numpy()].to_numpy(), index=inside.index)
    return minutes[np.isfinite(minutes)].groupby(level=0).median().reindex(strips.index)


def _nodes(towns: gpd.GeoDataFrame, ports: gpd.GeoDataFrame | None, lines: pd.DataFrame) -> gpd.GeoDataFrame:
    parts = [towns.to_crs(4326).assign(node="town")]
    if ports is not None:
        parts.append(ports.to_crs(4326).assign(node="port"))
    nodes = pd.concat(parts)
    stops: dict[tuple[str, Hashable], list[str]] = {}
    for link in lines.itertuples():
        which = {"along": ("town", "town"), "spoke": ("port", "city")}.get(str(link.kind), ("town", "town"))
        for kind, stop in zip(which, (link.start, link.end), strict=True):
            stops.setdefault((kind, stop), []).append(str(link.corridor))
    keys = zip(nodes["node"], nodes.index, strict=True)
    nodes["corridors"] = ["; ".join(dict.fromkeys(stops.get(key, ()))) for key in keys]
    return nodes
