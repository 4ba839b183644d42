"""Units are classed by where their people live, and centres become places with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from pyproj import CRS

from geo_urban.errors import AlignmentError, CRSMismatchError, InputError, InsufficientDataError
from geo_urban.hierarchy import classify_units, urban_centres
from geo_urban.layers import write_geopackage
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr


def grid(values: Any, *, quantity: str, cell: float = 1000, **attributes: Any) -> xr.DataArray:
    array = np.asarray(values)
    height, width = array.shape
    shape = GridShape(transform=Affine(cell, 0, 0, 0, -cell, 0), height=height, width=width, crs=CRS("ESRI:54009"))
    return build_grid(array, shape, quantity=quantity, **attributes)  # type: ignore[arg-type]


def row_of(**people: float) -> tuple[xr.DataArray, xr.DataArray, gpd.GeoDataFrame]:
    """One unit over a row of cells, one for each class."""
    codes = np.array([[int(name[1:]) for name in people]], dtype=np.uint8)
    values = np.array([list(people.values())], dtype=float)
    units = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(0, -1000, 1000 * len(people), 0)], crs="ESRI:54009")
    return grid(codes, quantity="class"), grid(values, quantity="count"), units


@pytest.mark.parametrize(
    ("people", "of_2024", "of_2021", "broad"),
    [
        ({"c30": 50, "c11": 50}, 30, 30, 3),
        ({"c30": 49, "c23": 1, "c21": 50}, 23, 21, 2),
        ({"c23": 30, "c22": 25, "c21": 45}, 22, 23, 2),
        ({"c22": 51, "c21": 49}, 22, 22, 2),
        ({"c22": 50, "c21": 50}, 21, 21, 2),
        ({"c21": 51, "c12": 49}, 21, 21, 2),
        ({"c23": 40, "c12": 60}, 12, 12, 1),
        ({"c21": 50, "c12": 50}, 21, 21, 2),  # half rural is no more than half
        ({"c13": 30, "c21": 20, "c12": 31}, 13, 12, 1),
        ({"c13": 30, "c12": 30, "c11": 40}, 12, 11, 1),
        ({"c12": 50, "c11": 50}, 11, 12, 1),
        ({"c13": 100}, 13, 13, 1),
    ],
)
def test_each_class_of_units(people: dict[str, float], of_2024: int, of_2021: int, broad: int) -> None:
    classes, counts, units = row_of(**people)
    assert classify_units(classes, counts, units)["class"].tolist() == [of_2024]
    assert classify_units(classes, counts, units, rules="2021")["class"].tolist() == [of_2021]
    assert classify_units(classes, counts, units, level=1)["class"].tolist() == [broad]


def test_shares_count_parts_of_cells_and_add_up() -> None:
    classes, counts, _ = row_of(c30=100.0, c21=60.0, c11=40.0)
    units = gpd.GeoDataFrame(
        index=["west", "east"],
        geometry=[shapely.box(0, -1000, 1500, 0), shapely.box(1500, -1000, 3000, 0)],
        crs="ESRI:54009",
    )
    table = classify_units(classes, counts, units)
    assert table["population"].tolist() == pytest.approx([130, 70])
    assert table.loc["west", "urban_centre_share"] == pytest.approx(100 / 130)
    assert table.loc["east", ["suburban_share", "very_low_density_rural_share"]].tolist() == pytest.approx(
        [3 / 7, 4 / 7]
    )
    assert table.filter(like="_share").sum(axis=1).tolist() == pytest.approx([1, 1])


def test_a_unit_without_people_is_classed_by_land_and_one_without_land_not_at_all() -> None:
    classes, counts, _ = row_of(c12=0.0, c11=0.0, c10=0.0, c30=5.0)
    boxes = {"land": (0, 1200), "sea": (2000, 3000), "far": (9000, 9900)}
    units = gpd.GeoDataFrame(
        index=list(boxes),
        geometry=[shapely.box(west, -1000, east, 0) for west, east in boxes.values()],
        crs="ESRI:54009",
    )
    table = classify_units(classes, counts, units)
    assert table.loc["land", "class"] == 12
    assert table["classed_by"].tolist()[0] == "land"
    assert table["class"].isna().tolist() == [False, True, True]


def test_a_finer_population_grid_takes_the_class_at_its_cells() -> None:
    classes = grid(np.array([[30, 11]], dtype=np.uint8), quantity="class")
    fine = grid(np.array([[1.0, 2, 3, 4], [1, 2, 3, 4]]), quantity="count", cell=500)
    units = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(0, -1000, 2000, 0)], crs="ESRI:54009")
    assert classify_units(classes, fine, units).loc["a", "urban_centre_share"] == pytest.approx(0.3)


def test_what_units_cannot_be_classed_by() -> None:
    classes, counts, units = row_of(c30=1.0, c11=1.0)
    with pytest.raises(InputError, match="does not say that its cells hold classes"):
        classify_units(counts, counts, units)
    with pytest.raises(InputError, match="which are no classes"):
        classify_units(grid(np.array([[7, 99]], dtype=np.uint8), quantity="class"), counts, units)
    with pytest.raises(InputError, match="`grid_classes` has the level 1"):
        classify_units(grid(np.array([[3, 1]], dtype=np.uint8), quantity="class"), counts, units)
    with pytest.raises(CRSMismatchError, match="`grid_classes` in"):
        classify_units(classes, counts.rio.write_crs("EPSG:6933"), units)
    with pytest.raises(AlignmentError, match="reaches beyond"):
        classify_units(classes[:, :1], counts, units)
    with pytest.raises(InputError, match="`rules` is '2019'"):
        classify_units(classes, counts, units, rules="2019")  # type: ignore[arg-type]


def points(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Named points, in metres of the grid."""
    shapes = gpd.points_from_xy(*zip(*places.values(), strict=True), crs="ESRI:54009").to_crs(4326)
    return gpd.GeoDataFrame({"name": list(places)}, geometry=shapes)


