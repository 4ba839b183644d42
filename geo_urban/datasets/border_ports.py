"""Ports of entry on the land border of China, each with its source and how well its position is known."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import geopandas as gpd
import pandas as pd

from geo_urban.datasets.regions import Region
from geo_urban.datasets.regions import region as region_of

__all__ = ["ports"]

HUB = "hub"


def ports(*, region: str | int | Region | None = None, hubs: bool = False) -> gpd.GeoDataFrame:
    """Return the ports of entry on the land border of China.

    The first-class land ports (names of 2017) and the river ports on the Heilongjiang and Ussuri, on which the river is
    the border. Positions are as good as `accuracy_km` says and no better: where no sound position was found, the port
    is placed on its county's border with the neighbor and `position` is ``"county border"``; show those differently.

    Parameters
    ----------
    region
        Only those of this region (`geo_urban.datasets.region`).
    hubs
        Also return Kashgar, which lies on no border but stands in the studies as the town behind four ports; its
        `kind` is ``"hub"``.

    Returns
    -------
    geopandas.GeoDataFrame
        Points on WGS 84, index ``port`` (Chinese name); columns `name`, `name_en`, `kind` (``"road"``, ``"rail"``,
        ``"river"``, several joined by ``+``), `neighbor` (index of `neighbors`), `counterpart` and `counterpart_en`
        (port or town beyond the border), `counterpart_lon`, `counterpart_lat` [degree] (missing where no gazetteer
        has it), `status` (``"open"``, ``"seasonal"``, ``"closed"``; as generally known before 2020, not today's
        operation), `adcode` (county), `position` (what the position is), `accuracy_km` [km], `source`.

    Raises
    ------
    InputError
        If `region` is unknown.

    Notes
    -----
    `position` is ``"road crossing"``, ``"rail crossing"`` (where an edge of the graphs crosses the border),
    ``"road node"``, ``"gazetteer"`` (a place of that name), ``"county seat"`` (river ports in the seat),
    ``"reviewed"`` (by hand, against maps) or ``"county border"`` (nearest to the seat; the port may be anywhere on that
    stretch, and `accuracy_km` is half of it). How the table was made: `figures/PORTS.md`.

    Examples
    --------
    >>> ports().loc["瑞丽", ["name_en", "neighbor", "counterpart_en", "adcode"]].tolist()
    ['Ruili', 'MMR', 'Muse', '533102']
    """
    table = _table()
    kept = table if hubs else table[table["kind"] != HUB]
    if region is not None:
        kept = kept[region_of(region).contains(pd.Index(kept["adcode"]))]
    points = gpd.points_from_xy(kept["lon"], kept["lat"])
    found = gpd.GeoDataFrame(kept.drop(columns=["lon", "lat"]), geometry=points, crs=4326)
    found.attrs["datum"] = "wgs84"
    return found


@cache
def _table() -> pd.DataFrame:
    with (files("geo_urban.datasets") / "figures" / "border_ports.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(
            file,
            dtype={"adcode": "str"},
            keep_default_na=False,
            na_values={"counterpart_lon": [""], "counterpart_lat": [""]},
        )
    return table.set_index(pd.Index(table["name"], name="port"))
