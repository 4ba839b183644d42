"""The urban centres near a border, whatever the places in them are called: not every town is a county's seat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from geo_urban.errors import InsufficientDataError
from geo_urban.studies.settlement import settlement_cells, settlement_centres
from geo_urban.studies.steps.border_data import quietly

if TYPE_CHECKING:
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.steps.border_data import BorderData

__all__ = ["centres_near_border"]

_CALLED = {"border_km": "to_border_km", "nearest_crossing": "nearest_port", "crossing_minutes": "port_minutes"}
_SHOWN = (
    "name", "seat_of", "tier", "population", "area_km2", "density_per_km2", "neighbor", "to_border_km", "nearest_port",
    "port_minutes", "nearest_prefecture", "prefecture_km", "prefecture_minutes", "nearest_province", "province_km",
    "province_minutes",
)  # fmt: skip


def centres_near_border(context: StudyContext, data: BorderData) -> dict[str, pd.DataFrame]:
    """Return the urban centres in units at the border or near it, in their order along it.

    Parameters
    ----------
    context
        The study and its data.
    data
        Its border.

    Returns
    -------
    dict
        One table by its name, which says whether people are modelled; none without a grid or a centre.
    """
    if not context.reads_grid:
        return {}
    try:
        found = settlement_centres(context, *settlement_cells(context))
    except InsufficientDataError:
        return {}
    table = _measured(found.units, data)
    return {} if table is None else {f"{'modelled_' if found.modelled else ''}border_urban_centres": table}


def _measured(centres: gpd.GeoDataFrame, data: BorderData) -> pd.DataFrame | None:
    from geo_urban.corridors import border_towns

    areas = gpd.GeoDataFrame(centres.to_crs(4326))
    points = gpd.GeoDataFrame(areas.set_geometry(areas.geometry.representative_point()))
    belt = data.belt.to_crs(4326)
    near = points[points.index.isin(gpd.sjoin(points, belt[[belt.geometry.name]], predicate="within").index)]
    if near.empty:
        return None
    with quietly():
        table = border_towns(
            near,
            data.border,
            max_km=float("inf"),
            start=None,
            end=None,
            tier=near["tier"],
            centres=data.centres,
            crossings=data.open_ports,
            network=data.roads,
        )
    table = table.assign(seat_of=_seats_inside(areas, data).reindex(table.index).fillna("")).rename(columns=_CALLED)
    shown = pd.DataFrame(table[[column for column in _SHOWN if column in table.columns]])
    return shown.assign(population=shown["population"].round())


def _seats_inside(areas: gpd.GeoDataFrame, data: BorderData) -> pd.Series:
    """Return the names of the units at the border or near it whose seats lie in each centre."""
    seats = gpd.GeoDataFrame(data.towns[["name", "geometry"]]).to_crs(4326).rename(columns={"name": "seat_of"})
    inside = gpd.sjoin(areas[["geometry"]], seats, predicate="contains")
    names: pd.Series = inside.groupby(level=0)["seat_of"].agg("; ".join)
    return names
