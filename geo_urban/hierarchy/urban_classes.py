"""The degree of urbanisation: settlement classes found in a population grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast, get_args

import numpy as np

from geo_urban.checks import listed
from geo_urban.errors import InputError, InsufficientDataError
from geo_urban.hierarchy._urban_inputs import Inputs, inputs_of, require_possible, strips
from geo_urban.hierarchy.urban_thresholds import Rules, UrbanisationThresholds, thresholds_of
from geo_urban.spatial.grid import build_grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from geo_urban.hierarchy._urban_runs import Runs

__all__ = [
    "CENTRE_OF_LEVEL",
    "CLASSES_OF_LEVEL",
    "Level",
    "Smoothing",
    "degree_of_urbanisation",
    "optimal_built_threshold",
]

Level = Literal[1, 2]
Smoothing = Literal["R2023A", "R2022A"]
CLASSES_OF_LEVEL: dict[int, tuple[int, ...]] = {1: (3, 2, 1, 0), 2: (30, 23, 22, 21, 13, 12, 11, 10)}
"""Classes of each level, densest first, water last."""

CENTRE_OF_LEVEL: dict[int, int] = {1: 3, 2: 30}

_CORNERS = 8


def degree_of_urbanisation(
    population: xr.DataArray,
    *,
    land: xr.DataArray | None = None,
    built: xr.DataArray | None = None,
    level: Level = 2,
    rules: Rules = "2024",
    smoothing: Smoothing | None = "R2023A",
    built_threshold: float | Literal["optimal"] | None = 0.2,
    thresholds: UrbanisationThresholds | Mapping[str, Any] | None = None,
) -> xr.DataArray:
    """Find cities, towns and villages in a population grid by one rule for the whole world.

    The degree of urbanisation of the UN Statistical Commission, as Eurostat's manual and the GHSL apply it: cells are
    classed by the density of people on land and by the size of the cluster of dense cells they belong to. Level 1
    tells centres (3), other urban clusters (2), rural cells (1) and water (0); level 2 centres (30), dense (23),
    semi-dense (22) and suburban (21) cells, rural clusters (13), low-density (12) and very-low-density (11) cells and
    water (10).

    Parameters
    ----------
    population
        People per cell (or per km²: ``attrs["quantity"]``) on an equal-area grid of 1 km. Missing cells hold nobody.
        A grid whose people were placed by such classes is refused: it would only give them back.
    land
        Land in each cell, on the same cells: shares from 0 to 1, or square metres (told by the values, or by
        ``attrs["unit"]``: ``"share"``, ``"m²"``, ``"km²"``). Without it, cells with a population value are land
        throughout, and those without are water. A cell with people and no land at all counts as dense.
    built
        Built-up area in each cell, likewise. Without it there is no rule for built-up cells.
    level
        1 or 2.
    rules
        ``"2024"`` or ``"2021"``: how semi-dense clusters were and are defined.
    smoothing
        How edges of centres are smoothed: as in the GHSL's release of 2023 (``"R2023A"``), of 2022 (``"R2022A"``), or
        not at all (None).
    built_threshold
        Built-up share of land from which on a cell counts as dense enough for a centre or dense cluster, whoever lives
        there: a fraction, ``"optimal"`` (see `optimal_built_threshold`, rounded up to 0.01), or None.
    thresholds
        Other numbers than those of the rules: a mapping of some, e.g. ``{"centre_population": 100_000}``, or a whole
        `UrbanisationThresholds` (then `rules` has no say).

    Returns
    -------
    xarray.DataArray
        Classes (uint8) on the cells of `population`. Attributes: ``quantity="class"``, ``level``, ``rules``,
        ``smoothing``, ``built_threshold`` (the number used), ``thresholds`` (those that differ), ``source`` and
        ``year`` of the population where it says them.

    Raises
    ------
    InputError
        If an argument is unknown, a cell holds what cannot be (negative or infinite people, more land than its area),
        cells are not of the area the thresholds are made for, a unit cannot be told, or people were placed by classes.
    CRSMismatchError
        If cells differ in area (degrees, Web Mercator, UTM), or grids are in different CRS.
    AlignmentError
        If the grids do not have the same cells.
    InsufficientDataError
        If `built_threshold` is ``"optimal"`` and there is no cluster to take it from.

    Notes
    -----
    Density is population / land, built-up share round(built / land, 3). A centre is a cluster of cells of at least
    1,500 per km² (or built up) that share sides and hold 50,000 people together; then edges are smoothed, then gaps
    under 15 km² filled. A grid without people has no cluster: all of it is class 11 (1), or water.

    Time is linear in cells; about 7 bytes per cell are held beyond the input, which may be an array of dask: it is read
    in strips, three times at most. Moving averages (`centre_window`) hold the whole grid in double precision.

    References
    ----------
    Dijkstra, L. et al. (2021). Applying the degree of urbanisation to the globe. Journal of Urban Economics 125,
    103312. doi:10.1016/j.jue.2020.103312

    European Commission, GHSL Data Package 2023. doi:10.2760/098587

    Examples
    --------
    A town of four cells with 2,000 people each, in the middle of nowhere: dense, and 8,000 people are more than 5,000.

    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=4, width=4, crs=CRS("ESRI:54009"))
    >>> people = np.zeros((4, 4))
    >>> people[1:3, 1:3] = 2000
    >>> degree_of_urbanisation(build_grid(people, shape, quantity="count")).values
    array([[11, 11, 11, 11],
           [11, 23, 23, 11],
           [11, 23, 23, 11],
           [11, 11, 11, 11]], dtype=uint8)
    """
    _require_known(level, smoothing)
    numbers = thresholds_of(rules, thresholds)
    inputs = inputs_of(population, land, built, cell_area_km2=numbers.cell_area_km2)
    shares = _BuiltShares.of(inputs, numbers, built_threshold, level=level)
    found = _Search(inputs, numbers, shares, smoothing=smoothing).classes(level)
    attributes = {"level": level, "rules": rules, "smoothing": smoothing or "none", **shares.described()}
    attributes.update({"thresholds": words} if (words := _changes(numbers, rules)) else {})
    attributes.update({name: population.attrs[name] for name in ("source", "year") if name in population.attrs})
    return build_grid(found, inputs.shape, quantity="class", **attributes).rename("degree_of_urbanisation")


def optimal_built_threshold(
    population: xr.DataArray,
    built: xr.DataArray,
    *,
    land: xr.DataArray | None = None,
    density: float = 1500.0,
    min_population: float = 5000.0,
    connectivity: int = 4,
    cell_area_km2: float = 1.0,
) -> float:
    """Return the built-up share that is usual in dense clusters: the threshold the GHSL derives from the data.

    Parameters
    ----------
    population, built, land
        As in `degree_of_urbanisation`. The GHSL takes the whole world; a part of it has its own optimum.
    density
        Least density of a cell [persons per km² of land].
    min_population
        Least population of a cluster.
    connectivity
        4 or 8.
    cell_area_km2
        Area of a cell.

    Returns
    -------
    float
        Mean built-up share of the *whole cell* over all cells of the clusters, not rounded.
        `degree_of_urbanisation` rounds it up to 0.01.

    Raises
    ------
    InsufficientDataError
        If there is no such cluster, or built-up area is missing in all of them.
    InputError
        As `degree_of_urbanisation`.

    References
    ----------
    European Commission, GHSL Data Package 2023, "reduce fragmentation option". doi:10.2760/098587

    Examples
    --------
    >>> from affine import Affine
    >>> from pyproj import CRS
    >>> from geo_urban.spatial import GridShape, build_grid
    >>> shape = GridShape(transform=Affine(1000, 0, 0, 0, -1000, 0), height=1, width=3, crs=CRS("ESRI:54009"))
    >>> people = build_grid([[3000.0, 4000.0, 10.0]], shape, quantity="count")
    >>> optimal_built_threshold(people, build_grid([[0.2, 0.3, 0.9]], shape, quantity="density"))
    0.25
    """
    numbers = thresholds_of(
        "2024",
        {
            "dense_density": density,
            "dense_population": min_population,
            "dense_connectivity": connectivity,
            "cell_area_km2": cell_area_km2,
        },
    )
    return _optimal(inputs_of(population, land, built, cell_area_km2=cell_area_km2), numbers, level=2)


def _require_known(level: object, smoothing: object) -> None:
    if level not in CLASSES_OF_LEVEL:
        raise InputError(
            "`level` is {given}; the degree of urbanisation has the levels 1 (centres, clusters, rural) and 2. "
            "Pass `level=1` or `level=2`.",
            given=repr(level),
        )
    if smoothing is not None and smoothing not in get_args(Smoothing):
        raise InputError(
            "`smoothing` is {given}; edges are smoothed as in {known}, or not at all (None). Pass one of these.",
            given=repr(smoothing),
            known=listed(get_args(Smoothing)),
        )


def _changes(numbers: UrbanisationThresholds, rules: Rules) -> str:
    from dataclasses import asdict

    published = asdict(thresholds_of(rules, None))
    return "; ".join(f"{name}: {value}" for name, value in asdict(numbers).items() if value != published[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class _BuiltShares:
    """Built-up share of land from which on a cell is dense enough for a centre or a dense cluster; None for no rule."""

    centre: float | None
    dense: float | None

    @classmethod
    def of(cls, inputs: Inputs, numbers: UrbanisationThresholds, given: object, *, level: int) -> _BuiltShares:
        wanted = {
            name: given if asked == "given" else asked
            for name, asked in (("centre", numbers.centre_built_share), ("dense", numbers.dense_built_share))
        }
        for value in wanted.values():
            _require_share(value)
        if inputs.built is None:
            if "optimal" in wanted.values():
                raise InputError(
                    '`built_threshold="optimal"` needs `built`, the built-up area of each cell. Pass it, or a number.'
                )
            return cls(centre=None, dense=None)
        if "optimal" in wanted.values():
            best = np.ceil(_optimal(inputs, numbers, level=level) * 100) / 100
            wanted = {name: best if value == "optimal" else value for name, value in wanted.items()}
        return cls(**cast("dict[str, float | None]", wanted))

    def described(self) -> dict[str, object]:
        """Return what the attributes of the classes say of them."""
        if self.centre == self.dense:
            return {"built_threshold": "none" if self.centre is None else float(self.centre)}
        return {"built_threshold": f"centres: {self.centre}, dense clusters: {self.dense}"}


def _require_share(value: object) -> None:
    if value is None or value == "optimal":
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InputError(
            '`built_threshold` is {given}; it is a share of land from 0 to 1, "optimal", or None for no such rule. '
            "Pass one of these, e.g. 0.2.",
            given=repr(value),
        )


def _optimal(inputs: Inputs, numbers: UrbanisationThresholds, *, level: int) -> float:
    """Return the mean built-up share of the cells of dense clusters."""
    # Level 1 knows no dense clusters, so it takes the density of its centres and the size of its clusters.
    density = numbers.dense_density if level == max(CLASSES_OF_LEVEL) else numbers.centre_density
    least = numbers.dense_population if level == max(CLASSES_OF_LEVEL) else numbers.cluster_population
    neighbours = numbers.dense_connectivity if level == max(CLASSES_OF_LEVEL) else numbers.centre_connectivity
    search = _Search(inputs, numbers, _BuiltShares(centre=None, dense=None), smoothing=None)
    clusters = search.clusters([_Kind(density, None, neighbours, 1, least)])[0]
    member = np.zeros((inputs.shape.height, inputs.shape.width), dtype=np.uint8)
    clusters.paint(member, 1)
    total, cells = 0.0, 0
    for strip in strips(inputs):
        values = strip.built[member[strip.rows].astype(bool)]
        total += float(np.nansum(values, dtype=np.float64))
        cells += int(np.count_nonzero(~np.isnan(values)))
    if not cells:
        raise InsufficientDataError(
            "there is no cluster of {least} people at {density} per km² with built-up area, so no threshold can be "
            "taken from it. Pass a number, e.g. `built_threshold=0.2`, or a larger grid.",
            least=f"{least:g}",
            density=f"{density:g}",
        )
    return total / cells / float(inputs.scales[2])


class _Kind(NamedTuple):
    """A kind of cluster: density, built-up share, neighbourhood, width of the moving average, least population."""

    density: float
    built_share: float | None
    connectivity: int
    window: int
    least: float

    @property
    def cells(self) -> tuple[float, float | None, int]:
        """What decides which cells are members."""
        return self.density, self.built_share, self.window


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Clusters:
    """Clusters of one kind: runs of cells, the cluster of each, and whether it is large enough."""

    runs: Runs
    cluster: NDArray[np.int32]
    chosen: NDArray[np.bool_]

    def paint(self, grid: NDArray[np.uint8], value: int, chosen: NDArray[np.bool_] | None = None) -> None:
        """Write a class where there is no denser one."""
        from geo_urban.hierarchy._urban_runs import paint

        runs = self.runs
        paint(grid, runs.first, runs.start, runs.stop, self.chosen if chosen is None else chosen, value)


class _Search:
    """One search for classes: flags of the cells, found once, and the clusters that rest on them."""

    def __init__(
        self, inputs: Inputs, numbers: UrbanisationThresholds, shares: _BuiltShares, *, smoothing: Smoothing | None
    ) -> None:
        self.inputs = inputs
        self.numbers = numbers
        self.shares = shares
        self.smoothing = smoothing
        # Pages of it that no cell needs are never taken from memory.
        self.flags = np.zeros((inputs.shape.height, inputs.shape.width), dtype=np.uint16)

    def classes(self, level: Level) -> NDArray[np.uint8]:
        """Return the class of every cell."""
        return self._level_1() if level == 1 else self._level_2()

    def _centre(self) -> _Kind:
        numbers = self.numbers
        return _Kind(
            numbers.centre_density,
            self.shares.centre,
            numbers.centre_connectivity,
            numbers.centre_window,
            numbers.centre_population,
        )

    def _level_1(self) -> NDArray[np.uint8]:
        n = self.numbers
        cluster = _Kind(n.cluster_density, None, n.cluster_connectivity, n.cluster_window, n.cluster_population)
        centres, clusters = self.clusters([self._centre(), cluster])
        grid = np.zeros(self.flags.shape, dtype=np.uint8)
        cells = self._centre_cells(centres, grid)
        self._paint_the_rest(grid, low=None, classes=(1, 1, 0))
        clusters.paint(grid, 2)
        grid.ravel()[cells] = 3
        return grid

    def _level_2(self) -> NDArray[np.uint8]:
        n = self.numbers
        low = _Kind(n.low_density, None, 4, 1, 0.0)
        kinds = [
            self._centre(),
            _Kind(n.dense_density, self.shares.dense, n.dense_connectivity, 1, n.dense_population),
            _Kind(n.semi_dense_density, None, n.semi_dense_connectivity, 1, n.semi_dense_population),
            _Kind(n.suburban_density, None, n.suburban_connectivity, 1, n.suburban_population),
            _Kind(n.rural_density, None, n.rural_connectivity, 1, n.rural_population),
        ]
        centres, dense, semi_dense, suburban, rural = self.clusters(kinds, also=low)
        grid = np.zeros(self.flags.shape, dtype=np.uint8)
        cells = self._centre_cells(centres, grid)
        self._paint_the_rest(grid, low=low, classes=(12, 11, 10))
        for clusters, value in ((rural, 13), (suburban, 21), (dense, 23)):
            clusters.paint(grid, value)
        grid.ravel()[cells] = 30
        semi_dense.paint(grid, 22, self._far_from_dense(grid, semi_dense))
        return grid

    def clusters(self, kinds: list[_Kind], *, also: _Kind | None = None) -> list[_Clusters]:
        """Flag all cells and return the clusters of each kind; cells and clusters that kinds share are found once."""
        from geo_urban.hierarchy._urban_runs import clusters_of

        members = list(dict.fromkeys(kind.cells for kind in ([*kinds, also] if also else kinds)))
        self.bits = {cells: 1 << place for place, cells in enumerate(members)}
        wanted = list(dict.fromkeys(kind.cells for kind in kinds))
        runs = self._flagged(wanted)
        found: dict[_Kind, _Clusters] = {}
        for cells in wanted:
            row_by_row = runs.pop(cells)
            places = row_by_row._replace(people=np.empty(0))  # who lives in a run matters for the sizes alone
            for connectivity in dict.fromkeys(kind.connectivity for kind in kinds if kind.cells == cells):
                cluster, people = clusters_of(*row_by_row, int(connectivity == _CORNERS))
                for kind in kinds:
                    if (kind.cells, kind.connectivity) == (cells, connectivity):
                        chosen = people[cluster] >= kind.least
                        found[kind] = _Clusters(runs=places, cluster=cluster, chosen=chosen)
        return [found[kind] for kind in kinds]

    def _flagged(self, wanted: list[tuple[float, float | None, int]]) -> dict[tuple[float, float | None, int], Runs]:
        """Flag all cells strip by strip, and return the runs of cells that are wanted."""
        from geo_urban.hierarchy._urban_runs import flag_cells, joined, runs_of
        from geo_urban.hierarchy._urban_windows import flag_averages

        inputs, faults = self.inputs, np.zeros(6)
        plain = [cells for cells in self.bits if cells[2] == 1]
        # A bit of its own for each, in the order of `bits`; those of moving averages stay empty here.
        densities = np.array([cells[0] if cells[2] == 1 else np.nan for cells in self.bits])
        built = np.array([np.nan if cells[1] is None or cells[2] != 1 else cells[1] for cells in self.bits])
        parts: dict[tuple[float, float | None, int], list[Any]] = {cells: [] for cells in wanted if cells in plain}
        for strip in strips(inputs):
            flags = self.flags[strip.rows]
            flag_cells(
                strip.people,
                strip.land,
                strip.built,
                inputs.scales,
                (inputs.land is not None, inputs.built is not None),
                densities,
                built,
                self._water(),
                flags,
                faults,
            )
            for cells, found in parts.items():
                found.append(runs_of(flags, strip.people, inputs.scales[0], self.bits[cells]))
        require_possible(faults)
        # Taken out one by one: the pieces of one kind are given back before the next is put together.
        runs = {cells: joined(parts.pop(cells)) for cells in list(parts)}
        for cells in wanted:
            if cells not in runs:
                smoothed = cells == self._centre().cells
                runs[cells] = flag_averages(inputs, self.flags, cells, self.bits[cells], neutral=self._land(smoothed))
        return runs

    def _land(self, centres: bool) -> float | None:  # noqa: FBT001 - a private switch
        return self.numbers.smoothing_land_share if centres else None

    def _water(self) -> NDArray[np.float64]:
        n = self.numbers
        return np.array(
            [
                n.water_land_share,
                n.water_population,
                n.water_built_share,
                n.smoothing_water_land_share,
                n.smoothing_water_population,
                n.smoothing_water_built_share,
                n.smoothing_land_share,
            ]
        )

    def _centre_cells(self, centres: _Clusters, mark: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Return the cells of all centres, smoothed and filled; `mark` is all zero before and after."""
        from geo_urban.hierarchy._urban_edges import cells_of_runs, gaps_of, label_runs, smooth

        numbers, runs = self.numbers, centres.runs
        labels = np.zeros(self.flags.shape, dtype=np.int32)
        label_runs(labels, runs.first, runs.start, runs.stop, centres.cluster, centres.chosen)
        cells: NDArray[np.int64] = cells_of_runs(runs.first, runs.start, runs.stop, centres.chosen, labels.shape[1])
        if self.smoothing is not None:
            fewest = int(numbers.smoothing_neighbours) if self.smoothing == "R2022A" else -1
            of_centres = (runs.first, runs.start, runs.stop, centres.chosen)
            joined = smooth(labels, self.flags, mark, of_centres, fewest, numbers.smoothing_share)
            cells = np.concatenate([cells, joined])
        most = min(np.ceil(numbers.gap_area_km2 / self.inputs.scales[3]) - 1, labels.size)
        if most >= 1:
            cells = np.concatenate([cells, gaps_of(labels, mark, cells, int(most), numbers.gap_connectivity)])
        return cells

    def _paint_the_rest(self, grid: NDArray[np.uint8], *, low: _Kind | None, classes: tuple[int, int, int]) -> None:
        """Write the classes of cells outside clusters: of low density, of very low density, water."""
        from geo_urban.hierarchy._urban_runs import paint_the_rest

        paint_the_rest(grid, self.flags, 0 if low is None else self.bits[low.cells], *classes)

    def _far_from_dense(self, grid: NDArray[np.uint8], semi_dense: _Clusters) -> NDArray[np.bool_]:
        """Return which runs belong to semi-dense clusters that are large, and far enough from denser cells."""
        from geo_urban.hierarchy._urban_runs import clusters_near

        runs = semi_dense.runs
        near = clusters_near(
            grid, 23, int(self.numbers.semi_dense_buffer_cells), runs.first, runs.start, runs.stop, semi_dense.cluster
        )
        return cast("NDArray[np.bool_]", semi_dense.chosen & ~near[semi_dense.cluster])
