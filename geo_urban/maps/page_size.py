"""How large a page may become: what is simplified further, what the reader is told, and what would cure it."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

from geo_urban.errors import GeoUrbanWarning
from geo_urban.maps.drawing import TOLERANCE_DEGREES, simplified, vertices
from geo_urban.maps.payload import map_payload, payload_json

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.maps.drawing import Simplify
    from geo_urban.maps.payload import Payload
    from geo_urban.messages import Language
    from geo_urban.presentation import Presentation
    from geo_urban.wording import Figures

__all__ = ["LARGE_BYTES", "MOST_BYTES", "payload_within", "warn_if_large"]

LARGE_BYTES = 10_000_000
"""Pages above this are warned about: mail and phones refuse them."""
MOST_BYTES = 25_000_000
"""Pages above this get coarser borders, unless the caller chose them."""

_BYTES_PER_NUMBER = 8
_COARSER = (0.016, 0.032, 0.064, 0.128)  # tolerances tried in turn [degrees]
_METRES_PER_DEGREE = 111_320


def payload_within(
    presentation: Presentation,
    *,
    language: Language | None,
    figures: Figures,
    simplify: Simplify = None,
    most: int = MOST_BYTES,
) -> Payload:
    """Return the payload of a page that is not too large for a browser.

    Parameters
    ----------
    presentation
        What to show.
    language, figures
        As in `map_payload`.
    simplify
        As in `geo_urban.maps.drawing.simplified`. Where the caller chose, nothing is simplified further.
    most
        Bytes above which borders are simplified further, step by step.

    Returns
    -------
    dict
        As `map_payload` returns it.

    Warns
    -----
    GeoUrbanWarning
        If borders had to be simplified further, saying by how much.
    """
    shown = simplified(presentation, simplify=simplify)
    payload = map_payload(shown, language=language, figures=figures)
    if simplify is not None or (before := _size(payload, most)) <= most:
        return payload
    size, reached = before, TOLERANCE_DEGREES
    for former, tolerance in pairwise((TOLERANCE_DEGREES, *_COARSER)):
        count = _count(shown)
        shown = simplified(shown, simplify=tolerance)
        payload = map_payload(shown, language=language, figures=figures)
        size, reached = _size(payload, most), tolerance
        if size <= most or _count(shown) > 0.95 * count:
            reached = tolerance if size <= most else former
            break
    warnings.warn(
        GeoUrbanWarning(
            "the page would take {before} MB, so its borders were simplified further, by up to {metres} m; it takes "
            "{after} MB. Layer files keep every vertex. To decide yourself, pass `simplify=` a tolerance in degrees, "
            "or `False`.",
            before=_megabytes(before),
            after=_megabytes(size),
            metres=round(reached * _METRES_PER_DEGREE, -1),
        ),
        stacklevel=3,
    )
    return payload


def _count(presentation: Presentation) -> int:
    return sum(vertices(layer.units.geometry.dropna()) for layer in presentation.layers)


def _size(payload: Payload, most: int) -> int:
    """Return how many bytes the payload takes; zero, without writing it, where that is far below `most`."""
    numbers = sum(len(arc) for arc in payload["arcs"])
    for layer in payload["layers"]:
        numbers += len(layer["codes"]) * sum(4 + len(field.get("classifications", ())) for field in layer["fields"])
        if layer["kind"] != "polygon":
            numbers += sum(len(part) for shape in layer["shapes"] for part in shape)
    return len(payload_json(payload).encode()) if numbers * _BYTES_PER_NUMBER > most else 0


def warn_if_large(size: int, path: Path, payload: Payload | None) -> None:
    """Warn about a page that takes more than ten megabytes, and say what would make it smaller.

    Parameters
    ----------
    size
        Bytes of the page.
    path
        Where it is written.
    payload
        What it carries, if it is one of our pages.

    Warns
    -----
    GeoUrbanWarning
        If the page is large.
    """
    if size <= LARGE_BYTES:
        return
    borders = 0
    if payload is not None:
        borders = sum(len(str(arc).replace(" ", "")) for arc in payload["arcs"])
        borders += sum(len(str(layer["shapes"]).replace(" ", "")) for layer in payload["layers"])
    warnings.warn(
        GeoUrbanWarning(
            "`{path}` takes {size} MB, of which borders take {borders} MB: slow on a phone, and too large for most "
            "mail. Draw coarser borders, e.g. `simplify=0.02`, or show fewer units or figures.",
            path=str(path),
            size=_megabytes(size),
            borders=_megabytes(borders),
        ),
        stacklevel=3,
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
