"""``geo-urban density`` on a user's own two files, and everything that can be wrong with them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine
from pyproj import CRS
from shapely import Point, Polygon, box

from geo_urban.cli import main
from geo_urban.cli.density import DensityWords, density_study
from geo_urban.io import write_grid
from geo_urban.spatial import GridShape, build_grid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shown = pytest.CaptureFixture[str]

CODES = ["01101", "01102", "01103", "01201"]
WORDS = ["--boundaries", "units.gpkg", "--population", "people.tif", "--quantity", "count", "--code", "code"]


def country() -> gpd.GeoDataFrame:
    shapes = [box(10 + i, 30, 11 + i, 31) for i in range(4)]
    columns = {"code": CODES, "name": list("ABCD"), "state": ["W", "W", "E", "E"], "dry": [9000.0, 9000.0, 5.0, 8000.0]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def cells(*, west: float = 9.0) -> GridShape:
    return GridShape(transform=Affine(0.5, 0, west, 0, -0.5, 32), height=6, width=12, crs=CRS(4326))


def people(**attributes: object) -> object:
    return build_grid(np.arange(72, dtype=float).reshape(6, 12), cells(), quantity="count", **attributes)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, with polygons and a grid."""
    country().to_file(tmp_path / "units.gpkg")
    write_grid(people(), tmp_path / "people.tif")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_two_files_to_a_result(folder: Path, capsys: Shown) -> None:
    assert main(["density", *WORDS, "-o", "out", "--group", "state", "--land-area", "dry", "--threshold", "0.01"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("How densely do people live?\n  Population density")
    assert "rasters/         grids as Cloud-Optimised GeoTIFF (1)" in shown
    units = pd.read_csv(folder / "out/tables/density.csv", dtype={"code": str}).set_index("code")
    # A unit is four cells: rows 3 and 4 from the top hold 24 … 35 and 36 … 47, the first unit columns 3 and 4.
    assert units["population"].tolist() == pytest.approx([26 + 27 + 38 + 39, 138, 146, 154])
    assert units["land_density_per_km2"].iloc[2] == pytest.approx(146 / 5)
    summary = pd.read_csv(folder / "out/tables/density_summary.csv", index_col=0)
    assert summary["population"].to_dict() == {"W": 268, "E": 300, "total": 568}
    audit = pd.read_csv(folder / "out/tables/density_audit.csv")
    assert audit["outside_all_zones"].item() >= 0
    assert main(["verify", "out"]) == 0


def test_in_chinese(folder: Path, capsys: Shown) -> None:
    assert main(["density", *WORDS, "--lang", "zh", "--figures", "wan"]) == 0
    assert capsys.readouterr().out.startswith("人们居住得有多密？")
    assert (folder / "out/density/index.html").is_file()


def test_the_words_become_a_study() -> None:
    words = DensityWords(
        boundaries="some/My Units.gpkg", population="p.nc", quantity="density", crs="4490", grid_crs="ESRI:54009",
        nodata="-200", band="2", variable="pop", year="2020", threshold="300.5", keep_outer_cells=True, repair=True,
    )  # fmt: skip
    study = density_study(words)
    assert study.name == "density-my-units"
    assert (study.boundaries.crs, study.boundaries.repair) == (4490, True)
    grid = study.chosen_grid
    assert (grid.quantity, grid.nodata, grid.band, grid.layer, grid.crs) == ("density", -200, 2, "pop", "ESRI:54009")
    assert (grid.year, grid.threshold_per_km2, grid.outer_cells) == (2020, 300.5, "keep")
    default = density_study(DensityWords(boundaries="amap", population="modelled"))
    assert default.boundaries.embedded
    assert default.chosen_grid.modelled


def raster(**profile: object) -> Callable[[Path], None]:
    """Write the raster anew with another profile."""

    def spoil(folder: Path) -> None:
        given = {"crs": "EPSG:4326", "transform": cells().transform, "count": 1, "dtype": "float32", **profile}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # rasterio warns of what is spoilt on purpose
            with rasterio.open(folder / "people.tif", "w", driver="GTiff", height=6, width=12, **given) as file:
                for band in range(1, given["count"] + 1):
                    file.write(np.arange(72, dtype=given["dtype"]).reshape(6, 12), band)

    return spoil


def values(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        raster()(folder)
        with rasterio.open(folder / "people.tif", "r+") as file:
            file.write(change(file.read(1)).astype("float32"), 1)

    return spoil


def boundaries(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            change(country()).to_file(folder / "units.gpkg")

    return spoil


def nothing(_: Path) -> None:
    pass


BOW_TIE = Polygon([(10, 30), (11, 31), (11, 30), (10, 31)])
ROTATED = Affine(0.5, 0.1, 9, 0.1, -0.5, 32)

SPOILT: dict[str, tuple[Callable[[Path], None], list[str], str]] = {
    "missing boundaries": (lambda folder: (folder / "units.gpkg").unlink(), [], "there is no file"),
    "missing grid": (lambda folder: (folder / "people.tif").unlink(), [], "there is no file"),
    "misspelt grid": (nothing, ["--population", "peple.tif"], "Did you mean people.tif?"),
    "a grid that is none": (lambda folder: (folder / "people.tif").write_text("x"), [], "people.tif"),
    "a cut grid": (
        lambda folder: (folder / "people.tif").write_bytes((folder / "people.tif").read_bytes()[:600]),
        [],
        "people.tif",
    ),
    "no quantity": (nothing, ["--quantity", ""], "`--quantity` is missing"),
    "misspelt quantity": (nothing, ["--quantity", "cuont"], "Did you mean `--quantity count`?"),
    "the other quantity": (nothing, ["--quantity", "density"], "which was written as `count`"),
    "grid without CRS": (raster(crs=None), [], "coordinate reference system"),
    "rotated grid": (raster(transform=ROTATED), [], "rotated"),
    "grid of elsewhere": (
        raster(transform=cells(west=120.0).transform), [], "no unit of units.gpkg lies on the grid people.tif",
    ),
    "grid with several bands": (raster(count=2), [], "band"),
    "an undeclared fill value": (values(lambda array: np.where(array > 30, -77, array)), [], "-77"),
    "nothing but missing cells": (values(lambda array: array * np.nan), [], "no unit lies on a cell of the grid"),
    "no number": (nothing, ["--nodata", "none"], "`--nodata none` is no number"),
    "a band of half": (nothing, ["--band", "1.5"], "grid.band"),
    "a negative threshold": (nothing, ["--threshold", "-5"], "grid.threshold_per_km2"),
    "boundaries without CRS": (
        boundaries(lambda frame: frame.set_crs(None, allow_override=True)), [], "coordinate reference system",
    ),
    "codes twice": (boundaries(lambda frame: frame.assign(code=["1", "1", "2", "3"])), [], "has 1 more than once"),
    "invalid polygons": (
        boundaries(lambda frame: frame.set_geometry([BOW_TIE, *frame.geometry[1:]], crs=4326)), [], "invalid polygons",
    ),
    "points": (
        boundaries(lambda frame: frame.set_geometry([Point(i, 0) for i in range(4)], crs=4326)), [], "no polygon layer",
    ),
    "no such code column": (nothing, ["--code", "kode"], "kode"),
    "no such group": (nothing, ["--group", "province"], "has no column province"),
    "no such land area": (nothing, ["--land-area", "wet"], "has no column wet"),
    "words for land area": (nothing, ["--land-area", "name"], "is not numeric"),
    "a datum that cannot be": (nothing, ["--datum", "gcj02"], "outside the area for which GCJ-02 is defined"),
    "an option that is none": (nothing, ["--quantify", "count"], "Did you mean `--quantity`?"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_bad_input_ends_with_one_sentence_and_2(name: str, folder: Path, capsys: Shown) -> None:
    spoil, more, told = SPOILT[name]
    spoil(folder)
    before = sorted(path.name for path in folder.iterdir())
    words = ["density", *WORDS, "-o", "new/out", *more]
    assert main(words) == 2
    english = capsys.readouterr()
    assert english.err.startswith("error: ")
    assert told in english.err
    assert "Traceback" not in english.err
    assert english.out == ""
    assert sorted(path.name for path in folder.iterdir()) == before
    assert main([*words, "--lang", "zh"]) == 2
    chinese = capsys.readouterr().err
    assert chinese.startswith("错误：")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese.removeprefix("错误："))


def test_boundaries_and_grid_must_be_named(capsys: Shown) -> None:
    assert main(["density", "--population", "people.tif"]) == 2
    assert "--boundaries is missing" in capsys.readouterr().err
    assert main(["density", "--boundaries", "units.gpkg"]) == 2
    assert "--population is missing" in capsys.readouterr().err


def test_the_cures_that_messages_name_work(folder: Path) -> None:
    raster(count=2, crs=None)(folder)
    assert main(["density", *WORDS, "-o", "out", "--band", "2", "--grid-crs", "4326"]) == 0
    boundaries(lambda frame: frame.set_geometry([BOW_TIE, *frame.geometry[1:]], crs=4326))(folder)
    assert main(["density", *WORDS, "-o", "out", "--band", "2", "--grid-crs", "4326", "--repair"]) == 0
    values(lambda array: np.where(array > 30, -77, array))(folder)
    assert main(["density", *WORDS, "-o", "out", "--repair", "--nodata", "-77"]) == 0


def test_a_folder_of_somebody_else_is_refused(folder: Path, capsys: Shown) -> None:
    (folder / "thesis").mkdir()
    (folder / "thesis/chapter.docx").touch()
    assert main(["density", *WORDS, "-o", "thesis"]) == 2
    assert "not an earlier result" in capsys.readouterr().err


def test_a_study_with_a_grid_is_validated(folder: Path, capsys: Shown) -> None:
    study = 'analyses = ["density"]\n[boundaries]\nsource = "units.gpkg"\n[grid]\nsource = "people.tif"\n'
    (folder / "study.toml").write_text(study + 'quantity = "count"\n', encoding="utf-8")
    assert main(["validate", "study.toml"]) == 0
    assert "study.toml is in order: density." in capsys.readouterr().out
    (folder / "study.toml").write_text(study + 'quantity = "density"\n', encoding="utf-8")
    assert main(["validate", "study.toml"]) == 2
    assert "which was written as `count`" in capsys.readouterr().err
