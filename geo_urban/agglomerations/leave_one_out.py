"""What parameters are worth on a reference that had no part in choosing them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.agglomerations._functional import prepared
from geo_urban.agglomerations._ground import ground_of
from geo_urban.agglomerations._inputs import reference_labels
from geo_urban.agglomerations.membership import belonging
from geo_urban.agglomerations.parameters import DelineationParameters, known_parameters
from geo_urban.agglomerations.stability import drawn_parameters
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.messages import translate
from geo_urban.progress import track

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.spatial import GreatCircle, Network, TravelTimes

__all__ = ["LeaveOneOut", "leave_one_out"]

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeaveOneOut:
    """Agreement with references, each with parameters that it had no part in choosing.

    Parameters
    ----------
    table
        By reference: `f1` with the parameters chosen on the others, `f1_given` with those that were given, `f1_best`
        with those that suit it best (what fitting would claim), and the `setting` that was chosen.
    scores
        Population-weighted F1 of each setting (row; 0 is the one that was given) on each reference.
    settings
        The parameters of each setting.
    """

    table: pd.DataFrame
    scores: pd.DataFrame
    settings: pd.DataFrame

    def summary(self) -> pd.DataFrame:
        """Return agreement by reference, beside the parameters that were chosen on the others.

        Returns
        -------
        pandas.DataFrame
            `table` with the parameters that vary between settings.
        """
        first = self.settings.iloc[0]
        varying = self.settings.loc[:, (self.settings != first).any()]
        chosen = varying.loc[self.table["setting"]].set_axis(self.table.index)
        return self.table.join(chosen)


def leave_one_out(
    units: gpd.GeoDataFrame,
    reference: pd.Series | Mapping[str, Iterable[Any]],
    *,
    travel: Network | GreatCircle | TravelTimes | pd.DataFrame,
    population: str | pd.Series = "population_2020",
    urban: str | pd.Series | None = None,
    cities: str | pd.Series | None = None,
    regions: str | pd.Series | None = None,
    seats: gpd.GeoSeries | gpd.GeoDataFrame | None = None,
    graph: Graph | None = None,
    parameters: DelineationParameters | Mapping[str, float] | None = None,
    sweep: int = 200,
    max_minutes: float = 600.0,
) -> LeaveOneOut:
    """Choose the parameters of `delineate` on all references but one, and measure agreement on that one.

    How far a rule that was fitted to some plans holds for another. It tells fitting from finding: the gap between
    `f1_best` and `f1` is what fitting alone would gain.

    Parameters
    ----------
    units
        As in `delineate`.
    reference
        The plan of each unit (a series, missing where none), or plans with their units; two plans at least.
    travel, population, urban, cities, regions, seats, graph, max_minutes
        As in `delineate`, by its method ``"functional"`` with ``cores="auto"``.
    parameters
        The setting around which others are tried; those that differ from the defaults.
    sweep
        How many settings are tried: the same ones as for stability.

    Returns
    -------
    LeaveOneOut
        Agreement by reference, and the scores of all settings.

    Raises
    ------
    InputError, AlignmentError, GeometryError, MissingCRSError, DatumError
        As `delineate` and `compare`.
    InsufficientDataError
        If there are fewer than two plans, or no city is large enough.

    Notes
    -----
    Of the settings the one with the greatest mean F1 on the other references is chosen, of equal ones the first. Each
    reference is matched with the cluster that shares most people with it.

    Examples
    --------
    Two cities of a million, and two plans that reach an hour far. The standard two hours are too far; of eight
    settings around them none is shorter than an hour and a half, which takes in the same.

    >>> import geopandas as gpd
    >>> import shapely
    >>> row = gpd.GeoDataFrame(
    ...     {"people": [1_000_000, 9, 9, 9, 9, 9, 9, 1_000_000]},
    ...     geometry=[shapely.box(x, 0, x + 1, 1) for x in range(8)], crs=3857)
    >>> minutes = pd.DataFrame([[60.0 * abs(x - y) for y in range(8)] for x in range(8)])
    >>> found = leave_one_out(row, {"west": [0, 1], "east": [6, 7]}, travel=minutes, population="people", sweep=8,
    ...                       parameters={"leading_population": 0})
    >>> found.table["f1"].round(3).tolist()
    [1.0, 1.0]
    """
    rule = known_parameters(parameters, DelineationParameters)
    ground = ground_of(
        units,
        travel=travel,
        population=population,
        urban=urban,
        cities=cities,
        cores="auto",
        regions=regions,
        names={},
        seats=seats,
        graph=graph,
        max_minutes=max_minutes,
        core_minutes=rule.core_minutes,
    )
    theirs = reference_labels(reference, ground.units, argument="reference")
    plans = theirs.dropna().unique().tolist()
    if len(plans) < _FEWEST:
        raise InsufficientDataError(
            "`reference` has {count} plans; to leave one out there must be two or more.", count=len(plans)
        )
    if sweep < 1:
        raise InputError("`{name}` is {value}; it must be at least {least}.", name="sweep", value=sweep, least=1)
    settings = [rule, *drawn_parameters(rule, sweep)]
    ready = prepared(ground, settings)
    inside = np.column_stack([(theirs == plan).to_numpy() for plan in plans])
    scores = pd.DataFrame(
        [
            _agreement(belonging(ready.country, setting).member, inside, ground.people)
            for setting in track(settings, description=translate("Trying settings"))
        ],
        columns=pd.Index(plans, name="reference"),
    )
    scores.index.name = "setting"
    tried = pd.DataFrame([asdict(setting) for setting in settings], index=scores.index)
    return LeaveOneOut(table=_left_out(scores), scores=scores, settings=tried)


def _agreement(member: NDArray[np.intp], inside: NDArray[np.bool_], people: NDArray[np.float64]) -> list[float]:
    """Return the population-weighted F1 of each plan with the cluster that shares most people with it."""
    clusters = int(member.max(initial=-1)) + 1
    weight = np.where(member >= 0, people, 0.0)
    ours = np.bincount(np.maximum(member, 0), weight, minlength=max(clusters, 1))
    found = []
    for plan in inside.T:
        both = np.bincount(np.maximum(member, 0)[plan], weight[plan], minlength=max(clusters, 1))
        best = int(both.argmax())
        taken = ours[best] if both[best] > 0 else 0.0
        found.append(float(2 * both[best] / (taken + people[plan].sum())))
    return found


def _left_out(scores: pd.DataFrame) -> pd.DataFrame:
    chosen = {plan: int(scores.drop(columns=plan).mean(axis=1).to_numpy().argmax()) for plan in scores.columns}
    return pd.DataFrame(
        {
            "f1": [float(scores[plan].iloc[setting]) for plan, setting in chosen.items()],
            "f1_given": scores.iloc[0],
            "f1_best": scores.max(),
            "setting": list(chosen.values()),
        },
        index=scores.columns,
    )
