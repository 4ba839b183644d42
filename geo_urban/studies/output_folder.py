"""Write a study's files as a whole or not at all, and never over what somebody else put there."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from geo_urban.checks import listed
from geo_urban.errors import GeoUrbanError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_urban.typing import FilePath

__all__ = ["PROVENANCE", "replaced_as_a_whole"]

PROVENANCE = "provenance.json"
LEAST_FREE_BYTES = 150_000_000  # a national study takes 110 MB; less room fails half-way, so say it before
SURELY_DEAD_SECONDS = 86_400  # no run lasts a day; a younger draft may belong to one that is under way
FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ENOTEMPTY})


@contextmanager
def replaced_as_a_whole(folder: FilePath) -> Iterator[Path]:
    """Give an empty folder to write into; put it in the place of `folder` when the block ends well.

    An earlier result is replaced; files that are not ours (notes, a QGIS project) stay where they are. If the block
    raises, nothing changes and nothing is left behind.

    Parameters
    ----------
    folder
        Where the files shall be. It may be absent, empty, or hold an earlier result (``provenance.json``).

    Yields
    ------
    pathlib.Path
        The folder to write into.

    Raises
    ------
    OutputError
        If `folder` is somebody else's, cannot be written, or the disk is full.
    """
    target = Path(folder).expanduser().resolve()
    _require_ours(target)
    made = _made_parents(target)
    try:
        draft = _draft_beside(target)
    except OutputError:
        _remove_empty(made)
        raise
    try:
        yield draft
        _swap(draft, target)
    except GeoUrbanError:
        raise
    except Exception as error:
        if not _is_about_the_disk(error, target.parent):
            raise
        raise _write_error(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        _remove_empty(made)


def _made_parents(target: Path) -> list[Path]:
    """Make the folders above `target` and return those that were not there, the innermost first."""
    missing = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _remove_empty(missing)
        raise _write_error(target, error) from error
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # it holds the result, or was never made
            folder.rmdir()


def _require_ours(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise OutputError(
            "`output` = {folder} is a file, not a folder. Name a folder: `--output FOLDER`.", folder=str(target)
        )
    if target == Path.cwd() or target in Path.cwd().parents:
        raise OutputError(
            "`output` = {folder} is the folder you are working in; a result replaces its folder as a whole. "
            "Name a folder inside it: `--output result`.",
            folder=str(target),
        )
    if not target.exists() or (target / PROVENANCE).is_file():
        return
    found = sorted(item.name for item in target.iterdir())
    if found:
        raise OutputError(
            "`output` = {folder} holds files that are not an earlier result ({files}). They are left alone: "
            "name an empty or a new folder, `--output FOLDER`.",
            folder=str(target),
            files=listed(found, most=3),
        )


def _draft_beside(target: Path) -> Path:
    _drop_drafts_of_killed_runs(target)
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".part", dir=target.parent))
    except OSError as error:
        raise _write_error(target, error) from error
    if shutil.disk_usage(draft).free < LEAST_FREE_BYTES:
        draft.rmdir()
        raise _disk_full(target)
    draft.chmod(0o755)  # a temporary folder is private, a result is not
    return draft


def _drop_drafts_of_killed_runs(target: Path) -> None:
    for draft in target.parent.glob(f".{target.name}-*.part"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > SURELY_DEAD_SECONDS:
                shutil.rmtree(draft)


def _swap(draft: Path, target: Path) -> None:
    """Put `draft` in the place of `target`; the old folder goes only after the new one stands."""
    if not target.exists():
        draft.rename(target)
        return
    _keep_foreign_files(target, draft)
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".old", dir=target.parent))
    try:
        target.rename(aside / target.name)
        try:
            draft.rename(target)
        except OSError:
            (aside / target.name).rename(target)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _keep_foreign_files(target: Path, draft: Path) -> None:
    ours = {PROVENANCE, *_recorded_outputs(target / PROVENANCE)}
    for file in sorted(path for path in target.rglob("*") if path.is_file()):
        name = file.relative_to(target).as_posix()
        place = draft / name
        if name in ours or _belongs_to_one_of(name, ours) or place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, place)


def _belongs_to_one_of(name: str, ours: set[str]) -> bool:
    """Tell whether a file is what SQLite leaves beside an open GeoPackage of ours."""
    return name.removesuffix("-wal").removesuffix("-shm").removesuffix("-journal") in ours


def _recorded_outputs(provenance: Path) -> list[str]:
    try:
        return list(json.loads(provenance.read_text(encoding="utf-8"))["outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return []  # unreadable: everything in the folder is kept


def _is_about_the_disk(error: Exception, folder: Path) -> bool:
    if isinstance(error, OSError) and error.errno in FULL | REFUSED:
        return True
    return _is_full(folder)  # GDAL reports a full disk in words only


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST_FREE_BYTES // 10
    except OSError:
        return False


def _disk_full(target: Path) -> OutputError:
    return OutputError(
        "there is too little room for the result in {folder}. Free at least {megabytes} MB, or name a folder on "
        "another disk: `--output FOLDER`. Nothing was written.",
        folder=str(target),
        megabytes=LEAST_FREE_BYTES // 1_000_000,
    )


def _write_error(target: Path, error: Exception) -> OutputError:
    number = error.errno if isinstance(error, OSError) else None
    if number in FULL or (target.parent.exists() and _is_full(target.parent)):
        return _disk_full(target)
    return OutputError(
        "`output` = {folder} cannot be written ({reason}). Close programs that have its files open, or name a folder "
        "you may write to: `--output FOLDER`. Nothing was written.",
        folder=str(target),
        reason=os.strerror(number) if number else str(error),
    )
