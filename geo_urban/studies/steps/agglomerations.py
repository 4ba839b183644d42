"""Ask: where do city clusters end, how firm is that line, and where do plans draw another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_urban.messages import Sentence
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.agglomeration_inputs import cluster_inputs
from geo_urban.studies.steps.agglomeration_pages import Found, cluster_page, drawn_lightly, overview, pages_of
from geo_urban.studies.steps.agglomeration_tables import (
    agreement_with,
    criteria_table,
    link_table,
    member_table,
    named_table,
    parameter_table,
    plan_line_table,
    profile_table,
    ring_table,
)
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep
from geo_urban.studies.words import TABLE_TITLES

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.presentation import Bars
    from geo_urban.studies.agglomeration_section import ClusterPage
    from geo_urban.studies.context import StudyContext

__all__ = ["AGGLOMERATIONS"]

TITLE = "Where do city clusters end?"
CAUTION_TIMES = "Travel times are of one date, so the change of a cluster is that of people in a fixed outline."
CAUTION_CORES = (
    "Primacy, rank-size slope and second tier are of cores only, a sample cut at their least size; do not compare them "
    "with those of all cities."
)
CAUTION_CRITERIA = "The criteria are those of the study file; no law says what a city cluster must have."


def _run(context: StudyContext) -> AnalysisOutput:
    found = _found(context)
    pages = pages_of(context, found)
    cautions = (CAUTION_TIMES, *found.inputs.said)
    tables = _tables(context, found, pages)
    shown = overview(context, found, cautions=cautions)
    light = replace(found, result=drawn_lightly(found.result))
    drawn = [cluster_page(context, light, page, cautions=cautions) for page in pages]
    return AnalysisOutput(
        name="agglomerations",
        title=TITLE,
        tables=tables,
        headline=tuple(
            name
            for name in (
                "agglomerations",
                "agglomeration_agreement",
                "agglomeration_named",
                "agglomeration_plan_lines",
                "agglomeration_criteria",
                "agglomeration_rings",
                "agglomeration_parameters",
            )
            if name in tables
        ),
        presentations=(shown, *(page for page in drawn if page is not None)),
        parts={page.name: () for page in drawn if page is not None},
        key_numbers=_key_numbers(found),
        charts=_charts(tables, pages),
        method=shown.method,
        citation=context.cited("geo_urban.agglomerations.delineate, compare, cluster_profile, ring_profile"),
        source=context.source,
        cautions=(*shown.cautions, CAUTION_CORES, CAUTION_CRITERIA),
    )


AGGLOMERATIONS = AnalysisStep(name="agglomerations", title=TITLE, needs=frozenset({"population", "network"}), run=_run)


def _found(context: StudyContext) -> Found:
    from geo_urban.agglomerations import delineate

    inputs = cluster_inputs(context)
    chosen = context.study.agglomerations
    result = delineate(
        inputs.units,
        travel=inputs.travel,
        method=chosen.method,
        population=inputs.population,
        urban=inputs.urban,
        cities=inputs.cities,
        cores=inputs.cores,
        regions=inputs.regions,
        names=inputs.names,
        seats=inputs.seats,
        graph=inputs.graph,
        parameters=chosen.parameters,
        sweep=chosen.sweep,
    )
    agreement = agreement_with(result, inputs)
    group = context.group if context.group in inputs.units.columns else None
    own = result.units.loc[inputs.own.to_numpy(), "agglomeration"].dropna()
    return Found(
        result=result,
        inputs=inputs,
        agreement=agreement,
        lines=None if agreement is None else plan_line_table(agreement, result, inputs, group=group),
        clusters=tuple(name for name in result.outlines.index if name in set(own)),
    )


def _tables(context: StudyContext, found: Found, pages: tuple[ClusterPage, ...]) -> dict[str, pd.DataFrame]:
    chosen, result, inputs = context.study.agglomerations, found.result, found.inputs
    profile = profile_table(result, inputs, chosen).loc[list(found.clusters)]
    rings = ring_table(result, inputs, chosen)
    members = member_table(result, inputs, found.agreement)
    links = link_table(result)
    tables = {
        "agglomerations": profile,
        "agglomeration_criteria": criteria_table(profile, chosen),
        "agglomeration_rings": rings[rings.index.get_level_values(0).isin(found.clusters)],
        "agglomeration_units": members[
            members.index.isin(inputs.units.index[inputs.own]) | members["agglomeration"].isin(found.clusters)
        ],
        "agglomeration_cores": result.cores[result.cores["agglomeration"].isin(found.clusters)],
        "agglomeration_links": links[links["agglomeration"].isin(found.clusters)],
        "agglomeration_parameters": parameter_table(result, chosen),
    }
    if chosen.pages:
        tables["agglomeration_named"] = named_table(result, inputs, pages)
    if found.agreement is not None and found.lines is not None:
        tables["agglomeration_agreement"] = found.agreement.table
        tables["agglomeration_plan_lines"] = found.lines
    return tables


def _key_numbers(found: Found) -> tuple[KeyNumber, ...]:
    units = found.result.units[found.inputs.own.to_numpy()]
    people = float(units["population"].sum())
    inside = float(units.loc[units["agglomeration"].notna(), "population"].sum())
    numbers = [
        KeyNumber(label="City clusters", value=float(len(found.clusters))),
        KeyNumber(label="Share of residents in city clusters", value=inside / people, unit="%", scale=100, decimals=1),
    ]
    if found.result.settings:
        unsure = units["firmness"].between(0.1, 0.9, inclusive="neither")
        numbers.append(
            KeyNumber(
                label="Share of residents where the line is not known",
                value=float(units.loc[unsure, "population"].sum()) / people,
                unit="%",
                scale=100,
                decimals=1,
            )
        )
    if found.agreement is not None:
        numbers += [
            KeyNumber(
                label=Sentence("Agreement with the plan {plan} (F1)", plan=Sentence(str(plan))),
                value=float(f1),
                decimals=3,
            )
            for plan, f1 in found.agreement.summary()["f1"].items()
            if np.isfinite(f1)
        ]
    return tuple(numbers)


def _charts(tables: dict[str, pd.DataFrame], pages: tuple[ClusterPage, ...]) -> tuple[Bars, ...]:
    """Return bars of agreement, and of change by ring in the clusters of the pages."""
    drawn: tuple[Bars, ...] = ()
    if "agglomeration_agreement" in tables:
        by_people = tables["agglomeration_agreement"].xs("population", level="weight")
        agreement = by_people.reset_index().pivot_table("f1", index="reference", columns="zone", sort=False)
        drawn += bars_of(
            agreement,
            {"all": "All units", "border": "Border zone alone"},
            name="agglomeration_agreement",
            title="Agreement with plans (F1, weighted by residents)",
            decimals=2,
        )
    wanted = _shown_clusters(tables, pages)
    rings = tables["agglomeration_rings"].reset_index().astype({"ring": object})
    rings = rings[rings["agglomeration"].isin(wanted) & rings["change_share"].notna()]
    if not rings.empty:
        names = {str(ring): str(ring) for ring in rings["ring"].unique()}
        drawn += bars_of(
            rings.pivot_table("change_share", index="agglomeration", columns="ring", sort=False).reindex(
                columns=list(names)
            ),
            names,
            name="agglomeration_rings",
            title=TABLE_TITLES["agglomeration_rings"],
            unit="%",
            scale=100,
            decimals=1,
        )
    return drawn


def _shown_clusters(tables: dict[str, pd.DataFrame], pages: tuple[ClusterPage, ...]) -> list[str]:
    if "agglomeration_named" in tables:
        return tables["agglomeration_named"]["agglomeration"].dropna().unique().tolist()
    return tables["agglomerations"].index[: len(pages)].tolist()
