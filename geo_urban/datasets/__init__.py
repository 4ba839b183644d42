"""The embedded default data: boundaries, census figures, regions and published tables of China."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_urban.datasets.border_ports import ports
    from geo_urban.datasets.boundaries import cities, counties, drawing, macro_regions, prefectures, provinces
    from geo_urban.datasets.census_figures import census, census_columns, census_corrections, census_totals
    from geo_urban.datasets.cluster_units import agglomeration_units
    from geo_urban.datasets.covariates import covariate_columns, covariate_table, sector_workers
    from geo_urban.datasets.divisions import town_counts
    from geo_urban.datasets.explanation import explain
    from geo_urban.datasets.gazetteer import places
    from geo_urban.datasets.modelled_grid import population_grid
    from geo_urban.datasets.neighbor_countries import neighbors
    from geo_urban.datasets.panel import census_panel, city_panel
    from geo_urban.datasets.places_apart import cities_and_counties
    from geo_urban.datasets.plan_scopes import agglomeration_scopes, scope_of_units
    from geo_urban.datasets.published_figures import published
    from geo_urban.datasets.published_over_time import published_series
    from geo_urban.datasets.regions import Region, province_groups, region
    from geo_urban.datasets.roads import county_seats, road_network
    from geo_urban.datasets.seat_times import seat_travel_times
    from geo_urban.datasets.unit_sets import policy_regions, region_sets
    from geo_urban.datasets.urbanisation_grid import urbanisation_classes
    from geo_urban.datasets.whole_country import national_sheet

__all__ = [
    "Region",
    "agglomeration_scopes",
    "agglomeration_units",
    "census",
    "census_columns",
    "census_corrections",
    "census_panel",
    "census_totals",
    "cities",
    "cities_and_counties",
    "city_panel",
    "counties",
    "county_seats",
    "covariate_columns",
    "covariate_table",
    "drawing",
    "explain",
    "macro_regions",
    "national_sheet",
    "neighbors",
    "places",
    "policy_regions",
    "population_grid",
    "ports",
    "prefectures",
    "province_groups",
    "provinces",
    "published",
    "published_series",
    "region",
    "region_sets",
    "road_network",
    "scope_of_units",
    "seat_travel_times",
    "sector_workers",
    "town_counts",
    "urbanisation_classes",
]

# No module bears the name of a function it defines: importing it would hide the function.
_HOMES = {
    "Region": "regions",
    "agglomeration_scopes": "plan_scopes",
    "agglomeration_units": "cluster_units",
    "census": "census_figures",
    "census_columns": "census_figures",
    "census_corrections": "census_figures",
    "census_panel": "panel",
    "census_totals": "census_figures",
    "cities": "boundaries",
    "cities_and_counties": "places_apart",
    "city_panel": "panel",
    "counties": "boundaries",
    "county_seats": "roads",
    "covariate_columns": "covariates",
    "covariate_table": "covariates",
    "drawing": "boundaries",
    "explain": "explanation",
    "macro_regions": "boundaries",
    "national_sheet": "whole_country",
    "neighbors": "neighbor_countries",
    "places": "gazetteer",
    "policy_regions": "unit_sets",
    "population_grid": "modelled_grid",
    "ports": "border_ports",
    "prefectures": "boundaries",
    "province_groups": "regions",
    "provinces": "boundaries",
    "published": "published_figures",
    "published_series": "published_over_time",
    "region": "regions",
    "region_sets": "unit_sets",
    "road_network": "roads",
    "scope_of_units": "plan_scopes",
    "seat_travel_times": "seat_times",
    "sector_workers": "covariates",
    "town_counts": "divisions",
    "urbanisation_classes": "urbanisation_grid",
}


def __getattr__(name: str) -> object:
    # A study that needs only the census must not pay for the boundaries, nor the other way round.
    if name in _HOMES:
        return getattr(import_module(f"geo_urban.datasets.{_HOMES[name]}"), name)
    message = f"module 'geo_urban.datasets' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)