@pytest.fixture
def two_centres() -> tuple[xr.DataArray, xr.DataArray]:
    codes = np.full((4, 8), 11, dtype=np.uint8)
    codes[0:2, 0:3] = 30
    codes[2, 3] = 30  # by its corner only: another centre
    people = np.where(codes == 30, 10_000.0, 5.0)
    people[2, 3] = 700_000
    return grid(codes, quantity="class", level=2), grid(people, quantity="count")


def test_centres_are_measured_ranked_and_named(two_centres: tuple[xr.DataArray, xr.DataArray]) -> None:
    places = points(Far=(7500, -500), Small=(500, -500), Big=(2500, -1500)).assign(population=[9e6, 10.0, 5000.0])
    found = urban_centres(*two_centres, places=places)
    units = found.units
    assert units["population"].tolist() == [700_000, 60_000]
    assert units["area_km2"].tolist() == [1, 6]
    assert units["density_per_km2"].tolist() == [700_000, 10_000]
    assert units["tier"].tolist() == ["medium", "small"]
    assert units["rank"].tolist() == [1, 2]
    assert units["name"].tolist() == ["Big", "Big"]  # nearest to the one, most populous inside the other
    assert units["name_source"].tolist() == ["nearest place", "place inside"]
    assert units.loc["2", "geometry"].area == pytest.approx(6e6)
    assert found.origin == "found"
    summary = found.summary()
    assert summary.loc["total", ["centres", "population"]].tolist() == [2, 760_000]


def test_a_seat_goes_before_a_place(two_centres: tuple[xr.DataArray, xr.DataArray]) -> None:
    seat = points(Seat=(500, -500)).geometry.iloc[0]
    units = pd.DataFrame({"name": ["Seat", None], "seat_lon": [seat.x, seat.x], "seat_lat": [seat.y, seat.y]})
    found = urban_centres(*two_centres, places=points(Place=(1500, -1000)), units=units)
    assert found.units["name"].tolist() == ["Seat", "Seat"]
    assert found.units["name_source"].tolist() == ["nearest seat", "seat inside"]


def test_published_classes_are_read_and_fragments_left_out(two_centres: tuple[xr.DataArray, xr.DataArray]) -> None:
    classes, people = two_centres
    found = urban_centres(classes.assign_attrs(published=True), people.assign_attrs(modelled=True))
    assert found.origin == "read"
    assert found.units["population"].tolist() == [60_000]
    assert (found.fragments, found.fragments_population) == (1, 700_000)
    assert set(found.summary()["population_base"]) == {"people in the cells of the centre (modelled)"}
    page = found.layers(classes=classes)
    assert page.layers[0].title.endswith("(read from published classes)")
    assert page.rasters[0].name == "urban_classes"
    assert len(page.cautions) == 3


def test_centres_are_written_as_a_layer(two_centres: tuple[xr.DataArray, xr.DataArray], tmp_path: Path) -> None:
    path = tmp_path / "centres.gpkg"
    write_geopackage([urban_centres(*two_centres).layers()], path)
    read = gpd.read_file(path, layer="urban_centres")
    assert sorted(read["population"]) == [60_000, 700_000]


def test_what_has_no_centres(two_centres: tuple[xr.DataArray, xr.DataArray]) -> None:
    classes, people = two_centres
    with pytest.raises(InsufficientDataError, match="no urban centre"):
        urban_centres(classes.where(classes != 30, 12).assign_attrs(classes.attrs), people)
    with pytest.raises(AlignmentError, match="do not have the same cells"):
        urban_centres(classes, people[:, :4])
