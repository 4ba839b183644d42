"""What a page carries is right before any browser sees it."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_urban.errors import AlignmentError, GeometryError, InputError, MissingColumnsError, MissingCRSError
from geo_urban.maps import map_payload, with_drawing, with_outlines
from geo_urban.maps.payload import payload_json
from geo_urban.presentation import Breaks, Categories, Category, Field, Layer, Presentation

CHANGE = Field(
    column="change_share",
    label="Change",
    unit="%",
    scale=100,
    decimals=1,
    classes=Breaks(limits=(-0.1, 0.0), colors=("#b2182b", "#fddbc7", "#2166ac")),
)
PEOPLE = Field(column="people", label="People", unit="persons", decimals=0)


def presentation(*fields: Field, **changes: object) -> Presentation:
    units = gpd.GeoDataFrame(
        {
            "name": ["A", "B", None],
            "change_share": [-0.25, -0.1, np.nan],
            "people": pd.array([123_456, 7, None], dtype="Int64"),
            "kind": ["town", "village", None],
        },
        index=["01", "02", "03"],
        geometry=[shapely.box(x, 30, x + 1, 31) for x in (100, 101, 102)],
        crs=4326,
    )
    layer = Layer(name="units", title="Units", units=units, fields=fields or (CHANGE, PEOPLE))
    return Presentation(
        name="test",
        title="Test",
        source="s",
        method="m",
        layers=(replace(layer, **changes),),  # type: ignore[arg-type]
    )


def test_values_are_scaled_rounded_and_null_where_missing() -> None:
    change, people = map_payload(presentation())["layers"][0]["fields"]
    assert change["values"] == [-25.0, -10.0, None]
    assert people["values"] == [123_456, 7, None]
    assert all(isinstance(value, int) for value in people["values"][:2])


def test_a_limit_belongs_to_the_class_above_it_and_missing_has_no_class() -> None:
    change = map_payload(presentation())["layers"][0]["fields"][0]
    (classes,) = change["classifications"]
    assert classes["of"] == "01-"
    assert classes["counts"] == [1, 1, 0]
    assert classes["missing"] == 1
    assert classes["labels"] == [["under −10", "−10 以下"], ["−10 to 0", "−10 至 0"], ["0 and over", "0 及以上"]]


def test_wan_divides_people_by_ten_thousand_and_nothing_else() -> None:
    change, people = map_payload(presentation(), figures="wan")["layers"][0]["fields"]
    assert people["values"] == [12.35, 0.0, None]
    assert people["unit"] == ["× 10,000 persons", "万人"]
    assert change["values"] == [-25.0, -10.0, None]


def test_wan_scales_the_labels_of_classes_too() -> None:
    classes = Breaks(limits=(50_000.0,), colors=("#ffffcc", "#0c2c84"))
    people = map_payload(presentation(replace(PEOPLE, classes=classes)), figures="wan")["layers"][0]["fields"][0]
    assert [english for english, _ in people["classifications"][0]["labels"]] == ["under 5", "5 and over"]
    assert people["classifications"][0]["of"] == "10-"


def test_chinese_words_come_from_the_catalogue() -> None:
    payload = map_payload(presentation(), language="zh", figures="wan")
    assert payload["language"] == "zh"
    assert payload["words"]["no data"] == ["no data", "无数据"]


def test_categories_are_shown_by_label() -> None:
    items = (
        Category(value="town", label="Town", color="#000000"),
        Category(value="village", label="V", color="#ffffff"),
    )
    kind = map_payload(presentation(Field(column="kind", label="Kind", classes=Categories(items=items))))
    field = kind["layers"][0]["fields"][0]
    assert field["texts"] == ["Town", "V"]
    assert field["values"] == [0, 1, -1]
    assert field["classifications"][0]["of"] == "01-"


def test_a_category_without_legend_is_refused() -> None:
    items = (Category(value="town", label="Town", color="#000000"),)
    with pytest.raises(InputError, match="`kind` holds village, which the legend does not know"):
        map_payload(presentation(Field(column="kind", label="Kind", classes=Categories(items=items))))


def test_other_coordinates_become_degrees() -> None:
    given = presentation()
    projected = replace(given.layers[0], units=given.layers[0].units.to_crs(3857))
    payload = map_payload(replace(given, layers=(projected,)))
    assert payload["bounds"] == [[30.0, 100.0], [31.0, 103.0]]


def test_equal_area_parallels_lie_a_sixth_inside() -> None:
    # Bounds 30–31° N, 100–103° E: a sixth of one degree is 0.1667.
    assert map_payload(presentation())["equalArea"] == {
        "south": 30.1667,
        "north": 30.8333,
        "latitude": 30.5,
        "longitude": 101.5,
    }


@pytest.mark.parametrize("bounds", [(-10, -5, 10, 20), (0, 10, 150, 20), (0, 60, 10, 85)])
def test_no_cone_across_the_equator_around_the_world_or_at_a_pole(bounds: tuple[float, float, float, float]) -> None:
    west, south, east, north = bounds
    given = presentation()
    units = given.layers[0].units.iloc[:1].set_geometry([shapely.box(west, south, east, north)], crs=4326)
    assert map_payload(replace(given, layers=(replace(given.layers[0], units=units),)))["equalArea"] is None


def test_points_and_lines_are_carried_too() -> None:
    given = presentation()
    units = given.layers[0].units
    places = units.set_geometry(gpd.GeoSeries.from_xy([100.5, 101.5, 102.5], [30.5] * 3, index=units.index, crs=4326))
    paths = units.set_geometry([shapely.LineString([(100, 30), (101, 31)])] * 3, crs=4326)
    layers = (replace(given.layers[0], units=places), replace(given.layers[0], name="paths", units=paths))
    shown = map_payload(replace(given, layers=layers))["layers"]
    assert [layer["kind"] for layer in shown] == ["point", "line"]
    assert shown[0]["shapes"][0] == [[1_005_000, 305_000]]
    assert shown[1]["shapes"][2] == [[1_000_000, 300_000, 1_010_000, 310_000]]


def test_json_cannot_end_the_element_and_reads_back_the_same() -> None:
    evil = {"name": "</script><!-- & \u2028", "values": [None, 1.5]}
    text = payload_json(evil)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == evil


def test_drawing_geometry_replaces_the_layers_own_and_may_have_more_units() -> None:
    given = presentation()
    drawing = gpd.GeoDataFrame(
        geometry=[shapely.box(x, 40, x + 1, 41) for x in (1, 2, 3, 4)], index=["04", "03", "02", "01"], crs=4326
    )
    shown = with_drawing(given, {"units": drawing})
    assert shown.layers[0].units.geometry["01"].bounds[0] == 4
    assert shown.layers[0].units["people"].equals(given.layers[0].units["people"])
    assert given.layers[0].units.geometry["01"].bounds[0] == 100  # the input stays as it was


def test_drawing_geometry_without_a_unit_is_refused() -> None:
    drawing = gpd.GeoDataFrame(geometry=[shapely.box(1, 40, 2, 41)], index=["01"], crs=4326)
    with pytest.raises(AlignmentError, match=r"layer `units` lacks 2 units \(02, 03\)"):
        with_drawing(presentation(), {"units": drawing})


def test_outlines_are_added_last_and_have_nothing_to_colour() -> None:
    provinces = gpd.GeoDataFrame(geometry=[shapely.box(100, 30, 103, 31)], index=["21"], crs=4326)
    shown = with_outlines(presentation(), provinces, title="Provinces")
    payload = map_payload(shown)
    assert [layer["fields"] == [] for layer in payload["layers"]] == [False, True]
    assert payload["layers"][1]["codes"] == ["21"]
    with pytest.raises(MissingCRSError, match="`outlines` does not say"):
        with_outlines(presentation(), provinces.set_crs(None, allow_override=True))


def test_a_layer_without_crs_a_column_or_classes_is_refused() -> None:
    given = presentation()
    lost = given.layers[0].units.set_crs(None, allow_override=True)
    with pytest.raises(MissingCRSError, match="`units` does not say its coordinate reference system"):
        map_payload(replace(given, layers=(replace(given.layers[0], units=lost),)))
    with pytest.raises(MissingColumnsError, match="has no column density"):
        map_payload(presentation(CHANGE, Field(column="density", label="Density")))
    with pytest.raises(InputError, match="`test` has no field with classes"):
        map_payload(presentation(PEOPLE))
    with pytest.raises(InputError, match="`figures` is 'millions'"):
        map_payload(given, figures="millions")  # type: ignore[arg-type]


def test_mixed_geometry_is_refused() -> None:
    given = presentation()
    mixed = [shapely.Point(0, 0), shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    units = given.layers[0].units.set_geometry(mixed, crs=4326)
    with pytest.raises(GeometryError, match="it holds Point, Polygon"):
        map_payload(replace(given, layers=(replace(given.layers[0], units=units),)))
