"""How speed is measured: in processor time, which other work on the machine changes least.

`make bench` times; an ordinary test run goes through each benchmark once and looks at no clock.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

HERE = Path(__file__).resolve().parent


def processor_time() -> float:
    """Processor time of this process and of its finished children [s] (on Windows without the children's)."""
    try:
        import resource
    except ImportError:
        children = 0.0
    else:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = used.ru_utime + used.ru_stime
    return time.process_time() + children


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every benchmark of this folder read that clock."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.benchmark(timer=processor_time))


@pytest.fixture
def held_to(benchmark: BenchmarkFixture) -> Callable[[float], None]:
    """Compare the best round with a goal in seconds, where rounds were timed."""

    def check(goal: float) -> None:
        benchmark.extra_info["goal_seconds"] = goal
        if benchmark.stats is None:
            return
        best = benchmark.stats["min"]
        assert best <= goal, f"best round: {best:.2f} s of processor time; goal: {goal:g} s"

    return check
