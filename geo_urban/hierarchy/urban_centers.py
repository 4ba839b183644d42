"""Urban centres as places: outline, name, people, tier and rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import require_columns
from geo_urban.errors import AlignmentError, InsufficientDataError
from geo_urban.hierarchy._urban_inputs import same_cells
from geo_urban.hierarchy.size_classes import TierScheme, tier_scheme
from geo_urban.hierarchy.tiers import size_tier
from geo_urban.hierarchy.urban_classes import CENTRE_OF_LEVEL
from geo_urban.hierarchy.urban_units import level_of
from geo_urban.spatial.grid import cell_areas, grid_shape, require_quantity
from geo_urban.spatial.modelled import is_modelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation
    from geo_urban.spatial.grid import GridShape

__all__ = ["UrbanCentres", "urban_centres"]

# A centre of 50,000 people on less would hold 10,000 per km² throughout.
_SMALLEST_READ_KM2 = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UrbanCentres:
    """Urban centres, largest first.

    Parameters
    ----------
    units
        Polygons in the CRS of the classes, index ``"centre"`` (rank as text); columns `name`, `name_source`
        (``"seat inside"``, ``"place inside"``, ``"nearest seat"``, ``"nearest place"``), `name_km` (distance from the
        centre of its people), `population`, `area_km2`, `density_per_km2`, `tier` and `rank`.
    origin
        ``"read"`` from published classes, or ``"found"`` in a population grid.
    scheme
        Tiers used.
    base
        What the population of a centre counts.
    modelled
        Whether the population grid is modelled.
    source
        Where the classes come from.
    fragments, fragments_population
        Groups of centre cells too small to be listed, and the people in them.
    """

    units: gpd.GeoDataFrame
    origin: Literal["read", "found"]
    scheme: TierScheme
    base: str
    modelled: bool
    source: str
    fragments: int
    fragments_population: float

    def summary(self) -> pd.DataFrame:
        """Return centres, people and area by tier.

        Returns
        -------
        pandas.DataFrame
            One row per tier, largest first, and ``"total"``: `centres`, `population`, `population_share` (of all
            people in centres), `area_km2`, `density_per_km2`, `origin` and `population_base`.
        """
        by_tier = self.units.groupby("tier", observed=False)[["population", "area_km2"]].sum()
        by_tier.insert(0, "centres", self.units["tier"].value_counts())
        table = by_tier.iloc[::-1].set_axis([tier.name for tier in reversed(self.scheme.tiers)])
        table.loc["total"] = table.sum()
        people = table.loc["total", "population"]
        table.insert(2, "population_share", table["population"] / (people or np.nan))
        table["density_per_km2"] = table["population"] / table["area_km2"].where(table["area_km2"] > 0)
        table = table.astype({"centres": int}).rename_axis("tier")
        described: pd.DataFrame = table.assign(origin=self.origin, population_base=self.base)
        return described

    def layers(self, *, classes: xr.DataArray | None = None, source: str = "") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        classes
            The grid of classes, to be drawn under the centres; None for the centres alone.
        source
            Where the classes come from, in words; by default what they say themselves.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of centres, coloured by tier or by density, and the classes in the colours of the GHSL.
        """
        from geo_urban.hierarchy._show_centres import centres_presentation

        return centres_presentation(self, classes=classes, source=source)


