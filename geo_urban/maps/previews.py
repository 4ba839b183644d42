"""Still pictures of map pages, drawn as SVG by ourselves: small, without any script, for places that run none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import escape

from geo_urban.maps.page_words import said
from geo_urban.maps.rasters import raster_payload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from geo_urban.maps.payload import Payload
    from geo_urban.presentation import Raster

    Points = NDArray[np.floating[Any]]

__all__ = ["MOST_BYTES", "preview_svg"]

MOST_BYTES = 60_000  # as base64 a third more
_FINENESS = (1000, 600, 360, 220, 140)  # steps across the map, until the picture is small enough
_MAP, _SIDE, _HEAD, _MARGIN = 560, 220, 40, 12
_FEWEST_POINTS = 2
_FLATTEST, _TALLEST = 0.45, 1.15
_RASTER_PIXELS = 400
_RADIUS_M = 6371007.2  # as in projection.js


def preview_svg(payload: Payload, rasters: tuple[Raster, ...] = ()) -> str:
    """Return a still picture of what a page shows first.

    Parameters
    ----------
    payload
        What the page carries.
    rasters
        The grids of its presentation; those that are on at first are drawn.

    Returns
    -------
    str
        SVG with title, map and legend. Lines are coarser the more there are, to stay within `MOST_BYTES`; thousands of
        units take somewhat more.
    """
    cells = _raster_payloads(payload, rasters)
    place = 0
    text = _svg(payload, cells, _FINENESS[place])
    while len(text) > MOST_BYTES and place < len(_FINENESS) - 1:
        # The next step saves about a third; what is much too long takes two at once.
        place = min(place + (2 if len(text) > 2 * MOST_BYTES else 1), len(_FINENESS) - 1)
        text = _svg(payload, cells, _FINENESS[place])
    return text


# --- places -----------------------------------------------------------------------------------------------------------


def _plane(cone: Mapping[str, float] | None) -> Callable[[Points], Points]:
    """Return how degrees (longitude, latitude) become metres on the page, as projection.js has it."""

    def mercator(places: Points) -> Points:
        longitude, latitude = np.radians(places[:, 0]), np.radians(np.clip(places[:, 1], -85, 85))
        return np.column_stack([longitude, np.log(np.tan(np.pi / 4 + latitude / 2))]) * 6378137.0

    def albers(places: Points) -> Points:
        assert cone is not None  # noqa: S101 - chosen below
        south, north = np.radians(cone["south"]), np.radians(cone["north"])
        n = (np.sin(south) + np.sin(north)) / 2
        c = np.cos(south) ** 2 + 2 * n * np.sin(south)
        rho = np.sqrt(np.maximum(0, c - 2 * n * np.sin(np.radians(places[:, 1])))) / n
        rho0 = np.sqrt(np.maximum(0, c - 2 * n * np.sin(np.radians(cone["latitude"])))) / n
        theta = n * np.radians(places[:, 0] - cone["longitude"])
        return np.column_stack([rho * np.sin(theta), rho0 - rho * np.cos(theta)]) * _RADIUS_M

    return mercator if cone is None else albers


def _decoded(flat: list[int], grid: int, *, steps: bool) -> Points:
    places = np.asarray(flat, dtype=float).reshape(-1, 2)
    return (np.cumsum(places, axis=0) if steps else places) / grid


def _raster_payloads(payload: Payload, rasters: tuple[Raster, ...]) -> list[dict[str, Any]]:
    (south, west), (north, east) = payload["bounds"]
    within = None if payload["gridsOnly"] else (west, south, east, north)
    return [
        raster_payload(raster, cone=payload["equalArea"], within=within, most=_RASTER_PIXELS)
        for raster in rasters
        if raster.visible
    ]


# --- the picture ------------------------------------------------------------------------------------------------------


def _svg(payload: Payload, cells: list[dict[str, Any]], steps: int) -> str:
    project = _plane(payload["equalArea"])
    arcs = [project(_decoded(arc, payload["grid"], steps=True)) for arc in payload["arcs"]]
    extent = _extent(payload, arcs, cells)
    height = round(_MAP * min(max((extent[3] - extent[1]) / (extent[2] - extent[0]), _FLATTEST), _TALLEST))
    metres = max((extent[2] - extent[0]) / steps, (extent[3] - extent[1]) / (steps * height / _MAP))
    origin = np.array([(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2])
    middle = np.array([steps / 2, steps * height / _MAP / 2])

    def placed(points: Points) -> NDArray[np.int64]:
        there: NDArray[np.int64] = np.rint((points - origin) / metres * (1, -1) + middle).astype(np.int64)
        return there

    small = [placed(arc) for arc in arcs]
    scale = _MAP / steps
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_MAP + _SIDE} {height + _HEAD}" font-size="13"',
        ' font-family="system-ui,sans-serif" fill="#1f2933"><rect width="100%" height="100%" fill="#fff"/>',
        f'<rect y="{_HEAD}" width="{_MAP}" height="{height}" fill="#f3f5f7"/>',
        f'<text x="{_MARGIN}" y="25" font-size="16" font-weight="600">{_said(payload, payload["title"])}</text>',
        f'<g transform="translate(0 {_HEAD}) scale({scale:.6g})">',
        *(_cells_image(raster, placed) for raster in cells),
        *_layers(payload, small, project, placed, colored=not cells, scale=scale),
        "</g>",
        *_legend(payload, cells),
        "</svg>",
    ]
    return "".join(parts)


def _extent(payload: Payload, arcs: list[Points], cells: list[dict[str, Any]]) -> tuple[float, float, float, float]:
    corners = [np.asarray(raster["box"], dtype=float) for raster in cells] if payload["gridsOnly"] else []
    places = [*arcs, *corners]
    if not places:
        (south, west), (north, east) = payload["bounds"]
        frame = np.array([[west, south], [west, north], [east, south], [east, north]])
        places = [_plane(payload["equalArea"])(frame)]
    (west, south), (east, north) = np.vstack(places).min(axis=0), np.vstack(places).max(axis=0)
    beyond = 0.03 * max(east - west, north - south, 1.0)
    return float(west - beyond), float(south - beyond), float(east + beyond), float(north + beyond)


def _cells_image(raster: dict[str, Any], placed: Callable[[Points], NDArray[np.int64]]) -> str:
    (left, bottom), (right, top) = placed(np.asarray(raster["box"], dtype=float))
    return (
        f'<image x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated" href="{raster["picture"]}"/>'
    )


def _main(payload: Payload) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the layer, the field and the classes that the page shows first."""
    layers = payload["layers"]
    usual = next(number for number, layer in enumerate(layers) if layer["indicators"] and not layer["over"])
    place = payload.get("shown") or [usual, 0, None]
    layer = layers[place[0]]
    fields = layer["indicators"][place[1]]["fields"]
    field = layer["fields"][fields[-1 if place[2] is None else place[2]]]
    return layer, field, field["classifications"][0]


