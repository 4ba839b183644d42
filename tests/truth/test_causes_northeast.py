"""What goes with loss, on the embedded census: figures that its tables and the printed ones must give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.datasets import census, census_panel, sector_workers
from geo_urban.errors import InputError
from geo_urban.studies import study_from_text
from geo_urban.studies.context import context_of
from geo_urban.studies.published_tables import beside_published
from geo_urban.studies.steps import ANALYSES

if TYPE_CHECKING:
    from geo_urban.studies.results import AnalysisOutput

STUDY = """
name = "part"
region = "黑龙江省"
analyses = ["dynamics", "causes", "economy"]
published = ["county_economy", "county_finance"]
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, AnalysisOutput]:
    """Answers of the three analyses for Heilongjiang."""
    context = context_of(study_from_text(STUDY))
    return {name: beside_published(ANALYSES[name].run(context), context) for name in context.study.analyses}


def test_workers_of_units_add_up_to_those_of_the_workbooks() -> None:
    for year in (2010, 2020):
        ours = sector_workers(year)
        assert ours.index.equals(census_panel().index)
        # No comparable unit reaches across a province's border, so sums of provinces must agree to the person.
        theirs = census(year)
        for column in ("workers", "workers_agriculture"):
            of_province = theirs.loc[theirs.index.str.startswith("23"), column].sum()
            assert ours.loc[ours.index.str.startswith("23"), f"{column}_{year}"].sum() == of_province
        parts = [f"workers_{sector}_{year}" for sector in ("agriculture", "industry", "services")]
        assert (ours[parts].sum(axis=1) - ours[f"workers_{year}"]).abs().max() <= 5  # slips of single rows in print


def test_jobs_of_counties_stand_beside_the_printed_ones_and_are_not_scored(answers: dict[str, AnalysisOutput]) -> None:
    jobs = answers["economy"].tables["jobs_counties"]
    beside = answers["economy"].comparisons["published_county_economy"].set_index(["measure", "group"])
    row = beside.loc[("nonfarm_employment_share", "Heilongjiang")]
    assert row["ours"] == pytest.approx(100 * jobs.loc["黑龙江省", "nonfarm_2020_share"])
    assert row["theirs"] == 17.7  # study of Northeast China, section 2.2: of 2018, another concept
    assert row["our_year"] == "2020"
    assert beside["difference"].isna().all()


def test_fiscal_ratios_follow_from_the_printed_table(answers: dict[str, AnalysisOutput]) -> None:
    ratios = answers["economy"].tables["fiscal_ratio"]["fiscal_ratio_share"]
    assert ratios[("Heilongjiang", 2010)] == pytest.approx(16354 / 111809)  # study of Northeast China, table 4
    assert len(ratios) == 30
    beside = answers["economy"].comparisons["published_county_finance"].set_index("group")
    assert beside.loc["Liaoning", "ours"] == pytest.approx(100 * 89848 / 298351)
    assert beside.loc["Jiangsu", "theirs"] == 36.0


def test_parts_add_up_to_the_change(answers: dict[str, AnalysisOutput]) -> None:
    parts = answers["dynamics"].tables["shift_share_units"]
    total = parts["level_part"] + parts["region_part"] + parts["local_part"]
    assert (total - parts["change"]).abs().max() < 1e-6
    # Census rows of Baiquan: 519,766 and 282,019 residents.
    assert parts.loc["230231", "change"] == 282_019 - 519_766
    assert parts["region_part"].abs().max() < 1e-6  # one province is all there is


def test_the_ordinary_model_leaves_neighbors_that_err_alike(answers: dict[str, AnalysisOutput]) -> None:
    tables = answers["causes"].tables
    assert tables["causes_tests"].loc["moran", "p"] < 0.05
    assert tables["causes_models"].loc["error", "aic"] < tables["causes_models"].loc["ols", "aic"]
    assert tables["causes_correlations"].loc["schooling_years_2010", "pearson"] > 0.5
    # Every covariate is of the first census: what the loss itself has made explains nothing.
    assert all(name.endswith("_2010") for name in tables["causes_correlations"].index)
    assert "would happen" in " ".join(answers["causes"].cautions)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[causes]\ncovariates = ["wages"]', "no measure `wages`"),
        ('[dynamics]\ndates = ["a", "b", "c"]', "the embedded census has two dates"),
        ('[economy]\nrevenue = ["revenue_2019"]', "revenue without expenditure"),
        ("[neighbors]\nnearest = 0", "neighbors.nearest"),
        ("[significance]\nfdr = 0.1", "no analysis reads it"),
        ('[causes]\nsource = "figures.csv"', "none of its columns"),
    ],
)
def test_sections_that_cannot_be(more: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        context_of(study_from_text(STUDY + more)).check()
