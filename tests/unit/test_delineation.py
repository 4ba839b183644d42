"""Delineation on a road of towns that is worked out by hand, and its bad inputs."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_urban.agglomerations import DelineationParameters, compare, delineate
from geo_urban.errors import (
    AlignmentError,
    DatumError,
    GeometryError,
    GeoUrbanWarning,
    InputError,
    InsufficientDataError,
    MissingColumnsError,
    MissingCRSError,
)
from geo_urban.spatial import build_network, declare_datum

MILLION = 1_000_000


def road(people: list[float], **columns: Any) -> gpd.GeoDataFrame:
    """Units in a row, one per number of people."""
    names = [chr(ord("a") + number) for number in range(len(people))]
    return gpd.GeoDataFrame(
        {"name": [name.upper() for name in names], "people": people, **columns},
        index=pd.Index(names, name="code"),
        geometry=[shapely.box(x, 0, x + 1, 1) for x in range(len(people))],
        crs=3857,
    )


def minutes(units: gpd.GeoDataFrame, step: float = 60.0) -> pd.DataFrame:
    """Each step along the road takes as long."""
    place = np.arange(len(units))
    return pd.DataFrame(step * np.abs(place[:, None] - place), index=units.index, columns=units.index)


def found(units: gpd.GeoDataFrame, *, step: float = 60.0, **options: Any) -> Any:
    options = {"population": "people", "sweep": 0, "parameters": {"leading_population": 0.0}, **options}
    return delineate(units, travel=options.pop("travel", minutes(units, step)), **options)


def test_reach_grows_with_the_fourth_root() -> None:
    # 16 million reach 2 × 120 minutes: four steps of an hour, of five.
    result = found(road([16 * MILLION, 1, 1, 1, 1, 1]))
    assert result.units["agglomeration"].tolist() == ["A"] * 5 + [None]
    assert result.cores.loc["a", "reach_minutes"] == 240.0
    # pull at 60 minutes (240/60)^4 = 256; strength 256/257. At the end of the reach 1/2.
    assert result.units["strength"].iloc[[1, 4]].tolist() == pytest.approx([256 / 257, 0.5])
    assert result.units["role"].tolist() == ["core", "inner", "outer", "outer", "outer", None]


def test_breakpoint_between_two_cities_follows_their_reach() -> None:
    # Reaches 240 and 120 minutes, six hours apart: t/240 = (360 − t)/120 at 240 minutes from the larger.
    rule = {"leading_population": 0.0, "join_minutes": 1.0}
    result = found(road([16 * MILLION, 1, 1, 1, 1, 1, MILLION]), parameters=rule)
    assert result.units["agglomeration"].tolist() == ["A"] * 5 + ["G"] * 2


def test_core_within_reach_of_a_larger_one_is_second_tier() -> None:
    result = found(road([16 * MILLION, 1, MILLION, 1, 1]))
    assert result.cores.loc["c", "subordinate_to"] == "a"
    assert result.outlines.index.tolist() == ["A"]
    assert result.links[["origin", "destination", "kind"]].to_numpy().tolist() == [["c", "a", "subordinate"]]


def test_an_equal_within_an_hour_is_part_of_the_same_city() -> None:
    # 4 and 3 million an hour apart: people commute, so the cluster is not named after both. Two hours apart it is.
    near = found(road([4 * MILLION, 3 * MILLION, 1, 1]))
    assert near.outlines.index.tolist() == ["A"]
    assert near.cores["leading"].tolist() == [True, False]
    assert near.units["role"].tolist() == ["core", "inner", "inner", "outer"]
    apart = found(road([4 * MILLION, 1, 3 * MILLION, 1]))
    assert apart.outlines.index.tolist() == ["A–C"]
    assert apart.cores["leading"].tolist() == [True, True]


def test_two_leading_cores_are_joined_with_their_corridor() -> None:
    # Five hours apart, reach 120 minutes each: without the corridor the two in the middle would belong to none.
    units = road([MILLION, 1, 1, 1, 1, MILLION])
    result = found(units)
    assert result.outlines.index.tolist() == ["A–F"]
    assert result.units["agglomeration"].notna().all()
    assert result.units["corridor"].tolist() == [True] * 6
    apart = found(units, parameters={"leading_population": 0.0, "join_minutes": 299.0})
    assert apart.outlines.index.tolist() == ["A", "F"]


def test_named_cores_lead_together_and_give_the_name() -> None:
    units = road([MILLION, 1, 1, 1, 1, 1, 1, MILLION])
    result = found(units, cores={"Twin Cities": ["a", "h"]})
    assert result.outlines.index.tolist() == ["Twin Cities"]
    assert len(result.codes("Twin Cities")) == 8
    with pytest.raises(InputError, match="there is no cluster 'Elsewhere'"):
        result.codes("Elsewhere")


def test_regions_belong_as_a_whole_by_their_people() -> None:
    # Two hours reach c. Region x holds c and d; most people in c: both belong. Region y: most in d: none does.
    units = road([MILLION, 1, 60, 40, 1], region=["w", "w", "x", "x", "z"])
    assert found(units, regions="region").units["agglomeration"].notna().tolist() == [True] * 4 + [False]
    units["people"] = [MILLION, 1, 40, 60, 1]
    assert found(units, regions="region").units["agglomeration"].notna().tolist() == [True] * 2 + [False] * 3


def test_holes_are_closed_and_exclaves_dropped() -> None:
    # A ring of eight around a unit that no road reaches: a hole. A reached unit apart from the ring: an exclave.
    squares = [shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
    squares += [shapely.box(3, 0, 4, 3), shapely.box(4, 0, 5, 3)]
    units = gpd.GeoDataFrame({"people": [MILLION, *[1] * 10]}, geometry=squares, crs=3857)
    times = pd.DataFrame(np.full((11, 11), 30.0), index=units.index, columns=units.index)
    for lost in (4, 9):
        times.loc[lost] = np.inf
        times[lost] = np.inf
    result = found(units, travel=times)
    assert result.units["agglomeration"].notna().tolist() == [True] * 9 + [False, False]
    assert result.notes["holes_closed"] == 1
    assert result.notes["exclaves_dropped"] == 1
    assert result.notes["units_without_way"] == 2


def test_districts_make_one_city_with_a_seat_and_a_mass() -> None:
    # Districts a to c of one city, an hour between neighbors: only from b are all three within the hour.
    result = found(road([400_000, 300_000, 400_000, 5]), cities=pd.Series(["X", "X", "X", None], index=list("abcd")))
    assert result.cores.loc["X", ["seat", "urban_mass"]].tolist() == ["b", 1_100_000]


def test_sweep_is_the_same_every_time_and_firm_at_the_core() -> None:
    units = road([4 * MILLION, 1, 1, 1, 1])
    first, second = (found(units, sweep=40) for _ in range(2))
    pd.testing.assert_frame_equal(first.shares, second.shares)
    assert first.units["stability"].iloc[0] == 1.0
    assert 0 < first.units["stability"].iloc[2] <= 1.0
    assert first.shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert first.units["firmness"].iloc[4] == pytest.approx(first.shares["none"].iloc[4])


def test_small_clusters_keep_their_land_but_are_not_called_one() -> None:
    units = road([16 * MILLION, 1, 1, 1, 1, 1, MILLION])
    rule = {"leading_population": 3e6, "join_minutes": 1.0}
    assert found(units, parameters=rule).units["agglomeration"].tolist() == ["A"] * 5 + [None] * 2


def test_rows_in_any_order() -> None:
    units = road([MILLION, 1, 1, 1, 1, MILLION, 7])
    turned = found(units.iloc[::-1], travel=minutes(units)).units
    pd.testing.assert_frame_equal(turned.loc[units.index], found(units).units)


def test_network_in_another_crs_works_and_islands_are_out() -> None:
    # Points an eighth of a degree apart along the equator, all but the last joined by roads.
    lon = np.arange(5) / 8
    network = build_network(lon, np.zeros(5), [0, 1, 2], [1, 2, 3], km=[14] * 3, minutes=[60] * 3, directed=False)
    units = road([MILLION, 1, 1, 1, 1])
    seats = gpd.GeoSeries.from_xy(lon, np.zeros(5), index=units.index, crs=4326).to_crs(3857)
    result = found(units, travel=network, seats=seats)
    assert result.units["agglomeration"].tolist() == ["A"] * 3 + [None] * 2
    assert result.notes["units_without_way"] == 1
    with pytest.raises(DatumError, match="`origins` are on gcj02"):
        found(units, travel=network, seats=declare_datum(seats, "gcj02"))


def test_network_with_a_loop_is_read_and_one_with_negative_lengths_refused() -> None:
    lon = np.arange(4) / 8
    units = road([MILLION, 1, 1, 1])
    seats = gpd.GeoSeries.from_xy(lon, np.zeros(4), index=units.index, crs=4326)
    ends = {"km": [14] * 4, "minutes": [60] * 4, "directed": False}
    loop = build_network(lon, np.zeros(4), [0, 1, 2, 1], [1, 2, 3, 1], **ends)
    assert found(units, travel=loop, seats=seats).units["agglomeration"].tolist() == ["A"] * 3 + [None]
    with pytest.raises(InputError, match="missing, infinite or negative"):
        build_network(lon, np.zeros(4), [0, 1, 2], [1, 2, 3], km=[14, -14, 14], minutes=[60] * 3, directed=False)


def test_no_city_is_large_enough() -> None:
    with pytest.raises(InsufficientDataError, match="no city has 500,000 urban residents within 60 minutes"):
        found(road([10, 20, 30]))


def test_missing_people_count_as_none_with_a_warning() -> None:
    with pytest.warns(GeoUrbanWarning, match="1 of 3 units have no `population` and count as empty: b"):
        result = found(road([MILLION, np.nan, 3]))
    assert result.units["population"].tolist() == [MILLION, 0, 3]


def test_cores_in_different_parts_make_two_pieces() -> None:
    units = road([MILLION, 1, 1, 1, 1, MILLION])
    times = minutes(units)
    times.loc["c":"d", "a":"f"] = np.inf
    times.loc["a":"b", "e":"f"] = np.inf
    times.loc["e":"f", "a":"b"] = np.inf
    result = found(units, travel=times, cores={"Both": ["a", "f"]})
    assert result.units["agglomeration"].tolist() == ["Both", "Both", None, None, "Both", "Both"]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"population": "persons"}, MissingColumnsError, "no column persons"),
        ({"cores": ["z"]}, AlignmentError, "`cores` names z, which are no cities"),
        ({"cores": []}, InsufficientDataError, "`cores` is empty"),
        ({"cores": "Paris"}, InputError, "`cores` is 'Paris'"),
        ({"cores": {"x": ["a"], "y": ["a"]}}, InputError, "`cores` names a more than once"),
        ({"parameters": {"reach": 3}}, InputError, "`parameters` has reach; .* Take reach_minutes"),
        ({"parameters": {"region_share": 2.0}}, InputError, "`region_share` is 2.0"),
        ({"parameters": {"reach_minutes": 0.0}}, InputError, "`reach_minutes` is 0.0"),
        ({"parameters": {"corridor_detour": 0.5}}, InputError, "`corridor_detour` is 0.5"),
        ({"sweep": -1}, InputError, "`sweep` is -1"),
        ({"travel": 3}, InputError, "`travel` is a int"),
        (
            {"population": pd.Series([1, 2], index=["a", "b"])},
            AlignmentError,
            "`population` has no value for 1 units: c",
        ),
        ({"population": pd.Series([-5, 2, 1], index=["a", "b", "c"])}, InputError, "`population` has -5.0 for a"),
        ({"population": pd.Series([0, 0, 0], index=["a", "b", "c"])}, InsufficientDataError, "counts nobody"),
        ({"population": pd.Series(["x", "y", "z"], index=["a", "b", "c"])}, InputError, "which is no number of people"),
    ],
)
def test_bad_options(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        found(road([MILLION, 1, 1]), **options)


def test_bad_units_and_times() -> None:
    units = road([MILLION, 1, 1])
    with pytest.raises(GeometryError, match="`units` is a DataFrame"):
        found(pd.DataFrame(units.drop(columns="geometry")), travel=minutes(units))
    with pytest.raises(MissingCRSError, match="does not say its coordinate reference system"):
        found(units.set_crs(None, allow_override=True))
    with pytest.raises(AlignmentError, match="more than once"):
        found(units.set_axis(["a", "a", "b"]), travel=minutes(units))
    with pytest.raises(InsufficientDataError, match="`units` is empty"):
        found(units.iloc[:0], travel=minutes(units))
    with pytest.raises(AlignmentError, match="`travel` has no times for 1 of 3 units: c"):
        found(units, travel=minutes(units).drop(columns="c"))
    with pytest.raises(InputError, match="`travel` has -60 minutes from a to b"):
        found(units, travel=minutes(units).where(lambda times: times != 60, -60))


def test_parameters_are_checked_together() -> None:
    with pytest.raises(InputError, match="2 faults"):
        DelineationParameters(core_minutes=-1, region_share=0)


def test_layers_carry_roles_firmness_and_links() -> None:
    shown = found(road([16 * MILLION, 1, MILLION, 1, 1]), sweep=8).layers(source="made up")
    assert [layer.name for layer in shown.layers] == [
        "agglomerations", "agglomeration_outlines", "agglomeration_links", "agglomeration_cores",
    ]  # fmt: skip
    role = shown.layers[0].fields[0]
    assert (role.column, role.firmness) == ("role", "firmness")


def test_agreement_by_hand() -> None:
    # Ours a to c, theirs b to e, people 4, 3, 2, 1, 0: both b and c.
    units = road([4, 3, 2, 1, 0, 9])
    result = compare({"A": list("abc")}, {"plan": list("bcde")}, units=units, population="people")
    row = result.table.loc[("plan", "all", "population")]
    assert row[["both", "only_ours", "only_theirs"]].tolist() == [5, 4, 1]
    assert row[["precision", "recall", "f1", "jaccard"]].tolist() == pytest.approx([5 / 9, 5 / 6, 10 / 15, 0.5])
    assert result.table.loc[("plan", "all", "count"), "jaccard"] == pytest.approx(2 / 5)
    # The line of the plan runs between a and b and between e and f.
    assert result.units.index[result.units["border_zone"]].tolist() == ["a", "b", "e", "f"]
    assert result.units["agreement"].tolist() == ["only ours", "both", "both", "only theirs", "only theirs", None]
    assert result.layers().layers[0].name == "agreement"


def test_information_by_hand() -> None:
    # Two of four units in ours, the other two in theirs: knowing one tells the other, so nothing varies.
    units = road([1, 1, 1, 1])
    same = compare({"A": list("ab")}, {"plan": list("ab")}, units=units, population="people")
    assert same.table.loc[("plan", "all", "count"), "variation_of_information"] == 0.0
    # Border zone b and c: theirs parts them, ours holds both: H(theirs) = 1 bit, H(ours) = 0.
    half = compare({"A": list("abc")}, {"plan": list("ab")}, units=units, population="people")
    assert half.table.loc[("plan", "border", "count"), "variation_of_information"] == pytest.approx(1.0)


def test_reference_with_faults() -> None:
    units = road([MILLION, 1, 1])
    result = found(units)
    with pytest.raises(AlignmentError, match="`reference` has 1 codes that are no units: 999999"):
        compare(result, {"plan": ["a", "999999"]}, population="people")
    with pytest.raises(InputError, match="`reference` has a in more than one cluster"):
        compare(result, {"plan": ["a"], "other": ["a"]}, population="people")
    with pytest.raises(InsufficientDataError, match="`reference` holds no unit"):
        compare(result, {"plan": []}, population="people")
    with pytest.raises(InputError, match="has neither people nor areas"):
        compare({"A": ["a"]}, {"plan": ["a"]})
    # A plan that shares nothing with any cluster of ours.
    apart = compare({"A": ["a"]}, {"plan": ["c"]}, units=units, population="people")
    assert apart.summary().loc["plan", "matched"] is None
    assert apart.summary().loc["plan", "f1"] == 0.0
