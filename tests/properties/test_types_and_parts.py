"""What must be true of types, parts, trends and firmness whatever the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numbers
from libpysal.graph import Graph

from geo_urban.shrinkage import emerging_hot_spots, mann_kendall, sensitivity, shift_share, shrinkage_types

if TYPE_CHECKING:
    from random import Random

COUNTS = numbers.arrays(np.int64, st.tuples(st.integers(2, 30), st.just(4)), elements=st.integers(1, 2_000_000))
SERIES = numbers.arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(5, 9)), elements=st.floats(-6, 6))
COLUMNS = ["y1990", "y2000", "y2010", "y2020"]


@given(COUNTS, st.floats(0, 0.05))
def test_types_agree_with_their_parts(counts: np.ndarray, stable_rate: float) -> None:
    result = shrinkage_types(pd.DataFrame(counts, columns=COLUMNS), counts=COLUMNS, stable_rate=stable_rate)
    units = result.units
    shrinks = units["shrinkage_type"] == "shrinking"
    assert (units.loc[shrinks, "change"] < 0).all()
    assert (units["shrinkage_class"].astype(str).str.startswith("shrinking") == shrinks).all()
    assert not (units["duration"] == "persistent")[~shrinks].any()  # who shrinks in every period shrinks in all
    assert not (units["duration"] == "never")[shrinks].any()  # small losses of each period are a small loss a year
    assert result.summary()["units"].sum() == len(units)
    wider = shrinkage_types(pd.DataFrame(counts, columns=COLUMNS), counts=COLUMNS, stable_rate=stable_rate + 0.01)
    assert (wider.units["shrinkage_type"] == "stable")[units["shrinkage_type"] == "stable"].all()


@given(COUNTS, st.randoms(use_true_random=False))
def test_parts_add_up_and_vanish_in_sum(counts: np.ndarray, random: Random) -> None:
    units = pd.DataFrame(counts[:, :2], columns=["population_2010", "population_2020"])
    units["province"] = [random.choice("xyz") for _ in range(len(units))]
    result = shift_share(units)
    table = result.units
    scale = float(units.sum(numeric_only=True).sum())
    assert (
        table[["level_part", "region_part", "local_part"]].sum(axis=1) - table["change"]
    ).abs().max() < 1e-12 * scale
    assert table.groupby("province")["local_part"].sum().abs().max() < 1e-10 * scale
    assert abs(table["region_part"].sum()) < 1e-10 * scale


@given(SERIES)
def test_trends_turn_with_the_sign_and_with_time(series: np.ndarray) -> None:
    frame = pd.DataFrame(series)
    forward = mann_kendall(frame)
    backward = mann_kendall(frame.iloc[:, ::-1])
    assert forward["s"].tolist() == (-backward["s"]).tolist()
    assert forward["p"].tolist() == pytest.approx(mann_kendall(-frame)["p"].tolist())
    assert forward["p"].between(0, 1).all()
    mirrored = emerging_hot_spots(-frame).units["pattern"]
    patterns = emerging_hot_spots(frame).units["pattern"]
    turned = patterns.str.replace("hot spot", "#").str.replace("cold spot", "hot spot").str.replace("#", "cold spot")
    assert mirrored.tolist() == turned.tolist()


@settings(max_examples=25)
@given(numbers.arrays(np.float64, 12, elements=st.floats(-100, 100), unique=True), st.integers(0, 2**31))
def test_firmness_is_a_share(values: np.ndarray, seed: int) -> None:
    beside = [(unit + step) % 12 for step in (1, -1) for unit in range(12)]
    ring = Graph.from_arrays([*range(12), *range(12)], beside, [1.0] * 24)
    if np.ptp(values) < 1e-6:
        return
    result = sensitivity(pd.Series(values), {"ring": ring}, permutations=[99, 49], levels=[0.1, 0.5], seed=seed)
    assert result.units["firmness"].between(0.25, 1).all()
    assert (result.settings.iloc[0]["agreement"]) == 1
    # A looser level never takes a category away.
    strict, loose = result.categories[0], result.categories[2]
    named = strict != "not significant"
    assert (strict[named] == loose[named]).all()
