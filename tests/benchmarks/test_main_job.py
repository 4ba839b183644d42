"""The main job from end to end, in a fresh process, as `make run` starts it again.

Without its clock it would say what the fixture `northeast` says, which runs the same command for other tests.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture


@pytest.mark.slow
def test_the_northeast_is_run_again(
    benchmark: BenchmarkFixture, held_to: Callable[[float], None], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "geo_urban.cli", "run", "northeast", "-o", str(tmp_path / "out")]

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    assert (tmp_path / "out" / "index.html").is_file()
    held_to(40.0)  # goal of the project for a repeated run
