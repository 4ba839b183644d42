"""How firm a cluster is: the same test under other neighbors, permutations, limits and units."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_unique_index
from geo_urban.errors import InputError
from geo_urban.exploring import Explorable
from geo_urban.shrinkage._significance import seed_number
from geo_urban.shrinkage.local_association import local_getis_ord, local_moran
from geo_urban.shrinkage.merged_units import group_means, merged_graph, net_of_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from libpysal.graph import Graph
    from numpy.typing import NDArray

    from geo_urban.presentation import Presentation
    from geo_urban.shrinkage._significance import Alternative

__all__ = ["LocalTest", "SensitivityResult", "sensitivity"]

LocalTest: TypeAlias = Literal["local_moran", "local_getis_ord"]
"""Local statistics whose sensitivity can be measured."""

NOT_SIGNIFICANT = "not significant"
ISOLATE = "isolate"
_KINDS: dict[LocalTest, tuple[str, ...]] = {
    "local_moran": ("high-high", "low-low", "low-high", "high-low"),
    "local_getis_ord": ("hot", "cold"),
}


class _Setting(NamedTuple):
    """One way to make the test."""

    graph: str
    permutations: int
    level: float
    merged: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensitivityResult(Explorable):
    """Each unit's category under the main setting, and how often it holds under others.

    Parameters
    ----------
    units
        The given frame's rows and columns, and: `value`, `category` (main setting, false discoveries controlled),
        `firmness` (share of all settings, the main one included, that give the same category; settings in which the
        unit is an isolate do not count; missing for isolates and units without a value), `usual_category` (the one
        that most settings give; the main one's if as many), and where `net_of` is given `value_net` and
        `category_net`, the main test on values net of the group's mean.
    categories
        One row per unit and one column per setting, numbered from 0, the main one.
    settings
        One row per setting: `graph`, `permutations`, `level`, `merged` (empty: the units themselves), `units` (that
        took part), `moran` (Moran's I where local Moran was tested), one column per category with its units, and
        `agreement` (share of the units with a category in both that have the same as in the main setting).
    test
        Which local statistic.
    alternative, false_discoveries, seed
        As asked; the seed gives the same result again.
    """

    units: pd.DataFrame
    categories: pd.DataFrame
    settings: pd.DataFrame
    test: LocalTest
    alternative: str
    false_discoveries: bool
    seed: int

    def summary(self) -> pd.DataFrame:
        """Return how firm each category is.

        Returns
        -------
        pandas.DataFrame
            One row per category of the main setting: `units`, `firmness` (mean), `always` (units that keep it in every
            setting), `net` (units that keep it net of their group's mean; only if that was asked for).
        """
        names = [*_KINDS[self.test], NOT_SIGNIFICANT]
        groups = {name: self.units[self.units["category"] == name] for name in names}
        table = pd.DataFrame(
            {
                "units": {name: len(group) for name, group in groups.items()},
                "firmness": {name: group["firmness"].mean() for name, group in groups.items()},
                "always": {name: int((group["firmness"] == 1).sum()) for name, group in groups.items()},
            }
        ).rename_axis("category")
        if "category_net" in self.units:
            table["net"] = [int((group["category_net"] == name).sum()) for name, group in groups.items()]
        return table

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the figures come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by category with its firmness, and by category net of the group's mean where asked for.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show_firmness import sensitivity_presentation

        return sensitivity_presentation(self, source=source)


def sensitivity(
    values: pd.Series,
    graphs: Mapping[str, Graph],
    *,
    test: LocalTest = "local_moran",
    permutations: Sequence[int] = (9999, 999),
    levels: Sequence[float] = (0.05, 0.01),
    merged: Mapping[str, pd.Series] | None = None,
    weights: pd.Series | None = None,
    net_of: pd.Series | None = None,
    alternative: Alternative = "two-sided",
    false_discoveries: bool = True,
    seed: int | np.random.Generator | None = None,
    units: pd.DataFrame | None = None,
) -> SensitivityResult:
    """Ask which clusters hold under other neighbors, permutations, limits and units.

    The main setting is fixed beforehand: the first graph, the first number of permutations, the first level. The others
    tell how much hangs on that choice; picking the nicest of them is not a test.

    Parameters
    ----------
    values
        One figure per unit, e.g. `change_share`, unique index as in the graphs; missing is left out.
    graphs
        Graphs by name, the main one first, e.g. ``{"queen": contiguity_graph(units), "six nearest": …}``.
    test
        ``"local_moran"`` or ``"local_getis_ord"`` (Gi*).
    permutations
        Numbers of random surroundings, the main one first.
    levels
        Levels, or false-discovery rates, up to which a unit has a category; the main one first.
    merged
        Larger units by name: for each unit the one it belongs to, e.g. ``{"prefecture": units["prefecture"]}``. The
        test is made on them (weighted means, neighbors if any members are) with the main graph, and each unit takes
        the category of its larger one: the modifiable areal unit check.
    weights
        Weights of the means, e.g. residents at the start for a share of them; None for equal ones.
    net_of
        Group of each unit, e.g. its province, to test the difference from the group's mean as well. It is another
        question, so it does not count in the firmness.
    alternative
        As in `local_moran`.
    false_discoveries
        Whether p is adjusted for the number of units (Benjamini and Hochberg) in all settings.
    seed
        As in `local_moran`; the same for all settings.
    units
        Frame with geometry and names on the same index, to be kept beside the measures.

    Returns
    -------
    SensitivityResult
        Category and firmness per unit, one row per setting, and `layers` that map both.

    Raises
    ------
    InputError
        If there is no graph, a list of settings is empty, values, groups or weights cannot be used, or units differ.
    InsufficientDataError
        If values are all alike, or too few units have a neighbor.

    Warns
    -----
    GeoUrbanWarning
        If the main setting has too few permutations for its false-discovery rate.

    Notes
    -----
    All graphs × permutations × levels, and merged units × levels with the main graph and permutations; one test per
    graph and number of permutations serves all levels. firmness = settings with the main category / settings with any.
    It is no probability: settings are not drawn from anything, and resemble each other.

    References
    ----------
    Openshaw, S. (1984). The Modifiable Areal Unit Problem. Geo Books.

    Examples
    --------
    Two low and two high counties in a row, in two prefectures: too few for any cluster, whatever the setting.

    >>> from libpysal.graph import Graph
    >>> row = Graph.from_arrays([*"abbccd"], [*"bacbdc"], [1] * 6)
    >>> values = pd.Series({"a": 1.0, "b": 2.0, "c": 8.0, "d": 9.0})
    >>> result = sensitivity(values, {"row": row}, permutations=[999, 99], seed=1)
    >>> result.units["category"].tolist(), float(result.units["firmness"].min())
    (['not significant', 'not significant', 'not significant', 'not significant'], 1.0)
    """
    _require_settings(graphs, test, permutations, levels)
    frame = _frame(values, units)
    number = seed_number(seed)
    main = next(iter(graphs))
    runs = {
        (graph, count, ""): _run(values, graphs[graph], test, count, alternative, number, main=not order)
        for order, (graph, count) in enumerate(product(graphs, permutations))
    }
    for name, groups in (merged or {}).items():
        runs[main, permutations[0], name] = _merged_run(
            values, graphs[main], groups, weights, (test, permutations[0], alternative, number)
        )
    settings, columns = _settings_of(runs, levels, adjusted=false_discoveries)
    categories = pd.DataFrame(dict(enumerate(columns)), index=values.index)
    table = _settings_table(settings, categories, runs, test)
    measures = {"value": values.astype(float), "category": categories[0]}
    measures |= _firmness(categories, [*_KINDS[test], NOT_SIGNIFICANT])
    if net_of is not None:
        net = net_of_groups(values, net_of, weights=weights)
        run = _run(net, graphs[main], test, permutations[0], alternative, number, main=False)
        measures |= {"value_net": net, "category_net": _categories(run, levels[0], adjusted=false_discoveries)}
    kept = frame.drop(columns=[column for column in measures if column in frame.columns])
    return SensitivityResult(
        units=kept.assign(**measures),
        categories=categories,
        settings=table,
        test=test,
        alternative=alternative,
        false_discoveries=false_discoveries,
        seed=number,
    )


def _require_settings(
    graphs: Mapping[str, Graph], test: str, permutations: Sequence[int], levels: Sequence[float]
) -> None:
    if test not in get_args(LocalTest):
        raise InputError(
            "`{argument}` is {value!r}; it must be one of {known}.",
            argument="test",
            value=test,
            known=listed(get_args(LocalTest)),
        )
    empty = [
        name
        for name, given in (("graphs", graphs), ("permutations", permutations), ("levels", levels))
        if len(given) == 0
    ]
    if empty:
        raise InputError(
            "{names} is empty, so there is no setting to test. Give at least the main one.", names=listed(empty)
        )
    wrong = [level for level in levels if not 0 < level < 1]
    if wrong:
        raise InputError("`{name}` is {value}; it must lie between 0 and 1, e.g. 0.05.", name="levels", value=wrong[0])


def _frame(values: pd.Series, units: pd.DataFrame | None) -> pd.DataFrame:
    if units is None:
        return pd.DataFrame(index=values.index)
    require_unique_index(units, argument="units")
    if len(values.index.symmetric_difference(units.index)):
        raise InputError(
            "`units` and `values` describe different units ({codes} stand in one only, or twice), so measures cannot "
            "be put beside them. Give the frame that the values come from.",
            codes=listed(values.index.symmetric_difference(units.index)),
        )
    return units.reindex(values.index)


def _run(
    values: pd.Series,
    graph: Graph,
    test: LocalTest,
    permutations: int,
    alternative: Alternative,
    seed: int,
    *,
    main: bool,
) -> pd.DataFrame:
    """Return kind, p, adjusted p and local statistic of each unit; isolates have the kind ``"isolate"``."""
    made = local_moran if test == "local_moran" else local_getis_ord
    with warnings.catch_warnings():
        if not main:
            warnings.simplefilter("ignore")
        units = made(values, graph, permutations=permutations, alternative=alternative, seed=seed).units
    if test == "local_moran":
        kind = units["quadrant"].astype(object)
    else:
        kind = pd.Series(np.where(units["z"] >= 0, "hot", "cold"), index=units.index, dtype=object)
    kind = kind.mask(units["p"].isna(), None).mask(units["category"] == ISOLATE, ISOLATE)
    return pd.DataFrame({"kind": kind, "p": units["p"], "p_fdr": units["p_fdr"], "statistic": units["statistic"]})


def _merged_run(
    values: pd.Series,
    graph: Graph,
    groups: pd.Series,
    weights: pd.Series | None,
    how: tuple[LocalTest, int, Alternative, int],
) -> pd.DataFrame:
    means = group_means(values, groups, weights=weights)
    labels = groups.reindex(values.index)
    test, permutations, alternative, seed = how
    larger = _run(means, merged_graph(graph, labels), test, permutations, alternative, seed, main=False)
    run = larger.reindex(labels).set_axis(values.index)
    run[values.isna()] = None
    return run.assign(group=labels)


def _settings_of(
    runs: Mapping[tuple[str, int, str], pd.DataFrame], levels: Sequence[float], *, adjusted: bool
) -> tuple[list[_Setting], list[pd.Series]]:
    settings, columns = [], []
    for level, ((graph, permutations, merged), run) in product(levels, runs.items()):
        settings.append(_Setting(graph, permutations, float(level), merged))
        columns.append(_categories(run, level, adjusted=adjusted))
    return settings, columns


def _categories(run: pd.DataFrame, level: float, *, adjusted: bool) -> pd.Series:
    p = run["p_fdr" if adjusted else "p"].astype(float)
    kept = (p <= level) | run["kind"].isna() | (run["kind"] == ISOLATE)
    return run["kind"].where(kept, NOT_SIGNIFICANT).rename("category")


def _numbered(categories: pd.DataFrame, names: Sequence[str]) -> NDArray[np.int8]:
    """Return the number of each category among the names, units by settings; -1 for isolates and missing ones."""
    table = categories.to_numpy(dtype=object)
    numbers = np.full(table.shape, -1, dtype=np.int8)
    for number, name in enumerate(names):
        numbers[table == name] = number
    return numbers


def _firmness(categories: pd.DataFrame, names: Sequence[str]) -> dict[str, pd.Series]:
    numbers = _numbered(categories, names)
    main, settings = numbers[:, :1], np.maximum((numbers >= 0).sum(axis=1), 1)
    held = np.stack([(numbers == number).sum(axis=1) for number in range(len(names))], axis=1)
    share = np.where(main[:, 0] >= 0, np.take_along_axis(held, main.astype(np.int64), axis=1)[:, 0] / settings, np.nan)
    # The main setting's own category counts a hair more, so that it stays where as many give another.
    own = np.arange(len(names)) == main
    usual = np.array([*names], dtype=object)[np.argmax(held + 0.5 * own, axis=1)]
    usual[(numbers < 0).all(axis=1)] = None
    index = categories.index
    return {"firmness": pd.Series(share, index=index), "usual_category": pd.Series(usual, index=index, dtype=object)}


def _settings_table(
    settings: Sequence[_Setting],
    categories: pd.DataFrame,
    runs: Mapping[tuple[str, int, str], pd.DataFrame],
    test: LocalTest,
) -> pd.DataFrame:
    names = [*_KINDS[test], NOT_SIGNIFICANT]
    numbers = _numbered(categories, names)
    counts = {name: (numbers == number).sum(axis=0) for number, name in enumerate(names)}
    counts[ISOLATE] = (categories.to_numpy(dtype=object) == ISOLATE).sum(axis=0)
    shared = (numbers >= 0) & (numbers[:, :1] >= 0)
    alike = ((numbers == numbers[:, :1]) & shared).sum(axis=0) / np.where(
        shared.any(axis=0), shared.sum(axis=0), np.nan
    )
    taken: list[dict[str, float]] = []
    for setting in settings:
        run = runs[setting.graph, setting.permutations, setting.merged]
        own = run.drop_duplicates("group") if setting.merged else run
        part = own["p"].notna()
        moran = float(own.loc[part, "statistic"].astype(float).mean()) if test == "local_moran" else np.nan
        taken.append({"units": int(part.sum()), "moran": moran})
    described = [{**setting._asdict(), **part} for setting, part in zip(settings, taken, strict=True)]
    return pd.DataFrame(described).assign(**counts, agreement=alike).rename_axis("setting")
