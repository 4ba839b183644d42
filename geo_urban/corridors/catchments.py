"""Catchments of ports: whom each serves, by nearest time and by Huff's probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, InputError
from geo_urban.figures import figure_columns, figures
from geo_urban.spatial import travel_time

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.presentation import Presentation
    from geo_urban.spatial import Network

__all__ = ["PortCatchments", "port_catchments", "port_city_relation"]

# A port draws firmly where more goes to it than to all others together.
_MOST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PortCatchments:
    """Whom ports serve.

    Parameters
    ----------
    units
        The places on their index: `nearest_port`, `port_minutes`, `huff_port` (the likeliest), `huff_share` (its
        probability). Missing where no port is in reach.
    ports
        The ports on their index: `nearest_people`, `nearest_places` (for whom it is the nearest), `huff_people`
        (expected number).
    decay
        Exponent of travel time.
    max_minutes
        Ports farther than this serve nobody [minutes].
    unserved
        Residents with no port in reach [persons].
    population
        Column of residents in `units`.
    """

    units: gpd.GeoDataFrame
    ports: gpd.GeoDataFrame
    decay: float
    max_minutes: float
    unserved: float
    population: str = "population_2020"

    def __repr__(self) -> str:
        return f"<PortCatchments {len(self.ports)} ports, {len(self.units):,} places>"

    def summary(self) -> pd.Series:
        """Return how many people have a port in reach.

        Returns
        -------
        pandas.Series
            ``ports``, ``serving`` (ports that are the nearest of somebody), ``served`` and ``unserved`` [persons],
            ``firm_share`` (share of the served for whom one port draws more than all others together), ``same_share``
            (share for whom the nearest port is also the one that draws most), ``decay``, ``max_minutes``.
        """
        served = float(self.ports["nearest_people"].sum())
        people = self.units[self.population].astype(float).fillna(0.0)
        firm = self.units["huff_share"].astype(float) > _MOST
        same = self.units["nearest_port"].notna() & (self.units["nearest_port"] == self.units["huff_port"])
        facts = {
            "ports": len(self.ports),
            "serving": int((self.ports["nearest_places"] > 0).sum()),
            "served": served,
            "unserved": self.unserved,
            "firm_share": float(people[firm].sum()) / served if served else float("nan"),
            "same_share": float(people[same].sum()) / served if served else float("nan"),
            "decay": self.decay,
            "max_minutes": self.max_minutes,
        }
        return pd.Series(facts, name="port catchments", dtype=object)

    def layers(self, *, polygons: gpd.GeoSeries | None = None, source: str = "") -> Presentation:
        """Return what a map page or a layer file shows of the catchments.

        Parameters
        ----------
        polygons
            Land of the places, on their index; None to draw them as they are.
        source
            Where places, ports and network come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            Places coloured by their nearest port, by the port that draws most, and by how firmly: the share that goes
            to it. Catchments side by side differ in colour; far ones may share one.
        """
        from geo_urban.corridors._show_catchments import catchment_presentation

        return catchment_presentation(self, polygons=polygons, source=source)


def port_catchments(
    places: gpd.GeoDataFrame,
    ports: gpd.GeoDataFrame,
    *,
    network: Network,
    population: str = "population_2020",
    attraction: pd.Series | None = None,
    decay: float = 2.0,
    max_minutes: float = 600.0,
    least_minutes: float = 10.0,
) -> PortCatchments:
    """Assign people to ports of entry, by the nearest and by Huff's probabilities.

    The nearest port is where a journey would be the shortest; Huff's model lets larger ports draw from farther, and
    shares every place out among all ports in reach. Neither knows what people or goods do: trade agreements,
    opening hours and the far side are not in it.

    Parameters
    ----------
    places
        Points with residents, e.g. county seats.
    ports
        Points with a unique index.
    network
        The roads.
    population
        Column of residents [persons].
    attraction
        How strongly each port draws, e.g. its traffic, on the ports' index; None for all alike.
    decay
        Exponent of travel time: 0 ignores it, 2 is usual.
    max_minutes
        Ports farther than this serve nobody [minutes].
    least_minutes
        Shorter times count as this long, so that a port at the door does not draw without limit [minutes].

    Returns
    -------
    PortCatchments
        People by port, and ports by place.

    Raises
    ------
    InputError
        If residents are missing or negative, `decay` is negative, or `attraction` has no entry for a port.

    Warns
    -----
    GeoUrbanWarning
        If places are too far from the network to join it; they are named.

    Notes
    -----
    P(i → j) = Aⱼ tᵢⱼ^−λ / Σₖ Aₖ tᵢₖ^−λ over the ports in reach.

    References
    ----------
    Huff, D. L. (1963). A probabilistic analysis of shopping center trade areas. Land Economics 39, 81–90.
    doi:10.2307/3144521

    Examples
    --------
    ``port_catchments(county_seats, ports, network=roads).ports["huff_people"]``
    """
    if not decay >= 0:
        raise InputError("`{name}` is {value}; it must be at least {least}.", name="decay", value=decay, least=0)
    people = figure_columns(places, [population], argument="places")[population].astype(float)
    pull = _attraction(attraction, ports)
    minutes = _minutes(places, ports, network, max_minutes)
    reached = minutes < np.inf
    weight = reached * pull.to_numpy() * minutes.clip(lower=least_minutes) ** -decay
    total = weight.sum(axis=1)
    probability = weight.div(total.where(total > 0), axis=0)
    served = reached.any(axis=1)
    nearest = minutes.where(served, 0.0).idxmin(axis=1).where(served)
    likeliest = probability.fillna(0.0).idxmax(axis=1).where(total > 0)
    units = places.assign(
        nearest_port=nearest,
        port_minutes=minutes.min(axis=1).where(served),
        huff_port=likeliest,
        huff_share=probability.max(axis=1),
    )
    residents = people.fillna(0.0)
    found = ports.assign(
        nearest_people=residents.groupby(nearest).sum().reindex(ports.index).fillna(0.0),
        nearest_places=nearest.value_counts().reindex(ports.index).fillna(0).astype(int),
        huff_people=probability.fillna(0.0).mul(residents, axis=0).sum(),
    )
    return PortCatchments(
        units=units,
        ports=found,
        decay=decay,
        max_minutes=max_minutes,
        unserved=float(residents[~served].sum()),
        population=population,
    )


def port_city_relation(
    traffic: pd.Series,
    population: pd.Series,
    *,
    cuts: tuple[float, ...] = (0.33, 0.75, 1.25, 3.0),
    labels: tuple[str, ...] = ("general city", "urban port", "port city", "gateway city", "hub"),
) -> pd.DataFrame:
    """Compare each port's share of traffic with its town's share of people.

    Around one, port and town have grown in step; far above, traffic passes a town too small for it; far below, the town
    lives from something else.

    Parameters
    ----------
    traffic
        Traffic per port, all in one unit (tonnes, lorries, passengers).
    population
        Residents of the town of each port [persons], on the same index.
    cuts
        Limits of the classes, ascending; a value on a limit is in the class above.
    labels
        One per class, from lowest.

    Returns
    -------
    pandas.DataFrame
        On the index: `traffic_share`, `population_share`, `relation` and `type` (ordered). Missing where a figure is
        missing or the town has no people.

    Raises
    ------
    InputError
        If a figure is negative, the two describe different ports, or cuts and labels do not fit together.

    Notes
    -----
    relation = (Tᵢ / ΣT) / (Pᵢ / ΣP). Sums run over ports with both figures; it depends on which ports are compared.

    References
    ----------
    Vallega, A. (1979). Fonctions portuaires et polarisations littorales. Ducruet, C. and Lee, S.-W. (2006). Frontline
    soldiers of globalisation: port–city evolution and regional competition. GeoJournal 67, 107–122.

    Examples
    --------
    Half of the traffic and a quarter of the people: 2.

    >>> port_city_relation(pd.Series([50.0, 50.0], ["a", "b"]), pd.Series([25, 75], ["a", "b"]))["relation"].round(2)
    a    2.00
    b    0.67
    Name: relation, dtype: float64
    """
    if list(cuts) != sorted(set(cuts)) or len(labels) != len(cuts) + 1:
        raise InputError(
            "{cuts} cuts, ascending, make one class more; there are {labels} labels. Give one label per class.",
            cuts=len(cuts),
            labels=len(labels),
        )
    moved, people = figures(traffic, argument="traffic"), figures(population, argument="population")
    stray = moved.index.symmetric_difference(people.index)
    if len(stray):
        raise AlignmentError(
            "`traffic` and `population` describe different ports ({ports}). Give both the same index.",
            ports=listed(stray),
        )
    people = people.reindex(moved.index)
    both = moved.notna() & people.notna()
    shares = pd.DataFrame({"traffic_share": moved.where(both), "population_share": people.where(both)})
    shares = shares / shares.sum().where(lambda total: total > 0)
    relation = shares["traffic_share"] / shares["population_share"].where(shares["population_share"] > 0)
    codes = np.where(relation.isna(), -1, np.searchsorted(cuts, relation.fillna(0.0), side="right"))
    kind = pd.Categorical.from_codes(codes.tolist(), pd.Index(list(labels)), ordered=True)
    return shares.assign(relation=relation, type=kind)


def _minutes(places: gpd.GeoDataFrame, ports: gpd.GeoDataFrame, network: Network, max_minutes: float) -> pd.DataFrame:
    if network.directed:
        return travel_time(places, ports, network=network, max_minutes=max_minutes).minutes
    # Both ways take as long, and there are fewer ports to search from.
    return travel_time(ports, places, network=network, max_minutes=max_minutes).minutes.T


def _attraction(given: pd.Series | None, ports: gpd.GeoDataFrame) -> pd.Series:
    if given is None:
        return pd.Series(1.0, index=ports.index)
    pull = figures(given, argument="attraction").reindex(ports.index)
    lost = pull.index[pull.isna()]
    if len(lost):
        raise AlignmentError(
            "`{argument}` has no entry for {codes}. Give it on the index of the places.",
            argument="attraction",
            codes=listed(lost),
        )
    return pull
