"""The same units in the same classes as mapclassify puts them."""

from __future__ import annotations

import warnings

import mapclassify
import numpy as np
import pytest

from geo_urban.classing import class_breaks
from geo_urban.natural_breaks import natural_tops

SEEDS = range(5)
SAMPLES = {
    "skewed": lambda generator: generator.lognormal(3, 1.2, 301),
    "around zero": lambda generator: generator.normal(0, 0.2, 250),
    "tied counts": lambda generator: generator.poisson(4, 200).astype(float),
}


def members(limits: tuple[float, ...], values: np.ndarray) -> list[int]:
    return np.searchsorted(limits, values, side="right").tolist()


@pytest.fixture(params=[(name, seed) for name in SAMPLES for seed in SEEDS], ids=str)
def values(request: pytest.FixtureRequest) -> np.ndarray:
    name, seed = request.param
    return SAMPLES[name](np.random.default_rng(seed))


@pytest.mark.parametrize("classes", [3, 5, 7])
def test_quantiles(values: np.ndarray, classes: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # ties: fewer classes
        theirs = mapclassify.Quantiles(values, k=classes)
    assert members(class_breaks(values, classes=classes).limits, values) == _dense(theirs.yb)


@pytest.mark.parametrize("classes", [3, 5])
def test_natural_breaks_have_the_same_spread_within_classes(values: np.ndarray, classes: int) -> None:
    theirs = mapclassify.FisherJenks(values, k=classes)
    ours = np.searchsorted(natural_tops(values, classes), values, side="left")
    assert spread(values, ours) == pytest.approx(spread(values, theirs.yb), rel=1e-9)


@pytest.mark.parametrize("classes", [3, 5])
def test_equal_intervals(values: np.ndarray, classes: int) -> None:
    # Theirs keep a value that meets the limit below it, ours above: of the negative values it is the same.
    theirs = mapclassify.EqualInterval(-values, k=classes)
    ours = members(class_breaks(values, scheme="equal", classes=classes).limits, values)
    assert ours == (classes - 1 - theirs.yb).tolist()


def test_standard_deviations(values: np.ndarray) -> None:
    theirs = mapclassify.StdMean(-values)
    ours = members(class_breaks(values, scheme="standard_deviation", classes=5).limits, values)
    assert _dense(np.array(ours)) == _dense(theirs.yb.max() - theirs.yb)


def spread(values: np.ndarray, classes: np.ndarray) -> float:
    return sum(((values[classes == one] - values[classes == one].mean()) ** 2).sum() for one in set(classes.tolist()))


def _dense(numbers: np.ndarray) -> list[int]:
    return np.unique(numbers, return_inverse=True)[1].tolist()
