"""Studies with a population grid: the section of the file, and what a run makes of it."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from pyproj import CRS
from shapely import box

from geo_urban.errors import GeoUrbanWarning, InputError, InsufficientDataError, MissingColumnsError, StudyFileError
from geo_urban.io import read_grid, write_grid
from geo_urban.maps.drawing import drawings_of
from geo_urban.messages import language
from geo_urban.spatial import GridShape, build_grid
from geo_urban.studies import load_study, run_study, study_from_mapping, study_from_text, verify_provenance
from geo_urban.studies.context import context_of
from geo_urban.studies.grids import clip_to_units, grid_input

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

WEST, NORTH = 4_000_000.0, 3_000_000.0
STUDY = """
analyses = ["density"]

[boundaries]
source = "units.gpkg"
code = "code"

[population]
group = "province"

[grid]
source = "people.tif"
quantity = "count"
year = 2020
threshold_per_km2 = 50
"""
# Pictures take most of the time of so small a study; tests that look at them, or at all files, have them.
NO_PICTURES = "[outputs]\npictures = false\n"


def grid_of_people(**attributes: object) -> xr.DataArray:
    # Cells of 1 km²: 90 and 10 people in the west, 0 and 200 in the east.
    shape = GridShape(transform=Affine(1000, 0, WEST, 0, -1000, NORTH), height=2, width=2, crs=CRS(3035))
    return build_grid(np.array([[90.0, 0.0], [10.0, 200.0]]), shape, quantity="count", **attributes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a study file, two columns of land, and a grid."""
    shapes = [box(WEST + 1000 * i, NORTH - 2000, WEST + 1000 * (i + 1), NORTH) for i in range(2)]
    columns = {"code": ["1", "2"], "name": ["West", "East"], "province": ["p", "p"], "land": [2.0, 1.0]}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=3035).to_file(tmp_path / "units.gpkg")
    write_grid(grid_of_people(source="Office of Counts"), tmp_path / "people.tif")
    (tmp_path / "study.toml").write_text(STUDY + NO_PICTURES, encoding="utf-8")
    return tmp_path


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", index_col=0, encoding="utf-8-sig")


def test_two_files_make_a_whole_result(folder: Path) -> None:
    run = run_study(study_from_text(STUDY, folder=folder), output=folder / "out")
    assert set(run.files) == {
        "index.html", "layers/study.gpkg", "maps/population_density.html", "provenance.json",
        "pictures/chart_density.png", "pictures/chart_density.svg",
        "pictures/population_density.png", "pictures/population_density.svg",
        "rasters/population_density.qml", "rasters/population_density.tif", "tables/density.csv",
        "tables/density_audit.csv", "tables/density_summary.csv", "tables/not_joined.csv", "tables/study.xlsx",
        "tables/latex/density_audit.tex", "tables/latex/density_summary.tex",
    }  # fmt: skip
    units = table(folder / "out", "density")
    assert units["population"].tolist() == pytest.approx([100, 200])
    assert units["lived_density_per_km2"].tolist() == pytest.approx([82, 200])  # (90 × 90 + 10 × 10) / 100
    assert units["dense_share"].tolist() == pytest.approx([0.9, 1])
    assert not units["modelled"].any()
    summary = table(folder / "out", "density_summary")
    assert summary.index.tolist() == ["p", "total"]
    assert summary["population"].tolist() == [300, 300]
    assert table(folder / "out", "density_audit")["outside_all_zones"].tolist() == [0]
    assert run.warnings == ()
    assert run.outputs[0].source == "Office of Counts"


def test_the_raster_is_a_grid_of_densities_and_stands_in_the_provenance(folder: Path) -> None:
    run = run_study(load_study(folder / "study.toml"), output=folder / "out")
    raster = read_grid(folder / "out/rasters/population_density.tif", quantity="density")
    assert raster.to_numpy().ravel().tolist() == pytest.approx([90, 0, 10, 200], rel=1e-6)
    assert raster.attrs["year"] == 2020
    assert len(run.provenance["outputs"]["rasters/population_density.tif"]["sha256"]) == 64
    assert [item["name"] for item in run.provenance["inputs"]] == ["boundaries", "grid"]
    assert verify_provenance(run.folder).differences == ()
    write_grid(grid_of_people(year=2021), folder / "people.tif")
    assert [found.where for found in verify_provenance(run.folder).differences] == [str(folder / "people.tif")]


