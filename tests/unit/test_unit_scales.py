"""One figure on units of several sizes: what is tested, what is not, and bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from shapely import box

from geo_urban.datasets import counties
from geo_urban.errors import GeometryError, InputError, MissingColumnsError, MissingCRSError
from geo_urban.io import read_grid
from geo_urban.shrinkage import scale_check
from geo_urban.spatial import GridShape, area_km2, build_grid, square_units, zonal_stats

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 8
KM = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 4000), height=4, width=4, crs=CRS("EPSG:6933"))


def squares(width: int) -> gpd.GeoDataFrame:
    """Return a field of 8 by 8 km in squares of so many km, lower towards the south-west, with its value and people."""
    places = [(x, y) for y in range(0, SIDE, width) for x in range(0, SIDE, width)]
    middle = [(x + y + width) / 10 - 1 for x, y in places]
    shapes = [box(1000 * x, 1000 * y, 1000 * (x + width), 1000 * (y + width)) for x, y in places]
    return gpd.GeoDataFrame({"x": middle, "people": width**2 * 10}, geometry=shapes, crs="EPSG:6933")


def test_levels_are_measured_and_set_against_the_first() -> None:
    result = scale_check({"small": squares(1), "large": squares(2)}, value="x", people="people", seed=1)
    table = result.table
    assert table["units"].tolist() == [64, 16]
    assert table["mean_area_km2"].round(6).tolist() == [1.0, 4.0]
    # Below zero where x + y + 1 < 10, all but 6 + 5 + … + 1 of 64; and where x + y + 2 < 10, 1 + 2 + 3 + 4 of 16.
    assert table["losing_share"].tolist() == [pytest.approx(43 / 64), pytest.approx(10 / 16)]
    assert table.loc["small", "agreement_share"] == 1
    assert 0 < table.loc["large", "agreement_share"] < 1
    low = result.levels["small"]["category_fdr"] == "low-low"
    assert table.loc["small", "loss_cluster"] == low.sum() > 0
    assert table.loc["small", "loss_people_share"] == pytest.approx(low.mean())
    assert result.units is result.levels["small"]
    assert [layer.title for layer in result.layers().layers] == ["small", "large"]


def test_what_repeats_a_larger_unit_is_not_tested() -> None:
    large, small = squares(2), squares(1)
    small["x"] = np.repeat(np.repeat(large["x"].to_numpy().reshape(4, 4), 2, axis=0), 2, axis=1).ravel()
    result = scale_check({"large": large, "cells": small}, value="x", people="people", inherited=["cells"], seed=1)
    cells = result.table.loc["cells"]
    assert cells["moran"] > result.table.loc["large", "moran"]  # four cells with one figure resemble each other
    assert cells[["z", "p", "loss_cluster", "growth_cluster", "agreement_share"]].isna().all()
    assert "category_fdr" not in result.levels["cells"]
    assert len(result.layers().layers) == 1


def test_faults_of_levels() -> None:
    units = squares(2)
    with pytest.raises(InputError, match="levels is empty"):
        scale_check({}, value="x")
    with pytest.raises(InputError, match="`inherited` names cells"):
        scale_check({"units": units}, value="x", inherited=["cells"])
    with pytest.raises(InputError, match="and not the first"):
        scale_check({"units": units}, value="x", inherited=["units"])
    with pytest.raises(MissingColumnsError, match="wages"):
        scale_check({"units": units}, value="wages")
    with pytest.raises(GeometryError, match="is a DataFrame"):
        scale_check({"units": units.drop(columns="geometry")}, value="x")  # type: ignore[dict-item]
    with pytest.raises(MissingCRSError):
        scale_check({"units": gpd.GeoDataFrame(units, crs=None).set_crs(None, allow_override=True)}, value="x")


def test_squares_keep_the_people_of_every_year() -> None:
    one = build_grid(np.arange(16.0).reshape(4, 4), KM, quantity="count")
    other = build_grid(np.where(np.eye(4) > 0, 5.0, np.nan), KM, quantity="count")
    found = square_units({"then": one, "now": other}, size_km=2)
    assert found["then"].sum() == 120
    assert found["now"].to_dict() == {"0_0": 0.0, "1_0": 10.0, "0_1": 10.0, "1_1": 0.0}
    assert found.geometry.area.tolist() == [4e6] * 4


def test_faults_of_grids() -> None:
    grid = build_grid(np.ones((4, 4)), KM, quantity="count")
    with pytest.raises(InputError, match="`size_km` is 0"):
        square_units(grid, size_km=0)
    with pytest.raises(InputError, match=r"about 1 km wide, too wide for squares of 1.5 km"):
        square_units(grid, size_km=1.5)
    with pytest.raises(InputError, match="does not count in metres"):
        square_units(grid, crs="EPSG:4326")
    with pytest.raises(InputError, match="nobody lives"):
        square_units(grid * 0)
    with pytest.raises(InputError, match="holds densities"):
        square_units(build_grid(np.ones((4, 4)), KM, quantity="density"))
    with pytest.raises(InputError, match="is modelled"):
        square_units({"then": grid, "now": grid.assign_attrs(modelled=True, year=2020)})


@pytest.mark.shared
def test_districts_of_beijing_hide_what_squares_show(shared_data: Path) -> None:
    # WorldPop 2020, 1 km, adjusted to the United Nations' total: 28.26 million people on the grid.
    grid = read_grid(shared_data / "grids/beijing/bj_ppp_2020_1000m_UNadj.tif", quantity="count")
    cells = square_units(grid)
    assert cells["people"].sum() == pytest.approx(28.26e6, abs=5e3)
    districts = counties(region="北京市")
    districts = districts.assign(people=zonal_stats(grid, districts).units["sum"])
    for units in (districts, cells):
        units["log_density"] = np.log(units["people"] / area_km2(units.geometry))
    table = scale_check({"districts": districts, "squares": cells}, value="log_density", seed=1).table
    # Sixteen districts are too few for any of them to stand out; of 208 squares dozens do.
    assert table["units"].tolist() == [16, 208]
    assert table.loc["districts", ["loss_cluster", "growth_cluster"]].tolist() == [0, 0]
    assert table.loc["squares", "growth_cluster"] > 20
