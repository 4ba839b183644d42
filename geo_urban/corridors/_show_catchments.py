"""What maps and layer files show of the catchments of ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban import __version__
from geo_urban.known_fields import descriptive_fields, persons_field
from geo_urban.messages import Sentence
from geo_urban.palettes import QUALITATIVE, sequential
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation
from geo_urban.spatial import area_km2
from geo_urban.spatial._access import on_sphere

if TYPE_CHECKING:
    from geo_urban.corridors.catchments import PortCatchments

__all__ = ["catchment_presentation", "port_colors"]

# Units that lie among so many nearest ones count as side by side when colours are chosen.
_NEAREST = 8
_BOTH = ("nearest_port", "huff_port")
_GATHERED = ("nearest_class", "huff_class")
# A page shows no more classes than these; the ports that serve fewest share the last one.
_CLASSES = 36
_OTHER = "other"


def catchment_presentation(result: PortCatchments, *, polygons: gpd.GeoSeries | None, source: str) -> Presentation:
    """Return the presentation of catchments."""
    return Presentation(
        name="catchments",
        title="Whom ports of entry serve",
        layers=(_unit_layer(result, polygons),),
        source=source or "Places, ports and network given by the user.",
        method=Sentence(
            "By nearest time, and by Huff's probabilities with travel time to the power of −{decay}; ports farther "
            "than {minutes} minutes serve nobody.",
            decay=f"{result.decay:g}",
            minutes=f"{result.max_minutes:g}",
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.corridors.port_catchments",
        cautions=(
            (
                "Catchments say which port is near, not which is used: agreements, opening hours and the far side are "
                "not in them."
            ),
            "Roads have one speed each in the default graph: compare times, and do not plan journeys by them.",
        ),
    )


def port_colors(units: gpd.GeoDataFrame) -> dict[str, str]:
    """Return a colour for each port that serves a unit, so that catchments side by side differ.

    There are more ports than colours that can be told apart, so far ones share one.
    """
    from scipy.spatial import cKDTree

    points = units.geometry.to_crs(4326).representative_point()
    places = on_sphere(points.x.to_numpy(), points.y.to_numpy())
    count = min(_NEAREST, len(units))
    beside = np.asarray(cKDTree(places).query(places, k=range(1, count + 1))[1])
    touching: dict[str, set[str]] = {}
    for column in _BOTH:
        ports = units[column].astype(object)
        for port, others in zip(ports, ports.to_numpy()[beside], strict=True):
            if pd.notna(port):
                known = touching.setdefault(str(port), set())
                known |= {str(other) for other in others if pd.notna(other) and other != port}
    colors: dict[str, str] = {}
    # Those with most catchments beside them choose first.
    for port in sorted(touching, key=lambda name: (-len(touching[name]), name)):
        taken = [colors[other] for other in touching[port] if other in colors]
        used = list(colors.values())
        order = [(taken.count(color), used.count(color), rank) for rank, color in enumerate(QUALITATIVE)]
        colors[port] = QUALITATIVE[min(order)[-1]]
    return colors


def _unit_layer(result: PortCatchments, polygons: gpd.GeoSeries | None) -> Layer:
    units = result.units
    if polygons is not None:
        units = gpd.GeoDataFrame(units.drop(columns=units.geometry.name), geometry=polygons.reindex(units.index))
    ports = _port_classes(result, units)
    known = {item.value for item in ports.items}
    shown = units.assign(**{column: _as_text(units[column]) for column in _BOTH})
    for column, gathered in zip(_BOTH, _GATHERED, strict=True):
        shown[gathered] = shown[column].where(shown[column].isin(known) | shown[column].isna(), _OTHER)
    if "name" not in shown.columns:
        shown["name"] = shown.index.astype(str)
    fields = [
        Field(column="nearest_class", label="Catchment by nearest time", classes=ports),
        Field(column="huff_class", label="Catchment by Huff's model", classes=ports),
        Field(
            column="huff_share",
            label="Share that goes there (Huff)",
            unit="%",
            scale=100,
            decimals=0,
            classes=Breaks(limits=(0.25, 0.4, 0.5, 0.75, 0.9), colors=sequential(6)),
        ),
        Field(
            column="port_minutes",
            label="Time to the nearest port",
            unit="minutes",
            decimals=0,
            classes=Breaks(limits=(60.0, 120.0, 180.0, 300.0, 450.0), colors=sequential(6, name="purples")),
        ),
        Field(column="nearest_port", label="Nearest port"),
        Field(column="huff_port", label="Port that draws most (Huff)"),
        *descriptive_fields(shown),
    ]
    if result.population in shown.columns:
        fields.append(persons_field(result.population, "Residents"))
    return Layer(name="port_catchment_units", title="Catchments of ports", units=shown, fields=tuple(fields))


def _port_classes(result: PortCatchments, units: gpd.GeoDataFrame) -> Categories:
    """Return a class for each port that serves anybody; beyond what a page can show, the smallest share one.

    The smallest on the map are those of the least land; where places are points, those of the fewest people.
    """
    colors = port_colors(result.units)
    served = result.ports.loc[[str(port) in colors for port in result.ports.index]]
    land = area_km2(units).groupby(units["nearest_port"].to_numpy()).sum().reindex(served.index).fillna(0.0)
    sizes = land if land.any() else served["nearest_people"]
    largest = sizes.sort_values(ascending=False, kind="stable").index
    kept = largest if len(largest) <= _CLASSES else largest[: _CLASSES - 1]
    items = [
        Category(value=str(port), label=_label(result.ports.loc[port], port), color=colors[str(port)])
        for port in served.index[served.index.isin(kept)]
    ]
    if len(kept) < len(largest):
        items.append(Category(value=_OTHER, label="Another port", color="#d9d9d9", pattern="dots"))
    return Categories(items=tuple(items))


def _label(port: pd.Series, code: object) -> str:
    names = [str(port[column]) for column in ("name", "name_en") if column in port.index and pd.notna(port[column])]
    return " · ".join(dict.fromkeys(names)) or str(code)


def _as_text(ports: pd.Series) -> pd.Series:
    return ports.astype(object).map(str, na_action="ignore")
