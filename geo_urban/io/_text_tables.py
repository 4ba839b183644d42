"""Tell the encoding and the delimiter of a text table."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from geo_urban.errors import DataSourceError

if TYPE_CHECKING:
    from pathlib import Path

DELIMITERS = (",", "\t", ";", "|")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_LINES = 20


def decoded(path: Path, *, argument: str) -> str:
    """Return a text file's content: by its byte order mark, else UTF-8, else GB 18030 (what Chinese Excel writes)."""
    content = path.read_bytes()
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataSourceError(
        "`{argument}`: {path} is neither UTF-8 nor GB 18030 text. Save it as CSV UTF-8, or as XLSX.",
        argument=argument,
        path=str(path),
    )


def delimiter_of(text: str) -> str:
    """Return the delimiter that splits the first lines into most, and equally many, cells."""
    lines = [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]

    def merit(delimiter: str) -> tuple[bool, int]:
        counts = [line.count(delimiter) for line in lines]
        return (min(counts, default=0) > 0, min(counts, default=0))

    return max(DELIMITERS, key=merit)
