"""Maps of city clusters: one of all of them, and a page for cities that are spoken of as one cluster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.agglomerations.cluster_layers import core_layer, link_layer, outline_layer, time_ring_layer, unit_layer
from geo_urban.messages import Sentence
from geo_urban.presentation import Layer, Presentation
from geo_urban.studies.agglomeration_section import ClusterPage
from geo_urban.studies.steps.agglomeration_tables import seat_of
from geo_urban.studies.steps.step import figure_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.agglomerations import AgreementResult, DelineationResult
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.steps.agglomeration_inputs import ClusterInputs

__all__ = ["Found", "cluster_page", "drawn_lightly", "overview", "pages_of"]

_MOST_PAGES = 10
_FIRM = 0.9
_TOLERANCE_DEGREES = 0.004  # about 0.4 km: a pixel on a page of a thousand kilometres


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What was delineated, and how it compares.

    Parameters
    ----------
    result
        The clusters, of all units that compete.
    inputs
        What they were made of.
    agreement
        Beside the reference; None without one.
    lines
        What the lines of plans follow; None without a reference.
    clusters
        Those with a unit of the study.
    """

    result: DelineationResult
    inputs: ClusterInputs
    agreement: AgreementResult | None
    lines: pd.DataFrame | None
    clusters: tuple[str, ...]


def pages_of(context: StudyContext, found: Found) -> tuple[ClusterPage, ...]:
    """Return the pages to draw: those of the study file whose cities are there, else one per larger cluster.

    Parameters
    ----------
    context
        The study and its data.
    found
        What was delineated.
    """
    named = context.study.agglomerations.pages
    if named:
        own = set(found.inputs.units.index[found.inputs.own])
        return tuple(page for page in named if _seats(found, page) & own)
    cores = found.result.cores
    leading = cores[cores["leading"]]
    return tuple(
        ClusterPage(
            name=f"cluster_{number}",
            title=cluster,
            cities=tuple(str(city) for city in leading.index[leading["agglomeration"] == cluster]),
            reference=_partner(found, cluster),
        )
        for number, cluster in enumerate(found.clusters[:_MOST_PAGES], start=1)
    )


def _partner(found: Found, cluster: str) -> str:
    """Return the plan that a cluster is matched with; empty for none."""
    if found.agreement is None:
        return ""
    matched = found.agreement.summary()["matched"]
    plans = matched.index[matched == cluster]
    return str(plans[0]) if len(plans) else ""


def _seats(found: Found, page: ClusterPage) -> set[object]:
    return {seat_of(found.result, found.inputs, city) for city in page.cities} - {None}


def drawn_lightly(result: DelineationResult) -> DelineationResult:
    """Return the same result on geometry light enough for pages, outlines along the very lines of the units.

    For the eye only: what is measured, and what layer files hold, comes from the full geometry.

    Parameters
    ----------
    result
        Of `delineate`.
    """
    from geo_urban.maps.drawing import HEAVY_VERTICES, drawing_of, vertices

    if vertices(result.units) <= HEAVY_VERTICES:
        return result
    units = result.units.set_geometry(drawing_of(result.units, tolerance=_TOLERANCE_DEGREES))
    cluster = units["agglomeration"].to_numpy()
    shapes = [shapely.union_all(units.geometry.to_numpy()[cluster == name]) for name in result.outlines.index]
    outlines = result.outlines.set_geometry(gpd.GeoSeries(shapes, index=result.outlines.index, crs=units.crs))
    return replace(result, units=units, outlines=outlines)


