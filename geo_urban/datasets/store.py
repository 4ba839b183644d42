"""Build derived data once and keep it: atomic, safe for several processes, keyed by what it was made from.

The folder is ``GEO_URBAN_CACHE`` where that is set; else ``data/`` of a checkout; else the user's cache folder. A
checkout that cannot be written to (or an installed package) falls back to the user's cache; a folder that was asked for
by name never does: it is an error, for the user expects her files there.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from uuid import uuid4

import pandas as pd

from geo_urban.errors import GeoUrbanError, InputError, OutputError
from geo_urban.messages import translate
from geo_urban.progress import step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Kind", "build_once", "built_path", "cache_folder", "clear", "status"]

Kind = Literal["boundaries", "rasters"]

KINDS: tuple[Kind, ...] = get_args(Kind)

_PACKAGE = Path(__file__).resolve().parent.parent
_KEY_LENGTH = 12
_PATIENCE_S = 0.5


def cache_folder(kind: Kind = "boundaries") -> Path:
    """Return the folder in which built data of one kind is kept; it need not exist yet.

    Parameters
    ----------
    kind
        ``"boundaries"`` or ``"rasters"``.

    Returns
    -------
    pathlib.Path
        ``$GEO_URBAN_CACHE/<kind>`` if that variable is set; else ``data/<kind>`` of the checkout this package runs
        from, if it can be written to; else ``<kind>`` in the user's cache folder.

    Raises
    ------
    InputError
        If `kind` is another word.

    Examples
    --------
    >>> cache_folder("rasters").name
    'rasters'
    """
    if kind not in KINDS:
        raise InputError("`kind` must be one of {known}; got {kind!r}.", known=", ".join(KINDS), kind=kind)
    return _folders(kind)[0]


def built_path(name: str, *, version_parts: Sequence[str], kind: Kind = "boundaries") -> Path | None:
    """Return where a product lies if it has been built from exactly these versions, else None.

    Parameters
    ----------
    name
        File name, e.g. ``"counties-amap.parquet"``.
    version_parts
        Whatever decides the content: source name and version, version of the code that builds it.
    kind
        ``"boundaries"`` or ``"rasters"``.

    Returns
    -------
    pathlib.Path or None
        The file, in whichever of the possible folders holds it.

    Examples
    --------
    >>> built_path("never-built.parquet", version_parts=["1"]) is None
    True
    """
    keyed = _keyed_name(name, version_parts)
    found = (folder / keyed for folder in _folders(kind) if (folder / keyed).is_file())
    return next(found, None)


def build_once(
    name: str,
    *,
    version_parts: Sequence[str],
    build: Callable[[Path], None],
    kind: Kind = "boundaries",
    description: str | None = None,
) -> Path:
    """Return a product's path, building it first if no file of these versions is there.

    A reader never sees half a file: `build` writes beside it and the finished file is moved into place. Two processes
    that ask at once build it once; a process that dies leaves nothing that counts as built.

    Parameters
    ----------
    name
        File name, e.g. ``"counties-amap.parquet"``; a short key of `version_parts` is put before the suffix.
    version_parts
        Whatever decides the content. A new version is a new file, and replaces the old one.
    build
        Writes the product to the path it is given.
    kind
        ``"boundaries"`` or ``"rasters"``.
    description
        Words shown while it is built, in the user's language; None if `build` shows its own steps.

    Returns
    -------
    pathlib.Path
        The finished file.

    Raises
    ------
    OutputError
        If the folder cannot be written to, or is full.

    Examples
    --------
    >>> import tempfile
    >>> from unittest import mock
    >>> with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"GEO_URBAN_CACHE": folder}):
    ...     path = build_once("a.txt", version_parts=["1"], build=lambda part: part.write_text("made") and None)
    ...     path.read_text()
    'made'
    """
    found = built_path(name, version_parts=version_parts, kind=kind)
    if found is not None:
        return found
    folder = _writable_folder(kind)
    target = folder / _keyed_name(name, version_parts)
    with _locked(folder, name), step(description) if description else nullcontext():
        if not target.is_file():  # another process may have built it while this one waited
            _build_into(target, build)
            _drop_other_versions(target, name)
    return target


def clear(kind: Kind | None = None) -> list[Path]:
    """Delete built data; it is built again when next asked for.

    Parameters
    ----------
    kind
        ``"boundaries"``, ``"rasters"``, or None for both.

    Returns
    -------
    list of pathlib.Path
        The files deleted. `SOURCES.md` and samples of a checkout stay.

    Raises
    ------
    OutputError
        If a file cannot be deleted.

    Examples
    --------
    >>> import tempfile
    >>> from unittest import mock
    >>> with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"GEO_URBAN_CACHE": folder}):
    ...     clear()
    []
    """
    deleted = []
    for path in _built_files(kind):
        try:
            path.unlink()
        except OSError as error:
            raise OutputError(
                "{path} cannot be deleted ({reason}). Close the program that reads it, then try again.",
                path=path,
                reason=error.strerror or error,
            ) from error
        deleted.append(path)
    return deleted


def status() -> pd.DataFrame:
    """Return what has been built and how much room it takes.

    Returns
    -------
    pandas.DataFrame
        One row per file: ``kind``, ``name``, ``size_mb``, ``built`` (time), ``path``; sorted by kind and name.

    Examples
    --------
    >>> list(status().columns)
    ['kind', 'name', 'size_mb', 'built', 'path']
    """
    rows = [
        {
            "kind": path.parent.name,
            "name": _plain_name(path),
            "size_mb": path.stat().st_size / 1e6,
            "built": pd.Timestamp(path.stat().st_mtime, unit="s").round("s"),
            "path": str(path),
        }
        for path in _built_files(None)
    ]
    return pd.DataFrame(rows, columns=["kind", "name", "size_mb", "built", "path"]).sort_values(
        ["kind", "name"], ignore_index=True
    )


def _keyed_name(name: str, version_parts: Sequence[str]) -> str:
    plain = Path(name)
    key = sha256("\n".join(version_parts).encode()).hexdigest()[:_KEY_LENGTH]
    return f"{plain.stem}.{key}{plain.suffix}"


def _plain_name(path: Path) -> str:
    return f"{Path(path.stem).stem}{path.suffix}"


def _folders(kind: Kind) -> list[Path]:
    """Return the folders that may hold products, the preferred one first."""
    chosen = os.environ.get("GEO_URBAN_CACHE")
    if chosen:
        return [Path(chosen).expanduser() / kind]
    import platformdirs

    personal = Path(platformdirs.user_cache_dir("geo-urban", appauthor=False)) / kind
    checkout = _PACKAGE.parent / "data" / kind
    if not (_PACKAGE.parent / "pyproject.toml").is_file() or not checkout.is_dir():
        return [personal]
    # A checkout on a read-only disk may still hold finished products, so it stays a place to look.
    return [checkout, personal] if os.access(checkout, os.W_OK) else [personal, checkout]


def _writable_folder(kind: Kind) -> Path:
    reasons = {}
    for folder in _folders(kind):
        try:
            _probe(folder)
        except OSError as error:
            reasons[folder] = error.strerror or str(error)
        else:
            return folder
    folder, reason = next(iter(reasons.items()))
    raise OutputError(
        "{folder} cannot be written to ({reason}), so built data cannot be kept there. "
        "Set GEO_URBAN_CACHE to a folder that can.",
        folder=folder,
        reason=reason,
    )


def _probe(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / f".{uuid4().hex}.part"
    probe.touch()
    probe.unlink()


@contextmanager
def _locked(folder: Path, name: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    # One lock per product and not per version: builders of two versions also clear away each other's files. The
    # system frees it when its holder dies.
    lock = FileLock(folder / f".{name}.lock")
    try:
        lock.acquire(timeout=_PATIENCE_S)
    except Timeout:
        with step(translate("Waiting for another process that builds {name}", name=name)):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _build_into(target: Path, build: Callable[[Path], None]) -> None:
    for leftover in target.parent.glob(f".{_plain_name(target)}.*.part{target.suffix}"):
        leftover.unlink(missing_ok=True)  # of a builder that was killed: we hold the lock, so nobody writes it
    part = target.parent / f".{_plain_name(target)}.{uuid4().hex}.part{target.suffix}"
    try:
        build(part)
        _flush(part)
        part.replace(target)
    except GeoUrbanError:
        raise
    except OSError as error:
        free_gb = shutil.disk_usage(target.parent).free / 1e9
        raise OutputError(
            "{target} could not be written ({reason}; {free:.1f} GB free). "
            "Make room, or set GEO_URBAN_CACHE to a folder with more.",
            target=target,
            reason=error.strerror or error,
            free=free_gb,
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    # Without this a power cut may leave a finished name on an empty file.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _drop_other_versions(target: Path, name: str) -> None:
    plain = Path(name)
    for old in target.parent.glob(f"{plain.stem}.{'?' * _KEY_LENGTH}{plain.suffix}"):
        if old != target:
            try:
                old.unlink()
            except OSError:  # in use by another program: it goes with the next build
                continue


def _built_files(kind: Kind | None) -> list[Path]:
    return sorted(path for each in KINDS if kind in (None, each) for path in _products_in(each))


def _products_in(kind: Kind) -> Iterator[Path]:
    for folder in _folders(kind):
        yield from folder.glob(f"*.{'[0-9a-f]' * _KEY_LENGTH}.*") if folder.is_dir() else ()
