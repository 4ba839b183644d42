"""Move layers between the datums met in China: WGS 84, CGCS2000, GCJ-02 and BD-09.

Inside this package everything is WGS 84. Which datum a layer is on follows from its *source* (Amap and Tencent publish
GCJ-02, Baidu BD-09, Tianditu and official surveys CGCS2000), never from where a point lies: the whole layer is moved or
none of it. A layer that does not say its datum is *unknown*; `detect_datum` measures it against a layer that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, nearest_name, require_crs, require_unique_index
from geo_urban.errors import AlignmentError, CRSMismatchError, DatumError, InputError
from geo_urban.messages import translate
from geo_urban.presentation import Field, Layer, Presentation
from geo_urban.spatial._datum_shifts import Datum, as_coordinates, from_wgs84_degrees, to_wgs84_degrees

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DATUMS",
    "Datum",
    "DatumFit",
    "datum_of",
    "declare_datum",
    "detect_datum",
    "from_wgs84",
    "require_same_datum",
    "to_wgs84",
]

Spatial = TypeVar("Spatial")

DATUMS: tuple[Datum, ...] = get_args(Datum)

_TAG = "datum"
_CGCS2000_NAMES = ("China 2000", "China Geodetic Coordinate System 2000")
_WGS84_ALIKE = ("World Geodetic System 1984", "Unknown based on WGS 84 ellipsoid", *_CGCS2000_NAMES)


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
    CRSMismatchError
        If `layer` is in a CRS of another datum (say, Beijing 1954) although `source` is GCJ-02 or BD-09.
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
    `declare_datum`) or a CRS on CGCS2000 (EPSG:4490, 4513 …) tells. Tags do not survive joins, so convert when
    reading and rely on that.

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
    if layer.crs is not None and layer.crs.datum is not None and layer.crs.datum.name in _CGCS2000_NAMES:
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DatumFit:
    """How well a layer lies on a reference under each datum it may be on.

    Parameters
    ----------
    datum
        The datum that fits, or ``"unknown"`` if none fits well enough or two fit alike.
    offset_m
        Offset from the reference that all units share under the best datum (length of the median vector) [m].
    residual_m
        Median distance of a unit from the reference under the best datum [m]; it also holds what the two layers
        draw differently.
    candidates
        Index ``datum``, best first; ``east_m``, ``north_m`` (median offset from the reference [m]), ``offset_m``
        (length of that vector), ``residual_m`` (median distance [m]).
    units
        Position of each unit used, on WGS 84 by the best datum, with ``east_m``, ``north_m``, ``residual_m`` of
        that datum.
    """

    datum: Datum | Literal["unknown"]
    offset_m: float
    residual_m: float
    candidates: pd.DataFrame
    units: gpd.GeoDataFrame

    def summary(self) -> pd.DataFrame:
        """Return each candidate's offset and what remains of it, the best first.

        Returns
        -------
        pandas.DataFrame
            A copy of `candidates`.
        """
        return self.candidates.copy()

    def layers(self) -> Presentation:
        """Return the remaining distance of each unit, for a map or a layer file.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of points.
        """
        fields = (
            Field(column="residual_m", label="Distance from the reference", unit="m", decimals=1),
            Field(column="east_m", label="Offset to the east", unit="m", decimals=1),
            Field(column="north_m", label="Offset to the north", unit="m", decimals=1),
        )
        units = self.units.assign(name=self.units.index.astype(str))
        layer = Layer(name="datum_fit", title="Fit of the datum", units=units, fields=fields)
        return Presentation(
            name="datum_fit",
            title="Fit of the datum",
            layers=(layer,),
            source="Figures given by the user.",
            method="Each candidate datum is converted to WGS 84; centroids of equal codes are compared.",
        )

    def __str__(self) -> str:
        if self.datum == "unknown":
            return translate(
                "The datum is unknown: even the best, {best}, leaves an offset of {offset:.0f} m.",
                best=self.candidates.index[0],
                offset=self.offset_m,
            )
        return translate(
            "The layer is on {datum}: {count} units share an offset of only {offset:.0f} m.",
            datum=self.datum,
            offset=self.offset_m,
            count=len(self.units),
        )


def detect_datum(
    units: gpd.GeoDataFrame | gpd.GeoSeries,
    reference: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    tolerance_m: float = 50.0,
) -> DatumFit:
    """Find the datum on which a layer fits a reference that is on WGS 84.

    Nothing in a GCJ-02 file says that it is one; it just lies half a kilometre off. Give the same units from a source
    whose datum is known, and the shift that brings the two together tells.

    Parameters
    ----------
    units
        Layer of unknown datum in longitude and latitude (or projected), on an index of codes.
    reference
        The same units on WGS 84, on the same codes; they may be drawn more coarsely. Codes that only one
        layer has are left out, as are units without geometry.
    tolerance_m
        Largest common offset [m] at which a datum counts as found. Units must also lie at least twice as close as
        under the next best; otherwise the answer is ``"unknown"``.

    Returns
    -------
    DatumFit
        ``datum``, ``offset_m``, ``residual_m``, all ``candidates`` and the distance of each unit.

    Raises
    ------
    AlignmentError
        If the layers share no code, or a code stands twice.
    MissingCRSError
        If a layer has no CRS.
    DatumError
        If `reference` is declared to be on another datum than WGS 84.

    Notes
    -----
    Compares centroids; medians keep units whose boundary changed from deciding. WGS 84 stands for CGCS2000 too:
    they differ by decimetres. Linear in the number of vertices.

    Examples
    --------
    >>> true = gpd.GeoSeries.from_xy([116.4, 121.5], [39.9, 31.2], index=["a", "b"], crs=4326)
    >>> detect_datum(from_wgs84(true, target="gcj02"), true).datum
    'gcj02'
    """
    shared = _shared_units(units, reference)
    aim = _positions(to_wgs84(reference.geometry.loc[shared], source="wgs84"))
    tries = {datum: _offsets(units.geometry.loc[shared], aim, datum) for datum in ("wgs84", "gcj02", "bd09")}
    offsets = {datum: each for datum, each in tries.items() if each is not None}
    medians = pd.DataFrame({datum: each.median() for datum, each in offsets.items()}).T.rename_axis("datum")
    medians.insert(2, "offset_m", np.hypot(medians["east_m"], medians["north_m"]))
    candidates = medians.sort_values("residual_m")
    best = candidates.index[0]
    offset_m, residuals = float(candidates["offset_m"].iloc[0]), candidates["residual_m"].to_numpy()
    clear = offset_m <= tolerance_m and (len(residuals) == 1 or 2 * residuals[0] <= residuals[1])
    return DatumFit(
        datum=cast("Datum", best) if clear else "unknown",
        offset_m=offset_m,
        residual_m=float(residuals[0]),
        candidates=candidates,
        units=gpd.GeoDataFrame(offsets[best], geometry=aim),
    )


def _shared_units(units: gpd.GeoDataFrame | gpd.GeoSeries, reference: gpd.GeoDataFrame | gpd.GeoSeries) -> pd.Index:
    for argument, layer in (("units", units), ("reference", reference)):
        require_crs(layer, argument=argument)
        require_unique_index(layer, argument=argument)
    drawn = [layer.index[~(layer.geometry.isna() | layer.geometry.is_empty)] for layer in (units, reference)]
    shared: pd.Index = drawn[0].intersection(drawn[1])
    if shared.empty:
        raise AlignmentError(
            "`units` and `reference` share no code ({first} …; {second} …), so their offset cannot be measured. "
            'Set the same codes as index, e.g. `units.set_index("code")`.',
            first=listed(drawn[0], most=2),
            second=listed(drawn[1], most=2),
        )
    return shared


def _positions(series: gpd.GeoSeries) -> gpd.GeoSeries:
    points = shapely.centroid(series.to_numpy())
    return gpd.GeoSeries(points, index=series.index, crs=4326)


def _offsets(units: gpd.GeoSeries, aim: gpd.GeoSeries, datum: Datum) -> pd.DataFrame | None:
    from pyproj import Geod

    try:
        found = _positions(to_wgs84(gpd.GeoSeries(units), source=datum))
    except DatumError:  # beyond the area of GCJ-02, or declared to be on another datum: no candidate
        return None
    azimuth, _, distance = Geod(ellps="WGS84").inv(aim.x, aim.y, found.x, found.y)
    angle = np.radians(azimuth)
    values = {"east_m": distance * np.sin(angle), "north_m": distance * np.cos(angle), "residual_m": distance}
    return pd.DataFrame(values, index=aim.index)


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
    shift = to_wgs84_degrees if inverse else from_wgs84_degrees
    if isinstance(layer, gpd.GeoDataFrame):
        moved: Any = layer.set_geometry(_moved_series(layer.geometry, other, inverse=inverse))
    elif isinstance(layer, gpd.GeoSeries):
        moved = _moved_series(layer, other, inverse=inverse)
    elif isinstance(layer, shapely.Geometry) or _holds_geometries(layer):
        return _moved_geometries(layer, other, inverse=inverse)
    else:
        return shift(as_coordinates(cast("ArrayLike", layer)), other)
    moved.attrs = {**layer.attrs, _TAG: "wgs84" if inverse else other}
    return moved


def _moved_series(series: gpd.GeoSeries, other: Datum, *, inverse: bool) -> gpd.GeoSeries:
    degrees = _in_degrees(series, other)
    values = _moved_geometries(degrees.to_numpy(), other, inverse=inverse)
    crs = 4490 if (other == "cgcs2000" and not inverse) else 4326
    return gpd.GeoSeries(values, index=series.index, crs=crs, name=series.name)


def _in_degrees(series: gpd.GeoSeries, datum: Datum) -> gpd.GeoSeries:
    if series.crs is None:
        return series
    degrees = series.crs.geodetic_crs
    if degrees.datum.name.startswith(_WGS84_ALIKE):
        # A projected GCJ-02 layer is GCJ-02 degrees projected as if they were WGS 84: undo just that.
        return series.to_crs(degrees) if series.crs.is_projected else series
    if datum in ("wgs84", "cgcs2000"):
        return series.to_crs(4326)
    raise CRSMismatchError(
        "the layer is in {crs}, a datum of its own; GCJ-02 and BD-09 are shifts of WGS 84. "
        "Reproject it first, e.g. `layer.to_crs(4326)`.",
        crs=series.crs.to_string(),
    )


def _holds_geometries(layer: object) -> bool:
    return isinstance(layer, np.ndarray) and layer.dtype == object


def _moved_geometries(geometries: object, other: Datum, *, inverse: bool) -> object:
    shift = to_wgs84_degrees if inverse else from_wgs84_degrees

    def on_vertices(vertices: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = shift(as_coordinates(vertices[:, :2]), other)
        return np.column_stack([moved, vertices[:, 2:]])

    flat = np.atleast_1d(np.asarray(geometries, dtype=object))
    tall = np.asarray(shapely.has_z(flat))
    result = flat.copy()
    result[~tall] = shapely.transform(flat[~tall], on_vertices)
    if tall.any():
        result[tall] = shapely.transform(flat[tall], on_vertices, include_z=True)
    return result[0] if isinstance(geometries, shapely.Geometry) else result
