"""Layers of city clusters for maps and layer files: units, time rings, outlines, cores and links."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.agglomerations._inputs import dissolved, seats_of
from geo_urban.agglomerations.character import ring_profile
from geo_urban.agglomerations.parameters import DelineationParameters
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.palettes import QUALITATIVE, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import shapely

    from geo_urban.agglomerations.delineation_result import DelineationResult

__all__ = [
    "RING_LIMITS",
    "agreement_field",
    "core_layer",
    "labelled_units",
    "link_layer",
    "outline_layer",
    "time_ring_layer",
    "unit_layer",
    "weighed_links",
]

RING_LIMITS = (30.0, 60.0, 120.0, 180.0)
OUTSIDE = "outside"
NEITHER = "neither"
_PALE = "#f0f0f0"

_ROLES = Categories(
    items=(
        Category(value="core", label="Core", color="#b2182b"),
        Category(value="inner", label="Inner zone", color="#ef8a62", pattern="hatch"),
        Category(value="outer", label="Outer zone", color="#fddbc7", pattern="dots"),
        Category(value=OUTSIDE, label="In no city cluster", color=_PALE),
    )
)
_AGREEMENT = (
    Category(value="both", label="Both", color="#5aae61"),
    Category(value="only ours", label="Only ours", color="#2166ac", pattern="hatch"),
    Category(value="only theirs", label="Only theirs", color="#d6604d", pattern="dots"),
)
_LINKS = Categories(
    items=(
        Category(value="joined", label="Cores that lead together", color="#7570b3"),
        Category(value="subordinate", label="Second tier to its core", color="#666666"),
    )
)
_LEADING = Categories(
    items=(
        Category(value="leading", label="Leads its cluster", color="#67001f"),
        Category(value="second tier", label="Second tier", color="#f4a582"),
        Category(value="no cluster", label="Its cluster is too small to be called one", color="#969696"),
    )
)
_SHARES = Breaks(limits=(0.1, 0.5, 0.9), colors=sequential(4))
_STRENGTHS = Breaks(limits=(0.25, 0.5, 0.75, 0.9), colors=sequential(5))
# A page carries the class of a unit as one sign.
_MOST_CLASSES = 30
# Outlines closer than this get different colours where there are enough [share of the largest extent].
_NEAR = 0.02


def unit_layer(
    result: DelineationResult,
    *,
    units: pd.Index | None = None,
    agreement: pd.Series | None = None,
    limits: Sequence[float] = RING_LIMITS,
    population_start: str | None = None,
    name: str = "agglomerations",
    title: str = "City clusters by unit",
) -> Layer:
    """Return the units with their role, cluster, firmness and travel time.

    Parameters
    ----------
    result
        Of `delineate`.
    units
        Those to show; None for all.
    agreement
        Who has each unit (`AgreementResult.units["agreement"]`); None without a reference.
    limits
        Limits of the classes of travel time [minutes].
    population_start
        Column of residents at the start, to show their change [persons]; None for none.
    name, title
        As in `geo_urban.presentation.Layer`.

    Returns
    -------
    geo_urban.presentation.Layer
        Units that belong nowhere are ``"outside"``; minutes without a way are missing.
    """
    frame = result.units if units is None else result.units.loc[units]
    shown = gpd.GeoDataFrame(
        frame.assign(
            role=frame["role"].where(frame["role"].notna(), OUTSIDE),
            agglomeration=frame["agglomeration"].where(frame["agglomeration"].notna(), OUTSIDE),
            minutes_to_core=frame["minutes_to_core"].replace(np.inf, np.nan),
        )
    )
    if agreement is not None:
        told = agreement.reindex(frame.index)
        shown["agreement"] = told.where(told.notna(), NEITHER)
    if len(frame) < len(result.units):
        shown.attrs = {}  # what is said of a whole country does not hold for a part
    if population_start is not None:
        shown["change_share"] = shown["population"] / shown[population_start].replace(0, np.nan) - 1
    fields = [*_unit_fields(result, shown, limits), *descriptive_fields(shown)]
    labelled, label = labelled_units(shown)
    return Layer(
        name=name,
        title=title,
        units=labelled,
        fields=tuple(field for field in fields if field.column in shown.columns),
        label_column=label,
    )


def _unit_fields(result: DelineationResult, shown: gpd.GeoDataFrame, limits: Sequence[float]) -> list[Field]:
    firm = "firmness" if result.settings else ""
    fields = [
        Field(column="role", label="Role", classes=_ROLES, firmness=firm),
        Field(
            column="agglomeration",
            label="City cluster",
            classes=_cluster_classes(result, set(shown["agglomeration"])),
            firmness=firm,
        ),
    ]
    if result.settings:
        fields.append(Field(column="stability", label="Stability", unit="%", scale=100, decimals=0, classes=_SHARES))
    return [
        *fields,
        Field(column="strength", label="Strength of membership", decimals=2, classes=_STRENGTHS),
        Field(
            column="minutes_to_core",
            label="Travel time to the core",
            unit="minutes",
            decimals=0,
            classes=Breaks(limits=tuple(limits), colors=tuple(reversed(sequential(len(limits) + 1)))),
        ),
        agreement_field(neither=True),
        _change_field(),
        persons_field("population", "Residents"),
    ]


def _change_field(label: str = "Change of residents") -> Field:
    return Field(
        column="change_share",
        label=label,
        unit="%",
        scale=100,
        decimals=1,
        classes=Breaks(limits=(-0.1, 0.0, 0.1, 0.2), colors=("#b2182b", "#fddbc7", "#d1e5f0", "#67a9cf", "#2166ac")),
    )


def agreement_field(*, neither: bool = False) -> Field:
    """Return the field of `compare`: who has a unit.

    Parameters
    ----------
    neither
        Whether units that nobody has are shown too.
    """
    nobody = (Category(value=NEITHER, label="Neither", color=_PALE),) if neither else ()
    return Field(
        column="agreement",
        label="In both, only ours or only theirs",
        classes=Categories(items=(*_AGREEMENT, *nobody)),
    )


def _cluster_classes(result: DelineationResult, present: set[str]) -> Categories | None:
    """Return one class per cluster, neighbors in different colours; None where there are too many to tell apart."""
    names = [name for name in result.outlines.index if name in present]
    if len(names) > _MOST_CLASSES:
        return None
    colors = _neighborly_colors(result.outlines.geometry)
    items = [Category(value=name, label=name, color=colors[name]) for name in names]
    if OUTSIDE in present:
        items.append(Category(value=OUTSIDE, label="In no city cluster", color=_PALE))
    return Categories(items=tuple(items))


def _neighborly_colors(outlines: gpd.GeoSeries) -> dict[str, str]:
    """Return a colour for each cluster that none close to it has, as far as there are enough."""
    hulls = outlines.convex_hull
    west, south, east, north = outlines.total_bounds if len(outlines) else (0.0, 0.0, 0.0, 0.0)
    near = _NEAR * max(east - west, north - south)
    colors: dict[str, str] = {}
    for name, hull in hulls.items():
        around = [colors[other] for other in colors if hulls[other].distance(hull) <= near]
        used = list(colors.values())
        # Of the colours that are least used next door, the one least used at all.
        colors[str(name)] = min(QUALITATIVE, key=lambda color: (around.count(color), used.count(color)))
    return colors


def outline_layer(
    result: DelineationResult, *, clusters: Sequence[str] | None = None, name: str = "agglomeration_outlines"
) -> Layer:
    """Return the outlines of clusters.

    Parameters
    ----------
    result
        Of `delineate`.
    clusters
        Those to show; None for all.
    name
        As in `geo_urban.presentation.Layer`.
    """
    return Layer(
        name=name,
        title="Outlines of city clusters",
        units=result.outlines if clusters is None else result.outlines.loc[list(clusters)],
        fields=(
            persons_field("population", "Residents"),
            Field(column="area_km2", label="Area", unit="km²", decimals=0),
            Field(column="units", label="Units", decimals=0),
        ),
        over=True,
    )


def core_layer(
    result: DelineationResult,
    *,
    clusters: Sequence[str] | None = None,
    units: pd.Index | None = None,
    points: gpd.GeoSeries | None = None,
    name: str = "agglomeration_cores",
) -> Layer:
    """Return the cities that pull, as points as large as they are.

    Parameters
    ----------
    result
        Of `delineate`.
    clusters
        Only cores of these; None for all cores.
    units
        Only cores in these units; None for all.
    points
        Seats of units; by default `seat_lon` and `seat_lat`, or else a point inside the core's unit.
    name
        As in `geo_urban.presentation.Layer`.
    """
    cores = result.cores if clusters is None else result.cores[result.cores["agglomeration"].isin(list(clusters))]
    if units is not None:
        cores = cores[cores["seat"].isin(units)]
    kinds = np.where(cores["leading"], "leading", "second tier").astype(object)
    kinds[cores["agglomeration"].isna().to_numpy()] = "no cluster"
    seats = seats_of(result.units.loc[cores["seat"]], points).set_axis(cores.index)
    return Layer(
        name=name,
        title="Cores",
        units=gpd.GeoDataFrame(cores.assign(tier=kinds), geometry=seats),
        fields=(
            Field(column="tier", label="Kind of core", classes=_present(_LEADING, kinds)),
            persons_field("urban_mass", "Urban residents within the circle of commuting"),
            Field(column="reach_minutes", label="Reach", unit="minutes", decimals=0),
            Field(column="agglomeration", label="City cluster"),
        ),
        over=True,
        size=Size(column="urban_mass", largest=14, smallest=3),
    )


def weighed_links(result: DelineationResult) -> gpd.GeoDataFrame:
    """Return the links between cores with their interaction by gravity, the strongest first.

    Parameters
    ----------
    result
        Of `delineate`.

    Returns
    -------
    geopandas.GeoDataFrame
        `DelineationResult.links` with `interaction`: M · M′ ÷ t^β over its greatest value, with β = `link_exponent` and
        t at least `nearest_minutes`. A link between two leading cores is ``"joined"``, however they found together.
    """
    rule = result.parameters if isinstance(result.parameters, DelineationParameters) else DelineationParameters()
    links, mass = result.links, result.cores["urban_mass"]
    ends = mass.loc[links["origin"]].to_numpy() * mass.loc[links["destination"]].to_numpy()
    pull = ends / np.maximum(links["minutes"].to_numpy(dtype=float), rule.nearest_minutes) ** rule.link_exponent
    greatest = float(pull.max(initial=0.0))
    leading = result.cores["leading"]
    both = leading.loc[links["origin"]].to_numpy() & leading.loc[links["destination"]].to_numpy()
    weighed = links.assign(
        interaction=pull / greatest if greatest else pull, kind=np.where(both, "joined", links["kind"]).astype(object)
    )
    return gpd.GeoDataFrame(weighed.sort_values(["interaction", "name"], ascending=[False, True], kind="stable"))


def link_layer(
    result: DelineationResult, *, clusters: Sequence[str] | None = None, name: str = "agglomeration_links"
) -> Layer:
    """Return lines between cores, as wide as their interaction.

    Parameters
    ----------
    result
        Of `delineate`.
    clusters
        Only links within these; None for all.
    name
        As in `geo_urban.presentation.Layer`.
    """
    links = weighed_links(result)
    if clusters is not None:
        links = links[links["agglomeration"].isin(list(clusters))]
        greatest = float(links["interaction"].max()) if len(links) else 0.0
        links = links.assign(interaction=links["interaction"] / greatest if greatest else links["interaction"])
    return Layer(
        name=name,
        title="Links between cores",
        units=links,  # the widest first, so that they hide no other
        fields=(
            Field(column="kind", label="Kind of link", classes=_present(_LINKS, links["kind"])),
            Field(column="interaction", label="Interaction (1: the strongest link shown)", decimals=3),
            Field(column="minutes", label="Travel time", unit="minutes", decimals=0),
            Field(column="agglomeration", label="City cluster"),
        ),
        over=True,
        size=Size(column="interaction", largest=8, smallest=1.2),
    )


def _present(classes: Categories, values: Iterable[object]) -> Categories:
    """Return the classes that something belongs to; all where nothing does."""
    found = set(values)
    items = tuple(item for item in classes.items if item.value in found)
    return Categories(items=items or classes.items)


def time_ring_layer(
    result: DelineationResult,
    *,
    limits: Sequence[float] = RING_LIMITS,
    population_start: str | None = None,
    clusters: Sequence[str] | None = None,
    name: str = "time_rings",
    title: str = "Time rings",
) -> Layer:
    """Return the rings of travel time around the cores of each cluster, as areas with their people and change.

    Parameters
    ----------
    result
        Of `delineate`.
    limits
        Outer limits of the rings, ascending [minutes to the nearest core of the cluster], as in `ring_profile`.
    population_start
        Column with residents at the start [persons]; None leaves change missing.
    clusters
        Those to show; None for all.
    name, title
        As in `geo_urban.presentation.Layer`.

    Returns
    -------
    geo_urban.presentation.Layer
        One area per cluster and ring; rings without units are left out.

    Raises
    ------
    InputError
        If limits do not ascend from above zero, or there is no such cluster.
    MissingColumnsError
        If a column is not there.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, shapely
    >>> from geo_urban.agglomerations import delineate
    >>> row = gpd.GeoDataFrame(
    ...     {"name": list("abc"), "people": [1_000_000, 9, 9]},
    ...     geometry=[shapely.box(x, 0, x + 1, 1) for x in range(3)], crs=3857)
    >>> minutes = pd.DataFrame([[60.0 * abs(x - y) for y in range(3)] for x in range(3)])
    >>> found = delineate(row, travel=minutes, population="people", parameters={"leading_population": 1e6}, sweep=0)
    >>> time_ring_layer(found).units[["ring", "population"]].to_numpy().tolist()
    [['0–30', 1000000.0], ['30–60', 9.0], ['60–120', 9.0]]
    """
    profile = ring_profile(result, limits=limits, population_start=population_start)
    if clusters is not None:
        for cluster in clusters:
            result.codes(cluster)  # says which there are
        profile = profile[profile.index.get_level_values("agglomeration").isin(list(clusters))]
    frame = profile.reset_index()
    frame["ring"] = frame["ring"].astype(str)
    shapes = [
        _ring_shape(result, cluster, ring, limits)
        for cluster, ring in zip(frame["agglomeration"], frame["ring"], strict=True)
    ]
    units = gpd.GeoDataFrame(frame, geometry=shapes, crs=result.units.crs)
    units.index = pd.Index(
        [f"{cluster} {ring}" for cluster, ring in zip(frame["agglomeration"], frame["ring"], strict=True)], name="part"
    )
    names = _ring_names(limits)
    colors = tuple(reversed(sequential(len(names))))
    return Layer(
        name=name,
        title=title,
        units=units,
        fields=(
            Field(
                column="ring",
                label="Ring of travel time (minutes)",
                classes=Categories(
                    items=tuple(
                        Category(value=ring, label=ring, color=color) for ring, color in zip(names, colors, strict=True)
                    )
                ),
            ),
            *_ring_fields(units),
        ),
        label_column="agglomeration",
    )


def _ring_names(limits: Sequence[float]) -> list[str]:
    whole = [0.0, *limits]
    return [*(f"{low:g}–{high:g}" for low, high in pairwise(whole)), f"{whole[-1]:g}+"]


def _ring_shape(result: DelineationResult, cluster: str, ring: str, limits: Sequence[float]) -> shapely.Geometry:
    units = result.units
    number = np.searchsorted(np.asarray(limits, dtype=float), units["minutes_to_core"].to_numpy(), side="left")
    inside = (units["agglomeration"] == cluster).to_numpy() & (number == _ring_names(limits).index(ring))
    return dissolved(units.geometry.to_numpy()[inside])


def _ring_fields(units: gpd.GeoDataFrame) -> tuple[Field, ...]:
    return (
        *((_change_field("Change of residents of the ring"),) if units["change_share"].notna().any() else ()),
        persons_field("population", "Residents"),
        Field(column="population_share", label="Share of the cluster's residents", unit="%", scale=100, decimals=1),
        Field(column="density_per_km2", label="Residents per km²", unit="persons/km²", decimals=0),
        Field(column="units", label="Units", decimals=0),
    )


def labelled_units(units: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, str]:
    """Return units with a column that a reader knows them by, and its name: their names, else their codes.

    Parameters
    ----------
    units
        With or without a column `name`.
    """
    if "name" in units.columns:
        return units, "name"
    return units.assign(code=units.index.astype(str)), "code"
