"""Bring a file from the web: resumed where it was cut, checked before it gets its name, never half there."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from geo_urban.errors import DataSourceError, GeoUrbanError, OutputError
from geo_urban.messages import translate
from geo_urban.progress import step, track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Patience", "Receipt", "downloads_folder", "hash_of", "require_room", "transfer"]

_PIECE = 1 << 16
_SPARE = 64 * 1024**2  # bytes that stay free
_SUCCESS, _PART, _GONE, _PAST_END = 200, 206, (404, 410), 416
_TRY_LATER = (408, 425, 429, 500, 502, 503, 504)
_MOST_ATTEMPTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a server, and how often to ask again.

    Parameters
    ----------
    connect_s, read_s
        Seconds to wait for a connection, and for the next bytes.
    tries
        Attempts in a row that bring nothing new before it is given up.
    pause_s
        Pause after the first such attempt [s]; it doubles each time.
    """

    connect_s: float = 20.0
    read_s: float = 60.0
    tries: int = 4
    pause_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was brought: address, bytes, hash."""

    url: str
    size: int
    sha256: str


class _CutShortError(Exception):
    """A transfer ended early; what came so far is kept, and asking again may bring the rest."""


def downloads_folder() -> Path:
    """Return the folder of downloads: of ``GEO_URBAN_CACHE`` where that is set, else of the user's cache."""
    chosen = os.environ.get("GEO_URBAN_CACHE")
    if chosen:
        return Path(chosen).expanduser() / "downloads"
    import platformdirs

    return Path(platformdirs.user_cache_dir("geo-urban", appauthor=False)) / "downloads"


def transfer(
    url: str,
    target: Path,
    *,
    expected_sha256: str | None = None,
    patience: Patience | None = None,
    check: Callable[[Path], None] | None = None,
) -> Receipt:
    """Bring `url` to `target`.

    Bytes go to a hidden file beside it, which a later call continues. It takes the name `target` when it is complete,
    has the expected hash, and `check` (which raises for a file that is damaged) has passed.
    """
    part = target.with_name(f".{target.name}.part")
    with _writable(target), _alone(target):
        fetched = target.is_file()  # another process brought it while this one waited
        if not fetched:
            _pull_until_whole(url, part, patience or Patience())
        here = target if fetched else part
        size, digest = here.stat().st_size, hash_of(here)
        if expected_sha256 is not None and digest != expected_sha256.lower():
            here.unlink()
            _forget(part)
            raise DataSourceError(
                "{url} brought a file with the SHA-256 {found}, not {expected}: it is damaged or another version. "
                "It was deleted. Try again; if it stays so, check the hash with the publisher.",
                url=url,
                found=digest,
                expected=expected_sha256.lower(),
            )
        if fetched:
            return Receipt(url=url, size=size, sha256=digest)
        if check is not None:
            try:
                check(part)
            except GeoUrbanError:
                _forget(part)
                raise
        part.replace(target)
        _forget(part)
    return Receipt(url=url, size=size, sha256=digest)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    import pooch

    return str(pooch.file_hash(str(path), alg="sha256"))


def require_room(folder: Path, needed: int) -> None:
    """Refuse to begin what the disk cannot hold."""
    free = shutil.disk_usage(folder).free
    if needed + _SPARE > free:
        raise OutputError(
            "{folder} has {free:.2f} GB free, and {needed:.2f} GB are needed. Make room, or name another folder "
            "(`--output`, `folder=`, or GEO_URBAN_CACHE).",
            folder=str(folder),
            free=free / 1e9,
            needed=(needed + _SPARE) / 1e9,
        )


