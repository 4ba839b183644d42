"""What the analyses of one study read: units with figures, cities, groups, and where all of it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from geo_urban import __version__
from geo_urban.checks import listed
from geo_urban.errors import StudyFileError
from geo_urban.studies.border_faults import border_inputs
from geo_urban.studies.covariates import covariates_input
from geo_urban.studies.embedded import EmbeddedData
from geo_urban.studies.grids import grid_input, study_grid
from geo_urban.studies.neighbors import study_graph
from geo_urban.studies.networks import network_input
from geo_urban.studies.own_boundaries import OwnBoundaries
from geo_urban.studies.own_data import OwnData
from geo_urban.studies.steps import ANALYSES

if TYPE_CHECKING:
    import geopandas as gpd
    import xarray as xr
    from libpysal.graph import Graph

    from geo_urban.presentation import Presentation, Sheet
    from geo_urban.studies.config import Study
    from geo_urban.studies.provenance import Input
    from geo_urban.studies.steps import Need

__all__ = ["StudyContext", "StudyData", "context_of", "require_needs"]


class StudyData(Protocol):
    """Where a study's units and figures come from: the embedded default, or a user's own files."""

    @property
    def units(self) -> gpd.GeoDataFrame:
        """Units with figures and geometry."""

    @property
    def cities(self) -> gpd.GeoDataFrame:
        """Cities with residents of both years and geometry."""

    @property
    def city_points(self) -> gpd.GeoDataFrame:
        """The cities as points."""

    @property
    def unit_points(self) -> gpd.GeoDataFrame:
        """The units as points."""

    @property
    def prefectures(self) -> gpd.GeoDataFrame | None:
        """Units summed to the level above, or None where there is none."""

    @property
    def macro_region_totals(self) -> pd.DataFrame | None:
        """Provinces of the whole nation with their macro-region, or None."""

    @property
    def unit_layer(self) -> str:
        """Name of the units' layer in a file."""

    @property
    def group(self) -> str | None:
        """Column that gathers units for totals."""

    @property
    def city_base(self) -> str:
        """What the cities' population counts."""

    @property
    def source(self) -> str:
        """Where the figures come from, a sentence of the catalogue."""

    @property
    def cautions(self) -> tuple[str, ...]:
        """What holds for every result on these data, sentences of the catalogue."""

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What was read."""

    @property
    def not_joined(self) -> pd.DataFrame:
        """Units left out, with the reason."""

    @property
    def provides(self) -> frozenset[Need]:
        """Figures there are."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyContext:
    """A study and its data, as the analyses see them.

    Parameters
    ----------
    study
        What was asked.
    data
        Where units and figures come from; each is read when first asked for.
    """

    study: Study
    data: StudyData

    @property
    def sheet(self) -> Sheet | None:
        """What maps of the whole country carry; None for a part of it, and for a user's own units."""
        if self.study.region or not self.study.boundaries.embedded:
            return None
        from geo_urban.datasets import national_sheet

        return national_sheet(approval_number=self.study.outputs.approval_number)

    @property
    def units(self) -> gpd.GeoDataFrame:
        """Units with ``population_<year>`` and, where known, ``urban_<year>`` and ``rural_<year>``."""
        return self.data.units

    @property
    def cities(self) -> gpd.GeoDataFrame:
        """Cities with ``population_<year>`` and geometry."""
        return self.data.cities

    @property
    def city_points(self) -> gpd.GeoDataFrame:
        """The same cities as points: at a seat where one is known, else inside."""
        return self.data.city_points

    @property
    def unit_points(self) -> gpd.GeoDataFrame:
        """The units as points, likewise."""
        return self.data.unit_points

    @property
    def prefectures(self) -> gpd.GeoDataFrame | None:
        """Units summed to the level above, or None."""
        return self.data.prefectures

    @property
    def macro_region_totals(self) -> pd.DataFrame | None:
        """Provinces of the whole nation with figures and their macro-region, or None."""
        return self.data.macro_region_totals

    @property
    def group(self) -> str | None:
        """Column of `units` that gathers them for totals, or None."""
        return self.data.group

    @property
    def city_base(self) -> str:
        """What the cities' population counts, in words."""
        return self.data.city_base

    @property
    def source(self) -> str:
        """Where the figures come from, in words."""
        return self.data.source

    @property
    def reads_grid(self) -> bool:
        """Whether an analysis of the study reads a population grid."""
        return self._reads("grid", given=self.study.grid is not None)

    @property
    def travels(self) -> bool:
        """Whether an analysis of the study travels between places."""
        return self._reads("network", given=self.study.network is not None)

    def _reads(self, need: Need, *, given: bool) -> bool:
        """Return whether an analysis needs this, or uses what the study has of it."""
        at_hand = given or (self.study.boundaries.embedded and self.study.population.embedded)
        steps = [ANALYSES[name] for name in self.study.analyses]
        return any(need in step.needs or (at_hand and need in step.wants) for step in steps)

    @property
    def grid(self) -> xr.DataArray:
        """The population grid around the units: that of the study, else the modelled one."""
        return study_grid(self.study, self.units)

    @property
    def graph(self) -> Graph:
        """Which of the units are neighbors, by the rule of the study."""
        return study_graph(self.units, self.study.neighbors)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What was read: units, figures, grid, network and covariates."""
        grid = (grid_input(self.study),) if self.reads_grid else ()
        network = network_input(self.study) if self.travels else None
        covariates = covariates_input(self.study)
        more = (*(each for each in (network, covariates) if each is not None), *border_inputs(self.study))
        return (*self.data.inputs, *grid, *more)

    def check(self) -> None:
        """Raise unless the columns that the study names for its analyses are there.

        Raises
        ------
        InputError
            If one is missing or holds no figures.
        """
        for name in self.study.analyses:
            look = ANALYSES[name].check
            if look is not None:
                look(self)

    def shown(self, presentation: Presentation) -> Presentation:
        """Return a presentation whose layer is named after the units, so that layer files hold each unit once.

        Parameters
        ----------
        presentation
            One layer of `units`.

        Returns
        -------
        Presentation
            The same under the units' name.
        """
        return replace(presentation, layers=(replace(presentation.layers[0], name=self.data.unit_layer),))

    def column(self, quantity: str) -> tuple[str, str]:
        """Return the columns of a quantity in the first and the last year.

        Parameters
        ----------
        quantity
            ``"population"``, ``"urban"`` or ``"rural"``.

        Returns
        -------
        tuple of str
            Two column names of `units`.
        """
        start, end = self.study.years
        return f"{quantity}_{start}", f"{quantity}_{end}"

    def table(self, units: pd.DataFrame) -> pd.DataFrame:
        """Return units as a table: without geometry, in the order of their codes.

        Parameters
        ----------
        units
            Units or cities; ranked tables keep their order.

        Returns
        -------
        pandas.DataFrame
            A new table.
        """
        table = pd.DataFrame(units.drop(columns="geometry", errors="ignore"))
        return table if "rank" in table.columns else table.sort_index()

    def grouped(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table of groups with its index named after what gathers the units.

        Parameters
        ----------
        table
            One row per group.

        Returns
        -------
        pandas.DataFrame
            A new table.
        """
        return table.rename_axis(self.group or "group")

    def cited(self, function: str) -> str:
        """Return what to cite for a figure that `function` computed.

        Parameters
        ----------
        function
            Its full name.

        Returns
        -------
        str
            Name and version of the software, and the function.
        """
        return f"geo_urban {__version__} (Python), {function}"


