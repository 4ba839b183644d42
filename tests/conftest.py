"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared" / "data"
SHARED_REASON = "the real inputs (../shared/data) are not beside this checkout"

STUDY_PAGES = "tests/maps/test_built_in_study_pages.py"
# What takes longest goes first, so that no worker waits for another at the end.
LONGEST = (
    "tests/architecture/test_documentation.py",  # runs every notebook
    STUDY_PAGES,
    "tests/truth/test_agglomeration_scopes.py",
    "notebooks/",
    "tests/unit/test_study_runs.py",
    "tests/unit/test_grid_study.py",
    "tests/maps/",
    "tests/truth/",
    "tests/unit/",
)

# No test looks at the clock. Continuous integration tries the same examples each time; a developer's runs explore.
settings.register_profile("explore", deadline=None, print_blob=True)
settings.register_profile("repeat", parent=settings.get_profile("explore"), derandomize=True)
settings.load_profile("repeat" if os.environ.get("GEO_URBAN_REQUIRE_SHARED") == "1" else "explore")


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real inputs; the test is skipped with a reason where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(SHARED_REASON)
    return SHARED


@pytest.fixture(scope="session")
def northeast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the main job's result, run once, as a reader runs it: a command, with every warning an error."""
    folder = tmp_path_factory.mktemp("northeast") / "out"
    command = [sys.executable, "-W", "error", "-m", "geo_urban.cli", "run", "northeast"]
    command += ["--lang", "zh", "--figures", "wan", "-o", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    return folder


def shares_with(test: str) -> str:
    """What a test shares with others, by its node: the run of a study, or the fixtures of its file."""
    file, _, rest = test.partition("::")
    if file == "tests/unit/test_study_northeast.py":
        return f"{STUDY_PAGES}[northeast]"
    if file == STUDY_PAGES and "[" in rest:
        return f"{file}[{rest.split('[')[1].split(']')[0].strip()}]"  # studies are driven side by side
    return file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; what shares a run or a file stays together."""

    def place(item: pytest.Item) -> int:
        return next((number for number, start in enumerate(LONGEST) if kept[item].startswith(start)), len(LONGEST))

    kept = {item: shares_with(item.nodeid) for item in items}
    first = {name: number for number, name in reversed(list(enumerate(kept.values())))}
    items.sort(key=lambda item: (place(item), first[kept[item]]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out by file, but studies one by one, and in the order above instead of by the number of tests."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByWhatIsShared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shares_with(nodeid)

    config.option.loadscopereorder = False
    return ByWhatIsShared(config, log)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests read English messages whatever the machine's locale."""
    monkeypatch.setenv("GEO_URBAN_LANG", "en")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where the real inputs must be there (`.ci/run`), a test skipped for want of them fails."""
    report = yield
    required = os.environ.get("GEO_URBAN_REQUIRE_SHARED") == "1"
    if required and report.skipped and SHARED_REASON in str(report.longrepr):
        report.outcome = "failed"
    return report
