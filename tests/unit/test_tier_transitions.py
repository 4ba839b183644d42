"""Cities that moved between tiers, and the bases on which none can."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geo_urban.errors import InputError, InsufficientDataError, MissingColumnsError
from geo_urban.hierarchy import TIER_SCHEMES, size_tier, tier_transitions
from geo_urban.messages import catalogue


@pytest.fixture
def cities() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": list("ABCDE"),
            "population_2010": [4_900_000, 520_000, 300_000, 400_000, math.nan],
            "population_2020": [5_100_000, 480_000, 310_000, 1_200_000, 700_000],
            "urban_area_2020": [1, 1, 1, 1, 1],
        },
        index=list("abcde"),
    )


def test_moves_and_steps(cities: pd.DataFrame) -> None:
    result = tier_transitions(cities)
    assert result.units["move"].tolist()[:4] == ["up", "down", "same", "up"]
    assert result.units["steps"].tolist()[:4] == [1, -1, 0, 2]
    assert pd.isna(result.units.loc["e", "move"])
    assert result.table.loc["small", "large"] == 1
    assert result.table.to_numpy().sum() == 4
    assert result.movers().index.tolist() == ["d", "a", "b"]


def test_summary_names_its_base(cities: pd.DataFrame) -> None:
    summary = tier_transitions(cities, base="districts").summary()
    assert summary.loc["small", ["cities", "up", "same", "down"]].tolist() == [2, 1, 1, 0]
    assert summary.loc["total", ["cities", "up", "same", "down"]].tolist() == [4, 2, 1, 1]
    assert set(summary["population_base"]) == {"districts"}


def test_urban_area_has_no_past(cities: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="counted in one year only"):
        tier_transitions(cities, population_end="urban_area_2020")
    with pytest.raises(InputError, match="counted in one year only"):
        tier_transitions(cities, population_start="urban_area_2010", population_end="urban_area_2020")
    both = cities.assign(urban_area_2010=2_000_000)  # a user who has both years
    assert tier_transitions(both, population_start="urban_area_2010", population_end="urban_area_2020").table.size


def test_faults(cities: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="are both population_2020"):
        tier_transitions(cities, population_start="population_2020")
    with pytest.raises(MissingColumnsError, match="no column pop"):
        tier_transitions(cities, population_start="pop")
    with pytest.raises(InsufficientDataError, match="no city has a figure"):
        tier_transitions(cities.assign(population_2010=math.nan))


def test_schemes_of_the_united_nations_and_the_oecd() -> None:
    # World Urbanization Prospects 2018: 300,000, 500,000, 1, 5 and 10 million.
    people = pd.Series([299_999, 300_000, 500_000, 1_000_000, 5_000_000, 10_000_000])
    assert size_tier(people, scheme="un").cat.codes.tolist() == [0, 1, 2, 3, 4, 5]
    # OECD, urban population by city size: 50,000, 200,000, 500,000 and 1.5 million.
    people = pd.Series([49_999, 50_000, 200_000, 500_000, 1_500_000])
    assert size_tier(people, scheme="oecd").cat.codes.tolist() == [0, 1, 2, 3, 4]


def test_every_scheme_is_worded_in_chinese_and_has_a_source() -> None:
    words = [word for scheme in TIER_SCHEMES.values() for tier in scheme.tiers for word in (tier.name, tier.label)]
    assert [word for word in words if word not in catalogue("zh")] == []
    assert all(scheme.source for scheme in TIER_SCHEMES.values())