def context_of(study: Study) -> StudyContext:
    """Return the context in which a study's analyses run; nothing is read yet.

    Parameters
    ----------
    study
        What is asked.

    Returns
    -------
    StudyContext
        On the embedded data or on the user's own.

    Raises
    ------
    StudyFileError
        If an analysis needs figures that the study does not name.
    """
    data: StudyData
    if study.without_panel:
        data = OwnBoundaries(study)
    else:
        data = EmbeddedData(study) if study.population.embedded else OwnData(study)
    require_needs(study, data.provides)
    return StudyContext(study=study, data=data)


def require_needs(study: Study, provides: frozenset[Need]) -> None:
    """Raise unless there are figures for every analysis of a study.

    Parameters
    ----------
    study
        What is asked.
    provides
        Figures there are.

    Raises
    ------
    StudyFileError
        Naming the analyses that cannot run and the key that cures it.
    """
    lacking = [name for name in study.analyses if not ANALYSES[name].needs <= provides]
    without_grid = [name for name in lacking if "grid" in ANALYSES[name].needs]
    if without_grid:
        raise StudyFileError(
            "{analyses} needs a population grid, which the study does not name. Add a section [grid] with `source` "
            '(your raster, or "modelled") and `quantity`, or take it out of `analyses`.',
            analyses=listed(without_grid),
        )
    if lacking:
        raise StudyFileError(
            "{analyses} need urban residents, which [population] does not name. Add `urban_start` and `urban_end` "
            "(columns of your panel), or take these analyses out of `analyses`.",
            analyses=listed(lacking),
        )
