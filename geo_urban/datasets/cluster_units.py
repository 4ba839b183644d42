"""Comparable units with the city and the prefecture each belongs to, ready for the delineation of city clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.datasets.census_figures import census
from geo_urban.datasets.panel import census_panel, city_panel
from geo_urban.datasets.plan_scopes import scope_of_units
from geo_urban.datasets.units import prefecture_codes

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.datasets.regions import Region

__all__ = ["agglomeration_units"]

# Third and fourth digit of counties that a province governs directly; they form no prefecture together.
_GOVERNED_BY_PROVINCE = "90"


def agglomeration_units(*, region: str | int | Region | None = None) -> gpd.GeoDataFrame:
    """Return the units of 2010 and 2020 with what the delineation of city clusters needs.

    Parameters
    ----------
    region
        Only those of this region; delineation needs the surroundings too, so that their cities compete.

    Returns
    -------
    geopandas.GeoDataFrame
        `census_panel` with geometry, and `city` (code in `city_panel` of the city that the unit belongs to, or its
        own code; a unit merged of parts of several cities belongs to the one with most urban residents of 2020 in
        it), `city_name`, `prefecture_code` (its own code where a province governs it directly) and `plan`
        (`scope_of_units`).

    Raises
    ------
    MissingDependencyError, DataSourceError, OutputError, InputError
        As `census_panel`.

    Examples
    --------
    >>> units = agglomeration_units(region="沈阳市")
    >>> units["city_name"].value_counts().idxmax()
    '沈阳市'
    """
    panel = census_panel(geometry=True, region=region)
    panel = panel[~(panel.geometry.isna() | panel.geometry.is_empty)]
    cities = city_panel()
    city = _city_of_units(panel, cities)
    prefecture = np.where(
        panel.index.str[2:4] == _GOVERNED_BY_PROVINCE, panel.index.astype(str), prefecture_codes(panel.index)
    )
    called = city.map(cities["name"])
    return panel.assign(
        city=city,
        city_name=called.where(called.notna(), panel["name"]),
        prefecture_code=pd.Series(prefecture, index=panel.index, dtype=object),
        plan=scope_of_units(panel),
    )


def _city_of_units(panel: pd.DataFrame, cities: pd.DataFrame) -> pd.Series:
    """Return the city of each unit; its own code where it holds none."""
    urban = census(2020)["urban"]
    unit_of = {code: unit for unit, codes in panel["members_2020"].items() for code in str(codes).split(";")}
    own = [(unit, unit, -1.0) for unit in panel.index.astype(str)]
    held = [
        (unit_of[code], label, float(urban.get(code, 0.0)))
        for label, codes in cities["members_2020"].items()
        for code in str(codes).split(";")
        if code in unit_of
    ]
    people = pd.DataFrame([*own, *held], columns=["unit", "city", "urban"]).groupby(["unit", "city"])["urban"].sum()
    most = people.groupby(level="unit").idxmax().str[1]
    city: pd.Series = most.reindex(panel.index).astype(object)
    return city