def overview(context: StudyContext, found: Found, *, cautions: Sequence[str]) -> Presentation:
    """Return the map of all clusters of the study.

    Parameters
    ----------
    context
        The study and its data.
    found
        What was delineated.
    cautions
        What the reader must not conclude.
    """
    shown = found.result.layers(source=context.source)
    inside = found.inputs.own | found.result.units["agglomeration"].isin(found.clusters)
    same = found.result.units.index[inside].sort_values().equals(context.units.index.sort_values())
    units = unit_layer(
        found.result,
        units=found.result.units.index[inside],
        agreement=None if found.agreement is None else found.agreement.units["agreement"],
        limits=context.study.agglomerations.rings,
        population_start=found.inputs.population_start,
        name=context.data.unit_layer if same else "agglomerations",
    )
    others = [
        outline_layer(found.result, clusters=found.clusters),
        link_layer(found.result, clusters=found.clusters),
        core_layer(found.result, clusters=found.clusters, points=found.inputs.seats),
    ]
    return replace(
        shown,
        layers=(units, *(layer for layer in others if len(layer.units))),
        cautions=(*shown.cautions, *cautions),
        citation=context.cited("geo_urban.agglomerations.delineate"),
    )


def cluster_page(
    context: StudyContext, found: Found, page: ClusterPage, *, cautions: Sequence[str]
) -> Presentation | None:
    """Return the page of cities that are spoken of as one cluster; None where no cluster holds them and no plan does.

    Parameters
    ----------
    context
        The study and its data.
    found
        What was delineated.
    page
        Which cities, and with which plan to compare.
    cautions
        What the reader must not conclude on any page.
    """
    units = found.result.units
    held = units.loc[list(_seats(found, page)), "agglomeration"].dropna()
    clusters = [cluster for cluster in found.result.outlines.index if cluster in set(held)]
    theirs = _theirs(found, page)
    members = units["agglomeration"].isin(clusters) | theirs
    if not members.any():
        return None
    shown = found.result.layers(source=context.source)
    near = _around(found, members, clusters)
    return replace(
        shown,
        name=f"agglomeration_{page.name}",
        title=page.title or page.name,
        layers=_page_layers(context, found, page, clusters, near),
        citation=context.cited("geo_urban.agglomerations.delineate, compare"),
        cautions=(*_told(found, page, clusters), *shown.cautions, *cautions),
    )


def _theirs(found: Found, page: ClusterPage) -> pd.Series:
    if found.agreement is None or not page.reference:
        return pd.Series(data=False, index=found.result.units.index)
    inside: pd.Series = found.agreement.units["theirs"] == page.reference
    return inside


def _around(found: Found, members: pd.Series, clusters: Sequence[str]) -> pd.Index:
    """Return members, what might belong by other settings, and what lies between and around them."""
    units, shares = found.result.units, found.result.shares
    maybe = members.copy()
    if found.result.settings and clusters:
        maybe |= (shares[list(clusters)] > 1 - _FIRM).any(axis=1)
    hull = shapely.convex_hull(shapely.union_all(shapely.convex_hull(units.geometry.to_numpy()[maybe.to_numpy()])))
    inside = shapely.intersects(hull, units.geometry.to_numpy())
    near: pd.Index = units.index[inside | maybe.to_numpy()]
    return near


def _page_layers(
    context: StudyContext, found: Found, page: ClusterPage, clusters: Sequence[str], near: pd.Index
) -> tuple[Layer, ...]:
    name = f"agglomeration_{page.name}"
    limits, start = context.study.agglomerations.rings, found.inputs.population_start
    units = unit_layer(
        found.result,
        units=near,
        agreement=_agreement(found, page),
        limits=limits,
        population_start=start,
        name=f"{name}_units",
    )
    layers = [units]
    if clusters:
        layers += [
            time_ring_layer(
                found.result, limits=limits, population_start=start, clusters=clusters, name=f"{name}_rings"
            ),
            outline_layer(found.result, clusters=clusters, name=f"{name}_outlines"),
        ]
    layers += [
        *_plan_outline(found, page, f"{name}_plan"),
        link_layer(found.result, clusters=clusters, name=f"{name}_links"),
        # Every core around, of other clusters too: they are what this one competes with.
        core_layer(found.result, units=near, points=found.inputs.seats, name=f"{name}_cores"),
    ]
    return tuple(layer for layer in layers if len(layer.units))


