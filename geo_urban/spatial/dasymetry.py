"""Spread the people of units over the cells of a grid where they are likely to live: no unit gains or loses anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely

from geo_urban.checks import listed, require_columns, require_crs, require_unique_index
from geo_urban.errors import GeometryError, InputError, InsufficientDataError, raise_faults
from geo_urban.figures import figures, group_labels
from geo_urban.spatial._grid_values import declared_nodata, require_grid, with_missing
from geo_urban.spatial._pycnophylactic import smooth as smoothed
from geo_urban.spatial._spread import in_crs_of, pieces_of, spread
from geo_urban.spatial.class_weights import (
    ClassWeights,
    estimate_class_weights,
    pooled_errors,
    spread_errors,
)
from geo_urban.spatial.grid import build_grid, grid_shape, require_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.spatial._spread import Pieces, Spread
    from geo_urban.spatial.grid import GridShape

__all__ = ["DasymetricResult", "dasymetric"]

# Shares of a unit's area that may fall outside the grid: rounding of fractions and coordinates, not land.
_OUTSIDE = 1e-6
_WEIGHTS, _AREA = "weights", "area"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DasymetricResult:
    """People spread over cells, with what placed them and how far that can be trusted.

    Parameters
    ----------
    grid
        People per cell, on the cells of the weight grid. Missing where no unit with a total lies, 0 where one lies but
        nobody is placed. ``attrs["modelled"]`` is true.
    units
        The input's rows and columns, and `placed_by`: ``"weights"``, ``"fallback 1"`` (and so on), ``"area"`` for a
        unit without any cell of weight, spread evenly; missing for one without a total.
    weights
        Weight per km² of each class, with diagnostics where it was estimated (see `ClassWeights`); None for a grid of
        weights.
    errors
        One row per group left out in turn (see `geo_urban.spatial.spread_errors`); None if no groups were named.
    diagnostics
        Numbers about the spread as a whole, see `summary`.
    """

    grid: xr.DataArray
    units: gpd.GeoDataFrame
    weights: pd.DataFrame | None
    errors: pd.DataFrame | None
    diagnostics: Mapping[str, float]

    def summary(self) -> pd.Series:
        """Sum up who was placed, by what, and the error.

        Returns
        -------
        pandas.Series
            `people` in all units; `people_on_grid`, and `largest_difference` of a unit's total and what its cells hold,
            as a share; `units`, `units_without_total` (outside everything); `units_by_fallback` and
            `people_by_fallback`, `units_by_area` and `people_by_area` (no cell of weight in them); `rounds` and
            `last_step` of smoothing (0 without); `misplaced_share`, `misplaced_share_by_area` and
            `prediction_error_share` over all groups left out (missing without groups); and where weights were
            estimated, `r_squared`, `dispersion` and `settled`.
        """
        return pd.Series(dict(self.diagnostics), name="value", dtype=float)


def dasymetric(
    units: gpd.GeoDataFrame,
    *,
    weights: xr.DataArray,
    total: str = "population",
    class_weights: Mapping[int, float] | Literal["estimate"] | None = None,
    classes: Sequence[int] | None = None,
    fallback: Sequence[Sequence[int]] = (),
    smooth: Literal["pycnophylactic"] | None = None,
    by: str | None = None,
    most_rounds: int = 200,
    tolerance: float = 1e-3,
) -> DasymetricResult:
    """Spread each unit's people over its cells in proportion to weights, keeping every unit's total.

    A count for a county says nothing about where in the county people live; a map of land cover or settlement classes
    does, roughly. The result is a model: its totals are counted, its cells are not. Cells that several units share
    receive from each what falls on the unit's part of the cell.

    Parameters
    ----------
    units
        Polygons with a declared CRS, on a unique index; units smaller than a cell are fine. Overlapping units each
        place their own people.
    weights
        Either a grid of weights, whose ``attrs["quantity"]`` says whether a cell holds its whole weight (``"count"``)
        or a weight per km² (``"density"``); or, with `class_weights`, a grid of class numbers. Missing cells weigh
        nothing.
    total
        Column with the people of each unit [persons]. A unit without a figure is left out.
    class_weights
        Weight per km² of each class (a class not named weighs nothing), or ``"estimate"`` to estimate people
        per km² of each class from the units' own totals (`estimate_class_weights`).
    classes
        The classes to estimate; None for all that occur.
    fallback
        Groups of classes to be tried in turn, evenly by area, for units in which no cell weighs anything, before
        the whole unit is used.
    smooth
        ``"pycnophylactic"`` lets the ratio of people to weight run smoothly over the borders of units, else it jumps.
    by
        Column that groups the units, e.g. ``"prefecture"``: each group is left out of the estimate and its total is
        spread over its units, to see how far that misses them.
    most_rounds, tolerance
        Smoothing ends once no cell's ratio of people to weight changes by more than this share of the largest, at the
        latest after `most_rounds`.

    Returns
    -------
    DasymetricResult
        Grid, units, weights, errors, and a summary.

    Raises
    ------
    MissingCRSError
        If the units or the grid have no CRS.
    MissingColumnsError
        If a column is missing.
    InputError
        If a total or weight is negative or infinite, a unit reaches beyond the grid, the grid has more than two
        dimensions or does not say its quantity, or options contradict each other.
    InsufficientDataError
        If no unit has a total, or too few to estimate weights.

    See Also
    --------
    geo_urban.spatial.zonal_stats : The way back, from cells to units.

    Notes
    -----
    A piece of a cell of area a and weight w in unit u receives the share a·w / Σ a·w of u's people, summed over u's
    pieces [2]_; fractions of cells are exact. Every total is kept to rounding (1e-12 or better). Smoothing is
    Tobler's [1]_, applied to people per weighted area: each cell takes the mean of itself and its four neighbours,
    then each unit is corrected by a factor to its total; with equal weights it smooths density itself.

    References
    ----------
    .. [1] Tobler, W. R. (1979). Smooth pycnophylactic interpolation for geographical regions. Journal of the American
       Statistical Association 74 (367), 519–530. doi:10.1080/01621459.1979.10481647
    .. [2] Mennis, J. (2003). Generating surface models of population using dasymetric mapping. The Professional
       Geographer 55 (1), 31–42. doi:10.1111/0033-0124.10042

    Examples
    --------
    A county of two cells of 1 km², one of them built up; nine of its ten people live there by weights of 9 to 1:

    >>> import geopandas as gpd, shapely
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 1000), height=1, width=2, crs=CRS("ESRI:54034"))
    >>> built = build_grid([[9.0, 1.0]], shape, quantity="density")
    >>> county = gpd.GeoDataFrame({"population": [10]}, geometry=[shapely.box(0, 0, 2000, 1000)], crs="ESRI:54034")
    >>> dasymetric(county, weights=built).grid.values.round(6).tolist()
    [[9.0, 1.0]]
    """
    _require_options(class_weights, classes, fallback, smooth)
    if isinstance(class_weights, Mapping):
        _require_codes(class_weights, argument="class_weights")
    if most_rounds < 1 or not tolerance >= 0:
        raise InputError(
            "`most_rounds` = {rounds} and `tolerance` = {tolerance}: smoothing needs a round at least, and a share of "
            "0 or more to end at. Leave them out for 200 and 0.001.",
            rounds=most_rounds,
            tolerance=tolerance,
        )
    shape = _plane_shape(weights)
    counted = _counted_units(units, total)
    pieces = _covered_pieces(weights, shape, counted)
    stored = with_missing(weights.to_numpy(), declared_nodata(weights))
    values = np.asarray(stored, dtype=float).ravel()[pieces.cell]
    people = counted[total].to_numpy(dtype=float, na_value=np.nan)
    groups = None if by is None else group_labels(counted, by, argument="units")
    basis = _basis(weights, values, pieces, class_weights, classes, counted[total], groups)
    placed = spread(pieces, people, [basis.weight, *(np.isin(values, group).astype(float) for group in fallback)])
    on_pieces, rounds, step = placed.people, 0, 0.0
    if smooth is not None:
        result = smoothed(
            pieces,
            placed.people,
            placed.weighted_area,
            size=(shape.height, shape.width),
            most_rounds=most_rounds,
            tolerance=tolerance,
        )
        on_pieces, rounds, step = result.people, result.rounds, result.last_step
    summary = _totals(pieces, people, on_pieces) | _placing(placed, people, len(fallback))
    summary |= {"units_without_total": float(len(units) - len(counted))}
    summary |= {"rounds": float(rounds), "last_step": step} | basis.diagnostics
    return DasymetricResult(
        grid=_grid(pieces, on_pieces, shape),
        units=units.assign(placed_by=_placed_by(placed, counted.index, len(fallback)).reindex(units.index)),
        weights=basis.table,
        errors=basis.errors,
        diagnostics=summary,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Basis:
    """Weight per km² of each piece, and what is known about the weights."""

    weight: NDArray[np.float64]
    table: pd.DataFrame | None
    errors: pd.DataFrame | None
    diagnostics: dict[str, float]


def _basis(
    grid: xr.DataArray,
    values: NDArray[np.float64],
    pieces: Pieces,
    class_weights: Mapping[int, float] | str | None,
    classes: Sequence[int] | None,
    total: pd.Series,
    groups: pd.Series | None,
) -> _Basis:
    if class_weights == "estimate":
        estimate = _estimate(values, pieces, classes, total, groups)
        names = ("misplaced_share", "misplaced_share_by_area", "prediction_error_share")
        kept = (*names, "r_squared", "dispersion", "settled")
        return _Basis(
            weight=_of_classes(values, dict(zip(estimate.table.index, estimate.weights, strict=True))),
            table=estimate.table,
            errors=estimate.errors,
            diagnostics={name: estimate.diagnostics[name] for name in kept},
        )
    if class_weights is None:
        weight, table = _of_cells(grid, values, pieces), None
    else:
        named = {int(key): float(value) for key, value in dict(class_weights).items()}  # type: ignore[arg-type]
        _require_weights(np.array(list(named.values())), argument="class_weights", missing=False)
        weight, table = _of_classes(values, named), pd.Series(named, name="weight").rename_axis("class").to_frame()
    errors = None
    if groups is not None:
        expected, area = pieces.sum_by_unit(weight * pieces.area_km2), pieces.sum_by_unit(pieces.area_km2)
        errors = spread_errors(expected, total.to_numpy(dtype=float), area, groups.to_numpy())
        errors["prediction_error"] = np.nan  # given weights rank places; they do not say how many people there are
    return _Basis(weight=weight, table=table, errors=errors, diagnostics=pooled_errors(errors))


def _estimate(
    values: NDArray[np.float64],
    pieces: Pieces,
    classes: Sequence[int] | None,
    total: pd.Series,
    groups: pd.Series | None,
) -> ClassWeights:
    known = np.unique(values[np.isfinite(values)]) if classes is None else np.asarray(classes)
    _require_codes(known, argument="weights" if classes is None else "classes")
    sums = {int(each): pieces.sum_by_unit(pieces.area_km2 * (values == each)) for each in known}
    areas = pd.DataFrame(sums, index=total.index).rename_axis(columns="class")
    whole = pd.Series(pieces.sum_by_unit(pieces.area_km2), index=total.index)
    return estimate_class_weights(areas, total, groups=groups, unit_area=whole)


def _of_classes(values: NDArray[np.float64], weights: Mapping[int, float]) -> NDArray[np.float64]:
    weight = np.zeros(len(values))
    for each, of_class in weights.items():
        weight[values == each] = of_class
    return weight


def _of_cells(grid: xr.DataArray, values: NDArray[np.float64], pieces: Pieces) -> NDArray[np.float64]:
    _require_weights(values, argument="weights")
    weight = np.nan_to_num(values)
    if require_quantity(grid, argument="weights") == "density":
        return weight
    return weight * np.divide(pieces.fraction, pieces.area_km2, out=np.zeros(len(weight)), where=pieces.area_km2 > 0)


def _grid(pieces: Pieces, people: NDArray[np.float64], shape: GridShape) -> xr.DataArray:
    size = shape.height * shape.width
    cells = np.bincount(pieces.cell, weights=people, minlength=size)
    cells[np.bincount(pieces.cell, minlength=size) == 0] = np.nan
    return build_grid(cells.reshape(shape.height, shape.width), shape, quantity="count", modelled=True)


def _totals(pieces: Pieces, people: NDArray[np.float64], on_pieces: NDArray[np.float64]) -> dict[str, float]:
    held = pieces.sum_by_unit(on_pieces)
    share = np.divide(np.abs(held - people), people, out=np.abs(held), where=people > 0)
    return {
        "people": float(people.sum()),
        "people_on_grid": float(on_pieces.sum()),
        "largest_difference": float(share.max()),
        "units": float(pieces.units),
    }


def _placing(placed: Spread, people: NDArray[np.float64], fallbacks: int) -> dict[str, float]:
    by_fallback = (placed.stage > 0) & (placed.stage <= fallbacks)
    by_area = placed.stage > fallbacks
    return {
        "units_by_fallback": float(by_fallback.sum()),
        "people_by_fallback": float(people[by_fallback].sum()),
        "units_by_area": float(by_area.sum()),
        "people_by_area": float(people[by_area].sum()),
    }


def _placed_by(placed: Spread, index: pd.Index, fallbacks: int) -> pd.Series:
    names = [_WEIGHTS, *(f"fallback {number}" for number in range(1, fallbacks + 1)), _AREA]
    return pd.Series(np.array(names, dtype=object)[placed.stage], index=index, dtype="str")


def _covered_pieces(grid: xr.DataArray, shape: GridShape, units: gpd.GeoDataFrame) -> Pieces:
    # In the plane of the grid, be its unit the metre or the degree: shares of cells are shares there.
    placed = in_crs_of(shape, units)
    whole = shapely.area(placed.geometry.to_numpy())
    pieces = pieces_of(grid, shape, placed)
    covered = pieces.sum_by_unit(pieces.fraction) * abs(shape.transform.a * shape.transform.e)
    beyond = (covered < whole * (1 - _OUTSIDE)) | (covered == 0)
    if beyond.any():
        raise InputError(
            "{units} of `units` reach beyond the grid `weights`, so all of their people would be put on the part "
            "inside. Pass a grid that covers them, or only units inside it.",
            units=listed(units.index[beyond]),
        )
    return pieces


def _counted_units(units: gpd.GeoDataFrame, total: str) -> gpd.GeoDataFrame:
    require_columns(units, [total], argument="units")
    require_crs(units, argument="units")
    require_unique_index(units, argument="units")
    people = figures(units[total], argument=f'units["{total}"]')
    known = people.notna()
    if not known.any():
        raise InsufficientDataError(
            "no unit has a figure in {column}, so there is nobody to place. Name the column with the people, "
            'e.g. `total="population_2020"`.',
            column=total,
        )
    counted = units[known]
    empty = counted.geometry.isna() | counted.geometry.is_empty
    if empty.any():
        raise GeometryError(
            "{units} of `units` have people but no geometry, so there is nowhere to place them. "
            "Join their boundaries, or leave them out, e.g. `units[units.geometry.notna()]`.",
            units=listed(counted.index[empty]),
        )
    return counted


def _plane_shape(weights: xr.DataArray) -> GridShape:
    shape = grid_shape(require_grid(weights, argument="weights"), argument="weights")
    if weights.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise InputError(
            "`weights` has the dimensions {found}; people are spread by one grid of rows and columns. "
            "Choose one, e.g. `weights.isel({extra}=0)`.",
            found=listed(weights.dims),
            extra=str(weights.dims[0]),
        )
    return shape


def _require_weights(values: NDArray[np.float64], *, argument: str, missing: bool = True) -> None:
    wrong = (values < 0) | np.isinf(values) | (np.isnan(values) & (not missing))
    if wrong.any():
        raise InputError(
            "`{argument}` holds {values}; a weight below zero would take people away. Set such cells to 0 or missing.",
            argument=argument,
            values=listed(np.unique(values[wrong])),
        )


def _require_codes(codes: Iterable[object], *, argument: str) -> None:
    wrong = [code for code in codes if not (isinstance(code, Real) and float(code).is_integer())]
    if wrong:
        raise InputError(
            "`{argument}` holds {values}; classes go by whole numbers. Number them, or pass the grid as weights, "
            "without `class_weights`.",
            argument=argument,
            values=listed(wrong),
        )


def _require_options(class_weights: object, classes: object, fallback: Sequence[Sequence[int]], smooth: object) -> None:
    faults: list[InputError] = []
    if smooth not in {None, "pycnophylactic"}:
        faults.append(
            InputError(
                '`smooth` is {smooth}; it can be "pycnophylactic", or None for no smoothing.', smooth=repr(smooth)
            )
        )
    if isinstance(class_weights, str) and class_weights != "estimate":
        faults.append(
            InputError(
                "`class_weights` is {given}; pass a weight for each class, e.g. `{{30: 5000, 21: 200}}`, "
                'or "estimate".',
                given=repr(class_weights),
            )
        )
    if classes is not None and class_weights != "estimate":
        faults.append(InputError('`classes` says which weights to estimate; pass it with `class_weights="estimate"`.'))
    if fallback and class_weights is None:
        faults.append(
            InputError("`fallback` names classes, but `weights` is a grid of weights. Pass `class_weights` too.")
        )
    raise_faults(faults)
