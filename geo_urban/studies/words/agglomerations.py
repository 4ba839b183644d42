"""Names for readers: tables of city clusters, and their columns."""

from __future__ import annotations

__all__ = ["COLUMNS", "SHOWN", "TITLES"]

TITLES: dict[str, str] = {
    "agglomerations": "City clusters",
    "agglomeration_agreement": "Agreement of city clusters with plans",
    "agglomeration_named": "Into which cluster the cities fall that are named together",
    "agglomeration_plan_lines": "What the lines of plans follow",
    "agglomeration_criteria": "Criteria that city clusters meet",
    "agglomeration_rings": "Change of residents by ring of travel time",
    "agglomeration_units": "Units with their city cluster, role and firmness",
    "agglomeration_cores": "Cores of city clusters",
    "agglomeration_links": "Links between cores",
    "agglomeration_parameters": "Parameters of the delineation",
}

COLUMNS: dict[str, str] = {
    "agglomeration": "City cluster",
    "urbanization_rate": "Urban residents (%)",
    "large_cities": "Cities of a million or more",
    "largest_city": "Urban residents of the largest core",
    "largest_city_share": "Largest core's share (%)",
    "primacy": "Largest over second core",
    "rank_size_slope": "Rank-size slope of cores",
    "second_tier_share": "Share of cores ranked 2 to 4 (%)",
    "compactness": "Compactness (1: a circle)",
    "firm_share": "Residents firmly inside (%)",
    "unsure_population": "Residents where the line is not known",
    "gdp_per_person": "Product per resident",
    "reference": "Plan",
    "zone": "Zone",
    "weight": "Weighted by",
    "matched": "Our cluster",
    "both": "In both",
    "only_ours": "Only ours",
    "only_theirs": "Only in the plan",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "jaccard": "Jaccard index",
    "variation_of_information": "Variation of information (bit)",
    "group_line_share": "Plan's line between two provinces (%)",
    "our_group_line_share": "Our line between two provinces (%)",
    "only_theirs_minutes": "Median minutes to our cores, only in the plan",
    "only_theirs_elsewhere_share": "Of these in another cluster of ours (%)",
    "page": "Named together",
    "city": "City",
    "role": "Role",
    "strength": "Strength of membership",
    "stability": "Stability",
    "minutes_to_first": "Minutes to the first city",
    "ring": "Ring (minutes)",
    "value": "Value",
    "parameter": "Parameter",
}

SHOWN: dict[str, tuple[str, ...]] = {
    "agglomerations": (
        "units", "residents", "area_km2", "density_per_km2", "urbanization_rate", "change_share", "cities",
        "large_cities", "primacy", "rank_size_slope", "second_tier_share", "compactness", "firm_share",
        "unsure_population",
    ),
    "agglomeration_agreement": (
        "matched", "precision", "recall", "f1", "jaccard", "variation_of_information",
    ),
}  # fmt: skip
