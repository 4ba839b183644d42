"""Moving averages of a population grid, for variants of the rules that smooth people before they look for clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_urban.hierarchy._urban_inputs import strips
from geo_urban.hierarchy._urban_runs import BLOCKED, NEUTRAL, Runs, joined, runs_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_urban.hierarchy._urban_inputs import Inputs

__all__ = ["flag_averages", "moving_average"]


def flag_averages(
    inputs: Inputs,
    flags: NDArray[np.uint16],
    cells: tuple[float, float | None, int],
    bit: int,
    *,
    neutral: float | None,
) -> Runs:
    """Flag cells whose averaged density or own built-up share reaches a threshold, and return their runs.

    Parameters
    ----------
    inputs
        The grids.
    flags
        Flags of all cells; the bit is set.
    cells
        Density, built-up share (None for no such rule) and width of the moving average.
    bit
        The bit.
    neutral
        Where edges are smoothed on the averages too, the share of land under which cells without people do not count;
        else None.
    """
    density, built_share, window = cells
    shape = (inputs.shape.height, inputs.shape.width)
    people, land, built = np.empty(shape), np.empty(shape), np.full(shape, np.nan)
    for strip in strips(inputs):
        people[strip.rows] = strip.people * inputs.scales[0]
        whole = np.where(np.isnan(strip.people), np.nan, 1.0)
        land[strip.rows] = whole if inputs.land is None else strip.land / inputs.scales[1]
        if inputs.built is not None:
            built[strip.rows] = strip.built / inputs.scales[2]
    with np.errstate(divide="ignore", invalid="ignore"):
        averaged = moving_average(people / land / inputs.scales[3], window)
        member = averaged >= density
        if built_share is not None:
            member |= np.floor(built / land * 1000 + 0.5) / 1000 >= built_share
    flags[member] |= np.uint16(bit)
    residents = moving_average(people, window)
    if neutral is not None:
        open_water = (flags & BLOCKED).astype(bool) | ((land < neutral) & (residents == 0))
        flags[open_water] |= np.uint16(NEUTRAL)
        flags[~open_water] &= np.uint16(~NEUTRAL & 0xFFFF)
    return joined([runs_of(flags, residents, 1.0, bit)])


def moving_average(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return the mean of the cells with a value in a square window around each cell; missing where there is none.

    Examples
    --------
    >>> moving_average(np.array([[1.0, 5.0, np.nan]]), 3)
    array([[3., 3., 5.]])
    """
    reach = window // 2
    padded = np.pad(values, reach, constant_values=np.nan)
    total, number = np.zeros(values.shape), np.zeros(values.shape, dtype=np.int32)
    height, width = values.shape
    for down in range(window):
        for right in range(window):
            part = padded[down : down + height, right : right + width]
            known = ~np.isnan(part)
            total[known] += part[known]
            number += known
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / number
