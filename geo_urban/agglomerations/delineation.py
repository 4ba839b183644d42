"""Where city clusters end: one call for all methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.agglomerations._functional import functional
from geo_urban.agglomerations._ground import ground_of
from geo_urban.agglomerations._methods import Sources, method_named
from geo_urban.agglomerations._partition import partitioned
from geo_urban.agglomerations.parameters import DelineationParameters, known_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    import xarray as xr
    from libpysal.graph import Graph

    from geo_urban.agglomerations.delineation_result import DelineationResult
    from geo_urban.agglomerations.parameters import MethodParameters
    from geo_urban.spatial import GreatCircle, Network, TravelTimes

__all__ = ["delineate"]


def delineate(
    units: gpd.GeoDataFrame,
    *,
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame | None = None,
    method: str = "functional",
    population: str | pd.Series = "population_2020",
    urban: str | pd.Series | None = None,
    cities: str | pd.Series | None = None,
    cores: str | Sequence[str] | Mapping[str, Sequence[str]] = "auto",
    regions: str | pd.Series | None = None,
    names: str | Mapping[str, str] | pd.Series = "name",
    seats: gpd.GeoSeries | gpd.GeoDataFrame | None = None,
    graph: Graph | None = None,
    centres: str | pd.Series | None = None,
    flows: pd.DataFrame | None = None,
    places: xr.DataArray | gpd.GeoDataFrame | None = None,
    attributes: Sequence[str] | None = None,
    parameters: MethodParameters | Mapping[str, float] | None = None,
    sweep: int = 200,
    max_minutes: float = 600.0,
) -> DelineationResult:
    """Delineate city clusters (城市群): large cities, what they reach by road, and what lies between them.

    Who lives within the common reach of cities that belong together. Reach grows with the size of a city and ends
    where another pulls more strongly. It says nothing about commuting, trade or plans; a plan's scope may follow
    provinces instead (`compare`). The rule and the reasons for its parameters are in docs/decisions/delineation.md.
    Other methods answer other questions by the same call (`method`, docs/agglomerations.md).

    Parameters
    ----------
    units
        Polygons on a unique index, covering a country or region; rows outside any cluster must be among them.
    travel
        A network, on which the `seats` are joined; or travel times or a table of minutes between all units. Methods
        that do not need it use it for roles and minutes.
    method
        ``"functional"``; ``"urban_centres"``, grown by travel time; ``"commuting"``, by a table of flows;
        ``"city_clusters"`` and ``"percolation"``, by nearness of cells, points or seats; ``"skater"``, regions of
        similar units; ``"leiden"``, communities of interaction.
    population
        Residents of each unit [persons], a column or series.
    urban
        Urban residents [persons]; None counts all residents as urban.
    cities
        Label of the city each unit belongs to, e.g. of the districts of one city; a unit without one is a city by
        itself.
    cores
        ``"auto"``, cities that lead clusters (a list), or a name for cities that lead one together (a mapping). Other
        large cities still lead clusters of their own and compete.
    regions
        Label of the administrative region of each unit; regions then belong as a whole, by the majority of their
        people. None for membership unit by unit.
    names
        Names of units (a column or a series on their index), or a mapping or series from labels of `cities`.
    seats
        Points from which travel counts; by default those of the travel times, else `seat_lon` and `seat_lat`, else a
        point inside each unit.
    graph
        Common borders of units; by default found with `contiguity_graph`, islands attached to the nearest unit.
    centres
        For ``"urban_centres"`` and ``"commuting"``: name of the urban centre that each unit is part of, missing for
        others (a column or a series); None for `cores`, that is cities of `core_population` and more.
    flows
        For ``"commuting"`` and ``"leiden"``: `origin`, `destination` (units) and `workers` [persons].
    places
        For ``"city_clusters"`` and ``"percolation"``: a grid of people, or points in metres with a column
        `population`; None for the seats with the urban residents of their units.
    attributes
        For ``"skater"``: columns in which units of a region are alike; None for density, and the share of urban
        residents where it is known.
    parameters
        Those that differ from the defaults of the method: a mapping, or `DelineationParameters`,
        `UrbanCentreParameters`, `CommutingParameters`, `CityClusterParameters`, `PercolationParameters`,
        `SkaterParameters`, `LeidenParameters`.
    sweep
        How many settings around the parameters make up the stability; 0 leaves it missing.
    max_minutes
        Ways longer than this are not looked for, where `travel` is a network [minutes].

    Returns
    -------
    DelineationResult
        Units with agglomeration, role, strength and stability; cores; outlines; links.

    Raises
    ------
    InputError
        If an option is impossible, lacking or of no use to the method, or people or times are negative.
    AlignmentError
        If values or times lack units, or a named core is no city.
    GeometryError, MissingCRSError, DatumError
        If units are no polygons, have no CRS, or seats are on another datum than the network.
    InsufficientDataError
        If nobody lives anywhere, no city is large enough to be a core, or nothing interacts.
    MissingDependencyError
        If the method is ``"leiden"`` and the package for it is not installed.

    Warns
    -----
    GeoUrbanWarning
        If units lack population, or seats are too far from the network to join it.

    Notes
    -----
    reach = `reach_minutes` · (M / 10⁶)^(1/β) for a city of M urban residents within `core_minutes` of its seat, and
    pull = (reach / t)^β with β = `distance_exponent`; a unit belongs to the cluster with the greatest pull of any of
    its cores, if that is 1 or more. Strength = pull / (1 + Σ pulls of all clusters): ½ where a single cluster's reach
    ends, near 1 at its cores. Islands that no road reaches are pulled by nobody and belong to a cluster only if they
    lie in one of its regions or are surrounded by it. O(units × cores) per setting after the travel times.

    With the other methods, strength is limit / (limit + t) (urban centres), the share of workers who commute to the
    area (commuting), the share of people who live in the cluster (cells and points; 1 for seats), the share of
    interaction that stays inside (leiden), and missing (skater). A cluster is named after its largest city and those
    half as large beyond an hour from it; their units are its cores (those of centres, where it grew from centres).
    Regions, exclaves and holes are treated alike by all methods.

    References
    ----------
    Reilly, W. J. (1931). The law of retail gravitation. Converse, P. D. (1949). New laws of retail gravitation.
    doi:10.1177/002224295001400303. Dijkstra, L., Poelman, H. & Veneri, P. (2019). The EU-OECD definition of a
    functional urban area. doi:10.1787/d58cb34d-en. Rozenfeld, H. D. et al. (2008). Laws of population growth.
    doi:10.1073/pnas.0807435105. Arcaute, E. et al. (2016). Cities and regions in Britain through hierarchical
    percolation. doi:10.1098/rsos.150691. Assunção, R. M. et al. (2006). Efficient regionalization techniques.
    doi:10.1080/13658810600665111. Traag, V. A., Waltman, L. & van Eck, N. J. (2019). From Louvain to Leiden.
    doi:10.1038/s41598-019-41695-z

    Examples
    --------
    Five towns on a road, one unit each, an hour between neighbors. The first is a city of a million, which reaches
    120 minutes: two hours far.

    >>> import geopandas as gpd
    >>> import pandas as pd
    >>> import shapely
    >>> row = gpd.GeoDataFrame(
    ...     {"name": list("abcde"), "people": [1_000_000, 9, 9, 9, 9]},
    ...     geometry=[shapely.box(x, 0, x + 1, 1) for x in range(5)], crs=3857)
    >>> minutes = pd.DataFrame([[60.0 * abs(x - y) for y in range(5)] for x in range(5)])
    >>> found = delineate(row, travel=minutes, population="people", parameters={"leading_population": 1e6}, sweep=0)
    >>> found.units["role"].tolist()
    ['core', 'inner', 'outer', None, None]
    >>> found.units["strength"].round(3).tolist()[1:3]
    [0.941, 0.5]

    Urban centres that grow by an hour hold the first two.

    >>> hour = delineate(row, travel=minutes, method="urban_centres", population="people", sweep=0)
    >>> hour.units["agglomeration"].tolist()
    ['a', 'a', None, None, None]
    """
    wanted = method_named(
        method,
        {
            "travel": travel is not None,
            "cores": not (isinstance(cores, str) and cores == "auto"),
            "centres": centres is not None,
            "flows": flows is not None,
            "places": places is not None,
            "attributes": attributes is not None,
        },
    )
    rule = known_parameters(parameters, wanted.parameters)
    standard = rule if isinstance(rule, DelineationParameters) else DelineationParameters()
    ground = ground_of(
        units,
        travel=travel,
        population=population,
        urban=urban,
        cities=cities,
        cores=cores,
        regions=regions,
        names=names,
        seats=seats,
        graph=graph,
        max_minutes=max_minutes,
        core_minutes=standard.core_minutes,
    )
    if isinstance(rule, DelineationParameters) or wanted.prepare is None:
        return functional(ground, standard, sweep=sweep)
    sources = Sources(centres=centres, flows=flows, places=places, attributes=attributes)
    return partitioned(ground, wanted.prepare(ground, sources, rule), rule, method=method, sweep=sweep)
