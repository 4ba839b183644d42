"""The density of cities and towns beside the study of Western China: other years, shown and never scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.studies.compare import beside

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.hierarchy import CityDensityResult

__all__ = ["compare_city_density"]

_MILLION = 1_000_000
_PERCENT = 100
NATION = "nation"
_MEASURES = ("city_density", "cities", "mean_city_population", "town_density", "land_share")


def compare_city_density(
    ours: CityDensityResult, theirs: pd.DataFrame, *, year: int, mean_prefecture: pd.Series
) -> pd.DataFrame:
    """Set the density of cities and towns beside the figures of 2000 and 2009 that the study of Western China prints.

    Parameters
    ----------
    ours
        Macro-regions and the nation, with residents and towns.
    theirs
        ``geo_urban.datasets.published("western_china")``.
    year
        Year of our residents.
    mean_prefecture
        Mean residents of a prefecture with a city of its level, counties included [persons], by macro-region: what the
        source calls the mean city, by its size.

    Returns
    -------
    pandas.DataFrame
        See `geo_urban.studies.compare.beside`; every row is of another year, so no difference is taken.
    """
    table = ours.summary()
    measured = {
        "city_density": table["cities_per_10000_km2"],
        "cities": table["cities"].astype(float),
        "mean_city_population": mean_prefecture / _MILLION,
        "town_density": table["towns_per_10000_people"],
        "land_share": table["area_km2"] / float(table["area_km2"][NATION]) * _PERCENT,
    }
    printed = theirs[theirs["measure"].isin(_MEASURES)]
    mine = printed[["measure", "group", "year"]].assign(
        value=[
            float(measured[measure][group]) for measure, group in zip(printed["measure"], printed["group"], strict=True)
        ],
        our_year=str(year),
    )
    return beside(mine, printed)
