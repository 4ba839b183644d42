"""Whether clusters are those of places or of the units that cut them: one figure on smaller, larger and equal units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_urban.checks import listed, require_columns, require_crs
from geo_urban.errors import GeometryError, InputError
from geo_urban.exploring import Explorable
from geo_urban.shrinkage._significance import seed_number
from geo_urban.shrinkage.autocorrelation import moran
from geo_urban.shrinkage.local_association import local_moran

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from libpysal.graph import Graph

    from geo_urban.presentation import Presentation

__all__ = ["ScaleResult", "scale_check"]

LOSS, GROWTH = "low-low", "high-high"
ISOLATE = "isolate"
EQUAL_AREA = "EPSG:6933"
SQUARE_METRES = 1_000_000.0  # in a km²
ENOUGH = 9999  # permutations for one statistic of all units, which no rate of false discoveries bears on
_CLUSTERS = {"loss_cluster": LOSS, "growth_cluster": GROWTH}


class _Test(NamedTuple):
    """What is tested at every level, and how."""

    value: str
    people: str | None
    permutations: int
    fdr: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaleResult(Explorable):
    """One figure on units of several sizes.

    Parameters
    ----------
    table
        One row per level: `units` (with a value and a neighbor), `mean_area_km2`, `deviation` (standard deviation of
        the value), `losing_share` (share of units below zero), `moran` (Moran's I), `z`, `p` (two-sided, by
        permutation), `loss_cluster` and `growth_cluster` (units, false discoveries held), `loss_people_share` (share of
        people who live in clusters of loss), `agreement_share` (share of the first level's units with the same category
        here, at a point inside them). Missing where the level inherits its value: there is no test.
    levels
        By name, the units of each level with `value`, `category_fdr` and `p_fdr`; without the last two where inherited.
    value
        Column that was tested.
    inherited
        Levels whose value is that of larger units.
    permutations, fdr, seed
        As asked; the seed gives the same result again.
    """

    table: pd.DataFrame
    levels: Mapping[str, gpd.GeoDataFrame]
    value: str
    inherited: frozenset[str]
    permutations: int
    fdr: float
    seed: int

    @property
    def units(self) -> gpd.GeoDataFrame:
        """The units of the first level."""
        return next(iter(self.levels.values()))

    def summary(self) -> pd.DataFrame:
        """Return one row per level, see `table`."""
        return self.table

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        source
            Where the figures come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer per level that was tested, by category.
        """
        from geo_urban.shrinkage._show_scales import scale_presentation

        return scale_presentation(self, source=source)


def scale_check(
    levels: Mapping[str, gpd.GeoDataFrame],
    *,
    value: str,
    people: str | None = None,
    inherited: Collection[str] = (),
    permutations: int = 9999,
    fdr: float = 0.05,
    seed: int | np.random.Generator | None = None,
) -> ScaleResult:
    """Test one figure for clusters on units of several sizes: the modifiable areal unit problem, measured.

    The same people counted by county, by prefecture or by square cells give other means, another spread and other
    clusters. What holds on all is more than a picture of the units.

    Parameters
    ----------
    levels
        Units by name, the main ones first, e.g. ``{"counties": …, "prefectures": …, "10 km cells": …}``: polygons in a
        declared CRS on a unique index, with the column `value`.
    value
        Column to test, made at each level from counts of that level (a share of summed residents, not a mean of
        shares); missing is left out.
    people
        Column with people who live there, for the share of them in clusters of loss; None counts none.
    inherited
        Names of levels whose value is that of the larger units they lie in, as of cells of a modelled grid. They
        repeat it, so I is high by construction, a test would count one figure many times, and none is made.
    permutations
        Random surroundings of each unit; Moran's I of all is compared with 9,999 at most.
    fdr
        Rate of false discoveries.
    seed
        As in `local_moran`; the same for all levels.

    Returns
    -------
    ScaleResult
        One row per level, the units of each, and `layers` that map them.

    Raises
    ------
    InputError
        If there is no level, a level is named in `inherited` and not there, or a column is missing.
    GeometryError
        If a level has no polygons.
    MissingCRSError
        If a level does not say its CRS.
    InsufficientDataError
        If a level has too few units, or its values are all alike.

    Warns
    -----
    GeoUrbanWarning
        If a level has too few permutations for its false-discovery rate.

    Notes
    -----
    Neighbors share a point of their border (queen) at every level. I of levels can be compared as numbers, not as
    strength: larger units average differences away, and their neighbors are farther apart.

    References
    ----------
    Openshaw, S. (1984). The Modifiable Areal Unit Problem. Geo Books.
    Gehlke, C. E., Biehl, K. (1934). Journal of the American Statistical Association 29, 169–170.
    doi:10.2307/2277827

    Examples
    --------
    Sixteen squares that fall from west to east, and the four blocks of four that they make: blocks differ less.

    >>> import shapely
    >>> small = gpd.GeoDataFrame({"x": [0.0, 1.0, 2.0, 3.0] * 4}, crs=3857,
    ...     geometry=[shapely.box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)])
    >>> large = gpd.GeoDataFrame({"x": [0.5, 2.5] * 2}, crs=3857,
    ...     geometry=[shapely.box(x, y, x + 2, y + 2) for y in (0, 2) for x in (0, 2)])
    >>> table = scale_check({"small": small, "large": large}, value="x", permutations=999, seed=1).table
    >>> table["deviation"].round(3).tolist()
    [1.118, 1.0]
    """
    from geo_urban.spatial import contiguity_graph

    _require_levels(levels, value, people, inherited)
    number = seed_number(seed)
    test = _Test(value, people, permutations, fdr, number)
    tested: dict[str, gpd.GeoDataFrame] = {}
    rows: dict[str, dict[str, float]] = {}
    for name, units in levels.items():
        graph = contiguity_graph(units)
        tested[name] = units if name in inherited else _tested(units, graph, test)
        rows[name] = _facts(units, graph, test, permutations=0 if name in inherited else permutations)
        if name not in inherited:
            rows[name] |= _clusters(tested[name], next(iter(tested.values())), people)
    return ScaleResult(
        table=pd.DataFrame(rows).T.astype(dict.fromkeys(["units", *_CLUSTERS], "Int64")).rename_axis("scale"),
        levels=tested,
        value=value,
        inherited=frozenset(inherited),
        permutations=permutations,
        fdr=fdr,
        seed=number,
    )