def urban_centres(
    grid_classes: xr.DataArray,
    population: xr.DataArray,
    *,
    places: gpd.GeoDataFrame | None = None,
    units: pd.DataFrame | None = None,
    name: str = "name",
    scheme: str | TierScheme | Mapping[str, float] = "china-2014",
    min_area_km2: float | None = None,
) -> UrbanCentres:
    """Turn the cells of urban centres into places with a name, people, density, tier and rank.

    Parameters
    ----------
    grid_classes
        Classes of level 1 or 2. If they are published ones (``attrs["published"]``, as those of
        `geo_urban.datasets.urbanisation_classes`), the centres are *read* and the result says so; else they are
        *found*.
    population
        People per cell (or per km²) on the same cells.
    places
        Named points, e.g. `geo_urban.datasets.places()`.
    units
        Units with a seat (columns `seat_lon`, `seat_lat`), e.g. `geo_urban.datasets.counties()`. A seat names a centre
        before a place does.
    name
        Column of both with the name.
    scheme
        Tiers, see `geo_urban.hierarchy.size_tier`.
    min_area_km2
        Smaller groups of cells are not listed but counted as fragments. By default 5 km² where centres are read, for
        what reading moves or a region's border cuts off is no centre of its own, and none where they are found.

    Returns
    -------
    UrbanCentres
        One polygon for each group of centre cells that share sides.

    Raises
    ------
    InputError
        If `grid_classes` holds no classes, or the population grid does not say its quantity.
    AlignmentError
        If the grids do not have the same cells.
    MissingColumnsError
        If `places` or `units` lack a column.
    InsufficientDataError
        If there is no centre.

    Notes
    -----
    The centre of a centre's people is the mean of its cells weighted by people. It bears the name of the seat inside
    that is nearest to it, else of the most populous place inside (the nearest where no population is known), else of
    the nearest seat or place anywhere, with its distance. Official tiers are defined on another base, the residents of
    the statutory urban area (城区常住人口); these are tiers of people in centres.

    Examples
    --------
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=1, width=3, crs=CRS("ESRI:54009"))
    >>> classes = build_grid(np.array([[30, 30, 12]], dtype=np.uint8), shape, quantity="class", level=2)
    >>> people = build_grid([[40_000.0, 30_000.0, 100.0]], shape, quantity="count")
    >>> urban_centres(classes, people).units[["population", "area_km2", "density_per_km2", "tier"]]
            population  area_km2  density_per_km2   tier
    centre
    1          70000.0       2.0          35000.0  small
    """
    level = level_of(grid_classes)
    require_quantity(population, argument="population")
    shape = grid_shape(grid_classes, argument="grid_classes")
    if not same_cells(shape, grid_shape(population, argument="population")):
        raise AlignmentError(
            "`population` and `grid_classes` do not have the same cells. Bring them to one grid, e.g. "
            "`population.rio.reproject_match(grid_classes, resampling=Resampling.sum)` for counts."
        )
    chosen, read = tier_scheme(scheme), bool(grid_classes.attrs.get("published"))
    groups = _measured(grid_classes.to_numpy() == CENTRE_OF_LEVEL[level], population, shape)
    least = (_SMALLEST_READ_KM2 if read else 0.0) if min_area_km2 is None else min_area_km2
    whole = groups["area_km2"] >= least
    named = _named(groups[whole].reset_index(drop=True), places, units, name)
    named["tier"] = size_tier(named["population"], scheme=chosen)
    modelled = is_modelled(population)
    return UrbanCentres(
        units=_ordered(named),
        origin="read" if read else "found",
        scheme=chosen,
        base="people in the cells of the centre (modelled)" if modelled else "people in the cells of the centre",
        modelled=modelled,
        source=str(grid_classes.attrs.get("source", "")),
        fragments=int((~whole).sum()),
        fragments_population=float(groups.loc[~whole, "population"].sum()),
    )


def _measured(centre: NDArray[np.bool_], population: xr.DataArray, shape: GridShape) -> gpd.GeoDataFrame:
    """Return the outline, people, area and centre of people of each group of cells."""
    from rasterio.features import shapes
    from scipy.ndimage import label
    from shapely.geometry import shape as polygon_of

    labels, count = label(centre.reshape(shape.height, shape.width))
    if not count:
        raise InsufficientDataError(
            "there is no urban centre among the classes, so there is nothing to outline. Take a larger region, or "
            "lower `centre_population` in `degree_of_urbanisation`."
        )
    row, column = np.nonzero(labels)
    group = labels[row, column] - 1
    areas = cell_areas(shape)(0, shape.height)
    area = areas[row, 0] if areas.shape[1] == 1 else areas[row, column]
    values = np.nan_to_num(population.to_numpy().reshape(labels.shape)[row, column].astype(np.float64))
    people = values if require_quantity(population) == "count" else values * area
    table = pd.DataFrame({"population": np.bincount(group, people), "area_km2": np.bincount(group, area)})
    table["density_per_km2"] = table["population"] / table["area_km2"]
    # Where nobody lives, the middle of the cells.
    weight = np.where(table["population"].to_numpy()[group] > 0, people, area)
    whole = np.bincount(group, weight)
    table["x"] = np.bincount(group, weight * (shape.transform.c + shape.transform.a * (column + 0.5))) / whole
    table["y"] = np.bincount(group, weight * (shape.transform.f + shape.transform.e * (row + 0.5))) / whole
    outlines = {
        int(number) - 1: polygon_of(outline)
        for outline, number in shapes(
            labels.astype(np.int32), mask=labels > 0, connectivity=4, transform=shape.transform
        )
    }
    geometry = [outlines[number] for number in range(count)]
    return gpd.GeoDataFrame(table, geometry=geometry, crs=shape.crs.to_wkt())


