"""The printed figures against themselves: the tables are copied right, and every slip found is really one."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_urban.datasets.published_figures import published
from geo_urban.hierarchy import burden_ratio, urbanization_increments


def figure(table: str, measure: str, group: str, year: str) -> float:
    rows = published(table)
    (value,) = rows.loc[(rows["measure"] == measure) & (rows["group"] == group) & (rows["year"] == year), "value"]
    return float(value)


def implied(table: str, measure: str, group: str) -> float:
    rows = published("inconsistencies")
    found = (rows["table"] == table) & (rows["measure"] == measure) & (rows["group"] == group)
    (value,) = rows.loc[found, "implied"]
    return float(value)


@pytest.mark.parametrize("year", ["2010", "2020"])
def test_classes_of_cities_add_to_the_printed_total(year: str) -> None:
    # Northeast study, table 1: the column sums hold in both years.
    classes = [figure("city_tiers", "population", tier, year) for tier in ("very large", "large", "medium", "small")]
    assert sum(classes) == pytest.approx(figure("city_tiers", "population", "all", year), abs=0.005)
    for tier, population in zip(("very large", "large", "medium", "small"), classes, strict=True):
        assert figure("city_tiers", "population_share", tier, year) == pytest.approx(
            100 * population / sum(classes), abs=0.006
        )


def test_gains_of_the_largest_cities_do_not_add_to_their_class() -> None:
    # Northeast study, table 1 against its text.
    cities = ("Shenyang", "Harbin", "Dalian")
    gains = [figure("city_tiers", "change", city, "2010-2020") for city in cities]
    start = figure("city_tiers", "population", "very large", "2010")
    printed = figure("city_tiers", "population", "very large", "2020") - start
    assert sum(gains) == pytest.approx(202.6)
    assert printed == pytest.approx(241.84)
    assert implied("city_tiers", "population", "very large") == pytest.approx(start + sum(gains))
    # The percentages give residents of 2010 that add to the printed 1826.55 within rounding: the slip is on 2020.
    shares = [figure("city_tiers", "change_share", city, "2010-2020") / 100 for city in cities]
    bases = sum(gain / share for gain, share in zip(gains, shares, strict=True))
    assert bases == pytest.approx(1827.8, abs=0.05)


def test_classes_of_counties_do_not_add_to_the_printed_loss() -> None:
    # Northeast study, table 2: 31.84 + 332.10 + 332.68 = 696.62, printed 696.5.
    classes = ("loss < 10 %", "loss 10–30 %", "loss ≥ 30 %")
    losses = [figure("county_loss", "total_loss", name, "2010-2020") for name in classes]
    counts = [figure("county_loss", "units", name, "2010-2020") for name in classes]
    assert sum(losses) == pytest.approx(implied("county_loss", "total_loss", "losing"))
    assert sum(counts) == figure("county_loss", "units", "losing", "2010-2020")
    for name, loss, count in zip(classes, losses, counts, strict=True):
        assert figure("county_loss", "mean_loss", name, "2010-2020") == pytest.approx(loss / count, abs=0.006)


def test_increments_from_the_printed_rates() -> None:
    # Northeast study, table 3: mean increment of the northeast 0.96 as printed; west 2016 1.66, printed 1.74.
    rows = published("urbanization")
    rows = rows[(rows["measure"] == "urbanization_rate") & rows["source"].str.contains("table 3")]
    rates = rows.assign(year=rows["year"].astype(int)).pivot_table(index="group", columns="year", values="value") / 100
    result = urbanization_increments(rates, reference="nation")
    assert result.mean_increment["northeast"] == pytest.approx(0.96, abs=0.005)
    assert result.increments.loc["west", 2016] == pytest.approx(implied("urbanization", "increment", "west"))
    assert figure("urbanization", "increment", "west", "2016") == 1.74
    # The northeast gains least of all regions; its lead over the nation falls from 5.57 to 3.82 points.
    assert result.mean_increment.idxmin() == "northeast"
    assert result.summary().loc["northeast", ["gap_first_points", "gap_last_points"]].round(2).tolist() == [5.57, 3.82]


def test_the_gap_between_east_and_west_widened_less_than_printed() -> None:
    # Western study, section 1: 17.3 − 16.6 = 0.7, printed 1.3.
    gaps = [figure("urbanization", "gap", "west", year) for year in ("2009", "2000")]
    assert gaps[0] - gaps[1] == pytest.approx(implied("urbanization", "gap_change", "west"))


def test_burden_ratios_belong_to_other_rates_than_those_printed() -> None:
    # Western study: 39.4 % urban gives 1.54, not 1.61; the east's 39.4 + 17.3 = 56.7 % gives 0.76, not 0.78.
    west = figure("urbanization", "urbanization_rate", "west", "2009")
    east = west + figure("urbanization", "gap", "west", "2009")
    urban = pd.Series({"west": west, "east": east})
    ratio = burden_ratio(100 - urban, urban)
    for region in ("west", "east"):
        assert ratio[region] == pytest.approx(implied("western_china", "burden_ratio", region), abs=0.005)
    assert 100 / (1 + figure("western_china", "burden_ratio", "west", "2009")) == pytest.approx(38.3, abs=0.05)


def test_city_density_is_per_10_000_square_kilometres() -> None:
    # 166 cities on 71.5 % of 9.6 million km²: 0.24 per 10,000 km²; per 10,000 hectares (100 km²) it would be 0.0024.
    area = 9_600_000 * figure("western_china", "land_share", "west", "") / 100
    density = figure("western_china", "cities", "west", "2009") / area * 10_000
    assert density == pytest.approx(figure("western_china", "city_density", "west", "2009"), abs=0.005)


def test_sector_shares_add_to_a_hundred() -> None:
    # Northeast study, figures.
    rows = published("county_economy")
    sectors = rows[rows["measure"].str.endswith("sector_share")]
    assert sectors.groupby("group")["value"].sum().round(6).to_dict() == dict.fromkeys(
        ["Heilongjiang", "Jilin", "Liaoning"], 100.0
    )


def test_ten_years_of_county_finance() -> None:
    # Northeast study, table 4: mean of the printed revenue over expenditure, 2019.
    rows = published("county_finance")
    table = rows[rows["measure"].isin(["revenue", "expenditure"])].pivot_table(
        index=["group", "year"], columns="measure", values="value"
    )
    assert len(table) == 30
    ratio = (table["revenue"] / table["expenditure"]).xs("2019", level="year").mul(100).round(1)
    assert ratio.to_dict() == {"Heilongjiang": 10.0, "Jilin": 11.1, "Liaoning": 30.1}
