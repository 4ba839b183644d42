"""Comparable units with the city and the prefecture each belongs to, ready for the delineation of city clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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
        own code), `city_name`, `prefecture_code` (its own code where a province governs it directly) and `plan`
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
    unit_of = {code: unit for unit, codes in panel["members_2020"].items() for code in str(codes).split(";")}
    city = pd.Series(panel.index.astype(str), index=panel.index, dtype=object)
    for label, codes in cities["members_2020"].items():
        for code in str(codes).split(";"):
            if code in unit_of:
                city[unit_of[code]] = label
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
