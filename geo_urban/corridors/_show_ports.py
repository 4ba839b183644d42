"""What maps and layer files show of ports of entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.known_fields import persons_field
from geo_urban.presentation import Categories, Category, Field, Layer

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["PLACED", "PORT_CLASSES", "UNPLACED", "port_layer"]

PLACED, UNPLACED = "port", "port, place unknown"
PORT_CLASSES = Categories(
    items=(
        Category(value=PLACED, label="Port of entry", color="#e31a1c"),
        Category(value=UNPLACED, label="Port, placed on its county's border", color="#fb9a99", pattern="hatch"),
    )
)


def port_layer(ports: gpd.GeoDataFrame) -> Layer:
    """Return ports as points; those without a sound position look different and say so."""
    unknown = ports["position"].eq("county border") if "position" in ports.columns else ports.index.to_series().eq(None)
    shown = ports.assign(node=unknown.map({True: UNPLACED, False: PLACED}).to_numpy())
    if "name" not in shown.columns:
        shown["name"] = shown.index.astype(str)
    fields = [
        Field(column="node", label="Port of entry", classes=PORT_CLASSES),
        Field(column="kind", label="By"),
        Field(column="neighbor", label="Neighbor"),
        Field(column="counterpart", label="Beyond the border"),
        Field(column="status", label="Operation"),
        Field(column="accuracy_km", label="Accuracy of the position", unit="km", decimals=0),
        persons_field("nearest_people", "Residents for whom it is the nearest"),
        persons_field("huff_people", "Residents it draws (Huff)"),
    ]
    return Layer(
        name="ports",
        title="Ports of entry",
        units=shown,
        fields=tuple(field for field in fields if field.column in shown.columns),
        over=True,
    )
