"""All methods of delineation on one road of towns that is worked out by hand, and what they refuse."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from geo_urban.agglomerations import (
    CityClusterParameters,
    CommutingParameters,
    DelineationParameters,
    DelineationResult,
    LeidenParameters,
    Percolation,
    PercolationParameters,
    SkaterParameters,
    cluster_profile,
    delineate,
    leave_one_out,
    ring_profile,
)
from geo_urban.errors import (
    AlignmentError,
    CRSMismatchError,
    GeometryError,
    InputError,
    InsufficientDataError,
    MissingColumnsError,
    MissingDependencyError,
)
from geo_urban.spatial import GridShape, build_grid

MILLION = 1_000_000
PEOPLE = [4 * MILLION, 1, 1, 1, 2 * MILLION, 1, 1]
# Forty minutes from town to town; a and e are the cities.
FLOWS = pd.DataFrame(
    [
        ("a", "a", 100),
        ("b", "a", 20),
        ("b", "b", 80),
        ("c", "c", 10),
        ("d", "e", 3),
        ("d", "d", 7),
        ("e", "e", 100),
        ("f", "e", 5),
        ("f", "f", 5),
        ("g", "g", 9),
        ("g", "f", 1),
    ],
    columns=["origin", "destination", "workers"],
)


def road(people: list[float], **columns: Any) -> gpd.GeoDataFrame:
    """Units a kilometre wide in a row."""
    names = [chr(ord("a") + number) for number in range(len(people))]
    return gpd.GeoDataFrame(
        {"name": [name.upper() for name in names], "people": people, **columns},
        index=pd.Index(names, name="code"),
        geometry=[shapely.box(1000 * x, 0, 1000 * (x + 1), 1000) for x in range(len(people))],
        crs=3857,
    )


def minutes(units: gpd.GeoDataFrame, step: float = 40.0) -> pd.DataFrame:
    place = np.arange(len(units))
    return pd.DataFrame(step * np.abs(place[:, None] - place), index=units.index, columns=units.index)


def found(method: str, *, people: list[float] = PEOPLE, **options: Any) -> DelineationResult:
    units = options.pop("units", None)
    units = road(people) if units is None else units
    return delineate(units, **{"method": method, "population": "people", "sweep": 0, **options})


def members(result: DelineationResult) -> str:
    """The cluster of each unit as one letter, a dot for none."""
    return "".join("." if pd.isna(name) else str(name)[0] for name in result.units["agglomeration"])


def test_urban_centres_grow_by_an_hour() -> None:
    # 40 minutes are within the hour, 80 are not; d and f are nearer to e. Strength 60 / (60 + 40) = 0.6.
    result = found("urban_centres", travel=minutes(road(PEOPLE)))
    assert members(result) == "AA.EEE."
    assert result.units["role"].tolist() == ["core", "inner", None, "inner", "core", "inner", None]
    assert result.units["strength"].iloc[:2].tolist() == [1.0, 0.6]
    assert result.cores["reach_minutes"].tolist() == [60.0, 60.0]
    wide = found("urban_centres", travel=minutes(road(PEOPLE)), parameters={"minutes": 80})
    assert members(wide) == "AAAEEEE"  # c lies as far from both: the larger one takes it


def test_urban_centres_that_are_named_or_given() -> None:
    times = minutes(road(PEOPLE))
    named = found("urban_centres", travel=times, cores={"Twins": ["a", "e"]})
    assert named.outlines.index.tolist() == ["Twins"]
    assert len(named.codes("Twins")) == 5
    given = found("urban_centres", travel=times, centres=pd.Series({"c": "Centre"}).reindex(list("abcdefg")))
    assert given.outlines.index.tolist() == ["Centre"]
    assert members(given) == ".CCC..."


def test_commuting_takes_fifteen_in_a_hundred() -> None:
    # b sends 20 of 100 to a, d 3 of 10 and f 5 of 10 to e; c and g send nobody to a city.
    result = found("commuting", flows=FLOWS)
    assert members(result) == "AA.EEE."
    assert result.units["strength"].tolist() == pytest.approx([1, 0.2, 0, 0.3, 1, 0.5, 0])
    assert result.units["role"].tolist() == ["core", "outer", None, "outer", "core", "outer", None]
    assert result.units["minutes_to_core"].isna().all()
    assert members(found("commuting", flows=FLOWS, parameters=CommutingParameters(share=0.25))) == "A..EEE."
    # With travel times the hour around a core is known too.
    timed = found("commuting", flows=FLOWS, travel=minutes(road(PEOPLE)))
    assert timed.units["role"].iloc[1] == "inner"


def test_city_clusters_of_seats_join_within_their_distance() -> None:
    # Seats are 1 km apart: two empty units keep a and b from e to g at 2 km, not at 3. Who has no people joins nobody.
    people = [4 * MILLION, MILLION, 0, 0, 2 * MILLION, MILLION, MILLION]
    rule = {"least_population": 0, "distance_km": 2.0}
    apart = found("city_clusters", people=people, parameters=rule)
    assert members(apart) == "AA..EEE"
    assert apart.detail.distance_km == 2.0
    assert members(found("city_clusters", people=people, parameters={**rule, "distance_km": 3.01})) == "AA..AAA"


def test_city_clusters_of_a_grid_are_mapped_by_people() -> None:
    # Cells of half a kilometre; unit b has 30 of its 40 people in the cell that touches a's, c has 10 of 40.
    shape = GridShape(transform=Affine(500, 0, 0, 0, -1000, 1000), height=1, width=8, crs=CRS.from_epsg(3857))
    grid = build_grid(np.array([[50.0, 50, 30, 0, 0, 10, 0, 30]]), shape, quantity="count")
    units = road([4 * MILLION, 1, 1, 1])
    rule = CityClusterParameters(distance_km=0.5, least_density=20, least_population=100)
    result = found("city_clusters", units=units, places=grid, parameters=rule)
    assert members(result) == "AA.."
    assert result.units["strength"].tolist() == pytest.approx([1.0, 1.0, 0.0, 0.0])
    points = gpd.GeoDataFrame(
        {"population": [50, 30, 10]}, geometry=gpd.points_from_xy([900, 1100, 1900], [500, 500, 500]), crs=3857
    )
    by_points = found("city_clusters", units=units, places=points, parameters={**near, "distance_km": 0.3})
    assert members(by_points) == "AA.."
    assert by_points.units["strength"].tolist()[:2] == pytest.approx([1.0, 0.75])


near = {"least_density": 0.0, "least_population": 0.0}


def test_percolation_keeps_the_tree() -> None:
    # Seats of a to c, then two empty units, then f and g: two clusters at 1 km, one at 3.
    people = [4 * MILLION, MILLION, MILLION, 0, 0, 2 * MILLION, MILLION]
    rule = PercolationParameters(from_km=0.5, to_km=3.5, step_km=0.5, least_population=0)
    assert rule.distances() == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    result = found("percolation", people=people, parameters=rule)
    assert isinstance(result.detail, Percolation)
    # The greatest growth of the largest share is from 0.5 (4 of 9 million) to 1.01 km (6) or from 2.5 (6) to 3 (9).
    assert result.detail.critical_km == 2.5
    assert members(result) == "AAA..FF"


def test_skater_parts_what_differs() -> None:
    units = road(PEOPLE, income=[1.0, 1.1, 1.0, 5.0, 5.1, 9.0, 9.1])
    three = found("skater", units=units, attributes=["income"], parameters={"clusters": 3})
    assert len(set(members(three))) == 3
    assert three.units["agglomeration"].iloc[0] == three.units["agglomeration"].iloc[2]
    assert three.units["agglomeration"].iloc[3] == three.units["agglomeration"].iloc[4]
    assert three.units["strength"].isna().all()
    # f and g have two people: with a million at least, no region ends there.
    many = found(
        "skater", units=units, attributes=["income"], parameters=SkaterParameters(clusters=3, least_population=MILLION)
    )
    assert len(set(members(many))) == 2
    # Density alone, where nothing else is known.
    assert len(found("skater", units=units, parameters={"clusters": 2}).outlines) == 2


def test_leiden_finds_those_who_interact() -> None:
    result = found("leiden", flows=FLOWS)
    # c sends and draws nobody, so it is in no community; all of b's trips stay inside.
    assert members(result) == "AA.EEEE"
    assert result.units["strength"].iloc[[0, 1, 3]].tolist() == [1.0, 1.0, 1.0]
    assert np.isnan(result.units["strength"].iloc[2])
    assert members(found("leiden", flows=FLOWS)) == members(result)
    # Gravity on the road: 40 minutes between neighbors, and all hangs together.
    by_road = found("leiden", travel=minutes(road(PEOPLE)), parameters=LeidenParameters(resolution=0.1))
    assert members(by_road) == "AAAAAAA"


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("urban_centres", {"travel": minutes(road(PEOPLE))}),
        ("commuting", {"flows": FLOWS}),
        ("city_clusters", {"parameters": {"distance_km": 1.5}}),
        ("percolation", {"parameters": {"from_km": 0.5, "to_km": 3.0, "step_km": 0.5}}),
        ("skater", {"parameters": {"clusters": 2}}),
        ("leiden", {"flows": FLOWS}),
    ],
)
def test_every_method_gives_the_same_result(method: str, options: dict[str, Any]) -> None:
    result = found(method, sweep=12, **options)
    assert result.method == method
    assert result.settings == 12
    plain = found("functional", travel=minutes(road(PEOPLE)))
    for frame in ("units", "cores", "outlines", "links"):
        assert list(getattr(result, frame).columns) == list(getattr(plain, frame).columns)
    assert result.units.index.equals(plain.units.index)
    inside = result.units["agglomeration"].notna()
    assert (result.units["role"].notna() == inside).all()
    assert result.shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert result.units["stability"].between(0, 1).all()
    assert set(result.cores["agglomeration"].dropna()) <= set(result.outlines.index)
    again = found(method, sweep=12, **options)
    pd.testing.assert_frame_equal(again.shares, result.shares)
    assert len(result.summary()) == len(result.outlines)
    assert result.layers().layers[0].name == "agglomerations"
    assert cluster_profile(result)["cities"].ge(1).all()


def test_whole_regions_hold_for_every_method() -> None:
    units = road(PEOPLE, region=list("xxyyzzz"))
    result = found("urban_centres", units=units, travel=minutes(units), regions="region")
    # Of region y with c and d, d belongs to e: half of its two people.
    assert members(result) == "AAEEEEE"


def test_rings_need_travel_times() -> None:
    with pytest.raises(InputError, match="no travel times"):
        ring_profile(found("commuting", flows=FLOWS))


@pytest.mark.parametrize(
    ("method", "options", "error", "words"),
    [
        ("leidn", {}, InputError, "`method` is 'leidn'; .* Take leiden"),
        ("functional", {}, InputError, "the method 'functional' needs `travel`"),
        ("urban_centres", {}, InputError, "the method 'urban_centres' needs `travel`"),
        ("commuting", {}, InputError, "the method 'commuting' needs `flows`"),
        ("leiden", {}, InputError, 'the method "leiden" needs interactions'),
        ("skater", {"flows": FLOWS}, InputError, "the method 'skater' has no use for `flows`"),
        ("city_clusters", {"cores": ["a"]}, InputError, "has no use for `cores`"),
        ("commuting", {"flows": FLOWS.assign(origin="z")}, AlignmentError, "`flows` has 1 codes that are no units: z"),
        ("commuting", {"flows": FLOWS.drop(columns="workers")}, MissingColumnsError, "workers"),
        ("leiden", {"flows": FLOWS.assign(workers=-1)}, InputError, "11 missing or negative values"),
        ("leiden", {"flows": FLOWS.assign(workers=0)}, InsufficientDataError, "no two units interact"),
        ("commuting", {"flows": FLOWS, "parameters": {"share": 15}}, InputError, "`share` is 15"),
        ("commuting", {"flows": FLOWS, "parameters": SkaterParameters()}, InputError, "takes CommutingParameters"),
        (
            "commuting",
            {"flows": FLOWS, "centres": pd.Series([None] * 7, list("abcdefg"))},
            InsufficientDataError,
            "none",
        ),
        ("commuting", {"flows": FLOWS, "people": [5.0] * 7}, InsufficientDataError, "no city has 500,000 urban"),
        ("skater", {"parameters": {"clusters": 8}}, InputError, "`clusters` is 8; 7 units in 1 parts"),
        ("skater", {"parameters": {"clusters": 0}}, InputError, "`clusters` is 0"),
        ("skater", {"parameters": {"cluster": 2}}, InputError, "Take clusters"),
        ("skater", {"attributes": ["wealth"]}, MissingColumnsError, "wealth"),
        ("skater", {"attributes": []}, InsufficientDataError, "`attributes` is empty"),
        ("skater", {"attributes": ["name"]}, InputError, "not all of which are numbers"),
        ("city_clusters", {"parameters": {"distance_km": 0}}, InputError, "`distance_km` is 0"),
        ("city_clusters", {"parameters": {"unit_share": 2.0}}, InputError, "`unit_share` is 2.0"),
        ("city_clusters", {"places": [1, 2]}, GeometryError, "`places` is a list"),
        ("percolation", {"parameters": {"from_km": 5, "to_km": 4}}, InputError, "`distances_km` is"),
        ("skater", {"sweep": -1, "parameters": {"clusters": 2}}, InputError, "`sweep` is -1"),
    ],
)
def test_bad_options(method: str, options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        found(method, **options)


def test_places_on_degrees_and_attributes_with_gaps() -> None:
    points = gpd.GeoDataFrame({"population": [1.0]}, geometry=gpd.points_from_xy([0], [0]), crs=4326)
    with pytest.raises(CRSMismatchError, match="`places`"):
        found("city_clusters", places=points)
    with pytest.raises(InputError, match="`attributes` are missing or infinite for 1 units: b"):
        found("skater", units=road(PEOPLE, income=[1, np.nan, 1, 1, 1, 1, 2.0]), attributes=["income"])


def test_leiden_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_urban.agglomerations._leiden.find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match="geo-urban\\[communities\\]"):
        found("leiden", flows=FLOWS)


def test_islands_are_regions_of_their_own() -> None:
    units = road(PEOPLE)
    apart = gpd.GeoDataFrame(
        {"name": ["Y", "Z"], "people": [1, 3]},
        index=["y", "z"],
        geometry=[shapely.box(50_000, 0, 51_000, 1000), shapely.box(51_000, 0, 52_000, 1000)],
        crs=3857,
    )
    both = gpd.GeoDataFrame(pd.concat([units, apart]))
    result = found("skater", units=both, parameters={"clusters": 2})
    assert result.units["agglomeration"].tolist()[-2:] == ["Z", "Z"]
    with pytest.raises(InputError, match="2 parts that do not touch"):
        found("skater", units=both, parameters={"clusters": 1})


def test_leave_one_out_chooses_on_the_others() -> None:
    # Cities of a million at both ends of a road of an hour each; both plans reach three hours, the standard two.
    units = road([MILLION, 9, 9, 9, 0, 0, 9, 9, 9, MILLION])
    options = {
        "travel": minutes(units, 60),
        "population": "people",
        "parameters": DelineationParameters(leading_population=0, reach_minutes=150, join_minutes=1),
    }
    tried = leave_one_out(units, {"west": list("abcd"), "east": list("ghij")}, sweep=40, **options)
    assert tried.scores.shape == (41, 2)
    # With 150 minutes three of four units: F1 = 2·3/(3 + 4) by units, weighted by people 2·1,000,018/2,000,045.
    assert tried.table["f1_given"].tolist() == pytest.approx([2_000_036 / 2_000_045] * 2)
    assert tried.table["f1"].tolist() == [1.0, 1.0]
    assert (tried.table["f1"] <= tried.table["f1_best"]).all()
    assert (tried.summary()["reach_minutes"] >= 180).all()
    with pytest.raises(InsufficientDataError, match="`reference` has 1 plans"):
        leave_one_out(units, {"west": ["a"]}, **options)
    with pytest.raises(AlignmentError, match="no units: zz"):
        leave_one_out(units, {"west": ["a"], "east": ["zz"]}, **options)
    with pytest.raises(InputError, match="`sweep` is 0"):
        leave_one_out(units, {"west": ["a"], "east": ["j"]}, sweep=0, **options)
