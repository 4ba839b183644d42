"""Write files whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.errors import GeoUrbanError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_urban.typing import FilePath

__all__ = ["replace_when_done", "write_text"]


@contextmanager
def replace_when_done(path: FilePath) -> Iterator[Path]:
    """Yield a new path beside `path`; what was written there takes the place of `path` only if all went well.

    The folder is made if it is missing. After a failure nothing half-written is left and an older file stays as it was.

    Parameters
    ----------
    path
        The file to write.

    Yields
    ------
    pathlib.Path
        Where to write it, with the same ending.

    Raises
    ------
    OutputError
        If the folder or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replace_when_done(Path(folder) / "note.txt") as half_made:
    ...         _ = half_made.write_text("done")
    ...     print((Path(folder) / "note.txt").read_text())
    done
    """
    target = Path(path)
    # The suffix stays, because writers of GIS formats go by it.
    temporary = target.with_name(f".{target.stem}-{secrets.token_hex(4)}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A writer such as GDAL would say less clearly that it may not write here.
        temporary.touch()
        temporary.unlink()
        yield temporary
        os.replace(temporary, target)  # noqa: PTH105 - Path.replace says less on failure
    except GeoUrbanError:
        raise
    except OSError as error:
        raise OutputError(
            "cannot write `{path}`: {reason}. Nothing was changed there. "
            "Free space, close the file where it is open, or choose another folder.",
            path=str(target),
            reason=error.strerror or str(error),
        ) from error
    finally:
        with suppress(OSError):  # where its folder cannot be, it is not either
            temporary.unlink(missing_ok=True)


def write_text(text: str, path: FilePath) -> Path:
    """Write `text` as UTF-8 with the same line ends on every system.

    Parameters
    ----------
    text
        What the file shall say.
    path
        The file.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with replace_when_done(path) as temporary:
        temporary.write_bytes(text.encode("utf-8"))
    return Path(path)
