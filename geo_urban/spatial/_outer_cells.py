"""Cells that reach beyond all units: how much of them their people live on.

A cell on the outline of a country is cut by it. If its people were counted on the whole cell, the part beyond holds its
share of them. If they are the people of the units alone, as a grid modelled from units holds them, all live on the
part inside; such a grid says by its coordinate `covered_share` which share of each cell that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np

from geo_urban.errors import InputError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["COVERED_SHARE", "OuterCellRule", "inhabited_share", "require_outer_cell_rule", "says_what_it_covers"]

OuterCellRule: TypeAlias = Literal["cut", "keep"]
COVERED_SHARE = "covered_share"

# Outlines that were reprojected by another way are off by this share of a cell; the units mean the grid's own outline.
_SAME_OUTLINE = 1e-3
_WHOLE = 1e-9  # shares of neighbours that meet in a cell add up to one, within rounding


def says_what_it_covers(grid: xr.DataArray) -> bool:
    """Return whether a grid says which share of each cell its people live on."""
    return COVERED_SHARE in grid.coords and grid.coords[COVERED_SHARE].dims == ("y", "x")


def inhabited_share(
    inside: NDArray[np.float64], *, rule: OuterCellRule, covered: NDArray[np.floating] | None
) -> NDArray[np.float64]:
    """Return which share of each cell its people live on, 1 where they live on all of it or no unit reaches it.

    Parameters
    ----------
    inside
        Share of each cell that lies in units.
    rule
        ``"keep"`` if all people of a cell live in the units that reach it.
    covered
        What the grid itself says, missing where it holds nobody; None if it does not.
    """
    whole = (inside <= 0) | (inside >= 1 - _WHOLE)
    if rule == "keep":
        return np.where(whole, 1.0, inside)
    if covered is None:
        return np.ones_like(inside)
    # Units that cover more of a cell than the grid does hold all of its people, and no more.
    held = np.where(inside >= covered - _SAME_OUTLINE, np.minimum(inside, 1.0), covered)
    return np.where((covered > 0) & (covered < 1) & (inside > 0), held, 1.0)


def require_outer_cell_rule(rule: str) -> None:
    """Refuse what is no rule.

    Raises
    ------
    InputError
        If it is neither ``"cut"`` nor ``"keep"``.
    """
    if rule not in get_args(OuterCellRule):
        raise InputError(
            '`outer_cells` is {value}; cells that reach beyond all units are "cut" or "keep". Pass one of them.',
            value=repr(rule),
        )
