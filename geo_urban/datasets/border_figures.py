"""Census figures of counties as they are drawn, and the inland centres that border towns look to."""

from __future__ import annotations

import pandas as pd

from geo_urban.datasets.census_figures import census
from geo_urban.datasets.divisions import boundary_codes
from geo_urban.datasets.panel import census_panel

__all__ = ["figures_of_counties", "is_capital"]

_MUNICIPALITIES = ("11", "12", "31", "50")
_FIRST_CITY = "0100"


def figures_of_counties(counties: pd.DataFrame, *, start: int = 2010, end: int = 2020) -> pd.DataFrame:
    """Return the residents of counties as they are drawn today.

    A county founded, split or merged between the censuses has no figure of its own for both years: it stands in a
    comparable unit with its neighbors, and the figures of that unit are given, with the names of who shares them.
    Count each `counted_as` once in a sum.

    Parameters
    ----------
    counties
        Polygons of counties, index ``adcode``, with a column `name`.
    start, end
        Years of the two censuses.

    Returns
    -------
    pandas.DataFrame
        On the index of `counties`: `counted_as` (code of the comparable unit; missing where no census reaches),
        `counted_with` (names of the other counties in it), ``population_<year>``, ``urban_<year>`` of that unit, and
        ``own_population_<end>``, ``own_urban_<end>`` of the county by itself.
    """
    panel = census_panel(start, end)
    polygons = _polygons()
    members = panel[f"members_{end}"].str.split(";").explode()
    unit_of = pd.Series(members.index, index=members.replace(polygons).to_numpy())
    unit_of = unit_of[~unit_of.index.duplicated()]
    counted = pd.Series(unit_of.reindex(counties.index).to_numpy(), index=counties.index, dtype=object)
    columns = [f"{quantity}_{year}" for quantity in ("population", "urban") for year in (start, end)]
    found = panel[columns].reindex(counted.to_numpy()).set_axis(counties.index, axis=0)
    found.insert(0, "counted_as", counted)
    found.insert(1, "counted_with", _others(counted, counties["name"]))
    own = census(end)[["population", "urban"]].rename(index=polygons).groupby(level=0).sum()
    return found.join(own.add_prefix("own_").add_suffix(f"_{end}").reindex(counties.index))


def is_capital(codes: pd.Index) -> pd.Series:
    """Return whether each prefecture-level city is the seat of its province, by code."""
    text = codes.astype(str)
    seat = text.str.endswith(_FIRST_CITY) | (text.str[:2].isin(_MUNICIPALITIES) & text.str.endswith("0000"))
    return pd.Series(seat, index=codes)


def _polygons() -> dict[str, str]:
    known = boundary_codes().drop_duplicates("adcode")
    return dict(zip(known["adcode"], known["polygon"], strict=True))


def _others(counted: pd.Series, names: pd.Series) -> list[str]:
    groups = {unit: list(codes) for unit, codes in counted.dropna().groupby(counted).groups.items()}
    return [
        "; ".join(str(names[other]) for other in groups.get(unit, []) if other != code)
        for code, unit in counted.items()
    ]
