"""Names for readers: tables of loss and growth, and their columns."""

from __future__ import annotations

__all__ = ["COLUMNS", "SHOWN", "TITLES"]

TITLES = {
    "change": "Change of residents by unit",
    "change_severity": "Units by share of residents lost",
    "change_severity_by_type": "Units by type and share of residents lost",
    "change_summary": "Change of residents by group",
    "change_worst": "Units that lost the largest share of their residents",
    "types": "Units with type of change and policy label",
    "types_summary": "Units by type of change",
    "types_cities": "Cities with type of change and policy label",
    "types_cities_summary": "Cities by type of change",
    "clusters_overall": "Whether change clusters at all",
    "clusters_summary": "Units by category of local Moran's I",
    "clusters_units": "Local Moran's I of change by unit",
    "clusters_net_summary": "Units by category of local Moran's I, net of the group's mean",
    "clusters_net_units": "Local Moran's I of change net of the group's mean, by unit",
    "hot_spots_summary": "Units by hot and cold spot (Gi*)",
    "hot_spots_units": "Gi* of change by unit",
    "clusters_places": "Prefectures with units in clusters",
    "outflow": "Rural loss and net outflow by group",
    "outflow_units": "Rural loss and net outflow by unit",
    "published_county_loss": "County loss: ours beside the published table",
    "published_rural_outflow": "Rural outflow: ours beside the published figures",
}

COLUMNS = {
    "severity": "Share of residents lost",
    "shrinkage_class": "Type of change",
    "category": "Category by p, each unit by itself",
    "units_fdr": "Units, false discoveries held",
    "loss_cluster": "In clusters of loss",
    "loss_cluster_fdr": "In clusters of loss, false discoveries held",
    "growth_cluster": "In clusters of growth",
    "growth_cluster_fdr": "In clusters of growth, false discoveries held",
    "loss_share": "Share of the loss (%)",
    "total_loss": "Residents lost",
    "mean_loss": "Residents lost per unit",
    "mean_change_share": "Mean change (%)",
    "growing": "Growing",
    "unchanged": "Unchanged",
    "losing": "Losing",
    "losing_share": "Share of units losing residents (%)",
    "median_change_share": "Median change (%)",
    "rural_start": "Rural residents at the start",
    "rural_end": "Rural residents at the end",
    "urban_start": "Urban residents at the start",
    "urban_end": "Urban residents at the end",
    "rural_loss": "Rural loss",
    "rural_change_share": "Change of rural residents (%)",
    "urban_gain": "Urban gain",
    "net_outflow": "Net outflow",
    "net_outflow_share": "Net outflow as a share of residents (%)",
}

SHOWN = {
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
    "outflow": ("units", "rural_loss", "rural_change_share", "urban_gain", "net_outflow", "net_outflow_share"),
}