def _agreement(found: Found, page: ClusterPage) -> pd.Series | None:
    """Return who has each unit, of the plan of this page alone."""
    if found.agreement is None or not page.reference or page.reference not in found.agreement.summary().index:
        return None
    units = found.agreement.units
    matched = found.agreement.summary().loc[page.reference, "matched"]
    theirs, ours = units["theirs"] == page.reference, units["ours"] == matched
    told = np.select([ours & theirs, ours, theirs], ["both", "only ours", "only theirs"], default="")
    return pd.Series(told, index=units.index, dtype=object).replace("", None)


def _plan_outline(found: Found, page: ClusterPage, name: str) -> list[Layer]:
    inside = _theirs(found, page)
    if not inside.any():
        return []
    shape = shapely.union_all(found.result.units.geometry.to_numpy()[inside.to_numpy()])
    outline = gpd.GeoDataFrame(
        {"name": [page.reference]}, geometry=[shape], index=[page.reference], crs=found.result.units.crs
    )
    return [
        Layer(name=name, title="Outline of the plan", units=outline.rename_axis("plan"), fields=(), over=True,
              visible=False)
    ]  # fmt: skip


def _told(found: Found, page: ClusterPage, clusters: Sequence[str]) -> tuple[str, ...]:
    """Return what this page must say: whether the cities are one cluster, and what the plan's line follows."""
    count = len(_seats(found, page))
    told: list[str] = []
    if count > 1 and len(clusters) > 1:
        told.append(
            Sentence(
                "These cities are not one cluster by this rule but {count}: {names}.",
                count=len(clusters),
                names=", ".join(clusters),
            )
        )
    outside = _outside(found, page)
    if outside:
        told.append(Sentence("In no cluster by this rule: {names}.", names=", ".join(outside)))
    return (*told, *_told_of_plan(found, page))


def _outside(found: Found, page: ClusterPage) -> list[str]:
    units = found.result.units
    lost = [seat for seat in sorted(map(str, _seats(found, page))) if pd.isna(units.loc[seat, "agglomeration"])]
    return [str(units.loc[seat].get("prefecture", units.loc[seat].get("name", seat))) for seat in lost]


def _told_of_plan(found: Found, page: ClusterPage) -> tuple[str, ...]:
    if found.agreement is None or found.lines is None or page.reference not in found.lines.index:
        return ()
    lines, plan = found.lines, page.reference
    minutes, share = figure_of(lines, plan, "only_theirs_minutes"), figure_of(lines, plan, "group_line_share")
    told: list[str] = [
        Sentence(
            "Agreement with the plan {plan}, weighted by residents: F1 {f1:.3f}. Neither is right because the other "
            "differs.",
            plan=Sentence(plan),
            f1=figure_of(found.agreement.summary(), plan, "f1"),
        )
    ]
    if figure_of(lines, plan, "only_theirs") > 0 and np.isfinite(minutes):
        told.append(
            Sentence(
                "Only in the plan: {places}. Half of the people there have {minutes:.0f} minutes or more to the "
                "nearest core of {cluster}; that part of the official line follows provinces or policy rather than "
                "travel time and the size of cities.",
                places=_places(found, page),
                cluster=str(lines.loc[plan, "matched"]),
                minutes=minutes,
            )
        )
    if np.isfinite(share):
        told.append(
            Sentence(
                "Of the neighbors that the plan's line parts, {theirs:.0%} lie in two provinces; of those that ours "
                "parts, {ours:.0%}.",
                theirs=share,
                ours=figure_of(lines, plan, "our_group_line_share"),
            )
        )
    return tuple(told)


def _places(found: Found, page: ClusterPage) -> str:
    """Return the prefectures, or units, that only the plan has, those with most people first."""
    units = found.result.units
    told = _agreement(found, page)
    lost = units[(told == "only theirs").to_numpy()] if told is not None else units.iloc[:0]
    label = "prefecture" if "prefecture" in units.columns else "name"
    named = lost[label].astype(str) if label in lost.columns else lost.index.to_series().astype(str)
    people = lost["population"].groupby(named.to_numpy()).sum().sort_values(ascending=False, kind="stable")
    most = 6
    return ", ".join([*people.index[:most], *(["…"] if len(people) > most else [])])