@contextmanager
def _writable(target: Path) -> Iterator[None]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except GeoUrbanError:
        raise
    except OSError as error:
        raise OutputError(
            "cannot write `{path}`: {reason}. Nothing was changed there. "
            "Free space, close the file where it is open, or choose another folder.",
            path=str(target),
            reason=error.strerror or str(error),
        ) from error


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let one process at a time bring a file."""
    from filelock import FileLock, Timeout

    lock = FileLock(target.with_name(f".{target.name}.lock"))
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        with step(translate("Waiting for another process that fetches {name}", name=target.name)):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _pull_until_whole(url: str, part: Path, patience: Patience) -> None:
    furthest, idle = _size(part), 0
    for _ in range(_MOST_ATTEMPTS):
        try:
            _pull(url, part, patience)
        except _CutShortError as error:
            reason: Exception = error
        else:
            return
        reached = _size(part)
        idle = 0 if reached > furthest else idle + 1
        furthest = max(furthest, reached)
        if idle >= patience.tries:
            break
        time.sleep(patience.pause_s * 2 ** max(idle - 1, 0))
    raise _given_up(url, part, furthest, reason)


def _given_up(url: str, part: Path, furthest: int, reason: Exception) -> DataSourceError:
    final = part.with_name(part.name[1:].removesuffix(".part"))
    if furthest:
        return DataSourceError(
            "{url} broke off after {size:.1f} MB ({reason}). What came is kept: the same call goes on from there. "
            "Or fetch it with another program and save it as {path}.",
            url=url,
            size=furthest / 1e6,
            reason=str(reason),
            path=str(final),
        )
    return DataSourceError(
        "{host} cannot be reached ({reason}). Check the network, the proxy (HTTPS_PROXY) and the mirror "
        "(GEO_URBAN_MIRROR), then try again. Or fetch {url} on another computer and save it as {path}.",
        host=urlsplit(url).netloc,
        reason=str(reason),
        url=url,
        path=str(final),
    )


def _pull(url: str, part: Path, patience: Patience) -> None:
    """Bring what is still missing of a file, or raise."""
    import requests

    note = _note(part, url)
    have = _size(part) if note else 0
    headers = {"Accept-Encoding": "identity", "User-Agent": "geo-urban"}
    if have:
        headers |= {"Range": f"bytes={have}-"}
        if note.get("version"):
            headers["If-Range"] = str(note["version"])
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(patience.connect_s, patience.read_s)) as answer:
            for passed in (*answer.history, answer):
                _require_secure(url, passed.url)
            if answer.status_code == _PAST_END:
                _settle_past_end(answer, part, have)
                return
            _require_answer(url, answer)
            _keep(answer, part, url, have, note)
    except (
        requests.exceptions.SSLError,
        requests.exceptions.InvalidSchema,
        requests.exceptions.TooManyRedirects,
    ) as error:
        raise DataSourceError(
            "{url} cannot be fetched safely ({reason}). Check the address, the clock and the certificates of this "
            "computer, or give a mirror.",
            url=url,
            reason=_short(error),
        ) from error
    except requests.exceptions.RequestException as error:
        raise _CutShortError(_short(error)) from error


def _require_secure(asked: str, answered: str) -> None:
    if asked.startswith("https://") and not answered.startswith("https://"):
        raise DataSourceError(
            "{url} sends on to {other}, which is not encrypted, so anyone on the way could change the file. "
            "Give another mirror.",
            url=asked,
            other=answered,
        )


def _require_answer(url: str, answer: Any) -> None:
    status = answer.status_code
    if status in _GONE:
        raise DataSourceError(
            "{url} does not exist on the server (status {status}). Check year, region and resolution; the publisher "
            "may have moved it.",
            url=url,
            status=status,
        )
    if status in _TRY_LATER:
        raise _CutShortError(translate("the server is busy or out of order (status {status})", status=status))
    if status not in (_SUCCESS, _PART):
        raise DataSourceError(
            "{url} is refused by the server (status {status}). Fetch it in a browser, where you may have to log in, "
            "or give a mirror.",
            url=url,
            status=status,
        )
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        raise DataSourceError(
            "{url} answers with a web page and not with the file: a login page, or a notice of the network you are "
            "in. Open the address in a browser to see what it says.",
            url=url,
        )


def _keep(answer: Any, part: Path, url: str, have: int, note: dict[str, Any]) -> None:
    begins, whole = _extent(answer)
    version = _version(answer)
    # Servers that know no `If-Range` go on with another file where the first one stopped.
    before = note.get("version")
    other = note.get("whole") not in (None, whole) or bool(before and version and before != version)
    if begins not in (0, have) or (begins and other):
        _forget(part)
        raise _CutShortError(translate("the file on the server has changed"))
    coming = None if whole is None else whole - begins
    require_room(part.parent, coming or 0)
    if not begins:  # old bytes must not be taken for the beginning of this file
        part.unlink(missing_ok=True)
    _write_note(part, {"url": url, "whole": whole, "version": version})
    name = part.name[1:].removesuffix(".part")
    pieces = track(
        answer.iter_content(_PIECE),
        description=translate("Fetching {name}", name=name),
        total=None if coming is None else ceil(coming / _PIECE),
    )
    with part.open("ab" if begins else "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if whole is not None and _size(part) != whole:
        raise _CutShortError(translate("{got:,} bytes came, {whole:,} were announced", got=_size(part), whole=whole))


def _version(answer: Any) -> str:
    tag = str(answer.headers.get("ETag", ""))
    # A weak tag promises nothing about bytes.
    return tag if tag and not tag.startswith("W/") else str(answer.headers.get("Last-Modified", ""))


def _extent(answer: Any) -> tuple[int, int | None]:
    """Return where the bytes of an answer begin, and how many the whole file has if the server says so."""
    if answer.status_code == _PART:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if found:
            return int(found[1]), None if found[2] == "*" else int(found[2])
        return -1, None
    length = answer.headers.get("Content-Length", "")
    return 0, int(length) if length.isdigit() and not answer.headers.get("Content-Encoding") else None


def _settle_past_end(answer: Any, part: Path, have: int) -> None:
    """Take a file as whole if the server says that nothing is left, else begin anew."""
    whole = answer.headers.get("Content-Range", "").removeprefix("bytes */")
    if not have or whole != str(have):
        _forget(part)
        raise _CutShortError(translate("the file on the server has changed"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _note(part: Path, url: str) -> dict[str, Any]:
    """Return what is known of the half-made file, or nothing if it cannot be continued."""
    with suppress(OSError, ValueError):
        note = json.loads(_note_path(part).read_text(encoding="utf-8"))
        if isinstance(note, dict) and note.get("url") == url and (note.get("version") or note.get("whole")):
            return cast("dict[str, Any]", note)
    return {}


def _write_note(part: Path, note: dict[str, Any]) -> None:
    _note_path(part).write_text(json.dumps(note), encoding="utf-8")


def _note_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note_path(part).unlink(missing_ok=True)


def _short(error: Exception) -> str:
    """Return what lies at the bottom of a chain of network errors: it says what happened."""
    cause: BaseException = error
    while cause.__context__ is not None:
        cause = cause.__context__
    text = re.sub(r"^\[Errno -?\d+\] ", "", str(cause)).strip().rstrip(".")
    return (text or type(cause).__name__)[:200]
