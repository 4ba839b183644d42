"""Compiled loops that find which units have a vertex, or a piece of border between two vertices, in common.

All vertices go once through a hash table. An entry holds the first vertex of its position and, as a list, one per
further unit that has it: the list is as long as units meet there, so the whole costs O(vertices).
"""

# Loops over arrays, compiled: many arguments and branches are the price of not allocating.
# ruff: noqa: C901

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_urban.spatial._compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["shared_pieces", "shared_vertices"]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def shared_vertices(
    coordinates: NDArray[np.float64], unit: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of units that have a vertex in common, the smaller number first; pairs may repeat.

    Parameters
    ----------
    coordinates
        Vertices, shape (m, 2).
    unit
        Unit of each, ascending.
    """
    x, y = _columns(coordinates)
    pairs = _vertex_pairs(x, y, unit.astype(np.int32), _bits(len(unit)))
    return pairs[:, 0], pairs[:, 1]


def shared_pieces(
    coordinates: NDArray[np.float64], unit: NDArray[np.int64], ring: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return pairs of units that have a piece of border in common, and which pieces have a partner.

    Parameters
    ----------
    coordinates
        Vertices, shape (m, 2).
    unit, ring
        Unit and ring of each vertex, ascending. Piece ``i`` runs from vertex ``i`` to ``i + 1`` where both are on
        one ring.

    Returns
    -------
    tuple
        The smaller and the larger number of each pair (pairs may repeat), and for each piece whether another unit
        has it too; true where there is no piece.
    """
    x, y = _columns(coordinates)
    pairs, matched = _piece_pairs(x, y, unit.astype(np.int32), ring.astype(np.int64), _bits(len(unit)))
    return pairs[:, 0], pairs[:, 1], matched


def _columns(coordinates: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Adding zero makes −0.0 and 0.0, which are one place, one pattern of bits.
    return np.ascontiguousarray(coordinates[:, 0]) + 0.0, np.ascontiguousarray(coordinates[:, 1]) + 0.0


def _bits(entries: int) -> int:
    return max(int(2 * entries).bit_length(), 4)


@compiled
def _mixed(first: Any, second: Any) -> Any:
    """Return a well-spread 64-bit number of two (SplitMix64's last step)."""
    mixed = first * _GOLDEN + second
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


@compiled
def _longer(pairs: Any) -> Any:
    grown = np.empty((2 * len(pairs), 2), np.int64)
    grown[: len(pairs)] = pairs
    return grown


@compiled
def _vertex_pairs(x: Any, y: Any, unit: Any, bits: int) -> Any:
    """Go through all vertices and note the units that were at each place before."""
    place_x, place_y = x.view(np.uint64), y.view(np.uint64)
    mask = np.uint64((1 << bits) - 1)
    table = np.full(1 << bits, -1, np.int32)  # first vertex at a place
    following = np.full(len(x), -1, np.int32)  # next vertex of another unit at the same place
    pairs = np.empty((1024, 2), np.int64)
    found = 0
    for i in range(len(x)):
        slot = _mixed(place_x[i], place_y[i]) & mask
        while True:
            other = table[slot]
            if other < 0:
                table[slot] = i
                break
            if place_x[other] != place_x[i] or place_y[other] != place_y[i]:
                slot = (slot + np.uint64(1)) & mask
                continue
            last = other
            while other >= 0 and unit[other] != unit[i]:
                last = other
                other = following[other]
            if other >= 0:  # this unit was here before
                break
            following[last] = i
            other = table[slot]
            while other != i:
                # Along a border the same two units meet at each vertex.
                if found == 0 or pairs[found - 1, 0] != unit[other] or pairs[found - 1, 1] != unit[i]:
                    if found == len(pairs):
                        pairs = _longer(pairs)
                    pairs[found, 0], pairs[found, 1] = unit[other], unit[i]
                    found += 1
                other = following[other]
            break
    return pairs[:found]


@compiled
def _piece_pairs(x: Any, y: Any, unit: Any, ring: Any, bits: int) -> Any:
    """Go through all pieces of border and note the units that had each before, in either direction."""
    place_x, place_y = x.view(np.uint64), y.view(np.uint64)
    mask = np.uint64((1 << bits) - 1)
    table = np.full(1 << bits, -1, np.int32)
    following = np.full(len(x), -1, np.int32)
    matched = np.ones(len(x), np.bool_)
    pairs = np.empty((1024, 2), np.int64)
    found = 0
    for i in range(len(x) - 1):
        if ring[i] != ring[i + 1] or (place_x[i] == place_x[i + 1] and place_y[i] == place_y[i + 1]):
            continue
        matched[i] = False
        # A sum does not tell which end comes first.
        ends = _mixed(place_x[i], place_y[i]) + _mixed(place_x[i + 1], place_y[i + 1])
        slot = _mixed(ends, np.uint64(0)) & mask
        while True:
            other = table[slot]
            if other < 0:
                table[slot] = i
                break
            same = (
                place_x[other] == place_x[i + 1]
                and place_y[other] == place_y[i + 1]
                and place_x[other + 1] == place_x[i]
                and place_y[other + 1] == place_y[i]
            ) or (
                place_x[other] == place_x[i]
                and place_y[other] == place_y[i]
                and place_x[other + 1] == place_x[i + 1]
                and place_y[other + 1] == place_y[i + 1]
            )
            if not same:
                slot = (slot + np.uint64(1)) & mask
                continue
            last = other
            while other >= 0 and unit[other] != unit[i]:
                last = other
                other = following[other]
            if other >= 0:
                matched[i] = matched[other]
                break
            following[last] = i
            matched[i] = True
            other = table[slot]
            while other != i:
                matched[other] = True
                if found == 0 or pairs[found - 1, 0] != unit[other] or pairs[found - 1, 1] != unit[i]:
                    if found == len(pairs):
                        pairs = _longer(pairs)
                    pairs[found, 0], pairs[found, 1] = unit[other], unit[i]
                    found += 1
                other = following[other]
            break
    return pairs[:found], matched
