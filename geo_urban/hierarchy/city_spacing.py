"""How dense the network of cities and towns is, and how evenly it is spaced."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_crs
from geo_urban.errors import GeometryError, InputError, InsufficientDataError
from geo_urban.figures import figure_columns, group_labels
from geo_urban.hierarchy._place_positions import nearest_km, positions_km
from geo_urban.hierarchy._region_outline import perimeter_km

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_urban.presentation import Presentation

__all__ = ["CityDensityResult", "NearestNeighborIndex", "city_density", "nearest_neighbor_index"]

PER = 10_000.0  # cities and towns are counted per 10,000 km² and per 10,000 people
POLYGON_AREA = "polygons"
_FEWEST_PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestNeighborIndex:
    """How evenly places are spaced.

    Parameters
    ----------
    index
        Mean distance to the nearest neighbor over that of random places: below 1 clustered, 1 random, 2.149 at most
        (a triangular lattice).
    observed_km, expected_km
        The two distances [km].
    z
        Standardised difference; beyond ±1.96 the spacing is not random at 5 %.
    p_value
        Its two-sided p.
    places
        Number of places.
    edge_corrected
        Whether the outline of the region was taken into account.
    """

    index: float
    observed_km: float
    expected_km: float
    z: float
    p_value: float
    places: int
    edge_corrected: bool


def nearest_neighbor_index(
    nearest: pd.Series | NDArray[np.float64], *, area_km2: float, perimeter_km: float | None = None
) -> NearestNeighborIndex:
    """Compare the distances of places to their nearest neighbors with those of random places.

    Parameters
    ----------
    nearest
        Distance of each place to the nearest other place of the region [km]. Two places on one spot have 0.
    area_km2
        Area of the region [km²].
    perimeter_km
        Length of its outline [km], for the correction of edges; None for none.

    Returns
    -------
    NearestNeighborIndex
        Index, both distances, z and p; NaN with fewer than two places.

    Raises
    ------
    InputError
        If a distance is missing, negative or infinite, or area or perimeter are not positive.

    Notes
    -----
    Clark & Evans: R = mean(d) / ½√(A/n), z = (mean(d) − ½√(A/n)) / (0.26136 √A / n). Places near the edge have
    neighbors outside that are not counted, so R of random places exceeds 1. Donnelly's correction expects
    ½√(A/n) + (0.0514 + 0.041/√n) P/n with the variance 0.0703 A/n² + 0.037 P √(A/n⁵); it was made for regions without
    deep bays and for more than about seven places.

    References
    ----------
    Clark, P. J., Evans, F. C. (1954). Distance to nearest neighbor as a measure of spatial relationships in
    populations. Ecology 35(4), 445–453. doi:10.2307/1931034. Donnelly, K. P. (1978). Simulations to determine the
    variance and edge effect of total nearest-neighbour distance. In: Hodder, I. (ed.), Simulation Methods in
    Archaeology, 91–95.

    Examples
    --------
    A square lattice of 10 km has R = 10 / (½ · 10) = 2:

    >>> nearest_neighbor_index(pd.Series([10.0] * 100), area_km2=10_000).index
    2.0
    """
    distances = np.asarray(nearest, dtype=float)
    if not (np.isfinite(distances) & (distances >= 0)).all():
        raise InputError("`nearest` holds distances that are missing, negative or infinite. Give each place its own.")
    for name, value in (("area_km2", area_km2), ("perimeter_km", perimeter_km)):
        if value is not None and not (value > 0 and math.isfinite(value)):
            raise InputError(
                "`{name}` is {value}; a region has an extent. Take it from the polygon.", name=name, value=value
            )
    count, corrected = len(distances), perimeter_km is not None
    if count < _FEWEST_PLACES:
        return NearestNeighborIndex(
            index=np.nan, observed_km=np.nan, expected_km=np.nan, z=np.nan, p_value=np.nan, places=count,
            edge_corrected=corrected,
        )  # fmt: skip
    expected, variance = _random_places(count, area_km2, perimeter_km)
    observed = float(distances.mean())
    z = (observed - expected) / math.sqrt(variance)
    return NearestNeighborIndex(
        index=observed / expected,
        observed_km=observed,
        expected_km=expected,
        z=z,
        p_value=math.erfc(abs(z) / math.sqrt(2)),
        places=count,
        edge_corrected=corrected,
    )


def _random_places(count: int, area: float, perimeter: float | None) -> tuple[float, float]:
    """Return the mean distance to the nearest neighbor of random places, and the variance of that mean."""
    spacing = 0.5 * math.sqrt(area / count)
    if perimeter is None:
        return spacing, (4 - math.pi) / (4 * math.pi) * area / count**2
    expected = spacing + (0.0514 + 0.041 / math.sqrt(count)) * perimeter / count
    return expected, 0.0703 * area / count**2 + 0.037 * perimeter * math.sqrt(area / count**5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CityDensityResult:
    """Regions with the density and spacing of their cities and towns.

    Parameters
    ----------
    units
        The regions' rows and columns with the measures of `city_density`.
    measures
        Names of the columns that were measured.
    area_base
        Where the areas come from: a column of the regions, or ``"polygons"``.
    outside
        Codes of cities that lie in no region.
    """

    units: pd.DataFrame
    measures: tuple[str, ...]
    area_base: str
    outside: tuple[str, ...]

    def summary(self) -> pd.DataFrame:
        """Return the measures as a table.

        Returns
        -------
        pandas.DataFrame
            One row per region, the measures and `area_base`.
        """
        return pd.DataFrame(self.units[list(self.measures)]).assign(area_base=self.area_base)

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of regions, coloured by cities per 10,000 km².

        Raises
        ------
        GeometryError
            If the regions have no geometry.
        """
        from geo_urban.hierarchy._show_city_density import city_density_presentation

        return city_density_presentation(self, source=source)


