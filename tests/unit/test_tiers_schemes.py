"""City-size tiers: bounds, schemes, tables and their faults."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo_urban.errors import CombinedInputError, GeometryError, InputError, InsufficientDataError
from geo_urban.hierarchy import TIER_SCHEMES, Tier, TierScheme, city_tiers, size_tier, tier_scheme, tier_table
from geo_urban.messages import catalogue
from geo_urban.presentation import Categories


@pytest.fixture
def cities() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["甲市", "乙市", "丙市", "丁市"],
            "population_2010": [6_000_000, 2_000_000, 600_000, 400_000],
            "population_2020": [7_000_000, 1_500_000, 450_000, 500_000],
            "urban_area_2020": [4_000_000, 900_000, 300_000, 450_000],
        },
        index=["210100", "210300", "230700", "231100"],
    )


def test_five_classes_of_the_notice_of_2014() -> None:
    # State Council, Guofa [2014] No. 51: lower bound inclusive (以上包括本数，以下不包括本数).
    people = pd.Series([0, 499_999, 500_000, 999_999, 1_000_000, 4_999_999, 5_000_000, 9_999_999, 10_000_000])
    expected = ["small"] * 2 + ["medium"] * 2 + ["large"] * 2 + ["very large"] * 2 + ["super-large"]
    assert size_tier(people).tolist() == expected


def test_seven_tiers_of_the_notice_of_2014() -> None:
    # The same notice: small I from 200,000, large I from 3 million.
    people = pd.Series([199_999, 200_000, 500_000, 1_000_000, 2_999_999, 3_000_000, 5_000_000, 10_000_000])
    expected = ["small II", "small I", "medium", "large II", "large II", "large I", "very large", "super-large"]
    assert size_tier(people, scheme="china-2014-seven").tolist() == expected


def test_tiers_are_ordered() -> None:
    tiers = size_tier(pd.Series([20_000_000, 100, 700_000]))
    assert tiers.max() == "super-large"
    assert (tiers >= "medium").tolist() == [True, False, True]


def test_own_bounds_in_any_order() -> None:
    tiers = size_tier(pd.Series([10, 60_000]), scheme={"city": 50_000, "village": 0})
    assert tiers.tolist() == ["village", "city"]
    scheme = TierScheme(name="x", tiers=(Tier(name="all", lower=0),))
    assert size_tier(pd.Series([5]), scheme=scheme).tolist() == ["all"]


def test_missing_population_has_no_tier() -> None:
    assert size_tier(pd.Series([math.nan, 5.0])).isna().tolist() == [True, False]


@pytest.mark.parametrize("bounds", [{}, {"a": 10}, {"a": 0, "b": 0}])
def test_bounds_must_ascend_from_zero(bounds: dict[str, float]) -> None:
    with pytest.raises(InputError, match="lower bounds that ascend from 0"):
        tier_scheme(bounds)


def test_names_of_tiers_are_unique() -> None:
    with pytest.raises(InputError, match="names of their own"):
        TierScheme(name="x", tiers=(Tier(name="a", lower=0), Tier(name="a", lower=5)))


def test_unknown_scheme_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Take china-2014") as caught:
        size_tier(pd.Series([1]), scheme="china2014")
    assert '{"town": 0, "city": 50_000}' in str(caught.value)


def test_faults_of_population() -> None:
    with pytest.raises(CombinedInputError, match="holds -1 at 7") as caught:
        size_tier(pd.Series([-1, 3], index=[7, 7]))
    assert "more than once" in str(caught.value)
    with pytest.raises(InputError, match="not numeric"):
        size_tier(pd.Series(["5"]))


def test_table_of_tiers(cities: pd.DataFrame) -> None:
    table = tier_table(cities)
    assert table.index.tolist() == ["super-large", "very large", "large", "medium", "small", "total"]
    assert table["cities"].tolist() == [0, 1, 1, 1, 1, 4]
    assert table["population_end"].tolist() == [0, 7_000_000, 1_500_000, 500_000, 450_000, 9_450_000]
    assert table.loc["very large", "start_share"] == pytest.approx(6 / 9)
    assert table.loc["very large", "share_change_points"] == pytest.approx((7 / 9.45 - 6 / 9) * 100)
    # One medium city grew by a quarter, one small city lost a quarter.
    assert table.loc["medium", ["growing", "mean_growth_share"]].tolist() == [1, 0.25]
    assert table.loc["small", "mean_loss_share"] == 0.25
    assert math.isnan(table.loc["super-large", "change_share"])
    assert set(table["population_base"]) == {"residents of all districts; county-level cities whole"}
    assert set(table["tier_by"]) == {"population_2020"}


def test_tier_by_start_and_by_another_base(cities: pd.DataFrame) -> None:
    assert tier_table(cities, tier_by="start").loc["medium", "population_start"] == 600_000
    by_urban_area = city_tiers(cities, tier_by="urban_area_2020")
    assert by_urban_area.units["tier"].tolist() == ["large", "medium", "small", "small"]
    assert set(by_urban_area.summary()["tier_by"]) == {"urban_area_2020"}


def test_population_base_is_named(cities: pd.DataFrame) -> None:
    assert set(tier_table(cities, base="urban area")["population_base"]) == {"urban area"}


def test_cities_without_a_figure_are_counted_apart(cities: pd.DataFrame) -> None:
    cities["population_2010"] = cities["population_2010"].astype(float)
    cities.loc["210300", "population_2010"] = math.nan
    table = tier_table(cities)
    assert table.loc["no figure", "cities"] == 1
    assert table.loc["total", ["cities", "population_end"]].tolist() == [3, 7_950_000]
    assert table["cities"].dtype.kind == "i"


def test_one_city_and_none(cities: pd.DataFrame) -> None:
    assert tier_table(cities.iloc[:1]).loc["total", "end_share"] == 1
    with pytest.raises(InsufficientDataError, match="`cities` has no rows"):
        tier_table(cities.iloc[:0])
    with pytest.raises(InsufficientDataError, match="no city has a figure"):
        tier_table(cities.assign(population_2010=math.nan))


def test_inputs_are_not_changed(cities: pd.DataFrame) -> None:
    before = cities.copy(deep=True)
    city_tiers(cities)
    pd.testing.assert_frame_equal(cities, before)


def test_presentation(cities: pd.DataFrame) -> None:
    with pytest.raises(GeometryError, match="no geometry"):
        city_tiers(cities).layers()
    mapped = gpd.GeoDataFrame(cities, geometry=[box(i, 0, i + 1, 1) for i in range(4)], crs=4326)
    shown = city_tiers(mapped, scheme="china-2014-seven").layers()
    (layer,) = shown.layers
    tier = layer.mapped_fields[0].classes
    assert isinstance(tier, Categories)
    assert tier.items[0].value == "super-large"
    assert set(layer.units["tier"]) <= {item.value for item in tier.items}
    assert "No. 51" in shown.citation


def test_every_word_of_the_schemes_and_the_presentation_is_worded_in_chinese(cities: pd.DataFrame) -> None:
    mapped = gpd.GeoDataFrame(cities, geometry=[box(i, 0, i + 1, 1) for i in range(4)], crs=4326)
    shown = city_tiers(mapped).layers()
    (layer,) = shown.layers
    words = [shown.title, shown.source, shown.method, *shown.cautions, layer.title]
    words += [field.label for field in layer.fields]
    words += [word for scheme in TIER_SCHEMES.values() for tier in scheme.tiers for word in (tier.name, tier.label)]
    assert [word for word in words if getattr(word, "template", word) not in catalogue("zh")] == []
