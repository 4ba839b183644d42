"""How firm the clusters of a study are: the same tests under other neighbors, permutations, levels and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas as pd
    from libpysal.graph import Graph

    from geo_urban.shrinkage import LocalResult, SensitivityResult
    from geo_urban.studies.context import StudyContext

__all__ = ["firmness_of", "firmness_tables", "neighborhoods"]

LEVELS = (0.05, 0.1, 0.01)
GRADED = 0.1  # hot and cold spots are graded up to here, so this is their main level
FEWER = 10  # times fewer permutations in the second setting
LEAST_PERMUTATIONS = 999
LEAST_UNITS = 10  # larger units that are fewer cannot cluster
SHARES = {"firmness": "firmness_share", "agreement": "agreement_share"}  # tables show shares in percent
TESTS = {"clusters": "local_moran", "hot_spots": "local_getis_ord"}


def neighborhoods(context: StudyContext, graph: Graph) -> dict[str, Graph]:
    """Return the graphs that clusters are tried under, by name, the study's own first.

    Parameters
    ----------
    context
        The study and its data.
    graph
        The graph by the study's own rule.

    Returns
    -------
    dict of str to libpysal.graph.Graph
        The kinds of `geo_urban.spatial.neighbor_graphs`.
    """
    from geo_urban.spatial import NEIGHBOR_KINDS, neighbor_graphs

    rule = context.study.neighbors
    others = [kind for kind in NEIGHBOR_KINDS if kind != rule.rule]
    return {rule.rule: graph, **neighbor_graphs(context.units, kinds=others, nearest=rule.nearest)}


def firmness_of(name: str, values: pd.Series, graphs: dict[str, Graph], context: StudyContext) -> SensitivityResult:
    """Return how often each unit keeps its category.

    Parameters
    ----------
    name
        ``"clusters"`` or ``"hot_spots"``.
    values
        Change of each unit.
    graphs
        From `neighborhoods`.
    context
        The study and its data.

    Returns
    -------
    SensitivityResult
        Its main setting is the test of the study.
    """
    from geo_urban.shrinkage import sensitivity

    said = context.study.significance
    main = said.fdr if name == "clusters" else GRADED
    fewer = max(said.permutations // FEWER, LEAST_PERMUTATIONS)
    return sensitivity(
        values,
        graphs,
        test=cast("Any", TESTS[name]),
        permutations=(said.permutations, fewer) if fewer < said.permutations else (said.permutations,),
        levels=tuple(dict.fromkeys((main, *LEVELS))),
        merged=_larger_units(context),
        weights=context.units[context.column("population")[0]],
        alternative=said.alternative,
        seed=context.study.seed,
    )


def firmness_tables(
    name: str, firm: SensitivityResult, result: LocalResult, net: LocalResult | None, context: StudyContext
) -> dict[str, pd.DataFrame]:
    """Return the tables of a map: each unit with its firmness, the settings, and how firm each category is.

    Parameters
    ----------
    name
        ``"clusters"`` or ``"hot_spots"``.
    firm
        From `firmness_of`.
    result
        The test of the study.
    net
        The same net of the groups' means; None without groups, and of hot spots.
    context
        The study and its data.

    Returns
    -------
    dict of str to pandas.DataFrame
        By file name.
    """
    units = context.table(result.units).join(firm.units[["firmness", "usual_category"]])
    summary = firm.summary().rename(columns=SHARES).rename_axis("main_category")
    if net is not None:
        kept = (net.units["category_fdr"].astype(object) == firm.units["category"]) & firm.units["category"].notna()
        summary["net"] = kept.groupby(firm.units["category"]).sum().reindex(summary.index, fill_value=0)
    settings = firm.settings.rename(columns=SHARES).dropna(axis="columns", how="all")
    return {f"{name}_units": units.rename(columns=SHARES), f"{name}_firmness": summary, f"{name}_settings": settings}


def _larger_units(context: StudyContext) -> dict[str, pd.Series]:
    """Return the prefecture of each unit, where there are enough of them to cluster and not as many as units."""
    units = context.units
    if "prefecture" not in units.columns:
        return {}
    names = units["prefecture"].astype(str)
    # Names of prefectures come twice in the country; those of a province do not.
    names = names if context.group is None else units[context.group].astype(str) + " " + names
    return {"prefecture": names} if LEAST_UNITS <= names.nunique() < len(names) else {}
