"""Autocorrelation against esda where it is right; where it was measured to be wrong, the difference is held fast."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import libpysal
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph

from geo_urban.shrinkage import (
    geary,
    getis_ord_g,
    local_geary,
    local_getis_ord,
    local_join_counts,
    local_moran,
    local_moran_bivariate,
    moran,
    moran_rates,
)
from geo_urban.spatial import contiguity_graph, distance_graph, knn_graph

if TYPE_CHECKING:
    from types import ModuleType

EXAMPLES = Path(libpysal.__file__).parent / "examples"
DRAWS = 9999

# What esda, numba and libpysal say of themselves and of one another.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def esda() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("esda")


@pytest.fixture(scope="module")
def columbus() -> gpd.GeoDataFrame:
    return gpd.read_file(EXAMPLES / "columbus" / "columbus.shp")


def income() -> tuple[pd.Series, Graph]:
    states = gpd.read_file(EXAMPLES / "us_income" / "us48.shp").set_index("STATE_NAME")
    panel = pd.read_csv(EXAMPLES / "us_income" / "usjoin.csv").set_index("Name")
    return panel["2009"].reindex(states.index).astype(float), contiguity_graph(states)


def baltimore() -> tuple[pd.Series, Graph]:
    houses = gpd.read_file(EXAMPLES / "baltim" / "baltim.shp").set_crs(26985)  # any plane: only who is near matters
    return houses["PRICE"], knn_graph(houses, k=5)


def by_borders(file: str, column: str) -> tuple[pd.Series, Graph]:
    units = gpd.read_file(EXAMPLES / file)
    return units[column], contiguity_graph(units)


CASES = {
    "columbus": lambda: by_borders("columbus/columbus.shp", "CRIME"),
    "sids2": lambda: by_borders("sids2/sids2.shp", "SIDR74"),
    "stl": lambda: by_borders("stl/stl_hom.shp", "HR8893"),
    "mexico": lambda: by_borders("mexico/mexicojoin.shp", "PCGDP1940"),
    "georgia": lambda: by_borders("georgia/G_utm.shp", "PctBach"),
    "us_income": income,
    "baltim": baltimore,
}


@pytest.mark.parametrize("name", CASES)
def test_local_moran_has_the_folded_p_of_esda(name: str, esda: ModuleType) -> None:
    """Two simulations of 9,999: their difference has √2 standard errors of each; 5 of these among all units."""
    values, graph = CASES[name]()
    ours = local_moran(values, graph, permutations=DRAWS, alternative="geoda", seed=1).units
    theirs = esda.Moran_Local(values.to_numpy(), graph.transform("R"), permutations=DRAWS, seed=1)
    n = len(values)
    assert theirs.Is == pytest.approx(ours["statistic"].to_numpy() * (n - 1) / n)
    p = (ours["p"].to_numpy() + theirs.p_sim) / 2
    apart = (ours["p"].to_numpy() - theirs.p_sim) / np.sqrt(2 * p * (1 - p) / DRAWS)
    # With one neighbor a thirtieth of all draws ties with what is observed: see the test on ties.
    compared = graph.cardinalities.to_numpy() > 1
    assert np.abs(apart[compared]).max() < 5
    # Nor is one of them systematically lower.
    assert abs(apart[compared].mean()) < 1


def test_esda_loses_ties_by_rounding(esda: ModuleType) -> None:
    """Baja California Sur has one neighbor, the richest of the other 31: p = 1/31, where esda 2.8 says 0.0001."""
    values, graph = by_borders("mexico/mexicojoin.shp", "PCGDP1940")
    assert graph[1].index.tolist() == [0]
    assert values.idxmax() == 0
    theirs = esda.Moran_Local(values.to_numpy(), graph.transform("R"), permutations=DRAWS, seed=1)
    assert theirs.p_sim[1] == 0.0001
    ours = local_moran(values, graph, permutations=999_999, alternative="greater", seed=1).units["p"]
    assert values[1] > values.mean()  # so that I is largest with the richest neighbor
    assert ours[1] == pytest.approx(1 / 31, abs=5 * np.sqrt(1 / 31 / 999_999))


def test_quadrants(columbus: gpd.GeoDataFrame, esda: ModuleType) -> None:
    graph = contiguity_graph(columbus)
    theirs = esda.Moran_Local(columbus["CRIME"].to_numpy(), graph.transform("R"), permutations=0)
    words = {1: "high-high", 2: "low-high", 3: "low-low", 4: "high-low"}
    ours = local_moran(columbus["CRIME"], graph, permutations=99, seed=1).units["quadrant"]
    assert ours.astype(str).tolist() == [words[number] for number in theirs.q]


@pytest.mark.parametrize("transformation", ["R", "B"])
def test_global_statistics_and_moments(columbus: gpd.GeoDataFrame, esda: ModuleType, transformation: str) -> None:
    graph = contiguity_graph(columbus)
    weights = graph.transform(transformation).to_W()
    options = {"transformation": transformation, "permutations": 0}
    values = columbus["CRIME"]

    theirs = esda.Moran(values, weights, transformation=transformation.lower(), permutations=0)
    ours = moran(values, graph, **options)
    assert ours.statistic == pytest.approx(theirs.I)
    assert ours.variance == pytest.approx(theirs.VI_rand)
    assert ours.assumptions["variance"]["normality"] == pytest.approx(theirs.VI_norm)
    assert ours.assumptions["p"]["normality"] == pytest.approx(theirs.p_norm)

    theirs = esda.Geary(values, weights, transformation=transformation.lower(), permutations=0)
    ours = geary(values, graph, **options)
    assert ours.statistic == pytest.approx(theirs.C)
    assert ours.variance == pytest.approx(theirs.VC_rand)
    assert ours.assumptions["variance"]["normality"] == pytest.approx(theirs.VC_norm)

    if transformation == "R":  # esda's G takes weights of one only
        return
    theirs = esda.G(values.to_numpy(), weights, permutations=0)
    ours = getis_ord_g(values, graph, **options)
    assert ours.statistic == pytest.approx(theirs.G)
    assert ours.expected == pytest.approx(theirs.EG)
    assert ours.variance == pytest.approx(theirs.VG)


def test_moran_of_rates(esda: ModuleType) -> None:
    counties = gpd.read_file(EXAMPLES / "sids2" / "sids2.shp")
    graph = contiguity_graph(counties)
    theirs = esda.Moran_Rate(counties["SID74"], counties["BIR74"], graph.transform("R").to_W(), permutations=0)
    ours = moran_rates(counties["SID74"], counties["BIR74"], graph, permutations=0)
    assert ours.statistic == pytest.approx(theirs.I)


def test_local_statistics(columbus: gpd.GeoDataFrame, esda: ModuleType) -> None:
    graph = contiguity_graph(columbus)
    rows = graph.transform("R")
    first, second = columbus["CRIME"], columbus["INC"]
    n = len(first)
    pairs = esda.Moran_Local_BV(first.to_numpy(), second.to_numpy(), rows, permutations=DRAWS, seed=1)
    ours = local_moran_bivariate(first, second, graph, alternative="geoda", seed=1).units
    assert pairs.Is == pytest.approx(ours["statistic"].to_numpy() * (n - 1) / n)
    assert np.abs(pairs.p_sim - ours["p"]).max() < 5 * np.sqrt(2 * 0.25 / DRAWS)

    apart = esda.Geary_Local(connectivity=rows, permutations=DRAWS, seed=1).fit(first.to_numpy())
    assert apart.localG == pytest.approx(local_geary(first, graph, seed=1).units["statistic"].to_numpy())

    members = (first > 40).astype(int)
    joins = esda.Join_Counts_Local(connectivity=graph.to_W(), permutations=99, seed=1).fit(members.to_numpy())
    mine = local_join_counts(members, graph).units["statistic"]
    assert mine[members == 1].to_numpy() == pytest.approx(joins.LJC[members == 1])


@pytest.mark.parametrize("star", [True, False])
def test_hot_spots_of_binary_weights(columbus: gpd.GeoDataFrame, esda: ModuleType, *, star: bool) -> None:
    graph = contiguity_graph(columbus)
    theirs = esda.G_Local(columbus["CRIME"].to_numpy(), graph, transform="B", star=star, permutations=0)
    ours = local_getis_ord(columbus["CRIME"], graph, star=star, permutations=0).units
    assert theirs.Zs == pytest.approx(ours["z"].to_numpy())


def test_esda_shrinks_the_score_of_hot_spots_where_rows_add_up_to_one(
    columbus: gpd.GeoDataFrame, esda: ModuleType
) -> None:
    """Multiplying a row of weights cannot change a score; esda 2.8's falls by √(k (N − 1) / (N − k))."""
    graph = contiguity_graph(columbus)
    ours = local_getis_ord(columbus["CRIME"], graph, permutations=0, transformation="R").units["z"].to_numpy()
    theirs = esda.G_Local(columbus["CRIME"].to_numpy(), graph.transform("R"), transform="R", star=True, permutations=0)
    n, k = len(columbus), graph.cardinalities.to_numpy() + 1
    assert theirs.Zs * np.sqrt(k * (n - 1) / (n - k)) == pytest.approx(ours)


def test_esda_finds_isolates_significant(columbus: gpd.GeoDataFrame, esda: ModuleType) -> None:
    """A unit without neighbors has nothing to resemble; esda 2.8 gives it the smallest p there is."""
    graph = contiguity_graph(columbus)
    links = graph.adjacency.copy()
    own = (links.index.get_level_values("focal") == 0) | (links.index.get_level_values("neighbor") == 0)
    alone = pd.Series(0, index=pd.MultiIndex.from_tuples([(0, 0)], names=links.index.names), name="weight")
    island = Graph(pd.concat([alone, links[~own]]))
    theirs = esda.Moran_Local(columbus["CRIME"].to_numpy(), island.transform("R"), permutations=999, seed=1)
    assert theirs.p_sim[0] == 0.001
    ours = local_moran(columbus["CRIME"], island, seed=1)
    assert ours.units["category"][0] == "isolate"
    assert ours.units[["statistic", "z", "p", "p_fdr"]].loc[0].isna().all()
    assert (ours.n, list(ours.isolates)) == (48, [0])


@pytest.mark.parametrize("queen", [True, False])
def test_neighbors_of_libpysal(*, queen: bool) -> None:
    for file in ("columbus/columbus.shp", "mexico/mexicojoin.shp", "stl/stl_hom.shp"):
        units = gpd.read_file(EXAMPLES / file)
        theirs = Graph.build_contiguity(units, rook=not queen, strict=True)
        pd.testing.assert_series_equal(contiguity_graph(units, queen=queen).adjacency, theirs.adjacency)


def test_distances_of_libpysal() -> None:
    houses = gpd.read_file(EXAMPLES / "baltim" / "baltim.shp").set_crs(26985)
    # On the plane of a projection distances differ a little; none lies within that of the limit here.
    plane = houses.set_crs(26985)
    ours = distance_graph(plane, radius_m=20.5)
    theirs = Graph.build_distance_band(plane, 20.5, binary=True)
    assert len(ours.adjacency.index.symmetric_difference(theirs.adjacency.index)) <= 0.01 * theirs.n_edges
