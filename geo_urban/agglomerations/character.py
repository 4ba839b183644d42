"""What a city cluster is like: people, density, cities inside, rings, shape, and criteria that it meets."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns
from geo_urban.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import shapely

    from geo_urban.agglomerations.delineation_result import DelineationResult

__all__ = ["check_criteria", "cluster_profile", "ring_profile"]

_FEWEST_CITIES = 3


def cluster_profile(
    result: DelineationResult,
    *,
    urban: str | None = None,
    population_start: str | None = None,
    large_city: float = 1_000_000.0,
) -> pd.DataFrame:
    """Describe each cluster in one row.

    Parameters
    ----------
    result
        Of `delineate`.
    urban
        Column with urban residents [persons]; None leaves urbanisation missing.
    population_start
        Column with residents at the start [persons]; None leaves change missing.
    large_city
        Cities with this mass or more are large [persons].

    Returns
    -------
    pandas.DataFrame
        By cluster: `units`, `population`, `area_km2`, `density_per_km2`, `urbanization_rate`, `change_share`, `cities`
        (cores), `large_cities`, `largest_city_share` (mass of the largest core in that of all), `primacy` (largest over
        second), `rank_size_slope` (ζ of ln(rank − ½) = a − ζ ln S, missing below three cores), `second_tier_share`
        (mass of cores ranked second to fourth), `compactness` (4π·area/perimeter², 1 for a circle).

    Raises
    ------
    MissingColumnsError
        If a column is not there.

    Notes
    -----
    Cores are those above `core_population`, so rank and primacy are of a sample cut at that size. Perimeters follow the
    boundaries as given: compare compactness only between clusters drawn at one resolution.

    References
    ----------
    Gabaix, X. & Ibragimov, R. (2011). Rank − 1/2. doi:10.1198/jbes.2009.06157
    """
    units = result.units
    require_columns(units, [name for name in (urban, population_start) if name], argument="units")
    groups = units.groupby("agglomeration", sort=False, dropna=True)
    table = pd.DataFrame(result.outlines[["units", "population", "area_km2"]])
    table["density_per_km2"] = table["population"] / table["area_km2"]
    table["urbanization_rate"] = groups[urban].sum() / table["population"] if urban else np.nan
    if population_start:
        table["change_share"] = table["population"] / groups[population_start].sum() - 1
    else:
        table["change_share"] = np.nan
    cities = [_cities(result.cores, name, large_city) for name in table.index]
    table = table.join(pd.DataFrame(cities, index=table.index))
    table["compactness"] = [_compactness(shape) for shape in result.outlines.geometry.to_crs(4326)]
    return table


def ring_profile(
    result: DelineationResult,
    *,
    limits: Sequence[float] = (30.0, 60.0, 120.0, 180.0),
    population_start: str | None = None,
) -> pd.DataFrame:
    """Describe each cluster from its cores outwards, by rings of travel time.

    Parameters
    ----------
    result
        Of `delineate`.
    limits
        Outer limits of the rings, ascending [minutes to the nearest core of the cluster]; a limit belongs to the ring
        within it, and what lies beyond the last forms a ring too.
    population_start
        Column with residents at the start [persons]; None leaves change missing.

    Returns
    -------
    pandas.DataFrame
        By cluster and ring (``"0–30"`` … ``"180+"``): `units`, `population`, `population_share` (of the cluster),
        `area_km2`, `density_per_km2`, `change_share`. Rings without units are left out; units without a way are
        in the last.

    Raises
    ------
    InputError
        If limits do not ascend from above zero, or the result was made without travel times.
    MissingColumnsError
        If a column is not there.
    """
    edges = np.asarray(limits, dtype=float)
    if not len(edges) or not edges[0] > 0 or not (np.diff(edges) > 0).all():
        raise InputError(
            "`limits` is {limits}; rings need ascending limits above zero [minutes].", limits=listed(edges.tolist())
        )
    units = result.units[result.units["agglomeration"].notna()]
    if units["minutes_to_core"].isna().all() and len(units):
        raise InputError(
            "`result` has no travel times, so there are no rings. Delineate with `travel=`, e.g. "
            "`geo_urban.datasets.seat_travel_times()`."
        )
    require_columns(units, [population_start] if population_start else [], argument="units")
    whole = [0.0, *edges.tolist()]
    names = [f"{low:g}–{high:g}" for low, high in pairwise(whole)] + [f"{whole[-1]:g}+"]
    ring = np.searchsorted(edges, units["minutes_to_core"].to_numpy(), side="left")
    frame = pd.DataFrame(
        {
            "agglomeration": pd.Categorical(units["agglomeration"], categories=result.outlines.index),
            "ring": pd.Categorical([names[one] for one in ring], categories=names, ordered=True),
            "units": 1,
            "population": units["population"].to_numpy(),
            "area_km2": units["area_km2"].to_numpy(),
            "start": units[population_start].to_numpy(dtype=float) if population_start else np.nan,
        }
    )
    table = frame.groupby(["agglomeration", "ring"], observed=True).sum(min_count=1)
    people = table["population"]
    table.insert(2, "population_share", people / people.groupby(level=0, observed=True).transform("sum"))
    table["density_per_km2"] = people / table["area_km2"]
    table["change_share"] = people / table.pop("start") - 1
    return table


def check_criteria(profile: pd.DataFrame, criteria: Mapping[str, tuple[float | None, float | None]]) -> pd.DataFrame:
    """Check clusters against published criteria, such as least population or density.

    Parameters
    ----------
    profile
        One row per cluster, one column per measure, e.g. of `cluster_profile` with columns of your own (GDP per head).
    criteria
        For each measure its least and greatest value; None for no limit. A limit itself meets the criterion.

    Returns
    -------
    pandas.DataFrame
        By cluster, one column per criterion: ``"met"``, ``"not met"`` or ``"no data"``.

    Raises
    ------
    InputError
        If the profile lacks a measure.

    Examples
    --------
    >>> profile = pd.DataFrame({"population": [2e7, 1e7], "gdp": [None, 5.0]}, index=["a", "b"])
    >>> check_criteria(profile, {"population": (2e7, None), "gdp": (4.0, None)}).to_numpy().tolist()
    [['met', 'no data'], ['not met', 'met']]
    """
    unknown = [name for name in criteria if name not in profile.columns]
    if unknown:
        raise InputError(
            "`criteria` names {unknown}, and the cluster has {known}. Take one of these.",
            unknown=listed(unknown),
            known=listed(profile.columns, most=20),
        )
    verdicts = {}
    for name, (least, most) in criteria.items():
        values = pd.to_numeric(profile[name]).to_numpy(dtype=float, na_value=np.nan)
        good = (values >= (-np.inf if least is None else least)) & (values <= (np.inf if most is None else most))
        verdicts[name] = np.where(np.isnan(values), "no data", np.where(good, "met", "not met")).astype(object)
    return pd.DataFrame(verdicts, index=profile.index)


def _cities(cores: pd.DataFrame, name: str, large: float) -> dict[str, Any]:
    sizes = np.sort(cores.loc[(cores["agglomeration"] == name).to_numpy(), "urban_mass"].to_numpy(dtype=float))[::-1]
    whole = sizes.sum()
    slope = float("nan")
    if len(sizes) >= _FEWEST_CITIES and sizes[0] > sizes[-1] > 0:
        slope = -float(np.polyfit(np.log(sizes), np.log(np.arange(1, len(sizes) + 1) - 0.5), 1)[0])
    return {
        "cities": len(sizes),
        "large_cities": int((sizes >= large).sum()),
        "largest_city_share": float(sizes[0] / whole) if whole else float("nan"),
        "primacy": float(sizes[0] / sizes[1]) if len(sizes) > 1 and sizes[1] > 0 else float("nan"),
        "rank_size_slope": slope,
        "second_tier_share": float(sizes[1:4].sum() / whole) if whole else float("nan"),
    }


def _compactness(shape: shapely.Geometry) -> float:
    from pyproj import Geod

    area, perimeter = Geod(ellps="WGS84").geometry_area_perimeter(shape)
    return float(4 * np.pi * abs(area) / perimeter**2) if perimeter else float("nan")
