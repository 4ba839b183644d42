"""Set the answers of a study beside the tables that others printed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo_urban.errors import InsufficientDataError
from geo_urban.studies import compare
from geo_urban.studies.steps import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.results import AnalysisOutput

__all__ = ["COMPARISONS", "FROM_ANSWERS", "beside_published"]

# Table 2 of the Northeast study is about counties proper: no districts, no county-level cities.
NOT_COUNTIES = ("district", "county-level city", "city without districts", "development zone", "administrative area")


def beside_published(output: AnalysisOutput, context: StudyContext) -> AnalysisOutput:
    """Return an answer with the published tables that its study wants beside it.

    Parameters
    ----------
    output
        What an analysis answered; it is not changed.
    context
        The study and its data.

    Returns
    -------
    AnalysisOutput
        With `comparisons`: ours, theirs, difference and reason.
    """
    wanted = [name for name in context.study.published if PUBLISHED[name] == output.name]
    tables = {
        f"published_{name}": FROM_ANSWERS[name](output) if name in FROM_ANSWERS else COMPARISONS[name](context)
        for name in wanted
    }
    return replace(output, comparisons=tables) if tables else output


def _city_tiers(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.hierarchy import city_tiers

    start, end = context.column("population")
    ours = city_tiers(context.cities, population_start=start, population_end=end, base=context.city_base)
    return compare.compare_tiers(ours, published("city_tiers"))


def _county_loss(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.shrinkage import population_change

    start, end = context.column("population")
    counties = context.units[~context.units["unit_type"].isin(NOT_COUNTIES)]
    ours = population_change(counties, start=start, end=end, years=context.study.elapsed_years)
    return compare.compare_severity(ours, published("county_loss"))


def _urbanization(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.hierarchy import urbanization_table

    ours = urbanization_table(_nation(context), by="macro_region", years=context.study.years)
    return compare.compare_urbanization(ours, published("urbanization"))


def _rural_outflow(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.shrinkage import rural_outflow

    ours = rural_outflow(context.units, by="province")
    nation = rural_outflow(_nation(context), by=None)
    return compare.compare_outflow(ours, published("rural_outflow"), nation=nation)


def _western_china(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.studies.compare_west import compare_city_density
    from geo_urban.studies.national_density import macro_region_density, mean_prefecture

    year = context.study.years[1]
    ours, means = macro_region_density(year), mean_prefecture(year)
    return compare_city_density(ours, published("western_china"), year=year, mean_prefecture=means)


def _land_border(context: StudyContext) -> pd.DataFrame:
    from geo_urban.studies.compare_border import compare_land_border
    from geo_urban.studies.steps.border_data import border_data

    return compare_land_border(border_data(context), national=not context.study.region)


def _national_change(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import census, census_panel, published
    from geo_urban.studies.compare_nation import compare_national_change

    years = context.study.years
    counted = {year: census(year) for year in years}
    units = census_panel(*years) if context.study.region else context.units
    return compare_national_change(units, published("national_change"), census=counted, years=years)


def _shrinking_places(output: AnalysisOutput) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.studies.compare_places import compare_places

    clusters, spots = (output.tables[name] for name in ("clusters_units", "hot_spots_units"))
    return compare_places(clusters, spots, published("shrinking_places"))


def _county_economy(context: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.studies.compare_economy import compare_county_economy

    return compare_county_economy(published("county_economy"), years=context.study.years)


def _county_finance(_: StudyContext) -> pd.DataFrame:
    from geo_urban.datasets import published
    from geo_urban.studies.compare_economy import compare_county_finance

    return compare_county_finance(published("county_finance"))


def _nation(context: StudyContext) -> pd.DataFrame:
    totals = context.macro_region_totals
    if totals is None:
        raise InsufficientDataError(
            "the figures hold no national totals, so there is nothing to set beside the published ones."
        )
    return totals


COMPARISONS: dict[str, Callable[[StudyContext], pd.DataFrame]] = {
    "city_tiers": _city_tiers,
    "county_loss": _county_loss,
    "urbanization": _urbanization,
    "rural_outflow": _rural_outflow,
    "western_china": _western_china,
    "county_economy": _county_economy,
    "county_finance": _county_finance,
    "national_change": _national_change,
    "land_border": _land_border,
}
"""How each published table is set beside ours; `geo_urban.studies.steps.PUBLISHED` names its analysis."""

FROM_ANSWERS: dict[str, Callable[[AnalysisOutput], pd.DataFrame]] = {"shrinking_places": _shrinking_places}
"""Those that stand beside the tables of the answer itself, which are not computed twice."""
