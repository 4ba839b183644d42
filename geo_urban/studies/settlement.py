"""Cells by degree of urbanisation and the centres they form, as the analyses of a study read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from geo_urban.hierarchy import UrbanCentres
    from geo_urban.studies.context import StudyContext

__all__ = ["settlement_cells", "settlement_centres"]

_UNKNOWN = 255  # the code of cells without a class


def settlement_cells(context: StudyContext) -> tuple[xr.DataArray, xr.DataArray]:
    """Return classes and people on the same cells: published classes beside the modelled grid, else found ones.

    Parameters
    ----------
    context
        A study with a population grid.

    Returns
    -------
    tuple
        Classes of level 2, and people.

    Raises
    ------
    DataSourceError
        If the grid or the published classes cannot be read.
    """
    people = context.grid
    if context.study.chosen_grid.modelled:
        from geo_urban import datasets

        published = datasets.urbanisation_classes(region=context.study.region or None)
        # The same lattice of whole kilometres; the window of one may be a cell wider than that of the other.
        classes = published.reindex(
            y=people.y, x=people.x, method="nearest", tolerance=1.0, fill_value=np.uint8(_UNKNOWN)
        )
        return classes.assign_attrs(published.attrs), people
    from geo_urban.hierarchy import degree_of_urbanisation

    return degree_of_urbanisation(people, level=2), people


def settlement_centres(context: StudyContext, classes: xr.DataArray, people: xr.DataArray) -> UrbanCentres:
    """Return the urban centres of a study, named after seats and places.

    Parameters
    ----------
    context
        The study and its data.
    classes, people
        From `settlement_cells`.

    Returns
    -------
    UrbanCentres
        Read or found, as the classes are.

    Raises
    ------
    InsufficientDataError
        If there is no centre.
    """
    from geo_urban import datasets
    from geo_urban.hierarchy import urban_centres

    units = context.units if "seat_lon" in context.units.columns else _seats(context)
    return urban_centres(classes, people, places=datasets.places(), units=units)


def _seats(context: StudyContext) -> pd.DataFrame | None:
    """Return the county seats of the embedded units, which name centres before other places do."""
    if not context.study.boundaries.embedded:
        return None
    from geo_urban import datasets

    seats: pd.DataFrame = datasets.counties(region=context.study.region or None)
    return seats
