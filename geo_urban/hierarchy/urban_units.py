"""Counties, towns or districts classed by the settlement classes their people live in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, CRSMismatchError, InputError
from geo_urban.hierarchy._urban_inputs import same_cells
from geo_urban.hierarchy.urban_thresholds import RULES, Rules
from geo_urban.spatial import cell_fractions
from geo_urban.spatial.grid import CLASS, cell_areas, grid_shape, require_quantity

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.hierarchy.urban_classes import Level
    from geo_urban.spatial.grid import GridShape

__all__ = ["UNIT_CLASSES", "classify_units", "level_of"]

UNIT_CLASSES: dict[int, dict[int, str]] = {
    1: {3: "city", 2: "town or semi-dense area", 1: "rural area"},
    2: {
        30: "city",
        23: "dense town",
        22: "semi-dense town",
        21: "suburban or peri-urban area",
        13: "village",
        12: "dispersed rural area",
        11: "mostly uninhabited area",
    },
}
"""Classes of units at each level, densest first."""

_SHARES: dict[int, dict[str, tuple[int, ...]]] = {
    1: {
        "urban_centre_share": (3,),
        "urban_cluster_share": (2,),
        "rural_share": (1,),
        "water_share": (0,),
    },
    2: {
        "urban_centre_share": (30,),
        "dense_urban_cluster_share": (23,),
        "semi_dense_urban_cluster_share": (22,),
        "suburban_share": (21,),
        "rural_cluster_share": (13,),
        "low_density_rural_share": (12,),
        "very_low_density_rural_share": (11,),
        "water_share": (10,),
    },
}
_WATER = (0, 10)
_HALF = 0.5
# Shares of people are sums of products, so a half may come out a rounding below or above itself.
_ROUNDING = 1e-9


def classify_units(
    grid_classes: xr.DataArray,
    population: xr.DataArray,
    units: gpd.GeoDataFrame,
    *,
    level: Level = 2,
    rules: Rules = "2024",
) -> pd.DataFrame:
    """Class units by where their people live: cities, towns, suburbs, villages.

    Parameters
    ----------
    grid_classes
        Classes of cells, from `degree_of_urbanisation` or read from a file (``quantity="class"``).
    population
        People per cell (or per km²) on the same cells, or on finer or coarser ones in the same CRS: each of its cells
        has the class at its centre.
    units
        Polygons with a unique index, in any declared CRS.
    level
        Level of the units' classes, 1 or 2. A grid of level 2 serves both.
    rules
        ``"2024"`` or ``"2021"``: how level 2 is decided.

    Returns
    -------
    pandas.DataFrame
        On the index of `units`: `population` (persons in the unit), one share per class of cells (of its people;
        of its land where nobody lives there), `class` (code, missing where no land lies in the unit), `class_name`,
        and `classed_by` (``"people"`` or ``"land"``).

    Raises
    ------
    InputError
        If `grid_classes` holds no classes, or of another level; if `population` does not say its quantity.
    CRSMismatchError
        If the grids are in different CRS.
    AlignmentError
        If the population grid reaches beyond the classes.

    Warns
    -----
    GeoUrbanWarning
        If the units were reprojected.

    Notes
    -----
    Cells count by the exact share of their area in the unit. Level 1: city if at least half of the people live in
    centres; else rural if more than half live in rural cells; else town. Level 2, rules of 2024: within towns, dense if
    centres and dense clusters hold at least half, suburban if suburban and rural cells do, else semi-dense; within
    rural areas, village if centres, clusters and rural clusters hold at least half, uninhabited if very-low-density
    cells do, else dispersed. Rules of 2021: within towns, suburban unless dense and semi-dense clusters together hold
    more than suburban cells, then the larger of the two; within rural areas the largest of the three; ties go to the
    denser.

    References
    ----------
    Eurostat, Applying the degree of urbanisation: a methodological manual (2021; level 2 revised in July 2024).
    doi:10.2785/706535

    Examples
    --------
    Two of three cells are a centre with 900 people; the third is rural, with 100.

    >>> import geopandas as gpd, shapely
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 1000), height=1, width=3, crs=CRS("ESRI:54009"))
    >>> classes = build_grid(np.array([[3, 3, 1]], dtype=np.uint8), shape, quantity="class", level=1)
    >>> people = build_grid([[400.0, 500.0, 100.0]], shape, quantity="count")
    >>> units = gpd.GeoDataFrame(index=["a"], geometry=[shapely.box(0, 0, 3000, 1000)], crs="ESRI:54009")
    >>> classify_units(classes, people, units, level=1)[["urban_centre_share", "class", "class_name"]]
       urban_centre_share  class class_name
    a                 0.9      3       city
    """
    if rules not in get_args(Rules):
        raise InputError(
            '`rules` is {given}; the rules are those of {known}. Pass one of them, e.g. `rules="2024"`.',
            given=repr(rules),
            known=listed(RULES),
        )
    codes = _codes_at(grid_classes, population, level=level)
    people, land = _by_class(codes, population, units, level=level)
    inhabited, has_land = people.sum(axis=1) > 0, land.drop(columns="water_share").sum(axis=1) > 0
    dry = land.assign(water_share=0.0)
    shares = people.div(people.sum(axis=1), axis=0).where(inhabited, dry.div(dry.sum(axis=1), axis=0))
    code = (_level_1 if level == 1 else _level_2[rules])(shares)
    known = inhabited | has_land
    table = pd.DataFrame({"population": people.sum(axis=1)}).join(shares)
    table["class"] = pd.array(code, dtype="Int64")
    table["class"] = table["class"].where(known, pd.NA)
    table["class_name"] = table["class"].map(UNIT_CLASSES[level])
    by_land = pd.Series("land", index=table.index, dtype=object).where(has_land, None)
    table["classed_by"] = by_land.where(~inhabited, "people")
    return table


def level_of(grid_classes: xr.DataArray, *, argument: str = "grid_classes") -> Level:
    """Return the level of a grid of classes.

    Raises
    ------
    InputError
        If it holds no classes, or codes of neither level.
    """
    if grid_classes.attrs.get("quantity") != CLASS:
        raise InputError(
            "`{argument}` does not say that its cells hold classes (`quantity` is {found}). Find them with "
            "`geo_urban.hierarchy.degree_of_urbanisation`, or read them with "
            '`geo_urban.io.read_grid(path, quantity="class")`.',
            argument=argument,
            found=repr(grid_classes.attrs.get("quantity")),
        )
    values = grid_classes.to_numpy()
    codes = np.unique(values[~np.isnan(values)] if values.dtype.kind == "f" else values)
    for level, shares in _SHARES.items():
        known = [code for group in shares.values() for code in group]
        if np.isin(codes[codes != _NO_CLASS], known).all():
            return 1 if level == 1 else 2
    raise InputError(
        "`{argument}` holds {codes}, which are no classes of the degree of urbanisation: level 1 has 0 to 3, level 2 "
        "10 to 13, 21 to 23 and 30. Recode it, or declare what marks missing cells, e.g. "
        '`read_grid(path, quantity="class", nodata=…)`.',
        argument=argument,
        codes=listed(codes),
    )


_NO_CLASS = 255


def _codes_at(grid_classes: xr.DataArray, population: xr.DataArray, *, level: int) -> NDArray[np.uint8]:
    """Return the class at the centre of every cell of the population grid; 255 where there is none."""
    found = level_of(grid_classes)
    if level not in UNIT_CLASSES or found < level:
        raise InputError(
            "`level` is {level}, but `grid_classes` has the level {found}: its classes do not tell more. "
            "Pass `level={found}`, or find classes of level 2 first.",
            level=repr(level),
            found=found,
        )
    values = grid_classes.to_numpy()
    codes = np.where(np.isnan(values), _NO_CLASS, values).astype(np.uint8) if values.dtype.kind == "f" else values
    if found > level:
        codes = np.where(codes == _NO_CLASS, _NO_CLASS, codes // 10).astype(np.uint8)
        codes[(grid_classes.to_numpy() == _WATER[1])] = _WATER[0]
    require_quantity(population, argument="population")
    here, there = grid_shape(population, argument="population"), grid_shape(grid_classes, argument="grid_classes")
    return codes.astype(np.uint8, copy=False) if same_cells(here, there) else _sampled(codes, there, here)


def _sampled(codes: NDArray[Any], there: GridShape, here: GridShape) -> NDArray[np.uint8]:
    if not there.crs.equals(here.crs, ignore_axis_order=True):
        raise CRSMismatchError(
            "`population` is in {crs}, `grid_classes` in {other}; cell would not lie on cell. "
            "Bring the classes there, e.g. `grid_classes.rio.reproject_match(population)` (nearest neighbour).",
            crs=here.crs.name,
            other=there.crs.name,
        )
    x = here.transform.c + here.transform.a * (np.arange(here.width) + 0.5)
    y = here.transform.f + here.transform.e * (np.arange(here.height) + 0.5)
    column = np.floor((x - there.transform.c) / there.transform.a).astype(np.int64)
    row = np.floor((y - there.transform.f) / there.transform.e).astype(np.int64)
    if column[0] < 0 or column[-1] >= there.width or row.min() < 0 or row.max() >= there.height:
        raise AlignmentError(
            "`population` reaches beyond `grid_classes`, so people there would have no class. Cut it to their extent, "
            "e.g. `population.rio.clip_box(*grid_classes.rio.bounds())`."
        )
    return np.asarray(codes[np.ix_(row, column)], dtype=np.uint8)


def _by_class(
    codes: NDArray[np.uint8], population: xr.DataArray, units: gpd.GeoDataFrame, *, level: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return people and area of each unit [km²] by class of cells."""
    pairs = cell_fractions(population, units)
    row, column = pairs["row"].to_numpy(), pairs["col"].to_numpy()
    shape = grid_shape(population, argument="population")
    areas = cell_areas(shape)(0, shape.height)
    area = pairs["fraction"].to_numpy() * (areas[row, 0] if areas.shape[1] == 1 else areas[row, column])
    values = np.nan_to_num(population.to_numpy().reshape(shape.height, shape.width)[row, column].astype(np.float64))
    counted = require_quantity(population) == "count"
    people = values * (pairs["fraction"].to_numpy() if counted else area)
    unit = units.index.get_indexer(pd.Index(pairs["unit"]))
    code = codes[row, column]
    tables = []
    for weight in (people, area):
        sums = {
            name: np.bincount(unit, weights=weight * np.isin(code, group), minlength=len(units))
            for name, group in _SHARES[level].items()
        }
        tables.append(pd.DataFrame(sums, index=units.index))
    return tables[0], tables[1]


