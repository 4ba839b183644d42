"""Where limits lie and which colours classes get, checked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_urban.classing import (
    by_year,
    class_breaks,
    classed,
    hot_spot_categories,
    local_moran_categories,
    scheme_label,
    with_other_classes,
)
from geo_urban.errors import InputError
from geo_urban.palettes import LOCAL_MORAN, diverging, sequential
from geo_urban.presentation import Breaks, Field


def counts(breaks: Breaks, values: list[float]) -> list[int]:
    numbers = [breaks.class_of(value) for value in values if not np.isnan(value)]
    return [numbers.count(place) for place in range(len(breaks.colors))]


def test_quantiles_put_as_many_units_into_each_class() -> None:
    values = [float(value) for value in range(1, 11)]
    breaks = class_breaks(values, classes=5)
    assert counts(breaks, values) == [2, 2, 2, 2, 2]
    # Between 2 and 3, 4 and 5 …, the upper value itself is a limit; 5 is rounder than anything else from 4 up to 5.
    assert breaks.limits == (3.0, 5.0, 7.0, 9.0)
    assert breaks.colors == sequential(5)


def test_limits_are_as_round_as_the_gap_between_values_allows() -> None:
    # Median between 1,234 and 1,871: 1,500 is the first half of a power of ten in the gap.
    assert class_breaks([1000, 1234, 1871, 2500], classes=2).limits == (1500.0,)


def test_ties_are_never_parted_and_make_fewer_classes() -> None:
    values = [0.0] * 8 + [1.0, 2.0]
    breaks = class_breaks(values, classes=5)
    # Four of the five quantiles are 0 (and one 0.2): all zeros are one class, and 0.2 parts nothing else from them.
    assert counts(breaks, values)[0] == 8
    assert len(breaks.colors) == 2


@pytest.mark.parametrize("scheme", ["quantiles", "natural", "equal", "standard_deviation", "logarithmic"])
def test_equal_values_missing_values_and_none_have_one_class(scheme: str) -> None:
    assert class_breaks([3.0, 3.0, 3.0], scheme=scheme).limits == ()
    assert class_breaks([np.nan, 3.0], scheme=scheme).limits == ()
    assert class_breaks([np.nan], scheme=scheme).limits == ()
    assert class_breaks([], scheme=scheme).limits == ()
    assert len(class_breaks([], scheme=scheme).colors) == 1


@pytest.mark.parametrize("scheme", ["quantiles", "natural", "equal", "standard_deviation", "logarithmic"])
@pytest.mark.parametrize("values", [[], [0.0, 0.0], [np.nan]])
def test_a_centre_is_a_limit_whatever_the_values(scheme: str, values: list[float]) -> None:
    breaks = class_breaks(values, scheme=scheme, center=0)
    assert breaks.limits == (0.0,)
    assert breaks.colors == diverging(1, 1)


def test_fewer_distinct_values_than_classes_have_a_class_each() -> None:
    values = [1.0, 1.0, 5.0, 9.0]
    assert counts(class_breaks(values, scheme="natural", classes=5), values) == [2, 1, 1]


def test_equal_intervals_keep_a_limit_in_the_class_above() -> None:
    values = [0.0, 20.0, 50.0, 100.0]
    breaks = class_breaks(values, scheme="equal", classes=5)
    assert breaks.limits == (20.0, 40.0, 60.0, 80.0)
    assert counts(breaks, values) == [1, 1, 1, 0, 1]


def test_standard_deviations_lie_around_the_mean() -> None:
    values = [float(value) for value in range(101)]  # mean 50, standard deviation 29.3
    breaks = class_breaks(values, scheme="standard_deviation", classes=5)
    # 50 ± 29.3 (rounded between 20 and 21, and up to 80), ±58.6 lies outside: three classes, the middle neutral.
    assert [round(limit) for limit in breaks.limits] == [21, 80]
    assert breaks.colors[1] == "#f7f7f7"
    even = class_breaks(values, scheme="standard_deviation", classes=4)
    assert len(even.limits) == 3
    assert even.limits[1] == 50.0


def test_equal_ratios_leave_zero_and_less_in_the_lowest_class() -> None:
    values = [-5.0, 0.0, 1.0, 10.0, 100.0, 1000.0]
    breaks = class_breaks(values, scheme="logarithmic", classes=3)
    assert breaks.limits == (10.0, 100.0)
    assert counts(breaks, values) == [3, 1, 2]
    with pytest.raises(InputError, match="above zero"):
        class_breaks([-1.0, 0.0], scheme="logarithmic")


def test_a_change_has_mirrored_limits_and_only_classes_that_hold_units() -> None:
    values = [-40.0, -30.0, -20.0, -10.0, -5.0, -2.0, 1.0, 4.0]
    breaks = class_breaks(values, scheme="equal", center=0, classes=6)
    # Distances up to 40 in three: 13.3 and 26.7, moved to the nearest round ones within a twentieth of 13.3.
    assert [round(limit) for limit in breaks.limits] == [-27, -13, 0]
    # Nothing grew by 13 or more: one class above the centre, in the palest blue.
    assert breaks.colors == (*diverging(3, 3)[:3], diverging(3, 3)[3])


def test_around_a_centre_five_and_six_classes_make_three_and_three() -> None:
    values = np.linspace(-1, 1, 101)
    for classes in (5, 6):
        breaks = class_breaks(values, center=0, classes=classes)
        assert len(breaks.colors) == 6
        assert breaks.limits[2] == 0.0
        assert breaks.limits[0] == -breaks.limits[-1]


def test_own_limits_get_the_centre_as_a_limit() -> None:
    breaks = class_breaks([1.0], scheme=[-0.1, 0.2], center=0)
    assert breaks.limits == (-0.1, 0.0, 0.2)
    assert breaks.colors == diverging(2, 2)
    uneven = class_breaks([1.0], scheme=[-0.3, -0.1, 0.0], center=0)
    assert uneven.colors == (*diverging(3, 3)[:3], diverging(3, 3)[3])


def test_colors_by_palette_or_one_by_one() -> None:
    assert class_breaks([1.0, 2.0, 3.0], classes=3, colors="purples").colors == sequential(3, name="purples")
    assert class_breaks([1.0, 2.0], classes=2, colors=["#111111", "#222222", "#333333"]).colors == (
        "#111111",
        "#333333",
    )
    assert class_breaks([1.0, 2.0, 3.0], classes=3, colors="red_blue").colors == diverging(1, 1, neutral=True)


def test_another_classifier_of_mapclassify_is_taken_by_its_name() -> None:
    values = [1.0, 1.0, 1.0, 2.0, 3.0, 50.0, 200.0]
    # Head/tail breaks: the mean 36.9 parts, then the mean of 50 and 200.
    breaks = class_breaks(values, scheme="HeadTailBreaks")
    assert counts(breaks, values) == [5, 1, 1]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"scheme": "nice"}, "no way to class"),
        ({"scheme": "UserDefined"}, "no way to class"),
        ({"scheme": [1.0, 1.0]}, "ascend without ties"),
        ({"scheme": [np.inf]}, "finite"),
        ({"classes": 1}, "`classes` is 1"),
        ({"classes": 10}, "`classes` is 10"),
        ({"colors": "pink"}, "no palette"),
        ({"colors": ["#000000"]}, "1 colors for"),
        ({"scheme": [-6.0, -5.0, -4.0, -3.0, -2.0, -1.0], "center": 0}, "one side"),
    ],
)
def test_what_cannot_be_classed_is_refused(options: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        class_breaks([1.0, 2.0, 3.0, 4.0], **options)


@pytest.mark.parametrize(("values", "match"), [([1.0, np.inf], "1 infinite"), (["a", "b"], "no numbers")])
def test_infinite_values_and_text_are_refused(values: list[object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        class_breaks(pd.Series(values))


def test_a_field_offers_the_other_ways_to_class_it() -> None:
    values = pd.Series(np.linspace(1, 1000, 50) ** 1.5)
    field = classed(Field(column="x", label="x"), values, scheme="natural")
    assert field.classed_by == "Natural breaks"
    assert [other.label for other in field.others] == ["Quantiles", "Equal intervals", "Standard deviation"]
    own = Field(column="x", label="x", classes=Breaks(limits=(0.0,), colors=diverging(1, 1)))
    around = with_other_classes(own, values - 5000, center=0)
    assert around.classes == own.classes
    assert len(around.others) == 4
    assert all(0.0 in other.classes.limits for other in around.others)


def test_years_share_their_classes() -> None:
    units = pd.DataFrame({"y0": [1.0, 2.0, 3.0], "y1": [4.0, 5.0, 6.0]})
    first, second = by_year([Field(column="y0", label="0"), Field(column="y1", label="1")], units, classes=2)
    assert first.classes == second.classes == class_breaks([1, 2, 3, 4, 5, 6], classes=2)
    assert first.others == second.others


def test_fixed_categories_tell_kinds_apart_without_colors() -> None:
    moran = local_moran_categories().items
    assert {item.value: item.color for item in moran} == LOCAL_MORAN
    strong = [item.pattern for item in moran[:4]]
    assert len(set(strong)) == 4
    spots = hot_spot_categories().items
    assert [item.pattern for item in spots if item.value.startswith("hot")] == ["", "", ""]
    assert {item.pattern for item in spots if item.value.startswith("cold")} == {"hatch"}


def test_schemes_are_known_by_their_names_in_other_libraries() -> None:
    assert [scheme_label(name) for name in ("Quantiles", "EqualInterval", "StdMean", "natural_breaks")] == [
        "Quantiles",
        "Equal intervals",
        "Standard deviation",
        "Natural breaks",
    ]
    assert class_breaks([1, 2, 9, 10], scheme="EqualInterval", classes=2) == class_breaks(
        [1, 2, 9, 10], scheme="equal", classes=2
    )
