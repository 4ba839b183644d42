"""Type names shared by the package."""

from __future__ import annotations

from os import PathLike
from typing import TypeAlias

__all__ = ["FilePath"]

FilePath: TypeAlias = str | PathLike[str]
