"""Where the cities and units of the embedded data are: at the seat of their most populous member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["points_at_seats"]


def points_at_seats(units: gpd.GeoDataFrame, *, members: str = "members_2020") -> gpd.GeoDataFrame:
    """Return units of the embedded data as points.

    Parameters
    ----------
    units
        Cities or comparable units, in any CRS.
    members
        Column with the census codes of the parts, joined by ``;``.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows; each at the seat of the part with most residents in 2020, at a point inside where no seat of a
        part is known.
    """
    inside = units.geometry.representative_point()
    return units.set_geometry(_seats(units[members], crs=units.crs).fillna(inside) if members in units else inside)


def _seats(members: pd.Series, *, crs: object) -> gpd.GeoSeries:
    from geo_urban import datasets
    from geo_urban.datasets.divisions import boundary_codes

    counties = datasets.counties()
    known = boundary_codes().drop_duplicates("adcode")
    polygons: dict[str, str] = dict(zip(known["adcode"], known["polygon"], strict=True))
    people = datasets.census(2020)["population"].rename(index=polygons).groupby(level=0).sum()
    parts = members.str.split(";").explode().replace(polygons)
    drawn = parts[parts.isin(counties.index)]
    largest = drawn.to_frame("part").assign(people=drawn.map(people).fillna(0))
    seat = largest.sort_values("people", ascending=False, kind="stable")["part"]
    seat = seat[~seat.index.duplicated()]
    found = counties.loc[seat, ["seat_lon", "seat_lat"]]
    points = gpd.GeoSeries(gpd.points_from_xy(found["seat_lon"], found["seat_lat"]), index=seat.index, crs=4326)
    return points.reindex(members.index).to_crs(crs)
