"""A raster opens in QGIS in the classes and colours of the map."""

from __future__ import annotations

import subprocess
from math import inf
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from geo_urban.io import write_grid
from geo_urban.layers.qgis_raster_style import raster_style
from geo_urban.presentation import Breaks, Categories, Category, Field
from geo_urban.spatial import GridShape, build_grid

DENSITY = Field(
    column="density_per_km2",
    label="Residents per km²",
    unit="persons/km²",
    classes=Breaks(limits=(100.0, 1500.0), colors=("#fee0d2", "#fc9272", "#de2d26")),
)
CLASSES = Field(
    column="class",
    label="Class",
    classes=Categories(
        items=(
            Category(value="30", label="Urban centre", color="#ff0000"),
            Category(value="11", label="Rural", color="#cdf57a"),
        )
    ),
)
SYSTEM_PYTHON = Path("/usr/bin/python3")  # of a system whose QGIS brings its own modules
ASK_QGIS = """
import sys
from qgis.core import QgsApplication, QgsRasterLayer
application = QgsApplication([], False)
application.initQgis()
layer = QgsRasterLayer(sys.argv[1], "raster")
renderer = layer.renderer()
block = renderer.block(1, layer.extent(), layer.width(), layer.height())
colours = (f"#{block.color(0, column) & 0xFFFFFF:06x}" for column in range(layer.width()))
print(renderer.type(), *colours)
del block, renderer, layer
application.exitQgis()
"""


def test_a_limit_belongs_to_the_class_above_it() -> None:
    items = list(ET.fromstring(raster_style(DENSITY, language="en")).iter("item"))  # noqa: S314 - our own
    # QGIS: up to and with the value. The next numbers below 100 and 1500 in double precision.
    assert [float(item.attrib["value"]) for item in items] == [np.nextafter(100, 0), np.nextafter(1500, 0), inf]
    assert [item.attrib["label"] for item in items] == ["under 100", "100 to 1,500", "1,500 and over"]
    assert [item.attrib["color"] for item in items] == ["#fee0d2", "#fc9272", "#de2d26"]


def test_named_classes_stand_for_their_codes() -> None:
    entries = list(ET.fromstring(raster_style(CLASSES, language="en")).iter("paletteEntry"))  # noqa: S314 - our own
    assert [(one.attrib["value"], one.attrib["label"], one.attrib["color"]) for one in entries] == [
        ("30", "Urban centre", "#ff0000"),
        ("11", "Rural", "#cdf57a"),
    ]


def test_whole_numbers_are_written_so_that_older_programs_read_them(tmp_path: Path) -> None:
    shape = GridShape(transform=Affine(1000, 0, 4e6, 0, -1000, 3e6), height=1, width=2, crs=CRS(3035))
    for most, kind in ((2**31 - 1, "int32"), (2**31, "int64")):
        grid = build_grid(np.array([[0, most]], dtype="int64"), shape, quantity="count")
        with rasterio.open(write_grid(grid, tmp_path / "cells.tif")) as file:
            assert file.dtypes == (kind,)
            assert file.read(1).tolist() == [[0, most]]


def _in_qgis(path: Path) -> list[str]:
    environment = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(path.parent), "PATH": "/usr/bin:/bin"}
    asked = subprocess.run(
        [SYSTEM_PYTHON, "-c", ASK_QGIS, path], capture_output=True, text=True, env=environment, check=False
    )
    if "No module named 'qgis'" in asked.stderr:
        pytest.skip("QGIS is not installed")
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.split()


@pytest.mark.skipif(not SYSTEM_PYTHON.exists(), reason="no system Python that QGIS could belong to")
@pytest.mark.parametrize(
    ("field", "values", "seen"),
    [
        (DENSITY, [0, 99.9, 100, 1500, 90_000], "singlebandpseudocolor #fee0d2 #fee0d2 #fc9272 #de2d26 #de2d26"),
        (CLASSES, [30, 11, 30, 11, 11], "paletted #ff0000 #cdf57a #ff0000 #cdf57a #cdf57a"),
    ],
)
def test_qgis_draws_it_so(field: Field, values: list[float], seen: str, tmp_path: Path) -> None:
    shape = GridShape(transform=Affine(1000, 0, 4e6, 0, -1000, 3e6), height=1, width=5, crs=CRS(3035))
    path = write_grid(build_grid(np.array([values]), shape, quantity="density"), tmp_path / "cells.tif")
    path.with_suffix(".qml").write_text(raster_style(field, language="en"), encoding="utf-8")
    assert _in_qgis(path) == seen.split()
