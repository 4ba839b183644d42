"""Guards shared by the package: each returns its input or raises one clear error."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.errors import (
    AlignmentError,
    CRSMismatchError,
    DataSourceError,
    GeometryError,
    MissingColumnsError,
    MissingCRSError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd
    from pyproj import CRS

    from geo_urban.typing import FilePath

__all__ = [
    "existing_file",
    "listed",
    "nearest_name",
    "require_columns",
    "require_crs",
    "require_geometry",
    "require_metres",
    "require_unique_index",
]


def listed(values: Iterable[object], *, most: int = 5) -> str:
    """Return values as words, the first few by name and the rest counted.

    Examples
    --------
    >>> listed(["a", "b", "c"], most=2)
    'a, b … (+1)'
    """
    names = [str(value) for value in values]
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} … (+{len(names) - most})"


def nearest_name(name: str, known: Sequence[str]) -> str | None:
    """Return the known name most like `name`, or None if none is near.

    Examples
    --------
    >>> nearest_name("boundary", ["boundaries", "panel"])
    'boundaries'
    """
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return found[0] if found else None


def existing_file(path: FilePath, *, argument: str) -> Path:
    """Return `path` if there is something to read there.

    Raises
    ------
    DataSourceError
        If there is not, naming what is there that is spelled alike.
    """
    found = Path(path).expanduser()
    if found.exists():
        return found
    folder = found.parent
    if not folder.is_dir():
        raise DataSourceError(
            "`{argument}`: there is no file {path}, nor a folder {folder}. Check the path; it is taken from {base}.",
            argument=argument,
            path=str(found),
            folder=str(folder),
            base=str(Path.cwd()),
        )
    near = nearest_name(found.name, sorted(item.name for item in folder.iterdir()))
    if near:
        raise DataSourceError(
            "`{argument}`: there is no file {path}. Did you mean {near}?",
            argument=argument,
            path=str(found),
            near=near,
        )
    raise DataSourceError(
        "`{argument}`: there is no file {path}. Check the path; it is taken from {base}.",
        argument=argument,
        path=str(found),
        base=str(Path.cwd()),
    )


def require_columns(frame: pd.DataFrame, columns: Sequence[str], *, argument: str) -> None:
    """Raise unless `frame` has every one of `columns`.

    Raises
    ------
    MissingColumnsError
        Naming each missing column and the nearest one there is.
    """
    missing = [column for column in columns if column not in frame.columns]
    if not missing:
        return
    known = [str(column) for column in frame.columns]
    near = {column: nearest_name(column, known) for column in missing}
    guess = ", ".join(f"{column} → {name}" for column, name in near.items() if name)
    if guess:
        raise MissingColumnsError(
            "`{argument}` has no column {missing}; it has {known}. "
            "Rename the nearest ({guess}) or name yours in the call.",
            argument=argument,
            missing=listed(missing),
            known=listed(known, most=12),
            guess=guess,
        )
    raise MissingColumnsError(
        "`{argument}` has no column {missing}; it has {known}. Add it, or name yours in the call.",
        argument=argument,
        missing=listed(missing),
        known=listed(known, most=12),
    )


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, argument: str) -> CRS:
    """Return the CRS of a layer.

    Raises
    ------
    MissingCRSError
        If it has none.
    """
    if frame.crs is None:
        raise MissingCRSError(
            "`{argument}` does not say its coordinate reference system, so its coordinates mean nothing. "
            "If you know it, declare it, e.g. `{argument}.set_crs(4326)`.",
            argument=argument,
        )
    crs: CRS = frame.crs
    return crs


def require_metres(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, argument: str) -> CRS:
    """Return the CRS of a layer whose unit is the metre.

    Raises
    ------
    MissingCRSError
        If it has none.
    CRSMismatchError
        If its unit is not the metre.
    """
    crs = require_crs(frame, argument=argument)
    unit = crs.axis_info[0].unit_name
    if unit != "metre":
        raise CRSMismatchError(
            "`{argument}` is in {crs}, whose unit is the {unit}; lengths need metres. "
            "Reproject it, e.g. `{argument}.to_crs({argument}.estimate_utm_crs())`.",
            argument=argument,
            crs=crs.to_string(),
            unit=unit,
        )
    return crs


def require_unique_index(frame: pd.DataFrame | pd.Series, *, argument: str) -> None:
    """Raise if an index value stands twice or is missing.

    Raises
    ------
    AlignmentError
        Naming the values.
    """
    index = frame.index
    if index.hasnans:
        raise AlignmentError(
            "the index of `{argument}` lacks {count} codes, so those rows cannot be joined. Fill or drop them.",
            argument=argument,
            count=sum(index.isna()),
        )
    if not index.is_unique:
        raise AlignmentError(
            "the index of `{argument}` has {codes} more than once, so a join would count them twice. "
            "Sum the rows or drop the surplus, e.g. `{argument}[~{argument}.index.duplicated()]`.",
            argument=argument,
            codes=listed(index[index.duplicated()].unique()),
        )


def require_geometry(
    frame: gpd.GeoDataFrame, *, argument: str, kinds: Sequence[str] = ("Polygon", "MultiPolygon")
) -> None:
    """Raise unless every geometry is there, not empty, valid, and of one of `kinds`.

    Raises
    ------
    GeometryError
        Naming the units.
    """
    geometry = frame.geometry
    missing = geometry.isna() | geometry.is_empty
    if missing.any():
        raise GeometryError(
            "`{argument}` has no geometry for {codes}; a unit without a place cannot be joined or drawn. "
            "Drop or repair them.",
            argument=argument,
            codes=listed(frame.index[missing]),
        )
    wrong = ~geometry.geom_type.isin(kinds)
    if wrong.any():
        raise GeometryError(
            "`{argument}` must hold {kinds}; {codes} are {found}. Pick the right layer of the file.",
            argument=argument,
            kinds=listed(kinds),
            codes=listed(frame.index[wrong]),
            found=listed(geometry[wrong].geom_type.unique()),
        )
    invalid = ~geometry.is_valid
    if invalid.any():
        raise GeometryError(
            "`{argument}` has invalid polygons (they cross themselves): {codes}. Areas and joins would be wrong. "
            "Repair them, e.g. `{argument}.geometry.make_valid()`.",
            argument=argument,
            codes=listed(frame.index[invalid]),
        )
