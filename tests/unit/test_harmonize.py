"""Comparable units from a crosswalk and from overlaps: hand-made cases and clear refusals."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geo_urban.errors import AlignmentError, DatumError, GeometryError, InputError, MissingColumnsError
from geo_urban.spatial.datum import declare_datum
from geo_urban.spatial.harmonize import COMPARABILITIES, harmonize


def _units(**people: int) -> pd.DataFrame:
    return pd.DataFrame({"people": list(people.values()), "name": list(people)}, index=pd.Index(people, name="code"))


def _pairs(*pairs: str) -> pd.DataFrame:
    return pd.DataFrame([tuple(pair) for pair in pairs], columns=["old", "new"])


def _squares(**columns: tuple[float, float]) -> gpd.GeoDataFrame:
    shapes = [box(west, 0, east, 1) for west, east in columns.values()]
    return gpd.GeoDataFrame(geometry=shapes, index=pd.Index(columns, name="code"), crs=3857)


def test_a_part_that_moved_joins_both_units() -> None:
    # B lost a town to A: neither can be compared alone.
    result = harmonize(_units(A=1, B=9), _units(A=3, B=7), _pairs("AA", "BB", "BA"), size="people")
    assert result.units.index.tolist() == ["B"]  # the larger t1 member
    assert result.units.loc["B", "members_t0"] == ("A", "B")
    assert result.units.loc["B", "comparability"] == "merged"


def test_a_chain_of_transfers_is_one_unit() -> None:
    result = harmonize(_units(A=1, B=1, C=1), _units(X=1, Y=1), _pairs("AX", "BX", "BY", "CY"))
    assert result.units["members_t0"].tolist() == [("A", "B", "C")]
    assert result.units.index.tolist() == ["X"]  # no sizes: the first label


@pytest.mark.parametrize(
    ("t0", "t1", "pairs", "kind"),
    [
        (_units(A=1), _units(A=1), _pairs("AA"), "same"),
        (_units(A=1), _units(Z=1), _pairs("AZ"), "renamed"),
        (_units(A=1), _units(A=1).assign(name="Other"), _pairs("AA"), "renamed"),
        (_units(A=1, B=1), _units(Z=1), _pairs("AZ", "BZ"), "merged"),
        (_units(A=1), _units(Y=1, Z=1), _pairs("AY", "AZ"), "merged"),
        (_units(A=1), _units(Z=1), _pairs(), "unmatched"),
    ],
)
def test_comparability(t0: pd.DataFrame, t1: pd.DataFrame, pairs: pd.DataFrame, kind: str) -> None:
    assert set(harmonize(t0, t1, pairs).units["comparability"]) == {kind}


def test_units_not_told_apart_are_joined_and_say_so() -> None:
    result = harmonize(
        _units(A=1, B=1), _units(A=1, B=1, Z=5), _pairs("AA", "BB"), together=[("Z", "A")], size="people"
    )
    assert result.units["members_t1"].to_dict() == {"B": ("B",), "Z": ("A", "Z")}
    assert result.units["comparability"].to_dict() == {"B": "same", "Z": "adjusted"}


def test_labels_the_crosswalk_does_not_mention_pair_with_their_like() -> None:
    result = harmonize(_units(A=1, B=1), _units(A=1, C=1), _pairs("BC"))
    assert result.units["comparability"].to_dict() == {"A": "same", "C": "renamed"}


def test_a_lost_label_that_another_unit_took_over_stays_apart() -> None:
    result = harmonize(_units(A=1, B=1), _units(A=1), _pairs("BA"))
    assert result.unit_of_t0.to_dict() == {"A": "A@t0", "B": "A"}
    assert result.units.loc["A@t0", "comparability"] == "unmatched"


def test_totals_keep_every_person_and_missing_stays_missing() -> None:
    t0 = _units(A=1, B=9, C=5)
    result = harmonize(t0, _units(A=3, B=7), _pairs("AA", "BB", "BA"))
    totals = result.total(t0["people"], date="t0")
    assert totals.to_dict() == {"A": 10, "C": 5}
    assert result.total(_units(A=3, B=7)["people"], date="t1").to_dict() == {"A": 10, "C": 0}
    assert result.total(t0["people"].where(t0["people"] > 1), date="t0").isna().to_dict() == {"A": True, "C": False}


def test_totals_refuse_other_units() -> None:
    result = harmonize(_units(A=1), _units(A=1), _pairs("AA"))
    with pytest.raises(AlignmentError, match="differ in B"):
        result.total(pd.Series({"A": 1, "B": 1}), date="t0")


def test_summary_counts_every_kind() -> None:
    summary = harmonize(_units(A=1, B=1), _units(A=1, C=1), _pairs("BC")).summary()
    assert summary[["units", "units_t0", "units_t1"]].tolist() == [2, 2, 2]
    assert sum(summary[kind] for kind in COMPARABILITIES) == summary["units"]


def test_columns_of_the_crosswalk_are_kept() -> None:
    pairs = pd.DataFrame({"from": ["A"], "to": ["Z"], "reason": ["renamed in 2014"]})
    assert harmonize(_units(A=1), _units(Z=1), pairs, old="from", new="to").links["reason"].tolist() == [
        "renamed in 2014"
    ]


def test_overlap_joins_what_shares_ground_and_lists_slivers() -> None:
    before = _squares(A=(0, 10), B=(10, 20), C=(20, 30))
    after = _squares(A=(0, 10.05), B=(10.05, 15), X=(15, 30))  # the edge of A and B is drawn 0.05 off
    result = harmonize(before, after)
    assert result.units["members_t0"].to_dict() == {"A": ("A",), "X": ("B", "C")}
    assert result.ignored[["old", "new"]].to_numpy().tolist() == [["B", "A"]]
    # 0.05 of the 10 that each is wide; areas in an equal-area projection keep the ratio on the equator
    assert result.ignored["share"].iloc[0] == pytest.approx(0.005, rel=1e-6)
    assert result.units.loc["X"].geometry.area == pytest.approx(4.95 + 15)
    assert result.units.crs == after.crs


def test_tolerance_zero_joins_slivers_too() -> None:
    result = harmonize(_squares(A=(0, 10), B=(10, 20)), _squares(A=(0, 10.05), B=(10.05, 20)), tolerance=0)
    assert len(result.units) == 1
    assert result.ignored.empty


def test_inputs_stay_as_they_are() -> None:
    t0, t1, pairs = _units(A=1), _units(Z=1), _pairs("AZ")
    copies = t0.copy(), t1.copy(), pairs.copy()
    harmonize(t0, t1, pairs)
    for frame, copy in zip((t0, t1, pairs), copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_layers_show_the_kinds() -> None:
    layer = harmonize(_squares(A=(0, 1)), _squares(A=(0, 1))).layers().layers[0]
    assert layer.mapped_fields[0].column == "comparability"
    assert layer.units["members_t0"].tolist() == ["A"]


def test_without_geometry_there_is_nothing_to_draw() -> None:
    with pytest.raises(GeometryError, match="no geometry"):
        harmonize(_units(A=1), _units(A=1), _pairs("AA")).layers()


@pytest.mark.parametrize("tolerance", [-0.1, 1.0, 5.0])
def test_tolerance_is_a_share(tolerance: float) -> None:
    with pytest.raises(InputError, match="share of the smaller unit"):
        harmonize(_squares(A=(0, 1)), _squares(A=(0, 1)), tolerance=tolerance)


def test_tables_need_a_crosswalk() -> None:
    with pytest.raises(InputError, match="there is no `crosswalk`"):
        harmonize(_units(A=1), _units(A=1))


def test_links_to_nowhere_are_refused() -> None:
    with pytest.raises(AlignmentError, match=r"`crosswalk` names Q \(`new`\)"):
        harmonize(_units(A=1), _units(A=1), _pairs("AQ"))
    with pytest.raises(AlignmentError, match="`together` names Q"):
        harmonize(_units(A=1), _units(A=1), _pairs("AA"), together=[("A", "Q")])


def test_a_crosswalk_without_its_columns_is_refused() -> None:
    with pytest.raises(MissingColumnsError, match="no column old"):
        harmonize(_units(A=1), _units(A=1), pd.DataFrame({"olde": ["A"], "new": ["A"]}))


def test_repeated_labels_are_refused() -> None:
    twice = pd.concat([_units(A=1), _units(A=1)])
    with pytest.raises(AlignmentError, match="more than once"):
        harmonize(twice, _units(A=1), _pairs("AA"))


def test_layers_on_different_datums_are_refused() -> None:
    before = declare_datum(_squares(A=(0, 1)).to_crs(4326), "gcj02")
    with pytest.raises(DatumError):
        harmonize(before, declare_datum(_squares(A=(0, 1)).to_crs(4326), "wgs84"))
