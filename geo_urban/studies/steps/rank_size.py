"""Ask: is there a second tier of cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.step import AnalysisStep

if TYPE_CHECKING:
    from geo_urban.hierarchy import RankSizeResult
    from geo_urban.hierarchy.rank_size_fit import RankSizeMethod
    from geo_urban.studies.context import StudyContext

__all__ = ["RANK_SIZE"]

TITLE = "Is there a second tier of cities?"
METHOD = (
    "Rank-size rules are fitted by regression of ln(rank − ½) on ln residents over all cities, and by maximum "
    "likelihood above the threshold that fits best; the missing middle is what ranks 2 to 10 lack of the latter rule."
)
CAUTION = (
    "An exponent depends on what counts as a city and on the threshold: compare regions of one base only. The rule of "
    "a province with few cities is uncertain; read its interval."
)
METHODS: tuple[RankSizeMethod, ...] = ("mle", "ols", "lotka")
FIT_COLUMNS = ("tail_size", "min_population", "zeta", "standard_error", "low", "high", "missing_middle")


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.hierarchy import primacy, rank_size

    _, end = context.column("population")
    people = context.cities[end]
    fits = {method: rank_size(people, method=method, seed=context.study.seed) for method in METHODS}
    first = primacy(people)
    tables = {
        "rank_size": _by_group(context, end),
        "primacy": _primacy_by_group(context, end),
        "rank_size_fit": pd.concat([fit.summary() for fit in fits.values()]).set_index("method"),
        "rank_size_cities": _cities(context, fits["mle"]),
    }
    shown = fits["mle"].layers(context.city_points, source=context.source)
    return AnalysisOutput(
        name="rank_size",
        title=TITLE,
        tables=tables,
        headline=("rank_size", "primacy"),
        presentations=(shown,),
        key_numbers=(
            KeyNumber(label="Rank exponent of the larger cities", value=fits["mle"].zeta, decimals=2),
            KeyNumber(label="Largest city over the second", value=first.two_city, decimals=2),
            KeyNumber(
                label="Missing in ranks 2 to 10", value=fits["mle"].missing_middle, unit="%", scale=100, decimals=1
            ),
        ),
        method=METHOD,
        citation=context.cited("geo_urban.hierarchy.rank_size"),
        source=context.source,
        cautions=(CAUTION, *shown.cautions),
    )


RANK_SIZE = AnalysisStep(name="rank_size", title=TITLE, needs=frozenset({"population", "cities"}), run=_run)


def _group(context: StudyContext) -> str | None:
    return context.group if context.group in context.cities.columns else None


def _grouped_cities(context: StudyContext) -> tuple[pd.DataFrame, str]:
    """Return the cities and the column that groups them; one group where there is none."""
    group = _group(context)
    cities = pd.DataFrame(context.cities.drop(columns="geometry", errors="ignore"))
    return (cities, group) if group is not None else (cities.assign(group="total"), "group")


def _by_group(context: StudyContext, population: str) -> pd.DataFrame:
    from geo_urban.hierarchy import rank_size_table

    cities, group = _grouped_cities(context)
    tail = rank_size_table(cities, by=group, population=population, method="mle")
    whole = rank_size_table(cities, by=group, population=population, method="ols")
    table = tail[["cities", *FIT_COLUMNS]].assign(
        zeta_all_cities=whole["zeta"], standard_error_all_cities=whole["standard_error"], r_squared=whole["r_squared"]
    )
    return _once(table, context, group)


def _primacy_by_group(context: StudyContext, population: str) -> pd.DataFrame:
    from geo_urban.hierarchy import primacy_table

    cities, group = _grouped_cities(context)
    table = primacy_table(cities, by=group, population=population)
    if "name" in cities.columns:
        table["largest"] = table["largest"].map(cities["name"])
    return _once(table, context, group)


def _once(table: pd.DataFrame, context: StudyContext, group: str) -> pd.DataFrame:
    """Return a table without the row that says the total twice, where there are no groups."""
    kept = table if group == _group(context) else table.iloc[:1]
    return context.grouped(kept)


def _cities(context: StudyContext, fit: RankSizeResult) -> pd.DataFrame:
    described = [column for column in ("name", "province", "unit_type") if column in context.cities.columns]
    return fit.cities.join(pd.DataFrame(context.cities[described]))[[*described, *fit.cities.columns]]
