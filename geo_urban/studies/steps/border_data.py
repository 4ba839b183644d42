"""What the analyses of a land border share: the line, units with figures, ports, towns and the roads, each once."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import geopandas as gpd
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import GeoUrbanWarning, InputError
from geo_urban.hierarchy import Tier, TierScheme
from geo_urban.studies.border_section import Border

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_urban.corridors import BorderResult
    from geo_urban.spatial import Network
    from geo_urban.studies.context import StudyContext

__all__ = ["TOWN_TIERS", "BorderData", "border_data", "quietly"]

_SEAT = ("seat_lon", "seat_lat")
# What border units call otherwise than towns, and what says nothing of a town.
_OF_TOWNS = {"border_km": "unit_border_km", "seat_minutes": "port_minutes", "nearest_crossing": "nearest_port"}
_OF_UNITS = (
    "neighbors",
    "neighbor_count",
    "border_unit",
    "seat_km",
    "change_share",
    "disputed_km",
    "seat_source",
    *_SEAT,
)
CLOSED = "closed"
AT_BORDER, NEAR_BORDER = "seat of a border unit", "seat near the border"

TOWN_TIERS = TierScheme(
    name="border towns",
    source="State Council of China (2014): Guofa [2014] No. 51, the smallest class divided",
    tiers=(
        Tier(name="under 20k", lower=0, label="Town under 20,000"),
        Tier(name="20k to 50k", lower=20_000, label="Town of 20,000 to 50,000"),
        Tier(name="50k to 100k", lower=50_000, label="Town of 50,000 to 100,000"),
        Tier(name="100k to 200k", lower=100_000, label="Town of 100,000 to 200,000"),
        Tier(name="small I", lower=200_000, label="Small city I (200,000 to 500,000)"),
        Tier(name="medium and larger", lower=500_000, label="Medium or larger city (500,000 and more)"),
    ),
)
"""Nearly all border towns are in the smallest official tier, so that is divided."""

_KEPT: WeakKeyDictionary[object, BorderData] = WeakKeyDictionary()


def border_data(context: StudyContext) -> BorderData:
    """Return the border of a study and what lies along it; the same one for every analysis of a run.

    Parameters
    ----------
    context
        The study and its data.

    Returns
    -------
    BorderData
        Each part is found when it is first asked for.
    """
    if context.data not in _KEPT:
        _KEPT[context.data] = BorderData(context)
    return _KEPT[context.data]


class BorderData:
    """A land border, the units along it, ports, towns and larger cities.

    Parameters
    ----------
    context
        The study and its data.
    """

    def __init__(self, context: StudyContext) -> None:
        self.study = context.study
        self.section = context.study.border or Border()
        self.embedded = context.study.boundaries.embedded and context.study.population.embedded
        self.columns = context.column("population")
        self.measured = context.units
        self.places = context.unit_points

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """All units as they are drawn, with figures where there are any."""
        if self.embedded:
            from geo_urban import datasets
            from geo_urban.datasets.border_figures import figures_of_counties

            counties = datasets.counties(region=self.study.region or None)
            start, end = self.study.years
            return gpd.GeoDataFrame(counties.join(figures_of_counties(counties, start=start, end=end)))
        from geo_urban.studies.own_units import read_units

        units = read_units(self.study)
        if "name" not in units.columns:
            units.insert(0, "name", units.index.astype(str))
        brought = [name for name in self.measured.columns if name not in units.columns]
        return gpd.GeoDataFrame(units.join(self.measured[brought]))

    @cached_property
    def neighbors(self) -> gpd.GeoDataFrame:
        """What lies beyond the border."""
        chosen = self.section
        if chosen.embedded:
            from geo_urban import datasets

            return datasets.neighbors(disputed=chosen.disputed)
        from geo_urban.io import read_boundaries

        return read_boundaries(
            self.study.path(chosen.neighbors), code=chosen.neighbors_code, layer=chosen.neighbors_layer
        )

    @cached_property
    def border(self) -> BorderResult:
        """The line that units and neighbors share."""
        from geo_urban.corridors import land_border

        return land_border(self.units, self.neighbors, max_gap_km=self.section.max_gap_km, keep=("name", "province"))

    @cached_property
    def ports(self) -> gpd.GeoDataFrame | None:
        """Ports of entry, checked against the border; None where the study names none."""
        from geo_urban.corridors import require_ports

        chosen = self.section.ports
        if chosen is not None:
            from geo_urban.io import read_points

            found = read_points(self.study.path(chosen)).rename_axis("port")
        elif self.embedded:
            from geo_urban import datasets

            found = datasets.ports(region=self.study.region or None)
        else:
            return None
        require_ports(found, self.border, max_km=self.section.max_port_km, units=self.units)
        return found

    @cached_property
    def roads(self) -> Network | None:
        """What places travel on; None for straight lines."""
        from geo_urban.studies.networks import study_roads

        return study_roads(self.study)

    @cached_property
    def centres(self) -> dict[str, gpd.GeoDataFrame]:
        """Larger cities by kind, of the whole country, each on the index of its name."""
        chosen = self.section.centres
        if chosen is not None:
            from geo_urban.io import read_points

            return {"centre": read_points(self.study.path(chosen))}
        if not self.embedded:
            return {}
        from geo_urban import datasets
        from geo_urban.datasets.border_figures import is_capital
        from geo_urban.studies.city_points import points_at_seats

        panel = datasets.city_panel(*self.study.years)
        outlines = datasets.cities().geometry
        panel = panel[(panel["unit_type"] == "prefecture-level city") & panel.index.isin(outlines.index)]
        cities = gpd.GeoDataFrame(panel, geometry=outlines.reindex(panel.index), crs=outlines.crs)
        points = points_at_seats(cities)[["name", "province", "geometry"]]
        named = points.set_index(pd.Index(points["name"], name="city"))
        return {"prefecture": named, "province": named[is_capital(panel.index).to_numpy()]}

    @cached_property
    def belt(self) -> gpd.GeoDataFrame:
        """The units at the border and those whose seats lie within the deepest band."""
        from geo_urban.corridors import border_units

        travels = self.open_ports is not None and self.roads is not None
        with quietly():
            found = border_units(
                self.units,
                self.border,
                min_border_km=self.section.min_border_km,
                depth_km=self.section.depth_km,
                depth_minutes=self.section.depth_minutes if travels else None,
                crossings=self.open_ports if travels else None,
                network=self.roads if travels else None,
            )
        start, end = self.columns
        if {start, end} <= set(found.columns):
            before, after = found[start].astype(float), found[end].astype(float)
            found = found.assign(change_share=after / before.where(before > 0) - 1)
        return gpd.GeoDataFrame(found)

    @cached_property
    def border_units(self) -> gpd.GeoDataFrame:
        """The units whose border is long enough."""
        return gpd.GeoDataFrame(self.belt[self.belt["border_unit"]])

    @cached_property
    def open_ports(self) -> gpd.GeoDataFrame | None:
        """The ports that are not closed; None where there are none."""
        if self.ports is None:
            return None
        found = self.ports[self.ports["status"] != CLOSED] if "status" in self.ports.columns else self.ports
        return found if len(found) else None

    @cached_property
    def towns(self) -> gpd.GeoDataFrame:
        """Seats of border units and of those near the border, with growth, tier and distances, in order along it."""
        from geo_urban.corridors import border_towns
        from geo_urban.hierarchy import size_tier

        start, end = self.columns
        units = self.belt.assign(role=self.belt["border_unit"].map({True: AT_BORDER, False: NEAR_BORDER}))
        places = units.set_geometry(self._seats(units)).rename(columns=_OF_TOWNS)
        dropped = [name for name in _OF_UNITS if name in places.columns]
        places = gpd.GeoDataFrame(places.drop(columns=dropped))
        base = next((column for column in self._bases if column in places.columns), None)
        tier = None if base is None else size_tier(places[base].astype(float), scheme=TOWN_TIERS)
        with quietly():
            found = border_towns(
                places,
                self.border,
                max_km=float("inf"),
                start=start,
                end=end,
                years=self.study.elapsed_years,
                tier=tier,
                centres=self.centres,
                network=self.roads,
            )
            return gpd.GeoDataFrame(found.join(self._to_counterparts(places)))

    @property
    def border_towns(self) -> gpd.GeoDataFrame:
        """The seats of border units alone."""
        return gpd.GeoDataFrame(self.towns[self.towns["role"] == AT_BORDER])

    def _to_counterparts(self, places: gpd.GeoDataFrame) -> pd.DataFrame:
        """Return distance and time from each town to the place beyond its nearest port."""
        from geo_urban.corridors import border_towns

        wanted = ["counterpart_lon", "counterpart_lat"]
        ports = self.open_ports
        if ports is None or "nearest_port" not in places.columns or not set(wanted) <= set(ports.columns):
            return pd.DataFrame(index=places.index)
        beyond = ports[wanted].reindex(places["nearest_port"]).set_axis(places.index, axis=0)
        alone = gpd.GeoDataFrame(beyond, geometry=places.geometry, crs=places.crs)
        found = border_towns(alone, self.border, max_km=float("inf"), start=None, end=None, network=self._roads_abroad)
        return pd.DataFrame(found.reindex(columns=["counterpart_km", "counterpart_minutes"]))

    @cached_property
    def _roads_abroad(self) -> Network | None:
        if not self.study.chosen_network.embedded:
            return self.roads
        from geo_urban import datasets

        roads: Network = datasets.road_network()
        return roads

    @property
    def residents(self) -> str:
        """Column with the residents of each unit by itself."""
        own = f"own_{self.columns[1]}"
        return own if own in self.units.columns else self.columns[1]

    @property
    def _bases(self) -> tuple[str, ...]:
        end = self.study.years[1]
        return f"own_urban_{end}", f"urban_{end}", f"population_{end}"

    def _seats(self, units: gpd.GeoDataFrame) -> gpd.GeoSeries:
        if set(_SEAT) <= set(units.columns):
            points = gpd.GeoSeries.from_xy(units[_SEAT[0]], units[_SEAT[1]], index=units.index, crs=4326)
            return points.to_crs(units.crs)
        return gpd.GeoSeries(units.geometry.representative_point())

    def stations(self) -> tuple[dict[str, tuple[str, ...]], gpd.GeoDataFrame | None]:
        """Return the named corridors that touch the study, and their stations as points.

        Raises
        ------
        InputError
            If a station is nowhere, or its name matches two places.
        """
        wanted = self.section.corridors
        if not wanted:
            return {}, None
        tables = self._gazetteers()
        points = {name: _place(name, tables) for name in dict.fromkeys(each for row in wanted.values() for each in row)}
        found = gpd.GeoDataFrame({"name": list(points)}, geometry=list(points.values()), index=list(points), crs=4326)
        inside = found.index[found.sindex.query(self.units.geometry.to_crs(4326), predicate="contains")[1]]
        near = {name: row for name, row in wanted.items() if not inside.intersection(list(row)).empty}
        return near, found if near else None

    def _gazetteers(self) -> list[gpd.GeoDataFrame]:
        """Return the tables in which stations are looked for, in order."""
        tables = [] if self.ports is None else [self.ports]
        if self.embedded:
            from geo_urban import datasets

            tables = [datasets.ports(hubs=True)]
        return [*tables, *self.centres.values(), gpd.GeoDataFrame(self.places)]


def _place(name: str, tables: Sequence[gpd.GeoDataFrame]) -> object:
    """Return the point of a name or code, from the first table that has it."""
    for table in tables:
        hit = pd.Series(table.index.astype(str) == name, index=table.index)
        for column in ("name", "name_en"):
            if column in table.columns:
                hit |= table[column].astype(str) == name
        found = table[hit.to_numpy()]
        if len(found) == 1:
            return found.geometry.to_crs(4326).iloc[0]
        if len(found):
            raise InputError(
                "station {name} matches several places: {codes}. Give the code of the one you mean.",
                name=name,
                codes=listed(found.index),
            )
    raise InputError(
        "station {name} is no port, city or unit of the study. Give a name or code that stands in its tables.",
        name=name,
    )


class quietly(warnings.catch_warnings):  # noqa: N801 - reads as a word
    """Leave out warnings of places too far from the network, which tables show as missing times."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore", GeoUrbanWarning)
