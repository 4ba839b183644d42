"""Small pictures of classes: a PNG with a palette, the same bytes for the same cells."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["png_address", "png_of_classes"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3  # the kind of PNG whose pixels are numbers of colours
_UP = 2  # the filter that keeps what differs from the row above


def png_of_classes(numbers: NDArray[np.integer[Any]], colors: tuple[str, ...]) -> bytes:
    r"""Return a picture of class numbers.

    Parameters
    ----------
    numbers
        Shape ``(rows, columns)``; a negative number is drawn as nothing.
    colors
        ``#rrggbb`` of each class.

    Returns
    -------
    bytes
        PNG of one byte per pixel, whose first colour is transparent.

    Examples
    --------
    >>> png_of_classes(np.array([[0, -1]]), ("#ff0000",))[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    pixels = (np.maximum(numbers, -1) + 1).astype(np.uint8)
    rows, columns = pixels.shape
    palette = bytes(3) + b"".join(bytes.fromhex(color.removeprefix("#")) for color in colors)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, _PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", palette),
            _chunk(b"tRNS", b"\x00"),
            _chunk(b"IDAT", min((zlib.compress(rows, 9) for rows in _filtered(pixels)), key=len)),
            _chunk(b"IEND", b""),
        )
    )


def png_address(png: bytes) -> str:
    r"""Return a picture as an address that a page carries in itself.

    Examples
    --------
    >>> png_address(b"\x89PNG")
    'data:image/png;base64,iVBORw=='
    """
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _filtered(pixels: NDArray[np.uint8]) -> tuple[bytes, bytes]:
    """Return the rows as they are, and as what differs from the row above: few cells are as good as a pattern."""
    above = np.vstack([np.zeros_like(pixels[:1]), pixels[:-1]])
    return _with_filter(pixels, 0), _with_filter(pixels - above, _UP)


def _with_filter(rows: NDArray[np.uint8], kind: int) -> bytes:
    return np.hstack([np.full((len(rows), 1), kind, dtype=np.uint8), rows]).tobytes()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
