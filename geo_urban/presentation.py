"""What a result shows: layers, fields, classes and words, without knowing of maps or files.

`geo_urban.maps` draws a `Presentation` and `geo_urban.layers` writes it, so that both show the same classes in the
same colours. All words are English sentences of the catalogue (`geo_urban.messages`); the one who draws translates.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Breaks", "Categories", "Category", "Field", "Layer", "Presentation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """Classes of a number: the inner limits between them, each limit belonging to the class above it.

    Parameters
    ----------
    limits
        Inner limits, ascending, in the units of the stored column (before `Field.scale`).
        Three limits make four classes.
    colors
        One colour per class, ``#rrggbb``, from lowest to highest.
    """

    limits: tuple[float, ...]
    colors: tuple[str, ...]

    def __post_init__(self) -> None:
        if list(self.limits) != sorted(set(self.limits)):
            message = f"limits must ascend without ties, got {self.limits}"
            raise ValueError(message)
        if len(self.colors) != len(self.limits) + 1:
            message = f"{len(self.limits)} limits make {len(self.limits) + 1} classes, got {len(self.colors)} colors"
            raise ValueError(message)

    def class_of(self, value: float) -> int:
        """Return the class number of a value, from 0; a limit itself is in the class above.

        Examples
        --------
        >>> Breaks(limits=(0.0,), colors=("#d7191c", "#2b83ba")).class_of(0.0)
        1
        """
        return bisect_right(self.limits, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One named class.

    Parameters
    ----------
    value
        What stands in the column.
    label
        What a reader sees, in words.
    color
        ``#rrggbb``.
    """

    value: str
    label: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """Named classes.

    Parameters
    ----------
    items
        The classes, in the order a legend shows them.
    """

    items: tuple[Category, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a layer, as a reader sees it.

    Parameters
    ----------
    column
        Name of the column in the layer's frame.
    label
        What it is, in words.
    unit
        Unit shown after the number (``"persons"``, ``"%"``, ``"persons/km²"``), empty for text.
    scale
        Shown number = stored number × `scale`; 100 for a share shown in percent.
    decimals
        Digits after the point when shown; None for text.
    classes
        How a map colours it; None for a field that is only listed.
    modelled
        Whether the number is modelled rather than counted; every legend says so.
    """

    column: str
    label: str
    unit: str = ""
    scale: float = 1.0
    decimals: int | None = None
    classes: Breaks | Categories | None = None
    modelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer: units with their geometry and the fields worth showing.

    Parameters
    ----------
    name
        Name in a file: ASCII letters, digits and ``_``.
    title
        Name for a reader.
    units
        Frame on the units' index, geometry in any CRS.
    fields
        The columns to show, in order; those with classes can be mapped.
    label_column
        Column with each unit's name.
    """

    name: str
    title: str
    units: gpd.GeoDataFrame
    fields: tuple[Field, ...]
    label_column: str = "name"

    @property
    def mapped_fields(self) -> tuple[Field, ...]:
        """The fields that a map can colour."""
        return tuple(field for field in self.fields if field.classes is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """Everything a map page, a layer file or a report needs to show one result.

    Parameters
    ----------
    name
        Name in a file: ASCII letters, digits and ``_``.
    title
        What it shows, in words.
    layers
        Layers, the first one shown first.
    source
        Where the figures come from.
    method
        One sentence on how they were made, ready to paste.
    citation
        What to cite.
    cautions
        What the reader must not conclude.
    """

    name: str
    title: str
    layers: tuple[Layer, ...]
    source: str
    method: str
    citation: str = ""
    cautions: tuple[str, ...] = ()
