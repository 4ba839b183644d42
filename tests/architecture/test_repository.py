"""What the tracked files may and may not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geo_urban

if TYPE_CHECKING:
    from pathlib import Path

MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:work|root|farm|tmp|home|Users)/(?=\w)")
# A registry is the machine's business, not the project's: no index, no wheel folder, no mirror.
REGISTRY = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|PIP_(?:EXTRA_)?INDEX_URL|files\.pythonhosted|/simple/"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
LARGEST_FILE_KIB = 1536


def offences(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts.items()
        if name != "tests/architecture/test_repository.py"
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine(tracked_texts: dict[str, str]) -> None:
    assert offences(tracked_texts, MACHINE_PATH) == []


def test_no_registry(tracked_texts: dict[str, str]) -> None:
    assert offences(tracked_texts, REGISTRY) == []


def test_nothing_is_marked_unfinished(tracked_texts: dict[str, str]) -> None:
    assert offences(tracked_texts, UNFINISHED) == []


def test_constraints_are_names_and_versions_only(repository: Path) -> None:
    lines = (repository / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    names = [re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in pins]
    assert sorted(set(names)) == names, "sorted by name, each name once"


def test_constraints_pin_every_dependency(repository: Path) -> None:
    import tomllib

    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [
        *project["dependencies"],
        *(line for name in ("data", "dask", "formats", "osm", "test", "docs", "dev") for line in extras[name]),
    ]
    pins = (repository / "constraints.txt").read_text(encoding="utf-8")
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in pins.splitlines()}
    names = {re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", line)[0]).lower() for line in wanted}
    assert names - {"geo-urban"} <= pinned


def test_version_is_stated_once(repository: Path) -> None:
    from importlib.metadata import version

    assert geo_urban.__version__ == version("geo-urban")
    assert 'dynamic = ["version"]' in (repository / "pyproject.toml").read_text(encoding="utf-8")


def test_no_large_files(repository: Path, tracked_texts: dict[str, str]) -> None:
    sizes = {name: (repository / name).stat().st_size // 1024 for name in tracked_texts}
    assert {name: size for name, size in sizes.items() if size > LARGEST_FILE_KIB} == {}
