"""Move layers between the datums met in China: WGS 84, CGCS2000, GCJ-02 and BD-09.

Inside this package everything is WGS 84. Which datum a layer is on follows from its *source* (Amap and Tencent publish
GCJ-02, Baidu BD-09, Tianditu and official surveys CGCS2000), never from where a point lies: the whole layer is moved or
none of it. A layer that does not say its datum is *unknown*; `detect_datum` measures it against a layer that is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import geopandas as gpd
import numpy as np
import shapely

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import CRSMismatchError, DatumError, InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["DATUMS", "Datum", "datum_of", "declare_datum", "from_wgs84", "require_same_datum", "to_wgs84"]

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
Spatial = TypeVar("Spatial")

DATUMS: tuple[Datum, ...] = get_args(Datum)

# The rectangle for which the offset was published (degrees); outside it GCJ-02 has no meaning.
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271

# Krasovsky 1940, the ellipsoid on which the offset in metres is turned into degrees.
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323

# The offset changes by less than 1 % of a step, so each pass gains two digits: six passes end below a nanometre.
# A fixed number, not a tolerance over the batch: a vertex must come out the same whatever else is converted with it.
_GCJ02_PASSES = 6
_BD09_PASSES = 10

_BD09_FREQUENCY = np.pi * 3000.0 / 180.0
_TAG = "datum"


def to_wgs84(layer: Spatial, *, source: Datum) -> Spatial:
    """Return a layer or coordinates on WGS 84.

    Say where the layer comes from and every vertex is moved, or none: no vertex is exempted because of where it lies,
    so units that share a border still share it afterwards, bit by bit.

    Parameters
    ----------
    layer
        GeoDataFrame, GeoSeries, shapely geometry or array of geometries in longitude and latitude (a projected layer
        is first brought back to degrees), or an array of coordinates of shape ``(..., 2)``: longitude, latitude
        [degree]. Missing and empty geometries stay as they are; heights are kept.
    source
        Datum of `layer`: ``"gcj02"`` (Amap, Tencent), ``"bd09"`` (Baidu), ``"cgcs2000"`` (Tianditu, official
        surveys) or ``"wgs84"``.

    Returns
    -------
    same type as `layer`
        A new object on the same index; a frame or series is in EPSG:4326 and tagged ``attrs["datum"] = "wgs84"``.

    Raises
    ------
    DatumError
        If `layer` is tagged with another datum than `source` (it would be moved twice), or has points outside the
        area for which GCJ-02 is defined.
    InputError
        If `source` is no datum, or coordinates are not longitude and latitude.

    Notes
    -----
    GCJ-02 has a published direction only, from WGS 84; its inverse is found by fixed-point iteration and
    returns to the start within a micrometre. CGCS2000 and WGS 84 agree within decimetres (they differ by plate motion
    since the year 2000), so their coordinates are passed through unchanged. Linear in the number of vertices.

    Examples
    --------
    >>> to_wgs84([[116.403, 39.915]], source="gcj02").round(5).tolist()
    [[116.39676, 39.9136]]
    """
    known = _known_datum(source)
    _refuse_other_tag(layer, known)
    return cast("Spatial", _moved(layer, known, inverse=True))


def from_wgs84(layer: Spatial, *, target: Datum) -> Spatial:
    """Return a WGS 84 layer or coordinates on another datum, e.g. to lie over a web map that is not on WGS 84.

    For display only: the shift of GCJ-02 and BD-09 bends shapes and areas, so nothing should be measured on the result.

    Parameters
    ----------
    layer
        As in `to_wgs84`, on WGS 84.
    target
        Datum wanted: ``"gcj02"``, ``"bd09"``, ``"cgcs2000"`` or ``"wgs84"``.

    Returns
    -------
    same type as `layer`
        A new object; a frame or series is tagged ``attrs["datum"] = target``. CGCS2000 comes in EPSG:4490, the others
        keep the label EPSG:4326, for GCJ-02 and BD-09 have no code of their own.

    Raises
    ------
    DatumError
        If `layer` is tagged with another datum than WGS 84, or has points outside the area of GCJ-02.
    InputError
        If `target` is no datum, or coordinates are not longitude and latitude.

    Examples
    --------
    >>> from_wgs84([[116.39676, 39.9136]], target="gcj02").round(5).tolist()
    [[116.403, 39.915]]
    """
    known = _known_datum(target)
    _refuse_other_tag(layer, "wgs84")
    return cast("Spatial", _moved(layer, known, inverse=False))


def datum_of(layer: gpd.GeoDataFrame | gpd.GeoSeries) -> Datum | Literal["unknown"]:
    """Return the datum a layer is declared to be on, or ``"unknown"``.

    EPSG:4326 alone proves nothing: GCJ-02 files carry it too. Only a tag (set by `to_wgs84`, `from_wgs84` and
    `declare_datum`) or EPSG:4490 tells. Tags do not survive joins, so convert when reading and rely on that.

    Parameters
    ----------
    layer
        Any frame or series with geometry.

    Returns
    -------
    str
        One of `DATUMS`, or ``"unknown"``.

    Examples
    --------
    >>> datum_of(gpd.GeoSeries.from_xy([116.4], [39.9], crs=4326))
    'unknown'
    """
    tag = layer.attrs.get(_TAG)
    if tag in DATUMS:
        return cast("Datum", tag)
    if layer.crs is not None and layer.crs.to_epsg() == 4490:  # noqa: PLR2004 - EPSG code of CGCS2000
        return "cgcs2000"
    return "unknown"


def declare_datum(layer: Spatial, datum: Datum) -> Spatial:
    """Return a copy of a layer tagged with its datum; no coordinate changes.

    Parameters
    ----------
    layer
        GeoDataFrame or GeoSeries.
    datum
        What its source says it is on.

    Returns
    -------
    same type as `layer`
        Tagged copy.

    Raises
    ------
    InputError
        If `datum` is no datum.

    Examples
    --------
    >>> datum_of(declare_datum(gpd.GeoSeries.from_xy([116.4], [39.9], crs=4326), "gcj02"))
    'gcj02'
    """
    tagged: Any = cast("Any", layer).copy()
    tagged.attrs[_TAG] = _known_datum(datum)
    return cast("Spatial", tagged)


def require_same_datum(**layers: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    """Raise if layers are declared to be on different datums; layers of unknown datum pass.

    Parameters
    ----------
    **layers
        Layers by the name of the argument that holds them.

    Raises
    ------
    DatumError
        Naming each layer and its datum.

    Examples
    --------
    >>> points = gpd.GeoSeries.from_xy([116.4], [39.9], crs=4326)
    >>> require_same_datum(units=points, places=declare_datum(points, "wgs84"))
    """
    declared = {name: datum_of(layer) for name, layer in layers.items()}
    # CGCS2000 and WGS 84 agree within decimetres: together they are one datum here.
    kinds = {"wgs84" if datum == "cgcs2000" else datum for datum in declared.values()} - {"unknown"}
    if len(kinds) > 1:
        raise DatumError(
            "the layers are on different datums ({datums}), hundreds of metres apart; joined, units would take their "
            'neighbors\' values. Bring each to WGS 84 first, e.g. `to_wgs84(layer, source="gcj02")`.',
            datums=listed(f"{name}: {datum}" for name, datum in declared.items()),
        )


def _known_datum(name: str) -> Datum:
    for known in DATUMS:
        if name == known:
            return known
    raise InputError(
        "{name!r} is no datum known here; known are {known}. Did you mean {near!r}?",
        name=name,
        known=listed(DATUMS),
        near=nearest_name(name.lower().replace("-", ""), DATUMS) or "wgs84",
    )


def _refuse_other_tag(layer: object, expected: Datum) -> None:
    if not isinstance(layer, gpd.GeoDataFrame | gpd.GeoSeries):
        return
    found = datum_of(layer)
    if found in ("unknown", expected) or {found, expected} == {"wgs84", "cgcs2000"}:
        return
    raise DatumError(
        "this layer is already declared to be on {found}, not on {expected}; converting it would shift it twice. "
        "Use it as it is, or correct its tag with `declare_datum(layer, {expected!r})`.",
        found=found,
        expected=expected,
    )


def _moved(layer: object, other: Datum, *, inverse: bool) -> object:
    shift = _inverse if inverse else _forward
    if isinstance(layer, gpd.GeoDataFrame):
        moved: Any = layer.set_geometry(_moved_series(layer.geometry, other, inverse=inverse))
    elif isinstance(layer, gpd.GeoSeries):
        moved = _moved_series(layer, other, inverse=inverse)
    elif isinstance(layer, shapely.Geometry) or _holds_geometries(layer):
        return _moved_geometries(layer, other, inverse=inverse)
    else:
        return shift(_coordinates(cast("ArrayLike", layer)), other)
    moved.attrs = {**layer.attrs, _TAG: "wgs84" if inverse else other}
    return moved


def _moved_series(series: gpd.GeoSeries, other: Datum, *, inverse: bool) -> gpd.GeoSeries:
    degrees = _in_degrees(series)
    values = _moved_geometries(degrees.to_numpy(), other, inverse=inverse)
    crs = 4490 if (other == "cgcs2000" and not inverse) else 4326
    return gpd.GeoSeries(values, index=series.index, crs=crs, name=series.name)


def _in_degrees(series: gpd.GeoSeries) -> gpd.GeoSeries:
    if series.crs is None or series.crs.to_epsg() in (4326, 4490):
        return series
    if series.crs.is_projected:
        # A projected GCJ-02 layer is GCJ-02 degrees that were projected as if they were WGS 84: undo just that.
        return series.to_crs(series.crs.geodetic_crs).set_crs(4326, allow_override=True)
    raise CRSMismatchError(
        "the layer is in {crs}, a datum of its own; GCJ-02 and BD-09 are shifts of WGS 84. "
        "Reproject it first, e.g. `layer.to_crs(4326)`.",
        crs=series.crs.to_string(),
    )


def _holds_geometries(layer: object) -> bool:
    return isinstance(layer, np.ndarray) and layer.dtype == object


def _moved_geometries(geometries: object, other: Datum, *, inverse: bool) -> object:
    shift = _inverse if inverse else _forward

    def on_vertices(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = shift(_coordinates(vertices[:, :2]), other)
        return np.column_stack([moved, vertices[:, 2:]])

    flat = np.atleast_1d(np.asarray(geometries, dtype=object))
    tall = np.asarray(shapely.has_z(flat))
    result = flat.copy()
    result[~tall] = shapely.transform(flat[~tall], on_vertices)
    if tall.any():
        result[tall] = shapely.transform(flat[tall], on_vertices, include_z=True)
    return result[0] if isinstance(geometries, shapely.Geometry) else result


def _coordinates(values: ArrayLike) -> NDArray[np.float64]:
    coordinates = np.asarray(values, dtype=np.float64)
    if coordinates.ndim == 0 or coordinates.shape[-1] != 2:  # noqa: PLR2004 - longitude and latitude
        raise InputError(
            "coordinates must have the shape (..., 2), longitude then latitude; got {shape}. "
            "Stack them, e.g. `np.column_stack([lon, lat])`.",
            shape=coordinates.shape,
        )
    beyond = (np.abs(coordinates[..., 0]) > 180) | (np.abs(coordinates[..., 1]) > 90)  # noqa: PLR2004 - degrees
    if beyond.any():
        raise InputError(
            "{count} coordinates are no longitude and latitude, e.g. {example}; datums are shifted in degrees. "
            "Give longitude first, or a layer that declares its projection.",
            count=int(np.count_nonzero(beyond)),
            example=coordinates[beyond][0].tolist(),
        )
    return coordinates


def _forward(coordinates: NDArray[np.float64], target: Datum) -> NDArray[np.float64]:
    if target in ("wgs84", "cgcs2000"):
        return coordinates.copy()
    _require_defined(coordinates)
    return _on_distinct(coordinates, _gcj02_from_wgs84 if target == "gcj02" else _bd09_from_wgs84)


def _inverse(coordinates: NDArray[np.float64], source: Datum) -> NDArray[np.float64]:
    if source in ("wgs84", "cgcs2000"):
        return coordinates.copy()
    _require_defined(coordinates)
    return _on_distinct(coordinates, _wgs84_from_gcj02 if source == "gcj02" else _wgs84_from_bd09)


def _require_defined(coordinates: NDArray[np.float64]) -> None:
    lon, lat = coordinates[..., 0], coordinates[..., 1]
    outside = (lon < _WEST) | (lon > _EAST) | (lat < _SOUTH) | (lat > _NORTH)
    if outside.any():
        raise DatumError(
            "{count} of {total} points lie outside the area for which GCJ-02 is defined, e.g. {example}; such a layer "
            'is not on GCJ-02 as a whole. Split it by source, or say `source="wgs84"`.',
            count=int(np.count_nonzero(outside)),
            total=outside.size,
            example=coordinates[outside][0].tolist(),
        )


def _on_distinct(coordinates: NDArray[np.float64], shift: Any) -> NDArray[np.float64]:
    # Neighbors share their vertices, so half the work falls away; and one vertex cannot come out in two ways.
    packed = np.ascontiguousarray(coordinates).view(np.complex128).ravel()
    distinct, place = np.unique(packed, return_inverse=True)
    moved = shift(distinct.real, distinct.imag)
    result: NDArray[np.float64] = np.column_stack(moved)[place].reshape(coordinates.shape)
    return result


Pair = tuple["NDArray[np.float64]", "NDArray[np.float64]"]


def _gcj02_from_wgs84(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    east, north = _gcj02_offset(lon, lat)
    return lon + east, lat + north


def _wgs84_from_gcj02(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    true_lon, true_lat = lon, lat
    for _ in range(_GCJ02_PASSES):
        east, north = _gcj02_offset(true_lon, true_lat)
        true_lon, true_lat = lon - east, lat - north
    return true_lon, true_lat


def _gcj02_offset(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    """Return the offset of GCJ-02 from WGS 84 [degree]: polynomials and waves in metres around 105° E, 35° N."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * (x + y) + 0.1 * root + (ripple + _waves(x, 20, 40, 150, 300)) / 1.5
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (ripple + _waves(y, 20, 40, 160, 320)) / 1.5
    phi = np.radians(lat)
    w2 = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_radius = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / (w2 * np.sqrt(w2))
    parallel_radius = _SEMI_MAJOR_M / np.sqrt(w2) * np.cos(phi)
    return np.degrees(east_m / parallel_radius), np.degrees(north_m / meridian_radius)


def _waves(t: NDArray[np.float64], first: int, second: int, third: int, fourth: int) -> NDArray[np.float64]:
    angle = np.pi * t
    short: NDArray[np.float64] = first * np.sin(angle) + second * np.sin(angle / 3.0)
    short += third * np.sin(angle / 12.0) + fourth * np.sin(angle / 30.0)
    return short


def _bd09_from_wgs84(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    return _bd09_from_gcj02(*_gcj02_from_wgs84(lon, lat))


def _wgs84_from_bd09(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    gcj_lon, gcj_lat = lon, lat
    for _ in range(_BD09_PASSES):
        bd_lon, bd_lat = _bd09_from_gcj02(gcj_lon, gcj_lat)
        gcj_lon, gcj_lat = gcj_lon - (bd_lon - lon), gcj_lat - (bd_lat - lat)
    return _wgs84_from_gcj02(gcj_lon, gcj_lat)


def _bd09_from_gcj02(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD09_FREQUENCY)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD09_FREQUENCY)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
