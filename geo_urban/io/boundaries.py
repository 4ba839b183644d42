"""Read boundaries: any polygon file GDAL knows, onto a text code index in WGS 84."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, cast

import geopandas as gpd
import pandas as pd
import shapely

from geo_urban.checks import existing_file, listed, nearest_name, require_columns
from geo_urban.errors import (
    AlignmentError,
    CRSMismatchError,
    DataSourceError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    MissingColumnsError,
    MissingCRSError,
    raise_faults,
)
from geo_urban.io.codes import text_codes
from geo_urban.io.columns import recognize_columns
from geo_urban.spatial.datum import DATUMS, datum_of, declare_datum, to_wgs84

if TYPE_CHECKING:
    from pathlib import Path

    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_urban.spatial.datum import Datum
    from geo_urban.typing import FilePath

__all__ = ["read_boundaries"]

WGS84 = 4326
POLYGONS = ("Polygon", "MultiPolygon")
# Where Chinese web maps shift coordinates, so that an undeclared datum matters: west, south, east, north.
SHIFTED_REGION = (73.0, 3.0, 136.0, 54.0)
EDGE_OF_THE_EARTH = (-180.5, -90.5, 180.5, 90.5)


def read_boundaries(
    path: FilePath,
    *,
    code: str | None = None,
    name: str | None = None,
    layer: str | None = None,
    datum: str | None = None,
    crs: str | int | None = None,
    repair: bool = False,
) -> gpd.GeoDataFrame:
    """Read boundaries of units from any vector file, onto a text code index in WGS 84.

    Everything that would spoil a join or a map later is looked for now and reported together: codes, datum,
    coordinates, empty and invalid polygons.

    Parameters
    ----------
    path
        File or folder GDAL opens (GeoPackage, FileGDB, Shapefile, GeoJSON, FlatGeobuf, KML …) or GeoParquet.
    code
        Column of unit codes; by default recognised by name and content.
    name
        Column of names; by default recognised. It becomes the column ``name``.
    layer
        Layer of the file; by default the only one with polygons.
    datum
        Datum of the coordinates: ``"wgs84"``, ``"cgcs2000"``, ``"gcj02"`` (Amap, Tencent) or ``"bd09"`` (Baidu);
        GCJ-02 and BD-09 are converted. None means unknown: coordinates are taken as they are, and a layer in China
        is warned about, because EPSG:4326 is written on shifted files too.
    crs
        CRS to declare where the file has none, e.g. ``4490``. A file that has one keeps its own.
    repair
        Whether polygons that cross themselves are repaired instead of refused.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``code`` (text, unique); ``name`` where known, the file's other columns, ``geometry`` (polygons,
        EPSG:4326). ``attrs["datum"]`` is ``"wgs84"``, or missing where the datum is unknown; ``attrs["code_column"]``
        and ``attrs["name_column"]`` tell which columns were taken.

    Raises
    ------
    DataSourceError
        If there is no such file, GDAL cannot read it, or it is empty.
    InputError
        If the layer is not there or several could be meant, codes are missing or broken, or `datum` is no datum.
    MissingColumnsError
        If `code` or `name` is not there, or no column can be recognised as the code.
    MissingCRSError
        If neither the file nor `crs` says the CRS.
    CRSMismatchError
        If coordinates cannot be in the CRS the file declares.
    DatumError
        If `datum` contradicts the file's CRS.
    AlignmentError
        If a code stands twice.
    GeometryError
        If geometries are missing, empty, no polygons, or invalid (unless `repair`).

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from shapely import box
    >>> made_up = gpd.GeoDataFrame({"code": ["01"], "name": ["East"]}, geometry=[box(10, 50, 11, 51)], crs=4326)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "units.gpkg"
    ...     made_up.to_file(file)
    ...     read_boundaries(file)["name"].to_dict()
    {'01': 'East'}
    """
    file = existing_file(path, argument="boundaries")
    frame = _read(file, layer)
    frame = _with_crs(frame, crs, file)
    code = code or _recognized_code(frame, file)
    require_columns(frame, [code, *([name] if name else [])], argument="boundaries")
    codes = text_codes(frame[code], argument=f"boundaries.{code}")
    units = frame.set_axis(pd.Index(codes.to_numpy(), name="code"), axis=0)
    raise_faults(_faults(units, file, repair=repair))
    if repair:
        units = _repaired(units)
    name = name or recognize_columns(pd.DataFrame(units.drop(columns=[units.geometry.name, code]))).name
    tidy = _in_wgs84(_tidy(units, code, name), datum, file)
    tidy.attrs |= {"code_column": code, "name_column": name}
    return tidy


def _read(file: Path, layer: str | None) -> gpd.GeoDataFrame:
    if file.suffix.lower() in {".parquet", ".geoparquet"}:
        return _read_geoparquet(file)
    import pyogrio
    from pyogrio.errors import DataSourceError as GDALError

    try:
        found = pyogrio.list_layers(file)
        chosen = _chosen_layer({str(title): kind for title, kind in found}, layer, file)
        # GDAL warns of what it mends itself (unclosed rings, odd dates); what it cannot mend is looked for afterwards.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(file, layer=chosen, encoding=_encoding(file))
    except (GDALError, UnicodeDecodeError) as error:
        raise DataSourceError(
            "`boundaries`: {path} is not a vector file GDAL can read ({reason}). Give a GeoPackage, FileGDB, "
            "Shapefile, GeoJSON or another vector format; `geo-urban doctor` lists the formats.",
            path=str(file),
            reason=str(error).splitlines()[0].rstrip("."),
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise DataSourceError(
            "`boundaries`: {path} has a table but no geometry. Give the file with the polygons; figures without "
            "polygons are the panel.",
            path=str(file),
        )
    if frame.empty:
        raise DataSourceError(
            "`boundaries`: {path} holds no features. Check that it is the right file.", path=str(file)
        )
    return frame


def _read_geoparquet(file: Path) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise DataSourceError(
            "`boundaries`: {path} is no GeoParquet. Write it with geopandas `to_parquet`, or give another format.",
            path=str(file),
        ) from error
    return frame.reset_index() if frame.index.name is not None else frame


def _chosen_layer(layers: dict[str, str | None], layer: str | None, file: Path) -> str:
    if layer is not None:
        if layer in layers:
            return layer
        raise InputError(
            "`boundaries`: {path} has no layer `{layer}`; it has {layers}. Did you mean `{near}`?",
            path=str(file),
            layer=layer,
            layers=listed(layers, most=12),
            near=nearest_name(layer, list(layers)) or next(iter(layers), ""),
        )
    areal = [title for title, kind in layers.items() if kind and ("Polygon" in kind or kind == "Unknown")]
    if len(areal) == 1:
        return areal[0]
    if areal:
        raise InputError(
            '`boundaries`: {path} has several polygon layers ({layers}). Say which, e.g. `layer = "{first}"`.',
            path=str(file),
            layers=listed(areal, most=12),
            first=areal[0],
        )
    raise GeometryError(
        "`boundaries`: {path} has no polygon layer; it has {layers}. Units need areas: give the file with polygons.",
        path=str(file),
        layers=listed((f"{title} ({kind})" for title, kind in layers.items()), most=12),
    )


def _encoding(file: Path) -> str | None:
    """Return the encoding of a Shapefile that does not tell: GB 18030 where UTF-8 cannot be."""
    table = file.with_suffix(".dbf")
    if file.suffix.lower() != ".shp" or file.with_suffix(".cpg").exists() or not table.exists():
        return None
    content = table.read_bytes()
    for encoding in ("utf-8", "gb18030"):
        try:
            content[32:].decode(encoding)  # the first 32 bytes are binary: date and counts
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _with_crs(frame: gpd.GeoDataFrame, crs: str | int | None, file: Path) -> gpd.GeoDataFrame:
    if frame.crs is None and crs is not None:
        from pyproj.exceptions import CRSError

        try:
            frame = frame.set_crs(crs)
        except CRSError as error:
            raise InputError(
                "`crs` = {crs} is no coordinate reference system. Give an EPSG code, e.g. `crs = 4490`.", crs=crs
            ) from error
    if frame.crs is None:
        raise MissingCRSError(
            "`boundaries`: {path} does not say its coordinate reference system, so its coordinates mean nothing. "
            "If you know it, say it: `crs = 4490` under [boundaries] (CGCS2000; 4326 is WGS 84), or "
            "`read_boundaries(…, crs=4490)`.",
            path=str(file),
        )
    _require_plausible(frame, frame.crs, file)
    return frame


def _require_plausible(frame: gpd.GeoDataFrame, crs: CRS, file: Path) -> None:
    bounds = frame.geometry.total_bounds
    if not crs.is_geographic or not shapely.box(*bounds).is_valid:
        return
    west, south, east, north = EDGE_OF_THE_EARTH
    if bounds[0] < west or bounds[2] > east or bounds[1] < south or bounds[3] > north:
        raise CRSMismatchError(
            "`boundaries`: {path} declares {crs}, whose unit is the degree, but its coordinates reach {x:,.0f}, "
            "{y:,.0f}. They are in metres, or latitude stands before longitude: declare the right CRS in the file and "
            "export it again.",
            path=str(file),
            crs=crs.to_string(),
            x=float(bounds[2]),
            y=float(bounds[3]),
        )


def _recognized_code(frame: gpd.GeoDataFrame, file: Path) -> str:
    found = recognize_columns(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
    if found.code is not None:
        return found.code
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    raise MissingColumnsError(
        "no column of `boundaries` ({path}) is plainly the code of the units; it has {known}. "
        'Name it, e.g. `code = "{guess}"`.',
        path=str(file),
        known=listed(columns, most=12) or "–",
        guess=next(iter([*found.candidates["code"], *columns]), "code"),
    )


def _faults(units: gpd.GeoDataFrame, file: Path, *, repair: bool) -> list[InputError]:
    """Return every fault of codes and geometries, so that they are cured in one go."""
    faults: list[InputError] = []
    twice = units.index[units.index.duplicated()].unique()
    if len(twice):
        faults.append(
            AlignmentError(
                "`boundaries` has {codes} more than once in {path}, so a join would count them twice. Dissolve the "
                'parts of a unit into one, e.g. `boundaries.dissolve("code")`, or name another code column.',
                codes=listed(twice),
                path=str(file),
            )
        )
    geometry = units.geometry
    absent = geometry.isna() | geometry.is_empty
    if absent.any():
        faults.append(
            GeometryError(
                "`boundaries` has no geometry for {codes}; a unit without a place cannot be joined or drawn. "
                "Draw it or delete the row in {path}.",
                codes=listed(units.index[absent]),
                path=str(file),
            )
        )
    present = geometry[~absent]
    other = ~present.geom_type.isin(POLYGONS)
    if other.any():
        faults.append(
            GeometryError(
                "`boundaries` must hold polygons; {codes} are {found} in {path}. Pick the right layer of the file.",
                codes=listed(present.index[other]),
                found=listed(present[other].geom_type.unique()),
                path=str(file),
            )
        )
    invalid = ~present.is_valid
    if invalid.any() and not repair:
        faults.append(
            GeometryError(
                "`boundaries` has {count} invalid polygons (they cross themselves): {codes}. Areas and joins would be "
                "wrong. Repair them in your GIS, or set `repair = true` under [boundaries] (`read_boundaries(…, "
                "repair=True)`).",
                count=int(invalid.sum()),
                codes=listed(present.index[invalid]),
            )
        )
    return faults


def _repaired(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    invalid = ~units.geometry.is_valid
    if not invalid.any():
        return units
    geometry = units.geometry.copy()
    geometry[invalid] = gpd.GeoSeries(
        [_areal_part(shape) for shape in shapely.make_valid(geometry[invalid].to_numpy())],
        index=geometry.index[invalid],
        crs=units.crs,
    )
    warnings.warn(
        GeoUrbanWarning(
            "`boundaries`: {count} invalid polygons were repaired: {codes}.",
            count=int(invalid.sum()),
            codes=listed(units.index[invalid]),
        ),
        stacklevel=3,
    )
    return units.set_geometry(geometry)


def _areal_part(shape: BaseGeometry) -> BaseGeometry:
    if shape.geom_type in POLYGONS:
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type in POLYGONS])


def _tidy(units: gpd.GeoDataFrame, code: str, name: str | None) -> gpd.GeoDataFrame:
    """Return the units with ``name`` first, ``geometry`` last and flat, and the code only in the index."""
    shapes = gpd.GeoSeries(shapely.force_2d(units.geometry.to_numpy()), index=units.index, crs=units.crs)
    table = pd.DataFrame(units.drop(columns=units.geometry.name))
    if name is not None and name != code:
        names = table[name].astype("string").str.strip().fillna("").astype(object)
        table = table.drop(columns=[column for column in {name, "name"} if column in table.columns])
        table.insert(0, "name", names)
    return gpd.GeoDataFrame(table.drop(columns=[code], errors="ignore"), geometry=shapes, crs=units.crs)


def _in_wgs84(units: gpd.GeoDataFrame, datum: str | None, file: Path) -> gpd.GeoDataFrame:
    if datum is not None and datum not in DATUMS:
        raise InputError(
            "`datum` = {datum} is no datum known here; known are {known}. Did you mean `{near}`?",
            datum=datum,
            known=listed(DATUMS),
            near=nearest_name(datum.lower().replace("-", ""), DATUMS) or "wgs84",
        )
    if datum in ("gcj02", "bd09"):
        return to_wgs84(units, source=cast("Datum", datum))
    declared = datum is not None or datum_of(units) != "unknown" or not _shifts_are_made_here(units)
    converted = units.to_crs(WGS84)
    if declared:
        return declare_datum(converted, "wgs84")
    warnings.warn(
        GeoUrbanWarning(
            "`boundaries`: {path} does not say its datum; its coordinates are taken as WGS 84. If it was drawn over "
            'Amap or Baidu it is up to 700 m off: then set `datum = "gcj02"` or `"bd09"`, else `datum = "wgs84"`.',
            path=str(file),
        ),
        stacklevel=3,
    )
    return converted


def _shifts_are_made_here(units: gpd.GeoDataFrame) -> bool:
    """Tell whether the units lie where Chinese web maps shift coordinates and the CRS leaves the datum open."""
    if units.crs.to_epsg() != WGS84 and not units.crs.is_projected:
        return False  # EPSG:4490, 4269 …: the CRS names a surveyed datum
    west, south, east, north = SHIFTED_REGION
    bounds = units.to_crs(WGS84).geometry.total_bounds
    return bool(bounds[0] < east and bounds[2] > west and bounds[1] < north and bounds[3] > south)