def test_the_raster_opens_in_the_colours_of_the_map(folder: Path) -> None:
    run = run_study(load_study(folder / "study.toml"), output=folder / "out")
    classes = run.outputs[0].presentations[0].layers[0].fields[0].classes
    style = (folder / "out/rasters/population_density.qml").read_text(encoding="utf-8")
    assert tuple(re.findall(r'<item [^>]*color="(#\w+)"', style)) == classes.colors
    assert "population_density.qml" not in (folder / "out/index.html").read_text(encoding="utf-8")


def test_a_second_run_says_the_same(folder: Path) -> None:
    study = study_from_text(STUDY, folder=folder)
    first, second = (run_study(study, output=folder / name).provenance["outputs"] for name in ("a", "b"))
    assert {name: each["content_sha256"] for name, each in first.items()} == {
        name: each["content_sha256"] for name, each in second.items()
    }


def test_a_modelled_grid_is_called_so_in_every_table_map_and_layer(folder: Path) -> None:
    write_grid(grid_of_people(modelled=True), folder / "people.tif")
    run = run_study(load_study(folder / "study.toml"), output=folder / "out", language="en")
    tables = [name for name in run.files if name.startswith("tables/") and name.endswith(".csv")]
    assert sorted(tables) == [
        "tables/modelled_density.csv", "tables/modelled_density_audit.csv", "tables/modelled_density_summary.csv",
        "tables/not_joined.csv",
    ]  # fmt: skip
    assert table(folder / "out", "modelled_density")["modelled"].all()
    assert table(folder / "out", "modelled_density_summary")["modelled"].all()
    assert "rasters/modelled_population_density.tif" in run.files
    raster = read_grid(folder / "out/rasters/modelled_population_density.tif", quantity="density")
    assert raster.attrs["modelled"] is True
    page = (folder / "out/index.html").read_text(encoding="utf-8")
    for words in (
        "How densely do people live? (modelled grid)",
        "by group (modelled grid)",
        "is modelled, not counted",
    ):
        assert words in page
    with closing(sqlite3.connect(folder / "out/layers/study.gpkg")) as database:
        described = dict(database.execute("SELECT column_name, description FROM gpkg_data_columns").fetchall())
        titles = [title for (title,) in database.execute("SELECT identifier FROM gpkg_contents").fetchall()]
    assert "Modelled, not counted." in described["lived_density_per_km2"]
    assert "Units by population density (modelled grid)" in titles


def test_a_panel_of_ones_own_can_have_a_grid_too(folder: Path) -> None:
    pd.DataFrame({"code": ["1", "2"], "y0": [9, 9], "y1": [5, 10]}).to_csv(folder / "panel.csv", index=False)
    text = STUDY.replace('["density"]', '["change", "density"]').replace(
        "[population]", '[population]\nsource = "panel.csv"\nstart = "y0"\nend = "y1"'
    )
    run = run_study(study_from_text(text + NO_PICTURES, folder=folder, origin="both"), output=folder / "out")
    layers = set(gpd.list_layers(folder / "out/layers/both.gpkg")["name"])
    assert {"units", "density"} <= layers
    assert [each.name for each in run.outputs] == ["change", "density"]
    page = (folder / "out/index.html").read_text(encoding="utf-8")
    assert "panel.csv" in page
    assert "people.tif" in page


def test_layers_of_the_same_units_are_simplified_once(folder: Path) -> None:
    pd.DataFrame({"code": ["1", "2"], "y0": [9, 9], "y1": [5, 10]}).to_csv(folder / "panel.csv", index=False)
    text = STUDY.replace('["density"]', '["change", "density"]').replace(
        "[population]", '[population]\nsource = "panel.csv"\nstart = "y0"\nend = "y1"'
    )
    run = run_study(study_from_text(text + NO_PICTURES, folder=folder), output=folder / "out")
    drawn = drawings_of([shown for each in run.outputs for shown in each.presentations])
    assert drawn["units"] is drawn["density"]


