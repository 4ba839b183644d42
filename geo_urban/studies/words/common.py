"""Names for readers that tables of every part share."""

from __future__ import annotations

__all__ = ["COLUMNS", "TITLES"]

TITLES = {
    "not_joined": "Units left out",
}

COLUMNS = {
    "code": "Code",
    "adcode": "Code",
    "name": "Name",
    "prefecture": "Prefecture",
    "province": "Province",
    "unit_type": "Type of unit",
    "comparability": "Comparability",
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
    "without_figure": "Without figure",
    "area_km2": "Area (km²)",
    "land_area_km2": "Land (km²)",
    "modelled": "Modelled, not counted",
    "macro_region": "Macro-region",
    "method": "Method",
    "p_value": "p of the fit",
    "residents": "Residents",
    "region": "Region",
    "left_out": "Units without figures",
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
