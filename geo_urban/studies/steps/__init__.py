"""The analyses a study can name. A new one is a module here and a line in `ANALYSES`."""

from __future__ import annotations

from geo_urban.studies.steps.agglomerations import AGGLOMERATIONS
from geo_urban.studies.steps.border_corridor import BORDER_CORRIDORS
from geo_urban.studies.steps.border_line import LAND_BORDER
from geo_urban.studies.steps.burden import BURDEN
from geo_urban.studies.steps.causes import CAUSES
from geo_urban.studies.steps.central_places import CENTRAL_PLACES
from geo_urban.studies.steps.change import CHANGE
from geo_urban.studies.steps.city_density import CITY_DENSITY
from geo_urban.studies.steps.clusters import CLUSTERS
from geo_urban.studies.steps.density import DENSITY
from geo_urban.studies.steps.dynamics import DYNAMICS
from geo_urban.studies.steps.economy import ECONOMY
from geo_urban.studies.steps.outflow import OUTFLOW
from geo_urban.studies.steps.rank_size import RANK_SIZE
from geo_urban.studies.steps.regions import REGIONS
from geo_urban.studies.steps.scales import SCALES
from geo_urban.studies.steps.step import AnalysisStep, Need
from geo_urban.studies.steps.tiers import TIERS
from geo_urban.studies.steps.town_share import TOWN_SHARE
from geo_urban.studies.steps.transitions import TRANSITIONS
from geo_urban.studies.steps.typology import TYPOLOGY
from geo_urban.studies.steps.urban_centres import URBAN_CENTRES
from geo_urban.studies.steps.urbanization import URBANIZATION

__all__ = ["ANALYSES", "PARTS", "PUBLISHED", "AnalysisStep", "Need"]

ANALYSES: dict[str, AnalysisStep] = {
    step.name: step
    for step in (
        CHANGE, TYPOLOGY, CLUSTERS, SCALES, DYNAMICS, CAUSES, ECONOMY,
        TIERS, URBANIZATION, OUTFLOW, BURDEN, TOWN_SHARE, DENSITY,
        TRANSITIONS, RANK_SIZE, CITY_DENSITY, URBAN_CENTRES, CENTRAL_PLACES, REGIONS,
        LAND_BORDER, BORDER_CORRIDORS, AGGLOMERATIONS,
    )
}  # fmt: skip

PARTS: dict[str, tuple[str, ...]] = {
    "shrinkage": ("change", "typology", "clusters", "scales", "dynamics", "causes", "economy", "outflow"),
    "hierarchy": (
        "tiers", "transitions", "rank_size", "city_density", "urban_centres", "central_places", "urbanization",
        "burden", "town_share", "regions", "density",
    ),
    "border": ("land_border", "border_corridors"),
    "agglomerations": ("agglomerations",),
}  # fmt: skip
"""Parts of the package that ``geo-urban run`` takes in place of a study, and their analyses."""

PUBLISHED = {
    "city_tiers": "tiers",
    "county_loss": "change",
    "urbanization": "urbanization",
    "rural_outflow": "outflow",
    "western_china": "city_density",
    "county_economy": "economy",
    "county_finance": "economy",
    "national_change": "change",
    "shrinking_places": "clusters",
    "land_border": "land_border",
}
"""Published tables that can stand beside ours, and the analysis each belongs to."""