def test_land_area_threshold_and_outer_cells_of_the_file(folder: Path) -> None:
    text = STUDY + 'land_area = "land"\nouter_cells = "keep"\n' + NO_PICTURES
    narrower = gpd.read_file(folder / "units.gpkg")
    narrower.geometry = [box(WEST + 250, NORTH - 2000, WEST + 1000, NORTH), narrower.geometry[1]]
    narrower.to_file(folder / "units.gpkg")
    run_study(study_from_text(text, folder=folder), output=folder / "out")
    units = table(folder / "out", "density")
    assert units["population"].tolist() == pytest.approx([100, 200])  # without "keep": 75 of the 100
    assert units["land_density_per_km2"].tolist() == pytest.approx([50, 200])
    with pytest.raises(MissingColumnsError, match="no column dry"):
        run_study(study_from_text(text.replace('"land"', '"dry"'), folder=folder), output=folder / "no")


def test_what_is_not_wanted_is_not_written(folder: Path) -> None:
    study = study_from_text(STUDY + NO_PICTURES + "rasters = false\nmaps = false\n", folder=folder)
    names = run_study(study, output=folder / "out").files
    assert not [name for name in names if name.startswith(("rasters/", "maps/", "pictures/"))]


def test_units_off_the_grid_are_told(folder: Path) -> None:
    units = gpd.read_file(folder / "units.gpkg")
    units.geometry = [units.geometry[0], box(WEST + 50_000, NORTH, WEST + 51_000, NORTH + 1000)]
    units.to_file(folder / "units.gpkg")
    run = run_study(load_study(folder / "study.toml"), output=folder / "out")
    assert run.not_joined["name"].to_dict() == {"2": "East"}
    assert run.not_joined.loc["2", "reason"] == "no cell of the population grid has a value there: no density"
    assert table(folder / "out", "not_joined").index.astype(str).tolist() == ["2"]
    assert "no cell of the population grid has a value there" in (folder / "out/index.html").read_text(encoding="utf-8")
    assert run.warnings == ()


def test_units_that_reach_beyond_the_grid_are_cautioned_of(folder: Path) -> None:
    units = gpd.read_file(folder / "units.gpkg")
    units.geometry = [box(WEST - 5000, NORTH - 2000, WEST + 1000, NORTH), units.geometry[1]]
    units.to_file(folder / "units.gpkg")
    run = run_study(load_study(folder / "study.toml"), output=folder / "out", language="zh")
    assert run.outputs[0].cautions[0].startswith("1 reach beyond the edge of the grid")
    assert "1 超出格网边缘" in (folder / "out/index.html").read_text(encoding="utf-8")


def test_a_grid_without_a_value_there(folder: Path) -> None:
    write_grid(grid_of_people().where(False), folder / "people.tif")
    with pytest.raises(InsufficientDataError, match="no unit lies on a cell of the grid that has a value"):
        run_study(load_study(folder / "study.toml"), output=folder / "out")
    assert not (folder / "out").exists()


def test_the_region_of_ones_own_units(folder: Path) -> None:
    units = gpd.read_file(folder / "units.gpkg").assign(code=["210101", "330101"])
    units.to_file(folder / "units.gpkg")
    study = study_from_text('region = "辽宁省"\n' + STUDY, folder=folder)
    assert context_of(study).units.index.tolist() == ["210101"]
    assert context_of(study).cities.equals(context_of(study).units)


