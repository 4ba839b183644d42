"""What kind of place a unit is: growing, stable or shrinking, how badly, for how long, and what policy fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import InputError
from geo_urban.exploring import Explorable
from geo_urban.figures import figure_columns, group_labels
from geo_urban.shrinkage.change import population_change
from geo_urban.shrinkage.severity import GROWING, SEVERITY_LIMITS, severity_categories

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation

    PolicyKey: TypeAlias = str | tuple[str, str] | tuple[str, str, str]

__all__ = [
    "DURATIONS",
    "POLICIES",
    "STABLE",
    "STABLE_RATE",
    "TYPES",
    "TypologyResult",
    "shrinkage_classes",
    "shrinkage_types",
]

STABLE = "stable"
SHRINKING = "shrinking"
TYPES = (GROWING, STABLE, SHRINKING)

NEVER = "never"
PERSISTENT = "persistent"
EPISODIC = "episodic"
RECOVERING = "recovering"
DURATIONS = (NEVER, RECOVERING, EPISODIC, PERSISTENT)

# Change of less than 1.5 % in ten years is within what two counts of one place may differ by.
STABLE_RATE = 0.0015

# The study of Northeast China tells three kinds of villages apart; here its words are put on any unit.
POLICIES: dict[PolicyKey, str] = {GROWING: "gathering", STABLE: "stable", SHRINKING: "shrinking"}

_YEAR = re.compile(r"(?<!\d)(1[5-9]|20)\d\d$")
_FEWEST_FOR_DURATION = 3
_MEASURES = (
    "population_start",
    "population_end",
    "change",
    "change_share",
    "annual_change_rate",
    "shrinkage_type",
    "severity",
    "shrinkage_class",
    "duration",
    "policy",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TypologyResult(Explorable):
    """Type, severity, duration and policy label per unit, with what they were computed from.

    Parameters
    ----------
    units
        The input's rows and columns, and: `population_start`, `population_end`, `change` [persons], `change_share`
        [fraction], `annual_change_rate` [fraction a year, compounding]; `shrinkage_type` (ordered: growing, stable,
        shrinking), `severity` (classes of loss), `shrinkage_class` (the type, shrinking units by severity), `duration`
        (ordered: never, recovering, episodic, persistent; missing with fewer than three counts) and `policy`.
    rates
        Yearly change between each two counts that follow each other [fraction a year], one column per period.
    counts
        Columns the counts came from, in order.
    years
        When they were taken.
    stable_rate
        Largest yearly change, up or down, of a stable unit [fraction a year].
    severity_limits
        Losses that part the classes of severity [fractions].
    policies
        The policy labels and what they stand for.
    """

    units: pd.DataFrame
    rates: pd.DataFrame
    counts: tuple[str, ...]
    years: tuple[float, ...]
    stable_rate: float
    severity_limits: tuple[float, ...]
    policies: Mapping[PolicyKey, str]

    def summary(self, *, by: str | None = None) -> pd.DataFrame:
        """Count the units and residents of each class, over all and per group.

        Parameters
        ----------
        by
            Column that groups the units, e.g. ``"place"`` for cities apart from counties, or ``"province"``.

        Returns
        -------
        pandas.DataFrame
            Index: the group where `by` is given, and `shrinkage_class` from growing to the worst. Columns: `units`,
            `units_share` [of the group's units with a class], `population_start`, `population_end`, `change`
            [persons], and with three counts or more one column per duration [units]. Classes without a unit are listed
            with 0; units without a class are left out.

        Raises
        ------
        InputError
            If the column is missing or a unit belongs to no group.
        """
        known = self.units[self.units["shrinkage_class"].notna()]
        if by is None:
            return _class_table(known)
        groups = known.groupby(group_labels(known, by, argument="units"), sort=False, observed=True)
        tables: pd.DataFrame = pd.concat({name: _class_table(group) for name, group in groups}, names=[by])
        return tables

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by class (and by duration where it is known); patterns tell the classes without colour.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show_typology import typology_presentation

        return typology_presentation(self, source=source)


def shrinkage_types(
    units: pd.DataFrame,
    *,
    counts: Sequence[str] = ("population_2010", "population_2020"),
    years: Sequence[float] | None = None,
    stable_rate: float = STABLE_RATE,
    severity_limits: Sequence[float] = SEVERITY_LIMITS,
    policies: Mapping[PolicyKey, str] | None = None,
) -> TypologyResult:
    """Type each unit as growing, stable or shrinking, and say how badly and for how long it shrinks.

    Cities and counties are different things: a district that empties into the next one is no shrinking city. Give
    cities with all their districts as one (`geo_urban.datasets.cities_and_counties`), and look at them apart
    (``result.summary(by="place")``).

    Parameters
    ----------
    units
        One row per unit that means the same area in all counts, unique index; geometry and other columns are kept. A
        unit without its first or last count, or without residents at the start, has no type. One that lacks a count
        in between has a type, and no duration.
    counts
        Columns with residents at two dates or more, in order [persons].
    years
        Dates of the counts, ascending; None reads them from the ends of the columns' names.
    stable_rate
        A unit is stable whose yearly change is not larger than this, up or down [fraction a year].
    severity_limits
        Losses that part the classes of severity, ascending fractions.
    policies
        Policy label by type, or by (type, severity) or (type, severity, duration): the most exact key counts. None for
        gathering, stable and shrinking.

    Returns
    -------
    TypologyResult
        Types per unit, `summary` and `layers`.

    Raises
    ------
    InputError
        If a column is missing, not numeric, negative or infinite, a code stands twice, there are fewer than two
        counts, or dates, limits or labels make no sense.
    InsufficientDataError
        If no unit has both the first and the last count.

    Notes
    -----
    Type and severity are net, from the first to the last count. Duration looks at each period between two counts, with
    the same `stable_rate`: persistent units shrink in every period; recovering ones shrank in one and grow in the last;
    other units that shrink in at least one period are episodic. Two counts say nothing of duration. O(n · counts).

    The policy label names a type, it does not prove that the policy works: the study the labels come from speaks of
    villages, and counties and cities are put under the same words here.

    References
    ----------
    Wolff, M. and Wiechmann, T.: "Urban growth and decline: Europe's shrinking cities in a comparative perspective
    1990-2010", European Urban and Regional Studies 25(2), 2018, on trajectories of shrinking.

    Examples
    --------
    From 100 to 80 and back to 90: a tenth was lost in all, and the place recovers.

    >>> counts = {"y2000": [100, 100, 100], "y2010": [80, 101, 120], "y2020": [90, 100, 150]}
    >>> units = pd.DataFrame(counts, index=[*"abc"])
    >>> result = shrinkage_types(units, counts=list(counts))
    >>> result.units[["shrinkage_class", "duration", "policy"]]
              shrinkage_class    duration     policy
    a  shrinking, loss 10–30 %  recovering  shrinking
    b                   stable       never     stable
    c                  growing       never  gathering
    """
    columns, dates = _dated(counts, years)
    _require_rate(stable_rate)
    figures = figure_columns(units, columns, argument="units")
    changed = population_change(
        units, start=columns[0], end=columns[-1], years=dates[-1] - dates[0], severity_limits=severity_limits
    ).units
    measures = changed[["population_start", "population_end", "change", "change_share", "annual_change_rate"]].copy()
    measures["shrinkage_type"] = _types(measures["annual_change_rate"], stable_rate)
    measures["severity"] = changed["severity"]
    measures["shrinkage_class"] = _classes(measures["shrinkage_type"], measures["severity"])
    rates = _period_rates(figures, dates)
    measures["duration"] = _durations(rates, stable_rate)
    chosen = dict(POLICIES if policies is None else policies)
    _require_labels(chosen, measures)
    measures["policy"] = _labels(measures, chosen)
    kept = units.drop(columns=[column for column in _MEASURES if column in units.columns])
    return TypologyResult(
        units=kept.assign(**{column: measures[column] for column in _MEASURES}),
        rates=rates,
        counts=columns,
        years=dates,
        stable_rate=float(stable_rate),
        severity_limits=tuple(float(limit) for limit in severity_limits),
        policies=chosen,
    )


def shrinkage_classes(severity_limits: Sequence[float]) -> list[str]:
    """Return the names of the classes: growing, stable, and shrinking by severity."""
    return [GROWING, STABLE, *(f"{SHRINKING}, {item.value}" for item in severity_categories(severity_limits).items[1:])]


def _dated(counts: Sequence[str], years: Sequence[float] | None) -> tuple[tuple[str, ...], tuple[float, ...]]:
    columns = tuple(counts)
    if isinstance(counts, str) or len(set(columns)) < len(columns) or len(columns) < 2:  # noqa: PLR2004
        raise InputError(
            "`counts` is {columns}; a type needs two counts or more, each once. "
            'Name their columns, e.g. `counts=["population_2010", "population_2020"]`.',
            columns=listed([counts] if isinstance(counts, str) else columns),
        )
    found = [_YEAR.search(column) for column in columns]
    if years is None and not all(found):
        raise InputError(
            "{columns} do not end in a year, so the time between the counts is not known. "
            "Give it, e.g. `years=[2000, 2010, 2020]`.",
            columns=listed([column for column, year in zip(columns, found, strict=True) if year is None]),
        )
    dates = tuple(float(year[0]) for year in found if year) if years is None else tuple(float(year) for year in years)
    ascending = all(np.isfinite(dates)) and all(one < other for one, other in pairwise(dates))
    if len(dates) != len(columns) or not ascending:
        raise InputError(
            "`years` is {years}; there must be one date for each of the {count} counts, the earliest first. "
            "Put the columns and their years in order.",
            years=listed(f"{year:g}" for year in dates),
            count=len(columns),
        )
    return columns, dates


def _require_rate(rate: float) -> None:
    if not 0 <= rate < 1:
        raise InputError(
            "`stable_rate` is {rate}; it must be a yearly change from 0 to below 1. Give a fraction, "
            "e.g. 0.0015 for 0.15 % a year.",
            rate=rate,
        )


def _types(rate: pd.Series, stable_rate: float) -> pd.Series:
    numbers = rate.to_numpy(dtype=float, na_value=np.nan)
    codes = np.select([numbers > stable_rate, numbers < -stable_rate], [0, 2], default=1)
    codes = np.where(np.isnan(numbers), -1, codes)
    return _ordered(codes, TYPES, rate.index)


def _classes(types: pd.Series, severity: pd.Series) -> pd.Series:
    names = [GROWING, STABLE, *(f"{SHRINKING}, {name}" for name in severity.cat.categories[1:])]
    # Shrinking units have lost something, so their severity is one of the classes after the first.
    codes = np.where(types == SHRINKING, severity.cat.codes + 1, types.cat.codes)
    codes = np.where(types.isna(), -1, codes)
    return _ordered(codes, names, types.index)


def _period_rates(figures: pd.DataFrame, dates: Sequence[float]) -> pd.DataFrame:
    rates = {}
    for (one, first), (other, last) in pairwise(zip(figures.columns, dates, strict=True)):
        start = figures[one].astype(float)
        ratio = figures[other].astype(float) / start.where(start > 0)
        rates[f"{first:g}–{last:g}"] = ratio ** (1 / (last - first)) - 1
    return pd.DataFrame(rates, index=figures.index)


def _durations(rates: pd.DataFrame, stable_rate: float) -> pd.Series:
    if rates.shape[1] < _FEWEST_FOR_DURATION - 1:
        codes = np.full(len(rates), -1)
    else:
        shrank = rates.to_numpy() < -stable_rate
        grows = rates.to_numpy()[:, -1] > stable_rate
        cases = [~shrank.any(axis=1), shrank.all(axis=1), grows]
        names = [DURATIONS.index(name) for name in (NEVER, PERSISTENT, RECOVERING)]
        codes = np.select(cases, names, default=DURATIONS.index(EPISODIC))
        codes = np.where(rates.isna().any(axis=1), -1, codes)
    return _ordered(codes, DURATIONS, rates.index)


def _ordered(codes: NDArray[np.int64], names: Sequence[str], index: pd.Index) -> pd.Series:
    kind = pd.CategoricalDtype(list(names), ordered=True)
    return pd.Series(pd.Categorical.from_codes(codes.tolist(), dtype=kind), index=index)


def _require_labels(policies: Mapping[PolicyKey, str], measures: pd.DataFrame) -> None:
    known = (TYPES, tuple(measures["severity"].cat.categories), DURATIONS)
    strange = [
        key
        for key in policies
        if any(part not in names for part, names in zip(_parts(key), known, strict=False))
        or len(_parts(key)) > len(known)
    ]
    if strange:
        raise InputError(
            "`policies` names {strange}, which is no type, or no (type, severity, duration). Types are {types}, "
            "severities {severities}, durations {durations}.",
            strange=listed(strange),
            types=listed(known[0]),
            severities=listed(known[1], most=8),
            durations=listed(known[2]),
        )


def _parts(key: PolicyKey) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else tuple(key)


def _labels(measures: pd.DataFrame, policies: Mapping[PolicyKey, str]) -> pd.Series:
    exact = {_parts(key): label for key, label in policies.items()}

    def label(*parts: object) -> str | None:
        keys = [tuple(map(str, parts[:length])) for length in range(len(parts), 0, -1)]
        return next((exact[key] for key in keys if key in exact), None)

    described = zip(measures["shrinkage_type"], measures["severity"], measures["duration"], strict=True)
    return pd.Series([label(*parts) for parts in described], index=measures.index, dtype="str")


def _class_table(units: pd.DataFrame) -> pd.DataFrame:
    groups = units.groupby("shrinkage_class", observed=False)
    table = groups[["population_start", "population_end", "change"]].sum()
    table.insert(0, "units", groups.size())
    table.insert(1, "units_share", table["units"] / len(units) if len(units) else np.nan)
    if units["duration"].notna().any():
        table = table.join(pd.crosstab(units["shrinkage_class"], units["duration"], dropna=False).rename(columns=str))
    return table
