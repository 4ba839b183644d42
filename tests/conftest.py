"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared" / "data"
SHARED_REASON = "the real inputs (../shared/data) are not beside this checkout"

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
