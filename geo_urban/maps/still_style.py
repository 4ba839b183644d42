"""Look of still pictures, and their files: PNG at 300 dots per inch and SVG, the same bytes for the same picture."""

from __future__ import annotations

import io
import logging
import textwrap
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from geo_urban.maps.fonts import chinese_font
from geo_urban.outputs import replace_when_done

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    from geo_urban.typing import FilePath

__all__ = [
    "BOTTOM_INCHES",
    "INK",
    "QUIET",
    "TOP_INCHES",
    "new_figure",
    "save_both_sizes",
    "save_still",
    "small_picture",
    "styled",
    "wrapped",
]

INK = "#1f2933"
QUIET = "#52606d"
TOP_INCHES = 0.5  # room for the title
BOTTOM_INCHES = 0.45  # room for the source
_DPI = 300
_DOTS_TO_ONE = 4  # a small picture has 75 dots per inch
_RUNS = 3  # zlib's strategy of run lengths
_LATIN_FONT = "DejaVu Sans"  # comes with matplotlib
_FIRST_WIDE = 0x2E80  # signs from here on are as wide as high


@contextmanager
def styled() -> Iterator[None]:
    """Draw with fonts that have the signs of both languages; what the user has set for matplotlib stays as it is."""
    import matplotlib as mpl

    chinese = chinese_font()
    ours: Any = {
        "font.family": [_LATIN_FONT, *([chinese] if chinese else [])],
        "axes.unicode_minus": True,
        "axes.edgecolor": QUIET,
        "hatch.linewidth": 0.5,
        "svg.hashsalt": "geo_urban",  # else every run gives other names to the same parts
    }
    names = logging.getLogger("matplotlib.font_manager")
    told = names.level
    # Chinese fonts often come in one weight; that a title is not bold then is no news.
    names.setLevel(logging.ERROR)
    try:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(ours)
            yield
    finally:
        names.setLevel(told)


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches. It knows nothing of pyplot: no window, no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def save_still(figure: Figure, path: FilePath) -> tuple[Path, Path]:
    """Write a figure as PNG (300 dots per inch) and SVG beside each other.

    Parameters
    ----------
    figure
        Figure of `still_map`, `still_bars` or `still_scatter`.
    path
        File name without its ending, or with either; the folder is made if needed.

    Returns
    -------
    tuple of Path
        The PNG and the SVG.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    return _saved(figure, _printed(figure), path)


def save_both_sizes(figure: Figure, path: FilePath) -> bytes:
    """Write a figure as `save_still` does, and return what `small_picture` makes of it, without reading it again.

    Parameters
    ----------
    figure
        Figure of `still_map`, `still_bars` or `still_scatter`.
    path
        File name without its ending, or with either.

    Returns
    -------
    bytes
        A PNG of 75 dots per inch.

    Raises
    ------
    OutputError
        If the files cannot be written.
    """
    printed = _printed(figure)
    _saved(figure, printed, path)
    return _small(printed)


def _saved(figure: Figure, printed: Image.Image, path: FilePath) -> tuple[Path, Path]:
    base = Path(path)
    stem = base.with_suffix("") if base.suffix.lower() in {".png", ".svg"} else base
    png, svg = stem.with_name(stem.name + ".png"), stem.with_name(stem.name + ".svg")
    with replace_when_done(png) as temporary:
        temporary.write_bytes(_png(printed, dpi=_DPI))
    with replace_when_done(svg) as temporary, styled():
        figure.savefig(temporary, format="svg", metadata={"Date": None, "Creator": None})
    return png, svg


def small_picture(png: FilePath) -> bytes:
    """Return a picture for print as a small PNG for a page: each dot the mean of a square of printed ones.

    Parameters
    ----------
    png
        Picture that `save_still` wrote.

    Returns
    -------
    bytes
        A PNG of 75 dots per inch.
    """
    from PIL import Image

    with Image.open(png) as printed:
        return _small(printed)


def _small(printed: Image.Image) -> bytes:
    return _png(printed.reduce(_DOTS_TO_ONE), dpi=_DPI // _DOTS_TO_ONE)


def _printed(figure: Figure) -> Image.Image:
    """Return the figure at 300 dots per inch."""
    from PIL import Image

    with styled():
        figure.canvas.draw()
    # Every figure of `new_figure` has this canvas; drawing once and encoding it ourselves takes half of `savefig`.
    canvas = cast("FigureCanvasAgg", figure.canvas)
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # type: ignore[no-untyped-call]


def _png(picture: Image.Image, *, dpi: int) -> bytes:
    target = io.BytesIO()
    # Areas of one colour are runs: looking for those alone is faster than looking for all that repeats, and as small.
    picture.save(target, format="PNG", dpi=(dpi, dpi), compress_type=_RUNS)
    return target.getvalue()


def wrapped(text: str, width: int) -> str:
    r"""Return a text broken into lines of at most `width` Latin signs; a Chinese sign counts two.

    Examples
    --------
    >>> wrapped("one two three", 8)
    'one two\nthree'
    >>> wrapped("城市人口变化", 6)
    '城市人\n口变化'
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _broken(paragraph, width) if _wide(paragraph) else textwrap.wrap(paragraph, width) or [""]
    return "\n".join(lines)


def _wide(text: str) -> bool:
    return any(ord(sign) >= _FIRST_WIDE for sign in text)


def _broken(text: str, width: int) -> list[str]:
    lines, line, room = [], "", width
    for sign in text:
        need = 2 if ord(sign) >= _FIRST_WIDE else 1
        if need > room:
            lines.append(line)
            line, room = "", width
        line += sign
        room -= need
    return [*lines, line] if line else lines
