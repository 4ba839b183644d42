"""Names for readers: of tables and of their columns."""

from __future__ import annotations

__all__ = ["COLUMN_LABELS", "PAGE_COLUMNS", "TABLE_TITLES", "table_title"]

TABLE_TITLES = {
    "change": "Change of residents by unit",
    "change_severity": "Units by share of residents lost",
    "change_severity_by_type": "Units by type and share of residents lost",
    "change_summary": "Change of residents by group",
    "change_worst": "Units that lost the largest share of their residents",
    "tiers": "Cities and their residents by size tier",
    "tiers_urban_area": "Cities by size tier of their urban area's residents",
    "cities": "Cities with size tier and change",
    "urbanization": "Urbanization rate by group",
    "urbanization_macro_regions": "Urbanization rate by macro-region",
    "outflow": "Rural loss and net outflow by group",
    "outflow_units": "Rural loss and net outflow by unit",
    "burden": "Rural residents per urban resident by group",
    "town_share": "Share of people in towns by unit",
    "density": "Population density by unit",
    "density_summary": "Population density by group",
    "density_audit": "People on the grid and in the units",
    "modelled_density": "Population density by unit (modelled grid)",
    "modelled_density_summary": "Population density by group (modelled grid)",
    "modelled_density_audit": "People on the grid and in the units (modelled grid)",
    "not_joined": "Units left out",
    "published_city_tiers": "Size tiers: ours beside the published table",
    "published_county_loss": "County loss: ours beside the published table",
    "published_urbanization": "Urbanization: ours beside the published table",
    "published_rural_outflow": "Rural outflow: ours beside the published figures",
}
"""What each table shows, sentences of the catalogue."""

COLUMN_LABELS = {
    "code": "Code",
    "adcode": "Code",
    "name": "Name",
    "prefecture": "Prefecture",
    "province": "Province",
    "unit_type": "Type of unit",
    "comparability": "Comparability",
    "severity": "Share of residents lost",
    "tier": "Size tier",
    "units": "Units",
    "cities": "Cities",
    "rank": "Rank",
    "side": "Found in",
    "reason": "Reason",
    "population_start": "Residents at the start",
    "population_end": "Residents at the end",
    "change": "Change",
    "change_share": "Change of residents (%)",
    "annual_change_rate": "Change per year (%)",
    "units_share": "Share of units (%)",
    "loss_share": "Share of the loss (%)",
    "total_loss": "Residents lost",
    "mean_loss": "Residents lost per unit",
    "mean_change_share": "Mean change (%)",
    "without_figure": "Without figure",
    "growing": "Growing",
    "unchanged": "Unchanged",
    "losing": "Losing",
    "losing_share": "Share of units losing residents (%)",
    "median_change_share": "Median change (%)",
    "start_share": "Share at the start (%)",
    "end_share": "Share at the end (%)",
    "share_change_points": "Change of the share (points)",
    "mean_growth_share": "Mean growth of those that grew (%)",
    "mean_loss_share": "Mean loss of those that lost (%)",
    "rural_start": "Rural residents at the start",
    "rural_end": "Rural residents at the end",
    "urban_start": "Urban residents at the start",
    "urban_end": "Urban residents at the end",
    "rural_loss": "Rural loss",
    "rural_change_share": "Change of rural residents (%)",
    "urban_gain": "Urban gain",
    "net_outflow": "Net outflow",
    "net_outflow_share": "Net outflow as a share of residents (%)",
    "population": "Residents on the grid",
    "area_km2": "Area (km²)",
    "land_area_km2": "Land (km²)",
    "covered_area_km2": "Area under cells with a value (km²)",
    "density_per_km2": "Residents per km²",
    "land_density_per_km2": "Residents per km² of land",
    "lived_density_per_km2": "Lived density (per km²)",
    "dense_share": "On dense cells (%)",
    "density_gini": "Gini index of density",
    "density_theil": "Theil index of density",
    "theil_within": "Theil index within units",
    "theil_between": "Theil index between units",
    "modelled": "Modelled, not counted",
    "grid": "Grid",
    "sum_over_zones": "In the units",
    "sum_over_grid": "On the grid around them",
    "outside_all_zones": "Outside all units",
    "in_several_zones": "In several units",
    "units_without_cells": "Units without cells",
    "macro_region": "Macro-region",
    "mean_increment_points": "Points gained a year",
    "measure": "Measure",
    "group": "Group",
    "year": "Year",
    "unit": "Unit of measure",
    "ours": "Ours",
    "our_year": "Year of ours",
    "theirs": "Published",
    "difference": "Difference",
    "inconsistency": "Slip in print",
    "source": "Source",
}
"""A reader's name per column, sentences of the catalogue; shares are shown in percent on pages."""

DENSITY_COLUMNS = (
    "units",
    "population",
    "density_per_km2",
    "lived_density_per_km2",
    "dense_share",
    "density_theil",
)
PAGE_COLUMNS = {
    "change_worst": (
        "rank",
        "name",
        "prefecture",
        "province",
        "population_start",
        "population_end",
        "change",
        "change_share",
    ),
    "change_summary": ("units", "growing", "losing", "population_start", "population_end", "change", "change_share"),
    "change_severity": ("units", "units_share", "population_start", "total_loss", "mean_loss", "loss_share"),
    "tiers": (
        "cities",
        "population_start",
        "population_end",
        "start_share",
        "end_share",
        "change_share",
        "growing",
        "mean_growth_share",
        "mean_loss_share",
    ),
    "density_summary": DENSITY_COLUMNS,
    "modelled_density_summary": DENSITY_COLUMNS,
    "outflow": ("units", "rural_loss", "rural_change_share", "urban_gain", "net_outflow", "net_outflow_share"),
}
"""The columns of wide tables that the study page shows; the files hold all of them."""


def table_title(name: str) -> str:
    """Return what a table shows.

    Parameters
    ----------
    name
        Name of the table's file without ending.

    Returns
    -------
    str
        A sentence of the catalogue; empty for an unknown table.

    Examples
    --------
    >>> table_title("not_joined")
    'Units left out'
    """
    return TABLE_TITLES.get(name, "")
