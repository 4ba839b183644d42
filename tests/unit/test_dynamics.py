"""Moves, trends and parts on figures that can be checked by hand, and inputs that cannot be used."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from libpysal.graph import Graph
from scipy.stats import kendalltau
from shapely import box

from geo_urban.errors import AlignmentError, GeometryError, InputError, InsufficientDataError, MissingColumnsError
from geo_urban.shrinkage import emerging_hot_spots, lisa_markov, mann_kendall, shift_share, spatial_markov

DATES = ["y1", "y2", "y3"]


def chain(count: int) -> Graph:
    """Each unit beside the next."""
    focal = [*range(count - 1), *range(1, count)]
    return Graph.from_arrays(focal, [*range(1, count), *range(count - 1)], [1.0] * len(focal))


@pytest.fixture
def panel() -> gpd.GeoDataFrame:
    values = np.random.default_rng(3).uniform(1, 2, size=(30, 3))
    frame = pd.DataFrame(values, columns=DATES)
    return gpd.GeoDataFrame(frame, geometry=[box(i, 0, i + 1, 1) for i in range(30)], crs=4326)


def test_units_without_a_date_or_neighbor_are_listed(panel: gpd.GeoDataFrame) -> None:
    panel.loc[29, "y2"] = math.nan  # the last of the row; its neighbor keeps another one
    alone = panel.rename(index={0: 0}).copy()
    graph = chain(30)
    result = spatial_markov(alone, graph, columns=DATES, classes=2)
    assert result.without_value == (29,)
    assert result.isolates == ()
    assert result.units["moves"].isna().sum() == 1
    assert result.transitions.to_numpy().sum() == 29 * 2
    panel.loc[28, "y1"] = math.nan
    panel.loc[1, "y1"] = math.nan  # unit 0 has no other neighbor
    result = lisa_markov(panel, graph, columns=DATES)
    assert (result.without_value, result.isolates) == ((1, 28, 29), (0,))
    assert result.transitions.to_numpy().sum() == 26 * 2


def test_own_limits_and_rows_without_a_unit(panel: gpd.GeoDataFrame) -> None:
    result = spatial_markov(panel, chain(30), columns=DATES, limits=[1.5, 9.0], neighbor_limits=[1.5], relative=False)
    assert result.limits == (1.5, 9.0)
    assert result.transitions.loc[(1, 3)].sum() == 0
    assert result.probabilities.loc[(1, 3)].isna().all()
    assert result.steady.isna().all().all()  # nobody reaches the third class
    assert result.units["class_start"].tolist() == (1 + (panel["y1"] > 1.5).astype(int)).tolist()


def test_markov_layers(panel: gpd.GeoDataFrame) -> None:
    shown = spatial_markov(panel, chain(30), columns=DATES, classes=3).layers()
    assert [field.column for field in shown.layers[0].mapped_fields] == ["class_end", "class_start"]
    quadrants = lisa_markov(panel, chain(30), columns=DATES).layers().layers[0].mapped_fields[0].classes
    assert len({(item.color, item.pattern) for item in quadrants.items}) == 4


def test_markov_faults(panel: gpd.GeoDataFrame) -> None:
    graph = chain(30)
    with pytest.raises(InputError, match="three dates or more"):
        spatial_markov(panel, graph, columns=DATES[:2])
    with pytest.raises(MissingColumnsError, match="no column y9"):
        lisa_markov(panel, graph, columns=[*DATES, "y9"])
    with pytest.raises(AlignmentError, match="different units"):
        spatial_markov(panel.iloc[:29], graph, columns=DATES)
    with pytest.raises(InputError, match="relative=False"):
        spatial_markov(panel.assign(y2=-panel["y2"]), graph, columns=DATES)
    with pytest.raises(InputError, match="is infinite for 3"):
        spatial_markov(panel.assign(y2=panel["y2"].where(panel.index != 3, math.inf)), graph, columns=DATES)
    with pytest.raises(InputError, match="two to nine classes"):
        spatial_markov(panel, graph, columns=DATES, classes=1)
    with pytest.raises(InputError, match="ascending numbers"):
        spatial_markov(panel, graph, columns=DATES, limits=[2, 1])
    with pytest.raises(InsufficientDataError, match="too alike"):
        spatial_markov(panel.assign(y1=1.0, y2=1.0, y3=1.0), graph, columns=DATES)
    with pytest.raises(InsufficientDataError, match="same value in y2"):
        lisa_markov(panel.assign(y2=1.0), graph, columns=DATES)
    with pytest.raises(InsufficientDataError, match="no known value"):
        lisa_markov(panel.assign(y2=math.nan), graph, columns=DATES)


def test_mann_kendall_by_hand() -> None:
    rows = pd.DataFrame([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [2, 2, 2, 2, 2], [1, 1, 2, 2, 3], [1, None, 2, 3, 4]])
    result = mann_kendall(rows.astype(float))
    assert result["s"].tolist()[:4] == [10, -10, 0, 8]
    # Ties of two twos and two ones: (5 × 4 × 15 − 2 × 2 × 1 × 9) / 18 = 14.67; (8 − 1) / √14.67 = 1.828.
    assert result["score"].tolist()[:4] == pytest.approx(
        [9 / math.sqrt(50 / 3), -9 / math.sqrt(50 / 3), 0, 7 / math.sqrt(264 / 18)]
    )
    assert result.loc[2, "p"] == 1
    assert result.loc[4].isna().all()


def test_mann_kendall_counts_pairs_as_kendall_does() -> None:
    values = pd.DataFrame(np.random.default_rng(1).normal(size=(20, 12)))
    tau = [kendalltau(range(12), row).statistic for row in values.to_numpy()]
    assert (mann_kendall(values)["s"] / 66).tolist() == pytest.approx(tau)  # 66 pairs of 12 dates


@pytest.mark.parametrize(
    ("scores", "pattern"),
    [
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 3], "new hot spot"),
        ([0, 0, 0, 0, 0, 0, 0, 3, 3, 3], "consecutive hot spot"),
        ([2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9], "intensifying hot spot"),
        ([2.9, 2.8, 2.7, 2.6, 2.5, 2.4, 2.3, 2.2, 2.1, 2.0], "diminishing hot spot"),
        ([2, 3, 2, 3, 2, 3, 2, 3, 2, 3], "persistent hot spot"),
        ([0, 3, 0, 3, 0, 0, 0, 3, 0, 3], "sporadic hot spot"),
        ([0, 3, 0, -3, 0, 0, 0, 3, 0, 3], "oscillating hot spot"),
        ([3, 3, 3, 3, 3, 3, 3, 3, 3, 0], "historical hot spot"),
        ([-2.0, -2.1, -2.2, -2.3, -2.4, -2.5, -2.6, -2.7, -2.8, -2.9], "intensifying cold spot"),
        ([3, 3, 3, 3, 3, 3, 3, 3, 3, -3], "new cold spot"),
        ([-3, -3, -3, -3, -3, -3, -3, -3, -3, 3], "new hot spot"),
        ([3, 3, 0, 0, 0, 0, 0, 0, 0, 0], "no pattern"),
    ],
)
def test_patterns_of_spots(scores: list[float], pattern: str) -> None:
    z = pd.DataFrame([scores, [-one for one in scores]], index=["a", "b"])
    result = emerging_hot_spots(z).units["pattern"]
    assert result["a"] == pattern
    mirrored = pattern.replace("hot", "#").replace("cold", "hot").replace("#", "cold")
    assert result["b"] == mirrored


def test_emerging_summary_and_faults() -> None:
    z = pd.DataFrame(np.tile([0.0, 0, 0, 0, 3], (4, 1)), index=list("abcd"))
    z.loc["d", 2] = math.nan
    result = emerging_hot_spots(z)
    assert result.summary().loc["new"].tolist() == [3, 0]
    assert pd.isna(result.units.loc["d", "pattern"])
    with pytest.raises(InsufficientDataError, match="with 4 dates"):
        emerging_hot_spots(z.iloc[:, :4])
    with pytest.raises(InputError, match="positive score"):
        emerging_hot_spots(z, z_limit=0)
    with pytest.raises(InputError, match="`level`"):
        emerging_hot_spots(z, level=5)
    with pytest.raises(AlignmentError, match="more than once"):
        emerging_hot_spots(z.rename(index={"b": "a"}))
    with pytest.raises(InputError, match="one numeric column per date"):
        emerging_hot_spots(z.assign(text="x"))
    with pytest.raises(InputError, match="is infinite for a"):
        emerging_hot_spots(z.replace(3.0, math.inf))
    squares = gpd.GeoDataFrame(geometry=[box(i, 0, i + 1, 1) for i in range(4)], index=list("abcd"), crs=4326)
    classes = result.layers(squares).layers[0].mapped_fields[0].classes
    assert len({(item.color, item.pattern) for item in classes.items}) == len(classes.items) == 17
    with pytest.raises(GeometryError, match="lacks 1 of the 4"):
        result.layers(squares.iloc[:3])
    with pytest.raises(GeometryError, match="no geometry"):
        result.layers()


def test_parts_add_up() -> None:
    rng = np.random.default_rng(0)
    start = rng.integers(1, 1_000_000, 200)
    units = pd.DataFrame(
        {
            "province": rng.choice(list("xyz"), 200),
            "population_2010": start,
            "population_2020": (start * rng.uniform(0.4, 1.6, 200)).astype(int),
        }
    )
    result = shift_share(units)
    parts = result.units[["level_part", "region_part", "local_part"]]
    assert (parts.sum(axis=1) - result.units["change"]).abs().max() < 1e-8
    table = result.summary()
    assert table["local_part"].abs().max() < 1e-6  # no region is better than itself
    assert abs(table.loc["total", "region_part"]) < 1e-6
    assert table.loc["total", "level_part"] == pytest.approx(table.loc["total", "change"])


def test_units_outside_the_parts() -> None:
    units = pd.DataFrame(
        {"r": list("xxyz"), "population_2010": [100, 0, 50, math.nan], "population_2020": [50, 10, 50, 10]},
        index=list("abcd"),
    )
    result = shift_share(units, by="r")
    assert result.without_figure == ("b", "d")
    assert result.level_rate == pytest.approx(-50 / 150)
    assert result.summary()["units"].to_dict() == {"x": 1, "y": 1, "total": 2}
    with pytest.raises(InputError, match="no r for a"):
        shift_share(units.assign(r=[None, "x", "y", "z"]), by="r")
    with pytest.raises(InputError, match="are both population_2020"):
        shift_share(units, by="r", start="population_2020")
    with pytest.raises(InsufficientDataError, match="no unit has a figure"):
        shift_share(units.assign(population_2010=math.nan), by="r")
    with pytest.raises(GeometryError, match="no geometry"):
        result.layers()
