"""The methods of delineation by name: their parameters, what they take, and what they cannot do without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo_urban.agglomerations import parameters as known
from geo_urban.agglomerations._centre_methods import by_commuting, by_time
from geo_urban.agglomerations._leiden import by_interaction
from geo_urban.agglomerations._nearness_methods import by_city_clusters, by_percolation
from geo_urban.agglomerations._skater import by_similarity
from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError, raise_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import pandas as pd
    import xarray as xr

    from geo_urban.agglomerations._ground import Ground
    from geo_urban.agglomerations._partition import Assigned

__all__ = ["FUNCTIONAL", "METHODS", "Method", "Sources", "method_named"]

FUNCTIONAL = "functional"


class Sources(NamedTuple):
    """What some methods take beside units and travel."""

    centres: str | pd.Series | None = None
    flows: pd.DataFrame | None = None
    places: xr.DataArray | gpd.GeoDataFrame | None = None
    attributes: Sequence[str] | None = None


class Method(NamedTuple):
    """A method of delineation."""

    parameters: type[known.MethodParameters]
    prepare: Callable[[Ground, Sources, Any], Callable[[Any], Assigned]] | None
    """Reads what stays the same over all settings; None for the method that has a result of its own."""
    takes: frozenset[str]
    """Of `Sources` and `cores`, those that it uses."""
    needs: frozenset[str] = frozenset()
    """Those without which it cannot work, `travel` among them."""


METHODS: dict[str, Method] = {
    FUNCTIONAL: Method(known.DelineationParameters, None, frozenset({"cores"}), frozenset({"travel"})),
    "urban_centres": Method(
        known.UrbanCentreParameters, by_time, frozenset({"cores", "centres"}), frozenset({"travel"})
    ),
    "commuting": Method(
        known.CommutingParameters, by_commuting, frozenset({"cores", "centres", "flows"}), frozenset({"flows"})
    ),
    "city_clusters": Method(known.CityClusterParameters, by_city_clusters, frozenset({"places"})),
    "percolation": Method(known.PercolationParameters, by_percolation, frozenset({"places"})),
    "skater": Method(known.SkaterParameters, by_similarity, frozenset({"attributes"})),
    "leiden": Method(known.LeidenParameters, by_interaction, frozenset({"flows"})),
}
_REMEDIES = {
    "travel": "geo_urban.datasets.road_network()",
    "flows": 'pandas.DataFrame({"origin": …, "destination": …, "workers": …})',
}


def method_named(name: str, given: dict[str, bool]) -> Method:
    """Return the method of this name.

    Parameters
    ----------
    name
        Of the method.
    given
        Whether each option was given.

    Raises
    ------
    InputError
        If there is no such method, it lacks an option, or has no use for one.
    """
    if name not in METHODS:
        raise InputError(
            "`method` is {name!r}; it is one of {known}. Take {near}.",
            name=name,
            known=listed(METHODS, most=len(METHODS)),
            near=nearest_name(str(name), list(METHODS)) or FUNCTIONAL,
        )
    method = METHODS[name]
    faults = [
        InputError(
            "the method {name!r} needs `{option}`. Pass it, e.g. `{example}`.",
            name=name,
            option=option,
            example=_REMEDIES[option],
        )
        for option in sorted(method.needs)
        if not given[option]
    ]
    faults += [
        InputError(
            "the method {name!r} has no use for `{option}`. Leave it out, or take a method that has: {others}.",
            name=name,
            option=option,
            others=listed([other for other, one in METHODS.items() if option in one.takes], most=len(METHODS)),
        )
        for option, there in given.items()
        if there and option != "travel" and option not in method.takes
    ]
    raise_faults(faults)
    return method
