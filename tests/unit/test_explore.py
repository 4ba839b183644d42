"""geopandas' argument names: honoured, or refused by name; none is passed over."""

from __future__ import annotations

import inspect

import geopandas as gpd
import pytest
import shapely

from geo_urban.errors import InputError, MissingColumnsError
from geo_urban.maps import explore
from geo_urban.palettes import diverging, sequential
from geo_urban.shrinkage import ChangeResult, population_change


@pytest.fixture
def result() -> ChangeResult:
    """Changes of −40, −20, −10, 0, 10 and 20 %."""
    return population_change(
        gpd.GeoDataFrame(
            {
                "name": list("ABCDEF"),
                "population_2010": [100] * 6,
                "population_2020": [60, 80, 90, 100, 110, 120],
                "port": [1.0, 1.0, 2.0, 2.0, 3.0, 3.0],
            },
            index=list("abcdef"),
            geometry=[shapely.box(120 + x, 40, 121 + x, 41) for x in range(6)],
            crs=4326,
        )
    )


def first_field(drawn: object) -> dict[str, object]:
    return drawn.payload["layers"][0]["fields"][0]


def shown_classes(drawn: object) -> dict[str, object]:
    return first_field(drawn)["classifications"][0]


def test_without_arguments_it_is_the_results_own_map(result: ChangeResult) -> None:
    drawn = result.explore()
    assert first_field(drawn)["column"] == "change_share"
    assert shown_classes(drawn)["label"][0] == "Classes of the study"


def test_another_column_with_scheme_and_k(result: ChangeResult) -> None:
    drawn = result.explore("change_share", scheme="EqualInterval", k=6)
    # Distances up to 40 % in three, mirrored about zero.
    assert shown_classes(drawn)["colors"] == [*diverging(3, 3)[:5]]
    plain = result.explore("population_2020", scheme="quantiles", k=3, cmap="purples")
    assert shown_classes(plain)["colors"] == list(sequential(3, name="purples"))
    assert shown_classes(plain)["counts"] == [2, 2, 2]


def test_bins_are_upper_ends_as_in_mapclassify(result: ChangeResult) -> None:
    drawn = result.explore("population_2020", scheme="UserDefined", classification_kwds={"bins": [80, 100, 200]})
    assert shown_classes(drawn)["counts"] == [2, 2, 2]


def test_ends_of_equal_intervals(result: ChangeResult) -> None:
    drawn = result.explore("population_2020", vmin=0, vmax=200, k=2)
    # The limit 100 belongs to the class above it.
    assert shown_classes(drawn)["counts"] == [3, 3]


def test_color_maps_of_matplotlib_and_lists_of_colors(result: ChangeResult) -> None:
    pytest.importorskip("matplotlib")
    drawn = result.explore("population_2020", cmap="Greys", scheme="quantiles", k=2)
    assert shown_classes(drawn)["colors"] == ["#ffffff", "#000000"]
    drawn = result.explore("population_2020", cmap=["#111111", "#222222"], scheme="quantiles", k=2)
    assert shown_classes(drawn)["colors"] == ["#111111", "#222222"]


def test_one_color_kinds_and_caption(result: ChangeResult) -> None:
    assert shown_classes(result.explore("population_2020", color="#123456"))["colors"] == ["#123456"]
    kinds = result.explore("port", categorical=True, categories=[3, 2, 1], legend_kwds={"caption": "Class of port"})
    assert shown_classes(kinds)["labels"] == ["3", "2", "1"]
    assert shown_classes(kinds)["counts"] == [2, 2, 2]
    assert first_field(kinds)["label"] == "Class of port"


def test_tips_list_what_is_asked_for(result: ChangeResult) -> None:
    columns = [
        [field["column"] for field in result.explore(tooltip=tooltip).payload["layers"][0]["fields"]]
        for tooltip in ([], ["port", "change"], 1)
    ]
    assert columns[:2] == [["change_share"], ["change_share", "port", "change"]]
    assert len(columns[2]) == 2


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"style_kwds": {"weight": 3}}, "`style_kwds` has no meaning"),
        ({"popup": True}, "pins its figures"),
        ({"highlight": False}, "always marked"),
        ({"m": "a map"}, "over="),
        ({"width": 300}, "browser's window"),
        ({"legend": False}, "without a meaning"),
        ({"legend_kwds": {"colorbar": True}}, "caption"),
        ({"colour": "red"}, "Did you mean `color`"),
        ({"tooltip": False}, "hide the figures"),
        ({"column": "severity", "scheme": "quantiles"}, "holds kinds"),
        ({"column": "port", "scheme": "UserDefined"}, "bins"),
        ({"column": "port", "scheme": "Quantiles", "vmin": 0}, "ends of equal intervals"),
        ({"column": "port", "vmin": 5, "vmax": 1}, "not below"),
        ({"column": "port", "cmap": "no-such-map"}, "neither a palette"),
        ({"column": "port", "categorical": True, "categories": [1]}, "2, 3"),
        ({"style_kwds": {}, "marker_kwds": {}}, "2 faults"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(
    result: ChangeResult, options: dict[str, object], match: str
) -> None:
    with pytest.raises(InputError, match=match):
        result.explore(**options)


def test_a_missing_column_is_named(result: ChangeResult) -> None:
    with pytest.raises(MissingColumnsError, match="population_2021"):
        result.explore("population_2021")


def test_values_that_ask_for_nothing_else_are_taken(result: ChangeResult) -> None:
    assert result.explore(popup=False, highlight=True, control_scale=True, legend=True, m=None)


def test_every_argument_of_geopandas_has_an_answer() -> None:
    from geo_urban.maps.explored import _INSTEAD

    theirs = set(inspect.signature(gpd.GeoDataFrame.explore).parameters) - {"self", "args", "kwargs"}
    ours = set(inspect.signature(explore).parameters)
    assert theirs - ours - set(_INSTEAD) == set()
