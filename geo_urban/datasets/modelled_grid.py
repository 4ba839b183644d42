"""The default population grid: census totals of counties, spread over 1 km cells by settlement class.

No package ships a population grid, so the default is a model. Its totals are the census's, its cells are not counted:
that is said in its attributes, and whoever compares cells of two years or looks for settlement classes in it is
refused (`geo_urban.spatial.modelled`).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from geo_urban.checks import listed
from geo_urban.datasets import _amap, _settlement, store
from geo_urban.datasets.panel import census_panel
from geo_urban.datasets.regions import Region
from geo_urban.datasets.regions import region as region_of
from geo_urban.errors import DataSourceError, GeoUrbanWarning, InputError
from geo_urban.messages import Sentence, translate
from geo_urban.progress import track
from geo_urban.spatial._outer_cells import COVERED_SHARE
from geo_urban.spatial._spread import in_crs_of, pieces_of, spread
from geo_urban.spatial.grid import GridShape, build_grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.spatial._spread import Pieces

__all__ = ["YEARS", "RuralClasses", "class_areas", "grid_weights", "population_grid"]

YEARS = (2010, 2020)
RuralClasses = Literal["rural", "all"]
# "Rural" of the census is an administrative area, of the classes a density: kept to 11–13, rural residents would be
# misplaced twice as often (docs/decisions/modelled-grid.md).
DEFAULT_RURAL_CLASSES: RuralClasses = "all"

# The cells of the GHSL, whose classes place the people: 1 km, borders at whole kilometres of Mollweide's projection.
CRS_NAME = "ESRI:54009"
_CELL_M = 1000.0
_RURAL, _URBAN = (11, 12, 13), (21, 22, 23, 30)
CLASSES_OF: dict[str, dict[RuralClasses, tuple[int, ...]]] = {
    "urban": {"rural": _URBAN, "all": _URBAN},
    "rural": {"rural": _RURAL, "all": _RURAL + _URBAN},
}
"""Classes that residents of each kind are spread to."""

# For units without any cell of those classes: from the likeliest class to the least likely.
_FALLBACK: dict[str, tuple[int, ...]] = {"urban": (13, 12, 11), "rural": (21, 22, 23, 30)}
_ROWS_AT_ONCE = 512
_LAYERS = len(YEARS) + 1
_WHOLE = 1e-9  # shares of neighbours that meet in a cell add up to one, within rounding
_DECIDING = (
    *(f"datasets/{part}.py" for part in ("modelled_grid", "_settlement", "_triangles", "_amap", "panel", "divisions")),
    *(f"spatial/{part}.py" for part in ("_spread", "cell_shares", "grid", "harmonize", "_datum_shifts")),
)
_DECIDING_FILES = {
    "datasets/figures": ("census_2", "census_corrections", "division_", "zone_hosts", "grid_class_weights"),
    "spatial": ("_coverage_",),
}


def population_grid(
    year: int, *, region: str | int | Region | None = None, rural_classes: RuralClasses = DEFAULT_RURAL_CLASSES
) -> xr.DataArray:
    """Return the modelled population grid of the mainland for a census year.

    The residents of every comparable unit of the census panel, spread over the cells in it: urban residents by the
    urban classes of the degree of urbanisation, rural ones by all classes, with weights estimated from the census
    itself. Every unit keeps its total exactly; where in the unit people live is a model. Bring a real grid with
    `geo_urban.io.read_grid` where that matters.

    Parameters
    ----------
    year
        Census year, 2010 or 2020.
    region
        Only units of this region (`geo_urban.datasets.region`); their cells are those of the whole grid, and border
        cells hold the region's part only, so regions add up to the whole.
    rural_classes
        Where rural residents of the census may live: ``"all"`` in all classes (villages of the plains lie in
        suburban cells), ``"rural"`` in the classes 11 to 13 only, which misplaces twice as many of them within
        prefectures (see the documentation's page on the modelled grid).

    Returns
    -------
    xarray.DataArray
        People per cell, rows north to south, 1 km cells of the GHSL (Mollweide, `ESRI:54009`); missing where no unit
        lies. Coordinate `covered_share`: the share of each cell that lies in the units whose people it holds, by which
        a zonal join gives units on the region's edge all of their people. Attributes: ``quantity="count"``,
        ``modelled=True``, ``year``, ``source``, ``made_from`` (the classes; it must not be used to find them again),
        ``classes_year=2025``, ``class_weights``.

    Raises
    ------
    InputError
        If there is no such year or region, the region has no census, or `rural_classes` is another word.
    MissingDependencyError
        If the data packages are not installed.
    OutputError
        If the grid cannot be kept in the cache folder.

    See Also
    --------
    geo_urban.spatial.dasymetric : The same for any country's units and classes.

    Notes
    -----
    Classes are those of 2025 for both years, so a cell inherits its unit's change: cells of two years must not be
    compared (`geo_urban.spatial.require_comparable_cells`). Cells on a region's edge hold the region's people only, and
    its units get them back whole; a file that `write_grid` makes of the grid does not hold their shares, so that joins
    with it lose what falls beyond (0.2 % of the Northeast). Built once, for the region asked for, and kept
    in the cache; the first time costs about a minute for the whole country.

    References
    ----------
    European Commission, Joint Research Centre (2025). GHS-WUP-DEGURBA R2025A.
    doi:10.2905/1c049178-ab00-4bbc-b638-3e3c19daaacb
    """
    _require_known(year, rural_classes)
    within = None if region is None else region_of(region)
    path = store.build_once(
        f"population-{rural_classes}-{_slug(within)}.tif",
        version_parts=_versions(),
        build=lambda part: _build(part, within, rural_classes),
        kind="rasters",
    )
    return _read(path, year, rural_classes)


def grid_weights(year: int, rural_classes: RuralClasses = DEFAULT_RURAL_CLASSES) -> pd.DataFrame:
    """Return the weights that place people, as estimated from the census.

    Returns
    -------
    pandas.DataFrame
        One row per kind of residents (``"urban"``, ``"rural"``) and class: `weight` [residents per km²],
        `standard_error`, `area_km2`, `units`, `people_share` (see `geo_urban.spatial.ClassWeights`).
    """
    table = _weight_table()
    chosen = table[(table["year"] == year) & (table["rural_classes"] == rural_classes)]
    return chosen.set_index(["residents", "class"]).drop(columns=["year", "rural_classes"])


def class_areas(panel: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the area of each class in each unit [km²]: what the weights are estimated from."""
    units = panel.geometry.to_crs(CRS_NAME)
    areas = pd.DataFrame(0.0, index=panel.index, columns=list(_settlement.CLASSES))
    for part in _parts(units):
        rows = part.units.index
        for each in _settlement.CLASSES:
            areas.loc[rows, each] = part.pieces.sum_by_unit(part.pieces.area_km2 * (part.code == each))
    return areas


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """The units of one prefecture, cut into cells.

    Parameters
    ----------
    units
        Their outlines.
    shape
        The window of the grid they lie in.
    pieces
        Pieces of its cells.
    code
        Class of each piece.
    """

    units: gpd.GeoSeries
    shape: GridShape
    pieces: Pieces
    code: NDArray[np.uint8]


def _parts(units: gpd.GeoSeries) -> Iterator[_Part]:
    """Yield the units a prefecture at a time, so that memory is bounded by the largest prefecture."""
    prefectures = list(units.groupby(units.index.str[:4]))
    for _, members in track(prefectures, description=translate("Spreading people over cells")):
        shape = _window(members.total_bounds)
        empty = np.broadcast_to(np.float32(0), (shape.height, shape.width))
        pieces = pieces_of(build_grid(empty, shape, quantity="count"), shape, members.to_frame())
        cells, cell = np.unique(pieces.cell, return_inverse=True)
        yield _Part(units=members, shape=shape, pieces=pieces, code=_settlement.classes_of_cells(shape, cells)[cell])


def _window(bounds: NDArray[np.float64]) -> GridShape:
    """Return the cells that bounds touch; the lattice is the same for all bounds."""
    from affine import Affine
    from pyproj import CRS

    west, south = np.floor(bounds[:2] / _CELL_M).astype(int)
    east, north = np.ceil(bounds[2:] / _CELL_M).astype(int)
    transform = Affine(_CELL_M, 0.0, west * _CELL_M, 0.0, -_CELL_M, north * _CELL_M)
    return GridShape(transform=transform, height=int(north - south), width=int(east - west), crs=CRS(CRS_NAME))


def _build(target: Path, within: Region | None, rural_classes: RuralClasses) -> None:
    panel = census_panel(geometry=True, region=within)
    if panel.empty:
        raise InputError(
            "`region` {name} has no unit in the censuses, so nobody can be placed there. "
            "Name a region of the mainland.",
            name="" if within is None else within.name,
        )
    units = _outlines(panel)
    shape = _window(units.total_bounds)
    people = _Canvas(shape)
    for part in _parts(units):
        placed = _placed(part, panel.loc[part.units.index], rural_classes)
        people.add(part.shape, part.pieces.cell, np.vstack([placed, part.pieces.fraction]))
    _write(target, people)


def _outlines(panel: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return units as a zonal join will place them, so that it finds the very shares of cells that they cover here."""
    anywhere = _window(np.array([0.0, 0.0, _CELL_M, _CELL_M]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GeoUrbanWarning)  # that they are reprojected is our doing
        return in_crs_of(anywhere, panel).geometry


def _placed(part: _Part, panel: pd.DataFrame, rural_classes: RuralClasses) -> NDArray[np.float64]:
    """Return the people on each piece, a row for each year."""
    placed = np.zeros((len(YEARS), len(part.code)))
    for row, year in enumerate(YEARS):
        for residents in CLASSES_OF:
            stages = (weight[part.code] for weight in _stages(year, residents, rural_classes))
            total = panel[f"{residents}_{year}"].to_numpy(dtype=float)
            placed[row] += spread(part.pieces, total, stages).people
    return placed


@cache
def _stages(year: int, residents: str, rural_classes: RuralClasses) -> tuple[NDArray[np.float64], ...]:
    """Return the weight of every class: the estimated ones, then those for units that hold none of the classes."""
    weights = grid_weights(year, rural_classes)["weight"][residents]
    estimated = np.zeros(256)
    estimated[weights.index] = weights
    return (estimated, *np.eye(256)[list(_FALLBACK[residents])])


class _Canvas:
    """The cells of the whole grid that units lie on, by bands of rows; the rest is not kept in memory.

    Layers: people of each year, and the share of each cell that lies in units.
    """

    def __init__(self, shape: GridShape) -> None:
        self.shape = shape
        self.bands: dict[int, list[tuple[NDArray[np.int32], NDArray[np.float64]]]] = {}

    def add(self, window: GridShape, cell: NDArray[np.int64], people: NDArray[np.float64]) -> None:
        """Add to the cells of a window, a row for each layer."""
        cells, place = np.unique(cell, return_inverse=True)
        sums = np.stack([np.bincount(place, weights=each) for each in people]).astype(np.float64)
        down = round((window.transform.f - self.shape.transform.f) / self.shape.transform.e)
        right = round((window.transform.c - self.shape.transform.c) / self.shape.transform.a)
        row, column = cells // window.width + down, cells % window.width + right
        ends = np.searchsorted(row // _ROWS_AT_ONCE, np.arange(self.shape.height // _ROWS_AT_ONCE + 2))
        for band, (first, after) in enumerate(pairwise(ends)):
            if after > first:
                here = slice(first, after)
                inside = (row[here] - band * _ROWS_AT_ONCE) * self.shape.width + column[here]
                self.bands.setdefault(band, []).append((inside.astype(np.int32), sums[:, here]))

    def band(self, number: int) -> NDArray[np.float64]:
        """Return a band of rows, shape (layers, rows, columns); missing where no unit lies."""
        rows = min(_ROWS_AT_ONCE, self.shape.height - number * _ROWS_AT_ONCE)
        values = np.full((_LAYERS, rows * self.shape.width), np.nan)
        for cell, added in self.bands.get(number, ()):
            values[:, cell] = np.nan_to_num(values[:, cell]) + added
        share = values[-1]
        share[share >= 1 - _WHOLE] = 1.0
        return values.reshape(_LAYERS, rows, self.shape.width)


def _write(target: Path, people: _Canvas) -> None:
    import rasterio
    from rasterio.windows import Window

    shape = people.shape
    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512, "interleave": "band", "bigtiff": "IF_SAFER"}
    with rasterio.open(
        target,
        "w",
        driver="GTiff",
        height=shape.height,
        width=shape.width,
        count=_LAYERS,
        dtype="float64",
        nodata=np.nan,
        crs=shape.crs.to_wkt(),
        transform=shape.transform,
        compress="deflate",
        **layout,
    ) as file:
        for number, top in enumerate(range(0, shape.height, _ROWS_AT_ONCE)):
            values = people.band(number)
            file.write(values, window=Window(0, top, shape.width, values.shape[1]))


def _read(path: Path, year: int, rural_classes: RuralClasses) -> xr.DataArray:
    import rasterio
    from pyproj import CRS
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path) as file:
            values = file.read(YEARS.index(year) + 1)
            covered = file.read(_LAYERS).astype(np.float32)
            shape = GridShape(transform=file.transform, height=file.height, width=file.width, crs=CRS(CRS_NAME))
    except RasterioError as error:
        raise DataSourceError(
            "{path} is damaged ({reason}). Delete it, e.g. `geo_urban.datasets.store.clear()`; it is built again.",
            path=path,
            reason=error,
        ) from error
    grid = build_grid(values, shape, quantity="count", **_attributes(year, rural_classes)).rename("population")
    return grid.assign_coords({COVERED_SHARE: (("y", "x"), covered)})


def _attributes(year: int, rural_classes: RuralClasses) -> dict[str, object]:
    weights = grid_weights(year, rural_classes)["weight"]
    words = ((residents, ", ".join(f"{c}: {w:.4g}" for c, w in weights[residents].items())) for residents in CLASSES_OF)
    return {
        "modelled": True,
        "year": year,
        "source": Sentence(
            "Census of {year} (National Bureau of Statistics), residents of counties spread by class of cell", year=year
        ),
        "made_from": _settlement.PRODUCT,
        "classes_year": 2025,
        "class_weights": "; ".join(f"{residents} {listing}" for residents, listing in words),
    }


def _require_known(year: object, rural_classes: object) -> None:
    if year not in YEARS:
        raise InputError(
            "`year` is {year}, but the modelled grid rests on the censuses of {known}. Take one of these, or read "
            "a grid of your own with `geo_urban.io.read_grid`.",
            year=repr(year),
            known=listed(YEARS),
        )
    if rural_classes not in get_args(RuralClasses):
        raise InputError(
            '`rural_classes` is {given}; rural residents are spread to the "rural" classes or to "all". '
            "Pass one of them.",
            given=repr(rural_classes),
        )


def _slug(within: Region | None) -> str:
    if within is None:
        return "china"
    codes = "_".join(sorted(within.codes))
    return codes if len(codes) <= 40 else sha256(codes.encode()).hexdigest()[:12]  # noqa: PLR2004 - a short file name


def _versions() -> list[str]:
    return [_amap.source_version(), _settlement.source_version(), _content_version()]


@cache
def _content_version() -> str:
    package = files("geo_urban")
    names = list(_DECIDING)
    for folder, beginnings in _DECIDING_FILES.items():
        entries = sorted(entry.name for entry in package.joinpath(folder).iterdir())
        names += [f"{folder}/{name}" for name in entries if name.startswith(beginnings)]
    return sha256("\n".join(package.joinpath(name).read_text("utf-8") for name in names).encode()).hexdigest()


@cache
def _weight_table() -> pd.DataFrame:
    with files("geo_urban").joinpath("datasets/figures/grid_class_weights.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)