def _at_least_half(share: pd.Series) -> NDArray[np.bool_]:
    return np.asarray(share >= _HALF - _ROUNDING)


def _level_1(shares: pd.DataFrame) -> NDArray[np.int64]:
    rural = np.asarray(_rural(shares) > _HALF + _ROUNDING)
    return np.select([_at_least_half(shares["urban_centre_share"]), rural], [3, 1], default=2)


def _rural(shares: pd.DataFrame) -> pd.Series:
    if "rural_share" in shares:
        return shares["rural_share"]
    return shares["rural_cluster_share"] + shares["low_density_rural_share"] + shares["very_low_density_rural_share"]


def _clusters(shares: pd.DataFrame) -> pd.Series:
    return shares["dense_urban_cluster_share"] + shares["semi_dense_urban_cluster_share"] + shares["suburban_share"]


def _level_2_of_2024(shares: pd.DataFrame) -> NDArray[np.int64]:
    broad = _level_1(shares)
    dense = _at_least_half(shares["urban_centre_share"] + shares["dense_urban_cluster_share"])
    suburban = _at_least_half(shares["suburban_share"] + _rural(shares))
    village = _at_least_half(shares["rural_cluster_share"] + shares["urban_centre_share"] + _clusters(shares))
    uninhabited = _at_least_half(shares["very_low_density_rural_share"])
    town, rural = broad == 2, broad == 1  # noqa: PLR2004 - codes of level 1
    conditions = [broad == 3, town & dense, town & suburban, town, rural & village, rural & uninhabited]  # noqa: PLR2004
    return np.select(conditions, [30, 23, 21, 22, 13, 11], default=12)


def _level_2_of_2021(shares: pd.DataFrame) -> NDArray[np.int64]:
    broad = _level_1(shares)
    dense, semi_dense = shares["dense_urban_cluster_share"], shares["semi_dense_urban_cluster_share"]
    suburban = (dense + semi_dense <= shares["suburban_share"]).to_numpy()
    kinds = ["rural_cluster_share", "low_density_rural_share", "very_low_density_rural_share"]
    largest = np.argmax(shares[kinds].fillna(0).to_numpy(), axis=1)
    town = broad == 2  # noqa: PLR2004 - a code of level 1
    conditions = [broad == 3, town & suburban, town & (dense >= semi_dense).to_numpy(), town]  # noqa: PLR2004
    return np.select(conditions, [30, 21, 23, 22], default=np.array([13, 12, 11])[largest])


_level_2 = {"2024": _level_2_of_2024, "2021": _level_2_of_2021}
