"""Write tables as plain CSV: UTF-8, line feeds, whole numbers without a point, blanks where nothing is known."""

from __future__ import annotations

import csv
import re
from hashlib import sha256
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from census.tables import Row

__all__ = ["checksum", "table_text", "with_checksums"]

CHECKSUMS = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)


def table_text(rows: Iterable[Row], labels: Sequence[str]) -> str:
    """Return a table as CSV text with the columns `labels`."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(labels)
    writer.writerows([_cell(row.get(label)) for label in labels] for row in rows)
    return text.getvalue()


def _cell(value: str | float | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return str(int(value)) if value == int(value) else repr(value)


def checksum(content: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return sha256(content).hexdigest()


def with_checksums(page: str, checksums: dict[str, str]) -> str:
    """Return the page with its block of checksums replaced."""
    lines = "".join(f"{value}  {name}\n" for name, value in checksums.items())
    return CHECKSUMS.sub(lines, page, count=1)
