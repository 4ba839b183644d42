"""Ask: which part of the change is a place's own, and how places move through time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.messages import Sentence
from geo_urban.studies.covariates import require_figures
from geo_urban.studies.neighbors import neighbor_rule
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from libpysal.graph import Graph

    from geo_urban.presentation import Presentation
    from geo_urban.shrinkage import ShiftShareResult, SpatialMarkovResult
    from geo_urban.studies.context import StudyContext

__all__ = ["DYNAMICS", "dated_columns"]

TITLE = "Which part of the change is a place's own?"
ALL = "all units"
DATES_FOR_TRENDS = 5
CAUTION_ALL = (
    "What all units together did is taken from the units of this study; set beside a larger country it differs."
)
CAUTION_ONE_REGION = "The study names no column that gathers units, so there is no part of a region."
FEW_DATES = (
    "Hot and cold spots through time need five dates or more, since fewer can show no trend; moves between classes "
    "were counted all the same."
)


def _run(context: StudyContext) -> AnalysisOutput:
    parts = _parts(context)
    summary = parts.summary()
    whole = ["change", "level_part", "region_part", "local_part"]
    summary[whole] = summary[whole].round() + 0.0  # nobody is a fraction of a person
    shown = context.shown(parts.layers(source=context.source))
    moves, more, said = _moves(context)
    return AnalysisOutput(
        name="dynamics",
        title=TITLE,
        tables={
            "shift_share": context.grouped(summary),
            "shift_share_units": context.table(_measured(parts, context)),
            **moves,
        },
        headline=("shift_share", *(name for name in moves if not name.endswith("_units"))),
        presentations=(shown, *more),
        key_numbers=(
            KeyNumber(
                label="Change of all units together", value=parts.level_rate, unit="%", scale=100, decimals=1
            ),
            KeyNumber(
                label="What a resident's unit differs from its region, on average",
                value=figure_of(summary, "total", "spread"), unit="%", scale=100, decimals=1,
            ),
        ),
        charts=bars_of(
            context.grouped(summary),
            {"level_part": "Part of all units", "region_part": "Part of the region"},
            name="shift_share",
            title="Change of residents in parts, by group",
            unit="persons",
            without=("total",),
        ),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=(*shown.cautions, CAUTION_ONE_REGION if context.group is None else CAUTION_ALL, *said),
    )  # fmt: skip


def dated_columns(context: StudyContext) -> list[str]:
    """Return the columns of the units that hold a figure at several dates; those of both counts have our names.

    Raises
    ------
    MissingColumnsError
        If a column is missing.
    InputError
        If a column is not numeric.
    """
    population = context.study.population
    ours = dict(zip((population.start, population.end), context.column("population"), strict=True))
    columns = [ours.get(column, column) for column in context.study.dynamics.dates]
    require_figures(context.units, columns, argument="panel")
    return columns


DYNAMICS = AnalysisStep(name="dynamics", title=TITLE, needs=frozenset({"population"}), run=_run, check=dated_columns)


def _parts(context: StudyContext) -> ShiftShareResult:
    from geo_urban.shrinkage import shift_share

    start, end = context.column("population")
    if context.group is not None:
        return shift_share(context.units, by=context.group, start=start, end=end)
    return shift_share(context.units.assign(region=ALL), by="region", start=start, end=end)


def _measured(parts: ShiftShareResult, context: StudyContext) -> pd.DataFrame:
    described = [name for name in ("name", context.group) if name is not None and name in parts.units.columns]
    measures = ["population_start", "population_end", "change", "level_part", "region_part", "local_part"]
    return pd.DataFrame(parts.units[[*described, *measures, "change_share", "local_share"]])


def _moves(context: StudyContext) -> tuple[dict[str, pd.DataFrame], tuple[Presentation, ...], tuple[str, ...]]:
    """Return tables, maps and cautions of what a figure at several dates says; nothing where the study names none."""
    from geo_urban.shrinkage import lisa_markov, spatial_markov

    chosen = context.study.dynamics
    if not chosen.dates:
        return {}, (), ()
    units, columns = _dated(context)
    graph = context.graph
    positive = bool((units[columns].mean() > 0).all())
    chain = spatial_markov(
        units, graph, columns=columns, classes=chosen.classes, relative=positive and chosen.figure == "value"
    )
    quadrants = lisa_markov(units, graph, columns=columns)
    tables = {
        "spatial_markov": chain.summary(),
        "spatial_markov_tests": _tests(chain),
        "spatial_markov_moves": chain.probabilities.reset_index(),
        "lisa_markov": quadrants.summary(),
    }
    rule = neighbor_rule(context.study.neighbors)
    shown = [_under_its_name(each.layers(source=context.source), rule) for each in (chain, quadrants)]
    said = tuple(caution for each in shown for caution in each.cautions)
    if len(columns) < DATES_FOR_TRENDS:
        return tables, tuple(shown), (*said, FEW_DATES)
    table, trends = _trends(context, units, graph, columns)
    return tables | {"emerging_hot_spots": table}, (*shown, trends), (*said, *trends.cautions)


def _dated(context: StudyContext) -> tuple[pd.DataFrame, list[str]]:
    """Return the units with one column per date: the figure, or its yearly change up to the date."""
    chosen = context.study.dynamics
    columns = dated_columns(context)
    if chosen.figure == "value":
        return context.units, columns
    values = context.units[columns].astype(float)
    logs = np.log(values.where(values > 0))
    changes = logs.diff(axis=1).iloc[:, 1:].add_prefix("change_to_")
    return context.units.assign(**{str(name): changes[name] for name in changes}), [str(name) for name in changes]


def _trends(
    context: StudyContext, units: pd.DataFrame, graph: Graph, columns: list[str]
) -> tuple[pd.DataFrame, Presentation]:
    """Return hot and cold spots through time, by pattern, and their map."""
    from geo_urban.shrinkage import emerging_hot_spots, local_getis_ord

    scores = {name: local_getis_ord(units[name].astype(float), graph, permutations=0).units["z"] for name in columns}
    found = emerging_hot_spots(pd.DataFrame(scores))
    return found.summary(), _under_its_name(
        found.layers(context.units, source=context.source), neighbor_rule(context.study.neighbors)
    )


def _under_its_name(shown: Presentation, rule: str) -> Presentation:
    return replace(shown, method=Sentence("{how} {neighbors}", how=shown.method, neighbors=rule))


def _tests(chain: SpatialMarkovResult) -> pd.DataFrame:
    """Return the tests whether moves depend on the neighbors."""
    rows = {
        "likelihood_ratio": (chain.likelihood_ratio, chain.degrees_of_freedom, chain.likelihood_ratio_p),
        "chi_square": (chain.chi_square, chain.degrees_of_freedom, chain.chi_square_p),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["statistic", "df", "p"]).rename_axis("test")
