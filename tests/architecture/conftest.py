"""What the tests of the whole package read: its modules as syntax trees, and the files git tracks."""

from __future__ import annotations

import ast
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def modules(repository: Path) -> dict[str, ast.Module]:
    """Every module of the package, by its path below the checkout."""
    return {
        path.relative_to(repository).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((repository / "geo_urban").rglob("*.py"))
    }


@pytest.fixture(scope="session")
def tracked_texts(repository: Path) -> dict[str, str]:
    """Every text file that git tracks, by its path."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, check=True)
    texts = {}
    for name in listing.stdout.decode().rstrip("\0").split("\0"):
        path = repository / name
        try:
            texts[name] = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):  # a picture; a file removed but not yet committed
            continue
    return texts
