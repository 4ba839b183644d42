"""Maps of clusters: categories beside their significance and firmness, told apart without colours."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geo_urban.errors import InputError
from geo_urban.maps import hot_spot_map, local_moran_map
from geo_urban.presentation import Breaks, Categories
from geo_urban.shrinkage import emerging_hot_spots, local_geary, local_getis_ord, local_moran, sensitivity
from geo_urban.spatial import NEIGHBOR_KINDS, contiguity_graph, neighbor_graphs

SIDE = 6


@pytest.fixture(scope="module")
def squares() -> gpd.GeoDataFrame:
    codes = [f"c{row}{column}" for row in range(SIDE) for column in range(SIDE)]
    shapes = [box(100 + column, 30 + row, 101 + column, 31 + row) for row in range(SIDE) for column in range(SIDE)]
    return gpd.GeoDataFrame({"name": codes}, geometry=shapes, index=codes, crs=4326)


@pytest.fixture(scope="module")
def values(squares: gpd.GeoDataFrame) -> pd.Series:
    west = np.array([code[2] < "3" for code in squares.index])
    return pd.Series(np.where(west, -0.2, 0.2) + np.arange(SIDE**2) * 7 % 13 / 1000, index=squares.index)


def test_a_level_itself_is_significant_on_the_map_too(squares: gpd.GeoDataFrame, values: pd.Series) -> None:
    result = local_moran(values, contiguity_graph(squares), permutations=999, seed=1, units=squares)
    _, _, adjusted, by_itself = result.layers().layers[0].mapped_fields
    for field in (adjusted, by_itself):
        classes = field.classes
        assert isinstance(classes, Breaks)
        # Of 999 draws the smallest two-sided p is 0.002, so 0.001 is no class.
        assert [round(limit, 9) for limit in classes.limits] == [0.01, 0.05, 0.1]
        assert [classes.class_of(p) for p in (0.002, 0.01, 0.0101, 0.05, 0.1, 0.11)] == [0, 0, 1, 1, 2, 3]


def test_pages_show_categories_significance_and_the_scatter(squares: gpd.GeoDataFrame, values: pd.Series) -> None:
    graphs = neighbor_graphs(squares)
    how = {"permutations": 9999, "seed": 1}
    clusters = local_moran(values, graphs["queen"], units=squares, **how)
    firm = sensitivity(values, graphs, permutations=[9999, 999], seed=1, units=squares)
    page = local_moran_map(clusters, firmness=firm)
    fields = {field["column"]: field for field in page.payload["layers"][0]["fields"]}
    assert list(fields)[:6] == ["category_fdr", "category", "p_fdr", "p", "firmness", "usual_category"]
    assert fields["category_fdr"]["firm"] == pytest.approx(firm.units["firmness"].tolist(), abs=0.00051)
    assert page.payload["charts"][0]["layer"] == 0
    spots = local_getis_ord(values, graphs["queen"], star=True, units=squares, **how)
    sure = sensitivity(
        values, graphs, test="local_getis_ord", permutations=[9999], levels=[0.1, 0.05], seed=1, units=squares
    )
    assert "firm" in hot_spot_map(spots, firmness=sure).payload["layers"][0]["fields"][0]


def test_firmness_of_another_test_and_maps_of_another_statistic_are_refused(
    squares: gpd.GeoDataFrame, values: pd.Series
) -> None:
    graph = contiguity_graph(squares)
    clusters = local_moran(values, graph, permutations=9999, seed=1, units=squares)
    spots = local_getis_ord(values, graph, star=True, permutations=9999, seed=1, units=squares)
    firm = sensitivity(values, {"queen": graph}, permutations=[9999], seed=1, units=squares)
    with pytest.raises(InputError, match="`firmness` is that of another test"):
        hot_spot_map(spots, firmness=firm)
    upset = sensitivity(-values, {"queen": graph}, permutations=[9999], seed=1, units=squares)
    with pytest.raises(InputError, match=r"sensitivity\(values, graphs, seed=1\)"):
        local_moran_map(clusters, firmness=upset)
    with pytest.raises(InputError, match="`local_moran_map` draws local_moran / local_moran_bivariate"):
        local_moran_map(spots)
    with pytest.raises(InputError, match="this is a result of local_geary"):
        hot_spot_map(local_geary(values, graph, permutations=99, seed=1, units=squares))


def lightness(color: str) -> float:
    """Return the grey of a colour, by the weights of Rec. 709."""
    parts = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


def test_patterns_of_spots_through_time_differ_without_colours(squares: gpd.GeoDataFrame) -> None:
    scores = pd.DataFrame([[2.0, 2, 2, 2, 2]] * SIDE**2, index=squares.index)
    classes = emerging_hot_spots(scores).layers(squares).layers[0].fields[0].classes
    assert isinstance(classes, Categories)
    hot, cold = ([item for item in classes.items if item.value.endswith(f"{kind} spot")] for kind in ("hot", "cold"))
    assert len(hot) == len(cold) == 8
    # No drawing is shared by hot and cold, whatever the grey; among themselves drawing or grey differs.
    assert {item.pattern for item in hot} & {item.pattern for item in cold} == set()
    for kind in (hot, cold):
        for number, one in enumerate(kind):
            for other in kind[:number]:
                assert one.pattern != other.pattern or abs(lightness(one.color) - lightness(other.color)) > 25


def test_graphs_of_the_usual_kinds(squares: gpd.GeoDataFrame) -> None:
    graphs = neighbor_graphs(squares)
    assert tuple(graphs) == NEIGHBOR_KINDS
    # A corner has three neighbors by queen and two by rook; a square inside eight and four.
    assert [graphs[kind].cardinalities.loc[["c00", "c22"]].tolist() for kind in ("queen", "rook", "nearest")] == [
        [3, 8],
        [2, 4],
        [6, 6],
    ]
    # Within the middle distance to the sixth nearest half of the units find six or more, and the other half at most so.
    assert (graphs["distance"].cardinalities >= 6).mean() >= 0.5
    assert list(neighbor_graphs(squares[:1])) == ["queen", "rook"]
    assert neighbor_graphs(squares[:3])["nearest"].cardinalities.tolist() == [2, 2, 2]
    with pytest.raises(InputError, match="`k` is 0"):
        neighbor_graphs(squares, nearest=0)
