"""What autocorrelation and its graphs say to values and graphs that cannot be used, and what they state of gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from shapely import box

from geo_urban.errors import (
    AlignmentError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    InsufficientDataError,
    MissingCRSError,
)
from geo_urban.io import read_graph, write_graph
from geo_urban.shrinkage import (
    geary,
    getis_ord_g,
    join_counts,
    local_geary,
    local_getis_ord,
    local_join_counts,
    local_moran,
    moran,
    moran_rates,
)
from geo_urban.spatial import contiguity_graph, distance_graph, knn_graph, travel_time_graph

if TYPE_CHECKING:
    from pathlib import Path

ALL = (moran, geary, getis_ord_g, local_moran, local_geary, local_getis_ord)


def squares(side: int = 4) -> gpd.GeoDataFrame:
    cells = [box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)]
    codes = [f"c{number:02d}" for number in range(len(cells))]
    return gpd.GeoDataFrame({"name": codes}, geometry=cells, index=codes, crs=32650)


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    return squares()


@pytest.fixture
def graph(units: gpd.GeoDataFrame) -> Graph:
    return contiguity_graph(units)


@pytest.fixture
def values(units: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(np.random.default_rng(0).gamma(2, size=len(units)), index=units.index, name="loss")


@pytest.mark.parametrize("test", ALL)
def test_constant_values(test: object, graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InsufficientDataError, match=r"is 0\.1 for every unit"):
        test(values * 0 + 0.1, graph)  # type: ignore[operator]


@pytest.mark.parametrize("test", ALL)
def test_all_missing(test: object, graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InsufficientDataError, match="`values` has no known value"):
        test(values * np.nan, graph)  # type: ignore[operator]


@pytest.mark.parametrize("test", ALL)
def test_other_units(test: object, graph: Graph, values: pd.Series) -> None:
    with pytest.raises(AlignmentError, match="'c00' stand in one only"):
        test(values.drop("c00"), graph)  # type: ignore[operator]


def test_other_types_of_codes_are_shown(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(AlignmentError, match="0, 1, 2"):
        moran(values.reset_index(drop=True), graph)


def test_codes_twice(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(AlignmentError, match="c00 more than once"):
        local_moran(pd.concat([values, values[:1]]), graph)


def test_infinite(graph: Graph, values: pd.Series) -> None:
    values["c03"] = np.inf
    with pytest.raises(InputError, match="`values` is infinite for c03"):
        local_moran(values, graph)


def test_not_numeric(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InputError, match="not numeric"):
        moran(values.astype(str), graph)
    with pytest.raises(InputError, match="`values` is a ndarray; values are joined with the graph by code"):
        moran(values.to_numpy(), graph)  # type: ignore[arg-type]


def test_no_neighbors_at_all(values: pd.Series) -> None:
    lone = Graph.from_arrays(values.index, values.index, np.zeros(len(values)))
    with pytest.raises(InsufficientDataError, match="no unit with a value has a neighbor"):
        local_moran(values, lone)


def test_one_unit(units: gpd.GeoDataFrame, values: pd.Series) -> None:
    one = contiguity_graph(units[:1])
    assert one.isolates.tolist() == ["c00"]
    with pytest.raises(InsufficientDataError, match="no unit with a value has a neighbor"):
        local_moran(values[:1], one)
    with pytest.raises(InsufficientDataError, match="one unit only"):
        contiguity_graph(units[:1], isolates="attach")


def test_two_units(units: gpd.GeoDataFrame, values: pd.Series) -> None:
    with pytest.raises(InsufficientDataError, match="only 2 units"):
        moran(values[:2], contiguity_graph(units[:2]))


def test_graph_of_another_kind(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InputError, match=r"Graph\.from_W"):
        moran(values, graph.to_adjacency() if hasattr(graph, "to_adjacency") else {})  # type: ignore[arg-type]


def test_own_and_negative_weights(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InputError, match="neighbors of themselves"):
        local_moran(values, graph.assign_self_weight(1))
    negative = Graph(graph.adjacency.astype(float) * -1)
    with pytest.raises(InputError, match="negative or infinite weights"):
        local_moran(values, negative)


def test_missing_values_are_left_out_with_their_links(graph: Graph, values: pd.Series) -> None:
    values[["c05", "c06"]] = np.nan
    found = local_moran(values, graph, seed=1, permutations=999)
    kept = values.dropna()
    same = local_moran(kept, graph.subgraph(kept.index), seed=1, permutations=999)
    pd.testing.assert_frame_equal(found.units.loc[kept.index], same.units)
    assert (found.n, found.without_value) == (14, 2)
    assert found.units.loc["c05"].isna().all()
    assert found.summary().loc[["without value", "total"], "units"].tolist() == [2, 16]


def test_a_unit_whose_neighbors_lack_values_is_an_isolate() -> None:
    row = gpd.GeoDataFrame(geometry=[box(x, 0, x + 1, 1) for x in range(6)], index=list("abcdef"), crs=32650)
    line = pd.Series([1.0, np.nan, 3, 4, 6, 2], index=row.index)
    result = local_moran(line, contiguity_graph(row), seed=1)
    assert result.isolates.tolist() == ["a"]
    assert result.units["category"]["a"] == "isolate"
    assert (result.n, result.without_value) == (4, 1)
    assert moran(line, contiguity_graph(row), seed=1).n == 4


def test_too_few_permutations(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InputError, match="At least 39 are needed"):
        local_moran(values, graph, permutations=19)
    with pytest.raises(InputError, match="At least 1999 are needed"):
        local_moran(values, graph, permutations=999, fdr=0.001)
    assert local_moran(values, graph, seed=1, fdr=0.05).permutations_needed == 2 * 16 / 0.05 - 1


def test_a_find_that_only_more_permutations_could_uphold_is_warned_of() -> None:
    units = squares(12)
    values = pd.Series(np.random.default_rng(3).normal(size=144), index=units.index)
    values[["c00", "c01", "c12", "c13"]] = 40.0
    graph = contiguity_graph(units)
    with pytest.warns(GeoUrbanWarning, match="5759 permutations would let each pass alone"):
        local_moran(values, graph, permutations=99, fdr=0.05, seed=1)
    upheld = local_moran(values, graph, permutations=9999, fdr=0.05, seed=1)
    assert (upheld.units.loc[["c00", "c01", "c12", "c13"], "category_fdr"] == "high-high").all()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"alternative": "both"}, "`alternative` is 'both'"),
        ({"permutations": 0}, "`permutations` is 0"),
        ({"seed": -1}, "`seed` is -1"),
        ({"level": 1.5}, "`level` is 1.5"),
        ({"transformation": "Q"}, "`transformation` is 'Q'"),
    ],
)
def test_options(graph: Graph, values: pd.Series, options: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        local_moran(values, graph, **options)  # type: ignore[arg-type]


def test_negative_values_have_no_g(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InputError, match="negative for c00"):
        getis_ord_g(values.where(values.index != "c00", -1.0), graph)
    spots = local_getis_ord(values - 3, graph, seed=1).units
    assert spots["statistic"].isna().all()
    pd.testing.assert_series_equal(spots["z"], local_getis_ord(values, graph, seed=1).units["z"])


def test_rates(graph: Graph, values: pd.Series) -> None:
    people = values * 0 + 100
    with pytest.raises(InputError, match="`population` is 0 for c02"):
        moran_rates(values, people.where(people.index != "c02", 0.0), graph)
    with pytest.raises(InsufficientDataError, match="is 0 for every unit"):
        moran_rates(people * 0, people, graph)


def test_classes(graph: Graph, values: pd.Series) -> None:
    with pytest.raises(InsufficientDataError, match="one class only, 'x'"):
        join_counts(pd.Series("x", index=values.index), graph)
    with pytest.raises(InputError, match="must say true or false"):
        local_join_counts(values, graph)
    with pytest.raises(InsufficientDataError, match="16 of the 16 units"):
        local_join_counts(pd.Series(True, index=values.index), graph)


def test_layers_need_geometry_and_carry_a_scatter(units: gpd.GeoDataFrame, graph: Graph, values: pd.Series) -> None:
    with pytest.raises(GeometryError, match="units=boundaries"):
        local_moran(values, graph, seed=1).layers()
    with pytest.raises(AlignmentError, match="`units` and `values`"):
        local_moran(values, graph, seed=1, units=units[1:])
    result = local_moran(values, graph, seed=1, units=units)
    shown = result.layers()
    assert [field.column for field in shown.layers[0].mapped_fields] == ["category_fdr", "category", "p_fdr", "p"]
    ((x0, y0, x1, y1),) = shown.charts[0].lines
    # With rows that add up to one the slope is Moran's I.
    assert (y1 - y0) / (x1 - x0) == pytest.approx(moran(values, graph, permutations=0).statistic)
    for other in (local_geary, local_getis_ord):
        assert other(values, graph, seed=1, units=units).layers().charts == ()
    assert local_join_counts(values > 2, graph, units=units).layers().layers[0].units is not None


def test_graph_options(units: gpd.GeoDataFrame) -> None:
    with pytest.raises(InputError, match=r"`k` is 16, but each of the 16 units has 15 others"):
        knn_graph(units, k=16)
    with pytest.raises(InputError, match="`radius_m` is 0"):
        distance_graph(units, radius_m=0)
    with pytest.raises(InputError, match="`isolates` is 'stay'"):
        contiguity_graph(units, isolates="stay")  # type: ignore[arg-type]
    with pytest.raises(MissingCRSError, match="coordinate reference system"):
        knn_graph(units.set_crs(None, allow_override=True), k=2)
    with pytest.raises(AlignmentError, match="c00 more than once"):
        contiguity_graph(pd.concat([units, units[:1]]))
    with pytest.raises(GeometryError, match="must hold Polygon"):
        contiguity_graph(units.centroid)
    with pytest.raises(InputError, match="needs one limit"):
        travel_time_graph(units.centroid, network="great-circle", speed_kmh=60)
    with pytest.raises(InputError, match="very same place"):
        knn_graph(pd.concat([units, units.set_axis(units.index + "x")]), k=1, weights="inverse")


def test_isolates(units: gpd.GeoDataFrame) -> None:
    far = pd.concat([units, gpd.GeoDataFrame({"name": ["far"]}, geometry=[box(9, 0, 10, 1)], index=["far"], crs=32650)])
    assert contiguity_graph(far).isolates.tolist() == ["far"]
    attached = contiguity_graph(far, isolates="attach")
    assert attached["far"].index.tolist() == ["c03"]
    assert "far" in attached["c03"].index
    assert "far" not in contiguity_graph(far, isolates="drop").unique_ids


def test_neighbors_that_share_no_vertex() -> None:
    """Two small squares beside a tall one: its side has no vertex where they meet."""
    tall, low, high, corner = box(0, 0, 1, 3), box(1, 0, 2, 1.3), box(1, 1.3, 2, 2.5), box(1, 3, 2, 4)
    layer = gpd.GeoSeries([tall, low, high, corner], index=["tall", "low", "high", "corner"])
    assert contiguity_graph(layer)["tall"].index.tolist() == ["low", "high", "corner"]
    assert contiguity_graph(layer, queen=False)["tall"].index.tolist() == ["low", "high"]


@pytest.mark.parametrize("ending", [".gal", ".gwt"])
def test_graph_files_round_trip(tmp_path: Path, units: gpd.GeoDataFrame, ending: str) -> None:
    far = pd.concat([units, gpd.GeoDataFrame(geometry=[box(9, 0, 10, 1)], index=["far"], crs=32650)])
    graph = contiguity_graph(far)
    if ending == ".gwt":
        graph = distance_graph(far, radius_m=1.5, weights="inverse")
    file = write_graph(graph, tmp_path / f"graph{ending}")
    for read in (read_graph(file), read_graph(file, units=far)):
        pd.testing.assert_series_equal(read.adjacency, graph.adjacency, check_dtype=False)


def test_graph_files_with_faults(tmp_path: Path, units: gpd.GeoDataFrame) -> None:
    file = tmp_path / "graph.gal"
    file.write_text("2\na 1\nb\nb 2\na\n", encoding="utf-8")
    with pytest.raises(OSError, match="line 4"):
        read_graph(file)
    file.write_text("2\na 1\nb\nb 1\na\n", encoding="utf-8")
    with pytest.raises(AlignmentError, match="names a, b"):
        read_graph(file, units=units)
    with pytest.raises(InputError, match=r"ends in .\.txt"):
        read_graph(tmp_path / "graph.txt")
    with pytest.raises(OSError, match="cannot read"):
        read_graph(tmp_path / "missing.gal")
    with pytest.raises(InputError, match="hold a blank"):
        write_graph(contiguity_graph(units.set_axis(units.index + " x")), file)


def test_results_follow_the_seed_and_no_thread(graph: Graph, values: pd.Series) -> None:
    one = local_moran(values, graph, seed=7, permutations=99_999, threads=1).units
    pd.testing.assert_frame_equal(one, local_moran(values, graph, seed=7, permutations=99_999, threads=3).units)
    assert not one["p"].equals(local_moran(values, graph, seed=8, permutations=99_999).units["p"])
    first = moran(values, graph, seed=7, threads=1).simulated
    assert (first == moran(values, graph, seed=7, threads=3).simulated).all()
    unknown = moran(values, graph)
    assert (unknown.simulated == moran(values, graph, seed=unknown.seed).simulated).all()
