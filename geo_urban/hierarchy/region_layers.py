"""Regions as layers: which unit belongs to which, and what each holds."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban import __version__
from geo_urban.errors import GeometryError, InsufficientDataError
from geo_urban.hierarchy.region_contrast import inside_outside
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.palettes import QUALITATIVE, diverging, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.presentation import Pattern

__all__ = ["region_layers"]

_OUTSIDE = "outside"
_PATTERNS: tuple[Pattern, ...] = ("", "hatch", "dots", "crosshatch")
_RATES = Breaks(limits=(0.2, 0.3, 0.4, 0.5, 0.6, 0.8), colors=sequential(7))
_CHANGES = Breaks(limits=(-0.3, -0.1, 0.0, 0.1, 0.3), colors=diverging(3, 3))
_MEASURED = ("units", "population_end", "change_share", "losing_share", "urbanization_rate_end", "density_per_km2")


def region_layers(
    units: gpd.GeoDataFrame,
    regions: Mapping[str, pd.Series],
    *,
    start: str = "population_2010",
    end: str = "population_2020",
    urban_end: str | None = None,
    area: str | None = None,
    source: str = "Figures given by the user.",
    cautions: tuple[str, ...] = (),
) -> Presentation:
    """Return what a map page or a layer file shows of regions: their units, their outlines and what they hold.

    Parameters
    ----------
    units
        One row per unit, with geometry.
    regions
        By name, whether each unit belongs to the region, as `inside_outside` takes it. A unit of several regions is
        coloured as of the first of them, and all are named.
    start, end
        Columns of residents of the two counts [persons].
    urban_end
        Column of urban residents of the second count; None for none.
    area
        Column of areas [km²]; None for none.
    source
        Where the figures come from, in words.
    cautions
        What a reader must not conclude of these regions.

    Returns
    -------
    geo_urban.presentation.Presentation
        A layer of units (named ``units``) by region, change and urbanization rate, and over it the outlines of the
        regions (``regions``) with the figures of each as a whole.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    InsufficientDataError
        If no unit belongs to any region.
    InputError
        As `inside_outside`.

    Examples
    --------
    >>> from shapely import box
    >>> units = gpd.GeoDataFrame({"name": ["a", "b"], "population_2010": [10, 10], "population_2020": [8, 12]},
    ...                          index=["1", "2"], geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=4326)
    >>> shown = region_layers(units, {"Hills": pd.Series([True, False], index=units.index)})
    >>> shown.layers[0].units["region"].tolist(), shown.layers[1].units["change_share"].tolist()
    (['Hills', 'outside'], [-0.2])
    """
    if not isinstance(units, gpd.GeoDataFrame) or units.active_geometry_name is None:
        raise GeometryError(
            "the units of these regions have no geometry, so they cannot be drawn or written as a layer. "
            "Join the boundaries before measuring, e.g. `boundaries[['geometry']].join(panel)`.",
        )
    columns = {"start": start, "end": end, "urban_end": urban_end, "area": area}
    wholes = {
        name: inside_outside(units, member, **columns).loc["inside"]  # type: ignore[arg-type]
        for name, member in regions.items()
        if member.any()
    }
    if not wholes:
        raise InsufficientDataError(
            "no unit belongs to any of these regions, so there is nothing to compare. Check that their codes are those "
            "of the units."
        )
    return Presentation(
        name="regions",
        title="Inside and outside of regions",
        layers=(
            _of_units(units, {name: regions[name] for name in wholes}, start=start, end=end, urban_end=urban_end),
            _of_regions(units, {name: regions[name] for name in wholes}, pd.DataFrame(wholes).T),
        ),
        source=source,
        method="Figures inside and outside a region are sums over its units and over all others.",
        citation=f"geo_urban {__version__} (Python), geo_urban.hierarchy.inside_outside",
        cautions=("A difference between inside and outside is no effect of whatever drew the line.", *cautions),
    )


def _of_units(
    units: gpd.GeoDataFrame, regions: Mapping[str, pd.Series], *, start: str, end: str, urban_end: str | None
) -> Layer:
    members = pd.DataFrame({name: member.reindex(units.index).to_numpy() for name, member in regions.items()})
    members.index = units.index
    figures = {
        "region": members.idxmax(axis=1).where(members.any(axis=1), _OUTSIDE),
        "regions": members.apply(lambda row: ", ".join(row.index[row]), axis=1),
        "change_share": (units[end] - units[start]) / units[start].where(units[start] > 0),
    }
    if urban_end is not None:
        figures["urbanization_rate_end"] = units[urban_end] / units[end].where(units[end] > 0)
    shown = units.assign(**figures)
    if "name" not in shown.columns:
        shown = shown.assign(code=shown.index.astype(str))
    fields = (
        Field(column="region", label="Region", classes=_categories(list(regions))),
        Field(column="change_share", label="Change of residents", unit="%", scale=100, decimals=1, classes=_CHANGES),
        Field(
            column="urbanization_rate_end",
            label="Urbanization rate",
            unit="%",
            scale=100,
            decimals=1,
            classes=_RATES,
        ),
        Field(column="regions", label="All regions of the unit"),
        *descriptive_fields(shown),
    )
    return Layer(
        name="units",
        title="Units by region",
        units=shown,
        fields=tuple(field for field in fields if field.column in shown.columns),
        label_column="name" if "name" in shown.columns else "code",
    )


def _categories(names: list[str]) -> Categories:
    colors = [color for _, color in zip(names, cycle(QUALITATIVE), strict=False)]
    items = [
        Category(value=name, label=name, color=color, pattern=_PATTERNS[number % len(_PATTERNS)])
        for number, (name, color) in enumerate(zip(names, colors, strict=True))
    ]
    return Categories(items=(*items, Category(value=_OUTSIDE, label="Outside all of them", color="#f0f0f0")))


def _of_regions(units: gpd.GeoDataFrame, regions: Mapping[str, pd.Series], figures: pd.DataFrame) -> Layer:
    shapes = [units.geometry[member.reindex(units.index).to_numpy()].union_all() for member in regions.values()]
    measured = figures[[column for column in _MEASURED if column in figures.columns]].infer_objects()
    table = gpd.GeoDataFrame(measured.assign(name=measured.index), geometry=shapes, crs=units.crs)
    fields = (
        Field(column="units", label="Units", decimals=0),
        persons_field("population_end", "Residents at the end"),
        Field(column="change_share", label="Change of residents", unit="%", scale=100, decimals=1),
        Field(column="losing_share", label="Share of units losing residents", unit="%", scale=100, decimals=1),
        Field(column="urbanization_rate_end", label="Urbanization rate", unit="%", scale=100, decimals=1),
        Field(column="density_per_km2", label="Residents per km²", unit="persons/km²", decimals=1),
    )
    return Layer(
        name="regions",
        title="Regions",
        units=table.rename_axis("region"),
        fields=tuple(field for field in fields if field.column in table.columns),
        over=True,
    )