def city_density(
    cities: pd.DataFrame,
    regions: pd.DataFrame,
    *,
    by: str | None = None,
    population: str | None = "population_2020",
    area: str | None = "land_area_km2",
    residents: str | None = None,
    towns: str | None = None,
) -> CityDensityResult:
    """Count cities and towns per area and per people of each region, and measure how cities are spaced.

    Parameters
    ----------
    cities
        One row per city; points, or polygons that count where a point inside them lies.
    regions
        One row per region, in any unit sets: provinces, macro-regions, clusters. They may overlap; a city in two of
        them counts in both.
    by
        Column of `cities` that names the region of each; None: the region that the city lies in.
    population
        Column of the cities' residents [persons] for the mean city size; None for none.
    area
        Column of the regions' areas [km²], land by default; None for the area of the polygons, sea included.
    residents
        Column of all residents of a region [persons], town and country, for figures per people; None for none.
    towns
        Column that counts the towns of a region; None for none.

    Returns
    -------
    CityDensityResult
        On the regions' index: `cities`, `area_km2`, `cities_per_10000_km2`, `mean_city_population`,
        `residents`, `cities_per_10000_people`, `towns`, `towns_per_10000_km2`, `towns_per_10000_people` as far as there
        are columns for them, and with geometry `nearest_km`, `expected_km`, `nearest_neighbor_index`,
        `nearest_neighbor_z` (edge-corrected; NaN with fewer than two cities).

    Raises
    ------
    InputError
        If a column is missing or has a fault, a region is named that is not there, or geometry or CRS are missing
        where they are needed.
    InsufficientDataError
        If there are no cities or no regions.

    Notes
    -----
    Distances are geodesic, between cities of the same region. The outline is measured at the scale of the spacing:
    bays and islands smaller than that do not lengthen it, for a coast has no length of its own. O(n log n).

    References
    ----------
    See `nearest_neighbor_index`.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely.geometry import Point, box
    >>> regions = gpd.GeoDataFrame({"land": [12_300.0], "people": [60_000]}, geometry=[box(0, 0, 1, 1)],
    ...                            index=["R"], crs=4326)
    >>> cities = gpd.GeoDataFrame({"population_2020": [20_000, 10_000]}, geometry=[Point(0.2, 0.5), Point(0.8, 0.5)],
    ...                           index=["a", "b"], crs=4326)
    >>> city_density(cities, regions, area="land", residents="people").summary()[
    ...     ["cities", "cities_per_10000_km2", "mean_city_population", "nearest_km"]].round(2)
       cities  cities_per_10000_km2  mean_city_population  nearest_km
    R       2                  1.63               15000.0       66.79
    """
    _require_rows(cities, regions)
    sizes = None if population is None else figure_columns(cities, [population], argument="cities")[population]
    areas = _areas(regions, area)
    members = _members(cities, regions, by)
    table = pd.DataFrame({"cities": [len(rows) for rows in members]}, index=regions.index)
    table["area_km2"] = areas
    table["cities_per_10000_km2"] = _per(table["cities"], areas)
    if sizes is not None:
        table["mean_city_population"] = [float(sizes.iloc[rows].mean()) if len(rows) else np.nan for rows in members]
    table = _with_people_and_towns(table, regions, residents, towns)
    if _drawn(cities) and _drawn(regions):
        table = table.join(_spacing(cities, regions, members, areas))
    outside = np.setdiff1d(np.arange(len(cities)), np.concatenate(members))
    kept = regions.drop(columns=[column for column in table.columns if column in regions.columns])
    return CityDensityResult(
        units=kept.join(table),
        measures=tuple(table.columns),
        area_base=area or POLYGON_AREA,
        outside=tuple(str(code) for code in cities.index[outside]),
    )


