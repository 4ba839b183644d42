"""The numbers that the degree of urbanisation rests on: densities, sizes, neighbourhoods, and two published sets."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError, raise_faults
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RULES", "URBANISATION_RULES", "Rules", "UrbanisationThresholds", "thresholds_of"]

Rules = Literal["2024", "2021"]
RULES: tuple[Rules, ...] = get_args(Rules)

_WORDS_OF_BUILT = ("given", "optimal")
_NEIGHBOURHOODS = (4, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrbanisationThresholds:
    """Every number of the degree of urbanisation; the defaults are the rules of 2024.

    Densities are in persons per km² of land, populations in persons, lower bounds inclusive. Neighbourhoods
    (`…_connectivity`) are 4 (cells that share a side) or 8 (a side or a corner).

    Parameters
    ----------
    centre_density, centre_population, centre_connectivity
        Cells and clusters of an urban centre (30; level 1: 3).
    centre_built_share
        Built-up share of land from which on a cell counts as dense enough for a centre: a fraction, ``"optimal"``,
        ``"given"`` (the argument `built_threshold` of the call), or None for no such rule.
    centre_window
        Width of the moving average of population and density before centres are looked for [cells]; 1 for none.
    gap_area_km2
        Holes of a centre with a smaller area than this are filled; 0 fills none.
    gap_connectivity
        How cells of a hole hang together.
    smoothing_neighbours
        Edge smoothing R2022A: of the eight neighbours, so many must lie in one centre.
    smoothing_share
        Edge smoothing R2023A: more than this share of the neighbours that count must lie in one centre.
    smoothing_land_share
        Edge smoothing R2023A: unpopulated neighbours with less land than this do not count.
    smoothing_water_land_share, smoothing_water_population, smoothing_water_built_share
        Edge smoothing R2023A: what permanent water is, which neither joins a centre nor counts. Apart from the class
        of water below, so that changing that class leaves centres as they are.
    cluster_density, cluster_population, cluster_connectivity, cluster_window
        Urban clusters of level 1 (2).
    dense_density, dense_population, dense_connectivity, dense_built_share
        Dense urban clusters (23).
    semi_dense_density, semi_dense_population, semi_dense_connectivity
        Semi-dense urban clusters (22).
    semi_dense_buffer_cells
        A semi-dense cluster that has a cell so near to a centre or dense cluster (rows or columns apart, corners
        included) is none.
    suburban_density, suburban_population, suburban_connectivity
        Clusters whose remaining cells are suburban (21).
    rural_density, rural_population, rural_connectivity
        Rural clusters (13).
    low_density
        Low-density rural cells (12).
    water_land_share, water_population, water_built_share
        Water (10; level 1: 0): less land than the first, at most so many people and such a built-up share of the cell.
    cell_area_km2
        Area of a cell; grids of other cells are refused.

    Notes
    -----
    The sets of 2021 and 2024 differ in the semi-dense clusters alone: until 2024 they were clusters of at least 300
    per km² and 5,000 people, 3 km away from the next dense cluster.

    References
    ----------
    Eurostat, Applying the degree of urbanisation: a methodological manual (2021; level 2 revised in July 2024).
    doi:10.2785/706535

    Examples
    --------
    >>> URBANISATION_RULES["2021"].semi_dense_density
    300.0
    """

    centre_density: float = 1500.0
    centre_population: float = 50_000.0
    centre_connectivity: int = 4
    centre_built_share: float | str | None = "given"
    centre_window: int = 1
    gap_area_km2: float = 15.0
    gap_connectivity: int = 4
    smoothing_neighbours: int = 5
    smoothing_share: float = 0.5
    smoothing_land_share: float = 0.5
    smoothing_water_land_share: float = 0.5
    smoothing_water_population: float = 0.0
    smoothing_water_built_share: float = 0.0
    cluster_density: float = 300.0
    cluster_population: float = 5_000.0
    cluster_connectivity: int = 8
    cluster_window: int = 1
    dense_density: float = 1500.0
    dense_population: float = 5_000.0
    dense_connectivity: int = 4
    dense_built_share: float | str | None = "given"
    semi_dense_density: float = 900.0
    semi_dense_population: float = 2_500.0
    semi_dense_connectivity: int = 4
    semi_dense_buffer_cells: int = 2
    suburban_density: float = 300.0
    suburban_population: float = 5_000.0
    suburban_connectivity: int = 8
    rural_density: float = 300.0
    rural_population: float = 500.0
    rural_connectivity: int = 8
    low_density: float = 50.0
    water_land_share: float = 0.5
    water_population: float = 0.0
    water_built_share: float = 0.0
    cell_area_km2: float = 1.0

    def __post_init__(self) -> None:
        raise_faults([fault for field in fields(self) if (fault := _fault(field.name, getattr(self, field.name)))])


def _fault(name: str, value: Any) -> InputError | None:
    """Return what is wrong with one number, or None."""
    if name.endswith("built_share") and not name.startswith(("water", "smoothing")):
        return _fault_of_built(name, value)
    words, wanted = _wanted(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and wanted(value):
        return None
    return InputError(
        "`thresholds` has {name} = {value}; it must be {words}. Change it, e.g. "
        "`thresholds={{'{name}': …}}`, or leave it out for the published number.",
        name=name,
        value=repr(value),
        words=words,
    )


def _wanted(name: str) -> tuple[str, Any]:
    if name.endswith("_connectivity"):
        return translate("4 or 8"), lambda value: value in _NEIGHBOURHOODS
    if name.endswith("_window"):
        return translate("an odd whole number"), lambda value: value >= 1 and value % 2 == 1
    if name.endswith(("_cells", "_neighbours")):
        return translate("a whole number, not negative"), lambda value: value >= 0 and value == int(value)
    if name.endswith("_share"):
        return translate("a share from 0 to 1"), lambda value: 0 <= value <= 1
    if name == "cell_area_km2":
        return translate("a positive number"), lambda value: value > 0
    return translate("a number, not negative"), lambda value: value >= 0


def _fault_of_built(name: str, value: Any) -> InputError | None:
    known = value is None or value in _WORDS_OF_BUILT
    if known or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1):
        return None
    return InputError(
        '`thresholds` has {name} = {value}; it must be a share from 0 to 1, "optimal", "given" (the argument '
        "`built_threshold`) or None.",
        name=name,
        value=repr(value),
    )


URBANISATION_RULES: dict[Rules, UrbanisationThresholds] = {
    "2024": UrbanisationThresholds(),
    "2021": UrbanisationThresholds(
        semi_dense_density=300.0, semi_dense_population=5_000.0, semi_dense_connectivity=8, semi_dense_buffer_cells=3
    ),
}
"""The published sets: level 2 as revised in July 2024, and as first published in 2021."""


def thresholds_of(
    rules: object, thresholds: UrbanisationThresholds | Mapping[str, Any] | None
) -> UrbanisationThresholds:
    """Return the numbers of a published set, with those that differ replaced.

    Raises
    ------
    InputError
        If there is no such set, or no such number.
    """
    if rules not in RULES:
        raise InputError(
            '`rules` is {given}; the rules are those of {known}. Pass one of them, e.g. `rules="2024"`.',
            given=repr(rules),
            known=listed(RULES),
        )
    base = URBANISATION_RULES[rules]
    if thresholds is None:
        return base
    if isinstance(thresholds, UrbanisationThresholds):
        return thresholds
    known = [field.name for field in fields(UrbanisationThresholds)]
    unknown = [name for name in thresholds if name not in known]
    if unknown:
        raise InputError(
            "`thresholds` names {unknown}, which the degree of urbanisation does not have; did you mean {near}? "
            "All are fields of `geo_urban.hierarchy.UrbanisationThresholds`.",
            unknown=listed(unknown),
            near=nearest_name(str(unknown[0]), known) or known[0],
        )
    return replace(base, **thresholds)
