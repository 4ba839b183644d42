"""Ask: does loss cluster in space."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from geo_urban.errors import GeoUrbanWarning
from geo_urban.messages import Sentence
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.firm_clusters import firmness_of, firmness_tables, neighborhoods
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from libpysal.graph import Graph

    from geo_urban.presentation import Presentation
    from geo_urban.shrinkage import LocalResult, SensitivityResult
    from geo_urban.studies.config import Study
    from geo_urban.studies.context import StudyContext

__all__ = ["CLUSTERS"]

TITLE = "Does loss cluster in space?"
MIRRORED: dict[str, Literal["less", "greater"]] = {"greater": "less", "less": "greater"}
NET = "net_change_share"
TRIED = ("clusters", "hot_spots")  # maps whose firmness is asked
CAUTION_NET = (
    "The change net of the group's mean tells clusters inside a group from the decline of the group as a whole: both "
    "tests are shown."
)


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.shrinkage import population_change

    start, end = context.column("population")
    changed = population_change(context.units, start=start, end=end, years=context.study.elapsed_years).units
    graph = context.graph
    series = {"change_share": changed["change_share"]}
    if context.group is not None:
        groups = context.units[context.group]
        series[NET] = changed["change_share"] - changed["change_share"].groupby(groups).transform("mean")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", GeoUrbanWarning)
        found = _local(series, graph, context)
        graphs = neighborhoods(context, graph)
        firm = {name: firmness_of(name, series["change_share"], graphs, context) for name in TRIED}
    net = found.get("clusters_net")
    presentations = tuple(_shown(name, result, firm.get(name), context) for name, result in found.items())
    summaries = {name: result.summary() for name, result in found.items()}
    first = summaries["clusters"]
    overall = _overall(series, graph, context.study)
    return AnalysisOutput(
        name="clusters",
        title=TITLE,
        tables={
            "clusters_overall": overall,
            **{f"{name}_summary": table for name, table in summaries.items()},
            **({} if net is None else {"clusters_net_units": context.table(net.units)}),
            **{
                name: table
                for tried in TRIED
                for name, table in firmness_tables(
                    tried, firm[tried], found[tried], net if tried == "clusters" else None, context
                ).items()
            },
            **_places(found["clusters"]),
        },
        headline=(
            "clusters_overall",
            "clusters_summary",
            "clusters_firmness",
            "clusters_settings",
            *_if_there("clusters_places", context),
        ),
        presentations=presentations,
        key_numbers=(
            KeyNumber(label="Moran's I of change", value=figure_of(overall, "moran", "statistic"), decimals=3),
            KeyNumber(label="Units in clusters of loss", value=figure_of(first, "low-low", "units_fdr")),
            KeyNumber(label="Units in clusters of growth", value=figure_of(first, "high-high", "units_fdr")),
        ),
        charts=bars_of(
            first,
            {"units": "Each unit by itself", "units_fdr": "False discoveries held"},
            name="clusters",
            title="Units by category of local Moran's I",
            without=("total", "without value"),
        ),
        method=presentations[0].method,
        citation=presentations[0].citation,
        source=context.source,
        cautions=(
            *dict.fromkeys(str(item.message) for item in said),
            *presentations[0].cautions,
            *((CAUTION_NET,) if NET in series else ()),
        ),
    )


CLUSTERS = AnalysisStep(name="clusters", title=TITLE, needs=frozenset({"population"}), run=_run)


def _local(series: dict[str, pd.Series], graph: Graph, context: StudyContext) -> dict[str, LocalResult]:
    """Return local tests by the name of their map: clusters of change, the same net of groups, hot and cold spots."""
    from geo_urban.shrinkage import local_getis_ord, local_moran

    said = context.study.significance
    strict: dict[str, Any] = {"permutations": said.permutations, "alternative": said.alternative, "fdr": said.fdr}
    strict |= {"seed": context.study.seed, "units": context.units}
    found = {"clusters": local_moran(series["change_share"], graph, **strict)}
    if NET in series:
        found["clusters_net"] = local_moran(series[NET], graph, **strict)
    found["hot_spots"] = local_getis_ord(series["change_share"], graph, star=True, **strict)
    return found


def _overall(series: dict[str, pd.Series], graph: Graph, study: Study) -> pd.DataFrame:
    """Return the global statistics, one row each."""
    import pandas as pd

    from geo_urban.shrinkage import geary, moran

    seed, alternative = study.seed, study.significance.alternative
    results = {
        "moran": moran(series["change_share"], graph, seed=seed, alternative=alternative),
        # c is small where neighbors are alike.
        "geary": geary(series["change_share"], graph, seed=seed, alternative=MIRRORED.get(alternative, alternative)),
    }
    if NET in series:
        results["moran_net"] = moran(series[NET], graph, seed=seed, alternative=alternative)
    facts = {name: result.summary().drop("measure") for name, result in results.items()}
    return pd.DataFrame(facts).T.rename_axis("measure").infer_objects()


def _shown(name: str, result: LocalResult, firm: SensitivityResult | None, context: StudyContext) -> Presentation:
    titles = {
        "clusters": "Clusters of loss and growth",
        "clusters_net": "Clusters net of the mean of their group",
        "hot_spots": "Hot and cold spots of change",
    }
    shown = context.shown(result.layers(source=context.source, firmness=firm))
    layers = (replace(shown.layers[0], name=name, title=Sentence(titles[name])), *shown.layers[1:])
    charts = tuple(replace(chart, layer=name) for chart in shown.charts)
    return replace(shown, name=name, title=Sentence(titles[name]), layers=layers, charts=charts)


def _places(result: LocalResult) -> dict[str, pd.DataFrame]:
    """Return per prefecture how many of its units lie in clusters of loss and of growth."""
    if "prefecture" not in result.units.columns:
        return {}
    units, names = result.units, {"low-low": "loss_cluster", "high-high": "growth_cluster"}
    members = {
        f"{word}{suffix}": units[f"category{suffix}"] == category
        for category, word in names.items()
        for suffix in ("", "_fdr")
    }
    prefectures = units["prefecture"]
    table = prefectures.value_counts(sort=False).rename("units").to_frame()
    table = table.assign(**{name: inside.groupby(prefectures, observed=True).sum() for name, inside in members.items()})
    clustered = table[(table[list(names.values())] > 0).any(axis=1)]
    return {"clusters_places": clustered.sort_values(["loss_cluster", "growth_cluster"], ascending=[False, True])}


def _if_there(name: str, context: StudyContext) -> tuple[str, ...]:
    return (name,) if "prefecture" in context.units.columns else ()
