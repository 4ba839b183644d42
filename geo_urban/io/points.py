"""Read named points: ports, cities and stations from a vector file or a table with longitude and latitude."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban.checks import existing_file, listed, require_columns
from geo_urban.errors import (
    AlignmentError,
    DataSourceError,
    GeometryError,
    InputError,
    MissingColumnsError,
    MissingCRSError,
    raise_faults,
)
from geo_urban.io.columns import recognize_columns
from geo_urban.io.panels import TEXT_ENDINGS, WORKBOOK_ENDINGS, read_table

if TYPE_CHECKING:
    from pathlib import Path

    from geo_urban.typing import FilePath

__all__ = ["read_points"]

LONGITUDES = ("lon", "lng", "long", "longitude", "x", "经度")
LATITUDES = ("lat", "latitude", "y", "纬度")
_HIGHEST_LATITUDE, _FARTHEST_LONGITUDE = 90.0, 180.0


def read_points(path: FilePath, *, name: str | None = None) -> gpd.GeoDataFrame:
    r"""Read named points from a vector file, or from a table with longitude and latitude.

    Parameters
    ----------
    path
        GeoPackage, Shapefile, GeoJSON … with points, or CSV or XLSX with columns of longitude and latitude on WGS 84
        (``lon`` and ``lat``, or their usual names in English and Chinese).
    name
        Column of names; by default recognised.

    Returns
    -------
    geopandas.GeoDataFrame
        Index: the names (text, unique); `name`, the file's other columns, points on EPSG:4326.

    Raises
    ------
    DataSourceError
        If there is no such file, it cannot be read, or it is empty.
    MissingColumnsError
        If a column is not there, or none can be recognised.
    MissingCRSError
        If a vector file does not say its CRS.
    AlignmentError
        If a name stands twice.
    GeometryError
        If geometries are no points, or coordinates are missing or nowhere on earth; the rows are named, and whether
        longitude and latitude seem swapped.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "ports.csv"
    ...     _ = file.write_text("name,lon,lat\nBasel,7.59,47.56\n", encoding="utf-8")
    ...     read_points(file).geometry["Basel"].wkt
    'POINT (7.59 47.56)'
    """
    file = existing_file(path, argument="points")
    table = _of_table(file) if file.suffix.lower() in (*TEXT_ENDINGS, *WORKBOOK_ENDINGS) else _of_vector(file)
    name = name or _recognized_name(table, file)
    require_columns(table, [name], argument="points")
    names = table[name].astype("string").str.strip()
    faults: list[InputError] = []
    absent = names.isna() | (names == "")
    if absent.any():
        faults.append(
            InputError(
                "`points` has no name in rows {rows} of {path}. Name every place; maps and tables call it so.",
                rows=listed(int(row) + 1 for row in absent.to_numpy().nonzero()[0]),
                path=str(file),
            )
        )
    twice = names[names.duplicated() & ~absent].unique()
    if len(twice):
        faults.append(
            AlignmentError(
                "`points` has {names} more than once in {path}, so a name would match two places. Tell them apart.",
                names=listed(twice),
                path=str(file),
            )
        )
    raise_faults(faults)
    found = table.drop(columns=[name] if name != "name" else []).assign(name=names.astype(str).to_numpy())
    return gpd.GeoDataFrame(found.set_axis(pd.Index(names.astype(str).to_numpy(), name="place"), axis=0))


def _of_table(file: Path) -> gpd.GeoDataFrame:
    table = read_table(file)
    lon, lat = _axis(table, LONGITUDES), _axis(table, LATITUDES)
    if lon is None or lat is None:
        raise MissingColumnsError(
            "`points`: {path} has no columns of longitude and latitude; it has {known}. Name them `lon` and `lat` "
            "(degrees, WGS 84).",
            path=str(file),
            known=listed(table.columns, most=12) or "–",
        )
    x, y = (pd.to_numeric(table[column], errors="coerce") for column in (lon, lat))
    lost = x.isna() | y.isna() | (x.abs() > _FARTHEST_LONGITUDE) | (y.abs() > _HIGHEST_LATITUDE)
    if lost.any():
        rows = listed(int(row) + 1 for row in lost.to_numpy().nonzero()[0])
        swapped = ((y.abs() > _HIGHEST_LATITUDE) & (x.abs() <= _HIGHEST_LATITUDE)).any()
        raise GeometryError(
            "`points`: rows {rows} of {path} have latitudes above 90°; longitude and latitude seem swapped. "
            "Exchange the columns `{lon}` and `{lat}`."
            if swapped
            else "`points`: rows {rows} of {path} have no position on earth in `{lon}` and `{lat}`. Give degrees.",
            rows=rows,
            path=str(file),
            lon=lon,
            lat=lat,
        )
    return gpd.GeoDataFrame(table.drop(columns=[lon, lat]), geometry=gpd.points_from_xy(x, y), crs=4326)


def _axis(table: pd.DataFrame, names: tuple[str, ...]) -> str | None:
    known = {str(column).strip().lower(): str(column) for column in table.columns}
    return next((known[name] for name in names if name in known), None)


def _of_vector(file: Path) -> gpd.GeoDataFrame:
    import pyogrio
    from pyogrio.errors import DataSourceError as GDALError

    try:
        frame = pyogrio.read_dataframe(file)
    except (GDALError, UnicodeDecodeError) as error:
        raise DataSourceError(
            "`points`: {path} is neither a vector file GDAL can read nor a table ({reason}). Give a GeoPackage, "
            "GeoJSON, CSV or XLSX.",
            path=str(file),
            reason=str(error).splitlines()[0].rstrip("."),
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise DataSourceError("`points`: {path} holds no points. Check that it is the right file.", path=str(file))
    if frame.crs is None:
        raise MissingCRSError(
            "`points`: {path} does not say its coordinate reference system, so its coordinates mean nothing. Declare "
            "it in the file.",
            path=str(file),
        )
    other = ~(frame.geometry.geom_type == "Point")
    if other.any():
        raise GeometryError(
            "`points`: rows {rows} of {path} are no points. Give one point per place.",
            rows=listed(int(row) + 1 for row in other.to_numpy().nonzero()[0]),
            path=str(file),
        )
    return frame.to_crs(4326)


def _recognized_name(table: gpd.GeoDataFrame, file: Path) -> str:
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    for column in ("name", "Name", "NAME"):
        if column in plain.columns:
            return column
    found = recognize_columns(plain).name
    if found is None:
        raise MissingColumnsError(
            "no column of `points` ({path}) is plainly the name of the places; it has {known}. Call it `name`.",
            path=str(file),
            known=listed(plain.columns, most=12) or "–",
        )
    return found
