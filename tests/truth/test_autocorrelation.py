"""Autocorrelation against hand counts and full enumeration, and against esda on data that come with libpysal.

Numbers on Columbus, sids2, stl and mexico are those that esda 2.8.2 gives on the same input (queen contiguity unless
said otherwise, rows adding up to one): a third party's figures, computed once and kept, not copied from print.
"""

from __future__ import annotations

from itertools import combinations, permutations
from math import comb
from pathlib import Path

import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph

from geo_urban.shrinkage import (
    geary,
    getis_ord_g,
    join_counts,
    local_geary,
    local_getis_ord,
    local_join_counts,
    local_moran,
    moran,
)
from geo_urban.spatial import contiguity_graph

EXAMPLES = Path(libpysal.__file__).parent / "examples"


def example(file: str) -> gpd.GeoDataFrame:
    return gpd.read_file(EXAMPLES / file)


@pytest.fixture(scope="module")
def columbus() -> gpd.GeoDataFrame:
    return example("columbus/columbus.shp")


@pytest.fixture(scope="module")
def small() -> tuple[pd.Series, Graph]:
    """Seven units, two and three neighbors each, with a tie among their values."""
    links = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 0), (0, 3), (2, 5)]
    focal, neighbor = np.array(links + [(b, a) for a, b in links]).T
    order = np.lexsort((neighbor, focal))
    graph = Graph.from_arrays(focal[order], neighbor[order], np.ones(len(order)))
    return pd.Series([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0]), graph


@pytest.mark.parametrize(
    ("file", "column", "queen", "statistic"),
    [
        ("columbus/columbus.shp", "CRIME", True, 0.500188557),
        ("columbus/columbus.shp", "CRIME", False, 0.523670213),
        ("columbus/columbus.shp", "HOVAL", True, 0.180093114),
        ("sids2/sids2.shp", "SIDR74", True, 0.230910472),
        ("stl/stl_hom.shp", "HR8893", True, 0.195024157),
        ("mexico/mexicojoin.shp", "PCGDP1940", True, 0.110237239),
    ],
)
def test_moran(file: str, column: str, statistic: float, *, queen: bool) -> None:
    units = example(file)
    result = moran(units[column], contiguity_graph(units, queen=queen), permutations=0)
    assert result.statistic == pytest.approx(statistic, abs=5e-10)


@pytest.mark.parametrize(("queen", "z"), [(True, 5.589383), (False, 5.457880)])
def test_moran_score_if_values_are_exchanged(columbus: gpd.GeoDataFrame, z: float, *, queen: bool) -> None:
    result = moran(columbus["CRIME"], contiguity_graph(columbus, queen=queen), permutations=0)
    assert result.z == pytest.approx(z, abs=5e-7)


def test_hot_and_cold_spots_of_columbus(columbus: gpd.GeoDataFrame) -> None:
    """Beyond ±1.96 11 hot, 7 cold, as esda has it with weights of one; with rows that add up to one too."""
    for transformation in ("B", "R"):
        spots = local_getis_ord(
            columbus["CRIME"], contiguity_graph(columbus), permutations=0, transformation=transformation
        )
        assert (spots.units["z"] > 1.96).sum() == 11
        assert (spots.units["z"] < -1.96).sum() == 7


def test_two_sided_p_halves_the_finds(columbus: gpd.GeoDataFrame) -> None:
    """Columbus CRIME, 9,999 permutations: our own 15 units at two-sided p ≤ .05; esda has 20, by the smaller tail."""
    graph = contiguity_graph(columbus)
    two_sided = local_moran(columbus["CRIME"], graph, seed=1).units["p"]
    folded = local_moran(columbus["CRIME"], graph, seed=1, alternative="geoda").units["p"]
    assert (two_sided <= 0.05).sum() == 15
    assert 19 <= (folded <= 0.05).sum() <= 21


def test_local_moran_adds_up_to_the_global_one(columbus: gpd.GeoDataFrame) -> None:
    """Anselin (1995), eq. 16: with rows that add up to one the mean of I_i is I."""
    graph = contiguity_graph(columbus)
    local = local_moran(columbus["CRIME"], graph, permutations=99, seed=1).units["statistic"]
    assert local.mean() == pytest.approx(0.500188557, abs=5e-10)


def enumerated(values: pd.Series, graph: Graph, unit: int, *, squared: bool) -> tuple[float, float, float, float]:
    """Share of all surroundings at least and at most as large as the observed one; their mean and variance."""
    z = (values - values.mean()) / values.std(ddof=0)
    others = [other for other in values.index if other != unit]
    near = graph[unit].index.tolist()

    def measure(chosen: list[int]) -> float:
        terms = (z[unit] - z[chosen]) ** 2 if squared else z[unit] * z[chosen]
        return float(terms.mean())

    observed = measure(near)
    every = np.array([measure(list(chosen)) for chosen in combinations(others, len(near))])
    assert len(every) == comb(len(others), len(near))
    return (
        float((every >= observed - 1e-9).mean()),
        float((every <= observed + 1e-9).mean()),
        float((observed - every.mean()) / every.std()),
        observed,
    )


