"""How speed is measured: in processor time, which other work on the machine changes least.

`make bench` times; an ordinary test run goes through each benchmark once and looks at no clock.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # where `clock` lies


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every benchmark of this folder read that clock."""
    from clock import processor_time

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


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], benchmark: BenchmarkFixture) -> Callable[..., None]:
    """Print a figure beside its goal, if it has one, keep it with the benchmark, and hold to the goal."""

    def tell(what: str, figure: float, *, at_least: float | None = None, at_most: float | None = None) -> None:
        goal = f"at least {at_least:g}" if at_least is not None else "none"
        goal = goal if at_most is None else f"at most {at_most:g}"
        benchmark.extra_info[what] = figure
        with capsys.disabled():
            print(f"\n  {what}: {figure:.3g} (goal: {goal})")  # noqa: T201 - what the benchmark is for
        assert at_least is None or figure >= at_least
        assert at_most is None or figure <= at_most

    return tell
