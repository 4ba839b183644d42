"""The units of a study from a user's own file, and a study that needs nothing else but a population grid."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import require_columns
from geo_urban.studies.provenance import file_input

if TYPE_CHECKING:
    import geopandas as gpd

    from geo_urban.studies.config import Study
    from geo_urban.studies.provenance import Input
    from geo_urban.studies.steps import Need

__all__ = ["OwnBoundaries", "boundaries_record", "read_units"]


def read_units(study: Study) -> gpd.GeoDataFrame:
    """Return the polygons that a study names, all of them or those of its region.

    Parameters
    ----------
    study
        A study with boundaries of the user's, or with the embedded ones.

    Returns
    -------
    geopandas.GeoDataFrame
        On the index of codes.

    Raises
    ------
    InputError
        If the file cannot be used, or there is no such region.
    DataSourceError
        If it cannot be read.
    """
    chosen = study.boundaries
    if chosen.embedded:
        from geo_urban import datasets

        units = datasets.counties(source="tianditu" if chosen.source == "tianditu" else "amap")
    else:
        from geo_urban.io import read_boundaries

        units = read_boundaries(
            study.path(chosen.source),
            code=chosen.code,
            name=chosen.name,
            layer=chosen.layer,
            datum=chosen.datum,
            crs=chosen.crs,
            repair=chosen.repair,
        )
    if not study.region:
        return units
    from geo_urban import datasets

    return units[datasets.region(study.region).contains(units.index)]


def boundaries_record(study: Study) -> Input:
    """Return the record of the polygons that a study names.

    Parameters
    ----------
    study
        A study with boundaries of the user's, or with the embedded ones.

    Returns
    -------
    Input
        File or package, its hash, and what was done about the datum.

    Raises
    ------
    DataSourceError
        If the package is not installed.
    OSError
        If the file cannot be read.
    """
    chosen = study.boundaries
    if chosen.embedded:
        from geo_urban.studies.embedded import boundary_input

        return boundary_input(chosen.source)
    declared = chosen.datum
    if declared in ("gcj02", "bd09"):
        datum = f"{declared}, converted to WGS 84"
    else:
        datum = f"{declared}, kept" if declared else "unknown, taken as WGS 84"
    return file_input("boundaries", study.path(chosen.source), datum=datum)


class OwnBoundaries:
    """Units from the file a study names, without figures: a population grid counts their people.

    Parameters
    ----------
    study
        A study that names boundaries and a grid, and no panel.
    """

    unit_layer = "units"
    cautions: tuple[str, ...] = ()
    prefectures = None
    macro_region_totals = None
    city_base = ""

    def __init__(self, study: Study) -> None:
        self.study = study

    @property
    def provides(self) -> frozenset[Need]:
        """A grid, if the study names one."""
        return frozenset() if self.study.grid is None else frozenset({"grid"})

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """Every unit of the file, or of the study's region."""
        units = read_units(self.study)
        if self.group is not None:
            require_columns(units, [self.group], argument="boundaries")
        if "name" not in units.columns:
            units.insert(0, "name", units.index.astype(str))  # maps and layers label a unit by its name
        return units

    @property
    def cities(self) -> gpd.GeoDataFrame:
        """The units themselves; nothing is known that would tell cities from counties."""
        return self.units

    @property
    def city_points(self) -> gpd.GeoDataFrame:
        """A point inside each unit."""
        return self.units.set_geometry(self.units.geometry.representative_point())

    @property
    def unit_points(self) -> gpd.GeoDataFrame:
        """The same."""
        return self.city_points

    @property
    def group(self) -> str | None:
        """The column named in the study."""
        return self.study.population.group

    @property
    def source(self) -> str:
        """The file's name."""
        return self.study.path(self.study.boundaries.source).name

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The file."""
        return (boundaries_record(self.study),)

    @property
    def not_joined(self) -> pd.DataFrame:
        """Nobody: there is nothing to join but the grid."""
        from geo_urban.io.join import not_joined_rows

        return not_joined_rows(pd.Index([]), None, side="boundaries", reason="")
