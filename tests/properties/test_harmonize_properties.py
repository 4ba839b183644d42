"""What must hold of comparable units whatever the changes were."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo_urban.spatial.harmonize import harmonize


@st.composite
def changes(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Two dates with residents, and any pairs between them."""
    count_t0, count_t1 = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    frames = []
    for prefix, count in (("a", count_t0), ("b", count_t1)):
        people = draw(st.lists(st.integers(0, 10**9), min_size=count, max_size=count))
        frames.append(pd.DataFrame({"people": people}, index=[f"{prefix}{place}" for place in range(count)]))
    pair = st.tuples(st.sampled_from(list(frames[0].index)), st.sampled_from(list(frames[1].index)))
    pairs = draw(st.lists(pair, max_size=12))
    return frames[0], frames[1], pd.DataFrame(pairs, columns=["old", "new"])


@given(changes())
def test_nobody_is_lost_and_nobody_counted_twice(case: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    t0, t1, pairs = case
    result = harmonize(t0, t1, pairs, size="people")
    for frame, date, members in ((t0, "t0", "members_t0"), (t1, "t1", "members_t1")):
        assert result.total(frame["people"], date=date).sum() == frame["people"].sum()
        held = [label for group in result.units[members] for label in group]
        assert sorted(held) == sorted(frame.index)


@given(changes(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    case: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], random: st.Random
) -> None:
    t0, t1, pairs = case
    shuffled = [frame.iloc[random.sample(range(len(frame)), len(frame))] for frame in case]
    expected = harmonize(t0, t1, pairs, size="people").units
    found = harmonize(*shuffled[:2], shuffled[2], size="people").units
    pd.testing.assert_frame_equal(found, expected)


@given(changes())
def test_other_labels_give_the_same_groups(case: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    t0, t1, pairs = case
    other = {label: f"unit {label}" for label in (*t0.index, *t1.index)}
    renamed = harmonize(t0.rename(other), t1.rename(other), pairs.replace(other))
    plain = harmonize(t0, t1, pairs)
    for before, after in zip(plain.units["members_t0"], renamed.units["members_t0"], strict=True):
        assert tuple(other[label] for label in before) == after
    assert plain.units["comparability"].tolist() == renamed.units["comparability"].tolist()


@given(changes())
def test_a_pair_ends_in_one_unit_and_harmonizing_again_changes_nothing(
    case: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    t0, t1, pairs = case
    result = harmonize(t0, t1, pairs)
    assert (result.unit_of_t0[pairs["old"]].to_numpy() == result.unit_of_t1[pairs["new"]].to_numpy()).all()
    units = result.units[["comparability"]]
    again = harmonize(units, units, pd.DataFrame({"old": [], "new": []}, dtype="str"))
    assert len(again.units) == len(units)