@pytest.mark.parametrize("squared", [False, True], ids=["moran", "geary"])
def test_p_is_that_of_all_surroundings(small: tuple[pd.Series, Graph], *, squared: bool) -> None:
    """Every way to choose the neighbors among the others, one by one; p within 5 standard errors, scores exact."""
    values, graph = small
    test = local_geary if squared else local_moran
    draws = 999_999
    upper = test(values, graph, permutations=draws, seed=5, alternative="greater").units
    lower = test(values, graph, permutations=draws, seed=5, alternative="less").units
    both = test(values, graph, permutations=draws, seed=5).units
    for unit in values.index:
        at_least, at_most, score, observed = enumerated(values, graph, unit, squared=squared)
        assert upper["statistic"][unit] == pytest.approx(observed)
        assert upper["z"][unit] == pytest.approx(score)
        assert upper["p"][unit] == pytest.approx(at_least, abs=5 * np.sqrt(0.25 / draws))
        assert lower["p"][unit] == pytest.approx(at_most, abs=5 * np.sqrt(0.25 / draws))
        assert both["p"][unit] == pytest.approx(min(1, 2 * min(at_least, at_most)), abs=10 * np.sqrt(0.25 / draws))


def test_weighted_p_is_that_of_all_arrangements(small: tuple[pd.Series, Graph]) -> None:
    """Neighbors that weigh differently: every ordered choice of neighbors."""
    values, graph = small
    weights = np.linspace(0.2, 3, graph.n_edges)
    pairs = graph.adjacency.index
    uneven = Graph.from_arrays(pairs.get_level_values(0), pairs.get_level_values(1), weights)
    draws = 999_999
    found = local_moran(values, uneven, permutations=draws, seed=5, alternative="greater", transformation=None).units
    z = ((values - values.mean()) / values.std(ddof=0)).to_numpy()
    for unit in values.index:
        row = uneven[unit]
        others = np.delete(z, unit)
        every = np.array([z[unit] * (row.to_numpy() @ chosen) for chosen in permutations(others, len(row))])
        observed = z[unit] * (row.to_numpy() @ z[row.index])
        assert found["statistic"][unit] == pytest.approx(observed)
        assert found["z"][unit] == pytest.approx((observed - every.mean()) / every.std())
        assert found["p"][unit] == pytest.approx((every >= observed - 1e-9).mean(), abs=5 * np.sqrt(0.25 / draws))


@pytest.mark.parametrize("measure", [moran, geary, getis_ord_g])
def test_moments_are_those_of_all_arrangements(measure: object) -> None:
    """Five units, one-way links of uneven weight, all 120 arrangements: mean and variance to the last digits."""
    random = np.random.default_rng(0)
    matrix = random.random((5, 5)) * (random.random((5, 5)) < 0.6)
    np.fill_diagonal(matrix, 0)
    matrix[0, 1] = matrix[1, 2] = matrix[2, 3] = matrix[3, 4] = matrix[4, 0] = 1
    focal, neighbor = np.nonzero(matrix)
    graph = Graph.from_arrays(focal, neighbor, matrix[focal, neighbor])
    values = pd.Series(random.gamma(1, size=5))

    def statistic(arranged: tuple[float, ...]) -> float:
        result = measure(pd.Series(arranged), graph, transformation=None, permutations=0)  # type: ignore[operator]
        return float(result.statistic)

    every = np.array([statistic(arranged) for arranged in permutations(values)])
    result = measure(values, graph, transformation=None, permutations=0)  # type: ignore[operator]
    assert result.expected == pytest.approx(every.mean(), rel=1e-9)
    assert result.variance == pytest.approx(every.var(), rel=1e-9)


def test_join_counts_are_those_of_all_arrangements(small: tuple[pd.Series, Graph]) -> None:
    """Seven units in three classes: all 210 different arrangements."""
    _, graph = small
    classes = ["a", "a", "a", "b", "b", "c", "c"]
    links = [(a, b) for a, b in graph.adjacency.index if a < b]

    def counts(arranged: tuple[str, ...]) -> dict[tuple[str, ...], int]:
        found = dict.fromkeys([("a", "a"), ("a", "b"), ("a", "c"), ("b", "b"), ("b", "c"), ("c", "c")], 0)
        for one, other in links:
            found[tuple(sorted((arranged[one], arranged[other])))] += 1
        return found

    every = pd.DataFrame([counts(arranged) for arranged in set(permutations(classes))])
    result = join_counts(pd.Series(classes), graph, permutations=199_999, seed=2).pairs
    observed = counts(tuple(classes))
    for pair in every.columns:
        row = result.loc[pair]
        assert row["count"] == observed[pair]
        assert row["expected"] == pytest.approx(every[pair].mean())
        assert row["variance"] == pytest.approx(every[pair].var(ddof=0))
        tails = (every[pair] >= observed[pair]).mean(), (every[pair] <= observed[pair]).mean()
        assert row["p"] == pytest.approx(min(1, 2 * min(tails)), abs=0.006)


def test_local_join_counts_are_those_of_all_surroundings(small: tuple[pd.Series, Graph]) -> None:
    _, graph = small
    members = pd.Series([1, 1, 0, 1, 0, 0, 1])
    found = local_join_counts(members, graph).units
    for unit in members.index[members == 1]:
        others = members.drop(unit)
        near = graph[unit].index
        every = np.array([sum(chosen) for chosen in combinations(others, len(near))])
        assert found["statistic"][unit] == members[near].sum()
        assert found["p"][unit] == pytest.approx((every >= members[near].sum()).mean())
        assert found["z"][unit] == pytest.approx((members[near].sum() - every.mean()) / every.std())


def test_permutations_agree_with_the_formula(columbus: gpd.GeoDataFrame) -> None:
    result = moran(columbus["CRIME"], contiguity_graph(columbus), permutations=99_999, seed=1)
    counted, formula = result.assumptions.loc["permutation"], result.assumptions.loc["randomization"]
    assert counted["expected"] == pytest.approx(formula["expected"], abs=5 * np.sqrt(formula["variance"] / 99_999))
    assert counted["variance"] == pytest.approx(formula["variance"], rel=0.03)
    assert result.p == 2 / 100_000
