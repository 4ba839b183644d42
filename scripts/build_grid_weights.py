"""Estimate from the two censuses how densely residents live in each settlement class, for the modelled grid.

Usage: python scripts/build_grid_weights.py

Writes `geo_urban/datasets/figures/grid_class_weights.csv` (the weights) and `grid_class_errors.csv` (what they miss).
The same boundaries, classes and census tables give the same files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pandas as pd

from geo_urban.datasets import census_panel
from geo_urban.datasets.modelled_grid import CLASSES_OF, YEARS, RuralClasses, class_areas
from geo_urban.spatial import estimate_class_weights

if TYPE_CHECKING:
    import geopandas as gpd

FIGURES = Path(__file__).resolve().parent.parent / "geo_urban" / "datasets" / "figures"
# Digits that standard errors of a few percent can bear, and then some.
DIGITS = 6


def main() -> None:
    """Write both tables."""
    weights, errors = estimates(census_panel(geometry=True))
    weights.to_csv(FIGURES / "grid_class_weights.csv", index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    errors.to_csv(FIGURES / "grid_class_errors.csv", index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    print(weights.to_string(), errors.to_string(), sep="\n\n")


def estimates(panel: gpd.GeoDataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the weights of every year, kind of residents and rule, and their errors."""
    areas = class_areas(panel)
    prefecture = panel.index.to_series().str[:4]
    weights, errors = [], []
    for year in YEARS:
        for rule in get_args(RuralClasses):
            for residents, classes in CLASSES_OF.items():
                key = {"year": year, "rural_classes": rule, "residents": residents}
                estimate = estimate_class_weights(
                    areas[list(classes[rule])],
                    panel[f"{residents}_{year}"],
                    groups=prefecture,
                    unit_area=areas.sum(axis=1),
                )
                weights.append(estimate.table.rename_axis("class").reset_index().assign(**key))
                errors.append(key | dict(estimate.diagnostics))
    table = pd.concat(weights, ignore_index=True)
    return table[[*key, *table.columns.drop(list(key))]], pd.DataFrame(errors)


if __name__ == "__main__":
    main()
