"""Progress bars: nested steps share one display, and nothing is shown where nobody watches."""

from __future__ import annotations

import io
import sys

import pytest

from geo_urban import progress
from geo_urban.progress import step, track


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_is_written_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Reading"):
        assert list(track([1, 2], description="Counting")) == [1, 2]
    assert capsys.readouterr().err == ""


def test_a_step_within_a_step_adds_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())
    with step("Reading"), step("Joining"):
        display = progress._shown.get()
        assert display is not None
        assert [task.description for task in display.tasks] == ["Reading", "Joining"]
        assert list(track(iter("ab"), description="Counting", total=2)) == ["a", "b"]
        assert [task.description for task in display.tasks] == ["Reading", "Joining"]
    assert progress._shown.get() is None


def test_a_fault_inside_leaves_the_display_and_passes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", _Terminal())
    with pytest.raises(KeyError, match="lost"), step("Reading"):
        raise KeyError("lost")
    with step("Again"):  # a display left open would make rich refuse a second one
        pass