def _require_levels(
    levels: Mapping[str, gpd.GeoDataFrame], value: str, people: str | None, inherited: Collection[str]
) -> None:
    if not levels:
        raise InputError(
            "{names} is empty, so there is no setting to test. Give at least the main one.", names="levels"
        )
    stray = [name for name in inherited if name not in levels]
    if stray or next(iter(levels)) in inherited:
        raise InputError(
            "`inherited` names {names}; it must name levels that are there ({known}), and not the first, which the "
            "others are compared with.",
            names=listed(stray or [next(iter(levels))]),
            known=listed(levels),
        )
    for name, units in levels.items():
        if not isinstance(units, gpd.GeoDataFrame):
            raise GeometryError(
                "`{argument}` is a {kind}; neighbors are found by geometry. Read it with its boundaries, e.g. "
                "`geo_urban.io.read_boundaries(path)`.",
                argument=f"levels[{name!r}]",
                kind=type(units).__name__,
            )
        require_columns(units, [value, *([people] if people else [])], argument=f"levels[{name!r}]")
        require_crs(units, argument=f"levels[{name!r}]")


def _tested(units: gpd.GeoDataFrame, graph: Graph, test: _Test) -> gpd.GeoDataFrame:
    found = local_moran(units[test.value], graph, permutations=test.permutations, fdr=test.fdr, seed=test.seed).units
    kept = {name: found[name] for name in ("category_fdr", "p_fdr")}
    return gpd.GeoDataFrame(units.assign(value=units[test.value], **kept))


def _facts(units: gpd.GeoDataFrame, graph: Graph, test: _Test, *, permutations: int) -> dict[str, float]:
    """Return the facts of a level; without permutations there is no test."""
    overall = moran(units[test.value], graph, permutations=min(permutations, ENOUGH), seed=test.seed)
    known = units[test.value].dropna()
    facts = {
        "units": overall.n,
        "mean_area_km2": float(units.geometry.to_crs(EQUAL_AREA).area.mean() / SQUARE_METRES),
        "deviation": float(known.std(ddof=0)),
        "losing_share": float((known < 0).mean()),
        "moran": overall.statistic,
    }
    return facts | ({"z": overall.z, "p": overall.p} if permutations else {})


def _clusters(units: gpd.GeoDataFrame, main: gpd.GeoDataFrame, people: str | None) -> dict[str, float]:
    category = units["category_fdr"].astype(object)
    facts: dict[str, float] = {name: int((category == kind).sum()) for name, kind in _CLUSTERS.items()}
    if people is not None:
        facts["loss_people_share"] = float(units.loc[category == LOSS, people].sum() / units[people].sum())
    return facts | {"agreement_share": _agreement(main, units)}


def _agreement(main: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> float:
    """Return the share of the main units that have the same category here, at a point inside them."""
    points = gpd.GeoDataFrame(
        {"own": main["category_fdr"].astype(object).to_numpy()},
        geometry=main.geometry.representative_point().to_numpy(),
        crs=main.crs,
    ).to_crs(units.crs)
    here = gpd.GeoDataFrame({"there": units["category_fdr"].astype(object)}, geometry=units.geometry)
    met = gpd.sjoin(points, here, predicate="within").groupby(level=0).first()
    both = met[met["own"].notna() & met["there"].notna() & (met["own"] != ISOLATE) & (met["there"] != ISOLATE)]
    return float((both["own"] == both["there"]).mean()) if len(both) else np.nan