def _named(
    centres: gpd.GeoDataFrame, places: gpd.GeoDataFrame | None, units: pd.DataFrame | None, name: str
) -> gpd.GeoDataFrame:
    named = centres.assign(
        name=pd.Series(None, index=centres.index, dtype=object),
        name_source=pd.Series(None, index=centres.index, dtype=object),
        name_km=np.nan,
    )
    middle = gpd.GeoSeries(gpd.points_from_xy(centres["x"], centres["y"]), index=centres.index, crs=centres.crs)
    sources = []
    if units is not None:
        require_columns(units, [name, "seat_lon", "seat_lat"], argument="units")
        seats = gpd.points_from_xy(units["seat_lon"], units["seat_lat"], crs=4326)
        sources.append(("seat", gpd.GeoDataFrame({"name": units[name].to_numpy()}, geometry=seats)))
    if places is not None:
        require_columns(places, [name], argument="places")
        points = gpd.GeoDataFrame(
            {"name": places[name].to_numpy()}, geometry=places.geometry.to_numpy(), crs=places.crs
        )
        if "population" in places:
            points["people"] = pd.to_numeric(places["population"], errors="coerce").to_numpy()
        sources.append(("place", points))
    for kind, points in sources:
        _name_inside(named, middle, points, kind)
    for kind, points in sources:
        _name_nearest(named, middle, points, kind)
    return named.drop(columns=["x", "y"])


def _name_inside(named: gpd.GeoDataFrame, middle: gpd.GeoSeries, points: gpd.GeoDataFrame, kind: str) -> None:
    """Name centres that have no name yet by a point inside."""
    usable = points[points["name"].notna() & ~points.geometry.is_empty].to_crs(named.crs)
    open_ones = named.index[named["name"].isna()]
    if usable.empty or open_ones.empty:
        return
    pairs = usable.sjoin(named.loc[open_ones, ["geometry"]], predicate="within")
    pairs["km"] = _km(middle.loc[pairs["index_right"]], pairs.geometry)
    keys = ["index_right", "people", "km"] if "people" in pairs else ["index_right", "km"]
    best = pairs.sort_values(keys, ascending=[key != "people" for key in keys], na_position="last", kind="stable")
    best = best.drop_duplicates("index_right").set_index("index_right")
    named.loc[best.index, "name"] = best["name"]
    named.loc[best.index, "name_km"] = best["km"]
    named.loc[best.index, "name_source"] = f"{kind} inside"


def _name_nearest(named: gpd.GeoDataFrame, middle: gpd.GeoSeries, points: gpd.GeoDataFrame, kind: str) -> None:
    """Name centres that have no name yet by the nearest point."""
    usable = points[points["name"].notna() & ~points.geometry.is_empty].to_crs(named.crs)
    open_ones = named.index[named["name"].isna()]
    if usable.empty or open_ones.empty:
        return
    places = usable.geometry.reset_index(drop=True)
    centre, nearest = places.sindex.nearest(middle.loc[open_ones], return_all=False)
    labels = open_ones[centre]
    named.loc[labels, "name"] = usable["name"].to_numpy()[nearest]
    named.loc[labels, "name_km"] = _km(middle.loc[labels], places.iloc[nearest])
    named.loc[labels, "name_source"] = f"nearest {kind}"


def _km(one: gpd.GeoSeries, other: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return the distance between points, pair by pair, on the ellipsoid [km]."""
    from pyproj import Geod

    here, there = one.to_crs(4326), other.to_crs(4326)
    _, _, metres = Geod(ellps="WGS84").inv(here.x, here.y, there.x, there.y)
    return np.asarray(metres, dtype=np.float64) / 1000


def _ordered(named: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ordered = named.sort_values("population", ascending=False, kind="stable", ignore_index=True)
    rank = ordered["population"].rank(method="min", ascending=False).astype(int)
    columns = ["name", "name_source", "name_km", "population", "area_km2", "density_per_km2", "tier"]
    result = ordered[[*columns, "geometry"]].assign(rank=rank)
    index = pd.Index([str(number) for number in range(1, len(result) + 1)], name="centre")
    return gpd.GeoDataFrame(result[[*columns, "rank", "geometry"]].set_axis(index), crs=named.crs)
