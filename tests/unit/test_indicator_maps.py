"""What becomes of the columns of any frame, without a browser; and what is refused."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_urban.classing import class_breaks
from geo_urban.errors import AlignmentError, GeometryError, InputError, MissingColumnsError
from geo_urban.maps import indicator_layer, indicator_map, indicator_presentation, link_layer, tier_map
from geo_urban.messages import translate_to
from geo_urban.palettes import QUALITATIVE
from geo_urban.presentation import Breaks, Categories, Field, Size


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    """Six squares in two provinces."""
    return gpd.GeoDataFrame(
        {
            "name": list("ABCDEF"),
            "province": ["N", "N", "N", "S", "S", "S"],
            "wage_2010": [10.5, 20.5, 30.5, 40.5, 50.5, 60.5],
            "wage_2020": [20.5, 40.5, 60.5, 80.5, 100.5, 120.5],
            "growth_share": [-0.204, -0.1, 0.0, 0.1, 0.2, np.nan],
            "area_km2": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            "kind": ["port", "port", "inland", None, "inland", "border"],
            "planned": [True, False, True, False, True, False],
        },
        index=pd.Index([f"u{number}" for number in range(6)], name="code"),
        geometry=[shapely.box(120 + x, 40 + y, 121 + x, 41 + y) for y in range(2) for x in range(3)],
        crs=4326,
    )


def test_a_column_is_worded_and_classed_by_its_name_and_values(units: gpd.GeoDataFrame) -> None:
    share, area = indicator_layer(units, ["growth_share", "area_km2"]).fields[:2]
    assert (share.label, share.unit, share.scale, share.decimals) == ("growth share", "%", 100.0, 1)
    # Both signs: zero is a limit without being asked for.
    assert isinstance(share.classes, Breaks)
    assert 0.0 in share.classes.limits
    assert (area.unit, area.decimals) == ("km²", 0)
    assert area.classes == class_breaks(units["area_km2"])


def test_labels_units_and_options_are_taken(units: gpd.GeoDataFrame) -> None:
    layer = indicator_layer(
        units,
        "wage_2020",
        labels={"wage_2020": "Wages"},
        unit_names={"wage_2020": "yuan"},
        modelled=["wage_2020"],
        scheme=[50.0, 100.0],
    )
    field = layer.fields[0]
    assert (field.label, field.unit, field.modelled, field.classed_by) == ("Wages", "yuan", True, "Chosen limits")
    assert field.classes.limits == (50.0, 100.0)
    assert layer.label_column == "name"


def test_years_are_one_indicator_with_common_classes(units: gpd.GeoDataFrame) -> None:
    layer = indicator_layer(units, {"Wages": {2010: "wage_2010", 2020: "wage_2020"}})
    first, second = layer.fields[:2]
    assert [(field.indicator, field.year) for field in (first, second)] == [("Wages", 2010), ("Wages", 2020)]
    assert (first.label, translate_to("zh", second.label)) == ("Wages 2010", "2020年Wages")
    assert first.classes == second.classes == class_breaks(pd.concat([units["wage_2010"], units["wage_2020"]]))


def test_text_and_truth_values_become_kinds(units: gpd.GeoDataFrame) -> None:
    kind, planned = indicator_layer(units, ["kind", "planned"]).fields[:2]
    assert isinstance(kind.classes, Categories)
    assert [item.value for item in kind.classes.items] == ["border", "inland", "port"]
    assert [item.color for item in kind.classes.items] == list(QUALITATIVE[:3])
    assert [item.value for item in planned.classes.items] == ["False", "True"]


def test_ordered_categories_keep_their_order(units: gpd.GeoDataFrame) -> None:
    order = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    given = units.assign(rank=pd.Categorical(["low", "high", "low", "high", "low", "low"], dtype=order))
    items = indicator_layer(given, "rank").fields[0].classes.items
    assert [item.value for item in items] == ["low", "middle", "high"]


def test_fields_keep_their_own_classes(units: gpd.GeoDataFrame) -> None:
    own = Field(column="wage_2020", label="x", decimals=0, classes=Breaks(limits=(), colors=("#000000",)))
    assert indicator_layer(units, [own]).fields[0] == own


def test_the_frame_is_not_changed(units: gpd.GeoDataFrame) -> None:
    before = units.copy()
    indicator_map(units, ["growth_share", "kind"], title="x", outlines="province")
    pd.testing.assert_frame_equal(units, before)


def test_units_without_names_are_called_by_their_code(units: gpd.GeoDataFrame) -> None:
    layer = indicator_layer(units.drop(columns="name"), "area_km2")
    assert layer.label_column == "code"
    assert layer.units["code"].tolist() == units.index.tolist()


def test_what_descriptive_columns_there_are_is_listed(units: gpd.GeoDataFrame) -> None:
    layer = indicator_layer(units, "area_km2")
    assert [field.column for field in layer.fields] == ["area_km2", "province"]


@pytest.mark.parametrize(
    ("indicators", "error", "match"),
    [
        ("wages", MissingColumnsError, "wage_2010"),
        ({"x": {2010: "kind", 2020: "wage_2020"}}, InputError, "`kind` hold no numbers"),
    ],
)
def test_wrong_columns_are_refused(
    units: gpd.GeoDataFrame, indicators: object, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        indicator_layer(units, indicators)


def test_other_faults_are_refused(units: gpd.GeoDataFrame) -> None:
    with pytest.raises(InputError, match="holds 12 kinds"):
        indicator_layer(
            pd.concat([units, units.set_index(units.index + "b")]).assign(kind=list("abcdefghijkl")), "kind"
        )
    with pytest.raises(GeometryError, match="no geometry"):
        indicator_layer(pd.DataFrame(units.drop(columns="geometry")), "area_km2")
    with pytest.raises(AlignmentError, match="more than once"):
        indicator_layer(pd.concat([units, units]), "area_km2")
    with pytest.raises(InputError, match="infinite"):
        indicator_layer(units.assign(x=np.inf), "x")


def test_outlines_run_along_the_lines_of_the_units(units: gpd.GeoDataFrame) -> None:
    payload = indicator_map(units, "area_km2", title="x", outlines="province").payload
    inner, outer = payload["layers"]
    assert outer["codes"] == ["N", "S"]
    used = {arc if arc >= 0 else ~arc for shape in outer["shapes"] for part in shape for ring in part for arc in ring}
    own = {arc if arc >= 0 else ~arc for shape in inner["shapes"] for part in shape for ring in part for arc in ring}
    assert used <= own


def test_presentation_says_where_figures_come_from(units: gpd.GeoDataFrame) -> None:
    shown = indicator_presentation(units, "area_km2", title="Areas", source="A survey", cautions=["Old."])
    assert (shown.title, shown.source, shown.cautions) == ("Areas", "A survey", ("Old.",))
    assert indicator_presentation(units, "area_km2", title="Areas").source == "Figures given by the user."


def test_links_run_from_place_to_place_the_widest_last(units: gpd.GeoDataFrame) -> None:
    links = pd.DataFrame({"origin": ["u0", "u1", "u2"], "destination": ["u1", "u1", "u0"], "trips": [9.0, 5.0, 2.0]})
    layer = link_layer(links, units, value="trips")
    assert layer.units.index.tolist() == ["u2-u0", "u0-u1"]
    assert layer.units["name"].tolist() == ["C → A", "A → B"]
    assert list(layer.units.geometry.iloc[1].coords) == [(120.5, 40.5), (121.5, 40.5)]
    assert layer.size == Size(column="trips", largest=12.0, smallest=1.0)
    assert layer.over
    with pytest.raises(InputError, match="u9"):
        link_layer(links.assign(origin="u9"), units)


def test_layers_lie_over_the_units(units: gpd.GeoDataFrame) -> None:
    ports = units.head(2).set_geometry(units.head(2).representative_point())
    over = indicator_layer(ports, [], name="ports", title="Ports", size="area_km2", over=True)
    payload = indicator_map(units, "area_km2", title="x", over=[over]).payload
    assert payload["layers"][1]["over"]
    # Area 1 and 2 of at most 2: radius 18 × √(1/2) and 18.
    assert payload["layers"][1]["size"]["of"] == [pytest.approx(12.73), 18.0]


def test_tiers_of_a_frame_or_a_result_as_polygons_or_points(units: gpd.GeoDataFrame) -> None:
    from geo_urban.hierarchy import city_tiers

    cities = units.assign(population_2010=400_000, population_2020=[6e5, 2e6, 6e6, 1.2e7, 4e5, np.nan])
    drawn = tier_map(cities)
    # From the super-large tier to the small one.
    assert drawn.payload["layers"][0]["fields"][0]["classifications"][0]["counts"] == [1, 1, 1, 1, 1]
    points = tier_map(city_tiers(cities), points=True, outlines="province").payload["layers"]
    assert (points[0]["kind"], points[1]["kind"]) == ("point", "polygon")
    assert points[0]["codes"][0] == "u3"
    with pytest.raises(InputError, match="`scheme`"):
        tier_map(city_tiers(cities), scheme="china-2014")
