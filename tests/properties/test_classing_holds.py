"""What must hold of classes, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_urban.classing import class_breaks
from geo_urban.readable_limits import roundest_between

NUMBERS = st.lists(st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda value: round(value, 4)), max_size=60)
SCHEMES = ("quantiles", "natural", "equal", "standard_deviation")


@pytest.mark.parametrize("scheme", SCHEMES)
@given(values=NUMBERS, classes=st.integers(2, 9))
def test_limits_ascend_within_the_values(scheme: str, values: list[float], classes: int) -> None:
    breaks = class_breaks(values, scheme=scheme, classes=classes)
    assert len(breaks.colors) <= classes
    for limit in breaks.limits:
        assert min(values) < limit <= max(values)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(values=NUMBERS, classes=st.integers(2, 9))
def test_a_centre_parts_signs_and_limits_mirror_each_other(scheme: str, values: list[float], classes: int) -> None:
    breaks = class_breaks(values, scheme=scheme, classes=classes, center=0)
    assert 0.0 in breaks.limits
    below = {-limit for limit in breaks.limits if limit < 0}
    above = {limit for limit in breaks.limits if limit > 0}
    assert below <= above or above <= below
    assert len(breaks.colors) <= classes + 1


@given(values=NUMBERS.filter(bool), classes=st.integers(2, 9))
def test_rounding_moves_no_unit(values: list[float], classes: int) -> None:
    tops = np.unique(np.quantile(values, np.arange(1, classes) / classes))
    exact = np.unique(np.searchsorted(tops, values, side="left"), return_inverse=True)[1]
    rounded = np.searchsorted(class_breaks(values, classes=classes).limits, values, side="right")
    assert rounded.tolist() == exact.tolist()


@given(st.floats(-1e12, 1e12, allow_subnormal=False), st.floats(-1e12, 1e12, allow_subnormal=False))
def test_the_roundest_number_lies_between(one: float, other: float) -> None:
    low, high = sorted((one, other))
    if low < high:
        assert low < roundest_between(low, high) <= high
