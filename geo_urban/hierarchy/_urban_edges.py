"""Compiled loops that smooth the edges of urban centres and fill their gaps.

Both look only where something can change: at the neighbours of the cells that joined in the last pass, and at the
land that a centre encloses, given up as soon as it proves too large to be a gap.
"""

# Loops over arrays, compiled: many arguments and branches are the price of not allocating.
# ruff: noqa: C901, PLR0912

from __future__ import annotations

from typing import Any

import numpy as np

from geo_urban.hierarchy._urban_runs import BLOCKED, NEUTRAL
from geo_urban.spatial._compiled import compiled

__all__ = ["cells_of_runs", "gaps_of", "label_runs", "smooth"]

# Marks of a cell while gaps are looked for.
_DONE, _INSIDE, _SEEN, _OUTSIDE = 1, 2, 4, 8
# Neighbours: those that share a side first.
_DOWN = np.array([-1, 0, 0, 1, -1, -1, 1, 1])
_RIGHT = np.array([0, -1, 1, 0, -1, 1, -1, 1])


@compiled
def label_runs(labels: Any, first: Any, start: Any, stop: Any, cluster: Any, chosen: Any) -> None:
    """Write the number of their cluster, from 1, into the cells of chosen runs."""
    for row in range(len(first) - 1):
        for run in range(first[row], first[row + 1]):
            if chosen[run]:
                labels[row, start[run] : stop[run]] = cluster[run] + 1


@compiled
def cells_of_runs(first: Any, start: Any, stop: Any, chosen: Any, width: int) -> Any:
    """Return the numbers of the cells of chosen runs, row by row."""
    length = 0
    for run in range(len(start)):
        if chosen[run]:
            length += stop[run] - start[run]
    cells = np.empty(length, dtype=np.int64)
    place = 0
    for row in range(len(first) - 1):
        for run in range(first[row], first[row + 1]):
            if chosen[run]:
                for column in range(start[run], stop[run]):
                    cells[place] = np.int64(row) * width + column
                    place += 1
    return cells


@compiled
def _grown(cells: Any) -> Any:
    larger = np.empty(2 * len(cells), dtype=np.int64)
    larger[: len(cells)] = cells
    return larger


@compiled
def _beside_runs(labels: Any, flags: Any, mark: Any, runs: Any, barred: int) -> Any:
    """Return the cells beside chosen runs that may join a centre, each once, row by row."""
    first, start, stop, chosen = runs
    height, width = labels.shape
    found = np.empty(1024, dtype=np.int64)
    number = 0
    for row in range(height):
        begun = number
        for other in range(max(row - 1, 0), min(row + 2, height)):
            for run in range(first[other], first[other + 1]):
                if not chosen[run]:
                    continue
                for column in range(max(start[run] - 1, 0), min(stop[run] + 1, width)):
                    if labels[row, column] == 0 and mark[row, column] == 0 and not flags[row, column] & barred:
                        mark[row, column] = 1
                        if number == len(found):
                            found = _grown(found)
                        found[number] = np.int64(row) * width + column
                        number += 1
        for place in range(begun, number):
            mark[row, found[place] - np.int64(row) * width] = 0
    return found[:number]


