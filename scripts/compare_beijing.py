"""Compare the modelled grid of Beijing with WorldPop's, and print the tables of the documentation.

Usage: python scripts/compare_beijing.py PATH/TO/bj_ppp_2020_1000m_UNadj.tif

WorldPop is a model too, so what differs is a disagreement and nobody's error. Its grid holds 28.3 million people
against the census's 21.9 million: it is scaled to the census, and brought to the cells of the modelled grid by exact
shares of its own.

Settlement classes are compared apart: those that place the people of the modelled grid, read from their source, with
those found in WorldPop's people. To find classes in the modelled grid would give back what it was made from.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rasterio.features import rasterize

from geo_urban.datasets import census_panel, population_grid, urbanisation_classes
from geo_urban.datasets._settlement import WATER, class_grid
from geo_urban.errors import GeoUrbanWarning
from geo_urban.hierarchy import degree_of_urbanisation
from geo_urban.io import read_grid
from geo_urban.spatial import build_grid, dasymetric, grid_shape, zonal_stats

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.spatial import GridShape

REGION, YEAR = "北京", 2020
NO_CLASS = 255


def main(path: Path) -> None:
    """Print all tables."""
    for table in (*comparison(path), *class_agreement(path)):
        print(table.to_string(float_format="{:.3f}".format), end="\n\n")


def comparison(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how far grids of Beijing disagree with WorldPop's, and the share of people each puts into each class.

    The first table has a row per grid: `log_correlation` of density over the `cells` in which both have people, and
    `placed_elsewhere`, the share of people who would have to move to turn one grid into the other.
    """
    grids = modelled_grids()
    shape = grid_shape(grids["rural residents in rural classes"])
    worldpop = _on_cells(read_grid(path, quantity="count"), shape)
    worldpop = worldpop * np.nansum(grids["rural residents in rural classes"]) / worldpop.sum()
    people = {name: np.nan_to_num(grid.to_numpy()) for name, grid in grids.items()}
    disagreement = pd.DataFrame({name: _disagreement(values, worldpop) for name, values in people.items()}).T
    classes = class_grid(shape).to_numpy().ravel()
    by_class = pd.DataFrame({name: values.ravel() for name, values in {**people, "WorldPop": worldpop}.items()})
    shares = by_class.groupby(classes).sum() / by_class.sum()
    return disagreement, shares.set_axis(shares.index.astype(int), axis=0).rename_axis("class")


def class_agreement(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how far published classes agree with classes found in WorldPop's people, and what was found of each.

    Both over the cells whose centre lies in Beijing. Classes are found without land or built-up area, of which no grid
    comes with WorldPop's; smoothing and thresholds are the standard ones. The first table has a row per level: share
    of `cells` and of `people` (WorldPop's) in the same class, and the shares of people in centres by each. The second
    has the people [shares] by published class (rows) and found class (columns) of level 2.
    """
    published = urbanisation_classes(region=REGION)
    shape = grid_shape(published)
    residents = _on_cells(read_grid(path, quantity="count"), shape)
    county = census_panel(geometry=True, region=REGION)
    residents = residents * county[f"population_{YEAR}"].sum() / residents.sum()
    people = build_grid(residents, shape, quantity="count")
    inside = _inside(county, shape) & (published.to_numpy() != NO_CLASS)
    weight = np.where(inside, residents, 0.0)
    fine = published.to_numpy()
    rows = {}
    for level, ours, centre in ((1, _broad(fine), 3), (2, fine, 30)):
        found = degree_of_urbanisation(people, level=level).to_numpy()  # type: ignore[arg-type]
        same = ours == found
        rows[f"level {level}"] = {
            "cells": (same & inside).sum() / inside.sum(),
            "people": weight[same].sum() / weight.sum(),
            "in_published_centres": weight[ours == centre].sum() / weight.sum(),
            "in_found_centres": weight[found == centre].sum() / weight.sum(),
        }
    pairs = pd.DataFrame({"published": ours.ravel(), "found": found.ravel(), "people": weight.ravel() / weight.sum()})
    return pd.DataFrame(rows).T, pairs[inside.ravel()].pivot_table(
        "people", "published", "found", "sum", fill_value=0.0
    )


def _broad(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return codes of level 1 for those of level 2; water is 0."""
    return np.where(codes == WATER, 0, codes // 10).astype(np.uint8)


def _inside(units: gpd.GeoDataFrame, shape: GridShape) -> NDArray[np.bool_]:
    """Return which cells have their centre in a unit."""
    outline = units.to_crs(shape.crs).geometry
    drawn = rasterize(outline, out_shape=(shape.height, shape.width), transform=shape.transform, dtype="uint8")
    return np.asarray(drawn == 1)


def modelled_grids() -> dict[str, xr.DataArray]:
    """Return the modelled grids of Beijing by both rules, and one that spreads each district evenly."""
    default = population_grid(YEAR, region=REGION)  # rural residents in all classes
    panel = census_panel(geometry=True, region=REGION).to_crs(default.rio.crs)
    even = build_grid(np.ones(default.shape), grid_shape(default), quantity="density")
    return {
        "rural residents in rural classes": population_grid(YEAR, region=REGION, rural_classes="rural"),
        "rural residents in all classes": default,
        "evenly within districts": dasymetric(panel, weights=even, total=f"population_{YEAR}").grid,
    }


def _on_cells(grid: xr.DataArray, shape: GridShape) -> NDArray[np.float64]:
    """Return the people of a grid on the cells of another, each cell by its exact shares."""
    west = shape.transform.c + shape.transform.a * np.arange(shape.width)
    south = shape.transform.f + shape.transform.e * (np.arange(shape.height) + 1)
    x, y = np.meshgrid(west, south)
    cells = shapely.box(x, y, x + shape.transform.a, y - shape.transform.e).ravel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoUrbanWarning)  # the cells are reprojected, as they should be
        joined = zonal_stats(grid, gpd.GeoDataFrame(geometry=cells, crs=shape.crs), stats=("sum",))
    values: NDArray[np.float64] = joined.units["sum"].fillna(0).to_numpy(dtype=float)
    return values.reshape(shape.height, shape.width)


def _disagreement(one: NDArray[np.float64], other: NDArray[np.float64]) -> dict[str, float]:
    both = (one > 0) & (other > 0)
    correlation = np.corrcoef(np.log(one[both]), np.log(other[both]))[0, 1]
    elsewhere = np.abs(one - other).sum() / 2 / one.sum()
    return {"log_correlation": correlation, "placed_elsewhere": elsewhere, "cells": float(both.sum())}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
