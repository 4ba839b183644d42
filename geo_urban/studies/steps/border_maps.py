"""What maps of a land border show: belt, line, ports, towns, corridors and catchments; and maps of parts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from geo_urban.corridors.border_layers import (
    DISPUTED_CAUTION,
    LENGTH_CAUTION,
    belt_layer,
    border_layer,
    corridor_cautions,
    corridor_method,
    link_layer,
    port_layer,
    strip_layer,
)
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.messages import Sentence
from geo_urban.palettes import sequential, spread
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation, Size

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.corridors import CorridorResult
    from geo_urban.hierarchy import TierScheme
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.steps.border_data import BorderData

__all__ = ["border_presentation", "catchment_layer", "corridor_map_layers", "page_name", "part_of", "town_layer"]

# Around a part of the country, so that roads that lead out of it are seen to lead on [degree].
_MARGIN = 1.0
# From white to black: points must stand apart from the blues of the belt below them.
_TOWNS = ("#ffffff", "#e3e3e3", "#bdbdbd", "#8c8c8c", "#5a5a5a", "#1f1f1f")
_LINES = ("LineString", "MultiLineString")
_AREAS = ("Polygon", "MultiPolygon")


def border_presentation(context: StudyContext, data: BorderData) -> Presentation:
    """Return the border by neighbor, the belt beside it, and the ports.

    Parameters
    ----------
    context
        The study and its data.
    data
        Its border.

    Returns
    -------
    Presentation
        The belt and the border to choose from, ports over them.
    """
    layers = [belt_layer(data.belt), border_layer(data.border)]
    if data.ports is not None and len(data.ports):
        layers.append(port_layer(data.ports))
    return Presentation(
        name="land_border",
        title="Land border and border belt",
        layers=tuple(layers),
        source=context.source,
        method=Sentence(
            "The border is what units and neighbors share, edge by edge ({edge} km from corner to corner in the "
            "median); coasts are no border. Border units have {least:g} km of it or more.",
            edge=f"{data.border.edge_km:.2g}",
            least=data.section.min_border_km,
        ),
        citation=context.cited("geo_urban.corridors.land_border, border_units"),
        cautions=(LENGTH_CAUTION, DISPUTED_CAUTION),
    )


def corridor_map_layers(
    data: BorderData, result: CorridorResult, towns: Layer, catchments: Layer | None, ports: gpd.GeoDataFrame | None
) -> tuple[Layer, ...]:
    """Return all layers of a border with its corridors: to choose from the belt, strips and catchments, the rest over.

    Parameters
    ----------
    data
        The border of a study.
    result
        Its corridors.
    towns, catchments
        From `town_layer` and `catchment_layer`.
    ports
        Ports with what they serve; None for none.

    Returns
    -------
    tuple of Layer
        Points last, so that lines do not hide them.
    """
    layers = [belt_layer(data.belt), strip_layer(result)]
    if catchments is not None:
        layers.append(catchments)
    layers += [link_layer(result), border_layer(data.border, over=True), towns]
    if ports is not None and len(ports):
        layers.append(port_layer(ports))
    return tuple(layers)


def corridor_presentation(context: StudyContext, result: CorridorResult, layers: tuple[Layer, ...]) -> Presentation:
    """Return these layers with what corridors are and are not."""
    return Presentation(
        name="border_corridors",
        title="Border towns, ports and corridors",
        layers=layers,
        source=context.source,
        method=corridor_method(result),
        citation=context.cited("geo_urban.corridors.border_towns, border_corridors, port_catchments"),
        cautions=corridor_cautions(result),
    )


def town_layer(towns: gpd.GeoDataFrame, scheme: TierScheme, *, size: str) -> Layer:
    """Return border towns as points: coloured by tier, as large as their residents.

    Parameters
    ----------
    towns
        From `geo_urban.corridors.border_towns`.
    scheme
        Their tiers.
    size
        Column of residents; points are all alike where `towns` lacks it.

    Returns
    -------
    Layer
        Over others.
    """
    shown = towns.assign(tier=towns["tier"].astype(object)) if "tier" in towns.columns else towns
    fields = [
        Field(column="tier", label="Size tier", classes=_tiers(scheme)),
        Field(column="role", label="Town is"),
        persons_field(size, "Residents of the county"),
        Field(column="change_share", label="Change of residents", unit="%", scale=100, decimals=1),
        Field(column="counted_with", label="Counted together with"),
        Field(column="border_km", label="Distance to the border", unit="km", decimals=1),
        Field(column="neighbor", label="Neighbor"),
        Field(column="nearest_port", label="Nearest port"),
        Field(column="port_minutes", label="Time from the seat to the nearest port", unit="minutes", decimals=0),
        Field(column="counterpart_minutes", label="Time to the town beyond it", unit="minutes", decimals=0),
        Field(column="nearest_prefecture", label="Nearest prefecture-level city"),
        Field(column="prefecture_minutes", label="Time to it", unit="minutes", decimals=0),
        Field(column="nearest_province", label="Nearest provincial capital"),
        Field(column="province_minutes", label="Time to the capital", unit="minutes", decimals=0),
        *descriptive_fields(towns),
    ]
    if "tier" not in shown.columns:
        shown = shown.assign(tier="town")
        items = (Category(value="town", label="Border town", color="#525252"),)
        fields[0] = Field(column="tier", label="Border town", classes=Categories(items=items))
    return Layer(
        name="border_towns",
        title="Border towns",
        units=shown,
        fields=tuple(field for field in fields if field.column in shown.columns),
        over=True,
        size=Size(column=size, largest=13.0, smallest=3.0) if size in shown.columns else None,
    )


def catchment_layer(places: gpd.GeoDataFrame, polygons: gpd.GeoSeries, ports: gpd.GeoDataFrame) -> Layer | None:
    """Return the land that each port is nearest to, as polygons; None where nobody has a port in reach.

    Parameters
    ----------
    places
        From `geo_urban.corridors.port_catchments`, with `nearest_port`.
    polygons
        Their units' polygons, on the same index.
    ports
        From the same, with `nearest_people` and `huff_people`.

    Returns
    -------
    Layer or None
        One polygon per port.
    """
    served = places["nearest_port"].dropna()
    if served.empty:
        return None
    land = gpd.GeoDataFrame({"port": served.astype(object)}, geometry=polygons.reindex(served.index), crs=polygons.crs)
    shapes = land.dissolve("port", method="coverage").geometry
    columns = [name for name in ("name", "name_en", "nearest_people", "nearest_places", "huff_people") if name in ports]
    units = gpd.GeoDataFrame(ports.loc[shapes.index, columns], geometry=shapes, crs=shapes.crs)
    if "name" not in units.columns:
        units["name"] = units.index.astype(str)
    limits = Breaks(limits=(50_000.0, 200_000.0, 500_000.0, 1_000_000.0, 3_000_000.0), colors=sequential(6))
    return Layer(
        name="port_catchments",
        title="Land nearest to each port",
        units=units,
        fields=(
            replace(persons_field("nearest_people", "Residents for whom it is the nearest"), classes=limits),
            replace(persons_field("huff_people", "Residents it draws (Huff)"), classes=limits),
            Field(column="nearest_places", label="Units for which it is the nearest", decimals=0),
        ),
    )


def page_name(title: str) -> str:
    """Return the name of a part's page in a file.

    Examples
    --------
    >>> page_name("Heilongjiang and Jilin")
    'border_heilongjiang_and_jilin'
    """
    return "border_" + (re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_") or "part")


def part_of(shown: Presentation, title: str, codes: pd.Index, area: gpd.GeoSeries) -> Presentation:
    """Return a presentation of a part of the country: its units, and of everything else what lies in its box.

    Parameters
    ----------
    shown
        The presentation of the whole.
    title
        What the part is called.
    codes
        Codes of its units.
    area
        Their polygons.

    Returns
    -------
    Presentation
        Its layers have names of their own, so that no layer file mixes parts and whole.
    """
    west, south, east, north = area.to_crs(4326).total_bounds
    box = shapely.box(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    name = page_name(title)
    layers = [_cut(layer, codes, area, box) for layer in shown.layers]
    return replace(
        shown,
        name=name,
        title=Sentence("{place}: border towns, ports and corridors", place=Sentence(title)),
        layers=tuple(
            replace(layer, name=f"{layer.name}_{name.removeprefix('border_')}") for layer in layers if len(layer.units)
        ),
        cautions=(*shown.cautions, "Figures of a corridor are those of all of it, beyond the page too."),
    )


def _cut(layer: Layer, codes: pd.Index, area: gpd.GeoSeries, box: shapely.Geometry) -> Layer:
    units = layer.units
    if layer.name == "border_units":
        kept = units[units.index.isin(codes)]
    elif layer.name == "land_border":
        kept = units[units["unit"].isin(codes)]
    elif set(units.geom_type) <= {"Point"}:
        near = area.to_crs(4326).sindex.query(units.geometry.to_crs(4326), predicate="dwithin", distance=0.02)[0]
        kept = units.iloc[sorted(set(near.tolist()))]
    else:
        touched = area.to_crs(4326).sindex.query(units.geometry.to_crs(4326), predicate="intersects")[0]
        kept = units.iloc[sorted(set(touched.tolist()))]
        clipped = shapely.intersection(kept.geometry.to_crs(4326).to_numpy(), box)
        kept = kept.set_geometry(gpd.GeoSeries(_one_kind(clipped, units), index=kept.index, crs=4326))
        kept = kept[~kept.geometry.is_empty]
    cut = gpd.GeoDataFrame(kept.copy())
    cut.attrs = {}  # a part of a country is no whole one
    return replace(layer, units=cut)


def _one_kind(shapes: object, like: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Return what is of the layer's own kind in each shape: a cut may leave points behind."""
    kinds = _LINES if set(like.geom_type) <= set(_LINES) else _AREAS
    found = []
    for shape in gpd.GeoSeries(shapes):
        parts = [part for part in shapely.get_parts(shape) if part.geom_type in kinds]
        found.append(parts[0] if len(parts) == 1 else shapely.union_all(parts) if parts else type(shape)())
    return found


def _tiers(scheme: TierScheme) -> Categories:
    colors = spread(_TOWNS, len(scheme.tiers))
    return Categories(
        items=tuple(
            Category(value=tier.name, label=tier.label or tier.name, color=color)
            for tier, color in zip(scheme.tiers, colors, strict=True)
        )
    )
