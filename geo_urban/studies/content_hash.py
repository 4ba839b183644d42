"""Hash what a file says rather than its bytes, where a format writes the time into itself."""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["content_sha256", "file_sha256"]

BLOCK_BYTES = 1 << 20
SQLITE_MARK = b"SQLite format 3\x00"
TIME_PARTS = ("docProps/core.xml",)  # a workbook's dates of creation and change
TIME_COLUMNS = frozenset({"last_change", "update_time", "timestamp"})  # GeoPackage tables stamp their rows
DERIVED_TABLES = ("rtree_", "sqlite_")  # indexes, rebuilt from the tables


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "empty"
    ...     file.touch()
    ...     file_sha256(file)[:8]
    'e3b0c442'
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def content_sha256(path: Path) -> str:
    """Return a SHA-256 that two files share if they say the same, though written at different times.

    Parameters
    ----------
    path
        ``.gpkg``: every row of every table but time stamps and indexes. ``.xlsx``: every part but the dates. Any
        other file: its bytes.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    OSError
        If it cannot be read.

    Notes
    -----
    Rows are taken in the order of their numbers, so a GeoPackage sorted differently counts as changed.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".gpkg" and _is_sqlite(path):
            return _geopackage(path)
        if kind == ".xlsx":
            return _workbook(path)
    except (sqlite3.DatabaseError, zipfile.BadZipFile):
        pass  # damaged: its bytes tell
    return file_sha256(path)


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(SQLITE_MARK)) == SQLITE_MARK


def _workbook(path: Path) -> str:
    digest = hashlib.sha256()
    with zipfile.ZipFile(path) as archive:
        for part in sorted(archive.namelist()):
            if part not in TIME_PARTS:
                _add(digest, part.encode())
                _add(digest, archive.read(part))
    return digest.hexdigest()


def _geopackage(path: Path) -> str:
    digest = hashlib.sha256()
    # `immutable` keeps SQLite from leaving lock files beside what it only reads.
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
        named = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in named:
            if not table.startswith(DERIVED_TABLES):
                _add(digest, table.encode())
                _add_rows(digest, database, table)
    return digest.hexdigest()


def _add_rows(digest: hashlib._Hash, database: sqlite3.Connection, table: str) -> None:
    quoted = '"' + table.replace('"', '""') + '"'
    cursor = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - a table of the file itself, quoted
    columns = [description[0] for description in cursor.description]
    kept = [position for position, column in enumerate(columns) if column.lower() not in TIME_COLUMNS]
    _add(digest, "\x1f".join(columns[position] for position in kept).encode())
    for row in cursor:
        for position in kept:
            value = row[position]
            _add(digest, value if isinstance(value, bytes) else repr(value).encode())


def _add(digest: hashlib._Hash, value: bytes) -> None:
    digest.update(len(value).to_bytes(8, "big"))
    digest.update(value)