def _layers(
    payload: Payload,
    arcs: list[NDArray[np.int64]],
    project: Callable[[Points], Points],
    placed: Callable[[Points], NDArray[np.int64]],
    *,
    colored: bool,
    scale: float,
) -> Iterator[str]:
    main, _, classes = _main(payload)
    for layer in [main, *(layer for layer in payload["layers"] if layer["over"] and layer["visible"])]:
        own = classes if layer is main else _first_classes(layer)
        shapes = [
            _drawn_shape(layer, shape, arcs, payload["grid"], project, placed, scale) for shape in layer["shapes"]
        ]
        of = own["of"] if own else "-" * len(shapes)
        for sign in dict.fromkeys(of):
            path = "".join(shape for shape, each in zip(shapes, of, strict=True) if each == sign)
            if path:
                fill = _color(own, sign, payload["noData"]) if own else "none"
                yield _path(path, layer, fill if colored or layer is not main else "none", scale=scale)


def _first_classes(layer: dict[str, Any]) -> dict[str, Any] | None:
    if not layer["indicators"]:
        return None
    found: dict[str, Any] = layer["fields"][layer["indicators"][0]["fields"][0]]["classifications"][0]
    return found


def _color(classes: dict[str, Any], sign: str, no_data: str) -> str:
    return no_data if sign == "-" else str(classes["colors"][int(sign, 36)])


def _path(path: str, layer: dict[str, Any], fill: str, *, scale: float) -> str:
    line = layer["kind"] == "line"
    stroke = fill if line and fill != "none" else "#1f2933" if layer["over"] else "#7b8794"
    width = (2.0 if line else 1.0 if layer["over"] else 0.4) / scale
    inside = "none" if line else fill
    return f'<path d="{path}" fill="{inside}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width:.3g}"/>'


def _drawn_shape(
    layer: dict[str, Any],
    shape: list[Any],
    arcs: list[NDArray[np.int64]],
    grid: int,
    project: Callable[[Points], Points],
    placed: Callable[[Points], NDArray[np.int64]],
    scale: float,
) -> str:
    if layer["kind"] == "polygon":
        rings = (
            np.vstack([arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]) for part in shape for ring in part
        )
        return "".join(outline + "z" for ring in rings if (outline := _outline(ring)))
    parts = [placed(project(_decoded(flat, grid, steps=False))) for flat in shape]
    if layer["kind"] == "line":
        return "".join(_outline(part) for part in parts)
    radius = round(4 / scale)
    return "".join(
        f"M{x - radius} {y}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0z"
        for part in parts
        for x, y in part
    )


def _outline(points: NDArray[np.int64]) -> str:
    """Return a line as steps between the points that differ; nothing if it has shrunk to less than a line."""
    kept = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
    if len(kept) < _FEWEST_POINTS:
        return ""
    steps = " ".join(map(str, np.diff(kept, axis=0).ravel().tolist())).replace(" -", "-")
    return f"M{kept[0, 0]} {kept[0, 1]}l{steps}"


# --- words ------------------------------------------------------------------------------------------------------------


def _said(payload: Payload, text: Any) -> str:
    return str(escape(said(text, payload["language"])))


def _legend(payload: Payload, cells: list[dict[str, Any]]) -> Iterator[str]:
    _, field, classes = _main(payload)
    y = _HEAD + 20
    for heading, words in [(cell, cell) for cell in cells] or [(field, classes)]:
        unit = _said(payload, heading["unit"])
        yield f'<text x="{_MAP + _MARGIN}" y="{y}" font-weight="600">{_said(payload, heading["label"])}</text>'
        lines = [unit] if unit else []
        lines += [_said(payload, payload["words"]["modelled, not counted"])] if heading["modelled"] else []
        for line in lines:
            y += 17
            yield f'<text x="{_MAP + _MARGIN}" y="{y}" font-size="11" fill="#52606d">{line}</text>'
        rows = [*zip(words["colors"], words["labels"], strict=True)]
        if words.get("missing"):
            rows.append((payload["noData"], payload["words"]["no data"]))
        for color, label in rows:
            y += 20
            yield f'<rect x="{_MAP + _MARGIN}" y="{y - 11}" width="22" height="14" fill="{color}" stroke="#7b8794"/>'
            yield f'<text x="{_MAP + _MARGIN + 30}" y="{y}">{_said(payload, label)}</text>'
        y += 30
