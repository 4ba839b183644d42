"""Study files: what they may say, and how a fault is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.errors import CombinedInputError, StudyFileError
from geo_urban.messages import language
from geo_urban.studies import ANALYSES, builtin_studies, load_study, study_from_text
from geo_urban.studies._toml_lines import line_of
from geo_urban.studies.published_tables import COMPARISONS, FROM_ANSWERS
from geo_urban.studies.steps import PARTS, PUBLISHED

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
analyses = ["change"]
years = [2000, 2010]

[boundaries]
source = "units.gpkg"

[population]
source = "panel.xlsx"
start = "a"
end = "b"
"""


def test_northeast_asks_what_the_issue_names() -> None:
    study = load_study("northeast")
    assert "northeast" in builtin_studies()
    assert study.region == "northeast"
    assert study.years == (2010, 2020)
    assert {"change", "tiers", "urbanization", "outflow"} <= set(study.analyses)
    assert set(study.published) == {
        "city_tiers", "county_loss", "urbanization", "rural_outflow", "shrinking_places", "county_economy",
        "county_finance",
    }  # fmt: skip
    assert study.elapsed_years == 10.0


def test_every_part_and_published_table_has_its_analysis() -> None:
    assert {name for names in PARTS.values() for name in names} == set(ANALYSES)
    assert set(PUBLISHED.values()) <= set(ANALYSES)
    assert {*COMPARISONS, *FROM_ANSWERS} == set(PUBLISHED)


def test_paths_start_from_the_study_file(tmp_path: Path) -> None:
    (tmp_path / "My Study.toml").write_text(OWN, encoding="utf-8")
    study = load_study(tmp_path / "My Study.toml")
    assert study.name == "my-study"
    assert study.path("units.gpkg") == tmp_path / "units.gpkg"


def test_defaults_are_the_embedded_data() -> None:
    study = study_from_text('analyses = ["change"]')
    assert study.boundaries.embedded
    assert study.population.embedded
    assert study.years == (2010, 2020)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("analyses = [", r"s is not valid TOML: .*Texts stand in quotes"),
        ("name = 's'", r"s: `analyses` is missing. Add it, e.g. `analyses = \[\"change\"\]`"),
        ("analyses = ['change']\nregoin = 'x'", r"s:2: there is no key `regoin`. Did you mean `region`\?"),
        (
            "analyses = ['change']\n[boundaries]\n# a note\nsorce = 'x'",
            r"s:4: there is no key `boundaries.sorce`. Did you mean `source`\?",
        ),
        ("analyses = ['chnge']", r"s:1: there is no analysis `chnge`; .* Did you mean `change`\?"),
        ("analyses = ['change', 'change']", "an analysis stands twice"),
        ("analyses = []", "expected is a list of 1"),
        ("analyses = 'change'", "`analyses` = 'change' does not fit; expected is a list in brackets"),
        ("analyses = ['change']\nseed = 'x'", "s:2: `seed` = 'x' does not fit; expected is a whole number"),
        ("analyses = ['change']\nname = 'A B'", "expected is a name of lower-case letters"),
        ("analyses = ['change']\nyears = [2020, 2010]", "does not go forward in time"),
        ("analyses = ['change']\nyears = [2000, 2010]", "the embedded census has 2010 and 2020 only"),
        ("analyses = ['change']\n[outputs]\nlanguage = 'fr'", "s:3: .*expected is 'en' or 'zh'"),
        ("analyses = ['change']\n[outputs]\nmaps = 'maybe'", "expected is true or false"),
        ("analyses = ['change']\n[boundaries]\nsource = 'a.gpkg'", "figures belong to the units they were counted in"),
        ("analyses = ['change']\n[population]\nsource = 'a.csv'", "Add `start` and `end`"),
        ("analyses = ['change']\n[boundaries]\nsource = 'tianditu'", "Tianditu has newer divisions"),
        ("analyses = ['change']\n[population]\nstart = 'a'", "sets start, which only a panel of your own can have"),
        ("analyses = ['change']\npublished = ['county_los']", "Did you mean `county_loss`"),
        ("analyses = ['change']\npublished = ['city_tiers']", "stands beside the analysis `tiers`"),
        ("published = ['county_loss']" + OWN, "the figures are your own"),
    ],
)
def test_faults_name_line_and_cure(text: str, told: str) -> None:
    with pytest.raises(StudyFileError, match=told):
        study_from_text(text, origin="s")


def test_several_faults_are_told_together() -> None:
    with pytest.raises(CombinedInputError) as caught:
        study_from_text("analysis = ['change']\nregion = 5", origin="s")
    assert str(caught.value).startswith("3 faults:")
    assert "s:1: there is no key `analysis`. Did you mean `analyses`?" in str(caught.value)


def test_unknown_study_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(StudyFileError, match=r"Did you mean `northeast`\?"):
        load_study("northest")
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyFileError, match="cannot be read as UTF-8 text"):
        load_study(tmp_path / "study.toml")


def test_faults_are_worded_in_chinese_too() -> None:
    with language("zh"), pytest.raises(StudyFileError, match="没有键 `regoin`。是否指 `region`"):
        study_from_text("analyses = ['change']\nregoin = 'x'", origin="s")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("name",), 1),
        (("boundaries", "code"), 4),
        (("boundaries", "absent"), 3),
        (("a", "b", "c"), 6),
        (("absent",), None),
    ],
)
def test_lines_of_keys(keys: tuple[str, ...], line: int | None) -> None:
    # Lines counted by hand in the text below.
    text = 'name = "x"\n\n[boundaries]\ncode = "y"\n[a]\nb.c = 1\n'
    assert line_of(text, keys) == line
