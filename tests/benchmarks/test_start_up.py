"""What a user waits for before anything happens."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

HELP = "import sys; from geo_urban.cli import main; sys.argv = ['geo-urban', '--help']; main()"


@pytest.mark.parametrize(
    ("code", "goal"),
    [
        # Goals of the project for processor time, interpreter included.
        pytest.param("import geo_urban", 0.3, id="import geo_urban"),
        pytest.param(HELP, 0.6, id="geo-urban --help"),
    ],
)
def test_start_up(benchmark: BenchmarkFixture, held_to: Callable[[float], None], code: str, goal: float) -> None:
    def start() -> None:
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)
    held_to(goal)
