"""The documentation builds without a warning, opens without a network, and names every part."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# What a browser fetches by itself; a link that a reader may follow is none of it.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc\s*=\s*["'](?:https?:)?//[^"']*"""
    r"""|<link\b[^>]*\bhref\s*=\s*["'](?:https?:)?//[^"']*"""
    r"""|@import\s+(?:url\()?["']?(?:https?:)?//[^"')]*"""
    r"""|url\(\s*["']?(?:https?:)?//[^"')]*""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(repository: Path) -> Path:
    """The built pages; what `make docs` has built already is kept."""
    built = repository / "docs" / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-b", "html", "--fail-on-warning", "--keep-going", "--quiet"]
    ran = subprocess.run([*command, "docs", str(built)], cwd=repository, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return built


def test_no_page_needs_a_network(site: Path) -> None:
    fetched = [
        f"{path.relative_to(site)}: {found.group()[:120]}"
        for pattern in ("*.html", "*.css")
        for path in site.rglob(pattern)
        for found in FETCHED.finditer(path.read_text(encoding="utf-8"))
    ]
    assert fetched == []


def test_every_part_is_in_the_reference(site: Path, repository: Path) -> None:
    pages = {path.stem for path in (site / "api" / "generated").glob("*.html")}
    parts = {
        f"geo_urban.{folder.parent.name}"
        for folder in (repository / "geo_urban").glob("*/__init__.py")
        if "__all__" in folder.read_text(encoding="utf-8")
    }
    assert parts <= pages


def test_every_link_between_files_leads_somewhere(repository: Path) -> None:
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)\s#]+)")
    pages = [*repository.glob("*.md"), *(repository / "docs").glob("**/*.md")]
    dead = [
        f"{page.relative_to(repository)}: {target}"
        for page in pages
        if "_build" not in page.parts
        for target in link.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []
