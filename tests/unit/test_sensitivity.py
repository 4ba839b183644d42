"""Which clusters hold under other settings, on a row of units that can be followed by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from shapely import box

from geo_urban.errors import AlignmentError, GeometryError, InputError, InsufficientDataError
from geo_urban.shrinkage import local_moran, net_of_groups, sensitivity
from geo_urban.shrinkage.merged_units import group_means, merged_graph

COUNT = 60


def chain(reach: int) -> Graph:
    """Each unit beside the next ones up to `reach`."""
    pairs = [(i, j) for i in range(COUNT) for j in range(COUNT) if 0 < abs(i - j) <= reach]
    focal, neighbor = zip(*pairs, strict=True)
    return Graph.from_arrays(focal, neighbor, [1.0] * len(pairs))


@pytest.fixture(scope="module")
def values() -> pd.Series:
    """Low at one end, high at the other, noise between."""
    noise = np.random.default_rng(7).normal(scale=0.3, size=COUNT)
    return pd.Series(noise + np.repeat([-3.0, 0.0, 3.0], [8, 44, 8]))


def test_main_setting_is_the_plain_test(values: pd.Series) -> None:
    graphs = {"one": chain(1), "two": chain(2)}
    result = sensitivity(values, graphs, permutations=[9999, 999], levels=[0.05, 0.2], seed=4)
    plain = local_moran(values, graphs["one"], permutations=9999, fdr=0.05, seed=4).units
    assert result.units["category"].tolist() == plain["category_fdr"].astype(str).tolist()
    assert result.settings[["graph", "permutations", "level"]].iloc[0].tolist() == ["one", 9999, 0.05]
    assert len(result.settings) == 8
    assert result.settings.loc[0, "agreement"] == 1
    assert result.settings.loc[0, "moran"] == pytest.approx(plain["statistic"].mean())
    assert result.settings.loc[0, "units"] == COUNT


def test_firmness_is_a_share_of_settings(values: pd.Series) -> None:
    result = sensitivity(values, {"one": chain(1), "three": chain(3)}, permutations=[999], levels=[0.05, 0.3], seed=4)
    same = result.categories.eq(result.categories[0], axis=0)
    assert result.units["firmness"].tolist() == same.mean(axis=1).tolist()
    assert (result.units["firmness"] >= 1 / 4).all()  # the main setting agrees with itself
    table = result.summary()
    assert table["units"].sum() == COUNT
    assert (
        table.loc["not significant", "always"]
        == ((same.all(axis=1)) & (result.categories[0] == "not significant")).sum()
    )


def test_isolates_and_missing_values_do_not_count(values: pd.Series) -> None:
    edges = [(i, j) for i in range(COUNT - 1) for j in range(COUNT - 1) if abs(i - j) == 1]
    focal, neighbor = zip(*edges, strict=True)
    lone = Graph.from_arrays([*focal, COUNT - 1], [*neighbor, COUNT - 1], [1.0] * len(edges) + [0.0])
    some = values.where(values.index != 3)
    result = sensitivity(some, {"lone": lone, "all": chain(2)}, permutations=[999], levels=[0.05], seed=1)
    last = result.units.loc[COUNT - 1]
    assert last["category"] == "isolate"
    assert math.isnan(last["firmness"])
    assert last["usual_category"] == result.categories.loc[COUNT - 1, 1]  # the other graph knows
    assert pd.isna(result.units.loc[3, "category"])
    turned = sensitivity(some, {"all": chain(2), "lone": lone}, permutations=[999], levels=[0.05], seed=1)
    assert turned.units.loc[COUNT - 1, "firmness"] == 1  # of the one setting in which it has neighbors


def test_merged_units_hand_their_category_down(values: pd.Series) -> None:
    fours = pd.Series([f"p{i // 4:02}" for i in range(COUNT)])
    result = sensitivity(values, {"one": chain(1)}, permutations=[999], levels=[0.05], merged={"four": fours}, seed=2)
    assert result.settings.loc[1, "merged"] == "four"
    assert result.settings.loc[1, "units"] == COUNT // 4
    assert result.categories[1].groupby(fours).nunique().max() == 1
    means = values.groupby(fours).mean()
    plain = local_moran(means, merged_graph(chain(1), fours), permutations=999, fdr=0.05, seed=2).units
    assert result.categories[1].iloc[::4].tolist() == plain["category_fdr"].astype(str).tolist()


def test_net_of_the_regions_mean_nothing_is_left(values: pd.Series) -> None:
    """Thirds that differ from each other, but hold noise alone inside."""
    thirds = pd.Series(np.repeat(["low", "middle", "high"], [8, 44, 8]))
    result = sensitivity(values, {"two": chain(2)}, permutations=[9999], levels=[0.05], net_of=thirds, seed=2)
    assert (result.units["category"] != "not significant").sum() > 4
    assert (result.units["category_net"] != "not significant").sum() <= 1
    assert result.units["value_net"].groupby(thirds).mean().abs().max() < 1e-12
    assert result.summary().loc["not significant", "net"] > 0


def test_hot_spots_too(values: pd.Series) -> None:
    result = sensitivity(values, {"two": chain(2)}, test="local_getis_ord", permutations=[9999], seed=3)
    assert result.units["category"].iloc[[3, 30, COUNT - 4]].tolist() == ["cold", "not significant", "hot"]
    assert result.settings["moran"].isna().all()


def test_same_seed_same_result(values: pd.Series) -> None:
    graphs = {"one": chain(1), "two": chain(2)}
    one = sensitivity(values, graphs, permutations=[999], seed=11)
    other = sensitivity(values, graphs, permutations=[999], seed=one.seed)
    pd.testing.assert_frame_equal(one.categories, other.categories)


def test_layers_carry_the_firmness(values: pd.Series) -> None:
    squares = gpd.GeoDataFrame(geometry=[box(i, 0, i + 1, 1) for i in range(COUNT)], crs=4326)
    result = sensitivity(values, {"one": chain(1)}, permutations=[999], seed=1, units=squares)
    first = result.layers().layers[0].fields[0]
    assert (first.column, first.firmness) == ("category", "firmness")
    with pytest.raises(GeometryError, match="no geometry"):
        sensitivity(values, {"one": chain(1)}, permutations=[999], seed=1).layers()


def test_weighted_means_of_groups() -> None:
    values = pd.Series({"a": -0.1, "b": -0.5, "c": None, "d": 0.2}, dtype=float)
    groups = pd.Series({"d": "y", "c": "x", "b": "x", "a": "x"})
    weights = pd.Series({"a": 300, "b": 100, "c": 50, "d": 10})
    assert group_means(values, groups, weights=weights).to_dict() == pytest.approx({"x": -0.2, "y": 0.2})
    assert net_of_groups(values, groups, weights=weights).dropna().tolist() == pytest.approx([0.1, -0.3, 0.0])
    with pytest.raises(AlignmentError, match="different units"):
        net_of_groups(values, groups.drop("a"))
    with pytest.raises(InputError, match="no group for a"):
        net_of_groups(values, groups.where(groups.index != "a"))
    with pytest.raises(InputError, match="lacks a finite weight from 0 for a"):
        net_of_groups(values, groups, weights=-weights.where(weights.index == "a", -1))


def test_merged_neighbors() -> None:
    graph = merged_graph(chain(1), pd.Series(["x"] * 20 + ["y"] * 20 + ["z"] * 20))
    assert graph.neighbors == {"x": ("y",), "y": ("x", "z"), "z": ("y",)}
    alone = merged_graph(chain(1), pd.Series(["x"] * COUNT))
    assert list(alone.isolates) == ["x"]


def test_faults(values: pd.Series) -> None:
    graphs = {"one": chain(1)}
    with pytest.raises(InputError, match="graphs, levels is empty"):
        sensitivity(values, {}, levels=[])
    with pytest.raises(InputError, match="must be one of local_moran, local_getis_ord"):
        sensitivity(values, graphs, test="geary")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="between 0 and 1"):
        sensitivity(values, graphs, levels=[5])
    with pytest.raises(InsufficientDataError, match="nothing clusters"):
        sensitivity(values * 0, graphs)
    with pytest.raises(InputError, match="is infinite for 0"):
        sensitivity(values.where(values.index != 0, math.inf), graphs)
    with pytest.raises(AlignmentError, match="different units"):
        sensitivity(values.iloc[1:], graphs)
    with pytest.raises(InputError, match="describe different units"):
        sensitivity(values, graphs, units=pd.DataFrame(index=[1, 2]))