class TestFaultsOfTheFile:
    """What a study file may not say of a grid."""

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('quantity = "count"\n', "", r"does not say what the cells of people\.tif hold.*`quantity = \"count\"`"),
            ('"count"', '"people"', "expected is 'count' or 'density'"),
            ('"density"]', '"density", "tiers"]', "names your own file"),
            ("threshold_per_km2 = 50", "threshold_per_km2 = 0", "expected is a larger number"),
            ("threshold_per_km2 = 50", 'threshold_per_km2 = "x"', "expected is a number"),
            ("threshold_per_km2 = 50", "treshold_per_km2 = 50", "Did you mean `threshold_per_km2`"),
            ("threshold_per_km2 = 50", 'outer_cells = "drop"', "expected is 'cut' or 'keep'"),
            ('source = "people.tif"', 'source = "modelled"', "sets quantity, which the modelled grid knows"),
            (
                'source = "people.tif"\nquantity = "count"\nyear = 2020',
                'source = "modelled"\nyear = 2015',
                "is there for 2010, 2020, not for 2015",
            ),
        ],
    )
    def test_fault(self, old: str, new: str, told: str, folder: Path) -> None:
        assert old in STUDY
        with pytest.raises(StudyFileError, match=told):
            study_from_text(STUDY.replace(old, new), folder=folder)

    def test_a_grid_that_nobody_reads(self) -> None:
        with pytest.raises(StudyFileError, match='Add "density" to `analyses`'):
            study_from_mapping({"name": "x", "analyses": ["change"], "grid": {}})

    def test_land_of_the_embedded_units(self) -> None:
        with pytest.raises(StudyFileError, match="the embedded units know their land"):
            study_from_mapping({"name": "x", "analyses": ["density"], "grid": {"land_area": "land"}})

    def test_ones_own_units_without_a_grid(self, folder: Path) -> None:
        text = STUDY[: STUDY.index("[grid]")]
        with pytest.raises(StudyFileError, match=r"density needs a population grid.*\[grid\]"):
            run_study(study_from_text(text, folder=folder), output=folder / "out")

    def test_a_group_that_is_not_there(self, folder: Path) -> None:
        text = STUDY.replace('group = "province"', 'group = "state"')
        with pytest.raises(MissingColumnsError, match="no column state"):
            run_study(study_from_text(text, folder=folder), output=folder / "out")

    def test_a_unit_of_no_group(self, folder: Path) -> None:
        gpd.read_file(folder / "units.gpkg").assign(province=["p", None]).to_file(folder / "units.gpkg")
        with pytest.raises(InputError, match="has no province for 2"):
            run_study(load_study(folder / "study.toml"), output=folder / "out")


def test_defaults_of_the_embedded_data() -> None:
    study = study_from_text('analyses = ["density"]')
    assert study.chosen_grid.modelled
    assert study.grid_year == 2020
    assert not study.without_panel
    assert study_from_text('analyses = ["density"]\n[grid]\nyear = 2010').grid_year == 2010


def test_a_raster_keeps_its_own_year(folder: Path) -> None:
    write_grid(grid_of_people(year=1999), folder / "people.tif")
    text = STUDY.replace("year = 2020\n", "") + NO_PICTURES
    run = run_study(study_from_text(text, folder=folder), output=folder / "out")
    assert run.outputs[0].presentations[0].title == "Population density 1999"


def test_what_lies_behind_an_address_is_named_and_not_hashed() -> None:
    grid = {"source": "https://example.org/people.tif", "quantity": "count"}
    study = study_from_mapping({"name": "x", "analyses": ["density"], "grid": grid})
    recorded = grid_input(study)
    assert (recorded.where, recorded.sha256) == ("https://example.org/people.tif", "")


class TestClippedRaster:
    """The part of a grid under units."""

    def test_cells_that_no_unit_touches_are_blank(self) -> None:
        unit = gpd.GeoDataFrame(geometry=[box(WEST + 100, NORTH - 1900, WEST + 200, NORTH - 100)], crs=3035)
        clipped = clip_to_units(grid_of_people(), unit)
        assert clipped is not None
        assert clipped.to_numpy().ravel().tolist() == [90, 10]
        degrees = clip_to_units(grid_of_people(), unit.to_crs(4326))
        assert degrees is not None
        assert degrees.to_numpy()[:, 0].tolist() == [90, 10]

    def test_a_raster_too_large_is_left_out_and_that_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("geo_urban.studies.grids.MOST_CELLS", 3)
        unit = gpd.GeoDataFrame(geometry=[box(WEST, NORTH - 2000, WEST + 2000, NORTH)], crs=3035)
        with pytest.warns(GeoUrbanWarning, match="no raster of the density is written"):
            assert clip_to_units(grid_of_people(), unit) is None


def test_chinese_words_throughout(folder: Path) -> None:
    with language("zh"):
        run_study(study_from_text(STUDY, folder=folder), output=folder / "out", language="zh", figures="wan")
    page = (folder / "out/index.html").read_text(encoding="utf-8")
    assert "人们居住得有多密？" in page
    for english in ("Lived density", "Residents per km", "On dense cells", "Population grid", "In several units"):
        assert english not in page
    shown = (folder / "out/maps/population_density.html").read_text(encoding="utf-8")
    # The page carries both languages, each label as a pair; what it says at first is Chinese.
    assert '<html lang="zh">' in shown
    assert "居住密度" in shown
    assert '"label":"Gini index of density"' not in shown
    settings = json.loads((folder / "out/provenance.json").read_text(encoding="utf-8"))["settings"]
    assert settings == {"language": "zh", "figures": "wan"}
