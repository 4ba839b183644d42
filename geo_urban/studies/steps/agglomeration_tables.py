"""Tables of city clusters: what each is like, what it meets, who is in it, and where plans draw another line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.agglomerations import check_criteria, cluster_profile, compare, ring_profile
from geo_urban.agglomerations.cluster_layers import weighed_links
from geo_urban.figures import figures
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from libpysal.graph import Graph

    from geo_urban.agglomerations import AgreementResult, DelineationResult
    from geo_urban.studies.agglomeration_section import Agglomerations, ClusterPage
    from geo_urban.studies.steps.agglomeration_inputs import ClusterInputs

__all__ = [
    "agreement_with",
    "criteria_table",
    "link_table",
    "member_table",
    "named_table",
    "parameter_table",
    "plan_line_table",
    "profile_table",
    "ring_table",
    "seat_of",
]

RESIDENTS = "residents"  # in words of tables, population is that on a grid
_PERSONAL = "gdp_per_person"


def profile_table(result: DelineationResult, inputs: ClusterInputs, chosen: Agglomerations) -> pd.DataFrame:
    """Return one row per cluster with people, density, growth, cities, shape, and how firm its line is."""
    table = cluster_profile(result, urban=inputs.urban, population_start=inputs.population_start)
    firm = result.summary()
    for column in ("firm_share", "unsure_population"):
        table[column] = firm[column] if column in firm.columns else np.nan
    sizes = result.cores.groupby("agglomeration", sort=False)["urban_mass"].max()
    table["largest_city"] = sizes.reindex(table.index)
    table[_PERSONAL] = np.nan if chosen.gdp is None else _product_per_person(result.units, chosen.gdp)
    return table.rename(columns={"population": RESIDENTS})


def _product_per_person(units: pd.DataFrame, gdp: str) -> pd.Series:
    """Return the product per resident of each cluster, of the units whose product is known."""
    product = figures(units[gdp], argument=gdp)
    people = units["population"].where(product.notna())
    sums = pd.DataFrame({"product": product, "people": people}).groupby(units["agglomeration"]).sum()
    return sums["product"] / sums["people"]


def criteria_table(profile: pd.DataFrame, chosen: Agglomerations) -> pd.DataFrame:
    """Return which criteria each cluster meets: met, not met, no data."""
    return check_criteria(profile, chosen.limits)


def ring_table(result: DelineationResult, inputs: ClusterInputs, chosen: Agglomerations) -> pd.DataFrame:
    """Return the rings of travel time of each cluster, with the change of their residents."""
    table = ring_profile(result, limits=chosen.rings, population_start=inputs.population_start)
    return table.rename(columns={"population": RESIDENTS})


def member_table(result: DelineationResult, inputs: ClusterInputs, agreement: AgreementResult | None) -> pd.DataFrame:
    """Return every unit with its cluster, role, firmness, travel time and plan."""
    units = pd.DataFrame(result.units.drop(columns=result.units.geometry.name))
    if agreement is not None:
        units["agreement"] = agreement.units["agreement"]
        units["border_zone"] = agreement.units["border_zone"]
    described = ["name", "prefecture", "province", inputs.reference]
    measured = ["agglomeration", "role", "strength", "stability", "firmness", "minutes_to_core", "corridor"]
    compared = ["agreement", "border_zone"]
    columns = [*described, *measured, *compared, "population", inputs.population_start, inputs.urban, "area_km2"]
    kept = [column for column in dict.fromkeys(columns) if column in units.columns]
    names = {"population": RESIDENTS} | ({inputs.reference: "plan"} if inputs.reference else {})
    return units[kept].rename(columns=names).sort_index()


def link_table(result: DelineationResult) -> pd.DataFrame:
    """Return the links between cores with their travel time and interaction, the strongest first."""
    links = pd.DataFrame(weighed_links(result).drop(columns=result.links.geometry.name))
    columns = ["origin", "destination", "name", "agglomeration", "kind", "minutes", "interaction"]
    return links[columns].set_index(["origin", "destination"])


def parameter_table(result: DelineationResult, chosen: Agglomerations) -> pd.DataFrame:
    """Return the one set of parameters, the settings of the sweep, and the criteria."""
    rows = {} if result.parameters is None else dict(result.parameters.table())
    rows["settings_of_the_sweep"] = float(result.settings)
    for measure, (least, most) in chosen.limits.items():
        if least is not None:
            rows[f"criterion_least_{measure}"] = least
        if most is not None:
            rows[f"criterion_most_{measure}"] = most
    return pd.DataFrame({"value": pd.Series(rows)}).rename_axis("parameter")


def agreement_with(result: DelineationResult, inputs: ClusterInputs) -> AgreementResult | None:
    """Return how far the clusters agree with the reference; None without one."""
    if inputs.reference is None or result.units[inputs.reference].isna().all():
        return None
    return compare(result, result.units[inputs.reference], graph=inputs.graph)


def plan_line_table(
    agreement: AgreementResult, result: DelineationResult, inputs: ClusterInputs, *, group: str | None
) -> pd.DataFrame:
    """Return what the line of each plan follows: borders of groups (provinces), and people out of reach.

    Parameters
    ----------
    agreement
        Of `agreement_with`.
    result, inputs
        What was delineated, and of what.
    group
        Column that gathers units; None leaves the shares of the lines missing.

    Returns
    -------
    pandas.DataFrame
        By plan: `matched`; `group_line_share` and `our_group_line_share` (of the pairs of neighbors which the line
        parts, theirs and ours, the share that belongs to two groups);
        `only_theirs` [persons], `only_theirs_minutes` (median travel time of those people to the nearest core of the
        matched cluster; as long as travel times go, where it is longer) and `only_theirs_elsewhere_share` (share of
        them in another cluster of ours); `only_ours` [persons].
    """
    units = agreement.units
    groups = None if group is None else units[group]
    rows = {}
    for plan, matched in agreement.summary()["matched"].items():
        theirs, ours = units["theirs"] == plan, units["ours"] == matched
        lost, more = units[theirs & ~ours], units[ours & ~theirs]
        rows[plan] = {
            "matched": matched,
            "group_line_share": _share_between_groups(theirs, groups, inputs.graph),
            "our_group_line_share": _share_between_groups(ours, groups, inputs.graph),
            "only_theirs": float(lost["population"].sum()),
            "only_theirs_minutes": _middle(lost, result, inputs, str(matched)),
            "only_theirs_elsewhere_share": _share(lost, lost["ours"].notna()),
            "only_ours": float(more["population"].sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("reference")


def _share(units: pd.DataFrame, those: pd.Series) -> float:
    people = float(units["population"].sum())
    return float(units.loc[those, "population"].sum()) / people if people else float("nan")


def _middle(units: pd.DataFrame, result: DelineationResult, inputs: ClusterInputs, cluster: str) -> float:
    """Return the travel time within which half of the people of some units are from the cores of a cluster."""
    cores = result.cores.loc[(result.cores["agglomeration"] == cluster).to_numpy(), "seat"]
    if units.empty or cores.empty:
        return float("nan")
    minutes = inputs.minutes.loc[units.index, list(cores)].min(axis=1).clip(upper=inputs.travel.limit)
    order = np.argsort(minutes.to_numpy(), kind="stable")
    people = units["population"].to_numpy(dtype=float)[order].cumsum()
    place = min(int(np.searchsorted(people, people[-1] / 2)), len(order) - 1)
    found = float(minutes.to_numpy()[order][place])
    return found if np.isfinite(found) else float("nan")


def _share_between_groups(inside: pd.Series, group: pd.Series | None, graph: Graph) -> float:
    """Return the share of the pairs of neighbors which a line parts that belong to two groups."""
    if group is None:
        return float("nan")
    pairs = graph.adjacency.index
    focal, neighbor = pairs.get_level_values(0), pairs.get_level_values(1)
    parted = inside.reindex(focal).to_numpy() & ~inside.reindex(neighbor).to_numpy()
    if not parted.any():
        return float("nan")
    apart = group.reindex(focal).to_numpy()[parted] != group.reindex(neighbor).to_numpy()[parted]
    return float(apart.mean())


def named_table(result: DelineationResult, inputs: ClusterInputs, pages: Sequence[ClusterPage]) -> pd.DataFrame:
    """Return into which cluster each city falls that a page names together with others.

    Parameters
    ----------
    result
        Of `delineate`.
    inputs
        What it was made of.
    pages
        Pages with their cities.

    Returns
    -------
    pandas.DataFrame
        By page and city: `name`, `agglomeration` and `role` of its most populous unit (missing in none), `strength`,
        `stability`, and `minutes_to_first` [minutes to the first city of the page; missing out of reach]. Cities that
        are not among the units are left out.
    """
    units = result.units
    rows = []
    for page in pages:
        seats = [(city, seat_of(result, inputs, city)) for city in page.cities]
        there = [(city, seat) for city, seat in seats if seat is not None]
        for city, seat in there:
            unit = units.loc[seat]
            minutes = _between(inputs.minutes, there[0][1], seat)
            rows.append(
                {
                    "page": translate(page.title or page.name),
                    "city": city,
                    "name": _called(inputs, unit, city),
                    **{column: unit[column] for column in ("agglomeration", "role", "strength", "stability")},
                    "minutes_to_first": minutes if np.isfinite(minutes) else float("nan"),
                }
            )
    columns = ["page", "city", "name", "agglomeration", "role", "strength", "stability", "minutes_to_first"]
    return pd.DataFrame(rows, columns=columns).set_index(["page", "city"])


def _between(minutes: pd.DataFrame, one: Hashable, other: Hashable) -> float:
    place = minutes.index.get_indexer(pd.Index([one])), minutes.columns.get_indexer(pd.Index([other]))
    return float(minutes.to_numpy()[place][0])


def _called(inputs: ClusterInputs, unit: pd.Series, city: str) -> str:
    if isinstance(inputs.names, str):
        return str(unit.get(inputs.names, city))
    return str(inputs.names.get(city, city))


def seat_of(result: DelineationResult, inputs: ClusterInputs, city: str) -> Hashable | None:
    """Return the unit that a city stands for: its seat where it is a core, else its most populous unit.

    Parameters
    ----------
    result
        Of `delineate`.
    inputs
        What it was made of.
    city
        Label of the city, or code of a unit.
    """
    if city in result.cores.index:
        seat: Hashable = result.cores.loc[city, "seat"]
        return seat
    units = result.units
    labels = units.index.to_series() if inputs.cities is None else units[inputs.cities]
    own = units[(labels == city).to_numpy() | (units.index == city)]
    if own.empty:
        return None
    largest: Hashable = own["population"].idxmax()
    return largest