@compiled
def _candidates(labels: Any, flags: Any, mark: Any, added: Any, barred: int) -> Any:
    """Return the cells beside those added last that may join a centre, each once."""
    height, width = labels.shape
    found = np.empty(max(1024, len(added)), dtype=np.int64)
    number = 0
    for cell in added:
        row, column = cell // width, cell % width
        for side in range(8):
            down, right = row + _DOWN[side], column + _RIGHT[side]
            if down < 0 or right < 0 or down >= height or right >= width:
                continue
            if labels[down, right] == 0 and mark[down, right] == 0 and not flags[down, right] & barred:
                mark[down, right] = 1
                if number == len(found):
                    found = _grown(found)
                found[number] = down * width + right
                number += 1
    for place in range(number):
        mark[found[place] // width, found[place] % width] = 0
    return found[:number]


@compiled
def _centre_beside(labels: Any, flags: Any, row: int, column: int, beside: Any) -> tuple[int, int, int]:
    """Return the centre most neighbours lie in, how many do, and how many neighbours count.

    A neighbour beyond the edge of the grid counts: it may be land. Of two centres with as many, the one that begins
    further north-west; with the published shares there are none. `beside` is room for eight labels.
    """
    height, width = labels.shape
    counted, inside, alike = 0, 0, True
    for side in range(8):
        down, right = row + _DOWN[side], column + _RIGHT[side]
        if down < 0 or right < 0 or down >= height or right >= width:
            counted += 1
            continue
        label = labels[down, right]
        if label > 0:
            beside[inside] = label
            alike = alike and label == beside[0]
            inside += 1
            counted += 1
        elif not flags[down, right] & NEUTRAL:
            counted += 1
    best, most = beside[0], inside
    if not alike:
        most = 0
        for place in range(inside):
            same = 0
            for other in range(inside):
                same += beside[other] == beside[place]
            if same > most or (same == most and beside[place] < best):
                best, most = beside[place], same
    return best, most, counted


@compiled
def smooth(labels: Any, flags: Any, mark: Any, runs: Any, fewest: int, share: float) -> Any:
    """Let cells join the centre that most of their neighbours lie in, pass by pass, until none does.

    `runs` are those of all centres: first run of each row, starts, stops, and which are chosen. `fewest` neighbours
    must lie in it (R2022A), or if that is negative more than `share` of those that count (R2023A).
    Returns the cells that joined; `labels` is changed. All cells of a pass are judged before any of them joins.
    """
    width = labels.shape[1]
    barred = BLOCKED if fewest < 0 else 0  # water may join by the older rule
    joined = np.empty(1024, dtype=np.int64)
    number = 0
    beside = np.zeros(8, dtype=np.int32)
    candidates = _beside_runs(labels, flags, mark, runs, barred)
    while len(candidates):
        chosen = np.empty(len(candidates), dtype=np.int32)
        kept = 0
        for cell in candidates:
            best, most, counted = _centre_beside(labels, flags, cell // width, cell % width, beside)
            if (fewest >= 0 and most >= max(fewest, 1)) or (fewest < 0 and most > share * counted):
                candidates[kept] = cell
                chosen[kept] = best
                kept += 1
        added = candidates[:kept].copy()
        for place in range(kept):
            cell = added[place]
            labels[cell // width, cell % width] = chosen[place]
            if number == len(joined):
                joined = _grown(joined)
            joined[number] = cell
            number += 1
        candidates = _candidates(labels, flags, mark, added, barred)
    return joined[:number].copy()


@compiled
def _part(labels: Any, mark: Any, seed: int) -> Any:
    """Return the cells that hang together with a cell by their sides and lie in its centre, and mark them."""
    height, width = labels.shape
    label = labels[seed // width, seed % width]
    part = np.empty(1024, dtype=np.int64)
    part[0] = seed
    mark[seed // width, seed % width] |= _INSIDE
    reached, number = 0, 1
    while reached < number:
        row, column = part[reached] // width, part[reached] % width
        reached += 1
        for side in range(4):
            down, right = row + _DOWN[side], column + _RIGHT[side]
            if down < 0 or right < 0 or down >= height or right >= width:
                continue
            if labels[down, right] == label and not mark[down, right] & _INSIDE:
                mark[down, right] |= _INSIDE
                if number == len(part):
                    part = _grown(part)
                part[number] = down * width + right
                number += 1
    return part[:number]


@compiled
def _enclosed(mark: Any, seed: int, most: int, sides: int, touched: Any, number: int) -> tuple[bool, Any, int]:
    """Flood what is not in the part from a cell on; return whether it is a gap of at most `most` cells.

    The cells flooded are appended to `touched`, which is returned with its new length.
    """
    height, width = mark.shape
    if number == len(touched):
        touched = _grown(touched)
    touched[number] = seed
    mark[seed // width, seed % width] |= _SEEN
    begun, reached, gap = number, number, True
    number += 1
    while reached < number and gap:
        row, column = touched[reached] // width, touched[reached] % width
        reached += 1
        for side in range(sides):
            down, right = row + _DOWN[side], column + _RIGHT[side]
            if down < 0 or right < 0 or down >= height or right >= width:
                gap = False
                break
            state = mark[down, right]
            if state & _OUTSIDE:
                gap = False
                break
            if state & (_INSIDE | _SEEN):
                continue
            mark[down, right] |= _SEEN
            if number == len(touched):
                touched = _grown(touched)
            touched[number] = down * width + right
            number += 1
        if number - begun > most:
            gap = False
    if not gap:
        for place in range(begun, number):
            mark[touched[place] // width, touched[place] % width] |= _OUTSIDE
    return gap, touched, number


@compiled
def gaps_of(labels: Any, mark: Any, cells: Any, most: int, sides: int) -> Any:
    """Return the cells without a centre in gaps of at most `most` cells, each gap enclosed by one centre.

    `cells` are those of all centres. A gap's size counts all that it holds, other centres too. `mark` is all zero
    before and after.
    """
    height, width = labels.shape
    filled = np.empty(1024, dtype=np.int64)
    number = 0
    touched = np.empty(1024, dtype=np.int64)
    for seed in cells:
        if mark[seed // width, seed % width] & _DONE:
            continue
        part = _part(labels, mark, seed)
        length = 0
        for cell in part:
            row, column = cell // width, cell % width
            for side in range(4):
                down, right = row + _DOWN[side], column + _RIGHT[side]
                if down < 0 or right < 0 or down >= height or right >= width:
                    continue
                if mark[down, right] & (_INSIDE | _SEEN):
                    continue
                begun = length
                gap, touched, length = _enclosed(mark, down * width + right, most, sides, touched, length)
                if gap:
                    for place in range(begun, length):
                        cell_in = touched[place]
                        if labels[cell_in // width, cell_in % width] == 0:
                            if number == len(filled):
                                filled = _grown(filled)
                            filled[number] = cell_in
                            number += 1
        for place in range(length):
            mark[touched[place] // width, touched[place] % width] &= _DONE
        for cell in part:
            mark[cell // width, cell % width] = _DONE
    for cell in cells:
        mark[cell // width, cell % width] = 0
    return filled[:number].copy()