def _require_rows(cities: pd.DataFrame, regions: pd.DataFrame) -> None:
    for name, frame in (("cities", cities), ("regions", regions)):
        if frame.empty:
            raise InsufficientDataError(
                "`{argument}` has no rows, so there is nothing to measure. Check the filter or region that made it.",
                argument=name,
            )


def _drawn(frame: pd.DataFrame) -> bool:
    return getattr(frame, "active_geometry_name", None) is not None


def _areas(regions: pd.DataFrame, area: str | None) -> pd.Series:
    from geo_urban.spatial import area_km2

    if area is not None:
        areas = figure_columns(regions, [area], argument="regions")[area].astype(float)
    elif _drawn(regions):
        areas = area_km2(regions)
    else:
        raise GeometryError("`regions` has neither polygons nor a column of areas. Name the column: `area`.")
    empty = areas.index[areas == 0]
    if len(empty):
        raise InputError(
            "the area of {codes} is zero, so a density there means nothing. Take the area from the polygons, or set it "
            "missing.",
            codes=listed(empty),
        )
    return areas


def _members(cities: pd.DataFrame, regions: pd.DataFrame, by: str | None) -> list[NDArray[np.intp]]:
    """Return the rows of the cities of each region."""
    if by is None:
        return _lying_in(cities, regions)
    labels = group_labels(cities, by, argument="cities")
    strange = sorted({str(label) for label in labels} - {str(region) for region in regions.index})
    if strange:
        raise InputError(
            '`cities["{column}"]` names {strange}, which `regions` does not have in its index. Use the same names.',
            column=by,
            strange=listed(strange),
        )
    return [np.flatnonzero(labels == region) for region in regions.index]


def _lying_in(cities: pd.DataFrame, regions: pd.DataFrame) -> list[NDArray[np.intp]]:
    import shapely

    if not _drawn(cities) or not _drawn(regions):
        raise GeometryError(
            "`cities` or `regions` has no geometry, so it is unknown which city lies where. Add it, or name the column "
            "of `cities` that holds the region: `by`."
        )
    placed, areal = cast("gpd.GeoDataFrame", cities), cast("gpd.GeoDataFrame", regions)
    crs = require_crs(areal, argument="regions")
    require_crs(placed, argument="cities")
    points = placed.geometry.representative_point().to_crs(crs).to_numpy()
    region, city = shapely.STRtree(points).query(areal.geometry.to_numpy(), predicate="covers")
    return [np.sort(city[region == row]) for row in range(len(regions))]


def _with_people_and_towns(
    table: pd.DataFrame, regions: pd.DataFrame, residents: str | None, towns: str | None
) -> pd.DataFrame:
    people = None if residents is None else figure_columns(regions, [residents], argument="regions")[residents]
    if people is not None:
        table = table.assign(residents=people, cities_per_10000_people=_per(table["cities"], people))
    if towns is not None:
        counted = figure_columns(regions, [towns], argument="regions")[towns]
        table = table.assign(towns=counted, towns_per_10000_km2=_per(counted, table["area_km2"]))
        if people is not None:
            table["towns_per_10000_people"] = _per(counted, people)
    return table


def _per(count: pd.Series, whole: pd.Series) -> pd.Series:
    return count * PER / whole.where(whole > 0)


def _spacing(
    cities: pd.DataFrame, regions: pd.DataFrame, members: list[NDArray[np.intp]], areas: pd.Series
) -> pd.DataFrame:
    areal = cast("gpd.GeoDataFrame", regions)
    crs = require_crs(areal, argument="regions")
    positions = positions_km(cities, argument="cities")
    found = [
        _spacing_of(positions[rows], region, crs, area)
        for rows, region, area in zip(members, areal.geometry, areas.to_numpy(), strict=True)
    ]
    return pd.DataFrame(
        {
            "nearest_km": [each.observed_km for each in found],
            "expected_km": [each.expected_km for each in found],
            "nearest_neighbor_index": [each.index for each in found],
            "nearest_neighbor_z": [each.z for each in found],
        },
        index=regions.index,
    )


def _spacing_of(positions: NDArray[np.float64], region: BaseGeometry, crs: CRS, area: float) -> NearestNeighborIndex:
    if len(positions) < _FEWEST_PLACES or not area > 0:
        return nearest_neighbor_index(np.empty(0), area_km2=1.0)
    outline = perimeter_km(region, crs, detail_km=math.sqrt(area / len(positions)) / 2)
    return nearest_neighbor_index(nearest_km(positions), area_km2=area, perimeter_km=outline)
