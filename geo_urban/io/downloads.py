"""Fetch public data by name: population grids, settlement layers, boundaries."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geo_urban.errors import DataSourceError, InputError
from geo_urban.io._archives import extract_raster, require_sound
from geo_urban.io._catalogue import Wanted, catalogue, wanted
from geo_urban.io._transfer import Patience, Receipt, downloads_folder, hash_of, transfer

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.typing import FilePath

__all__ = ["Patience", "data_sets", "fetch", "source_of"]

MIRROR = "GEO_URBAN_MIRROR"


def fetch(
    name: str,
    *,
    year: int | None = None,
    region: str | None = None,
    resolution: str | None = None,
    folder: FilePath | None = None,
    base_url: str | None = None,
    sha256: str | None = None,
    patience: Patience | None = None,
) -> Path:
    """Fetch a public data set and return the file to read.

    A file that is there already is not fetched again. A transfer that was cut goes on where it stopped, in this call
    or a later one; nothing stands under the final name before it is whole and sound. Archives are unpacked.

    Parameters
    ----------
    name
        ``"worldpop"``, ``"ghs-pop"``, ``"ghs-smod"``, ``"ghs-built"``, ``"ghs-land"``, …: `data_sets` lists all.
    year
        Year; may be left out where a data set has only one.
    region
        Country of three letters (``"KOR"``), or tile (``"R5_C30"``; without it the whole world), as the data set has
        it.
    resolution
        ``"1km"``, ``"100m"``, ``"30ss"`` … or the level of boundaries; by default the first that `data_sets` lists.
    folder
        Where to keep it; by default ``downloads`` in ``GEO_URBAN_CACHE``, else in the user's cache folder.
    base_url
        Mirror to fetch from in place of the publisher; by default the environment's ``GEO_URBAN_MIRROR``.
    sha256
        Hash that the fetched file (the archive, where it is one) must have.
    patience
        How long to wait for the server; by default 20 s for a connection, 60 s for the next bytes, 4 tries in a row
        without progress.

    Returns
    -------
    pathlib.Path
        The raster or boundary file. Beside it, ``<file>.source.json`` says where it came from, when, its licence, size
        and SHA-256.

    Raises
    ------
    InputError
        If there is no such data set, year, region or resolution, or the mirror is no address.
    DataSourceError
        If there is no network, the server has no such file or breaks off, or what came is damaged, has another hash,
        or is an archive that cannot be trusted.
    OutputError
        If there is too little room, or the folder cannot be written to.

    Notes
    -----
    The publishers give no hashes. The hash of what came is written down, and a file that has another size later is
    reported as changed.

    Examples
    --------
    >>> fetch("ghs-land", region="Belgium")
    Traceback (most recent call last):
    geo_urban.errors.InputError: `region` = Belgium is not a tile of ghs-land: give row and column as the publisher's
    map shows them, e.g. `R5_C30`, or nothing for the whole world.
    """
    file = wanted(name, year=year, region=region, resolution=resolution)
    _require_hash(sha256)
    url = _base(base_url, file) + file.path
    target = (downloads_folder() if folder is None else Path(folder).expanduser()) / name / _final_name(file)
    if target.is_file():
        _require_unchanged(target, sha256)
        return target
    receipt = _bring(url, target, sha256, patience)
    _record(target, file, receipt)
    return target


def data_sets() -> pd.DataFrame:
    """Return what `fetch` knows.

    Returns
    -------
    pandas.DataFrame
        Index ``name``; ``title``; ``quantity`` of a cell, as `read_grid` asks for it (``"class"`` for settlement
        classes, ``"boundaries"`` for none); ``years``; ``region`` (``"country"``, ``"tile"`` or ``"none"``);
        ``resolutions``; ``licence``; ``credit``; ``base`` address.

    Examples
    --------
    >>> data_sets().loc["ghs-pop", "resolutions"]
    ('1km', '100m', '30ss', '3ss')
    """
    import pandas as pd

    rows = {
        name: {
            "title": entry.title,
            "quantity": entry.quantity,
            "years": entry.years,
            "region": entry.region,
            "resolutions": tuple(entry.files),
            "licence": entry.licence,
            "credit": entry.credit,
            "base": entry.base,
        }
        for name, entry in catalogue().items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")


def source_of(path: FilePath) -> dict[str, Any]:
    """Return what was written down when a file was fetched.

    Parameters
    ----------
    path
        A file that `fetch` returned.

    Returns
    -------
    dict
        ``url``, ``fetched`` (date), ``licence``, ``credit``, ``bytes`` and ``sha256`` of what came, …; empty for a
        file that was put there by hand.

    Examples
    --------
    >>> source_of("mine.tif")
    {}
    """
    try:
        note = json.loads(_note(Path(path)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _base(base_url: str | None, file: Wanted) -> str:
    base = base_url or os.environ.get(MIRROR) or file.entry.base
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InputError(
            "`base_url` = {base} is not an address of the web (https://…). "
            "Correct it, or leave it and the environment's {variable} out.",
            base=base,
            variable=MIRROR,
        )
    return base.rstrip("/") + "/"


def _require_hash(sha256: str | None) -> None:
    if sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise InputError(
            "`sha256` = {value} is no SHA-256, which has 64 hexadecimal digits, so every file would be refused. "
            "Copy it whole, and not an MD5 or SHA-1.",
            value=sha256,
        )


def _final_name(file: Wanted) -> str:
    last = file.path.rsplit("/", 1)[-1]
    return f"{last.removesuffix('.zip')}.tif" if last.endswith(".zip") else last


def _bring(url: str, target: Path, sha256: str | None, patience: Patience | None) -> Receipt:
    name = url.rsplit("/", 1)[-1]
    brought = target.with_name(name)

    def sound(path: Path) -> None:
        require_sound(path, name=name, url=url)

    if brought.is_file():  # an archive that was put there by hand, or not unpacked yet
        receipt = _received(brought, url, sha256)
    else:
        receipt = transfer(url, brought, expected_sha256=sha256, patience=patience, check=sound)
    if brought != target:
        try:
            extract_raster(brought, target, url=url)
        except DataSourceError:
            brought.unlink(missing_ok=True)
            raise
        brought.unlink(missing_ok=True)  # after too little room it stays: what was fetched need not be fetched again
    return receipt


def _received(archive: Path, url: str, sha256: str | None) -> Receipt:
    digest = hash_of(archive)
    if sha256 is not None and digest != sha256.lower():
        raise DataSourceError(
            "{path} is not what was fetched from {url}: its size or hash is another. "
            "Delete it and fetch it again, or move it if it is yours.",
            path=str(archive),
            url=url,
        )
    return Receipt(url=url, size=archive.stat().st_size, sha256=digest)


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.source.json")


def _record(target: Path, file: Wanted, receipt: Receipt) -> None:
    from geo_urban.outputs import write_text

    note = {
        "name": file.entry.name,
        "title": file.entry.title,
        "url": receipt.url,
        "fetched": datetime.now(UTC).strftime("%Y-%m-%d"),
        "bytes": receipt.size,
        "sha256": receipt.sha256,
        "file_bytes": target.stat().st_size,
        "quantity": file.entry.quantity,
        "year": file.year,
        "licence": file.entry.licence,
        "credit": file.entry.credit,
    }
    write_text(json.dumps(note, ensure_ascii=False, indent=2) + "\n", _note(target))


def _require_unchanged(target: Path, sha256: str | None) -> None:
    """See that a file that is there is still the one that was fetched; one put there by hand has no record."""
    note = source_of(target)
    size = note.get("file_bytes")
    wrong = size is not None and size != target.stat().st_size
    if sha256 is not None and not wrong:
        # Of an archive only the record knows the hash: it was deleted when it had been unpacked.
        unpacked = str(note.get("url", "")).endswith(".zip")
        wrong = (note.get("sha256") if unpacked else hash_of(target)) != sha256.lower()
    if wrong:
        raise DataSourceError(
            "{path} is not what was fetched from {url}: its size or hash is another. "
            "Delete it and fetch it again, or move it if it is yours.",
            path=str(target),
            url=note.get("url", "—"),
        )
