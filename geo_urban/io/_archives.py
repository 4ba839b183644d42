"""Take the one raster out of an archive from the web, and trust nothing that the archive says."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from geo_urban.checks import listed
from geo_urban.errors import DataSourceError
from geo_urban.io._transfer import require_room
from geo_urban.messages import translate
from geo_urban.outputs import replace_when_done

if TYPE_CHECKING:
    from zipfile import ZipInfo

__all__ = ["extract_raster", "require_sound"]

_ENCRYPTED = 0x1
_LINK = 0xA000  # file type of a symbolic link in the upper half of a member's attributes
_FILE_TYPE = 0xF000


def extract_raster(archive: Path, target: Path, *, url: str) -> None:
    """Write the raster in `archive` to `target`, whole or not at all."""
    try:
        with ZipFile(archive) as opened, replace_when_done(target) as part:
            member = _raster(opened, target, url)
            require_room(target.parent, member.file_size)
            with opened.open(member) as source, part.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            require_sound(part, name=target.name, url=url)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _damaged(url, str(error)) from error


def require_sound(path: Path, *, name: str, url: str) -> None:
    """Refuse a file that is not what its name says, or ends early."""
    ending = Path(name).suffix.lower()
    if ending == ".zip":
        _require_sound_zip(path, url)
    elif ending in {".tif", ".tiff"}:
        _require_sound_raster(path, url)
    elif ending in {".geojson", ".json"}:
        _require_sound_json(path, url)


def _require_sound_zip(path: Path, url: str) -> None:
    try:
        with ZipFile(path) as archive:
            _require_harmless(archive.infolist(), url)
    except BadZipFile as error:
        raise _damaged(url, str(error)) from error


def _require_harmless(members: list[ZipInfo], url: str) -> None:
    bad = [member.filename for member in members if _leaves_folder(member.filename) or _is_link(member)]
    if bad:
        raise DataSourceError(
            "the archive {url} holds names that lead out of its folder ({names}). Nothing was unpacked and it was "
            "deleted: this is no slip of a publisher. Check the address or the mirror.",
            url=url,
            names=listed(bad),
        )


def _leaves_folder(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return posix.is_absolute() or bool(windows.drive or windows.root) or ".." in (*posix.parts, *windows.parts)


def _is_link(member: ZipInfo) -> bool:
    return (member.external_attr >> 16) & _FILE_TYPE == _LINK


def _raster(archive: ZipFile, target: Path, url: str) -> ZipInfo:
    members = archive.infolist()
    _require_harmless(members, url)
    rasters = [member for member in members if member.filename.lower().endswith(".tif")]
    named = [member for member in rasters if PurePosixPath(member.filename).name == target.name]
    chosen = named or rasters
    if len(chosen) != 1 or chosen[0].flag_bits & _ENCRYPTED:
        raise DataSourceError(
            "the archive {url} should hold one raster {name}, and holds {found}. Check year and region; the publisher "
            "may have changed it.",
            url=url,
            name=target.name,
            found=listed([member.filename for member in members]) or "—",
        )
    return chosen[0]


def _require_sound_raster(path: Path, url: str) -> None:
    """Open a GeoTIFF and see that all the tiles it lists lie within the file: GDAL itself finds out when reading."""
    import rasterio
    from rasterio.errors import RasterioError

    size = path.stat().st_size
    try:
        with rasterio.Env(GDAL_PAM_ENABLED="NO"), rasterio.open(path, driver="GTiff") as raster:
            rows, columns = raster.block_shapes[0]
            last = 0
            for row in range(-(-raster.height // rows)):
                for column in range(-(-raster.width // columns)):
                    begins = raster.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=1)
                    length = raster.get_tag_item(f"BLOCK_SIZE_{column}_{row}", "TIFF", bidx=1)
                    last = max(last, int(begins or 0) + int(length or 0))
    except RasterioError as error:
        raise _damaged(url, str(error)) from error
    if last > size:
        raise _damaged(url, translate("its last cells are missing"))


def _require_sound_json(path: Path, url: str) -> None:
    try:
        with path.open(encoding="utf-8") as file:
            json.load(file)
    except ValueError as error:
        raise _damaged(url, str(error)) from error


def _damaged(url: str, reason: str) -> DataSourceError:
    return DataSourceError(
        "{url} brought a damaged file ({reason}). It was deleted; try again. If it stays so, the copy on the server "
        "is damaged: give a mirror.",
        url=url,
        reason=reason.strip().rstrip("."),
    )
