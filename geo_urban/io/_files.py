"""Find the file a user means, and say plainly why it cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.checks import nearest_name
from geo_urban.errors import DataSourceError

if TYPE_CHECKING:
    from geo_urban.typing import FilePath


def existing(path: FilePath, *, argument: str) -> Path:
    """Return `path` if there is something to read there."""
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
