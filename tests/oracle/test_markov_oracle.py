"""Moves between classes against giddy's published figures and giddy itself."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph

from geo_urban.shrinkage import lisa_markov, spatial_markov

YEARS = [str(year) for year in range(1929, 2010)]


@pytest.fixture(scope="module")
def income() -> tuple[pd.DataFrame, Graph]:
    """Income per head of 48 states of the USA and their borders, as libpysal ships them."""
    import libpysal

    folder = Path(libpysal.__file__).parent / "examples" / "us_income"
    states = pd.read_csv(folder / "usjoin.csv")
    lines = (folder / "states48.gal").read_text(encoding="utf-8").split("\n")
    neighbors = {int(lines[i].split()[0]): [int(one) for one in lines[i + 1].split()] for i in range(1, 97, 2)}
    return states, Graph.from_dicts(neighbors)


def test_published_statistics(income: tuple[pd.DataFrame, Graph]) -> None:
    states, graph = income
    # Docstring of giddy 2.3.8's Spatial_Markov: quintiles of incomes, quartiles of the neighbors', then both quintiles.
    quartiles = spatial_markov(states, graph, columns=YEARS, neighbor_classes=4)
    assert quartiles.likelihood_ratio == pytest.approx(172.105, abs=5e-4)
    assert quartiles.chi_square == pytest.approx(321.128, abs=5e-4)
    assert quartiles.degrees_of_freedom == 45
    assert quartiles.limits == pytest.approx((0.83999133, 0.94707545, 1.03242697, 1.14911154))
    assert quartiles.neighbor_limits == pytest.approx((0.91440247, 0.98583079, 1.08698351))
    quintiles = spatial_markov(states, graph, columns=YEARS)
    assert quintiles.likelihood_ratio == pytest.approx(170.659, abs=5e-4)
    assert quintiles.chi_square == pytest.approx(200.624, abs=5e-4)
    assert quintiles.degrees_of_freedom == 60
    assert quintiles.likelihood_ratio_p < 1e-11
    # The same docstring: a poor state with poor neighbors stays poor, and the long-run shares.
    assert quintiles.probabilities.loc[(1, 1), 1] == pytest.approx(0.963, abs=5e-4)
    assert quintiles.steady.loc[1].tolist() == pytest.approx(
        [0.43509425, 0.2635327, 0.20363044, 0.06841983, 0.02932278], abs=1e-8
    )
    assert quintiles.summary().loc["all", "moves"] == 48 * 80


def test_quadrants_of_giddy(income: tuple[pd.DataFrame, Graph]) -> None:
    states, graph = income
    result = lisa_markov(states, graph, columns=YEARS)
    # Docstring of giddy's LISA_Markov.
    assert result.transitions.to_numpy().tolist() == [
        [1087, 44, 4, 34], [41, 470, 36, 1], [5, 34, 1422, 39], [30, 1, 40, 552],
    ]  # fmt: skip
    assert result.steady.tolist() == pytest.approx([0.28561505, 0.14190226, 0.40493672, 0.16754598], abs=1e-8)
    assert result.summary()[["stay", "own", "neighbors", "both"]].sum(axis=1).tolist() == pytest.approx([1] * 4)


def test_expected_moves_are_of_sides_of_the_mean(income: tuple[pd.DataFrame, Graph]) -> None:
    """Two chains of two states each, counted here one move at a time."""
    states, graph = income
    expected = lisa_markov(states, graph, columns=YEARS).expected
    values = states[YEARS].to_numpy(dtype=float)
    low = values < values.mean(axis=0)
    row_weights = graph.transform("r").sparse.toarray()
    low_lag = row_weights @ values < values.mean(axis=0)

    def chain(sides: np.ndarray) -> np.ndarray:
        counts = np.zeros((2, 2))
        for before, after in zip(sides[:, :-1].ravel(), sides[:, 1:].ravel(), strict=True):
            counts[int(before), int(after)] += 1
        return counts / counts.sum(axis=1, keepdims=True)

    own, near = chain(low), chain(low_lag)
    assert expected.loc["high-high", "low-low"] == pytest.approx(1169 * own[0, 1] * near[0, 1])
    assert expected.loc["low-high", "low-high"] == pytest.approx(548 * own[1, 1] * near[0, 0])
    assert expected.to_numpy().sum() == pytest.approx(48 * 80)


def test_giddys_expected_moves_mix_units_and_dates(income: tuple[pd.DataFrame, Graph]) -> None:
    """The fault for which its expected counts are not used: they follow each unit's mean over time."""
    states, graph = income
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from giddy.markov import LISA_Markov

        weights = graph.transform("r").to_W()
        theirs = LISA_Markov(states[YEARS].to_numpy(dtype=float), weights, permutations=0)
        scaled = LISA_Markov(states[YEARS].to_numpy(dtype=float) / states[YEARS].mean().to_numpy(), weights)
    # Measuring each year by its own mean changes no quadrant, so it must not change what is expected of them.
    assert np.array_equal(theirs.q, scaled.q)
    assert not np.allclose(theirs.expected_t, scaled.expected_t)


def test_order_of_rows_does_not_matter(income: tuple[pd.DataFrame, Graph]) -> None:
    states, graph = income
    mixed = states.sample(frac=1, random_state=1)
    one, other = (spatial_markov(frame, graph, columns=YEARS) for frame in (states, mixed))
    pd.testing.assert_frame_equal(one.transitions, other.transitions)
    assert other.units["moves"].sort_index().tolist() == one.units["moves"].tolist()
