"""Colours of maps and layer files, safe for colour-blind readers.

Scales are ColorBrewer's (Cynthia Brewer, Apache-2.0, see NOTICE); colours of kinds are those of Okabe and Ito, who
chose them for colour-blind readers, and a few more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HOT_COLD", "LOCAL_MORAN", "NO_DATA", "PALETTES", "QUALITATIVE", "diverging", "sequential", "spread"]

NO_DATA = "#d9d9d9"

LOCAL_MORAN = {
    "high-high": "#ca0020",
    "low-low": "#0571b0",
    "low-high": "#92c5de",
    "high-low": "#f4a582",
    "not significant": "#f7f7f7",
    "isolate": "#a6a6a6",
}
"""Fixed colours of local Moran's classes: strong for alike neighbors, pale for unlike ones."""

HOT_COLD = ("#b2182b", "#ef8a62", "#fddbc7", "#f7f7f7", "#d1e5f0", "#67a9cf", "#2166ac")
"""Fixed colours from the surest hot spot over what is not significant to the surest cold spot."""

# The seven colours of Okabe and Ito (2008), "Color Universal Design", and three more that stay apart from them.
QUALITATIVE = (
    "#56b4e9",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#0072b2",
    "#f0e442",
    "#d55e00",
    "#b2df8a",
    "#3b0f70",
    "#8b4513",
)
"""Colours of kinds that have no order."""

# Dark to light to dark; the middle is the neutral colour. The wider ones part more than three classes on a side.
_DIVERGING: dict[str, tuple[str, ...]] = {
    "brown_teal": ("#8c510a", "#d8b365", "#f6e8c3", "#f5f5f5", "#c7eae5", "#5ab4ac", "#01665e"),
    "red_blue": ("#b2182b", "#ef8a62", "#fddbc7", "#f7f7f7", "#d1e5f0", "#67a9cf", "#2166ac"),
}
_WIDE_DIVERGING: dict[str, tuple[str, ...]] = {
    "brown_teal": (
        "#543005", "#8c510a", "#bf812d", "#dfc27d", "#f6e8c3", "#f5f5f5",
        "#c7eae5", "#80cdc1", "#35978f", "#01665e", "#003c30",
    ),
    "red_blue": (
        "#67001f", "#b2182b", "#d6604d", "#f4a582", "#fddbc7", "#f7f7f7",
        "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061",
    ),
}  # fmt: skip
# Light to dark.
_SEQUENTIAL: dict[str, tuple[str, ...]] = {
    "yellow_blue": ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"),
    "purples": ("#f2f0f7", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#4a1486"),
}
_WIDE_SEQUENTIAL: dict[str, tuple[str, ...]] = {
    "yellow_blue": (
        "#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58",
    ),
    "purples": (
        "#fcfbfd", "#efedf5", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#54278f", "#3f007d",
    ),
}  # fmt: skip

PALETTES = (*_SEQUENTIAL, *_DIVERGING)
"""Names of the palettes: those from light to dark, then those from dark over light to dark."""


def diverging(below: int, above: int, *, name: str = "red_blue", neutral: bool = False) -> tuple[str, ...]:
    """Return colours for `below` classes under the centre and `above` classes over it.

    At most five on each side; the darkest lie at the ends. Up to three a side have the same colours in every map.

    Parameters
    ----------
    below, above
        Classes on each side of the centre.
    name
        ``"red_blue"`` or ``"brown_teal"``.
    neutral
        Whether one more class lies on the centre, in a colour that belongs to no side.

    Raises
    ------
    ValueError
        If a side has more than five classes, or the palette is unknown.

    Examples
    --------
    >>> diverging(1, 1)
    ('#b2182b', '#2166ac')
    """
    colors = _palette(_DIVERGING, name)
    if max(below, above) > len(colors) // 2:
        colors = _palette(_WIDE_DIVERGING, name)
    most = len(colors) // 2
    if not (0 <= below <= most and 0 <= above <= most):
        message = f"a diverging palette has at most {most} classes on each side, got {below} and {above}"
        raise ValueError(message)
    middle = colors[most : most + 1] if neutral else ()
    return (*colors[:below], *middle, *colors[len(colors) - above :])


def sequential(classes: int, *, name: str = "yellow_blue") -> tuple[str, ...]:
    """Return `classes` colours from light to dark.

    Raises
    ------
    ValueError
        If there are more than nine classes, fewer than one, or the palette is unknown.

    Examples
    --------
    >>> sequential(2)
    ('#ffffcc', '#0c2c84')
    """
    colors = _palette(_SEQUENTIAL, name)
    if classes > len(colors):
        colors = _palette(_WIDE_SEQUENTIAL, name)
    if not 1 <= classes <= len(colors):
        message = f"a sequential palette has 1 to {len(colors)} classes, got {classes}"
        raise ValueError(message)
    return spread(colors, classes)


def spread(colors: Sequence[str], classes: int) -> tuple[str, ...]:
    """Return `classes` of the colours, evenly taken from first to last; the middle one for a single class.

    Raises
    ------
    ValueError
        If there are fewer colours than classes.

    Examples
    --------
    >>> spread(["#ffffff", "#888888", "#000000"], 2)
    ('#ffffff', '#000000')
    """
    if len(colors) < classes:
        message = f"{classes} classes need as many colors, got {len(colors)}"
        raise ValueError(message)
    if classes == 1:
        return (colors[len(colors) // 2],)
    last = len(colors) - 1
    return tuple(colors[round(step * last / (classes - 1))] for step in range(classes))


def _palette(known: dict[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    if name not in known:
        message = f"unknown palette {name!r}; known: {', '.join(known)}"
        raise ValueError(message)
    return known[name]
