"""What a result shows: layers, fields, classes and words, without knowing of maps or files.

`geo_urban.maps` draws a `Presentation` and `geo_urban.layers` writes it, so that both show the same classes in the
same colours. All words are English sentences of the catalogue (`geo_urban.messages`); the one who draws translates.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr

__all__ = [
    "Bars",
    "Breaks",
    "Categories",
    "Category",
    "Classification",
    "Field",
    "Inset",
    "Layer",
    "Pattern",
    "Presentation",
    "Raster",
    "Scatter",
    "Sheet",
    "Size",
]

Pattern: TypeAlias = Literal["", "hatch", "crosshatch", "dots"]
"""What is drawn over a colour, so that a print without colours still tells the class."""


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
    pattern
        Drawn over the colour; empty for the plain colour.
    """

    value: str
    label: str
    color: str
    pattern: Pattern = ""


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
class Classification:
    """Another way to class a number, which a reader may choose on the page.

    Parameters
    ----------
    label
        What it is called, in words: ``"Quantiles"``.
    classes
        The classes.
    """

    label: str
    classes: Breaks


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
    indicator
        What fields of several years have in common, in words; a page shows them as one indicator with a choice of
        years. Empty: the field stands by itself.
    year
        Year of the field, where `indicator` is given.
    others
        Further ways to class it.
    classed_by
        What its own classes are called, in words (``"Quantiles"``); empty for the classes of the study.
    firmness
        Column with the share of settings in which the unit keeps its class [0–1]; empty where none was computed.
    """

    column: str
    label: str
    unit: str = ""
    scale: float = 1.0
    decimals: int | None = None
    classes: Breaks | Categories | None = None
    modelled: bool = False
    indicator: str = ""
    year: int | None = None
    others: tuple[Classification, ...] = ()
    classed_by: str = ""
    firmness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large points and how wide lines are drawn.

    Parameters
    ----------
    column
        Column of a field of the layer; values below zero and missing ones are drawn smallest.
    largest
        Radius of the greatest point, or width of the greatest line [pixels]. The area of a point and the width of a
        line grow with the value.
    smallest
        Radius or width that nothing falls below [pixels].
    """

    column: str
    largest: float = 18.0
    smallest: float = 2.0


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
        Column with each unit's name. Names in English, where there are any, stand in the column of that name and
        ``_en``.
    over
        Whether it lies over the layer that is chosen (ports and links over counties) and is switched on and off by
        itself. Layers without a field that has classes always do, as outlines.
    visible
        Whether such a layer is on at first.
    size
        How large its points and how wide its lines are; None for all alike.
    """

    name: str
    title: str
    units: gpd.GeoDataFrame
    fields: tuple[Field, ...]
    label_column: str = "name"
    over: bool = False
    visible: bool = True
    size: Size | None = None

    @property
    def mapped_fields(self) -> tuple[Field, ...]:
        """The fields that a map can colour."""
        return tuple(field for field in self.fields if field.classes is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """A grid drawn as a picture under the units.

    Parameters
    ----------
    name
        Name in a file: ASCII letters, digits and ``_``.
    title
        Name for a reader.
    grid
        Cells with dims ``("y", "x")``, a CRS and a regular transform; missing cells are NaN and drawn as nothing.
    field
        How the cells are worded and coloured; its column is not used.
    visible
        Whether it is on at first.
    """

    name: str
    title: str
    grid: xr.DataArray
    field: Field
    visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """A chart of two fields of one layer, linked to the map: what is marked in one is marked in the other.

    Parameters
    ----------
    title
        What it shows, in words.
    layer
        Name of the layer.
    x, y
        Columns of two of its fields with numbers.
    x_log, y_log
        Whether an axis is logarithmic; units at or below zero are left out there.
    lines
        Straight lines on the stored values, e.g. a fit: ``(x0, y0, x1, y1)``, straight on the axes as drawn.
    crossing
        Where dashed lines cut the chart into quadrants, on the stored values; None for none.
    """

    title: str
    layer: str
    x: str
    y: str
    x_log: bool = False
    y_log: bool = False
    lines: tuple[tuple[float, float, float, float], ...] = ()
    crossing: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """A chart of bars for a page or a paper: groups along the axis, one bar per series in each.

    Parameters
    ----------
    name
        Name in a file: ASCII letters, digits and ``_``.
    title
        What it shows, in words.
    table
        One row per group and one column per series, the index and the columns in words; missing values have no bar.
    unit
        Unit of the values as shown.
    scale
        Shown number = value × `scale`.
    decimals
        Digits after the point when shown.
    colors
        One colour per series; empty for the usual ones.
    """

    name: str
    title: str
    table: pd.DataFrame
    unit: str = ""
    scale: float = 1.0
    decimals: int = 0
    colors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inset:
    """A small map in the corner, for what lies far from the rest.

    Parameters
    ----------
    title
        What it shows, in words.
    bounds
        West, south, east, north of the small map [degrees].
    main_bounds
        West, south, east, north of what the main map shows at first [degrees].
    """

    title: str
    bounds: tuple[float, float, float, float]
    main_bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """What a map of a whole country must carry where the law says so.

    The package fills the slots it is given; that does not approve a map.

    Parameters
    ----------
    nation
        Name of the country.
    approval_number
        Number under which the authority approved the base map; empty while there is none.
    inset
        A small map of far parts; None for none.
    lines
        Boundary lines that belong on the map and are no unit's border; None for none.
    land
        The whole country in parts with their ``name``; parts that no unit covers are drawn in grey. None for none.
    """

    nation: str
    approval_number: str = ""
    inset: Inset | None = None
    lines: gpd.GeoSeries | None = None
    land: gpd.GeoDataFrame | None = None


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
    rasters
        Grids under the layers.
    charts
        Charts beside the map.
    date
        Date of what is shown, e.g. the day of the census: ``"2020-11-01"``; empty where the years say enough.
    sheet
        What a map of the whole country carries; None for a map of a part.
    """

    name: str
    title: str
    layers: tuple[Layer, ...]
    source: str
    method: str
    citation: str = ""
    cautions: tuple[str, ...] = ()
    rasters: tuple[Raster, ...] = ()
    charts: tuple[Scatter, ...] = ()
    date: str = ""
    sheet: Sheet | None = None
