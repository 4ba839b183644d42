"""Colours of maps and layer files, safe for colour-blind readers.

The palettes are ColorBrewer's (Cynthia Brewer, Apache-2.0, see NOTICE).
"""

from __future__ import annotations

__all__ = ["NO_DATA", "diverging", "sequential"]

NO_DATA = "#d9d9d9"

# Seven steps each, dark to light to dark; the middle is the neutral colour.
_DIVERGING: dict[str, tuple[str, ...]] = {
    "brown_teal": ("#8c510a", "#d8b365", "#f6e8c3", "#f5f5f5", "#c7eae5", "#5ab4ac", "#01665e"),
    "red_blue": ("#b2182b", "#ef8a62", "#fddbc7", "#f7f7f7", "#d1e5f0", "#67a9cf", "#2166ac"),
}
# Seven steps each, light to dark.
_SEQUENTIAL: dict[str, tuple[str, ...]] = {
    "yellow_blue": ("#ffffcc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#0c2c84"),
    "purples": ("#f2f0f7", "#dadaeb", "#bcbddc", "#9e9ac8", "#807dba", "#6a51a3", "#4a1486"),
}


def diverging(below: int, above: int, *, name: str = "red_blue") -> tuple[str, ...]:
    """Return colours for `below` classes under the centre and `above` classes over it.

    At most three on each side; the darkest lie at the ends.

    Raises
    ------
    ValueError
        If a side has more than three classes, or the palette is unknown.

    Examples
    --------
    >>> diverging(1, 1)
    ('#b2182b', '#2166ac')
    """
    colors = _palette(_DIVERGING, name)
    most = len(colors) // 2
    if not (0 <= below <= most and 0 <= above <= most):
        message = f"a diverging palette has at most {most} classes on each side, got {below} and {above}"
        raise ValueError(message)
    return colors[:below] + colors[len(colors) - above :] if above else colors[:below]


def sequential(classes: int, *, name: str = "yellow_blue") -> tuple[str, ...]:
    """Return `classes` colours from light to dark.

    Raises
    ------
    ValueError
        If there are more than seven classes, fewer than one, or the palette is unknown.

    Examples
    --------
    >>> sequential(2)
    ('#ffffcc', '#0c2c84')
    """
    colors = _palette(_SEQUENTIAL, name)
    if not 1 <= classes <= len(colors):
        message = f"a sequential palette has 1 to {len(colors)} classes, got {classes}"
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
