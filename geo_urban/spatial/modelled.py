"""What a modelled grid must not be used for: guards for whoever compares cells or classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["is_modelled", "require_comparable_cells", "require_not_made_from_classes"]


def is_modelled(grid: xr.DataArray) -> bool:
    """Return whether people were placed on the cells by a model rather than counted there.

    Parameters
    ----------
    grid
        A grid; ``attrs["modelled"]`` says so.

    Returns
    -------
    bool
        False where the grid does not say.
    """
    # A file gives back text.
    return str(grid.attrs.get("modelled", False)).lower() in {"true", "1"}


def require_comparable_cells(*grids: xr.DataArray) -> None:
    """Refuse to compare grids of several dates cell by cell where one of them is modelled.

    A modelled grid places people of every year by one and the same set of classes, so a cell repeats the change of the
    unit it lies in: a map of such changes shows nothing that was observed.

    Parameters
    ----------
    *grids
        The grids whose cells are to be compared.

    Raises
    ------
    InputError
        If one of them is modelled.

    Examples
    --------
    >>> import xarray as xr
    >>> counted = xr.DataArray([[1.0]], dims=("y", "x"), attrs={"quantity": "count"})
    >>> require_comparable_cells(counted, counted)
    >>> require_comparable_cells(counted, counted.assign_attrs(modelled=True, year=2020))
    Traceback (most recent call last):
    ...
    geo_urban.errors.InputError: the grid of 2020 is modelled: ...
    """
    for grid in grids:
        if is_modelled(grid):
            raise InputError(
                "the grid of {year} is modelled: its cells inherit the change of the unit they lie in, so comparing "
                "cells of two years shows nothing that was observed. Compare the units, e.g. with "
                "`geo_urban.shrinkage.population_change`, or pass grids that were measured in each year.",
                year=grid.attrs.get("year", "?"),
            )


def require_not_made_from_classes(grid: xr.DataArray) -> None:
    """Refuse to find settlement classes in a grid whose people were placed by such classes.

    Parameters
    ----------
    grid
        The grid; ``attrs["made_from"]`` names the classes, if any.

    Raises
    ------
    InputError
        If it was made from classes.

    Examples
    --------
    >>> import xarray as xr
    >>> grid = xr.DataArray([[1.0]], dims=("y", "x"), attrs={"quantity": "count", "made_from": "some classes"})
    >>> require_not_made_from_classes(grid)
    Traceback (most recent call last):
    ...
    geo_urban.errors.InputError: the people of this grid were placed by the classes of some classes, ...
    """
    origin = grid.attrs.get("made_from")
    if origin:
        raise InputError(
            "the people of this grid were placed by the classes of {origin}, so classes found in it would only "
            "give these back. Pass a grid that was made without them, e.g. WorldPop or GHS-POP.",
            origin=origin,
        )
