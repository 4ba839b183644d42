"""Borders for drawing are made once, and anew where that does not help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely import Point
from shapely.affinity import translate

from geo_urban.maps.drawing import drawing_of
from geo_urban.studies import drawings
from geo_urban.studies.drawings import kept_drawing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def units() -> gpd.GeoDataFrame:
    """Two discs with more corners than a screen shows, and a unit without a shape."""
    discs = [Point(x, 40).buffer(1, quad_segs=8000) for x in (110, 120)]
    return gpd.GeoDataFrame({"name": list("ABC")}, index=["1", "2", "3"], geometry=[*discs, None], crs=4326)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEO_URBAN_CACHE", str(tmp_path))
    return tmp_path


def same(one: gpd.GeoSeries, other: gpd.GeoSeries) -> bool:
    return one.to_wkb().tolist() == other.to_wkb().tolist() and one.crs == other.crs


def test_a_drawing_is_made_once(units: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = drawing_of(units)
    assert same(kept_drawing(units), expected)
    made: list[int] = []

    def counted(units: gpd.GeoDataFrame) -> gpd.GeoSeries:
        made.append(len(units))
        return drawing_of(units)

    monkeypatch.setattr(drawings, "drawing_of", counted)
    again = kept_drawing(units.set_axis(["x", "y", "z"]))
    assert made == []
    assert same(again, expected)
    assert again.index.tolist() == ["x", "y", "z"]
    moved = units.geometry.map(lambda shape: shape and translate(shape, 1e-9))
    kept_drawing(units.set_geometry(moved))
    assert made == [3]


def test_a_damaged_file_and_a_folder_that_cannot_be_written_do_not_matter(
    units: gpd.GeoDataFrame, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = kept_drawing(units)
    (kept,) = (cache / "boundaries").glob("drawn-*.parquet")
    kept.write_bytes(b"damaged")
    assert same(kept_drawing(units), expected)
    (cache / "file").touch()
    monkeypatch.setenv("GEO_URBAN_CACHE", str(cache / "file"))
    assert same(kept_drawing(units), expected)
