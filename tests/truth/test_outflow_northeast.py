"""Rural loss, urban gain and urbanization of real provinces and regions, against what is printed of them."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_urban.datasets import census, province_groups
from geo_urban.datasets.published_figures import published
from geo_urban.hierarchy import urbanization_table
from geo_urban.shrinkage import OutflowResult, rural_outflow
from geo_urban.studies.compare import compare_outflow, compare_urbanization

COUNTED = ["population", "urban", "rural"]


@pytest.fixture(scope="module")
def provinces() -> pd.DataFrame:
    """Sums of all county rows of both censuses, whatever became of the counties in between."""
    sums = [census(year).groupby("province", sort=False)[COUNTED].sum().add_suffix(f"_{year}") for year in (2010, 2020)]
    return pd.concat(sums, axis=1).rename_axis("province").reset_index().set_index("province", drop=False)


@pytest.fixture(scope="module")
def northeast(provinces: pd.DataFrame) -> OutflowResult:
    return rural_outflow(provinces.loc[["辽宁省", "吉林省", "黑龙江省"]])


def test_rural_loss_of_the_northeast(northeast: OutflowResult) -> None:
    # Sums of the county rows of the census yearbooks; the Northeast study prints −31.4, −35.5, −29.8 and −28.4 %.
    table = northeast.groups
    assert table["rural_loss"].to_dict() == {
        "辽宁省": 4_692_929,
        "吉林省": 3_810_177,
        "黑龙江省": 6_037_882,
        "total": 14_540_988,
    }
    assert table["rural_change_share"].mul(100).round(1).tolist() == [-28.3, -29.8, -35.5, -31.4]


def test_net_outflow_is_eleven_million(northeast: OutflowResult) -> None:
    # The source's text says 11 million net loss; its sum 10.572 leaves out the urban loss of Heilongjiang.
    table = northeast.groups
    assert table.loc["黑龙江省", "urban_gain"] == -426_021
    assert table.loc["total", "net_outflow"] == 10_998_181
    gains = table.loc[["辽宁省", "吉林省"], "urban_gain"].sum()
    assert round((table.loc["total", "rural_loss"] - gains) / 1e6, 3) == 10.572


def test_every_difference_to_the_printed_outflow_has_its_reason(
    northeast: OutflowResult, provinces: pd.DataFrame
) -> None:
    nation = rural_outflow(provinces, by=None)
    table = compare_outflow(northeast, published("rural_outflow"), nation=nation).set_index(["measure", "group"])
    agreeing = table[table["reason"] == "agrees to the printed digits"]
    assert set(agreeing.index.get_level_values("group")) == {"northeast", "Heilongjiang", "Jilin"}
    # data.md: ours 14.541 million and −23.1 % for the nation, against 14.561 and −21.6.
    assert round(table.loc[("rural_loss", "northeast"), "ours"], 3) == 14.541
    assert round(table.loc[("rural_change_share", "nation"), "ours"], 1) == -23.1
    printed = table[table["theirs"].notna()]
    assert not printed["reason"].isin(["no reason is known", "ours has no such figure"]).any()


def test_urbanization_of_the_macro_regions(provinces: pd.DataFrame) -> None:
    # Northeast study, table 3, 2020: 70.76, 59.00, 57.27 and 67.71 %: the sums of our county rows to the digit.
    regions = province_groups().set_index("name")["macro_region"]
    rates = urbanization_table(provinces.assign(region=provinces["province"].map(regions)), by="region")
    table = compare_urbanization(rates, published("urbanization")).set_index(["measure", "group", "year"])
    now = table.xs("2020", level="year").loc["urbanization_rate"]
    regions_only = now.loc[["east", "centre", "west", "northeast"]]
    assert set(regions_only["reason"]) == {"agrees to the printed digits"}
    assert regions_only["ours"].round(2).tolist() == [70.76, 59.00, 57.27, 67.71]
    # The nation: 2,000,000 members of the armed forces, all urban, are in the printed rate and in no county.
    sums = provinces[["urban_2020", "population_2020"]].sum()
    assert round(now.loc["nation", "ours"], 2) == 63.84
    assert round(100 * (sums["urban_2020"] + 2e6) / (sums["population_2020"] + 2e6), 2) == 63.89
    assert table.loc[table["theirs"].notna(), "reason"].isin(["no reason is known", "not printed"]).sum() == 0
