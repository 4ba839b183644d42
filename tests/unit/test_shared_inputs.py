"""A test that lacks the real inputs is skipped on a user's checkout and fails in continuous integration."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).resolve().parent.parent / "conftest.py"


@pytest.mark.parametrize(("required", "outcome"), [("0", "skipped"), ("1", "errors")])
def test_absence_of_the_real_inputs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, required: str, outcome: str
) -> None:
    # The copy of conftest.py lies in a fresh folder that has no ../shared beside it.
    pytester.mkdir("checkout")
    monkeypatch.chdir("checkout")
    tests = pytester.mkdir("checkout/tests")
    (tests / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (tests / "test_it.py").write_text("def test_it(shared_data):\n    pass\n", encoding="utf-8")
    monkeypatch.setenv("GEO_URBAN_REQUIRE_SHARED", required)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", str(tests))
    result.assert_outcomes(**{outcome: 1})
