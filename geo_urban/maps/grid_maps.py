"""Maps of grids: how cells are worded and classed, and a page that shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban import __version__
from geo_urban.classing import class_breaks
from geo_urban.errors import InputError
from geo_urban.maps.pages import draw
from geo_urban.maps.payload import with_outlines
from geo_urban.messages import Sentence
from geo_urban.presentation import Field, Presentation, Raster
from geo_urban.spatial.grid import CLASS, require_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    import geopandas as gpd
    import xarray as xr

    from geo_urban.maps.page_assets import Mode
    from geo_urban.messages import Language
    from geo_urban.presentation import Breaks, Categories
    from geo_urban.wording import Figures

__all__ = ["grid_map", "grid_raster"]

_MOST_ASKED = 200_000  # cells that say where the limits lie; more would not move them
_NEARLY_ALL = 0.99
_WORDS = {"count": ("Residents per cell", "persons", 0), "density": ("Residents per km²", "persons/km²", 1)}


def grid_raster(
    grid: xr.DataArray,
    *,
    name: str = "cells",
    title: str | None = None,
    scheme: str | Sequence[float] = "logarithmic",
    classes: int = 6,
    colors: str | Sequence[str] | None = None,
    categories: Categories | None = None,
    visible: bool = True,
) -> Raster:
    """Return a grid as a map shows it: classed, worded by what its cells hold, and said to be modelled where it is.

    Parameters
    ----------
    grid
        Cells with dims ``("y", "x")`` and a CRS; ``attrs["quantity"]`` is ``"count"`` (people per cell), ``"density"``
        (people per km²) or ``"class"`` (codes), ``attrs["modelled"]`` and ``attrs["year"]`` are shown where they are.
        NaN is drawn as nothing.
    name
        Name in a file: ASCII letters, digits and ``_``.
    title
        What a reader switches on and off, in words; by default what the cells hold.
    scheme, classes, colors
        How numbers are classed, as in `geo_urban.classing.class_breaks`. Only the cells in which 99 % of the people
        live have a say in where the limits lie: there may be any number of cells with next to nobody.
    categories
        The classes of a grid of codes; each `value` is the code as text, e.g. ``"30"``.
    visible
        Whether it is on at first.

    Returns
    -------
    geo_urban.presentation.Raster
        For `Presentation.rasters`.

    Raises
    ------
    InputError
        If the grid does not say what its cells hold, or holds codes and no `categories` are given; if the classes
        cannot be made.

    Examples
    --------
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1, 0, 120, 0, -1, 42), height=1, width=3, crs=CRS(4326))
    >>> raster = grid_raster(build_grid([[0, 40, 900]], shape, quantity="density"), scheme=[1, 300])
    >>> raster.field.label, raster.field.unit, raster.field.classes.limits
    ('Residents per km²', 'persons/km²', (1.0, 300.0))
    """
    if categories is not None or grid.attrs.get("quantity") == CLASS:
        field = _class_field(grid, categories, name=name)
    else:
        label, unit, decimals = _WORDS[require_quantity(grid)]
        breaks = class_breaks(_peopled(grid), scheme=scheme, classes=classes, colors=colors)
        breaks = _rounded(breaks) if isinstance(scheme, str) else breaks
        field = Field(column=name, label=label, unit=unit, decimals=decimals, classes=breaks)
    field = replace(field, modelled=bool(grid.attrs.get("modelled", False)))
    return Raster(name=name, title=title or field.label, grid=grid, field=field, visible=visible)


def _rounded(breaks: Breaks) -> Breaks:
    """Return limits of two digits, as far as they stay apart: among so many cells it matters to none."""
    limits = tuple(float(f"{limit:.2g}") for limit in breaks.limits)
    return replace(breaks, limits=limits) if len(set(limits)) == len(limits) else breaks


def _class_field(grid: xr.DataArray, categories: Categories | None, *, name: str) -> Field:
    if categories is None:
        raise InputError(
            "the grid holds codes of classes, and nothing says what they mean. "
            "Pass `categories`, one `Category` per code with its label and colour."
        )
    return Field(column=name, label=str(grid.attrs.get("label", "Class")), classes=categories)


def _peopled(grid: xr.DataArray) -> pd.Series:
    """Return the cells in which nearly all people live, evenly picked from many; all cells where nobody lives."""
    values = grid.to_numpy().ravel()
    known = np.sort(values[np.isfinite(values)])
    if len(known) and known[-1] > 0:
        people = np.cumsum(np.maximum(known, 0))
        known = known[people >= (1 - _NEARLY_ALL) * people[-1]]
    return pd.Series(known[:: max(-(-len(known) // _MOST_ASKED), 1)])


def grid_map(
    grid: xr.DataArray,
    *,
    title: str | None = None,
    scheme: str | Sequence[float] = "logarithmic",
    classes: int = 6,
    colors: str | Sequence[str] | None = None,
    categories: Categories | None = None,
    units: Presentation | None = None,
    outlines: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    source: str | None = None,
    language: Language | None = None,
    figures: Figures = "persons",
    mode: Mode = "inline",
    tiles: str | None = None,
) -> folium.Map:
    """Draw a grid of people or of classes, cell by cell.

    Parameters
    ----------
    grid
        The cells, as in `grid_raster`.
    title
        What the page shows, in words; by default what the cells hold, and their year.
    scheme, classes, colors, categories
        As in `grid_raster`.
    units
        Units over the grid with figures of their own, e.g. ``result.layers()``; the reader switches between the two.
    outlines
        Borders over the grid, e.g. of provinces.
    source
        Where the grid comes from, in words; by default what the grid says.
    language, figures, mode, tiles
        As in `draw`.

    Returns
    -------
    folium.Map
        As `draw` returns it.

    Raises
    ------
    InputError
        As `grid_raster` and `draw` do.

    Notes
    -----
    Each cell lies where its corners lie on the page's projection, to the nearest pixel of a picture of up to 2,000
    pixels a side. A grid with more cells is drawn coarser, by the mean of numbers and the most frequent class of
    codes, and the legend says so. Pictures are for the eye: measure on the grid.

    Examples
    --------
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1, 0, 120, 0, -1, 42), height=1, width=3, crs=CRS(4326))
    >>> drawn = grid_map(build_grid([[0, 40, 900]], shape, quantity="density"), scheme=[1, 300])
    >>> drawn.payload["rasters"][0]["counts"]
    [1, 1, 1]
    """
    raster = grid_raster(grid, scheme=scheme, classes=classes, colors=colors, categories=categories)
    said_source = source or grid.attrs.get("source") or "Figures given by the user."
    if units is None:
        shown = Presentation(
            name=raster.name,
            title=title or _title(raster, grid.attrs.get("year")),
            layers=(),
            source=said_source if isinstance(said_source, str) else str(said_source),
            method="Every cell is drawn where it lies, in the colour of its class.",
            citation=f"geo_urban {__version__} (Python), geo_urban.maps.grid_map",
            rasters=(raster,),
        )
    else:
        shown = replace(units, title=title or units.title, rasters=(*units.rasters, raster))
    if outlines is not None:
        shown = with_outlines(shown, outlines)
    return draw(shown, language=language, figures=figures, mode=mode, tiles=tiles)


def _title(raster: Raster, year: object) -> str:
    return raster.title if year is None else Sentence("{what}, {year}", what=Sentence(raster.title), year=year)
